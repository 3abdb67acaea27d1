package ctype

import (
	"strings"

	"ipcsh/commands/text"
)

// Struct returns the struct that t is, or that the elements of the array t are;
// nil if it is none.
func (t *Type) Struct() *Type {
	if t = t.leaf(); t.Kind != Struct {
		return nil
	}
	return t
}

// Tag returns a struct's name without "struct ".
func (t *Type) Tag() string { return strings.TrimPrefix(t.Name, "struct ") }

// Inner returns the structs that stand in the declaration of the struct t, each
// once: they must be declared before it.
func (t *Type) Inner() []*Type {
	var list []*Type
	seen := Scope{}
	for _, m := range t.Members {
		if u := m.Type.Struct(); u != nil && seen[u.Name] == nil {
			seen[u.Name] = u
			list = append(list, u)
		}
	}
	return list
}

// Declare parses a struct as Decl prints it, and adds it to s.
func (s Scope) Declare(decl string) (*Type, error) {
	head, body, _ := strings.Cut(decl, "{")
	tag, isStruct := strings.CutPrefix(head, "struct ")
	end := strings.LastIndexByte(body, '}')
	if !isStruct || end < 0 {
		return nil, text.F("%q declares no struct", "%q: struct 선언이 아닙니다", decl)
	}
	tag = strings.TrimSpace(tag)
	t, err := s.ParseStruct(tag, body[:end], nil)
	if err != nil {
		return nil, err
	}
	s[tag] = t
	return t, nil
}

// Same reports whether t and u have one name and, where they are structs, the
// same members.
func (t *Type) Same(u *Type) bool {
	if t == u {
		return true
	}
	if t.Name != u.Name || t.Size != u.Size || t.Kind != u.Kind || len(t.Members) != len(u.Members) {
		return false
	}
	if t.Kind == Array {
		return t.Len == u.Len && t.Elem.Same(u.Elem)
	}
	for i, m := range t.Members {
		if n := u.Members[i]; m.Name != n.Name || !m.Type.Same(n.Type) {
			return false
		}
	}
	return true
}
