package commands

import (
	"io"
	"os"
	"strings"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/ctype"
	"ipcsh/commands/text"
	"ipcsh/commands/words"
)

// maxPayload bounds what file: reads; no message or segment write needs more.
const maxPayload = 16 << 20

// plainText reports whether a payload's word is text whatever the variables hold.
func plainText(s *Session, w words.Word) bool {
	for _, seg := range w.Segs {
		if seg.Q != words.Single && strings.Contains(seg.Text, "$") {
			return false
		}
	}
	if len(w.Segs) == 0 {
		return true
	}
	// A struct may be declared later, so any prefix is looked at when it runs.
	name, _, found := strings.Cut(w.Segs[0].Text, ":")
	return !found || !words.IsIdent(strings.TrimRight(name, "[]0123456789"))
}

// evalPayload turns a payload's word into bytes: plain text, or type:value. A
// prefix and its separators count only as written in the source, never when
// they come out of a variable.
func (a *argument) evalPayload(c *Call, dst *Arg) error {
	w := a.words[0]
	ps, err := words.Expand(w.Segs, c.path)
	if err != nil {
		return a.wrap(err)
	}
	dst.B = dst.B[:0]
	if len(ps) > 0 && ps[0].Source {
		if name, rest, ok := c.Structs.Prefix(ps[0].Text); ok {
			q := ps[0].Q
			ps = append([]words.Piece{{Text: rest, Q: q, Source: true}}, ps[1:]...)
			b, err := c.pack(name, ps, q, w)
			dst.B = b
			return wrapAt(err, w)
		}
	}
	for _, p := range ps {
		dst.B = append(dst.B, p.Text...)
	}
	return nil
}

// pack packs what stands behind a payload's prefix.
func (s *Session) pack(name string, ps []words.Piece, q words.Quote, w words.Word) ([]byte, error) {
	switch name {
	case "text":
		return []byte(words.Join(ps)), nil
	case "cstr":
		return append([]byte(words.Join(ps)), 0), nil
	case "hex":
		b, err := ctype.Hex(words.Join(ps))
		if he, ok := err.(*ctype.Error); ok {
			err = he.Msg
		}
		return b, err
	case "file":
		return readPayload(words.Join(ps))
	}
	t, err := s.Structs.Type(name, s.number)
	if err != nil {
		return nil, err
	}
	n := numbers{s, map[string]string{}}
	if t.Kind != ctype.Struct {
		if t.IsScalar() {
			return t.PackItems([]string{n.item(ps)}, n)
		}
		return t.PackItems(n.items(split(ps, ',', q)), n)
	}
	var fields []ctype.Field
	for _, part := range split(ps, ',', q) {
		kv := split(part, '=', q)
		switch {
		case len(kv) >= 2:
			fields = append(fields, ctype.Field{Path: strings.TrimSpace(words.Join(kv[0])), Items: []string{n.item(cut(part, '=', q))}})
		case len(fields) > 0:
			f := &fields[len(fields)-1]
			f.Items = append(f.Items, n.item(part))
		case strings.TrimSpace(words.Join(part)) != "":
			return nil, text.F("%s: give each member by name, as in %s:%s=...", "%[1]s: 멤버는 %[2]s:%[3]s=...처럼 이름으로 주세요", t.Name, name, t.Members[0].Name)
		}
	}
	return t.PackStruct(fields, n)
}

func readPayload(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError(err)
	}
	defer f.Close()
	if st, err := f.Stat(); err == nil && !st.Mode().IsRegular() {
		return nil, text.F("%s is no regular file", "%s: 일반 파일이 아닙니다", path)
	}
	b, err := io.ReadAll(io.LimitReader(f, maxPayload+1))
	switch {
	case err != nil:
		return nil, fileError(err)
	case len(b) > maxPayload:
		return nil, text.F("%s is larger than %d bytes", "%s: %d바이트보다 큽니다", path, maxPayload)
	}
	return b, nil
}

// split divides pieces at sep, where it stands in the source in the same kind of
// quotes as the prefix.
func split(ps []words.Piece, sep byte, q words.Quote) [][]words.Piece {
	out := [][]words.Piece{nil}
	for _, p := range ps {
		for p.Source && p.Q == q {
			before, after, found := strings.Cut(p.Text, string(sep))
			if !found {
				break
			}
			last := len(out) - 1
			out[last] = append(out[last], words.Piece{Text: before, Q: q, Source: true})
			out = append(out, nil)
			p.Text = after
		}
		out[len(out)-1] = append(out[len(out)-1], p)
	}
	return out
}

// cut returns what follows the first sep.
func cut(ps []words.Piece, sep byte, q words.Quote) []words.Piece {
	for i, p := range ps {
		if p.Source && p.Q == q {
			if _, after, found := strings.Cut(p.Text, string(sep)); found {
				return append([]words.Piece{{Text: after, Q: q, Source: true}}, ps[i+1:]...)
			}
		}
	}
	return nil
}

// numbers reads numbers with expressions. Text out of a variable is a literal at
// most, so what another process sent is never evaluated.
type numbers struct {
	s       *Session
	foreign map[string]string // items that hold a variable's text
}

func (n numbers) item(ps []words.Piece) string {
	str := words.Join(ps)
	for _, p := range ps {
		if !p.Source {
			n.foreign[str] = str
		}
	}
	return str
}

func (n numbers) items(parts [][]words.Piece) []string {
	out := make([]string, len(parts))
	for i, p := range parts {
		out[i] = n.item(p)
	}
	return out
}

// Int implements ctype.Numbers.
func (n numbers) Int(str string) (ctype.Value, error) {
	if _, ok := n.foreign[str]; ok {
		return n.arithmetic(str)
	}
	v, err := ctype.Literals{}.Int(strings.TrimSpace(str))
	if err == nil {
		return v, nil // an unsigned long may be more than an expression holds
	}
	return n.eval(str)
}

// arithmetic allows digits and signs around a variable's value, as in int:$n+1.
func (n numbers) arithmetic(str string) (ctype.Value, error) {
	if strings.Trim(str, "0123456789abcdefABCDEFxX+-*/%()<>&|^~ ") != "" {
		return ctype.Value{}, text.F("%s is no number", "%s: 수가 아닙니다", Quote(clip(str)))
	}
	return n.eval(str)
}

func (n numbers) eval(str string) (ctype.Value, error) {
	v, err := n.s.number(str)
	if ce, ok := err.(*cexpr.Error); ok {
		err = ce.Msg
	}
	return ctype.IntOf(v), err
}

// Float implements ctype.Numbers.
func (n numbers) Float(str string) (float64, error) {
	if f, err := (ctype.Literals{}).Float(strings.TrimSpace(str)); err == nil {
		return f, nil
	}
	if _, ok := n.foreign[str]; ok {
		return 0, text.F("%s is no number", "%s: 수가 아닙니다", Quote(clip(str)))
	}
	e, err := cexpr.Compile(str, n.s)
	if err != nil {
		return 0, err
	}
	v, err := e.Scalar(n.s)
	if v.Kind == cexpr.Float {
		return v.F, err
	}
	return float64(v.I), err
}
