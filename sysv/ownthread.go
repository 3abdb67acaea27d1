package sysv

import (
	"context"
	"os"
	"runtime"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// OwnThread makes the blocking calls of one goroutine on that goroutine's own
// thread. It is for a worker process, which makes one call after the other and
// would only lose time by a hop to another thread.
type OwnThread struct {
	tid     int
	cancels bool // the end of the context ends a sleep, and EINTR unasked is retried

	mu     sync.Mutex
	call   uint64 // the number of calls begun
	inside bool   // between the begin and the end of a call
	hit    bool   // this call was signalled
}

// interruptSignal ends a sleep on an own thread. The Go runtime has a handler
// for it that does nothing. It is not SIGURG: that one the runtime itself sends
// to threads, and one that it aimed at running code may reach the thread when it
// sleeps already, so own threads keep it out.
const interruptSignal = syscall.SIGIO

// NewOwnThread makes the calling goroutine's thread its own, and locks the
// goroutine to it. On the main thread, to which the kernel gives the signals sent
// to the process, each of these that has a handler ends a sleep. See RunOnOwnThread. The goroutine must end locked.
func NewOwnThread() *OwnThread {
	runtime.LockOSThread()
	var urgent unix.Sigset_t
	addSignal(&urgent, unix.SIGURG)
	unix.PthreadSigmask(unix.SIG_BLOCK, &urgent, nil)
	return &OwnThread{tid: unix.Gettid()}
}

// RunOnOwnThread runs f on a new goroutine with a thread of its own that is not
// the main one. It returns when f has; then the thread is gone.
func RunOnOwnThread(f func(t *OwnThread)) {
	offMain(func() { f(NewOwnThread()) })
}

// offMain runs f on a new goroutine that is locked to a thread other than the
// main one, and waits for its end.
func offMain(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		if unix.Gettid() != os.Getpid() {
			f()
			return
		}
		// As long as we hold the main thread, another goroutine cannot get it.
		offMain(f)
		runtime.UnlockOSThread()
	}()
	<-done
}

// Tid returns the thread's id.
func (t *OwnThread) Tid() int { return t.tid }

// MainThread is an OwnThread for the goroutine that main runs on, if that is
// locked to the main thread, else nil. Of a message that is handed to a sleeper
// the kernel notes the thread as msg_lrpid, and only the main thread's id is the
// process's. The end of a call's context ends its sleep, and an EINTR that nobody
// asked for is retried: the main thread is the one that gets the signals sent to
// the process.
func MainThread() *OwnThread {
	if unix.Gettid() != os.Getpid() {
		return nil
	}
	return &OwnThread{tid: unix.Gettid(), cancels: true}
}

// interruptUntil interrupts the thread's calls until over: one may be about to
// begin when the first signal would be sent.
func (t *OwnThread) interruptUntil(over <-chan struct{}) {
	for wait := 20 * time.Microsecond; ; wait = min(2*wait, 5*time.Millisecond) {
		t.Interrupt()
		select {
		case <-over:
			return
		case <-time.After(wait):
		}
	}
}

type ownThreadKey struct{}

// Context returns a context with which calls block on this very thread; the
// goroutine that owns it must be the one that makes them. Save for the thread of
// MainThread only Interrupt ends their sleep, not the end of the context. EINTR is never retried: the call ends
// with it where a C program's would, as semop does after SIGCONT.
func (t *OwnThread) Context(ctx context.Context) context.Context {
	return context.WithValue(ctx, ownThreadKey{}, t)
}

// do makes one call that may sleep.
func (t *OwnThread) do(call func() (uintptr, syscall.Errno)) (uintptr, syscall.Errno) {
	t.mu.Lock()
	t.call++
	t.inside, t.hit = true, false
	t.mu.Unlock()
	ret, errno := call()
	t.mu.Lock()
	t.inside = false
	hit := t.hit
	t.mu.Unlock()
	if hit {
		// A signal that came after the return may still be on its way from
		// another CPU. The end of any system call delivers it: now, not in the
		// next sleep.
		unix.Gettid()
	}
	return ret, errno
}

// Interrupt makes the call that the thread is in return, with EINTR if it
// sleeps. It returns when that call has; it never touches a later one, and does
// nothing if the thread is in no call. Another goroutine may call it. One signal
// is not enough: it may come before the thread has entered the kernel.
func (t *OwnThread) Interrupt() {
	t.mu.Lock()
	call := t.call
	t.mu.Unlock()
	t.interrupt(call)
}

func (t *OwnThread) interrupt(call uint64) {
	for wait := 20 * time.Microsecond; t.signal(call); wait = min(2*wait, 5*time.Millisecond) {
		time.Sleep(wait)
	}
}

// signal sends one signal if the thread is still in this call. Holding the lock,
// it keeps the thread from leaving the call meanwhile.
func (t *OwnThread) signal(call uint64) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.inside || t.call != call {
		return false
	}
	t.hit = true
	unix.Tgkill(os.Getpid(), t.tid, interruptSignal)
	return true
}

// addSignal is sigaddset(3).
func addSignal(set *unix.Sigset_t, sig syscall.Signal) {
	const bits = 8 * unsafe.Sizeof(set.Val[0])
	n := uintptr(sig - 1)
	set.Val[n/bits] |= 1 << (n % bits)
}
