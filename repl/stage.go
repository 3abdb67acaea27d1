package repl

import (
	"context"
	"errors"
	"io"
	"strconv"
	"syscall"
	"time"

	"ipcsh/commands"
	"ipcsh/commands/cexpr"
	"ipcsh/commands/near"
	"ipcsh/commands/text"
	"ipcsh/commands/words"
	"ipcsh/sysv"
)

// stage is the processes of a session, each this program started anew, and the
// order in which they play. It is used by one goroutine at a time.
type stage struct {
	e           *Engine
	live        []*process // in order of creation; the ended ones too, until their name is used again
	byName      map[string]*process
	programs    []*process  // of live, and those whose name was used again while what they left lives on
	guard       *sysv.Guard // of what they fork; nil before the first of them
	outstanding int         // requests
	until       time.Time   // when the wait that goes on ends by its timeout=; zero: by none
	holder      *process
	awaiting    bool // main waits: what may end by itself may be told

	began  time.Time     // when the processes were last at rest: the limit counts from here
	napped time.Duration // since, by sleep, which no limit counts
	looked time.Time     // when it was last asked whether one is overdue

	poller sysv.Poller
	waker  *sysv.Waker
	fds    []sysv.PollFd
	polled []*process
	buf    []byte
	msg    []byte
	died   bool                  // a process has, and nobody was told
	noted  []string              // keys of the notes that were shown, in order
	why    *commands.Explanation // of the failure that a wait handed out

	unjudged []*outcome // failures that nobody waited for
}

// start makes the stage, when the first process is wanted.
func (e *Engine) theStage() (*stage, error) {
	if e.stage == nil {
		w, err := sysv.NewWaker()
		if err != nil {
			return nil, err
		}
		sysv.SharpTimers() // short looks at who goes to sleep
		e.stage = &stage{e: e, byName: map[string]*process{}, waker: w, buf: make([]byte, 64<<10)}
		e.stage.watch(e.Session.Interrupt)
	}
	return e.stage, nil
}

// watch makes the end of ctx wake the stage.
func (st *stage) watch(ctx context.Context) { context.AfterFunc(ctx, st.waker.Wake) }

// seen is a process as expressions see it.
func (st *stage) seen(p *process) *commands.Process {
	return &commands.Process{Name: p.name, Pid: p.worker.Pid(), Alive: p.state != ended,
		Blocked: p.sleep != nil && !p.stopped && (p.state == asleep || p.background && p.isAsleep()), State: p.doing(),
		Vars: func(name string) (cexpr.Value, bool) { v, ok := p.vars[name]; return v, ok }, Output: st.outputOf(p)}
}

// find returns a process by name.
func (st *stage) find(name string) (*process, error) {
	if p := st.byName[name]; p != nil {
		return p, nil
	}
	var names []string
	for n := range st.byName {
		names = append(names, n)
	}
	return nil, commands.NoProcess(name, near.Names(name, names))
}

// spawn starts processes. They start at the same time.
func (st *stage) spawn(names []string, o commands.SpawnOptions, vars map[string]cexpr.Value) error {
	alive := 0
	for _, p := range st.live {
		if p.state != ended {
			alive++
		}
	}
	if n := alive + len(names); n > commands.MaxProcesses {
		return commands.TooMany(int64(n), words.Word{Pos: -1})
	}
	for _, name := range names {
		if p := st.byName[name]; p != nil && p.state != ended {
			return &commands.UsageError{Pos: -1, Msg: text.F("there is a process %s already", "%s(이)라는 프로세스가 이미 있습니다", name)}
		}
	}
	var made []*process
	var err error
	for _, name := range names {
		var w *sysv.Worker
		if w, err = st.e.Start(name, o); err != nil {
			break
		}
		p := &process{name: name, worker: w, vars: map[string]cexpr.Value{}, state: running, private: o.Private}
		for k, v := range vars {
			p.vars[k] = v
		}
		made = append(made, p)
	}
	for _, p := range made {
		if err == nil {
			err = st.greet(p)
		}
	}
	if err != nil {
		for _, p := range made {
			p.worker.Signal(syscall.SIGKILL)
			p.worker.Reap(true)
			p.close()
		}
		return err
	}
	for _, p := range made {
		st.add(p)
	}
	return nil
}

// add gives a process its place in the order.
func (st *stage) add(p *process) {
	if old := st.byName[p.name]; old != nil {
		for i, q := range st.live {
			if q == old {
				st.live = append(st.live[:i:i], st.live[i+1:]...)
				break
			}
		}
	}
	st.byName[p.name] = p
	st.live = append(st.live, p)
	st.fds = nil
}

