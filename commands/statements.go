package commands

import (
	"context"
	"strings"
	"time"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/ctype"
	"ipcsh/commands/text"
	"ipcsh/commands/words"
)

func statementCommands() []*Command {
	block := Param{Name: "{ ... }", Kind: Block}
	return []*Command{{
		Name:    "let",
		Family:  StatementFamily,
		Summary: text.New("assign the value of a C expression", "C 수식의 값을 변수에 대입한다"),
		Params:  []Param{{Name: "NAME[.MEMBER][[INDEX]]", Kind: Raw}, {Name: "=", Kind: Literal}, {Name: "EXPRESSION", Kind: Raw}},
		Example: "let n = (5 + 8) << 1; print $n",
		Prepare: prepareLet,
	}, {
		Name:    "print",
		Family:  StatementFamily,
		Summary: text.New("print words", "문자열을 출력한다"),
		Params:  []Param{{Name: "WORD", Kind: Word, Opt: true, Many: true}},
		Example: "let n = 13; print n is $n",
		Run:     print,
	}, {
		Name:    "assert",
		Family:  StatementFamily,
		Summary: text.New("fail unless a C expression is true", "C 수식이 참이 아니면 실패한다"),
		Params:  []Param{{Name: "EXPRESSION", Kind: Raw}},
		Example: "q = msgget 0 0600; assert qnum(q) == 0 && exists(q)",
		Prepare: prepareAssert,
	}, {
		Name:    "expect",
		Family:  StatementFamily,
		Summary: text.New("say how the statement that follows must end", "뒤따르는 문장이 어떻게 끝나야 하는지 정한다"),
		Params:  []Param{{Name: "CONDITION", Kind: Word, Opt: true, Many: true}, {Name: "STATEMENT", Kind: Raw}},
		Example: "q = msgget 0 0600; expect ENOMSG msgrcv q 9 IPC_NOWAIT",
		Syntax:  true,
	}, {
		Name:    "if",
		Family:  StatementFamily,
		Summary: text.New("run a block if an expression is true or a command succeeds", "수식이 참이거나 명령이 성공하면 블록을 실행한다"),
		Params:  []Param{{Name: "COND", Kind: Raw}, block, {Name: "else { ... }", Kind: Block, Opt: true}},
		Example: "if 1 < 2 { print yes } else { print no }",
		Syntax:  true,
	}, {
		Name:    "while",
		Family:  StatementFamily,
		Summary: text.New("repeat a block while an expression is true or a command succeeds", "수식이 참이거나 명령이 성공하는 동안 블록을 반복한다"),
		Params:  []Param{{Name: "COND", Kind: Raw}, block},
		Example: "q = msgget 0 0600; msgsnd q 1 a; while m = msgrcv q 0 IPC_NOWAIT { print $m }",
		Syntax:  true,
	}, {
		Name:    "repeat",
		Family:  StatementFamily,
		Summary: text.New("repeat a block N times; the name counts from 0", "블록을 N번 반복한다. 이름을 주면 0부터 센다"),
		Params:  []Param{{Name: "N", Kind: Int}, {Name: "NAME", Kind: Name, Opt: true}, block},
		Example: "repeat 3 i { print $i }",
		Syntax:  true,
	}, {
		Name:    "break",
		Family:  StatementFamily,
		Summary: text.New("leave the innermost repeat or while", "가장 안쪽의 repeat나 while을 벗어난다"),
		Example: "repeat 3 i { if i == 1 { break } }",
		Syntax:  true,
	}, {
		Name:    "sleep",
		Family:  StatementFamily,
		Summary: text.New("wait for a time", "정한 시간 동안 기다린다"),
		Params:  []Param{{Name: "TIME", Kind: Duration}},
		Example: "sleep 1ms",
		Run:     sleep,
	}, {
		Name:    "source",
		Family:  StatementFamily,
		Summary: text.New("run the statements of a file here; without one, list the scripts that ipcsh carries", "파일의 문장들을 여기서 실행한다. 파일이 없으면 ipcsh에 들어 있는 스크립트를 나열한다"),
		Params:  []Param{{Name: "FILE", Kind: Path, Opt: true}},
		Example: "source",
		Syntax:  true,
	}, {
		Name:    "struct",
		Family:  StatementFamily,
		Summary: text.New("declare a C struct for payloads and as=", "payload와 as=에 쓸 C struct를 선언한다"),
		Params:  []Param{{Name: "NAME", Kind: Raw}, {Name: "{ TYPE MEMBER; ... }", Kind: Block}},
		Example: "struct q_entry { int mnum; char who[16]; }; assert sizeof(q_entry) == 20",
		Prepare: prepareStruct,
	}}
}

