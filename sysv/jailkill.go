package sysv

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// In a pid namespace the death of the first process is everybody's. Without one a
// jail's processes are found by descent: the player is their subreaper, and this
// process is the player's, so that none can get away. They are stopped before they
// are killed, for a fork bomb's children are born faster than a list is read.

// tree is what a jail without a pid namespace grew from.
type tree struct {
	player int          // 0 once it has been waited for
	before map[int]bool // this process's descendants that are not the jail's
	base   int          // the jail's first id, if it has its own; else -1
}

// subreap makes this process inherit orphans, and notes who is there.
func subreap() map[int]bool {
	unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
	before := map[int]bool{}
	for _, s := range descendants(statuses("/proc"), os.Getpid()) {
		before[s.pid] = true
	}
	return before
}

// kill ends all processes of the tree but the player, whose end is waited for
// elsewhere, and then the player.
func (t *tree) kill() {
	if t.player > 0 {
		unix.Kill(t.player, syscall.SIGSTOP) // it starts no more
	}
	stopped := map[int]bool{}
	for {
		alive := false
		for _, s := range t.find() {
			if s.state == 'Z' || s.pid == t.player {
				continue
			}
			alive = true
			if !stopped[s.pid] {
				stopped[s.pid] = true
				unix.Kill(s.pid, syscall.SIGSTOP)
			} else {
				unix.Kill(s.pid, syscall.SIGKILL)
			}
		}
		if !alive {
			break
		}
	}
	if t.player > 0 {
		unix.Kill(t.player, syscall.SIGKILL)
	}
}

// reap takes the ends of orphans that came to this process after the player's
// death, and ends those that still run.
func (t *tree) reap() {
	for {
		t.kill()
		found := false
		for _, s := range t.find() {
			if s.pid == t.player {
				continue
			}
			found = true
			if s.ppid == os.Getpid() {
				var ws unix.WaitStatus
				unix.Wait4(s.pid, &ws, 0, nil)
			}
		}
		if !found {
			return
		}
	}
}

// find lists the tree's processes: by descent, and by their ids.
func (t *tree) find() []procStatus {
	all := statuses("/proc")
	var list []procStatus
	seen := map[int]bool{os.Getpid(): true}
	for _, s := range descendants(all, os.Getpid()) {
		if !seen[s.pid] && !t.before[s.pid] {
			seen[s.pid] = true
			list = append(list, s)
		}
	}
	for _, s := range all {
		if t.base >= 0 && s.uid >= t.base && s.uid < t.base+idsInJail && !seen[s.pid] {
			list = append(list, s)
		}
	}
	return list
}
