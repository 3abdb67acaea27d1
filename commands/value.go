package commands

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/text"
	"ipcsh/commands/words"
	"ipcsh/sysv"
)

// Format is how a field's number is shown.
type Format uint8

// The formats of fields.
const (
	Plain  Format = iota
	Octal         // a mode: 0600
	Hex           // an address: 0x7f...
	KeyHex        // a key_t: 0x00000049
	Time          // seconds since 1970, 0 for never
)

// Field is one named value of a result.
type Field struct {
	Name string
	Val  cexpr.Value
	Fmt  Format
}

// num is a plain number's field.
func num(name string, v int64) Field { return Field{Name: name, Val: cexpr.IntOf(v)} }

// Result is what a command computed: the call's return value, and fields in the
// order in which they are shown.
type Result struct {
	Ret    int64
	RetFmt Format
	Fields []Field
	Bind   cexpr.Value // what name = gives the name; without it, a Record of the fields
	Lines  []string    // a command whose answer is text: help, limits, dump
	Note   *text.Msg   // what went wrong although the call succeeded
	Print  bool        // Lines are the script's own words (print), shown also with --quiet
}

// Value returns what a variable bound to the result holds.
func (r *Result) Value() cexpr.Value {
	if r.Bind.Kind == cexpr.Ref {
		return r.Bind
	}
	return cexpr.RefOf(&Record{ret: r.Ret, fields: append([]Field(nil), r.Fields...)})
}

// Record is a bound result that is no handle and no message.
type Record struct {
	ret    int64
	fields []Field
}

// Fields returns the fields in the order in which they are shown.
func (r *Record) Fields() []Field { return r.fields }

// Scalar returns the field value, or what the call returned.
func (r *Record) Scalar() (cexpr.Value, error) {
	for _, f := range r.fields {
		if f.Name == "value" {
			return f.Val, nil
		}
	}
	return cexpr.IntOf(r.ret), nil
}

// Member returns a field by name.
func (r *Record) Member(name string) (cexpr.Value, error) { return member(r.fields, r.ret, name) }

// Index is an error: a record has names, not numbers.
func (r *Record) Index(int64) (cexpr.Value, error) { return cexpr.Value{}, noIndex() }

func noIndex() error { return text.F("this has no elements", "원소가 없는 값입니다") }

func member(fields []Field, ret int64, name string) (cexpr.Value, error) {
	for _, f := range fields {
		if f.Name == name {
			return f.Val, nil
		}
	}
	if name == "ret" {
		return cexpr.IntOf(ret), nil
	}
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return cexpr.Value{}, text.F("no field %s; it has ret %s", "%s 필드가 없습니다. 있는 필드: ret %s", name, strings.Join(names, " "))
}

// List is an array's values.
type List []cexpr.Value

// Scalar is an error: an array is no number.
func (l List) Scalar() (cexpr.Value, error) {
	return cexpr.Value{}, text.F("an array is no number; take an element: [0]", "배열은 수가 아닙니다. [0]처럼 원소를 고르세요")
}

// Member is an error: an array has no fields.
func (l List) Member(name string) (cexpr.Value, error) {
	return cexpr.Value{}, text.F("an array has no field %s", "배열에는 %s 필드가 없습니다", name)
}

// Index returns element i.
func (l List) Index(i int64) (cexpr.Value, error) {
	if i < 0 || i >= int64(len(l)) {
		return cexpr.Value{}, text.F("element %d of an array of %d", "배열 범위를 벗어났습니다: 원소 %[2]d개, 첨자 %[1]d", i, len(l))
	}
	return l[i], nil
}

func listOf[T int | int64 | uint16](vs []T) cexpr.Value {
	l := make(List, len(vs))
	for i, v := range vs {
		l[i] = cexpr.IntOf(int64(v))
	}
	return cexpr.RefOf(l)
}

