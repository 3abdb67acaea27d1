package grade

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/valyala/fastjson"

	"ipcsh/commands/jsonw"
)

// Record is a line of what a player tells the grader: one thing that it has to say,
// as soon as it knows.
type Record struct {
	Task    *Task  // judged; they come in the lab's order
	Failure string // where the hand-in stopped, or why it could not be played
	Note    string
	Made    string // an object that the hand-in made: kind and id; may be said twice
	End     bool   // the play came to its end
}

// Append appends the record as a line of JSON; what is "" or false is left out.
func (r Record) Append(b []byte) []byte {
	b = append(b, '{')
	b = member(b, "failure", r.Failure)
	b = member(b, "note", r.Note)
	b = member(b, "made", r.Made)
	if t := r.Task; t != nil {
		b = append(jsonw.Name(b, "task"), '{')
		b = member(b, "name", t.Name)
		b = strconv.AppendFloat(jsonw.Name(b, "points"), t.Points, 'g', -1, 64)
		b = strconv.AppendFloat(jsonw.Name(b, "max"), t.Max, 'g', -1, 64)
		b = jsonw.Bool(b, "passed", t.Passed)
		b = member(b, "visibility", t.Visibility)
		b = jsonw.Int(jsonw.Int(b, "runs", int64(t.Runs)), "held", int64(t.Held))
		b = member(b, "hint", t.Hint)
		b = append(jsonw.Name(b, "failures"), '[')
		for _, f := range t.Failures {
			b = append(jsonw.Next(b), '{')
			b = member(b, "place", f.Place)
			b = member(b, "check", f.Check)
			b = member(b, "expected", f.Expected)
			b = member(b, "found", f.Found)
			b = append(member(b, "state", f.State), '}')
		}
		b = append(b, ']', '}')
	}
	if r.End {
		b = jsonw.Bool(b, "end", true)
	}
	return append(b, '}', '\n')
}

// member appends a text; of what is no UTF-8 a report could show nothing else.
func member(b []byte, key, s string) []byte {
	if s == "" {
		return b
	}
	return jsonw.Text(b, key, strings.ToValidUTF8(s, "\uFFFD"))
}

// ReadPlay reads the records of a player. One that was ended in the middle has
// told less; what cannot be read is left out.
func ReadPlay(records []byte) Play {
	var p Play
	var parser fastjson.Parser
	for _, l := range bytes.Split(records, []byte("\n")) {
		v, err := parser.ParseBytes(l)
		if err != nil {
			continue
		}
		failure, note, made := string(v.GetStringBytes("failure")), string(v.GetStringBytes("note")), string(v.GetStringBytes("made"))
		switch {
		case v.Exists("task"):
			p.Tasks = append(p.Tasks, readTask(v.Get("task")))
		case failure != "":
			if p.Failure == "" { // the others come of the first
				p.Failure = failure
			}
		case note != "":
			p.Notes = append(p.Notes, note)
		case made != "":
			p.Made = append(p.Made, made)
		case v.GetBool("end"):
			p.Ended = true
		}
	}
	return p
}

func readTask(v *fastjson.Value) Task {
	read := func(v *fastjson.Value, key string) string { return string(v.GetStringBytes(key)) }
	t := Task{Name: read(v, "name"), Points: v.GetFloat64("points"), Max: v.GetFloat64("max"), Passed: v.GetBool("passed"),
		Visibility: read(v, "visibility"), Runs: v.GetInt("runs"), Held: v.GetInt("held"), Hint: read(v, "hint")}
	for _, f := range v.GetArray("failures") {
		t.Failures = append(t.Failures, Failure{read(f, "place"), read(f, "check"), read(f, "expected"), read(f, "found"), read(f, "state")})
	}
	return t
}
