package commands

import (
	"io"
	"os"
	"strings"
	"syscall"

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
	dst.B = dst.B[:0]
	if len(w.Segs) > 0 {
		if name, _, ok := c.Structs.Prefix(w.Segs[0].Text); ok {
			if rest, ok := behindPrefix(w, name); ok {
				b, err := c.pack(name, rest)
				dst.B = b
				return wrapAt(err, w)
			}
		}
	}
	str, err := words.Expand(w.Segs, c.path)
	if err != nil {
		return a.wrap(err)
	}
	dst.B = append(dst.B, str...)
	return nil
}

// source is a part of a payload as written, and the quotes around all of it.
type source struct {
	raw   string
	quote string // "" or the one that stands around the whole word
}

// behindPrefix returns what stands behind "name:". The prefix counts where it is
// bare, or where all of the word is in one pair of quotes.
func behindPrefix(w words.Word, name string) (source, bool) {
	n := len(name) + 1
	if strings.HasPrefix(w.Raw, name+":") {
		return source{raw: w.Raw[n:]}, true
	}
	if q := w.Raw[:1]; len(w.Segs) == 1 && (q == `"` || q == "'") && len(w.Raw) == len(w.Segs[0].Text)+2 {
		return source{w.Raw[1+n : len(w.Raw)-1], q}, true
	}
	return source{}, false
}

// text returns the source with its quotes removed and its variables replaced.
func (src source) text(s *Session) (string, error) {
	raw := src.quote + src.raw + src.quote
	ws, err := words.Split(raw)
	switch {
	case err != nil:
		return "", text.F("%s: a quote is not closed", "%s: 따옴표가 닫히지 않았습니다", Quote(clip(raw)))
	case len(ws) == 0:
		return "", nil
	case len(ws) > 1: // blanks around the | of a number
		return src.raw, nil
	}
	return words.Expand(ws[0].Segs, s.path)
}

// split divides the source at sep, outside the quotes that stand within it.
func (src source) split(sep byte) []source {
	var out []source
	var quote byte
	start := 0
	for i := 0; i < len(src.raw); i++ {
		switch c := src.raw[i]; {
		case c == '\\' && quote != '\'' && src.quote == "":
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case src.quote == "" && (c == '"' || c == '\''):
			quote = c
		case c == sep:
			out = append(out, source{src.raw[start:i], src.quote})
			start = i + 1
		}
	}
	return append(out, source{src.raw[start:], src.quote})
}

// pack packs what stands behind a payload's prefix.
func (s *Session) pack(name string, src source) ([]byte, error) {
	whole, err := src.text(s)
	if err != nil {
		return nil, err
	}
	switch name {
	case "text":
		return []byte(whole), nil
	case "cstr":
		return append([]byte(whole), 0), nil
	case "hex":
		b, err := ctype.Hex(whole)
		if he, ok := err.(*ctype.Error); ok {
			err = he.Msg
		}
		return b, err
	case "file":
		return readPayload(whole)
	}
	t, err := s.Structs.Type(name, s.number)
	if err != nil {
		return nil, err
	}
	n := numbers{s, map[string]string{}}
	switch {
	case t.Kind == ctype.Struct:
		fields, err := n.fields(t, name, src)
		if err != nil {
			return nil, err
		}
		return t.PackStruct(fields, n)
	case t.IsScalar():
		n.raw[whole] = src.raw
		return t.PackItems([]string{whole}, n)
	case src.raw == "":
		return t.PackItems([]string{}, n)
	}
	items, err := n.items(src)
	if err != nil {
		return nil, err
	}
	return t.PackItems(items, n)
}

// fields reads member=value,... A value without a name belongs to the array
// before it.
func (n numbers) fields(t *ctype.Type, name string, src source) ([]ctype.Field, error) {
	var fields []ctype.Field
	for _, part := range src.split(',') {
		if kv := part.split('='); len(kv) > 1 {
			item, err := n.item(source{part.raw[len(kv[0].raw)+1:], part.quote})
			if err != nil {
				return nil, err
			}
			fields = append(fields, ctype.Field{Path: strings.TrimSpace(kv[0].raw), Items: []string{item}})
			continue
		}
		item, err := n.item(part)
		switch {
		case err != nil:
			return nil, err
		case len(fields) > 0:
			f := &fields[len(fields)-1]
			f.Items = append(f.Items, item)
		case strings.TrimSpace(item) != "":
			return nil, text.F("%s: give each member by name, as in %s:%s=...", "%[1]s: 멤버는 %[2]s:%[3]s=...처럼 이름으로 주세요", t.Name, name, t.Members[0].Name)
		}
	}
	return fields, nil
}

func readPayload(path string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a FIFO without a writer must not hold the shell
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

// numbers reads the numbers of a payload. They are C expressions, read as they
// were written: a variable in them is an operand, and its text never source.
type numbers struct {
	s   *Session
	raw map[string]string // an item's text, to what was written
}

func (n numbers) item(src source) (string, error) {
	str, err := src.text(n.s)
	n.raw[str] = src.raw
	return str, err
}

func (n numbers) items(src source) ([]string, error) {
	var out []string
	for _, part := range src.split(',') {
		item, err := n.item(part)
		if err != nil {
			return nil, err
		}
		out = append(out, item)
	}
	return out, nil
}

func (n numbers) written(str string) string {
	if raw, ok := n.raw[str]; ok {
		return raw
	}
	return str
}

// Int implements ctype.Numbers.
func (n numbers) Int(str string) (ctype.Value, error) {
	raw := n.written(str)
	if v, err := (ctype.Literals{}).Int(strings.TrimSpace(raw)); err == nil {
		return v, nil // an unsigned long may be more than an expression holds
	}
	v, err := n.s.number(raw)
	if ce, ok := err.(*cexpr.Error); ok {
		err = ce.Msg
	}
	return ctype.IntOf(v), err
}

// Float implements ctype.Numbers.
func (n numbers) Float(str string) (float64, error) {
	raw := n.written(str)
	if f, err := (ctype.Literals{}).Float(strings.TrimSpace(raw)); err == nil {
		return f, nil
	}
	e, err := cexpr.Compile(raw, n.s)
	if err != nil {
		return 0, err
	}
	v, err := e.Scalar(n.s)
	if err == nil && v.Kind == cexpr.String {
		err = text.F("%s is no number", "%s: 수가 아닙니다", Quote(clip(str)))
	}
	return asFloat(v), err
}
