package repl

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ipcsh/commands/text"
)

// stepLines steps through a script, types lines, and returns what a person would see
// and the lines that belong into the history.
func stepLines(t *testing.T, lang text.Lang, s *Stepper, lines ...string) (seen string, kept []string, err error) {
	t.Helper()
	session := newSession()
	session.Lang = lang
	var out bytes.Buffer
	e := NewEngine(session, NewText(session, &out, &out), nil)
	in := &scripted{lines: lines}
	p := &Prompt{Engine: e, Say: func(l string) { e.Out.Flush(); out.WriteString(l + "\n") }}
	p.Lines = &noting{in, p, &kept}
	p.Ask = in.ReadLine
	err = p.Step(s)
	return out.String(), kept, err
}

// noting notes which lines belong into the history.
type noting struct {
	*scripted
	p    *Prompt
	kept *[]string
}

func (n *noting) ReadLine(prompt string) (string, error) {
	line, err := n.scripted.ReadLine(prompt)
	if err == nil && n.p.Keeps(line) {
		*n.kept = append(*n.kept, line)
	}
	return line, err
}

const lesson = `#: title: A lesson
#: title.ko: 수업
#en One queue.
#ko 큐 하나.
q = msgget 0 0600
#en Nothing is in it.
predict expect ENOMSG msgrcv q 9 IPC_NOWAIT
msgsnd q 1 hello
predict expect type=1 text=hello m = msgrcv q
repeat 2 i {
  #en inside
  print round $i
}
assert 1 == 2
print last $m.text
#en The moral.
`

// TestStep: each statement is shown before it runs, and not what it is expected to
// do; keys, other commands and a failure leave one where one is.
func TestStep(t *testing.T) {
	out, kept, err := stepLines(t, text.En, &Stepper{File: "x.ipc", Src: lesson},
		"", "?", "b", "print between", "EAGIAN", "-1", "eagain", "?", "let k = 5", "", "text=hello", "", "ㅠ", "qq", "", "ㄴ", "", "never")
	for _, want := range []string{"A lesson\n7 statements", "\nOne queue.\n   5  q = msgget 0 0600\n= ", "\nNothing is in it.\n   7  msgrcv q 9 IPC_NOWAIT\n", "What will happen?",
		"Say how the statement", "between\n   7  msgrcv", "did you mean EAGAIN?", "with which errno?", "not so: you said eagain, it is ENOMSG", "Enter  run", "   9  m = msgrcv q\n", "\nright\n",
		"  10  repeat 2 i {\n  12    print round $i\n  13  }\n", "  inside\n", `unknown command "qq"`, "assert failed: 1 == 2", "a replay would end here", "skipped\n\nThe moral.\n", "predictions: 1 of 2 right", "skipped: 1", "x.ipc: failed after 7 statements, 2 checks held"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not seen in\n%s", want, out)
		}
	}
	for _, hidden := range []string{"expect", "predict ", "never", "큐 하나"} {
		if strings.Contains(out, hidden) {
			t.Errorf("%q is seen in\n%s", hidden, out)
		}
	}
	if n := strings.Count(out, "round 1\n"); n != 2 {
		t.Errorf("the last result is seen %d times, once by b:\n%s", n, out)
	}
	if got := strings.Join(kept, ","); got != "print between,let k = 5,qq" {
		t.Errorf("the history has %s", got)
	}
	if Status(err) != 1 {
		t.Errorf("exit status %d", Status(err))
	}
	out, _, err = stepLines(t, text.Ko, &Stepper{File: "x.ipc", Src: lesson}, "", "ㄷㅜㅐㅡㄴㅎ", "", "실패", "성공", "?", "ㅂ", "never")
	for _, want := range []string{"수업\n문장 7개", "\n큐 하나.\n", "맞았습니다", "어떤 errno로 실패할까요?", "보이는 문장 실행", "예측: 2개 중 2개 맞음", "제거했습니다: msqid"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not seen in\n%s", want, out)
		}
	}
	if strings.Contains(out, "never") || strings.Contains(out, "One queue") || err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestStepLab: a solution is stepped through, a task is one statement, and a program
// is shown as it is.
func TestStepLab(t *testing.T) {
	lab := "solution {\n  q = msgget 0 0600\n  # then\n  predict expect ENOMSG msgrcv q 9 IPC_NOWAIT\n}\ntask \"it is there\" points=2 {\n  assert exists(q)\n}\n"
	out, _, err := stepLines(t, text.En, &Stepper{File: "x.ipc", Src: lab}, "", "ENOMSG", "", "")
	for _, want := range []string{"   2  q = msgget", "then\n   4  msgrcv q 9 IPC_NOWAIT\n", "right\n", "   6  task \"it is there\" points=2 {\n   7    assert exists(q)\n   8  }\n", "2 of 2 points", "x.ipc: ok"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not seen in\n%s", want, out)
		}
	}
	if err != nil {
		t.Error(err)
	}
	lab = "solution a.c {\n#include <stdio.h>\n\tint x;\n}\nprint end\n"
	if out, _, _ := stepLines(t, text.En, &Stepper{File: "x.ipc", Src: lab}, "", ""); !strings.Contains(out, "   1  solution a.c {\n   2  #include <stdio.h>\n   3  \tint x;\n   4  }\n") || !strings.Contains(out, "   5  print end") {
		t.Error(out)
	}
}

