package ipcs

import (
	"bufio"
	"errors"
	"io"
	"math"
	"strconv"
	"syscall"
	"time"

	"ipcsh/commands/jsonw"
	"ipcsh/sysv"
)

// JSONOptions says what goes into the JSON beside the objects themselves.
type JSONOptions struct {
	Q, M, S   bool // the kinds, all if none is set
	Messages  bool // the queues' messages: types and sizes
	Processes bool // who waits, and who has segments attached
}

// WriteJSON writes the objects as one JSON object with an array for each kind,
// an object a line. Numbers are numbers, times ISO 8601 or null for never, keys
// and modes also their usual spelling, names of ids null where there are none.
//
// What permissions hide is null (or a list that may not be all), and the member
// "hidden" then says for each such member why: the errno's name, or "processes"
// for processes that could not be looked at. Messages are as MSG_COPY shows them:
// none is taken.
func WriteJSON(w io.Writer, o *Objects, l *Live, opt JSONOptions) error {
	opt.Q, opt.M, opt.S = kindsOrAll(opt.Q, opt.M, opt.S)
	now := l.now()
	j := jsonReport{live: l, who: sleepersAndUsers{live: l}, opt: opt, now: now, out: bufio.NewWriter(w)}
	j.b = jsonw.Text(append(j.b, '{'), "time", now.Format(isoTime))
	if opt.Q {
		writeJSONList(&j, "queues", o.Queues, j.queue)
	}
	if opt.M {
		writeJSONList(&j, "segments", o.Segments, j.segment)
	}
	if opt.S {
		writeJSONList(&j, "sets", o.Sets, j.set)
	}
	j.b = append(j.b, "}\n"...)
	j.flush()
	return j.out.Flush()
}

// jsonReport is the JSON being written. Errors of out are kept for its Flush.
type jsonReport struct {
	live   *Live
	who    sleepersAndUsers
	opt    JSONOptions
	now    time.Time
	out    *bufio.Writer
	b      []byte // not yet handed to out
	hidden []hiddenMember
}

// hiddenMember is a member that could not be read, or not wholly, and why.
type hiddenMember struct{ name, why string }

func (j *jsonReport) flush() {
	j.out.Write(j.b)
	j.b = j.b[:0]
}

// writeJSONList writes the member name: an array of objects, a line each.
func writeJSONList[T any](j *jsonReport, name string, list []T, write func(*T)) {
	j.b = append(j.b, ",\n"...)
	j.b = append(jsonw.String(j.b, name), ":["...)
	for i := range list {
		if i > 0 {
			j.b = append(j.b, ',')
		}
		j.b = append(j.b, "\n{"...)
		j.hidden = j.hidden[:0]
		write(&list[i])
		if len(j.hidden) > 0 {
			j.b = append(jsonw.Name(j.b, "hidden"), '{')
			for _, h := range j.hidden {
				j.b = jsonw.Text(j.b, h.name, h.why)
			}
			j.b = append(j.b, '}')
		}
		j.b = append(j.b, '}')
		j.flush()
	}
	if len(list) > 0 {
		j.b = append(j.b, '\n')
	}
	j.b = append(j.b, ']')
}

func (j *jsonReport) queue(q *Queue) {
	j.common(q.ID, &q.IpcPerm)
	j.number("cbytes", uint64(q.Cbytes))
	j.number("qnum", uint64(q.Qnum))
	if j.live.qbytesHidden(q.ID) {
		j.hide("qbytes", syscall.EACCES)
	} else {
		j.number("qbytes", uint64(q.Qbytes))
	}
	j.pid("lspid", q.Lspid)
	j.pid("lrpid", q.Lrpid)
	j.time("stime", q.Stime())
	j.time("rtime", q.Rtime())
	j.changed(q.Ctime())
	if j.opt.Messages {
		j.messages(q.ID)
	}
	if j.opt.Processes {
		j.waiters('q', q.ID, math.MaxInt)
	}
}

