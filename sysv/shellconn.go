package sysv

import (
	"io"
	"syscall"

	"golang.org/x/sys/unix"
)

// ShellConn is a worker's connection to the shell that started it. Reads and
// writes wait; one goroutine may read while another writes.
type ShellConn struct{ fd int }

// WorkerConn returns the connection of this process, which StartWorker started,
// and keeps it from programs that this one executes.
//
// EBADF, ENOTSOCK this is no worker.
func WorkerConn() (*ShellConn, error) {
	for _, fd := range []int{protocolFd, controlFd} {
		if _, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TYPE); err != nil {
			return nil, failWith("getsockopt", err)
		}
		if _, err := unix.FcntlInt(uintptr(fd), unix.F_SETFD, unix.FD_CLOEXEC); err != nil {
			return nil, failWith("fcntl", err)
		}
	}
	return &ShellConn{protocolFd}, nil
}

// Read waits for something to read; io.EOF when the shell is gone.
func (c *ShellConn) Read(p []byte) (n int, err error) {
	for {
		n, err = unix.Read(c.fd, p)
		switch {
		case err == unix.EINTR:
			continue
		case err == unix.ECONNRESET: // it went without reading all that we wrote
			return 0, io.EOF
		case err != nil:
			return 0, failWith("read", err)
		case n == 0 && len(p) > 0:
			return 0, io.EOF
		}
		return n, nil
	}
}

// Write writes all of p. EPIPE the shell is gone.
func (c *ShellConn) Write(p []byte) (n int, err error) {
	for n < len(p) {
		m, errno := send(c.fd, p[n:])
		n += m
		switch errno {
		case 0, syscall.EINTR:
		case syscall.ECONNRESET:
			return n, fail("sendto", syscall.EPIPE)
		default:
			return n, fail("sendto", errno)
		}
	}
	return n, nil
}

// WatchShell starts a goroutine in a worker that calls gone once the shell has
// closed its end or died, even while a call blocks, and answers the shell's
// AskAsleep with what asleep says: the call in which the worker's own thread
// sleeps, or "" or "-". Requests are not read: another thread does that.
func WatchShell(gone func(), asleep func() string) {
	go watchShell(protocolFd, controlFd, gone, asleep)
}

func watchShell(protocol, control int, gone func(), asleep func() string) {
	var p Poller
	// Not POLLIN on the first, or a request that nobody reads yet would keep the
	// poll from sleeping.
	fds := []PollFd{{Fd: protocol, Events: POLLRDHUP}, {Fd: control, Events: POLLIN}}
	for {
		if _, err := p.Poll(fds, -1); err != nil || fds[0].Revents != 0 {
			gone()
			return
		}
		if fds[1].Revents != 0 && !answer(control, asleep) {
			fds[1].Fd = -1 // the end; the other descriptor's comes too
		}
	}
}

// answer answers one question: its byte, and the name or "-".
func answer(control int, asleep func() string) bool {
	var question [1]byte
	n, err := unix.Read(control, question[:])
	if err == unix.EINTR || err == unix.EAGAIN {
		return true
	}
	if err != nil || n == 0 {
		return false
	}
	call := asleep()
	if call == "" {
		call = "-"
	}
	_, errno := send(control, append(question[:], call...))
	return errno == 0 || errno == syscall.EINTR
}
