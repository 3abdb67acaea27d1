package sysv

import (
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestPoller(t *testing.T) {
	w, err := NewWaker()
	if err != nil {
		t.Fatal(err)
	}
	var p Poller
	fds := []PollFd{{Fd: -1, Events: POLLIN}, {Fd: w.Fd(), Events: POLLIN}}
	poll := func(timeout time.Duration, want, revents int) {
		t.Helper()
		if n, err := p.Poll(fds, timeout); n != want || err != nil || fds[1].Revents != revents || fds[0].Revents != 0 {
			t.Fatalf("%d, %v, %v", n, err, fds)
		}
	}
	poll(0, 0, 0)
	poll(time.Microsecond, 0, 0)
	w.Wake()
	w.Wake()
	poll(-1, 1, POLLIN)
	poll(1<<63-1, 1, POLLIN)
	if n := testing.AllocsPerRun(20, func() { p.Poll(fds, time.Hour) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	w.Drain()
	w.Drain()
	poll(0, 0, 0)
	go w.Wake() // from another goroutine, into the wait
	poll(-1, 1, POLLIN)
	w.Close()
	w.Close()
	w.Wake()
	if w.Fd() != -1 {
		t.Error("not closed")
	}
	var pipe [2]int
	if err := unix.Pipe2(pipe[:], unix.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	unix.Close(pipe[1])
	fds[1] = PollFd{Fd: pipe[0]}
	poll(-1, 1, POLLHUP)
	unix.Close(pipe[0])
	poll(-1, 1, POLLNVAL)
}

// A signal ends the wait, without an error and without an event.
func TestPollerInterrupted(t *testing.T) {
	var pipe [2]int
	if err := unix.Pipe2(pipe[:], unix.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	tids, result := make(chan int), make(chan error)
	go offMain(func() {
		var p Poller
		fds := []PollFd{{Fd: pipe[0], Events: POLLIN, Revents: POLLERR}}
		tids <- unix.Gettid()
		n, err := p.Poll(fds, -1)
		if n != 0 || fds[0].Revents != 0 {
			t.Errorf("%d, %v", n, fds)
		}
		result <- err
	})
	tid := <-tids
	s := openSleeper(t, 0, tid)
	nr := func() int { n, _ := s.callNumber(); return n }
	until(t, "in poll", func() bool { return s.state() == 'S' && nr() == unix.SYS_PPOLL })
	unix.Tgkill(os.Getpid(), tid, unix.SIGWINCH)
	if err := <-result; err != nil {
		t.Error(err)
	}
	unix.Close(pipe[0])
	unix.Close(pipe[1])
}
