package main

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"ipcsh/commands"
	"ipcsh/repl"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// handedOut returns a lab as students get it, and writes it to a file.
func handedOut(t *testing.T, lab string) (sheet, file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), filepath.Base(lab))
	o := ipcsh(t, "", "handout", lab)
	if to := ipcsh(t, "", "handout", "--output", file, lab); o.status != 0 || o.stderr != "" || to.status != 0 || to.stdout != "" {
		t.Fatalf("%+v\n%+v", o, to)
	}
	if b, err := os.ReadFile(file); err != nil || string(b) != o.stdout {
		t.Errorf("the file is not what standard output has: %v", err)
	}
	return o.stdout, file
}

var (
	solutionPart = regexp.MustCompile(`(?ms)^(solution[^\n]*\{).*?^\}`)
	hiddenPart   = regexp.MustCompile(`(?ms)^task[^\n{]*(\\\n[^\n{]*)*visibility=hidden.*?^\}\n`)
)

// TestHandouts: a handout has no line of the solution's, and all else as it was; a
// hand-in is graded with it as with the lab.
func TestHandouts(t *testing.T) {
	for _, name := range exercises(t) {
		lab := "scripts/labs/" + name + ".ipc"
		src, err := os.ReadFile(lab)
		if err != nil {
			t.Fatal(err)
		}
		sheet, file := handedOut(t, lab)
		want := hiddenPart.ReplaceAllString(solutionPart.ReplaceAllString(string(src), "$1\n}"), "")
		if len(want) == len(src) || sheet != want {
			t.Errorf("%s: handout\n%s", name, sheet)
		}
		if name == "plus8" { // what it says of a hand-in is the same
			for _, l := range []string{lab, file} {
				g := checked(t, "--lab", l, "scripts/labs/wrong/plus8/once.ipc")
				if len(g.Grades) != 1 || g.Grades[0].Points != 4 {
					t.Errorf("%s: %+v", l, g.Grades)
				}
			}
		}
	}
}

// TestUnsolved: what a player is given of a lab has no line of the solution's, and
// every other line in its place.
func TestUnsolved(t *testing.T) {
	sources := map[string]string{"full": fullLab, "one line": "#: title: x\nsolution { let x = 1 }\ntask \"a\" { assert x == 1 }\n",
		"no end": "task \"a\" { assert x == 1 }\nsolution {\n  let x = 1\n}"}
	for _, name := range exercises(t) {
		src, err := os.ReadFile("scripts/labs/" + name + ".ipc")
		if err != nil {
			t.Fatal(err)
		}
		sources[name] = string(src)
	}
	for name, src := range sources {
		parse := func(src string) *repl.Script {
			sc, err := repl.Parse(commands.NewSession(commands.NewTable()), name, src)
			if err != nil {
				t.Fatalf("%s: %v\n%s", name, err, src)
			}
			return sc
		}
		sc := parse(src)
		text := sc.Unsolved(src)
		is, was := parse(text), sc
		if nodes, files, given := is.Solution(); len(nodes) > 0 || !given || len(files) > 0 && strings.TrimSpace(files[0].Content) != "" {
			t.Errorf("%s: %v %v %v", name, nodes, files, given)
		}
		if len(is.Nodes) != len(was.Nodes) {
			t.Fatalf("%s: %d statements of %d", name, len(is.Nodes), len(was.Nodes))
		}
		for i := range is.Nodes {
			if a, b := is.Nodes[i], was.Nodes[i]; a.Line != b.Line || a.Pos != b.Pos {
				t.Errorf("%s: statement %d is in %d:%d, not in %d:%d", name, i, a.Line, a.Pos, b.Line, b.Pos)
			}
		}
	}
}

const fullLab = `#: title: All of it
#: title.ko: 모두
# solution { is a remark }
solution server.c {
    int secret;
    solution {
}
solution more.h {
    #define SECRET
}

task "seen" points=1.5 partial=yes ko="보임" hint="look" hint_ko="보세요" {
  let x = 1
}
task "unseen" \
    visibility=hidden {
  let secret = 1
}
task "late" points=2 visibility=after_due_date runs=3 { let y = 1 }
`

