package repl

import (
	"fmt"
	"slices"
	"strings"

	"ipcsh/commands"
	"ipcsh/commands/text"
)

// What is seen of a script that is stepped through, beside the results.

func (s *Stepper) say(m *text.Msg) { s.p.Say(m.In(s.p.lang())) }

// greet shows the script's title and the keys.
func (s *Stepper) greet() {
	if title := s.sc.Header.Title(s.p.lang()); title != "" {
		s.view.line("", s.view.paint(bold, commands.Escape(title)))
		s.view.Flush()
	}
	s.say(text.F("%d statements: Enter runs one, b last result, s skip, q leave, ? help", "문장 %d개: Enter 실행, b 직전 결과, s 건너뛰기, q 나가기, ? 도움말", len(s.steps)))
}

// mark is the prompt: how far one is, and how many processes sleep in a call.
func (s *Stepper) mark() string {
	l := s.p.lang()
	mark := fmt.Sprintf("[%d/%d]", min(s.at+1, len(s.steps)), len(s.steps))
	if st := s.p.Engine.stage; st != nil {
		if n := len(st.blocked()); n > 0 {
			mark += text.F(" (%d blocked)", " (%d개 잠듦)", n).In(l)
		}
	}
	switch st := s.current(); {
	case st == nil:
		mark += text.New(" end", " 끝").In(l)
	case st.asks:
		mark += text.New(" predict", " 예측").In(l)
	}
	return mark + "> "
}

// present shows the step that comes next, with its story if that was not seen yet.
func (s *Stepper) present(story bool) {
	st, tell := s.current(), s.tail
	if st != nil {
		tell = st.story
	}
	if story {
		s.narrate(tell)
	}
	if st == nil {
		if story {
			s.view.line("", "")
			s.view.Flush()
			s.p.say(text.New("That was the last statement. Enter or q leaves; commands can still be typed.", "마지막 문장까지 왔습니다. Enter나 q로 나갑니다. 그 전에 다른 명령도 쓸 수 있습니다."))
		}
		return
	}
	s.view.raw(s.listing(st))
	s.view.Flush()
	if st.asks && story {
		if s.asked++; s.asked == 1 {
			s.p.say(text.New("What will happen? An errno, blocked, ok, or a value; Enter alone just runs it.",
				"어떻게 될까요? errno, blocked(막힘), ok(성공), 값 중 하나. Enter만: 바로 실행"))
		}
	}
}

// narrate shows comments of the language in use, below an empty line, and with
// those that the file has between them.
func (s *Stepper) narrate(story []Node) {
	before := 0
	for i := range story {
		n := &story[i]
		if !s.tells(story[i : i+1]) {
			continue
		}
		if at := int(n.Line) - 1; before == 0 || slices.ContainsFunc(s.lines[before:at], func(l string) bool { return strings.TrimSpace(l) == "" }) {
			s.view.line("", "")
		}
		s.p.Engine.narrate(s.sc, n)
		before = int(n.Line)
	}
	s.view.Flush()
}

// recall shows the story that the step at hand still belongs to, where a half-done
// script is gone on with.
func (s *Stepper) recall() {
	for i := s.at; i > 0 && i < len(s.steps) && !s.tells(s.steps[i].story); i-- {
		if before := s.steps[i-1].story; s.tells(before) {
			s.narrate(before)
			return
		}
	}
}

// tells reports whether any of the comments is in the language in use.
func (s *Stepper) tells(story []Node) bool {
	return slices.ContainsFunc(story, func(n Node) bool { return n.anyone || n.lang == s.p.lang() })
}

// listing is a step as the file has it, with the numbers of its lines. What is
// expected of one that is to be predicted is left out.
func (s *Stepper) listing(st *step) string {
	first := int(st.Line)
	if st.file != nil { // a program, its comments and all
		var b strings.Builder
		for i, l := range s.lines[first-1 : st.last] {
			fmt.Fprintf(&b, "%4d  %s\n", first+i, escapePrint(clipLine(strings.TrimRight(l, "\r"))))
		}
		return b.String()
	}
	if st.span == 0 {
		src := st.Src
		if st.asks {
			src = src[st.call-st.Pos:]
		}
		if st.isBlock() {
			src = strings.TrimSpace(s.lines[first-1])
		}
		return s.numbered(st.line(st.Pos), strings.Split(src, "\n"))
	}
	lines := append([]string(nil), s.lines[first-1:min(first+st.span, len(s.lines))]...)
	return s.numbered(first, lines)
}

