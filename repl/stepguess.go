package repl

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"ipcsh/commands"
	"ipcsh/commands/cexpr"
	"ipcsh/commands/near"
	"ipcsh/commands/text"
	"ipcsh/commands/words"
	"ipcsh/sysv"
)

// guess is what a person says a statement will do.
type guess struct {
	typed string
	x     *Expectation // a state, an errno, fields, or success; nil for a value
	errno string       // that the value is the number of
}

// guessWords are the words for what is neither an errno nor a value.
var guessWords = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"blocked": stateBlocked, "block": stateBlocked, "blocks": stateBlocked, "sleeps": stateBlocked, "asleep": stateBlocked,
		"막힘": stateBlocked, "막힌다": stateBlocked, "블록": stateBlocked, "잠듦": stateBlocked, "잠든다": stateBlocked, "대기": stateBlocked,
		"deadlock": stateDeadlock, "교착": stateDeadlock, "교착상태": stateDeadlock, "데드락": stateDeadlock,
		"ok": "ok", "success": "ok", "succeeds": "ok", "성공": "ok", "성공한다": "ok",
		"fail": "fails", "fails": "fails", "failure": "fails", "error": "fails", "-1": "fails", "실패": "fails", "실패한다": "fails", "오류": "fails",
	}
})

// guess reads a prediction. again says what is to be asked once more.
func (s *Stepper) guess(line string) (g *guess, again *text.Msg) {
	g = &guess{typed: line}
	known := guessWords()[guessKey(line)]
	if known == "" && strings.IndexFunc(line, isHangul) >= 0 {
		if keys := keysOf(line); guessWords()[guessKey(keys)] != "" || errnoMeant(keys) != "" {
			line, known = keys, guessWords()[guessKey(keys)]
		}
	}
	switch known {
	case stateBlocked, stateDeadlock:
		g.x = &Expectation{State: known}
		return g, nil
	case "ok":
		g.x = &Expectation{}
		return g, nil
	case "fails":
		return nil, text.F("with which errno?", "어떤 errno로 실패할까요?")
	}
	if name := errnoMeant(line); name != "" {
		g.x = &Expectation{Errnos: []string{name}}
		return g, nil
	}
	if fields := fieldsMeant(line); fields != nil {
		g.x = &Expectation{Fields: fields}
		return g, nil
	}
	if n, err := strconv.ParseInt(line, 0, 32); err == nil {
		if name := sysv.ErrnoName(syscall.Errno(n)); isErrno(name) {
			g.errno = name
		}
		return g, nil
	}
	if names := misspelt(line); names != nil {
		return nil, text.F("%s is no errno and no state%s", "%s: 그런 errno나 상태는 없습니다%s", shorten(line), commands.Suggest(names))
	}
	return g, nil
}

func guessKey(s string) string { return strings.ToLower(strings.ReplaceAll(s, " ", "")) }

// errnoMeant returns the errno or signal that a prediction names, in any case, or
// whose text it is.
func errnoMeant(s string) string {
	if name := strings.ToUpper(s); isErrno(name) {
		return name
	}
	for _, name := range ipcErrnos {
		if e, ok := sysv.ErrnoByName(name); ok && strings.EqualFold(sysv.ErrnoText(e), s) {
			return name
		}
	}
	for _, name := range sysv.ErrnoNames() {
		if e, _ := sysv.ErrnoByName(name); strings.EqualFold(sysv.ErrnoText(e), s) {
			return name
		}
	}
	return ""
}

// fieldsMeant reads type=1 text=hello, as expect has it; nil if it is not that.
func fieldsMeant(s string) []FieldCondition {
	ws, err := words.Split(strings.ReplaceAll(s, ", ", " "))
	if err != nil {
		return nil
	}
	var fields []FieldCondition
	for _, w := range ws {
		name, value, ok := w.Assignment()
		if !ok {
			return nil
		}
		fields = append(fields, FieldCondition{name, value})
	}
	return fields
}

// misspelt finds what a word that is neither may have been meant as: an errno or a
// state. A value that looks like one is written as text=value.
func misspelt(s string) []string {
	if strings.ContainsAny(s, " \t\"'") {
		return nil
	}
	if name := strings.ToUpper(s); looksLikeErrno(name) {
		return near.Names(name, ipcErrnos)
	}
	if len(s) < 4 {
		return nil
	}
	return slices.DeleteFunc(near.Names(s, []string{stateBlocked, stateDeadlock, "success"}), func(name string) bool { return len(name) < len(s)-2 })
}

// observed is how a step ended.
type observed struct {
	state string // blocked, or ""
	err   error
	res   *commands.Result
	why   *commands.Explanation // that is not shown with it: of a failure that was expected
	seen  bool
}

