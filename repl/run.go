package repl

import (
	"errors"
	"strings"

	"ipcsh/commands"
	"ipcsh/commands/text"
)

// Options say how a script is replayed.
type Options struct {
	Keep    bool // leave the objects that it made
	Summary bool // end with a summary
	// Signals arms what turns signals into Engine.Interrupt, once there is
	// something to run: it costs a tenth of the program's start.
	Signals func(*Engine) (stop func())
}

// Replay parses a script whole and runs it. Then it removes what the script
// made, whatever ended it. The error has been shown.
func (e *Engine) Replay(file, src string, o Options) error {
	sc, err := Parse(e.Session, file, src)
	if err != nil {
		e.Show(file, err)
		return err
	}
	if o.Signals != nil && len(sc.Nodes) > 0 {
		defer o.Signals(e)()
	}
	err = e.Run(sc)
	if errors.Is(err, errQuit) {
		err = nil
	}
	if err == nil {
		err = e.tasksFailed()
	}
	if e.interrupted.Load() != 0 && err == nil {
		err = &Interrupted{int(e.interrupted.Load())}
	}
	var in *Interrupted
	if errors.As(err, &in) {
		e.Show(file, err)
	}
	return e.Finish(file, err, o)
}

// Finish ends the processes, removes what the session made and shows the summary.
func (e *Engine) Finish(file string, err error, o Options) error {
	sum, err := e.close(file, err, o.Keep)
	if o.Summary {
		ev := e.plain(file, summaryCmd)
		ev.Sum = &sum
		if err != nil {
			ev.Status = "error"
		}
		e.emit(ev)
	}
	if ferr := e.Out.Flush(); ferr != nil && err == nil {
		err = ferr
	}
	return err
}

// close ends the processes and removes what the session made, and returns how the
// script ended.
func (e *Engine) close(file string, err error, keep bool) (Summary, error) {
	if e.stage != nil {
		err = e.curtain(err)
	}
	sum := e.sum
	sum.Failed = err
	if keep {
		sum.Kept = e.Session.Made()
	} else {
		var failed error
		sum.Removed, failed = e.Session.RemoveMade()
		sum.Kept = e.Session.Made()
		if failed != nil && err == nil {
			err = failed
			e.Show(file, err)
		}
	}
	return sum, err
}

// Show makes an event of an error that belongs to no statement.
func (e *Engine) Show(file string, err error) {
	ev := e.plain(file, "")
	ev.Status, ev.Ret, ev.Err, ev.Fail = "error", -1, err, err
	var placed *Error
	if errors.As(err, &placed) {
		ev.File, ev.Line = placed.File, placed.Line
	}
	e.emit(ev)
	e.Out.Flush()
}

// Note shows something to know that is no failure.
func (e *Engine) Note(file string, note *text.Msg) {
	if !e.Out.Verbose() {
		return
	}
	ev := e.plain(file, noteCmd)
	ev.Notes = []*text.Msg{note}
	e.emit(ev)
}

// plain begins an event that belongs to no statement.
func (e *Engine) plain(file, cmd string) *Event {
	e.seq++
	now := monotonic()
	return &Event{Seq: e.seq, File: file, Proc: mainProcess, Pid: e.Pid, Cmd: cmd, Status: "ok", Start: now, End: now}
}

// madeNames words a list of objects: "msqid 0, shmid 3".
func madeNames(list []commands.Made) string {
	names := make([]string, len(list))
	for i, m := range list {
		names[i] = m.String()
	}
	return strings.Join(names, ", ")
}
