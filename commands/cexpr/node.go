package cexpr

import (
	"strings"

	"ipcsh/commands/text"
)

// node is a part of a compiled expression. Evaluation does not change it.
type node interface {
	eval(Env) (Value, error)
	at() *span
}

type (
	literal struct {
		span
		v Value
	}
	variable struct {
		span
		name string
	}
	template struct { // a string with $name in it
		span
		parts []part
	}
	sizeOf struct {
		span
		typ string
	}
	call struct {
		span
		name string
		args []node
	}
	member struct {
		span
		of   node
		name string
	}
	element struct {
		span
		of, i node
	}
	unary struct {
		span
		op byte
		x  node
	}
	binary struct {
		span
		op   op
		l, r node
	}
	logic struct { // && and ||
		span
		or   bool
		l, r node
	}
	choice struct { // c ? a : b
		span
		c, a, b node
	}
)

func (n *literal) eval(Env) (Value, error) { return n.v, nil }

func (n *variable) eval(env Env) (Value, error) {
	v, err := env.Var(n.name)
	return v, n.wrap(err)
}

func (n *template) eval(env Env) (Value, error) {
	var s strings.Builder
	for _, p := range n.parts {
		t := p.text
		if p.expand {
			var err error
			if t, err = env.Expand(t); err != nil {
				return Value{}, n.wrap(err)
			}
		}
		s.WriteString(t)
	}
	return StringOf(s.String()), nil
}

func (n *sizeOf) eval(env Env) (Value, error) {
	i, err := env.Sizeof(n.typ)
	return IntOf(i), n.wrap(err)
}

func (n *call) eval(env Env) (Value, error) {
	args := make([]Value, len(n.args))
	for i, a := range n.args {
		var err error
		if args[i], err = a.eval(env); err != nil {
			return Value{}, err
		}
	}
	v, err := env.Call(n.name, args)
	return v, n.wrap(err)
}

func (n *member) eval(env Env) (Value, error) {
	o, err := object(n.of, env)
	if err != nil {
		return Value{}, err
	}
	v, err := o.Member(n.name)
	return v, n.wrap(err)
}

func (n *element) eval(env Env) (Value, error) {
	o, err := object(n.of, env)
	if err != nil {
		return Value{}, err
	}
	i, err := n.index(env)
	if err != nil {
		return Value{}, err
	}
	v, err := o.Index(i)
	return v, n.wrap(err)
}

// index evaluates what stands between the brackets.
func (n *element) index(env Env) (int64, error) {
	v, err := operand(n.i, env)
	if err == nil && !v.integer() {
		err = n.i.at().fault(text.F("an index is an integer, not %s", "인덱스는 정수여야 합니다 (지금은 %s)", v.what()))
	}
	return v.I, err
}

// object evaluates n to something with parts.
func object(n node, env Env) (Object, error) {
	v, err := n.eval(env)
	if err != nil {
		return nil, err
	}
	if v.Kind != Ref || v.O == nil {
		return nil, n.at().fault(text.F("%s has no members or elements", "%s에는 멤버나 원소가 없습니다", v.what()))
	}
	return v.O, nil
}

// operand evaluates n to a number or a string.
func operand(n node, env Env) (Value, error) {
	v, err := n.eval(env)
	if err != nil || v.Kind != Ref {
		return v, err
	}
	v, err = scalar(v)
	return v, n.at().wrap(err)
}

// truth evaluates n as a condition.
func truth(n node, env Env) (bool, error) {
	v, err := n.eval(env)
	if err != nil {
		return false, err
	}
	t, err := Truth(v)
	return t, n.at().wrap(err)
}

func (n *unary) eval(env Env) (Value, error) {
	if n.op == '!' {
		t, err := truth(n.x, env)
		return boolean(!t), err
	}
	v, err := operand(n.x, env)
	if err != nil {
		return Value{}, err
	}
	v, msg := prefix(n.op, v)
	if msg != nil {
		return Value{}, n.fault(msg)
	}
	return v, nil
}

func (n *binary) eval(env Env) (Value, error) {
	l, err := operand(n.l, env)
	if err != nil {
		return Value{}, err
	}
	r, err := operand(n.r, env)
	if err != nil {
		return Value{}, err
	}
	v, msg := infix(n.op, l, r)
	if msg != nil {
		return Value{}, n.fault(msg)
	}
	return v, nil
}

func (n *logic) eval(env Env) (Value, error) {
	t, err := truth(n.l, env)
	if err == nil && t != n.or {
		t, err = truth(n.r, env)
	}
	return boolean(t), err
}

func (n *choice) eval(env Env) (Value, error) {
	t, err := truth(n.c, env)
	if err != nil {
		return Value{}, err
	}
	if t {
		return n.a.eval(env)
	}
	return n.b.eval(env)
}
