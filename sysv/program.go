package sysv

import (
	"errors"
	"io"
	"os"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// Program is a foreign program, in whatever language, with pipes for its three
// standard streams: one into it, and one that takes both of its outputs, in the
// order in which they were written. It dies with this process, however that
// dies. As of a Worker one goroutine uses it; Signal, Pid and Reap may be called
// from others. Its Fd becomes readable when it ends.
type Program struct {
	Worker
	stdin  int    // our ends, non-blocking; -1 once closed
	output int    //
	inode  uint64 // of the pipe of its standard input
	tree   treeReader
}

// ProgramOptions say how a program is started.
type ProgramOptions struct {
	Path string   // its file; a relative one is looked for in Dir
	Args []string // argv; it needs one at least
	Env  []string // as NAME=VALUE
	Dir  string   // its working directory; "": ours
}

// StartProgram starts a program in a session and process group of its own,
// without a terminal and with no descriptor but the three.
//
// Of fork: EAGAIN, ENOMEM, EMFILE, ENFILE as StartWorker. Of execve: ENOENT there
// is no such file, or not the one that is to interpret it; EACCES it is not
// executable, or a directory; ENOEXEC it is no program; ETXTBSY it is being
// written; E2BIG; ENOTDIR. A directory that is not there is ENOENT too.
func StartProgram(o ProgramOptions) (*Program, error) {
	programs.adopt()
	closeOnExec()
	p := &Program{stdin: -1, output: -1}
	p.protocol, p.control = -1, -1
	var theirs [2]int
	var err error
	if theirs[0], p.stdin, err = halfPipe(true); err != nil {
		return nil, err
	}
	defer unix.Close(theirs[0])
	if p.output, theirs[1], err = halfPipe(false); err != nil {
		p.Discard()
		return nil, err
	}
	defer unix.Close(theirs[1])
	var st unix.Stat_t
	if err := unix.Fstat(theirs[0], &st); err != nil {
		p.Discard()
		return nil, failWith("fstat", err)
	}
	p.inode = st.Ino
	start := programStart{o, [3]int{theirs[0], theirs[1], theirs[1]}}
	if p.pid, err = start.start(); err != nil {
		programs.remove(p)
		p.Discard()
		return nil, err
	}
	p.protocol = -1
	if fd, err := unix.PidfdOpen(p.pid, 0); err == nil { // not every kernel has it, nor every sandbox
		unix.CloseOnExec(fd)
		p.protocol = fd
	}
	programs.add(p)
	return p, nil
}

// halfPipe makes a pipe of which our end does not block: the one that is written, or
// that is read.
func halfPipe(write bool) (r, w int, err error) {
	var fds [2]int
	if err := unix.Pipe2(fds[:], unix.O_CLOEXEC); err != nil {
		return -1, -1, failWith("pipe2", err)
	}
	ours := fds[0]
	if write {
		ours = fds[1]
	}
	if err := unix.SetNonblock(ours, true); err != nil {
		unix.Close(fds[0])
		unix.Close(fds[1])
		return -1, -1, failWith("fcntl", err)
	}
	return fds[0], fds[1], nil
}

// strangers is done once the descriptors that were left open to us are marked.
var strangers sync.Once

// closeOnExec keeps descriptors from programs that whoever started us left open.
func closeOnExec() {
	strangers.Do(func() {
		const first, last = 3, 1<<32 - 1
		if unix.CloseRange(first, last, unix.CLOSE_RANGE_CLOEXEC) == nil {
			return
		}
		names, _ := os.ReadDir("/proc/self/fd") // before Linux 5.11
		for _, n := range names {
			if fd, ok := parseDigits([]byte(n.Name()), 10); ok && fd >= first {
				unix.CloseOnExec(int(fd))
			}
		}
	})
}

// OutputFd is the descriptor of its output, to be polled; -1 once at its end.
func (p *Program) OutputFd() int { return p.output }

// ReadOutput reads what the program, or a child of it, has written, without
// waiting: ErrAgain if there is nothing, io.EOF once nobody can write any more,
// which closes our end.
func (p *Program) ReadOutput(b []byte) (int, error) {
	if p.output < 0 {
		return 0, io.EOF
	}
	for {
		n, err := unix.Read(p.output, b)
		switch {
		case err == unix.EINTR:
			continue
		case err == unix.EAGAIN:
			return 0, ErrAgain
		case err != nil:
			return 0, failWith("read", err)
		case n == 0 && len(b) > 0:
			p.closeOutput()
			return 0, io.EOF
		}
		return n, nil
	}
}

// Feed writes to the program's standard input, without waiting, and returns how
// much went in. EAGAIN the pipe is full; EPIPE nobody reads it any more; EBADF it
// has been closed.
func (p *Program) Feed(b []byte) (n int, err error) {
	if p.stdin < 0 {
		return 0, fail("write", syscall.EBADF)
	}
	for len(b) > 0 {
		var m int
		m, err = unix.Write(p.stdin, b)
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil {
			return n, failWith("write", err)
		}
		n, b = n+m, b[m:]
	}
	return n, nil
}

// StdinFd is the descriptor that Feed writes to, to be polled; -1 once closed.
func (p *Program) StdinFd() int { return p.stdin }

// CloseStdin ends the program's standard input. EBADF it was closed before.
func (p *Program) CloseStdin() error {
	if p.stdin < 0 {
		return fail("close", syscall.EBADF)
	}
	unix.Close(p.stdin)
	p.stdin = -1
	return nil
}

func (p *Program) closeOutput() {
	if p.output >= 0 {
		unix.Close(p.output)
	}
	p.output = -1
}

// Discard closes all that is open for the program.
func (p *Program) Discard() {
	p.CloseStdin()
	p.closeOutput()
	p.Close()
	p.tree.close()
}
