package commands

import (
	"context"
	"strings"

	"ipcsh/commands/near"
	"ipcsh/commands/words"
)

// Binding is a command with its words matched to its parameters: everything that
// can be known before it runs is known, and what is constant is computed.
type Binding struct {
	Cmd  *Command
	call Call
	args []argument // those that are evaluated at each run
	run  func(*Call) (*Result, error)
}

// Bind matches words, which stand in line, to cmd's parameters. What is wrong
// with them whatever the variables hold is a *UsageError here.
func (s *Session) Bind(cmd *Command, line string, ws []words.Word) (*Binding, error) {
	b := &Binding{Cmd: cmd, run: cmd.Run}
	b.call = Call{Session: s, Cmd: cmd, Args: make([]Arg, len(cmd.Params))}
	for i := range cmd.Params {
		b.call.Args[i].I = cmd.Params[i].Def
	}
	given, err := match(cmd, s.joinWords(cmd, line, ws))
	if err != nil {
		return nil, withUsage(err, cmd)
	}
	b.call.given = given
	for i := range cmd.Params {
		if given[i] == nil {
			continue
		}
		if err := b.bindArg(i, line, given[i]); err != nil {
			return nil, withUsage(err, cmd)
		}
	}
	return b, nil
}

// BindRaw binds a command whose argument is the rest of the statement.
func (s *Session) BindRaw(cmd *Command, raw string, pos int) (*Binding, error) {
	b := &Binding{Cmd: cmd}
	b.call = Call{Session: s, Cmd: cmd}
	var err error
	if b.run, err = cmd.Prepare(s, raw, pos); err != nil {
		return nil, withUsage(err, cmd)
	}
	return b, nil
}

func withUsage(err error, cmd *Command) error {
	if ue, ok := err.(*UsageError); ok && ue.Cmd == nil {
		ue.Cmd = cmd
	}
	return err
}

// Run evaluates the arguments and runs the command. want tells that somebody
// looks at the result's fields. The Result is valid until the next Run.
func (b *Binding) Run(ctx context.Context, want bool) (*Result, error) {
	c := &b.call
	c.Ctx, c.Want = ctx, want
	if _, err := b.Eval(); err != nil {
		return nil, err
	}
	res, err := b.run(c)
	if f, ok := err.(*Fault); ok {
		f.Op = b.Cmd.Name
	}
	c.Outcome(b.Cmd, res, err)
	if err != nil {
		return nil, withUsage(err, b.Cmd)
	}
	return res, nil
}

// Eval evaluates the arguments without running anything: for the forms that the
// engine runs itself.
func (b *Binding) Eval() ([]Arg, error) {
	for i := range b.args {
		if err := b.args[i].eval(&b.call); err != nil {
			return nil, withUsage(err, b.Cmd)
		}
	}
	return b.call.Args, nil
}

// Spell returns the call of the last Run in C, or "".
func (b *Binding) Spell() string {
	if b.Cmd.Spell == nil {
		return ""
	}
	return b.Cmd.Spell(&b.call)
}

// Args returns the arguments of the last Run, by the order of the parameters.
func (b *Binding) Args() []Arg { return b.call.Args }

// match gives each parameter its words: positional ones in the order of the
// usage line, keywords wherever they stand.
func match(cmd *Command, ws []words.Word) ([][]words.Word, error) {
	given := make([][]words.Word, len(cmd.Params))
	positional := make([]words.Word, 0, len(ws))
	for _, w := range ws {
		key, value, ok := w.Assignment()
		if !ok || takesAssignments(cmd) {
			positional = append(positional, w)
			continue
		}
		i := cmd.param(key)
		if i < 0 {
			if openPayload(cmd, given, len(positional)) || cmd.takesArguments() {
				positional = append(positional, w)
				continue
			}
			names := near.Names(key, cmd.keywords())
			return nil, usage(w.Pos, w.Pos+len(key), "%s has no parameter %s%s", "%s에는 %s 매개변수가 없습니다%s", cmd.Name, key, Suggest(names))
		}
		if given[i] != nil {
			return nil, twice(w, cmd.Params[i].Keywords()[0])
		}
		given[i] = []words.Word{value}
	}
	if err := place(cmd, given, positional); err != nil {
		return nil, err
	}
	for i := range cmd.Params {
		if p := &cmd.Params[i]; given[i] == nil && !p.Opt && !p.Named {
			return nil, usage(-1, -1, "%s: %s is missing", "%s: %s 인자가 빠졌습니다", cmd.Name, p.Name)
		}
	}
	return given, nil
}

