package lineedit

import (
	"errors"
	"strings"
	"sync"

	"ipcsh/sysv"
)

// terminal is the state of a terminal that is raw while a line is read. It has a
// lock of its own, so that it can be restored whatever else is stuck.
type terminal struct {
	fd     uintptr
	mu     sync.Mutex
	saved  *sysv.TTYState // how it was, while raw
	raw    *sysv.TTYState // how we made it
	closed bool
}

// enter makes the terminal raw and remembers how it was.
func (t *terminal) enter() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed || t.saved != nil {
		return nil
	}
	saved, err := sysv.MakeRaw(t.fd)
	if err != nil {
		return err
	}
	if t.raw, err = sysv.MakeRaw(t.fd); err != nil { // that is how it is now
		return errors.Join(err, sysv.RestoreTTY(t.fd, saved))
	}
	t.saved = saved
	return nil
}

// again makes the terminal raw once more and reports whether someone else had
// changed it. The state to restore stays the same.
func (t *terminal) again() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.saved == nil {
		return false
	}
	found, err := sysv.MakeRaw(t.fd)
	return err == nil && *found != *t.raw
}

func (t *terminal) leave() { _ = t.restore(false) }

func (t *terminal) close() error { return t.restore(true) }

func (t *terminal) restore(closing bool) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.closed = t.closed || closing
	if t.saved == nil {
		return nil
	}
	saved := t.saved
	t.saved = nil
	return sysv.RestoreTTY(t.fd, saved)
}

// reflows reports whether the terminal wraps old rows anew when it gets
// narrower: nearly all do, and those that do not are known by these marks.
func reflows(getenv func(string) string) bool {
	switch term := getenv("TERM"); {
	case getenv("TMUX") != "":
		return true
	case getenv("STY") != "", term == "linux", strings.HasPrefix(term, "vt"):
		return false
	}
	return getenv("XTERM_VERSION") == ""
}
