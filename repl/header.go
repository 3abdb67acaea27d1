package repl

import (
	"slices"
	"strings"

	"ipcsh/commands"
	"ipcsh/commands/near"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// Header is what a script says of itself in lines of the form "#: name: value"
// at its beginning.
type Header struct {
	Lines []HeaderLine
}

// HeaderLine is one of them. Name is "" where the line has not that form.
type HeaderLine struct {
	Name, Value string
	Line        int
}

// needs are the words that "#: needs:" takes.
var needs = []string{"private", "root", "user", "processes"}

// headerNames are the lines that mean something; others are remarks, such as an
// author's name.
var headerNames = []string{"title", "title.en", "title.ko", "needs", "build", "limits"}

// Check refuses what the author cannot have meant: the script would run without
// it. The error has its place in the file.
func (h Header) Check(file string) error {
	for _, l := range h.Lines {
		msg := l.check()
		if msg != nil {
			return &Error{File: file, Line: l.Line, Pos: -1, Err: &commands.UsageError{Pos: -1, Msg: msg}}
		}
	}
	return nil
}

func (l HeaderLine) check() *text.Msg {
	switch {
	case l.Name == "":
		return text.F("a line of the header is #: name: value", "헤더 줄은 #: 이름: 값 형식입니다")
	case l.Name == "needs":
		for _, n := range l.words() {
			if !slices.Contains(needs, n) {
				return text.F("#: needs: %s is unknown%s", "#: needs: %s은(는) 모르는 조건입니다%s", commands.Quote(n), commands.Suggest(near.Names(n, needs)))
			}
		}
	case l.Name == "limits":
		return readLimits(&sysv.Limits{}, l.words())
	case slices.Contains(headerNames, l.Name):
		if l.Value == "" {
			return text.F("#: %s: has no value", "#: %s: 값이 없습니다", l.Name)
		}
	default:
		if names := near.Names(l.Name, headerNames); len(names) > 0 {
			return text.F("#: %s: is unknown%s", "#: %s: 모르는 이름입니다%s", commands.Quote(l.Name), commands.Suggest(names))
		}
	}
	return nil
}

func (l HeaderLine) words() []string {
	return strings.FieldsFunc(l.Value, func(r rune) bool { return r == ' ' || r == ',' || r == '\t' })
}

// All returns the values of the lines of a name.
func (h Header) All(name string) []string {
	var out []string
	for _, l := range h.Lines {
		if l.Name == name {
			out = append(out, l.Value)
		}
	}
	return out
}

// Need reports whether the script says "#: needs: what".
func (h Header) Need(what string) bool {
	for _, l := range h.Lines {
		if l.Name == "needs" && slices.Contains(l.words(), what) {
			return true
		}
	}
	return false
}

// Title returns the title in l, or in the language that there is, or "".
func (h Header) Title(l text.Lang) string {
	for _, name := range []string{"title." + l.String(), "title", "title.en", "title.ko"} {
		if all := h.All(name); len(all) > 0 {
			return all[0]
		}
	}
	return ""
}

// ReadHeader reads the comment lines that src begins with.
func ReadHeader(src string) Header {
	var h Header
	src = strings.TrimPrefix(src, "\ufeff")
	for number := 1; src != ""; number++ {
		line, rest, _ := strings.Cut(src, "\n")
		src = rest
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if line[0] != '#' {
			break
		}
		body, ok := strings.CutPrefix(line, "#:")
		if !ok {
			continue
		}
		name, value, ok := strings.Cut(body, ":")
		name = strings.TrimSpace(name)
		if !ok || strings.ContainsAny(name, " \t") {
			name = ""
		}
		h.Lines = append(h.Lines, HeaderLine{name, strings.TrimSpace(value), number})
	}
	return h
}
