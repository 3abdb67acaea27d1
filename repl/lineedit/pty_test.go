package lineedit

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"ipcsh/sysv"
)

// result is what one ReadLine returned.
type result struct {
	text string
	err  error
}

// desk is an editor on a real pseudo terminal, and a screen behind it.
type desk struct {
	*Editor
	t        testing.TB
	vt       *vt
	keyboard *os.File // the terminal's other side
	tty      *os.File
	lines    chan result
	next     chan string // prompts
}

// patience is how long a test waits for a screen.
const patience = time.Minute

// newDesk makes a desk whose editor has been asked for a line.
func newDesk(t testing.TB, w, h int, change func(*Config)) *desk {
	t.Helper()
	d := openDesk(t, w, h, change)
	d.ask("> ")
	d.see("> |")
	return d
}

func openDesk(t testing.TB, w, h int, change func(*Config)) *desk {
	t.Helper()
	keyboard, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(tty, &pty.Winsize{Cols: uint16(w), Rows: uint16(h)}); err != nil {
		t.Fatal(err)
	}
	if w == 0 {
		w, h = 80, 24
	}
	d := &desk{t: t, vt: newVT(w, h), keyboard: keyboard, tty: tty, lines: make(chan result, 100), next: make(chan string, 100)}
	cfg := Config{In: tty, Out: tty, Complete: complete, Search: "search ", More: func(n int) string { return fmt.Sprint("and ", n, " more") }}
	if change != nil {
		change(&cfg)
	}
	if d.Editor, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	shown := make(chan struct{})
	go func() {
		_, _ = io.Copy(d.vt, keyboard)
		close(shown)
	}()
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for p := range d.next {
			s, err := d.ReadLine(p)
			d.lines <- result{s, err}
		}
	}()
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error("close:", err)
		}
		close(d.next)
		<-stopped
		tty.Close()
		keyboard.Close()
		<-shown
	})
	return d
}

func (d *desk) typed(keys ...string) {
	d.t.Helper()
	if _, err := d.keyboard.WriteString(strings.Join(keys, "")); err != nil {
		d.t.Error(err)
	}
}

// see waits until the screen, cursor and all, is as wanted.
func (d *desk) see(want string) {
	d.t.Helper()
	if got, ok := eventually(want, d.vt.String); !ok {
		d.t.Fatalf("screen:\n%s\nwant:\n%s", got, want)
	}
}

func eventually(want string, get func() string) (string, bool) {
	for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		got := get()
		if got == want || time.Now().After(end) {
			return got, got == want
		}
	}
}

// line waits for ReadLine to return.
func (d *desk) line() result {
	d.t.Helper()
	select {
	case r := <-d.lines:
		return r
	case <-time.After(patience):
		d.t.Fatalf("ReadLine does not return; screen:\n%s", d.vt)
		panic("unreachable")
	}
}

// ask has the next line read and waits until keys count: those typed earlier
// would be shown by the terminal itself.
func (d *desk) ask(prompt string) {
	d.t.Helper()
	d.next <- prompt
	eventually("true", func() string {
		d.mu.Lock()
		defer d.mu.Unlock()
		return fmt.Sprint(d.active)
	})
}

// enter presses Enter, wants this text and asks for the next line.
func (d *desk) enter(want string) {
	d.t.Helper()
	d.typed("\r")
	if r := d.line(); r.err != nil || r.text != want {
		d.t.Errorf("got %q, %v; want %q", r.text, r.err, want)
	}
	d.ask("> ")
}

// sane reports whether the terminal is as a shell wants it.
func sane(tty *os.File) bool {
	before, err := sysv.MakeRaw(tty.Fd())
	if err != nil {
		return false
	}
	raw, err := sysv.MakeRaw(tty.Fd())
	if err != nil || sysv.RestoreTTY(tty.Fd(), before) != nil {
		return false
	}
	return *before != *raw
}

// resize gives the terminal another size; the process is not of its session and
// has to be told.
func (d *desk) resize(w, h int) {
	d.t.Helper()
	if err := pty.Setsize(d.tty, &pty.Winsize{Cols: uint16(w), Rows: uint16(h)}); err != nil {
		d.t.Fatal(err)
	}
	if err := syscall.Kill(os.Getpid(), syscall.SIGWINCH); err != nil {
		d.t.Fatal(err)
	}
}

func memory(lines ...string) *History {
	h, _ := OpenHistory("")
	for _, l := range lines {
		h.Add(l)
	}
	return h
}

const (
	left, right, up, down = "\x1b[D", "\x1b[C", "\x1b[A", "\x1b[B"
	home, end             = "\x1b[H", "\x1b[F"
	del                   = "\x1b[3~"
	backspace             = "\x7f"
)

func ctrl(c byte) string { return string(rune(c & 0x1f)) }

func paste(s string) string {
	return "\x1b[200~" + strings.ReplaceAll(s, "\n", "\r") + pasteEnd
}

func wantErr(t *testing.T, got result, err error, text string) {
	t.Helper()
	if !errors.Is(got.err, err) || got.text != text {
		t.Errorf("got %q, %v; want %q, %v", got.text, got.err, text, err)
	}
}
