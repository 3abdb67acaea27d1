package repl

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"time"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/repl/lineedit"
	"ipcsh/sysv"
)

// listener tells at the prompt what processes do while a line is typed.
type listener struct {
	mu   sync.Mutex // held by who uses the session while the other might
	stop chan struct{}
	done chan struct{}
}

// mark is the prompt, with the number of processes that sleep in a call.
func (p *Prompt) mark() string {
	st := p.Engine.stage
	switch {
	case p.step != nil:
		return p.step.mark()
	case st == nil:
		return primary
	}
	n := len(st.blocked())
	if n == 0 {
		return primary
	}
	return text.F("ipcsh (%d blocked)> ", "ipcsh (%d개 잠듦)> ", n).In(p.lang())
}

// readLine reads a line, and tells meanwhile what the processes do.
func (p *Prompt) readLine(mark string) (string, error) {
	p.listen(mark == primary || mark == p.mark())
	defer p.unlisten()
	return p.Lines.ReadLine(mark)
}

func (p *Prompt) listen(first bool) {
	st := p.Engine.stage
	if st == nil || len(st.live) == 0 {
		return
	}
	l := &p.listener
	l.stop, l.done = make(chan struct{}), make(chan struct{})
	go func() {
		defer close(l.done)
		for !l.stopped() { // asked here too, for telling may have taken the wake-up
			if l.news(st); !l.stopped() {
				p.tellNews(st, first)
			}
		}
	}()
}

func (l *listener) stopped() bool {
	select {
	case <-l.stop:
		return true
	default:
		return false
	}
}

func (p *Prompt) unlisten() {
	l := &p.listener
	if l.stop == nil {
		return
	}
	close(l.stop)
	p.Engine.stage.waker.Wake()
	<-l.done
	l.stop = nil
}

// news waits until a process has something to say, or the waker is woken.
func (l *listener) news(st *stage) {
	l.mu.Lock()
	fds := append([]sysv.PollFd(nil), st.pollFds()...)
	l.mu.Unlock()
	var poller sysv.Poller
	poller.Poll(fds, -1)
}

// tellNews shows what came, above the line that is being typed.
func (p *Prompt) tellNews(st *stage, first bool) {
	p.listener.mu.Lock()
	defer p.listener.mu.Unlock()
	e := p.Engine
	shown, ok := e.Out.(*Text)
	if !ok {
		return
	}
	var b bytes.Buffer
	e.Out = shown.onto(&b)
	defer func() { e.Out = shown }()
	st.awaiting = true
	defer func() { st.awaiting = false }()
	st.poll(0)
	for _, q := range st.live {
		if q.background && (q.done != nil || q.dead != nil && q.dead.pending) {
			q.background = false
		}
	}
	for st.calm() != nil && st.leave() {
	}
	e.Out.Flush()
	if b.Len() == 0 {
		return
	}
	p.Above(strings.TrimSuffix(b.String(), "\n"))
	if r, ok := p.Lines.(interface{ Reprompt(string) }); ok && first {
		r.Reprompt(p.mark())
	}
}

// patience is how long the prompt lets a process compute before it is left to itself.
const patience = 300 * time.Millisecond

// calm is settle, but not for longer than a person would notice.
func (st *stage) calm() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	st.watch(ctx)
	return st.settle(ctx)
}

// leave leaves those to themselves that compute on, as & does, and reports whether
// there is one. What they have done so far is told.
func (st *stage) leave() (any bool) {
	for _, p := range st.live {
		if p.call == nil || p.background || p.stopped || p.state != running || p.sleep != nil {
			continue
		}
		for _, ev := range p.events {
			st.show(p, ev)
		}
		p.events = p.events[:0]
		p.background, p.call.direct, p.call.left, any = true, false, true, true
		st.announce(p, p.call, text.New("it runs on by itself, as with &", "&로 실행한 것처럼 혼자 계속 실행합니다"))
	}
	st.holder = nil
	return any
}

// announce tells at the prompt how a block goes on that nobody waits for.
func (st *stage) announce(p *process, r *request, msg text.Text) {
	if !st.e.interactive {
		return
	}
	ev := st.ending(p, r, &outcome{res: &commands.Result{Lines: []string{msg.In(st.e.Session.Lang)}}})
	st.number(ev)
	st.e.emit(ev)
}

// dismiss ends the processes: the person leaves.
func (p *Prompt) dismiss() {
	if st := p.Engine.stage; st != nil {
		st.clear()
	}
}

// processes offers the names of processes.
func (c *completer) processes(word, lead string) {
	if c.s.Stage == nil {
		return
	}
	list, err := c.s.Stage.List()
	if err != nil {
		return
	}
	for _, p := range list {
		if p.Alive {
			c.items = appendItem(c.items, word, lead+p.Name, p.State.In(c.s.Lang))
		}
	}
}

func appendItem(items []lineedit.Item, prefix, name, summary string) []lineedit.Item {
	if strings.HasPrefix(name, prefix) {
		items = append(items, lineedit.Item{Text: name, Summary: summary})
	}
	return items
}

// waitsFor says what a wait at the prompt waits for.
func (st *stage) waitText(targets []*process) *text.Msg {
	end := text.F("Ctrl-C ends the wait", "Ctrl-C로 대기를 끝낼 수 있습니다")
	for _, p := range targets {
		if p.call == nil {
			continue
		}
		if p.stopped {
			return text.F("%s is stopped; kill %s SIGCONT lets it go on. %s", "%s은(는) 정지되어 있습니다. kill %s SIGCONT로 계속하게 합니다. %s", p.name, p.name, end)
		}
		if p.sleep != nil {
			return text.F("%s is %s. %s", "%s: 아직 %s. %s", p.name, commands.BlockedIn(p.sleep.what.Call), end)
		}
		return text.F("%s still runs %s. %s", "%s: %s 실행 중입니다. %s", p.name, shorten(headline(p.call.n.Src)), end)
	}
	return end
}
