package sysv

import (
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// atRest looks until the program sleeps.
func atRest(t *testing.T, p *Program) Tree {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; {
		tree, err := p.Look()
		if err != nil {
			t.Fatal(err)
		}
		if tree.Rest && tree.Same {
			return tree
		}
		if time.Now().After(end) {
			t.Fatalf("it does not sleep: %+v", tree)
		}
	}
}

// outputOf reads what the program has written and not yet read.
func outputOf(t *testing.T, p *Program) string {
	t.Helper()
	var all strings.Builder
	var buf [512]byte
	for {
		n, err := p.ReadOutput(buf[:])
		all.Write(buf[:n])
		if errors.Is(err, ErrAgain) || errors.Is(err, io.EOF) {
			return all.String()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func TestProgram(t *testing.T) {
	stray, err := unix.Open("/dev/null", unix.O_RDONLY, 0) // that somebody left open
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(stray)
	p, err := StartProgram(ProgramOptions{Path: "/bin/sh", Dir: "/", Env: []string{"A=b"},
		Args: []string{"sh", "-c", "pwd; echo $A; echo err >&2; ls /proc/self/fd | wc -l; cat; exit 3"}})
	if err != nil {
		t.Fatal(err)
	}
	tree := atRest(t, p)
	if len(tree.Asleep) != 1 || !tree.Asleep[0].Stdin || tree.Asleep[0].Pid == p.Pid() || tree.Kin != 2 || tree.Timed {
		t.Errorf("%+v", tree) // the shell waits for cat
	}
	if out := outputOf(t, p); out != "/\nb\nerr\n4\n" { // ls has the folder open too
		t.Errorf("%q", out)
	}
	if n, err := p.Feed([]byte("one\n")); n != 4 || err != nil {
		t.Error(n, err)
	}
	first := tree.Asleep[0].Ran
	if tree = atRest(t, p); tree.Asleep[0].Ran == first {
		t.Error("it has run, and nothing tells")
	}
	if out := outputOf(t, p); out != "one\n" {
		t.Errorf("%q", out)
	}
	if p.Over() {
		t.Error("it is over, they say")
	}
	if err := p.CloseStdin(); err != nil {
		t.Error(err)
	}
	if err := p.CloseStdin(); !errors.Is(err, syscall.EBADF) {
		t.Error(err)
	}
	if _, err := p.Feed([]byte("x")); !errors.Is(err, syscall.EBADF) {
		t.Error(err)
	}
	var poller Poller
	if n, err := poller.Poll([]PollFd{{Fd: p.Fd(), Events: POLLIN}}, time.Minute); n != 1 || err != nil {
		t.Error("no descriptor tells of its end", n, err)
	}
	if ws, done := p.Reap(true); !done || ws.ExitStatus() != 3 {
		t.Error(ws, done)
	}
	if !p.Over() || outputOf(t, p) != "" || p.OutputFd() != -1 {
		t.Error("it is not over")
	}
}

// TestProgramStdinFull: what a pipe does not hold is told, and not waited for.
func TestProgramStdinFull(t *testing.T) {
	p, err := StartProgram(ProgramOptions{Path: "/bin/sleep", Args: []string{"sleep", "100"}})
	if err != nil {
		t.Fatal(err)
	}
	defer KillPrograms([]*Program{p}, time.Minute)
	n, err := p.Feed(make([]byte, 1<<20))
	if n == 0 || n == 1<<20 || !errors.Is(err, syscall.EAGAIN) {
		t.Error(n, err)
	}
	for range 3 {
		if tree, err := p.Look(); err != nil || tree.Rest {
			t.Errorf("a sleep counts as rest: %+v %v", tree, err)
		}
	}
}

func TestStartProgramFails(t *testing.T) {
	before, _ := os.ReadDir("/proc/self/fd")
	for path, want := range map[string]syscall.Errno{"/no/such": syscall.ENOENT, "/": syscall.EACCES, "/dev/null": syscall.EACCES} {
		if _, err := StartProgram(ProgramOptions{Path: path, Args: []string{"x"}}); !errors.Is(err, want) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if after, _ := os.ReadDir("/proc/self/fd"); len(after) != len(before) {
		t.Errorf("%d descriptors, %d before", len(after), len(before))
	}
}

// TestKillPrograms: all that a program forked ends with it, in whatever session.
func TestKillPrograms(t *testing.T) {
	p, err := StartProgram(ProgramOptions{Path: "/bin/sh", Args: []string{"sh", "-c", "setsid sh -c 'sleep 1000 & sleep 1000 & wait' & read x"}})
	if err != nil {
		t.Fatal(err)
	}
	var kin []int
	for end := time.Now().Add(time.Minute); len(kin) < 4; kin = p.Kin() {
		if time.Now().After(end) {
			t.Fatal("its family is ", kin)
		}
	}
	if kin[0] != p.Pid() {
		t.Error("the program is not the first of", kin)
	}
	p.Signal(syscall.SIGKILL)
	p.Reap(true) // those left behind are this process's now
	if left := p.Kin(); len(left) != len(kin)-1 {
		t.Errorf("%v are left of %v", left, kin)
	}
	if !KillPrograms([]*Program{p}, time.Minute) {
		t.Error("they are not gone")
	}
	for _, pid := range kin {
		if Exists(pid) {
			t.Errorf("process %d lives on", pid)
		}
	}
}

func TestParsePids(t *testing.T) {
	for in, want := range map[string][]int{"": nil, "\n": nil, "12 345 \n": {12, 345}, "7": {7}, "1x2": {1, 2}} {
		if got := parsePids([]byte(in)); !slices.Equal(got, want) {
			t.Errorf("%q: %v", in, got)
		}
	}
}
