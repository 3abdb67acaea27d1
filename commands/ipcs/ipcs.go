package ipcs

import (
	"fmt"
	"slices"
	"strings"

	"ipcsh/sysv"
)

// format is what ipcs tells about the objects.
type format byte

const (
	formatStatus format = iota
	formatTime
	formatPid
	formatCreator
	formatLimits
	formatSummary
)

// request is what ipcs is asked for.
type request struct {
	queues, segments, sets bool
	format                 format
	unit                   unit
	one                    bool // -i
	id                     int
}

// ipcsOptions are in the order in which an ambiguous name lists them.
var ipcsOptions = []option{
	{long: "id", short: 'i', arg: needsArgument},
	{long: "queues", short: 'q'}, {long: "shmems", short: 'm'}, {long: "semaphores", short: 's'}, {long: "all", short: 'a'},
	{long: "time", short: 't'}, {long: "pid", short: 'p'}, {long: "creator", short: 'c'}, {long: "limits", short: 'l'},
	{long: "summary", short: 'u'}, {long: "human"}, {long: "bytes", short: 'b'},
	{long: "version", short: 'V'}, {long: "help", short: 'h'},
}

// Ipcs is ipcs: it lists the objects of the IPC namespace. args are the words
// after the command's name. It returns the exit status.
func Ipcs(args []string, env Env) int {
	t := newTool(env, "ipcs")
	var r request
	options := slices.Concat(ipcsOptions, dialectOptions, filterOptions)
	if slices.ContainsFunc(args[:len(args)-len(behind(args, "--"))], isSvr4) {
		options = svr4Options()
		t.extra.svr4 = &Svr4{}
	}
	p := newOptionParser(options, args)
	for {
		o, value, _, err := p.next()
		if err != nil {
			return t.badUsage(err)
		}
		if o == nil {
			break
		}
		if status, done := t.ipcsOption(&r, o, value); done {
			return t.end(status)
		}
	}
	if r.one && one(r.queues)+one(r.segments)+one(r.sets) != 1 {
		t.warn("when using an ID, a single resource must be specified")
		return 1
	}
	if !r.queues && !r.segments && !r.sets {
		r.queues, r.segments, r.sets = true, true, true
	}
	if status, done := t.extra.run(t, &r); done {
		return t.end(status)
	}
	if r.one {
		return t.end(t.detail(&r))
	}
	t.list(&r)
	return t.end(0)
}

// behind returns the words from one on; none, if it is not there.
func behind(args []string, word string) []string {
	if i := slices.Index(args, word); i >= 0 {
		return args[i:]
	}
	return nil
}

// isSvr4 tells whether a word is --svr4, or as much of it as is unambiguous.
func isSvr4(word string) bool { return len(word) > len("--s") && strings.HasPrefix("--svr4", word) }

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// ipcsOption takes one option. done says that it was the last thing to do.
func (t *tool) ipcsOption(r *request, o *option, value string) (status int, done bool) {
	switch o.long {
	case "id":
		id, err := parseInt(value)
		if err != nil {
			t.warn("failed to parse id argument: '%s'%v", value, err)
			return 1, true
		}
		r.one, r.id = true, id
	case "queues":
		r.queues = true
	case "shmems":
		r.segments = true
	case "semaphores":
		r.sets = true
	case "all":
		r.queues, r.segments, r.sets = true, true, true
	case "time":
		r.format = formatTime
	case "pid":
		r.format = formatPid
	case "creator":
		r.format = formatCreator
	case "limits":
		r.format = formatLimits
	case "summary":
		r.format = formatSummary
	case "human":
		r.unit = unitHuman
	case "bytes":
		r.unit = unitBytes
	case "version":
		t.version()
		return 0, true
	case "help":
		fmt.Fprintf(&t.out, ipcsHelp, ColumnHelp())
		return 0, true
	default:
		if err := t.extra.set(o, value); err != nil {
			t.warn("%v", err)
			return 1, true
		}
	}
	return 0, false
}

// list prints the lists that were asked for.
func (t *tool) list(r *request) {
	t.names.each = r.permissions
	t.out.line()
	if r.queues {
		t.unless(t.queues(r), KindQueue)
		t.out.line()
	}
	if r.segments {
		t.unless(t.segments(r), KindSegment)
		t.out.line()
	}
	if r.sets {
		t.unless(t.sets(r), KindSet)
		t.out.line()
	}
}

// unless says that the system has none of a kind.
func (t *tool) unless(err error, kind byte) {
	if err != nil {
		t.out.str("kernel not configured for " + configured(kind))
		t.out.line()
	}
}

// permissions calls f with the permissions of each object to be listed.
func (r *request) permissions(f func(*sysv.IpcPerm)) {
	if r.queues {
		eachQueue(processors(), func(q *Queue) { f(&q.IpcPerm) })
	}
	if r.segments {
		eachSegment(processors(), func(m *Segment) { f(&m.IpcPerm) })
	}
	if r.sets {
		eachSet(processors(), func(s *Set) { f(&s.IpcPerm) })
	}
}

// creators adds a row of -c.
func (t *tool) creators(id int, p *sysv.IpcPerm) {
	out := &t.out
	out.int(int64(id), 10)
	out.str(" ")
	out.octal(p.Mode&0o777, 10)
	t.name(t.names.user(p.Cuid), p.Cuid)
	t.name(t.names.group(p.Cgid), p.Cgid)
	t.name(t.names.user(p.Uid), p.Uid)
	t.name(t.names.group(p.Gid), p.Gid)
	out.line()
}

// name adds a name, or the number where there is none, in a column of -c.
func (t *tool) name(name string, id uint32) {
	t.out.str(" ")
	if name == "" {
		t.out.uint(uint64(id), 10)
	} else {
		t.out.left(name, 10)
	}
}

// owner adds an id and the name of the owner, cut to ten bytes.
func (t *tool) owner(id, width int, p *sysv.IpcPerm) {
	t.out.int(int64(id), width)
	t.out.str(" ")
	t.ownerName(p)
}

func (t *tool) ownerName(p *sysv.IpcPerm) {
	name := t.names.user(p.Uid)
	if name == "" {
		t.out.uint(uint64(p.Uid), 10)
		return
	}
	t.out.left(name[:min(len(name), 10)], 10)
}

// head adds the columns that the lists have in common: key, id, owner, mode. The
// last two are mostly those of the row before.
func (t *tool) head(id int, p *sysv.IpcPerm) {
	out := &t.out
	out.key(uint32(p.Key))
	out.str(" ")
	out.int(int64(id), 10)
	mode := p.Mode & 0o777
	if t.common != "" && p.Uid == t.commonUid && mode == t.commonMode {
		out.str(t.common)
		return
	}
	start := len(out.b)
	out.str(" ")
	t.ownerName(p)
	out.str(" ")
	out.octal(mode, 10)
	out.str(" ")
	t.common, t.commonUid, t.commonMode = string(out.b[start:]), p.Uid, mode
}
