package lineedit

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Item is a candidate. Its text has no blank at its end; its summary is shown
// beside it in a list.
type Item struct{ Text, Summary string }

// Completer finds candidates for what is before pos: each would replace
// line[from:pos]. Positions count bytes. Nothing of the editor's is locked
// meanwhile.
type Completer func(line string, pos int) (from int, items []Item)

// complete inserts what the candidates have in common, or lists them.
func (e *Editor) complete() {
	l := &e.line
	if e.cfg.Complete == nil {
		e.ring()
		return
	}
	text, pos := string(l.text), len(string(l.text[:l.pos]))
	from, items := e.cfg.Complete(text, pos)
	from = max(0, min(from, pos))
	for from > 0 && from < len(text) && !utf8.RuneStart(text[from]) {
		from--
	}
	if len(items) == 0 {
		e.ring()
		return
	}
	start := utf8.RuneCountInString(text[:from])
	typed := l.text[start:l.pos]
	common := clean([]byte(commonPrefix(items)))
	if len(items) == 1 {
		l.accept(start, common)
		return
	}
	if len(common) > len(typed) || len(common) == len(typed) && string(common) != string(typed) {
		l.replace(start, l.pos, common)
		return
	}
	e.list(items)
}

// accept replaces what was typed from start by the only candidate. What follows
// the cursor and is the candidate's end is not doubled. One blank follows, unless there is more to type.
func (l *line) accept(start int, candidate []rune) {
	typed := l.text[start:l.pos]
	if tail := l.text[l.pos:]; len(candidate) > len(typed) && hasPrefix(candidate, typed) {
		if rest := candidate[len(typed):]; hasPrefix(tail, rest) && (len(tail) == len(rest) || !inWord(tail[len(rest)])) {
			l.pos += len(rest)
		}
	}
	l.replace(start, l.pos, candidate)
	if n := len(candidate); n > 0 && strings.ContainsRune("=/|(", candidate[n-1]) {
		return
	}
	switch {
	case l.pos == len(l.text), !unicode.IsSpace(l.text[l.pos]) && !strings.ContainsRune(")]};,", l.text[l.pos]):
		l.insert([]rune{' '})
	case l.text[l.pos] == ' ':
		l.pos++
	}
}

func hasPrefix(s, prefix []rune) bool {
	return len(s) >= len(prefix) && string(s[:len(prefix)]) == string(prefix)
}

// commonPrefix returns what all candidates begin with, in whole characters.
func commonPrefix(items []Item) string {
	p := items[0].Text
	for _, it := range items[1:] {
		n := 0
		for n < len(p) && n < len(it.Text) {
			r, size := utf8.DecodeRuneInString(p[n:])
			if q, _ := utf8.DecodeRuneInString(it.Text[n:]); q != r || !strings.HasPrefix(it.Text[n:], p[n:n+size]) {
				break
			}
			n += size
		}
		p = p[:n]
	}
	return p
}

// list shows candidates above the line, as many as fit on the screen with it.
func (e *Editor) list(items []Item) {
	e.mu.Lock()
	w, h := e.size()
	room := max(1, h-max(1, len(e.screen.rows))-1)
	e.mu.Unlock()
	rows := withSummaries(items, w, e.cfg.Color)
	if len(rows) > room || rows == nil {
		rows = inColumns(items, w)
	}
	if len(rows) > room {
		rows = rows[:max(1, room-1)]
		shown := 0
		for _, r := range rows {
			shown += r.items
		}
		if e.cfg.More != nil && shown < len(items) {
			rows = append(rows, listRow{text: clip(e.cfg.More(len(items)-shown), w)})
		}
	}
	var b strings.Builder
	for _, r := range rows {
		b.WriteString(r.text + "\n")
	}
	e.Above(b.String())
}

// listRow is a row of a list and how many candidates it shows.
type listRow struct {
	text  string
	items int
}

// withSummaries puts one candidate in a row; none has a summary: nil.
func withSummaries(items []Item, w int, color bool) []listRow {
	widest, some := 0, false
	for _, it := range items {
		widest = max(widest, min(Cells(it.Text), w/2))
		some = some || it.Summary != ""
	}
	if !some {
		return nil
	}
	var rows []listRow
	for _, it := range items {
		name := clip(it.Text, w)
		pad := max(0, widest-Cells(name)) + 2
		summary := clip(it.Summary, w-Cells(name)-pad)
		if summary != "" {
			if color {
				summary = "\x1b[2m" + summary + "\x1b[m"
			}
			name += strings.Repeat(" ", pad) + summary
		}
		rows = append(rows, listRow{name, 1})
	}
	return rows
}

// inColumns puts as many candidates in a row as fit, in the order of reading.
func inColumns(items []Item, w int) []listRow {
	widest := 0
	for _, it := range items {
		widest = max(widest, Cells(it.Text))
	}
	n := max(1, (w+2)/(widest+2))
	var rows []listRow
	for i := 0; i < len(items); i += n {
		var b strings.Builder
		group := items[i:min(i+n, len(items))]
		for j, it := range group {
			name := clip(it.Text, w)
			if b.WriteString(name); j < len(group)-1 {
				b.WriteString(strings.Repeat(" ", widest+2-Cells(name)))
			}
		}
		rows = append(rows, listRow{b.String(), len(group)})
	}
	return rows
}

// clip cuts a text to w columns.
func clip(s string, w int) string {
	n := 0
	text := clean([]byte(s))
	for i, r := range text {
		if r == '\n' || r == '\t' {
			text[i] = ' '
			r = ' '
		}
		if n += runeCells(r); n > w {
			return string(text[:i])
		}
	}
	return string(text)
}