func twice(w words.Word, name string) error {
	return usage(w.Pos, w.End(), "%s is given twice", "%s 인자가 두 번 주어졌습니다", name)
}

// place hands the positional words out. An optional parameter that stands before
// a required one takes a word only if enough remain.
func place(cmd *Command, given [][]words.Word, ws []words.Word) error {
	required := 0
	for i := range cmd.Params {
		if p := &cmd.Params[i]; given[i] == nil && !p.Opt && !p.Named {
			required++
		}
	}
	spare := len(ws) - required
	for i := range cmd.Params {
		p := &cmd.Params[i]
		if p.Named || given[i] != nil || len(ws) == 0 {
			continue
		}
		if p.Many {
			given[i], ws = ws, nil
			continue
		}
		if p.Opt {
			if spare <= 0 {
				continue
			}
			spare--
		}
		given[i], ws = ws[:1:1], ws[1:]
	}
	if len(ws) > 0 {
		return usage(ws[0].Pos, ws[0].End(), "%s takes no further argument %s", "%s에는 인자 %s 자리가 더 없습니다", cmd.Name, Escape(clip(ws[0].Raw)))
	}
	return nil
}

// takesAssignments reports whether name=value words are the command's own words.
func takesAssignments(cmd *Command) bool {
	n := len(cmd.Params)
	return n > 0 && cmd.Params[n-1].Many && (cmd.Params[n-1].Kind == Setting || cmd.Params[n-1].Kind == Word)
}

// takesArguments reports whether an unknown name=value is a word for a program.
func (c *Command) takesArguments() bool {
	for i := range c.Params {
		if c.Params[i].Kind == Argument {
			return true
		}
	}
	return false
}

// openPayload reports whether the next open parameter is a payload, so that an
// unknown name=value is text.
func openPayload(cmd *Command, given [][]words.Word, positional int) bool {
	required := 0
	for i := range cmd.Params {
		p := &cmd.Params[i]
		if p.Named || given[i] != nil {
			continue
		}
		if p.Kind == Payload {
			return positional >= required
		}
		if positional > 0 && !p.Opt {
			positional--
			continue
		}
		if !p.Opt {
			required++
		}
	}
	return false
}

// joinWords puts together what belongs to one argument although blanks stand in
// it: a number's parts around |, and a C initialiser in braces.
func (s *Session) joinWords(cmd *Command, line string, ws []words.Word) []words.Word {
	out := ws[:0:0]
	positional := 0
	for i := 0; i < len(ws); i++ {
		w, j := ws[i], i
		p, value := cmd.paramFor(w, positional)
		if p == nil || value.Raw == w.Raw {
			positional++
		}
		switch {
		case p == nil:
		case p.Kind == TypeArg && value.Raw == "struct" && i+1 < len(ws): // as=struct q_entry
			j++
		case p.Kind.braces() && strings.HasPrefix(value.Raw, "{"):
			for j+1 < len(ws) && !strings.HasSuffix(ws[j].Raw, "}") {
				j++
			}
		case p.Kind.number() || p.Kind == Payload && s.packsNumbers(value):
			for j+1 < len(ws) && (strings.HasPrefix(ws[j+1].Raw, "|") || strings.HasSuffix(ws[j].Raw, "|")) {
				j++
			}
		}
		if j > i {
			raw := line[w.Pos:ws[j].End()]
			w = words.Word{Raw: raw, Pos: w.Pos, Segs: []words.Seg{{Text: raw, Q: words.Bare}}}
			i = j
		}
		out = append(out, w)
	}
	return out
}

// paramFor returns the parameter that a word is most likely for, and the word's
// value: by its keyword, or by how many words stand before it. Optional
// parameters count as given, which is wrong only where none of them is joined.
func (c *Command) paramFor(w words.Word, positional int) (*Param, words.Word) {
	if key, value, ok := w.Assignment(); ok && !takesAssignments(c) {
		if i := c.param(key); i >= 0 {
			return &c.Params[i], value
		}
	}
	for i := range c.Params {
		p := &c.Params[i]
		if p.Named {
			continue
		}
		if positional == 0 || p.Many {
			return p, w
		}
		positional--
	}
	return nil, w
}

// packsNumbers reports whether a payload's prefix is that of numbers.
func (s *Session) packsNumbers(w words.Word) bool {
	if len(w.Segs) == 0 {
		return false
	}
	name, _, ok := s.Structs.Prefix(w.Segs[0].Text)
	return ok && name != "text" && name != "cstr" && name != "hex" && name != "file"
}

// Clip shortens what an error quotes to about most bytes.
func Clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "..."
}

func clip(s string) string { return Clip(s, 40) }
