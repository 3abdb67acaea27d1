package ipcs

import "ipcsh/sysv"

// queues prints what ipcs tells about message queues. The error is that there are
// none on this system.
func (t *tool) queues(r *request) error {
	out := &t.out
	row := t.queueStatus
	switch r.format {
	case formatLimits:
		return t.queueLimits(r)
	case formatSummary:
		return t.queueSummary(r)
	case formatCreator:
		out.str("------ Message Queues Creators/Owners --------\n" +
			"msqid      perms      cuid       cgid       uid        gid       \n")
		row = func(q *Queue, _ unit) { t.creators(q.ID, &q.IpcPerm) }
	case formatTime:
		out.str("------ Message Queues Send/Recv/Change Times --------\n" +
			"msqid    owner      send                 recv                 change              \n")
		row = t.queueTimes
	case formatPid:
		out.str("------ Message Queues PIDs --------\n" +
			"msqid      owner      lspid      lrpid     \n")
		row = t.queuePids
	default:
		out.str("------ Message Queues --------\n" +
			"key        msqid      owner      perms      ")
		out.left(sizeHeading(r.unit, "used-bytes"), 12)
		out.str(" messages    \n")
	}
	return eachQueue(processors(), func(q *Queue) {
		if !t.extra.filtered || t.extra.queue(t, q) {
			row(q, r.unit)
		}
	})
}

// sizeHeading is the heading of a column of sizes.
func sizeHeading(u unit, bytes string) string {
	if u == unitHuman {
		return "size"
	}
	return bytes
}

func (t *tool) queueStatus(q *Queue, u unit) {
	t.head(q.ID, &q.IpcPerm)
	t.out.size(uint64(q.Cbytes), u, 12)
	t.out.str(" ")
	t.out.uint(uint64(q.Qnum), 12)
	t.out.line()
}

func (t *tool) queueTimes(q *Queue, _ unit) {
	t.owner(q.ID, 8, &q.IpcPerm)
	for _, at := range [...]int64{q.Stime(), q.Rtime(), q.Ctime()} {
		t.out.str(" ")
		t.out.left(t.out.shortStamp(at), 20)
	}
	t.out.line()
}

func (t *tool) queuePids(q *Queue, _ unit) {
	t.owner(q.ID, 8, &q.IpcPerm)
	t.out.str("  ")
	t.out.right(int64(q.Lspid), 5)
	t.out.str("     ")
	t.out.right(int64(q.Lrpid), 5)
	t.out.line()
}

func (t *tool) queueLimits(r *request) error {
	var info sysv.Msginfo
	if _, err := sysv.Msgctl(0, sysv.IPC_INFO, &info); err != nil {
		return err
	}
	out := &t.out
	out.str("------ Messages Limits --------\nmax queues system wide = ")
	out.int(int64(info.Msgmni), 0)
	out.line()
	out.sizeLine("max size of message", uint64(info.Msgmax), r.unit)
	out.sizeLine("default max size of queue", uint64(info.Msgmnb), r.unit)
	return nil
}

func (t *tool) queueSummary(r *request) error {
	var info sysv.Msginfo
	if _, err := sysv.Msgctl(0, sysv.MSG_INFO, &info); err != nil {
		return err
	}
	out := &t.out
	out.str("------ Messages Status --------\nallocated queues = ")
	out.int(int64(info.Msgpool), 0)
	out.str("\nused headers = ")
	out.int(int64(info.Msgmap), 0)
	out.line()
	if r.unit != unitDefault {
		out.sizeLine("used space", uint64(info.Msgtql), r.unit)
		return nil
	}
	out.str("used space = ")
	out.int(int64(info.Msgtql), 0)
	out.str(" bytes\n")
	return nil
}
