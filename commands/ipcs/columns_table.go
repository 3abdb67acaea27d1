package ipcs

import (
	"strings"

	"ipcsh/sysv"
)

// column is one column of --columns.
type column struct {
	name  string
	kinds string // that have it: of q, m and s
	look  columnLook
	help  string
	cell  func(v *tableView, x *listedObject) cell
}

// columnLook says how a column is sorted and where its cells stand.
type columnLook uint8

const (
	asText   columnLook = iota
	asNumber            // on the right
	byNumber            // sorted as a number, on the left
)

// columnTable returns all columns: lsipc's, then those that it has not.
func columnTable() []column {
	table := commonColumns()
	table = append(table, segmentColumns()...)
	table = append(table, queueColumns()...)
	table = append(table, setColumns()...)
	return append(table, ownColumns()...)
}

func commonColumns() []column {
	user := func(id func(p *sysv.IpcPerm) uint32, orNumber bool) func(*tableView, *listedObject) cell {
		return func(v *tableView, x *listedObject) cell { return v.user(id(x.perm), orNumber) }
	}
	group := func(id func(p *sysv.IpcPerm) uint32) func(*tableView, *listedObject) cell {
		return func(v *tableView, x *listedObject) cell { return v.group(id(x.perm)) }
	}
	number := func(id func(p *sysv.IpcPerm) uint32) func(*tableView, *listedObject) cell {
		return func(_ *tableView, x *listedObject) cell { return numberCell(int64(id(x.perm))) }
	}
	uid := func(p *sysv.IpcPerm) uint32 { return p.Uid }
	gid := func(p *sysv.IpcPerm) uint32 { return p.Gid }
	cuid := func(p *sysv.IpcPerm) uint32 { return p.Cuid }
	cgid := func(p *sysv.IpcPerm) uint32 { return p.Cgid }
	return []column{
		{"KEY", "qms", byNumber, "key, as 0x and eight digits", keyCell},
		{"ID", "qms", asNumber, "id", func(_ *tableView, x *listedObject) cell { return numberCell(int64(x.id)) }},
		{"KIND", "qms", asText, "msg, shm or sem", kindCell},
		{"OWNER", "qms", asText, "owner's name, or uid", user(uid, true)},
		{"PERMS", "qms", asText, "permissions", permsCell},
		{"CUID", "qms", asNumber, "creator's uid", number(cuid)},
		{"CUSER", "qms", asText, "creator's name", user(cuid, false)},
		{"CGID", "qms", asNumber, "creator's gid", number(cgid)},
		{"CGROUP", "qms", asText, "creator's group", group(cgid)},
		{"UID", "qms", asNumber, "owner's uid", number(uid)},
		{"USER", "qms", asText, "owner's name", user(uid, false)},
		{"GID", "qms", asNumber, "owner's gid", number(gid)},
		{"GROUP", "qms", asText, "owner's group", group(gid)},
		{"CTIME", "qms", byNumber, "time of making or of the last change", func(v *tableView, x *listedObject) cell { return v.time(x.ctime()) }},
	}
}

func segmentColumns() []column {
	return []column{
		{"SIZE", "m", asNumber, "size in bytes", func(v *tableView, x *listedObject) cell { return v.size(uint64(x.m.Segsz)) }},
		{"NATTCH", "m", asNumber, "number of attachments", func(_ *tableView, x *listedObject) cell { return numberCell(int64(x.m.Nattch)) }},
		{"STATUS", "m", asText, "dest (marked for removal), locked", statusCell},
		{"ATTACH", "m", byNumber, "time of the last attach", func(v *tableView, x *listedObject) cell { return v.time(x.m.Atime()) }},
		{"DETACH", "m", byNumber, "time of the last detach", func(v *tableView, x *listedObject) cell { return v.time(x.m.Dtime()) }},
		{"COMMAND", "m", asText, "command line of the process that has CPID now", commandCell},
		{"CPID", "m", asNumber, "pid of the creator", func(_ *tableView, x *listedObject) cell { return numberCell(int64(x.m.Cpid)) }},
		{"LPID", "m", asNumber, "pid of the last to attach or detach", func(_ *tableView, x *listedObject) cell { return numberCell(int64(x.m.Lpid)) }},
	}
}

