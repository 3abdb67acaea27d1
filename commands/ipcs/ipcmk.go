package ipcs

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"syscall"

	"ipcsh/sysv"
)

// ipcmkOptions are in the order in which an ambiguous name lists them.
var ipcmkOptions = []option{
	{long: "shmem", short: 'M', arg: needsArgument}, {long: "semaphore", short: 'S', arg: needsArgument},
	{long: "queue", short: 'Q'}, {long: "mode", short: 'p', arg: needsArgument},
	{long: "version", short: 'V'}, {long: "help", short: 'h'},
	{long: "key", arg: needsArgument, own: true}, {long: "print-key", own: true},
}

// maker is one run of ipcmk.
type maker struct {
	*tool
	segment, queue, set bool
	size                uint64
	semaphores          int
	mode                int32
	key                 int32
	keyed, printKey     bool
}

// Ipcmk is ipcmk: it makes objects. args are the words after the command's name.
// It returns the exit status.
func Ipcmk(args []string, env Env) int {
	m := &maker{tool: newTool(env, "ipcmk"), mode: 0o644}
	p := newOptionParser(ipcmkOptions, args)
	for {
		o, value, _, err := p.next()
		if err != nil {
			return m.badUsage(err)
		}
		if o == nil {
			break
		}
		if status, done := m.option(o, value); done {
			return m.end(status)
		}
	}
	if !m.segment && !m.queue && !m.set {
		m.warn("bad usage")
		return m.end(m.tryHelp())
	}
	return m.end(m.make())
}

// option takes one option. done says that it was the last thing to do.
func (m *maker) option(o *option, value string) (status int, done bool) {
	var err error
	what := ""
	switch o.long {
	case "shmem":
		m.segment, what = true, "size"
		m.size, err = parseSize(value)
	case "semaphore":
		m.set, what = true, "elements"
		m.semaphores, err = parseInt(value)
	case "queue":
		m.queue = true
	case "mode":
		if m.mode, err = parseMode(value); err != nil {
			m.warn("failed to parse mode: %s", reason(err))
			return 1, true
		}
	case "key":
		fits := false
		if m.key, fits, err = parseKey(value); err == nil && !fits {
			err = outOfRange
		}
		m.keyed, what = true, "key"
	case "print-key":
		m.printKey = true
	case "version":
		m.version()
		return 0, true
	case "help":
		m.out.str(ipcmkHelp)
		return 0, true
	}
	if err != nil {
		m.warn("failed to parse %s: '%s'%v", what, value, err)
		return 1, true
	}
	return 0, false
}

// make makes a segment, a queue and a set, as far as they were asked for. What
// was made before a failure stays.
func (m *maker) make() int {
	flags := int(m.mode) | sysv.IPC_CREAT | sysv.IPC_EXCL
	ok := true
	if m.segment {
		ok = m.one(KindSegment, "Shared memory", "share memory", func(key sysv.Key) (int, error) {
			id, err := sysv.Shmget(key, uint(m.size), sysv.ShmgetFlag(flags))
			return int(id), err
		})
	}
	if ok && m.queue {
		ok = m.one(KindQueue, "Message queue", "message queue", func(key sysv.Key) (int, error) {
			id, err := sysv.Msgget(key, sysv.MsggetFlag(flags))
			return int(id), err
		})
	}
	if ok && m.set {
		ok = m.one(KindSet, "Semaphore", "semaphore", func(key sysv.Key) (int, error) {
			id, err := sysv.Semget(key, m.semaphores, sysv.SemgetFlag(flags))
			return int(id), err
		})
	}
	if !ok {
		return 1
	}
	return 0
}

// one makes one object. A random key that is taken is replaced by another.
func (m *maker) one(kind byte, label, what string, get func(sysv.Key) (int, error)) bool {
	key, id, err := sysv.Key(m.key), 0, error(syscall.EEXIST)
	for try := 0; try < 100 && errors.Is(err, syscall.EEXIST); try++ {
		if !m.keyed {
			key = sysv.Key(rand.Uint32())
		}
		if !m.keyed && key == sysv.IPC_PRIVATE {
			continue
		}
		if id, err = get(key); m.keyed {
			break
		}
	}
	if err != nil {
		m.warn("create %s failed: %s", what, reason(err))
		return false
	}
	if m.Made != nil {
		m.Made(kind, id)
	}
	fmt.Fprintf(&m.out, "%s id: %d\n", label, id)
	if m.printKey {
		fmt.Fprintf(&m.out, "%s key: %s\n", label, key)
	}
	return true
}
