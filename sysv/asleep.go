package sysv

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Sleeper watches one thread of a process: is it asleep inside a System V IPC
// call? It keeps the thread's files in /proc open, so that a look costs one read
// and can never meet another thread that has got the same id. It is not for
// several goroutines at once.
type Sleeper struct {
	wchan, stat, syscall int  // descriptors, -1 where the file is not there for us
	named                bool // wchan has named a function: kernel and permissions provide it
	buf                  [512]byte
}

// OpenSleeper opens the files of a thread; pid 0 is this process.
//
// ENOENT, ESRCH no such thread; EACCES, EPERM a /proc that hides it.
func OpenSleeper(pid, tid int) (*Sleeper, error) {
	dir := fmt.Sprintf("/proc/self/task/%d/", tid)
	if pid != 0 {
		dir = fmt.Sprintf("/proc/%d/task/%d/", pid, tid)
	}
	s := &Sleeper{wchan: -1, syscall: -1}
	var err error
	if s.stat, err = unix.Open(dir+"stat", unix.O_RDONLY|unix.O_CLOEXEC, 0); err != nil {
		return nil, failWith("open "+dir+"stat", err)
	}
	// Not every kernel has these two, and the second is the owner's.
	for _, f := range []struct {
		fd   *int
		name string
	}{{&s.wchan, "wchan"}, {&s.syscall, "syscall"}} {
		fd, err := unix.Open(dir+f.name, unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
			s.Close()
			return nil, failWith("open "+dir+f.name, err)
		}
		if err == nil {
			*f.fd = fd
		}
	}
	return s, nil
}

// Close closes the files.
func (s *Sleeper) Close() {
	for _, fd := range []*int{&s.wchan, &s.stat, &s.syscall} {
		if *fd >= 0 {
			unix.Close(*fd)
		}
		*fd = -1
	}
}

// Asleep tells in which call the thread sleeps: "msgrcv", "msgsnd" or
// "semtimedop", which is semop too. Not ok means that it does not, or is not
// there any more, or that this process may not know (see Sees).
func (s *Sleeper) Asleep() (call string, ok bool) {
	where := s.where()
	if s.named {
		return callIn(where)
	}
	// wchan is "0" while the thread runs, but also where the kernel has no names
	// and where the read is refused.
	return s.sleepingCall()
}

// Sees tells whether this process can know that the thread sleeps. It must be
// asked while the thread does, in any call: a read(2) will do.
func (s *Sleeper) Sees() bool {
	s.where()
	if s.named {
		return true
	}
	_, ok := s.callNumber()
	return ok && s.state() == 'S'
}

// Watches waits until the thread sleeps, in any call, and tells whether this
// process can know it (see Sees). A thread that runs on is not waited for longer
// than limit; then the answer is no.
func (s *Sleeper) Watches(limit time.Duration) bool {
	var poller Poller
	for pause, end := 10*time.Microsecond, time.Now().Add(limit); ; pause *= 2 {
		// The state is everybody's to read. Asked first, for the thread may go to
		// sleep between two looks.
		sleeps := s.state() == 'S'
		if s.Sees() {
			return true
		}
		if sleeps || time.Now().After(end) {
			return false
		}
		poller.Poll(nil, pause) // time.Sleep sleeps a millisecond at least, where the runtime waits for files
	}
}

// where reads wchan: the kernel function in which the thread sleeps, or "0".
func (s *Sleeper) where() []byte {
	b := s.read(s.wchan)
	if len(b) > 0 && b[0] != '0' {
		s.named = true
	}
	return b
}

// callIn finds the call in a kernel function's name, do_msgrcv or
// __do_semtimedop, which differs between kernels.
func callIn(function []byte) (string, bool) {
	for _, name := range [...]string{"msgrcv", "msgsnd", "semtimedop"} {
		if bytes.Contains(function, []byte(name)) { // the conversion does not allocate
			return name, true
		}
	}
	return "", false
}

// sleepingCall knows by the state and the call's number. The number alone lies:
// it stands there until the thread enters the next call.
func (s *Sleeper) sleepingCall() (string, bool) {
	if s.state() != 'S' {
		return "", false
	}
	nr, ok := s.callNumber()
	if !ok || s.state() != 'S' {
		return "", false
	}
	call := callByNumber(nr)
	if call == "semop" {
		call = "semtimedop" // as wchan has it
	}
	return call, call != ""
}

// state reads the thread's state letter, 0 if it is gone.
func (s *Sleeper) state() byte { return stateInStat(s.read(s.stat)) }

// callNumber reads the number of the system call that the thread is in. The file
// says "running", or the number and the arguments; -1 is no call.
func (s *Sleeper) callNumber() (nr int, ok bool) {
	b := s.read(s.syscall)
	for _, c := range b {
		if c < '0' || c > '9' {
			break
		}
		nr, ok = nr*10+int(c-'0'), true
	}
	return nr, ok
}

// read reads a file from its begin; empty if it cannot be read.
func (s *Sleeper) read(fd int) []byte {
	if fd < 0 {
		return nil
	}
	for {
		n, err := unix.Pread(fd, s.buf[:], 0)
		if err == unix.EINTR {
			continue
		}
		return s.buf[:max(0, n)]
	}
}

// stateInStat finds the state letter in "pid (name) state ppid ..."; the name
// may hold anything. 0 if there is none.
func stateInStat(stat []byte) byte {
	rest := stat[bytes.LastIndexByte(stat, ')')+1:]
	if len(rest) < 2 || rest[0] != ' ' {
		return 0
	}
	return rest[1]
}

// Stopped tells whether a process is stopped, by a signal or by a debugger.
//
// ENOENT, ESRCH no such process.
func Stopped(pid int) (bool, error) {
	stat, err := readStat(pid)
	state := stateInStat(stat)
	return state == 'T' || state == 't', err
}

// Dying tells whether a process is at its end: what it had attached may be gone
// before its descriptors are. It is not once it has been waited for.
func Dying(pid int) bool {
	stat, err := readStat(pid)
	const exiting = 4 // PF_EXITING of <linux/sched.h>
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	if err != nil || len(fields) < 7 { // state ppid pgrp session tty tpgid flags
		return false
	}
	flags, err := strconv.ParseUint(fields[6], 10, 64)
	return err == nil && flags&exiting != 0
}

func readStat(pid int) ([]byte, error) {
	path := fmt.Sprintf("/proc/%d/stat", pid)
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, failWith("open "+path, err)
	}
	defer unix.Close(fd)
	var buf [512]byte
	n, err := unix.Pread(fd, buf[:], 0)
	if err != nil {
		return nil, failWith("read "+path, err)
	}
	return buf[:n], nil
}
