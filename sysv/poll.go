package sysv

import (
	"encoding/binary"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Events of ppoll(2). POLLERR, POLLHUP and POLLNVAL come unasked.
const (
	POLLIN    = unix.POLLIN
	POLLOUT   = unix.POLLOUT
	POLLERR   = unix.POLLERR
	POLLHUP   = unix.POLLHUP
	POLLNVAL  = unix.POLLNVAL
	POLLRDHUP = unix.POLLRDHUP
)

// PollFd is struct pollfd: a descriptor, the events asked for and those that
// came. A negative descriptor is passed over.
type PollFd struct{ Fd, Events, Revents int }

// Poller polls again and again without new memory. Its zero value is ready.
type Poller struct{ list []unix.PollFd }

// Poll wraps ppoll(2): it waits for an event on one of the files, fills in
// Revents, and returns how many files have any. A negative timeout means to wait
// for ever. A timeout that is over is 0, and so is a signal (EINTR).
//
// EINVAL more files than RLIMIT_NOFILE; ENOMEM.
func (p *Poller) Poll(fds []PollFd, timeout time.Duration) (n int, err error) {
	p.list = p.list[:0]
	for _, f := range fds {
		p.list = append(p.list, unix.PollFd{Fd: int32(f.Fd), Events: int16(f.Events)})
	}
	var ts *unix.Timespec
	if timeout >= 0 {
		t := unix.NsecToTimespec(int64(min(timeout, 1<<30*time.Second))) // a time_t of 32 bits holds that
		ts = &t
	}
	n, err = unix.Ppoll(p.list, ts, nil)
	if err == unix.EINTR {
		n, err = 0, nil // and Revents are 0, as they were
	}
	for i := range fds {
		fds[i].Revents = int(p.list[i].Revents)
	}
	return max(0, n), failWith("ppoll", err)
}

// SharpTimers makes timeouts of the calling thread end when they are over, and not
// up to 50 microseconds later.
func SharpTimers() { unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0) }

// Waker is an eventfd(2) that wakes a Poll on its Fd with POLLIN.
type Waker struct {
	mu sync.Mutex
	fd int // -1 once closed
}

// NewWaker makes one. EMFILE, ENFILE, ENOMEM.
func NewWaker() (*Waker, error) {
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return nil, failWith("eventfd2", err)
	}
	return &Waker{fd: fd}, nil
}

// Fd is the descriptor to be polled.
func (w *Waker) Fd() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.fd
}

// Wake makes the descriptor readable until Drain. Any goroutine may call it, at
// any time.
func (w *Waker) Wake() {
	var one [8]byte
	binary.NativeEndian.PutUint64(one[:], 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	unix.Write(w.fd, one[:]) // EAGAIN: it is as readable as can be
}

// Drain takes back all that Wake did.
func (w *Waker) Drain() {
	var count [8]byte
	w.mu.Lock()
	defer w.mu.Unlock()
	unix.Read(w.fd, count[:])
}

// Close closes the descriptor.
func (w *Waker) Close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fd >= 0 {
		unix.Close(w.fd)
	}
	w.fd = -1
}
