package sysv

import (
	"bytes"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// The watcher is the player's: it sees the jail's processes alone. It measures what
// no rlimit bounds and tells the grader, who ends the play.

const (
	watchEvery = 25 * time.Millisecond
	countEvery = 2 * time.Millisecond
	ownMemory  = 16 << 20 // what a process of this program has for free
	msgHeader  = 64       // bytes that the kernel needs for a message beside its text
	semSize    = 64       // bytes of a semaphore in the kernel
	maxFiles   = 20000    // in the folder
	maxDepth   = 200
)

// watch looks again and again.
func (p *Player) watch() {
	live, looked := false, time.Now()
	for looks := 0; ; {
		wait := watchEvery
		if live {
			wait = countEvery
		}
		select {
		case <-p.programs:
			live = true
		case <-time.After(wait):
		}
		if live {
			p.count()
		}
		if time.Since(looked) < watchEvery {
			continue
		}
		looked = time.Now()
		p.Look()
		live = programsLive()
		if looks++; looks%8 == 0 {
			p.lookAtFolder()
		}
		// The grader reads what we tell; if nobody does, nobody waits for us.
		p.mu.Lock()
		poll := []unix.PollFd{{Fd: int32(p.hits)}}
		p.mu.Unlock()
		if n, err := unix.Poll(poll, 0); err == nil && n == 1 && poll[0].Revents&unix.POLLERR != 0 {
			unix.Exit(failedStart)
		}
	}
}

// count does nothing but count processes. Where foreign programs run it is done
// often: those that fork without end may be gone soon, for want of processes.
func (p *Player) count() {
	if p.Limits.Processes <= 0 || !p.inside {
		return
	}
	if pids, err := pidsIn("/proc"); err == nil && len(pids) > p.Limits.Processes {
		p.Hit(HitProcesses)
	}
}

// programsLive reports whether a foreign program that this process started lives,
// and forgets those that do not.
func programsLive() (live bool) {
	ownChildren.Range(func(pid, worker any) bool {
		switch {
		case worker.(bool):
		case unix.Kill(pid.(int), 0) == nil:
			live = true
		default:
			ownChildren.Delete(pid)
		}
		return true
	})
	return live
}

// Look measures once what the watcher watches. It is for moments at which the most is
// there to be seen.
func (p *Player) Look() {
	p.looking.Lock()
	defer p.looking.Unlock()
	now := measureIPC()
	if p.Shared {
		now.segments -= p.before.segments
		now.sets -= p.before.sets
	}
	p.checkMessages(now.messages)
	used := max(now.segments, 0) + max(now.sets, 0)
	others := 0
	waiting := map[int]bool{}
	for _, s := range p.processes() {
		private := s.anon + max(s.shmem-now.segments, 0)
		if s.pid == os.Getpid() {
			used += max(private-ownMemory, 0)
			continue
		}
		switch {
		case s.state == 'Z' && s.ppid == os.Getpid() && !isOwnChild(s.pid):
			// An orphan's end is ours to take. Twice seen, it is nobody else's.
			if waiting[s.pid] = true; p.last[s.pid] {
				var ws unix.WaitStatus
				unix.Wait4(s.pid, &ws, unix.WNOHANG, nil)
			}
			others++
		case isOwnWorker(s.pid):
			used += max(private-ownMemory, 0)
			others++
		default:
			used += private
			others += s.threads
		}
	}
	p.last = waiting
	if l := p.Limits.Memory; l > 0 && used >= l {
		p.Hit(HitMemory)
	}
	if l := p.Limits.Processes; l > 0 && others >= l {
		p.Hit(HitProcesses)
		if others > 2*l+4*tasksOfOurs() { // the kernel does not stop them
			p.mu.Lock()
			p.tell(byte(HitProcesses) | fatal)
			p.mu.Unlock()
		}
	}
}

// Saw returns a function that reports whether a pid is that of a process of the jail,
// also of one that has ended. In a pid namespace the kernel knows no other pids;
// without one it is those that the watcher has seen.
func (p *Player) Saw() func(pid int) bool {
	if p.inside {
		return func(pid int) bool { return pid != 0 }
	}
	p.looking.Lock()
	p.processes()
	seen := maps.Clone(p.seen)
	p.looking.Unlock()
	return func(pid int) bool { return seen[pid] }
}

// checkMessages notes it if the queues hold too much.
func (p *Player) checkMessages(bytes int64) {
	if l := p.Limits.Messages; l > 0 && bytes-p.before.messages >= l {
		p.Hit(HitMessages)
	}
}

// sent counts what this process sends: enough of it, and the queues are measured at
// once, for they may be empty again when the watcher looks.
func (p *Player) sent(size uint) {
	if l := p.Limits.Messages; l > 0 && p.sends.Add(int64(size)+msgHeader) >= l/8 {
		p.sends.Store(0)
		p.checkMessages(measureMessages())
	}
}

// processes lists the jail's. Without a pid namespace they are this process and
// what descends from it. p.looking is held.
func (p *Player) processes() []procStatus {
	if !p.company.Load() {
		p.seen[os.Getpid()] = true
		if ownMaxRSS() <= ownMemory {
			return nil // only this one, which is small
		}
	}
	all := statuses("/proc")
	if p.inside {
		return all
	}
	list := descendants(all, os.Getpid())
	for _, s := range list {
		p.seen[s.pid] = true
	}
	return list
}

// volume is what an IPC namespace holds.
type volume struct{ messages, segments, sets int64 } // bytes

func measureMessages() int64 {
	var m Msginfo
	if _, err := Msgctl(0, MSG_INFO, &m); err != nil {
		return 0
	}
	return int64(m.Msgtql) + msgHeader*int64(m.Msgmap)
}

func measureIPC() (v volume) {
	v.messages = measureMessages()
	var s ShmInfo
	if _, err := Shmctl(0, SHM_INFO, &s); err == nil {
		v.segments = int64(s.ShmRss+s.ShmSwp) * int64(os.Getpagesize())
	}
	var sem Seminfo
	if _, err := Semctl(0, 0, SEM_INFO, &sem); err == nil {
		v.sets = int64(sem.Semaem) * semSize
	}
	return v
}

// lookAtFolder measures the folder, which takes longer.
func (p *Player) lookAtFolder() {
	if p.Folder != "" && p.Limits.Disk > 0 && exceeds(p.Folder, p.Limits.Disk) {
		p.Hit(HitDisk)
	}
}

// exceeds reports whether a folder holds more than so many bytes, or too much to
// count.
func exceeds(folder string, limit int64) bool {
	var bytes int64
	files := 0
	top := countSlashes(folder)
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // gone, or its own doing
		}
		if files++; files > maxFiles || countSlashes(path)-top > maxDepth {
			return fs.ErrInvalid
		}
		var st unix.Stat_t
		if unix.Lstat(path, &st) == nil {
			bytes += st.Blocks * 512
		}
		if bytes > limit {
			return fs.ErrInvalid
		}
		return nil
	})
	return err != nil
}

