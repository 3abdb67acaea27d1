package sysv

import (
	"bytes"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"
)

// attachments reads maps until as many mappings are found as there are. Most
// processes have none, and a maps is long: those that are known to use segments
// are read first.
func (l *looker) attachments(found []*seen, o LookOptions) {
	if o.Mappings <= 0 {
		return
	}
	order := slices.Clone(found)
	slices.SortStableFunc(order, func(a, b *seen) int {
		return rank(o.First, a.proc.Pid) - rank(o.First, b.proc.Pid)
	})
	r := &reader{looker: l}
	var text []byte
	left := o.Mappings
	for _, v := range order {
		if left <= 0 {
			return
		}
		if v.is == elsewhere || v.is == untold || v.other && v.refused {
			continue
		}
		var err error
		text, err = r.readAll(strconv.Itoa(v.proc.Pid)+"/maps", text)
		if len(text) == 0 && !isRefusal(err) && v.thread != "" { // the main thread has ended, others have not
			text, err = r.readAll(v.thread+"maps", text)
		}
		if err != nil {
			if isRefusal(err) && !v.refused && !r.kernelThread(strconv.Itoa(v.proc.Pid)) {
				v.refused = true
			}
			continue
		}
		if !bytes.Contains(text, []byte(" /SYSV")) || !l.inNamespace(v) {
			continue
		}
		v.proc.Attached, _ = ParseMaps(bytes.NewReader(text))
		left -= len(v.proc.Attached)
		if v.proc.Args == nil && len(v.proc.Attached) > 0 {
			v.proc.Args = r.command(strconv.Itoa(v.proc.Pid), v.thread)
		}
	}
}

func rank(first []int, pid int) int {
	if i := slices.Index(first, pid); i >= 0 {
		return i
	}
	return len(first)
}

// readAll reads a file of any length into b, which grows if need be.
func (r *reader) readAll(path string, b []byte) ([]byte, error) {
	fd, err := unix.Openat(r.dir, path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return b, err
	}
	defer unix.Close(fd)
	for b = b[:0]; ; {
		b = slices.Grow(b, len(r.buf))
		n, err := unix.Read(fd, b[len(b):cap(b)])
		switch {
		case err == unix.EINTR:
		case err != nil || n <= 0:
			return b, err
		default:
			b = b[:len(b)+n]
		}
	}
}
