package repl

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"ipcsh/commands"
	"ipcsh/commands/text"
)

// Text shows events to a person. Results go to out, failures to errs.
type Text struct {
	Session *commands.Session // whose language is spoken
	Quiet   bool              // only print, failures and the summary
	Echo    bool              // statements are shown before their results
	Colors  bool              // the terminal shows colours
	Screen  bool              // it goes to a terminal
	Cursor  bool              // which can be cleared
	Steps   bool              // a script is stepped through: its comments are the text
	Shown   *Statement        // the statement that was shown before it ran

	// Size returns the terminal's columns and rows; 0 is not known. It may be nil.
	Size func() (columns, rows int)

	out  *bufio.Writer
	errs io.Writer
	err  error // of the first write that failed
}

// NewText returns a renderer to out and errs.
func NewText(s *commands.Session, out, errs io.Writer) *Text {
	return &Text{Session: s, out: bufio.NewWriterSize(out, 64<<10), errs: errs}
}

// raw writes what was rendered before.
func (t *Text) raw(s string) {
	if _, err := t.out.WriteString(s); err != nil && t.err == nil {
		t.err = err
	}
}

// onto returns a renderer like t that writes to w.
func (t *Text) onto(w io.Writer) *Text {
	c := *t
	c.out, c.errs = bufio.NewWriter(w), w
	return &c
}

// Verbose implements Renderer.
func (t *Text) Verbose() bool { return !t.Quiet || t.Session.Trace != "" }

// Flush implements Renderer.
func (t *Text) Flush() error {
	if err := t.out.Flush(); err != nil && t.err == nil {
		t.err = err
	}
	return t.err
}

// Err implements Renderer.
func (t *Text) Err() error { return t.err }

// Event implements Renderer.
func (t *Text) Event(ev *Event) {
	lang := t.Session.Lang
	indent := strings.Repeat("  ", ev.Depth)
	switch {
	case ev.Sum != nil:
		t.summary(ev)
		return
	case ev.Cmd == narrationCmd:
		switch {
		case t.Quiet:
		case t.Steps:
			t.line(indent, strings.TrimRight(commands.Escape(ev.Stmt.Src), " "))
		default:
			t.line(indent, t.paint(dim, strings.TrimRight("# "+commands.Escape(ev.Stmt.Src), " ")))
		}
		return
	}
	echo := t.echoes(ev)
	if echo && !t.Quiet && ev.Stmt != nil && ev.Of == 0 {
		mark := "> "
		if ev.Inner {
			mark = ev.Proc + "> "
		}
		for _, l := range strings.Split(ev.Stmt.Src, "\n") {
			t.line(indent, t.paint(bold, mark+escapePrint(clipLine(l))))
		}
	}
	t.trace(indent, ev)
	if ev.Fail != nil {
		t.failure(ev)
		return
	}
	indent += "  "
	if !echo {
		indent = ""
	}
	if ev.Status == "blocked" {
		t.line(indent, t.who(ev)+text.F("%s", "%s", commands.BlockedIn(ev.In)).In(lang))
		return
	}
	if ev.Status == "signaled" || ev.Status == "exited" {
		if !t.Quiet {
			t.line(indent, t.who(ev)+ev.ended().In(lang))
		}
		return
	}
	if ev.Err != nil { // it failed as it was expected to, or is judged later
		if said := t.who(ev) + text.Of(bare(ev.Err), lang); t.Steps {
			t.labelled(t.out, indent, "", said)
		} else if !t.Quiet {
			t.line(indent, said)
		}
		var dead *Deadlock
		if ev.Of > 0 && ev.File == Terminal || errors.As(ev.Err, &dead) {
			t.explanation(t.out, ev.Why)
		}
		return
	}
	if r := ev.Result; r != nil && (!t.Quiet || r.Print) {
		t.result(indent, ev, r)
	}
	if t.Quiet {
		return
	}
	if ev.Change != nil {
		t.line(indent, t.paint(dim, ev.Change.In(lang)))
	}
	if ev.Stmt == nil {
		indent = ""
	}
	for _, n := range ev.Notes {
		t.labelled(t.out, indent, text.New("note  ", "참고  ").In(lang), n.In(lang))
	}
}

