package sysv

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func init() {
	// sees tells whether it may look at a thread, and whether that sleeps.
	helpers["sees"] = func() error {
		pid, _ := strconv.Atoi(os.Getenv("SYSV_TEST_PID"))
		tid, _ := strconv.Atoi(os.Getenv("SYSV_TEST_TID"))
		s, err := OpenSleeper(pid, tid)
		if err != nil {
			return err
		}
		call, ok := s.Asleep()
		fmt.Println(s.Sees(), call, ok)
		return nil
	}
}

func openSleeper(t testing.TB, pid, tid int) *Sleeper {
	t.Helper()
	s, err := OpenSleeper(pid, tid)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// until waits for a condition that the kernel brings about.
func until(t testing.TB, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !f(); runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

func TestSleeper(t *testing.T) {
	o := newOwnCall(t)
	named := openSleeper(t, 0, o.t.Tid())
	byState := openSleeper(t, os.Getpid(), o.t.Tid())
	unix.Close(byState.wchan) // as where the kernel has none
	byState.wchan = -1
	for name, call := range blockingCalls(t) {
		want := name
		if name == "semop" {
			want = "semtimedop"
		}
		for i, s := range []*Sleeper{named, byState} {
			o.calls <- call
			<-o.begins
			until(t, fmt.Sprint(name, i), func() bool { _, ok := s.Asleep(); return ok })
			if got, _ := s.Asleep(); got != want || !s.Sees() {
				t.Errorf("%d: %q, sees %v, want %q", i, got, s.Sees(), want)
			}
			if n := testing.AllocsPerRun(20, func() { s.Asleep() }); n != 0 {
				t.Errorf("%d: %v allocations", i, n)
			}
			o.t.Interrupt()
			<-o.result
			if got, ok := s.Asleep(); ok {
				t.Errorf("%d: asleep in %s after its end", i, got)
			}
		}
	}
	if !named.named {
		t.Skip("this kernel names no functions in wchan")
	}
}

// A sleep in another call is seen, and is not asleep in one of ours.
func TestSleeperElsewhere(t *testing.T) {
	var p [2]int
	if err := unix.Pipe2(p[:], unix.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	o := newOwnCall(t)
	o.calls <- func(context.Context) error {
		_, err := unix.Read(p[0], make([]byte, 1))
		return err
	}
	for _, wchan := range []bool{true, false} {
		s := openSleeper(t, 0, o.t.Tid())
		if !wchan {
			unix.Close(s.wchan)
			s.wchan = -1
		}
		until(t, "seen", s.Sees)
		if call, ok := s.Asleep(); ok {
			t.Errorf("asleep in %s", call)
		}
	}
	unix.Close(p[1])
	<-o.result
	unix.Close(p[0])
}

func TestSleeperOfThreadThatIsGone(t *testing.T) {
	var s *Sleeper
	RunOnOwnThread(func(own *OwnThread) { s = openSleeper(t, 0, own.Tid()) })
	until(t, "gone", func() bool { return s.state() == 0 })
	if call, ok := s.Asleep(); ok || s.Sees() {
		t.Errorf("asleep in %q", call)
	}
	if _, err := OpenSleeper(1<<22+1, 1<<22+1); err == nil {
		t.Error("no error")
	}
}

// Another user's process may not look, and knows it.
func TestSleeperRefused(t *testing.T) {
	if asNobody() == nil {
		t.Skip("needs another user")
	}
	tid, cancel, result := asleep(t, blockingCalls(t)["semop"])
	env := []string{fmt.Sprint("SYSV_TEST_PID=", os.Getpid()), fmt.Sprint("SYSV_TEST_TID=", tid)}
	if out := runHelper(t, "sees", asNobody(), env...); out != "false  false" {
		t.Errorf("nobody: %q", out)
	}
	if out := runHelper(t, "sees", nil, env...); out != "true semtimedop true" {
		t.Errorf("we: %q", out)
	}
	cancel()
	<-result
}

func TestStateInStat(t *testing.T) {
	for stat, want := range map[string]byte{
		"1 (a) S 0 1":       'S',
		"1 (x) S (y) T 0 1": 'T',
		"1 () R":            'R',
		"1 (a) ":            0,
		"1 (a)":             0,
		"":                  0,
		"1 (a)S":            0,
	} {
		if got := stateInStat([]byte(stat)); got != want {
			t.Errorf("%q: %q, want %q", stat, got, want)
		}
	}
}

// TestDying: a process that has ended and was not waited for is at its end, one that
// runs is not, and neither is one that does not exist.
func TestDying(t *testing.T) {
	cmd := exec.Command("sleep", "600")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	pid := cmd.Process.Pid
	if Dying(pid) || Dying(os.Getpid()) || Dying(1<<30) {
		t.Error("one that lives, or is none, is said to die")
	}
	cmd.Process.Kill()
	unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
	if !Dying(pid) {
		t.Error("one that has ended is not")
	}
	cmd.Wait()
	if Dying(pid) {
		t.Error("one that was waited for is")
	}
}
