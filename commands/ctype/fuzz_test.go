package ctype

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

func FuzzParseStruct(f *testing.F) {
	for _, seed := range []string{"int mnum; char who[16];", "short a, b[2][3]; struct point p[4];", "unsigned long long x;",
		"int *p;", "int a[0x10u]; // c\n# d\n/* e */ bool f;", "char c['A'];", "int a:3", "struct z z;", "int a[']'];", "\\\nint a;"} {
		f.Add("z", seed)
	}
	f.Add("uint", "")
	scope := testScope(f)
	f.Fuzz(func(t *testing.T, name, body string) {
		u, err := scope.ParseStruct(name, body, nil)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Pos < 0 || e.Pos > e.End || e.End > len(body) {
				t.Fatalf("%q: error %#v", body, err)
			}
			return
		}
		end := 0
		for _, m := range u.Members {
			if m.Offset%m.Type.Align != 0 || m.Offset < end || m.Offset-end >= m.Type.Align || m.Type.Size < 1 {
				t.Fatalf("%s: member %s at %d, after %d", u.Decl(), m.Name, m.Offset, end)
			}
			end = m.Offset + m.Type.Size
		}
		if u.Size%u.Align != 0 || u.Size < end || u.Size-end >= u.Align || u.Size > MaxSize {
			t.Fatalf("%s: size %d, align %d, members end at %d", u.Decl(), u.Size, u.Align, end)
		}
		members := strings.TrimSuffix(strings.TrimPrefix(u.Decl(), u.Name+" {"), "};")
		again, err := scope.ParseStruct(name, members, nil)
		if err != nil || !reflect.DeepEqual(again, u) {
			t.Fatalf("%s: parses to %v, %v", u.Decl(), again, err)
		}
	})
}

// FuzzPackGet views any bytes as any type, and packs what it saw.
func FuzzPackGet(f *testing.F) {
	f.Add("int a; char b[4];", "a=1", "int[3]", []byte("0123456789abcdef"))
	f.Add("int a;", ",", "char[]", []byte(""))
	f.Add("struct ring r;", "r.slot[2].y=1.5", "z[]", []byte(strings.Repeat("\x7f\xff\x00", 100)))
	f.Add("unsigned long u[2]; float f; bool b;", "u=1,2 u[0]=3", "char[][3]", []byte("\xff\xff\xff\xff\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, body, fs, name string, b []byte) {
		scope := testScope(t)
		if z, err := scope.ParseStruct("z", body, nil); err == nil {
			scope["z"] = z
			roundTrip(t, z, append(b, make([]byte, z.Size)...))
			if packed, err := z.PackStruct(fields(fs), nil); err == nil && len(packed) != z.Size {
				t.Fatalf("%s: packed to %d bytes", z.Decl(), len(packed))
			}
		}
		if u, ok := scope.Lookup(name); ok {
			roundTrip(t, u, b)
			items := strings.Split(fs, ",")
			if packed, err := u.PackItems(items, nil); err == nil && !u.IsOpen() && len(packed) != u.Size {
				t.Fatalf("%s: packed to %d bytes", name, len(packed))
			}
		}
		scope.Prefix(name)
		Hex(name)
	})
}

func roundTrip(t *testing.T, u *Type, b []byte) {
	v, err := u.Get(b)
	if err != nil {
		return
	}
	again := make([]byte, len(b))
	if err := u.Put(again, v); err != nil {
		t.Fatalf("%s: Get(%x) = %s, Put: %v", u.Decl(), b, v, err)
	}
	w, err := u.Get(again)
	if err != nil || v.String() != w.String() {
		t.Fatalf("%s: %s became %s, %v", u.Decl(), v, w, err)
	}
}
