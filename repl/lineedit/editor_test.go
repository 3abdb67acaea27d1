package lineedit

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"ipcsh/sysv"
)

func TestKorean(t *testing.T) {
	d := newDesk(t, 20, 6, nil)
	d.typed("가나다")
	d.see("> 가나다|")
	d.typed(left)
	d.see("> 가나|다")
	d.typed(backspace)
	d.see("> 가|다")
	d.typed("라x", home, del)
	d.see("> |라x다")
	d.typed(end, " 한글 단어", ctrl('w'))
	d.see("> 라x다 한글 |")
	d.typed("\x1b\x7f", "셋", "\x1bb", "\x1bb")
	d.see("> |라x다 셋")
	d.typed("\x1bf", ctrl('k'), ctrl('y'), ctrl('y'))
	d.see("> 라x다 셋 셋|")
	d.enter("라x다 셋 셋")
}

// The ends of rows: a wide character that does not fit, a row that is just full.
func TestKoreanWrapped(t *testing.T) {
	d := newDesk(t, 9, 6, nil)
	d.typed("가나다라")
	d.see("> 가나다\n라|")
	d.typed("마바사")
	d.see("> 가나다\n라마바사|")
	d.typed("a")
	d.see("> 가나다\n라마바사a\n|")
	d.typed(left)
	d.see("> 가나다\n라마바사|a")
	d.typed(home, "x")
	d.see("> x|가나다\n라마바사a")
	d.typed("y", end, backspace)
	d.see("> xy가나\n다라마바\n사|")
	d.enter("xy가나다라마바사")
	d.see("> xy가나\n다라마바\n사\n> |")
}

// Conjoining jamo, as file names of macOS have them, and marks are one character.
func TestCombining(t *testing.T) {
	nfd := "\u1112\u1161\u11ab"
	d := newDesk(t, 20, 4, nil)
	d.typed("a", nfd, "e\u0301z", left, left, left)
	d.see("> a|" + nfd + "e\u0301z")
	d.typed(right, backspace)
	d.see("> a|e\u0301z")
	d.typed(ctrl('d'))
	d.see("> a|z")
	d.enter("az")
}

func TestPromptWraps(t *testing.T) {
	d := openDesk(t, 10, 6, nil)
	d.ask("프롬프트가길다> ")
	d.see("프롬프트가\n길다> |")
	d.typed("abcdef")
	d.see("프롬프트가\n길다> abcd\nef|")
	d.typed(strings.Repeat(left, 5))
	d.see("프롬프트가\n길다> a|bcd\nef")
	d.typed(ctrl('u'))
	d.see("프롬프트가\n길다> |bcde\nf")
	d.enter("bcdef")
	d.line0("exact-ten>", "exact-ten>\n|")
}

// line0 drops the line being read and reads one with another prompt.
func (d *desk) line0(prompt, want string) {
	d.t.Helper()
	d.typed(ctrl('c'))
	d.line()
	d.typed(ctrl('l'))
	d.ask(prompt)
	d.see(want)
}

func TestControlKeys(t *testing.T) {
	d := newDesk(t, 30, 8, nil)
	d.typed("abc", ctrl('c'))
	wantErr(t, d.line(), ErrInterrupt, "abc")
	d.ask("> ")
	d.see("> abc^C\n> |")
	d.typed("abc", ctrl('a'), ctrl('d'))
	d.see("> abc^C\n> |bc")
	d.enter("bc")
	d.see("> abc^C\n> bc\n> |")
	d.typed(ctrl('d'))
	wantErr(t, d.line(), io.EOF, "")
	d.ask("again> ")
	d.see("> abc^C\n> bc\n>\nagain> |")
	d.typed("x", backspace, ctrl('d')) // the last character of a line, then the end
	wantErr(t, d.line(), io.EOF, "")
	d.Prefill("vor")
	d.ask("> ")
	d.see("> abc^C\n> bc\n>\nagain>\n> vor|")
	d.typed(home, ctrl('d'), ctrl('d'), ctrl('d'))
	d.see("> abc^C\n> bc\n>\nagain>\n> |")
}

