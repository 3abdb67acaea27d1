package cexpr

import (
	"errors"

	"ipcsh/commands/text"
)

// Error is a fault at a place of the source: the bytes from Pos up to End.
type Error struct {
	Pos, End int
	Msg      *text.Msg

	cause error // what Env or an Object returned, for errors.Is
}

// Error returns the English text.
func (e *Error) Error() string { return e.Msg.Error() }

// In returns the text in l.
func (e *Error) In(l text.Lang) string { return e.Msg.In(l) }

// Unwrap returns the error of an Env or an Object that e gave a place.
func (e *Error) Unwrap() error { return e.cause }

// span is a place of the source.
type span struct{ pos, end int }

func (s *span) at() *span { return s }

func (s *span) fault(m *text.Msg) *Error { return &Error{Pos: s.pos, End: s.end, Msg: m} }

// wrap gives err, if there is one, the place s unless it has its own.
func (s *span) wrap(err error) error {
	if err == nil { // first, since what errors.As is handed is allocated
		return nil
	}
	var placed *Error
	if errors.As(err, &placed) {
		return err
	}
	m, ok := err.(*text.Msg)
	if !ok {
		m = text.F("%v", "%v", err)
	}
	return &Error{s.pos, s.end, m, err}
}