// greet waits until a new process has said hello.
func (st *stage) greet(p *process) error {
	fds := []sysv.PollFd{{Fd: p.worker.Fd(), Events: sysv.POLLIN}}
	end := time.Now().Add(startLimit)
	tid := 0
	for tid == 0 {
		n, err := st.poller.Poll(fds, max(0, time.Until(end)))
		switch {
		case err != nil:
			return err
		case n == 0 && time.Now().Before(end): // a signal came, such as the runtime sends itself
			continue
		case n == 0:
			return text.F("process %s did not start within %s", "프로세스 %s이(가) %s 안에 시작되지 않았습니다", p.name, startLimit)
		}
		_, err = p.read(st.buf, func(msg []byte) error {
			v, err := parseMessage(msg)
			if err == nil {
				tid = v.GetInt("hello")
			}
			return err
		})
		if errors.Is(err, io.EOF) {
			err = text.F("process %s ended as it started", "프로세스 %s이(가) 시작하자마자 끝났습니다", p.name)
		}
		if err != nil {
			return err
		}
	}
	if z, err := sysv.OpenSleeper(p.worker.Pid(), tid); err == nil {
		if z.Watches(startLimit) { // it is on its way to its first read
			p.sleeper = z
		} else {
			z.Close()
		}
	}
	p.state = idle
	return nil
}

func (p *process) close() {
	if p.sleeper != nil {
		p.sleeper.Close()
		p.sleeper = nil
	}
	p.worker.Close()
}

// fork starts a child of the process whose attachments these are.
func (st *stage) fork(name string, attachments []byte, vars map[string]cexpr.Value) error {
	const tries = 8 // an address may be taken in the child by chance: its memory is laid out at random
	for i := 0; ; i++ {
		if err := st.spawn([]string{name}, commands.SpawnOptions{Uid: -1, Gid: -1}, vars); err != nil {
			return err
		}
		p := st.byName[name]
		err := st.inherit(p, attachments)
		if err == nil {
			return nil
		}
		p.killed = true
		p.worker.Signal(syscall.SIGKILL)
		st.gone(p)
		st.remove(p)
		if i == tries {
			return err
		}
	}
}

// remove forgets a process.
func (st *stage) remove(p *process) {
	delete(st.byName, p.name)
	for i, q := range st.live {
		if q == p {
			st.live = append(st.live[:i:i], st.live[i+1:]...)
		}
	}
	st.fds = nil
}

// write sends a message.
func (st *stage) write(p *process, msg []byte) error {
	err := p.worker.Write(msg, time.Now().Add(startLimit), func() { st.take(p) })
	if err != nil && p.state != ended {
		// It died: reading tells how.
		_, err = st.take(p)
	}
	return err
}

// take reads what a process has sent.
func (st *stage) take(p *process) (got bool, err error) {
	if p.state == ended && p.program == nil {
		return false, nil
	}
	if p.program != nil {
		return st.takeOutput(p)
	}
	got, err = p.read(st.buf, func(msg []byte) error { return st.receive(p, msg) })
	if errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) {
		st.gone(p)
		return true, nil
	}
	return got, err
}

// gone notes that a process has ended, once the kernel says so: only then are its
// SEM_UNDO done and its attachments gone.
func (st *stage) gone(p *process) {
	ws, _ := p.worker.Reap(true)
	code := 0
	asked := p.dead != nil && p.dead.asked
	if asked {
		code = p.dead.code
	}
	if p.program != nil {
		st.programGone(p, ws)
	}
	p.dead = &death{status: ws, asked: asked, code: code, pending: true}
	p.state, p.stopped, st.died = ended, false, true
	p.sleep, p.mustWake, p.ask = nil, false, nil
	if p.call != nil {
		st.outstanding--
	}
	if st.holder == p {
		st.holder = nil
	}
	p.close()
	st.fds = nil
}

// end kills a process and waits until it is gone.
func (st *stage) end(p *process) error {
	p.killed = true
	if err := p.worker.Signal(syscall.SIGKILL); err != nil {
		return err
	}
	if p.program != nil {
		st.gone(p) // which waits for it
		return nil
	}
	st.drain(p)
	return nil
}

// drain reads a dying process to its end, of which it is told at once.
func (st *stage) drain(p *process) {
	p.background = false
	fds := []sysv.PollFd{{Fd: p.worker.Fd(), Events: sysv.POLLIN}}
	for p.state != ended {
		if _, err := st.poller.Poll(fds, -1); err != nil {
			st.gone(p)
			return
		}
		if _, err := st.take(p); err != nil {
			st.gone(p)
		}
	}
}

// clear kills all processes: the session ends. What that causes is not judged.
func (st *stage) clear() {
	st.disband()
	for _, p := range st.live {
		if p.state != ended {
			p.worker.Signal(syscall.SIGKILL)
		}
	}
	for _, p := range st.live {
		if p.state != ended {
			p.worker.Reap(true)
			p.close()
			p.state = ended
		}
	}
	st.waker.Close()
	st.live, st.byName, st.fds, st.outstanding = nil, map[string]*process{}, nil, 0
	st.e.stage = nil
}

// blocked counts the processes that sleep in a call.
func (st *stage) blocked() (names []string) {
	for _, p := range st.live {
		if p.state == asleep || p.background && p.sleep != nil && p.isAsleep() {
			names = append(names, p.name)
		}
	}
	return names
}

// stirred reports whether there is anything to settle or to tell.
func (st *stage) stirred() bool { return st.outstanding > 0 || st.died || st.leftBehind() }

func numbered(n int) string { return strconv.Itoa(n) }
