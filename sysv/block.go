package sysv

import (
	"context"
	"os"
	"runtime"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// The blocking road. A call that must sleep does so on a thread of its own,
// because only a signal sent to that thread wakes it: a Go program's other
// threads take the signals sent to the process. The main thread is never used,
// for it is the one that does get them. Threads are kept and used again, so
// that a thread id stays good from call to call and cancelling costs no thread.
// A goroutine with an OwnThread sleeps on that one.

type onBlockKey struct{}

// OnBlock returns a context that has f called once in each call that may have
// to sleep, just before it is made, with the id of the thread that will sleep.
// What the kernel shows of that thread (/proc/self/task/TID/wchan) then tells
// whether it does.
func OnBlock(ctx context.Context, f func(tid int)) context.Context {
	return context.WithValue(ctx, onBlockKey{}, f)
}

// job is one call on its way through a thread.
type job struct {
	ctx   context.Context
	call  func() (uintptr, syscall.Errno)
	ret   uintptr
	errno syscall.Errno
	done  chan struct{}
}

// block makes a call that may sleep and gives its result. If ctx ends first,
// the sleep is ended with EINTR. A call that was completed all the same counts
// as completed: its message is taken, its semaphore is down.
func block(ctx context.Context, name string, call func() (uintptr, syscall.Errno)) (uintptr, error) {
	if ctx.Err() != nil {
		return 0, fail(name, syscall.EINTR)
	}
	if player != nil {
		player.spread()
	}
	if own, ok := ctx.Value(ownThreadKey{}).(*OwnThread); ok {
		return blockOn(own, ctx, name, call)
	}
	t := takeThread()
	if f, ok := ctx.Value(onBlockKey{}).(func(int)); ok {
		f(t.tid)
	}
	j := &job{ctx: ctx, call: call, done: make(chan struct{})}
	t.jobs <- j
	select {
	case <-j.done:
	case <-ctx.Done():
		t.interrupt(j)
	}
	t.giveBack()
	return j.ret, fail(name, j.errno)
}

// blockOn is block for the goroutine that owns a thread: it sleeps where it is.
func blockOn(t *OwnThread, ctx context.Context, name string, call func() (uintptr, syscall.Errno)) (uintptr, error) {
	if f, ok := ctx.Value(onBlockKey{}).(func(int)); ok {
		f(t.tid)
	}
	if !t.cancels {
		ret, errno := t.do(call)
		return ret, fail(name, errno)
	}
	over, end := make(chan struct{}), ctx.Done()
	go func() {
		select {
		case <-end:
			t.interruptUntil(over)
		case <-over:
		}
	}()
	ret, errno := uintptr(0), syscall.EINTR
	for errno == syscall.EINTR && ctx.Err() == nil {
		ret, errno = t.do(call)
	}
	close(over)
	return ret, fail(name, errno)
}

// thread is an OS thread that serves one call after the other.
type thread struct {
	tid  int
	jobs chan *job
}

// interrupt signals the thread until its call has returned. One signal is not
// enough: it may come before the thread has entered the kernel. The Go runtime
// has a handler for SIGURG and expects it to come unasked.
func (t *thread) interrupt(j *job) {
	pid := os.Getpid()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for wait := 20 * time.Microsecond; ; wait = min(2*wait, 5*time.Millisecond) {
		unix.Tgkill(pid, t.tid, syscall.SIGURG)
		timer.Reset(wait)
		select {
		case <-j.done:
			return
		case <-timer.C:
		}
	}
}

// serve makes this goroutine's thread serve calls until jobs is closed. It then
// ends with its goroutine, which is still locked to it.
func serve(ready chan<- *thread) {
	runtime.LockOSThread()
	if unix.Gettid() == os.Getpid() {
		// As long as we hold the main thread, another goroutine cannot get it.
		t := newThread()
		runtime.UnlockOSThread()
		ready <- t
		return
	}
	t := &thread{tid: unix.Gettid(), jobs: make(chan *job)}
	ready <- t
	for j := range t.jobs {
		j.errno = syscall.EINTR
		for j.errno == syscall.EINTR && j.ctx.Err() == nil {
			j.ret, j.errno = j.call() // EINTR without a cancel is not the caller's doing
		}
		close(j.done)
	}
}

func newThread() *thread {
	ready := make(chan *thread)
	go serve(ready)
	return <-ready
}

// idle are the threads without a call. The one used last is used next.
var idle struct {
	sync.Mutex
	threads []*thread
}

const maxIdle = 4 // more than that only where many calls sleep at once

func takeThread() *thread {
	idle.Lock()
	defer idle.Unlock()
	if n := len(idle.threads); n > 0 {
		t := idle.threads[n-1]
		idle.threads = idle.threads[:n-1]
		return t
	}
	return newThread()
}

func (t *thread) giveBack() {
	idle.Lock()
	defer idle.Unlock()
	if len(idle.threads) < maxIdle {
		idle.threads = append(idle.threads, t)
		return
	}
	close(t.jobs)
}
