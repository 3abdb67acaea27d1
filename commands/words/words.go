// Package words splits a statement into words and keeps what shlex forgets:
// where each word stood and how its parts were quoted.
//
// google/shlex is the authority on where words end and what their text is. It
// reads its input rune by rune and asks for more only when it needs it, so a
// reader that hands out one rune a call knows the span of every word. A
// statement without quotes, backslashes and comments needs none of that and is
// split at its blanks; a fuzz test holds both ways to the same answer.
//
// The package knows nothing of commands and variables: Expand is given the
// function that looks a name up.
package words

import (
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/google/shlex"
)

// Quote tells how a part of a word was written.
type Quote uint8

// A part is bare, in single quotes (or behind a backslash: literal either way),
// or in double quotes, where $ still expands.
const (
	Bare Quote = iota
	Single
	Double
)

// Seg is a run of a word's text written in one way.
type Seg struct {
	Text string
	Q    Quote
}

// Word is one word of a statement.
type Word struct {
	Raw  string // as written, quotes included
	Pos  int    // byte offset in the text that was split
	Segs []Seg  // its text, quotes removed
}

// End returns the offset behind the word.
func (w Word) End() int { return w.Pos + len(w.Raw) }

// Text returns the word without its quotes, nothing expanded.
func (w Word) Text() string {
	if len(w.Segs) == 1 {
		return w.Segs[0].Text
	}
	var b strings.Builder
	for _, s := range w.Segs {
		b.WriteString(s.Text)
	}
	return b.String()
}

// Inner returns what a numeric argument says and where it stands: the word as
// written, or the content of the double quotes around all of it.
func (w Word) Inner() (src string, pos int) {
	if n := len(w.Raw); len(w.Segs) == 1 && w.Segs[0].Q == Double && n >= 2 && w.Raw[0] == '"' && w.Raw[n-1] == '"' {
		return w.Raw[1 : n-1], w.Pos + 1
	}
	return w.Raw, w.Pos
}

// Bare reports whether no part of the word is quoted.
func (w Word) Bare() bool { return len(w.Segs) == 1 && w.Segs[0].Q == Bare }

// Assignment splits name=value when the name and the sign are bare.
func (w Word) Assignment() (name string, value Word, ok bool) {
	if len(w.Segs) == 0 || w.Segs[0].Q != Bare {
		return
	}
	name, _, ok = strings.Cut(w.Segs[0].Text, "=")
	if !ok || !IsIdent(name) {
		return "", Word{}, false
	}
	n := len(name) + 1
	value = Word{Raw: w.Raw[n:], Pos: w.Pos + n, Segs: append([]Seg{{w.Segs[0].Text[n:], Bare}}, w.Segs[1:]...)}
	return name, value, true
}

// IsIdent reports whether s is an ASCII identifier. Names are ASCII so that in
// "$q의" the name is q.
func IsIdent(s string) bool { return s != "" && identLen(s) == len(s) }

// identLen returns the length of the identifier that s begins with.
func identLen(s string) int {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || i > 0 && '0' <= c && c <= '9' {
			continue
		}
		return i
	}
	return len(s)
}

// ErrUnclosed says that a quote is open, or a backslash last, at the end.
var ErrUnclosed = errors.New("unclosed quote or trailing backslash")

// IsBlank reports whether c separates words.
func IsBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// Split returns the words of src. A comment, from a # at the start of a word to
// the end of its line, is left out.
func Split(src string) ([]Word, error) {
	if strings.ContainsAny(src, `'"\#`) {
		return splitQuoted(src)
	}
	out := make([]Word, 0, 4)
	for i := 0; i < len(src); {
		if IsBlank(src[i]) {
			i++
			continue
		}
		j := i
		for j < len(src) && !IsBlank(src[j]) {
			j++
		}
		w := src[i:j]
		out = append(out, Word{w, i, []Seg{{w, Bare}}})
		i = j
	}
	return out, nil
}

// oneRune hands out one rune a Read, so that off is where shlex has come to.
type oneRune struct {
	s   string
	off int
}

func (r *oneRune) Read(p []byte) (int, error) {
	if r.off >= len(r.s) {
		return 0, io.EOF
	}
	_, n := utf8.DecodeRuneInString(r.s[r.off:])
	copy(p, r.s[r.off:r.off+n])
	r.off += n
	return n, nil
}

func splitQuoted(src string) ([]Word, error) {
	rr := &oneRune{s: src}
	lex := shlex.NewLexer(rr)
	var out []Word
	for {
		from := rr.off
		_, err := lex.Next()
		if err == io.EOF {
			return out, nil
		}
		if err != nil { // shlex has two errors, both of an unexpected end
			return out, ErrUnclosed
		}
		start := wordStart(src, from, rr.off)
		segs, used := segments(src[start:rr.off])
		out = append(out, Word{src[start : start+used], start, segs})
	}
}

// wordStart skips the blanks and comments before a word.
func wordStart(src string, i, end int) int {
	for i < end {
		switch {
		case IsBlank(src[i]):
			i++
		case src[i] == '#':
			nl := strings.IndexByte(src[i:end], '\n')
			if nl < 0 {
				return end
			}
			i += nl + 1
		default:
			return i
		}
	}
	return i
}

// segments divides a raw word by its quotes and returns how many bytes it took:
// it stops at the bare blank that ended the word. As in shlex a backslash makes
// the next rune literal, also in double quotes.
func segments(raw string) (segs []Seg, used int) {
	q, start, esc := Bare, 0, false
	var b strings.Builder
	flush := func(always bool) {
		if b.Len() > 0 || always {
			segs = append(segs, Seg{b.String(), q})
			b.Reset()
		}
	}
	for i, r := range raw {
		switch {
		case esc:
			segs = append(segs, Seg{string(r), Single})
			esc = false
		case r == '\\' && q != Single:
			flush(false)
			esc = true
		case q == Bare && (r == '\'' || r == '"'):
			flush(false)
			q, start = Single, i
			if r == '"' {
				q = Double
			}
		case q == Single && r == '\'', q == Double && r == '"':
			flush(i == start+1) // an empty pair of quotes is an empty word
			q = Bare
		case q == Bare && r < utf8.RuneSelf && IsBlank(byte(r)):
			flush(false)
			return segs, i
		default:
			b.WriteRune(r)
		}
	}
	flush(false)
	return segs, len(raw)
}
