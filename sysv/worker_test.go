package sysv

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func init() {
	helpers["worker"] = worker
	// shell starts a worker that does not watch it, and waits to be killed.
	helpers["shell"] = func() error {
		os.Setenv(helperEnv, "deaf")
		w, err := StartWorker(WorkerOptions{Args: []string{"worker"}, Uid: -1, Gid: -1})
		if err != nil {
			return err
		}
		fmt.Println("pid", w.Pid())
		return unix.Pause()
	}
	helpers["deaf"] = func() error { return unix.Pause() }
	helpers["nofile"] = func() error {
		os.Setenv(helperEnv, "worker")
		for limit := uint64(4); ; limit++ {
			unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: limit, Max: 64})
			w, err := StartWorker(WorkerOptions{Args: []string{"worker"}, Uid: -1, Gid: -1})
			if err == nil {
				w.Signal(syscall.SIGKILL)
				w.Reap(true)
				fmt.Println("EMFILE below", limit > 8)
				return nil
			}
			var e *Error
			if !errors.As(err, &e) || e.Errno != syscall.EMFILE {
				return err
			}
		}
	}
	helpers["nproc"] = func() error {
		os.Setenv(helperEnv, "worker")
		o := WorkerOptions{Args: []string{"worker"}, Uid: 65534, Gid: -1}
		w, err := StartWorker(o) // the limit is looked at before the newcomer is counted
		if err != nil {
			return err
		}
		unix.Setrlimit(unix.RLIMIT_NPROC, &unix.Rlimit{})
		_, err = StartWorker(o)
		fmt.Println(err)
		w.Close()
		w.Reap(true)
		return nil
	}
	helpers["root's"] = func() error {
		os.Setenv(helperEnv, "worker")
		_, err := StartWorker(WorkerOptions{Args: []string{"worker"}, Uid: 0, Gid: -1})
		fmt.Println(err)
		return nil
	}
	helpers["private"] = func() error {
		os.Setenv(helperEnv, "worker")
		w, err := StartWorker(WorkerOptions{Args: []string{"worker"}, Uid: -1, Gid: -1, Private: true})
		if err != nil {
			return err
		}
		mine, _ := namespaceOf("self", "ipc")
		theirs, err := namespaceOf(fmt.Sprint(w.Pid()), "ipc")
		fmt.Println(err, mine != theirs)
		w.Close()
		ws, _ := w.Reap(true)
		fmt.Println(ws.ExitStatus())
		return nil
	}
}

// worker does what it is told, one line at a time, on its own thread. Its exit
// status is 3 if the shell is gone.
func worker() error {
	conn, err := WorkerConn()
	if err != nil {
		return err
	}
	RunOnOwnThread(func(own *OwnThread) {
		sleeper, e := OpenSleeper(0, own.Tid())
		if e != nil {
			err = e
			return
		}
		WatchShell(func() { os.Exit(3) }, func() string { call, _ := sleeper.Asleep(); return call })
		ctx := own.Context(context.Background())
		lines := bufio.NewReader(conn)
		for {
			line, e := lines.ReadString('\n')
			if e != nil {
				select {} // WatchShell says so
			}
			var id, n int
			fmt.Sscan(line[4:], &id, &n)
			switch line[:4] {
			case "tid ":
				fmt.Fprintln(conn, own.Tid())
			case "rcv ":
				_, err := Msgrcv(ctx, Msqid(id), NewMsgbuf(8), 8, 0, 0)
				fmt.Fprintln(conn, err)
			case "sem ":
				fmt.Fprintln(conn, Semop(ctx, Semid(id), []Sembuf{{0, int16(n), 0}}))
			case "big ":
				io.WriteString(conn, strings.Repeat("x", id)+"\n")
			case "exit":
				os.Exit(id)
			case "die ":
				DieOf(syscall.Signal(id))
			case "who ":
				stdin, _ := os.Readlink("/proc/self/fd/0")
				flags3, _ := unix.FcntlInt(protocolFd, unix.F_GETFD, 0)
				flags4, _ := unix.FcntlInt(controlFd, unix.F_GETFD, 0)
				fmt.Fprintln(conn, os.Args[0], stdin, unix.Getpgrp() == os.Getpid(), flags3, flags4, os.Getuid(), os.Getgid())
			default:
				fmt.Fprintln(conn, len(line))
			}
		}
	})
	return err
}

// startWorker starts a helper "worker" that ends with the test.
func startWorker(t testing.TB, o WorkerOptions) *Worker {
	t.Helper()
	o.Args = []string{"worker"}
	o.Env = append(os.Environ(), helperEnv+"=worker", "GORACE=atexit_sleep_ms=0")
	w, err := StartWorker(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		w.Signal(syscall.SIGKILL)
		w.Reap(true)
		w.Close()
	})
	return w
}

func tell(t testing.TB, w *Worker, format string, args ...any) {
	t.Helper()
	if err := w.Write([]byte(fmt.Sprintf(format+"\n", args...)), time.Time{}, nil); err != nil {
		t.Fatal(err)
	}
}

