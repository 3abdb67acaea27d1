package repl

import (
	"errors"
	"io"
	"strings"
	"time"

	"ipcsh/commands"
	"ipcsh/commands/text"
)

// LineReader reads the lines that a person types.
type LineReader interface {
	// ReadLine returns a line, or several that were pasted at once. io.EOF says that
	// the person leaves, ErrInterrupt that the line was given up.
	ReadLine(prompt string) (string, error)
	// Prefill makes text the beginning of the next line.
	Prefill(text string)
	Close() error
}

// ErrInterrupt is Ctrl-C on a line being typed.
var ErrInterrupt = errors.New("interrupt")

// Prompt is a session at a terminal.
type Prompt struct {
	Engine *Engine
	Lines  LineReader
	Say    func(line string)                   // prints a line of the shell's own
	Ask    func(prompt string) (string, error) // asks the person something; errors as ReadLine
	Own    bool                                // the IPC namespace is the session's own
	Shell  func(command string) error          // runs a command of the system's shell
	Lists  func() []string                     // names of the scripts that the program carries

	Above func(text string) // prints whole lines, above the line being typed

	listener
	step   *Stepper // where a script is stepped through
	empty  int      // lines without a word so far
	record []played // for save
}

// Terminal is the File of what is typed at the prompt.
const Terminal = "prompt"

const (
	primary      = "ipcsh> "
	continuation = "   ... "
)

// Run reads and runs lines until the person leaves. A failure ends its line, not
// the session.
func (p *Prompt) Run() error {
	p.begin()
	p.say(text.New("ipcsh: the System V IPC calls of Linux, one a line. Ctrl-D leaves.", "ipcsh: 리눅스 System V IPC 호출을 한 줄에 하나씩. 나가려면 Ctrl-D."))
	p.say(text.New("Begin with: help, explain msgrcv, source lecture", "시작하려면: help, explain msgrcv, source lecture"))
	return p.converse()
}

// begin makes the session one with a person.
func (p *Prompt) begin() {
	p.Engine.interactive = true
	p.Engine.Session.Confirm = p.confirm
	p.Engine.Session.Timeout = 0 // a wait is never cut short: Ctrl-C ends it
}

// converse reads and runs lines until the person leaves.
func (p *Prompt) converse() error {
	pending := ""
	for {
		mark := p.mark()
		if pending != "" {
			mark = continuation
		}
		line, err := p.readLine(mark)
		if st := p.Engine.gone.Load(); st != 0 {
			return p.hungUp(int(st))
		}
		switch {
		case errors.Is(err, ErrInterrupt):
			pending = ""
			continue
		case err != nil:
			if p.leave(errors.Is(err, io.EOF)) {
				return nil
			}
			continue
		}
		if p.step != nil && pending == "" {
			taken, done := p.step.take(line)
			if st := p.Engine.gone.Load(); st != 0 {
				return p.hungUp(int(st))
			}
			if done {
				return nil
			}
			if taken {
				continue
			}
		}
		pending += line
		if incomplete(pending) {
			pending += "\n"
			continue
		}
		sum := p.Engine.sum
		done := p.line(&pending)
		if p.step != nil {
			p.Engine.sum = sum // of the script alone
		}
		if st := p.Engine.gone.Load(); st != 0 {
			return p.hungUp(int(st))
		}
		if done && p.leave(true) {
			return nil
		}
		if p.step != nil && pending == "" {
			p.step.present(false)
		}
	}
}

// hungUp removes what the session made: nobody is left to ask.
func (p *Prompt) hungUp(status int) error {
	p.dismiss()
	if _, err := p.Engine.Session.RemoveMade(); err != nil {
		return err
	}
	return &Interrupted{status}
}

