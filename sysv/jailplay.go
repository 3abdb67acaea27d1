package sysv

import (
	"context"
	"errors"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Probe finds out what the machine refuses.
func (j *Jails) Probe() error {
	_, err := j.Play(context.Background(), JailOptions{Args: []string{"true"}, Programs: true, probe: true})
	return err
}

// Play runs a player in a jail and returns when nothing of it is left: when it has
// ended, a limit was hit or ctx has ended. An error says that there was no play:
// EFBIG the Source is larger than Limits.Disk; other errors of reading it; EAGAIN,
// ENOMEM, EMFILE resources of ours. What the machine refuses is none.
func (j *Jails) Play(ctx context.Context, o JailOptions) (*Played, error) {
	for {
		t := &jail{jails: j, o: &o, flags: j.flags(&o)}
		const alone = unix.CLONE_NEWPID | unix.CLONE_NEWIPC
		if t.flags&alone != alone {
			j.alone.Lock()
		}
		played, err := t.play(ctx)
		if t.flags&alone != alone {
			j.alone.Unlock()
		}
		if err == nil || !j.adapts(t, err) {
			return played, err
		}
	}
}

// flags are the namespaces that a jail is to have, as far as they can be had.
func (j *Jails) flags(o *JailOptions) uintptr {
	want := uintptr(unix.CLONE_NEWUSER | unix.CLONE_NEWIPC | unix.CLONE_NEWPID | unix.CLONE_NEWNS)
	if o.Programs {
		want |= unix.CLONE_NEWNET
	}
	want = j.has(want)
	if want&unix.CLONE_NEWPID == 0 && !o.Programs {
		want &^= unix.CLONE_NEWNS
	}
	return want
}

// adapts finds out what a failed start was refused and says whether another
// attempt asks for less.
func (j *Jails) adapts(t *jail, err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.Call {
	case "clone":
		return (e.Errno == syscall.EPERM || e.Errno == syscall.ENOSPC || e.Errno == syscall.EINVAL || e.Errno == syscall.EUSERS) && j.learn(t.flags)
	case mountProc:
		j.refuse(MeansPid, "", refused("/proc", err))
		j.lose(unix.CLONE_NEWPID)
		return true
	case "write uid_map", "write gid_map":
		if t.id.ranged {
			j.refuse(MeansIds, "", err)
			j.mu.Lock()
			j.single = true
			j.mu.Unlock()
			return true
		}
		j.refuse(MeansUser, "", refused("/proc", err))
		j.lose(unix.CLONE_NEWUSER)
		return t.flags&unix.CLONE_NEWUSER != 0
	}
	return false
}

// jail is one attempt at a play.
type jail struct {
	jails  *Jails
	o      *JailOptions
	flags  uintptr
	id     identity
	folder string
	tree   *tree // nil in a pid namespace
	pid    int

	entered bool // it holds the turn

	mu     sync.Mutex
	hits   [HitDisk + 1]bool
	killed bool
	over   bool // the player has ended, or its pid is not known yet

	buf     []byte
	said    [2][]byte // output and result
	dropped int64     // bytes of output
}

func (t *jail) play(ctx context.Context) (*Played, error) {
	t.id = t.jails.identify(t.flags&unix.CLONE_NEWUSER != 0)
	defer t.jails.freeSlot(t.id)
	drop, err := t.makeFolder()
	if err != nil {
		return nil, err
	}
	defer drop()
	var ends ends
	defer ends.close()
	if err := ends.open(); err != nil {
		return nil, err
	}
	report, err := newReport()
	if err != nil {
		return nil, err
	}
	defer report.close()
	gate, err := newReport()
	if err != nil {
		return nil, err
	}
	defer gate.close()
	defer t.leave()
	// In a pid namespace of its own nothing but us sees the child.
	p := &childPlan{flags: t.flags, report: report, shares: t.flags&unix.CLONE_NEWPID != 0}
	if err := t.start(p, &ends, gate); err != nil {
		return nil, err
	}
	t.enter()
	begin := time.Now()
	pass(gate)
	played, err := t.attend(ctx, &ends, begin)
	if err == nil { // an exec or the lack of one has been by now
		p.readReport()
		err = p.failed()
	}
	if err != nil && !(t.o.probe && p.ran()) {
		return nil, err
	}
	for i, errno := range p.errnos[:len(p.steps)] {
		if errno != 0 && p.means[i] != meansNone {
			t.jails.refuse(p.means[i], p.named[i], fail(p.named[i], syscall.Errno(errno)))
		}
	}
	return played, nil
}

// makeFolder makes the jail's folder, if it is to have one. drop is for the end.
func (t *jail) makeFolder() (drop func(), err error) {
	owner := t.id.owner(t.o.Uid)
	switch {
	case t.o.Source != "", t.o.Scratch && t.o.Programs: // which may leave more than files: modes, attributes
		if t.folder, err = makeFolder(t.o.Source, t.o.Limits.Disk, owner); err != nil {
			return nil, err
		}
		return func() { removeFolder(t.folder) }, nil
	case t.o.Scratch:
		f, err := t.jails.emptyFolder(t.id, owner)
		if err != nil {
			return nil, err
		}
		t.folder = f.path
		return func() { t.jails.returnFolder(t.id, f) }, nil
	}
	return func() {}, nil
}

// enter waits for the turn, leave gives it back.
func (t *jail) enter() {
	if t.o.Turn != nil {
		t.o.Turn.Lock()
		t.entered = true
	}
}

func (t *jail) leave() {
	if t.entered {
		t.entered = false
		t.o.Turn.Unlock()
	}
}

// ends are the pipes from the player: its output, its result, its hits.
type ends [3]*report

func (e *ends) open() (err error) {
	for i := range e {
		if e[i], err = newReport(); err != nil {
			return err
		}
	}
	return nil
}

func (e *ends) close() {
	for _, p := range e {
		if p != nil {
			p.close()
		}
	}
}

// pass lets the child pass the gate, and then the player that it has become.
func pass(gate *report) error {
	_, err := unix.Write(gate.w, []byte{1})
	return failWith("write", err)
}

// start starts the player, as far as its turn; what becomes of it then is in the
// plan's report.
func (t *jail) start(p *childPlan, e *ends, gate *report) error {
	rules, err := jailRules(t.folder, t.o.Programs)
	if err != nil {
		t.jails.refuse(MeansLandlock, "Landlock", err)
	}
	defer rules.close()
	t.jails.refuseAll(landlockRefusals()...)
	null, err := unix.Open(os.DevNull, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return failWith("open "+os.DevNull, err)
	}
	defer unix.Close(null)
	fds := []int{null, e[0].w, e[0].w, e[1].w, e[2].w, gate.r}
	for _, f := range t.o.Files {
		fds = append(fds, int(f.Fd()))
	}
	p.gate, p.out = gateFd, p.report.w
	p.call(meansNone, "close", unix.SYS_CLOSE, uintptr(gate.w)) // so that our death is the gate's end
	own := []*int{&p.out}
	if rules != nil {
		p.rules = rules.fd
		own = append(own, &p.rules)
	}
	copies, err := p.descriptors(fds, own...)
	defer closeAll(copies)
	if err != nil {
		return err
	}
	p.gated = len(p.steps)
	p.lockIn(t.o, t.id, t.folder)
	program := self
	if t.o.probe {
		program = "/" // which is none
	}
	if err := p.exec(program, t.o.Args, playerEnv(t.o, t.folder, mark(t.o, t.flags, t.id.others, t.folder))); err != nil {
		return err
	}
	if t.flags&unix.CLONE_NEWPID == 0 {
		t.tree = &tree{before: subreap(), base: -1}
		if !t.id.own {
			t.tree.base = t.id.base
		}
	}
	onSpawner(func() { t.pid, err = p.start() }) // whose death it is told of
	if err != nil {
		return err
	}
	if t.tree != nil {
		t.tree.player = t.pid
	}
	if t.flags&unix.CLONE_NEWUSER != 0 {
		err = t.id.writeMaps(t.pid, t.o.Uid)
	}
	if err == nil {
		err = pass(gate)
	}
	if err != nil {
		unix.Kill(t.pid, syscall.SIGKILL)
		waitFor(t.pid)
	}
	return err
}
