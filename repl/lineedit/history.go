package lineedit

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	"ipcsh/sysv"
)

// Limits of the history. A file is made smaller when it has a quarter more.
const (
	historyLimit   = 10_000
	historyBytes   = 16 << 20 // of a file
	historyEntry   = 1 << 20  // an entry that is longer is not written
	historyMaxWait = time.Second
)

// History is the lines entered, the oldest first. In its file each is one line,
// quoted as Go does, so that several shells can append at once and an entry may
// have newlines in it. It may be used from any goroutine.
type History struct {
	mu    sync.Mutex
	path  string // empty: kept in memory only
	lines []string
	limit int

	// What is known of the file, so that adding need not read it.
	known fs.FileInfo
	size  int64 // up to here
	count int   // entries
}

// HistoryPath returns where the history is: in the XDG state folder. It is empty
// if there is none.
func HistoryPath(getenv func(string) string) string {
	state := getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(state) {
		home := getenv("HOME")
		if !filepath.IsAbs(home) {
			return ""
		}
		state = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(state, "ipcsh", "history")
}

// OpenHistory reads a history, making its folder and file if need be. Lines that
// are none of ours are skipped. The history can be used in any case: with an
// error, or without a path, it is kept in memory only.
func OpenHistory(path string) (*History, error) {
	h := &History{limit: historyLimit}
	if path == "" {
		return h, nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return h, err
	}
	err := withLocked(path, syscall.LOCK_SH, func(f *os.File) error {
		entries, err := h.scan(f, 0)
		for _, e := range entries {
			text, _ := strconv.Unquote(e)
			h.lines = append(h.lines, text)
		}
		return err
	})
	h.trim()
	if err != nil {
		return h, err
	}
	h.path = path
	return h, nil
}

// Lines returns the entries, the oldest first.
func (h *History) Lines() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.lines)
}

// Add appends an entry, if it is not the last one again. What cannot be written
// is kept in memory.
func (h *History) Add(line string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if n := len(h.lines); line == "" || n > 0 && h.lines[n-1] == line {
		return
	}
	h.lines = append(h.lines, line)
	h.trim()
	if quoted := strconv.Quote(line) + "\n"; h.path != "" && len(quoted) <= historyEntry {
		// A full disk, or a file that someone made unreadable, is no reason to stop.
		_ = withLocked(h.path, syscall.LOCK_EX, func(f *os.File) error { return h.append(f, quoted) })
	}
}

// trim drops the oldest entries, now and then.
func (h *History) trim() {
	if n := len(h.lines); n > h.limit {
		h.lines = slices.Clone(h.lines[n-h.limit:])
	}
}

var errNotRegular = errors.New("not a regular file")

// withLocked opens the file, locks it for a while and calls do.
func withLocked(path string, how int, do func(*os.File) error) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE|syscall.O_NONBLOCK, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	fi, err := f.Stat()
	if err == nil && !fi.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: path, Err: errNotRegular}
	}
	if err != nil {
		return err
	}
	if fi.Mode().Perm()&0o077 != 0 {
		_ = f.Chmod(0o600) // someone else's file stays as it is
	}
	for end := time.Now().Add(historyMaxWait); ; time.Sleep(time.Millisecond) {
		err := sysv.Flock(f.Fd(), how)
		if err == nil {
			break
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) || time.Now().After(end) {
			return &fs.PathError{Op: "lock", Path: path, Err: err}
		}
	}
	return do(f) // closing unlocks
}
