package explain

import (
	"strings"

	"ipcsh/commands"
	"ipcsh/commands/text"
)

// lastPage is explain last: the call in C, its errno, why it failed and what to
// do, and a C program that checks for this very error.
func lastPage(f *failure, l text.Lang) []string {
	var out []string
	if c := f.call.Cmd; c.Spell != nil {
		out = append(out, c.Spell(f.call)+";")
	}
	name := commands.ErrnoOf(f.err)
	out = append(out, text.Wrap("", commands.Escape(text.Of(f.err, l)), pageWidth)...)
	if f.why != nil {
		for _, m := range f.why.Why {
			out = append(out, text.Wrap(text.New("why   ", "원인  ").In(l), commands.Escape(m.In(l)), pageWidth)...)
		}
		for _, m := range f.why.Next {
			out = append(out, text.Wrap(text.New("next  ", "다음  ").In(l), commands.Escape(m.In(l)), pageWidth)...)
		}
	} else if m := errnoMeaning(name); m.En != "" {
		out = append(out, text.Wrap("", m.In(l), pageWidth)...)
	}
	if program := cProgram(f.call, name); program != "" {
		out = append(out, "", text.New("in C, with the ids and addresses of this session:", "C 프로그램으로는 (id와 주소는 이 세션의 것):").In(l), "")
		out = append(out, strings.Split(strings.TrimSuffix(program, "\n"), "\n")...)
	}
	return out
}
