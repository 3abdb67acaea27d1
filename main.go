// Ipcsh is a shell whose commands are the System V IPC calls of Linux.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"ipcsh/commands"
	"ipcsh/commands/explain"
	"ipcsh/commands/text"
	"ipcsh/repl"
	"ipcsh/repl/lineedit"
	"ipcsh/sysv"
	"ipcsh/tools"
)

func main() {
	if os.Getenv(processName) != "" {
		os.Exit(serve())
	}
	if os.Getenv(guardMark) != "" {
		os.Exit(guard())
	}
	if err := sysv.Stage(); err != nil {
		fmt.Fprintln(os.Stderr, "ipcsh:", err)
		os.Exit(1)
	}
	if p, err := sysv.EnterJail(); err != nil {
		fmt.Fprintln(os.Stderr, "ipcsh:", err)
		os.Exit(1)
	} else if p != nil {
		os.Exit(play(p))
	}
	os.Exit(run(os.Args, os.Stdin, os.Stdout, os.Stderr))
}

// shell is one run of the program: its options and its streams.
type shell struct {
	options
	argv []string
	in   *os.File
	out  io.Writer

	entered bool // this is the namespace that was asked for
	errs    io.Writer
}

// run runs the program and returns its exit status.
func run(argv []string, in *os.File, out, errs io.Writer) int {
	o, err := parseOptions(argv[1:], os.Getenv)
	sh := &shell{options: o, argv: argv, in: in, out: out, errs: errs}
	if err != nil {
		sh.say(err)
		fmt.Fprintln(errs, text.New("usage: ", "사용법: ").In(o.lang)+synopsis)
		return 2
	}
	switch {
	case o.help:
		writeLines(out, usagePage(o.lang))
		return 0
	case o.version:
		fmt.Fprintln(out, "ipcsh", version())
		return 0
	case len(o.args) > 0 && subcommand(o.args[0]) != nil:
		return subcommand(o.args[0])(sh, o.args[1:])
	case len(o.args) > 0 && tools.Named(o.args[0]) != nil:
		sh.say(text.F("%[1]s stands first, as in ipcsh %[1]s; in a namespace it is a command: ipcsh --private -c %[1]s",
			"%[1]s은(는) ipcsh %[1]s처럼 맨 앞에 옵니다. 네임스페이스 안에서는 명령으로 쓰세요: ipcsh --private -c %[1]s", o.args[0]))
		return 2
	case o.record != "" || o.restart:
		sh.say(text.F("--record and --restart belong to ipcsh step", "--record와 --restart는 ipcsh step의 옵션입니다"))
		return 2
	case len(o.args) > 1:
		return sh.each()
	case sh.interactive():
		return sh.prompt()
	}
	return sh.replay()
}

// subcommand returns what is run by a name as the first word, or nil.
func subcommand(name string) func(sh *shell, args []string) int {
	switch name {
	case "help", "explain":
		return (*shell).helpCommand
	case "check":
		return (*shell).check
	case "handout":
		return (*shell).handout
	case "new":
		return (*shell).newLab
	case "step":
		return (*shell).stepThrough
	}
	return nil
}

// say prints a message of the program's own.
func (sh *shell) say(err error) {
	fmt.Fprintln(sh.errs, "ipcsh: "+commands.Escape(text.Of(err, sh.lang)))
}

func writeLines(w io.Writer, lines []string) {
	for _, l := range lines {
		fmt.Fprintln(w, l)
	}
}

// helpCommand is "ipcsh help [COMMAND]".
func (sh *shell) helpCommand(names []string) int {
	table := commands.NewTable()
	ex := explain.New(commands.NewSession(table))
	if len(names) > 1 {
		sh.say(text.F("help explains one command at a time", "help는 한 번에 명령 하나를 설명합니다"))
		return 2
	}
	if len(names) == 0 {
		writeLines(sh.out, usagePage(sh.lang))
		writeLines(sh.out, append([]string{""}, commands.Overview(table, ex, sh.lang)...))
		return 0
	}
	page := commands.HelpPage(table, ex, names[0], sh.lang)
	if page == nil {
		sh.say(text.F("no command or topic %s", "%s(이)라는 명령이나 주제가 없습니다", commands.Quote(names[0])))
		return 2
	}
	writeLines(sh.out, page)
	return 0
}

// replay runs one script: a file, -c, or standard input.
func (sh *shell) replay() int {
	file, src, header, status, done := sh.open()
	if done {
		return status
	}
	e := sh.engine(file)
	if !sh.allowed(e, file, header) {
		return 1
	}
	opts := repl.Options{Keep: sh.keep || file == repl.CommandLine, Summary: file != repl.CommandLine, Signals: signals}
	e.Session.Ledger = sh.ledger(!opts.Keep)
	status = repl.Status(e.Replay(file, src, opts))
	e.Session.Ledger.Close(e.Session.Made())
	return status
}

// open reads the script and enters the namespace that it is to run in. done says
// that nothing is left to do here.
func (sh *shell) open() (file, src string, h repl.Header, status int, done bool) {
	file, src, err := sh.script()
	if err != nil {
		return file, src, h, sh.refuse(file, err), true
	}
	h = repl.ReadHeader(src)
	if err := h.Check(file); err != nil {
		return file, src, h, sh.refuse(file, err), true
	}
	status, done = sh.enter(file, src, h)
	return file, src, h, status, done
}

// allowed reports whether this user may run the script, and notes what root should
// know.
func (sh *shell) allowed(e *repl.Engine, file string, h repl.Header) bool {
	if h.Need("root") && os.Geteuid() != 0 {
		sh.say(text.F("%s needs root (#: needs: root)", "%s: root 권한이 필요합니다 (#: needs: root)", file))
		return false
	}
	if file != repl.CommandLine && sysv.HasIPCOwner() {
		e.Note(file, rootNote)
	}
	return true
}

