package repl

import (
	"bytes"
	"errors"
	"strings"
	"time"

	"ipcsh/commands/text"
)

// Stepper goes through a script at the prompt, a statement an Enter. Comments are
// the narration; before a statement that is marked predict the person says how it
// will end. Any other line is run as at the prompt, in the same session.
type Stepper struct {
	File, Src string
	State     string // the folder that keeps how far one came; "" if there is none
	Record    string // the file that predictions are appended to; "" for none
	Restart   bool   // begin anew, though the script was left half done
	Keep      bool   // leave the objects that were made

	p     *Prompt
	view  *Text
	sc    *Script
	lines []string
	steps []step
	tail  []Node        // comments behind the last statement
	limit time.Duration // of a wait, where statements are replayed
	rec   *recorder

	at      int // the step that comes next
	skipped []int
	failed  error // of the first statement that failed
	last    bytes.Buffer
	shown   string // the statement whose result is in last
	asked   int    // predictions asked for
	guesses score
	saved   progress
	silent  bool // progress cannot be written, which was said
}

// step is a statement, or a block, and the comments in front of it.
type step struct {
	Node
	story []Node
}

// score counts predictions.
type score struct{ made, right int }

// Step goes through a script. The error has been shown.
func (p *Prompt) Step(s *Stepper) error {
	e := p.Engine
	view, ok := e.Out.(*Text)
	sc, err := Parse(e.Session, s.File, s.Src)
	if err == nil && !ok {
		err = text.F("step needs a terminal's output", "step은 텍스트 출력에서만 쓸 수 있습니다")
	}
	if err == nil && s.Record != "" {
		s.rec, err = openRecord(s.Record)
	}
	if err != nil {
		e.Show(s.File, err)
		return err
	}
	defer s.rec.close()
	view.Steps, view.Quiet, view.Echo = true, false, false
	s.p, s.view, s.sc, s.limit = p, view, sc, e.Session.Timeout
	s.lines = strings.Split(strings.TrimPrefix(s.Src, "\ufeff"), "\n")
	s.tail = s.unfold(sc.Nodes, nil)
	p.begin()
	s.greet()
	p.step = s
	if s.resume() {
		s.recall()
		s.present(true)
		err = p.converse()
	}
	p.step = nil
	return s.finish(err)
}

// unfolds reports whether what stands in a block is stepped through one by one: a
// lab's solution, save the text of a program. Any other block is one statement.
func (n Node) unfolds() bool { return n.form == solutionForm && n.file == nil }

// unfold lists the steps of nodes, before which the comments of story stand, and
// returns the comments behind the last.
func (s *Stepper) unfold(nodes, story []Node) []Node {
	for _, n := range nodes {
		switch {
		case n.form == comment:
			story = append(story, n)
		case n.unfolds():
			story = s.unfold(n.Body, story)
		default:
			s.steps = append(s.steps, step{n, story})
			story = nil
		}
	}
	return story
}

// current is the step that comes next; nil at the end.
func (s *Stepper) current() *step {
	if s.at == len(s.steps) {
		return nil
	}
	return &s.steps[s.at]
}

// take looks whether a line is for the stepper: Enter, one of its keys, or a
// prediction. done says that the person leaves.
func (s *Stepper) take(line string) (taken, done bool) {
	line = strings.TrimSpace(line)
	st := s.current()
	switch stepKey(line) {
	case "b":
		s.again()
	case "s":
		s.skip()
	case "q":
		return true, true
	case "?":
		s.help()
		s.present(false)
	default:
		switch {
		case line == "" && st == nil:
			return true, true
		case line == "":
			return true, s.play(st, nil)
		case st == nil || !st.asks || s.isInput(line):
			return false, false
		}
		g, again := s.guess(line)
		if again != nil {
			s.say(again)
			return true, false
		}
		return true, s.play(st, g)
	}
	return true, false
}

// keeps reports whether a line belongs into the history: a command, no key and no
// prediction.
func (s *Stepper) keeps(line string) bool {
	line = strings.TrimSpace(line)
	st := s.current()
	return line != "" && stepKey(line) == "" && (st == nil || !st.asks || s.isInput(line))
}

// stepKey returns which key of the stepper's a line is, whatever the keyboard. A
// line of more than that one letter is none.
func stepKey(line string) string {
	switch key := strings.ToLower(keysOf(line)); key {
	case "b", "s", "q", "?":
		if len([]rune(line)) == 1 {
			return key
		}
	}
	return ""
}

