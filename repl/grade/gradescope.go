package grade

import (
	"bytes"
	"strings"

	"ipcsh/commands/jsonw"
	"ipcsh/commands/text"
)

// writeGradescope writes Gradescope's results.json: a test a task, with the lab's
// visibility. Gradescope runs a grader for one hand-in at a time, so a report of
// none or several is an error. Its fields are those of
// https://gradescope-autograders.readthedocs.io/en/latest/specs/. All texts are
// declared "text", so nothing of a hand-in is taken for HTML or Markdown.
//
// What only teachers may know stays theirs: the standard output of the grader is
// hidden, what the machine refused is extra_data (a hidden test would hide the sum
// of the points too), and where a task is not visible, the output of the hand-in's
// programs, which may have seen its input, is a test without a score that is shown
// when the last task is.
func writeGradescope(r *Report, b *bytes.Buffer) error {
	if err := r.Fits("gradescope"); err != nil {
		return err
	}
	g := r.Grades[0]
	j := object{b}
	b.WriteString("{")
	j.number("score", score(g.Points))
	j.number("execution_time", seconds(g.Time))
	strictest := g.strictest()
	p := paper{r.Lang, new(bytes.Buffer)}
	p.failure("", g)
	p.aside("", g)
	if strictest == visible {
		p.output("", g)
	}
	if s := strings.TrimRight(p.b.String(), "\n"); s != "" {
		j.text("output", s)
	}
	j.text("output_format", "text")
	j.text("test_output_format", "text")
	j.text("test_name_format", "text")
	j.text("visibility", visible)
	j.text("stdout_visibility", "hidden")
	if list := each(r.Refused); len(list) > 0 {
		j.open("extra_data", '{')
		j.texts("refused", list)
		b.WriteString("}")
	}
	j.open("tests", '[')
	for _, t := range g.Tasks {
		j.element()
		j.number("score", score(t.Points))
		j.number("max_score", score(t.Max))
		j.text("status", status(t.Passed))
		j.text("name", line(t.Name))
		if s := t.plain(r.Lang); s != "" && (!t.Passed || t.Runs > 1) {
			j.text("output", s)
		}
		j.text("visibility", t.visibility())
		b.WriteString("}")
	}
	if len(g.Tasks) == 0 {
		j.element()
		j.number("score", "0")
		j.number("max_score", score(g.Max))
		j.text("status", status(false))
		j.text("name", ungraded(r.Lang))
		j.text("visibility", visible)
		b.WriteString("}")
	}
	if strictest != visible {
		j.remark(text.New("output of the programs", "프로그램의 출력").In(r.Lang), block(g.Output), strictest)
	}
	b.WriteString("]}\n")
	return nil
}

// remark writes a test without a score that holds a cleaned text, if there is one.
func (j object) remark(name, s, visibility string) {
	if s == "" {
		return
	}
	j.element()
	j.text("name", name)
	j.text("output", s)
	j.text("visibility", visibility)
	j.b.WriteString("}")
}

// strictest returns the visibility of the task that is shown last.
func (g Grade) strictest() string {
	order := []string{visible, "after_due_date", "after_published", "hidden"}
	at := 0
	for _, t := range g.Tasks {
		for i, v := range order {
			if t.visibility() == v {
				at = max(at, i)
			}
		}
	}
	return order[at]
}

func status(passed bool) string {
	if passed {
		return "passed"
	}
	return "failed"
}

// object writes members of JSON objects to b.
type object struct{ b *bytes.Buffer }

func (j object) name(key string) {
	if last := j.b.Bytes()[j.b.Len()-1]; last != '{' {
		j.b.WriteByte(',')
	}
	j.b.WriteString("\n" + `"` + key + `": `)
}

func (j object) number(key, n string) {
	j.name(key)
	j.b.WriteString(n)
}

func (j object) bool(key string, v bool) {
	j.name(key)
	if v {
		j.b.WriteString("true")
	} else {
		j.b.WriteString("false")
	}
}

// text writes a member that is a cleaned text.
func (j object) text(key, s string) {
	j.name(key)
	j.b.Write(jsonw.String(nil, s))
}

func (j object) texts(key string, list []string) {
	j.name(key)
	j.b.Write(jsonw.Strings(nil, each(list)))
}

// open begins a member that is an array or an object.
func (j object) open(key string, bracket byte) {
	j.name(key)
	j.b.WriteByte(bracket)
}

// element begins the next object of an array.
func (j object) element() {
	if last := j.b.Bytes()[j.b.Len()-1]; last != '[' {
		j.b.WriteByte(',')
	}
	j.b.WriteString("\n{")
}