// ledger is the session's, in the folder of the history. Objects that are to stay,
// and those that die with the namespace, need none.
func (sh *shell) ledger(accidents bool) *commands.Ledger {
	history := lineedit.HistoryPath(os.Getenv)
	if history == "" {
		return nil
	}
	return commands.NewLedger(filepath.Dir(history), accidents && !sh.private && !sh.entered)
}

// refuse shows why a script cannot be read.
func (sh *shell) refuse(file string, err error) int {
	e := sh.engine(file)
	e.Show(file, err)
	return 2
}

// script reads what is to be run.
func (sh *shell) script() (file, src string, err error) {
	switch {
	case sh.hasCommand:
		return repl.CommandLine, sh.command, nil
	case len(sh.args) == 1:
		src, err = repl.ReadScript(context.Background(), sh.args[0])
		if own, ok := carried(sh.args[0]); err != nil && ok {
			src, err = own, nil
		}
		return sh.args[0], src, err
	}
	b, err := io.ReadAll(sh.in)
	return repl.StandardInput, string(b), err
}

// engine makes the session and the renderer that the options ask for.
func (sh *shell) engine(file string) *repl.Engine {
	s := commands.NewSession(commands.NewTable())
	s.Explainer = explain.New(s)
	s.Lang, s.Timeout, s.Color, s.Trace = sh.lang, sh.timeout, sh.color, sh.trace
	if sh.json {
		return sh.equip(repl.NewEngine(s, repl.NewJSON(s, sh.out, sh.quiet), sysv.MainThread()))
	}
	t := repl.NewText(s, sh.out, sh.errs)
	t.Quiet = sh.quiet
	t.Echo = file != repl.CommandLine
	t.Colors = sh.showsColor()
	f, ok := sh.out.(*os.File)
	if t.Screen = ok && sysv.IsTerminal(f.Fd()); t.Screen {
		t.Size = func() (columns, rows int) {
			columns, rows, _ = sysv.WindowSize(f.Fd())
			return columns, rows
		}
	}
	t.Cursor = os.Getenv("TERM") != "dumb"
	return sh.equip(repl.NewEngine(s, t, sysv.MainThread()))
}

// programs is whether this is a lab, which may run foreign programs.
var programs bool

// equip gives an engine what the program carries.
func (sh *shell) equip(e *repl.Engine) *repl.Engine {
	e.Library, e.Carried, e.Start = carried, scriptNames, startProcess
	e.Session.Private = sh.private || sh.entered
	e.Programs, e.Guard = programs, startGuard
	return e
}

// entered marks the environment of a program that was started anew in a
// namespace, so that it does not enter one again: it holds the pid of the process
// that entered, which is this one or its parent.
const entered = "IPCSH_ENTERED"

// enter starts the program anew in the namespace that options or script ask for.
// done says that this process has nothing more to do.
func (sh *shell) enter(file, src string, h repl.Header) (status int, done bool) {
	by := os.Getenv(entered)
	os.Unsetenv(entered)
	if by != "" && (by == strconv.Itoa(os.Getpid()) || by == strconv.Itoa(os.Getppid())) {
		sh.entered = sh.join == 0 && (sh.private || h.Need("private"))
		return 0, false
	}
	env := append(os.Environ(), entered+"="+strconv.Itoa(os.Getpid()))
	private := sh.private || h.Need("private")
	var err error
	switch {
	case sh.join > 0, private, h.Need("user") && sysv.HasIPCOwner():
		if file == repl.StandardInput {
			if err := sysv.StdinFrom(src); err != nil {
				sh.say(err)
				return 1, true
			}
		}
	}
	switch {
	case sh.join > 0:
		err = sysv.Join(sh.join, sh.argv, env)
	case private:
		err = sysv.EnterPrivate(sh.argv, env)
	case h.Need("user") && sysv.HasIPCOwner():
		err = sysv.DropIPCOwner(sh.argv, env)
	default:
		return 0, false
	}
	var ended *sysv.Exited
	if errors.As(err, &ended) {
		return ended.Status, true
	}
	sh.say(refusal(err, sh.join))
	if sh.join == 0 && !sh.private && h.Need("user") && sysv.HasIPCOwner() {
		sh.say(sysv.DropIPCOwner(sh.argv, env))
	}
	// What a script asks for is a wish, what the command line asks for an order.
	return 1, sh.join > 0 || sh.private
}

// refusal words why a namespace was not entered.
func refusal(err error, pid int) error {
	var ns *sysv.NamespaceError
	switch {
	case errors.As(err, &ns) && ns.Value != "":
		return text.F("no IPC namespace of its own: the system forbids it (%s = %s)", "전용 IPC 네임스페이스를 만들 수 없습니다. 시스템 설정이 막고 있습니다 (%s = %s)", ns.Setting, ns.Value)
	case errors.As(err, &ns):
		return text.F("no IPC namespace of its own: the system forbids it (%s)", "전용 IPC 네임스페이스를 만들 수 없습니다. 시스템이 막고 있습니다 (%s)", ns.Setting)
	case errors.Is(err, sysv.ErrSameNamespace):
		return text.F("process %d is in this IPC namespace already", "프로세스 %d은(는) 이미 이 IPC 네임스페이스에 있습니다", pid)
	case pid > 0:
		return text.F("cannot join process %d: %s", "프로세스 %d의 네임스페이스에 들어갈 수 없습니다: %s", pid, err)
	}
	return err
}
