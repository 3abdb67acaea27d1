package sysv

import (
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// Exited is the end of the process that ran in this one's place.
type Exited struct {
	Status int // as a shell has it: 128 and the signal's number if killed
}

func (e *Exited) Error() string { return fmt.Sprintf("exit status %d", e.Status) }

// failedStart is the status of a child that did not get as far as the program.
const failedStart = 127

// waitFor waits for the end of a child.
func waitFor(pid int) error {
	var ws unix.WaitStatus
	for {
		_, err := unix.Wait4(pid, &ws, 0, nil)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return failWith("wait4", err)
		}
		if ws.Signaled() {
			return &Exited{128 + int(ws.Signal())}
		}
		return &Exited{ws.ExitStatus()}
	}
}

// relay keeps a process that waits for its child from dying of the terminal's
// signals, which the child gets too, and passes on those meant for the program.
type relay struct {
	signals chan os.Signal
	child   chan int
	done    sync.WaitGroup
}

func startRelay() *relay {
	r := &relay{signals: make(chan os.Signal, 16), child: make(chan int, 1)}
	for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) { // nohup: the child is to inherit that
			signal.Notify(r.signals, s)
		}
	}
	r.done.Add(1)
	go r.run()
	return r
}

func (r *relay) run() {
	defer r.done.Done()
	pid, ok := <-r.child
	if !ok {
		return
	}
	for s := range r.signals {
		if s == syscall.SIGTERM || s == syscall.SIGHUP {
			unix.Kill(pid, s.(syscall.Signal))
		}
	}
}

// to names the child; signals that came before wait for it.
func (r *relay) to(pid int) { r.child <- pid }

func (r *relay) stop() {
	signal.Stop(r.signals)
	close(r.child)
	close(r.signals)
	r.done.Wait()
}

// report is a pipe through which a child tells the errno of what failed before
// its last exec. That exec closes it.
type report struct{ r, w int }

func newReport() (*report, error) {
	var p [2]int
	err := unix.Pipe2(p[:], unix.O_CLOEXEC)
	return &report{p[0], p[1]}, failWith("pipe2", err)
}

// read waits for the exec or the errno. The caller's end for writing is closed.
func (r *report) read(call string) error {
	r.closeWriting()
	var errno [1]byte
	for {
		n, err := unix.Read(r.r, errno[:])
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return failWith("read", err)
		}
		if n == 0 {
			return nil
		}
		return fail(call, syscall.Errno(errno[0]))
	}
}

func (r *report) close() {
	unix.Close(r.r)
	r.closeWriting()
}

func (r *report) closeWriting() {
	if r.w >= 0 {
		unix.Close(r.w)
	}
	r.w = -1
}
