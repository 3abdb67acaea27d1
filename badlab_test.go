package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const smallLab = "solution {\n  q = msgget 0x11 IPC_CREAT|0600\n}\ntask \"a queue\" hint=\"msgget\" {\n  assert key(q) == 0x11\n}\n"

// TestBadLabs: a mistake in a lab is told with its place before anything is graded,
// in both languages.
func TestBadLabs(t *testing.T) {
	task := func(args string) string { return "solution { let x = 1 }\ntask \"a\" " + args + " { assert x == 1 }\n" }
	for _, c := range []struct{ lab, want string }{
		{"#: needs: privat\n" + smallLab, "lab.ipc:1: #: needs: \"privat\""},
		{"# a remark\n#: a line\n" + smallLab, "lab.ipc:2: "},
		{"#: limit: time=1s\n" + smallLab, "lab.ipc:1: #: \"limit\""},
		{"#: limits: time=fast\n" + smallLab, "lab.ipc:1: #: limits: \"fast\""},
		{"#: limits: colour=1\n" + smallLab, "lab.ipc:1: #: limits: \"colour\""},
		{"#: limits: memory\n" + smallLab, "lab.ipc:1: #: limits: \"memory\""},
		{"#: build:\n" + smallLab, "lab.ipc:1: #: build:"},
		{task("points=many"), "lab.ipc:2:10: points=many"},
		{task("points=-1"), "points=-1"},
		{task("points=NaN"), "points=NaN"},
		{task("partial=maybe"), "partial"},
		{task("visibility=secret"), "visibility"},
		{task("runs=0"), "runs=0"},
		{task("runs=2.5"), "runs=2.5"},
		{task("pionts=2"), "pionts"},
		{smallLab + "if 1 {\n  task \"b\" { }\n}\n", "lab.ipc:8:3: "},
		{smallLab + "solution { }\n", "lab.ipc:7:1: "},
		{smallLab + "solution a.c {\n}\n", "lab.ipc:7:1: "},
		{"solution ../a.c {\n}\n" + task(""), "../a.c"},
		{"solution a.c {\nint x;\n", "lab.ipc:1:1: "},
		{"task \"a\" { assert 1 }\n", "lab.ipc: "},
		{"solution { }\nprint 1\n", "lab.ipc: "},
	} {
		dir := folder(t, map[string]string{"lab.ipc": c.lab, "hand-in.ipc": "print x"})
		for _, lang := range []string{"en", "ko"} {
			o := ipcsh(t, "", "check", "--lang", lang, "--lab", dir+"/lab.ipc", dir+"/hand-in.ipc")
			if o.status != 2 || o.stdout != "" || !strings.Contains(o.stderr, c.want) || lang == "ko" && !strings.ContainsFunc(o.stderr, hangul) {
				t.Errorf("%q: want %q\n%+v", c.lab, c.want, o)
			}
		}
	}
}

func hangul(r rune) bool { return r >= '가' && r <= '힣' }

// TestDoubtfulLabs: a check that nobody can pass, or that everybody does, is told
// when the lab is loaded.
func TestDoubtfulLabs(t *testing.T) {
	for _, c := range []struct{ tasks, want string }{
		{`task "never" { assert key(q) == 0x12 }`, `own solution fails the task "never"`},
		{`task "always" { assert 1 == 1 }`, `empty hand-in passes the task "always"`},
		{"task \"half\" partial=yes {\n  assert 1 == 1\n  assert key(q) == 0x11\n}", `empty hand-in passes a check of the task "half"`},
		{"task \"checks nothing\" {\n  let x = 1\n}", "checks nothing"},
	} {
		dir := folder(t, map[string]string{"lab.ipc": smallLab + c.tasks + "\n", "good.ipc": "q = msgget 0x11 IPC_CREAT|0600\n"})
		o := ipcsh(t, "", "check", "--lang", "en", "--lab", dir+"/lab.ipc", dir+"/good.ipc")
		if strings.Count(o.stderr, "\n") != 1 || !strings.Contains(o.stderr, c.want) {
			t.Errorf("--lab: want %q\n%+v", c.want, o)
		}
		o = ipcsh(t, "", "check", "--lang", "en", dir+"/lab.ipc")
		if !strings.Contains(o.stderr+o.stdout, c.want) && (o.status == 0 || !strings.Contains(o.stdout, `not ok  never`)) {
			t.Errorf("want %q\n%+v", c.want, o)
		}
	}
}

