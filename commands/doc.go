package commands

import "ipcsh/commands/text"

// Doc is a command's manual: what help and the pages of errnos say of it. It is
// made when somebody asks, so that starting costs nothing.
type Doc struct {
	Proto    string   // in C
	Includes []string // the headers that declare it
	Alias    bool     // a name of ours for a call that has its own entry: pages of errnos leave it out
	Params   []Entry  // by Param.Name
	Flags    []Entry  // by FlagSet.Names
	Cmds     []Entry  // by Param.Cmds
	Returns  text.Text
	Errnos   []Entry // SIGSEGV is one
	Fields   []Entry // of the result; a name may be several with blanks between
}

// Entry is one line of a manual.
type Entry struct {
	Name string
	Text text.Text
}

// docEntry names the manual of a command.
type docEntry struct {
	name string
	doc  func() *Doc
}

// Manual returns what there is to know of the command.
func (c *Command) Manual() *Doc {
	if c.doc == nil {
		return &Doc{}
	}
	return c.doc()
}

// documented gives the commands their manuals, by name.
func (t *Table) documented() {
	for _, docs := range [][]docEntry{keyDocs[:], msgDocs[:], shmDocs[:], semDocs[:], stageDocs[:], lookDocs[:], langDocs[:], labDocs[:], runDocs[:]} {
		for _, d := range docs {
			if c := t.byName[d.name]; c != nil {
				c.doc = d.doc
			}
		}
	}
}

// pick returns the entries of these names, in this order.
func pick(list []Entry, names ...string) []Entry {
	var out []Entry
	for _, name := range names {
		for _, e := range list {
			if e.Name == name {
				out = append(out, e)
			}
		}
	}
	return out
}

// Errno returns what an errno means for the command; ok tells whether it can
// fail with it at all.
func (d *Doc) Errno(name string) (t text.Text, ok bool) {
	for _, e := range d.Errnos {
		if e.Name == name {
			return e.Text, true
		}
	}
	return t, false
}

// ReceiveSize returns the msgsz of a msgrcv, or of a peek: for programs in C.
func (c *Call) ReceiveSize() uint {
	if c.Cmd.Name == "peek" {
		return c.maxMessage()
	}
	return receiveSize(c)
}

// Snapshot returns a copy of the call that later runs of the statement leave as
// it is.
func (c *Call) Snapshot() *Call {
	s := *c
	s.Args = append([]Arg(nil), c.Args...)
	for i := range s.Args {
		a := &s.Args[i]
		a.B, a.L = append([]byte(nil), a.B...), append([]string(nil), a.L...)
		a.Nums, a.Ops = append([]int64(nil), a.Nums...), append(a.Ops[:0:0], a.Ops...)
	}
	return &s
}
