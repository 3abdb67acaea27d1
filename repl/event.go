package repl

import (
	"errors"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// Event is one thing that happened. All that a person or a program sees is drawn
// from events.
type Event struct {
	Seq        int
	File       string
	Line       int
	Proc       string // the process it happened in; main is the shell itself
	Pid        int
	Cmd        string // the command's name, or one of the names below
	Call       string // the call in C
	Status     string // ok, error, blocked; of a process that ended exited or signaled
	Of         int    // seq of the event that said this call is blocked
	Ret        int64
	Errno      string // of the call itself, expected or not
	Met        *bool  // whether an expectation held
	Start, End int64  // monotonic nanoseconds

	Stmt   *Statement
	Depth  int              // blocks around the statement
	In     string           // of a blocked call: what it sleeps in, in short
	Inner  bool             // of a statement in a process's block
	Result *commands.Result // nil if the call failed
	Err    error            // of the call itself
	Fail   error            // what ends the script; nil where the failure was expected
	Notes  []*text.Msg      // things to know that are no failure
	Change *text.Msg        // what the call changed in the kernel, at the prompt
	Why    *commands.Explanation
	Sum    *Summary // of the last event
}

// The names of events that are no command's.
const mainProcess = "main" // the shell's own name among the processes

const (
	narrationCmd = "#"
	noteCmd      = "note"
	outputCmd    = "output" // what a foreign program wrote
	summaryCmd   = "summary"
)

// Summary is how a script ended.
type Summary struct {
	Statements int
	Checks     int      // expectations and assertions that held
	Blocked    []string // processes that slept in a call to the end
	Removed    []commands.Made
	Kept       []commands.Made
	Failed     error

	Tasks, Passed     int // of a lab
	Points, MaxPoints float64
}

// Renderer shows events. Flush is called before the shell waits for something.
type Renderer interface {
	Event(*Event)
	Flush() error
	// Err returns the first error of writing: nobody reads any more.
	Err() error
	// Verbose reports whether a statement that went well is shown at all: where it
	// is not, its event is not made.
	Verbose() bool
}

// monotonic is the clock of events. All processes of a session share it.
func monotonic() int64 { return sysv.Monotonic() }

// outcome fills in how a call ended.
func (ev *Event) outcome(res *commands.Result, err error) {
	ev.Status = "ok"
	if err == nil {
		ev.Result, ev.Ret = res, res.Ret
		return
	}
	ev.Status, ev.Err, ev.Ret = "error", err, -1
	ev.Errno = commands.ErrnoOf(err)
}

// ended words how a process ended.
func (ev *Event) ended() *text.Msg {
	var sig *commands.Signaled
	if errors.As(ev.Err, &sig) {
		return text.F("ended by %s (%d)", "%s(%d)로 종료됨", sysv.SignalName(sig.Sig), int(sig.Sig))
	}
	code, _ := ev.Result.Field("exit")
	return text.F("exited with %s", "상태 %s(으)로 종료됨", code.Show())
}

// locate gives an error the place of its statement, if it has none yet.
func locate(err error, file string, n Node) error {
	var placed *Error
	var in *Interrupted
	if err == nil || errors.As(err, &placed) || errors.As(err, &in) || errors.Is(err, errBreak) || errors.Is(err, errQuit) {
		return err
	}
	e := &Error{File: file, Line: int(n.Line), Pos: -1, Err: err}
	pos := n.Pos
	var ue *commands.UsageError
	if errors.As(err, &ue) && ue.Pos >= 0 {
		pos, e.Pos, e.End = ue.Pos, ue.Pos, ue.End
	}
	e.Line = n.line(pos)
	start, end := 0, len(n.Text)
	for _, b := range n.breaks {
		if b <= pos {
			start = b
		} else {
			end = b
			break
		}
	}
	for start < end && n.Text[end-1] == '\n' {
		end--
	}
	e.Text = n.Text[start:end]
	e.At = max(0, n.Pos-start)
	if e.Pos >= 0 {
		e.Pos -= start
		e.End = min(max(e.End-start, e.Pos), len(e.Text))
	}
	return e
}
