package ctype

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"ipcsh/commands/text"
)

// Error is what is wrong with a declaration or with hex digits, at the bytes
// Pos to End of what was given.
type Error struct {
	Pos, End int
	Msg      *text.Msg
}

func (e *Error) Error() string          { return e.Msg.Error() }
func (e *Error) In(l text.Lang) string  { return e.Msg.In(l) }
func errAt(t token, m *text.Msg) *Error { return &Error{t.pos, t.end, m} }

// token is an identifier (kind 'a') or a single character (kind is itself; 0
// at the end).
type token struct {
	kind     rune
	text     string
	pos, end int
}

type scanner struct {
	src  string
	pos  int
	last int // end of the last token taken
}

func isBlank(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }
func isAlpha(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isIdent(s string) bool {
	for i := range len(s) {
		if !isAlpha(s[i]) && (i == 0 || !isDigit(s[i])) {
			return false
		}
	}
	return s != ""
}

func (s *scanner) peek() token {
	for s.pos < len(s.src) && isBlank(s.src[s.pos]) {
		s.pos++
	}
	i := s.pos
	if i == len(s.src) {
		return token{0, "", i, i}
	}
	if !isAlpha(s.src[i]) {
		r, n := utf8.DecodeRuneInString(s.src[i:])
		return token{r, s.src[i : i+n], i, i + n}
	}
	for i < len(s.src) && (isAlpha(s.src[i]) || isDigit(s.src[i])) {
		i++
	}
	return token{'a', s.src[s.pos:i], s.pos, i}
}

func (s *scanner) next() token {
	t := s.peek()
	s.pos, s.last = t.end, t.end
	return t
}

// blankComments overwrites comments with blanks, so that offsets stay what they
// were. A # begins one only where a word begins.
func blankComments(src string) (string, *Error) {
	b := []byte(src)
	blank := func(from, to int) {
		for i := from; i < to; i++ {
			if b[i] != '\n' {
				b[i] = ' '
			}
		}
	}
	for i := 0; i < len(b); i++ {
		switch rest := src[i:]; {
		case b[i] == '\'' || b[i] == '"':
			if n := quoted(rest); n > 0 {
				i += n - 1
			}
		case strings.HasPrefix(rest, "\\\n"), strings.HasPrefix(rest, "\\\r\n"):
			blank(i, i+1)
		case strings.HasPrefix(rest, "/*"):
			n := strings.Index(rest[2:], "*/")
			if n < 0 {
				return "", &Error{i, i + 2, text.F("this comment has no end: */ is missing", "주석이 끝나지 않았습니다: */ 표시가 없습니다")}
			}
			blank(i, i+n+4)
			i += n + 3
		case strings.HasPrefix(rest, "//"),
			b[i] == '#' && (i == 0 || isBlank(b[i-1]) || b[i-1] == ';'):
			n := strings.IndexByte(rest, '\n')
			if n < 0 {
				n = len(rest)
			}
			blank(i, i+n)
			i += n - 1
		}
	}
	return string(b), nil
}

// quoted returns the length of the quoted text that s begins with, 0 if its
// line ends before it does.
func quoted(s string) int {
	for i := 1; i < len(s) && s[i] != '\n'; i++ {
		switch s[i] {
		case '\\':
			i++
		case s[0]:
			return i + 1
		}
	}
	return 0
}

// bracket returns the length of the "[...]" that s begins with, 0 if it does
// not end.
func bracket(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\'', '"':
			if n := quoted(s[i:]); n > 0 {
				i += n - 1
			}
		case '[':
			depth++
		case ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// splitDims returns what stands between the brackets of "[2][3]".
func splitDims(s string) ([]string, error) {
	var dims []string
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		n := bracket(s)
		if s[0] != '[' || n == 0 {
			return nil, text.F("%q is no array length; write it as [3]", "%q: 배열 길이가 아닙니다. [3]처럼 쓰세요", s)
		}
		dims = append(dims, strings.TrimSpace(s[1:n-1]))
		s = s[n:]
	}
	return dims, nil
}

// arrayOf returns t[a][b] for the lengths a and b; an empty one is Open.
func arrayOf(t *Type, lengths []string, num func(string) (int64, error)) (*Type, error) {
	if num == nil {
		num = literal
	}
	for i := len(lengths) - 1; i >= 0; i-- {
		n := int64(Open)
		if lengths[i] != "" {
			var err error
			if n, err = num(lengths[i]); err != nil {
				return nil, text.F("array length: %s", "배열 길이: %s", err)
			}
			if n < 1 {
				return nil, text.F("an array needs a length of at least 1: %s", "배열 길이는 1 이상이어야 합니다: %s", lengths[i])
			}
		}
		var err error
		if t, err = ArrayOf(t, n); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// literal reads C's integer literals: decimal, hex, octal, with any suffix.
func literal(s string) (int64, error) {
	v, err := Literals{}.Int(s)
	if err == nil && v.Kind != VInt {
		err = text.F("%s is too large", "%s: 너무 큽니다", s)
	}
	return v.I, err
}

// Literals is the Numbers that knows literals only: 42, 0x2a, 052, 'A', 1.5.
type Literals struct{}

// Int reads an integer literal or a character constant without escapes.
func (Literals) Int(s string) (Value, error) {
	s = strings.TrimSpace(s)
	if len(s) == 3 && s[0] == '\'' && s[2] == '\'' {
		return IntOf(int64(int8(s[1]))), nil
	}
	digits := strings.TrimRight(s, "uUlL")
	sign := strings.TrimLeft(digits, "+-")
	if !strings.ContainsAny(digits, "_oO") && len(digits)-len(sign) < 2 {
		if n, err := strconv.ParseInt(digits, 0, 64); err == nil {
			return IntOf(n), nil
		}
		if n, err := strconv.ParseUint(digits, 0, 64); err == nil {
			return UintOf(n), nil
		}
	}
	return Value{}, text.F("%q is no integer of 64 bits", "%q: 64비트 정수가 아닙니다", s)
}

// Float reads a decimal literal.
func (Literals) Float(s string) (float64, error) {
	s = strings.TrimSpace(s)
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, text.F("%q is no number", "%q: 숫자가 아닙니다", s)
	}
	return f, nil
}
