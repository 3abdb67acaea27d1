package lineedit

import "unicode"

// line is the text that is edited and the cursor in it. A position is never
// between a character and what combines with it.
type line struct {
	text []rune
	pos  int
	kill []rune // what was last killed, for yank
}

// next returns the end of the character at i, prev the start of the one before.
func (l *line) next(i int) int {
	if i < len(l.text) {
		i++
	}
	for i < len(l.text) && combines(l.text[i]) {
		i++
	}
	return i
}

func (l *line) prev(i int) int {
	for i--; i > 0 && combines(l.text[i]); i-- {
	}
	return max(i, 0)
}

// start and end return the bounds of the row of the text, between newlines, that
// i is in.
func (l *line) start(i int) int {
	for i > 0 && l.text[i-1] != '\n' {
		i--
	}
	return i
}

func (l *line) end(i int) int {
	for i < len(l.text) && l.text[i] != '\n' {
		i++
	}
	return i
}

// inWord reports whether r belongs to a word: Korean ones have letters too.
func inWord(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || combines(r)
}

func (l *line) wordRight(i int) int {
	for i < len(l.text) && !inWord(l.text[i]) {
		i++
	}
	for i < len(l.text) && inWord(l.text[i]) {
		i++
	}
	return i
}

func (l *line) wordLeft(i int) int {
	for i > 0 && !inWord(l.text[i-1]) {
		i--
	}
	for i > 0 && inWord(l.text[i-1]) {
		i--
	}
	return i
}

// blankLeft is wordLeft for words that blanks part.
func (l *line) blankLeft(i int) int {
	for i > 0 && unicode.IsSpace(l.text[i-1]) {
		i--
	}
	for i > 0 && !unicode.IsSpace(l.text[i-1]) {
		i--
	}
	return i
}

// replace puts s where text[from:to] was, and the cursor after it.
func (l *line) replace(from, to int, s []rune) {
	t := make([]rune, 0, len(l.text)-(to-from)+len(s))
	t = append(append(append(t, l.text[:from]...), s...), l.text[to:]...)
	l.text, l.pos = t, from+len(s)
}

func (l *line) insert(s []rune) { l.replace(l.pos, l.pos, s) }

func (l *line) set(s []rune) { l.replace(0, len(l.text), s) }

// cut removes text[from:to] and keeps it for yank.
func (l *line) cut(from, to int) {
	if from == to {
		return
	}
	l.kill = append([]rune(nil), l.text[from:to]...)
	l.replace(from, to, nil)
}

// transpose exchanges the characters around the cursor, or the last two.
func (l *line) transpose() {
	b := l.pos
	if b == len(l.text) || l.text[b] == '\n' {
		b = l.prev(b)
	}
	a, c := l.prev(b), l.next(b)
	if a == b || b == c || l.text[a] == '\n' || l.text[b] == '\n' {
		return
	}
	swapped := append(append([]rune(nil), l.text[b:c]...), l.text[a:b]...)
	l.replace(a, c, swapped)
}

// up and down move the cursor to the row above or below, and say whether there
// is one.
func (l *line) up() bool {
	at := l.start(l.pos)
	if at == 0 {
		return false
	}
	above := l.start(at - 1)
	l.pos = l.within(above, l.pos-at)
	return true
}

func (l *line) down() bool {
	at, end := l.start(l.pos), l.end(l.pos)
	if end == len(l.text) {
		return false
	}
	l.pos = l.within(end+1, l.pos-at)
	return true
}

// within returns the position n into the row that begins at start.
func (l *line) within(start, n int) int {
	i := min(start+n, l.end(start))
	for i > start && i < len(l.text) && combines(l.text[i]) {
		i--
	}
	return i
}

// edit does what a key says to the line, if it is one that edits.
func (l *line) edit(k keyCode) bool {
	switch k {
	case keyLeft:
		l.pos = l.prev(l.pos)
	case keyRight:
		l.pos = l.next(l.pos)
	case keyHome:
		l.pos = l.start(l.pos)
	case keyEnd:
		l.pos = l.end(l.pos)
	case keyWordLeft:
		l.pos = l.wordLeft(l.pos)
	case keyWordRight:
		l.pos = l.wordRight(l.pos)
	case keyBackspace:
		l.replace(l.prev(l.pos), l.pos, nil)
	case keyDelete:
		at := l.pos
		l.replace(at, l.next(at), nil)
	case keyKillEnd:
		end := l.end(l.pos)
		if end == l.pos {
			end = l.next(end) // the newline
		}
		l.cut(l.pos, end)
	case keyKillStart:
		l.cut(l.start(l.pos), l.pos)
	case keyKillBlank:
		l.cut(l.blankLeft(l.pos), l.pos)
	case keyKillWordLeft:
		l.cut(l.wordLeft(l.pos), l.pos)
	case keyKillWordRight:
		l.cut(l.pos, l.wordRight(l.pos))
	case keyYank:
		l.insert(l.kill)
	case keyTranspose:
		l.transpose()
	default:
		return false
	}
	return true
}
