package repl

import (
	"errors"
	"strings"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/commands/words"
)

// parser turns the text of a file into nodes. All that can be checked before
// anything runs is checked: names of commands, arguments, expressions.
type parser struct {
	s     *commands.Session
	file  string
	cache map[string][]*Statement // of lines without braces

	nodes []Node
	open  []frame

	src    string // the whole text
	t      string // the line, further lines joined by a backslash included
	starts []int  // where in src the lines that make up t begin
	line   int
	breaks []int
	i      int
	remote int // blocks and statements for a process around this place: 0 or 1
	role   role
}

// frame is a block that is still open.
type frame struct {
	node  Node
	nodes []Node // those around the block
	arm   *[]Node
	elif  bool // an else-if, which closes with its parent
}

// Parse parses the text of a file whole.
func Parse(s *commands.Session, file, src string) (*Script, error) {
	return parseAs(s, file, src, mainScript, 0)
}

// parsePart parses what was sent to a process: lines of a file, the first of
// which is number line, from byte skip on.
func parsePart(s *commands.Session, file, src string, line, skip int) (*Script, error) {
	p := &parser{s: s, file: file, cache: map[string][]*Statement{}, src: src, line: line - 1, i: skip, remote: 1}
	return p.parse()
}

func (p *parser) parse() (*Script, error) {
	src := p.src
	if err := p.checkText(src); err != nil {
		return nil, err
	}
	p.nodes = make([]Node, 0, strings.Count(src, "\n")+1)
	if err := p.lines(src); err != nil {
		return nil, err
	}
	if n := len(p.open); n > 0 {
		return nil, p.unclosed(p.open[n-1].node)
	}
	return &Script{File: p.file, Header: ReadHeader(src), Nodes: p.nodes, role: p.role}, nil
}

func (p *parser) unclosed(n Node) error {
	p.t, p.line, p.breaks = n.Text, int(n.Line), n.breaks
	return stillOpen(p.fail(n.Pos, n.Pos+len(n.Src), text.F("this block is not closed: } is missing", "이 블록이 닫히지 않았습니다. }가 없습니다")))
}

// stillOpen marks an error that more text may mend.
func stillOpen(err error) error {
	var e *Error
	if errors.As(err, &e) {
		e.Open = true
	}
	return err
}

// lines goes through the lines of src. One that was seen before is not parsed
// again.
func (p *parser) lines(src string) error {
	skip := p.i
	for src != "" {
		p.starts = append(p.starts[:0], len(p.src)-len(src))
		line, rest, _ := strings.Cut(src, "\n")
		src = rest
		line = strings.TrimSuffix(line, "\r")
		p.line++
		if known, ok := p.cache[line]; ok {
			for _, st := range known {
				p.nodes = append(p.nodes, Node{st, int32(p.line)})
			}
			continue
		}
		p.t, p.i, p.breaks = line, skip, nil
		skip = 0
		for continues(p.t) && src != "" {
			p.starts = append(p.starts, len(p.src)-len(src))
			line, src, _ = strings.Cut(src, "\n")
			p.t = p.t[:len(p.t)-1]
			p.breaks = append(p.breaks, len(p.t))
			p.t += strings.TrimSuffix(line, "\r")
		}
		first, number := len(p.nodes), p.line
		var err error
		if src, err = p.parseLine(src); err != nil {
			return err
		}
		if p.breaks == nil && strings.IndexByte(p.t, '{') < 0 && strings.IndexByte(p.t, '}') < 0 {
			sts := make([]*Statement, 0, 1)
			for _, n := range p.nodes[first:] {
				sts = append(sts, n.Statement)
			}
			p.cache[line] = sts
		}
		p.line = number + len(p.breaks)
	}
	return nil
}

