package ctype

import (
	"bytes"
	"encoding/hex"
	"math"
	"strings"
	"testing"

	"ipcsh/commands/text"
)

// little skips a test whose bytes are written for a little-endian machine.
func little(t *testing.T) {
	if native.Uint16([]byte{1, 0}) != 1 {
		t.Skip("the machine is big-endian")
	}
}

func check(t *testing.T, what string, b []byte, err error, want string) {
	t.Helper()
	if err != nil {
		if en, ko := err.Error(), text.Of(err, text.Ko); !strings.Contains(en, want) || want == "" || strings.Contains(en+ko, "%!") {
			t.Errorf("%s: error %q (%s), want %q", what, en, ko, want)
		}
	} else if got := hex.EncodeToString(b); got != want {
		t.Errorf("%s = %s, want %s", what, got, want)
	}
}

func TestPackItems(t *testing.T) {
	little(t)
	s := testScope(t)
	for _, c := range []struct{ typ, items, want string }{
		{"int", "42", "2a000000"}, {"int", "-1", "ffffffff"}, {"int", "0x49", "49000000"}, {"short", "'A'", "4100"},
		{"int", "2147483648", "2147483648 does not fit int; its range is -2147483648 to 2147483647"},
		{"int", "-2147483649", "does not fit int"}, {"uint", "4294967295", "ffffffff"},
		{"uint", "-1", "its range is 0 to 4294967295"}, {"uint64_t", "18446744073709551615", "ffffffffffffffff"},
		{"int64_t", "18446744073709551615", "18446744073709551615 does not fit int64_t"},
		{"int", "", "a value is missing"}, {"int", "1|2", "int holds one value, and 2 are given"}, {"int", "x", "no integer"},
		{"bool", "1", "01"}, {"bool", "2", "its range is 0 to 1"},
		{"char", "A", "41"}, {"char", "5", "05"}, {"char", "'5'", "35"}, {"char", "65", "41"}, {"char", "200", "-128 to 127"},
		{"char", "é", "a char holds one byte, and é has 2"}, {"char", "AB", "no integer"}, {"char", "-", "2d"},
		{"float", "1.5", "0000c03f"}, {"double", "1", "000000000000f03f"}, {"float", "1e300", "does not fit float"},
		{"double", "abc", "no number"},
		{"int[]", "1|2|3", "010000000200000003000000"}, {"short[3]", "1", "010000000000"}, {"short[3]", "", "[0]: short: a value is missing"},
		{"short[2]", "1|2|3", "short[2] holds 2 values, and 3 are given"}, {"short[]", "1|70000", "[1]: 70000 does not fit short"},
		{"short[2][2]", "1|2|3", "0100020003000000"}, {"short[][2]", "1|2|3", "0100020003000000"},
		{"short[2][2]", "1|2|x", `[1][0]: "x" is no integer`},
		{"char[4]", "kim", "6b696d00"}, {"char[3]", "kim", "6b696d"}, {"char[2]", "kim", "char[2] holds 2 bytes, and the text has 3"},
		{"char[]", "kim", "6b696d00"}, {"char[8]", "a|b", "put a text with a comma in quotes"}, {"char[2][2]", "a|bc", "61006263"},
		{"char[][2]", "a|b|c", "610062006300"}, {"q_entry", "1", "set the members of a struct by name"}, {"q_entry[2]", "1", "by name"},
	} {
		u, ok := s.Lookup(c.typ)
		if !ok {
			t.Fatal(c.typ)
		}
		b, err := u.PackItems(strings.Split(c.items, "|"), nil)
		check(t, c.typ+":"+c.items, b, err, c.want)
	}
	u, _ := s.Lookup("short")
	b, err := PackArray(u, nil, nil)
	check(t, "no items", b, err, "")
	big := Scope{"big": mustParse(t, s, "big", "char a[1048576];")}
	_, err = PackArray(big["big"], make([]string, 100), nil)
	check(t, "big[100]", nil, err, "larger than")
}

