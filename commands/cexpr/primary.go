package cexpr

import (
	"strings"

	"ipcsh/commands/text"
)

// postfix parses an operand with the members and elements behind it.
func (p *parser) postfix() node {
	n := p.primary()
	for {
		at := p.tok.span
		switch {
		case p.is("."):
			n = p.member(n)
		case p.accept("["):
			i := p.expr()
			n = &element{span{n.at().pos, p.close(at, "]")}, n, i}
		default:
			return n
		}
	}
}

// member parses .name behind n.
func (p *parser) member(n node) node {
	p.next()
	name := p.tok
	if name.kind != tokName {
		return p.fail(name.fault(text.F("a member's name is missing after the dot", "점 뒤에 멤버 이름이 없습니다")))
	}
	p.next()
	return &member{span{n.at().pos, name.end}, n, name.text}
}

func (p *parser) primary() node {
	t := p.tok
	switch {
	case t.kind == tokNumber:
		if t.min {
			return p.fail(tooLarge(t))
		}
		p.next()
		return &literal{t.span, t.v}
	case t.kind == tokString:
		p.next()
		return newString(t)
	case t.kind == tokDollar:
		p.next()
		return &variable{t.span, t.text}
	case t.kind == tokName:
		p.next()
		return p.named(t)
	case p.accept("${"):
		return p.braced(t)
	case p.accept("("):
		return p.parens(t)
	}
	return p.missing()
}

func newString(t token) node {
	switch {
	case len(t.parts) == 0:
		return &literal{t.span, StringOf("")}
	case len(t.parts) == 1 && !t.parts[0].expand:
		return &literal{t.span, StringOf(t.parts[0].text)}
	}
	return &template{t.span, t.parts}
}

// named parses what begins with a bare name: a call, sizeof, a constant or a
// variable.
func (p *parser) named(name token) node {
	switch {
	case name.text == "sizeof":
		return p.sizeOf(name)
	case p.is("("):
		return p.call(name)
	}
	if v, ok := p.constant(name.text); ok {
		return &literal{name.span, IntOf(v)}
	}
	return &variable{name.span, name.text}
}

// braced parses the rest of ${name} and ${name.member}.
func (p *parser) braced(open token) node {
	name := p.tok
	if name.kind != tokName {
		return p.fail(open.fault(text.F("no variable's name follows the ${", "${ 뒤에 변수 이름이 없습니다")))
	}
	p.next()
	var n node = &variable{name.span, name.text}
	for p.is(".") {
		n = p.member(n)
	}
	*n.at() = span{open.pos, p.close(open.span, "}")}
	return n
}

func (p *parser) parens(open token) node {
	if p.tok.kind == tokName && isTypeWord(p.tok.text) {
		return p.cast(open)
	}
	n := p.expr()
	end := p.close(open.span, ")")
	if _, name := n.(*variable); name && p.tok.kind > tokPunct { // (key_t) 5
		return p.cast(open)
	}
	*n.at() = span{open.pos, end}
	return n
}

func (p *parser) cast(open token) node {
	at := open.span
	if n := strings.IndexByte(p.src[at.pos:], ')'); n >= 0 {
		at.end = at.pos + n + 1
	}
	return p.fail(at.fault(text.F("there are no casts; integers always have 64 bits", "형 변환은 없습니다. 정수는 언제나 64비트입니다")))
}

// isTypeWord reports whether a type begins with s, a keyword of C.
func isTypeWord(s string) bool {
	switch s {
	case "char", "short", "int", "long", "signed", "unsigned", "float", "double", "void", "struct", "union", "const":
		return true
	}
	return false
}