// Text returns what $name stands for in a word: a handle's id, a message's bytes.
func Text(v cexpr.Value) string {
	switch v.Kind {
	case cexpr.Key:
		return sysv.Key(v.I).String()
	case cexpr.Float:
		return strconv.FormatFloat(v.F, 'g', -1, 64)
	case cexpr.String:
		return v.S
	case cexpr.Ref:
		switch o := v.O.(type) {
		case List:
			s := make([]string, len(o))
			for i, e := range o {
				s[i] = Text(e)
			}
			return strings.Join(s, ",")
		case *Data:
			return string(o.Bytes)
		case *View:
			return o.text()
		}
		if sc, err := v.O.Scalar(); err == nil {
			return Text(sc)
		}
	}
	return strconv.FormatInt(v.I, 10)
}

// Show returns the field's value as a person reads it: bytes quoted and escaped.
func (f Field) Show() string {
	switch v := f.Val; v.Kind {
	case cexpr.Key:
		return fmt.Sprintf("%s (%d)", sysv.Key(v.I), v.I)
	case cexpr.String:
		return Quote(v.S)
	case cexpr.Ref:
		return Escape(Text(v))
	case cexpr.Int:
		switch f.Fmt {
		case Octal:
			return fmt.Sprintf("%04o", v.I)
		case Hex:
			return fmt.Sprintf("%#x", v.I)
		case Time:
			if v.I == 0 {
				return "0"
			}
			return time.Unix(v.I, 0).Format("2006-01-02_15:04:05")
		}
	}
	return Text(f.Val)
}

// Quote returns s in double quotes, escaped. What follows a NUL is counted, not
// shown: it is what lay in the sender's buffer.
func Quote(s string) string {
	if i := strings.IndexByte(s, 0); i >= 0 && i < len(s)-1 {
		return fmt.Sprintf("%s +%d bytes", `"`+escape(s[:i+1], '"')+`"`, len(s)-1-i)
	}
	return `"` + escape(s, '"') + `"`
}

// Escape returns s with every byte that could drive a terminal or hide itself
// written out.
func Escape(s string) string { return escape(s, 0) }

func escape(s string, quote rune) string {
	clean := true
	for i := 0; i < len(s) && clean; i++ {
		clean = s[i] >= ' ' && s[i] < 0x7f && s[i] != '\\' && rune(s[i]) != quote
	}
	if clean {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == 0:
			b.WriteString(`\0`)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == quote && quote != 0, r == '\\' && quote != 0:
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\x%02x`, r)
		case !unicode.IsPrint(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
		i += n
	}
	return b.String()
}

// Field returns a field by the name that an expectation gives it.
func (r *Result) Field(name string) (Field, error) {
	for _, f := range r.Fields {
		if f.Name == name {
			return f, nil
		}
	}
	v, err := r.Value().O.Member(name)
	return Field{Name: name, Val: v}, err
}

// Equal compares a field with the value that an expectation names: text with
// text, numbers with the value of an expression.
func (s *Session) Equal(v cexpr.Value, want words.Word) (bool, error) {
	if v.Kind == cexpr.Ref {
		if _, isList := v.O.(List); !isList {
			if sc, err := v.O.Scalar(); err == nil {
				v = sc
			}
		}
	}
	if v.Kind == cexpr.String || v.Kind == cexpr.Ref {
		str, err := s.expand(want)
		return err == nil && Text(v) == str, err
	}
	e, err := s.compile(want)
	if err != nil {
		return false, err
	}
	w, err := e.Scalar(s)
	if err != nil {
		return false, shift(err, want.Pos)
	}
	switch {
	case v.Kind == cexpr.Key || w.Kind == cexpr.Key:
		return int32(v.I) == int32(w.I) && w.Kind != cexpr.String, nil
	case v.Kind == cexpr.Float || w.Kind == cexpr.Float:
		return asFloat(v) == asFloat(w), nil
	}
	return w.Kind == cexpr.Int && v.I == w.I, nil
}

func asFloat(v cexpr.Value) float64 {
	if v.Kind == cexpr.Float {
		return v.F
	}
	return float64(v.I)
}
