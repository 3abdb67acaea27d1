package ipcs

import "ipcsh/sysv"

// The objects are listed by the kernel's index, with the calls that look at no
// permission bits, each handed on before the next is read. That is much faster
// than reading the files of /proc/sysvipc, and needs no /proc.

// eachQueue calls f with each message queue. The Queue is used again for the next.
//
// The error is that of the first call: there are no queues on this system.
func eachQueue(f func(*Queue)) error {
	highest, err := sysv.Msgctl(0, sysv.MSG_INFO, new(sysv.Msginfo))
	q := new(Queue)
	for i := 0; i <= highest; i++ {
		if q.ID, err = sysv.Msgctl(sysv.Msqid(i), sysv.MSG_STAT_ANY, &q.MsqidDs); err == nil {
			f(q)
		}
	}
	if highest < 0 {
		return err
	}
	return nil
}

// eachSegment is eachQueue for segments. RSS and Swap are not read.
func eachSegment(f func(*Segment)) error {
	highest, err := sysv.Shmctl(0, sysv.SHM_INFO, new(sysv.ShmInfo))
	m := new(Segment)
	for i := 0; i <= highest; i++ {
		if m.ID, err = sysv.Shmctl(sysv.Shmid(i), sysv.SHM_STAT_ANY, &m.ShmidDs); err == nil {
			f(m)
		}
	}
	if highest < 0 {
		return err
	}
	return nil
}

// eachSet is eachQueue for semaphore sets.
func eachSet(f func(*Set)) error {
	highest, err := sysv.Semctl(0, 0, sysv.SEM_INFO, new(sysv.Seminfo))
	s := new(Set)
	for i := 0; i <= highest; i++ {
		if s.ID, err = sysv.Semctl(sysv.Semid(i), 0, sysv.SEM_STAT_ANY, &s.SemidDs); err == nil {
			f(s)
		}
	}
	if highest < 0 {
		return err
	}
	return nil
}

// findQueue reads one queue, whatever its mode says. The call looks only at the
// index in the id and returns the id that is there.
func findQueue(id int) (*Queue, bool) {
	q := &Queue{ID: id}
	found, err := sysv.Msgctl(sysv.Msqid(id), sysv.MSG_STAT_ANY, &q.MsqidDs)
	return q, id >= 0 && err == nil && found == id
}

// findSegment is findQueue for a segment.
func findSegment(id int) (*Segment, bool) {
	m := &Segment{ID: id}
	found, err := sysv.Shmctl(sysv.Shmid(id), sysv.SHM_STAT_ANY, &m.ShmidDs)
	return m, id >= 0 && err == nil && found == id
}

// findSet is findQueue for a set.
func findSet(id int) (*Set, bool) {
	s := &Set{ID: id}
	found, err := sysv.Semctl(sysv.Semid(id), 0, sysv.SEM_STAT_ANY, &s.SemidDs)
	return s, id >= 0 && err == nil && found == id
}
