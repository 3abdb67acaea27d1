package sysv

import "golang.org/x/sys/unix"

// IsTerminal reports whether the file descriptor is a terminal.
func IsTerminal(fd uintptr) bool {
	_, err := unix.IoctlGetTermios(int(fd), unix.TCGETS)
	return err == nil
}

// StdinFrom makes text the standard input of the program that this process execs
// next, for a script that was read from a pipe before it was known that it has
// to be run elsewhere.
func StdinFrom(text string) error {
	fd, err := unix.MemfdCreate("stdin", 0)
	if err != nil {
		return failWith("memfd_create", err)
	}
	for b := []byte(text); len(b) > 0; {
		n, err := unix.Write(fd, b)
		if err != nil {
			return failWith("write", err)
		}
		b = b[n:]
	}
	if _, err := unix.Seek(fd, 0, 0); err != nil {
		return failWith("lseek", err)
	}
	return failWith("dup3", unix.Dup3(fd, 0, 0))
}
