package repl

import (
	"bytes"
	"slices"
	"time"

	"github.com/valyala/fastjson"

	"ipcsh/commands"
	"ipcsh/commands/jsonw"
	"ipcsh/commands/text"
)

// What the shell and its processes tell each other, as the shell sees it: a line
// of JSON each. Events have the form of --json, and behind that what makes them
// whole again here.

var messages fastjson.Parser

// parseMessage parses a message. It is good until the next one is parsed.
func parseMessage(b []byte) (*fastjson.Value, error) { return messages.ParseBytes(b) }

// order is the message that has a process run something.
func (st *stage) order(p *process, r *request) []byte {
	rm := r.n.remote
	verbose := st.e.Out.Verbose() || r.n.Expect != nil || r.n.Assign != nil
	r.depth = st.e.depth
	if rm.block {
		r.depth++
	}
	h := orderHead{file: r.sc.File, line: int(r.n.Line) + rm.line, depth: r.depth,
		show: verbose && !rm.silent(), step: st.others(p), changes: st.e.interactive}
	if rm.head == nil || rm.headOf != h { // in a loop it is the same every time
		b := append(rm.head[:0], '{')
		b = jsonw.Text(jsonw.Text(b, "run", rm.src), "file", h.file)
		b = jsonw.Int(jsonw.Int(b, "line", int64(h.line)), "skip", int64(rm.skip))
		b = jsonw.Int(jsonw.Bool(b, "block", rm.block), "depth", int64(h.depth))
		b = jsonw.Bool(b, "free", rm.background)
		b = jsonw.Bool(jsonw.Bool(b, "show", h.show), "step", h.step)
		rm.head, rm.headOf = jsonw.Bool(b, "changes", h.changes), h
	}
	b := append(st.msg[:0], rm.head...)
	st.noted = append(st.noted, st.e.Session.NotedNow()...)
	if p.noted < len(st.noted) {
		b = jsonw.Strings(jsonw.Name(b, "noted"), st.noted[p.noted:])
		p.noted = len(st.noted)
	}
	b = st.appendState(b, p, rm)
	st.msg = append(b, '}', '\n')
	return st.msg
}

// orderHead is what an order begins with, beside the statement itself.
type orderHead struct {
	file                string
	line, depth         int
	show, step, changes bool
}

// appendState appends what of the session a process is to take over, unless it has
// it from the last request.
func (st *stage) appendState(b []byte, p *process, rm *Remote) []byte {
	before := len(b)
	b = jsonw.Name(b, "state")
	start := len(b)
	b = st.e.Session.AppendState(b, rm.names())
	state := b[start:]
	if len(p.told) > 0 && bytes.Equal(state, p.told) {
		b = b[:before]
	} else {
		p.told = append(p.told[:0], state...)
	}
	// What memory is depends on what is attached there, and some commands change
	// what was taken over.
	if rm.alters || bytes.Contains(p.told, []byte(`"at":[`)) {
		p.told = p.told[:0]
	}
	return b
}

// names reports which variables a piece of source may mean, by its words.
func (rm *Remote) names() func(string) bool {
	if rm.uses == nil {
		rm.uses = map[string]bool{}
		start := -1
		for i := 0; i <= len(rm.src); i++ {
			letter := i < len(rm.src) && (rm.src[i] == '_' || rm.src[i] >= '0' && rm.src[i] <= '9' || rm.src[i]|0x20 >= 'a' && rm.src[i]|0x20 <= 'z')
			switch {
			case letter && start < 0:
				start = i
			case !letter && start >= 0:
				rm.uses[rm.src[start:i]] = true
				start = -1
			}
		}
		for _, name := range [...]string{"set", "unset", "struct", "source", "reset"} {
			rm.alters = rm.alters || rm.uses[name]
		}
	}
	return func(name string) bool { return rm.uses[name] && name != "errno" && name != "ret" }
}

// others reports whether the call of another process is outstanding, so that a
// statement of p may wake it.
func (st *stage) others(p *process) bool {
	for _, q := range st.live {
		if q != p && q.call != nil && !q.background && q.state != ended {
			return true
		}
	}
	return false
}

