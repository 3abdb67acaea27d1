package repl

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
	"time"

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
	if !args[0].Given {
		return e.listCarried(sc, n)
	}
	path := args[0].S
	if !filepath.IsAbs(path) && sc.onDisk() {
		path = filepath.Join(filepath.Dir(sc.File), path)
	}
	if e.sourced == maxDepth {
		return e.failed(sc, n, &commands.UsageError{Pos: -1, Msg: text.F("source: %d files deep: does a file source itself?", "source: 파일이 %d단계나 겹쳤습니다. 파일이 자기 자신을 source합니까?", maxDepth)})
	}
	src, err := ReadScript(e.Session.Interrupt, path)
	if err != nil && e.Library != nil {
		if carried, ok := e.Library(args[0].S); ok {
			src, err, path = carried, nil, args[0].S
		}
	}
	if err != nil {
		var placed *Error
		if errors.As(err, &placed) { // the place is that of the statement
			err = &commands.UsageError{Pos: -1, Msg: text.F("source: %s", "source: 실행할 수 없습니다: %s", placed)}
		}
		return e.failed(sc, n, err)
	}
	remote := 0
	if e.worker != nil {
		remote = 1 // exit ends it, quit and @ are not for it
	}
	inner, err := parseAs(e.Session, path, src, max(sc.role, sourced), remote)
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

// maxScript bounds a script's text.
const maxScript = 256 << 20

// ReadScript reads a script's text. A pipe whose writer takes its time is waited
// for until ctx is done.
func ReadScript(ctx context.Context, path string) (string, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return "", unreadable(path, err)
	}
	defer f.Close()
	defer context.AfterFunc(ctx, func() { f.SetReadDeadline(time.Unix(1, 0)) })()
	if st, err := f.Stat(); err == nil && st.IsDir() {
		return "", unreadable(path, syscall.EISDIR)
	}
	b, err := io.ReadAll(io.LimitReader(f, maxScript+1))
	if err == nil && len(b) > maxScript {
		err = syscall.EFBIG
	}
	if err != nil {
		return "", unreadable(path, err)
	}
	return string(b), nil
}

// unreadable is the error for a script that cannot be read.
func unreadable(path string, err error) error {
	return &Error{File: path, Pos: -1, Err: &commands.UsageError{Pos: -1, Msg: text.F("%s", "%s", reason(err))}}
}

// reason returns what the system says of a file, without Go's words around it.
func reason(err error) string {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return sysv.ErrnoText(errno)
	}
	return err.Error()
}