func queueColumns() []column {
	return []column{
		{"USEDBYTES", "q", asNumber, "bytes in messages", func(v *tableView, x *listedObject) cell { return v.size(uint64(x.q.Cbytes)) }},
		{"MSGS", "q", asNumber, "number of messages", func(_ *tableView, x *listedObject) cell { return numberCell(int64(x.q.Qnum)) }},
		{"SEND", "q", byNumber, "time of the last msgsnd", func(v *tableView, x *listedObject) cell { return v.time(x.q.Stime()) }},
		{"RECV", "q", byNumber, "time of the last msgrcv", func(v *tableView, x *listedObject) cell { return v.time(x.q.Rtime()) }},
		{"LSPID", "q", asNumber, "pid of the last sender", func(_ *tableView, x *listedObject) cell { return numberCell(int64(x.q.Lspid)) }},
		{"LRPID", "q", asNumber, "pid of the last receiver", func(_ *tableView, x *listedObject) cell { return numberCell(int64(x.q.Lrpid)) }},
	}
}

func setColumns() []column {
	return []column{
		{"NSEMS", "s", asNumber, "number of semaphores", func(_ *tableView, x *listedObject) cell { return numberCell(int64(x.s.Nsems)) }},
		{"OTIME", "s", byNumber, "time of the last semop", func(v *tableView, x *listedObject) cell { return v.time(x.s.Otime()) }},
	}
}

// ownColumns are those that lsipc has not.
func ownColumns() []column {
	value := func(get func(Semaphore) int) func(*tableView, *listedObject) cell {
		return func(v *tableView, x *listedObject) cell { return v.semaphores(x.s, get) }
	}
	return []column{
		{"QBYTES", "q", asNumber, "most bytes that fit", qbytesCell},
		{"FILL", "q", asNumber, "bytes in messages of the most that fit", fillCell},
		{"RSS", "m", asNumber, "bytes in memory", func(v *tableView, x *listedObject) cell { return v.memory(x.m.RSS) }},
		{"SWAP", "m", asNumber, "bytes swapped out", func(v *tableView, x *listedObject) cell { return v.memory(x.m.Swap) }},
		{"VALUES", "s", byNumber, "values of the semaphores", value(func(s Semaphore) int { return s.Value })},
		{"NCNT", "s", byNumber, "for each, how many wait for an increase", value(func(s Semaphore) int { return s.Ncnt })},
		{"ZCNT", "s", byNumber, "for each, how many wait for 0", value(func(s Semaphore) int { return s.Zcnt })},
		{"WAITERS", "qs", byNumber, "pids asleep in a call on it (pid/tid: a further thread)", waitersCell},
		{"ATTACHERS", "m", byNumber, "pids that have it attached", attachersCell},
		{"AGE", "qms", asNumber, "time since CTIME", func(v *tableView, x *listedObject) cell { return v.age(x.ctime()) }},
	}
}

func keyCell(_ *tableView, x *listedObject) cell {
	return cell{x.perm.Key.String(), int64(uint32(x.perm.Key)), true}
}

func kindCell(_ *tableView, x *listedObject) cell {
	switch x.kind {
	case 'q':
		return textCell("msg")
	case 'm':
		return textCell("shm")
	}
	return textCell("sem")
}

func permsCell(_ *tableView, x *listedObject) cell {
	return textCell(string(appendPerms(nil, x.perm.Mode, 'w', 'x')))
}

func statusCell(_ *tableView, x *listedObject) cell {
	return textCell(strings.Join(segmentStatus(x.m), ","))
}

// segmentStatus names what the mode of a segment tells beside permissions.
func segmentStatus(m *Segment) []string {
	var words []string
	if m.Mode&sysv.SHM_DEST != 0 {
		words = append(words, "dest")
	}
	if m.Mode&sysv.SHM_LOCKED != 0 {
		words = append(words, "locked")
	}
	return words
}

func qbytesCell(v *tableView, x *listedObject) cell {
	if v.live.qbytesHidden(x.id) {
		return hiddenCell()
	}
	return v.size(uint64(x.q.Qbytes))
}
