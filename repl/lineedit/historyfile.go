package lineedit

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strconv"
)

// append adds a quoted entry to the locked file, and makes the file smaller if
// it has become too long.
func (h *History) append(f *os.File, quoted string) error {
	fi, err := f.Stat()
	if err != nil {
		return err
	}
	if h.known == nil || !os.SameFile(h.known, fi) || fi.Size() < h.size {
		h.size, h.count = 0, 0 // another file, or made smaller by another shell
	}
	h.known = fi
	if _, err := h.scan(f, h.size); err != nil {
		return err
	}
	if end := make([]byte, 1); h.size > 0 {
		if _, err := f.ReadAt(end, h.size-1); err == nil && end[0] != '\n' {
			quoted = "\n" + quoted // whoever wrote that line did not get to its end
		}
	}
	if n, err := f.WriteString(quoted); err != nil {
		if n > 0 {
			err = errors.Join(err, f.Truncate(h.size))
		}
		return err
	}
	h.size += int64(len(quoted))
	h.count++
	if h.count > h.limit+h.limit/4 || h.size > historyBytes+historyBytes/4 {
		return h.compact(f)
	}
	return nil
}

// scan reads the locked file from an offset on, counts its entries and returns
// those that are ours. Of a file that is too long only the end is read.
func (h *History) scan(f *os.File, from int64) ([]string, error) {
	fi, err := f.Stat()
	if err != nil {
		return nil, err
	}
	cut := fi.Size()-from > 2*historyBytes
	if cut {
		from = fi.Size() - 2*historyBytes
	}
	b, err := io.ReadAll(io.NewSectionReader(f, from, fi.Size()-from))
	if err != nil {
		return nil, err
	}
	h.known, h.size = fi, from+int64(len(b))
	var entries []string
	for len(b) > 0 {
		var l []byte
		l, b, _ = bytes.Cut(b, []byte("\n"))
		if h.count++; cut {
			cut = false // not a whole one
			continue
		}
		if s := string(l); isEntry(s) {
			entries = append(entries, s)
		}
	}
	return entries, nil
}

// isEntry reports whether a line is an entry as Add writes them.
func isEntry(s string) bool {
	if len(s) < 3 || s[0] != '"' {
		return false
	}
	_, err := strconv.Unquote(s)
	return err == nil
}

// compact keeps the newest entries of the locked file. It is written in place:
// another shell may have it open. If this one is killed meanwhile, some entries
// are there twice and one is broken.
func (h *History) compact(f *os.File) error {
	h.count = 0
	entries, err := h.scan(f, 0)
	if err != nil {
		return err
	}
	entries = entries[max(0, len(entries)-h.limit):]
	size := 0
	for i := len(entries) - 1; i >= 0; i-- {
		if size += len(entries[i]) + 1; size > historyBytes {
			entries = entries[i+1:]
			break
		}
	}
	var b bytes.Buffer
	for _, e := range entries {
		b.WriteString(e + "\n")
	}
	// O_APPEND would make WriteAt append; the file is opened once more.
	w, err := os.OpenFile("/proc/self/fd/"+strconv.Itoa(int(f.Fd())), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer w.Close()
	if _, err := w.WriteAt(b.Bytes(), 0); err != nil {
		return err
	}
	h.size, h.count = int64(b.Len()), len(entries)
	return w.Truncate(h.size)
}