// TestPredictIsChecked: where it cannot stand, predict is refused before anything
// runs; elsewhere a replay just runs the statement.
func TestPredictIsChecked(t *testing.T) {
	for src, want := range map[string]string{
		"predict":                      "predict needs a statement",
		"predict # x":                  "predict needs a statement",
		"predict if 1 { print x }":     "if cannot stand here",
		"predict @p { print x }":       "no block",
		"predict @p print x &":         "left with &",
		"@p predict print x":           "cannot stand here",
		"repeat 2 { predict print x }": "cannot stand here",
		"expect predict print x":       "predict cannot stand here",
		"step lecture":                 "typed at the prompt",
	} {
		if _, err := Parse(newSession(), "x.ipc", src); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", src, err, want)
		}
	}
	s := newSession()
	e := NewEngine(s, NewText(s, &bytes.Buffer{}, &bytes.Buffer{}), nil)
	if err := e.Replay("x.ipc", "q = msgget 0 0600; predict expect ENOMSG msgrcv q 9 IPC_NOWAIT\npredict x = msgget 0 0600; assert x != q", Options{}); err != nil {
		t.Error(err)
	}
}

// TestProgress: what was left half done is gone on with, the steps before replayed;
// a script that has changed begins anew.
func TestProgress(t *testing.T) {
	dir, file := filepath.Join(t.TempDir(), "state"), "carried"
	src := "let n = 1\nlet n = n + 1\nlet n = n * 10\nprint now $n\nprint end\n"
	run := func(s *Stepper, lines ...string) string {
		s.File, s.State = file, dir
		if s.Src == "" {
			s.Src = src
		}
		out, _, err := stepLines(t, text.En, s, lines...)
		if err != nil && s.Src == src {
			t.Error(err)
		}
		return out
	}
	check := func(out, want, not string) {
		t.Helper()
		if !strings.Contains(out, want) || not != "" && strings.Contains(out, not) {
			t.Errorf("%q, and not %q, should be in\n%s", want, not, out)
		}
	}
	check(run(&Stepper{}, "q"), "   1  let n = 1\n", "left at")
	check(run(&Stepper{}, "", "s", "", "q"), "left at statement 4 of 5; the same command goes on", "")
	name := progressFile(dir, file)
	fi, err := os.Stat(name)
	if err != nil || fi.Mode().Perm() != 0o600 {
		t.Fatal(fi, err)
	}
	check(run(&Stepper{}, "x", "q"), "You left it at statement 4 of 5, line 4.", "now")
	check(run(&Stepper{}, "", "", "q"), "now 10\n", "n = 1") // the second was skipped, and is again
	check(run(&Stepper{Restart: true}, "q"), "   1  let n = 1\n", "You left")
	check(run(&Stepper{}, "n", "q"), "   1  let n = 1\n", "replayed")
	check(run(&Stepper{Src: "# new\n" + src}, "", "q"), "carried has changed since you left it at statement 5: it begins anew", "replayed")
	check(run(&Stepper{}, "", "", "", "", "", ""), "carried: ok, 5 statements", "You left")
	if list, _ := os.ReadDir(dir); len(list) != 0 {
		t.Errorf("left in the folder at the end: %v", list)
	}
	// What cannot be replayed is said, and what cannot be kept, once.
	gone := "assert 1 == 2\nprint a\nprint b\n"
	check(run(&Stepper{Src: gone}, "", "", "q"), "left at statement 3", "")
	check(run(&Stepper{Src: gone}, "r", "q"), "1 of them failed on the way", "")
	file = filepath.Join(t.TempDir(), "x.ipc")
	if err := os.WriteFile(dir+"-file", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	dir += "-file"
	out := run(&Stepper{}, "", "", "q")
	if strings.Count(out, "cannot be kept") != 1 || strings.Contains(out, "left at") {
		t.Error(out)
	}
}

// TestRecord: each prediction is a line of JSON, in a file that only its owner reads.
func TestRecord(t *testing.T) {
	name := filepath.Join(t.TempDir(), "record")
	for _, answer := range []string{"ENOMSG", ""} {
		if _, _, err := stepLines(t, text.En, &Stepper{File: "x.ipc", Src: lesson, Record: name}, "", answer, "", "8", "q"); err != nil {
			t.Error(err)
		}
	}
	b, err := os.ReadFile(name)
	fi, _ := os.Stat(name)
	if err != nil || fi.Mode().Perm() != 0o600 {
		t.Fatal(fi, err)
	}
	var got []prediction
	for d := json.NewDecoder(bytes.NewReader(b)); d.More(); {
		var p struct {
			prediction
			Time time.Time
		}
		if err := d.Decode(&p); err != nil || time.Since(p.Time) > time.Hour {
			t.Fatal(p.Time, err)
		}
		got = append(got, p.prediction)
	}
	first := prediction{File: "x.ipc", Line: 7, Statement: "msgrcv q 9 IPC_NOWAIT", Predicted: "ENOMSG", Actual: "ENOMSG", Right: true}
	second := prediction{File: "x.ipc", Line: 9, Statement: "m = msgrcv q", Predicted: "8", Actual: `type=1 text="hello"`}
	passed := first
	passed.Predicted, passed.Right = "", false
	if len(got) != 4 || got[0] != first || got[1] != second || got[2] != passed || got[3] != second {
		t.Errorf("recorded: %+v", got)
	}
	if _, _, err := stepLines(t, text.En, &Stepper{File: "x.ipc", Src: lesson, Record: "/nowhere/x"}); Status(err) != 2 {
		t.Error(err)
	}
}
