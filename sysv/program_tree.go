package sysv

import (
	"bytes"
	"encoding/binary"
	"os"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"
)

// Tree is what a look found a program and all that it forked doing.
type Tree struct {
	// Rest is that every thread sleeps, and nothing but a System V call's end, input,
	// a signal or another of the same tree can wake it; at least one is in a call
	// or in a read of the program's standard input.
	Rest bool
	// Same is that no thread has run since the look before.
	Same bool
	// Timed is that one of the sleeps ends by itself.
	Timed  bool
	Asleep []Sleeping // those in a call, then those in a read; the program's own first
	Kin    int        // processes that live, the program itself included
}

// Sleeping is a thread that is asleep in a System V call, or in a read of the
// program's standard input.
type Sleeping struct {
	Task
	Pid   int
	Stdin bool   // a read; the Task is empty but for Tid
	Ran   uint64 // how often it has left a processor: another number, and it has run since
}

// treeReader looks at the processes of one program.
type treeReader struct {
	*reader
	list       []int
	tids       []int
	noChildren bool
	others     int      // children of our main thread that are none of the program's, at the last look
	mark       []uint64 // of the last look: thread, how often it ran
	last       []uint64
}

func (t *treeReader) open() error {
	if t.reader != nil {
		return nil
	}
	dir, err := unix.Open("/proc", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return failWith("open /proc", err)
	}
	t.reader = &reader{looker: &looker{dir: dir, uid: uint32(os.Geteuid())}}
	return nil
}

func (t *treeReader) close() {
	if t.reader != nil {
		unix.Close(t.dir)
		t.reader = nil
	}
}

// threads lists the threads of a process.
func (t *treeReader) threads(pid int) []int {
	d, err := os.Open("/proc/" + strconv.Itoa(pid) + "/task")
	if err != nil {
		return nil
	}
	defer d.Close()
	names, _ := d.Readdirnames(-1)
	t.tids = t.tids[:0]
	for _, name := range names {
		if tid, err := strconv.Atoi(name); err == nil {
			t.tids = append(t.tids, tid)
		}
	}
	return t.tids
}

// rest is what a thread's state is worth.
type rest uint8

const (
	active  rest = iota // it runs, or will by itself
	still               // it has ended, or is stopped
	waits               // for another thread or process of its own
	pauses              // with a limit, as the helpers of a language's runtime do
	inStdin             // reads its standard input
	inCall              // System V
)

// Look looks at all threads of the program and of what it forked. Two looks, the
// second of which says Same and Rest, prove that in between all slept at the same
// time.
//
// ENOENT there is no /proc.
func (p *Program) Look() (Tree, error) {
	t := &p.tree
	var tree Tree
	if err := t.open(); err != nil {
		return tree, err
	}
	t.mark, t.last = t.last[:0], t.mark
	tree.Rest = true
	var reads []Sleeping
	for _, pid := range t.pids(p) {
		alive, settled, paused := false, false, false
		for _, tid := range t.threads(pid) {
			s, what := t.thread(p, pid, tid)
			t.mark = append(t.mark, uint64(tid), s.Ran)
			alive = alive || what != still
			switch what {
			case active:
				tree.Rest = false
			case pauses:
				paused = true
			case inStdin:
				settled = true
				reads = append(reads, s)
			case inCall:
				settled = true
				tree.Timed = tree.Timed || s.Call == "semtimedop"
				tree.Asleep = append(tree.Asleep, s)
			}
		}
		if paused && !settled {
			tree.Rest = false
		}
		tree.Timed = tree.Timed || paused
		if alive {
			tree.Kin++
		}
	}
	tree.Asleep = append(tree.Asleep, reads...)
	tree.Rest = tree.Rest && len(tree.Asleep) > 0
	tree.Same = slices.Equal(t.mark, t.last)
	return tree, nil
}

// thread looks at one thread.
func (t *treeReader) thread(p *Program, pid, tid int) (Sleeping, rest) {
	s := Sleeping{Pid: pid, Task: Task{Tid: tid}}
	path := taskPath(pid, tid)
	if state, what := t.asleep(path); state != 'S' {
		return s, what
	}
	// To read this file waits until the thread has left its processor: from then on
	// its count of switches stays as it is until it is woken.
	b, err := t.read(path + "syscall")
	nr, args, ok := parseSyscall(b)
	what := active
	switch {
	case ok && err == nil:
		what = t.sleeps(p, &s, nr, args)
	case err != nil && (isRefusal(err) || err == unix.ENOENT):
		what = t.byName(&s, path)
	}
	s.Ran = t.switches(path)
	// It may have been woken before the number was read, which then is that of a
	// call that is over.
	if state, _ := t.asleep(path); state != 'S' {
		what = active
	}
	return s, what
}

// asleep reads a thread's state, and what it is worth where that is not S.
func (t *treeReader) asleep(path string) (byte, rest) {
	b, err := t.read(path + "stat")
	if err != nil {
		return 0, still
	}
	switch state := stateInStat(b); state {
	case 'T', 'Z', 'X':
		return state, still
	default:
		return state, active
	}
}