func TestPackStruct(t *testing.T) {
	little(t)
	s := testScope(t)
	who := strings.Repeat("0", 26)
	for _, c := range []struct{ typ, fields, want string }{
		{"q_entry", "mnum=13 who=kim", "0d0000006b696d" + who}, {"q_entry", "who=kim", "000000006b696d" + who},
		{"q_entry", "", strings.Repeat("0", 40)},
		{"q_entry", "nmum=1", `struct q_entry has no member "nmum"; did you mean mnum? It has mnum, who`},
		{"q_entry", "zzzzz=1", `no member "zzzzz"; it has mnum, who`}, {"q_entry", "=1", "a member's name is missing"},
		{"q_entry", "mnum=1 mnum=2", "mnum is given twice"}, {"q_entry", "who=abc who[1]=x", "who[1] is given twice"},
		{"q_entry", "mnum=x", `mnum: "x" is no integer`}, {"q_entry", "mnum=1,2", "mnum: int holds one value"},
		{"q_entry", "who=abcdefghijklmnopq", "who: char[16] holds 16 bytes, and the text has 17"},
		{"q_entry", "mnum.x=1", `int has no members, so no "x"`}, {"q_entry", "mnum[0]=1", "int is no array"},
		{"q_entry", "who[16]=x", "char[16] has no element 16; they are 0 to 15"}, {"q_entry", "who[-1]=x", "no element -1"},
		{"q_entry", "who[=x", "] is missing"}, {"q_entry", "who[z]=x", `[z]: "z" is no integer`},
		{"q_entry", "who[0]x=1", "is no part of a path"}, {"q_entry", ".mnum=1", "has no member"},
		{"q_entry", "who[18446744073709551615]=x", "no element"},
		{"ring", "slot=1", "slot: struct point[4]: set the members"}, {"ring", "grid=1,2,3,4,70000000000", "grid[1][1]: 70000000000 does not fit"},
		{"q_entry[2]", "[1].who=a", strings.Repeat("0", 48) + "61" + strings.Repeat("0", 30)},
		{"int", "x=1", "int has no members to set"}, {"q_entry[]", "x=1", "no members to set"},
	} {
		u, _ := s.Lookup(c.typ)
		b, err := u.PackStruct(fields(c.fields), nil)
		check(t, c.typ+":"+c.fields, b, err, c.want)
	}
}

func fields(s string) []Field {
	var all []Field
	for _, f := range strings.Fields(s) {
		path, v, _ := strings.Cut(f, "=")
		all = append(all, Field{path, strings.Split(v, ",")})
	}
	return all
}

// TestView packs every kind of member and reads it back as the same payload.
func TestView(t *testing.T) {
	ring := testScope(t)["ring"]
	in := "in=-1 out=2 slot[3].x=-7 slot[3].y=2.5 names=abcd,e c=A u=4294967295 f=0.5 ok=1 grid=1,2,3,4"
	b, err := ring.PackStruct(fields(in), nil)
	if err != nil {
		t.Fatal(err)
	}
	v, err := ring.Get(b)
	want := "in=-1,out=2,slot[0].x=0,slot[0].y=0,slot[1].x=0,slot[1].y=0,slot[2].x=0,slot[2].y=0,slot[3].x=-7," +
		"slot[3].y=2.5,names=abcd,e,c=65,u=4294967295,f=0.5,ok=1,grid=1,2,3,4,0,0"
	if err != nil || v.String() != want {
		t.Fatalf("Get = %s, %v; want %s", v, err, want)
	}
	again := make([]byte, len(b))
	if err := ring.Put(again, v); err != nil || !bytes.Equal(again, b) {
		t.Errorf("Put = %x, %v; want %x", again, err, b)
	}
	part, off, err := ring.Path("slot[1+2].y", adder{})
	if err != nil || part.Name != "double" || off != ring.Members[2].Offset+3*ring.Members[2].Type.Elem.Size+part.Align {
		t.Errorf("Path = %v, %d, %v", part, off, err)
	}
	if m, ok := v.Member("ok"); !ok || m.I != 1 {
		t.Errorf("Member(ok) = %v, %v", m, ok)
	}
}

