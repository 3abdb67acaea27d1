package ipcs

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"ipcsh/sysv"
)

// Live is what a report may have to ask for beyond the objects: names, processes,
// values. Each function is called only if something that is shown needs it, and
// Waiters and Attachers at most once a report.
type Live struct {
	// Waiters lists the processes asleep in a call; hidden says that there are
	// processes of this namespace that could not be looked at. Attachers lists who
	// has segments attached, each as often as it has: nattch tells whether that
	// is all. Where they are nil, nobody has looked, and what they would tell shows
	// as "?".
	Waiters   func() (list []Waiter, hidden bool)
	Attachers func() []Attacher

	// Users and Groups return the name of an id, "" if it has none. Where they
	// are nil, ids show as numbers.
	Users  func(uid uint32) string
	Groups func(gid uint32) string

	// Now is the time of the report; all times are shown in its location.
	Now func() time.Time

	// What follows is asked of the kernel where it is nil.
	Semaphores func(id, nsems int) ([]Semaphore, error)
	Messages   func(id int) ([]Message, error)
	PidExists  func(pid int) bool
	// Command returns a process's command line: ESRCH if it is gone, EACCES if
	// it is hidden.
	Command func(pid int) (string, error)

	// NoMemory says that the segments' RSS and Swap were not read.
	NoMemory bool
	// QbytesHidden says that a queue's qbytes could not be read.
	QbytesHidden func(id int) bool
}

func (l *Live) now() time.Time {
	if l.Now == nil {
		return time.Now()
	}
	return l.Now()
}

// nameIn returns the name of an id or, without one, "".
func nameIn(names func(uint32) string, id uint32) string {
	if names == nil {
		return ""
	}
	return names(id)
}

func (l *Live) semaphores(id, nsems int) ([]Semaphore, error) {
	if l.Semaphores != nil {
		return l.Semaphores(id, nsems)
	}
	return ReadSemaphores(id, nsems)
}

func (l *Live) messages(id int) ([]Message, error) {
	if l.Messages != nil {
		return l.Messages(id)
	}
	return PeekMessages(id)
}

func (l *Live) pidExists(pid int) bool {
	if l.PidExists != nil {
		return l.PidExists(pid)
	}
	return PidExists(pid)
}

func (l *Live) command(pid int) (string, error) {
	if l.Command != nil {
		return l.Command(pid)
	}
	return ReadCommand(pid)
}

func (l *Live) qbytesHidden(id int) bool { return l.QbytesHidden != nil && l.QbytesHidden(id) }

// sleepersAndUsers holds who waits for and who has attached which object. It asks
// Live when it is first needed.
type sleepersAndUsers struct {
	live            *Live
	asked, askedShm bool
	waiters         map[objectKey][]Waiter
	attachers       map[int][]Attacher
	hiddenWaiters   bool
}

// objectKey is an object: ids of different kinds are not different.
type objectKey struct {
	kind byte // q or s
	id   int
}

func (p *sleepersAndUsers) waitersOf(kind byte, id int) (list []Waiter, hidden bool) {
	if !p.asked {
		p.asked = true
		p.hiddenWaiters = true
		if p.live.Waiters != nil {
			list, p.hiddenWaiters = p.live.Waiters()
		}
		p.waiters = map[objectKey][]Waiter{}
		for _, w := range list {
			k := objectKey{'s', w.ID}
			if w.Call == "msgsnd" || w.Call == "msgrcv" {
				k.kind = 'q'
			}
			p.waiters[k] = append(p.waiters[k], w)
		}
	}
	return p.waiters[objectKey{kind, id}], p.hiddenWaiters
}

// attachersOf returns those that are seen. If they are fewer than nattch, others are
// hidden.
func (p *sleepersAndUsers) attachersOf(id int) []Attacher {
	if !p.askedShm {
		p.askedShm = true
		p.attachers = map[int][]Attacher{}
		if p.live.Attachers != nil {
			for _, a := range p.live.Attachers() {
				p.attachers[a.ID] = append(p.attachers[a.ID], a)
			}
		}
	}
	return p.attachers[id]
}

// Semaphore is one semaphore of a set.
type Semaphore struct {
	Value, Ncnt, Zcnt int // Ncnt wait for an increase, Zcnt for 0
	Pid               int // of the last semop, 0 for none
}

// sleepers is how many processes wait for the semaphores of a set: the kernel
// counts each at the one that it waits for. If so many are seen, none is hidden.
func sleepers(set []Semaphore) int {
	n := 0
	for _, s := range set {
		n += s.Ncnt + s.Zcnt
	}
	return n
}

// ReadSemaphores reads the semaphores of a set, which takes read permission
// (EACCES). The values are of one moment, the rest is read one by one.
func ReadSemaphores(id, nsems int) ([]Semaphore, error) {
	values := make(sysv.SemArray, nsems)
	if _, err := sysv.Semctl(sysv.Semid(id), 0, sysv.GETALL, values); err != nil {
		return nil, err
	}
	list := make([]Semaphore, nsems)
	for i := range list {
		s := &list[i]
		s.Value = int(values[i])
		for _, get := range [...]struct {
			cmd sysv.SemctlCmd
			to  *int
		}{{sysv.GETNCNT, &s.Ncnt}, {sysv.GETZCNT, &s.Zcnt}, {sysv.GETPID, &s.Pid}} {
			n, err := sysv.Semctl(sysv.Semid(id), i, get.cmd, nil)
			if err != nil {
				return nil, err
			}
			*get.to = n
		}
	}
	return list, nil
}

// PidExists reports whether a process of this number runs in this pid namespace,
// be it another one that got the number of one that is gone.
func PidExists(pid int) bool { return sysv.Exists(pid) }

// ReadCommand reads a process's command line, or its name in brackets where it
// has none. ESRCH it is gone; EACCES it is hidden, or in another pid namespace.
func ReadCommand(pid int) (string, error) {
	if pid <= 0 {
		return "", syscall.EACCES
	}
	dir := "/proc/" + strconv.Itoa(pid)
	line, err := os.ReadFile(dir + "/cmdline")
	if err == nil && len(line) == 0 {
		var name []byte
		if name, err = os.ReadFile(dir + "/comm"); err == nil {
			return "[" + strings.TrimSpace(string(name)) + "]", nil
		}
	}
	switch {
	case err == nil:
		return strings.TrimRight(strings.ReplaceAll(string(line), "\x00", " "), " "), nil
	case !PidExists(pid):
		return "", syscall.ESRCH
	}
	return "", syscall.EACCES
}
