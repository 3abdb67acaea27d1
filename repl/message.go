package repl

import (
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
	b := append(st.msg[:0], '{')
	b = jsonw.Text(jsonw.Text(b, "run", rm.src), "file", r.sc.File)
	b = jsonw.Int(jsonw.Int(b, "line", int64(r.n.Line)+int64(rm.line)), "skip", int64(rm.skip))
	b = jsonw.Int(jsonw.Bool(b, "block", rm.block), "depth", int64(r.depth))
	b = jsonw.Bool(b, "free", rm.background)
	b = jsonw.Bool(jsonw.Bool(b, "show", verbose && !(rm.block && rm.background)), "step", st.others(p))
	b = jsonw.Bool(b, "changes", st.e.interactive)
	st.noted = append(st.noted, st.e.Session.NotedNow()...)
	if p.noted < len(st.noted) {
		b = jsonw.Strings(jsonw.Name(b, "noted"), st.noted[p.noted:])
		p.noted = len(st.noted)
	}
	b = st.e.Session.AppendState(jsonw.Name(b, "state"), rm.names())
	st.msg = append(b, '}', '\n')
	return st.msg
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
		return st.event1(p, v)
	case v.Exists("pause"):
		p.state = paused
	case v.Exists("ask"):
		p.ask, err = st.readQuestion(v)
		p.state = asking
		return err
	case v.Exists("vars"):
		return st.update(p, v)
	case v.Exists("nap"):
		p.slept += time.Duration(v.GetInt64("nap"))
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

// event1 takes an event. That of a call that slept is its end.
func (st *stage) event1(p *process, v *fastjson.Value) error {
	ev, err := st.decode(p, v)
	if err != nil {
		return err
	}
	if ev.Status == "blocked" {
		z := commands.Sleep{Kind: commands.ObjectKind(v.GetInt("kind")), ID: v.GetInt64("id"), Call: string(v.GetStringBytes("in")), Timed: v.GetBool("timed")}
		for _, n := range v.GetArray("sems") {
			z.Sems = append(z.Sems, n.GetInt64())
		}
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
	if r := p.call; r == nil || !r.n.remote.block || (st.shows(ev) && !p.background) || st.speaks(ev) {
		p.events = append(p.events, ev)
	}
	return nil
}

// decode makes an event of a message.
func (st *stage) decode(p *process, v *fastjson.Value) (*Event, error) {
	s := st.e.Session
	ev := &Event{File: string(v.GetStringBytes("file")), Line: v.GetInt("line"), Proc: p.name, Pid: p.worker.Pid(),
		Cmd: string(v.GetStringBytes("cmd")), Call: string(v.GetStringBytes("call")), Status: string(v.GetStringBytes("status")),
		Ret: v.GetInt64("ret"), Errno: string(v.GetStringBytes("errno")), Start: v.GetInt64("start"), End: v.GetInt64("end"), Depth: v.GetInt("depth")}
	if v.Exists("met") {
		met := v.GetBool("met")
		ev.Met = &met
		if met {
			st.e.sum.Checks++
		}
	}
	if v.Exists("src") {
		ev.Stmt = &Statement{Src: string(v.GetStringBytes("src")), Cmd: s.Table.Lookup(ev.Cmd)}
	}
	ev.Inner = p.call != nil && p.call.n.remote.block
	var err error
	if w := v.Get("w"); w != nil {
		if ev.Result, err = s.ReadResult(w); err != nil {
			return nil, err
		}
	}
	if w := v.Get("err"); w != nil {
		ev.Err = s.ReadError(w)
	}
	if w := v.Get("explained"); w != nil {
		if ev.Why, err = commands.ReadExplanation(w); err != nil {
			return nil, err
		}
	}
	if ev.Change, err = commands.ReadText(v.Get("change")); err != nil {
		return nil, err
	}
	noted, err := commands.ReadMessages(v.Get("noted"))
	if err != nil {
		return nil, err
	}
	ev.Notes = st.unknown(noted, v.GetArray("keys"))
	return ev, nil
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
		out.err = s.ReadError(v.Get("error"))
		if at := v.Get("place"); at != nil {
			out.err = &Error{File: string(at.GetStringBytes("file")), Line: at.GetInt("line"), Text: string(at.GetStringBytes("text")),
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
		s.TakeOver(commands.MadeChange{Made: commands.Made{Kind: commands.ObjectKind(m.GetInt("kind")), ID: m.GetInt64("id")}, Gone: m.GetBool("gone")})
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
