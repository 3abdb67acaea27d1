package commands

import (
	"strings"

	"ipcsh/commands/words"
	"ipcsh/sysv"
)

// What explanations need to know of a call and its session.

// Written returns argument i as it was typed, or "" if it was not.
func (c *Call) Written(i int) string {
	if i >= len(c.given) || len(c.given[i]) == 0 {
		return ""
	}
	raws := make([]string, len(c.given[i]))
	for j, w := range c.given[i] {
		raws[j] = w.Raw
	}
	return strings.Join(raws, " ")
}

// Variable returns the name under which argument i named a handle, or "".
func (c *Call) Variable(i int) string {
	if i >= len(c.Args) || c.Args[i].H == nil {
		return ""
	}
	name := strings.Trim(c.Written(i), `"$`)
	if first, _, _ := strings.Cut(name, "."); !words.IsIdent(first) {
		return ""
	}
	return name
}

// HandleNames returns the names of the variables that hold the object.
func (s *Session) HandleNames(k ObjectKind, id int64) []string {
	var names []string
	for _, v := range s.Vars() {
		if h, ok := v.Val.O.(*Handle); ok && h.Kind == k && h.ID == id {
			names = append(names, v.Name)
		}
	}
	return names
}

// KeyValue returns the key by which the handle's object was opened or made.
func (h *Handle) KeyValue() sysv.Key { return h.key }
