package repl

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// maxDepth is how deep files may source files.
const maxDepth = 32

// source runs a file's statements here. A relative name is looked up beside the
// script that says source.
func (e *Engine) source(sc *Script, n *Node) error {
	args, err := n.bind.Eval()
	if err != nil {
		return e.failed(sc, n, err)
	}
	path := args[0].S
	if !filepath.IsAbs(path) && sc.onDisk() {
		path = filepath.Join(filepath.Dir(sc.File), path)
	}
	if e.sourced == maxDepth {
		return e.failed(sc, n, &commands.UsageError{Pos: -1, Msg: text.F("source: %d files deep: does a file source itself?", "source: 파일이 %d단계나 겹쳤습니다. 파일이 자기 자신을 source합니까?", maxDepth)})
	}
	src, err := ReadScript(path)
	if err != nil {
		return e.failed(sc, n, err)
	}
	inner, err := Parse(e.Session, path, src)
	if err != nil {
		return e.failed(sc, n, err)
	}
	e.head(sc, n)
	e.sourced++
	defer func() { e.sourced-- }()
	return e.block(inner, inner.Nodes)
}

// onDisk reports whether the script is a file, not -c or a pipe.
func (sc *Script) onDisk() bool { return sc.File != CommandLine && sc.File != StandardInput }

// The names of scripts that are no files.

const (
	CommandLine   = "-c"
	StandardInput = "stdin"
)

// ReadScript reads a script's text.
func ReadScript(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", unreadable(path, err)
	}
	defer f.Close()
	if st, err := f.Stat(); err == nil && st.IsDir() {
		return "", unreadable(path, errDirectory)
	}
	b, err := io.ReadAll(f)
	if err != nil {
		return "", unreadable(path, err)
	}
	return string(b), nil
}

var errDirectory = syscall.EISDIR

// unreadable is the error for a script that cannot be read.
func unreadable(path string, err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	if errno, ok := err.(syscall.Errno); ok {
		err = errors.New(sysv.ErrnoText(errno))
	}
	return &Error{File: path, Pos: -1, Err: &commands.UsageError{Pos: -1, Msg: text.F("%s", "%s", err)}}
}
