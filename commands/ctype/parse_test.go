package ctype

import (
	"errors"
	"strings"
	"testing"

	"ipcsh/commands/text"
)

func mustParse(t testing.TB, s Scope, name, body string) *Type {
	t.Helper()
	u, err := s.ParseStruct(name, body, nil)
	if err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return u
}

// testScope has the design's q_entry, a point and a ring.
func testScope(t testing.TB) Scope {
	s := Scope{}
	for _, d := range [][2]string{
		{"q_entry", "int mnum; char who[16];"},
		{"point", "short x; double y;"},
		{"ring", "int in, out; struct point slot[4]; char names[2][4]; char c; unsigned long u; float f; bool ok; int grid[2][3];"},
	} {
		s[d[0]] = mustParse(t, s, d[0], d[1])
	}
	return s
}

func TestDecl(t *testing.T) {
	s := testScope(t)
	for _, c := range [][2]string{
		{"int mnum; char who[16];", "struct z { int mnum; char who[16]; };"},
		{"unsigned a, b[0x3]; long int c;", "struct z { unsigned int a; unsigned int b[3]; long c; };"},
		{"int\ta[2][010];;struct point p;", "struct z { int a[2][8]; struct point p; };"},
		{"# comment; int x;\nuint32_t n;#x", "struct z { uint32_t n; };"},
		{"/* a */ int/**/n ; // int x;", "struct z { int n; };"},
		{"const char c[2]; volatile long long int v;", "struct z { char c[2]; long long v; };"},
		{"int a[ 4u ];\\\n bool b;", "struct z { int a[4]; bool b; };"},
	} {
		if got := mustParse(t, s, "z", c[0]).Decl(); got != c[1] {
			t.Errorf("%q: Decl = %q, want %q", c[0], got, c[1])
		}
	}
}

func TestParseErrors(t *testing.T) {
	s := testScope(t)
	// The part of the body that the error marks stands in the third column.
	for _, c := range []struct{ name, body, at, want string }{
		{"z", "int *p;", "*", "a pointer means nothing in another process"},
		{"z", "void *p;", "*", "a pointer means nothing"},
		{"z", "int (*f)(int);", "(", "a pointer"},
		{"z", "int f(void);", "(", "f is a function"},
		{"z", "int a:3;", ":", "bit fields"},
		{"z", "int : 3;", ":", "bit fields"},
		{"z", "itn a;", "itn", `unknown type "itn"; did you mean int`},
		{"z", "long double d;", "long double", "unknown type"},
		{"z", "unsigned float d;", "unsigned float", "unknown type"},
		{"z", "long long long d;", "long long long", "unknown type"},
		{"z", "point p;", "point", "write struct point"},
		{"z", "struct piont p;", "piont", "did you mean struct point?"},
		{"z", "struct { int a; } p;", "{", "by itself"},
		{"z", "struct in { int a; } p;", "{", "by itself"},
		{"z", "union u p;", "union", "union cannot stand here"},
		{"z", "struct z next;", "z", "cannot contain itself"},
		{"point", "struct point p;", "point", "cannot contain itself"},
		{"z", "int a; char a;", "a", "member a is declared twice"},
		{"z", "int a[0];", "[0]", "at least 1"},
		{"z", "int a[-1];", "[-1]", "at least 1"},
		{"z", "int a[99999999];", "[99999999]", "larger than"},
		{"z", "int a[99999999999999999999];", "[99999999999999999999]", "no integer"},
		{"z", "int a[1_0];", "[1_0]", "no integer"},
		{"z", "int a[N];", "[N]", `array length: "N" is no integer`},
		{"z", "int a[];", "[]", "needs a length"},
		{"z", "int a[3;", "[", "] is missing"},
		{"z", "int a[1][1][1][1][1][1][1][1][1];", "[1][1][1][1][1][1][1][1][1]", "at most 8"},
		{"z", "int a", "", "; is missing after a"},
		{"z", "int a int b;", "", "; is missing after a"},
		{"z", "int a[2] int b;", "", "; is missing after a"},
		{"z", "int ;", ";", `";" stands where a member's name is needed`},
		{"z", "int", "", "the declaration ends"},
		{"z", "int int2, int;", "int", "word of C"},
		{"z", "int 2a;", "2", `"2" stands where`},
		{"z", "int a = 3;", "=", `"=" stands where , or ;`},
		{"z", "/* int a;", "/*", "*/ is missing"},
		{"z", "int 이름;", "이", "needed"},
		{"z", "", "", "has no members"},
		{"z", "char a[1048576]; char b;", "b", "larger than"},
		{"", "int a;", "", "needs a name"},
		{"2z", "int a;", "", "cannot name a struct"},
		{"while", "int a;", "", "word of C"},
		{"uint", "int a;", "", "payload type"},
		{"hex", "int a;", "", "payload type"},
	} {
		_, err := s.ParseStruct(c.name, c.body, nil)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%q: error %v, want an *Error", c.body, err)
			continue
		}
		if at := c.body[e.Pos:e.End]; at != c.at || !strings.Contains(e.Error(), c.want) {
			t.Errorf("%q: %q at %q, want %q at %q", c.body, e, at, c.want, c.at)
		}
		if ko := e.In(text.Ko); ko == e.Error() || strings.Contains(ko, "%!") || strings.Contains(e.Error(), "%!") {
			t.Errorf("%q: %q in Korean is %q", c.body, e, ko)
		}
	}
}

