package lineedit

import "slices"

// session is the editing of one line: the text, what of history is seen, and a
// search. It is used by the goroutine that takes keys alone.
type session struct {
	line   line
	recall recall
	search *search
	query  []rune // of the last search
}

func (s *session) begin(start string) {
	s.line.text, s.line.pos = []rune(start), len([]rune(start))
	s.recall, s.search = recall{}, nil
}

// press does what a key says; it is called for each but those that end a line.
func (e *Editor) press(text []rune, pos int, k key) ([]rune, int) {
	l := &e.line
	l.text, l.pos = text, pos
	if e.search == nil || !e.searchKey(k) {
		e.do(k)
	}
	e.show()
	return slices.Clone(l.text), l.pos
}

// do does what a key says when no search is on.
func (e *Editor) do(k key) {
	l := &e.line
	moving := e.recall.moving
	e.recall.moving = false
	switch k.code {
	case keyText:
		l.insert(k.text)
	case keyEOF: // readline has deleted one character; what combined with it goes too
		for l.pos < len(l.text) && combines(l.text[l.pos]) {
			l.replace(l.pos, l.pos+1, nil)
		}
	case keyUp:
		if moving || !l.up() {
			e.step(-1)
		}
	case keyDown:
		if moving || !l.down() {
			e.step(1)
		}
	case keyFirst:
		e.lines()
		e.step(-e.recall.at)
	case keyLast:
		e.step(len(e.lines()) - e.recall.at)
	case keySearch:
		e.beginSearch()
	case keyComplete:
		e.complete()
	case keyClear:
		e.mu.Lock()
		e.screen.wipe()
		e.mu.Unlock()
	case keySuspend:
		e.suspend()
	default:
		if !l.edit(k.code) && k.code != keyEscape {
			e.ring()
		}
	}
}

// show brings the screen up to date with the session.
func (e *Editor) show() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.view.prompt = e.prompt
	if e.search != nil {
		e.view.prompt = promptCells(e.search.prompt(e.cfg.Search), false)
	}
	e.view.text = append(e.view.text[:0], e.line.text...)
	e.view.pos = e.line.pos
	if e.active {
		e.draw()
	}
}

func (e *Editor) ring() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.bell()
}

// suspend stops the process and goes on with the line when it is continued.
func (e *Editor) suspend() {
	if e.cfg.Suspend == nil {
		e.ring()
		return
	}
	e.mu.Lock()
	e.view.pos = len(e.view.text)
	e.draw()
	e.screen.buf = append(e.screen.buf, pasteOff+"\r\n"...)
	e.screen.flush()
	e.active = false
	e.tty.leave()
	e.mu.Unlock()
	e.cfg.Suspend()
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed.Load() || e.tty.enter() != nil {
		return // the next read says so
	}
	e.screen.buf = append(e.screen.buf, pasteOn...)
	e.screen.begin(e.size())
	e.active = true
}

// recall is the walk through history. What was edited on the way stays as long
// as the line is read.
type recall struct {
	lines  []string // read when first needed
	loaded bool
	at     int // len(lines) is the line being typed
	edited map[int][]rune
	moving bool // the last key moved through history
}

// lines returns the history of this line's walk.
func (e *Editor) lines() []string {
	r := &e.recall
	if !r.loaded {
		r.loaded = true
		if e.cfg.History != nil {
			r.lines = e.cfg.History.Lines()
		}
		r.at, r.edited = len(r.lines), map[int][]rune{}
	}
	return r.lines
}

// step moves through the history.
func (e *Editor) step(by int) {
	lines, r := e.lines(), &e.recall
	to := r.at + by
	if to < 0 || to > len(lines) {
		e.ring()
		r.moving = true
		return
	}
	r.edited[r.at] = slices.Clone(e.line.text)
	text, ok := r.edited[to]
	if !ok {
		text = clean([]byte(lines[to]))
	}
	e.line.set(text)
	r.at, r.moving = to, true
}
