package sysv

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// Ids of jails. The range is outside of what useradd, subuid and containers take,
// and graders that run at the same time begin at different places in it.
const (
	firstId   = 0x7000_0000
	idsInJail = 65536
	idRanges  = 0x0fff
)

// identity is who a jail is.
type identity struct {
	slot   int
	base   int  // the host's id of the jail's 0, or of all of it
	ranged bool // its user namespace has many ids
	own    bool // it is who the grader is
	others int  // tasks outside that the kernel counts with the jail's
}

// identify chooses ids for one jail: many of its own where we may give them away,
// a host's id of its own without a user namespace, or ours.
func (j *Jails) identify(user bool) identity {
	id := identity{slot: j.takeSlot()}
	id.base = firstId + (os.Getpid()*7+id.slot)%idRanges*idsInJail
	j.mu.Lock()
	single := j.single
	j.mu.Unlock()
	switch {
	case mayGiveIds() && !(user && single):
		id.ranged = user
	default:
		j.refuse(MeansIds, "CAP_SETUID", nil)
		id.base, id.own = os.Geteuid(), true
		if !user {
			id.others = tasksOf(id.base)
		}
	}
	return id
}

func (j *Jails) takeSlot() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i, used := range j.slots {
		if !used {
			j.slots[i] = true
			return i
		}
	}
	j.slots = append(j.slots, true)
	return len(j.slots) - 1
}

func (j *Jails) freeSlot(id identity) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.slots[id.slot] = false
}

// mayGiveIds reports whether this process may make any of the jails' ids a child's.
var mayGiveIds = sync.OnceValue(func() bool {
	data, err := capget()
	const both = 1<<unix.CAP_SETUID | 1<<unix.CAP_SETGID
	return err == nil && data[0].Effective&both == both && mapped(firstId, idRanges*idsInJail)
})

// mapped reports whether this process's user namespace has these ids.
func mapped(from, n int) bool {
	for _, file := range []string{"/proc/self/uid_map", "/proc/self/gid_map"} {
		data, err := os.ReadFile(file)
		if err != nil {
			return false
		}
		found := false
		for _, line := range strings.Split(string(data), "\n") {
			var inside, outside, size uint64
			if k, _ := fmt.Sscan(line, &inside, &outside, &size); k == 3 {
				found = found || inside <= uint64(from) && uint64(from+n) <= inside+size
			}
		}
		if !found {
			return false
		}
	}
	return true
}

// writeMaps says who is who in a child's user namespace.
func (id identity) writeMaps(pid, uid int) error {
	dir := "/proc/" + strconv.Itoa(pid)
	users := fmt.Sprintf("0 %d %d", id.base, idsInJail-1)
	groups := users
	if !id.ranged {
		users, groups = fmt.Sprintf("%d %d 1", uid, os.Geteuid()), fmt.Sprintf("%d %d 1", uid, os.Getegid())
		if err := writeTo(dir+"/setgroups", "deny"); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return failWith("write setgroups", err)
		}
	}
	if err := writeTo(dir+"/uid_map", users); err != nil {
		return failWith("write uid_map", err)
	}
	return failWith("write gid_map", writeTo(dir+"/gid_map", groups))
}

// writeTo writes to a file that exists, in one piece.
func writeTo(path, text string) error {
	fd, err := unix.Open(path, unix.O_WRONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	_, err = unix.Write(fd, []byte(text))
	return err
}

// owner is the host's id of a user of the jail.
func (id identity) owner(uid int) int {
	if id.ranged {
		return id.base + uid
	}
	return id.base
}

// tasksOf counts the tasks of a user of the host's.
func tasksOf(uid int) (n int) {
	pids, _ := pidsIn("/proc")
	for _, pid := range pids {
		s, err := readStatus("/proc", pid)
		if err == nil && s.uid == uid {
			n += s.threads
		}
	}
	return n
}
