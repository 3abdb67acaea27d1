package sysv

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const (
	maxResult = 16 << 20
	flood     = 64 // times the output's limit: then the play ends
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
		played, err := t.play(ctx)
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

	mu     sync.Mutex
	hits   [HitDisk + 1]bool
	killed bool
	over   bool // the player has been reaped
	ended  bool // nothing is left to be killed
}

func (t *jail) play(ctx context.Context) (*Played, error) {
	t.id = t.jails.identify(t.flags&unix.CLONE_NEWUSER != 0)
	defer t.jails.freeSlot(t.id)
	if t.o.Source != "" || t.o.Scratch {
		var err error
		if t.folder, err = makeFolder(t.o.Source, t.o.Limits.Disk, t.id.owner(t.o.Uid)); err != nil {
			return nil, err
		}
		defer removeFolder(t.folder)
	}
	var ends ends
	defer ends.close()
	for i := range ends {
		if err := ends[i].open(); err != nil {
			return nil, err
		}
	}
	begin := time.Now()
	if err := t.start(&ends); err != nil {
		return nil, err
	}
	return t.attend(ctx, &ends, begin)
}

// ends are the pipes from the player: its output, its result, its hits.
type ends [3]pipe

type pipe struct{ r, w *os.File }

// open makes a pipe that does not block at our end, but does at the other.
func (p *pipe) open() error {
	var fds [2]int
	if err := unix.Pipe2(fds[:], unix.O_CLOEXEC); err != nil {
		return failWith("pipe2", err)
	}
	unix.SetNonblock(fds[0], true)
	p.r, p.w = os.NewFile(uintptr(fds[0]), "pipe"), os.NewFile(uintptr(fds[1]), "pipe")
	return nil
}

func (e *ends) close() {
	for _, p := range e {
		p.r.Close()
		p.w.Close()
	}
}

// start starts the player.
func (t *jail) start(e *ends) error {
	rules, err := jailRules(t.folder, t.o.Programs)
	if err != nil {
		t.jails.refuse(MeansLandlock, "Landlock", err)
	}
	defer rules.close()
	t.jails.refuseAll(landlockRefusals()...)
	var pipes [2][2]int // the gate and the report
	for i := range pipes {
		if err := unix.Pipe2(pipes[i][:], unix.O_CLOEXEC); err != nil {
			return failWith("pipe2", err)
		}
		defer unix.Close(pipes[i][1-i])
	}
	p := &childPlan{flags: t.flags, gate: pipes[0][0], report: pipes[1][1]}
	closing := sync.OnceFunc(func() { unix.Close(p.gate); unix.Close(p.report) })
	defer closing()
	p.lockIn(t.o, t.id, t.folder, rules)
	null, err := os.Open(os.DevNull)
	if err != nil {
		return failWith("open "+os.DevNull, err)
	}
	defer null.Close()
	files := append([]*os.File{null, e[0].w, e[0].w, e[1].w, e[2].w}, t.o.Files...)
	raw, err := descriptors(files)
	if err != nil {
		return err
	}
	fds, done, err := duplicates(raw, len(files))
	defer done()
	if err != nil {
		return err
	}
	p.descriptors(fds)
	if t.o.probe {
		p.must("exit_group", unix.SYS_EXIT_GROUP, 0)
	}
	if err := p.exec(self, t.o.Args, playerEnv(t.o, t.folder, mark(t.o, t.flags, t.folder))); err != nil {
		return err
	}
	if t.flags&unix.CLONE_NEWPID == 0 {
		t.tree = &tree{before: subreap(), base: -1}
		if !t.id.own {
			t.tree.base = t.id.base
		}
	}
	if t.pid, err = p.start(); err != nil {
		return err
	}
	if t.tree != nil {
		t.tree.player = t.pid
	}
	if t.flags&unix.CLONE_NEWUSER != 0 {
		err = t.id.writeMaps(t.pid, t.o.Uid)
	}
	if err == nil {
		_, err = unix.Write(pipes[0][1], []byte{1})
	}
	closing()
	p.childReport(pipes[1][0])
	if err == nil {
		err = p.failed()
	}
	if err != nil {
		unix.Kill(t.pid, syscall.SIGKILL)
		waitFor(t.pid)
		return err
	}
	for i, errno := range p.errnos[:len(p.steps)] {
		if errno != 0 && p.means[i] != meansNone {
			t.jails.refuse(p.means[i], p.named[i], fail(p.named[i], syscall.Errno(errno)))
		}
	}
	return nil
}

