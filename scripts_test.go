package main

import (
	"debug/elf"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/scripts"
)

const allLabs = "labs/lab*.ipc"

// scriptFiles lists the scripts of patterns that the program carries; without a
// pattern, all.
func scriptFiles(t *testing.T, patterns ...string) []string {
	t.Helper()
	if patterns == nil {
		patterns = []string{"*.ipc", allLabs}
	}
	var files []string
	for _, pattern := range patterns {
		found, err := fs.Glob(scripts.FS, pattern)
		if err != nil || len(found) == 0 {
			t.Fatal("no scripts ", pattern, err)
		}
		files = append(files, found...)
	}
	return files
}

// readScript returns the lines of a script that the program carries.
func readScript(t *testing.T, file string) []string {
	t.Helper()
	b, err := fs.ReadFile(scripts.FS, file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(b), "\n")
}

// TestScripts runs every script that the program carries, in both languages, and
// holds it to the narration in that language, all of it and nothing else.
func TestScripts(t *testing.T) {
	for _, file := range scriptFiles(t) {
		for _, lang := range []string{"en", "ko"} {
			t.Run(file+"/"+lang, func(t *testing.T) {
				t.Parallel()
				o := ipcsh(t, "", "--lang", lang, "--timeout", "60s", "scripts/"+file)
				if o.status != 0 {
					t.Errorf("exit status %d\n%s%s", o.status, o.stdout, o.stderr)
				}
				want := narration(readScript(t, file), "#"+lang+" ")
				if got := narration(strings.Split(o.stdout, "\n"), "# "); len(want) == 0 || !slices.Equal(got, want) {
					t.Errorf("the narration is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
			})
		}
	}
}

// narration returns the narration at the left margin, which no condition hides.
func narration(lines []string, mark string) []string {
	var out []string
	for _, line := range lines {
		if told, ok := strings.CutPrefix(line, mark); ok {
			out = append(out, told)
		}
	}
	return out
}

// TestScriptNames holds that the program finds each script by its bare name, and
// lists it so.
func TestScriptNames(t *testing.T) {
	listed := scriptNames()
	for _, file := range scriptFiles(t) {
		name := strings.TrimSuffix(path.Base(file), ".ipc")
		if !slices.Contains(listed, name) {
			t.Errorf("%s is not listed in %s", name, listed)
		}
		for _, asked := range []string{name, name + ".ipc"} {
			if src, ok := carried(asked); !ok || !reflect.DeepEqual(strings.Split(src, "\n"), readScript(t, file)) {
				t.Errorf("%s is not carried", asked)
			}
		}
	}
	cmd := program("lab19-shutdown-eidrm", "--quiet")
	cmd.Dir = t.TempDir()
	if o := runProgram(t, cmd, ""); o.status != 0 {
		t.Errorf("ipcsh lab19-shutdown-eidrm: exit status %d\n%s", o.status, o.stderr)
	}
	if o := ipcsh(t, "source lab19-shutdown-eidrm\n", "--private", "--quiet"); o.status != 0 {
		t.Errorf("source lab19-shutdown-eidrm: exit status %d\n%s", o.status, o.stderr)
	}
}

// TestScriptsFit holds narration and statements to a terminal of 80 columns, with
// what a replay puts before them.
func TestScriptsFit(t *testing.T) {
	for _, file := range scriptFiles(t) {
		for i, line := range readScript(t, file) {
			shown := "> " + line
			rest := strings.TrimLeft(line, " ")
			switch {
			case strings.HasPrefix(rest, "#:"):
				continue // the header is not shown
			case strings.HasPrefix(rest, "#en "), strings.HasPrefix(rest, "#ko "):
				shown = strings.Replace(line, rest[:4], "# ", 1)
			}
			if n := text.Cells(shown); n > 80 {
				t.Errorf("%s:%d: %d columns", file, i+1, n)
			}
		}
	}
}

// TestExamples runs the example of every command in a new session.
func TestExamples(t *testing.T) {
	for _, c := range commands.NewTable().Commands() {
		if c.Example == "" {
			t.Errorf("%s has no example", c.Name)
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			cmd := program("--private")
			if c.Family == commands.LabFamily {
				cmd.Env = append(cmd.Env, asLab+"=1")
			}
			if o := runProgram(t, cmd, c.Example); o.status != 0 {
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
