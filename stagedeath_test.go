package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// How processes end and are stopped, what waits for them, and what is left of them.

// TestStageEndless: what never comes to rest is ended by --timeout, which says so
// at its line, whether it is silent, talks, or goes on step by step.
func TestStageEndless(t *testing.T) {
	const limit = "has neither ended its statement nor gone to sleep in a call for 300ms (--timeout), and was killed"
	runStage(t, []string{"--timeout", "300ms", "--quiet"}, []stageCase{
		{"spawn a\n@a { while 1 { } }", 1, "stdin:2: a " + limit},
		{"spawn a\n@a { while 1 { print x } }", 1, "stdin:2: a " + limit},
		{"q = msgget 0 0600\nspawn a b\n@b msgrcv q\n@a { while 1 { let x = 1 } }", 1, limit},
		{"q = msgget 0 0600\nspawn a b\n@b { while 1 { msgrcv q 1; msgsnd q 2 x } }\n@a { while 1 { msgsnd q 1 x; msgrcv q 2 } }", 1, limit},
		{"q = msgget 0 0600\nspawn a\n@a { msgrcv q; while 1 { } }\nmsgsnd q 1 x", 1, "stdin:4: a " + limit},
		{"spawn a b\n@a { while 1 { } } &\n@b print on\nwait a", 1, "stdin:4: a still runs after 300ms (--timeout)"},
		{"spawn a\n@a { while 1 { } } &\nexpect ETIMEDOUT wait a timeout=20ms\nexpect ETIMEDOUT wait a timeout=0\nassert alive(a)\nkill a\nexpect SIGKILL wait a", 0, ""},
		{"spawn a\n@a { while 1 { } } &\nprint end", 0, "end"},
		// Sleep is no waiting.
		{"spawn a\n@a { sleep 600ms; print slept }", 0, "slept"},
		{"spawn a\n@a { sleep 600ms; print slept } &\nsleep 10ms\nwait a", 0, "slept"},
	})
}

// TestStageDeadlock: who waits for what, and who could release it.
func TestStageDeadlock(t *testing.T) {
	const dead = "deadlock: every process sleeps, and nobody is left to wake one\n"
	const q, s = "q = msgget 0 0600\nspawn a b\n", "s = semget 0 2 0600\nspawn a b\nsemctl s 0 SETALL 1,1\n"
	runStage(t, nil, []stageCase{
		{q + "@a msgrcv q\nwait a", 1, "stdin:4: " + dead + "    wait a\n  why   a sleeps in msgrcv(q, type 0)\n"},
		{q + "@a msgrcv q\nexpect deadlock wait\nmsgsnd q 1 x\nexpect text=x wait a", 0, "  " + dead + "  why   a sleeps in msgrcv(q, type 0)\n"},
		{q + "@b msgsnd q 1 x\n@a msgrcv q 2\nwait a", 1, "type 2); b, who sent to the queue last, could\n        wake it"},
		{q + "msgctl q IPC_SET qbytes=1\n@a msgsnd q 1 x\n@b msgrcv q\n@b msgsnd q 1 y\n@a msgsnd q 1 z\nwait a", 1, "b, who received from the queue\n        last, could make room"},
		{s + "@a P s 0\n@b P s 1\n@a P s 1\n@b P s 0\nwait a b", 1, "semaphore 1 is 0; b, who operated on it last,\n        could release it\n  why   b sleeps in P(s, 0)"},
		{s + "@a P s 0\n@a P s 0\nwait", 1, "a itself operated on it last"},
		{s + "@a P s 0\nkill a\n@b P s 0\nwait b", 1, "a, who operated on it last, has\n        ended"},
		{s + "@a semop s 0:-1 0:+2 0:-3\nwait", 1, "semaphore 0 is 2, and must be 3"},
		{s + "@a semop s 1:-1 0:0\nwait", 1, "semaphore 0 is 1, and must be 0; main,\n        who operated on it last, could release it"},
		{q + "msgrcv q", 1, dead + "    msgrcv q\n  why   main sleeps in msgrcv(q, type 0)\n"},
		{q + "@a msgrcv q\nkill a STOP\nwait a", 1, "why   a is stopped; kill a SIGCONT lets it go on"},
		{"spawn a\n@a { while 1 { } } &\nkill a STOP\nwait a", 1, "why   a is stopped"},
		{q + "@a msgrcv q\nexpect ETIMEDOUT wait a timeout=0", 0, "still blocked at the end: a"},
		{s + "@a semop s 0:-2 timeout=20ms\nexpect EAGAIN wait a", 0, ""},
		{q + "@a msgrcv q\n@b { sleep 20ms; kill a } &\nexpect SIGKILL wait a", 0, ""},
		{q + "@b { sleep 20ms; msgsnd q 1 late } &\nexpect text=late msgrcv q\nwait b", 0, ""},
	})
}

