package grade

import (
	"bytes"
	"fmt"
	"strings"
)

// writeTAP writes the Test Anything Protocol: a test point a task, described as
// "hand-in: task", with its points and failures in a YAML block behind it. A
// hand-in that could not be graded is a failed point. It keeps to version 14
// (https://testanything.org/tap-version-14-specification.html) save that it says
// version 13 and has no subtests: whoever reads 14 takes that too, but Perl's
// prove calls 14 a parse error, and readers of 13 pass subtests over.
func writeTAP(r *Report, b *bytes.Buffer) error {
	points := 0
	for _, g := range r.Grades {
		points += max(1, len(g.Tasks))
	}
	b.WriteString("TAP version 13\n")
	if points == 0 {
		b.WriteString("1..0 # SKIP no hand-ins\n")
		return nil
	}
	fmt.Fprintf(b, "1..%d\n", points)
	comment(b, "lab", r.Lab)
	for _, s := range r.Refused {
		comment(b, "refused", s)
	}
	n := 0
	for _, g := range r.Grades {
		comment(b, "hand-in", g.Name+": "+score(g.Points)+"/"+score(g.Max))
		for _, s := range g.Limits {
			comment(b, "limit", s)
		}
		for _, s := range g.Notes {
			comment(b, "note", s)
		}
		if len(g.Tasks) == 0 {
			n++
			point(b, n, false, g.Name, ungraded(r.Lang))
			y := yaml{b, "  "}
			y.text("message", g.message(Task{}, r.Lang))
			y.text("failure", block(g.Failure))
			b.WriteString("  ...\n")
			continue
		}
		if g.Failure != "" {
			comment(b, "stopped", g.Failure)
		}
		for _, t := range g.Tasks {
			n++
			point(b, n, t.Passed, g.Name, t.Name)
			writeYAML(r, g, t, b)
		}
	}
	return nil
}

// comment writes a line that consumers pass over. The label keeps it from being
// taken for the heading of a subtest.
func comment(b *bytes.Buffer, label, s string) {
	if s = line(s); s != "" {
		fmt.Fprintf(b, "# %s: %s\n", label, s)
	}
}

// point writes a test point's line and opens its YAML block. A # would begin a
// directive such as SKIP, so it is escaped.
func point(b *bytes.Buffer, n int, ok bool, handin, task string) {
	if !ok {
		b.WriteString("not ")
	}
	d := line(handin) + ": " + line(task)
	d = strings.NewReplacer(`\`, `\\`, `#`, `\#`).Replace(d)
	fmt.Fprintf(b, "ok %d - %s\n  ---\n", n, d)
}

func writeYAML(r *Report, g Grade, t Task, b *bytes.Buffer) {
	y := yaml{b, "  "}
	if !t.Passed {
		y.text("message", g.message(t, r.Lang))
		y.raw("severity", "fail")
	}
	y.raw("points", score(t.Points))
	y.raw("max", score(t.Max))
	y.raw("visibility", plainWord(t.visibility()))
	if t.Runs > 1 {
		y.raw("runs", fmt.Sprint(t.Runs))
		y.raw("held", fmt.Sprint(t.Held))
	}
	if !t.Passed {
		y.text("hint", block(t.Hint))
		y.failures(t.Failures)
	}
	b.WriteString("  ...\n")
}

// yaml writes the members of a mapping, each on a line of its own, with texts in
// double quotes: what any reader of YAML understands, Perl's small one too.
type yaml struct {
	b      *bytes.Buffer
	indent string
}

func (y yaml) raw(key, v string) { y.b.WriteString(y.indent + key + ": " + v + "\n") }

// text writes a cleaned text; an empty one is left out.
func (y yaml) text(key, s string) bool {
	if s == "" {
		return false
	}
	y.raw(key, `"`+strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(s)+`"`)
	return true
}

func (y yaml) failures(list []Failure) {
	var b bytes.Buffer
	for _, f := range list {
		item := yaml{&b, y.indent + "  - "}
		for _, m := range [...][2]string{{"place", line(f.Place)}, {"check", block(f.Check)}, {"expected", block(f.Expected)}, {"found", block(f.Found)}, {"state", block(f.State)}} {
			if item.text(m[0], m[1]) {
				item.indent = y.indent + "    "
			}
		}
	}
	if b.Len() > 0 {
		y.b.WriteString(y.indent + "failures:\n")
		y.b.Write(b.Bytes())
	}
}

// plainWord makes a word of s that YAML needs no quotes for.
func plainWord(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, s)
}
