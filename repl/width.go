package repl

import (
	"unicode"

	"golang.org/x/text/width"
)

// cells returns how many columns of a terminal s takes: two for Hangul and its
// like, none for a combining mark.
func cells(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r < 0x300:
			n++
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf), r >= 0x1160 && r <= 0x11ff: // conjoining vowels and finals
		default:
			n++
			if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
				n++
			}
		}
	}
	return n
}
