package repl

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ipcsh/commands"
	"ipcsh/commands/text"
)

// Error is what went wrong, with its place: the one positioned error type of
// parsing and running.
type Error struct {
	File     string
	Line     int    // 1 is the first; 0: the whole file
	Text     string // the line, for the caret
	Pos, End int    // what in Text is meant; Pos < 0: all of it
	At       int    // where in Text the statement begins
	Err      error
	Open     bool // the text ends within a block: more of it may follow
}

func (e *Error) Error() string { return e.In(text.En) }

func (e *Error) Unwrap() error { return e.Err }

// In returns file:line:column: and the error in l.
func (e *Error) In(l text.Lang) string {
	switch {
	case e.File == Terminal && e.Line <= 1: // the line stands right above
		return text.Of(e.Err, l)
	case e.Line == 0:
		return fmt.Sprintf("%s: %s", e.File, text.Of(e.Err, l))
	case e.Pos < 0 || !commands.IsUsage(e.Err):
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, text.Of(e.Err, l))
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, column(e.Text, e.Pos), text.Of(e.Err, l))
}

// bare returns the error without its place, where that is shown already or is
// another statement's.
func bare(err error) error {
	var placed *Error
	if errors.As(err, &placed) {
		return placed.Err
	}
	return err
}

// column returns the place as a person counts: characters, from 1.
func column(s string, pos int) int {
	n := 1
	for i := range s {
		if i >= pos {
			break
		}
		n++
	}
	return n
}

// Interrupted is a run that a signal ended.
type Interrupted struct{ Status int }

func (e *Interrupted) Error() string { return e.In(text.En) }

// In returns the error in l.
func (e *Interrupted) In(l text.Lang) string {
	return text.New("interrupted", "중단되었습니다").In(l)
}

// TimedOut is a call that waited longer than --timeout.
type TimedOut struct {
	Cmd   string
	After time.Duration
}

func (e *TimedOut) Error() string { return e.In(text.En) }

// In returns the error in l.
func (e *TimedOut) In(l text.Lang) string {
	return text.F("%s still waits after %s (--timeout), and nothing in this script can end the wait",
		"%s: %s(--timeout)가 지나도 대기 중이며, 이 스크립트에는 대기를 끝낼 수 있는 것이 없습니다", e.Cmd, e.After).In(l)
}

// The ways in which a block ends before its last statement.
var (
	errBreak = errors.New("break")
	errQuit  = errors.New("quit")
)

// Status returns the exit status that an error means: 1 a statement or a check
// failed, 2 a mistake in what was typed, 130 an interrupt.
func Status(err error) int {
	var in *Interrupted
	switch {
	case err == nil || errors.Is(err, errQuit):
		return 0
	case errors.As(err, &in):
		return in.Status
	case errors.Is(err, context.Canceled):
		return 130
	case commands.IsUsage(err):
		return 2
	}
	return 1
}