// prepareLet compiles "target = expression".
func prepareLet(s *Session, raw string, pos int) (func(*Call) (*Result, error), error) {
	eq := assignmentSign(raw)
	if eq < 0 {
		return nil, usage(pos, pos+len(raw), "let needs a name, = and an expression", "let에는 이름, =, 수식이 필요합니다")
	}
	left, lpos := trimmed(raw[:eq], pos)
	right, rpos := trimmed(raw[eq+1:], pos+eq+1)
	target, err := cexpr.CompileLValue(left, s)
	if err != nil {
		return nil, shift(err, lpos)
	}
	if target.Whole() {
		if msg := s.Reserved(target.Name()); msg != nil {
			return nil, &UsageError{Pos: lpos, End: lpos + len(left), Msg: msg}
		}
	}
	expr, err := cexpr.Compile(right, s)
	if err != nil {
		return nil, shift(err, rpos)
	}
	place := s.Place(target.Name())
	return func(c *Call) (*Result, error) {
		v, err := expr.Eval(c.Session)
		if err != nil {
			return nil, shift(err, rpos)
		}
		if target.Whole() {
			if msg := c.Taken(target.Name()); msg != nil { // by a process that was spawned since
				return nil, &UsageError{Pos: lpos, End: lpos + len(left), Msg: msg}
			}
			if d, ok := v.O.(*Data); ok && v.Kind == cexpr.Ref {
				v = cexpr.RefOf(d.clone())
			}
			place.Val, place.Set = v, true
		} else if err := target.Assign(c.Session, v); err != nil {
			return nil, shift(err, lpos)
		}
		r := c.result(0)
		if c.Want {
			r.Fields = append(r.Fields, Field{Name: left, Val: v})
		}
		return r, nil
	}, nil
}

// assignmentSign finds the = of an assignment.
func assignmentSign(raw string) int {
	depth := 0
	for i := 0; i < len(raw); i++ {
		switch raw[i] {
		case '[', '(':
			depth++
		case ']', ')':
			depth--
		case '=':
			if depth == 0 {
				if i+1 < len(raw) && raw[i+1] == '=' || i > 0 && strings.IndexByte("=!<>", raw[i-1]) >= 0 {
					return -1
				}
				return i
			}
		}
	}
	return -1
}

// trimmed cuts the blanks around s and keeps its position right.
func trimmed(s string, pos int) (string, int) {
	t := strings.TrimLeft(s, " \t")
	return strings.TrimRight(t, " \t"), pos + len(s) - len(t)
}

func prepareAssert(s *Session, raw string, pos int) (func(*Call) (*Result, error), error) {
	src, pos := trimmed(raw, pos)
	cond, err := s.Condition(src, pos)
	if err != nil {
		return nil, err
	}
	return func(c *Call) (*Result, error) {
		ok, err := cond(c.Session)
		if err != nil {
			return nil, err
		}
		if !ok {
			want, got := c.findFalse(src)
			e := &CheckError{Msg: text.F("assert failed: %s", "assert 실패: %s", want), Want: verbatim(want)}
			if got != "" {
				e.Msg, e.Got = text.F("assert failed: %s (%s)", "assert 실패: %s (%s)", want, got), verbatim(got)
			}
			return nil, e
		}
		return c.result(1), nil
	}, nil
}

