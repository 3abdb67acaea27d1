package commands

import (
	"syscall"

	"ipcsh/sysv"
)

// Objects are read by the *_STAT_ANY calls, which look at no permission bits. They
// take an index of the kernel's, which is the low part of an id, and return the id
// that is there now.

// object is what such a call told.
type object struct {
	kind ObjectKind
	id   int
	msg  sysv.MsqidDs
	shm  sysv.ShmidDs
	sem  sysv.SemidDs
}

// Object is a queue, a segment or a set as it was when it was read.
type Object = object

// Kind is Queue, Segment or Set, ID its id.
func (o *object) Kind() ObjectKind { return o.kind }
func (o *object) ID() int64        { return int64(o.id) }

// Msg is the state of a queue, Shm that of a segment, Sem that of a set.
func (o *object) Msg() *sysv.MsqidDs { return &o.msg }
func (o *object) Shm() *sysv.ShmidDs { return &o.shm }
func (o *object) Sem() *sysv.SemidDs { return &o.sem }

// Perm is what all kinds have.
func (o *object) Perm() *sysv.IpcPerm {
	switch o.kind {
	case Segment:
		return &o.shm.IpcPerm
	case Set:
		return &o.sem.IpcPerm
	}
	return &o.msg.IpcPerm
}

func (o *object) ctime() int64 {
	switch o.kind {
	case Segment:
		return o.shm.Ctime()
	case Set:
		return o.sem.Ctime()
	}
	return o.msg.Ctime()
}

// Values reads the values of a set. EACCES no read permission.
func (o *object) Values() ([]uint16, error) {
	values := make(sysv.SemArray, o.sem.Nsems)
	_, err := sysv.Semctl(sysv.Semid(o.id), 0, sysv.GETALL, values)
	return values, err
}

// ObjectAt reads the object at an index. EINVAL there is none.
func ObjectAt(kind ObjectKind, index int64) (*Object, error) {
	o := &object{kind: kind}
	var err error
	switch kind {
	case Queue:
		o.id, err = sysv.Msgctl(sysv.Msqid(index), sysv.MSG_STAT_ANY, &o.msg)
	case Segment:
		o.id, err = sysv.Shmctl(sysv.Shmid(index), sysv.SHM_STAT_ANY, &o.shm)
	case Set:
		o.id, err = sysv.Semctl(sysv.Semid(index), 0, sysv.SEM_STAT_ANY, &o.sem)
	}
	return o, err
}

// stat reads an object whatever its mode says.
func stat(kind ObjectKind, id int64) (*object, error) {
	o, err := ObjectAt(kind, id)
	if err == nil && o.ID() != id {
		err = syscall.EINVAL
	}
	o.id = int(id)
	return o, err
}

func alive(kind ObjectKind, id int64) bool {
	_, err := stat(kind, id)
	return err == nil
}

// HighestIndex is the highest index in use, of which 0 may also mean none.
func HighestIndex(kind ObjectKind) int {
	n := 0
	switch kind {
	case Queue:
		n, _ = sysv.Msgctl(0, sysv.IPC_INFO, new(sysv.Msginfo))
	case Segment:
		n, _ = sysv.Shmctl(0, sysv.IPC_INFO, new(sysv.Shminfo))
	case Set:
		n, _ = sysv.Semctl(0, 0, sysv.IPC_INFO, new(sysv.Seminfo))
	}
	return max(n, 0)
}

// Objects lists the objects of one kind in the order of the kernel's index.
func Objects(kind ObjectKind) []*Object {
	var out []*object
	for i, highest := 0, HighestIndex(kind); i <= highest; i++ {
		if o, err := ObjectAt(kind, int64(i)); err == nil {
			out = append(out, o)
		}
	}
	return out
}
