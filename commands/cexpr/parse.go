package cexpr

import (
	"slices"
	"strings"

	"ipcsh/commands/text"
)

// Hostile input must not exhaust the stack: maxDepth bounds the parser's own
// recursion, maxLen the height of trees that grow without it (1+1+1+...).
const (
	maxDepth = 1000
	maxLen   = 1 << 16
)

// parser is a recursive descent over src. The first error sticks and turns what
// is left into the end of the source, so that every loop ends.
type parser struct {
	src    string
	scope  Scope
	tok    token
	depth  int
	consts []string
	err    error
}

func newParser(src string, sc Scope) (*parser, error) {
	if all := (span{0, len(src)}); len(src) > maxLen {
		return nil, all.fault(text.F("the expression is longer than %d bytes", "식이 %d바이트보다 깁니다", maxLen))
	}
	p := &parser{src: src, scope: sc}
	p.next()
	return p, nil
}

// whole parses all of the source.
func (p *parser) whole() node {
	n := p.expr()
	if p.tok.kind != tokEnd {
		p.stray()
	}
	return n
}

func (p *parser) next() {
	if p.err != nil {
		return
	}
	t, err := scan(p.src, p.tok.end)
	if err != nil {
		p.fail(err)
		return
	}
	p.tok = t
}

// fail keeps the first error. It returns a node so that callers need no other.
func (p *parser) fail(err *Error) node {
	if p.err == nil {
		p.err = err
		p.tok = token{span: span{len(p.src), len(p.src)}}
	}
	return &literal{}
}

// is reports whether the token is the operator s.
func (p *parser) is(s string) bool { return p.tok.kind == tokPunct && p.tok.text == s }

// accept steps over the operator s if it is next.
func (p *parser) accept(s string) bool {
	ok := p.is(s)
	if ok {
		p.next()
	}
	return ok
}

// close steps over the bracket s that ends what open began and returns its end.
func (p *parser) close(open span, s string) int {
	end := p.tok.end
	switch {
	case p.accept(s):
	case p.tok.kind == tokEnd:
		p.fail(open.fault(text.F("the closing %s is missing", "닫는 %s가 없습니다", s)))
	default:
		p.stray()
	}
	return end
}

// deeper counts a recursion that only the source's nesting bounds.
func (p *parser) deeper() bool {
	p.depth++
	if p.depth > maxDepth {
		p.fail(p.tok.fault(text.F("the expression is nested more than %d deep", "식의 중첩이 %d단계를 넘습니다", maxDepth)))
	}
	return p.err == nil
}

func (p *parser) expr() node {
	defer func() { p.depth-- }()
	if !p.deeper() {
		return &literal{}
	}
	c := p.binary(1)
	mark := p.tok.span
	if !p.accept("?") {
		return c
	}
	a := p.expr()
	if !p.accept(":") {
		if p.tok.kind == tokEnd {
			return p.fail(mark.fault(text.F("the : of this ? is missing", "이 ?에 짝이 되는 :이 없습니다")))
		}
		return p.stray()
	}
	b := p.expr()
	n := &choice{span{c.at().pos, b.at().end}, c, a, b}
	if l, ok := c.(*literal); ok && l.v.integer() && l.v.I != 0 {
		return fold(n, c, a)
	}
	return fold(n, c, b)
}

// operator tells a binary operator's precedence, 0 if s is none.
func operator(s string) (o op, prec int) {
	switch s {
	case "||":
		return 0, 1
	case "&&":
		return 0, 2
	case "|":
		return or, 3
	case "^":
		return xor, 4
	case "&":
		return and, 5
	case "==":
		return eq, 6
	case "!=":
		return ne, 6
	case "<":
		return lt, 7
	case "<=":
		return le, 7
	case ">":
		return gt, 7
	case ">=":
		return ge, 7
	case "<<":
		return shl, 8
	case ">>":
		return shr, 8
	case "+":
		return add, 9
	case "-":
		return sub, 9
	case "*":
		return mul, 10
	case "/":
		return div, 10
	case "%":
		return rem, 10
	}
	return 0, 0
}

// binary parses operators of precedence min and above.
func (p *parser) binary(min int) node {
	l := p.unary()
	for p.tok.kind == tokPunct {
		s := p.tok.text
		o, prec := operator(s)
		if prec < min || prec == 0 {
			break
		}
		p.next()
		r := p.binary(prec + 1)
		at := span{l.at().pos, r.at().end}
		if prec > 2 {
			l = fold(&binary{at, o, l, r}, l, r)
			continue
		}
		n := &logic{at, s == "||", l, r}
		if known, ok := l.(*literal); ok && known.v.integer() && (known.v.I != 0) == n.or {
			l = fold(n, l)
		} else {
			l = fold(n, l, r)
		}
	}
	return l
}

// fold replaces n by its value if the operands that decide it are known. If it
// has none, an overflow say, n stays and the error comes with evaluation.
func fold(n node, operands ...node) node {
	for _, x := range operands {
		if _, ok := x.(*literal); !ok {
			return n
		}
	}
	v, err := n.eval(nil)
	if err != nil {
		return n
	}
	return &literal{*n.at(), v}
}

func (p *parser) unary() node {
	if p.tok.kind != tokPunct || len(p.tok.text) != 1 || !strings.Contains("+-~!", p.tok.text) {
		return p.postfix()
	}
	defer func() { p.depth-- }()
	if !p.deeper() {
		return &literal{}
	}
	o := p.tok
	p.next()
	if t := p.tok; o.text == "-" && t.min { // its magnitude alone would not fit
		p.next()
		return &literal{span{o.pos, t.end}, t.v} // 2^63 wrapped is LONG_MIN already
	}
	x := p.unary()
	return fold(&unary{span{o.pos, x.at().end}, o.text[0], x}, x)
}

// constant reports the value of a constant and notes its use.
func (p *parser) constant(name string) (int64, bool) {
	if p.scope == nil {
		return 0, false
	}
	v, ok := p.scope.Const(name)
	if ok && !slices.Contains(p.consts, name) {
		p.consts = append(p.consts, name)
	}
	return v, ok
}
