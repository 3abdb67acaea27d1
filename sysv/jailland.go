package sysv

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"unsafe"

	ll "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// A Go program that restricts all of its threads, as package landlock does, gets a
// domain a thread before Landlock's ABI 8, and a child of one thread may then be
// neither looked at nor signalled by the others. So here the parent makes the rules
// and the child, which has one thread, enters them before its exec.

const (
	llRead  = ll.AccessFSReadFile | ll.AccessFSReadDir
	llExec  = llRead | ll.AccessFSExecute
	llFile  = ll.AccessFSExecute | ll.AccessFSReadFile | ll.AccessFSWriteFile | ll.AccessFSTruncate
	llAll   = 1<<16 - 1
	llWrite = llAll &^ (ll.AccessFSMakeChar | ll.AccessFSMakeBlock | ll.AccessFSIoctlDev)
)

// landlockABI is the version of the kernel's Landlock.
var landlockABI = sync.OnceValues(ll.LandlockGetABIVersion)

// handled are the file accesses that an ABI can forbid.
func handled(abi int) uint64 {
	switch {
	case abi >= 5:
		return llAll
	case abi >= 3:
		return llAll &^ ll.AccessFSIoctlDev
	case abi == 2:
		return llAll &^ (ll.AccessFSIoctlDev | ll.AccessFSTruncate)
	}
	return llAll &^ (ll.AccessFSIoctlDev | ll.AccessFSTruncate | ll.AccessFSRefer)
}

// ruleset is a set of Landlock rules that no process has entered yet.
type ruleset struct {
	fd     int
	access uint64 // to files, that it handles
}

// newRuleset forbids these accesses, TCP and what reaches processes outside, as
// far as the kernel knows them.
func newRuleset(access uint64) (*ruleset, error) {
	abi, err := landlockABI()
	if err != nil {
		return nil, failWith("landlock_create_ruleset", err)
	}
	attr := &unix.LandlockRulesetAttr{Access_fs: access & handled(abi)}
	size := unsafe.Sizeof(attr.Access_fs)
	if abi >= 4 {
		attr.Access_net = ll.AccessNetBindTCP | ll.AccessNetConnectTCP
		size += unsafe.Sizeof(attr.Access_net)
	}
	if abi >= 6 { // the library of this version does not know of it
		attr.Scoped = unix.LANDLOCK_SCOPE_SIGNAL | unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET
		size += unsafe.Sizeof(attr.Scoped)
	}
	fd, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(attr)), size, 0)
	if errno != 0 {
		return nil, fail("landlock_create_ruleset", errno)
	}
	return &ruleset{int(fd), attr.Access_fs}, nil
}

func (r *ruleset) close() {
	if r != nil {
		unix.Close(r.fd)
	}
}

// allow allows these accesses beneath a path. A path that does not exist needs no
// rule.
func (r *ruleset) allow(access uint64, path string) error {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if errors.Is(err, syscall.ENOENT) || errors.Is(err, syscall.ENOTDIR) {
		return nil
	}
	if err != nil {
		return failWith("open "+path, err)
	}
	defer unix.Close(fd)
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return failWith("stat "+path, err)
	}
	if st.Mode&unix.S_IFMT != unix.S_IFDIR {
		access &= llFile
	}
	attr := &ll.PathBeneathAttr{AllowedAccess: access & r.access, ParentFd: fd}
	return failWith("landlock_add_rule "+path, ll.LandlockAddPathBeneathRule(r.fd, attr, 0))
}

// systemFolders hold programs and libraries. Where they are links into /usr, its rule
// is theirs.
var systemFolders = sync.OnceValue(func() []string {
	list := []string{"/usr"}
	for _, path := range []string{"/bin", "/sbin", "/lib", "/lib64", "/lib32"} {
		if real, err := filepath.EvalSymlinks(path); err == nil && !strings.HasPrefix(real, "/usr/") {
			list = append(list, path)
		}
	}
	return list
})

// jailRules lets a jail read the system's programs and write to its folder. What
// stands in /etc foreign programs need; a script could only show it.
func jailRules(folder string, programs bool) (*ruleset, error) {
	r, err := newRuleset(llAll)
	if err != nil {
		return nil, err
	}
	allow := func(access uint64, paths ...string) {
		for _, path := range paths {
			if err == nil {
				err = r.allow(access, path)
			}
		}
	}
	allow(llExec, systemFolders()...)
	allow(llFile&^ll.AccessFSWriteFile, self)
	allow(ll.AccessFSReadFile|ll.AccessFSWriteFile|ll.AccessFSTruncate, os.DevNull)
	if programs {
		allow(llExec, "/etc")
		allow(ll.AccessFSReadFile|ll.AccessFSWriteFile, "/dev/zero", "/dev/full")
		allow(ll.AccessFSReadFile, "/dev/random", "/dev/urandom")
	}
	if folder != "" {
		allow(llWrite, folder)
	}
	if err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

// programRules makes a domain inside a jail's from which nothing outside can be
// signalled or traced. It forbids no file that the jail has not forbidden.
func programRules() (*ruleset, error) { return newRuleset(ll.AccessFSMakeBlock) }

// enter lets the child enter the domain of p.rules. proc gives it the proc file system that it
// has mounted itself.
func (p *childPlan) enter(proc bool) {
	if proc {
		attr := &unix.LandlockPathBeneathAttr{Allowed_access: llRead}
		p.add(MeansLandlock, "open /proc", childStep{nr: unix.SYS_OPENAT,
			args: [6]uintptr{atCwd, p.string("/proc"), unix.O_PATH | unix.O_CLOEXEC}, opens: true, into: &attr.Parent_fd, skip: 2})
		p.call(MeansLandlock, "landlock_add_rule", unix.SYS_LANDLOCK_ADD_RULE, uintptr(p.rules), ll.RuleTypePathBeneath, object(p, attr), 0)
		p.add(meansNone, "close", childStep{nr: unix.SYS_CLOSE, fd: 1})
	}
	p.call(MeansLandlock, "landlock_restrict_self", unix.SYS_LANDLOCK_RESTRICT_SELF, uintptr(p.rules), 0)
}

// landlockRefusals are what this kernel's Landlock cannot do.
func landlockRefusals() []Refusal {
	abi, err := landlockABI()
	if err != nil {
		return []Refusal{{Means: MeansLandlock, Setting: "Landlock", Err: failWith("landlock_create_ruleset", err)}}
	}
	var list []Refusal
	for _, need := range []struct {
		abi   int
		means Means
	}{{4, MeansLandlockNet}, {6, MeansLandlockScope}} {
		if abi < need.abi {
			list = append(list, Refusal{Means: need.means, Setting: "Landlock ABI", Value: strconv.Itoa(abi)})
		}
	}
	return list
}
