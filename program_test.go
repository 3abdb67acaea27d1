package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"ipcsh/sysv"
)

// blocked starts a script whose last statement waits for ever, and returns once
// it does: a thread of the program is asleep in msgrcv.
func blocked(t *testing.T, cmd *exec.Cmd) (out *strings.Builder, wait func() int) {
	t.Helper()
	out = &strings.Builder{}
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	for !asleep(cmd.Process.Pid, "msgrcv") {
		if err := cmd.Process.Signal(syscall.Signal(0)); err != nil {
			t.Fatal("it ended before it blocked: ", out)
		}
	}
	return out, func() int { cmd.Wait(); return cmd.ProcessState.ExitCode() }
}

// asleep asks the kernel whether a thread of pid, or of a child of it, sleeps in
// the call.
func asleep(pid int, call string) bool {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/wchan", pid))
	for _, f := range files {
		if b, err := os.ReadFile(f); err == nil && strings.Contains(string(b), call) {
			return true
		}
	}
	children, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, f := range children {
		b, _ := os.ReadFile(f)
		for _, c := range strings.Fields(string(b)) {
			var child int
			if fmt.Sscan(c, &child); child > 0 && asleep(child, call) {
				return true
			}
		}
	}
	return false
}

// testKey is a key of this test process's own: an ordinary user's tests run in
// the host's namespace.
var testKey = sysv.Key(0x7e<<24 | os.Getpid())

var waits = fmt.Sprintf("q = msgget %s IPC_CREAT|0600\nmsgrcv q\n", testKey)

func waitingScript(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "waits.ipc")
	if err := os.WriteFile(name, []byte(waits), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestSignals: a signal ends the call that waits and the script, whose objects
// are removed (TestMain finds one that stays).
func TestSignals(t *testing.T) {
	for sig, status := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143, syscall.SIGHUP: 129} {
		cmd := program("--timeout", "0", waitingScript(t))
		out, wait := blocked(t, cmd)
		cmd.Process.Signal(sig)
		if got := wait(); got != status || !strings.Contains(out.String(), "waits.ipc:2: interrupted") {
			t.Errorf("%v: exit status %d, want %d\n%s", sig, got, status, out)
		}
	}
}

// TestInterruptLoop: a loop without a call that waits ends at once too.
func TestInterruptLoop(t *testing.T) {
	cmd := program("--quiet", "-c", "print started; sleep 1ms; while 1 { }")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Error("nothing was printed before the sleep", err)
	}
	cmd.Process.Signal(syscall.SIGINT)
	if cmd.Wait(); cmd.ProcessState.ExitCode() != 130 {
		t.Errorf("exit status %d, want 130", cmd.ProcessState.ExitCode())
	}
}

func TestTimeout(t *testing.T) {
	o := ipcsh(t, waits, "--timeout", "20ms", "--quiet")
	if o.status != 1 || !strings.Contains(o.stderr, "stdin:2: msgrcv still waits after 20ms") {
		t.Errorf("%+v", o)
	}
	// A timeout is no errno that a script could expect.
	if o := ipcsh(t, "q = msgget 0 0600\nexpect EINTR msgrcv q", "--timeout", "20ms"); o.status != 1 {
		t.Errorf("expect EINTR held: %+v", o)
	}
}

// TestCommandLineObjectsStay: what -c makes stays, also with an error; a script's
// objects do not, unless they are kept.
func TestCommandLineObjectsStay(t *testing.T) {
	exists := func() bool {
		id, err := sysv.Msgget(testKey, 0)
		if err == nil {
			sysv.Msgctl(id, sysv.IPC_RMID, nil)
		}
		return err == nil
	}
	create := fmt.Sprintf("q = msgget %s IPC_CREAT|0600\n", testKey)
	for _, c := range []struct {
		stdin string
		args  []string
		stays bool
	}{
		{"", []string{"-c", create}, true},
		{create, nil, false},
		{create + "msgget 1 IPC_EXCL|0x200000", nil, false},
		{create, []string{"--keep"}, true},
		{create + "keep q", nil, true},
		{create + "quit\nnever", nil, false},
		{create + "reset; assert !exists(q)", nil, false},
	} {
		o := ipcsh(t, c.stdin, c.args...)
		if exists() != c.stays {
			t.Errorf("%q %q: the queue stays is %v\n%+v", c.stdin, c.args, !c.stays, o)
		}
	}
}

