// Package lineedit reads lines from a terminal: an editor with completion,
// history, search and paste, correct for text of any width on a screen of any
// size. chzyer/readline is its key loop and line buffer, in one file; what is
// seen, and what the keys do, is its own.
//
// The terminal is raw only while a line is read. [Editor.ReadLine] restores it
// on every way out, a panic of the editor or of a callback included, and
// [Editor.Close] does from any goroutine: the program has to call it on signals
// that end it, and deferred. What cannot be caught is a panic in another
// goroutine of the program (unless that one closes the editor), in a goroutine
// of readline outside our callbacks (none is known to be left), a fatal error of
// the runtime, and SIGKILL.
//
// The package knows nothing of the shell's language or commands, and has no text
// for users of its own.
package lineedit

import (
	"errors"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"ipcsh/sysv"
)

var (
	// ErrInterrupt is Ctrl-C: the line is dropped.
	ErrInterrupt = errors.New("interrupted")
	// ErrNoTerminal says that input or output is no terminal.
	ErrNoTerminal = errors.New("not a terminal")
)

// Config is what an editor works with. In and Out are the same terminal.
type Config struct {
	In, Out  *os.File
	Complete Completer          // may be nil
	History  *History           // what Up and search recall; may be nil
	More     func(n int) string // words for "... and n more" below a list of candidates; may be nil
	Search   string             // what is seen in place of the prompt while history is searched
	Suspend  func()             // Ctrl-Z: stop the process; the terminal is as it was found. May be nil
	Color    bool               // whether the prompt's colours are shown, and summaries dimmed
}

// Usable reports whether a line can be edited: both are terminals, and TERM does
// not say that this one has no cursor.
func Usable(in, out *os.File) bool {
	term := os.Getenv("TERM")
	return sysv.IsTerminal(in.Fd()) && sysv.IsTerminal(out.Fd()) && term != "" && term != "dumb"
}

// Editor reads lines. ReadLine is for one goroutine at a time; the other methods
// are for any.
type Editor struct {
	cfg   Config
	outFd uintptr
	tty   terminal
	input *input
	loop  *keyLoop
	done  chan struct{}
	once  sync.Once

	session // readline's goroutine's alone while a line is read

	mu      sync.Mutex // what is seen
	screen  screen
	prompt  []cell // of the line that is read
	view    view
	active  bool // a line is seen
	prefill string
	closed  atomic.Bool
}

// New makes an editor. It does not touch the terminal yet.
func New(cfg Config) (*Editor, error) {
	e := &Editor{cfg: cfg, outFd: cfg.Out.Fd(), done: make(chan struct{})}
	e.tty.fd = cfg.In.Fd()
	if !sysv.IsTerminal(e.tty.fd) || !sysv.IsTerminal(e.outFd) {
		return nil, ErrNoTerminal
	}
	var err error
	if e.input, err = newInput(cfg.In); err != nil {
		return nil, err
	}
	if e.loop, err = newKeyLoop(e.input.next, e.press); err != nil {
		return nil, err
	}
	e.screen = screen{out: cfg.Out, reflows: reflows(os.Getenv)}
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGWINCH, syscall.SIGCONT)
	go e.watch(signals)
	return e, nil
}

// ReadLine reads a line; a paste of several is one, with newlines in it. Ctrl-D
// at an empty line is io.EOF, and so are the end of the terminal and Close;
// Ctrl-C is ErrInterrupt, with what had been typed.
func (e *Editor) ReadLine(prompt string) (string, error) {
	start, err := e.begin(prompt)
	if err != nil {
		return "", err
	}
	defer e.leave()
	text, err := e.loop.read(start)
	e.finish(text, err)
	if err == io.EOF {
		return "", err
	}
	return text, err
}

// begin makes the terminal raw and shows the prompt.
func (e *Editor) begin(prompt string) (start string, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed.Load() || e.loop.input.ended.Load() {
		return "", io.EOF
	}
	if err := e.tty.enter(); errors.Is(err, syscall.EIO) {
		return "", io.EOF // nobody is at its other side any more
	} else if err != nil {
		return "", err
	}
	start, e.prefill = string(clean([]byte(e.prefill))), ""
	e.session.begin(start)
	e.prompt = promptCells(prompt, e.cfg.Color)
	e.view = view{prompt: e.prompt, text: []rune(start), pos: len([]rune(start))}
	e.screen.buf = append(e.screen.buf, pasteOn...)
	e.screen.begin(e.size())
	e.active = true
	e.draw()
	return start, nil
}

