package commands

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"

	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// Names of users are read from /etc/passwd and /etc/group, not through package
// os/user: that would link the C library in where there is a C compiler.

// evalID evaluates a uid or gid: a number, -1 included, or a name.
func (a *argument) evalID(c *Call, dst *Arg) error {
	w := a.words[0]
	name, err := c.expand(w)
	if err != nil {
		return err
	}
	file := "/etc/passwd"
	if a.param.Kind == GroupArg {
		file = "/etc/group"
	}
	if id, ok := lookupID(file, name); ok {
		dst.I = id
		return nil
	}
	n, err := c.number(w.Raw)
	if err != nil {
		return a.wrong("%s: no number, and no name in %s", "%s: 수도 아니고 %s에 있는 이름도 아닙니다", Escape(clip(name)), file)
	}
	if n < -1 || n > 1<<32-1 {
		return a.wrong("%s: %d does not fit uid_t (-1 to %d)", "%s: %d은(는) uid_t 범위(-1 ~ %d)를 벗어납니다", a.param.Name, n, int64(1<<32-1))
	}
	dst.I = n
	return nil
}

func lookupID(file, name string) (int64, bool) {
	f, err := os.Open(file)
	if err != nil {
		return 0, false
	}
	defer f.Close()
	return findID(f, name)
}

// findID finds name's id in the form of /etc/passwd: name:password:id:...
func findID(r io.Reader, name string) (int64, bool) {
	sc := bufio.NewScanner(r)
	for sc.Scan() {
		parts := strings.SplitN(sc.Text(), ":", 4)
		if len(parts) == 4 && parts[0] == name {
			id, err := strconv.ParseInt(parts[2], 10, 64)
			return id, err == nil
		}
	}
	return 0, false
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

// findName finds the name of an id in the form of /etc/passwd.
func findName(r io.Reader, id string) (string, bool) {
	sc := bufio.NewScanner(r)
	for sc.Scan() {
		parts := strings.SplitN(sc.Text(), ":", 4)
		if len(parts) == 4 && parts[2] == id && parts[0] != "" {
			return parts[0], true
		}
	}
	return "", false
}