// TestStageStopped: SIGSTOP and SIGCONT of a blocked, an idle and a running process.
func TestStageStopped(t *testing.T) {
	const q = "q = msgget 0 0600\ns = semget 0 1 0600\nspawn a b\n"
	runStage(t, nil, []stageCase{
		{q + "@a msgrcv q\nkill a STOP\n@b msgsnd q 1 hi\nassert qnum(q) == 1\nkill a CONT\nexpect text=hi wait a", 0, ""},
		{q + "@a P s\nkill a STOP\nkill a CONT\nexpect EINTR wait a", 0, ""},
		{q + "kill a STOP\nkill a STOP\nps\nkill a CONT\nkill a CONT\n@a print on", 0, "stopped"},
		{q + "@a { while 1 { } } &\nkill a STOP\nps\nkill a CONT\nkill a\nexpect SIGKILL wait a", 0, "stopped"},
		{q + "@a msgrcv q\nkill a STOP\nkill a TERM\nkill a CONT\nexpect SIGTERM wait a", 0, ""},
		{q + "kill a STOP\nkill a TERM\nassert alive(a)\nkill a CONT\nassert !alive(a)", 0, ""},
		{q + "@a msgrcv q\nkill a STOP\nkill a USR1\nkill a CONT\nexpect EINTR wait a", 0, ""},
		{q + "@a { kill a STOP; print after }", 1, "stdin:4: a is stopped; kill a SIGCONT lets it go on"},
		{q + "kill a STOP\n@b { kill a CONT }\n@a print on", 0, "on"},
	})
}

// TestStageDeath: every signal does what it does to a C program.
func TestStageDeath(t *testing.T) {
	for sig := 1; sig <= 64; sig++ {
		want := "ended by "
		switch syscall.Signal(sig) {
		case syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGALRM, syscall.SIGINT, syscall.SIGCHLD, syscall.SIGURG, syscall.SIGWINCH, syscall.SIGCONT:
			want = "idle"
		case syscall.SIGSTOP, syscall.SIGTSTP, syscall.SIGTTIN, syscall.SIGTTOU:
			want = "stopped"
		}
		if want == "stopped" && sig != int(syscall.SIGSTOP) {
			continue // a process group without a terminal ignores the others
		}
		runStage(t, nil, []stageCase{{fmt.Sprintf("spawn a\nkill a %d\nps\n", sig), 0, want}})
	}
	runStage(t, nil, []stageCase{
		{"s = semget 0 1 0600\nspawn a\nV s\n@a P s 0 SEM_UNDO\nassert semval(s,0) == 0\nkill a\nassert semval(s,0) == 1\nexpect SIGKILL wait a", 0, ""},
		{"m = shmget 0 4096 0600\nspawn a\n@a shmat m\nassert nattch(m) == 1\nkill a\nassert nattch(m) == 0", 0, ""},
		{"spawn a\nkill a\nwait a", 1, "a was ended by SIGKILL"},
	})
}

