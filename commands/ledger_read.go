package commands

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"ipcsh/sysv"
)

// ledgerHead is the first line of a ledger: whose it is.
type ledgerHead struct {
	sysv.Place
	pid  int
	born uint64
}

const (
	ledgerPrefix = "session-"
	ledgerMagic  = "ipcsh-ledger-1"
)

// name is the file's: no two sessions have the same, not even of machines that
// share the folder.
func (h ledgerHead) name() string {
	return fmt.Sprintf("%s%d-%d-%d-%.8s", ledgerPrefix, h.pid, h.born, h.IPC, h.Boot)
}

func (h ledgerHead) append(b []byte) []byte {
	return fmt.Appendf(b, "%s %d %d %d %d %s %s\n", ledgerMagic, h.pid, h.born, h.IPC, h.PIDs, h.Boot, h.Host)
}

// parseLedger reads a ledger. Of its slots some are empty, and the last may be
// written in part: whoever wrote it was killed.
func parseLedger(r io.Reader) (h ledgerHead, entries []ledgerEntry, ok bool) {
	lines := bufio.NewReader(r)
	first, err := lines.ReadString('\n')
	if err != nil {
		return h, nil, false
	}
	var magic string
	if n, _ := fmt.Sscanf(first, "%s %d %d %d %d %s %s", &magic, &h.pid, &h.born, &h.IPC, &h.PIDs, &h.Boot, &h.Host); n < 6 || magic != ledgerMagic || h.pid <= 0 {
		return h, nil, false
	}
	for {
		line, err := lines.ReadString('\n')
		if err != nil { // without its newline a line is not whole
			return h, entries, true
		}
		if e, ok := parseEntry(line); ok {
			entries = append(entries, e)
		}
	}
}

func parseEntry(line string) (e ledgerEntry, ok bool) {
	var kind string
	var key uint32
	n, err := fmt.Sscanf(line, "%s %d 0x%x %d %d %d", &kind, &e.id, &key, &e.cuid, &e.size, &e.ctime)
	k := slices.Index(kindWords[:Set+1], kind)
	e.kind, e.key = ObjectKind(max(0, k)), sysv.Key(int32(key))
	return e, err == nil && n == 6 && k >= 0 && e.id >= 0 && e.id < 1<<31
}

// ledgers are what sessions of this user have noted, in this namespace.
type ledgers struct {
	left  map[objectID]int  // by sessions that were killed: their pids
	inUse map[objectID]bool // by sessions that run
}

// readLedgers reads all ledgers of a folder, and deletes those that nothing is
// left of.
func readLedgers(dir string) (all ledgers) {
	all = ledgers{map[objectID]int{}, map[objectID]bool{}}
	here, err := sysv.Here(procRoot)
	if dir == "" || err != nil {
		return all
	}
	list, err := os.ReadDir(dir)
	if err != nil {
		return all
	}
	for _, f := range list {
		if strings.HasPrefix(f.Name(), ledgerPrefix) {
			all.read(filepath.Join(dir, f.Name()), here)
		}
	}
	return all
}

// read takes one ledger in, if it says something of this place.
func (all *ledgers) read(path string, here sysv.Place) {
	const most = 16 << 20
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return
	}
	defer f.Close()
	if fi, err := f.Stat(); err != nil || !fi.Mode().IsRegular() {
		return
	}
	text, err := io.ReadAll(io.LimitReader(f, most))
	h, entries, ok := parseLedger(bytes.NewReader(text))
	switch {
	case err != nil || !ok:
		return
	case h.Host == here.Host && h.Boot != here.Boot:
		os.Remove(path) // what it named went with the system's last run
		return
	case h.Place != here:
		return
	}
	runs := h.runs()
	left := 0
	for _, e := range entries {
		switch {
		case runs:
			all.inUse[e.objectID] = true
		case e.still(here):
			all.left[e.objectID] = h.pid
			left++
		}
	}
	if !runs && left == 0 {
		os.Remove(path)
	}
}

// runs tells whether the session's process is still there: of its pid and its
// start there never is another until the system starts again.
func (h ledgerHead) runs() bool {
	if !sysv.Exists(h.pid) {
		return false
	}
	born, err := sysv.Birth(procRoot, h.pid)
	return err == nil && born == h.born
}
