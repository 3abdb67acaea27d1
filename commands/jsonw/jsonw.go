// Package jsonw appends JSON to bytes. It is a few lines of our own, for package
// encoding/json would cost a fiftieth of the program's start. It knows nothing of
// what is written.
package jsonw

import (
	"encoding/hex"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Next begins the next element of an array or the next member of an object: with
// a comma, unless it is the first.
func Next(b []byte) []byte {
	if c := b[len(b)-1]; c != '[' && c != '{' {
		b = append(b, ',')
	}
	return b
}

// Name begins the member key of an object. Its value is to follow.
func Name(b []byte, key string) []byte { return append(String(Next(b), key), ':') }

// Int appends a member that is a number.
func Int(b []byte, key string, v int64) []byte { return strconv.AppendInt(Name(b, key), v, 10) }

// Uint appends a member that is a number without a sign.
func Uint(b []byte, key string, v uint64) []byte { return strconv.AppendUint(Name(b, key), v, 10) }

// Bool appends a member that is true or false.
func Bool(b []byte, key string, v bool) []byte { return strconv.AppendBool(Name(b, key), v) }

// Text appends a member that is a text.
func Text(b []byte, key, v string) []byte { return String(Name(b, key), v) }

// Strings appends an array of texts.
func Strings(b []byte, list []string) []byte {
	b = append(b, '[')
	for _, s := range list {
		b = String(Next(b), s)
	}
	return append(b, ']')
}

// String appends s as a JSON string, and bytes that are no UTF-8 as {"hex": "..."}.
func String(b []byte, s string) []byte {
	if plain(s) {
		return append(append(append(b, '"'), s...), '"')
	}
	if !utf8.ValidString(s) {
		return hexadecimal(b, s)
	}
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, '\\', 'n')
		case r == '\t':
			b = append(b, '\\', 't')
		case steers(r):
			const digits = "0123456789abcdef"
			b = append(b, '\\', 'u', digits[r>>12], digits[r>>8&15], digits[r>>4&15], digits[r&15])
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return append(b, '"')
}

// steers reports whether a rune means something to a terminal instead of being shown:
// the controls of ASCII and of Latin 1, separators of lines, directions of text.
// Others' process names are among what is written.
func steers(r rune) bool {
	return r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x61c || r >= 0x200e && r <= 0x200f || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// plain reports whether s stands in JSON as it is.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// Bytes is String for what may be no text at all: with a NUL in it, it is written
// as hex, which is shorter.
func Bytes(b []byte, s string) []byte {
	if strings.IndexByte(s, 0) >= 0 {
		return hexadecimal(b, s)
	}
	return String(b, s)
}

func hexadecimal(b []byte, s string) []byte {
	b = append(b, `{"hex":"`...)
	b = hex.AppendEncode(b, []byte(s))
	return append(b, `"}`...)
}
