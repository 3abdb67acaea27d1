package sysv

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// Proc is a process of this process's IPC namespace that is asleep in a System V
// call or has a segment attached.
type Proc struct {
	Pid      int
	Uid      uint32 // effective
	Threads  int
	Args     []string // of its command line, or its name alone where it has none
	Asleep   []Task
	Attached []Attachment // its mappings, by address; Removed is not filled in
}

// Look is what a look at the processes told.
type Look struct {
	Procs  []Proc // in ascending order of pid
	Hidden Hidden
}

// Hidden counts the processes that this process may not look at. They may be in
// its IPC namespace or not. The kernel's own threads are not among them.
type Hidden struct {
	OtherUser int // of other users
	SameUser  int // of the same user: Yama, another security module, or not dumpable
	Arguments int // asleep in a call whose arguments may not be read; they are in Look.Procs
	Hidepid   bool
	Yama      int // kernel.yama.ptrace_scope; -1: there is no Yama
}

// Any tells whether there may be processes whose calls or attachments are not
// known.
func (h Hidden) Any() bool { return h.OtherUser+h.SameUser+h.Arguments > 0 || h.Hidepid }

// LookOptions say what to look at.
type LookOptions struct {
	Root     string // of the proc file system: "/proc"
	Mappings int    // how many there are to be found, by nattch: 0 spares reading any maps
	First    []int  // the processes whose maps are read first
}

// Processes lists the processes of this IPC namespace that are asleep in a System
// V call, and as far as Mappings says those that have segments attached.
func Processes(o LookOptions) (*Look, error) {
	dir, err := unix.Open(o.Root, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, failWith("open "+o.Root, err)
	}
	defer unix.Close(dir)
	l := &looker{dir: dir, uid: uint32(os.Geteuid())}
	if l.namespace, err = readlinkAt(dir, "self/ns/ipc"); err != nil {
		return nil, failWith("readlink "+filepath.Join(o.Root, "self/ns/ipc"), err)
	}
	pids, err := pidsIn(o.Root)
	if err != nil {
		return nil, err
	}
	found := l.lookAtAll(pids)
	l.attachments(found, o)
	look := &Look{}
	for _, v := range found {
		look.Hidden.add(v)
		if len(v.proc.Asleep) > 0 || len(v.proc.Attached) > 0 {
			look.Procs = append(look.Procs, v.proc)
		}
	}
	look.Hidden.Yama = yama(o.Root)
	var st unix.Stat_t
	look.Hidden.Hidepid = unix.Fstatat(dir, "1", &st, 0) == unix.ENOENT // there always is a process 1
	return look, nil
}

// add counts a process that told less than all.
func (h *Hidden) add(v *seen) {
	switch {
	case v.refused && v.other:
		h.OtherUser++
	case v.refused:
		h.SameUser++
	}
	for _, t := range v.proc.Asleep {
		if !t.Known && !t.Bits32 {
			h.Arguments++
			break
		}
	}
}

// pidsIn lists the processes in a proc file system, in ascending order.
func pidsIn(root string) ([]int, error) {
	d, err := os.Open(root)
	if err != nil {
		return nil, failWith("open "+root, err)
	}
	defer d.Close()
	names, err := d.Readdirnames(-1)
	if err != nil {
		return nil, failWith("getdents "+root, err)
	}
	pids := make([]int, 0, len(names))
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil && pid > 0 {
			pids = append(pids, pid)
		}
	}
	slices.Sort(pids)
	return pids, nil
}

// seen is what a look at one process told.
type seen struct {
	proc    Proc
	thread  string // a further thread's folder below /proc, if there is one
	is      belongs
	refused bool // something that is needed may not be read
	other   bool // it is another user's
}

// belongs is the answer to whether a process is in this namespace, which
// permissions may keep back.
type belongs uint8

const (
	unasked belongs = iota
	ours
	elsewhere
	untold
)

// looker reads one proc file system.
type looker struct {
	dir       int
	namespace string
	uid       uint32
}

// lookAtAll looks at all processes; with many, several at a time.
func (l *looker) lookAtAll(pids []int) []*seen {
	found := make([]*seen, len(pids))
	const atOnce = 64
	var next sync.Mutex
	from := 0
	take := func() (lo, hi int) {
		next.Lock()
		defer next.Unlock()
		lo = from
		from = min(from+atOnce, len(pids))
		return lo, from
	}
	work := func() {
		r := &reader{looker: l}
		for lo, hi := take(); lo < hi; lo, hi = take() {
			for i := lo; i < hi; i++ {
				found[i] = r.process(pids[i])
			}
		}
	}
	var others sync.WaitGroup
	for n := min(runtime.GOMAXPROCS(0), 4, len(pids)/atOnce); n > 1; n-- {
		others.Add(1)
		go func() {
			defer others.Done()
			work()
		}()
	}
	work()
	others.Wait()
	return slices.DeleteFunc(found, func(v *seen) bool { return v == nil })
}

// inNamespace asks whether a process is in this IPC namespace.
func (l *looker) inNamespace(v *seen) bool {
	if v.is == unasked {
		theirs, err := readlinkAt(l.dir, strconv.Itoa(v.proc.Pid)+"/ns/ipc")
		if err != nil && !isRefusal(err) && v.thread != "" { // the main thread has ended, others have not
			theirs, err = readlinkAt(l.dir, v.thread+"ns/ipc")
		}
		switch {
		case isRefusal(err):
			v.is = untold
			v.refused = true
		case err != nil || theirs != l.namespace: // at its end, or elsewhere
			v.is = elsewhere
		default:
			v.is = ours
		}
	}
	return v.is == ours
}

func isRefusal(err error) bool {
	return errors.Is(err, syscall.EACCES) || errors.Is(err, syscall.EPERM)
}

func readlinkAt(dir int, path string) (string, error) {
	var buf [64]byte
	n, err := unix.Readlinkat(dir, path, buf[:])
	if err != nil {
		return "", err
	}
	return string(buf[:n]), nil
}

// yama reads kernel.yama.ptrace_scope.
func yama(root string) int {
	n, err := strconv.Atoi(setting(root, "kernel.yama.ptrace_scope"))
	if err != nil {
		return -1
	}
	return n
}
