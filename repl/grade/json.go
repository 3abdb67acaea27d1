package grade

import (
	"bytes"
	"fmt"
	"time"
)

// writeJSON writes the whole report as one JSON object, for programs. The names
// stay; new ones may come. Every member is always there unless it is said here.
//
//	version   1
//	lab       the lab's file, "" where scripts checked themselves
//	title     of the lab
//	lang      "en" or "ko", of the texts
//	start     when the run began, RFC 3339 in UTC; missing if not known
//	refused   texts: means of the sandbox that the machine refused
//	summary   {handins, passed, points, max}: counts, and averages of a hand-in
//	grades    one a hand-in, in the order given:
//	    name      of the hand-in, in NFC
//	    path      as given, bytes that are no text written out
//	    points    number, rounded to hundredths
//	    max       number
//	    passed    every task held
//	    graded    false if it could not be graded; failure says why
//	    failure   text of several lines, or ""
//	    limits    texts
//	    notes     texts
//	    output    text of several lines
//	    seconds   number
//	    tasks     in the lab's order: {name, points, max, passed, visibility,
//	              runs, held, hint, failures: [{place, check, expected, found,
//	              state}]}; runs is at least 1, hint the lab's, also of a task
//	              that held
func writeJSON(r *Report, b *bytes.Buffer) error {
	j := object{b}
	b.WriteString("{")
	j.number("version", "1")
	j.text("lab", line(r.Lab))
	j.text("title", line(r.Title))
	j.text("lang", r.Lang.String())
	if !r.Start.IsZero() {
		j.text("start", r.Start.UTC().Format(time.RFC3339))
	}
	j.texts("refused", r.Refused)
	points, of := r.average()
	j.open("summary", '{')
	j.number("handins", fmt.Sprint(len(r.Grades)))
	j.number("passed", fmt.Sprint(r.passed()))
	j.number("points", score(points))
	j.number("max", score(of))
	b.WriteString("}")
	j.open("grades", '[')
	for _, g := range r.Grades {
		j.element()
		j.grade(g)
		b.WriteString("}")
	}
	b.WriteString("]}\n")
	return nil
}

func (j object) grade(g Grade) {
	j.text("name", line(g.Name))
	j.text("path", path(g.Path))
	j.number("points", score(g.Points))
	j.number("max", score(g.Max))
	j.bool("passed", g.Passed())
	j.bool("graded", len(g.Tasks) > 0)
	j.text("failure", block(g.Failure))
	j.texts("limits", g.Limits)
	j.texts("notes", g.Notes)
	j.text("output", block(g.Output))
	j.number("seconds", seconds(g.Time))
	j.open("tasks", '[')
	for _, t := range g.Tasks {
		j.element()
		j.task(t)
		j.b.WriteString("}")
	}
	j.b.WriteString("]")
}

func (j object) task(t Task) {
	j.text("name", line(t.Name))
	j.number("points", score(t.Points))
	j.number("max", score(t.Max))
	j.bool("passed", t.Passed)
	j.text("visibility", t.visibility())
	runs, held := t.Runs, t.Held
	if runs == 0 {
		runs, held = 1, 0
		if t.Passed {
			held = 1
		}
	}
	j.number("runs", fmt.Sprint(runs))
	j.number("held", fmt.Sprint(held))
	j.text("hint", block(t.Hint))
	j.open("failures", '[')
	for _, f := range t.Failures {
		j.element()
		j.text("place", line(f.Place))
		j.text("check", block(f.Check))
		j.text("expected", block(f.Expected))
		j.text("found", block(f.Found))
		j.text("state", block(f.State))
		j.b.WriteString("}")
	}
	j.b.WriteString("]")
}