// line runs what was typed, and reports whether it was a quit. An open block
// stays pending.
func (p *Prompt) line(pending *string) (quit bool) {
	src := *pending
	if src == "" || strings.TrimSpace(src) == "" {
		p.nothing()
		*pending = ""
		return false
	}
	if done, quit := p.habit(strings.TrimSpace(src)); done {
		*pending = ""
		return quit
	}
	p.Engine.fresh()
	sc, err := Parse(p.Engine.Session, Terminal, src)
	var e *Error
	if errors.As(err, &e) && e.Open {
		*pending += "\n"
		return false
	}
	*pending = ""
	if err != nil {
		p.Engine.Show(Terminal, err)
		return false
	}
	p.Engine.Observe = nil
	whole := hasBlock(sc)
	if !whole {
		p.Engine.Observe = p.note
	}
	err = p.Engine.Run(sc)
	p.Engine.Out.Flush()
	if whole && err == nil && sc.Nodes[0].form != stepForm {
		p.record = append(p.record, played{src: src})
	}
	var in *Interrupted
	if errors.As(err, &in) {
		p.say(text.New("interrupted", "중단되었습니다"))
	}
	return errors.Is(err, errQuit)
}

// hasBlock reports whether a line holds more than plain statements.
func hasBlock(sc *Script) bool {
	for _, n := range sc.Nodes {
		if n.form != simple && (n.remote == nil || n.remote.block) {
			return true
		}
	}
	return false
}

// incomplete reports whether the last line ends in a backslash.
func incomplete(src string) bool {
	return continues(src[strings.LastIndexByte(src, '\n')+1:])
}

// Keeps reports whether a line belongs into the history.
func (p *Prompt) Keeps(line string) bool {
	if p.step != nil {
		return p.step.keeps(line)
	}
	return strings.TrimSpace(line) != ""
}

func (p *Prompt) say(t text.Text) { p.Say(t.In(p.Engine.Session.Lang)) }

// Wrap breaks a text into lines of 80 columns at its blanks.
func Wrap(s string) []string {
	var out []string
	line, used := "", 0
	for _, word := range strings.Fields(s) {
		n := cells(word)
		if used > 0 && used+1+n > 79 {
			out = append(out, line)
			line, used = "", 0
		}
		if used > 0 {
			line, used = line+" ", used+1
		}
		line, used = line+word, used+n
	}
	return append(out, line)
}

// confirm asks a question that is answered by yes or no.
func (p *Prompt) confirm(question *text.Msg) bool {
	answer, err := p.Ask(question.In(p.lang()) + text.New(" [y]es, [n]o: ", " [y] 예, [n] 아니오: ").In(p.lang()))
	return err == nil && yes(answer)
}

// yes reports whether an answer is a yes, the wrong keyboard's too.
func yes(answer string) bool {
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes", "ㅛ", "예", "네":
		return true
	}
	return false
}

// nothing answers the first lines without a word.
func (p *Prompt) nothing() {
	if p.empty++; p.empty == 2 {
		p.say(text.New("help lists the commands; Ctrl-D leaves.", "help: 명령 목록, Ctrl-D: 나가기"))
	}
}

// leave asks what becomes of the objects that the session made, and reports
// whether the shell ends.
func (p *Prompt) leave(asking bool) bool {
	if p.step != nil {
		return true // it cleans up as a replay does
	}
	s := p.Engine.Session
	var made []commands.Made
	for _, m := range s.Made() {
		if !m.Keep && m.Alive() {
			made = append(made, m)
		}
	}
	if len(made) == 0 || !asking {
		p.dismiss()
		return true
	}
	p.Say(text.F("this session made: %s", "이 세션이 만든 객체: %s", madeNames(made)).In(s.Lang))
	for {
		answer, err := p.Ask(text.New("remove them? [y]es, [n]o: they stay, [c]ancel: ", "제거할까요? [y] 제거, [n] 남김, [c] 취소: ").In(s.Lang))
		switch {
		case errors.Is(err, ErrInterrupt):
			return false
		case err != nil: // nobody answers
			p.dismiss()
			return true
		}
		switch strings.ToLower(strings.TrimSpace(answer)) {
		case "y", "yes", "ㅛ", "예", "네":
			p.dismiss()
			if _, err := s.RemoveMade(); err != nil {
				p.Say(text.Of(err, s.Lang))
			}
			return true
		case "n", "no", "ㅜ", "아니오":
			p.dismiss()
			p.Say(text.F("they stay: %s", "남겨 두었습니다: %s", madeNames(made)).In(s.Lang))
			return true
		case "c", "cancel", "ㅊ":
			return false
		}
	}
}

// notice is how long a call waits before the prompt says so.
const notice = 600 * time.Millisecond