// isBlock reports whether a statement's Src is but the head of it.
func (st *Statement) isBlock() bool {
	return st.form == repeatForm || st.form == whileForm || st.form == ifForm || st.remote != nil && st.remote.block
}

// numbered lays lines out behind their numbers, broken at blanks where they are too
// long. Comments are left out: they are told when it runs.
func (s *Stepper) numbered(n int, lines []string) string {
	const most = 79
	var b strings.Builder
	for i, l := range lines {
		l = strings.TrimRight(clipLine(l), " \t\r")
		body := strings.TrimLeft(l, " \t")
		if body == "" || body[0] == '#' {
			continue
		}
		lead := fmt.Sprintf("%4d  ", n+i) + strings.Repeat(" ", len(l)-len(body))
		body = escapePrint(body)
		parts := []string{lead + body}
		if cells(lead+body) > most {
			parts = text.Wrap(lead, body, most)
		}
		for _, part := range parts {
			b.WriteString(lead + s.view.paint(bold, part[len(lead):]) + "\n")
			lead = strings.Repeat(" ", len(lead))
		}
	}
	return b.String()
}

// help lists the keys.
func (s *Stepper) help() {
	page := text.New(`Enter  run the statement shown    b  show the last result again
s      skip it                    q  leave; the same command goes on from there
Any other line is a command, run in between: show q, ipcs, help msgrcv.`,
		`Enter  보이는 문장 실행     b  직전 결과 다시 보기
s      건너뛰기             q  나가기. 같은 명령으로 다시 시작하면 이어서 합니다
그 밖의 줄은 명령으로 보고 바로 실행합니다: show q, ipcs, help msgrcv`)
	if st := s.current(); st != nil && st.asks {
		page = text.New(`Say how the statement shown will end; Enter alone runs it without an answer:
  EINVAL            it fails with this errno (its number or text will do)
  blocked           it sleeps in the kernel     deadlock  so do all
  ok                it succeeds
  4, hello          it succeeds and returns this, or reads this
  type=1 text=hello it succeeds with these fields
s skips it, b shows the last result, q leaves. A command is run in between.`,
			`보이는 문장이 어떻게 끝날지 쓰세요. Enter만 누르면 답하지 않고 실행합니다.
  EINVAL            이 errno로 실패한다 (번호나 메시지로 써도 됩니다)
  blocked, 막힘     커널 안에서 잠든다     deadlock, 교착  모두 잠든다
  ok, 성공          성공한다
  4, hello          성공하고 이 값을 돌려주거나 읽는다
  type=1 text=hello 성공하고 필드 값이 이렇다
s 건너뛰기, b 직전 결과, q 나가기. 명령은 그대로 실행합니다.`)
	}
	for _, l := range strings.Split(page.In(s.p.lang()), "\n") {
		s.view.line("", l)
	}
	s.view.Flush()
}

// total says how the predictions went, and where one can go on.
func (s *Stepper) total(whole bool) {
	if s.guesses.made > 0 {
		s.say(text.F("predictions: %d of %d right", "예측: %[2]d개 중 %[1]d개 맞음", s.guesses.right, s.guesses.made))
	}
	if whole && len(s.skipped) > 0 {
		s.say(text.F("skipped: %d", "건너뛴 문장: %d개", len(s.skipped)))
	}
	if !whole && s.at > 0 && s.State != "" && !s.silent {
		s.say(text.F("left at statement %d of %d; the same command goes on from there", "전체 %[2]d개 중 %[1]d번째 문장에서 나갑니다. 같은 명령으로 이어서 할 수 있습니다", s.at+1, len(s.steps)))
	}
}

// echoes reports whether an event's statement is shown with it. A sourced file's
// would not be seen otherwise.
func (t *Text) echoes(ev *Event) bool {
	if t.Steps && ev.Depth == 0 && (ev.Stmt == nil || ev.Stmt == t.Shown || ev.Of > 0) {
		return false
	}
	return t.Echo || ev.File != Terminal && ev.File != CommandLine
}
