package grade

import (
	"time"

	"ipcsh/commands/text"
)

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
