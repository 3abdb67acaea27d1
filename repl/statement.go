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

	cond       func(*commands.Session) (bool, error) // of if and while, when it is no command
	command    *Statement                            // of if and while, when it is one
	count      *commands.Binding                     // of repeat
	counter    *commands.Var
	Body, Else []Node

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
}

// Expectation is what stands behind expect.
type Expectation struct {
	Pos, End int
	Errnos   []string // one of them must be the failure; none: the call must succeed
	Fields   []FieldCondition
}

// FieldCondition is name=value behind expect.
type FieldCondition struct {
	Name  string
	Value words.Word
}
