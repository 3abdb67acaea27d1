package sysv

import (
	"os"

	"golang.org/x/sys/unix"
)

// StdinFrom makes text the standard input of the program that this process execs
// next, for a script that was read from a pipe before it was known that it has
// to be run elsewhere.
func StdinFrom(text string) error {
	f, err := MemoryFile("stdin", []byte(text))
	if err != nil {
		return err
	}
	defer f.Close()
	return failWith("dup3", unix.Dup3(int(f.Fd()), 0, 0))
}

// MemoryFile returns a file without a place in the file system that holds content,
// read from its beginning.
func MemoryFile(name string, content []byte) (*os.File, error) {
	fd, err := unix.MemfdCreate(name, unix.MFD_CLOEXEC)
	if err != nil {
		return nil, failWith("memfd_create", err)
	}
	f := os.NewFile(uintptr(fd), name)
	if _, err := f.Write(content); err != nil {
		f.Close()
		return nil, err
	}
	if _, err := unix.Seek(fd, 0, 0); err != nil {
		f.Close()
		return nil, failWith("lseek", err)
	}
	return f, nil
}
