package sysv

import (
	"context"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	maxResult = 16 << 20
	flood     = 64 // times the output's limit: then the play ends
)

// attend reads what the player says, whose turn began at begin, until it and all of
// its own have ended.
func (t *jail) attend(ctx context.Context, e *ends, begin time.Time) (*Played, error) {
	for _, p := range e {
		p.closeWriting()
		unix.SetNonblock(p.r, true)
	}
	stop := context.AfterFunc(ctx, t.kill)
	defer stop()
	t.listen(e, begin)
	if t.tree == nil { // else others may still be there
		t.leave()
	}

	played := &Played{}
	var usage unix.Rusage
	err := t.wait(&played.Status, &usage)
	for i := range e {
		for t.read(e, i) == more {
		}
	}
	played.Removed = t.clean()
	played.Output, played.Result = t.said[output], t.said[result]
	played.Wall = time.Since(begin)
	played.User, played.System = time.Duration(usage.Utime.Nano()), time.Duration(usage.Stime.Nano())
	played.MaxRSS = int64(usage.Maxrss) << 10
	t.mu.Lock()
	defer t.mu.Unlock()
	if l := t.o.Limits.Memory; l > 0 && played.MaxRSS >= l && ownMaxRSS() < l {
		t.hits[HitMemory] = true // between two looks of the watcher
	}
	for h, hit := range t.hits {
		if hit {
			played.Hits = append(played.Hits, Hit(h))
		}
	}
	played.Killed = t.killed
	return played, err
}

// What the pipes are.
const (
	output = iota
	result
	hits
)

// listen reads until nobody holds the player's end of the hits any more, which only
// the player does.
func (t *jail) listen(e *ends, begin time.Time) {
	fds := [3]PollFd{}
	for i, p := range e {
		fds[i] = PollFd{Fd: p.r, Events: POLLIN}
	}
	limit := t.o.Limits.Time
	var poller Poller
	for fds[hits].Fd >= 0 {
		timeout := time.Duration(-1)
		if limit > 0 {
			timeout = max(limit-time.Since(begin), 0)
		}
		n, err := poller.Poll(fds[:], timeout)
		if err != nil {
			t.kill()
			return
		}
		if n == 0 && limit > 0 && time.Since(begin) >= limit {
			limit = 0
			t.hit(HitTime, true)
		}
		for i := range fds {
			if fds[i].Fd >= 0 && fds[i].Revents != 0 && t.read(e, i) == end {
				fds[i].Fd = -1
			}
		}
	}
}

// What a read of a pipe told.
type told int

const (
	more    told = iota
	nothing      // for now
	end
)

// read reads once from a pipe, and keeps of it what there is room for.
func (t *jail) read(e *ends, i int) told {
	if t.buf == nil {
		t.buf = make([]byte, 16<<10)
	}
	n, err := unix.Read(e[i].r, t.buf)
	switch {
	case err == unix.EINTR:
		return more
	case err == unix.EAGAIN:
		return nothing
	case err != nil || n == 0:
		return end
	}
	got := t.buf[:n]
	if i == hits {
		for _, b := range got {
			if h := Hit(b &^ fatal); h >= HitTime && h <= HitDisk {
				t.hit(h, h.ends() || b&fatal != 0)
			}
		}
		return more
	}
	limit := int64(maxResult)
	if l := t.o.Limits.Output; i == output && l > 0 {
		limit = l
	}
	room := limit - int64(len(t.said[i]))
	t.said[i] = append(t.said[i], got[:min(int64(n), room)]...)
	if int64(n) > room && i == output {
		t.dropped += int64(n) - room
		t.hit(HitOutput, t.dropped > flood*limit)
	}
	return more
}

// wait waits for the player's end and sees to everybody else's.
func (t *jail) wait(ws *syscall.WaitStatus, usage *unix.Rusage) error {
	// First without reaping: as long as its pid is its own, kill may use it.
	for unix.Waitid(unix.P_PID, t.pid, nil, unix.WEXITED|unix.WNOWAIT, nil) == unix.EINTR {
	}
	t.mu.Lock()
	t.over = true
	t.mu.Unlock()
	var status unix.WaitStatus
	_, err := unix.Wait4(t.pid, &status, 0, usage)
	for err == unix.EINTR {
		_, err = unix.Wait4(t.pid, &status, 0, usage)
	}
	*ws = syscall.WaitStatus(status)
	if t.tree != nil {
		t.tree.player = 0
		t.tree.reap()
	}
	return failWith("wait4", err)
}

// hit notes a limit that was hit.
func (t *jail) hit(h Hit, end bool) {
	t.mu.Lock()
	fresh := !t.over
	t.hits[h] = t.hits[h] || fresh || !end
	t.mu.Unlock()
	if end && fresh {
		t.kill()
	}
}

// kill ends the play.
func (t *jail) kill() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over {
		return
	}
	t.killed = true
	// The watcher may not have had its turn among so many.
	if l := t.o.Limits.Processes; l > 0 && len(descendants(statuses("/proc"), t.pid)) > l {
		t.hits[HitProcesses] = true
	}
	if t.tree != nil {
		t.tree.kill()
		return
	}
	unix.Kill(t.pid, syscall.SIGKILL)
}

// ownMaxRSS is the most memory that this process had. A child begins with as much.
func ownMaxRSS() int64 {
	var usage unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return int64(usage.Maxrss) << 10
}
