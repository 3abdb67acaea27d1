package commands

import (
	"syscall"
	"time"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// Stage is the processes that play beside the shell. The engine gives it to the
// session; in a process it is the way back to the shell, which answers.
type Stage interface {
	Spawn(c *Call, names []string, o SpawnOptions) error
	Fork(c *Call, name string) error
	// Wait waits until the calls of the named processes have ended, or of all, and
	// returns the outcome of the last.
	Wait(c *Call, names []string, limit Limit) (*Result, error)
	Kill(c *Call, name string, sig syscall.Signal) error
	// Run starts a foreign program.
	Run(c *Call, o ProgramOptions) error
	// Feed writes a line, its newline included, to a program's standard input, or
	// ends it (nil).
	Feed(c *Call, name string, line []byte) error
	// List returns the processes in the order of their creation.
	List() ([]*Process, error)
	// Find returns a process by its name, or nil.
	Find(name string) *Process
	// Made reports whether anybody of the session made an object.
	Made(k ObjectKind, id int64) bool
}

// SpawnOptions say as whom new processes run, and where.
type SpawnOptions struct {
	Uid, Gid int // -1: the shell's
	Private  bool
}

// Limit is how long a wait may last at most.
type Limit struct {
	Set  bool
	Time time.Duration
}

// Process is a process of the stage as it is now. In expressions it stands for
// what its statements assigned: server.m.
type Process struct {
	Name    string
	Pid     int
	Alive   bool
	Blocked bool
	State   *text.Msg // what ps shows
	Vars    func(name string) (cexpr.Value, bool)
	Output  func() string // of a foreign program: what it wrote so far; else nil
}

// Scalar returns the pid.
func (p *Process) Scalar() (cexpr.Value, error) { return cexpr.IntOf(int64(p.Pid)), nil }

// Member returns a variable of the process's own.
func (p *Process) Member(name string) (cexpr.Value, error) {
	if v, ok := p.Vars(name); ok {
		return v, nil
	}
	return cexpr.Value{}, text.F("process %s has assigned no %s", "프로세스 %s에는 %s 변수가 없습니다", p.Name, name)
}

// Index is an error: a process has names, not numbers.
func (p *Process) Index(int64) (cexpr.Value, error) { return cexpr.Value{}, noIndex() }

// Signaled is a process that a signal ended.
type Signaled struct {
	Name string
	Sig  syscall.Signal
}

func (e *Signaled) Error() string { return e.In(text.En) }

// In returns the error in l.
func (e *Signaled) In(l text.Lang) string {
	return text.F("%s was ended by %s (%d)", "%s: %s(%d)로 종료되었습니다", e.Name, sysv.SignalName(e.Sig), int(e.Sig)).In(l)
}

// ErrnoName returns what an expectation calls it: SIGKILL.
func (e *Signaled) ErrnoName() string { return sysv.SignalName(e.Sig) }

// NoProcess is the error for a name that no process has.
func NoProcess(name string, near []string) error {
	return text.F("there is no process %s; spawn %s starts one%s", "%s(이)라는 프로세스가 없습니다. spawn %s로 만듭니다%s", Escape(clip(name)), Escape(clip(name)), Suggest(near))
}

// process returns the process that a function is asked about.
func process(name string, args []cexpr.Value) (*Process, error) {
	p, ok := args[0].O.(*Process)
	if args[0].Kind != cexpr.Ref || !ok {
		return nil, text.F("%s() wants a process", "%s()에는 프로세스가 필요합니다", name)
	}
	return p, nil
}

// stageFunctions are those about processes. The shell answers them.
func stageFunctions(m map[string]function) {
	for name, get := range map[string]func(*Process) int64{
		"pid":     func(p *Process) int64 { return int64(p.Pid) },
		"alive":   func(p *Process) int64 { return boolean(p.Alive).I },
		"blocked": func(p *Process) int64 { return boolean(p.Blocked).I },
	} {
		m[name] = function{1, 1, func(_ *Session, name string, args []cexpr.Value) (cexpr.Value, error) {
			p, err := process(name, args)
			if err != nil {
				return cexpr.Value{}, err
			}
			return cexpr.IntOf(get(p)), nil
		}}
	}
	m["output"] = function{1, 1, liveOutput}
}
