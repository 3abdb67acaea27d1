package sysv

import (
	"context"
	"os"
	"runtime"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// ownCall has calls made on an own thread, one after the other.
type ownCall struct {
	t      *OwnThread
	calls  chan func(context.Context) error
	begins chan int // the thread of a call that may sleep
	result chan error
}

func newOwnCall(t testing.TB) *ownCall {
	t.Helper()
	o := &ownCall{calls: make(chan func(context.Context) error), begins: make(chan int, 1), result: make(chan error, 1)}
	ready, done := make(chan *OwnThread), make(chan struct{})
	go func() {
		defer close(done)
		RunOnOwnThread(func(own *OwnThread) {
			ctx := OnBlock(own.Context(context.Background()), func(tid int) { o.begins <- tid })
			ready <- own
			for call := range o.calls {
				o.result <- call(ctx)
			}
		})
	}()
	o.t = <-ready
	t.Cleanup(func() { close(o.calls); <-done })
	return o
}

func TestOwnThreadInterrupt(t *testing.T) {
	o := newOwnCall(t)
	if o.t.Tid() == os.Getpid() || o.t.Tid() == 0 {
		t.Errorf("thread %d, main is %d", o.t.Tid(), os.Getpid())
	}
	for name, call := range blockingCalls(t) {
		t.Run(name, func(t *testing.T) {
			for i := range 200 {
				o.calls <- call
				if tid := <-o.begins; tid != o.t.Tid() {
					t.Fatalf("thread %d, want %d", tid, o.t.Tid())
				}
				if i%2 == 0 {
					awaitSleep(t, o.t.Tid())
					o.t.Interrupt() // once must do
					wantErrno(t, <-o.result, name, syscall.EINTR)
					continue
				}
				for { // anywhere on the way; if it is not in the call yet, nothing happens
					o.t.Interrupt()
					select {
					case err := <-o.result:
						wantErrno(t, err, name, syscall.EINTR)
					default:
						runtime.Gosched()
						continue
					}
					break
				}
			}
		})
	}
	o.t.Interrupt() // in no call
}

// Any other signal's EINTR is the caller's too.
func TestOwnThreadDoesNotRetry(t *testing.T) {
	o := newOwnCall(t)
	for name, call := range blockingCalls(t) {
		o.calls <- call
		<-o.begins
		awaitSleep(t, o.t.Tid())
		unix.Tgkill(os.Getpid(), o.t.Tid(), unix.SIGWINCH)
		wantErrno(t, <-o.result, name, syscall.EINTR)
	}
}

// The runtime's own signals end no call.
func TestOwnThreadAndPreemption(t *testing.T) {
	o := newOwnCall(t)
	for name, call := range blockingCalls(t) {
		o.calls <- call
		<-o.begins
		awaitSleep(t, o.t.Tid())
		for range 200 {
			unix.Tgkill(os.Getpid(), o.t.Tid(), unix.SIGURG)
		}
		runtime.GC()
		awaitSleep(t, o.t.Tid())
		select {
		case err := <-o.result:
			t.Fatalf("%s ended: %v", name, err)
		default:
		}
		o.t.Interrupt()
		<-o.result
	}
}

// An interrupt aimed at one call does not end the next, however close it comes.
func TestInterruptHitsNoLaterCall(t *testing.T) {
	o := newOwnCall(t)
	set := newSet(t, 2)
	down := func(n uint16) func(context.Context) error {
		return func(ctx context.Context) error { return Semop(ctx, set, []Sembuf{{n, -1, 0}}) }
	}
	up := func(n uint16) {
		if err := Semop(context.Background(), set, []Sembuf{{n, 1, 0}}); err != nil {
			t.Error(err)
		}
	}
	for range 1000 {
		var first error
		o.calls <- func(ctx context.Context) error {
			first = down(0)(ctx)
			return down(1)(ctx)
		}
		<-o.begins
		awaitSleep(t, o.t.Tid())
		o.t.mu.Lock()
		call := o.t.call
		o.t.mu.Unlock()
		over := make(chan struct{})
		go func() { up(0); close(over) }()
		o.t.interrupt(call)
		<-over
		<-o.begins
		awaitSleep(t, o.t.Tid())
		up(1)
		if err := <-o.result; err != nil {
			t.Fatalf("the later call: %v", err)
		}
		if first != nil { // interrupted: its unit is still there
			wantErrno(t, first, "semop", syscall.EINTR)
			if _, err := Semctl(set, 0, SETVAL, SemVal(0)); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestOwnThreadDoneBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	q := newQueue(t)
	RunOnOwnThread(func(own *OwnThread) {
		_, err := Msgrcv(own.Context(ctx), q, NewMsgbuf(8), 8, 0, 0)
		if e, ok := err.(*Error); !ok || e.Errno != syscall.EINTR {
			t.Error(err)
		}
	})
}

// TestMainThreadCancels ends sleeps by the end of their context, as on the thread
// of MainThread; an interrupt that nobody asked for ends none.
func TestMainThreadCancels(t *testing.T) {
	q := newQueue(t)
	RunOnOwnThread(func(own *OwnThread) {
		own.cancels = true
		for i := 0; i < 300; i++ {
			ctx, cancel := context.WithCancel(context.Background())
			begun := make(chan bool, 1)
			ctx = OnBlock(own.Context(ctx), func(int) { begun <- true })
			go func() {
				<-begun
				own.Interrupt() // unasked
				cancel()
			}()
			_, err := Msgrcv(ctx, q, NewMsgbuf(8), 8, 0, 0)
			wantErrno(t, err, "msgrcv", syscall.EINTR)
		}
	})
}
