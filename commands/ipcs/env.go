package ipcs

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"ipcsh/sysv"
)

// Kinds of objects, as the hooks of [Env] name them: the letters of the options.
const (
	KindQueue   byte = 'q'
	KindSegment byte = 'm'
	KindSet     byte = 's'
)

// Env is what a tool is run with. The hooks may be nil.
type Env struct {
	Out, Err io.Writer
	In       io.Reader
	Name     string // how the tool was called, argv[0]; "" is its own name
	Width    int    // columns of the terminal, 0 where there is none

	// Mine tells whether the session made an object. Confirm is asked before
	// ipcrm removes n objects that it did not make; without Confirm there is no
	// question.
	Mine    func(kind byte, id int) bool
	Confirm func(n int) bool

	// Waiters lists the processes asleep in a call on an object; hidden says that some
	// could not be looked at. Attachers lists those that have segments attached,
	// each as often as it has.
	Waiters   func() (list []Waiter, hidden bool)
	Attachers func() []Attacher

	Removed func(kind byte, id int) // after an object was removed
	Made    func(kind byte, id int) // after an object was made
	Refused func(err error)         // after ipcrm's call failed
}

// tool is one run of one of the tools.
type tool struct {
	Env
	short string // the name in messages: Name without its folders
	out   page
	names names
	extra extra
	euid  uint32

	common     string // the columns that head made last, and of whom
	commonUid  uint32
	commonMode uint32
}

func newTool(env Env, name string) *tool {
	if env.Name == "" {
		env.Name = name
	}
	t := &tool{Env: env, short: filepath.Base(env.Name), euid: uint32(os.Geteuid())}
	t.out.w, t.out.b = env.Out, make([]byte, 0, pageSize+256)
	return t
}

// warn prints a message after what was printed before.
func (t *tool) warn(format string, args ...any) {
	t.out.flush()
	fmt.Fprintf(t.Err, t.short+": "+format+"\n", args...)
}

// tryHelp ends a usage error.
func (t *tool) tryHelp() int {
	fmt.Fprintf(t.Err, "Try '%s --help' for more information.\n", t.short)
	return 1
}

// badUsage prints what the option parser has to say. It names the tool as it was
// called.
func (t *tool) badUsage(err error) int {
	t.out.flush()
	fmt.Fprintf(t.Err, "%s: %v\n", t.Name, err)
	return t.tryHelp()
}

// end writes out what is left and returns the exit status. That nobody reads any
// more is no failure.
func (t *tool) end(status int) int {
	t.out.flush()
	if err := t.out.err; err != nil && !errors.Is(err, syscall.EPIPE) && !errors.Is(err, syscall.EBADF) {
		fmt.Fprintf(t.Err, "%s: write error: %s\n", t.short, reason(err))
		return 1
	}
	return status
}

// reason is strerror's text of an error.
func reason(err error) string {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return sysv.ErrnoText(errno)
	}
	return err.Error()
}

// version is the answer to -V. Scripts look for the second number.
func (t *tool) version() {
	fmt.Fprintf(&t.out, "%s from ipcsh, as util-linux 2.38.1\n", t.short)
}