func TestWordsAndKills(t *testing.T) {
	d := newDesk(t, 40, 4, nil)
	d.typed("msgsnd q key=가나 x", "\x1b[1;5D", "\x1b[1;5D", "\x1b[5D")
	d.see("> msgsnd q |key=가나 x")
	d.typed("\x1b[1;3C", "\x1b[3;5~")
	d.see("> msgsnd q key| x")
	d.typed(ctrl('w'), "\x1bd")
	d.see("> msgsnd q |")
	d.typed(ctrl('y'), ctrl('u'), ctrl('y'))
	d.see("> msgsnd q  x|")
	d.enter("msgsnd q  x")
}

func TestHistoryRecall(t *testing.T) {
	d := newDesk(t, 30, 8, func(c *Config) { c.History = memory("하나", "둘\n둘의 둘째", "셋") })
	d.typed("typed", up, up)
	d.see("> 둘\n둘의 둘째|")
	d.typed(up)
	d.see("> 하나|")
	d.typed("X", up)
	d.see("> 하나X|")
	d.typed(down, down, down)
	d.see("> typed|")
	d.typed(down, "\x1b<")
	d.see("> 하나X|") // what was edited on the way stays
	d.typed(down, left, up)
	d.see("> 둘|\n둘의 둘째")
	d.typed(down, end, "!")
	d.enter("둘\n둘의 둘째!")
	d.see("> 둘\n둘의 둘째!\n> |")
	d.typed(up, up, up, up, up, up, up)
	d.see("> 둘\n둘의 둘째!\n> 하나|")
}

func TestPaste(t *testing.T) {
	d := newDesk(t, 20, 6, nil)
	d.typed("a", paste("for {\n\t둘\r\x1b[A\x00}\n"), "z")
	d.see("> afor {\n    둘\n[A}z|") // the Escape is dropped
	d.enter("afor {\n\t둘\n[A}z")
	for _, part := range strings.SplitAfter(paste("x\ny"), "") { // byte for byte
		d.typed(part)
	}
	d.see("> afor {\n    둘\n[A}z\n> x\ny|")
	d.enter("x\ny")
	d.typed("one\rtwo\rth") // without brackets: lines of their own
	for _, want := range []string{"one", "two"} {
		if r := d.line(); r.text != want {
			t.Errorf("%q", r.text)
		}
		d.next <- "> "
	}
	d.typed("ree")
	d.enter("three")
}

func TestPasteLong(t *testing.T) {
	d := newDesk(t, 30, 6, nil)
	var b strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&b, "msgsnd q %d \"둘 %d\"\n", i+1, i)
	}
	text := strings.TrimSuffix(b.String(), "\n")
	start := time.Now()
	d.typed(paste(b.String()))
	d.see("msgsnd q 9995 \"둘 9994\"\nmsgsnd q 9996 \"둘 9995\"\nmsgsnd q 9997 \"둘 9996\"\nmsgsnd q 9998 \"둘 9997\"\nmsgsnd q 9999 \"둘 9998\"\nmsgsnd q 10000 \"둘 9999\"|")
	pasted := time.Since(start)
	start = time.Now()
	for range 20 {
		d.typed("x", backspace, up, down, end)
	}
	d.typed("y")
	d.see("msgsnd q 9995 \"둘 9994\"\nmsgsnd q 9996 \"둘 9995\"\nmsgsnd q 9997 \"둘 9996\"\nmsgsnd q 9998 \"둘 9997\"\nmsgsnd q 9999 \"둘 9998\"\nmsgsnd q 10000 \"둘 9999\"y|")
	t.Logf("10,000 lines pasted in %v; then %v a key", pasted, time.Since(start)/101)
	d.enter(text + "y")
	d.see("msgsnd q 9996 \"둘 9995\"\nmsgsnd q 9997 \"둘 9996\"\nmsgsnd q 9998 \"둘 9997\"\nmsgsnd q 9999 \"둘 9998\"\nmsgsnd q 10000 \"둘 9999\"y\n> |")
}

// A long line of one row of text, not in brackets.
func TestTypedLong(t *testing.T) {
	d := newDesk(t, 30, 6, nil)
	text := strings.Repeat("0123456789가", 10_000)
	go d.typed(text, "\r")
	if r := d.line(); r.text != text {
		t.Errorf("%d bytes, %v", len(r.text), r.err)
	}
}

