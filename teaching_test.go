package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// guides are the teacher's guides and their languages.
var guides = map[string]string{"docs/teaching.md": "en", "docs/teaching.ko.md": "ko"}

// fence is a block of a guide: its kind, the file that it is, if any, and its text.
var fence = regexp.MustCompile("(?ms)^```(\\w+)(?: (\\S+))?\n(.*?)^```$")

// guideFiles writes the files that a guide shows into a folder, and returns their
// names.
func guideFiles(t *testing.T, page, dir string) []string {
	t.Helper()
	var names []string
	for _, m := range fence.FindAllStringSubmatch(page, -1) {
		if m[2] == "" {
			continue
		}
		names = append(names, m[2])
		file := filepath.Join(dir, m[2])
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(m[3]), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return names
}

func readGuide(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// guideFolder has the files of a guide in it, and this program as ipcsh.
func guideFolder(t *testing.T, page string) (dir string, files []string) {
	t.Helper()
	dir = t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(dir, "ipcsh")); err != nil {
		t.Fatal(err)
	}
	return dir, guideFiles(t, page, dir)
}

// inGuide runs a command of a guide as a reader would.
func inGuide(t *testing.T, dir, lang, line string) outcome {
	t.Helper()
	cmd := program()
	cmd.Path, cmd.Args, cmd.Dir = "/bin/sh", []string{"sh", "-c", "{ " + line + "; } 2>&1"}, dir
	cmd.Env = append(cmd.Env, "LC_ALL="+map[string]string{"en": "C.UTF-8", "ko": "ko_KR.UTF-8"}[lang], "PATH="+dir+":"+os.Getenv("PATH"))
	return runProgram(t, cmd, "")
}

var (
	guideTimes = regexp.MustCompile(`(since |\()[0-9.]+(m?s)(째\))?|(?m:,[0-9.]+$)`)
	blanks     = regexp.MustCompile(`\n+`)
	refusals   = regexp.MustCompile(`(?m)^  (refused by this machine|이 시스템이 거부한).*\n(  \S.*\n)*`)
)

// plain leaves out what a spreadsheet wants in CSV and nobody sees.
var plain = strings.NewReplacer("\ufeff", "", "\r", "")

// guideMask masks what differs from run to run and from machine to machine.
func guideMask(s string) string {
	s = guideTimes.ReplaceAllString(refusals.ReplaceAllString(s, ""), "${1}T")
	return strings.TrimSpace(blanks.ReplaceAllString(s, "\n"))
}

// TestTeaching runs each command that a guide shows, with the files that it shows,
// and holds the guide to what is printed. With -update it writes that down.
func TestTeaching(t *testing.T) {
	for name, lang := range guides {
		t.Run(lang, func(t *testing.T) {
			page := readGuide(t, name)
			dir, _ := guideFolder(t, page)
			ran := 0
			fresh := fence.ReplaceAllStringFunc(page, func(block string) string {
				m := fence.FindStringSubmatch(block)
				if m[1] != "console" {
					return block
				}
				var out strings.Builder
				for _, line := range strings.SplitAfter(m[3], "\n") {
					if cmd, ok := strings.CutPrefix(line, "$ "); ok {
						ran++
						out.WriteString(line + plain.Replace(inGuide(t, dir, lang, strings.TrimSpace(cmd)).stdout))
					}
				}
				got := out.String()
				if strings.Contains(got, "SIGKILL") {
					t.Fatalf("no play of a guide is killed:\n%s", got)
				}
				if guideMask(got) != guideMask(m[3]) {
					if !*update {
						t.Errorf("%s shows\n%s\nand it is\n%s\nmend it with: go test -run TestTeaching -update .", name, m[3], got)
					}
					return "```console\n" + got + "```"
				}
				return block
			})
			if *update {
				if err := os.WriteFile(name, []byte(fresh), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if ran < 5 {
				t.Errorf("%s shows %d commands", name, ran)
			}
		})
	}
}

// gradedPoints is what a report in JSON says of each hand-in, by name: points of max.
func gradedPoints(t *testing.T, args ...string) map[string][2]float64 {
	t.Helper()
	o := ipcsh(t, "", append([]string{"check", "--format=json"}, args...)...)
	var report struct {
		Grades []struct {
			Name        string
			Points, Max float64
		}
	}
	if err := json.Unmarshal([]byte(o.stdout), &report); err != nil {
		t.Fatalf("%v: %+v", err, o)
	}
	out := map[string][2]float64{}
	for _, g := range report.Grades {
		out[g.Name] = [2]float64{g.Points, g.Max}
	}
	return out
}

// TestTeachingLab grades the example of the guides: its solution and the right
// hand-in have all points, the wrong one has not.
func TestTeachingLab(t *testing.T) {
	for name, lang := range guides {
		dir, files := guideFolder(t, readGuide(t, name))
		if !slices.Contains(files, "handins/kim.ipc") || !slices.Contains(files, "handins/lee.ipc") {
			t.Fatalf("%s shows %q", name, files)
		}
		lab := filepath.Join(dir, "tickets.ipc")
		if got := gradedPoints(t, "--lang", lang, lab)["tickets"]; got != [2]float64{10, 10} {
			t.Errorf("%s: the solution has %v", name, got)
		}
		got := gradedPoints(t, "--lang", lang, "--lab", lab, filepath.Join(dir, "handins"))
		if kim, lee := got["kim"], got["lee"]; kim != [2]float64{10, 10} || lee != [2]float64{4, 10} {
			t.Errorf("%s: the hand-ins have %v", name, got)
		}
	}
}

// TestTeachingGradescope runs the autograder of the guides where Gradescope's
// folders are.
func TestTeachingGradescope(t *testing.T) {
	for name, lang := range guides {
		root, _ := guideFolder(t, readGuide(t, name))
		for from, to := range map[string]string{"ipcsh": "source/ipcsh", "tickets.ipc": "source/tickets.ipc", "handins/lee.ipc": "submission/lee.ipc"} {
			to = filepath.Join(root, to)
			if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(filepath.Join(root, from), to); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Mkdir(filepath.Join(root, "results"), 0o755); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(root, "run_autograder"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, "run"), []byte(strings.ReplaceAll(string(b), "/autograder", root)), 0o755); err != nil {
			t.Fatal(err)
		}
		o := inGuide(t, root, lang, "./run")
		var results struct {
			Score float64
			Tests []struct{ Visibility string }
		}
		b, err = os.ReadFile(filepath.Join(root, "results/results.json"))
		if err == nil {
			err = json.Unmarshal(b, &results)
		}
		if err != nil || o.status != 0 || results.Score != 4 || len(results.Tests) != 3 || results.Tests[2].Visibility != "hidden" {
			t.Errorf("%s: %v %+v\n%+v", name, err, o, results)
		}
	}
}

// TestGuidesAlike: both guides have the same files in them and the same commands.
func TestGuidesAlike(t *testing.T) {
	var shown []string
	for name := range guides {
		var all strings.Builder
		for _, m := range fence.FindAllStringSubmatch(readGuide(t, name), -1) {
			fmt.Fprintln(&all, m[1], m[2])
			for _, line := range strings.Split(m[3], "\n") {
				if m[2] == "tickets.ipc" || strings.HasPrefix(line, "$ ") {
					fmt.Fprintln(&all, line)
				}
			}
		}
		shown = append(shown, all.String())
	}
	if shown[0] != shown[1] {
		t.Errorf("one guide shows\n%s\nthe other\n%s", shown[0], shown[1])
	}
}

// TestReadmeCheck: what the READMEs show of check is what it prints.
func TestReadmeCheck(t *testing.T) {
	for name, lang := range readmes {
		dir, _ := guideFolder(t, "")
		ran := 0
		for _, m := range fence.FindAllStringSubmatch(readGuide(t, name), -1) {
			if m[1] != "console" || !strings.Contains(m[3], "$ ipcsh check") {
				continue
			}
			for _, part := range strings.Split("\n"+m[3], "\n$ ")[1:] {
				line, shown, _ := strings.Cut(part, "\n")
				if file, ok := strings.CutPrefix(line, "cat "); ok {
					if err := os.WriteFile(filepath.Join(dir, file), []byte(shown), 0o644); err != nil {
						t.Fatal(err)
					}
					continue
				}
				ran++
				if got := inGuide(t, dir, lang, line).stdout; guideMask(got) != guideMask(shown) {
					t.Errorf("%s shows of %s\n%s\nand it is\n%s", name, line, shown, got)
				}
			}
		}
		if ran == 0 {
			t.Errorf("%s shows no check", name)
		}
	}
}

// TestReadmeLabs: both READMEs list every lab that the program carries.
func TestReadmeLabs(t *testing.T) {
	labs := 0
	for _, lab := range scriptNames() {
		src, _ := carried(lab)
		if !strings.Contains(src, "\ntask ") {
			continue
		}
		labs++
		for name := range readmes {
			if page := readGuide(t, name); !strings.Contains(page, "\n| `"+lab+"` |") {
				t.Errorf("%s does not list the lab %s", name, lab)
			}
		}
	}
	if labs < 18 {
		t.Errorf("%d labs", labs)
	}
}
