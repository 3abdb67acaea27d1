package ipcs

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"

	"ipcsh/sysv"
)

// Filter chooses objects. An object must pass everything that is set; one of a
// kind that a filter says nothing about does not pass, so that ipcrm never removes
// it by accident. The zero Filter passes all.
type Filter struct {
	Mine  bool     // owned by this process's effective uid
	Users []uint32 // owned by one of these

	keys []func(sysv.Key) bool // one of these

	// Unattached passes segments without attachments. Queues and sets have
	// none at any time and do not pass.
	Unattached bool

	// DeadCreator passes segments whose creator's pid no process has in this pid
	// namespace. Segments alone keep a creator: the pids of a queue or a
	// semaphore are of the last calls. A pid of 0 is of another pid namespace,
	// whose processes are not seen here, and does not pass.
	DeadCreator bool

	// Older passes what was made or last changed (ctime) at least so long ago.
	Older *time.Duration

	// Empty passes queues without messages and sets whose values are all 0. A
	// segment is never empty. Sets whose values permissions hide do not pass;
	// Unread counts them.
	Empty  bool
	Unread int

	// UserID finds a user by name, in /etc/passwd if nil.
	UserID func(name string) (uid uint32, ok bool)
}

// Option takes a long option. known says that it is one of the filters. --user
// and --key may be given more than once and then pass any of theirs.
func (f *Filter) Option(name, value string) (known bool, err error) {
	switch name {
	case "mine":
		f.Mine = true
	case "user":
		var uid uint32
		if uid, err = f.user(value); err == nil {
			f.Users = append(f.Users, uid)
		}
	case "unattached":
		f.Unattached = true
	case "dead-creator":
		f.DeadCreator = true
	case "older":
		var d time.Duration
		if d, err = parseAge(value); err == nil {
			f.Older = &d
		}
	case "key":
		var match func(sysv.Key) bool
		if match, err = parseKeyPattern(value); err == nil {
			f.keys = append(f.keys, match)
		}
	case "empty":
		f.Empty = true
	default:
		return false, nil
	}
	return true, err
}

// Active reports whether anything is filtered.
func (f *Filter) Active() bool {
	return f.Mine || len(f.Users) > 0 || len(f.keys) > 0 || f.Unattached || f.DeadCreator || f.Older != nil || f.Empty
}

// Apply returns the objects that pass. o itself stays as it is.
func (f *Filter) Apply(o *Objects, l *Live) *Objects {
	if !f.Active() {
		return o
	}
	return &Objects{
		Queues:   passing(o.Queues, func(q *Queue) bool { return f.Queue(q, l) }),
		Segments: passing(o.Segments, func(m *Segment) bool { return f.Segment(m, l) }),
		Sets:     passing(o.Sets, func(s *Set) bool { return f.Set(s, l) }),
	}
}

// Queue reports whether a queue passes.
func (f *Filter) Queue(q *Queue, l *Live) bool {
	return !f.Unattached && !f.DeadCreator && f.common(&q.IpcPerm, q.Ctime(), l) && (!f.Empty || q.Qnum == 0)
}

// Segment reports whether a segment passes.
func (f *Filter) Segment(m *Segment, l *Live) bool {
	return !f.Empty && f.common(&m.IpcPerm, m.Ctime(), l) && (!f.Unattached || m.Nattch == 0) &&
		(!f.DeadCreator || m.Cpid > 0 && !l.pidExists(int(m.Cpid)))
}

// Set reports whether a set passes.
func (f *Filter) Set(s *Set, l *Live) bool {
	return !f.Unattached && !f.DeadCreator && f.common(&s.IpcPerm, s.Ctime(), l) && (!f.Empty || f.zeros(s, l))
}

// common is what is asked of all kinds alike.
func (f *Filter) common(p *sysv.IpcPerm, ctime int64, l *Live) bool {
	switch {
	case f.Mine && p.Uid != uint32(os.Geteuid()):
	case len(f.Users) > 0 && !slices.Contains(f.Users, p.Uid):
	case len(f.keys) > 0 && !slices.ContainsFunc(f.keys, func(match func(sysv.Key) bool) bool { return match(p.Key) }):
	case f.Older != nil && time.Duration(secondsSince(l.now(), ctime))*time.Second < *f.Older:
	default:
		return true
	}
	return false
}

func passing[T any](list []T, pass func(*T) bool) []T {
	var out []T
	for i := range list {
		if pass(&list[i]) {
			out = append(out, list[i])
		}
	}
	return out
}

// zeros reports whether all values of a set are known to be 0.
func (f *Filter) zeros(s *Set, l *Live) bool {
	list, err := l.semaphores(s.ID, int(s.Nsems))
	if permissionDenied(err) {
		f.Unread++
	}
	return err == nil && !slices.ContainsFunc(list, func(sem Semaphore) bool { return sem.Value != 0 })
}

// user finds the uid of a name, or else reads it as a number.
func (f *Filter) user(value string) (uint32, error) {
	find := f.UserID
	if find == nil {
		find = passwdUID
	}
	if uid, ok := find(value); ok {
		return uid, nil
	}
	if n, err := strconv.ParseUint(value, 10, 32); err == nil {
		return uint32(n), nil
	}
	return 0, fmt.Errorf("unknown user: %q", value)
}