// Condition compiles an expression to be asked whether it is true.
func (s *Session) Condition(src string, pos int) (func(*Session) (bool, error), error) {
	e, err := s.compileAt(src, pos)
	if err != nil {
		return nil, err
	}
	return func(s *Session) (bool, error) {
		v, err := e.Scalar(s)
		if err != nil {
			return false, shift(err, pos)
		}
		ok, err := cexpr.Truth(v)
		if err != nil {
			return false, wrapAt(err, words.Word{Raw: src, Pos: pos})
		}
		return ok, nil
	}, nil
}

// findFalse narrows a false condition to the part of its && chain that is false,
// and says what stands on the left of its comparison, if it is one.
func (s *Session) findFalse(src string) (want, got string) {
	parts, _ := words.SplitC(src, "&&")
	for _, part := range parts {
		part = strings.TrimSpace(part)
		if v, err := s.evalText(part); err != nil || v.Kind != cexpr.Int || v.I != 0 {
			continue
		}
		for _, op := range []string{"==", "!=", "<=", ">=", "<", ">"} {
			if sides, _ := words.SplitC(part, op); len(sides) == 2 {
				if v, err := s.evalText(sides[0]); err == nil {
					found := Field{Val: v}
					if left := strings.TrimSpace(sides[0]); strings.HasPrefix(left, "mode(") || strings.HasSuffix(left, ".mode") {
						found.Fmt = Octal
					}
					return Escape(Clip(part, 200)), strings.TrimSpace(sides[0]) + " = " + found.Show()
				}
			}
		}
		return Escape(Clip(part, 200)), ""
	}
	return Escape(Clip(src, 200)), ""
}

func (s *Session) evalText(src string) (cexpr.Value, error) {
	e, err := cexpr.Compile(src, s)
	if err != nil {
		return cexpr.Value{}, err
	}
	return e.Scalar(s)
}

// prepareStruct reads "NAME { members }".
func prepareStruct(s *Session, raw string, pos int) (func(*Call) (*Result, error), error) {
	open, end := strings.IndexByte(raw, '{'), strings.LastIndexByte(raw, '}')
	if open < 0 || end < open {
		return nil, usage(pos, pos+len(raw), "struct needs a name and { members }", "struct에는 이름과 { 멤버 }가 필요합니다")
	}
	name, npos := trimmed(raw[:open], pos)
	if !words.IsIdent(name) {
		return nil, usage(npos, npos+max(1, len(name)), "%s is no name for a struct", "%s: struct 이름으로 쓸 수 없습니다", Quote(clip(name)))
	}
	t, err := s.Structs.ParseStruct(name, raw[open+1:end], s.number)
	if err != nil {
		if se, ok := err.(*ctype.Error); ok {
			err = &UsageError{Pos: pos + open + 1 + se.Pos, End: pos + open + 1 + se.End, Msg: se.Msg}
		}
		return nil, wrapAt(err, words.Word{Raw: name, Pos: npos})
	}
	declare := func() { s.Structs[name] = t }
	declare() // so that the statements that follow can be checked before any runs
	return func(c *Call) (*Result, error) {
		declare()
		r := c.result(0)
		r.Fields = append(r.Fields, num("size", int64(t.Size)))
		return r, nil
	}, nil
}

func print(c *Call) (*Result, error) {
	r := c.result(0)
	line := strings.Join(c.Args[0].L, " ")
	r.Fields = append(r.Fields, Field{Name: "text", Val: cexpr.StringOf(line)})
	r.Lines = append(r.Lines[:0], line)
	r.Print = true
	return r, nil
}

func sleep(c *Call) (*Result, error) {
	ts := c.Args[0].Time
	if ts.Sec < 0 || ts.Nsec < 0 {
		w := c.words(0)[0]
		return nil, usage(w.Pos, w.End(), "a time is not negative", "시간은 음수일 수 없습니다")
	}
	c.BeforeWait()
	t := time.NewTimer(time.Duration(ts.Sec)*time.Second + time.Duration(ts.Nsec))
	defer t.Stop()
	select {
	case <-t.C:
		return c.result(0), nil
	case <-c.Interrupt.Done():
		return nil, context.Canceled
	}
}
