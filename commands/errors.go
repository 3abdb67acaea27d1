package commands

import (
	"errors"
	"io/fs"
	"strings"
	"syscall"

	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// UsageError is a mistake in what was typed, at a place of the statement. It
// satisfies no expectation.
type UsageError struct {
	Pos, End int // byte offsets in the statement's line; Pos < 0: nowhere in particular
	Msg      *text.Msg
	Cmd      *Command // whose usage line helps, or nil
}

func (e *UsageError) Error() string { return e.In(text.En) }

// In returns the error in l.
func (e *UsageError) In(l text.Lang) string { return e.Msg.In(l) }

// usage returns a usage error at [pos, end).
func usage(pos, end int, en, ko string, args ...any) *UsageError {
	return &UsageError{Pos: pos, End: end, Msg: text.F(en, ko, args...)}
}

// Suggest words "did you mean", or nothing when no name is near.
func Suggest(names []string) text.Localized {
	if len(names) == 0 {
		return text.F("", "")
	}
	list := strings.Join(names, ", ")
	return text.F("; did you mean %s?", ". 혹시 %s을(를) 쓰려고 하셨습니까?", list)
}

// CheckError is an assertion or an expectation that did not hold. Want and Got are
// its two halves, for reports; either may be nil.
type CheckError struct {
	Msg       *text.Msg
	Want, Got *text.Msg
}

// Unmet is the check that want was expected, and got came. en and ko word it with
// the two as their arguments.
func Unmet(en, ko string, want, got *text.Msg) *CheckError {
	return &CheckError{Msg: text.F(en, ko, want, got), Want: want, Got: got}
}

// verbatim is what reads the same in every language: a name, source text.
func verbatim(s string) *text.Msg { return text.F("%s", "%s", s) }

func (e *CheckError) Error() string { return e.In(text.En) }

// In returns the error in l.
func (e *CheckError) In(l text.Lang) string { return e.Msg.In(l) }

// ErrnoOf returns the name that an expectation meets: an errno's, SIGSEGV for a
// caught fault, or "".
func ErrnoOf(err error) string {
	var errno syscall.Errno
	var fe *sysv.FaultError
	var named interface{ ErrnoName() string }
	switch {
	case errors.As(err, &named):
		return named.ErrnoName()
	case errors.As(err, &errno):
		return sysv.ErrnoName(errno)
	case errors.As(err, &fe):
		return "SIGSEGV"
	}
	return ""
}

// IsUsage reports whether err is a mistake in what was typed.
func IsUsage(err error) bool {
	var ue *UsageError
	return errors.As(err, &ue)
}

// fileError words an error of the file system as one of a system call.
func fileError(err error) error {
	var pe *fs.PathError
	var errno syscall.Errno
	if !errors.As(err, &pe) || !errors.As(err, &errno) {
		return err
	}
	return &Refusal{&sysv.Error{Call: pe.Op, Errno: errno}, text.F("%s", "%s", Escape(Clip(pe.Path, 200)))}
}
