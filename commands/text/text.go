// Package text holds what a user reads, in English and Korean side by side.
//
// Both spellings of a text stand where the text is made, so neither can be
// forgotten: New takes both, and a test walks the source and finds a call whose
// Korean is missing or whose verbs differ. The package knows nothing of
// commands, errors or terminals.
package text

import (
	"fmt"
	"strings"
)

// Lang is a language of the program's texts.
type Lang uint8

// The languages.
const (
	En Lang = iota
	Ko
)

// String returns the language's tag, as --lang takes it.
func (l Lang) String() string {
	if l == Ko {
		return "ko"
	}
	return "en"
}

// Parse reads a language from a tag or a locale name: "ko", "ko_KR.UTF-8".
// Everything that is not Korean is English; ok tells whether the name was known.
func Parse(s string) (l Lang, ok bool) {
	if i := strings.IndexAny(s, "_.@-"); i >= 0 {
		s = s[:i]
	}
	switch s {
	case "ko":
		return Ko, true
	case "en", "C", "POSIX":
		return En, true
	}
	return En, false
}

// Text is one text in both languages, with the verbs of package fmt. Korean may
// reorder them with indexes (%[2]s).
type Text struct{ En, Ko string }

// New returns the text whose spellings are en and ko.
func New(en, ko string) Text { return Text{en, ko} }

// In returns the spelling in l.
func (t Text) In(l Lang) string {
	if l == Ko {
		return t.Ko
	}
	return t.En
}

// Msg is a text with the values of its verbs. It is an error, so that an error
// can be shown in the language of whoever reads it.
type Msg struct {
	Text Text
	Args []any
}

// F returns the message that en and ko make of args.
func F(en, ko string, args ...any) *Msg { return &Msg{New(en, ko), args} }

// Localized is what has a spelling in each language.
type Localized interface{ In(Lang) string }

// In returns the message in l. An argument that is Localized is shown in l too.
// Korean particles are chosen by what the verbs put before them.
func (m *Msg) In(l Lang) string {
	if len(m.Args) == 0 {
		return m.Text.In(l)
	}
	args := make([]any, len(m.Args))
	for i, a := range m.Args {
		if t, ok := a.(Localized); ok {
			a = t.In(l)
		}
		args[i] = a
	}
	s := fmt.Sprintf(m.Text.In(l), args...)
	if l == Ko {
		s = josa(s)
	}
	return s
}

// Error returns the English spelling.
func (m *Msg) Error() string { return m.In(En) }

// Of returns err in l: its own spelling if it has one, else what Error says.
func Of(err error, l Lang) string {
	if t, ok := err.(Localized); ok {
		return t.In(l)
	}
	return err.Error()
}
