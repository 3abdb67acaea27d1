package repl

import (
	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/commands/words"
)

// form is what kind of statement it is.
type form uint8

const (
	simple form = iota
	comment
	repeatForm
	whileForm
	ifForm
	breakForm
	sourceForm
	quitForm
	exitForm
	watchForm
	stepForm
	remoteForm // @process
	taskForm
	solutionForm
)

// Statement is one parsed statement. Lines of equal text share theirs, so
// nothing in it tells which line it is from.
type Statement struct {
	form   form
	Text   string // the line it stands in
	Pos    int    // where in Text
	Src    string // the statement as typed
	Cmd    *commands.Command
	Assign *commands.Var // name = ...
	Expect *Expectation
	bind   *commands.Binding
	check  bool // an assert
	asks   bool // predict: where it is stepped through, the person says first how it ends
	call   int  // where in Text begins what is run, behind predict and expect
	span   int  // lines of the file that a block goes on for

	cond       func(*commands.Session) (bool, error) // of if and while, when it is no command
	command    *Statement                            // of if and while, when it is one
	count      *commands.Binding                     // of repeat
	counter    *commands.Var
	Body, Else []Node

	remote *Remote // what stands behind @process
	task   *Task
	file   *File // of a solution that is a program
	last   int   // the line of the } of a task or a solution

	lang   text.Lang // of a comment
	anyone bool      // a comment in no particular language
	breaks []int     // where in Text further lines of the file begin
}

// Node is a statement at its place in a script.
type Node struct {
	*Statement
	Line int32
}

// line returns the line of the file in which offset pos of the statement's text
// stands.
func (n Node) line(pos int) int {
	l := int(n.Line)
	for _, b := range n.breaks {
		if pos >= b {
			l++
		}
	}
	return l
}

// Script is a parsed file.
type Script struct {
	File   string
	Header Header
	Nodes  []Node
	role   role
}

// Remote is what is sent to a process: a statement, or a block.
type Remote struct {
	Name       words.Word // as typed, without the @
	block      bool
	background bool   // &: left out of settling
	src        string // the lines of the file that hold it, up to its end
	skip       int    // where in src it begins
	line       int    // the line that src begins in, counted from that of the statement
	uses       map[string]bool
	head       []byte // of the last order
	headOf     orderHead
	alters     bool // it may change settings, variables or structs other than by assignment
}

// Expectation is what stands behind expect.
type Expectation struct {
	Pos, End int
	State    string   // blocked or deadlock; "" otherwise
	Errnos   []string // one of them must be the failure; none: the call must succeed
	Fields   []FieldCondition
}

// The states that can be expected in place of an outcome.
const (
	stateBlocked  = "blocked"
	stateDeadlock = "deadlock"
)

// FieldCondition is name=value behind expect.
type FieldCondition struct {
	Name  string
	Value words.Word
}
