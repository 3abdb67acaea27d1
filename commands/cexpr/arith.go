package cexpr

import (
	"math"

	"ipcsh/commands/text"
)

// op is a binary operator that evaluates both its sides. The order counts: from
// lt on they compare.
type op uint8

const (
	mul op = iota
	div
	rem
	add
	sub
	shl
	shr
	and
	xor
	or
	lt
	le
	gt
	ge
	eq
	ne
)

// prefix applies a unary + - or ~.
func prefix(o byte, v Value) (Value, *text.Msg) {
	switch {
	case o == '+' && v.number():
		return v, nil
	case o == '-' && v.Kind == Float:
		return FloatOf(-v.F), nil
	case o == '-' && v.integer():
		if v.I == math.MinInt64 {
			return Value{}, text.F("overflow: -(%d) does not fit in 64 bits", "오버플로: -(%d)의 결과가 64비트를 넘습니다", v.I)
		}
		return IntOf(-v.I), nil
	case o == '~' && v.integer():
		return IntOf(^v.I), nil
	}
	return Value{}, notArithmetic(v)
}

// infix applies a binary operator.
func infix(o op, l, r Value) (Value, *text.Msg) {
	if o >= lt {
		return compare(o, l, r)
	}
	if !l.integer() {
		return Value{}, notArithmetic(l)
	}
	if !r.integer() {
		return Value{}, notArithmetic(r)
	}
	i, msg := arith(o, l.I, r.I)
	return IntOf(i), msg
}

func notArithmetic(v Value) *text.Msg {
	if v.Kind == Float {
		return text.F("decimal numbers only compare (== != < <= > >=)", "소수는 비교만 할 수 있습니다 (== != < <= > >=)")
	}
	return text.F("strings only compare, by == and !=", "문자열은 ==와 != 비교만 할 수 있습니다")
}

func compare(o op, l, r Value) (Value, *text.Msg) {
	switch {
	case l.Kind == String && r.Kind == String:
		switch o {
		case eq:
			return boolean(l.S == r.S), nil
		case ne:
			return boolean(l.S != r.S), nil
		}
		return Value{}, notArithmetic(l)
	case l.Kind == String || r.Kind == String:
		return Value{}, text.F("%s does not compare with %s", "비교할 수 없습니다: %s, %s", l.what(), r.what())
	case l.Kind == Float || r.Kind == Float:
		return boolean(ordered(o, l.float(), r.float())), nil
	case (l.Kind == Key || r.Kind == Key) && o >= eq:
		return boolean(ordered(o, uint32(l.I), uint32(r.I))), nil
	}
	return boolean(ordered(o, l.I, r.I)), nil
}

func ordered[T int64 | uint32 | float64](o op, a, b T) bool {
	switch o {
	case lt:
		return a < b
	case le:
		return a <= b
	case gt:
		return a > b
	case ge:
		return a >= b
	case eq:
		return a == b
	}
	return a != b
}

// arith computes a o b. What C leaves undefined is an error.
func arith(o op, a, b int64) (int64, *text.Msg) {
	switch o {
	case add:
		if r := a + b; (a^r)&(b^r) >= 0 { // overflow has a sign that neither side has
			return r, nil
		}
		return 0, overflow(a, "+", b)
	case sub:
		if r := a - b; (a^b)&(a^r) >= 0 {
			return r, nil
		}
		return 0, overflow(a, "-", b)
	case mul:
		// Go defines MinInt64 / -1 as MinInt64, so dividing back misses that one.
		r := a * b
		if a == 0 || r/a == b && !(a == -1 && b == math.MinInt64) {
			return r, nil
		}
		return 0, overflow(a, "*", b)
	case div, rem:
		return divide(o, a, b)
	case shl, shr:
		return shift(o, a, b)
	case and:
		return a & b, nil
	case xor:
		return a ^ b, nil
	}
	return a | b, nil
}

func overflow(a int64, o string, b int64) *text.Msg {
	return text.F("overflow: %d %s %d does not fit in 64 bits", "오버플로: %d %s %d의 결과가 64비트를 넘습니다", a, o, b)
}

func divide(o op, a, b int64) (int64, *text.Msg) {
	switch {
	case b == 0:
		return 0, text.F("division by zero", "0으로 나눌 수 없습니다")
	case o == div && a == math.MinInt64 && b == -1:
		return 0, overflow(a, "/", b)
	case o == div:
		return a / b, nil
	case a == math.MinInt64 && b == -1: // undefined in C, and a SIGFPE on x86
		return 0, overflow(a, "%", b)
	}
	return a % b, nil
}

func shift(o op, a, n int64) (int64, *text.Msg) {
	switch {
	case n < 0 || n > 63:
		return 0, text.F("a shift by %d bits; 0 to 63 are possible", "시프트할 비트 수는 0에서 63까지입니다 (지금은 %d)", n)
	case o == shr:
		return a >> n, nil
	case a < 0:
		return 0, text.F("a left shift of %d; a negative number cannot be shifted left", "음수는 왼쪽으로 시프트할 수 없습니다 (지금은 %d)", a)
	case a<<n>>n != a: // the sign counts as lost too: >> would bring it back
		return 0, overflow(a, "<<", n)
	}
	return a << n, nil
}