func countSlashes(path string) (n int) {
	for i := range path {
		if path[i] == '/' {
			n++
		}
	}
	return n
}

// procStatus is what /proc/PID/status tells.
type procStatus struct {
	pid, ppid, uid, threads int
	state                   byte
	anon, shmem             int64 // resident bytes
}

// statuses reads those of all processes; one that ends meanwhile is left out.
func statuses(root string) []procStatus {
	pids, _ := pidsIn(root)
	list := make([]procStatus, 0, len(pids))
	for _, pid := range pids {
		if s, err := readStatus(root, pid); err == nil {
			list = append(list, s)
		}
	}
	return list
}

func readStatus(root string, pid int) (procStatus, error) {
	data, err := os.ReadFile(filepath.Join(root, strconv.Itoa(pid), "status"))
	if err != nil {
		return procStatus{}, err
	}
	s := parseStatus(data)
	s.pid = pid
	return s, nil
}

// parseStatus reads the lines that matter; the name's line may hold anything but
// another line.
func parseStatus(data []byte) (s procStatus) {
	for _, line := range bytes.Split(data, []byte("\n")) {
		name, rest, _ := bytes.Cut(line, []byte(":"))
		fields := bytes.Fields(rest)
		if len(fields) == 0 {
			continue
		}
		n, _ := strconv.ParseInt(string(fields[0]), 10, 64)
		switch string(name) {
		case "State":
			s.state = fields[0][0]
		case "PPid":
			s.ppid = int(n)
		case "Uid":
			s.uid = int(n)
		case "Threads":
			s.threads = int(n)
		case "RssAnon":
			s.anon = n << 10
		case "RssShmem":
			s.shmem = n << 10
		}
	}
	return s
}

// descendants returns a process and all that descend from it.
func descendants(all []procStatus, pid int) []procStatus {
	in := map[int]bool{pid: true}
	for again := true; again; {
		again = false
		for _, s := range all {
			if in[s.ppid] && !in[s.pid] {
				in[s.pid], again = true, true
			}
		}
	}
	var list []procStatus
	for _, s := range all {
		if in[s.pid] {
			list = append(list, s)
		}
	}
	return list
}
