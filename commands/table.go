// Package commands is what ipcsh can do: the one table of commands, the session
// that they act in, and what they compute.
//
// A command takes evaluated arguments and returns a Result or an error. It never
// prints, and it knows nothing of scripts, lines or renderers: the engine in
// package repl turns results into events. Usage lines, arity, help, the
// reference in the README and the man page are all derived from the table.
package commands

import (
	"fmt"
	"strings"
	"sync"

	"ipcsh/commands/near"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// Family groups the commands that belong together in help.
type Family uint8

// The families, in the order of help.
const (
	KeyFamily Family = iota
	MsgFamily
	ShmFamily
	SemFamily
	ProcessFamily
	LookFamily
	StatementFamily
	LabFamily
	SessionFamily
)

// Families lists the families with their headings.
func Families() []text.Text {
	return []text.Text{
		KeyFamily:       text.New("Keys", "key"),
		MsgFamily:       text.New("Message queues", "메시지 큐"),
		ShmFamily:       text.New("Shared memory", "공유 메모리"),
		SemFamily:       text.New("Semaphores", "세마포어"),
		ProcessFamily:   text.New("Processes", "프로세스"),
		LookFamily:      text.New("Looking around", "살펴보기"),
		StatementFamily: text.New("Statements", "문장"),
		LabFamily:       text.New("Labs", "실습"),
		SessionFamily:   text.New("The session", "세션"),
	}
}

// Kind is what an argument is: how it is read and what fits.
type Kind uint8

// The kinds of arguments.
const (
	Int        Kind = iota // C int
	SemNum                 // C unsigned short: a sem_num
	Long                   // C long
	Size                   // size_t: a negative number is what C makes of it
	Addr                   // an address, or NULL
	Flags                  // flag bits, of Param.Flags
	Cmd                    // a command of a ctl call, one of Param.Cmds
	KeyArg                 // key_t: a handle of ftok, or -2^31 to 2^32-1
	QueueArg               // msqid: a handle, or a number
	SegmentArg             // shmid
	SetArg                 // semid
	MemoryArg              // an attachment, an address from 2^31 on, or a shmid that is attached
	ObjectArg              // a handle of an object, or a number that only one kind has as an id
	ModeArg                // nine permission bits
	UserArg                // uid, or a user's name
	GroupArg               // gid, or a group's name
	Payload                // bytes: text, type:value, $message
	TypeArg                // a C type or declared struct
	SemOps                 // NUM:DELTA[:FLAGS] or {num, op, flags}
	SemValues              // one number, or several with commas between
	Duration               // 100ms, 2s, or {sec, nsec}
	Path                   // a file's name
	Word                   // any word, expanded
	Argument               // of a program: any word, name=value too, expanded
	Name                   // a variable's name
	Setting                // NAME=VALUE
	Raw                    // the rest of the statement, as written
	Literal                // the parameter's name itself stands there
	Block                  // { ... }
)

// Param is one parameter of a command. Its names in lower case are the keywords
// that it can be given by.
type Param struct {
	Name  string   // as the usage line shows it: "MSQID", "SHMID|ADDR"
	Alias []string // further keywords: the C prototype's own name
	Kind  Kind
	Opt   bool // may be left out
	Named bool // given as name=value only
	Many  bool // takes the rest of the words
	Flags *sysv.FlagSet
	Cmds  []sysv.FlagName
	Def   int64 // value where it is left out
}

// Keywords returns the names that the parameter can be given by.
func (p *Param) Keywords() []string {
	return append(strings.Split(strings.ToLower(p.Name), "|"), p.Alias...)
}

// Command is a row of the table.
type Command struct {
	Name    string
	Family  Family
	Summary text.Text
	Params  []Param
	Example string // a statement or a few, run by a test in a new session
	Man     string // the manual page to read further
	Syntax  bool   // a form of the language: the engine runs it, not Run
	Lab     bool   // only a lab says it, never a hand-in
	Starts  bool   // it starts a process, which can be expected to be blocked
	// Prepare compiles the rest of the statement, for a command that takes it as
	// written, into what Run would be.
	Prepare func(s *Session, raw string, pos int) (func(*Call) (*Result, error), error)
	// Run does the command's work. It is nil for Syntax.
	Run func(*Call) (*Result, error)
	// Spell returns the call in C, for events and traces. Commands that are no
	// system call have none.
	Spell func(*Call) string

	doc func() *Doc
}

// Kernel reports whether the command is a call of the kernel's, which sets errno
// and ret.
func (c *Command) Kernel() bool { return c.Spell != nil }

// Usage returns the usage line.
func (c *Command) Usage() string {
	var b strings.Builder
	b.WriteString(c.Name)
	named := false
	for i := range c.Params {
		p := &c.Params[i]
		switch {
		case p.Named && named:
			b.WriteString(" " + p.form())
			continue
		case p.Named:
			b.WriteString(" [" + p.form())
			named = true
			continue
		case named:
			b.WriteString("]")
			named = false
		}
		s := p.form()
		if p.Opt {
			s = "[" + s + "]"
		}
		b.WriteString(" " + s)
	}
	if named {
		b.WriteString("]")
	}
	return b.String()
}

func (p *Param) form() string {
	switch {
	case p.Named:
		return strings.ToLower(p.Name) + "="
	case p.Many:
		return p.Name + "..."
	}
	return p.Name
}

// param finds a parameter by keyword.
func (c *Command) param(keyword string) int {
	for i := range c.Params {
		if p := &c.Params[i]; p.Kind != Literal && p.Kind != Block {
			for _, k := range p.Keywords() {
				if k == keyword {
					return i
				}
			}
		}
	}
	return -1
}

// keywords lists all parameters' first keywords, for suggestions.
func (c *Command) keywords() []string {
	var out []string
	for i := range c.Params {
		out = append(out, c.Params[i].Keywords()...)
	}
	return out
}

// Table is the set of commands, made when the first is asked for.
type Table struct {
	once   sync.Once
	list   []*Command
	byName map[string]*Command
}

// NewTable returns the table of all commands.
func NewTable() *Table { return new(Table) }

func (t *Table) fill() {
	t.byName = make(map[string]*Command, 64)
	for _, family := range [][]*Command{keyCommands(), msgCommands(), shmCommands(), memoryCommands(), semCommands(), stageCommands(), lookCommands(), toolCommands(), statementCommands(), labCommands(), runCommands(), sessionCommands()} {
		for _, c := range family {
			if t.byName[c.Name] != nil {
				panic(fmt.Sprintf("command %s is in the table twice", c.Name))
			}
			t.byName[c.Name] = c
			t.list = append(t.list, c)
		}
	}
	t.documented()
}

// Lookup finds a command by name.
func (t *Table) Lookup(name string) *Command {
	t.once.Do(t.fill)
	return t.byName[name]
}

// Commands returns the commands in the table's order.
func (t *Table) Commands() []*Command {
	t.once.Do(t.fill)
	return t.list
}

// Names lists the commands' names.
func (t *Table) Names() []string {
	names := make([]string, len(t.Commands()))
	for i, c := range t.list {
		names[i] = c.Name
	}
	return names
}

// Near returns the commands whose names are like name.
func (t *Table) Near(name string) []string { return near.Names(name, t.Names()) }

// Head returns the command as its head alone takes arguments: without its blocks.
func (c *Command) Head() *Command {
	h := *c
	h.Params = nil
	for _, p := range c.Params {
		if p.Kind != Block {
			h.Params = append(h.Params, p)
		}
	}
	return &h
}

// TakesBraces reports whether {...} is one argument of the command's: an
// operation of semop, a timespec.
func (c *Command) TakesBraces() bool {
	for i := range c.Params {
		if c.Params[i].Kind.braces() {
			return true
		}
	}
	return false
}

// number reports whether the argument is a number, which C writes as an expression.
func (k Kind) number() bool { return k <= ModeArg || k == SemOps || k == SemValues }

func (k Kind) braces() bool { return k == SemOps || k == SemValues || k == Duration }
