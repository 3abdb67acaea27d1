package cexpr

import "ipcsh/commands/text"

// Kind is what a Value holds.
type Kind uint8

// The kinds. A Key is an Int that is a key_t: sign-extended 32 bits. Compared by
// == and != with a Key on either side, numbers are equal modulo 2^32, as C
// finds a key_t equal to 0xfd9ed243u.
const (
	Int Kind = iota
	Key
	Float
	String
	Ref
)

// Value is the value of an operand; Kind tells which field holds it.
type Value struct {
	Kind Kind
	I    int64
	F    float64
	S    string
	O    Object
}

// IntOf returns i as a Value.
func IntOf(i int64) Value { return Value{I: i} }

// KeyOf returns the key_t k as a Value.
func KeyOf(k int32) Value { return Value{Kind: Key, I: int64(k)} }

// FloatOf returns f as a Value.
func FloatOf(f float64) Value { return Value{Kind: Float, F: f} }

// StringOf returns s as a Value.
func StringOf(s string) Value { return Value{Kind: String, S: s} }

// RefOf returns the object o as a Value.
func RefOf(o Object) Value { return Value{Kind: Ref, O: o} }

// Object is an operand with parts: a handle, a message, an attachment typed by
// a struct, a process's results.
type Object interface {
	Scalar() (Value, error)            // what it is in arithmetic (a handle's id)
	Member(name string) (Value, error) // o.name
	Index(i int64) (Value, error)      // o[i]
}

// Settable is an Object whose parts can be assigned.
type Settable interface {
	Object
	SetMember(name string, v Value) error
	SetIndex(i int64, v Value) error
}

// Truth reports whether v counts as true in a condition: a number that is not 0.
func Truth(v Value) (bool, error) {
	v, err := scalar(v)
	if err != nil {
		return false, err
	}
	if !v.integer() {
		return false, text.F("%s is no condition; compare it with something",
			"%s: 조건으로 쓸 수 없습니다. 다른 값과 비교하세요", v.what())
	}
	return v.I != 0, nil
}

func (v Value) integer() bool { return v.Kind <= Key }

func (v Value) number() bool { return v.Kind <= Float }

// float is v, a number, as C converts it for a comparison with a double.
func (v Value) float() float64 {
	if v.Kind == Float {
		return v.F
	}
	return float64(v.I)
}

// what names v's kind in an error.
func (v Value) what() text.Text {
	switch v.Kind {
	case Float:
		return text.New("a decimal number", "소수")
	case String:
		return text.New("a string", "문자열")
	case Ref:
		return text.New("an object", "객체")
	}
	return text.New("a number", "정수")
}

// scalar returns what v is in arithmetic.
func scalar(v Value) (Value, error) {
	if v.Kind != Ref {
		return v, nil
	}
	if v.O != nil {
		s, err := v.O.Scalar()
		if err != nil || s.Kind != Ref {
			return s, err
		}
	}
	return Value{}, text.F("this object has no value of its own", "이 객체는 그 자체로 값이 없습니다")
}

func boolean(b bool) Value {
	if b {
		return Value{I: 1}
	}
	return Value{}
}
