package repl

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"ipcsh/commands"
	"ipcsh/commands/text"
)

func newSession() *commands.Session { return commands.NewSession(commands.NewTable()) }

// FuzzParse: whatever the text, parsing ends without a panic, an error has a
// place within its line, and a line parsed from the cache is the same statement.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"q = msgget 0111 IPC_CREAT|0600\nmsgsnd q 1 hello; msgrcv q # end",
		"expect ENOMSG|EINVAL type=1 m = msgrcv q 1 IPC_NOWAIT",
		"repeat 3 i { if i == 1 { break } else if i == 2 { print x } else { print y } }",
		"while m = msgrcv q 0 IPC_NOWAIT {\nprint $m\n}",
		"struct s { int a; # b\n char c[4]; }\nassert sizeof(struct s) == 8",
		"semop s {0, -1, SEM_UNDO} 1:-2:IPC_NOWAIT | SEM_UNDO timeout={0, 1}",
		"spawn a; @a let y = 1 &", "@a print x & ; @a { } & # x", "let a.b[1] = '\\'' + \"x\" == 1", "print a\\\n b\\", "\ufeffprint x\r\n", "}", "{ ; {", "print 'x", "#: needs: private\n#en x\n#ko 가",
		"msgget key=1 flags=0x1", "write m 0 q_entry:a=1,b=\"x, y\"", "a = ", "expect", "if { }", "repeat { }", "print \x00", "print \xff", "if 1 {} else", "source x; quit; keep a; unset b",
		strings.Repeat("6", 700) + " x", "print x; " + strings.Repeat("y", 200) + "(", "msgget 1; " + strings.Repeat("z ", 300) + "\\",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		sc, err := Parse(newSession(), "x.ipc", src)
		if err == nil {
			lines := strings.Count(src, "\n") + 1
			for _, n := range sc.Nodes {
				if n.Pos < 0 || n.Pos > len(n.Text) || n.line(n.Pos) < 1 || n.line(n.Pos) > lines {
					t.Errorf("statement at %d:%d of %d lines, %q", n.line(n.Pos), n.Pos, lines, n.Text)
				}
			}
			return
		}
		var e *Error
		if !errors.As(err, &e) {
			t.Fatalf("an error without a place: %v", err)
		}
		if e.Line < 1 || e.Pos > len(e.Text) || e.Pos >= 0 && (e.End < e.Pos || e.End > len(e.Text)) {
			t.Errorf("error at %d:%d-%d of %q: %v", e.Line, e.Pos, e.End, e.Text, err)
		}
		if !utf8.ValidString(text.Of(err, text.Ko)) && utf8.ValidString(src) {
			t.Errorf("the error is no UTF-8: %q", text.Of(err, text.Ko))
		}
		if src, caret := excerpt(e); strings.ContainsAny(src+caret, "\n\x1b") {
			t.Errorf("the excerpt could drive the terminal: %q", src)
		}
	})
}

// outline lists what Parse made of a text: kind and source of each statement.
func outline(nodes []Node) string {
	var b strings.Builder
	for _, n := range nodes {
		b.WriteString(n.Src)
		if n.Assign != nil {
			b.WriteString(" ->" + n.Assign.Name)
		}
		if n.Body != nil {
			b.WriteString(" {" + outline(n.Body) + "}")
		}
		if n.Else != nil {
			b.WriteString(" else {" + outline(n.Else) + "}")
		}
		b.WriteString("|")
	}
	return b.String()
}

func TestParse(t *testing.T) {
	for in, want := range map[string]string{
		"print a;print b # c":                      "print a|print b|",
		"print 'a;b' \"c # d\" e#f":                "print 'a;b' \"c # d\" e#f|",
		"q = msgget 1; q=msgget 2":                 "q = msgget 1 ->q|q=msgget 2 ->q|",
		"expect q = msgget 1":                      "expect q = msgget 1 ->q|",
		"expect ret=0 q = msgget 1":                "expect ret=0 q = msgget 1 ->q|",
		"repeat 2 { print a; print b }; print c":   "repeat 2 {print a|print b|}|print c|",
		"repeat 2 i { let x = i + 1 }":             "repeat 2 i {let x = i + 1|}|",
		"print } {":                                "print } {|",
		"if 1 { print a } else { print b }":        "if 1 {print a|} else {print b|}|",
		"if 1 { } else if 2 { print b }\nprint c":  "if 1 else {if 2 {print b|}|}|print c|",
		"while P 0 {\n  break\n}":                  "while P 0 {break|}|",
		"repeat 1 { semop 0 { 0, -1, 0 } {1,1} }":  "repeat 1 {semop 0 { 0, -1, 0 } {1,1}|}|",
		"let c = ';' + '#'; print x":               "let c = ';' + '#'|print x|",
		"assert 1 # why; not":                      "assert 1|",
		"print a \\\n  b; print c":                 "print a   b|print c|",
		"struct s { int a;\n int b; }; print x":    "struct s { int a;\n int b; }|print x|",
		"#en hello\n#ko 안녕\n#: title: x\n# both #": "hello|안녕|both #|",
	} {
		sc, err := Parse(newSession(), "x", in)
		if err != nil {
			t.Errorf("%q: %v", in, err)
			continue
		}
		if got := outline(sc.Nodes); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// TestJoinedLines: an error in the second line of a statement names that line.
func TestJoinedLines(t *testing.T) {
	_, err := Parse(newSession(), "x", "print a\nmsgget \\\n  kye=1")
	var e *Error
	if !errors.As(err, &e) || e.Line != 3 || e.Text != "  kye=1" || e.Pos != 2 {
		t.Errorf("%+v", e)
	}
}

func TestHeader(t *testing.T) {
	h := ReadHeader("\ufeff#!/usr/bin/env ipcsh\n#: title: a lab\n#: needs: private, user\n# text\n#: points: 3\nprint x\n#: needs: root\n")
	if h.Title(text.Ko) != "a lab" || !h.Need("private") || !h.Need("user") || h.Need("root") || len(h.All("points")) != 1 || h.Check("x") != nil {
		t.Errorf("%+v", h)
	}
}
