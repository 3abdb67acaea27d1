package sysv

import (
	"fmt"
	"sort"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// Error is the failure of one system call.
type Error struct {
	Call  string // as in C: "msgget"
	Errno syscall.Errno
}

// Error is "msgget: ENOENT (2): No such file or directory".
func (e *Error) Error() string {
	return fmt.Sprintf("%s: %s (%d): %s", e.Call, ErrnoName(e.Errno), int(e.Errno), ErrnoText(e.Errno))
}

// Unwrap returns the errno, for errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Errno }

// fail makes the error of a call. The result is an error, not an *Error, so
// that success is a nil interface.
func fail(call string, errno syscall.Errno) error {
	if errno == 0 {
		return nil
	}
	return &Error{call, errno}
}

// failWith is fail for the errors of packages os and unix, whose Errno it keeps.
func failWith(call string, err error) error {
	for e := err; e != nil; {
		if errno, ok := e.(syscall.Errno); ok {
			return fail(call, errno)
		}
		u, ok := e.(interface{ Unwrap() error })
		if !ok {
			break
		}
		e = u.Unwrap()
	}
	return err
}

// ErrnoName returns C's name of an errno, "ENOENT", or the number if it has none.
func ErrnoName(e syscall.Errno) string {
	if name := unix.ErrnoName(e); name != "" {
		return name
	}
	return fmt.Sprint(int(e))
}

// ErrnoText returns strerror's text as glibc has it in English.
func ErrnoText(e syscall.Errno) string {
	if e == 0 {
		return "Success"
	}
	if unix.ErrnoName(e) == "" {
		return fmt.Sprintf("Unknown error %d", int(e))
	}
	if e == unix.EHWPOISON {
		return "Memory page has hardware error" // Go lacks this one
	}
	// Go's texts are glibc's with a small first letter.
	text := e.Error()
	return strings.ToUpper(text[:1]) + text[1:]
}

// errnos maps every name to its number. unix keeps its table to itself, but
// answers for each number.
var errnos = sync.OnceValue(func() map[string]syscall.Errno {
	m := map[string]syscall.Errno{
		"EWOULDBLOCK": syscall.EWOULDBLOCK, "EDEADLOCK": syscall.EDEADLOCK,
		"EOPNOTSUPP": syscall.EOPNOTSUPP, "ENOTSUP": syscall.ENOTSUP,
	}
	for e := syscall.Errno(1); e <= 133; e++ {
		if name := unix.ErrnoName(e); name != "" {
			m[name] = e
		}
	}
	return m
})

// ErrnoByName finds an errno by C's name, second names such as EWOULDBLOCK included.
func ErrnoByName(name string) (syscall.Errno, bool) {
	e, ok := errnos()[name]
	return e, ok
}

// ErrnoNames lists all names, sorted.
func ErrnoNames() []string {
	var names []string
	for name := range errnos() {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
