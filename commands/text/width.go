package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Cells returns how many columns of a terminal s takes: two for Hangul and its
// like, none for a combining mark.
func Cells(s string) int {
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

// Pad returns s with blanks behind it up to n columns.
func Pad(s string, n int) string {
	return s + strings.Repeat(" ", max(0, n-Cells(s)))
}

// Wrap fills lines of at most n columns with the words of s. The first begins
// with lead, the others with as many blanks.
func Wrap(lead, s string, n int) []string {
	indent := Cells(lead)
	var out []string
	line, used := lead, indent
	for _, word := range strings.Fields(s) {
		w := Cells(word)
		if used > indent && used+1+w > n {
			out = append(out, line)
			line, used = strings.Repeat(" ", indent), indent
		}
		if used > indent {
			line, used = line+" ", used+1
		}
		line, used = line+word, used+w
	}
	return append(out, strings.TrimRight(line, " "))
}
