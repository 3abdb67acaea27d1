package ipcs

import (
	"slices"
	"strings"
)

// ipcrmOptions are in the order in which an ambiguous name lists them.
var ipcrmOptions = []option{
	{long: "shmem-id", short: 'm', arg: needsArgument}, {long: "shmem-key", short: 'M', arg: needsArgument},
	{long: "queue-id", short: 'q', arg: needsArgument}, {long: "queue-key", short: 'Q', arg: needsArgument},
	{long: "semaphore-id", short: 's', arg: needsArgument}, {long: "semaphore-key", short: 'S', arg: needsArgument},
	{long: "all", short: 'a', arg: mayHaveArgument}, {long: "verbose", short: 'v'},
	{long: "version", short: 'V'}, {long: "help", short: 'h'},
	{long: "force", own: true}, {long: "dry-run", own: true},
}

// remover is one run of ipcrm. The command line is read first, into steps, so
// that what will be removed is known before anything is.
type remover struct {
	*tool
	steps   []step
	all     bool
	kinds   []byte // of -a
	verbose bool
	dryRun  bool
	force   bool
	old     bool // ipcrm msg 1 2
}

// step is one thing to do: remove an object, or, where kind is 0, end or complain.
type step struct {
	kind    byte
	text    string // as it was typed
	id      int
	key     int32
	byKey   bool
	fits    bool // the key is one that there can be
	verbose bool
	do      func() (status int, goOn bool)
}

// Ipcrm is ipcrm: it removes objects. args are the words after the command's
// name. It returns the exit status.
func Ipcrm(args []string, env Env) int {
	r := &remover{tool: newTool(env, "ipcrm")}
	if len(args) > 0 && kindNamed(args[0]) != 0 {
		if status := r.parseOld(kindNamed(args[0]), args[1:]); status != 0 {
			return r.end(status)
		}
	} else {
		r.parse(args)
	}
	if !r.confirmed() {
		return r.end(1)
	}
	return r.end(r.run())
}

// kindNamed is the kind that ipcrm calls msg, shm or sem, else 0.
func kindNamed(name string) byte {
	switch name {
	case "msg":
		return KindQueue
	case "shm":
		return KindSegment
	case "sem":
		return KindSet
	}
	return 0
}

// IsKind reports whether a word behind others is one of the kinds that ipcrm takes
// (ipcrm msg 1, ipcrm -a msg) and not, say, the id of -q: a variable may have its
// name.
func IsKind(tool string, before []string, word string) bool {
	if tool != "ipcrm" || kindNamed(word) == 0 {
		return false
	}
	if len(before) == 0 {
		return true
	}
	last := before[len(before)-1]
	wantsID := len(last) > 1 && last[0] == '-' && last[1] != '-' && strings.ContainsAny(last[len(last)-1:], "qQmMsS") ||
		strings.HasSuffix(last, "-id") || strings.HasSuffix(last, "-key")
	return kindNamed(before[0]) == 0 && !wantsID
}

// parse reads the command line into steps.
func (r *remover) parse(args []string) {
	p := newOptionParser(slices.Concat(ipcrmOptions, filterOptions), args)
	for {
		o, value, given, err := p.next()
		if err != nil {
			r.stop(func() int { return r.badUsage(err) })
			return
		}
		if o == nil {
			break
		}
		if !r.option(o, value, given) {
			return
		}
	}
	r.operands(p.operands)
}

// option takes one option; false if nothing after it counts.
func (r *remover) option(o *option, value string, given bool) bool {
	switch o.long {
	case "shmem-id", "queue-id", "semaphore-id":
		return r.addID(o.short, value)
	case "shmem-key", "queue-key", "semaphore-key":
		return r.addKey(o.short|0x20, value)
	case "all":
		r.all = true
		r.kinds = nil
		if given {
			kind := kindNamed(value)
			if kind == 0 {
				r.stop(func() int { r.warn("unknown argument: %s", value); return 1 })
				return false
			}
			r.kinds = []byte{kind}
		}
	case "verbose":
		r.verbose = true
	case "force":
		r.force = true
	case "dry-run":
		r.dryRun = true
	case "version":
		r.stop(func() int { r.version(); return 0 })
		return false
	case "help":
		r.stop(func() int { r.out.str(ipcrmHelp); return 0 })
		return false
	default:
		if err := r.extra.set(o, value); err != nil {
			r.stop(func() int { r.warn("%v", err); return 1 })
			return false
		}
	}
	return true
}

// stop adds a step that ends the run with a status.
func (r *remover) stop(f func() int) {
	r.all = false
	r.steps = append(r.steps, step{do: func() (int, bool) { return f(), false }})
}

func (r *remover) addID(kind byte, value string) bool {
	id, err := parseInt(value)
	if err != nil {
		r.stop(func() int { r.warn("failed to parse argument: '%s'%v", value, err); return 1 })
		return false
	}
	r.steps = append(r.steps, step{kind: kind, id: id, verbose: r.verbose})
	return true
}

func (r *remover) addKey(kind byte, value string) bool {
	key, fits, err := parseKey(value)
	if err != nil {
		r.stop(func() int { r.warn("failed to parse argument: '%s'%v", value, err); return 1 })
		return false
	}
	if key == 0 {
		r.steps = append(r.steps, step{do: func() (int, bool) { r.warn("illegal key (%s)", value); return 1, true }})
		return true
	}
	r.steps = append(r.steps, step{kind: kind, text: value, key: key, byKey: true, fits: fits, verbose: r.verbose})
	return true
}

// operands are kinds where -a is given, as the manual has it, and a mistake
// otherwise. A mistake comes after what the options remove, but -a removes nothing
// then.
func (r *remover) operands(words []string) {
	for _, w := range words {
		kind := kindNamed(w)
		if kind == 0 || !r.all {
			r.stop(func() int { r.warn("unknown argument: %s", w); return r.tryHelp() })
			return
		}
		if !slices.Contains(r.kinds, kind) {
			r.kinds = append(r.kinds, kind)
		}
	}
	named := slices.ContainsFunc(r.steps, func(s step) bool { return s.kind != 0 })
	if r.extra.filtered && !named { // nothing is named: it chooses among all
		r.all = true
	}
}

// parseOld reads the old syntax: a kind and ids. It has no options but the two
// that util-linux lacks.
func (r *remover) parseOld(kind byte, words []string) (status int) {
	r.old = true
	count := 0
	for _, w := range words {
		if w == "--force" || w == "--dry-run" {
			r.force = r.force || w == "--force"
			r.dryRun = r.dryRun || w == "--dry-run"
			continue
		}
		count++
		c := scanNumber(w, 10)
		id := int64(c.n)
		if c.negative {
			id = -id
		}
		if c.none || c.rest != "" || c.overflow || id != int64(int32(id)) {
			r.steps = append(r.steps, step{do: func() (int, bool) { r.warn("invalid id: %s", w); return 1, true }})
			continue
		}
		r.steps = append(r.steps, step{kind: kind, id: int(id)})
	}
	if count == 0 {
		r.warn("not enough arguments")
		return r.tryHelp()
	}
	return 0
}
