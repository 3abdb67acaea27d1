package cexpr

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"ipcsh/commands/text"
)

// part is a run of a string literal. Escapes are decoded apart from the text
// with $, so that no escape makes or unmakes a variable.
type part struct {
	text   string
	expand bool
}

// scanString reads the string literal at src[i].
func scanString(src string, i int) (token, *Error) {
	t := token{kind: tokString}
	var plain strings.Builder
	flush := func() {
		if plain.Len() > 0 {
			t.parts = append(t.parts, part{text: plain.String()})
			plain.Reset()
		}
	}
	for j := i + 1; ; {
		n := strings.IndexAny(src[j:], `"\`)
		if n < 0 {
			open := span{i, len(src)}
			return t, open.fault(text.F("the closing \" is missing", "닫는 \"가 없습니다"))
		}
		if run := src[j : j+n]; strings.Contains(run, "$") {
			flush()
			t.parts = append(t.parts, part{run, true})
		} else {
			plain.WriteString(run)
		}
		j += n
		if src[j] == '"' {
			flush()
			t.span, t.text = span{i, j + 1}, src[i:j+1]
			return t, nil
		}
		if strings.HasPrefix(src[j:], `\$`) {
			plain.WriteByte('$')
			j += 2
			continue
		}
		c, n, err := escape(src, j)
		if err != nil {
			return t, err
		}
		plain.WriteByte(c)
		j += n
	}
}

// scanChar reads the character constant at src[i]. A char is signed, as gcc has
// it on x86.
func scanChar(src string, i int) (token, *Error) {
	open := span{i, len(src)}
	j := i + 1
	if j == len(src) {
		return token{}, unclosedChar(open)
	}
	c, n := src[j], 1
	switch {
	case c == '\'':
		empty := span{i, j + 1}
		return token{}, empty.fault(text.F("a character is missing between the quotes", "따옴표 사이에 문자가 없습니다"))
	case c == '\\':
		var err *Error
		if c, n, err = escape(src, j); err != nil {
			return token{}, err
		}
	case c >= utf8.RuneSelf:
		r, n := utf8.DecodeRuneInString(src[j:])
		at := span{j, j + n}
		return token{}, at.fault(text.F("%q is more than one byte; a character constant is ASCII", "%q: 한 바이트가 아닙니다. 문자 상수는 ASCII여야 합니다", r))
	}
	j += n
	switch k := strings.IndexByte(src[j:], '\''); {
	case k < 0:
		return token{}, unclosedChar(open)
	case k > 0:
		many := span{i, j + k + 1}
		return token{}, many.fault(text.F("a character constant holds one character; a string stands in double quotes",
			"문자 상수에는 문자가 하나만 들어갑니다. 문자열은 큰따옴표로 씁니다"))
	}
	return token{span: span{i, j + 1}, kind: tokNumber, text: src[i : j+1], v: IntOf(int64(int8(c)))}, nil
}

func unclosedChar(open span) *Error {
	return open.fault(text.F("the closing ' is missing", "닫는 '가 없습니다"))
}

// escape reads the escape sequence at src[i], a backslash, and returns its length.
func escape(src string, i int) (c byte, n int, err *Error) {
	if i+1 == len(src) {
		at := span{i, i + 1}
		return 0, 0, at.fault(text.F("nothing follows the \\", "\\ 뒤에 아무것도 없습니다"))
	}
	if k := strings.IndexByte(`abfnrtv\'"?`, src[i+1]); k >= 0 {
		return "\a\b\f\n\r\t\v\\'\"?"[k], 2, nil
	}
	base, from, to := 8, i+1, i+1
	if src[to] == 'x' {
		for base, from, to = 16, i+2, i+2; to < len(src) && isHex(src[to]); to++ {
		}
	} else {
		for to < len(src) && to < i+4 && '0' <= src[to] && src[to] <= '7' {
			to++
		}
	}
	if from == to {
		_, n := utf8.DecodeRuneInString(src[i+1:])
		at := span{i, i + 1 + n}
		return 0, 0, at.fault(text.F("%s is no escape sequence of C", "%s: C의 이스케이프 시퀀스가 아닙니다", src[at.pos:at.end]))
	}
	u, perr := strconv.ParseUint(src[from:to], base, 8)
	if perr != nil {
		at := span{i, to}
		return 0, 0, at.fault(text.F("%s is more than one byte", "%s: 한 바이트를 넘습니다", src[i:to]))
	}
	return byte(u), to - i, nil
}