func TestHandoutParts(t *testing.T) {
	for _, end := range []string{"\n", "\r\n"} {
		sheet, _ := handedOut(t, folder(t, map[string]string{"lab.ipc": strings.ReplaceAll(fullLab, "\n", end)})+"/lab.ipc")
		low := strings.ToLower(sheet)
		if strings.Contains(low, "secret") || strings.Contains(low, "unseen") {
			t.Errorf("it gives away:\n%s", sheet)
		}
		for _, want := range []string{"# solution { is a remark }", "solution server.c {", "solution more.h {", "title.ko: 모두", "hint_ko=", "after_due_date runs=3"} {
			if !strings.Contains(sheet, want) {
				t.Errorf("%s is missing in:\n%s", want, sheet)
			}
		}
	}
}

// TestNew: the lab to start from is one whose solution passes and that nobody
// passes by handing in nothing; a file that is there is not written over.
func TestNew(t *testing.T) {
	name := filepath.Join(t.TempDir(), "my lab")
	if o := ipcsh(t, "", "new", name); o.status != 0 || !strings.Contains(o.stdout, "my lab.ipc") || o.stderr != "" {
		t.Fatalf("%+v", o)
	}
	written, _ := os.ReadFile(name + ".ipc")
	if o := ipcsh(t, "", "new", name+".ipc"); o.status != 1 || !strings.Contains(o.stderr, "EEXIST") {
		t.Errorf("%+v", o)
	}
	if again, _ := os.ReadFile(name + ".ipc"); string(again) != string(written) || !strings.HasPrefix(string(again), "#: title: my lab\n") {
		t.Errorf("it was written over, or is not what it should be:\n%s", again)
	}
	for _, lang := range []string{"en", "ko"} {
		g := checked(t, "--lang", lang, name+".ipc")
		if g.status != 0 || g.stderr != "" || g.Grades[0].Points != 10 {
			t.Errorf("%+v", g)
		}
	}
	handedOut(t, name+".ipc")
}

// TestTaskParameters: points, parts of them, plays, visibility and hints come out
// as the lab says.
func TestTaskParameters(t *testing.T) {
	dir := folder(t, map[string]string{"half.ipc": "let x = 1\n", "lab.ipc": `#: title: Points
#: title.ko: 점수
solution { let x = 1; let y = 2 }
task "parts" points=3 partial=yes ko="부분 점수" hint="both" hint_ko="둘 다" { assert x == 1; assert y == 2; expect type=1 print x }
task "whole" points=2 visibility=hidden { assert x == 1; assert y == 2 }
task "often" points=0.5 runs=4 visibility=after_published { assert x == 1 }
`})
	for lang, names := range map[string][3]string{"en": {"parts", "both", "y is not set"}, "ko": {"부분 점수", "둘 다", "설정되지"}} {
		g := checked(t, "--lang", lang, "--lab", dir+"/lab.ipc", dir+"/half.ipc")
		if len(g.Grades) != 1 || len(g.Grades[0].Tasks) != 3 {
			t.Fatalf("%+v", g)
		}
		h := g.Grades[0]
		parts, whole, often := h.Tasks[0], h.Tasks[1], h.Tasks[2]
		if h.Points != 1.5 || h.Max != 5.5 || parts.Name != names[0] || parts.Hint != names[1] || parts.Points != 1 || parts.Passed || !strings.Contains(parts.Failures[0].Found, names[2]) {
			t.Errorf("%s: %+v", lang, h)
		}
		if whole.Points != 0 || whole.Visibility != "hidden" || often.Visibility != "after_published" || often.Runs != 4 || often.Held != 4 || !often.Passed {
			t.Errorf("%s: %+v", lang, h)
		}
	}
}

