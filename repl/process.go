package repl

import (
	"bytes"
	"errors"
	"syscall"
	"time"

	"ipcsh/commands"
	"ipcsh/commands/cexpr"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// state is what a process is doing, as far as the shell knows.
type state uint8

const (
	idle    state = iota
	running       // neither ended nor proven to sleep
	asleep        // in its call, by the kernel's word
	paused        // between two statements of its block, until the shell lets it go on
	asking        // it has asked the shell something, and waits for the answer
	ended
)

// process is a process of the stage as the shell sees it.
type process struct {
	name    string
	worker  *sysv.Worker
	sleeper *sysv.Sleeper // nil until it has said hello, and where it must be asked
	state   state
	stopped bool // by a signal
	killed  bool // the script did it
	private bool // in an IPC namespace of its own, whose objects are nobody else's

	program *program // that it is, in place of one of ours; else nil
	news    bool     // of a program: its sleep has not been told

	call       *request
	background bool      // &: left out of settling until it is awaited
	sleep      *sleeping // its call may sleep, it said
	expired    bool      // a timed call has timed out: told when it is awaited
	mustWake   bool      // a signal is on its way to its call
	pending    bool      // one will be, once it is no longer stopped
	reported   int       // seq of the event that said it is blocked; 0: none did
	ask        *question
	events     []*Event      // that have come, and are not shown yet
	shown      bool          // the last was told of
	last       *Event        // of the request's statements
	done       *outcome      // the request has ended, and nobody was told
	outcome    *outcome      // of the last request; nil once it is handed out
	slept      time.Duration // that its request took by sleep, which no limit counts
	noted      int           // of the session's notes, how many it knows of
	inherited  bool
	refused    error // what it could not attach

	vars map[string]cexpr.Value // what it assigned
	told []byte                 // of the session, as it has it; empty: it must be told
	in   []byte                 // the beginning of a message
	dead *death
}

// request is what a process was sent, and on whose behalf.
type request struct {
	sc     *Script
	n      *Node
	direct bool // the statement that sent it waits for it
	left   bool // to itself, though without &: it did not come to rest
	must   bool // its failure is the script's
	depth  int
	ok     bool // how the direct statement went
	err    error
}

// sleeping is what a process said of its call before it entered it.
type sleeping struct {
	ev    *Event // blocked
	what  commands.Sleep
	since int64

	pid, tid int // of a program: who sleeps
}

// block reports whether the request is a block, and not a statement.
func (r *request) block() bool { return r.n.remote != nil && r.n.remote.block }

// outcome is how a request ended.
type outcome struct {
	res *commands.Result
	err error  // of the call itself
	ev  *Event // that told of it, if one did
}

// death is how a process ended.
type death struct {
	status  syscall.WaitStatus
	asked   bool // by exit
	code    int
	pending bool // no event was made of it yet
}

// isAsleep asks the kernel.
func (p *process) isAsleep() bool {
	if p.program != nil {
		return p.program.isAsleep()
	}
	if p.sleeper == nil {
		_, ok := p.worker.AskAsleep()
		return ok
	}
	_, ok := p.sleeper.Asleep()
	return ok
}

// doing words what the process does, for ps.
func (p *process) doing() *text.Msg {
	switch {
	case p.state == ended && p.dead.status.Signaled():
		return text.F("ended by %s", "%s(으)로 종료됨", sysv.SignalName(p.dead.status.Signal()))
	case p.state == ended:
		return text.F("exited with %d", "상태 %d(으)로 종료됨", p.dead.status.ExitStatus())
	case p.stopped:
		return text.F("stopped", "정지됨")
	case p.done != nil:
		return text.F("idle", "대기 중")
	case p.sleep != nil && (p.state == asleep || p.background && p.isAsleep()):
		return text.F("%s since %s", "%s (%s째)", commands.BlockedIn(p.sleep.what.Call), since(p.sleep.since))
	case p.call == nil:
		return text.F("idle", "대기 중")
	}
	return text.F("running", "실행 중")
}

// read takes what the process has sent, and hands on each message. At the end of
// the stream the process is gone.
func (p *process) read(buf []byte, take func([]byte) error) (got bool, err error) {
	// Not for ever: one that writes faster than we read would keep us here.
	for range 64 {
		n, err := p.worker.Read(buf)
		switch {
		case errors.Is(err, sysv.ErrAgain):
			return got, nil
		case err != nil:
			return true, err
		}
		got = true
		data := buf[:n]
		for {
			i := bytes.IndexByte(data, '\n')
			if i < 0 {
				break
			}
			msg := data[:i]
			if len(p.in) > 0 {
				msg = append(p.in, msg...)
				p.in = p.in[:0]
			}
			if err := take(msg); err != nil {
				return true, err
			}
			data = data[i+1:]
		}
		p.in = append(p.in, data...)
		if n < len(buf) {
			return true, nil
		}
	}
	return true, nil
}
