// Package ctype holds C types in this machine's layout: scalars, arrays and
// structs. It parses declarations, packs text to bytes and views bytes as
// values, with the sizes, alignments and byte order that the C compiler of this
// machine uses, so that a C program at the other end of a queue or a segment
// reads what was meant. It knows nothing of commands, variables or the kernel.
package ctype

import (
	"runtime"
	"strconv"
	"strings"

	"ipcsh/commands/text"
)

// MaxSize bounds the bytes of a type, and so of all that is made from one.
const MaxSize = 1 << 20

// Open is the Len of an array without a length (int[]): as many elements as
// there are values to pack or bytes to view. Its Size is 0.
const Open = -1

const maxDims = 8 // of an array: they are walked recursively

// Kind tells how the bytes of a type are read.
type Kind uint8

// The kinds. Char is plain char, a number and a letter, signed here.
const (
	Signed Kind = iota
	Unsigned
	Bool
	Float
	Char
	Array
	Struct
)

// Type is a C type with its size and alignment in bytes. Types are shared and
// never changed once made.
type Type struct {
	Name        string // C's spelling: "int", "unsigned long", "struct q_entry", "char[16]"
	Size, Align int
	Kind        Kind
	Elem        *Type    // of an array
	Len         int      // of an array; or Open
	Members     []Member // of a struct, by offset
}

// Member is a member of a struct.
type Member struct {
	Name   string
	Type   *Type
	Offset int
}

// long is sizeof(long) wherever Linux runs: the size of a word.
const long = strconv.IntSize / 8

// alignment of a scalar: its size, but the i386 ABI aligns 8 bytes to 4.
func alignment(size int) int {
	if size == 8 && runtime.GOARCH == "386" {
		return 4
	}
	return size
}

func scalar(name string, k Kind, size int) *Type {
	return &Type{Name: name, Kind: k, Size: size, Align: alignment(size)}
}

func alignUp(n, align int) int { return (n + align - 1) / align * align }

// ArrayOf returns elem[n]; n may be Open. An array is at most MaxSize bytes.
func ArrayOf(elem *Type, n int64) (*Type, error) {
	dims := 1
	for e := elem; e.Kind == Array; e = e.Elem {
		dims++
	}
	switch {
	case elem.IsOpen():
		return nil, text.F("only the first length of an array may be left out",
			"배열 길이는 첫 번째 것만 생략할 수 있습니다")
	case dims > maxDims:
		return nil, text.F("an array has at most %d dimensions", "배열은 최대 %d차원입니다", maxDims)
	case n == 0 || n < Open:
		return nil, text.F("an array needs a length of at least 1, not %d", "배열 길이는 1 이상이어야 합니다 (주어진 값: %d)", n)
	case n > int64(MaxSize/elem.Size):
		return nil, text.F("%s[%d] is larger than %d bytes", "%s[%d]: %d바이트보다 큽니다", elem.Name, n, MaxSize)
	}
	length := "[]"
	if n != Open {
		length = "[" + strconv.FormatInt(n, 10) + "]"
	}
	base, rest, more := strings.Cut(elem.Name, "[")
	if more {
		rest = "[" + rest
	}
	return &Type{Name: base + length + rest, Kind: Array, Size: max(int(n), 0) * elem.Size,
		Align: elem.Align, Elem: elem, Len: int(n)}, nil
}

// IsOpen reports whether t is an array without a length.
func (t *Type) IsOpen() bool { return t.Kind == Array && t.Len == Open }

// IsText reports whether t is an array of char.
func (t *Type) IsText() bool { return t.Kind == Array && t.Elem.Kind == Char }

// IsScalar reports whether t is a number.
func (t *Type) IsScalar() bool { return t.Kind < Array }

// Fit returns t with the length that n bytes give an open array. Any other type
// is returned as it is, and so is an open array if not one element fits.
func (t *Type) Fit(n int) *Type {
	if !t.IsOpen() || n < t.Elem.Size {
		return t
	}
	if u, err := ArrayOf(t.Elem, int64(min(n, MaxSize)/t.Elem.Size)); err == nil {
		return u
	}
	return t
}

// Member returns the member called name.
func (t *Type) Member(name string) (Member, bool) {
	for _, m := range t.Members {
		if m.Name == name {
			return m, true
		}
	}
	return Member{}, false
}

// At returns the type of element i of the array t, and its offset in bytes.
func (t *Type) At(i int64) (elem *Type, offset int, err error) {
	switch {
	case t.Kind != Array:
		return nil, 0, text.F("%s is no array", "%s: 배열이 아닙니다", t.Name)
	case t.IsOpen() && (i < 0 || i >= int64(MaxSize/t.Elem.Size)):
		return nil, 0, text.F("%s has no element %d", "%s: %d번 원소가 없습니다", t.Name, i)
	case !t.IsOpen() && (i < 0 || i >= int64(t.Len)):
		return nil, 0, text.F("%s has no element %d; they are 0 to %d", "%s: %d번 원소가 없습니다 (0부터 %d까지)",
			t.Name, i, t.Len-1)
	}
	return t.Elem, int(i) * t.Elem.Size, nil
}

// Decl prints a struct as its C declaration, any other type as its name.
func (t *Type) Decl() string {
	if t.Kind != Struct {
		return t.Name
	}
	var b strings.Builder
	b.WriteString(t.Name + " {")
	for _, m := range t.Members {
		base, dims, array := strings.Cut(m.Type.Name, "[")
		if array {
			dims = "[" + dims
		}
		b.WriteString(" " + base + " " + m.Name + dims + ";")
	}
	b.WriteString(" };")
	return b.String()
}

// add lays m out after the members that t has. The size of t is not yet rounded
// to its alignment, so a member can follow a nested struct's padding only.
func (t *Type) add(name string, m *Type) bool {
	offset := alignUp(t.Size, m.Align)
	if offset+m.Size > MaxSize {
		return false
	}
	t.Members = append(t.Members, Member{name, m, offset})
	t.Size, t.Align = offset+m.Size, max(t.Align, m.Align)
	return true
}