// goAhead is the message that lets a block go on with its next statement.
func (st *stage) goAhead(p *process) []byte {
	b := jsonw.Int(append(st.msg[:0], '{'), "go", 1)
	b = jsonw.Bool(b, "step", st.others(p))
	st.msg = append(b, '}', '\n')
	return st.msg
}

// receive takes a message of a process.
func (st *stage) receive(p *process, msg []byte) error {
	v, err := parseMessage(msg)
	if err != nil {
		return text.F("process %s sent what cannot be read: %s", "프로세스 %s이(가) 읽을 수 없는 것을 보냈습니다: %s", p.name, err)
	}
	switch {
	case v.Exists("seq"):
		return st.takeEvent(p, v)
	case v.Exists("pause"):
		p.state = paused
	case v.Exists("ask"):
		p.ask, err = st.readQuestion(v)
		p.state = asking
		return err
	case v.Exists("vars"):
		return st.update(p, v)
	case v.Exists("nap"):
		nap := time.Duration(v.GetInt64("nap"))
		p.slept += nap
		st.napped += nap
	case v.Exists("exit"):
		p.dead = &death{asked: true, code: v.GetInt("exit")}
	case v.Exists("inherited"):
		p.inherited = true
		if v.Exists("error") {
			p.refused = st.e.Session.ReadError(v.Get("error"))
		}
	case v.Exists("done"):
		return st.done(p, v)
	}
	return nil
}

// takeEvent takes an event. That of a call that slept is its end.
func (st *stage) takeEvent(p *process, v *fastjson.Value) error {
	ev, err := st.decode(p, v)
	if err != nil {
		return err
	}
	if ev.Status == "blocked" {
		z := readSleep(v)
		ev.In = z.Call
		p.sleep = &sleeping{ev: ev, what: z, since: ev.Start}
		return nil
	}
	if p.sleep != nil {
		ev.Of, p.reported = p.reported, 0
		p.expired = p.sleep.what.Timed && ev.Errno == "EAGAIN" && ev.Of != 0
		p.sleep, p.mustWake = nil, false
		if p.state == asleep {
			p.state = running
		}
	}
	if ev.Cmd != narrationCmd {
		p.last, p.shown = ev, false
	}
	if r := p.call; r == nil || !r.n.remote.block || (st.shows(ev) && !p.background && !r.n.remote.silent()) || st.speaks(ev) {
		p.events = append(p.events, ev)
	}
	return nil
}

// decode makes an event of a message. It goes over the members once: to look for
// each of them by name would take longer.
func (st *stage) decode(p *process, v *fastjson.Value) (*Event, error) {
	s := st.e.Session
	ev := &Event{Proc: p.name, Pid: p.worker.Pid()}
	if r := p.call; r != nil {
		ev.Inner = r.n.remote.block
		ev.File = r.sc.File
	}
	var src []byte
	var noted []*text.Msg
	var keys []*fastjson.Value
	var err error
	v.GetObject().Visit(func(key []byte, v *fastjson.Value) {
		if err != nil {
			return
		}
		switch string(key) {
		case "file":
			ev.File = known(v, ev.File)
		case "line":
			ev.Line = v.GetInt()
		case "cmd":
			if c := s.Table.Lookup(string(v.GetStringBytes())); c != nil { // which makes no new string
				ev.Cmd = c.Name
			} else {
				ev.Cmd = string(v.GetStringBytes())
			}
		case "call":
			ev.Call = string(v.GetStringBytes())
		case "status":
			ev.Status = known(v, "ok")
		case "ret":
			ev.Ret = v.GetInt64()
		case "errno":
			ev.Errno = string(v.GetStringBytes())
		case "met":
			met := v.GetBool()
			ev.Met = &met
			if met {
				st.e.sum.Checks++
			}
		case "start":
			ev.Start = v.GetInt64()
		case "end":
			ev.End = v.GetInt64()
		case "depth":
			ev.Depth = v.GetInt()
		case "src":
			src = v.GetStringBytes()
		case "w":
			ev.Result, err = s.ReadResult(v)
		case "err":
			ev.Err = s.ReadError(v)
		case "explained":
			ev.Why, err = commands.ReadExplanation(v)
		case "change":
			ev.Change, err = commands.ReadText(v)
		case "noted":
			noted, err = commands.ReadMessages(v)
		case "keys":
			keys = v.GetArray()
		}
	})
	if err != nil {
		return nil, err
	}
	if src != nil {
		ev.Stmt = &Statement{Src: string(src), Cmd: s.Table.Lookup(ev.Cmd)}
	}
	ev.Notes = st.unknown(noted, keys)
	return ev, nil
}

