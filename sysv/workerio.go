package sysv

import (
	"io"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// ErrAgain is Worker.Read's answer while there is nothing to read.
const ErrAgain = syscall.EAGAIN

// Read reads what has come from the worker, without waiting: ErrAgain if there
// is nothing, io.EOF once the worker's end is closed and everything is read.
func (w *Worker) Read(p []byte) (int, error) {
	for {
		n, errno := receive(w.protocol, p)
		switch {
		case errno == syscall.EINTR:
			continue
		case errno == syscall.EAGAIN:
			return 0, ErrAgain
		case errno == syscall.ECONNRESET: // it ended with a request unread
			return 0, io.EOF
		case errno != 0:
			return 0, fail("recvfrom", errno)
		case n == 0 && len(p) > 0:
			return 0, io.EOF
		}
		return n, nil
	}
}

// Write sends all of p. If the socket is full it waits for the worker to read,
// until the deadline; a zero one is never. The worker may itself be waiting for
// us to read, so before each wait onFull is called, if there is one: it should
// read, for the wait also ends when there is something to read.
//
// EPIPE the worker has ended; ETIMEDOUT it did not read in time: a part may have
// been sent, and nothing more can be told it.
func (w *Worker) Write(p []byte, deadline time.Time, onFull func()) error {
	for len(p) > 0 {
		n, errno := send(w.protocol, p)
		p = p[n:]
		switch errno {
		case 0, syscall.EINTR:
		case syscall.EAGAIN:
			if err := w.awaitRoom(deadline, onFull); err != nil {
				return err
			}
		case syscall.ECONNRESET:
			return fail("sendto", syscall.EPIPE)
		default:
			return fail("sendto", errno)
		}
	}
	return nil
}

func (w *Worker) awaitRoom(deadline time.Time, onFull func()) error {
	events := POLLOUT
	if onFull != nil {
		onFull()
		events |= POLLIN
	}
	left := time.Duration(-1)
	if !deadline.IsZero() {
		if left = time.Until(deadline); left <= 0 {
			return fail("sendto", syscall.ETIMEDOUT)
		}
	}
	_, err := w.poller.Poll([]PollFd{{Fd: w.protocol, Events: events}}, left)
	return err
}

// send wraps send(2) with MSG_NOSIGNAL. It tries without sleeping first, for which
// the Go runtime need not be told.
func send(fd int, p []byte) (int, syscall.Errno) {
	n, _, errno := unix.RawSyscall6(unix.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))),
		uintptr(len(p)), unix.MSG_NOSIGNAL|unix.MSG_DONTWAIT, 0, 0)
	if errno == syscall.EAGAIN {
		n, _, errno = unix.Syscall6(unix.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))),
			uintptr(len(p)), unix.MSG_NOSIGNAL, 0, 0)
	}
	if errno != 0 {
		return 0, errno
	}
	return int(n), 0
}

// receive wraps recv(2) with MSG_DONTWAIT.
func receive(fd int, p []byte) (int, syscall.Errno) {
	n, _, errno := unix.RawSyscall6(unix.SYS_RECVFROM, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))),
		uintptr(len(p)), unix.MSG_DONTWAIT, 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(n), 0
}

// answerTime is how long a worker has to answer a question.
const answerTime = time.Second

// AskAsleep asks the worker in which call its own thread sleeps, for where this
// process may not look (Sleeper.Sees). It is not ok if the thread does not
// sleep, or if no answer comes within a second: the worker is stopped or gone.
func (w *Worker) AskAsleep() (call string, ok bool) {
	// An answer repeats the question's byte, by which one that comes too late for
	// an earlier question is known.
	w.asked++
	if _, errno := send(w.control, []byte{w.asked}); errno != 0 {
		return "", false
	}
	for end := time.Now().Add(answerTime); ; {
		n, err := unix.Read(w.control, w.answer[:])
		switch {
		case err == nil && n == 0:
			return "", false
		case err == nil && w.answer[0] == w.asked:
			return callIn(w.answer[1:n])
		case err != nil && err != unix.EAGAIN && err != unix.EINTR:
			return "", false
		case err == unix.EAGAIN:
			left := time.Until(end)
			if left <= 0 {
				return "", false
			}
			if _, err := w.poller.Poll([]PollFd{{Fd: w.control, Events: POLLIN}}, left); err != nil {
				return "", false
			}
		}
	}
}
