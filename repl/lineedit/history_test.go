package lineedit

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"ipcsh/sysv"
)

func openHistory(t *testing.T, path string) *History {
	t.Helper()
	h, err := OpenHistory(path)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func wantLines(t *testing.T, h *History, want ...string) {
	t.Helper()
	if got := h.Lines(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestR26History(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state", "ipcsh", "history")
	h := openHistory(t, path)
	entries := []string{"하나", "  indented", "two\nlines", "back\\slash \"quote\"", "\xff\x00\x1b", "two\nlines"}
	for _, e := range entries {
		h.Add(e)
		h.Add(e) // the same again is one
	}
	h.Add("")
	wantLines(t, openHistory(t, path), entries...)
	for p, want := range map[string]fs.FileMode{path: 0o600, filepath.Dir(path): fs.ModeDir | 0o700} {
		if fi, err := os.Stat(p); err != nil || fi.Mode() != want {
			t.Errorf("%s: %v, %v", p, fi.Mode(), err)
		}
	}
	// A writer that was killed in the middle of a line, and someone's editor.
	if err := os.WriteFile(path, []byte("\"a\"\nplain\n\x00\x00\n'c'\n`d`\n\"bad \\q\"\n\"\"\n\"b\"\n\"half"), 0o644); err != nil {
		t.Fatal(err)
	}
	h = openHistory(t, path)
	wantLines(t, h, "a", "b")
	h.Add("c")
	wantLines(t, openHistory(t, path), "a", "b", "c")
	if fi, err := os.Stat(path); err != nil || fi.Mode() != 0o600 {
		t.Errorf("%v, %v", fi.Mode(), err)
	}
	if err := os.Remove(path); err != nil { // someone cleans up while we run
		t.Fatal(err)
	}
	h.Add("d")
	wantLines(t, openHistory(t, path), "d")
}

// The limit holds while shells run, and the others' entries are not lost.
func TestR26HistoryLimit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	a, b := openHistory(t, path), openHistory(t, path)
	a.limit, b.limit = 100, 100
	for i := range 500 {
		a.Add(fmt.Sprint("a", i))
		if i%3 == 0 {
			b.Add(fmt.Sprint("b", i))
		}
	}
	b.Add("last")
	if n := len(a.Lines()); n != 100 {
		t.Errorf("%d lines in memory", n)
	}
	got := openHistory(t, path).Lines()
	if n := len(got); n < 100 || n > 126 {
		t.Errorf("%d lines in the file", n)
	}

	if tail := strings.Join(got[len(got)-7:], " "); tail != "b495 a496 a497 a498 b498 a499 last" && tail != "a495 b495 a496 a497 a498 a499 last" {
		t.Errorf("%q", tail)
	}
	if a.count > 126 || b.count > 126 {
		t.Error(a.count, b.count)
	}
}

// A pasted book is recalled but not written, and a file that is none of ours and
// far too long is read from its end.
func TestHistoryLong(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	h := openHistory(t, path)
	book := strings.Repeat("x", historyEntry)
	h.Add("a")
	h.Add(book)
	wantLines(t, h, "a", book)
	wantLines(t, openHistory(t, path), "a")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Truncate(1 << 40); err != nil { // a hole
		t.Skip("no file of 1 TiB:", err)
	}
	if _, err := f.WriteAt([]byte("\n\"end\"\n"), 1<<40); err != nil {
		t.Fatal(err)
	}
	h = openHistory(t, path)
	wantLines(t, h, "end")
	h.Add("more")
	if fi, err := os.Stat(path); err != nil || fi.Size() > 100 {
		t.Errorf("%d bytes, %v", fi.Size(), err)
	}
	wantLines(t, openHistory(t, path), "end", "more")
}

// What is no history is an error, and a history all the same.
func TestHistoryRefused(t *testing.T) {
	dir := t.TempDir()
	fifo, loop, file := filepath.Join(dir, "fifo"), filepath.Join(dir, "loop"), filepath.Join(dir, "file")
	unreadable := filepath.Join(dir, "unreadable")
	if err := errors.Join(syscall.Mkfifo(fifo, 0o600), os.Symlink(loop, loop), os.WriteFile(file, nil, 0o600), os.WriteFile(unreadable, nil, 0)); err != nil {
		t.Fatal(err)
	}
	paths := []string{dir, fifo, loop, filepath.Join(file, "history"), "/proc/history", os.DevNull}
	if os.Geteuid() != 0 {
		paths = append(paths, unreadable)
	}
	for _, p := range paths {
		h, err := OpenHistory(p)
		if err == nil {
			t.Errorf("%s: no error", p)
		}
		h.Add("kept")
		wantLines(t, h, "kept")
	}
	h := openHistory(t, "")
	h.Add("kept")
	wantLines(t, h, "kept")
}

// A shell that is stopped while it holds the lock does not stop the others.
func TestHistoryLockHeld(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	h := openHistory(t, path)
	h.Add("before")
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := sysv.Flock(f.Fd(), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	h.Add("kept")
	wantLines(t, h, "before", "kept")
	if d := time.Since(start); d > 5*historyMaxWait {
		t.Error(d)
	}
	if _, err := OpenHistory(path); err == nil {
		t.Error("no error")
	}
}

func TestHistoryPath(t *testing.T) {
	for env, want := range map[[2]string]string{
		{"/x", "/home/u"}: "/x/ipcsh/history", {"", "/home/u"}: "/home/u/.local/state/ipcsh/history",
		{"relative", "/home/u"}: "/home/u/.local/state/ipcsh/history", {"", ""}: "",
	} {
		if got := HistoryPath(func(name string) string {
			return map[string]string{"XDG_STATE_HOME": env[0], "HOME": env[1]}[name]
		}); got != want {
			t.Errorf("%q: %q", env, got)
		}
	}
}

const writerEnv = "LINEEDIT_TEST_WRITER"

// writer is a process of TestHistoryProcesses.
func writer() int {
	h, err := OpenHistory(os.Getenv("LINEEDIT_TEST_HISTORY"))
	if err != nil {
		fmt.Println(err)
		return 1
	}
	h.limit = 2000
	for i := range 300 {
		h.Add(fmt.Sprintf("%s %d\n둘째 줄\n\tend", os.Getenv(writerEnv), i))
	}
	return 0
}

// Eight processes write at once; the file is compacted meanwhile, and each one's
// newest entries are whole and in order.
func TestHistoryProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "history")
	var running []*exec.Cmd
	for i := range 8 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), writerEnv+"="+fmt.Sprint("p", i), "LINEEDIT_TEST_HISTORY="+path)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, cmd)
	}
	for _, cmd := range running {
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range strings.Split(strings.TrimSuffix(string(b), "\n"), "\n") {
		if !isEntry(l) {
			t.Errorf("broken: %q", l)
		}
	}
	next, got := map[string]int{}, openHistory(t, path).Lines()
	for _, l := range got {
		var p string
		var i int
		if _, err := fmt.Sscanf(l, "%s %d\n", &p, &i); err != nil || !strings.HasSuffix(l, "\n둘째 줄\n\tend") {
			t.Fatalf("%q", l)
		}
		if n, seen := next[p]; seen && n != i {
			t.Errorf("%s: %d after %d", p, i, n-1)
		}
		next[p] = i + 1
	}
	for p, n := range next {
		if n != 300 {
			t.Errorf("the last of %s are lost: %d", p, n)
		}
	}
	if len(got) < 2000 || len(got) > 2400 {
		t.Error(len(got), "entries")
	}
}
