package main

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"

	"ipcsh/scripts"
)

// stepped steps through a script, its lines read from a pipe, with a state folder of
// its own.
func stepped(t *testing.T, state, lines string, args ...string) outcome {
	t.Helper()
	t.Setenv("XDG_STATE_HOME", state)
	return ipcsh(t, lines, append([]string{"step"}, args...)...)
}

// TestStepEveryScript: whoever only presses Enter comes to the end of each script
// that the program carries, without a failure, and is never told before a
// prediction what the script expects.
func TestStepEveryScript(t *testing.T) {
	names, _ := fs.Glob(scripts.FS, "*.ipc")
	labs, _ := fs.Glob(scripts.FS, "labs/*.ipc")
	predictions := 0
	for i, name := range append(names, labs...) {
		lang, end := "en", ": ok, "
		if i%2 == 0 {
			lang, end = "ko", ": 성공. "
		}
		short := strings.TrimSuffix(path.Base(name), ".ipc")
		o := stepped(t, t.TempDir(), strings.Repeat("\n", 1000), short, "--lang", lang)
		if o.status != 0 || !strings.Contains(o.stdout, short+end) {
			t.Errorf("%s: exit status %d\n%s%s", name, o.status, o.stdout, o.stderr)
		}
		src, _ := fs.ReadFile(scripts.FS, name)
		for _, line := range strings.Split(string(src), "\n") {
			if !strings.HasPrefix(line, "predict ") {
				continue
			}
			predictions++
			if strings.Contains(o.stdout, strings.TrimPrefix(line, "predict ")) && strings.Count(string(src), strings.TrimPrefix(line, "predict ")) == 1 {
				t.Errorf("%s: %s is seen whole", name, line)
			}
		}
	}
	if predictions < 8 {
		t.Errorf("only %d predictions are asked for", predictions)
	}
}

// TestStepProcesses: a prediction about a process that sleeps, in both languages,
// and one that is wrong about its end.
func TestStepProcesses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "p.ipc")
	os.WriteFile(file, []byte(`#: needs: private, user
q = msgget 0 0600
spawn a
predict expect blocked @a msgrcv q 1
predict expect EINVAL msgsnd q 0 x
msgctl q IPC_RMID
predict expect EIDRM wait a
print end
`), 0o600)
	record := filepath.Join(t.TempDir(), "record")
	o := stepped(t, t.TempDir(), "\n\nblocked\nEIDRM\n\neidrm\n", file, "--record", record)
	for _, want := range []string{"[3/7] predict> a: blocked in msgrcv(q, type 1)\nright\n", "(1 blocked) predict> msgsnd: EINVAL (22)", "not so: you said EIDRM, it is EINVAL\n  why ", "a: msgrcv: EIDRM",
		"msgrcv: EIDRM (43): Identifier removed\nright\n  why ", "predictions: 2 of 3 right", "left at statement 7 of 7"} {
		if !strings.Contains(o.stdout, want) {
			t.Errorf("%q is not seen in\n%s", want, o.stdout)
		}
	}
	if o.status != 0 {
		t.Errorf("exit status %d\n%s", o.status, o.stderr)
	}
	b, _ := os.ReadFile(record)
	if n := strings.Count(string(b), "\n"); n != 3 || !strings.Contains(string(b), `"predicted":"blocked","actual":"blocked","right":true`) {
		t.Errorf("%s", b)
	}
	if o := stepped(t, t.TempDir(), "\n\n막힘\n", file, "--lang", "ko"); !strings.Contains(o.stdout, "[3/7] 예측> a: msgrcv(q, type 1)에서 잠듦\n맞았습니다\n") || o.status != 0 {
		t.Errorf("%+v", o)
	}
}