// labelled writes a text behind a label, in lines of 80 columns.
func (t *Text) labelled(w io.Writer, indent, label, s string) {
	const most = 79
	indent += t.paint(yellow, label)
	pad := strings.Repeat(" ", cells(label))
	line, used, first := "", 0, true
	flush := func() {
		lead := indent
		if !first {
			lead = strings.TrimSuffix(indent, t.paint(yellow, label)) + pad
		}
		io.WriteString(w, lead+line+"\n")
		line, used, first = "", 0, false
	}
	room := most - len(pad) - len(indent) + len(t.paint(yellow, label))
	for _, word := range strings.Fields(commands.Escape(s)) {
		if n := cells(word); used > 0 && used+1+n > room {
			flush()
		}
		if used > 0 {
			line, used = line+" ", used+1
		}
		line, used = line+word, used+cells(word)
	}
	flush()
}

// explanation writes why a call failed and what to do next.
func (t *Text) explanation(w io.Writer, ex *commands.Explanation) {
	if ex == nil {
		return
	}
	lang := t.Session.Lang
	for _, m := range ex.Why {
		t.labelled(w, "  ", text.New("why   ", "원인  ").In(lang), m.In(lang))
	}
	for _, m := range ex.Next {
		t.labelled(w, "  ", text.New("next  ", "다음  ").In(lang), m.In(lang))
	}
}

// result shows what a command computed: print's words as they are, else the
// return value and the fields by the names that expect has for them.
func (t *Text) result(indent string, ev *Event, r *commands.Result) {
	who := t.who(ev)
	if r.Print {
		for _, l := range r.Lines {
			t.line("", who+commands.Escape(l))
		}
		return
	}
	if len(r.Lines) > 0 {
		for _, l := range r.Lines {
			t.line(indent, who+l)
		}
		return
	}
	if who != "" && (ev.Of > 0 || ev.Stmt == nil && ev.Call != "") {
		who += ev.Cmd + " "
	}
	var parts []string
	if ev.Call != "" {
		parts = append(parts, "= "+showRet(r))
	}
	for _, f := range r.Fields {
		parts = append(parts, f.Name+"="+f.Show())
	}
	t.fill(indent, who, parts)
}

// who names the process that an event is of; main goes without saying, and in its
// block a process is named before each statement.
func (t *Text) who(ev *Event) string {
	if ev.Proc == mainProcess || ev.Inner && ev.Of == 0 && ev.Stmt != nil && t.Echo {
		return ""
	}
	return ev.Proc + ": "
}

// fill writes parts side by side in lines of 80 columns. A short number counts
// as a longer one, so that a pid's digits do not move the line breaks.
func (t *Text) fill(indent, who string, parts []string) {
	const room, most = 10, 79
	line, used := indent+who, len(indent)+len(who)
	for i, p := range parts {
		w := max(cells(p), strings.IndexByte(p, '=')+1+room)
		switch {
		case i == 0:
		case used+2+w > most:
			t.line("", line)
			line, used = indent+"    ", len(indent)+4
		default:
			line, used = line+"  ", used+2
		}
		line, used = line+p, used+w
	}
	if len(parts) > 0 {
		t.line("", line)
	}
}

// showRet shows the return value: an address or a key in hex.
func showRet(r *commands.Result) string {
	switch {
	case r.RetFmt == commands.KeyHex:
		return fmt.Sprintf("0x%08x", uint32(r.Ret))
	case r.RetFmt == commands.Hex:
		return fmt.Sprintf("%#x", r.Ret)
	}
	return strconv.FormatInt(r.Ret, 10)
}

