package grade

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// writeJUnit writes JUnit's XML: a testsuite a hand-in, a testcase a task. There
// is no one schema, so it keeps to what both common ones allow: that of Jenkins'
// xUnit plugin (junit-10.xsd) and the stricter one of Ant's task (JUnit.xsd of
// windyroad/JUnit-Schema): the counts stand at the suites, failures of a task are
// one element, the host is "localhost" so that reports can be compared, the time
// of day is UTC. Ant's wants that time, which is there if the Report has a Start.
// Of a task with points left the failure's type is "partial". A hand-in that could
// not be graded has one testcase with an error. system-out is what its programs
// wrote, system-err where it stopped, limits and notes.
func writeJUnit(r *Report, b *bytes.Buffer) error {
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n")
	pkg := r.Lab
	if pkg == "" {
		pkg = "ipcsh"
	}
	for i, g := range r.Grades {
		failures, errors := 0, 0
		if len(g.Tasks) == 0 {
			errors = 1
		}
		for _, t := range g.Tasks {
			if !t.Passed {
				failures++
			}
		}
		b.WriteString("  <testsuite")
		attr(b, "name", orDash(g.Name))
		attr(b, "package", pkg)
		attr(b, "id", fmt.Sprint(i))
		if !r.Start.IsZero() {
			attr(b, "timestamp", r.Start.UTC().Format("2006-01-02T15:04:05"))
		}
		attr(b, "hostname", "localhost")
		attr(b, "tests", fmt.Sprint(max(1, len(g.Tasks))))
		attr(b, "failures", fmt.Sprint(failures))
		attr(b, "errors", fmt.Sprint(errors))
		attr(b, "skipped", "0")
		attr(b, "time", xmlTime(g.Time))
		b.WriteString(">\n    <properties>\n")
		property(b, "points", score(g.Points))
		property(b, "max", score(g.Max))
		for _, s := range r.Refused {
			property(b, "refused", s)
		}
		b.WriteString("    </properties>\n")
		r.testcases(g, b)
		element(b, "system-out", block(g.Output))
		element(b, "system-err", r.aside(g))
		b.WriteString("  </testsuite>\n")
	}
	b.WriteString("</testsuites>\n")
	return nil
}

func (r *Report) testcases(g Grade, b *bytes.Buffer) {
	if len(g.Tasks) == 0 {
		testcase(b, g.Name, ungraded(r.Lang), g.Time)
		b.WriteString(">\n      <error")
		attr(b, "message", g.message(Task{}, r.Lang))
		attr(b, "type", "not graded")
		b.WriteString(">" + chars(clip(block(g.Failure), r.Lang)) + "</error>\n    </testcase>\n")
	}
	for _, t := range g.Tasks {
		name := line(t.Name)
		if t.marked() {
			name += " [" + line(t.Visibility) + "]"
		}
		testcase(b, g.Name, name, g.Time/time.Duration(len(g.Tasks)))
		if t.Passed {
			b.WriteString("/>\n")
			continue
		}
		kind := "failed"
		if t.Points > 0 {
			kind = "partial"
		}
		b.WriteString(">\n      <failure")
		attr(b, "message", g.message(t, r.Lang))
		attr(b, "type", kind)
		b.WriteString(">" + chars(t.plain(r.Lang)) + "</failure>\n    </testcase>\n")
	}
}

// testcase opens a testcase. A task has no clock of its own: it gets its share of
// the hand-in's time, so that the sum is right.
func testcase(b *bytes.Buffer, handin, name string, d time.Duration) {
	b.WriteString("    <testcase")
	attr(b, "name", orDash(name))
	attr(b, "classname", orDash(handin))
	attr(b, "time", xmlTime(d))
}

// aside returns what is to be said of a hand-in beside its tasks.
func (r *Report) aside(g Grade) string {
	p := paper{r.Lang, new(bytes.Buffer)}
	if len(g.Tasks) > 0 { // else the error of its testcase says it
		p.failure("", g)
	}
	p.aside("", g)
	return strings.TrimRight(p.b.String(), "\n")
}

// xmlTime returns seconds as both schemas want them: digits, a dot, digits.
func xmlTime(d time.Duration) string { return fmt.Sprintf("%.3f", max(0, d.Seconds())) }

func orDash(s string) string {
	if strings.TrimSpace(s) == "" {
		return "-"
	}
	return s
}

func attr(b *bytes.Buffer, name, value string) {
	fmt.Fprintf(b, ` %s="%s"`, name, chars(line(value)))
}

func property(b *bytes.Buffer, name, value string) {
	b.WriteString("      <property")
	attr(b, "name", name)
	attr(b, "value", value)
	b.WriteString("/>\n")
}

// element writes an element with a cleaned text.
func element(b *bytes.Buffer, name, s string) {
	fmt.Fprintf(b, "    <%s>%s</%[1]s>\n", name, chars(s))
}

var entities = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// chars quotes a cleaned text for XML. What XML 1.0 forbids, control characters
// and U+FFFE and U+FFFF, line and block have written out already.
func chars(s string) string { return entities.Replace(s) }
