package commands

import "ipcsh/sysv"

// Present is an object of the namespace, with the processes that the kernel has
// noted of it.
type Present struct {
	Made
	Pids []int // who made or used it last; of a set nobody is noted without asking
}

// Presents lists the objects of the namespace.
func Presents() []Present {
	var out []Present
	for _, kind := range []ObjectKind{Queue, Segment, Set} {
		for _, o := range Objects(kind) {
			p := Present{Made: Made{Kind: kind, ID: int64(o.id)}}
			switch kind {
			case Queue:
				p.Pids = []int{int(o.msg.Lspid), int(o.msg.Lrpid)}
			case Segment:
				p.Pids = []int{int(o.shm.Cpid)}
			case Set:
				for i := 0; i < int(o.sem.Nsems) && i < 64; i++ {
					if pid, err := sysv.Semctl(sysv.Semid(o.id), i, sysv.GETPID, nil); err == nil {
						p.Pids = append(p.Pids, pid)
					}
				}
			}
			out = append(out, p)
		}
	}
	return out
}

// Remove removes the object.
func (m Made) Remove() error { return remove(m.Kind, m.ID) }