// failure shows what ended a script: the place, the line, a caret under what is
// meant, and the usage line of the command.
func (t *Text) failure(ev *Event) {
	t.out.Flush()
	err := ev.Fail
	lang := t.Session.Lang
	var b strings.Builder
	var placed *Error
	message := []string{commands.Escape(text.Of(err, lang))}
	shown := errors.As(err, &placed) && placed.File == Terminal // right above
	if placed != nil && t.Steps && ev.Stmt != nil && ev.Stmt == t.Shown {
		shown, message[0] = true, commands.Escape(text.Of(placed.Err, lang))
	}
	if shown {
		message = Wrap(message[0])
	}
	for i, l := range message {
		if i == 0 && ev.Proc != mainProcess {
			l = ev.Proc + ": " + l
		}
		b.WriteString(t.paint(red, l) + "\n")
	}
	if errors.As(err, &placed) && placed.Text != "" && (!shown || placed.Pos >= 0) {
		src, caret := excerpt(placed)
		b.WriteString("    " + src + "\n")
		if caret != "" {
			b.WriteString("    " + caret + "\n")
		}
	}
	var ue *commands.UsageError
	if errors.As(err, &ue) && ue.Cmd != nil {
		b.WriteString(text.New("usage: ", "사용법: ").In(lang) + ue.Cmd.Usage() + "\n")
	}
	t.explanation(&b, ev.Why)
	if _, werr := io.WriteString(t.errs, b.String()); werr != nil && t.err == nil {
		t.err = werr
	}
}

// summary shows how a script ended.
func (t *Text) summary(ev *Event) {
	lang := t.Session.Lang
	s := ev.Sum
	t.removed(s)
	if len(s.Blocked) > 0 {
		t.line("", text.F("still blocked at the end: %s", "끝까지 잠들어 있던 프로세스: %s", strings.Join(s.Blocked, ", ")).In(lang))
	}
	if s.Tasks > 0 {
		t.line("", text.F("tasks: %d of %d passed, %s of %s points", "과제: %[2]d개 가운데 %[1]d개 통과, %[4]s점 가운데 %[3]s점", s.Passed, s.Tasks, Points(s.Points), Points(s.MaxPoints)).In(lang))
	}
	if s.Failed != nil {
		t.line("", t.paint(red, text.F("%s: failed after %d statements, %d checks held", "%s: 실패. 문장 %d개 실행, 검사 %d개 통과", commands.Escape(ev.File), s.Statements, s.Checks).In(lang)))
		return
	}
	t.line("", t.paint(green, text.F("%s: ok, %d statements, %d checks held", "%s: 성공. 문장 %d개 실행, 검사 %d개 통과", commands.Escape(ev.File), s.Statements, s.Checks).In(lang)))
}

// removed shows what the clean-up at the end did.
func (t *Text) removed(s *Summary) {
	lang := t.Session.Lang
	if len(s.Removed) > 0 {
		t.line("", text.F("removed what the script left: %s", "스크립트가 남긴 객체를 제거했습니다: %s", madeNames(s.Removed)).In(lang))
	}
	if len(s.Kept) > 0 {
		t.line("", text.F("kept: %s", "남겨 둔 객체: %s", madeNames(s.Kept)).In(lang))
	}
}

func (t *Text) line(indent, s string) {
	t.out.WriteString(indent)
	t.out.WriteString(s)
	if err := t.out.WriteByte('\n'); err != nil && t.err == nil {
		t.err = err
	}
}

type color string

const (
	bold   color = "1"
	dim    color = "2"
	red    color = "31"
	green  color = "32"
	yellow color = "33"
)

func (t *Text) paint(c color, s string) string {
	if c := t.Session.Color; c == "never" || c == "auto" && !t.Colors {
		return s
	}
	return "\x1b[" + string(c) + "m" + s + "\x1b[0m"
}