func (j *jsonReport) segment(m *Segment) {
	j.common(m.ID, &m.IpcPerm)
	j.b = jsonw.Bool(j.b, "dest", m.Mode&sysv.SHM_DEST != 0)
	j.b = jsonw.Bool(j.b, "locked", m.Mode&sysv.SHM_LOCKED != 0)
	j.number("segsz", uint64(m.Segsz))
	j.number("nattch", uint64(m.Nattch))
	if j.live.NoMemory {
		j.null("rss")
		j.null("swap")
	} else {
		j.number("rss", m.RSS)
		j.number("swap", m.Swap)
	}
	j.pid("cpid", m.Cpid)
	j.pid("lpid", m.Lpid)
	j.time("atime", m.Atime())
	j.time("dtime", m.Dtime())
	j.changed(m.Ctime())
	if j.opt.Processes {
		j.attachers(m)
	}
}

func (j *jsonReport) set(s *Set) {
	j.common(s.ID, &s.IpcPerm)
	j.number("nsems", uint64(s.Nsems))
	j.time("otime", s.Otime())
	j.changed(s.Ctime())
	asleep := math.MaxInt
	if list, err := j.live.semaphores(s.ID, int(s.Nsems)); err != nil {
		j.hide("semaphores", err)
	} else {
		asleep = sleepers(list)
		j.b = append(jsonw.Name(j.b, "semaphores"), '[')
		for _, sem := range list {
			j.b = append(jsonw.Next(j.b), '{')
			j.b = jsonw.Int(j.b, "value", int64(sem.Value))
			j.b = jsonw.Int(j.b, "ncnt", int64(sem.Ncnt))
			j.b = jsonw.Int(j.b, "zcnt", int64(sem.Zcnt))
			j.b = append(jsonw.Int(j.b, "pid", int64(sem.Pid)), '}')
		}
		j.b = append(j.b, ']')
	}
	if j.opt.Processes {
		j.waiters('s', s.ID, asleep)
	}
}

// common writes what objects of all kinds have.
func (j *jsonReport) common(id int, p *sysv.IpcPerm) {
	j.b = jsonw.Int(j.b, "id", int64(id))
	j.number("key", uint64(uint32(p.Key)))
	j.b = jsonw.Text(j.b, "key_hex", p.Key.String())
	mode := p.Mode & 0o777 // the rest of a segment's has members of its own
	j.number("mode", uint64(mode))
	j.b = jsonw.Text(j.b, "mode_octal", octalMode(mode))
	j.owner("uid", "user", j.live.Users, p.Uid)
	j.owner("gid", "group", j.live.Groups, p.Gid)
	j.owner("cuid", "cuser", j.live.Users, p.Cuid)
	j.owner("cgid", "cgroup", j.live.Groups, p.Cgid)
}

// octalMode writes a mode with four digits: 0600.
func octalMode(mode uint32) string {
	s := strconv.FormatUint(uint64(mode), 8)
	return "0000"[:4-len(s)] + s
}

func (j *jsonReport) owner(idName, nameName string, names func(uint32) string, id uint32) {
	j.number(idName, uint64(id))
	if name := nameIn(names, id); name != "" {
		j.b = jsonw.Text(j.b, nameName, name)
	} else {
		j.null(nameName)
	}
}

func (j *jsonReport) number(name string, n uint64) { j.b = jsonw.Uint(j.b, name, n) }
func (j *jsonReport) pid(name string, n int32)     { j.b = jsonw.Int(j.b, name, int64(n)) }
func (j *jsonReport) null(name string)             { j.b = append(jsonw.Name(j.b, name), "null"...) }

func (j *jsonReport) time(name string, sec int64) {
	if sec == 0 {
		j.null(name)
		return
	}
	j.b = jsonw.Text(j.b, name, time.Unix(sec, 0).In(j.now.Location()).Format(isoTime))
}

// changed writes the time of the last change and the seconds since.
func (j *jsonReport) changed(ctime int64) {
	j.time("ctime", ctime)
	j.b = jsonw.Int(j.b, "age", secondsSince(j.now, ctime))
}

// hide writes null for a member that could not be read.
func (j *jsonReport) hide(name string, err error) {
	j.null(name)
	why := err.Error()
	var errno syscall.Errno
	if errors.As(err, &errno) {
		why = sysv.ErrnoName(errno)
	}
	j.hidden = append(j.hidden, hiddenMember{name, why})
}
