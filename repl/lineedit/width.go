package lineedit

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// Cells returns how many columns of a terminal s takes: two for Hangul and its
// like and for emoji, none for what combines with the character before, for
// control characters and for escape sequences (CSI, OSC and the other strings).
func Cells(s string) int {
	n := 0
	for len(s) > 0 {
		if s[0] == 0x1b {
			s = s[escapeLen(s):]
			continue
		}
		r, size := utf8.DecodeRuneInString(s)
		n += runeCells(r)
		s = s[size:]
	}
	return n
}

// escapeLen returns the length of the escape sequence that s begins with.
func escapeLen(s string) int {
	if len(s) < 2 {
		return len(s)
	}
	switch s[1] {
	case '[':
		for i := 2; i < len(s); i++ {
			if s[i] < ' ' || s[i] > '?' {
				return i + 1
			}
		}
		return len(s)
	case ']', 'P', '_', '^', 'X':
		for i := 2; i < len(s); i++ {
			if s[i] == 7 {
				return i + 1
			}
			if s[i] == 0x1b && i+1 < len(s) && s[i+1] == '\\' {
				return i + 2
			}
		}
		return len(s)
	}
	return 2
}

// runeCells returns the columns of one character by itself.
func runeCells(r rune) int {
	switch {
	case r < 0x300:
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return 0
		}
		return 1
	case r >= 0xac00 && r <= 0xd7a3: // Hangul syllables
		return 2
	case combines(r):
		return 0
	}
	if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
		return 2
	}
	return 1
}

// combines reports whether r is drawn in the cell of the character before it:
// marks, conjoining vowels and finals of Hangul, format characters.
func combines(r rune) bool {
	switch {
	case r < 0x300, r >= 0xac00 && r <= 0xd7a3:
		return false
	case r >= 0x1160 && r <= 0x11ff, r >= 0xd7b0 && r <= 0xd7fb:
		return true
	case unicode.Is(unicode.Cf, r):
		return !unicode.Is(unicode.Prepended_Concatenation_Mark, r)
	}
	return unicode.In(r, unicode.Mn, unicode.Me)
}

// disputed reports whether terminals differ in the width of r, so that the
// cursor's column is to be set anew after it.
func disputed(r rune) bool {
	switch {
	case r < 0x80, r >= 0xac00 && r <= 0xd7a3, r >= 0x4e00 && r <= 0x9fff, r >= 0x3041 && r <= 0x318e:
		return false
	}
	return true
}