// TestStepOnTerminal: keys, completion, Ctrl-C in a call and the way out, in 80
// columns and both languages.
func TestStepOnTerminal(t *testing.T) {
	file := filepath.Join(t.TempDir(), "t.ipc")
	os.WriteFile(file, []byte(`#: title: Two calls
#: needs: private, user
#en A queue is made.
#ko 큐를 만듭니다.
q = msgget 0x77 IPC_CREAT|IPC_EXCL|0600
predict msgrcv q 1
msgsnd q 1 안녕하세요
`), 0o600)
	for lang, want := range map[string][]string{
		"C.UTF-8":     {"A queue is made.", "What will happen?", "blocked in", "Ctrl-C ends the wait", "right", "left at statement 3 of 3", "You left it at statement 3 of 3, line 7.", "are replayed first", "removed what the script left", "new: a message queue"},
		"ko_KR.UTF-8": {"큐를 만듭니다.", "어떻게 될까요?", "잠듦", "Ctrl-C로 대기를", "맞았습니다", "3번째 문장에서 나갑니다", "3번째 문장(7행)에서", "먼저 다시 실행합니다", "제거했습니다: msqid 0", "새로 만듦"},
	} {
		p := onTerminal(t, lang, "--private")
		p.await("source lecture")
		p.typed("step " + file + "\r")
		p.await("Two calls")
		p.await(want[0])
		p.await("   5  q = msgget 0x77")
		p.await("[1/3]> ")
		p.typed("pri\t between\r")
		p.await("\nbetween")
		p.await("[1/3]> ")
		p.typed("\r")
		p.await(want[9])
		p.await(want[1])
		p.await("[2/3]")
		p.typed("ㅠ\r") // b
		p.await(want[9])
		p.await("[2/3]")
		p.typed("막힘\r")
		p.await(want[3])
		for !asleep(p.cmd.Process.Pid, "msgrcv") {
		}
		p.typed("\x03")
		p.await("EINTR")
		p.await(want[4])
		p.await("[3/3]> ")
		p.typed("\x04")
		p.await(want[5])
		p.await(want[8])
		p.await("ipcsh> ")
		p.typed("msgget 0x77\r")
		p.await("ENOENT")
		p.typed("step " + file + "\r")
		p.await(want[6])
		p.typed("n\r")
		p.await("[1/3]> ")
		p.typed("\r")
		p.await(want[9])
		p.typed("s\r")
		p.await("[3/3]> ")
		p.typed("q\r")
		p.await(want[8])
		p.await("ipcsh> ")
		p.typed("step " + file + "\r")
		p.await("[r]")
		p.typed("\r")
		p.await(want[7])
		p.await("[3/3]> ")
		p.typed("\r")
		p.await("[3/3]")
		p.typed("ㅂ\r") // q
		p.await("t.ipc")
		p.await("ipcsh> ")
		p.typed("exit\r")
		if st := p.status(); st != 0 {
			t.Errorf("%s: exit status %d", lang, st)
		}
	}
}

// TestStepPlain: without colours, and on a terminal that knows no cursor.
func TestStepPlain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "t.ipc")
	os.WriteFile(file, []byte("# one\nlet n = 1\npredict expect ENOENT msgget 0x77\n"), 0o600)
	for _, env := range []string{"TERM=dumb", "NO_COLOR=1"} {
		cmd := program("--private", "step", file)
		cmd.Env = append(cmd.Env, "TERM=xterm", "XDG_STATE_HOME="+t.TempDir(), env)
		tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
		if err != nil {
			t.Fatal(err)
		}
		defer tty.Close()
		p := watchTerminal(t, cmd, tty)
		p.await("   2  let n = 1")
		p.await("[1/2]> ")
		p.typed("\r")
		p.await("predict> ")
		p.typed("enoent\r")
		p.await("right")
		p.await("[2/2] end> ")
		p.typed("\r")
		p.await("ok, 2 statements, 1 checks held")
		if st := p.status(); st != 0 {
			t.Errorf("%s: exit status %d", env, st)
		}
		p.mu.Lock()
		raw := p.seen.String()
		p.mu.Unlock()
		if strings.Contains(raw, "\x1b[3") || strings.Contains(raw, "\x1b[1m") || env == "TERM=dumb" && strings.Contains(raw, "\x1b") {
			t.Errorf("%s: %q", env, raw)
		}
	}
}

// TestStepRefuses: what cannot be stepped through is said at once.
func TestStepRefuses(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.ipc")
	os.WriteFile(bad, []byte("msgrcv 0 typ=1\n"), 0o600)
	for want, args := range map[string][]string{
		"step needs a script":           {},
		"one script at a time":          {"lecture", "lecture"},
		"has no --json":                 {"lecture", "--json"},
		"No such file":                  {"/nowhere.ipc"},
		"no parameter typ":              {bad},
		"/nowhere/r: No such file":      {"lecture", "--record", "/nowhere/r"},
		"unknown option --recrod":       {"lecture", "--recrod", "x"},
		"option --record needs a value": {"lecture", "--record"},
	} {
		o := stepped(t, t.TempDir(), "", args...)
		if o.status != 2 || !strings.Contains(o.stderr, want) {
			t.Errorf("%v: %+v, want status 2 and %q", args, o, want)
		}
	}
	if o := ipcsh(t, "", "--restart", "lecture"); o.status != 2 || !strings.Contains(o.stderr, "belong to ipcsh step") {
		t.Errorf("%+v", o)
	}
}
