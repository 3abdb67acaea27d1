package repl

import (
	"errors"
	"math"
	"strconv"

	"ipcsh/commands"
	"ipcsh/commands/cexpr"
	"ipcsh/commands/text"
	"ipcsh/repl/grade"
)

// verdict is how a task ended.
type verdict struct {
	points   float64 // that it got
	failures []Failure
}

func (v verdict) passed() bool { return len(v.failures) == 0 }

// Failure is a statement that failed unexpectedly.
type Failure struct {
	Stmt *Statement
	Err  error // with its place
	Why  *commands.Explanation
	At   []*text.Msg // the objects that it names, as they are
}

// grading is what is noted while a lab is played.
type grading struct {
	tell     func(grade.Record) // the grader's; nil in a replay
	handIn   *Failure           // where the hand-in stopped
	failures *[]Failure         // of the part that runs now; nil: outside of it
}

// note keeps the failure that an event tells of.
func (g *grading) note(e *Engine, ev *Event) {
	if g.failures == nil || ev.Fail == nil {
		return
	}
	f := Failure{Stmt: ev.Stmt, Err: ev.Fail, Why: ev.Why}
	if ev.Stmt != nil {
		f.At = e.Session.States(ev.Stmt.Src)
	}
	if e.stage != nil {
		f.At = append(f.At, e.stage.failed()...)
	}
	*g.failures = append(*g.failures, f)
}

// task runs a task's checks and gives its points. A check that fails ends the
// task, not the script.
func (e *Engine) task(sc *Script, n *Node) error {
	if e.Out.Verbose() {
		ev := e.event(sc, n)
		named := *n.Statement // its other words are for who grades, in two languages
		named.Src = "task " + strconv.Quote(n.task.Name.In(e.Session.Lang))
		ev.Stmt = &named
		e.emit(ev)
	}
	var v verdict
	held, checks, err := e.checks(sc, n, &v.failures)
	if err != nil {
		return err
	}
	switch {
	case v.passed():
		v.points = n.task.Points
	case n.task.Partial && checks > 0:
		v.points = n.task.Points * float64(held) / float64(checks)
	}
	e.sum.Tasks++
	e.sum.Points += v.points
	e.sum.MaxPoints += n.task.Points
	if v.passed() {
		e.sum.Passed++
	}
	if tell := e.grading.tell; tell != nil {
		t := n.task.graded(e.Session.Lang)
		t.Passed, t.Points = v.passed(), v.points
		for _, f := range v.failures {
			t.Failures = append(t.Failures, f.ofCheck(e.Session.Lang))
		}
		tell(grade.Record{Task: &t})
	}
	e.emit(e.judged(sc, n, v))
	return nil
}

// checks runs the statements of a task. What is counted are its checks: asserts,
// expectations and blocks.
func (e *Engine) checks(sc *Script, n *Node, failures *[]Failure) (held, checks int, err error) {
	e.grading.failures = failures
	e.depth++
	defer func() { e.grading.failures = nil; e.depth-- }()
	for i := range n.Body {
		if n.Body[i].isCheck() {
			checks++
		}
	}
	for i := range n.Body {
		before := len(*failures)
		err := e.block(sc, n.Body[i:i+1])
		var in *Interrupted
		switch {
		case errors.As(err, &in):
			return held, checks, err
		case err != nil && len(*failures) == before: // it was not told of
			*failures = append(*failures, Failure{Stmt: n.Body[i].Statement, Err: locate(err, sc.File, n.Body[i])})
		case err == nil && n.Body[i].isCheck():
			held++
		}
		if err != nil && !(n.task.Partial && n.Body[i].isCheck()) {
			break // what follows builds on it
		}
	}
	return held, checks, nil
}

// isCheck reports whether a statement of a task is one of its checks.
func (n *Node) isCheck() bool {
	return n.Expect != nil || n.check || len(n.Body) > 0
}

// judged is the event of a task's end.
func (e *Engine) judged(sc *Script, n *Node, v verdict) *Event {
	ev := e.event(sc, n)
	ev.Stmt = nil
	ev.Result = &commands.Result{Print: true, Fields: []commands.Field{
		{Name: "task", Val: cexpr.StringOf(n.task.Name.In(e.Session.Lang))},
		{Name: "points", Val: cexpr.FloatOf(v.points)},
		{Name: "max", Val: cexpr.FloatOf(n.task.Points)}}}
	mark := text.New("ok", "통과")
	if !v.passed() {
		ev.Status = "error"
		mark = text.New("not ok", "실패")
	}
	line := text.F("%s  %s: %s of %s points", "%s  %s: %[4]s점 가운데 %[3]s점", mark, n.task.Name, Points(v.points), Points(n.task.Points))
	ev.Result.Lines = []string{line.In(e.Session.Lang)}
	if hint := n.task.Hint; !v.passed() && hint.En != "" {
		ev.Result.Lines = append(ev.Result.Lines, text.F("hint: %s", "힌트: %s", hint).In(e.Session.Lang))
	}
	return ev
}

// solution runs the student's part. A hand-in that fails has stopped there: what it
// did until then is graded.
func (e *Engine) solution(sc *Script, n *Node) error {
	if e.HandIn == nil {
		e.head(sc, n)
		_, err := e.body(sc, n.Body)
		return err
	}
	before := e.Session.Settings()
	var failures []Failure
	e.grading.failures = &failures
	err := e.block(e.HandIn, e.HandIn.Nodes)
	e.grading.failures = nil
	e.Session.Restore(before)
	if e.HandedIn != nil {
		e.HandedIn()
	}
	var in *Interrupted
	switch {
	case errors.As(err, &in):
		return err
	case err == nil || errors.Is(err, errQuit):
		return nil
	case len(failures) > 0:
		e.grading.handIn = &failures[len(failures)-1]
	default:
		e.grading.handIn = &Failure{Err: err}
	}
	return nil
}

// Points words a number of points, to the second decimal.
func Points(p float64) string {
	return strconv.FormatFloat(math.Round(p*100)/100, 'f', -1, 64)
}

// Tasks returns the tasks of a lab, in its order; a script without any is none.
func (sc *Script) Tasks() []*Task {
	var out []*Task
	for _, n := range sc.Nodes {
		if n.form == taskForm {
			out = append(out, n.task)
		}
	}
	return out
}

// Solution returns the statements of a lab's solution as a hand-in, and the files
// of one that is a program. given tells whether the lab has a place for one.
func (sc *Script) Solution() (nodes []Node, files []File, given bool) {
	for _, n := range sc.Nodes {
		if n.form != solutionForm {
			continue
		}
		given = true
		if n.file != nil {
			files = append(files, *n.file)
		}
		nodes = append(nodes, n.Body...)
	}
	return nodes, files, given
}

// TasksFailed is the failure of a lab of which not every task passed.
type TasksFailed struct{ Failed, Tasks int }

func (e *TasksFailed) Error() string { return e.In(text.En) }

// In returns the error in l.
func (e *TasksFailed) In(l text.Lang) string {
	return text.F("%d of %d tasks failed", "과제 %[2]d개 가운데 %[1]d개 실패", e.Failed, e.Tasks).In(l)
}

// tasksFailed returns that failure, or nil.
func (e *Engine) tasksFailed() error {
	if n := e.sum.Tasks - e.sum.Passed; n > 0 {
		return &TasksFailed{n, e.sum.Tasks}
	}
	return nil
}