// take looks whether an event is the end of the step's own statement.
func (o *observed) take(ev *Event, st *step) {
	if ev.Stmt != st.Statement || ev.Of > 0 {
		return
	}
	*o = observed{err: ev.Err, res: ev.Result, seen: true}
	if ev.Fail == nil {
		o.why = ev.Why
	}
	if ev.Status == stateBlocked {
		o.state = stateBlocked
	}
}

// end makes of a call that only Ctrl-C has ended what it was: blocked.
func (o *observed) end(e *Engine) *observed {
	if commands.ErrnoOf(o.err) == "EINTR" && e.interrupted.Load() != 0 {
		*o = observed{state: stateBlocked, seen: true}
	}
	return o
}

// judged reports whether there is anything to hold a prediction against: the
// statement was run, and there was no mistake in it.
func (o *observed) judged() bool {
	return o.seen && (o.state != "" || o.res != nil || commands.ErrnoOf(o.err) != "")
}

// right reports whether a prediction came true.
func (g *guess) right(s *commands.Session, o *observed, x *Expectation) bool {
	blocked := g.x != nil && g.x.State == stateBlocked
	var dead *Deadlock
	switch {
	case blocked || o.state == stateBlocked: // a deadlock is blocked for ever
		return blocked && (o.state == stateBlocked || errors.As(o.err, &dead))
	case g.x != nil:
		return g.x.met(s, o.res, o.err) == nil
	case o.err != nil:
		return g.errno != "" && g.errno == commands.ErrnoOf(o.err)
	}
	return slices.ContainsFunc(mainFields(o.res, x), func(f commands.Field) bool { return equals(s, f.Val, g.typed) })
}

// mainFields are what a bare value can be meant for: what the script itself expects,
// else the value or the text that was read, and what the call returned.
func mainFields(r *commands.Result, x *Expectation) []commands.Field {
	var list []commands.Field
	if x != nil && len(x.Fields) > 0 {
		for _, c := range x.Fields {
			if f, err := r.Field(c.Name); err == nil {
				list = append(list, f)
			}
		}
		return list
	}
	ret := commands.Field{Name: "ret", Val: cexpr.IntOf(r.Ret), Fmt: r.RetFmt}
	for _, name := range []string{"value", "values", "text"} {
		if f, err := r.Field(name); err == nil {
			return []commands.Field{ret, f}
		}
	}
	return []commands.Field{ret}
}

// equals compares a value with what was typed for it: its text, with or without
// quotes, or an expression.
func equals(s *commands.Session, v cexpr.Value, typed string) bool {
	ws, err := words.Split(typed)
	if typed == commands.Text(v) || err == nil && len(ws) == 1 && ws[0].Text() == commands.Text(v) {
		return true
	}
	if err != nil || len(ws) != 1 {
		return false
	}
	same, err := s.Equal(v, ws[0])
	return err == nil && same
}

// spell is the outcome as a prediction is spelt.
func (o *observed) spell(x *Expectation) string {
	var dead *Deadlock
	switch {
	case o.state != "":
		return o.state
	case errors.As(o.err, &dead):
		return stateDeadlock
	case o.err != nil:
		return commands.ErrnoOf(o.err)
	}
	var parts []string
	for _, f := range mainFields(o.res, x) {
		parts = append(parts, f.Name+"="+f.Show())
	}
	return strings.Join(parts, " ")
}

// judge tells a person whether the prediction was right, and why it ended so. It is
// recorded, one that was not made too.
func (s *Stepper) judge(st *step, g *guess, o *observed) {
	lang := s.p.lang()
	if !o.judged() {
		return
	}
	actual, typed, right := o.spell(st.Expect), "", false
	if g != nil {
		typed, right = g.typed, g.right(s.p.Engine.Session, o, st.Expect)
		s.guesses.made++
		if right {
			s.guesses.right++
			s.view.line("", s.view.paint(green, text.New("right", "맞았습니다").In(lang)))
		} else {
			s.view.line("", s.view.paint(red, text.F("not so: you said %s, it is %s", "틀렸습니다. 예측: %s, 실제: %s", commands.Escape(typed), actual).In(lang)))
		}
	}
	s.view.explanation(s.view.out, o.why)
	s.view.Flush()
	err := s.rec.add(prediction{File: s.File, Line: st.line(st.Pos), Statement: st.Src[st.call-st.Pos:], Predicted: typed, Actual: actual, Right: right})
	if err != nil {
		s.say(text.F("the prediction is not recorded: %s", "예측을 기록하지 못했습니다: %s", reason(err)))
	}
}
