package sysv

import (
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Limits bound what happens in one jail. Zero means none.
type Limits struct {
	Time      time.Duration // of the play, by the clock, and the CPU time of each process
	Memory    int64         // bytes of all processes and segments together; the jail's own Go programs have 16 MB each for free
	Processes int           // beside the player
	Output    int64         // bytes of its standard output and error
	Messages  int64         // bytes in all queues, with 64 for each message's header
	Disk      int64         // bytes in its folder
}

// Hit is a limit that was hit.
type Hit byte

const (
	HitTime Hit = 1 + iota
	HitMemory
	HitProcesses
	HitOutput
	HitMessages
	HitDisk
)

var hitNames = [...]string{"", "time", "memory", "processes", "output", "messages", "disk"}

// String is the limit's name: "time", "memory", ...
func (h Hit) String() string {
	if int(h) >= len(hitNames) {
		return fmt.Sprint(byte(h))
	}
	return hitNames[h]
}

// ends says that there is no point in going on.
func (h Hit) ends() bool { return h != HitProcesses && h != HitOutput }

// JailOptions say how one hand-in is played.
type JailOptions struct {
	Args  []string   // argv of the player, this very program
	Env   []string   // as NAME=VALUE; nil: PATH, the locale, the time zone and GORACE
	Files []*os.File // what the player is given to read and write: its Player.Files

	Source  string // a file or folder that is copied into the jail's folder; "": none
	Scratch bool   // with a folder even if there is no Source

	Programs bool // foreign programs will run: a network namespace, and what compilers need
	Uids     bool // the player and its workers keep CAP_SETUID and CAP_SETGID, for other users
	Uid      int  // who the player is in its user namespace, and its group

	Limits Limits

	// Turn, if there is one, is locked while the player runs. Before that it is made
	// ready, and afterwards the kernel takes its namespaces apart.
	Turn sync.Locker

	probe bool // the player ends before its exec
}

// Played is what became of a jail. Nothing of it is left.
type Played struct {
	Result []byte // what the player wrote to Player.Result, at most 16 MB
	Output []byte // its standard output and error, at most Limits.Output
	Status syscall.WaitStatus
	Hits   []Hit // limits that were hit, in the order of their numbers
	Killed bool  // by us: for a limit, or because the context ended

	// In a shared namespace: the objects that the jail had made and that were removed,
	// if it had an id of its own. If not, nothing is removed.
	Removed []Object

	Wall, User, System time.Duration
	MaxRSS             int64 // bytes, of the largest of its processes that was waited for
}

// Jails start one jail after the other, or several at a time, and remember what
// the machine refuses. The zero value is ready.
type Jails struct {
	alone   sync.Mutex // held by a play that has not both namespaces that keep it apart
	mu      sync.Mutex
	refused []Refusal
	lost    uintptr            // namespaces that cannot be had
	single  bool               // only one id can be mapped
	slots   []bool             // ranges of ids in use
	folders map[int]keptFolder // of the slots' last jails
}

// NewJails is for one grading run, which is to call Close at its end.
func NewJails() *Jails { return &Jails{} }

// Shared reports whether the jails are in this process's IPC namespace, because
// none of their own can be had. Then only one may run at a time. It is known after
// Probe or the first Play.
func (j *Jails) Shared() bool { return j.has(unix.CLONE_NEWIPC) == 0 }

// has returns those of flags that were not found to be refused.
func (j *Jails) has(flags uintptr) uintptr {
	j.mu.Lock()
	defer j.mu.Unlock()
	return flags &^ j.lost
}
