package cexpr

import (
	"strings"
	"unicode/utf8"

	"ipcsh/commands/text"
)

type tokenKind uint8

const (
	tokEnd tokenKind = iota
	tokPunct
	tokName   // name
	tokDollar // $name
	tokNumber // 0111, 1.5, 'A'
	tokString // "..."
)

type token struct {
	span
	kind  tokenKind
	text  string // the spelling; of a tokDollar the name alone
	v     Value  // of a tokNumber
	min   bool   // a tokNumber of 2^63, good only behind a minus
	parts []part // of a tokString
}

// puncts holds C's operators of two and three bytes too, those that the language
// lacks as well: an error can name what was read as one operator.
var puncts = []string{
	"<<=", ">>=", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "++", "--", "->", "${",
	"+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=",
	"+", "-", "*", "/", "%", "~", "!", "<", ">", "&", "^", "|", "?", ":", "(", ")", "[", "]", "{", "}", ".", ",", "=",
}

// scan returns the token at or behind src[i].
func scan(src string, i int) (token, *Error) {
	for i < len(src) && strings.IndexByte(" \t\n\r\v\f", src[i]) >= 0 {
		i++
	}
	if i == len(src) {
		return token{span: span{i, i}}, nil
	}
	switch c := src[i]; {
	case isDigit(c), c == '.' && i+1 < len(src) && isDigit(src[i+1]):
		return scanNumber(src, i)
	case c == '\'':
		return scanChar(src, i)
	case c == '"':
		return scanString(src, i)
	}
	if n := identLen(src[i:]); n > 0 {
		return token{span: span{i, i + n}, kind: tokName, text: src[i : i+n]}, nil
	}
	if n := identLen(src[i+1:]); src[i] == '$' && n > 0 {
		return token{span: span{i, i + 1 + n}, kind: tokDollar, text: src[i+1 : i+1+n]}, nil
	}
	for _, p := range puncts {
		if strings.HasPrefix(src[i:], p) {
			return token{span: span{i, i + len(p)}, kind: tokPunct, text: p}, nil
		}
	}
	r, n := utf8.DecodeRuneInString(src[i:])
	at := span{i, i + n}
	switch {
	case r == '$':
		return token{}, at.fault(text.F("no variable's name follows the $", "$ 뒤에 변수 이름이 없습니다"))
	case r >= utf8.RuneSelf:
		return token{}, at.fault(text.F("%q has no meaning in an expression; names are ASCII", "%q: 식에 쓸 수 없는 문자입니다. 이름은 ASCII로 씁니다", r))
	}
	return token{}, at.fault(text.F("%q has no meaning in an expression", "%q: 식에 쓸 수 없는 문자입니다", r))
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isHex(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }

// identLen returns the length of the ASCII identifier that s begins with.
func identLen(s string) int {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c != '_' && ('a' > c|0x20 || c|0x20 > 'z') && (i == 0 || !isDigit(c)) {
			return i
		}
	}
	return len(s)
}