// The screen shows a window of a text that is longer than it.
func TestWindow(t *testing.T) {
	d := newDesk(t, 10, 3, nil)
	d.typed(paste("1\n2\n3\n4\n5"))
	d.see("3\n4\n5|")
	d.typed(up, up)
	d.see("3|\n4\n5")
	d.typed(up)
	d.see("2|\n3\n4")
	d.typed(up, "\x1b[1~")
	d.see("> |1\n2\n3")
	d.typed(down)
	d.see("> 1\n|2\n3")
	d.enter("1\n2\n3\n4\n5")
	d.see("4\n5\n> |")
}

func TestResize(t *testing.T) {
	d := newDesk(t, 20, 6, nil)
	d.typed("abcdefghijklmnopqr")
	d.see("> abcdefghijklmnopqr\n|")
	d.mu.Lock()
	d.screen.reflows = false // as the screen of this test
	d.mu.Unlock()
	d.vt.resize(30)
	d.resize(30, 6)
	d.see("> abcdefghijklmnopqr|")
	d.typed("가")
	d.see("> abcdefghijklmnopqr가|")
	d.vt.resize(12)
	d.resize(12, 6)
	d.see("> abcdefghij\nklmnopqr가|")
	d.enter("abcdefghijklmnopqr가")
}

func TestOneColumn(t *testing.T) {
	d := openDesk(t, 1, 5, nil)
	d.ask("> ")
	d.see(">\n\n|")
	d.typed("ab가")
	d.see("\na\nb\n?\n|")
	d.typed(left, left, backspace, "\t", up, ctrl('r'), ctrl('g'))
	d.enter("b가")
	d.typed(strings.Repeat("x\x1b[D", 50))
	d.enter(strings.Repeat("x", 50))
}

func TestOneRow(t *testing.T) {
	d := newDesk(t, 12, 1, nil)
	d.typed("abcdefghijklm")
	d.see("klm|")
	d.typed(home)
	d.see("> |abcdefghij")
	d.typed(end, " \t\t")
	d.enter("abcdefghijklm ")
}

func TestAbove(t *testing.T) {
	d := newDesk(t, 12, 6, nil)
	d.typed("typed 가나다", left)
	d.see("> typed 가나\n|다")
	d.Above("woken\n깨어난 프로세스다")
	d.see("woken\n깨어난 프로\n세스다\n> typed 가나\n|다")
	d.typed("x")
	d.see("woken\n깨어난 프로\n세스다\n> typed 가나\nx|다")
	d.Above("1\n2\n")
	d.see("깨어난 프로\n세스다\n1\n2\n> typed 가나\nx|다")
	d.enter("typed 가나x다")
}

// Typing and printing at once: no character is lost, no prompt doubled.
func TestAboveWhileTyping(t *testing.T) {
	d := newDesk(t, 40, 50, nil)
	done := make(chan bool)
	go func() {
		defer close(done)
		for i := range 40 {
			d.Above(fmt.Sprint("event ", i))
			time.Sleep(time.Millisecond)
		}
	}()
	for range 40 {
		d.typed("한", left, "글", right, backspace)
		time.Sleep(time.Millisecond)
	}
	<-done
	var want strings.Builder
	for i := range 40 {
		fmt.Fprintln(&want, "event", i)
	}
	d.see(want.String() + "> 글글글글글글글글글글글글글글글글글글글\n글글글글글글글글글글글글글글글글글글글글\n글|")
}