// TestOpenedIsNotMade: an object that was there before is not removed.
func TestOpenedIsNotMade(t *testing.T) {
	id, err := sysv.Msgget(testKey, sysv.IPC_CREAT|0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer sysv.Msgctl(id, sysv.IPC_RMID, nil)
	ipcsh(t, fmt.Sprintf("q = msgget %s IPC_CREAT|0600", testKey))
	if _, err := sysv.Msgget(testKey, 0); err != nil {
		t.Error("a script removed a queue that it did not make")
	}
}

func TestSeveralFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, src string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(src), 0o644); err != nil {
			t.Fatal(err)
		}
		return name
	}
	good, bad, wrong := write("good.ipc", "let x = 1"), write("bad.ipc", "assert x == 1"), write("false.ipc", "assert 1 == 2")
	for _, c := range []struct {
		files []string
		want  int
	}{{[]string{good, good}, 0}, {[]string{good, wrong}, 1}, {[]string{wrong, bad, good}, 2}} {
		if o := ipcsh(t, "", append([]string{"--quiet"}, c.files...)...); o.status != c.want {
			t.Errorf("%v: %+v, want status %d", c.files, o, c.want)
		}
	}
}

// TestClosedPipe: a reader that goes away ends the script, and the objects go.
func TestClosedPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	cmd := program(waitingScript(t), "--timeout", "0")
	cmd.Stdout, cmd.Stderr = w, w
	if err := cmd.Run(); err == nil {
		t.Error("writing to nobody succeeded")
	}
	w.Close()
}

// TestJoin: a shell enters the IPC namespace of another, and sees its queue.
func TestJoin(t *testing.T) {
	cmd := program("--private", "--timeout", "0", waitingScript(t))
	_, wait := blocked(t, cmd)
	o := ipcsh(t, "", "--join", fmt.Sprint(cmd.Process.Pid), "-c", fmt.Sprintf("q = msgget %s; assert q == 0; msgsnd q 1 x", testKey))
	if o.status != 0 {
		t.Errorf("%+v", o)
	}
	if status := wait(); status != 0 {
		t.Errorf("the joined shell's call did not end: %d", status)
	}
	if o := ipcsh(t, "", "--join", fmt.Sprint(os.Getpid()), "-c", "print x"); o.status != 1 || !strings.Contains(o.stderr, "in this IPC namespace already") {
		t.Errorf("joining one's own namespace: %+v", o)
	}
}

// TestPrivateModeBits: in a private namespace mode bits bind, whoever one is.
func TestPrivateModeBits(t *testing.T) {
	o := ipcsh(t, "q = msgget 1 IPC_CREAT\nexpect EACCES msgsnd q 1 x\nassert q == 0", "--private")
	if o.status != 0 {
		t.Errorf("%+v", o)
	}
	o = ipcsh(t, "#: needs: private\nlimits msgmni=1\nmsgget 0 0600\nexpect ENOSPC msgget 0 0600")
	if o.status != 0 {
		t.Errorf("%+v", o)
	}
}

// TestRefusedNamespace: where the system forbids a namespace, --private is an
// error that names the setting, and a script that only wishes goes on.
func TestRefusedNamespace(t *testing.T) {
	sh := func(args string) outcome {
		cmd := exec.Command("unshare", "-Ur", "sh", "-c", "echo 0 >/proc/sys/user/max_ipc_namespaces; exec /proc/self/fd/3 "+args)
		self, err := os.Open("/proc/self/exe")
		if err != nil {
			t.Fatal(err)
		}
		defer self.Close()
		cmd.ExtraFiles = []*os.File{self}
		cmd.Env = append(os.Environ(), asProgram+"=1", "LC_ALL=C")
		return runProgram(t, cmd, "#: needs: private\nprint on")
	}
	if o := sh("--private -c 'print on'"); o.status != 1 || !strings.Contains(o.stderr, "user.max_ipc_namespaces = 0") {
		t.Errorf("--private: %+v", o)
	}
	if o := sh("--quiet"); o.status != 0 || !strings.Contains(o.stderr, "user.max_ipc_namespaces = 0") || !strings.Contains(o.stdout, "on\n") {
		t.Errorf("needs: private: %+v", o)
	}
}

