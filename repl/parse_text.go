package repl

import (
	"strings"
	"unicode/utf8"

	"ipcsh/commands/text"
)

// checkText refuses what is no text, with its line.
func (p *parser) checkText(src string) error {
	at, what := strings.IndexByte(src, 0), text.F("a NUL byte: this is a binary file, no script", "NUL 바이트가 있습니다. 스크립트가 아니라 바이너리 파일입니다")
	if at < 0 {
		if utf8.ValidString(src) {
			return nil
		}
		for at = 0; ; {
			r, n := utf8.DecodeRuneInString(src[at:])
			if r == utf8.RuneError && n == 1 {
				break
			}
			at += n
		}
		what = text.F("invalid UTF-8 (byte %#02x)", "잘못된 UTF-8입니다 (바이트 %#02x)", src[at])
	}
	start := strings.LastIndexByte(src[:at], '\n') + 1
	end := strings.IndexByte(src[at:], '\n')
	if end < 0 {
		end = len(src) - at
	}
	p.line, p.t = strings.Count(src[:at], "\n")+1, src[start:at+end]
	return p.fail(at-start, at-start+1, what)
}

// continues reports whether a line ends in a backslash that is not itself
// escaped, outside a comment.
func continues(t string) bool {
	n := len(t)
	for n > 0 && t[n-1] == '\\' {
		n--
	}
	if (len(t)-n)%2 == 0 {
		return false
	}
	for i := skipBlanks(t, 0); i < len(t); i = skipBlanks(t, i) { // not in a comment
		if t[i] == '#' {
			return false
		}
		i, _ = scanWord(t, i)
		if i < len(t) && t[i] == ';' {
			i++
		}
	}
	return true
}

// comment keeps a line's comment: the narration of a script.
func (p *parser) comment() {
	body := p.t[p.i+1:]
	st := &Statement{form: comment, Text: p.t, Pos: p.i, anyone: true}
	switch {
	case strings.HasPrefix(body, ":"), strings.HasPrefix(body, "!") && p.line == 1:
		return
	case body == "en" || strings.HasPrefix(body, "en "):
		st.anyone, st.lang, body = false, text.En, body[2:]
	case body == "ko" || strings.HasPrefix(body, "ko "):
		st.anyone, st.lang, body = false, text.Ko, body[2:]
	}
	st.Src = strings.TrimPrefix(body, " ")
	p.add(st)
}
