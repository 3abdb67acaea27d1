package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"ipcsh/repl/grade"
	"ipcsh/scripts"
)

// graded is a report as --format=json has it.
type graded struct {
	Refused []string
	Grades  []struct {
		Name, Failure, Output string
		Points, Max           float64
		Passed                bool
		Limits, Notes         []string
		Tasks                 []struct {
			grade.Task
			Failures []grade.Failure
		}
	}
	outcome `json:"-"`
}

// checked runs "ipcsh check --format=json".
func checked(t *testing.T, args ...string) graded {
	t.Helper()
	return report(t, ipcsh(t, "", append([]string{"check", "--format=json"}, args...)...))
}

func report(t *testing.T, o outcome) graded {
	t.Helper()
	g := graded{outcome: o}
	if err := json.Unmarshal([]byte(o.stdout), &g); err != nil || !utf8.ValidString(o.stdout) {
		t.Fatalf("%v\nexit status %d\n%s%s", err, o.status, o.stdout, o.stderr)
	}
	return g
}

// folder makes a folder with these files, which anybody may read.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// exercises lists the labs with tasks that the program carries, by name.
func exercises(t *testing.T) (names []string) {
	t.Helper()
	for _, file := range scriptFiles(t, "labs/*.ipc") {
		b, err := fs.ReadFile(scripts.FS, file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b), "\ntask ") {
			names = append(names, strings.TrimSuffix(path.Base(file), ".ipc"))
		}
	}
	if len(names) < 18 {
		t.Fatalf("only %d exercises: %v", len(names), names)
	}
	return names
}

// TestLabSolutions: every lab's own solution has full marks, and who hands in
// nothing passes no task, of which check would tell on stderr.
func TestLabSolutions(t *testing.T) {
	g := checked(t, "--lang", "en", "scripts/labs")
	if g.status != 0 || g.stderr != "" {
		t.Errorf("exit status %d\n%s", g.status, g.stderr)
	}
	full := map[string]bool{}
	for _, h := range g.Grades {
		full[h.Name] = h.Passed && h.Points == h.Max && h.Failure == "" && h.Limits == nil
		if !h.Passed || h.Failure != "" || len(h.Limits)+len(h.Notes) > 0 {
			t.Errorf("%s: %+v", h.Name, h)
		}
	}
	for _, name := range exercises(t) {
		if _, ok := full[name]; !ok {
			t.Errorf("%s was not graded", name)
		}
	}
}

// TestLabWrong: what students typically get wrong does not pass, and the report
// helps them, in their language.
func TestLabWrong(t *testing.T) {
	for _, name := range exercises(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wrong, _ := filepath.Glob("scripts/labs/wrong/" + name + "/*")
			if len(wrong) == 0 {
				t.Fatal("it has no wrong hand-in")
			}
			names := map[string][2]string{} // hand-in and task: hints
			for i, lang := range []string{"en", "ko"} {
				g := checked(t, append([]string{"--lang", lang, "--lab", "scripts/labs/" + name + ".ipc"}, wrong...)...)
				if g.status != 1 || g.stderr != "" || len(g.Grades) != len(wrong) {
					t.Errorf("%s: exit status %d, %d grades\n%s", lang, g.status, len(g.Grades), g.stderr)
				}
				for _, h := range g.Grades {
					if h.Passed || h.Points >= h.Max || len(h.Limits) > 0 {
						t.Errorf("%s: %+v", lang, h)
					}
					for n, task := range h.Tasks {
						if task.Passed {
							continue
						}
						key := fmt.Sprint(h.Name, n)
						pair := names[key]
						pair[i] = task.Name + task.Hint
						names[key] = pair
						if h.Failure != "" && len(task.Failures) == 0 {
							continue // it does not build: no check was made
						}
						if task.Hint == "" || len(task.Failures) == 0 {
							t.Errorf("%s: %s: %s: no hint, or no failure", lang, h.Name, task.Name)
						}
						for _, f := range task.Failures {
							if f.Place == "" || f.Check == "" || f.Expected == "" || f.Found == "" {
								t.Errorf("%s: %s: %s: %+v", lang, h.Name, task.Name, f)
							}
						}
					}
				}
			}
			for key, pair := range names {
				if pair[0] == pair[1] || !strings.ContainsFunc(pair[1], hangul) {
					t.Errorf("%s is not in two languages: %q", key, pair)
				}
			}
		})
	}
}