func TestParseNumbers(t *testing.T) {
	num := func(s string) (int64, error) {
		if s == "N*2" || s == "f(']')" {
			return 6, nil
		}
		return 0, text.F("no", "아니요")
	}
	u, err := Scope{}.ParseStruct("z", "int a[N*2], b[f(']')];", num)
	if err != nil || u.Size != 48 {
		t.Errorf("struct %v, error %v; want 48 bytes", u, err)
	}
	if _, err = (Scope{}).ParseStruct("z", "int a[M];", num); err == nil || text.Of(err, text.Ko) != "배열 길이: 아니요" {
		t.Errorf("error %v, want the callback's, in Korean too", err)
	}
}

func TestLookup(t *testing.T) {
	s := testScope(t)
	for _, c := range []struct {
		name, want string
		size       int
	}{
		{"int", "int", 4}, {"uint", "unsigned int", 4}, {"unsigned", "unsigned int", 4},
		{"int  unsigned", "unsigned int", 4}, {"ulong", "unsigned long", long}, {"long int long", "long long", 8},
		{"signed", "int", 4}, {"signed char", "signed char", 1}, {"_Bool", "bool", 1}, {"size_t", "size_t", long},
		{"q_entry", "struct q_entry", 20}, {"struct q_entry", "struct q_entry", 20},
		{"int[3]", "int[3]", 12}, {"int [2][ 0x3 ]", "int[2][3]", 24}, {"q_entry[2]", "struct q_entry[2]", 40},
		{"char[]", "char[]", 0}, {"int[][3]", "int[][3]", 0},
	} {
		if u, ok := s.Lookup(c.name); !ok || u.Name != c.want || u.Size != c.size {
			t.Errorf("Lookup(%q) = %+v, %v; want %s of %d bytes", c.name, u, ok, c.want, c.size)
		}
	}
	for _, name := range []string{"", "[3]", "int[", "int]", "int[3", "int[3]x", "int[0]", "int[3][]", "nope", "struct int",
		"struct", "struct nope", "char int", "signed unsigned", "bool bool", "int[1048577]", "int*", "hex"} {
		if u, ok := s.Lookup(name); ok {
			t.Errorf("Lookup(%q) = %s, want none", name, u.Name)
		}
	}
	if got := strings.Join(s.Names(), " "); got != "int uint short long ulong char float double point q_entry ring" {
		t.Errorf("Names = %s", got)
	}
}

func TestPrefix(t *testing.T) {
	s := testScope(t)
	for _, c := range []struct {
		src, name, rest string
		ok              bool
	}{
		{"int:42", "int", "42", true}, {"q_entry:mnum=13,who=kim", "q_entry", "mnum=13,who=kim", true},
		{"int[]:1,2", "int[]", "1,2", true}, {"int[3]:1", "int[3]", "1", true}, {"hex:ca:fe", "hex", "ca:fe", true},
		{"file:/etc/x", "file", "/etc/x", true}, {"text:int:5", "text", "int:5", true}, {"cstr:", "cstr", "", true},
		{"note: hi", "", "note: hi", false}, {"int", "", "int", false}, {"Int:1", "", "Int:1", false},
		{"ushort:1", "", "ushort:1", false}, {"int32_t:1", "", "int32_t:1", false}, {"", "", "", false},
		{"hex[2]:1", "", "hex[2]:1", false}, {"int[3:1", "", "int[3:1", false}, {":int", "", ":int", false},
	} {
		if name, rest, ok := s.Prefix(c.src); name != c.name || rest != c.rest || ok != c.ok {
			t.Errorf("Prefix(%q) = %q, %q, %v", c.src, name, rest, ok)
		}
	}
}
