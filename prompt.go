package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"strings"
	"sync"
	"syscall"

	"ipcsh/commands/text"
	"ipcsh/repl"
	"ipcsh/repl/lineedit"
	"ipcsh/scripts"
	"ipcsh/sysv"
)

// interactive reports whether the shell is to be a prompt: nothing to run is
// given, and a person sits at the terminal.
func (sh *shell) interactive() bool {
	out, ok := sh.out.(*os.File)
	return !sh.hasCommand && len(sh.args) == 0 && ok && sysv.IsTerminal(sh.in.Fd()) && sysv.IsTerminal(out.Fd()) && !sh.json
}

// prompt is the session at a terminal.
func (sh *shell) prompt() int {
	if status, done := sh.enter(repl.Terminal, "", repl.Header{}); done {
		return status
	}
	p, reader, status := sh.newPrompt()
	if p == nil {
		return status
	}
	defer sh.closes(reader)()
	e := p.Engine
	if sysv.HasIPCOwner() {
		e.Note(repl.Terminal, rootNote)
	}
	defer sh.promptSignals(e, reader)()
	e.Session.Ledger = sh.ledger(true)
	status = repl.Status(p.Run())
	e.Session.Ledger.Close(nil) // what is left stays because somebody said so
	return status
}

// newPrompt makes a session and what reads its lines; without one, the status says
// how the program ends.
func (sh *shell) newPrompt() (p *repl.Prompt, reader answerer, status int) {
	e := sh.engine(repl.CommandLine)
	e.Say = func(line string) { writeLines(sh.out, repl.Wrap(line)) } // from a goroutine of its own
	say := func(line string) { e.Out.Flush(); writeLines(sh.out, repl.Wrap(line)) }
	e.Stepper = sh.steps(e)
	p = &repl.Prompt{Engine: e, Say: say, Shell: sh.systemShell, Lists: scriptNames, Own: sh.private}
	reader, err := sh.lines(p)
	if err != nil {
		sh.say(err)
		return nil, nil, 1
	}
	p.Lines, p.Above, p.Ask = reader, reader.Above, reader.Answer
	return p, reader, 0
}

// closes gives the terminal back, in a panic first of all: then it can be read.
func (sh *shell) closes(reader repl.LineReader) func() {
	return func() {
		r := recover()
		reader.Close()
		if r != nil {
			panic(r)
		}
	}
}

// lines returns the editor, or the plain reader where the terminal knows no
// cursor.
func (sh *shell) lines(p *repl.Prompt) (answerer, error) {
	out := sh.out.(*os.File)
	if !lineedit.Usable(sh.in, out) {
		return &plainLines{in: bufio.NewReader(sh.in), out: sh.out}, nil
	}
	history, err := lineedit.OpenHistory(lineedit.HistoryPath(os.Getenv))
	if err != nil {
		sh.say(text.F("no history: %s", "명령 기록을 쓸 수 없습니다: %s", err))
	}
	lang := func() text.Lang { return p.Engine.Session.Lang }
	ed, err := lineedit.New(lineedit.Config{
		In: sh.in, Out: out, Complete: p.Complete, History: history,
		More:    func(n int) string { return text.F("... and %d more", "... 외 %d개", n).In(lang()) },
		Search:  text.New("search: ", "검색: ").In(lang()),
		Suspend: func() { syscall.Kill(0, syscall.SIGTSTP) },
		Color:   sh.showsColor(),
	})
	if err != nil {
		return nil, err
	}
	p.Engine.Say = func(line string) { ed.Above(strings.Join(repl.Wrap(line), "\n")) }
	return &editedLines{ed, history, p.Keeps}, nil
}

// answerer reads lines, and answers, which history does not keep.
type answerer interface {
	repl.LineReader
	Above(text string)
	Answer(question string) (string, error)
}

// editedLines is the editor as the prompt sees it.
type editedLines struct {
	*lineedit.Editor
	history *lineedit.History
	keeps   func(line string) bool
}

func (l *editedLines) ReadLine(prompt string) (string, error) {
	line, err := l.Editor.ReadLine(prompt)
	if errors.Is(err, lineedit.ErrInterrupt) {
		return line, repl.ErrInterrupt
	}
	if err == nil && l.keeps(line) {
		l.history.Add(line)
	}
	return line, err
}

func (l *editedLines) Answer(question string) (string, error) {
	answer, err := l.Editor.ReadLine(question)
	if errors.Is(err, lineedit.ErrInterrupt) {
		err = repl.ErrInterrupt
	}
	return answer, err
}

// plainLines reads lines without editing.
type plainLines struct {
	in  *bufio.Reader
	out io.Writer

	mu   sync.Mutex // held while it is printed to
	mark string     // the prompt
}

func (l *plainLines) ReadLine(prompt string) (string, error) {
	l.mu.Lock()
	l.mark = prompt
	fmt.Fprint(l.out, prompt)
	l.mu.Unlock()
	line, err := l.in.ReadString('\n')
	if err != nil && line == "" {
		fmt.Fprintln(l.out)
		return "", io.EOF
	}
	return strings.TrimRight(line, "\r\n"), nil
}

func (l *plainLines) Answer(question string) (string, error) { return l.ReadLine(question) }

// Above prints below the line being typed, and asks for it again.
func (l *plainLines) Above(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprint(l.out, "\n", text, "\n", l.mark)
}

func (l *plainLines) Prefill(line string) { fmt.Fprintln(l.out, line) }
func (l *plainLines) Close() error        { return nil }

// systemShell runs a command of the system's shell at the prompt.
func (sh *shell) systemShell(command string) error {
	cmd := exec.CommandContext(context.Background(), "/bin/sh", "-c", command)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = sh.in, sh.out, sh.errs
	err := cmd.Run()
	var ee *exec.ExitError
	if errors.As(err, &ee) {
		return nil // the command said what was wrong
	}
	return err
}

// carried returns a script that the program carries, by name.
func carried(name string) (string, bool) {
	name = strings.TrimSuffix(name, ".ipc") + ".ipc"
	b, err := fs.ReadFile(scripts.FS, name)
	if err != nil {
		b, err = fs.ReadFile(scripts.FS, "labs/"+name)
	}
	return string(b), err == nil
}

// scriptNames lists the scripts that the program carries.
func scriptNames() []string {
	names, _ := fs.Glob(scripts.FS, "*.ipc")
	labs, _ := fs.Glob(scripts.FS, "labs/*.ipc")
	names = append(names, labs...)
	for i, n := range names {
		names[i] = strings.TrimSuffix(path.Base(n), ".ipc")
	}
	return names
}

var rootNote = text.F("you are root (CAP_IPC_OWNER): mode bits do not bind you; --private, or #: needs: user, makes them",
	"root(CAP_IPC_OWNER)에게는 권한 비트가 적용되지 않습니다. --private 또는 #: needs: user를 쓰면 적용됩니다")
