package sysv

import (
	"errors"
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sys/unix"
)

// Means is one of the kernel's means by which a jail holds.
type Means int

const (
	meansNone  Means = iota // not worth a word
	meansStart              // without it there is no jail

	MeansUser          // a user namespace
	MeansIPC           // an IPC namespace: without it hand-ins share the host's
	MeansPid           // a pid namespace with a proc file system: else the tree is hunted down
	MeansMount         // a mount namespace, in which all but the folder is read-only
	MeansNet           // a network namespace
	MeansIds           // ids of its own for the jail: else it is who the grader is
	MeansCaps          // capabilities given up
	MeansLandlock      // files
	MeansLandlockNet   // TCP
	MeansLandlockScope // signals and abstract sockets to outside
	MeansRlimit
	MeansSysctl // limits of the namespaces
)

var meansNames = [...]string{"", "start", "user namespace", "IPC namespace", "pid namespace", "mount namespace",
	"network namespace", "user ids of its own", "capabilities", "Landlock", "Landlock: network", "Landlock: scope",
	"rlimits", "limits of the namespace"}

func (m Means) String() string {
	if m < 0 || int(m) >= len(meansNames) {
		return fmt.Sprint(int(m))
	}
	return meansNames[m]
}

// Refusal is a means that the machine refuses. Err may be nil where a Setting says
// all: Landlock's ABI is too old.
type Refusal struct {
	Means   Means
	Setting string // "user.max_ipc_namespaces", "seccomp", "RLIMIT_NPROC", "kernel.shmall", "Landlock ABI"
	Value   string // of the setting, where it has one
	Err     error
}

// String is "IPC namespace: clone: EPERM (1): ... (user.max_ipc_namespaces is 0)".
func (r Refusal) String() string {
	s := r.Means.String()
	if r.Err != nil {
		s += ": " + r.Err.Error()
	}
	switch {
	case r.Setting != "" && r.Value != "":
		s += fmt.Sprintf(" (%s is %s)", r.Setting, r.Value)
	case r.Setting != "":
		s += " (" + r.Setting + ")"
	}
	return s
}

// refuse notes a means that is not to be had, once.
func (j *Jails) refuse(m Means, setting string, err error) {
	r := Refusal{Means: m, Setting: setting, Err: err}
	var ns *NamespaceError
	if errors.As(err, &ns) {
		r.Setting, r.Value, r.Err = ns.Setting, ns.Value, ns.Err
	}
	j.refuseAll(r)
}

func (j *Jails) refuseAll(list ...Refusal) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, r := range list {
		if !slices.ContainsFunc(j.refused, func(q Refusal) bool { return q.Means == r.Means && q.Setting == r.Setting }) {
			j.refused = append(j.refused, r)
		}
	}
}

// Refused lists the means that the machine was found to refuse so far.
func (j *Jails) Refused() []Refusal {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.refused)
}

// namespaces are those of a jail, in the order in which they are tried.
var namespaces = []struct {
	flag  uintptr
	means Means
	count string
}{
	{unix.CLONE_NEWIPC, MeansIPC, "max_ipc_namespaces"},
	{unix.CLONE_NEWPID, MeansPid, "max_pid_namespaces"},
	{unix.CLONE_NEWNS, MeansMount, "max_mnt_namespaces"},
	{unix.CLONE_NEWNET, MeansNet, "max_net_namespaces"},
}

// learn finds out which of the namespaces in flags cannot be had, after a clone
// with all of them failed, and lets them go. It is false if each of them can.
func (j *Jails) learn(flags uintptr) bool {
	base := flags & unix.CLONE_NEWUSER
	if base != 0 {
		if err := tryClone(base); err != nil {
			j.refuse(MeansUser, "", refused("/proc", err, "max_user_namespaces"))
			j.lose(unix.CLONE_NEWUSER)
			base = 0
		}
	}
	found := flags&unix.CLONE_NEWUSER != base
	for _, n := range namespaces {
		if flags&n.flag == 0 {
			continue
		}
		if err := tryClone(base | n.flag); err != nil {
			j.refuse(n.means, "", refused("/proc", err, n.count))
			j.lose(n.flag)
			found = true
		}
	}
	return found
}

// lose takes namespaces from what later jails ask for. Pids of a namespace need a
// proc file system that shows them, and that a mount namespace.
func (j *Jails) lose(flags uintptr) {
	if flags&(unix.CLONE_NEWPID|unix.CLONE_NEWNS) != 0 {
		flags |= unix.CLONE_NEWPID
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lost |= flags
}

// tryClone makes a child in new namespaces that ends at once.
func tryClone(flags uintptr) error {
	p := &childPlan{flags: flags, report: &report{-1, -1}}
	p.must("exit_group", unix.SYS_EXIT_GROUP, 0)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	pid, err := p.start()
	if err != nil {
		return err
	}
	waitFor(pid)
	return nil
}
