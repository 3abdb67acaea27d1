package repl

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/commands/words"
	"ipcsh/sysv"
)

// program is what the shell knows of a process that is a foreign program, beside
// what it knows of any process.
type program struct {
	*sysv.Program
	tree sysv.Tree // of the last look
	lags bool      // it neither ended nor slept within the limit: it is waited for no more
	late bool      // which nobody was told yet
	told uint64    // how often the thread had run that was last said to be blocked
	sent uint64    // signals that the script has sent, a bit each

	ran  *request // the run that started it
	over bool     // nobody of it lives any more

	written []byte // what it wrote, up to keptOutput
	shown   int    // of written
	cut     bool   // it wrote more
	cutTold bool
}

const (
	keptOutput  = 1 << 20         // bytes of a program's output
	killLimit   = 5 * time.Second // for a program and all that it forked to be gone
	readAtOnce  = 1 << 20         // bytes, before others have their turn
	defaultPath = "/usr/local/bin:/usr/bin:/bin"
)

// mayRun refuses what only a lab may do: a program in no language of ours does
// whatever its user may.
func (e *Engine) mayRun() error {
	if e.Programs {
		return nil
	}
	return &commands.UsageError{Pos: -1, Msg: text.F("only a lab may run programs, and only in the sandbox of ipcsh check: ipcsh check LAB, or ipcsh check --lab LAB HANDIN", "프로그램은 실습만, 그것도 ipcsh check의 샌드박스 안에서만 실행할 수 있습니다: ipcsh check LAB, 또는 ipcsh check --lab LAB HANDIN")}
}

func (d stageDoor) Run(c *commands.Call, o commands.ProgramOptions) error {
	if err := d.e.mayRun(); err != nil {
		return err
	}
	st, err := d.e.theStage()
	if err != nil {
		return err
	}
	return st.run(o)
}

func (d stageDoor) Feed(c *commands.Call, name string, line []byte) error {
	if err := d.e.mayRun(); err != nil {
		return err
	}
	st, err := d.e.theStage()
	if err != nil {
		return err
	}
	p, err := st.find(name)
	if err != nil {
		return err
	}
	if p.program == nil {
		return &commands.UsageError{Pos: -1, Msg: text.F("%s is a process of spawn, which has no input; feed is for a program that run has started", "%s은(는) spawn으로 만든 프로세스라 입력이 없습니다. feed는 run으로 시작한 프로그램에 씁니다", name)}
	}
	return st.feed(p, line)
}

// run starts a program.
func (st *stage) run(o commands.ProgramOptions) error {
	alive := 0
	for _, p := range st.live {
		if p.state != ended {
			alive++
		}
	}
	if alive >= commands.MaxProcesses {
		return commands.TooMany(int64(alive+1), words.Word{Pos: -1})
	}
	if p := st.byName[o.Name]; p != nil && p.state != ended {
		return &commands.UsageError{Pos: -1, Msg: text.F("there is a process %s already; as=NAME gives this one another name", "%s(이)라는 프로세스가 이미 있습니다. as=이름으로 다른 이름을 주세요", o.Name)}
	}
	dir := st.e.dir()
	po := sysv.ProgramOptions{Args: o.Args, Env: programEnv(), Dir: dir}
	var err error
	if po.Path, err = findProgram(o.Args[0], dir, po.Env); err != nil {
		return err
	}
	if st.guard == nil && st.e.Guard != nil {
		if st.guard, err = st.e.Guard(); err != nil {
			return err
		}
	}
	if st.e.Prepare != nil {
		st.e.Prepare(&po)
	}
	started, err := sysv.StartProgram(po)
	if err != nil {
		return unstarted(err, o.Args[0], within(dir, po.Path))
	}
	p := &process{name: o.Name, worker: &started.Worker, state: running, program: &program{Program: started}}
	if st.guard != nil {
		st.guard.Watch(started) // if somebody killed it, there is nobody to guard
	}
	st.add(p)
	st.programs = append(st.programs, p)
	st.e.started = p
	return nil
}

// dir is the folder that programs run in: the script's own, unless it was set.
func (e *Engine) dir() string {
	if e.Dir != "" {
		return e.Dir
	}
	if sc := e.script; sc != nil {
		switch sc.File {
		case Terminal, CommandLine, StandardInput:
		default:
			return filepath.Dir(sc.File)
		}
	}
	return "."
}

// programEnv is the environment of programs: what they need to be found and to
// speak the user's language, and nothing that differs between two machines.
func programEnv() []string {
	path := os.Getenv("PATH")
	if path == "" {
		path = defaultPath
	}
	env := []string{"PATH=" + path, "HOME=/nonexistent"}
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		if name == "LANG" || name == "TZ" || strings.HasPrefix(name, "LC_") {
			env = append(env, v)
		}
	}
	return env
}

