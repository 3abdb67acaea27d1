package commands

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"ipcsh/sysv"
)

// files lists the ledgers of a folder.
func files(t *testing.T, dir string) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func makeQueue(t *testing.T, s *Session) int64 {
	t.Helper()
	id, err := sysv.Msgget(0, sysv.IPC_CREAT|0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sysv.Msgctl(id, sysv.IPC_RMID, nil) })
	s.noteMade(Queue, int64(id))
	return int64(id)
}

// TestLedger follows a ledger from the first object to the end of its session, and
// beyond it.
func TestLedger(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state", "ipcsh")
	s := NewSession(NewTable())
	s.Ledger = NewLedger(dir, true)
	if s.Ledger.Close(nil); len(files(t, dir)) > 0 {
		t.Fatal("a ledger without an object")
	}
	s.Ledger = NewLedger(dir, true)
	a, b, c := makeQueue(t, s), makeQueue(t, s), makeQueue(t, s)
	s.Keep(Queue, b)
	if err := remove(Queue, c); err != nil {
		t.Fatal(err)
	}
	s.noteRemoved(Queue, c)
	list := files(t, dir)
	if len(list) != 1 {
		t.Fatal(list)
	}
	fi, err := os.Stat(list[0])
	di, err2 := os.Stat(dir)
	if err != nil || err2 != nil || fi.Mode().Perm() != 0o600 || di.Mode().Perm() != 0o700 {
		t.Error(fi.Mode(), di.Mode(), err, err2)
	}
	all := readLedgers(dir)
	if len(all.left) > 0 || !all.inUse[objectID{Queue, a}] || all.inUse[objectID{Queue, b}] {
		t.Errorf("this session runs: %+v", all)
	}
	// The same file, of a session that is gone: another process had its pid.
	dead := asDead(t, list[0])
	all = readLedgers(dir)
	if want := map[objectID]int{{Queue, a}: os.Getpid()}; !reflect.DeepEqual(all.left, want) {
		t.Errorf("%+v", all)
	}
	if err := remove(Queue, a); err != nil {
		t.Fatal(err)
	}
	if readLedgers(dir); fileExists(dead) {
		t.Error("a ledger whose objects are gone stays")
	}
	if s.Ledger.Close(s.Made()); len(files(t, dir)) > 0 {
		t.Error("a session that ended well leaves its ledger")
	}
	var none *Ledger
	none.made(Queue, 1)
	none.removed(Queue, 1)
	none.kept(Queue, 1)
	none.Close(nil)
	if NewLedger("", true) != nil {
		t.Error("a ledger without a folder")
	}
}

// asDead copies a ledger as of a process with the same pid that started earlier.
func asDead(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	h, entries, ok := parseLedger(bytes.NewReader(b))
	if !ok {
		t.Fatalf("%q", b)
	}
	h.born--
	out := h.append(nil)
	for _, e := range entries {
		out = e.append(out)
	}
	dead := filepath.Join(filepath.Dir(path), h.name())
	if err := os.WriteFile(dead, out, 0o600); err != nil {
		t.Fatal(err)
	}
	return dead
}

func fileExists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// TestLedgerStays: what a session could not remove stays in its ledger.
func TestLedgerStays(t *testing.T) {
	dir := t.TempDir()
	s := NewSession(NewTable())
	s.Ledger = NewLedger(dir, true)
	makeQueue(t, s)
	if s.Ledger.Close(s.Made()); len(files(t, dir)) != 1 {
		t.Error("the ledger is gone")
	}
}