// isInput reports whether a line is a command and not a prediction.
func (s *Stepper) isInput(line string) bool {
	if fieldsMeant(line) != nil {
		return false
	}
	p := &parser{s: s.p.Engine.Session, t: line}
	if p.startsCommand(0) || strings.ContainsRune("!?@", rune(line[0])) {
		return true
	}
	if _, rest, ok := p.nameBefore(0); ok && p.startsCommand(skipBlanks(line, rest)) {
		return true
	}
	switch word, _, _ := strings.Cut(line, " "); word {
	case "exit", "logout", "man":
		return true
	}
	if _, ok := parseC(line, s.p.Engine.Session.Table); ok {
		return true
	}
	_, ok := fromHangul(line, s.p.Engine.Session)
	return ok
}

// play runs a step and shows its result, as the prompt would. With a guess, or
// where one could have been made, it is told what to think of it. A failure does
// not end the session; done says that the script says quit, or that nobody is
// there any more.
func (s *Stepper) play(st *step, g *guess) (done bool) {
	e := s.p.Engine
	s.shown = s.listing(st)
	s.last.Reset()
	s.view.Shown = st.Statement
	copied := s.view.onto(&s.last)
	var o observed
	e.fresh()
	e.Observe = func(ev *Event) {
		if s.last.Len() < maxLast {
			copied.Event(ev)
		}
		o.take(ev, st)
	}
	e.playing = true
	err := e.Run(&Script{File: s.File, Header: s.sc.Header, Nodes: []Node{st.Node}})
	e.playing, e.Observe = false, nil
	e.Out.Flush()
	copied.Flush()
	var in *Interrupted
	switch {
	case e.gone.Load() != 0:
		return false
	case errors.Is(err, errQuit):
		s.at = len(s.steps)
		s.save()
		return true
	case errors.As(err, &in):
		s.p.say(text.New("interrupted", "중단되었습니다"))
	case err != nil && s.failed == nil:
		s.failed = err
	}
	quiet := s.last.Len() == 0
	if quiet {
		s.last.WriteString(s.view.paint(dim, s.quietly(st).In(e.Session.Lang)) + "\n")
		s.view.raw(s.last.String())
		s.view.Flush()
	}
	if st.asks {
		s.judge(st, g, o.end(e))
	}
	if err != nil && in == nil {
		s.say(text.F("a replay would end here; Enter goes on with the next statement", "그냥 실행했다면 여기서 끝납니다. Enter를 누르면 다음 문장으로 갑니다"))
	}
	s.at++
	s.save()
	if !quiet && s.current() != nil && !s.tells(s.current().story) {
		s.view.line("", "")
	}
	s.present(true)
	return false
}

// maxLast is how much of a result is kept for showing it again.
const maxLast = 64 << 10

// quietly words the end of a statement that shows nothing.
func (s *Stepper) quietly(st *step) text.Text {
	if st.check {
		return text.New("true", "참")
	}
	return text.New("done", "실행했습니다")
}

// skip goes past a step without running it.
func (s *Stepper) skip() {
	if s.current() == nil {
		return
	}
	s.p.say(text.New("skipped", "건너뜁니다"))
	s.skipped = append(s.skipped, s.at)
	s.at++
	s.save()
	s.present(true)
}

// again shows the last result once more, below its statement.
func (s *Stepper) again() {
	if s.shown == "" {
		s.p.say(text.New("nothing has run yet", "아직 실행한 문장이 없습니다"))
	} else {
		s.view.raw(s.shown)
		s.view.raw(s.last.String())
		s.view.Flush()
	}
	s.present(false)
}

// finish ends the session as a replay does: what was made is removed, and what
// there is to say of the whole is said.
func (s *Stepper) finish(err error) error {
	e := s.p.Engine
	s.view.Shown = nil
	var in *Interrupted
	if errors.As(err, &in) {
		return err // the terminal has gone; all is removed
	}
	whole := s.at == len(s.steps)
	if !whole {
		s.p.dismiss() // so that what nobody has waited for yet is no failure
	}
	if err == nil {
		err = s.failed
	}
	s.total(whole)
	if whole {
		return e.Finish(s.File, err, Options{Keep: s.Keep, Summary: true})
	}
	sum, err := e.close(s.File, err, s.Keep)
	s.view.removed(&sum)
	if ferr := e.Out.Flush(); err == nil {
		err = ferr
	}
	return err
}
