package ipcs

import (
	"errors"
	"fmt"
	"slices"
	"syscall"

	"ipcsh/sysv"
)

// run takes the steps and returns the exit status.
func (r *remover) run() int {
	status := 0
	for _, s := range r.steps {
		st, goOn := 0, true
		switch {
		case s.do != nil:
			st, goOn = s.do()
		case s.byKey:
			st, goOn = r.removeKey(s)
		default:
			st, goOn = r.remove(s.kind, s.id, "id", s.verbose)
		}
		if !goOn {
			if s.do != nil {
				return st // what a usage error or --help ends with
			}
			return 1
		}
		status |= st
	}
	if r.all {
		status |= r.removeAll()
	}
	if r.old && status == 0 && !r.dryRun {
		r.out.str("resource(s) deleted\n")
	}
	return status
}

// removeKey removes the object with a key.
func (r *remover) removeKey(s step) (status int, goOn bool) {
	id, err := s.find()
	if err == nil {
		return r.remove(s.kind, id, "key", s.verbose)
	}
	r.refused(err)
	switch {
	case errors.Is(err, syscall.EACCES):
		r.warn("permission denied for key (%s)", s.text)
	case errors.Is(err, syscall.ENOENT):
		r.warn("invalid key (%s)", s.text)
	case errors.Is(err, syscall.EIDRM):
		r.warn("already removed key (%s)", s.text)
	default:
		r.warn("key failed: %s", reason(err))
		return 1, false
	}
	return 1, true
}

// find finds the id that belongs to a step's key. It needs no permission.
func (s step) find() (id int, err error) {
	if !s.fits {
		return -1, syscall.ENOENT
	}
	switch s.kind {
	case KindQueue:
		q, e := sysv.Msgget(sysv.Key(s.key), 0)
		id, err = int(q), e
	case KindSegment:
		m, e := sysv.Shmget(sysv.Key(s.key), 0, 0)
		id, err = int(m), e
	default:
		set, e := sysv.Semget(sysv.Key(s.key), 0, 0)
		id, err = int(set), e
	}
	return id, err
}

// remove removes an object by its id. by is what it was named by, for messages.
func (r *remover) remove(kind byte, id int, by string, verbose bool) (status int, goOn bool) {
	if r.kept(kind, id) {
		r.warn("kept by the filters: %s (%d)", by, id)
		return 1, true
	}
	switch {
	case !r.dryRun && verbose:
		fmt.Fprintf(&r.out, "removing %s id `%d'\n", objectName(kind), id)
	case r.dryRun && r.mayRemove(kind, id) == nil:
		fmt.Fprintf(&r.out, "would remove %s id `%d'\n", objectName(kind), id)
	}
	err := r.rmid(kind, id)
	if err == nil {
		return 0, true
	}
	r.refused(err)
	switch {
	case errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EPERM):
		r.warn("permission denied for %s (%d)", by, id)
	case errors.Is(err, syscall.EINVAL):
		r.warn("invalid %s (%d)", by, id)
	case errors.Is(err, syscall.EIDRM):
		r.warn("already removed %s (%d)", by, id)
	default:
		r.warn("%s failed: %s", by, reason(err))
		return 1, false
	}
	return 1, true
}

func (r *remover) refused(err error) {
	if r.Refused != nil {
		r.Refused(err)
	}
}

// kept tells whether an object is there and the filters do not choose it.
func (r *remover) kept(kind byte, id int) bool {
	x := &r.extra
	if !x.filtered {
		return false
	}
	switch kind {
	case KindQueue:
		q, ok := findQueue(id)
		return ok && !x.queue(r.tool, q)
	case KindSegment:
		m, ok := findSegment(id)
		return ok && !x.segment(r.tool, m)
	}
	s, ok := findSet(id)
	return ok && !x.semaphores(r.tool, s)
}

func objectName(kind byte) string {
	switch kind {
	case KindQueue:
		return "message queue"
	case KindSegment:
		return "shared memory segment"
	}
	return "semaphore"
}

// rmid makes the call and tells of it.
func (r *remover) rmid(kind byte, id int) (err error) {
	if r.dryRun {
		return r.mayRemove(kind, id)
	}
	switch kind {
	case KindQueue:
		_, err = sysv.Msgctl(sysv.Msqid(id), sysv.IPC_RMID, nil)
	case KindSegment:
		_, err = sysv.Shmctl(sysv.Shmid(id), sysv.IPC_RMID, nil)
	default:
		_, err = sysv.Semctl(sysv.Semid(id), 0, sysv.IPC_RMID, nil)
	}
	if err == nil && r.Removed != nil {
		r.Removed(kind, id)
	}
	return err
}

