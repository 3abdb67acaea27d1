package lineedit

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// search is a search backwards, or forwards, through history.
type search struct {
	query  []rune
	at     int // the line of history that is seen
	failed bool
	text   []rune // what the line was before
	pos    int
}

// prompt is what is seen in the prompt's place.
func (s *search) prompt(label string) string {
	mark := "': "
	if s.failed {
		mark = "'? "
	}
	return label + "`" + string(s.query) + mark
}

func (e *Editor) beginSearch() {
	lines := e.lines()
	e.search = &search{at: len(lines), text: slices.Clone(e.line.text), pos: e.line.pos}
}

// searchKey takes a key while a search is on. It reports whether the key was the
// search's; any other ends it and keeps what was found.
func (e *Editor) searchKey(k key) bool {
	s := e.search
	switch k.code {
	case keyText:
		text := k.text
		if i := slices.Index(text, '\n'); i >= 0 {
			text = text[:i]
		}
		s.query = append(s.query, text...)
		e.find(min(s.at, len(e.lines())-1), -1)
	case keySearch, keySearchForward:
		step := -1
		if k.code == keySearchForward {
			step = 1
		}
		if len(s.query) == 0 {
			s.query = e.query
		}
		e.find(s.at+step, step)
	case keyBackspace:
		l := line{text: s.query}
		s.query = s.query[:l.prev(len(s.query))]
		e.find(len(e.lines())-1, -1)
	case keyCancel:
		e.line.text, e.line.pos = s.text, s.pos
		e.search = nil
	case keyEscape, keyEOF:
		e.endSearch()
		return k.code == keyEscape
	case keyClear:
		return false
	default:
		e.endSearch()
		return false
	}
	return true
}

// endSearch keeps the line that was found: Up and Down go on from there.
func (e *Editor) endSearch() {
	s, r := e.search, &e.recall
	if s.at < len(e.lines()) {
		if _, ok := r.edited[r.at]; !ok {
			r.edited[r.at] = s.text
		}
		r.at = s.at
	}
	e.search, e.query = nil, s.query
}

// find shows the next line that has the query in it. One that reads the same as
// that which is seen is passed over.
func (e *Editor) find(from, step int) {
	s, lines := e.search, e.lines()
	query := string(s.query)
	for i := from; i >= 0 && i < len(lines) && query != ""; i += step {
		at := strings.Index(lines[i], query)
		if at < 0 || i != s.at && from == s.at+step && s.at < len(lines) && lines[i] == lines[s.at] {
			continue
		}
		text := clean([]byte(lines[i]))
		e.line.set(text)
		e.line.pos = min(utf8.RuneCountInString(lines[i][:at]), len(text))
		s.at, s.failed = i, false
		return
	}
	if s.failed = query != ""; !s.failed {
		return
	}
	e.ring()
}