// TestBadHandIns: what cannot be graded gets no points, is told why, and keeps
// nobody else from being graded.
func TestBadHandIns(t *testing.T) {
	const good = "q = msgget 0x11 IPC_CREAT|0600\n"
	dir := folder(t, map[string]string{"lab.ipc": smallLab, "in/good.ipc": good, "in/unreadable.ipc": good, "in/binary.ipc": "\x00\xff\xfe",
		"in/syntax.ipc": "msgget (", "in/two/a.ipc": good, "in/two/b.ipc": good, "in/none/readme.txt": "x",
		"in/alice/hw.ipc": good, "in/bob/hw.ipc": "print 1\n", "in/carol/x/hw.ipc": good, "in/latin1.ipc": "print \"\xe9\"\n"})
	for _, f := range []string{"in/unreadable.ipc"} {
		if err := os.Chmod(filepath.Join(dir, f), 0); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("nowhere", dir+"/in/dangling.ipc"); err != nil {
		t.Fatal(err)
	}
	g := checked(t, "--lang", "en", "--lab", dir+"/lab.ipc", dir+"/in", dir+"/missing.ipc")
	want := map[string]string{"good": "", "alice": "", "bob": "", "unreadable": "EACCES", "binary": "binary file", "syntax": "syntax.ipc:1", "two": "2 scripts",
		"none": "no hand-in in this folder", "carol": "no hand-in in this folder", "latin1": "latin1.ipc:1:8: invalid UTF-8", "dangling": "ENOENT", "missing": "ENOENT"}
	if os.Geteuid() == 0 {
		want["unreadable"] = "" // root may read it
	}
	if g.status != 1 || len(g.Grades) != len(want) {
		t.Errorf("exit status %d, %d hand-ins, want %d\n%s", g.status, len(g.Grades), len(want), g.stderr)
	}
	for _, h := range g.Grades {
		why, known := want[h.Name]
		passes := why == "" && h.Name != "bob"
		if !known || h.Passed != passes || passes != (h.Points == 1) || !strings.Contains(h.Failure, why) || why == "" && h.Failure != "" {
			t.Errorf("%s: want %q: %+v", h.Name, why, h)
		}
	}
	// Two of one name are told apart; one that is named twice is refused.
	g = checked(t, "--lab", dir+"/lab.ipc", dir+"/in/alice/hw.ipc", dir+"/in/bob/hw.ipc")
	if len(g.Grades) != 2 || g.Grades[0].Name != "alice/hw" || g.Grades[1].Name != "bob/hw" || !g.Grades[0].Passed || g.Grades[1].Passed {
		t.Errorf("%+v", g.Grades)
	}
}

// TestBadCheck: a command line that cannot be meant is refused as a whole.
func TestBadCheck(t *testing.T) {
	dir := folder(t, map[string]string{"lab.ipc": smallLab, "a.ipc": "print 1\n", "empty/x.txt": ""})
	lab, a := dir+"/lab.ipc", dir+"/a.ipc"
	for _, c := range []struct {
		args   string
		status int
		want   string
	}{
		{"check", 2, "check needs"},
		{"check --lab " + lab, 2, "check needs"},
		{"check --lab " + dir + "/none.ipc " + a, 2, "none.ipc"},
		{"check --lab " + dir + " " + a, 2, "directory"},
		{"check " + dir + "/none.ipc", 2, "none.ipc"},
		{"check " + dir + "/empty", 1, "there is no script"},
		{"check --lab " + lab + " " + a + " " + a, 2, "named twice"},
		{"check --lab " + lab + " " + dir + "/empty/../a.ipc " + a, 2, "named twice"},
		{"check --lab " + a + " " + a, 2, "no lab"},
		{"check --format=xml " + a, 2, "the formats are text, tap"},
		{"check -j 0 " + a, 2, "from 1 on"},
		{"check -j many " + a, 2, "from 1 on"},
		{"check --output=" + dir + "/none/x " + a, 1, "ENOENT"},
		{"check --format=gradescope --lab " + lab + " " + a + " " + lab, 1, "one hand-in"},
		{"handout", 2, "takes one lab"},
		{"handout " + a, 2, "no lab"},
		{"handout " + dir + "/none.ipc", 2, "none.ipc"},
		{"new", 2, "takes one name"},
		{"new " + dir + "/none/x", 1, "ENOENT"},
	} {
		o := ipcsh(t, "", append([]string{"--lang", "en"}, strings.Fields(c.args)...)...)
		if o.status != c.status || !strings.Contains(o.stderr, c.want) || o.stdout != "" {
			t.Errorf("%s: want %d, %q\n%+v", c.args, c.status, c.want, o)
		}
	}
}

// TestBadPrograms: a program that is no program costs its student the points, and
// says why.
func TestBadPrograms(t *testing.T) {
	lab := "#: needs: private, processes\n#: build: sh -c 'test ! -e build || sh ./build'\nsolution server {\n    #!/bin/sh\n    echo ready\n}\n" +
		"task \"it runs\" hint=\"chmod +x\" {\n  run ./server\n  assert output(server) == \"ready\"\n}\n"
	dir := folder(t, map[string]string{"lab.ipc": lab, "in/plain/server": "#!/bin/sh\necho ready\n", "in/good/server": "#!/bin/sh\necho ready\n", "in/data/server": "\x00\x01", "in/absent/other": "x",
		"in/no-interpreter/server": "#!/nowhere/sh\n", "in/unbuilt/server": "#!/bin/sh\necho ready\n", "in/unbuilt/build": "echo why it fails >&2; exit 3\n",
		"in/spies/server": "#!/bin/sh\necho ready\n", "in/spies/build": "kill -9 1\nfor f in mem environ fd/5; do (exec 3</proc/1/$f) 2>/dev/null && echo BREACH && exit 9; done; true\n"})
	for _, name := range []string{"good", "data", "no-interpreter", "unbuilt", "spies"} {
		if err := os.Chmod(dir+"/in/"+name+"/server", 0o755); err != nil {
			t.Fatal(err)
		}
	}
	g := checked(t, "--lang", "en", "--lab", dir+"/lab.ipc", dir+"/in")
	want := map[string]string{"good": "", "spies": "", "plain": "EACCES", "data": "ENOEXEC", "absent": "server is missing", "no-interpreter": "ENOENT", "unbuilt": "why it fails"}
	for _, h := range g.Grades {
		why, known := want[h.Name]
		if all := fmt.Sprint(h); !known || h.Passed != (why == "") || !strings.Contains(all, why) || h.Name == "spies" && h.Failure != "" {
			t.Errorf("want %q: %+v", why, h)
		}
		delete(want, h.Name)
	}
	if len(want) > 0 {
		t.Errorf("not graded: %v", want)
	}
}