type adder struct{ Literals }

func (adder) Int(string) (Value, error) { return IntOf(3), nil }

func TestGetPut(t *testing.T) {
	s := testScope(t)
	typ := func(name string) *Type { u, _ := s.Lookup(name); return u }
	b := bytes.Repeat([]byte{0xff}, 40)
	for name, want := range map[string]string{"int": "-1", "unsigned long long": "18446744073709551615", "char": "-1",
		"bool": "1", "short[]": strings.Repeat(",-1", 20)[1:], "uint8_t": "255"} {
		if v, err := typ(name).Get(b); err != nil || v.String() != want {
			t.Errorf("%s: Get = %s, %v; want %s", name, v, err, want)
		}
	}
	if v, _ := typ("char[8]").Get([]byte("hi\x00there")); string(v.S) != "hi" {
		t.Errorf("text = %q, want hi", v.S)
	}
	if v, rest := Cut([]byte("hi\x00there")); string(v) != "hi" || string(rest) != "there" {
		t.Errorf("Cut = %q, %q", v, rest)
	}
	_, err := typ("q_entry").Get(b[:19])
	check(t, "short", nil, err, "struct q_entry needs 20 bytes, and there are 19")
	_, err = typ("int[]").Get(b[:3])
	check(t, "short open", nil, err, "int needs 4 bytes, and there are 3")
	if v, err := typ("int[]").Get(nil); err != nil || len(v.List) != 0 {
		t.Errorf("empty open array: %v, %v", v, err)
	}
	text := TextOf([]byte("x"))
	for _, c := range []struct {
		typ  string
		v    Value
		want string
	}{
		{"int", text, "int takes an integer, not a text"}, {"int", FloatOf(1), "not a number with a fraction"},
		{"float", text, "float takes a number, not a text"}, {"float", FloatOf(math.MaxFloat64), "does not fit float"},
		{"char[2]", IntOf(1), "takes a text, not an integer"}, {"int[2]", text, "takes an array, not a text"},
		{"short[1]", Value{Kind: VList, List: make([]Value, 2)}, "holds one value, and 2 are given"},
		{"short[2]", Value{Kind: VList, List: []Value{IntOf(1), text}}, "[1]: short takes an integer"},
		{"q_entry", IntOf(1), "takes a value for each member"}, {"q_entry[9]", IntOf(1), "needs 180 bytes, and there are 40"},
		{"q_entry", Value{Kind: VStruct, List: []Value{IntOf(1), IntOf(1)}}, "who: char[16] takes a text"},
		{"q_entry[2]", Value{Kind: VList, List: []Value{{Kind: VStruct, List: []Value{text, text}}}}, "[0].mnum: int takes an integer"},
	} {
		err := typ(c.typ).Put(b, c.v)
		if err == nil {
			t.Errorf("%s: Put(%v) went well, want %q", c.typ, c.v, c.want)
			continue
		}
		check(t, c.typ, nil, err, c.want)
	}
	if !bytes.Equal(b, bytes.Repeat([]byte{0xff}, 40)) {
		t.Errorf("a failed Put wrote %x", b)
	}
	for _, c := range []struct {
		typ string
		v   Value
	}{{"char", text}, {"double", IntOf(3)}, {"double", UintOf(1 << 63)}, {"float", FloatOf(math.Inf(1))},
		{"uint64_t", UintOf(math.MaxUint64)}, {"char[3]", TextOf([]byte("abc"))}} {
		if err := typ(c.typ).Put(b, c.v); err != nil {
			t.Errorf("%s: %v", c.typ, err)
		}
	}
}

func TestHex(t *testing.T) {
	for in, want := range map[string]string{"cafe00": "cafe00", "CA:fe 00": "cafe00", "": "", " ": "",
		"caf": `"f" stands alone`, "c a": `"c" stands alone`, "zz": `"z" is no hex digit`, "0xca": `"x" is no hex digit`, "ca한": `"한" is no hex digit`, "c한": `"한"`} {
		b, err := Hex(in)
		check(t, in, b, err, want)
	}
}
