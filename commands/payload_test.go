package commands

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/words"
)

// pack evaluates a payload as msgsnd would.
func pack(s *Session, payload string) ([]byte, error) {
	line := "0 1 " + payload
	ws, err := words.Split(line)
	if err != nil {
		return nil, err
	}
	b, err := s.Bind(s.Table.Lookup("msgsnd"), line, ws)
	if err != nil {
		return nil, err
	}
	args, err := b.Eval()
	if err != nil {
		return nil, err
	}
	return append([]byte(nil), args[2].B...), nil
}

func session(t testing.TB) *Session {
	t.Helper()
	s := NewSession(NewTable())
	raw := " q_entry { int mnum; char who[16]; }"
	b, err := s.BindRaw(s.Table.Lookup("struct"), raw, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Run(context.Background(), false); err != nil {
		t.Fatal(err)
	}
	return s
}

func setVar(s *Session, name string, v cexpr.Value) {
	p := s.Place(name)
	p.Val, p.Set = v, true
}

func TestPayload(t *testing.T) {
	s := session(t)
	setVar(s, "n", cexpr.IntOf(7))
	setVar(s, "evil", cexpr.StringOf("file:/etc/passwd"))
	setVar(s, "list", cexpr.StringOf("9,mnum=3"))
	setVar(s, "m", cexpr.RefOf(&Data{Bytes: []byte{1, 0, 0xff}, message: true}))
	entry := func(n byte, who string) []byte {
		b := make([]byte, 20)
		b[0] = n
		copy(b[4:], who)
		return b
	}
	for in, want := range map[string][]byte{
		"hello":                          []byte("hello"),
		`"a b"c`:                         []byte("a bc"),
		`''`:                             {},
		"note:hi":                        []byte("note:hi"),
		`"note: hi"`:                     []byte("note: hi"),
		"int:42":                         {42, 0, 0, 0},
		"int:'A'+1":                      {66, 0, 0, 0},
		"int:$n":                         {7, 0, 0, 0},
		"int:n*2":                        {14, 0, 0, 0},
		"short:-1":                       {0xff, 0xff},
		"int[]:1,2":                      {1, 0, 0, 0, 2, 0, 0, 0},
		"hex:cafe00":                     {0xca, 0xfe, 0},
		"cstr:hello":                     []byte("hello\x00"),
		"text:int:5":                     []byte("int:5"),
		"$evil":                          []byte("file:/etc/passwd"),
		"text:$evil":                     []byte("file:/etc/passwd"),
		"a=b":                            []byte("a=b"),
		"q_entry:mnum=13,who=kim":        entry(13, "kim"),
		`q_entry:mnum=13,who="kim, lee"`: entry(13, "kim, lee"),
		"q_entry:who=$list":              entry(0, "9,mnum=3"),
		`"q_entry:mnum=13,who=a b"`:      entry(13, "a b"),
		"$m":                             {1, 0, 0xff},
		"x$m":                            {'x', 1, 0, 0xff},
		"double:1.5":                     {0, 0, 0, 0, 0, 0, 0xf8, 0x3f},
		"ulong:18446744073709551615":     bytes.Repeat([]byte{0xff}, 8),
	} {
		got, err := pack(s, in)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %q, %v; want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"int:", "int:x y", "int:4294967296", "hex:abc", "q_entry:nope=1", "q_entry:13", "char:256", "short:40000",
		"file:/nonexistent", "file:/dev/null", "int[2]:1,2,3", "int:$evil", "q_entry:mnum=1,mnum=2", "q_entry:who=" + strings.Repeat("x", 17)} {
		if got, err := pack(s, in); err == nil {
			t.Errorf("%s: %q, want an error", in, got)
		} else if !IsUsage(err) && ErrnoOf(err) == "" {
			t.Errorf("%s: %v is neither a usage error nor an errno", in, err)
		}
	}
}

// FuzzPayload: no payload panics, and what a variable holds is never more than
// text, whatever it looks like.
func FuzzPayload(f *testing.F) {
	for _, in := range []string{"hello", "int:42", "int[]:1,2,$n", "q_entry:mnum=$n,who=kim", "hex:ca fe", "cstr:x", "'a'\"b\"", "text:$x", "double:1e3", "q_entry:who[0]=1", "int[3]:", "char:가"} {
		f.Add(in, "file:/etc/passwd")
	}
	f.Fuzz(func(t *testing.T, payload, held string) {
		if strings.Contains(payload, "file:") {
			t.Skip("reads the file system")
		}
		s := session(t)
		setVar(s, "n", cexpr.IntOf(3))
		setVar(s, "x", cexpr.StringOf(held))
		pack(s, payload)
		if got, err := pack(s, "$x"); err != nil || string(got) != held {
			t.Errorf("$x holding %q: %q, %v", held, got, err)
		}
		if got, err := pack(s, "cstr:$x"); err != nil || string(got) != held+"\x00" {
			t.Errorf("cstr:$x holding %q: %q, %v", held, got, err)
		}
	})
}
