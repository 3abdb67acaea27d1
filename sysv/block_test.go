package sysv

import (
	"context"
	"fmt"
	"math/rand"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// awaitSleep waits until the kernel says that a thread sleeps in a System V call.
func awaitSleep(t testing.TB, tid int) {
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); runtime.Gosched() {
		wchan, _ := os.ReadFile(fmt.Sprintf("/proc/self/task/%d/wchan", tid))
		for _, call := range []string{"msgrcv", "msgsnd", "semtimedop"} {
			if strings.Contains(string(wchan), call) {
				return
			}
		}
	}
	t.Errorf("thread %d does not sleep", tid)
}

// asleep starts a call and returns, once it sleeps, its thread, its cancel and
// its result to come.
func asleep(t testing.TB, call func(context.Context) error) (tid int, cancel func(), result chan error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	tids, result := make(chan int, 1), make(chan error, 1)
	go func() { result <- call(OnBlock(ctx, func(tid int) { tids <- tid })) }()
	select {
	case tid = <-tids:
	case err := <-result:
		cancel()
		t.Fatalf("the call returned: %v", err)
	}
	awaitSleep(t, tid)
	return tid, cancel, result
}

// blockingCalls are one call each that sleeps for ever.
func blockingCalls(t testing.TB) map[string]func(context.Context) error {
	empty, full, set := newQueue(t), newQueue(t), newSet(t, 1)
	b := NewMsgbuf(2048)
	b.SetType(1)
	for Msgsnd(context.Background(), full, b, 2048, IPC_NOWAIT) == nil {
	}
	down := []Sembuf{{0, -1, 0}}
	return map[string]func(context.Context) error{
		"msgrcv": func(ctx context.Context) error {
			_, err := Msgrcv(ctx, empty, NewMsgbuf(8), 8, 0, 0)
			return err
		},
		"msgsnd": func(ctx context.Context) error {
			b := NewMsgbuf(2048)
			b.SetType(1)
			return Msgsnd(ctx, full, b, 2048, 0)
		},
		"semop":      func(ctx context.Context) error { return Semop(ctx, set, down) },
		"semtimedop": func(ctx context.Context) error { return Semtimedop(ctx, set, down, &Timespec{Sec: 3600}) },
	}
}

func threads(t testing.TB) int {
	entries, err := os.ReadDir("/proc/self/task")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// Cancels come before, at and after the moment when the thread falls asleep; none
// may be lost and none may cost a thread.
func TestCancel(t *testing.T) {
	for name, call := range blockingCalls(t) {
		t.Run(name, func(t *testing.T) {
			cancelOften(t, name, call, 50) // whatever threads this takes are there now
			before := threads(t)
			cancelOften(t, name, call, 1000)
			if after := threads(t); after > before+3 { // the runtime may want one at any time
				t.Errorf("%d threads, %d before", after, before)
			}
		})
	}
}

func cancelOften(t *testing.T, name string, call func(context.Context) error, n int) {
	for i := range n {
		ctx, cancel := context.WithCancel(context.Background())
		result, seen := make(chan error, 1), make(chan int, 1)
		go func() { result <- call(OnBlock(ctx, func(tid int) { seen <- tid })) }()
		switch tid := <-seen; i % 3 {
		case 0:
			awaitSleep(t, tid)
		case 1:
			time.Sleep(time.Duration(rand.Intn(100)) * time.Microsecond) // anywhere on the way
		}
		cancel()
		select {
		case err := <-result:
			wantErrno(t, err, name, syscall.EINTR)
		case <-time.After(10 * time.Second):
			t.Fatalf("cancel %d was lost", i)
		}
	}
}

// The thread is the same in call after call, and never the main one.
func TestThreadIsKept(t *testing.T) {
	call := blockingCalls(t)["semop"]
	first := 0
	for range 20 {
		tid, cancel, result := asleep(t, call)
		cancel()
		<-result
		if first == 0 {
			first = tid
		}
		if tid != first || tid == os.Getpid() {
			t.Fatalf("thread %d after %d, main is %d", tid, first, os.Getpid())
		}
	}
}

func TestDoneBeforeTheCall(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	q := newQueue(t)
	_, err := Msgrcv(ctx, q, NewMsgbuf(8), 8, 0, 0)
	wantErrno(t, err, "msgrcv", syscall.EINTR)
}

// Each message is received exactly once, however many receivers are cancelled:
// a call that took one as the cancel came has succeeded.
func TestNoMessageIsLost(t *testing.T) {
	const messages = 5000
	q := newQueue(t)
	go func() {
		b := NewMsgbuf(8)
		for i := 1; i <= messages; i++ {
			b.SetType(i)
			if err := Msgsnd(context.Background(), q, b, 8, 0); err != nil {
				t.Error(err)
				return
			}
			if i%3 == 0 {
				time.Sleep(time.Duration(rand.Intn(100)) * time.Microsecond)
			}
		}
	}()
	var mu sync.Mutex
	var wg sync.WaitGroup
	got, cancels := map[int]int{}, 0
	for range 3 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			b := NewMsgbuf(8)
			for {
				ctx, cancel := context.WithTimeout(context.Background(), time.Duration(rand.Intn(150))*time.Microsecond)
				_, err := Msgrcv(ctx, q, b, 8, 0, 0)
				cancel()
				mu.Lock()
				if err == nil {
					got[b.Type()]++
				} else {
					cancels++
				}
				all := len(got) == messages
				mu.Unlock()
				if all {
					return
				}
			}
		}()
	}
	wg.Wait()
	for typ, n := range got {
		if n != 1 {
			t.Errorf("message %d came %d times", typ, n)
		}
	}
	if cancels == 0 {
		t.Error("no receiver was cancelled")
	}
}