// descendants lists the processes that pid has started, and what those have.
func descendants(pid int) (all []int) {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, f := range files {
		b, _ := os.ReadFile(f)
		for _, c := range strings.Fields(string(b)) {
			if child, err := strconv.Atoi(c); err == nil {
				all = append(append(all, child), descendants(child)...)
			}
		}
	}
	return all
}

// begun returns when a process started, as the kernel counts, or "" if it is gone.
func begun(pid int) string {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	_, rest, ok := strings.Cut(string(b), ") ")
	if f := strings.Fields(rest); ok && len(f) > 19 && f[0] != "Z" && f[0] != "X" {
		return f[19]
	}
	return ""
}

// gone waits until a process that began then is no more.
func gone(t *testing.T, pid int, then string) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); then != "" && begun(pid) == then; {
		if time.Now().After(end) {
			syscall.Kill(pid, syscall.SIGKILL)
			t.Fatalf("process %d is left behind", pid)
		}
	}
}

// staged is a script under way, and its processes by name.
type staged struct {
	cmd   *exec.Cmd
	pipe  *os.File
	out   *bufio.Reader
	pids  map[string]int
	began map[int]string
}

// onStage starts a script and returns once it has printed "ready".
func onStage(t *testing.T, script string, args ...string) *staged {
	t.Helper()
	name := filepath.Join(t.TempDir(), "stage.ipc")
	if err := os.WriteFile(name, []byte(script), 0o644); err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	s := &staged{cmd: program(append(append([]string{"--private", "--timeout", "0"}, args...), name)...),
		pipe: r, out: bufio.NewReader(r), pids: map[string]int{}, began: map[int]string{}}
	s.cmd.Stdout, s.cmd.Stderr = w, w
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	err = s.cmd.Start()
	w.Close()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.cmd.Process.Kill(); s.cmd.Wait(); r.Close() })
	for {
		line, err := s.out.ReadString('\n')
		if err != nil {
			t.Fatal("it ended before it was ready ", err)
		}
		if line == "ready\n" {
			break
		}
	}
	for _, pid := range append(descendants(s.cmd.Process.Pid), s.cmd.Process.Pid) {
		name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		s.pids[strings.TrimPrefix(strings.TrimRight(string(name), "\x00"), "ipcsh: ")] = pid
		s.began[pid] = begun(pid)
	}
	return s
}

// end reads the rest of the output, and waits until no process is left.
func (s *staged) end(t *testing.T) (out string, status int) {
	t.Helper()
	rest, err := io.ReadAll(s.out)
	if err != nil {
		t.Error(err)
	}
	s.cmd.Wait()
	for pid, then := range s.began {
		gone(t, pid, then)
	}
	return string(rest), s.cmd.ProcessState.ExitCode()
}

// TestShellKilled: kill -9 of the shell leaves no process behind, whether it is
// idle, asleep in a call, computing, attached or stopped, or a child of another.
func TestShellKilled(t *testing.T) {
	const script = "spawn idle blocked busy attached halted\nq = msgget 0 0600\nm = shmget 0 4096 0600\n@blocked msgrcv q\n@busy { while 1 { } } &\n" +
		"@attached { shmat m; fork child; msgrcv q }\nkill halted STOP\n"
	for _, main := range []string{"print ready\nsleep 1h", "print ready\nmsgrcv q 5", "print ready\nwait blocked", "print ready\n@idle { while 1 { } }"} {
		s := onStage(t, script+main, "--quiet")
		for _, name := range []string{"idle", "blocked", "busy", "attached", "halted", "child"} {
			if s.pids[name] == 0 {
				t.Fatalf("no process %s: %v", name, s.pids)
			}
		}
		s.cmd.Process.Kill()
		s.end(t)
	}
}