// mayRemove is the error that removing an object would end with, as far as the
// user ids tell. Root of a user namespace may have less power than it seems.
func (t *tool) mayRemove(kind byte, id int) error {
	p := permissionsOf(kind, id)
	switch {
	case p == nil:
		return syscall.EINVAL
	case !t.ours(p):
		return syscall.EPERM
	}
	return nil
}

// permissionsOf reads an object's; nil if it does not exist.
func permissionsOf(kind byte, id int) *sysv.IpcPerm {
	switch kind {
	case KindQueue:
		if q, ok := findQueue(id); ok {
			return &q.IpcPerm
		}
	case KindSegment:
		if m, ok := findSegment(id); ok {
			return &m.IpcPerm
		}
	default:
		if s, ok := findSet(id); ok {
			return &s.IpcPerm
		}
	}
	return nil
}

// ours tells whether the user is an object's owner or creator, or root.
func (t *tool) ours(p *sysv.IpcPerm) bool {
	return t.euid == 0 || p.Uid == t.euid || p.Cuid == t.euid
}

// removeAll is -a: segments, then sets, then queues. As with util-linux, objects
// of others that may not be read are passed over in silence.
func (r *remover) removeAll() (status int) {
	for _, kind := range []byte{KindSegment, KindSet, KindQueue} {
		if len(r.kinds) > 0 && !slices.Contains(r.kinds, kind) {
			continue
		}
		goOn := true
		err := r.each(kind, func(id int) {
			if goOn {
				var st int
				st, goOn = r.remove(kind, id, "id", r.verbose)
				status |= st
			}
		})
		if err != nil {
			r.warn("kernel not configured for %s", configured(kind))
			return 1
		}
		if !goOn {
			return 1
		}
	}
	return status
}

// configured is what a kernel without a kind is said to lack.
func configured(kind byte) string {
	switch kind {
	case KindQueue:
		return "message queues"
	case KindSegment:
		return "shared memory"
	}
	return "semaphores"
}

// each calls f with the ids of the objects of a kind that -a and the filters mean.
// They are read while f removes others; but filters remember what they were told,
// and ask the session, which f changes.
func (r *remover) each(kind byte, f func(id int)) (err error) {
	if r.extra.filtered {
		return r.list(kind, f)
	}
	lists := make(chan []int, 16)
	go func() {
		defer close(lists)
		var list []int
		err = r.list(kind, func(id int) {
			if list = append(list, id); len(list) == batch {
				lists <- list
				list = nil
			}
		})
		lists <- list
	}()
	for list := range lists {
		for _, id := range list {
			f(id)
		}
	}
	return err
}

// list calls f with the ids that each means.
func (r *remover) list(kind byte, f func(id int)) error {
	x := &r.extra
	switch kind {
	case KindQueue:
		return eachQueue(1, func(q *Queue) {
			if (!x.filtered || x.queue(r.tool, q)) && (r.ours(&q.IpcPerm) || readable(kind, q.ID)) {
				f(q.ID)
			}
		})
	case KindSegment:
		return eachSegment(1, func(m *Segment) {
			if (!x.filtered || x.segment(r.tool, m)) && (r.ours(&m.IpcPerm) || readable(kind, m.ID)) {
				f(m.ID)
			}
		})
	}
	return eachSet(1, func(s *Set) {
		if (!x.filtered || x.semaphores(r.tool, s)) && (r.ours(&s.IpcPerm) || readable(kind, s.ID)) {
			f(s.ID)
		}
	})
}

// readable tells whether the kernel lets us read an object.
func readable(kind byte, id int) bool {
	var err error
	switch kind {
	case KindQueue:
		_, err = sysv.Msgctl(sysv.Msqid(id), sysv.IPC_STAT, new(sysv.MsqidDs))
	case KindSegment:
		_, err = sysv.Shmctl(sysv.Shmid(id), sysv.IPC_STAT, new(sysv.ShmidDs))
	default:
		_, err = sysv.Semctl(sysv.Semid(id), 0, sysv.IPC_STAT, new(sysv.SemidDs))
	}
	return err == nil
}