// EINTR that nobody asked for does not end a call.
func TestStrayEINTR(t *testing.T) {
	for name, call := range blockingCalls(t) {
		t.Run(name, func(t *testing.T) {
			winch := make(chan os.Signal, 1)
			signal.Notify(winch, syscall.SIGWINCH)
			defer signal.Stop(winch)
			tid, cancel, result := asleep(t, call)
			defer cancel()
			for range 200 {
				unix.Kill(os.Getpid(), syscall.SIGWINCH)
				unix.Tgkill(os.Getpid(), tid, syscall.SIGURG)
			}
			awaitSleep(t, tid)
			select {
			case err := <-result:
				t.Fatalf("ended: %v", err)
			default:
			}
			cancel()
			wantErrno(t, <-result, name, syscall.EINTR)
		})
	}
}

// A timeout is one timeout, however often the sleep was interrupted.
func TestTimeoutWithEINTR(t *testing.T) {
	set := newSet(t, 1)
	start := time.Now()
	tid, cancel, result := asleep(t, func(ctx context.Context) error {
		return Semtimedop(ctx, set, []Sembuf{{0, -1, 0}}, &Timespec{Nsec: 200e6})
	})
	defer cancel()
	for {
		select {
		case err := <-result:
			wantErrno(t, err, "semtimedop", syscall.EAGAIN)
			if d := time.Since(start); d < 200*time.Millisecond {
				t.Errorf("ended after %v", d)
			}
			return
		default:
			unix.Tgkill(os.Getpid(), tid, syscall.SIGURG)
			if time.Since(start) > 10*time.Second {
				t.Fatal("interruptions prolong the timeout")
			}
		}
	}
}

func TestObserver(t *testing.T) {
	set := newSet(t, 1)
	calls := 0
	ctx := OnBlock(context.Background(), func(int) { calls++ })
	for _, err := range []error{
		Semop(ctx, set, []Sembuf{{0, 1, 0}}),
		Semop(ctx, set, []Sembuf{{0, -1, 0}}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	wantErrno(t, Semop(ctx, set, []Sembuf{{0, -1, IPC_NOWAIT}}), "semop", syscall.EAGAIN)
	wantErrno(t, Semtimedop(ctx, set, []Sembuf{{0, -1, 0}}, &Timespec{}), "semtimedop", syscall.EAGAIN)
	if calls != 0 {
		t.Errorf("seen in %d calls that need not wait", calls)
	}
	wantErrno(t, Semtimedop(ctx, set, []Sembuf{{0, -1, 0}}, &Timespec{Nsec: 1}), "semtimedop", syscall.EAGAIN)
	if calls != 1 {
		t.Errorf("seen %d times in a call that waits", calls)
	}
}

// Sleepers that are removed get EIDRM, also many at once, more than are kept.
func TestManySleepers(t *testing.T) {
	q, err := Msgget(IPC_PRIVATE, IPC_CREAT|0o600)
	if err != nil {
		t.Fatal(err)
	}
	var results []chan error
	for range 3 * maxIdle {
		_, cancel, result := asleep(t, func(ctx context.Context) error {
			_, err := Msgrcv(ctx, q, NewMsgbuf(8), 8, 0, 0)
			return err
		})
		defer cancel()
		results = append(results, result)
	}
	Msgctl(q, IPC_RMID, nil)
	for _, r := range results {
		wantErrno(t, <-r, "msgrcv", syscall.EIDRM)
	}
	idle.Lock()
	defer idle.Unlock()
	if len(idle.threads) > maxIdle {
		t.Errorf("%d threads are kept", len(idle.threads))
	}
}