// Sequences that make the terminal say where a paste begins and ends.
const (
	pasteOn  = "\x1b[?2004h"
	pasteOff = "\x1b[?2004l"
)

// finish leaves the line on the screen as it was entered.
func (e *Editor) finish(text string, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.active {
		return
	}
	e.active = false
	if err == ErrInterrupt {
		text += "^C"
	}
	e.view = view{prompt: e.prompt, text: []rune(text)}
	w, h := e.size()
	e.screen.finish(&e.view, w, h)
}

// leave gives the terminal back, whatever happened.
func (e *Editor) leave() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.screen.buf = append(e.screen.buf, pasteOff...)
	if e.active { // a panic: what follows begins on a row of its own
		e.active = false
		e.screen.buf = append(e.screen.buf, "\r\n"...)
	}
	e.screen.flush()
	e.tty.leave()
}

// Prefill makes text the beginning of the next line that is read.
func (e *Editor) Prefill(text string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.prefill = text
}

// Above prints whole lines: above the line being typed, or plainly when none is.
func (e *Editor) Above(text string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if text == "" {
		return
	}
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	if !e.active {
		_, _ = io.WriteString(e.cfg.Out, text)
		return
	}
	if w, h := e.size(); w != e.screen.w || h != e.screen.h {
		e.draw()
	}
	e.screen.print(strings.ReplaceAll(text, "\n", "\r\n"))
	e.draw()
}

// Reprompt changes the prompt of the line being typed.
func (e *Editor) Reprompt(prompt string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	old := e.prompt
	e.prompt = promptCells(prompt, e.cfg.Color)
	if e.active && slices.Equal(e.view.prompt, old) { // not while history is searched
		e.view.prompt = e.prompt
		e.draw()
	}
}

// Close restores the terminal and ends a ReadLine that waits, which returns
// io.EOF. It may be called again, from any goroutine, and from a deferred
// function that recovers.
func (e *Editor) Close() error {
	e.once.Do(func() {
		e.closed.Store(true)
		e.input.close()
		close(e.done)
		if e.tryLock() {
			if e.active {
				e.screen.buf = append(e.screen.buf, pasteOff+"\r\n"...)
				e.screen.flush()
				e.active = false
			}
			e.mu.Unlock()
		}
		e.loop.close()
	})
	return e.tty.close()
}

// tryLock gives up on whoever writes to a terminal that does not take it.
func (e *Editor) tryLock() bool {
	for range 50 {
		if e.mu.TryLock() {
			return true
		}
		time.Sleep(time.Millisecond)
	}
	return false
}

// draw shows the view as it is now; mu is held.
func (e *Editor) draw() {
	w, h := e.size()
	e.screen.draw(&e.view, w, h)
}

func (e *Editor) bell() { e.screen.buf = append(e.screen.buf, 7) }

// size returns the terminal's size; one that says 0 is taken for 80 by 24.
func (e *Editor) size() (w, h int) {
	w, h, _ = sysv.WindowSize(e.outFd)
	if w <= 0 {
		w = 80
	}
	if h <= 0 {
		h = 24
	}
	return w, h
}

// settleTime is how long a change of size must be over before it is followed: a
// window that is dragged sends many.
const settleTime = 20 * time.Millisecond

// watch follows changes of the terminal's size, and the process being continued
// after someone stopped it, who may have changed the terminal.
func (e *Editor) watch(signals chan os.Signal) {
	defer signal.Stop(signals)
	defer func() {
		if v := recover(); v != nil {
			_ = e.tty.close()
			panic(v)
		}
	}()
	for {
		select {
		case <-e.done:
			return
		case s := <-signals:
			if s == syscall.SIGWINCH {
				time.Sleep(settleTime)
			}
			e.refresh(s == syscall.SIGCONT)
		}
	}
}

func (e *Editor) refresh(continued bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch w, h := e.size(); {
	case !e.active:
	case continued && e.tty.again(): // a shell has had the terminal
		e.screen.buf = append(e.screen.buf, pasteOn...)
		e.screen.begin(w, h)
		e.draw()
	case w != e.screen.w || h != e.screen.h:
		e.draw()
	}
}
