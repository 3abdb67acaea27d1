package ipcs

import (
	"runtime"

	"ipcsh/sysv"
)

// The objects are listed by the kernel's index, with the calls that look at no
// permission bits, each handed on before the next is read. That is much faster
// than reading the files of /proc/sysvipc, and needs no /proc.

// eachQueue calls f with each message queue, read by as many threads as readers
// says. The Queue is used again for the next.
//
// The error is that of the first call: there are no queues on this system.
func eachQueue(readers int, f func(*Queue)) error {
	var info sysv.Msginfo
	highest, err := sysv.Msgctl(0, sysv.MSG_INFO, &info)
	if highest < 0 || info.Msgpool == 0 { // which counts the queues
		return err
	}
	scan(readers, highest, f, func(index int, q *Queue) bool {
		var err error
		q.ID, err = sysv.Msgctl(sysv.Msqid(index), sysv.MSG_STAT_ANY, &q.MsqidDs)
		return err == nil
	})
	return nil
}

// eachSegment is eachQueue for segments. RSS and Swap are not read.
func eachSegment(readers int, f func(*Segment)) error {
	var info sysv.ShmInfo
	highest, err := sysv.Shmctl(0, sysv.SHM_INFO, &info)
	if highest < 0 || info.UsedIds == 0 {
		return err
	}
	scan(readers, highest, f, func(index int, m *Segment) bool {
		var err error
		m.ID, err = sysv.Shmctl(sysv.Shmid(index), sysv.SHM_STAT_ANY, &m.ShmidDs)
		return err == nil
	})
	return nil
}

// eachSet is eachQueue for semaphore sets.
func eachSet(readers int, f func(*Set)) error {
	var info sysv.Seminfo
	highest, err := sysv.Semctl(0, 0, sysv.SEM_INFO, &info)
	if highest < 0 || info.Semusz == 0 { // which counts the sets
		return err
	}
	scan(readers, highest, f, func(index int, s *Set) bool {
		var err error
		s.ID, err = sysv.Semctl(sysv.Semid(index), 0, sysv.SEM_STAT_ANY, &s.SemidDs)
		return err == nil
	})
	return nil
}

// batch is how many indexes one processor reads at a time.
const batch = 256

// processors is how many threads can read at once. That pays, for the kernel locks
// no more than one object, and its call takes longer than printing what it told.
func processors() int { return min(runtime.GOMAXPROCS(0), 8) }

// scan calls f with each object that stat finds at the indexes 0 to highest, in
// their order. Few are read by one thread.
func scan[T any](readers, highest int, f func(*T), stat func(index int, object *T) bool) {
	if highest < 2*batch {
		readers = 1
	}
	// Each reader has every readers-th batch. The first is this goroutine, which
	// also calls f; the others hand over what they found.
	found := make([]chan []T, readers)
	for r := 1; r < readers; r++ {
		found[r] = make(chan []T, 4)
		go func() {
			// One is being filled, one shown to f, the others are on the way.
			lists := make([][batch]T, cap(found[r])+2)
			for first := r * batch; first <= highest; first += readers * batch {
				list := lists[first/batch/readers%len(lists)][:0]
				for i := first; i < first+batch && i <= highest; i++ {
					if list = list[:len(list)+1]; !stat(i, &list[len(list)-1]) {
						list = list[:len(list)-1]
					}
				}
				found[r] <- list
			}
		}()
	}
	object := new(T)
	for first := 0; first <= highest; first += batch {
		if r := first / batch % readers; r > 0 {
			for list := <-found[r]; len(list) > 0; list = list[1:] {
				f(&list[0])
			}
			continue
		}
		for i := first; i < first+batch && i <= highest; i++ {
			if stat(i, object) {
				f(object)
			}
		}
	}
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