// switches reads how often a thread has left a processor. (The count of its turns
// in schedstat misses some, where the kernel dequeues sleepers late.)
func (t *treeReader) switches(path string) (sum uint64) {
	b, err := t.read(path + "status")
	if err != nil {
		return 0
	}
	for _, name := range [...]string{"\nvoluntary_ctxt_switches:\t", "\nnonvoluntary_ctxt_switches:\t"} {
		_, rest, _ := bytes.Cut(b, []byte(name))
		word, _, _ := bytes.Cut(rest, []byte("\n"))
		n, _ := parseDigits(word, 10)
		sum += n
	}
	return sum
}

// byName knows by the kernel function that a thread sleeps in, where its call's
// number may not be read.
func (t *treeReader) byName(s *Sleeping, path string) rest {
	where, err := t.read(path + "wchan")
	if err != nil || len(where) == 0 {
		return active
	}
	if name, ok := callIn(where); ok {
		s.Call = name
		return inCall
	}
	switch {
	case bytes.Contains(where, []byte("pipe_read")):
		s.Stdin = true // most likely
		return inStdin
	case bytes.Contains(where, []byte("do_wait")), bytes.Contains(where, []byte("futex")):
		return waits
	}
	return active
}

// sleeps tells what a sleep in a call is worth, and decodes it.
func (t *treeReader) sleeps(p *Program, s *Sleeping, nr int, args [7]uint64) rest {
	if strconv.IntSize == 32 && args[sp]>>32 != 0 { // a 64-bit program, whose numbers are not ours
		return t.byName(s, taskPath(s.Pid, s.Tid))
	}
	switch in, bits32 := t.systemV(&s.Task, taskPath(s.Pid, s.Tid), nr, args); {
	case in:
		return inCall
	case bits32:
		return active
	}
	switch kind := waitingCall(nr); kind {
	case waitRead:
		return t.readOf(p, s, args[0])
	case waitChild, waitForever:
		return waits
	case waitSignal: // rt_sigtimedwait(set, info, timeout)
		return unless(args[2] != 0)
	case waitFutex: // futex(addr, op, val, timeout)
		return unless(args[3] != 0)
	case waitPoll: // poll(fds, n, ms)
		return t.polls(p, s, args, int32(args[2]) >= 0)
	case waitPpoll: // ppoll(fds, n, timeout)
		return t.polls(p, s, args, args[2] != 0)
	case waitSelect: // select(n, read, write, except, timeout)
		return t.selects(p, s, args)
	case waitEpoll: // epoll_wait(fd, events, n, ms)
		if int32(args[3]) >= 0 {
			return active
		}
		return waits
	}
	return active
}

func unless(limited bool) rest {
	if limited {
		return pauses
	}
	return waits
}

// readOf tells a read of the program's standard input, whatever descriptor it has
// become, from that of another pipe, and from any other.
func (t *treeReader) readOf(p *Program, s *Sleeping, fd uint64) rest {
	link, err := readlinkAt(t.dir, strconv.Itoa(s.Pid)+"/fd/"+strconv.FormatUint(uint64(uint32(fd)), 10))
	switch {
	case err != nil:
		return active
	case link == "pipe:["+strconv.FormatUint(p.inode, 10)+"]":
		s.Stdin = true
		return inStdin
	case len(link) > 5 && link[:5] == "pipe:":
		return waits
	}
	return active
}

// polls tells whether a poll without limit is for the standard input.
func (t *treeReader) polls(p *Program, s *Sleeping, args [7]uint64, limited bool) rest {
	if limited {
		return active
	}
	const most, size = 64, 8 // struct pollfd: int fd; short events, revents
	b := t.memory(s.Pid, args[0], size*int(min(args[1], most)))
	for ; len(b) >= size; b = b[size:] {
		if fd := int32(binary.NativeEndian.Uint32(b)); fd >= 0 && t.readOf(p, s, uint64(fd)) == inStdin {
			return inStdin
		}
	}
	return waits
}

// selects does so for select and pselect6.
func (t *treeReader) selects(p *Program, s *Sleeping, args [7]uint64) rest {
	if args[4] != 0 {
		return active
	}
	if args[1] == 0 {
		return waits
	}
	b := t.memory(s.Pid, args[1], int(min(args[0], 1024)+63)/64*8)
	for fd := 0; fd < len(b)*8; fd++ {
		// A set is of longs; on the machines that we know their bits are in this order.
		if b[fd/8]&(1<<(fd%8)) != 0 && t.readOf(p, s, uint64(fd)) == inStdin {
			return inStdin
		}
	}
	return waits
}

// memory reads of a process's memory; nil if it cannot be read.
func (t *treeReader) memory(pid int, addr uint64, n int) []byte {
	fd, err := unix.Openat(t.dir, strconv.Itoa(pid)+"/mem", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer unix.Close(fd)
	return readAt(fd, addr, n)
}

// taskPath is a thread's folder in /proc.
func taskPath(pid, tid int) string {
	return strconv.Itoa(pid) + "/task/" + strconv.Itoa(tid) + "/"
}
