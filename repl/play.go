package repl

import (
	"errors"
	"strconv"
	"strings"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/repl/grade"
)

// Graded returns the tasks of a lab as a report has them, before anything was
// played.
func (sc *Script) Graded(l text.Lang) []grade.Task {
	var out []grade.Task
	for _, t := range sc.Tasks() {
		out = append(out, t.graded(l))
	}
	return out
}

func (t *Task) graded(l text.Lang) grade.Task {
	return grade.Task{Name: t.Name.In(l), Max: t.Points, Visibility: t.Visibility, Runs: t.Runs, Hint: t.Hint.In(l)}
}

// OwnSolution returns a lab's solution as if it were handed in, and the hand-in of
// who handed in nothing.
func (sc *Script) OwnSolution() (own, empty *Script) {
	nodes, _, _ := sc.Solution()
	return &Script{File: sc.File, Nodes: nodes, role: mainScript}, &Script{File: sc.File, role: handIn}
}

// Play plays a lab with a hand-in, and tells what it finds as soon as it knows.
// The objects that were made are removed at its end.
func (e *Engine) Play(lab, handIn *Script, tell func(grade.Record)) error {
	e.HandIn = handIn
	e.grading.tell = tell
	err := e.Run(lab)
	if errors.Is(err, errQuit) {
		err = nil
	}
	if f := e.grading.handIn; f != nil {
		tell(grade.Record{Failure: stopped(f.report(e.Session.Lang), e.Session.Lang)})
	}
	if err != nil {
		tell(grade.Record{Failure: text.F("the lab itself failed: %s", "실습 자체가 실패했습니다: %s", err).In(e.Session.Lang)})
	}
	tell(grade.Record{End: true})
	return e.Finish(lab.File, err, Options{})
}

// report words a failure for a report.
func (f Failure) report(l text.Lang) grade.Failure {
	out := grade.Failure{Found: text.Of(bare(f.Err), l)}
	var placed *Error
	if errors.As(f.Err, &placed) {
		out.Place = placed.File
		if placed.Line > 0 {
			out.Place += ":" + strconv.Itoa(placed.Line)
		}
		out.Check = strings.TrimSpace(placed.Text)
	}
	if f.Stmt != nil {
		out.Check = headline(f.Stmt.Src)
	}
	var check *commands.CheckError
	if errors.As(f.Err, &check) && check.Want != nil {
		out.Expected, out.Found = check.Want.In(l), ""
		if check.Got != nil {
			out.Found = check.Got.In(l)
		}
	}
	if f.Stmt != nil && f.Stmt.Expect != nil && out.Expected == "" {
		out.Expected = f.Stmt.Expect.String()
	}
	states := f.At
	if f.Why != nil {
		states = append(states, f.Why.Why...)
	}
	for i, m := range states {
		if i > 0 {
			out.State += "\n"
		}
		out.State += m.In(l)
	}
	return out
}

// ofCheck words a check's failure: what was expected and what was found, each in
// some words.
func (f Failure) ofCheck(l text.Lang) grade.Failure {
	out := f.report(l)
	if out.Expected == "" && f.Stmt != nil {
		out.Expected = f.Stmt.wanted().In(l)
	}
	if out.Found == "" {
		out.Found = text.New("it is not so", "그렇지 않습니다").In(l)
	}
	return out
}

// wanted says what is expected of a statement that could not be judged, since it
// failed in another way.
func (st *Statement) wanted() *text.Msg {
	if st.Expect != nil && st.Expect.String() != "" {
		return text.F("%s", "%s", st.Expect.String())
	}
	if cond, ok := strings.CutPrefix(headline(st.Src), "assert "); ok {
		return text.F("%s", "%s", strings.TrimSpace(cond))
	}
	return text.F("success", "성공")
}

// stopped says on which line a hand-in stopped, and why.
func stopped(r grade.Failure, l text.Lang) string {
	s := text.F("the hand-in stopped at %s: %s", "제출물이 %s에서 멈췄습니다: %s", r.Place, r.Found)
	if r.Expected != "" {
		s = text.F("the hand-in stopped at %s: expected %s, found %s", "제출물이 %s에서 멈췄습니다: %s을(를) 기대했으나 %s", r.Place, r.Expected, r.Found)
	}
	out := s.In(l)
	if r.Check != "" {
		out += "\n    " + r.Check
	}
	if r.State != "" {
		out += "\n" + r.State
	}
	return out
}