// attend reads what the player says until it and all of its own have ended.
func (t *jail) attend(ctx context.Context, e *ends, begin time.Time) (*Played, error) {
	played := &Played{}
	for _, p := range e {
		p.w.Close()
	}
	var readers sync.WaitGroup
	read := func(f func()) {
		readers.Add(1)
		go func() { defer readers.Done(); f() }()
	}
	read(func() { played.Output = t.readOutput(e[0].r) })
	read(func() {
		played.Result, _ = io.ReadAll(io.LimitReader(e[1].r, maxResult))
		io.Copy(io.Discard, e[1].r)
	})
	read(func() { t.readHits(e[2].r) })
	if limit := t.o.Limits.Time; limit > 0 {
		timer := time.AfterFunc(limit-time.Since(begin), func() { t.hit(HitTime, true) })
		defer timer.Stop()
	}
	stop := context.AfterFunc(ctx, t.kill)
	defer stop()

	var usage unix.Rusage
	err := t.wait(&played.Status, &usage)
	readers.Wait()
	played.Wall = time.Since(begin)
	played.User, played.System = time.Duration(usage.Utime.Nano()), time.Duration(usage.Stime.Nano())
	played.MaxRSS = int64(usage.Maxrss) << 10
	t.mu.Lock()
	defer t.mu.Unlock()
	if l := t.o.Limits.Memory; l > 0 && played.MaxRSS >= l && ownMaxRSS() < l {
		t.hits[HitMemory] = true // between two looks of the watcher
	}
	for h, hit := range t.hits {
		if hit {
			played.Hits = append(played.Hits, Hit(h))
		}
	}
	played.Killed = t.killed
	return played, err
}

// wait waits for the player's end and sees to everybody else's.
func (t *jail) wait(ws *syscall.WaitStatus, usage *unix.Rusage) error {
	// First without reaping: as long as its pid is its own, kill may use it.
	for unix.Waitid(unix.P_PID, t.pid, nil, unix.WEXITED|unix.WNOWAIT, nil) == unix.EINTR {
	}
	t.mu.Lock()
	t.over = true
	t.mu.Unlock()
	var err error
	for {
		var status unix.WaitStatus
		if _, err = unix.Wait4(t.pid, &status, 0, usage); err != unix.EINTR {
			*ws = syscall.WaitStatus(status)
			break
		}
	}
	if t.tree != nil {
		t.tree.player = 0
		t.tree.reap()
	}
	return failWith("wait4", err)
}

// hit notes a limit that was hit.
func (t *jail) hit(h Hit, end bool) {
	t.mu.Lock()
	fresh := !t.over
	t.hits[h] = t.hits[h] || fresh || !end
	t.mu.Unlock()
	if end && fresh {
		t.kill()
	}
}

// kill ends the play.
func (t *jail) kill() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over {
		return
	}
	t.killed = true
	if t.tree != nil {
		t.tree.kill()
		return
	}
	unix.Kill(t.pid, syscall.SIGKILL)
}

// readOutput keeps the output's beginning and reads the rest for nothing.
func (t *jail) readOutput(r io.Reader) []byte {
	limit := t.o.Limits.Output
	if limit <= 0 {
		limit = maxResult
	}
	kept, _ := io.ReadAll(io.LimitReader(r, limit))
	if n, _ := io.CopyN(io.Discard, r, flood*limit); n > 0 {
		t.hit(HitOutput, n == flood*limit)
	}
	io.Copy(io.Discard, r)
	return kept
}

// readHits reads what the watcher and the player note.
func (t *jail) readHits(r io.Reader) {
	var b [1]byte
	for {
		if n, err := r.Read(b[:]); n == 0 || err != nil {
			return
		}
		h := Hit(b[0] &^ fatal)
		if h >= HitTime && h <= HitDisk {
			t.hit(h, h.ends() || b[0]&fatal != 0)
		}
	}
}

// ownMaxRSS is the most memory that this process had. A child begins with as much.
func ownMaxRSS() int64 {
	var usage unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return int64(usage.Maxrss) << 10
}
