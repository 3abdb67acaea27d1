package ipcs

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"time"

	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// Svr4 is the report of the System V dialect: BS2000, Solaris, AIX, POSIX.
//
// Names are shown whole, where those systems cut them to eight characters: a name
// that was cut is no name. Times of -T are 20 columns wide.
type Svr4 struct {
	Q, M, S       bool // -q -m -s: the kinds, all if none is set
	A             bool // -a: -b -c -o -p -t
	BigA          bool // -A: -a with full dates
	B, C, O, P, T bool // -b sizes, -c creators, -o usage, -p pids, -t times
	BigT          bool // -T: -t with full dates
}

// Option sets the option of a letter and reports whether the dialect has it.
func (v *Svr4) Option(c byte) bool {
	switch c {
	case 'q':
		v.Q = true
	case 'm':
		v.M = true
	case 's':
		v.S = true
	case 'a':
		v.A = true
	case 'A':
		v.BigA = true
	case 'b':
		v.B = true
	case 'c':
		v.C = true
	case 'o':
		v.O = true
	case 'p':
		v.P = true
	case 't':
		v.T = true
	case 'T':
		v.BigT = true
	default:
		return false
	}
	return true
}

// expanded is v with what its options stand for.
func (v Svr4) expanded() Svr4 {
	v.Q, v.M, v.S = kindsOrAll(v.Q, v.M, v.S)
	if v.A || v.BigA {
		v.B, v.C, v.O, v.P, v.T = true, true, true, true, true
	}
	v.BigT = v.BigT || v.BigA
	v.T = v.T || v.BigT
	return v
}

// kindsOrAll is the kinds that were asked for, all if none was.
func kindsOrAll(q, m, s bool) (bool, bool, bool) {
	if !q && !m && !s {
		return true, true, true
	}
	return q, m, s
}

// Write writes the report. S and R in MODE tell of processes that wait in msgsnd
// and msgrcv; "?" stands where none is seen and some may be hidden.
func (v *Svr4) Write(w io.Writer, o *Objects, l *Live) error {
	r := svr4Report{Svr4: v.expanded(), live: l, who: sleepersAndUsers{live: l}, out: bufio.NewWriter(w)}
	now := l.now()
	r.zone = now.Location()
	fmt.Fprintf(r.out, "IPC status from <running system> as of %s\n", now.Format("Mon Jan _2 15:04:05 MST 2006"))
	if r.Q {
		r.heading(" CBYTES  QNUM", " QBYTES", " LSPID LRPID", "STIME", "RTIME", "CTIME")
		r.queues(o.Queues)
	}
	if r.M {
		if !r.Q || r.B || r.O || r.P || r.T {
			r.heading(" NATTCH", "      SEGSZ", "  CPID  LPID", "ATIME", "DTIME", "CTIME")
		}
		r.segments(o.Segments)
	}
	if r.S {
		if r.B || r.T || !r.Q && !r.M {
			r.heading("", " NSEMS", "", "OTIME", "CTIME")
		}
		r.sets(o.Sets)
	}
	return r.out.Flush()
}

// svr4Report is a report being written. Errors of out are kept for its Flush.
type svr4Report struct {
	Svr4
	live *Live
	who  sleepersAndUsers
	zone *time.Location
	out  *bufio.Writer
	buf  []byte // the row
}

// heading writes the columns' line of a kind: what -o, -b, -p and -t add.
func (r *svr4Report) heading(usage, sizes, pids string, times ...string) {
	line := "T         ID      KEY        MODE        OWNER    GROUP"
	add := func(on bool, what string) {
		if on {
			line += what
		}
	}
	add(r.C, "  CREATOR   CGROUP")
	add(r.O, usage)
	add(r.B, sizes)
	add(r.P, pids)
	for _, name := range times {
		if r.BigT {
			line += fmt.Sprintf("%20s", name)
		} else {
			add(r.T, "   "+name+" ")
		}
	}
	fmt.Fprintln(r.out, line)
}

