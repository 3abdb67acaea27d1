package main

import (
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"ipcsh/commands"
	"ipcsh/commands/explain"
	"ipcsh/commands/text"
	"ipcsh/repl"
	"ipcsh/repl/grade"
	"ipcsh/sysv"
)

// play is this program as the player of one hand-in, in its sandbox: it tells the
// grader what it finds, a record a line, and shows the rest on its own output.
func play(p *sysv.Player) int {
	growStack()
	var telling sync.Mutex
	write := func(r grade.Record) {
		telling.Lock()
		defer telling.Unlock()
		p.Result.Write(r.Append(nil))
	}
	tell := write
	if p.Shared {
		tell = func(r grade.Record) {
			if r.Task != nil || r.End { // at its end the programs go
				claim(p, write)
			}
			write(r)
		}
	}
	order, err := io.ReadAll(io.NewSectionReader(p.Files[0], 0, 1<<62))
	if err != nil {
		tell(grade.Record{Failure: err.Error()})
		return 1
	}
	j, err := readJob(order)
	if err != nil {
		tell(grade.Record{Failure: err.Error()})
		return 1
	}
	lang, _ := text.Parse(j.Lang)
	timeout, _ := time.ParseDuration(j.Timeout)
	s := commands.NewSession(commands.NewTable())
	s.Explainer = explain.New(s)
	s.Lang, s.Timeout, s.Color, s.Private = lang, timeout, "never", !p.Shared
	t := repl.NewText(s, os.Stdout, os.Stdout)
	t.Quiet = true
	e := repl.NewEngine(s, printed{t}, sysv.MainThread())
	e.Library, e.Carried, e.Start = carried, scriptNames, startProcess
	e.Programs, e.Dir = true, p.Folder
	e.HandedIn = p.Look
	if p.Shared {
		s.OnMade = func(m commands.Made) { tell(grade.Record{Made: m.String()}) }
		go func() { // as they come, for the play may be ended
			for range time.Tick(25 * time.Millisecond) {
				claim(p, write)
			}
		}()
	}
	lab, err := repl.Parse(s, j.Lab, j.Source)
	if err != nil {
		tell(grade.Record{Failure: text.Of(err, lang)})
		return 1
	}
	p.Begin()
	own, handIn := lab.OwnSolution()
	switch j.Mode {
	case "own":
		handIn = own
	case "handin":
		if _, files, _ := lab.Solution(); len(files) > 0 {
			break
		}
		if sc, err := repl.ParseHandIn(s, j.Name, j.Handed); err != nil {
			tell(grade.Record{Failure: text.F("the hand-in cannot be read: %s", "제출물을 해석할 수 없습니다: %s", err).In(lang)})
		} else {
			handIn = sc
		}
	}
	if err := build(lab.Header, p.Folder); err != nil && j.Mode != "empty" {
		tell(grade.Record{Failure: text.Of(err, lang)})
		for _, t := range lab.Graded(lang) { // a program that came built already is not what was handed in
			tell(grade.Record{Task: &t})
		}
		tell(grade.Record{End: true})
		p.Close()
		return 0
	}
	e.Play(lab, handIn, tell)
	p.Close()
	return 0
}

// growStack gives the goroutine at once the stack that parsing and playing need.
// Doubled each time there is too little, it would be copied again and again.
//
//go:noinline
func growStack() (n int) {
	var frame [28 << 10]byte
	for i := 0; i < len(frame); i += 4 << 10 {
		n += int(frame[i])
	}
	return n
}

// claim tells of the objects in everybody's namespace that processes of this play
// were seen at.
func claim(p *sysv.Player, tell func(grade.Record)) {
	saw := p.Saw()
	for _, o := range commands.Presents() {
		if slices.ContainsFunc(o.Pids, saw) {
			tell(grade.Record{Made: o.String()})
		}
	}
}

// printed shows what a hand-in prints. The rest is in the records.
type printed struct{ *repl.Text }

// Event implements repl.Renderer.
func (p printed) Event(ev *repl.Event) {
	if ev.Fail == nil && ev.Cmd != "task" {
		p.Text.Event(ev)
	}
}