// parseLine parses the statements of a line. A struct may take further lines
// from rest.
func (p *parser) parseLine(rest string) (string, error) {
	for first := true; ; first = false {
		p.i = skipBlanks(p.t, p.i)
		switch {
		case p.i == len(p.t):
			return rest, nil
		case p.t[p.i] == ';':
			p.i++
			continue
		case p.t[p.i] == '#':
			if first {
				p.comment()
			}
			return rest, nil
		}
		end, ok := scanWord(p.t, p.i)
		if !ok {
			return rest, p.unclosedQuote()
		}
		var err error
		switch word := p.t[p.i:end]; {
		case word == "}" && len(p.open) > 0:
			err = p.closeBlock(end)
		case word == "}":
			err = p.fail(p.i, end, text.F("no block is open here", "여기에는 열린 블록이 없습니다"))
		case word == "else":
			err = p.fail(p.i, end, text.F("else stands behind the } of an if, on its line", "else는 if의 }와 같은 줄에 씁니다"))
		case word == "struct":
			rest, err = p.structure(end, rest)
		case word == "if" || word == "while":
			err = p.conditional(word, end, false)
		case word == "repeat":
			err = p.repeat(end)
		case word == "task":
			err = p.task(end)
		case word == "solution":
			rest, err = p.solution(end, rest)
		case word == "watch":
			err = p.watched(end)
		case p.opensRemote():
			err = p.remoteBlock()
		default:
			err = p.statement()
		}
		if err != nil {
			return rest, err
		}
	}
}

func (p *parser) unclosedQuote() error {
	i := p.i
	for j := p.i; j < len(p.t); j++ { // point at the quote that is open
		if c := p.t[j]; c == '"' || c == '\'' {
			if end := strings.IndexByte(p.t[j+1:], c); end >= 0 {
				j += 1 + end
				continue
			}
			i = j
			break
		}
	}
	return p.fail(i, len(p.t), text.F("a quote is not closed, or the line ends in a backslash", "따옴표가 닫히지 않았거나 줄이 역슬래시로 끝납니다"))
}

func (p *parser) add(st *Statement) {
	st.breaks = p.breaks
	p.nodes = append(p.nodes, Node{st, int32(p.line)})
}

// statement parses a simple statement: [expect ...] [name =] command ...
func (p *parser) statement() error {
	st, err := p.simple(false)
	if err != nil {
		return err
	}
	p.add(st)
	return nil
}

