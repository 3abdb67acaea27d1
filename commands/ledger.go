package commands

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"syscall"

	"ipcsh/sysv"
)

// Ledger is a session's list of the objects that it made, in a file. It is there
// for one case: the session is killed, and leaks tells for certain that what it
// left is nobody's. The file appears with the first object and goes when the
// session ends well. It is text in slots of one size, and mapped: what is stored
// there outlives the process, and costs no system call. What cannot be written is
// not: a ledger never makes a command fail.
type Ledger struct {
	dir   string
	off   bool // nothing is written
	f     *os.File
	path  string
	slots []byte           // the mapped file, its head included
	of    map[objectID]int // where each object's slot begins
	free  []int
	line  []byte
}

const (
	ledgerHeadSize = 256
	ledgerSlot     = 80
	ledgerSlots    = 48 // at first: a page
)

// NewLedger returns the ledger of this process in a folder, which is made when it
// is needed. Without a folder there is none. If it does not write, it only knows
// where leaks finds those of others: a session whose objects die with its
// namespace, or stay on purpose, needs none of its own.
func NewLedger(dir string, writes bool) *Ledger {
	if dir == "" {
		return nil
	}
	return &Ledger{dir: dir, off: !writes}
}

// ledgerEntry is an object as it was when it was made: what the kernel never
// changes, and the time.
type ledgerEntry struct {
	objectID
	key   sysv.Key
	cuid  uint32
	size  uint64 // of a segment, or how many semaphores a set has
	ctime int64
}

// entryOf takes from an object what tells it from others.
func entryOf(o *object) ledgerEntry {
	e := ledgerEntry{objectID: objectID{o.kind, int64(o.id)}, key: o.Perm().Key, cuid: o.Perm().Cuid, ctime: o.ctime()}
	switch o.kind {
	case Segment:
		e.size = uint64(o.shm.Segsz)
	case Set:
		e.size = uint64(o.sem.Nsems)
	}
	return e
}

// made notes an object that the session made.
func (l *Ledger) made(k ObjectKind, id int64) {
	if l == nil || l.off {
		return
	}
	o, err := stat(k, id)
	if err != nil {
		return
	}
	if l.f == nil {
		if l.off = l.open() != nil; l.off {
			return
		}
	}
	e := entryOf(o)
	l.line = e.append(l.line[:0])
	if len(l.line) > ledgerSlot || len(l.free) == 0 && l.grow(2*len(l.of)) != nil {
		return
	}
	at := l.free[len(l.free)-1]
	l.free = l.free[:len(l.free)-1]
	l.of[e.objectID] = at
	l.store(at, l.line[:len(l.line)-1])
}

// removed notes that an object is gone.
func (l *Ledger) removed(k ObjectKind, id int64) {
	if l == nil || l.off || l.f == nil {
		return
	}
	if at, ok := l.of[objectID{k, id}]; ok {
		delete(l.of, objectID{k, id})
		l.free = append(l.free, at)
		l.store(at, nil)
	}
}

// kept notes that an object is to stay: then it is no leak.
func (l *Ledger) kept(k ObjectKind, id int64) { l.removed(k, id) }

// Close ends the ledger of a session that ends well. If objects are left that it
// meant to remove, the file stays and names them.
func (l *Ledger) Close(left []Made) {
	if l == nil || l.f == nil {
		return
	}
	if l.slots != nil {
		syscall.Munmap(l.slots)
	}
	l.f.Close()
	l.f, l.slots, l.off = nil, nil, true
	if !slices.ContainsFunc(left, func(m Made) bool { return !m.Keep && m.Alive() }) {
		os.Remove(l.path)
	}
}

// store fills a slot with a line, or with none. Somebody may have cut the file
// short: then there is no memory behind the mapping.
func (l *Ledger) store(at int, line []byte) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() != nil {
			l.off = true
		}
	}()
	slot := l.slots[at : at+ledgerSlot-1]
	n := copy(slot, line)
	for i := n; i < len(slot); i++ {
		slot[i] = ' '
	}
}

// open makes the file, with what tells the session from all others.
func (l *Ledger) open() error {
	place, err := sysv.Here(procRoot)
	if err != nil {
		return err
	}
	born, err := sysv.Birth(procRoot, os.Getpid())
	if err != nil {
		return err
	}
	head := ledgerHead{Place: place, pid: os.Getpid(), born: born}
	text := head.append(nil)
	if len(text) > ledgerHeadSize {
		return syscall.ENAMETOOLONG
	}
	if err := os.MkdirAll(l.dir, 0o700); err != nil {
		return err
	}
	l.path = filepath.Join(l.dir, head.name())
	l.f, err = os.OpenFile(l.path, os.O_RDWR|os.O_APPEND|os.O_CREATE|os.O_EXCL|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return err
	}
	l.of = map[objectID]int{}
	if _, err = l.f.Write(append(text, blank(ledgerHeadSize-len(text))...)); err == nil {
		err = l.grow(ledgerSlots)
	}
	if err != nil {
		l.Close(nil)
	}
	return err
}

// blank is n bytes that are an empty line.
func blank(n int) []byte {
	b := bytes.Repeat([]byte{' '}, n)
	if n > 0 {
		b[n-1] = '\n'
	}
	return b
}

// grow adds n slots. They are written, not only allotted: a full disk is an error
// here, and would be a fault later.
func (l *Ledger) grow(n int) error {
	if _, err := l.f.Write(bytes.Repeat(blank(ledgerSlot), n)); err != nil {
		l.off = true
		return err
	}
	old := len(l.slots)
	size := max(old, ledgerHeadSize) + n*ledgerSlot
	slots, err := syscall.Mmap(int(l.f.Fd()), 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		l.off = true
		return err
	}
	if l.slots != nil {
		syscall.Munmap(l.slots)
	}
	l.slots = slots
	for at := size - ledgerSlot; at >= max(old, ledgerHeadSize); at -= ledgerSlot {
		l.free = append(l.free, at)
	}
	return nil
}

// append writes the entry as a line: "queue 0 0x00000111 0 0 1763712000".
func (e ledgerEntry) append(b []byte) []byte {
	b = append(b, e.kind.String()...)
	b = strconv.AppendInt(append(b, ' '), e.id, 10)
	b = strconv.AppendUint(append(b, " 0x"...), uint64(uint32(e.key)), 16)
	b = strconv.AppendUint(append(b, ' '), uint64(e.cuid), 10)
	b = strconv.AppendUint(append(b, ' '), e.size, 10)
	b = strconv.AppendInt(append(b, ' '), e.ctime, 10)
	return append(b, '\n')
}

// still tells whether the object is there, the same that was made. The id holds
// the kernel's sequence number, and its creator, key and size never change (a
// removed segment that is attached loses its key, and is used). ctime moves with
// IPC_SET and SETVAL, and only forward. In a namespace that may be another one with
// the number of one that has ended, it must be the same.
func (e ledgerEntry) still(p sysv.Place) bool {
	o, err := stat(e.kind, e.id)
	if err != nil {
		return false
	}
	now := entryOf(o)
	same := now.key == e.key && now.cuid == e.cuid && now.size == e.size
	return same && (now.ctime == e.ctime || now.ctime > e.ctime && p.OlderThan(procRoot, e.ctime))
}
