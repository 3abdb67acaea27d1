// Package cexpr evaluates C expressions in 64-bit signed arithmetic.
//
// Precedence, associativity, literals and short-circuit evaluation are C's, and
// a test holds them to gcc's. What C leaves undefined (overflow, division by
// zero, shifts out of range) is an error at a place of the source. Beyond C
// there are strings and decimal numbers, which only compare, and objects with
// parts.
//
// The package knows nothing of IPC, variables or the shell: a Scope tells what
// the names mean at compile time, an Env what they hold at evaluation.
package cexpr

import (
	"slices"

	"ipcsh/commands/text"
)

// Env answers for what an expression cannot know.
type Env interface {
	Var(name string) (Value, error)                // a variable; an error if it is unset
	Call(name string, args []Value) (Value, error) // a function; objects are passed as Refs
	Sizeof(typ string) (int64, error)              // "int", "unsigned long", "struct q_entry"
	Expand(s string) (string, error)               // s with its $name replaced
}

// Scope is what is known when an expression is compiled.
type Scope interface {
	Const(name string) (int64, bool)
	Func(name string) (minArgs, maxArgs int, ok bool) // maxArgs < 0: any number
}

// Expr is a compiled expression. It does not change, so it may be evaluated
// again and by several goroutines.
type Expr struct {
	root   node
	consts []string
}

// Compile reads src as one expression. The error is an *Error.
func Compile(src string, sc Scope) (*Expr, error) {
	p, err := newParser(src, sc)
	if err != nil {
		return nil, err
	}
	root := p.whole()
	if p.err != nil {
		return nil, p.err
	}
	return &Expr{root, p.consts}, nil
}

// Eval returns the expression's value. A bare variable, member or element may be
// a Ref.
func (e *Expr) Eval(env Env) (Value, error) { return e.root.eval(env) }

// Scalar is Eval with a Ref resolved to what it is in arithmetic.
func (e *Expr) Scalar(env Env) (Value, error) { return operand(e.root, env) }

// Const returns the value if it is known without an Env.
func (e *Expr) Const() (Value, bool) {
	if l, ok := e.root.(*literal); ok {
		return l.v, true
	}
	return Value{}, false
}

// Consts returns the names of the constants used, in order of appearance, each
// once.
func (e *Expr) Consts() []string { return slices.Clone(e.consts) }

// Ident returns the variable's name if the expression is nothing but a variable.
func (e *Expr) Ident() (string, bool) {
	if v, ok := e.root.(*variable); ok {
		return v.name, true
	}
	return "", false
}

// LValue is a compiled left side of an assignment.
type LValue struct {
	name string
	last node // the variable, or the member or element that is assigned
}

// CompileLValue reads src as name, name.member, name.slot[expr] and so on.
func CompileLValue(src string, sc Scope) (*LValue, error) {
	p, err := newParser(src, sc)
	if err != nil {
		return nil, err
	}
	last := p.whole()
	if p.err != nil {
		return nil, p.err
	}
	for n := last; ; {
		switch x := n.(type) {
		case *variable:
			return &LValue{x.name, last}, nil
		case *member:
			n = x.of
		case *element:
			n = x.of
		default:
			return nil, x.at().fault(text.F("only a variable, its members and its elements can be assigned",
				"변수와 그 멤버, 원소에만 대입할 수 있습니다"))
		}
	}
}

// Name returns the name of the variable.
func (l *LValue) Name() string { return l.name }

// Whole reports whether the variable itself is assigned, which is the caller's
// to do.
func (l *LValue) Whole() bool {
	_, ok := l.last.(*variable)
	return ok
}

// Assign sets the member or element to v.
func (l *LValue) Assign(env Env, v Value) error {
	switch x := l.last.(type) {
	case *member:
		o, err := settable(x.of, env)
		if err == nil {
			err = o.SetMember(x.name, v)
		}
		return x.wrap(err)
	case *element:
		o, err := settable(x.of, env)
		if err != nil {
			return err
		}
		i, err := x.index(env)
		if err != nil {
			return err
		}
		return x.wrap(o.SetIndex(i, v))
	}
	return l.last.at().fault(text.F("%s has no part to assign here", "%s: 대입할 멤버나 원소가 없습니다", l.name))
}

// settable evaluates n to an object whose parts can be assigned.
func settable(n node, env Env) (Settable, error) {
	o, err := object(n, env)
	if err != nil {
		return nil, err
	}
	if s, ok := o.(Settable); ok {
		return s, nil
	}
	return nil, n.at().fault(text.F("this can be read but not assigned", "읽을 수만 있고 대입할 수는 없습니다"))
}
