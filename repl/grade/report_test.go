package grade

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"ipcsh/commands/text"
)

var update = flag.Bool("update", false, "write the golden files anew")

// nfd is 홍길동 as macOS writes it.
const nfd = "\u1112\u1169\u11bc\u1100\u1175\u11af\u1103\u1169\u11bc"

// hostile is what a hand-in may bring: it drives terminals, ends lines, is no
// UTF-8, turns the text round, and means something to each format.
const hostile = "\x1b[2J\x1b]0;t\a\u009b31m\r\x00\x7f\xff\xc3\u202e\ufffe <b>&amp;]]> \"'` # SKIP \\# TODO %s"

// everything is a report with each case that there is.
func everything(l text.Lang) *Report {
	ko := l == text.Ko
	say := func(en, kor string) string {
		if ko {
			return kor
		}
		return en
	}
	queue := Task{Name: say("the queue exists", "큐가 있다"), Points: 2, Max: 2, Passed: true, Visibility: "visible", Runs: 1, Held: 1, Hint: "IPC_CREAT"}
	adds := Task{Name: say("the server adds 8", "서버가 8을 더한다"), Max: 4, Visibility: "visible", Runs: 1,
		Failures: []Failure{{Place: "plus8.ipc:31", Check: `expect blocked  msgrcv $q type=2 # two  blanks`, Expected: `"49"`, Found: `"41"`,
			State: "msqid 0: 1 message, 3 bytes\nlspid " + say("of the server, which sleeps in msgrcv and waits for a type that nobody sends", "서버의 pid, 서버는 아무도 보내지 않는 type을 기다리며 msgrcv에서 잠들어 있습니다")}},
		Hint: say("the answer goes to the type that the client waits for", "답은 client가 기다리는 type으로 보냅니다")}
	racy := Task{Name: say("no update is lost", "갱신이 사라지지 않는다"), Points: 1.33333, Max: 4, Visibility: "hidden", Runs: 20, Held: 13,
		Failures: []Failure{{Place: "plus8.ipc:40", Check: "assert shm == 200", Expected: "200", Found: "173"}, {Place: "plus8.ipc:41", Check: "assert semval(s, 0) == 1", Found: say("the set is gone: EIDRM", "집합이 없어졌습니다: EIDRM")}}}
	won := racy
	won.Points, won.Held, won.Passed, won.Failures = 4, 20, true, nil
	good := adds
	good.Points, good.Passed, good.Failures, good.Visibility = 4, true, nil, "after_due_date"
	bad := Task{Name: "task " + hostile, Max: 2.5, Visibility: "after_published",
		Failures: []Failure{{Place: hostile + ":1", Check: hostile, Expected: hostile, Found: hostile, State: hostile + "\nA\tB"}}, Hint: hostile}
	return &Report{
		Lab: "plus8.ipc", Title: say("The +8 server", "8을 더하는 서버"), Lang: l, Start: time.Date(2026, 3, 2, 18, 5, 6, 0, time.FixedZone("KST", 9*3600)),
		Refused: []string{say("user namespaces (unshare: EPERM)", "user namespace (unshare: EPERM)")},
		Grades: []Grade{
			{Name: HandinName("in/2023123456_" + nfd + ".ipc"), Path: "in/2023123456_" + nfd + ".ipc", Points: 10, Max: 10, Tasks: []Task{queue, good, won}, Output: "49\n", Time: 1234567 * time.Microsecond},
			{Name: HandinName("in/kim chul soo"), Path: "in/kim chul soo", Points: 3.33333, Max: 10, Tasks: []Task{queue, adds, racy},
				Failure: say("server.ipc:7: msgsnd failed: EAGAIN\nthe queue is full", "server.ipc:7: msgsnd 실패: EAGAIN\n큐가 가득 찼습니다"),
				Limits:  []string{say("time: 20s", "시간: 20초"), say("messages: 4M", "메시지: 4M")}, Notes: []string{say("removed after it: msqid 0", "남아 있어서 제거함: msqid 0")},
				Output: "41\n" + strings.Repeat("waiting\n", 40), Time: 20 * time.Second},
			{Name: "=HYPERLINK(\"x\")", Path: "in/=HYPERLINK(\"x\").ipc", Max: 10, Failure: say("not executable: Exec format error", "실행할 수 없는 파일입니다: Exec format error")},
			{Name: "-12", Path: "-12", Points: 2, Max: 12.5, Tasks: []Task{queue, bad}, Failure: hostile, Limits: []string{hostile}, Notes: []string{"@" + hostile, ""}, Output: hostile + "\n\n", Time: time.Microsecond},
		},
	}
}

// many is a course: 200 hand-ins.
func many() *Report {
	r := &Report{Lab: "l.ipc", Title: "L"}
	for i := 0; i < 200; i++ {
		g := Grade{Name: fmt.Sprintf("2023%06d_홍길동", i), Max: 3, Tasks: []Task{{Name: "a", Points: 1, Max: 1, Passed: true}, {Name: "b", Max: 2}}}
		if g.Points = 1; i%2 == 0 {
			g.Points, g.Tasks[1].Points, g.Tasks[1].Passed = 3, 2, true
		}
		r.Grades = append(r.Grades, g)
	}
	return r
}