// known returns a text, as the string that is here already if it is that.
func known(v *fastjson.Value, here string) string {
	if b := v.GetStringBytes(); b != nil && string(b) != here {
		return string(b)
	}
	return here
}

// unknown leaves those notes out that another process has shown meanwhile. The
// keys are those of the last of them.
func (st *stage) unknown(notes []*text.Msg, keys []*fastjson.Value) []*text.Msg {
	if len(keys) > len(notes) {
		return notes
	}
	first := len(notes) - len(keys)
	out := notes[:first:first]
	for i, k := range keys {
		if key := string(k.GetStringBytes()); !slices.Contains(st.noted, key) {
			st.noted = append(st.noted, key)
			st.e.Session.Noted([]string{key})
			out = append(out, notes[first+i])
		}
	}
	return out
}

// done takes the end of a request.
func (st *stage) done(p *process, v *fastjson.Value) error {
	out := &outcome{ev: p.last}
	s := st.e.Session
	switch {
	case v.Exists("error"):
		p.told = p.told[:0] // it may not have been taken over
		out.err = s.ReadError(v.Get("error"))
		if at := v.Get("place"); at != nil {
			out.err = &Error{File: textOf(at.Get("file")), Line: at.GetInt("line"), Text: string(at.GetStringBytes("text")),
				Pos: at.GetInt("pos"), End: at.GetInt("end"), At: at.GetInt("at"), Err: out.err}
		}
	case v.Exists("w"):
		var err error
		if out.res, err = s.ReadResult(v.Get("w")); err != nil {
			return err
		}
	case p.last != nil && p.last.Result != nil && !p.call.n.remote.block:
		out.res = p.last.Result
	}
	if out.err == nil && out.res == nil {
		out.res = &commands.Result{}
	}
	p.done, p.state = out, idle
	return nil
}

// update takes over what a process assigned, and the objects that it made or
// removed, which the session answers for.
func (st *stage) update(p *process, v *fastjson.Value) error {
	s := st.e.Session
	var failed error
	v.GetObject("vars").Visit(func(key []byte, v *fastjson.Value) {
		val, err := s.ReadValue(v)
		if err != nil {
			failed = err
			return
		}
		p.vars[string(key)] = val
	})
	if p.private {
		return failed
	}
	for _, m := range v.GetArray("made") {
		s.TakeOver(commands.MadeChange{Made: commands.Made{Kind: commands.ObjectKind(m.GetInt("kind")), ID: m.GetInt64("id")}, Gone: m.GetBool("gone"), Kept: m.GetBool("kept")})
	}
	return failed
}

// inherit has a new process attach what its parent has attached.
func (st *stage) inherit(p *process, attachments []byte) error {
	b := append(jsonw.Name(append(st.msg[:0], '{'), "inherit"), attachments...)
	b = append(jsonw.Name(append(jsonw.Name(b, "state"), '{'), "vars"), '{')
	for name, v := range p.vars {
		b = commands.AppendValue(jsonw.Name(b, name), v)
	}
	st.msg = append(b, '}', '}', '}', '\n')
	if err := st.write(p, st.msg); err != nil {
		return err
	}
	for p.inherited = false; !p.inherited; {
		if _, err := st.poll(tick); err != nil {
			return err
		}
		if p.state == ended {
			return text.F("process %s ended as it started", "프로세스 %s이(가) 시작하자마자 끝났습니다", p.name)
		}
	}
	err := p.refused
	p.refused = nil
	return err
}