// hear reads one line.
func hear(t testing.TB, w *Worker) string {
	t.Helper()
	var line []byte
	var p Poller
	for {
		var b [1]byte
		n, err := w.Read(b[:])
		switch {
		case err == ErrAgain:
			if _, err := p.Poll([]PollFd{{Fd: w.Fd(), Events: POLLIN}}, -1); err != nil {
				t.Fatal(err)
			}
		case err != nil:
			t.Fatal(err)
		case n == 1 && b[0] == '\n':
			return string(line)
		default:
			line = append(line, b[:n]...)
		}
	}
}

func wantExit(t testing.TB, w *Worker, status int) {
	t.Helper()
	for range 2 { // it is remembered
		if ws, done := w.Reap(true); !done || ws.ExitStatus() != status {
			t.Errorf("status %#x, %v", ws, done)
		}
	}
	wantErrno(t, w.Signal(syscall.SIGKILL), "kill", syscall.ESRCH)
}

var asWeAre = WorkerOptions{Uid: -1, Gid: -1}

func TestWorker(t *testing.T) {
	w := startWorker(t, asWeAre)
	if _, err := w.Read(make([]byte, 1)); err != ErrAgain {
		t.Error(err)
	}
	if _, done := w.Reap(false); done {
		t.Error("reaped alive")
	}
	tell(t, w, "who ")
	want := fmt.Sprintln("worker /dev/null true 1 1", os.Getuid(), os.Getgid())
	if got := hear(t, w); got != strings.TrimSpace(want) {
		t.Errorf("got %q, want %q", got, want)
	}
	tell(t, w, "exit7")
	until(t, "its end", func() bool { _, done := w.Reap(false); return done })
	wantExit(t, w, 7)
	if _, err := w.Read(make([]byte, 1)); err != io.EOF {
		t.Error(err)
	}
	wantErrno(t, w.Write([]byte("x"), time.Time{}, nil), "sendto", syscall.EPIPE)
	if _, ok := w.AskAsleep(); ok {
		t.Error("asleep")
	}
}

// The worker sleeps, is looked at from both sides, interrupted and woken.
func TestWorkerSleeps(t *testing.T) {
	w := startWorker(t, asWeAre)
	tell(t, w, "tid ")
	var tid int
	fmt.Sscan(hear(t, w), &tid)
	s := openSleeper(t, w.Pid(), tid)
	until(t, "in read", s.Sees)
	if call, ok := w.AskAsleep(); ok {
		t.Errorf("asleep in %s", call)
	}
	set := newSet(t, 1)
	tell(t, w, "sem %d -1", set)
	until(t, "asleep", func() bool { _, ok := s.Asleep(); return ok })
	for range 300 { // more questions than their byte has values
		if call, ok := w.AskAsleep(); call != "semtimedop" || !ok {
			t.Fatal(call, ok)
		}
	}
	if call, _ := s.Asleep(); call != "semtimedop" {
		t.Error(call)
	}
	// While it is stopped it is not asleep in the call, and cannot answer.
	w.Signal(syscall.SIGSTOP)
	until(t, "stopped", func() bool { stopped, err := Stopped(w.Pid()); return stopped && err == nil })
	if _, ok := w.AskAsleep(); ok {
		t.Error("a stopped process answers")
	}
	byState := openSleeper(t, w.Pid(), tid)
	unix.Close(byState.wchan) // as where the kernel has none
	byState.wchan = -1
	for i, s := range []*Sleeper{s, byState} { // the call's number still stands in its file
		if call, ok := s.Asleep(); ok {
			t.Errorf("%d: stopped, and asleep in %s", i, call)
		}
	}
	w.Signal(syscall.SIGCONT)
	until(t, "continued", func() bool { stopped, err := Stopped(w.Pid()); return !stopped && err == nil })
	if got := hear(t, w); !strings.HasPrefix(got, "semop: EINTR") { // as in C
		t.Error(got)
	}
	if call, ok := w.AskAsleep(); ok {
		t.Errorf("asleep in %s", call)
	}
	q := newQueue(t)
	tell(t, w, "rcv %d", q)
	until(t, "asleep", func() bool { call, ok := s.Asleep(); return ok && call == "msgrcv" })
	Msgctl(q, IPC_RMID, nil)
	if got := hear(t, w); !strings.HasPrefix(got, "msgrcv: EIDRM") {
		t.Error(got)
	}
}

// An answer that comes too late is not taken for that to the next question.
func TestLateAnswer(t *testing.T) {
	ours, theirs, err := socketpair(unix.SOCK_SEQPACKET)
	if err != nil {
		t.Fatal(err)
	}
	w := &Worker{protocol: -1, control: ours, asked: 7}
	unix.Write(theirs, []byte("\x07msgrcv"))
	go answer(theirs, func() string { return "msgsnd" })
	if call, ok := w.AskAsleep(); call != "msgsnd" || !ok {
		t.Error(call, ok)
	}
	go answer(theirs, func() string { return "" })
	if call, ok := w.AskAsleep(); ok {
		t.Error(call)
	}
	unix.Close(theirs)
	if call, ok := w.AskAsleep(); ok {
		t.Error(call)
	}
	w.Close()
}

