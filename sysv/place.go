package sysv

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Place is where ids and pids have a meaning: what they name here, they may not
// name elsewhere.
type Place struct {
	Host string // nodename
	Boot string // a new one at each start of the system
	IPC  uint64 // inodes of the namespaces
	PIDs uint64
}

// Here is this process's place.
func Here(root string) (Place, error) {
	var p Place
	for _, ns := range []struct {
		kind string
		to   *uint64
	}{{"ipc", &p.IPC}, {"pid", &p.PIDs}} {
		var st unix.Stat_t
		path := filepath.Join(root, "self/ns", ns.kind)
		if err := unix.Stat(path, &st); err != nil {
			return p, failWith("stat "+path, err)
		}
		*ns.to = st.Ino
	}
	if p.Boot = setting(root, "kernel.random.boot_id"); p.Boot == "" {
		return p, fail("read "+filepath.Join(root, "sys/kernel/random/boot_id"), syscall.ENOENT)
	}
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return p, failWith("uname", err)
	}
	p.Host = unix.ByteSliceToString(u.Nodename[:])
	return p, nil
}

// OlderThan tells whether the IPC namespace is known to have been there at a
// time, in seconds since 1970: the system's first always was, and one that process
// 1 is in as long as that runs. The inode of one that has ended may be another's.
func (p Place) OlderThan(root string, sec int64) bool {
	if p.IPC == initialIPC {
		return true
	}
	mine, err := os.Readlink(filepath.Join(root, "self/ns/ipc"))
	first, err2 := os.Readlink(filepath.Join(root, "1/ns/ipc"))
	ticks, err3 := Birth(root, 1)
	born, ok := BirthTime(root, ticks)
	return err == nil && err2 == nil && err3 == nil && ok && mine == first && strings.HasPrefix(mine, "ipc:") && born < sec
}