// TestReportFormats: real reports can be read as what they are called, on standard
// output and from a file, whatever the hand-ins are called.
func TestReportFormats(t *testing.T) {
	names := []string{norm.NFD.String("2023123456_홍길동"), "with spaces", "=1+1", "z_<&\"'>"}
	files := map[string]string{"lab.ipc": smallLab}
	for i, name := range names {
		files["in/"+name+"/hw.ipc"] = goodHandIn
		if i > 0 {
			files["in/"+name+"/hw.ipc"] = "q = msgget 0x12 IPC_CREAT|0600\nprint \"]]> \xff \x1b[2J\"\n"
		}
	}
	dir := folder(t, files)
	const korean = "2023123456_홍길동"
	read := map[string]func(s string) error{
		"json":       func(s string) error { return json.Unmarshal([]byte(s), new(any)) },
		"gradescope": func(s string) error { return json.Unmarshal([]byte(s), new(any)) },
		"junit":      func(s string) error { return xml.Unmarshal([]byte(s), new(any2)) },
		"csv": func(s string) error {
			rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(s, "\ufeff"))).ReadAll()
			if err == nil && (len(rows) != len(names)+1 || !strings.HasPrefix(s, "\ufeff")) {
				t.Errorf("csv: %q", rows)
			}
			return err
		},
		"tap": func(s string) error {
			if !strings.HasPrefix(s, "TAP version 13\n1..4\n") || strings.Count(s, "\nok ") != 1 || strings.Count(s, "\nnot ok ") != 3 {
				t.Error(s)
			}
			return nil
		},
		"text": func(s string) error { return nil },
	}
	for format, parse := range read {
		in := dir + "/in"
		status := 1
		if format == "gradescope" {
			in, status = dir+"/in/"+names[0], 0
		}
		file := filepath.Join(t.TempDir(), "report")
		os.WriteFile(file, []byte(strings.Repeat("old", 1<<16)), 0o644)
		o := ipcsh(t, "", "check", "--lang", "ko", "--format", format, "--lab", dir+"/lab.ipc", in)
		to := ipcsh(t, "", "check", "-j", "4", "--lang", "ko", "--format="+format, "--output", file, "--lab", dir+"/lab.ipc", in)
		if o.status != status || to.status != status || o.stderr+to.stderr+to.stdout != "" {
			t.Errorf("%s: %+v %+v", format, o, to)
		}
		b, err := os.ReadFile(file)
		if err != nil || times.ReplaceAllString(string(b), "") != times.ReplaceAllString(o.stdout, "") {
			t.Errorf("%s: not the same in the file: %v\n%s\n%s", format, err, b, o.stdout)
		}
		if err := parse(o.stdout); err != nil || strings.Contains(o.stdout, "\x1b") || format != "gradescope" && !strings.Contains(o.stdout, korean) {
			t.Errorf("%s: %v\n%s", format, err, o.stdout)
		}
	}
}

// any2 takes any XML element.
type any2 struct {
	XMLName xml.Name
	Inner   []byte `xml:",innerxml"`
}

// times are what differs from one run to the next.
var times = regexp.MustCompile(`\d+(\.\d+)?(m?s\b|째)|"(seconds|start|execution_time)":[^,]*|(time|timestamp)="[^"]*"|duration_ms: .*|,[0-9.]+\r`)

// TestJobs: how many are graded at a time changes nothing.
func TestJobs(t *testing.T) {
	run := func(jobs string) outcome {
		o := ipcsh(t, "", "check", "-j", jobs, "--lang", "en", "--lab", "scripts/labs/queue-full.ipc", "scripts/labs/wrong/queue-full", "scripts/labs/wrong/plus8", "scripts/labs/wrong/select-type")
		o.stdout = times.ReplaceAllString(o.stdout, "")
		return o
	}
	if one, four := run("1"), run("4"); one != four || one.status != 1 || strings.Count(one.stdout, "not ok") < 8 {
		t.Errorf("%+v\n%+v", one, four)
	}
}
