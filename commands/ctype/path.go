package ctype

import (
	"strconv"
	"strings"

	"ipcsh/commands/near"
	"ipcsh/commands/text"
)

// PathError is an error about one member or element.
type PathError struct {
	Path string // "p.x", "[2]"
	Err  error
}

func (e *PathError) Error() string { return e.In(text.En) }
func (e *PathError) Unwrap() error { return e.Err }

// In returns the whole path, then the error.
func (e *PathError) In(l text.Lang) string {
	path, err := e.Path, e.Err
	for inner, ok := err.(*PathError); ok; inner, ok = err.(*PathError) {
		path, err = join(path, inner.Path), inner.Err
	}
	return path + ": " + text.Of(err, l)
}

func join(path, more string) string {
	if path == "" || strings.HasPrefix(more, "[") {
		return path + more
	}
	return path + "." + more
}

// Path finds a part of t: "mnum", "p.x", "slot[2]", "slot[1].y", "[0].x". n
// reads the indexes (nil: literals only).
func (t *Type) Path(path string, n Numbers) (part *Type, offset int, err error) {
	if path == "" {
		return nil, 0, text.F("a member's name is missing", "멤버 이름이 없습니다")
	}
	for rest := path; rest != ""; {
		var off int
		switch {
		case rest[0] == '[':
			t, off, rest, err = t.index(rest, n)
		case rest[0] == '.' && len(rest) < len(path):
			t, off, rest, err = t.field(rest[1:])
		case len(rest) == len(path):
			t, off, rest, err = t.field(rest)
		default:
			err = text.F("%q: %q is no part of a path like p.x or slot[2]", "%q: %q 부분은 p.x, slot[2] 같은 경로가 아닙니다", path, rest)
		}
		if err != nil {
			return nil, 0, err
		}
		offset += off
	}
	return t, offset, nil
}

func (t *Type) index(path string, n Numbers) (*Type, int, string, error) {
	end := bracket(path)
	if end == 0 {
		return nil, 0, "", text.F("%q: ] is missing", "%q: 닫는 괄호 ]가 없습니다", path)
	}
	v, err := orLiterals(n).Int(path[1 : end-1])
	if err != nil {
		return nil, 0, "", &PathError{path[:end], err}
	}
	if v.Kind != VInt {
		v.I = -1 // above every index
	}
	elem, off, err := t.At(v.I)
	return elem, off, path[end:], err
}

func (t *Type) field(path string) (*Type, int, string, error) {
	end := strings.IndexAny(path, ".[")
	if end < 0 {
		end = len(path)
	}
	name := path[:end]
	if t.Kind != Struct {
		return nil, 0, "", text.F("%s has no members, so no %q", "%s: struct가 아니므로 %q 멤버가 없습니다", t.Name, name)
	}
	m, ok := t.Member(name)
	if !ok {
		return nil, 0, "", t.noMember(name)
	}
	return m.Type, m.Offset, path[end:], nil
}

const shown = 20 // members named in an error, at most

func (t *Type) noMember(name string) error {
	var names []string
	for _, m := range t.Members {
		names = append(names, m.Name)
	}
	list := strings.Join(names[:min(shown, len(names))], ", ")
	if len(names) > shown {
		list += ", ..."
	}
	if n := near.Names(name, names); len(n) > 0 {
		return text.F("%s has no member %q; did you mean %s? It has %s", "%s에는 %q 멤버가 없습니다. 혹시 %s? 멤버: %s",
			t.Name, name, strings.Join(n, ", "), list)
	}
	return text.F("%s has no member %q; it has %s", "%s에는 %q 멤버가 없습니다. 멤버: %s", t.Name, name, list)
}

// indexes spells the way from the array t to the element at offset.
func (t *Type) indexes(offset int) string {
	var path string
	for ; t.Kind == Array && !t.IsText(); t = t.Elem {
		path += "[" + strconv.Itoa(offset/t.Elem.Size) + "]"
		offset %= t.Elem.Size
	}
	return path
}