// sizeOf parses (type) behind sizeof.
func (p *parser) sizeOf(word token) node {
	open := p.tok
	if !p.accept("(") {
		return p.fail(word.fault(text.F("sizeof wants a type in parentheses, as in sizeof(int)", "sizeof에는 괄호 안에 타입을 씁니다. 예: sizeof(int)")))
	}
	var typ string
	for ; p.tok.kind == tokName; p.next() {
		if typ != "" {
			typ += " "
		}
		typ += p.tok.text
	}
	switch {
	case p.tok.kind == tokEnd: // close says it
	case typ == "" || !p.is(")"):
		return p.fail(p.tok.fault(text.F("sizeof wants the name of a type, as in sizeof(int)", "sizeof에는 타입 이름을 씁니다. 예: sizeof(int)")))
	}
	return &sizeOf{span{word.pos, p.close(open.span, ")")}, typ}
}

// call parses (args) behind a function's name.
func (p *parser) call(name token) node {
	var min, max int
	var ok bool
	if p.scope != nil {
		min, max, ok = p.scope.Func(name.text)
	}
	if !ok {
		return p.fail(name.fault(text.F("%s is no function", "%s: 함수가 아닙니다", name.text)))
	}
	open := p.tok.span
	p.next()
	var args []node
	if !p.is(")") {
		args = append(args, p.expr())
		for p.accept(",") {
			args = append(args, p.expr())
		}
	}
	n := &call{span{name.pos, p.close(open, ")")}, name.text, args}
	switch got := len(args); {
	case got >= min && (got <= max || max < 0):
		return n
	case min == max:
		return p.fail(n.fault(text.F("%s wants %d argument(s), not %d", "%s: 인자는 %d개여야 합니다 (지금은 %d개)", name.text, min, got)))
	case max < 0:
		return p.fail(n.fault(text.F("%s wants at least %d argument(s), not %d", "%s: 인자는 %d개 이상이어야 합니다 (지금은 %d개)", name.text, min, got)))
	default:
		return p.fail(n.fault(text.F("%s wants %d to %d arguments, not %d", "%s: 인자는 %d개에서 %d개까지입니다 (지금은 %d개)", name.text, min, max, got)))
	}
}

// missing fails at a token where an operand is wanted.
func (p *parser) missing() node {
	t := p.tok
	switch {
	case t.kind == tokEnd && p.src == "":
		return p.fail(t.fault(text.F("an expression is missing", "식이 없습니다")))
	case t.kind == tokEnd:
		return p.fail(t.fault(text.F("the expression ends where a value is missing", "식이 값이 필요한 곳에서 끝났습니다")))
	case operatorOfLet(t.text):
		return p.stray()
	case t.text == "[":
		return p.fail(t.fault(text.F("nothing stands before the [ that has elements", "[ 앞에 원소를 가진 대상이 없습니다")))
	}
	return p.fail(t.fault(text.F("a value is missing before %s", "%s 앞에 값이 없습니다", t.text)))
}

func operatorOfLet(s string) bool {
	switch s {
	case "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=":
		return true
	}
	return false
}

// stray fails at a token where an operator or the end is wanted.
func (p *parser) stray() node {
	t := p.tok
	switch {
	case t.kind != tokPunct:
	case t.text == "=":
		return p.fail(t.fault(text.F("= compares nothing: write == to compare, let to assign", "비교는 ==로, 대입은 let으로 합니다")))
	case operatorOfLet(t.text):
		return p.fail(t.fault(text.F("there is no %s: assign with let, as in let x = x + 1", "%s는 없습니다. let x = x + 1처럼 let으로 대입하세요", t.text)))
	case t.text == ",":
		return p.fail(t.fault(text.F("a comma only separates arguments", "쉼표는 인자 사이에만 씁니다")))
	case t.text == "->":
		return p.fail(t.fault(text.F("there are no pointers: write . for ->", "포인터는 없습니다. -> 대신 .을 쓰세요")))
	case t.text == ")", t.text == "]", t.text == "}":
		return p.fail(t.fault(text.F("nothing opened this %s", "이 %s와 짝이 되는 여는 괄호가 없습니다", t.text)))
	case t.text == ":":
		return p.fail(t.fault(text.F("this : has no ?", "이 :에 짝이 되는 ?가 없습니다")))
	}
	return p.fail(t.fault(text.F("an operator is missing before %s", "%s 앞에 연산자가 없습니다", p.src[t.pos:t.end])))
}
