package lineedit

import (
	"bufio"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

// The tests are named for the bugs of chzyer/readline v1.5.1 that they keep out.
// R5, R27 and R32 cannot happen: nothing but a terminal is read (TestUsable), and
// SetConfig is not called. R9, R10 and R14 are tested on tmux as well.

func TestR1KoreanCompletion(t *testing.T) {
	d := newDesk(t, 30, 6, nil)
	d.typed("큐", "\t")
	d.see("> 큐하|")
	d.typed("\t")
	d.see("큐하나  큐하둘\n> 큐하|")
	d.typed("둘\t")
	d.enter("큐하둘 ")
}

func TestR2TabTabKill(t *testing.T) {
	d := newDesk(t, 30, 9, nil)
	d.typed("msg\t\t\x0b", home, ctrl('k'), "m\t\t", backspace, "\t")
	d.Above("async")
	d.typed(ctrl('k'), "g\t")
	d.enter("msgget ")
}

func TestR3Transpose(t *testing.T) {
	d := newDesk(t, 30, 6, nil)
	d.typed("a", ctrl('t'), "가", ctrl('t'))
	d.see("> 가a|")
	d.typed("한\u0301", left, ctrl('t'))
	d.see("> 가한\u0301a|")
	d.typed(home, ctrl('t'), right, ctrl('t'))
	d.enter("한\u0301가a")
}

func TestR4SearchWithoutHistory(t *testing.T) {
	d := newDesk(t, 30, 6, nil)
	d.typed(ctrl('r'), ctrl('g'), ctrl('r'), "x", ctrl('r'), ctrl('s'))
	d.see("search `x'? |")
	d.typed(ctrl('c'))
	wantErr(t, d.line(), ErrInterrupt, "")
}

func TestR6NoSize(t *testing.T) {
	d := newDesk(t, 0, 0, nil)
	d.typed("ab가", left, left, up, "\t")
	d.see("> a|b가")
	d.enter("ab가")
}

// A panic of a callback reaches the one who reads the line, when the terminal is
// sane again.
func TestR7Panic(t *testing.T) {
	d := openDesk(t, 40, 6, func(c *Config) {
		c.Complete = func(string, int) (int, []Item) { panic("completer") }
	})
	got := make(chan any)
	go func() {
		defer func() { got <- recover() }()
		_, _ = d.ReadLine("> ")
	}()
	d.see("> |")
	if sane(d.tty) {
		t.Error("the terminal is not raw")
	}
	d.typed("x\t")
	v := <-got
	if e, ok := v.(error); !ok || !strings.Contains(e.Error(), "completer") || !strings.Contains(e.Error(), "pitfalls_test.go") {
		t.Errorf("%v", v)
	}
	if !sane(d.tty) {
		t.Error("the terminal is still raw")
	}
	d.see("> x\n|")
}

// The terminal is sane after a program that panics elsewhere but closes the
// editor, and after Close from another goroutine while a line is read.
func TestR7CloseElsewhere(t *testing.T) {
	d := newDesk(t, 40, 6, nil)
	func() {
		defer func() { _ = recover() }()
		defer d.Close()
		panic("elsewhere")
	}()
	if !sane(d.tty) {
		t.Error("the terminal is still raw")
	}
	wantErr(t, d.line(), io.EOF, "")
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

func TestR8WideCursor(t *testing.T) {
	d := newDesk(t, 30, 4, nil)
	d.typed("가나다", left)
	d.see("> 가나|다")
	d.typed(home)
	d.see("> |가나다")
}

// A terminal that draws a character wider than we think spoils that one alone.
func TestR10DisputedWidth(t *testing.T) {
	d := newDesk(t, 30, 4, nil)
	d.vt.mu.Lock()
	d.vt.wide = '·'
	d.vt.mu.Unlock()
	d.typed("a·가b")
	d.see("> a 가b|")
	d.typed(left, backspace, "나")
	d.see("> a 나|b")
}

func TestR11DeleteOnEmptyLine(t *testing.T) {
	d := newDesk(t, 30, 4, nil)
	d.typed(del, del, backspace, ctrl('w'), ctrl('u'), ctrl('k'), "x", home, del, del)
	d.see("> |")
	d.enter("")
}

func TestR12NUL(t *testing.T) {
	d := newDesk(t, 30, 4, nil)
	d.typed("\x00", "a\x00b\x00")
	d.see("> ab|")
	d.enter("ab")
}

func TestR13Keys(t *testing.T) {
	d := newDesk(t, 30, 4, nil)
	for _, keys := range [][2]string{
		{"\x1b[1~", "\x1b[4~"}, {"\x1b[7~", "\x1b[8~"}, {home, end}, {"\x1bOH", "\x1bOF"}, {ctrl('a'), ctrl('e')}, {"\x1b[1;5H", "\x1b[1;2F"},
	} {
		d.typed("가x", keys[0])
		d.see("> |가x")
		d.typed(keys[1])
		d.see("> 가x|")
		d.typed(ctrl('u'))
		d.see("> |")
	}
	d.typed("a", "\x1b[?62;c", "\x1b[24;80R", "\x1b[15~", "\x1b[[A", "\x1bOP", "\x1bx", "\x1b[", ctrl('a'), "b\x1b\x1b[C")
	d.see("> ba|")
	d.typed("\x1b]", "c") // Alt-]
	d.see("> bac|")
}

func TestR14Suspend(t *testing.T) {
	stopped, raw := make(chan bool), make(chan bool)
	d := openDesk(t, 30, 6, func(c *Config) {
		c.Suspend = func() {
			stopped <- true
			<-raw
		}
	})
	d.ask("> ")
	d.typed("가나", left, ctrl('z'))
	<-stopped
	if !sane(d.tty) {
		t.Error("raw while suspended")
	}
	d.Above("meanwhile")
	raw <- true
	d.see("> 가나\nmeanwhile\n> 가|나")
	d.typed("x")
	d.enter("가x나")
	e := newDesk(t, 30, 6, nil)
	e.typed("a", ctrl('z'), "b")
	e.enter("ab")
}

// After ReadLine nothing of the editor reads: the next line is a command's.
func TestR15NextLineIsTheCommands(t *testing.T) {
	d := newDesk(t, 30, 6, nil)
	for range 20 {
		d.typed(ctrl('z'), "run\r")
		wantErr(t, d.line(), nil, "run")
		eventually("true", func() string { return fmt.Sprint(sane(d.tty)) })
		d.typed("for the child\n")
		if s, err := bufio.NewReader(d.tty).ReadString('\n'); s != "for the child\n" {
			t.Fatalf("%q, %v", s, err)
		}
		d.ask("> ")
	}
}

// Close ends a ReadLine that waits, and no goroutine stays to steal a line.
func TestR16R17Close(t *testing.T) {
	before := readlines()
	for _, typed := range []string{"", "half a line"} {
		d := newDesk(t, 30, 6, nil)
		d.typed(typed)
		d.see("> " + typed + "|")
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		wantErr(t, d.line(), io.EOF, "")
		for range 3 {
			d.typed("later\n")
			if s, err := bufio.NewReader(d.tty).ReadString('\n'); s != "later\n" {
				t.Fatalf("%q, %v", s, err)
			}
		}
	}
	if left, ok := eventually("", func() string {
		stayed := ""
		for id, stack := range readlines() {
			if before[id] == "" {
				stayed += stack + "\n"
			}
		}
		return stayed
	}); !ok {
		t.Errorf("goroutines of readline that stayed:\n%s", left)
	}
}

// readlines are the goroutines of readline, by number: those of the tests
// before may still be ending, so that a count of them proves nothing.
func readlines() map[string]string {
	b := make([]byte, 1<<20)
	found := map[string]string{}
	for _, stack := range strings.Split(string(b[:runtime.Stack(b, true)]), "\n\n") {
		if strings.Contains(stack, "created by github.com/chzyer/readline.") {
			found[strings.Fields(stack)[1]] = stack
		}
	}
	return found
}

func TestR18ReadAfterTheEnd(t *testing.T) {
	keyboard, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	e, err := New(Config{In: tty, Out: tty})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if _, err := keyboard.WriteString("cut off"); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(50*time.Millisecond, func() { keyboard.Close() })
	for range 3 {
		if s, err := e.ReadLine("> "); s != "" || err != io.EOF {
			t.Errorf("%q, %v", s, err) // what was half typed is not run
		}
	}
}

func TestR19NoStrayPrompt(t *testing.T) {
	d := newDesk(t, 30, 100, nil)
	var want strings.Builder
	for i := range 40 {
		fmt.Fprintf(&want, ">\n%d\n", i)
		d.typed("\r")
		d.line()
		d.Above(fmt.Sprint(i))
		d.ask("> ")
	}
	d.see(want.String() + "> |")
}

// Output that does not end its line is kept: the prompt begins on the next row.
func TestR20UnfinishedLine(t *testing.T) {
	d := newDesk(t, 12, 8, nil)
	for _, text := range []string{"no newline", "exactly ten!", "가", "x"} {
		d.typed("\r")
		d.line()
		if _, err := io.WriteString(d.tty, text); err != nil {
			t.Fatal(err)
		}
		d.ask("> ")
	}
	d.typed("ab", left)
	d.see("no newline\n>\nexactly ten!\n>\n가\n>\nx\n> a|b")
	d.Above("no newline")
	d.see(">\nexactly ten!\n>\n가\n>\nx\nno newline\n> a|b")
}

func TestR22LongLists(t *testing.T) {
	many := func(c *Config) {
		c.Complete = func(string, int) (int, []Item) {
			var items []Item
			for i := range 200 {
				items = append(items, Item{fmt.Sprintf("candidate%03d", i), "요약"})
			}
			return 0, items
		}
	}
	d := newDesk(t, 30, 6, many)
	d.typed("\t\t")
	d.see("candidate000  candidate001\ncandidate002  candidate003\ncandidate004  candidate005\nand 194 more\n> candidate|")
	d = newDesk(t, 8, 4, many) // a candidate is wider than the screen
	d.typed("\t\t")
	d.see("candidat\nand 199\n> candid\nate|")
}

func TestR23SearchKorean(t *testing.T) {
	d := newDesk(t, 40, 6, func(c *Config) {
		c.History = memory("메시지 보내기", "msgsnd q 1 \"보내\"", "메시지 받기", "메시지 받기 2")
	})
	d.typed("typed", ctrl('r'), "보내")
	d.see("search `보내': msgsnd q 1 \"|보내\"")
	d.typed(ctrl('r'))
	d.see("search `보내': 메시지 |보내기")
	d.typed(ctrl('r'))
	d.see("search `보내'? 메시지 |보내기")
	d.typed(ctrl('s'))
	d.see("search `보내': msgsnd q 1 \"|보내\"")
	d.typed(backspace)
	d.see("search `보': msgsnd q 1 \"|보내\"")
	d.typed(ctrl('g'))
	d.see("> typed|")
	d.typed(ctrl('r'), "받", "\x1b", down)
	d.see("> typed|")
	d.typed(ctrl('r'), "받", ctrl('r'), left)
	d.see("> 메시지| 받기")
	d.typed(ctrl('r'), ctrl('r')) // the last query again
	d.see("search `받': 메시지 |받기 2")
	d.enter("메시지 받기 2")
	d.see("> 메시지 받기 2\n> |")
}

// Candidates replace what was typed, in the middle of a line and after wide
// characters as well.
func TestR24Replace(t *testing.T) {
	d := newDesk(t, 40, 6, func(c *Config) {
		c.Complete = func(line string, pos int) (int, []Item) {
			from := strings.LastIndex(line[:pos], " ") + 1
			switch strings.ToLower(line[from:pos]) {
			case "al":
				return from, []Item{{"alpha", ""}}
			case "k":
				return from, []Item{{"key=", ""}}
			case "qn":
				return from, []Item{{"qnum(", ""}}
			case "메":
				return from, []Item{{"메시지큐", ""}, {"메시지", ""}}
			case "x":
				return pos - 1, []Item{{`"x y"`, ""}}
			}
			return -5, nil
		}
	})
	d.typed("가나 AL 다", left, left, "\t")
	d.see("> 가나 alpha |다")
	d.typed(ctrl('u'), "al", left, right, "\t")
	d.see("> alpha |다")
	d.typed(ctrl('u'), ctrl('k'), "메 한", left, left, "\t")
	d.see("> 메시지| 한")
	d.typed(ctrl('u'), ctrl('k'), "k\t")
	d.see("> key=|")
	d.typed(ctrl('u'), "qn\t")
	d.see("> qnum(|")
	d.typed(ctrl('u'), ctrl('k'), "al", "pha)", left, left, left, left, "\t", "\t")
	d.see("> alpha|)") // what is there is not doubled
	d.typed(ctrl('u'), ctrl('k'), "x\t!")
	d.see("> \"x y\" !|")
}

func TestR25ExactWord(t *testing.T) {
	d := newDesk(t, 40, 6, nil)
	d.typed("msgget\t", "x=1 semg\t", "unknown seem\t", backspace, backspace, "mg\t")
	d.see("> msgget x=1 semget unknown semget |")
}

func TestR30Prompts(t *testing.T) {
	for prompt, want := range map[string]string{
		"\x1b": "|", "a\x1b[": "a|", "\x1b]0;title\x07b> ": "b> |", "\x1b[31m빨강\x1b[m> ": "빨강> |", "둘\n줄> ": "둘\n줄> |", "\xff> ": "\ufffd> |", "": "|",
	} {
		d := openDesk(t, 20, 4, func(c *Config) { c.Color = true })
		d.ask(prompt)
		d.see(want)
		d.typed("ab", left)
		d.see(want[:len(want)-1] + "a|b")
	}
}

func TestR31ClearScreen(t *testing.T) {
	d := newDesk(t, 20, 6, nil)
	d.Above("1\n2\n3")
	d.typed("가나", left, ctrl('l'))
	d.see("> 가|나")
	d.typed(paste("\t"))
	d.see("> 가    |나")
	if n := d.vt.count("J at top left"); n != 0 {
		t.Error("the screen was erased from its top left corner")
	}
}

// A stopped terminal (Ctrl-S while a command ran) does not keep Close from
// restoring it.
func TestCloseWhenOutputIsStuck(t *testing.T) {
	keyboard, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(Config{In: tty, Out: tty})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_, _ = e.ReadLine("> ")
	}()
	stuck := make(chan struct{})
	go func() {
		defer close(stuck)
		e.Above(strings.Repeat("nobody reads this\n", 10_000))
	}()
	time.Sleep(50 * time.Millisecond)
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	if !sane(tty) {
		t.Error("still raw")
	}
	go func() { _, _ = io.Copy(io.Discard, keyboard) }()
	<-ended
	<-stuck
	tty.Close()
	keyboard.Close()
}