// TestLedgerElsewhere leaves alone what other machines, namespaces and boots
// wrote, and what is no ledger.
func TestLedgerElsewhere(t *testing.T) {
	dir := t.TempDir()
	s := NewSession(NewTable())
	s.Ledger = NewLedger(dir, true)
	id := makeQueue(t, s)
	list := files(t, dir)
	text, err := os.ReadFile(list[0])
	if err != nil {
		t.Fatal(err)
	}
	h, entries, _ := parseLedger(bytes.NewReader(text))
	s.Ledger.Close(nil)
	write := func(name string, change func(*ledgerHead)) {
		c := h
		c.born--
		change(&c)
		if err := os.WriteFile(filepath.Join(dir, "session-"+name), entries[0].append(c.append(nil)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("host", func(h *ledgerHead) { h.Host += "2" })
	write("ipc", func(h *ledgerHead) { h.IPC++ })
	write("pids", func(h *ledgerHead) { h.PIDs++ })
	write("both", func(h *ledgerHead) { h.Host, h.Boot = "other", "other" })
	write("boot", func(h *ledgerHead) { h.Boot = "0" + h.Boot[1:] + "x" })
	os.WriteFile(filepath.Join(dir, "session-garbage"), []byte("\x00\xff"), 0o600)
	os.WriteFile(filepath.Join(dir, "history"), text, 0o600)
	os.Mkdir(filepath.Join(dir, "session-dir"), 0o700)
	os.Symlink(filepath.Join(dir, "history"), filepath.Join(dir, "session-link"))
	if all := readLedgers(dir); len(all.left) > 0 || len(all.inUse) > 0 {
		t.Errorf("%+v", all)
	}
	var names []string
	for _, f := range files(t, dir) {
		names = append(names, strings.TrimPrefix(filepath.Base(f), "session-"))
	}
	if got := strings.Join(names, " "); got != "history both dir garbage host ipc link pids" {
		t.Errorf("left: %s (only that of another start of this system is to go)", got)
	}
	// An object with the same id that is another one.
	other := entries[0]
	other.key++
	here, err := sysv.Here(procRoot)
	if err != nil || !entries[0].still(here) || other.still(here) {
		t.Error(err, id)
	}
	later := entries[0]
	later.ctime++ // made after the one that is there
	if later.still(here) {
		t.Error("an older object is taken for this one")
	}
}

// TestLedgerGrows keeps the file short in a session that makes objects without
// end.
func TestLedgerGrows(t *testing.T) {
	dir := t.TempDir()
	l := NewLedger(dir, true)
	s := NewSession(NewTable())
	s.Ledger = l
	keep := makeQueue(t, s)
	for range 3 * ledgerSlots {
		id := makeQueue(t, s)
		if err := remove(Queue, id); err != nil {
			t.Fatal(err)
		}
		s.noteRemoved(Queue, id)
	}
	read := func() []ledgerEntry {
		t.Helper()
		b, err := os.ReadFile(files(t, dir)[0])
		_, entries, ok := parseLedger(bytes.NewReader(b))
		if err != nil || !ok || len(b) > ledgerHeadSize+4*ledgerSlots*ledgerSlot {
			t.Fatal(len(b), err, ok)
		}
		return entries
	}
	if e := read(); len(e) != 1 || e[0].id != keep {
		t.Errorf("%v", e)
	}
	for range ledgerSlots + 10 {
		makeQueue(t, s)
	}
	if e := read(); len(e) != ledgerSlots+11 || e[0].id != keep {
		t.Errorf("%d entries", len(e))
	}
	if err := os.Truncate(files(t, dir)[0], 0); err != nil {
		t.Fatal(err)
	}
	makeQueue(t, s) // there is no memory behind its slot any more
	if !l.off {
		t.Error("the fault was not seen")
	}
	l.Close(nil)
	if len(files(t, dir)) > 0 {
		t.Error("a file is left")
	}
}

// TestLedgerUnwritable: a ledger that cannot be written is no failure.
func TestLedgerUnwritable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := NewSession(NewTable())
	s.Ledger = NewLedger(filepath.Join(file, "ipcsh"), true)
	makeQueue(t, s)
	makeQueue(t, s)
	s.Ledger.Close(nil)
}

func FuzzParseLedger(f *testing.F) {
	h := ledgerHead{sysv.Place{Host: "h", Boot: "b", IPC: 1, PIDs: 2}, 3, 4}
	f.Add(h.append(nil))
	f.Add(append(h.append(nil), "queue 0 0x1 0 0 5\nset 1 0xffffffff 0 3 5\n   \nsegment 2 0x0 1"...))
	f.Add([]byte("ipcsh-ledger-1 -1 0 0 0 x\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, entries, ok := parseLedger(bytes.NewReader(b))
		if !ok {
			return
		}
		out := h.append(nil)
		for _, e := range entries {
			out = e.append(out)
		}
		h2, entries2, ok := parseLedger(bytes.NewReader(out))
		if !ok || fmt.Sprint(h2, entries2) != fmt.Sprint(h, entries) {
			t.Errorf("%q: %v %v, then %v %v", b, h, entries, h2, entries2)
		}
	})
}
