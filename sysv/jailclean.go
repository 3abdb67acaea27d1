package sysv

import (
	"golang.org/x/sys/unix"
)

// Object is an IPC object of a jail's.
type Object struct {
	Kind string // "msg", "shm" or "sem"
	ID   int
	Key  Key
}

// clean removes what a jail with an id of its own made in this process's IPC
// namespace. It takes a child with that id: root without CAP_SYS_ADMIN, as in a
// container, may not remove what is another's.
func (t *jail) clean() []Object {
	if t.flags&unix.CLONE_NEWIPC != 0 || t.id.own {
		return nil
	}
	found := objectsOf(uint32(t.id.base))
	if len(found) == 0 {
		return nil
	}
	p := &childPlan{report: &report{-1, -1}}
	p.becomes(t.id.base)
	for _, o := range found {
		switch o.Kind {
		case "msg":
			p.call(meansNone, "msgctl", unix.SYS_MSGCTL, uintptr(o.ID), IPC_RMID, 0)
		case "shm":
			p.call(meansNone, "shmctl", unix.SYS_SHMCTL, uintptr(o.ID), IPC_RMID, 0)
		case "sem":
			p.call(meansNone, "semctl", unix.SYS_SEMCTL, uintptr(o.ID), 0, IPC_RMID)
		}
	}
	p.must("exit_group", unix.SYS_EXIT_GROUP, 0)
	if pid, err := p.start(); err == nil {
		waitFor(pid)
	}
	return found
}

// objectsOf lists the objects that a user created.
func objectsOf(uid uint32) (list []Object) {
	all := func(kind string, last int, err error, stat func(i int) (int, *IpcPerm, error)) {
		for i := 0; err == nil && i <= last; i++ {
			if id, perm, e := stat(i); e == nil && perm.Cuid == uid {
				list = append(list, Object{kind, id, perm.Key})
			}
		}
	}
	last, err := Msgctl(0, MSG_INFO, new(Msginfo))
	all("msg", last, err, func(i int) (int, *IpcPerm, error) {
		var ds MsqidDs
		id, err := Msgctl(Msqid(i), MSG_STAT_ANY, &ds)
		return id, &ds.IpcPerm, err
	})
	last, err = Shmctl(0, SHM_INFO, new(ShmInfo))
	all("shm", last, err, func(i int) (int, *IpcPerm, error) {
		var ds ShmidDs
		id, err := Shmctl(Shmid(i), SHM_STAT_ANY, &ds)
		return id, &ds.IpcPerm, err
	})
	last, err = Semctl(0, 0, SEM_INFO, new(Seminfo))
	all("sem", last, err, func(i int) (int, *IpcPerm, error) {
		var ds SemidDs
		id, err := Semctl(Semid(i), 0, SEM_STAT_ANY, &ds)
		return id, &ds.IpcPerm, err
	})
	return list
}