// findProgram looks for a program as execvp(3) does. Seen from dir it is the path
// that is returned.
func findProgram(name, dir string, env []string) (string, error) {
	if strings.Contains(name, "/") {
		return name, nil // which execve judges
	}
	path := strings.TrimPrefix(env[0], "PATH=")
	var found error
	for _, d := range filepath.SplitList(path) {
		if d == "" {
			d = "."
		}
		file := d + "/" + name
		seen := within(dir, file)
		switch fi, err := os.Stat(seen); {
		case err != nil || fi.IsDir():
		case fi.Mode()&0o111 == 0:
			found = unstarted(&sysv.Error{Call: "execve", Errno: syscall.EACCES}, name, seen)
		default:
			return file, nil
		}
	}
	if found != nil {
		return "", found
	}
	hint := text.F("", "")
	if fi, err := os.Stat(filepath.Join(dir, name)); err == nil && !fi.IsDir() {
		hint = text.F("; ./%s is the one in the lab's folder", ". 실습 폴더에 있는 것은 ./%s입니다", commands.Escape(name))
	}
	return "", &commands.Refusal{Err: &sysv.Error{Call: "execve", Errno: syscall.ENOENT},
		Why: text.F("no folder of PATH has a program %s%s", "PATH의 어느 폴더에도 %s 프로그램이 없습니다%s", commands.Quote(name), hint)}
}

// within returns a path as it is seen from here.
func within(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

// unstarted words why a program did not start. path is its file, seen from here.
func unstarted(err error, name, path string) error {
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		return err
	}
	fi, serr := os.Stat(path)
	var why *text.Msg
	switch {
	case errno == syscall.ENOENT && serr == nil:
		why = text.F("%s is there, but what is to interpret it is not: see its #! line, or for which system it was built", "%s은(는) 있지만 그것을 실행할 인터프리터가 없습니다. #! 줄이나 어느 시스템용으로 빌드했는지 확인하세요", commands.Quote(name))
	case errno == syscall.ENOENT:
		why = text.F("there is no program %s", "%s 프로그램이 없습니다", commands.Quote(name))
	case errno == syscall.EACCES && serr == nil && fi.IsDir():
		why = text.F("%s is a directory", "%s은(는) 디렉터리입니다", commands.Quote(name))
	case errno == syscall.EACCES && serr == nil && fi.Mode()&0o111 == 0:
		why = text.F("%s is not executable: chmod +x makes it so", "%s에 실행 권한이 없습니다. chmod +x로 줍니다", commands.Quote(name))
	case errno == syscall.ENOEXEC:
		why = text.F("%s is neither a program for this machine nor a script that begins with #!", "%s은(는) 이 기계의 실행 파일도, #!로 시작하는 스크립트도 아닙니다", commands.Quote(name))
	default:
		why = text.F("%s cannot be started", "%s을(를) 시작할 수 없습니다", commands.Quote(name))
	}
	return &commands.Refusal{Err: &sysv.Error{Call: "execve", Errno: errno}, Why: why}
}

// launched is the rest of the statement that started a program: it returns when
// the program has ended, sleeps, or is waited for no longer.
func (e *Engine) launched(sc *Script, n *Node, must bool) (ok bool, err error) {
	p, st := e.started, e.stage
	e.started = nil
	r := &request{sc: sc, n: n, direct: true, must: must, depth: e.depth}
	p.call, p.program.ran = r, r
	st.outstanding++
	st.holder = p
	if e.Out.Verbose() { // what it writes comes behind the statement
		ev := e.event(sc, n)
		ev.Proc, ev.Pid = p.name, p.worker.Pid()
		e.emit(ev)
	}
	e.beforeWait()
	if err := st.settle(e.Session.Interrupt); err != nil {
		return false, e.unsettled(sc, n, p, err)
	}
	return r.ok, r.err
}

// feed writes to a program's standard input. What does not fit at once goes in as
// the program reads.
func (st *stage) feed(p *process, line []byte) error {
	if p.state == ended && p.program.isOver() {
		return &commands.Refusal{Err: &sysv.Error{Call: "write", Errno: syscall.EPIPE}, Why: text.F("%s has ended (%s)", "%s은(는) 이미 끝났습니다 (%s)", p.name, p.doing())}
	}
	if line == nil {
		if err := p.program.CloseStdin(); err != nil {
			return inputEnded(p, err)
		}
		st.awaken(p)
		return nil
	}
	end := time.Now().Add(startLimit)
	if limit := st.e.Session.Timeout; limit > 0 {
		end = time.Now().Add(limit)
	}
	for all := len(line); ; {
		n, err := p.program.Feed(line)
		if line = line[n:]; n > 0 {
			st.awaken(p)
		}
		switch {
		case err == nil:
			return nil
		case errors.Is(err, syscall.EBADF):
			return inputEnded(p, err)
		case errors.Is(err, syscall.EPIPE):
			return &commands.Refusal{Err: err, Why: text.F("nobody reads the standard input of %s any more", "%s의 표준 입력을 읽는 프로세스가 더는 없습니다", p.name)}
		case !errors.Is(err, syscall.EAGAIN):
			return err
		}
		if time.Now().After(end) || st.e.Session.Interrupt.Err() != nil || p.resting() {
			return &commands.Refusal{Err: err, Why: text.F("the pipe to %s is full, for it does not read; %d of %d bytes were written", "%s(으)로 가는 파이프가 가득 찼습니다. 프로그램이 읽지 않습니다. %d/%d바이트를 썼습니다", p.name, all-len(line), all)}
		}
		if _, err := st.poll(time.Millisecond); err != nil { // it may be waiting for us to read
			return err
		}
	}
}

func inputEnded(p *process, err error) error {
	return &commands.Refusal{Err: err, Why: text.F("the standard input of %s has been ended already", "%s의 표준 입력은 이미 끝났습니다", p.name)}
}

// awaken notes that a program was given something to do.
func (st *stage) awaken(p *process) {
	if p.state == asleep {
		p.state = running
	}
}
