// Package grade is what a grading run found, and the reports made of it: for
// people, for the systems of a course, for spreadsheets and for programs.
//
// A Report is plain data. Whoever fills it in chooses its language, for the texts
// of tasks, hints and failures come from the lab. What came from a hand-in (its
// name, what its programs wrote, values that it left in the kernel) is trusted by
// no format: bytes that could drive a terminal or hide themselves are written out
// as commands.Escape does, and the rest is quoted as the format wants it. The
// package knows nothing of the language, the engine and the kernel.
package grade

import (
	"bytes"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"ipcsh/commands/text"
)

// Report is what a grading run found: one Grade a hand-in or script, in the order
// given.
type Report struct {
	Lab     string    // the lab's file; "" where scripts check themselves
	Title   string    // in the report's language; may be ""
	Lang    text.Lang // of the report's own words
	Start   time.Time // when the run began; if zero, the reports name no time
	Refused []string  // means of the sandbox that the machine refused, in words
	Grades  []Grade
}

// Grade is one hand-in's.
type Grade struct {
	Name        string  // of the file or folder, as HandinName makes it
	Path        string  // as given
	Points, Max float64 // what it got and what there was to get
	Tasks       []Task
	Failure     string        // why it could not be graded, or where its own script stopped; may be several lines
	Limits      []string      // limits that it hit, in words
	Notes       []string      // objects left, and the like
	Output      string        // of its programs, clipped; any bytes
	Time        time.Duration // that grading took
}

// Task is one task's outcome. The texts are in the report's language.
type Task struct {
	Name        string
	Points, Max float64
	Passed      bool
	Visibility  string    // visible (or ""), hidden, after_due_date, after_published
	Runs, Held  int       // plays, and in how many of them it held; Runs is 0 or 1 for a task that is played once
	Failures    []Failure // checks that did not hold
	Hint        string
}

// Failure is a check that did not hold. Each may be "", Expected, Found and State
// may be several lines.
type Failure struct {
	Place    string // file:line
	Check    string // the statement as written
	Expected string
	Found    string
	State    string // what the kernel's objects were like
}

// Passed reports whether every task held, and there was one. What could not be
// graded has no task that held.
func (g Grade) Passed() bool {
	for _, t := range g.Tasks {
		if !t.Passed {
			return false
		}
	}
	return len(g.Tasks) > 0
}

// Passed reports whether all hand-ins passed, and there was one.
func (r *Report) Passed() bool { return len(r.Grades) > 0 && r.passed() == len(r.Grades) }

func (r *Report) passed() int {
	n := 0
	for _, g := range r.Grades {
		if g.Passed() {
			n++
		}
	}
	return n
}

// average returns the mean of the points and of what there was to get.
func (r *Report) average() (points, of float64) {
	for _, g := range r.Grades {
		points, of = points+g.Points, of+g.Max
	}
	n := float64(max(1, len(r.Grades)))
	return points / n, of / n
}

// marked reports whether the student is not to see the task, or not yet.
func (t Task) marked() bool { return t.Visibility != "" && t.Visibility != visible }

func (t Task) visibility() string {
	if t.Visibility == "" {
		return visible
	}
	return t.Visibility
}

const visible = "visible"

// formats are the formats by name, in the order of Formats. A writer makes the
// whole report or fails.
var formats = []struct {
	name  string
	write func(*Report, *bytes.Buffer) error
}{
	{"text", writeText}, {"tap", writeTAP}, {"junit", writeJUnit},
	{"gradescope", writeGradescope}, {"json", writeJSON}, {"csv", writeCSV},
}

// Formats returns the names of the formats that Write knows; text is the first.
func Formats() []string {
	list := make([]string, len(formats))
	for i, f := range formats {
		list[i] = f.name
	}
	return list
}

// Fits reports an error where the format cannot hold as many grades: gradescope
// takes one.
func (r *Report) Fits(format string) error {
	if n := len(r.Grades); n != 1 && format == "gradescope" {
		return text.F("a gradescope report is of one hand-in; this one has %d", "gradescope 보고서는 제출물 하나만 담을 수 있는데, %d개입니다", n)
	}
	return nil
}

// Write writes the report to w in one of Formats. An error is a format that there
// is not, a report that does not fit, or what w said; only then something may have
// been written.
func (r *Report) Write(w io.Writer, format string) error {
	for _, f := range formats {
		if f.name != format {
			continue
		}
		var b bytes.Buffer
		if err := f.write(r, &b); err != nil {
			return err
		}
		_, err := w.Write(b.Bytes())
		return err
	}
	return text.F("there is no report format %s; there are: %s", "%s(이)라는 보고서 형식은 없습니다. 쓸 수 있는 형식: %s", line(format), strings.Join(Formats(), ", "))
}

// HandinName returns the name that a hand-in has in reports: its file's or
// folder's without .ipc, in NFC (macOS and some course systems hand out Korean
// names in NFD). Blanks stay. "." and "..", which say nothing, are looked up.
func HandinName(path string) string {
	name := filepath.Base(path)
	if name == "." || name == ".." {
		if abs, err := filepath.Abs(path); err == nil {
			name = filepath.Base(abs)
		}
	}
	if s := strings.TrimSuffix(name, ".ipc"); s != "" {
		name = s
	}
	return norm.NFC.String(name)
}

// score returns points as reports show them: rounded to hundredths, without
// needless decimals. What is no number is 0.
func score(f float64) string {
	f = math.Round(f*100) / 100
	if math.IsNaN(f) || math.IsInf(f, 0) || f == 0 {
		return "0"
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// seconds returns a time with milliseconds, as a number.
func seconds(d time.Duration) string {
	return strconv.FormatFloat(math.Round(d.Seconds()*1000)/1000, 'f', -1, 64)
}