// TestJSON: every line is an event with the fields of the contract.
func TestJSON(t *testing.T) {
	const script = "#: needs: private\n# narration\nq = msgget 0x7e57 IPC_CREAT|0600\nexpect ENOMSG|EAGAIN msgrcv q 1 IPC_NOWAIT\nmsgsnd q 1 hex:ff00\n" +
		"m = msgrcv q\nstruct s { int a[2]; char t[4]; }\nmsgsnd q 2 s:a=1,2,t=x\nexpect ret=12 m = msgrcv q as=s\nexpect EINVAL msgget 0x7e58\n"
	o := ipcsh(t, script, "--json")
	if o.status != 1 {
		t.Fatalf("%+v", o)
	}
	var events []map[string]any
	sc := bufio.NewScanner(strings.NewReader(o.stdout))
	for sc.Scan() {
		var ev map[string]any
		if err := json.Unmarshal(sc.Bytes(), &ev); err != nil {
			t.Fatalf("%v: %s", err, sc.Text())
		}
		for _, name := range []string{"seq", "file", "line", "proc", "pid", "cmd", "status", "ret", "result", "start", "end"} {
			if _, ok := ev[name]; !ok {
				t.Errorf("no %s in %s", name, sc.Text())
			}
		}
		if ev["seq"] != float64(len(events)+1) {
			t.Errorf("seq %v of event %d", ev["seq"], len(events)+1)
		}
		events = append(events, ev)
	}
	find := func(cmd string, nth int) map[string]any {
		for _, ev := range events {
			if ev["cmd"] == cmd {
				if nth == 0 {
					return ev
				}
				nth--
			}
		}
		t.Fatalf("no event of %s", cmd)
		return nil
	}
	want := func(got, want any) {
		t.Helper()
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%v, want %v", got, want)
		}
	}
	want(find("msgget", 0)["call"], "msgget(0x7e57, IPC_CREAT|0600)")
	want(find("msgget", 0)["line"], 3)
	want(find("msgrcv", 0)["errno"], "ENOMSG")
	want(find("msgrcv", 0)["met"], true)
	want(find("msgrcv", 0)["status"], "error")
	want(find("msgrcv", 1)["result"], map[string]any{"type": 1, "size": 2, "text": map[string]any{"hex": "ff00"}})
	want(find("msgrcv", 2)["result"], map[string]any{"type": 2, "size": 12, "a": []any{1, 2}, "t": "x"})
	want(find("msgget", 1)["errno"], "ENOENT")
	want(find("msgget", 1)["met"], false)
	want(find("summary", 0)["status"], "error")
}

// TestLongLine: a line of a mebibyte is a statement like any other.
func TestLongLine(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	if o := ipcsh(t, "print "+long, "--quiet"); o.status != 0 || !strings.HasPrefix(o.stdout, long+"\n") {
		t.Errorf("print: status %d, %d bytes", o.status, len(o.stdout))
	}
	o := ipcsh(t, "q = msgget 0 0600\nmsgsnd q 1 "+long, "--quiet")
	if o.status != 1 || !strings.Contains(o.stderr, "stdin:2: msgsnd: EINVAL") || len(o.stderr) > 600 {
		t.Errorf("msgsnd: status %d, %d bytes of error: %.600s", o.status, len(o.stderr), o.stderr)
	}
	if o := ipcsh(t, long, "--quiet"); o.status != 2 || len(o.stderr) > 400 {
		t.Errorf("a command's name: status %d, %d bytes of error", o.status, len(o.stderr))
	}
}

// TestHostileText: what a message says cannot drive the terminal.
func TestHostileText(t *testing.T) {
	const script = "q = msgget 0 0600\nmsgsnd q 1 hex:1b5b324a0a07c29b41e280ae\nm = msgrcv q\nprint $m.text\nprint \"<$m>\"\nmsgsnd q 1 hex:68690078797a\nmsgrcv q\n" +
		"msgsnd q 1 hex:1b5d\npeek q\nmsgrcv q\nexpect text=no print $m.text"
	o := ipcsh(t, script)
	for _, s := range []string{o.stdout, o.stderr} {
		for _, r := range s {
			if r < ' ' && r != '\n' || r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x202e {
				t.Fatalf("%U in %q", r, s)
			}
		}
	}
	if !strings.Contains(o.stdout, `"hi\0 +3 bytes`) && !strings.Contains(o.stdout, `"hi\0" +3 bytes`) {
		t.Errorf("text behind a NUL is not counted: %s", o.stdout)
	}
}

// TestBadFiles: a file that is no script is one clear error with its place.
func TestBadFiles(t *testing.T) {
	for src, want := range map[string]string{
		"print a\nprint \x00b\n":  "stdin:2:7: a NUL byte",
		"print a\nprint \xffb\n":  "stdin:2:7: invalid UTF-8 (byte 0xff)",
		"\xef\xbb\xbfprint a\r\n": "",
		"\x7fELF\x02\x01\x01\x00": "stdin:1:8: a NUL byte",
	} {
		o := ipcsh(t, src, "--quiet")
		if (o.status == 2) != (want != "") || !strings.HasPrefix(o.stderr, want) {
			t.Errorf("%q: %+v", src, o)
		}
	}
}

// TestKilledParent: with several files each runs in a child, which does not
// outlive a parent that is killed.
func TestKilledParent(t *testing.T) {
	file := waitingScript(t)
	cmd := program("--private", "--timeout", "0", file, file)
	blocked(t, cmd)
	var b []byte
	all, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", cmd.Process.Pid))
	for _, f := range all {
		more, _ := os.ReadFile(f)
		b = append(append(b, ' '), more...)
	}
	cmd.Process.Kill()
	cmd.Process.Wait() // not for its output, which a survivor would hold open
	for _, pid := range strings.Fields(string(b)) {
		for end := time.Now().Add(10 * time.Second); asleep(atoi(pid), "msgrcv"); {
			if time.Now().After(end) {
				syscall.Kill(atoi(pid), syscall.SIGKILL)
				t.Fatalf("process %s outlived its parent", pid)
			}
		}
	}
	if len(strings.Fields(string(b))) == 0 {
		t.Error("the file did not run in a child")
	}
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
