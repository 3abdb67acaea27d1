package ipcs

import (
	"fmt"
	"strconv"

	"ipcsh/sysv"
)

// detail prints one object: ipcs -i. It returns the exit status.
func (t *tool) detail(r *request) int {
	switch {
	case r.queues:
		if q, ok := findQueue(r.id); ok {
			t.queueDetail(q, r.unit)
			return 0
		}
	case r.segments:
		if m, ok := findSegment(r.id); ok {
			t.segmentDetail(m, r.unit)
			return 0
		}
	case r.sets:
		if s, ok := findSet(r.id); ok {
			return t.setDetail(s)
		}
	}
	t.warn("id %d not found", r.id)
	return 1
}

// amount is a size after its label.
func amount(bytesLabel, humanLabel string, n uint64, u unit) string {
	if u == unitHuman {
		return humanLabel + "=" + human(n)
	}
	return bytesLabel + "=" + strconv.FormatUint(n, 10)
}

func (t *tool) queueDetail(q *Queue, u unit) {
	fmt.Fprintf(&t.out, "\nMessage Queue msqid=%d\nuid=%d\tgid=%d\tcuid=%d\tcgid=%d\tmode=%#o\n",
		q.ID, q.Uid, q.Gid, q.Cuid, q.Cgid, q.Mode)
	fmt.Fprintf(&t.out, "%s\t%s\tqnum=%d\tlspid=%d\tlrpid=%d\n",
		amount("cbytes", "csize", uint64(q.Cbytes), u), amount("qbytes", "qsize", uint64(q.Qbytes), u), q.Qnum, q.Lspid, q.Lrpid)
	t.times("send_time=", q.Stime(), "rcv_time=", q.Rtime(), "change_time=", q.Ctime())
}

func (t *tool) segmentDetail(m *Segment, u unit) {
	fmt.Fprintf(&t.out, "\nShared memory Segment shmid=%d\nuid=%d\tgid=%d\tcuid=%d\tcgid=%d\nmode=%#o\taccess_perms=%#o\n",
		m.ID, m.Uid, m.Gid, m.Cuid, m.Cgid, m.Mode, m.Mode&0o777)
	fmt.Fprintf(&t.out, "%s\tlpid=%d\tcpid=%d\tnattch=%d\n",
		amount("bytes", "size", uint64(m.Segsz), u), m.Lpid, m.Cpid, m.Nattch)
	t.times("att_time=", m.Atime(), "det_time=", m.Dtime(), "change_time=", m.Ctime())
}

// times adds the last three lines of a queue or segment.
func (t *tool) times(label1 string, t1 int64, label2 string, t2 int64, label3 string, t3 int64) {
	p := &t.out
	p.str(label1)
	p.left(p.stamp(t1), 26)
	p.str("\n" + label2)
	p.left(p.stamp(t2), 26)
	p.str("\n" + label3)
	p.left(p.stamp(t3), 26)
	p.str("\n\n")
}

// setDetail reads each semaphore before it prints, for that may be refused.
func (t *tool) setDetail(s *Set) int {
	list := make([]Semaphore, s.Nsems)
	for i := range list {
		for _, get := range []struct {
			cmd sysv.SemctlCmd
			to  *int
		}{{sysv.GETVAL, &list[i].Value}, {sysv.GETNCNT, &list[i].Ncnt}, {sysv.GETZCNT, &list[i].Zcnt}, {sysv.GETPID, &list[i].Pid}} {
			var err error
			if *get.to, err = sysv.Semctl(sysv.Semid(s.ID), i, get.cmd, nil); err != nil {
				t.warn("semctl(%s) failed: %s", get.cmd, reason(err))
				return 1
			}
		}
	}
	p := &t.out
	fmt.Fprintf(p, "\nSemaphore Array semid=%d\nuid=%d\t gid=%d\t cuid=%d\t cgid=%d\nmode=%#o, access_perms=%#o\nnsems = %d\n",
		s.ID, s.Uid, s.Gid, s.Cuid, s.Cgid, s.Mode, s.Mode&0o777, s.Nsems)
	p.str("otime = ")
	p.left(p.stamp(s.Otime()), 26)
	p.str("\nctime = ")
	p.left(p.stamp(s.Ctime()), 26)
	p.str("\nsemnum     value      ncount     zcount     pid       \n")
	for i, sem := range list {
		for _, n := range [...]int{i, sem.Value, sem.Ncnt, sem.Zcnt} {
			p.int(int64(n), 10)
			p.str(" ")
		}
		p.int(int64(sem.Pid), 10)
		p.line()
	}
	p.line()
	return 0
}
