package lineedit

import (
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/chzyer/readline"
)

// keyLoop is chzyer/readline as we use it: its loop that takes keys and its
// buffer that holds the line. It is told that nothing is interactive, and so
// neither paints nor asks for a width nor changes the terminal; its completion,
// its search and its history are never entered.
//
// Of keys it gets only Enter, Ctrl-C and Ctrl-D as they are. Any other is one
// mark in its input, which it puts into the line like a character; its listener,
// called after each key, takes the mark out again and does what the key says.
type keyLoop struct {
	rl    *readline.Instance
	input *keyStream
	press func(text []rune, pos int, k key) ([]rune, int)

	empty   bool          // the line is; a Ctrl-D is then the end
	settled chan struct{} // readline is done with the key that ended a line
	mu      sync.Mutex
	failure *callbackPanic
}

// mark is no character that anyone types, but does no harm if someone does: what
// is typed never meets readline's input.
const mark = '\U0010F8E3'

// callbackPanic is a panic of our own code in one of readline's goroutines. It is
// raised again where the line is read, when the terminal has been restored, so
// that deferred functions run as they would for any other.
type callbackPanic struct {
	value any
	stack []byte
}

func (p *callbackPanic) Error() string { return fmt.Sprintf("%v\n\n%s", p.value, p.stack) }

func newKeyLoop(next func() ([]key, error), press func([]rune, int, key) ([]rune, int)) (*keyLoop, error) {
	l := &keyLoop{press: press, settled: make(chan struct{}, 1)}
	l.input = &keyStream{next: next, failed: l.fail}
	nothing := func() error { return nil }
	config := &readline.Config{
		Stdin: l.input, Stdout: io.Discard, Stderr: io.Discard, DisableAutoSaveHistory: true,
		FuncIsTerminal: func() bool { return false }, FuncMakeRaw: nothing, FuncExitRaw: nothing,
		FuncGetWidth: func() int { return 80 }, FuncOnWidthChanged: func(func()) {},
	}
	config.SetListener(l.changed)
	var err error
	l.rl, err = readline.NewEx(config)
	return l, err
}

// read reads one line that begins as start.
func (l *keyLoop) read(start string) (string, error) {
	l.empty = start == ""
	if start != "" {
		l.rl.Operation.SetBuffer(start)
	}
	text, err := l.rl.Readline()
	l.mu.Lock()
	failure := l.failure
	l.mu.Unlock()
	if failure != nil {
		panic(failure)
	}
	if l.input.ended.Load() {
		return text, io.EOF // readline takes the end of input for an Enter
	}
	<-l.settled
	if errors.Is(err, readline.ErrInterrupt) {
		return text, ErrInterrupt
	}
	return text, err
}

// changed is readline's listener.
func (l *keyLoop) changed(text []rune, pos int, r rune) (newText []rune, newPos int, ok bool) {
	defer func() {
		if v := recover(); v != nil {
			l.fail(v)
			newText, newPos, ok = nil, 0, false
		}
	}()
	switch {
	case r == 0: // a line begins
		return nil, 0, false
	case r == mark:
		text, pos = append(text[:pos-1], text[pos:]...), pos-1
		text, pos = l.press(text, pos, l.input.pop())
	case r == readline.CharDelete && !l.empty: // readline has deleted already
		text, pos = l.press(text, pos, key{code: keyEOF})
	default:
		select {
		case l.settled <- struct{}{}:
		default:
		}
		return nil, 0, false
	}
	l.empty = len(text) == 0
	return text, pos, true
}

// fail keeps a panic and makes read return.
func (l *keyLoop) fail(v any) {
	l.mu.Lock()
	if l.failure == nil {
		l.failure = &callbackPanic{v, debug.Stack()}
	}
	l.mu.Unlock()
	l.rl.Operation.Close() // a pending Readline gets io.EOF
}

// close ends readline's goroutines. The keys' source must have ended.
func (l *keyLoop) close() {
	l.rl.Config.Stdin.Close()
	l.rl.Terminal.KickRead()
}

// keyStream is readline's standard input.
type keyStream struct {
	next   func() ([]key, error)
	failed func(any)
	ended  atomic.Bool
	out    []byte // readline's goroutine's alone

	mu   sync.Mutex
	keys []key // one for each mark
}

func (s *keyStream) Read(p []byte) (n int, err error) {
	defer func() {
		if v := recover(); v != nil {
			s.ended.Store(true)
			s.failed(v)
			n, err = 0, io.EOF
		}
	}()
	for len(s.out) == 0 {
		keys, err := s.next()
		if err != nil {
			s.ended.Store(true)
			return 0, io.EOF
		}
		for _, k := range keys {
			s.push(k)
		}
	}
	n = copy(p, s.out)
	s.out = s.out[n:]
	return n, nil
}

func (s *keyStream) push(k key) {
	switch k.code {
	case keyEnter:
		s.out = append(s.out, readline.CharEnter)
	case keyInterrupt:
		s.out = append(s.out, readline.CharInterrupt)
	case keyEOF:
		s.out = append(s.out, readline.CharDelete)
	default:
		s.out = append(s.out, string(mark)...)
		s.mu.Lock()
		s.keys = append(s.keys, k)
		s.mu.Unlock()
	}
}

func (s *keyStream) pop() key {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.keys[0]
	s.keys = s.keys[1:]
	return k
}

// Close makes keyStream an io.ReadCloser.
func (s *keyStream) Close() error { return nil }
