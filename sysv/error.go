package sysv

import (
	"fmt"
	"slices"
	"strings"
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

// lastErrno is the highest number that has a name.
const lastErrno syscall.Errno = 133

// secondNames are those that C has beside the first.
var secondNames = []struct {
	name  string
	errno syscall.Errno
}{
	{"EWOULDBLOCK", syscall.EWOULDBLOCK}, {"EDEADLOCK", syscall.EDEADLOCK},
	{"EOPNOTSUPP", syscall.EOPNOTSUPP}, {"ENOTSUP", syscall.ENOTSUP},
}

// ErrnoByName finds an errno by C's name, second names such as EWOULDBLOCK included.
func ErrnoByName(name string) (syscall.Errno, bool) {
	if name == "" || name[0] != 'E' {
		return 0, false
	}
	for _, n := range secondNames {
		if n.name == name {
			return n.errno, true
		}
	}
	for e := syscall.Errno(1); e <= lastErrno; e++ {
		if unix.ErrnoName(e) == name {
			return e, true
		}
	}
	return 0, false
}

// ErrnoNames lists all names, sorted.
func ErrnoNames() (names []string) {
	for _, n := range secondNames {
		names = append(names, n.name)
	}
	for e := syscall.Errno(1); e <= lastErrno; e++ {
		if name := unix.ErrnoName(e); name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
