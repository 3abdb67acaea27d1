package commands

import (
	"strings"
	"testing"

	"ipcsh/commands/text"
)

// TestManuals finds a manual without a command, a command without a manual, and
// in each a parameter, flag or command of the table that is missing, surplus or
// in the wrong order.
func TestManuals(t *testing.T) {
	table := NewTable()
	seen := map[string]bool{}
	for _, docs := range [][]docEntry{keyDocs[:], msgDocs[:], shmDocs[:], semDocs[:], stageDocs[:], lookDocs[:], langDocs[:], labDocs[:], runDocs[:]} {
		for _, d := range docs {
			if table.Lookup(d.name) == nil || seen[d.name] {
				t.Errorf("a manual of %s, which is no command, or the second one", d.name)
			}
			seen[d.name] = true
		}
	}
	for _, c := range table.Commands() {
		if !seen[c.Name] {
			t.Errorf("%s has no manual: see doc_*.go", c.Name)
			continue
		}
		checkManual(t, c)
	}
}

func checkManual(t *testing.T, c *Command) {
	d := c.Manual()
	var params, flags, cmds []string
	for i := range c.Params {
		p := &c.Params[i]
		if p.Kind != Literal {
			params = append(params, p.Name)
		}
		if p.Flags != nil {
			for _, f := range p.Flags.Names {
				flags = append(flags, f.Name)
			}
		}
		if p.Kind == SemOps {
			flags = []string{"IPC_NOWAIT", "SEM_UNDO"}
		}
		for _, n := range p.Cmds {
			cmds = append(cmds, n.Name)
		}
	}
	same(t, c.Name+": parameters", d.Params, params)
	same(t, c.Name+": flags", d.Flags, flags)
	same(t, c.Name+": commands", d.Cmds, cmds)
	for _, l := range [][]Entry{d.Params, d.Flags, d.Cmds, d.Errnos, d.Fields} {
		names := map[string]bool{}
		for _, e := range l {
			if e.Text.En == "" || e.Text.Ko == "" || names[e.Name] {
				t.Errorf("%s: %s has no text, or stands there twice", c.Name, e.Name)
			}
			names[e.Name] = true
		}
	}
	for i, e := range d.Errnos {
		if i > 0 && e.Name < d.Errnos[i-1].Name {
			t.Errorf("%s: %s is out of order", c.Name, e.Name)
		}
		for _, l := range []text.Lang{text.En, text.Ko} {
			if len(Columns([]Entry{e}, l)) > 1 {
				t.Errorf("%s: %s is longer than a line: %s", c.Name, e.Name, e.Text.In(l))
			}
		}
	}
	if c.Kernel() && (d.Proto == "" || d.Returns.En == "" || len(d.Errnos) == 0 || c.Man == "") {
		t.Errorf("%s: a call needs a prototype, a return value, errnos and a manual page", c.Name)
	}
}

func same(t *testing.T, what string, entries []Entry, want []string) {
	t.Helper()
	var got []string
	for _, e := range entries {
		got = append(got, e.Name)
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("%s: %q, the table has %q", what, got, want)
	}
}
