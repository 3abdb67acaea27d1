package cexpr

import (
	"errors"
	"strconv"
	"strings"

	"ipcsh/commands/text"
)

// scanNumber reads the number at src[i]. As in C it takes all letters and digits
// that follow, so that 12abc is one bad number and not two good operands.
func scanNumber(src string, i int) (token, *Error) {
	base, digits := 10, i
	switch {
	case hasPrefixFold(src[i:], "0x"):
		base, digits = 16, i+2
	case hasPrefixFold(src[i:], "0b"):
		base, digits = 2, i+2
	case src[i] == '0':
		base = 8
	}
	j, decimal := i, false
	for ; j < len(src); j++ {
		switch c := src[j]; {
		case isDigit(c) || identLen(src[j:j+1]) == 1 && c|0x20 != 'e':
		case c == '.':
			decimal = true
		case c|0x20 == 'e':
			if base == 8 || base == 10 {
				decimal = true
				if j+1 < len(src) && (src[j+1] == '+' || src[j+1] == '-') {
					j++
				}
			}
		default:
			return newNumber(src, span{i, j}, base, digits, decimal)
		}
	}
	return newNumber(src, span{i, j}, base, digits, decimal)
}

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

func newNumber(src string, at span, base, digits int, decimal bool) (token, *Error) {
	t := token{span: at, kind: tokNumber, text: src[at.pos:at.end]}
	if decimal {
		return decimalNumber(t)
	}
	end := digits
	for end < at.end && (isDigit(src[end]) || base == 16 && isHex(src[end])) {
		end++
	}
	suffix := span{end, at.end}
	switch {
	case end == digits:
		return t, at.fault(text.F("digits are missing after %s", "%s 뒤에 숫자가 없습니다", src[at.pos:digits]))
	case !isIntSuffix(src[end:at.end]):
		return t, suffix.fault(text.F("%s cannot end a number (u, l and ll can)", "%s: 수의 끝에 올 수 없습니다 (u, l, ll은 됩니다)", src[end:at.end]))
	}
	for k := digits; k < end; k++ {
		if bad := (span{k, k + 1}); int(src[k]-'0') >= base && base == 8 {
			return t, bad.fault(text.F("%c is no octal digit; a number that begins with 0 is octal, as in C",
				"%c: 8진수 숫자가 아닙니다. C에서처럼 0으로 시작하는 수는 8진수입니다", src[k]))
		} else if base == 2 && src[k] > '1' {
			return t, bad.fault(text.F("%c is no binary digit", "%c: 2진수 숫자가 아닙니다", src[k]))
		}
	}
	u, err := strconv.ParseUint(src[digits:end], base, 64)
	if err != nil || u > 1<<63 {
		return t, tooLarge(t)
	}
	t.v, t.min = IntOf(int64(u)), u == 1<<63
	return t, nil
}

// tooLarge is the error for an integer above 2^63-1.
func tooLarge(t token) *Error {
	return t.fault(text.F("%s is too large; integers are signed and have 64 bits", "%s: 너무 큽니다. 정수는 부호 있는 64비트입니다", t.text))
}

// isIntSuffix reports whether C lets an integer end in s. As in C both l of an ll
// have the same case.
func isIntSuffix(s string) bool {
	switch strings.ToLower(s) {
	case "", "u", "l", "ll", "ul", "lu", "ull", "llu":
		return !strings.Contains(s, "lL") && !strings.Contains(s, "Ll")
	}
	return false
}

func decimalNumber(t token) (token, *Error) {
	s := t.text
	if strings.IndexByte("fFlL", s[len(s)-1]) >= 0 {
		s = s[:len(s)-1]
	}
	f, err := strconv.ParseFloat(s, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return t, t.fault(text.F("%s is too large for a double", "%s: double에 담기에 너무 큽니다", t.text))
	case err != nil || hasPrefixFold(s, "0x") || hasPrefixFold(s, "0b"):
		return t, t.fault(text.F("%s is no number", "%s: 수가 아닙니다", t.text))
	}
	t.v = FloatOf(f)
	return t, nil
}
