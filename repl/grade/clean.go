package grade

import (
	"strings"

	"golang.org/x/text/unicode/norm"

	"ipcsh/commands"
	"ipcsh/commands/text"
)

// line makes one line of s that every format may hold: valid UTF-8 in NFC without
// control characters. Line ends become blanks.
func line(s string) string {
	return strings.Join(strings.FieldsFunc(block(s), func(r rune) bool { return r == '\n' }), " ")
}

// block does the same with several lines and keeps them, without empty ones at the
// end. Tabs become blanks.
func block(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(commands.Escape(norm.NFC.String(detab(l))), " ")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// path cleans a path without making another of it: it stays in NFD if it was.
func path(s string) string { return commands.Escape(s) }

// detab puts blanks up to the next multiple of 8 columns in place of each tab.
func detab(s string) string {
	if strings.IndexByte(s, '\t') < 0 {
		return s
	}
	var b strings.Builder
	used := 0
	for i, part := range strings.Split(s, "\t") {
		if i > 0 {
			n := 8 - used%8
			b.WriteString(strings.Repeat(" ", n))
			used += n
		}
		b.WriteString(part)
		used += text.Cells(part)
	}
	return b.String()
}

// each cleans a list of lines; empty ones are left out.
func each(list []string) []string {
	var out []string
	for _, s := range list {
		if s = line(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// fold breaks one line into lines of at most n columns, at blanks where it can.
// Unlike text.Wrap it keeps the blanks that were typed, and breaks a long word.
func fold(s string, n int) []string {
	var out []string
	for {
		end := cut(s, max(n, 8))
		if end == len(s) {
			return append(out, s)
		}
		out = append(out, strings.TrimRight(s[:end], " "))
		if s = strings.TrimLeft(s[end:], " "); s == "" {
			return out
		}
	}
}

// cut returns how many bytes of s fit into n columns, the last word left out if
// it does not fit.
func cut(s string, n int) int {
	used, word, blank := 0, false, 0
	for i, r := range s {
		used += text.Cells(string(r))
		switch {
		case r == ' ' && word:
			blank = i
		case r != ' ':
			word = true
		}
		if used > n && blank > 0 {
			return blank
		}
		if used > n && i > 0 {
			return i
		}
	}
	return len(s)
}

// clipLines and clipBytes are how much of a text of a hand-in people are shown.
const (
	clipLines = 20
	clipBytes = 1600
)

// clip keeps the beginning of a cleaned text.
func clip(s string, l text.Lang) string {
	lines := 0
	for i, r := range s {
		if r == '\n' {
			lines++
		}
		if lines == clipLines || i >= clipBytes {
			return s[:i] + "\n" + text.F("... %d more bytes", "... 그 밖에 %d바이트", len(s)-i).In(l)
		}
	}
	return s
}

// short cleans a text for one line and keeps its first n letters.
func short(s string, n int) string {
	s = line(s)
	for i := range s {
		if n--; n < 0 {
			return s[:i] + "..."
		}
	}
	return s
}

// detail is a fact of a failure with its heading in the report's language.
type detail struct{ head, value string }

// details returns what is known of a failure, cleaned and clipped.
func (f Failure) details(l text.Lang) []detail {
	return []detail{
		{text.New("where", "위치").In(l), line(f.Place)},
		{text.New("check", "검사").In(l), clip(block(f.Check), l)},
		{text.New("expected", "기대").In(l), clip(block(f.Expected), l)},
		{text.New("found", "실제").In(l), clip(block(f.Found), l)},
		{text.New("state", "상태").In(l), clip(block(f.State), l)},
	}
}

// hint returns the hint of a task that did not hold.
func (t Task) hint(l text.Lang) []detail {
	if t.Passed {
		return nil
	}
	return []detail{{text.New("hint", "힌트").In(l), clip(block(t.Hint), l)}}
}

// runs says in how many of its plays a task held, or nothing if it has one.
func (t Task) runs(l text.Lang) string {
	if t.Runs <= 1 {
		return ""
	}
	return text.F("held in %d of %d runs", "%[2]d회 중 %[1]d회 통과", t.Held, t.Runs).In(l)
}

// headed returns facts as lines of at most n columns: the headings in a column of
// at least wide, the values beside them.
func headed(list []detail, wide, n int) []string {
	for _, d := range list {
		wide = max(wide, text.Cells(d.head))
	}
	var out []string
	for _, d := range list {
		if d.value == "" {
			continue
		}
		head := d.head
		for _, l := range strings.Split(d.value, "\n") {
			for _, part := range fold(l, n-wide-2) {
				out = append(out, strings.TrimRight(text.Pad(head, wide)+"  "+part, " "))
				head = ""
			}
		}
	}
	return out
}

// plain returns what is known of a task that did not hold as a text of several
// lines, for the formats that have a place for one.
func (t Task) plain(l text.Lang) string {
	var out []string
	if s := t.runs(l); s != "" {
		out = append(out, s)
	}
	for i, f := range t.Failures {
		if i > 0 {
			out = append(out, "")
		}
		out = append(out, headed(f.details(l), taskHead, columns)...)
	}
	return strings.Join(append(out, headed(t.hint(l), taskHead, columns)...), "\n")
}

// message returns why a task did not hold in one line: its first failure, or else
// the hand-in's.
func (g Grade) message(t Task, l text.Lang) string {
	for _, f := range t.Failures {
		switch e, found := short(f.Expected, 100), short(f.Found, 100); {
		case e != "" && found != "":
			return text.F("expected %s, found %s", "기대: %s, 실제: %s", e, found).In(l)
		case found != "":
			return found
		case f.Check != "":
			return text.F("did not hold: %s", "성립하지 않음: %s", short(f.Check, 200)).In(l)
		}
	}
	if s, _, _ := strings.Cut(block(g.Failure), "\n"); s != "" {
		return short(s, 200)
	}
	return text.New("did not hold", "성립하지 않음").In(l)
}

// ungraded is the name of the only task of a hand-in that could not be graded.
func ungraded(l text.Lang) string {
	return text.New("could not be graded", "채점할 수 없음").In(l)
}
