package ipcs

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"ipcsh/sysv"
)

// What util-linux has not: the filters of ipcs and ipcrm, and the other dialects
// of ipcs. ipcs.go and ipcrm.go know of it only that it is asked.

// extra is what the options that util-linux lacks ask for.
type extra struct {
	filtered bool // a filter was given
	filter   Filter
	asked    *Live // by the filters, once they were
	noMemory bool  // the segments' RSS and Swap could not be read

	columns Columns
	sorted  bool
	json    bool
	options JSONOptions
	svr4    *Svr4
}

// filterOptions are the options of both tools that choose among the objects.
var filterOptions = []option{{long: "mine", own: true}, {long: "user", arg: needsArgument, own: true},
	{long: "unattached", own: true}, {long: "dead-creator", own: true}, {long: "older", arg: needsArgument, own: true},
	{long: "key", arg: needsArgument, own: true}, {long: "empty", own: true}}

// dialectOptions are the options of ipcs that choose another output.
var dialectOptions = []option{{long: "json", own: true}, {long: "messages", own: true}, {long: "processes", own: true},
	{long: "columns", arg: needsArgument, own: true}, {long: "sort", arg: needsArgument, own: true}, {long: "no-headings", own: true},
	{long: "svr4", own: true}}

// svr4Options are those of the System V dialect, behind --svr4.
func svr4Options() []option {
	list := []option{{long: "svr4", own: true}, {long: "help", short: 'h'}, {long: "version", short: 'V'}}
	for _, c := range []byte("qmsaAbcoptT") {
		list = append(list, option{long: "-" + string(c), short: c})
	}
	return append(list, filterOptions...)
}

// set takes one of these options. An error's text follows the tool's name.
func (x *extra) set(o *option, value string) error {
	if known, err := x.filter.Option(o.long, value); known {
		x.filtered = true
		return err
	}
	if known, err := x.columns.Option(o.long, value); known {
		x.sorted = x.sorted || o.long == "sort"
		return err
	}
	switch o.long {
	case "json":
		x.json = true
	case "messages":
		x.options.Messages = true
	case "processes":
		x.options.Processes = true
	case "svr4":
		// begun when the options were chosen
	default:
		if x.svr4 == nil || !x.svr4.Option(o.short) {
			return errors.New("-" + string(o.short) + " is no option of the System V dialect")
		}
	}
	return nil
}

// run prints in another dialect, if one was asked for.
func (x *extra) run(t *tool, r *request) (status int, done bool) {
	err := x.clash(r)
	switch {
	case err != nil:
	case x.svr4 != nil:
		err = x.svr4.Write(&t.out, t.snapshot(r, false), t.live())
	case x.json:
		o := t.snapshot(r, true)
		l := t.live()
		if r.one && o.empty() {
			err = fmt.Errorf("id %d not found", r.id)
			break
		}
		if x.sorted {
			if o, err = x.columns.SortObjects(o, l); err != nil {
				break
			}
		}
		x.options.Q, x.options.M, x.options.S = r.queues, r.segments, r.sets
		err = WriteJSON(&t.out, o, l, x.options)
	case len(x.columns.Names) > 0:
		if !r.queues || !r.segments || !r.sets {
			x.columns.Q, x.columns.M, x.columns.S = r.queues, r.segments, r.sets
		}
		if r.unit == unitHuman {
			x.columns.Size = human
		}
		if err = x.columns.Check(); err != nil {
			break
		}
		o := t.snapshot(r, x.columns.NeedsMemory())
		if r.one && o.empty() {
			err = fmt.Errorf("id %d not found", r.id)
			break
		}
		err = x.columns.Write(&t.out, o, t.live())
	default:
		return 0, false
	}
	if err != nil {
		t.warn("%v", err)
		return 1, true
	}
	return 0, true
}

