package ctype

import (
	"sort"
	"strings"
	"sync"

	"ipcsh/commands/near"
	"ipcsh/commands/text"
)

// Scope finds declared structs by their name without "struct ".
type Scope map[string]*Type

// scalars are the types that need no declaration, by every spelling that Type
// reads. The short payload spellings lead to C's.
var scalars = sync.OnceValue(func() map[string]*Type {
	m := map[string]*Type{}
	for _, t := range []*Type{
		scalar("char", Char, 1), scalar("signed char", Signed, 1), scalar("unsigned char", Unsigned, 1),
		scalar("short", Signed, 2), scalar("unsigned short", Unsigned, 2),
		scalar("int", Signed, 4), scalar("unsigned int", Unsigned, 4),
		scalar("long", Signed, long), scalar("unsigned long", Unsigned, long),
		scalar("long long", Signed, 8), scalar("unsigned long long", Unsigned, 8),
		scalar("float", Float, 4), scalar("double", Float, 8), scalar("bool", Bool, 1),
		scalar("int8_t", Signed, 1), scalar("uint8_t", Unsigned, 1),
		scalar("int16_t", Signed, 2), scalar("uint16_t", Unsigned, 2),
		scalar("int32_t", Signed, 4), scalar("uint32_t", Unsigned, 4),
		scalar("int64_t", Signed, 8), scalar("uint64_t", Unsigned, 8),
		scalar("intptr_t", Signed, long), scalar("uintptr_t", Unsigned, long),
		scalar("size_t", Unsigned, long), scalar("ssize_t", Signed, long),
		scalar("time_t", Signed, long), scalar("pid_t", Signed, 4), scalar("key_t", Signed, 4),
		scalar("uid_t", Unsigned, 4), scalar("gid_t", Unsigned, 4), scalar("mode_t", Unsigned, 4),
	} {
		m[t.Name] = t
	}
	m["ushort"], m["uint"], m["ulong"] = m["unsigned short"], m["unsigned int"], m["unsigned long"]
	return m
})

// prefixes are the scalars that a payload can begin with, encodings the
// prefixes that name no type.
var (
	prefixes  = []string{"int", "uint", "short", "long", "ulong", "char", "float", "double"}
	encodings = []string{"hex", "cstr", "file", "text"}
)

// Encodings returns the payload prefixes that name no type.
func Encodings() []string { return append([]string(nil), encodings...) }

func among(name string, names []string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// Lookup finds a type by its C or payload spelling: "int", "unsigned int",
// "uint", "size_t", "q_entry", "struct q_entry", "int[3]", "char[]".
func (s Scope) Lookup(name string) (*Type, bool) {
	t, err := s.Type(name, nil)
	return t, err == nil
}

// Type is Lookup with num for the lengths of an array (nil: literals only) and
// the reason why there is no such type.
func (s Scope) Type(name string, num func(string) (int64, error)) (*Type, error) {
	base, dims, _ := strings.Cut(strings.TrimSpace(name), "[")
	base = strings.Join(strings.Fields(base), " ")
	t, ok := s[strings.TrimPrefix(base, "struct ")]
	if !ok {
		t, ok = named(base)
	}
	if !ok {
		return nil, unknownType(base, append(s.Names(), scalarNames()...))
	}
	if !strings.Contains(name, "[") {
		return t, nil
	}
	lengths, err := splitDims("[" + dims)
	if err != nil {
		return nil, err
	}
	return arrayOf(t, lengths, num)
}

// Names returns the type names that a payload and as= take, for suggestions:
// scalars, then the declared structs in order. See Encodings for the rest.
func (s Scope) Names() []string {
	return append(append([]string(nil), prefixes...), s.structs("")...)
}

func (s Scope) structs(prefix string) []string {
	var names []string
	for n := range s {
		names = append(names, prefix+n)
	}
	sort.Strings(names)
	return names
}

func scalarNames() []string {
	var names []string
	for n := range scalars() {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

func unknownType(name string, candidates []string) *text.Msg {
	if n := near.Names(name, candidates); len(n) > 0 {
		return text.F("unknown type %q; did you mean %s?", "모르는 타입 %q입니다. 혹시 %s?", name, strings.Join(n, ", "))
	}
	return text.F("unknown type %q", "모르는 타입 %q입니다", name)
}

// Prefix finds the type or encoding that a payload begins with, as written in
// the source: "int:42" is "int" and "42", "int[3]:1,2" is "int[3]" and "1,2".
// Only known names are prefixes, so "note: hi" is text. The length of an array
// is not looked at: a bad one is for Type to report, not a text to send.
func (s Scope) Prefix(src string) (name, rest string, ok bool) {
	name, rest, ok = strings.Cut(src, ":")
	if !ok {
		return "", src, false
	}
	if among(name, encodings) {
		return name, rest, true
	}
	base, dims, array := strings.Cut(name, "[")
	if _, declared := s[base]; !declared && !among(base, prefixes) {
		return "", src, false
	}
	if array {
		if _, err := splitDims("[" + dims); err != nil {
			return "", src, false
		}
	}
	return name, rest, true
}

// named finds a scalar. C's words may come in any order: "long unsigned int".
func named(name string) (*Type, bool) {
	if t, ok := scalars()[name]; ok {
		return t, true
	}
	t, ok := scalars()[spelling(strings.Fields(name))]
	return t, ok
}

// isWord tells whether w is one of the words that C puts together to name a
// type: "unsigned", "long", "int".
func isWord(w string) bool {
	switch w {
	case "signed", "unsigned", "short", "long", "int", "char", "float", "double", "bool", "_Bool":
		return true
	}
	return false
}

// spelling returns the one spelling that scalars has for words, "" if C has no
// such type.
func spelling(words []string) string {
	n := map[string]int{}
	for _, w := range words {
		if w == "_Bool" {
			w = "bool"
		}
		n[w]++
	}
	name := "int"
	take := func(w string, times int) bool {
		if n[w] != times {
			return false
		}
		delete(n, w)
		name = strings.TrimSpace(strings.Repeat(w+" ", times))
		return true
	}
	unsigned := n["unsigned"] == 1 && n["signed"] == 0
	signed := n["signed"] == 1 && n["unsigned"] == 0
	switch {
	case take("float", 1), take("double", 1), take("bool", 1):
		unsigned, signed = false, false // and are left over below
	case take("char", 1):
		if signed {
			name = "signed char"
		}
	case take("short", 1), take("long", 2), take("long", 1):
		if n["int"] == 1 {
			delete(n, "int")
		}
	case take("int", 1), unsigned, signed:
	default:
		return ""
	}
	if unsigned {
		delete(n, "unsigned")
		name = "unsigned " + name
	}
	if signed {
		delete(n, "signed")
	}
	if len(n) > 0 {
		return ""
	}
	return name
}
