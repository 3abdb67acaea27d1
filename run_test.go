package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestPrograms plays labs that run foreign programs: testdata/programs/*.txt are
// transcripts (see TestTranscripts) with the programs in them. The command
//
//	cc NAME
//
// builds NAME.c.
func TestPrograms(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/programs",
		UpdateScripts: *update,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"ipcsh": playProgram,
			"cc": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Check(ts.Exec("gcc", "-Wall", "-Wno-unused-result", "-pthread", "-o", args[0], args[0]+".c"))
			},
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv(asLab, "1")
			env.Setenv("LC_ALL", "C.UTF-8")
			return nil
		},
	})
}

// runLab returns a command that plays a script as a lab, from a folder of its own.
func runLab(t *testing.T, src string, args ...string) *exec.Cmd {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{"lab.ipc": "#: needs: private, user\n" + src, "family.pl": family} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := program(append(args, filepath.Join(dir, "lab.ipc"))...)
	cmd.Env = append(cmd.Env, asLab+"=1")
	return cmd
}

// TestRunRefused: only a lab may run programs.
func TestRunRefused(t *testing.T) {
	for _, src := range []string{"run touch made", "if 1 { feed p x }", "expect EPERM run true"} {
		cmd := runLab(t, src)
		cmd.Env = append(cmd.Env, asLab+"=")
		o := runProgram(t, cmd, "")
		if o.status != 2 || !strings.Contains(o.stderr, "only a lab may run programs") {
			t.Errorf("%s: %+v", src, o)
		}
		if _, err := os.Stat(filepath.Join(filepath.Dir(cmd.Args[1]), "made")); err == nil {
			t.Errorf("%s: it was run", src)
		}
	}
}

// TestLatePrograms: what neither ends nor sleeps is waited for up to the limit,
// and then left alone; what it writes does not hold the stage up, nor fill memory.
func TestLatePrograms(t *testing.T) {
	src := `run perl -e '$| = 1; print "spam\n" while 1' as=loop
assert alive(loop) && !blocked(loop)
run perl -e '1 while 1' as=spin
expect ETIMEDOUT wait spin timeout=1ms
q = msgget 0 IPC_CREAT|0600
set timeout 100ms
run perl -e 'sleep 1; print "now\n"; msgsnd(shift, pack("l! a2", 1, "hi"), 0)' $q as=sleeper
set timeout 60s
expect text=hi msgrcv q 1
expect exit=0 output=now wait sleeper
kill spin; kill loop SIGTERM
expect SIGTERM wait loop`
	o := runProgram(t, runLab(t, src, "--timeout", "200ms"), "")
	if o.status != 0 {
		t.Fatalf("exit status %d\n%s", o.status, o.stderr)
	}
	for _, late := range []string{"loop is still running after 200ms", "spin is still running after 200ms", "sleeper is still running after 100ms"} {
		if n := strings.Count(o.stdout, late); n != 1 {
			t.Errorf("%d times: %s", n, late)
		}
	}
	if n := strings.Count(o.stdout, "loop: spam\n"); n < 200_000 || n > 220_000 {
		t.Errorf("%d lines are shown of 1 MiB", n)
	}
	if strings.Count(o.stdout, "loop wrote more than 1048576 bytes; the rest is not kept") != 1 {
		t.Error("it is not said that the rest is not kept")
	}
	o = runProgram(t, runLab(t, "expect blocked run perl -e '1 while 1'", "--timeout", "50ms"), "")
	if o.status != 1 || !strings.Contains(o.stderr, "expected blocked, but perl is still running after 50ms") {
		t.Errorf("%+v", o)
	}
}

// family is a program with a child, which has left its session if the second
// argument says so, and a grandchild. It prints their pids, and reads its input if
// the first argument says so, or ends.
const family = `use POSIX;
$| = 1;
pipe R, W;
sub nap { print "$$\n"; syswrite W, "x"; <STDIN> while 1 }
if (!fork) { POSIX::setsid() if $ARGV[1]; nap if !fork; nap }
sysread R, $x, 1 for 1, 2;
<STDIN> if $ARGV[0];
`

const runFamily = "run perl family.pl "

// familyPids reads the pids that a family has printed.
func familyPids(t *testing.T, out string) (pids []int) {
	t.Helper()
	for _, line := range strings.Split(out, "\n") {
		var pid int
		if n, _ := fmt.Sscanf(line, "f: %d", &pid); n == 1 {
			pids = append(pids, pid)
		}
	}
	if len(pids) != 2 {
		t.Fatalf("pids %v\n%s", pids, out)
	}
	return pids
}

// alive reports whether there is a process that has not ended.
func alive(pid int) bool {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !strings.Contains(string(b), ") Z")
}

// TestProgramsEnd: what a program forked does not outlive the script, whether the
// program lives or not, and whatever session it has gone to.
func TestProgramsEnd(t *testing.T) {
	for _, args := range []string{"1 0", "0 0", "1 1", "0 1"} {
		o := runProgram(t, runLab(t, runFamily+args+" as=f\nassert alive(f) == "+args[:1], "--timeout", "60s"), "")
		if o.status != 0 {
			t.Fatalf("%s: %+v", args, o)
		}
		for _, pid := range familyPids(t, o.stdout) {
			if alive(pid) {
				t.Errorf("%s: process %d lives on", args, pid)
			}
		}
	}
}

// underWay starts a lab, and returns once one of its programs has made the file go
// in the lab's folder.
func underWay(t *testing.T, cmd *exec.Cmd) (out *strings.Builder, wait func() int) {
	t.Helper()
	out = &strings.Builder{}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	mark := filepath.Join(filepath.Dir(cmd.Args[len(cmd.Args)-1]), "go")
	for {
		if _, err := os.Stat(mark); err == nil {
			return out, func() int { cmd.Wait(); return cmd.ProcessState.ExitCode() }
		}
		if !alive(cmd.Process.Pid) {
			cmd.Wait()
			t.Fatal("it ended before it began: ", out)
		}
	}
}

const markGo = "open F, q(>go); close F;"

// TestProgramsInterrupted: Ctrl-C ends the wait for a program, and the script.
func TestProgramsInterrupted(t *testing.T) {
	for _, last := range []string{
		"run perl -e '" + markGo + " 1 while 1' as=p",
		"run perl -e '" + markGo + " print qq(go\\n) while 1' as=p",
		"run perl -e '" + markGo + " <STDIN>' as=p; sleep 100s",
	} {
		cmd := runLab(t, runFamily+"1 1 as=f\nsleep 1ms\n"+last, "--timeout", "0")
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		out, wait := underWay(t, cmd)
		syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) // as a terminal does
		if status := wait(); status != 130 || !strings.Contains(out.String(), "interrupted") {
			t.Errorf("%s: exit status %d\n%s", last, status, out)
		}
		for _, pid := range familyPids(t, out.String()) {
			if alive(pid) {
				t.Errorf("process %d lives on", pid)
			}
		}
	}
}

// TestProgramsKilledShell: kill -9 of the shell ends what its programs forked too.
func TestProgramsKilledShell(t *testing.T) {
	cmd := runLab(t, runFamily+"1 0 as=f\nsleep 1ms\nrun perl -e '"+markGo+" 1 while 1' as=p", "--timeout", "0")
	out, wait := underWay(t, cmd)
	cmd.Process.Kill()
	wait()
	for _, pid := range familyPids(t, out.String()) {
		for end := time.Now().Add(20 * time.Second); alive(pid); {
			if time.Now().After(end) {
				t.Fatalf("process %d lives on", pid)
			}
		}
	}
}

// TestForkChain: a program that forks again and again, each child in a session of its
// own whose parent ends at once, is gone when the script is.
func TestForkChain(t *testing.T) {
	for _, session := range []string{"", "POSIX::setsid();"} {
		mark := fmt.Sprintf("chain%d", os.Getpid())
		o := runProgram(t, runLab(t, "run perl -e 'use POSIX; fork; fork; $end = time + 20; while (time < $end) { "+session+" exit if fork }' "+mark+" as=chain", "--timeout", "200ms"), "")
		if o.status != 0 || !strings.Contains(o.stdout, "still running") {
			t.Errorf("%+v", o)
		}
		files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
		for _, f := range files {
			if b, err := os.ReadFile(f); err == nil && strings.Contains(string(b), mark) && strings.HasPrefix(string(b), "perl") {
				t.Errorf("left: %s %q", f, b)
			}
		}
	}
}

// TestProgramsPlayTheSame: a lab with programs plays the same every time.
func TestProgramsPlayTheSame(t *testing.T) {
	const sender = `perl -e '$q = shift; msgrcv($q, $b, 10, $_, 0) for 1..3; msgsnd($q, pack("l! a1", 9, "x"), 0) for 1..5; print "sent\n"' $q`
	src := "q = msgget 0 0600\nspawn r\n@r { repeat 10 { msgrcv q 9 } }\nexpect blocked run " + sender + " as=b\nexpect blocked run " + sender + " as=a\n" +
		"repeat 3 i { repeat 2 { msgsnd q $((i+1)) go } }\nexpect exit=0 output=sent wait a\nexpect exit=0 wait b\nwait r"
	src = strings.ReplaceAll(src, "$((i+1))", "i+1")
	first := ""
	for i := 0; i < 15; i++ {
		o := runProgram(t, runLab(t, src), "")
		out := regexp.MustCompile(`(r=|/)\S+`).ReplaceAllString(o.stdout, "$1")
		if first == "" {
			first = out
		}
		if o.status != 0 || out != first {
			t.Fatalf("run %d differs\n%s%s", i, out, o.stderr)
		}
	}
}

// TestNameOfBytes: a file's name need not be UTF-8; an error in a process has it all
// the same, and a step that was left is found again.
func TestNameOfBytes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "b\xff.ipc")
	if err := os.WriteFile(file, []byte("spawn a\n@a msgctl 77 IPC_STAT\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if o := runProgram(t, program("--private", file), ""); o.status != 1 || !strings.Contains(o.stderr, `/b\xff.ipc:2: msgctl: EINVAL`) {
		t.Errorf("%+v", o)
	}
	step := func() *exec.Cmd {
		cmd := program("--private", "step", file)
		cmd.Env = append(cmd.Environ(), "XDG_STATE_HOME="+filepath.Dir(file))
		return cmd
	}
	runProgram(t, step(), "\nq\n")
	if o := runProgram(t, step(), "q\n"); !strings.Contains(o.stdout, "You left it at statement 2 of 2") {
		t.Errorf("%+v", o)
	}
}