// Someone stopped the process, used the terminal and let it go on.
func TestContinued(t *testing.T) {
	d := openDesk(t, 30, 6, nil)
	cooked, err := sysv.MakeRaw(d.tty.Fd())
	if err == nil {
		err = sysv.RestoreTTY(d.tty.Fd(), cooked)
	}
	if err != nil {
		t.Fatal(err)
	}
	d.ask("> ")
	d.typed("가나", left)
	d.see("> 가|나")
	again := func() {
		if err := syscall.Kill(os.Getpid(), syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
	}
	again() // nobody touched the terminal
	time.Sleep(20 * time.Millisecond)
	d.see("> 가|나")
	if err := sysv.RestoreTTY(d.tty.Fd(), cooked); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(d.tty, "\r\njob: "); err != nil {
		t.Fatal(err)
	}
	again()
	d.see("> 가나\njob:\n> 가|나")
	d.typed("x")
	d.typed("\r")
	if r := d.line(); r.text != "가x나" || !sane(d.tty) {
		t.Errorf("%q, sane: %v", r.text, sane(d.tty))
	}
}

func TestEscapeIsAKey(t *testing.T) {
	d := newDesk(t, 40, 4, func(c *Config) { c.History = memory("found") })
	d.typed("x", ctrl('r'), "fou", "\x1b")
	d.see("> |found")
	d.typed("b")
	d.enter("bfound")
}

// Without colours no sequence for them is sent.
func TestNoColor(t *testing.T) {
	for _, color := range []bool{false, true} {
		d := openDesk(t, 30, 8, func(c *Config) {
			c.Color = color
			c.Complete = func(string, int) (int, []Item) { return 0, []Item{{"", "one"}, {"b", "two"}} }
		})
		d.ask("\x1b[1;32mipcsh\x1b[m> ")
		d.see("ipcsh> |")
		d.typed("\t")
		d.see("   one\nb  two\nipcsh> |")
		d.enter("")
		if n := d.vt.count("m"); (n > 0) != color {
			t.Errorf("color=%v: %d sequences", color, n)
		}
	}
}

// A keystroke at the end of a line costs the terminal a few bytes.
func TestBytesPerKey(t *testing.T) {
	d := newDesk(t, 80, 24, nil)
	d.typed("x")
	d.see("> x|")
	before := d.vt.shown()
	d.typed("y")
	d.see("> xy|")
	if n := d.vt.shown() - before; n > 1 {
		t.Errorf("%d bytes for a key", n)
	}
}

func TestUsable(t *testing.T) {
	d := openDesk(t, 80, 24, nil)
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	for _, c := range []struct {
		term    string
		in, out *os.File
		want    bool
	}{
		{"xterm", d.tty, d.tty, true}, {"dumb", d.tty, d.tty, false}, {"", d.tty, d.tty, false},
		{"xterm", null, d.tty, false}, {"xterm", d.tty, null, false},
	} {
		t.Setenv("TERM", c.term)
		if got := Usable(c.in, c.out); got != c.want {
			t.Errorf("%s %s %s: %v", c.term, c.in.Name(), c.out.Name(), got)
		}
	}
	if _, err := New(Config{In: null, Out: d.tty}); err != ErrNoTerminal {
		t.Error(err)
	}
}

func TestCells(t *testing.T) {
	for s, want := range map[string]int{
		"": 0, "abc": 3, "가나": 4, "ㄱ": 2, "\u1112\u1161\u11ab": 2, "。，「！Ａ￦": 12, "😀": 2, "·…→₩ｱ": 5, "e\u0301": 1,
		"\u200b": 0, "\x1b[1;31m가\x1b[m": 2, "\x1b]0;title\x07x": 1, "\x1b]0;t\x1b\\x": 1, "\x1b": 0, "\x1b[3": 0, "\xff가": 3, "a\r\n": 1,
		"漢字かな": 8,
	} {
		if got := Cells(s); got != want {
			t.Errorf("%q: %d, want %d", s, got, want)
		}
	}
}

func FuzzDecoder(f *testing.F) {
	for _, s := range []string{"가\x1b[A", "\x1b[200~x\ry\x1b[201~z", "\x1b[?62;c", "\x1bOA\x1b\x1b[3;5~\x00"} {
		f.Add([]byte(s), 3)
	}
	f.Fuzz(func(t *testing.T, b []byte, cut int) {
		var whole, parts decoder
		all := whole.feed(bytes.Clone(b))
		cut = max(0, min(cut, len(b)))
		both := append(parts.feed(bytes.Clone(b[:cut])), parts.feed(bytes.Clone(b[cut:]))...)
		if len(b)-cut != 1 && cut != 1 && flat(all) != flat(both) {
			t.Errorf("%q cut at %d: %q and %q", b, cut, flat(all), flat(both))
		}
	})
}

func flat(keys []key) string {
	var b strings.Builder
	for _, k := range keys {
		if b.WriteString(string(k.text)); k.code != keyText {
			fmt.Fprintf(&b, "<%d>", k.code)
		}
	}
	return b.String()
}