// TestStageInterrupted: a signal ends a script wherever it waits for processes, and
// them with it; so does a reader of its output that goes away.
func TestStageInterrupted(t *testing.T) {
	for _, waits := range []string{
		"@a { while 1 { } } &\nprint ready\nwait a",
		"@a { msgrcv q; while 1 { } }\nprint ready\nmsgsnd q 1 x",
		"@a msgrcv q\nprint ready\nwait a",
		"print ready\n@a { while 1 { } }",
		"print ready\n@a { while 1 { print x } }",
		"print ready\n@a sleep 1h",
		"@b msgrcv q\nprint ready\n@a { while 1 { let x = 1 } }",
		"@b { while 1 { msgrcv q 1; msgsnd q 2 x } }\nprint ready\n@a { while 1 { msgsnd q 1 x; msgrcv q 2 } }",
	} {
		script := "msgget 7 IPC_CREAT|0600\nq = msgget 0 0600\nspawn a b\n"
		if strings.HasSuffix(waits, "wait a") {
			script += "spawn c\n@c { while 1 { sleep 1h } } &\n" // or it is a deadlock
		}
		for sig, status := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143} {
			s := onStage(t, script+waits, "--quiet")
			syscall.Kill(-s.cmd.Process.Pid, sig) // as a terminal does: an ordinary user's --private is a child
			if out, got := s.end(t); got != status || !strings.Contains(out, "interrupted") {
				t.Errorf("%v: %s: exit status %d, want %d\n%.2000s", sig, waits, got, status, out)
			}
		}
	}
	for _, waits := range []string{
		"@a { while 1 { print x } }",
		"@a { while 1 { print x } } &\nwait a",
		"@a { while 1 { print x } } &\nmsgrcv q",
		"@a { while 1 { print x } } &\n@b { while 1 { } }",
	} {
		s := onStage(t, "q = msgget 0 0600\nspawn a b\nprint ready\n"+waits)
		s.pipe.Close()
		s.out = bufio.NewReader(strings.NewReader(""))
		if _, got := s.end(t); got == 0 {
			t.Errorf("%s: exit status %d though nobody reads", waits, got)
		}
	}
}

// TestStageStruckDown: a process that something else kills, or that is stopped from
// outside, is told of, and the others go on.
func TestStageStruckDown(t *testing.T) {
	for _, c := range []struct {
		script string
		status int
		says   string
	}{
		{"@a msgrcv q\nprint ready\nexpect SIGKILL wait a timeout=1h\n@b print on", 0, "a: ended by SIGKILL"},
		{"@a msgrcv q\nprint ready\nwait a timeout=1h", 1, "a was ended by SIGKILL"},
		{"@a { while 1 { } } &\nprint ready\nexpect SIGKILL wait a\n@b print on", 0, "b: on"},
		{"print ready\n@a { while 1 { } }", 1, "a was ended by SIGKILL"},
		{"print ready\nexpect SIGKILL @a { while 1 { } }\n@b print on", 0, "b: on"},
		{"print ready\nwhile alive(a) { sleep 1ms }\nassert !alive(a)\n@b print on\nexpect SIGKILL wait a", 0, "b: on"}, // idle
		{"print ready\nwhile alive(a) { sleep 1ms }\n@b print on", 1, "a: ended by SIGKILL"},                            // which nobody expected
		{"print ready\nwhile alive(a) { sleep 1ms }\n@a print on", 2, "a has ended (ended by SIGKILL)"},
		{"m = shmget 0 4096 0600\n@a shmat m\nprint ready\nwhile nattch(m) { sleep 1ms }\nexpect SIGKILL wait a\n@b print on", 0, "b: on"},
		{"@b { while alive(a) { sleep 1ms }; msgsnd q 1 late } &\nprint ready\nexpect text=late msgrcv q\nexpect SIGKILL wait a", 0, "text=\"late\""}, // main sleeps
	} {
		s := onStage(t, "q = msgget 0 0600\nspawn a b\n"+c.script)
		if s.pids["a"] == 0 {
			t.Fatalf("%s: no process a", c.script)
		}
		syscall.Kill(s.pids["a"], syscall.SIGKILL)
		if out, got := s.end(t); got != c.status || !strings.Contains(out, c.says) {
			t.Errorf("%s: exit status %d, want %d and %q in\n%s", c.script, got, c.status, c.says, out)
		}
	}
}
