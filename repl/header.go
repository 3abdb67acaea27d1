package repl

import (
	"slices"
	"strings"

	"ipcsh/commands"
	"ipcsh/commands/near"
	"ipcsh/commands/text"
)

// Header is what a script says of itself in lines of the form "#: name: value"
// at its beginning.
type Header struct {
	Title []string // one a language, as written
	Needs []string // private, root, user, processes
	Lines map[string]string
}

// needs are the words that "#: needs:" takes.
var needs = []string{"private", "root", "user", "processes"}

// Check refuses a need that nobody knows: the script would run without it.
func (h Header) Check() error {
	for _, n := range h.Needs {
		if !slices.Contains(needs, n) {
			return &commands.UsageError{Pos: -1, Msg: text.F("#: needs: %s is unknown%s", "#: needs: %s은(는) 모르는 조건입니다%s", commands.Quote(n), commands.Suggest(near.Names(n, needs)))}
		}
	}
	return nil
}

// Need reports whether the script says "#: needs: what".
func (h Header) Need(what string) bool {
	for _, n := range h.Needs {
		if n == what {
			return true
		}
	}
	return false
}

// ReadHeader reads the comment lines that src begins with.
func ReadHeader(src string) Header {
	h := Header{Lines: map[string]string{}}
	src = strings.TrimPrefix(src, "\ufeff")
	for src != "" {
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
		if !ok {
			continue
		}
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		h.Lines[name] = value
		switch name {
		case "title":
			h.Title = append(h.Title, value)
		case "needs":
			h.Needs = append(h.Needs, strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == ',' })...)
		}
	}
	return h
}