// clash says which options contradict each other: what would be passed over in
// silence is a mistake.
func (x *extra) clash(r *request) error {
	chosen := len(x.columns.Names) > 0
	about := map[format]string{formatLimits: "-l", formatSummary: "-u"}[r.format]
	switch {
	case x.json && chosen:
		return errors.New("--json and --columns are two forms: choose one")
	case x.sorted && !x.json && !chosen:
		return errors.New("--sort goes with --columns or --json")
	case x.columns.NoHeadings && !chosen:
		return errors.New("--no-headings goes with --columns")
	case (x.options.Messages || x.options.Processes) && !x.json:
		return errors.New("--messages and --processes go with --json")
	case about != "" && (x.json || chosen || x.filtered):
		return errors.New(about + " tells of the namespace, not of objects: it goes with no filter, --json or --columns")
	case r.one && x.filtered:
		return errors.New("-i names one object: it goes with no filter")
	}
	return nil
}

// queue, segment and semaphores tell whether the filters choose an object.
func (x *extra) queue(t *tool, q *Queue) bool     { return x.filter.Queue(q, x.live(t)) }
func (x *extra) segment(t *tool, m *Segment) bool { return x.filter.Segment(m, x.live(t)) }
func (x *extra) semaphores(t *tool, s *Set) bool  { return x.filter.Set(s, x.live(t)) }

func (x *extra) live(t *tool) *Live {
	if x.asked == nil {
		x.asked = t.live()
	}
	return x.asked
}

// live is what the dialects may ask for beyond the objects.
func (t *tool) live() *Live {
	return &Live{Waiters: t.Waiters, Attachers: t.Attachers, Users: t.names.user, Groups: t.names.group, Now: time.Now, NoMemory: t.extra.noMemory}
}

// snapshot reads the objects that the filters choose, or the one of -i.
func (t *tool) snapshot(r *request, memory bool) *Objects {
	o := &Objects{}
	if r.one {
		o.find(r)
	} else {
		eachQueue(processors(), func(q *Queue) { o.Queues = append(o.Queues, *q) })
		eachSegment(processors(), func(m *Segment) { o.Segments = append(o.Segments, *m) })
		eachSet(processors(), func(s *Set) { o.Sets = append(o.Sets, *s) })
	}
	if memory {
		t.extra.noMemory = !o.readMemory()
	}
	t.names.each = o.permissions
	if t.extra.filtered {
		o = t.extra.filter.Apply(o, t.extra.live(t))
	}
	return o
}

// find reads the object that -i names, if it is there.
func (o *Objects) find(r *request) {
	switch {
	case r.queues:
		if q, ok := findQueue(r.id); ok {
			o.Queues = []Queue{*q}
		}
	case r.segments:
		if m, ok := findSegment(r.id); ok {
			o.Segments = []Segment{*m}
		}
	default:
		if s, ok := findSet(r.id); ok {
			o.Sets = []Set{*s}
		}
	}
}

func (o *Objects) empty() bool { return len(o.Queues)+len(o.Segments)+len(o.Sets) == 0 }

func (o *Objects) permissions(f func(*sysv.IpcPerm)) {
	for i := range o.Queues {
		f(&o.Queues[i].IpcPerm)
	}
	for i := range o.Segments {
		f(&o.Segments[i].IpcPerm)
	}
	for i := range o.Sets {
		f(&o.Sets[i].IpcPerm)
	}
}

// readMemory reads what no call tells of a segment. It reports whether it is known
// of every one.
func (o *Objects) readMemory() bool {
	text, _ := os.ReadFile("/proc/sysvipc/shm")
	return o.takeMemory(text)
}

// takeMemory takes the last two columns of /proc/sysvipc/shm, bytes in memory and
// in swap.
func (o *Objects) takeMemory(text []byte) bool {
	byID := map[int]*Segment{}
	for i := range o.Segments {
		byID[o.Segments[i].ID] = &o.Segments[i]
	}
	for _, line := range bytes.Split(text, []byte("\n")) {
		f := bytes.Fields(line)
		if len(f) < 16 {
			continue
		}
		id, err := strconv.Atoi(string(f[1]))
		rss, err2 := strconv.ParseUint(string(f[14]), 10, 64)
		swap, err3 := strconv.ParseUint(string(f[15]), 10, 64)
		if m := byID[id]; errors.Join(err, err2, err3) == nil && m != nil {
			m.RSS, m.Swap = rss, swap
			delete(byID, id)
		}
	}
	return len(byID) == 0
}