// simple parses a statement that opens no block. With head it is the condition
// of one, which a brace ends.
func (p *parser) simple(head bool) (*Statement, error) {
	st := &Statement{Text: p.t, Pos: p.i}
	word, end, err := p.word(p.i)
	if err != nil {
		return nil, err
	}
	if word == "predict" && !head {
		if err := p.prediction(st, end); err != nil {
			return nil, err
		}
		if word, end, err = p.word(p.i); err != nil {
			return nil, err
		}
	}
	if word == "expect" && !head {
		if end, err = p.expectation(st, end); err != nil {
			return nil, err
		}
		p.i = skipBlanks(p.t, end)
	}
	st.call = p.i
	if err := p.assignment(st); err != nil {
		return nil, err
	}
	if word, end, err = p.word(p.i); err != nil {
		return nil, err
	}
	if strings.HasPrefix(word, "@") {
		return p.remoteCommand(st, head)
	}
	if st.Cmd = p.s.Table.Lookup(word); st.Cmd == nil {
		return nil, p.unknown(st, word, end)
	}
	if st.Cmd.Lab && p.role == handIn {
		return nil, p.notHandedIn(st.Cmd, end)
	}
	inBlock := len(p.open) > 0
	if st.Cmd.Prepare != nil {
		stop, ok := scanExpr(p.t, end, inBlock)
		if !ok {
			return nil, p.unclosedQuote()
		}
		raw := strings.TrimRight(p.t[end:stop], " \t")
		st.bind, err = p.s.BindRaw(st.Cmd, raw, end)
		st.check = word == "assert"
		return p.finish(st, stop, err)
	}
	stop, ok := scanWords(p.t, end, inBlock, head, st.Cmd.TakesBraces())
	if !ok {
		p.i = stop
		return nil, p.unclosedQuote()
	}
	ws, err := words.Split(p.t[end:stop])
	if err != nil {
		return nil, p.unclosedQuote()
	}
	for i := range ws {
		ws[i].Pos += end
	}
	switch word {
	case "break":
		if !p.inLoop() {
			return nil, p.failCmd(p.i, end, st.Cmd, text.F("break stands in a repeat or a while", "break는 repeat나 while 안에서만 씁니다"))
		}
		st.form = breakForm
	case "quit":
		if p.remote > 0 {
			return nil, p.failCmd(p.i, end, st.Cmd, text.F("quit ends the session; a process ends with exit", "quit은 세션을 끝냅니다. 프로세스는 exit로 끝냅니다"))
		}
		st.form = quitForm
	case "exit":
		if p.remote == 0 {
			return nil, p.failCmd(p.i, end, st.Cmd, text.F("exit ends a process: @NAME exit; the session ends with quit", "exit는 프로세스를 끝냅니다: @이름 exit. 세션은 quit으로 끝냅니다"))
		}
		st.form = exitForm
	case "source":
		st.form = sourceForm
	case "step":
		st.form = stepForm
	}
	if st.Cmd.Syntax && (st.form == simple || head || st.Expect != nil || st.Assign != nil) {
		return nil, p.failCmd(p.i, end, st.Cmd, text.F("%s cannot stand here", "%s은(는) 여기에 쓸 수 없습니다", word))
	}
	if st.form == stepForm && len(ws) > 0 && (p.file != Terminal || p.remote > 0) {
		return nil, p.failCmd(p.i, stop, st.Cmd, text.F("step is typed at the prompt", "step은 프롬프트에서 직접 입력합니다"))
	}
	if n := len(ws); n > 0 && ws[n-1].Raw == "&" {
		return nil, p.fail(ws[n-1].Pos, stop, text.F("& leaves a process to itself: @NAME %s ... &", "&는 프로세스를 따로 돌릴 때 씁니다: @이름 %s ... &", word))
	}
	st.bind, err = p.s.Bind(st.Cmd, p.t, ws)
	return p.finish(st, stop, err)
}

func (p *parser) inLoop() bool {
	for i := len(p.open) - 1; i >= 0; i-- {
		switch p.open[i].node.form {
		case repeatForm, whileForm:
			return true
		case remoteForm: // the loop around it is the session's
			return false
		}
	}
	return false
}

func (p *parser) finish(st *Statement, stop int, err error) (*Statement, error) {
	if err != nil {
		return nil, p.wrap(err)
	}
	if x := st.Expect; x != nil && x.State == stateBlocked && !st.Cmd.Starts {
		return nil, p.fail(x.Pos, x.End, text.F("only a process can be expected to be blocked: expect blocked @NAME %s ...", "blocked는 프로세스에 대해서만 기대할 수 있습니다: expect blocked @이름 %s ...", st.Cmd.Name))
	}
	st.Src = strings.TrimRight(p.t[st.Pos:stop], " \t\r")
	p.i = stop
	return st, nil
}

// word returns the word at i, and where it ends.
func (p *parser) word(i int) (string, int, error) {
	end, ok := scanWord(p.t, i)
	if !ok {
		p.i = i
		return "", 0, p.unclosedQuote()
	}
	return p.t[i:end], end, nil
}

func shorten(w string) string {
	if len(w) > 60 {
		w = strings.ToValidUTF8(w[:57], "") + "..."
	}
	return commands.Quote(w)
}

// fail is an error in what was typed, at [pos, end) of the line.
func (p *parser) fail(pos, end int, msg *text.Msg) error {
	return p.wrap(&commands.UsageError{Pos: pos, End: end, Msg: msg})
}

func (p *parser) failCmd(pos, end int, cmd *commands.Command, msg *text.Msg) error {
	return p.wrap(&commands.UsageError{Pos: pos, End: end, Msg: msg, Cmd: cmd})
}

// wrap gives an error its place.
func (p *parser) wrap(err error) error {
	return locate(err, p.file, Node{&Statement{Text: p.t, breaks: p.breaks, Pos: p.i}, int32(p.line)})
}
