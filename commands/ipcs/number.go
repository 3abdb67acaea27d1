package ipcs

import (
	"math"
	"strings"
	"syscall"
)

// The tools read numbers with C's functions, whose habits scripts know: blanks
// and a sign in front are skipped, and a key may be 0x12, 022 or 18.

// blanks are what isspace(3) skips.
const blanks = " \t\n\v\f\r"

// cNumber is what strtoumax(3) sees at the begin of a text.
type cNumber struct {
	n        uint64
	negative bool
	overflow bool
	rest     string // what follows the number
	none     bool   // there is no number
}

// scanNumber reads a number in base 8 or 10, or with base 0 in the one that its
// prefix names.
func scanNumber(s string, base uint64) cNumber {
	var c cNumber
	s = strings.TrimLeft(s, blanks)
	if s != "" && (s[0] == '-' || s[0] == '+') {
		c.negative = s[0] == '-'
		s = s[1:]
	}
	if base == 0 {
		base = 10
		if len(s) > 2 && s[0] == '0' && s[1]|0x20 == 'x' && digitValue(s[2]) < 16 {
			base, s = 16, s[2:]
		} else if strings.HasPrefix(s, "0") {
			base = 8
		}
	}
	i := 0
	for ; i < len(s) && digitValue(s[i]) < base; i++ {
		d := digitValue(s[i])
		if c.n > (math.MaxUint64-d)/base {
			c.overflow = true
		}
		c.n = c.n*base + d
	}
	c.none, c.rest = i == 0, s[i:]
	return c
}

// digitValue is the value of a digit or letter, large where it is neither.
func digitValue(b byte) uint64 {
	switch {
	case b >= '0' && b <= '9':
		return uint64(b - '0')
	case b|0x20 >= 'a' && b|0x20 <= 'z':
		return uint64(b|0x20-'a') + 10
	}
	return math.MaxUint64
}

// digits reads a decimal number without sign that a text begins with.
func digits(s string) (n uint64, rest string, ok bool) {
	c := scanNumber(s, 10)
	return c.n, c.rest, s != "" && digitValue(s[0]) < 10 && !c.overflow
}

// numberError says why a text is no number. Its text follows the quoted argument.
type numberError string

func (e numberError) Error() string { return string(e) }

const (
	notNumber  = numberError("")
	outOfRange = numberError(": Numerical result out of range")
	badSize    = numberError(": Invalid argument")
)

// parseInt reads a decimal int of C.
func parseInt(s string) (int, error) {
	c := scanNumber(s, 10)
	limit := uint64(math.MaxInt64)
	if c.negative {
		limit++
	}
	switch {
	case c.overflow || c.n > limit:
		return 0, outOfRange
	case c.none || c.rest != "":
		return 0, notNumber
	}
	n := int64(c.n)
	if c.negative {
		n = -n
	}
	if n != int64(int32(n)) {
		return 0, outOfRange
	}
	return int(n), nil
}

// parseKey reads a key as unsigned long of C. fits tells whether it is one of the
// keys that there can be, which are 32 bits, with or without a sign.
func parseKey(s string) (key int32, fits bool, err error) {
	c := scanNumber(s, 0)
	switch {
	case c.overflow:
		return 0, false, outOfRange
	case c.none || c.rest != "":
		return 0, false, notNumber
	}
	n := c.n
	if c.negative {
		n = -n
	}
	return int32(n), n <= math.MaxUint32 || int64(n) >= math.MinInt32 && int64(n) < 0, nil
}

// parseMode reads an octal mode. Like util-linux it takes any, and the kernel the
// bits that it knows.
func parseMode(s string) (int32, error) {
	c := scanNumber(s, 8)
	switch {
	case c.overflow:
		return 0, syscall.ERANGE
	case c.none || c.rest != "":
		return 0, syscall.Errno(0)
	case c.negative:
		return -int32(c.n), nil
	}
	return int32(c.n), nil
}
