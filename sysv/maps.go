package sysv

import (
	"bufio"
	"io"
	"os"
	"strconv"
	"strings"
)

// Attachment is one mapping of a segment in this process. An attachment in the
// sense of shmat is several of them once a part was given other permissions.
type Attachment struct {
	Start, End uintptr
	Perms      string // "rw-s", as in /proc/self/maps
	Offset     uint64 // of Start within the segment
	Id         Shmid
	Key        Key  // at creation; a removed segment has lost it
	Removed    bool // marked for removal or gone; not filled in by ParseMaps
}

// mapping is one line of /proc/PID/maps.
type mapping struct {
	start, end    uintptr
	perms         string
	offset, inode uint64
	path          string
}

// ParseMaps returns the segments in a /proc/PID/maps.
func ParseMaps(r io.Reader) ([]Attachment, error) {
	var list []Attachment
	err := eachMapping(r, func(m mapping) {
		if a, ok := m.attachment(); ok {
			list = append(list, a)
		}
	})
	return list, err
}

// Attachments returns this process's attachments in order of address.
func Attachments() ([]Attachment, error) {
	f, err := os.Open("/proc/self/maps")
	if err != nil {
		return nil, failWith("open /proc/self/maps", err)
	}
	defer f.Close()
	list, err := ParseMaps(f)
	for i := range list {
		var ds ShmidDs
		id, err := Shmctl(list[i].Id, SHM_STAT_ANY, &ds)
		list[i].Removed = err != nil || Shmid(id) != list[i].Id || ds.Mode&SHM_DEST != 0
	}
	return list, err
}

// Mapped reports whether anything at all is mapped within the n bytes at addr.
func Mapped(addr uintptr, n int) (bool, error) {
	f, err := os.Open("/proc/self/maps")
	if err != nil {
		return false, failWith("open /proc/self/maps", err)
	}
	defer f.Close()
	last := addr + uintptr(n) - 1
	if last < addr {
		last = ^uintptr(0)
	}
	found := false
	err = eachMapping(f, func(m mapping) {
		found = found || n > 0 && addr < m.end && last >= m.start
	})
	return found, err
}

// eachMapping calls f for every line that has the form of a mapping.
func eachMapping(r io.Reader, f func(mapping)) error {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		if m, ok := parseMapping(strings.TrimSuffix(line, "\n")); ok {
			f(m)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return failWith("read /proc/self/maps", err)
		}
	}
}

// parseMapping reads "start-end perms offset dev inode    path".
func parseMapping(line string) (m mapping, ok bool) {
	var fields [5]string
	for i := range fields {
		fields[i], line, _ = strings.Cut(line, " ")
	}
	m.path = strings.TrimLeft(line, " ")
	m.perms = fields[1]
	from, to, _ := strings.Cut(fields[0], "-")
	start, err1 := strconv.ParseUint(from, 16, strconv.IntSize)
	end, err2 := strconv.ParseUint(to, 16, strconv.IntSize)
	offset, err3 := strconv.ParseUint(fields[2], 16, 64)
	inode, err4 := strconv.ParseUint(fields[4], 10, 64)
	m.start, m.end, m.offset, m.inode = uintptr(start), uintptr(end), offset, inode
	return m, err1 == nil && err2 == nil && err3 == nil && err4 == nil && len(m.perms) == 4
}

// attachment tells whether a mapping is a segment: the kernel calls it
// /SYSV and the key, always with " (deleted)", and its inode is the id.
func (m mapping) attachment() (Attachment, bool) {
	name, isSysv := strings.CutPrefix(m.path, "/SYSV")
	name, _ = strings.CutSuffix(name, " (deleted)")
	key, err := strconv.ParseUint(name, 16, 32)
	if !isSysv || err != nil || len(name) != 8 || m.perms[3] != 's' || m.inode >= 1<<31 {
		return Attachment{}, false
	}
	return Attachment{Start: m.start, End: m.end, Perms: m.perms, Offset: m.offset,
		Id: Shmid(m.inode), Key: Key(uint32(key))}, true
}