func (r *svr4Report) queues(list []Queue) {
	fmt.Fprintln(r.out, "Message Queues:")
	for i := range list {
		q := &list[i]
		r.begin('q', q.ID, &q.IpcPerm, r.waits("msgsnd", 'S', q.ID), r.waits("msgrcv", 'R', q.ID))
		if r.O {
			r.addf(" %6d %5d", q.Cbytes, q.Qnum)
		}
		if r.B && r.live.qbytesHidden(q.ID) {
			r.addf(" %6s", "-")
		} else if r.B {
			r.addf(" %6d", q.Qbytes)
		}
		if r.P {
			r.addf(" %5d %5d", q.Lspid, q.Lrpid)
		}
		r.end(q.Stime(), q.Rtime(), q.Ctime())
	}
}

func (r *svr4Report) segments(list []Segment) {
	fmt.Fprintln(r.out, "Shared Memory:")
	for i := range list {
		m := &list[i]
		first := byte('-')
		if m.Mode&sysv.SHM_DEST != 0 { // it is there, so it is attached
			first = 'D'
		}
		r.begin('m', m.ID, &m.IpcPerm, first, '-')
		if r.O {
			r.addf(" %6d", m.Nattch)
		}
		if r.B {
			r.addf(" %10d", m.Segsz)
		}
		if r.P {
			r.addf(" %5d %5d", m.Cpid, m.Lpid)
		}
		r.end(m.Atime(), m.Dtime(), m.Ctime())
	}
}

func (r *svr4Report) sets(list []Set) {
	fmt.Fprintln(r.out, "Semaphores:")
	for i := range list {
		s := &list[i]
		r.begin('s', s.ID, &s.IpcPerm, '-', '-')
		if r.B {
			r.addf(" %5d", s.Nsems)
		}
		r.end(s.Otime(), s.Ctime())
	}
}

// waits returns letter if a process waits in the call, "?" if one may.
func (r *svr4Report) waits(call string, letter byte, id int) byte {
	list, hidden := r.who.waitersOf('q', id)
	for _, w := range list {
		if w.Call == call {
			return letter
		}
	}
	if hidden {
		return '?'
	}
	return '-'
}

// begin begins a row with what all kinds have; first and second are those of MODE.
func (r *svr4Report) begin(kind byte, id int, p *sysv.IpcPerm, first, second byte) {
	r.buf = r.buf[:0]
	r.addf("%c %10d %-13s", kind, id, fmt.Sprintf("  0x%x", uint32(p.Key)))
	r.buf = append(r.buf, first, second)
	alter := byte('w')
	if kind == 's' {
		alter = 'a'
	}
	r.buf = appendPerms(r.buf, p.Mode, alter, '-')
	r.name(nameIn(r.live.Users, p.Uid), p.Uid)
	r.name(nameIn(r.live.Groups, p.Gid), p.Gid)
	if r.C {
		r.name(nameIn(r.live.Users, p.Cuid), p.Cuid)
		r.name(nameIn(r.live.Groups, p.Cgid), p.Cgid)
	}
}

// appendPerms appends nine characters for nine permission bits. The third of
// each three, which the kernel does not look at, is none for POSIX.
func appendPerms(b []byte, mode uint32, alter, execute byte) []byte {
	letters := [3]byte{'r', alter, execute}
	for i := range 9 {
		c := byte('-')
		if mode&(0o400>>i) != 0 {
			c = letters[i%3]
		}
		b = append(b, c)
	}
	return b
}

// name adds a name, or the number of an id without one, in nine columns.
func (r *svr4Report) name(name string, id uint32) {
	if name == "" {
		name = strconv.FormatUint(uint64(id), 10)
	}
	r.buf = append(r.buf, ' ')
	for n := text.Cells(name); n < 8; n++ {
		r.buf = append(r.buf, ' ')
	}
	r.buf = append(r.buf, name...)
}

// end adds the times, if they are shown, and writes the row.
func (r *svr4Report) end(times ...int64) {
	for _, sec := range times {
		t := time.Unix(sec, 0).In(r.zone)
		switch {
		case !r.T:
		case sec == 0 && r.BigT:
			r.addf("%20s", "no-entry")
		case sec == 0:
			r.addf("%9s", "no-entry")
		case r.BigT:
			r.addf(" %s", t.Format("2006-01-02_15:04:05"))
		default:
			r.addf(" %2d:%02d:%02d", t.Hour(), t.Minute(), t.Second())
		}
	}
	r.out.Write(append(r.buf, '\n'))
}

func (r *svr4Report) addf(format string, args ...any) { r.buf = fmt.Appendf(r.buf, format, args...) }
