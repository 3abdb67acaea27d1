package ctype

import (
	"unicode/utf8"

	"ipcsh/commands/text"
)

// Numbers reads a number from its text, as the caller's expressions do:
// "'A'", "0x49", "1<<3", variables. A nil Numbers reads literals.
type Numbers interface {
	Int(s string) (Value, error) // a VInt or a VUint
	Float(s string) (float64, error)
}

func orLiterals(n Numbers) Numbers {
	if n == nil {
		return Literals{}
	}
	return n
}

// Field is one part of a struct's payload: a member's path, and one value, or
// several for an array: who=kim, p.x=1, slot=1,2,3, slot[2]=5.
type Field struct {
	Path  string
	Items []string
}

// PackScalar packs one value: a number, or the text of a char array. For char, a
// single character that is no digit is that byte (char:A is 65, and so is
// char:'A'), all else is a number (char:5 is 5).
func (t *Type) PackScalar(s string, n Numbers) ([]byte, error) {
	return t.PackItems([]string{s}, n)
}

// PackArray packs items as elements of elem, as many as there are.
func PackArray(elem *Type, items []string, n Numbers) ([]byte, error) {
	t, err := ArrayOf(elem, Open)
	if err != nil {
		return nil, err
	}
	return t.PackItems(items, n)
}

// PackItems packs the values of a scalar or an array. They fill an array of
// arrays row by row, as in C; what they leave is zero, and more are an error.
// A char array takes one text; without a length it ends in a NUL, as in C.
func (t *Type) PackItems(items []string, n Numbers) ([]byte, error) {
	if t.IsOpen() {
		size := len(items)
		if t.IsText() && size == 1 {
			size = len(items[0]) + 1
		} else if each := t.Elem.places(); each > 0 {
			size = (size + each - 1) / each
		}
		if size == 0 {
			return []byte{}, nil
		}
		u, err := ArrayOf(t.Elem, int64(size))
		if err != nil {
			return nil, err
		}
		t = u
	}
	b := make([]byte, t.Size)
	if err := t.putItems(b, items, n); err != nil {
		return nil, err
	}
	return b, nil
}

// leaf is what one item fills: a number or a text, or a struct, which none can.
func (t *Type) leaf() *Type {
	for t.Kind == Array && !t.IsText() {
		t = t.Elem
	}
	return t
}

// places is how many items t takes.
func (t *Type) places() int {
	if leaf := t.leaf(); leaf.Kind != Struct {
		return t.Size / leaf.Size
	}
	return 0
}

func (t *Type) putItems(b []byte, items []string, n Numbers) error {
	leaf, places := t.leaf(), t.places()
	switch {
	case leaf.Kind == Struct:
		return text.F("%s: set the members of a struct by name (mnum=13, p.x=1, slot[0].x=1)",
			"%s: struct의 멤버는 이름으로 지정하세요 (mnum=13, p.x=1, slot[0].x=1)", t.Name)
	case len(items) == 0 && places == 1:
		return text.F("%s: a value is missing", "%s: 값이 없습니다", t.Name)
	case len(items) > places && t.IsText():
		return text.F("%s takes one text, and %d are given; put a text with a comma in quotes",
			"%s: 텍스트 하나만 받는데 %d개를 주었습니다. 쉼표가 든 텍스트는 따옴표로 묶으세요", t.Name, len(items))
	case len(items) > places:
		return tooMany(t, places, len(items))
	}
	for i, s := range items {
		at := i * leaf.Size
		err := leaf.putItem(b[at:], s, orLiterals(n))
		if err == nil {
			continue
		}
		if path := t.indexes(at); path != "" {
			err = &PathError{path, err}
		}
		return err
	}
	return nil
}

func (t *Type) putItem(b []byte, s string, n Numbers) error {
	v, err := t.parse(s, n)
	if err != nil {
		return err
	}
	return t.put(b, v)
}

func (t *Type) parse(s string, n Numbers) (Value, error) {
	switch {
	case t.IsText():
		return TextOf([]byte(s)), nil
	case s == "":
		return Value{}, text.F("%s: a value is missing", "%s: 값이 없습니다", t.Name)
	case t.Kind == Float:
		f, err := n.Float(s)
		return FloatOf(f), err
	case t.Kind == Char && len(s) == 1 && !isDigit(s[0]):
		return TextOf([]byte(s)), nil
	case t.Kind == Char && s[0] >= utf8.RuneSelf && utf8.RuneCountInString(s) == 1:
		return Value{}, text.F("a char holds one byte, and %s has %d", "char: 1바이트만 담는데 %s: %d바이트입니다", s, len(s))
	}
	return n.Int(s)
}

// PackStruct packs a struct. Members that no field names and all padding are
// zero; a byte that two fields would set is an error.
func (t *Type) PackStruct(fields []Field, n Numbers) ([]byte, error) {
	if t.IsOpen() || t.leaf().Kind != Struct {
		return nil, text.F("%s has no members to set", "%s: 지정할 멤버가 없습니다", t.Name)
	}
	b, set := make([]byte, t.Size), make([]bool, t.Size)
	for _, f := range fields {
		part, at, err := t.Path(f.Path, n)
		if err != nil {
			return nil, err
		}
		if err := part.putItems(b[at:], f.Items, n); err != nil {
			return nil, &PathError{f.Path, err}
		}
		for i := at; i < at+part.Size; i++ {
			if set[i] {
				return nil, text.F("%s is given twice", "%s: 두 번 지정되었습니다", f.Path)
			}
			set[i] = true
		}
	}
	return b, nil
}

// Hex returns the bytes that pairs of hex digits spell, with blanks and : at
// will between the pairs. Its errors are of type *Error.
func Hex(s string) ([]byte, error) {
	b := make([]byte, 0, min(len(s)/2, MaxSize))
	for i := 0; i < len(s); i++ {
		if s[i] == ':' || isBlank(s[i]) {
			continue
		}
		hi, ok := hexDigit(s[i])
		if !ok {
			return nil, notHex(s, i)
		}
		if i++; i == len(s) || s[i] == ':' || isBlank(s[i]) {
			return nil, &Error{i - 1, i, text.F("%q stands alone; a byte has two hex digits", "%q 하나뿐입니다. 1바이트는 16진수 두 자리입니다", s[i-1:i])}
		}
		lo, ok := hexDigit(s[i])
		if !ok {
			return nil, notHex(s, i)
		}
		if len(b) == MaxSize {
			return nil, &Error{i - 1, i + 1, text.F("more than %d bytes", "%d바이트보다 많습니다", MaxSize)}
		}
		b = append(b, hi<<4|lo)
	}
	return b, nil
}

func notHex(s string, i int) error {
	_, n := utf8.DecodeRuneInString(s[i:])
	return &Error{i, i + n, text.F("%q is no hex digit", "%q: 16진수 숫자가 아닙니다", s[i:i+n])}
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case isDigit(c):
		return c - '0', true
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	}
	return 0, false
}