// The end of the shell's side ends the worker, asleep in a call or not.
func TestWorkerEndsWithUs(t *testing.T) {
	for _, sleeping := range []bool{false, true} {
		w := startWorker(t, asWeAre)
		tell(t, w, "tid ")
		hear(t, w)
		if sleeping {
			tell(t, w, "rcv %d", newQueue(t))
			until(t, "asleep", func() bool { _, ok := w.AskAsleep(); return ok })
			tell(t, w, "tid ") // a request that is never read
		}
		w.Close()
		w.Close()
		wantExit(t, w, 3)
	}
}

// A worker that does not watch dies with the shell as well.
func TestWorkerDiesWithShell(t *testing.T) {
	cmd := helper("shell", nil)
	out, stop := start(t, cmd)
	cmd.Process.Kill()
	gone(t, pidIn(t, out))
	stop()
}

func TestWorkerKilled(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM, syscall.SIGSEGV} {
		w := startWorker(t, asWeAre)
		tell(t, w, "tid ")
		hear(t, w)
		if sig == syscall.SIGSEGV {
			tell(t, w, "die %d", sig)
		} else {
			w.Signal(syscall.SIGSTOP)
			tell(t, w, "tid ") // not read: the end is not ECONNRESET
			w.Signal(sig)
			w.Signal(syscall.SIGCONT)
		}
		if ws, done := w.Reap(true); !done || !ws.Signaled() || ws.Signal() != sig || ws.CoreDump() {
			t.Errorf("%v: %#x", sig, ws)
		}
		var err error
		for err == nil {
			_, err = w.Read(make([]byte, 100)) // what it wrote before comes first
		}
		if err != io.EOF {
			t.Error(err)
		}
	}
}

// Both sockets are full; neither side waits for the other for ever.
func TestWorkerFull(t *testing.T) {
	w := startWorker(t, asWeAre)
	const size, requests = 1 << 20, 1 << 19
	tell(t, w, "big %d", size)
	got, lines := 0, 0
	buf := make([]byte, 1<<16)
	drain := func() {
		for {
			n, err := w.Read(buf)
			if err != nil {
				if err != ErrAgain {
					t.Fatal(err)
				}
				return
			}
			got += n
			lines += strings.Count(string(buf[:n]), "\n")
		}
	}
	if err := w.Write([]byte(strings.Repeat("xxx\n", requests)), time.Now().Add(time.Minute), drain); err != nil {
		t.Fatal(err)
	}
	var p Poller
	for lines < requests+1 {
		if _, err := p.Poll([]PollFd{{Fd: w.Fd(), Events: POLLIN}}, -1); err != nil {
			t.Fatal(err)
		}
		drain()
	}
	if want := size + 1 + 2*requests; got != want {
		t.Errorf("%d bytes, want %d", got, want)
	}
	w.Signal(syscall.SIGSTOP)
	full := make([]byte, 1<<20)
	wantErrno(t, w.Write(full, time.Now(), nil), "sendto", syscall.ETIMEDOUT)
}

func TestWorkerOfAnotherUser(t *testing.T) {
	if !canSetuid() {
		if out := runHelper(t, "root's", nil); os.Getuid() != 0 && !strings.HasPrefix(out, "fork: EPERM") {
			t.Error(out)
		}
		t.Skip("cannot become another user")
	}
	w := startWorker(t, WorkerOptions{Uid: 65534, Gid: -1})
	tell(t, w, "who ")
	if got := hear(t, w); !strings.HasSuffix(got, "65534 0") {
		t.Error(got)
	}
	set := newSet(t, 1)
	tell(t, w, "sem %d -1", set)
	if got := hear(t, w); !strings.HasPrefix(got, "semop: EACCES") {
		t.Error(got)
	}
	if _, err := Semctl(set, 0, IPC_SET, &SemidDs{IpcPerm: IpcPerm{Mode: 0o666}}); err != nil {
		t.Fatal(err)
	}
	tell(t, w, "sem %d -1", set)
	until(t, "asleep", func() bool { call, _ := w.AskAsleep(); return call == "semtimedop" })
	if out := runHelper(t, "root's", asNobody()); !strings.HasPrefix(out, "fork: EPERM") {
		t.Error(out)
	}
}

func TestWorkerRefused(t *testing.T) {
	if out := runHelper(t, "nofile", nil); out != "EMFILE below true" {
		t.Error(out)
	}
	if canSetuid() {
		// Root has no such limit, and an ordinary user's Go runtime would die of a
		// thread that it cannot make; but the worker meets it as it changes its uid.
		if out := runHelper(t, "nproc", nil); !strings.HasPrefix(out, "fork: EAGAIN") {
			t.Error(out)
		}
	}
	if _, err := WorkerConn(); err == nil {
		t.Error("the test is a worker")
	}
}

func TestPrivateWorker(t *testing.T) {
	needUserns(t)
	for _, attr := range []*syscall.SysProcAttr{nil, asNobody()} {
		if out := runHelper(t, "private", attr); out != "<nil> true\n3" {
			t.Errorf("%v: %s", attr, out)
		}
	}
}
