package repl

import (
	"strings"
	"unicode/utf8"

	"ipcsh/commands"
)

// excerpt returns the part of the line around the fault, and the carets that
// point at it.
func excerpt(e *Error) (src, caret string) {
	const width = 70
	line := strings.TrimRight(e.Text, " \t\r")
	pos, end := e.Pos, min(e.End, len(line))
	if pos > len(line) {
		pos = len(line)
	}
	lead, tail := "", ""
	if len(line) > width {
		centre := pos
		if pos < 0 {
			centre = e.At // no word is meant: the statement
		}
		from := runeStart(line, min(max(0, centre-width/2), len(line)-width))
		to := runeStart(line, min(len(line), from+width))
		if from > 0 {
			lead = "..."
		}
		if to < len(line) {
			tail = "..."
		}
		line, pos, end = line[from:to], min(pos-from, to-from), min(end-from, to-from)
	}
	src = lead + commands.Escape(line) + tail
	if e.Pos < 0 || !commands.IsUsage(e.Err) {
		return src, ""
	}
	end = max(end, pos)
	skip := cells(lead + commands.Escape(line[:pos]))
	n := cells(commands.Escape(line[pos:end]))
	return src, strings.Repeat(" ", skip) + strings.Repeat("^", max(1, n))
}

// runeStart returns the offset of the character that i is in.
func runeStart(s string, i int) int {
	for j := i; j > i-utf8.UTFMax && j > 0; j-- {
		if j == len(s) || utf8.RuneStart(s[j]) {
			return j
		}
	}
	return i
}

func clipLine(l string) string {
	const most = 1000
	if len(l) <= most {
		return l
	}
	return strings.ToValidUTF8(l[:most], "") + "..."
}

// escapePrint escapes a line of the script, save its tabs.
func escapePrint(l string) string {
	parts := strings.Split(l, "\t")
	for i, p := range parts {
		parts[i] = commands.Escape(p)
	}
	return strings.Join(parts, "\t")
}
