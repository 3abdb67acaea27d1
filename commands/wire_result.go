package commands

import (
	"encoding/hex"

	"github.com/valyala/fastjson"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/jsonw"
	"ipcsh/commands/text"
)

// AppendResult appends what a command computed.
func AppendResult(b []byte, r *Result) []byte {
	if r == nil {
		return append(b, "null"...)
	}
	b = jsonw.Int(append(b, '{'), "ret", r.Ret)
	b = jsonw.Int(b, "format", int64(r.RetFmt))
	b = appendFields(b, r.Fields)
	if r.Bind.Kind == cexpr.Ref {
		b = AppendValue(jsonw.Name(b, "bind"), r.Bind)
	}
	if r.Lines != nil {
		b = jsonw.Strings(jsonw.Name(b, "lines"), r.Lines)
	}
	if r.Note != nil {
		b = AppendText(jsonw.Name(b, "note"), r.Note)
	}
	return append(jsonw.Bool(b, "print", r.Print), '}')
}

// AppendText appends a text in all languages.
func AppendText(b []byte, t text.Localized) []byte {
	return jsonw.Strings(b, []string{t.In(text.En), t.In(text.Ko)})
}

// ReadResult reads what AppendResult wrote.
func (s *Session) ReadResult(v *fastjson.Value) (*Result, error) {
	if v == nil || v.Type() != fastjson.TypeObject {
		if v != nil && v.Type() == fastjson.TypeNull {
			return nil, nil
		}
		return nil, garbled("result")
	}
	r := &Result{Ret: v.GetInt64("ret"), RetFmt: Format(min(v.GetUint64("format"), uint64(Time))), Print: v.GetBool("print")}
	var err error
	if r.Fields, err = s.readFields(v.Get("fields")); err != nil {
		return nil, err
	}
	if bind := v.Get("bind"); bind != nil {
		if r.Bind, err = s.ReadValue(bind); err != nil {
			return nil, err
		}
	}
	if lines := v.Get("lines"); lines != nil {
		if r.Lines, err = readStrings(lines); err != nil {
			return nil, err
		}
	}
	r.Note, err = ReadText(v.Get("note"))
	return r, err
}

// ReadText reads a text in both languages; without one it is nil.
func ReadText(v *fastjson.Value) (*text.Msg, error) {
	if v == nil {
		return nil, nil
	}
	list, err := readStrings(v)
	if err != nil || len(list) != 2 {
		return nil, garbled("text")
	}
	return &text.Msg{Text: text.Text{En: list[0], Ko: list[1]}}, nil // without values its verbs are no verbs
}

func readStrings(v *fastjson.Value) ([]string, error) {
	elems, err := v.Array()
	list := make([]string, len(elems))
	for i := 0; i < len(elems) && err == nil; i++ {
		list[i], err = ReadString(elems[i])
	}
	if err != nil {
		return nil, garbled("text")
	}
	return list, nil
}

// ReadString reads a text, or the bytes of a {"hex": "..."}. It is a copy: v
// lives only until its parser reads more.
func ReadString(v *fastjson.Value) (string, error) {
	if v != nil && v.Type() == fastjson.TypeString {
		return string(v.GetStringBytes()), nil
	}
	if digits := v.Get("hex"); digits != nil && digits.Type() == fastjson.TypeString {
		if b, err := hex.DecodeString(string(digits.GetStringBytes())); err == nil {
			return string(b), nil
		}
	}
	return "", garbled("text")
}
