package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"

	"ipcsh/commands/text"
	"ipcsh/repl"
	"ipcsh/repl/lineedit"
	"ipcsh/sysv"
)

// stepThrough is "ipcsh step FILE": a script, gone through at the prompt. Without a
// terminal its lines are read from a pipe.
func (sh *shell) stepThrough(names []string) int {
	sh.args = names
	var wrong error
	switch {
	case len(sh.args) == 0:
		wrong = text.F("step needs a script: ipcsh step FILE", "스크립트가 필요합니다: ipcsh step 파일")
	case len(sh.args) > 1:
		wrong = text.F("step goes through one script at a time", "step은 한 번에 스크립트 하나만 다룹니다")
	case sh.json:
		wrong = text.F("step is for people and has no --json", "step은 사람이 보는 것이어서 --json을 쓸 수 없습니다")
	}
	if wrong != nil {
		sh.say(wrong)
		return 2
	}
	file, src, header, status, done := sh.open()
	if done {
		return status
	}
	p, reader, status := sh.newPrompt()
	if p == nil {
		return status
	}
	defer sh.closes(reader)()
	if !sh.allowed(p.Engine, file, header) {
		return 1
	}
	defer sh.promptSignals(p.Engine, reader)()
	p.Engine.Session.Ledger = sh.ledger(!sh.keep)
	s := &repl.Stepper{File: file, Src: src, Record: sh.record, Restart: sh.restart, Keep: sh.keep}
	if history := lineedit.HistoryPath(os.Getenv); history != "" {
		s.State = filepath.Dir(history)
	}
	status = repl.Status(p.Step(s))
	p.Engine.Session.Ledger.Close(p.Engine.Session.Made())
	return status
}

// steps runs "step FILE" of the prompt: this program anew, on the same terminal and
// in the same namespace, so that the script has a session of its own and can ask
// for a namespace.
func (sh *shell) steps(e *repl.Engine) func(args []string) error {
	return func(args []string) error {
		s := e.Session
		own := []string{"step", "--lang", s.Lang.String(), "--color", s.Color}
		if s.Trace != "" {
			own = append(own, "--trace", s.Trace)
		}
		cmd := exec.Command("/proc/self/exe", append(own, args...)...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = sh.in, sh.out, sh.errs
		var ended *sysv.Exited
		if err := sysv.RunChild(cmd); !errors.As(err, &ended) {
			return err
		}
		return nil // it said what was wrong
	}
}