// alone is a report of one of a report's hand-ins.
func alone(r *Report, i int) *Report {
	one := *r
	one.Grades = r.Grades[i : i+1]
	return &one
}

func written(t *testing.T, r *Report, format string) string {
	t.Helper()
	var b bytes.Buffer
	if err := r.Write(&b, format); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// sample are the reports that each format is tested with.
func samples(format string) map[string]*Report {
	m := map[string]*Report{}
	for _, l := range []text.Lang{text.En, text.Ko} {
		r := everything(l)
		for i := range r.Grades {
			m[fmt.Sprintf("%s %d", l, i)] = alone(r, i)
		}
		if format != "gradescope" {
			m[l.String()], m["none "+l.String()] = r, &Report{Lang: l}
		}
	}
	if format != "gradescope" {
		m["many"] = many()
	}
	m["bare"] = &Report{Grades: []Grade{{}}}
	m["no points"] = &Report{Grades: []Grade{{Name: "s", Tasks: []Task{{Name: "checks", Passed: true}}}}}
	return m
}

func TestGolden(t *testing.T) {
	for _, l := range []text.Lang{text.En, text.Ko} {
		for _, f := range Formats() {
			if f != "gradescope" {
				golden(t, l.String()+"."+f, written(t, everything(l), f))
			}
			golden(t, l.String()+".one."+f, written(t, alone(everything(l), 1), f))
		}
		golden(t, l.String()+".hostile.gradescope", written(t, alone(everything(l), 3), "gradescope"))
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	w, g := strings.Split(string(want), "\n"), strings.Split(got, "\n")
	for i := range g {
		if i >= len(w) || g[i] != w[i] {
			t.Errorf("%s differs at line %d (go test ./repl/grade -update writes it anew):\n%q\nwant\n%q", file, i+1, g[i], w[min(i, len(w)-1)])
			return
		}
	}
	if len(w) != len(g) {
		t.Errorf("%s has more lines: %q", file, w[len(g):])
	}
}

// TestNothingGetsThrough holds for each format that no byte of a hand-in can drive
// a terminal, hide itself or be invalid.
func TestNothingGetsThrough(t *testing.T) {
	for _, f := range Formats() {
		for name, r := range samples(f) {
			got := strings.TrimPrefix(written(t, r, f), "\ufeff")
			if !utf8.ValidString(got) {
				t.Errorf("%s, %s: invalid UTF-8", f, name)
			}
			for i, c := range got {
				if c != '\n' && !(c == '\r' && f == "csv" && got[i+1] == '\n') && !unicode.IsPrint(c) {
					t.Errorf("%s, %s: %U in the report: %q", f, name, c, got[max(0, i-20):min(len(got), i+20)])
					break
				}
			}
		}
	}
}

func TestFormats(t *testing.T) {
	if got := strings.Join(Formats(), " "); got != "text tap junit gradescope json csv" {
		t.Errorf("formats: %s", got)
	}
	err := everything(text.En).Write(new(bytes.Buffer), "xml\x1b")
	if err == nil || err.Error() != `there is no report format xml\x1b; there are: text, tap, junit, gradescope, json, csv` {
		t.Errorf("an unknown format: %v", err)
	}
	if err := everything(text.En).Write(broken{}, "text"); !errors.Is(err, os.ErrClosed) {
		t.Errorf("a writer that fails: %v", err)
	}
}

// broken is a writer that fails.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestHandinName(t *testing.T) {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{
		"a/2023123456_" + nfd + ".ipc": "2023123456_홍길동", "a/b c/": "b c", "kim.tar.ipc": "kim.tar", ".ipc": ".ipc",
		"x.ipc.ipc": "x.ipc", ".": filepath.Base(dir), "..": filepath.Base(filepath.Dir(dir)), "server": "server",
	} {
		if got := HandinName(in); got != want {
			t.Errorf("HandinName(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPassed(t *testing.T) {
	r := everything(text.En)
	for i, want := range []bool{true, false, false, false} {
		if r.Grades[i].Passed() != want {
			t.Errorf("hand-in %d: passed is %v", i, !want)
		}
	}
	if r.Passed() || !alone(r, 0).Passed() || (&Report{}).Passed() {
		t.Error("a report has passed if it has hand-ins and all of them did")
	}
}

func TestScore(t *testing.T) {
	zero := 0.0
	for f, want := range map[float64]string{0: "0", 2: "2", 1.5: "1.5", 10.0 / 3: "3.33", 2.0 / 3: "0.67", 1.999: "2", -0.001: "0", 1 / zero: "0", 1e15: "1000000000000000"} {
		if got := score(f); got != want {
			t.Errorf("score(%v) = %s, want %s", f, got, want)
		}
	}
	if got := score(zero / zero); got != "0" {
		t.Errorf("score(NaN) = %s", got)
	}
}
