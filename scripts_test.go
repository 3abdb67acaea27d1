package main

import (
	"debug/elf"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"ipcsh/commands"
	"ipcsh/scripts"
)

// TestScripts runs every script that the program carries, in both languages.
func TestScripts(t *testing.T) {
	names, err := fs.Glob(scripts.FS, "*.ipc")
	if err != nil || len(names) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, name := range names {
		for _, lang := range []string{"en", "ko"} {
			t.Run(name+"/"+lang, func(t *testing.T) {
				o := ipcsh(t, "", "--lang", lang, "scripts/"+name)
				if o.status != 0 {
					t.Errorf("exit status %d\n%s%s", o.status, o.stdout, o.stderr)
				}
				if hangul := strings.Contains(o.stdout, "니다"); hangul != (lang == "ko") {
					t.Errorf("--lang %s: Korean narration shown is %v", lang, hangul)
				}
			})
		}
	}
}

// TestScriptsCanFail proves of each expectation and assertion with a number in a
// script that a wrong one goes red: each is falsified in turn.
func TestScriptsCanFail(t *testing.T) {
	names, _ := fs.Glob(scripts.FS, "*.ipc")
	for _, name := range names {
		src, err := fs.ReadFile(scripts.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(src), "\n")
		broken := 0
		for i, line := range lines {
			wrong, ok := falsify(line)
			if !ok {
				continue
			}
			broken++
			changed := append([]string(nil), lines...)
			changed[i] = wrong
			o := ipcsh(t, strings.Join(changed, "\n"), "--quiet")
			if o.status != 1 {
				t.Errorf("%s:%d: %q instead of %q: exit status %d, want 1\n%s", name, i+1, wrong, line, o.status, o.stderr)
			}
		}
		if broken < 10 {
			t.Errorf("%s: only %d lines could be falsified", name, broken)
		}
		t.Logf("%s: %d expectations falsified, each went red", name, broken)
	}
}

var (
	expectErrno = regexp.MustCompile(`^(\s*(?:predict )?expect )(E[A-Z0-9]+|SIGSEGV)( .*)$`)
	expectField = regexp.MustCompile(`^(\s*(?:predict )?expect (?:\w+=\S+ )*?\w+=)(\d+)( .*)$`)
	assertTrue  = regexp.MustCompile(`^(\s*)assert (.+?)(\s+#.*)?$`)
)

// falsify returns a line whose check is wrong.
func falsify(line string) (string, bool) {
	if m := expectErrno.FindStringSubmatch(line); m != nil {
		return m[1] + "ENOTTY" + m[3], true
	}
	if m := expectField.FindStringSubmatch(line); m != nil {
		n, _ := strconv.Atoi(m[2])
		return m[1] + strconv.Itoa(n+1) + m[3], true
	}
	if m := assertTrue.FindStringSubmatch(line); m != nil {
		return m[1] + "assert !(" + m[2] + ")", true
	}
	return "", false
}

// TestExamples runs the example of every command in a new session.
func TestExamples(t *testing.T) {
	for _, c := range commands.NewTable().Commands() {
		if c.Example == "" {
			t.Errorf("%s has no example", c.Name)
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			if o := ipcsh(t, c.Example, "--private"); o.status != 0 {
				t.Errorf("%s\nexit status %d\n%s%s", c.Example, o.status, o.stdout, o.stderr)
			}
		})
	}
}

// TestStatic builds the program as the README says, and holds it to one static
// binary.
func TestStatic(t *testing.T) {
	name := filepath.Join(t.TempDir(), "ipcsh")
	cmd := exec.Command("go", "build", "-trimpath", "-o", name, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	f, err := elf.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("the binary has a %v segment: it is not static", p.Type)
		}
	}
}
