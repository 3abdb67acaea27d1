package grade

import (
	"bytes"
	"encoding/json"
	"time"

	"ipcsh/commands/text"
)

// Record is a line of what a player tells the grader, as JSON: one thing that it
// has to say, as soon as it knows.
type Record struct {
	Task    *Task  `json:"task,omitempty"`    // judged; they come in the lab's order
	Failure string `json:"failure,omitempty"` // where the hand-in stopped, or why it could not be played
	Note    string `json:"note,omitempty"`
	Made    string `json:"made,omitempty"` // an object that the hand-in made: kind and id; may be said twice
	End     bool   `json:"end,omitempty"`  // the play came to its end
}

// Play is one play of a lab.
type Play struct {
	Tasks   []Task
	Failure string
	Notes   []string
	Made    []string
	Ended   bool // by itself: nothing is missing

	Limits []string // that were hit, in words
	Output string
	Time   time.Duration
}

// ReadPlay reads the records of a player. One that was ended in the middle has
// told less; what cannot be read is left out.
func ReadPlay(records []byte) Play {
	var p Play
	for _, l := range bytes.Split(records, []byte("\n")) {
		var r Record
		if json.Unmarshal(l, &r) != nil {
			continue
		}
		switch {
		case r.Task != nil:
			p.Tasks = append(p.Tasks, *r.Task)
		case r.Failure != "":
			if p.Failure == "" { // the others come of the first
				p.Failure = r.Failure
			}
		case r.Note != "":
			p.Notes = append(p.Notes, r.Note)
		case r.Made != "":
			p.Made = append(p.Made, r.Made)
		case r.End:
			p.Ended = true
		}
	}
	return p
}

// Merge makes a grade of the plays of one hand-in. tasks are the lab's as it has
// them; one that is to hold several times does so if it held in each of its plays.
func Merge(tasks []Task, plays []Play, l text.Lang) Grade {
	var g Grade
	for i, t := range tasks {
		t.Points, t.Passed, t.Held = 0, true, 0
		best := t.Max
		for n := 0; n < len(plays) && n < max(1, t.Runs); n++ {
			got := plays[n].task(i, l)
			if got.Passed {
				t.Held++
			} else if t.Passed { // the first that failed speaks for all
				t.Passed, t.Failures = false, got.Failures
				if len(got.Failures) == 0 { // it was not played
					t.Hint = ""
				}
			}
			best = min(best, got.Points)
		}
		t.Points = best
		g.Points += t.Points
		g.Max += t.Max
		g.Tasks = append(g.Tasks, t)
	}
	for _, p := range plays {
		if g.Failure == "" {
			g.Failure = p.Failure
		}
		if g.Output == "" {
			g.Output = p.Output
		}
		g.Notes, g.Limits = union(g.Notes, p.Notes), union(g.Limits, p.Limits)
		g.Time += p.Time
	}
	return g
}

// task returns what the play found of the lab's i-th task.
func (p *Play) task(i int, l text.Lang) Task {
	if i < len(p.Tasks) {
		return p.Tasks[i]
	}
	why := text.New("the play ended before this task", "이 과제에 이르기 전에 실행이 끝났습니다").In(l)
	return Task{Failures: []Failure{{Found: why}}}
}

// union appends what is not there yet.
func union(list, more []string) []string {
	for _, m := range more {
		known := false
		for _, s := range list {
			known = known || s == m
		}
		if !known {
			list = append(list, m)
		}
	}
	return list
}
