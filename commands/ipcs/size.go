package ipcs

import (
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// unit is how sizes are shown: each in its own unit, in bytes, or for people.
type unit byte

const (
	unitDefault unit = iota
	unitBytes
	unitHuman
)

// human is a size with one letter and at most one decimal, rounded: 120.6K. What
// rounds up to the next unit stays in its own: 1024K.
func human(n uint64) string {
	i := max(0, bits.Len64(n)-1) / 10
	shift := 10 * i
	whole, part := n>>shift, n&(1<<shift-1)
	for part > math.MaxUint64/1000 {
		part >>= 10
		shift -= 10
	}
	tenths := (part*1000>>shift + 50) / 100
	if tenths == 10 {
		whole, tenths = whole+1, 0
	}
	s := strconv.FormatUint(whole, 10)
	if tenths > 0 {
		s += "." + strconv.FormatUint(tenths, 10)
	}
	return s + "BKMGTPE"[i:i+1]
}

// size adds a size in a column of a list.
func (p *page) size(n uint64, u unit, width int) {
	if u != unitHuman {
		p.uint(n, width)
		return
	}
	start, s := len(p.b), human(n)
	p.spaces(6 - len(s))
	p.str(s)
	p.pad(start, width)
}

// sizeLine adds a line of its own: "max size of message (bytes) = 8192". in is
// the unit where the options leave it open.
func (p *page) sizeLine(label string, n uint64, u unit) {
	p.str(label)
	if u == unitHuman {
		p.str(" = " + human(n))
	} else {
		p.str(" (bytes) = ")
		p.uint(n, 0)
	}
	p.line()
}

// kilobyteLine is sizeLine for what is shown in kilobytes if nothing is asked.
func (p *page) kilobyteLine(label string, bytes, kilobytes uint64, u unit) {
	if u != unitDefault {
		p.sizeLine(label, bytes, u)
		return
	}
	p.str(label + " (kbytes) = ")
	p.uint(kilobytes, 0)
	p.line()
}

// saturate is n*by, or the largest multiple of by where that is too large.
func saturate(n, by uint64) uint64 {
	if hi, lo := bits.Mul64(n, by); hi == 0 {
		return lo
	}
	return math.MaxUint64 - math.MaxUint64%by
}

// parseSize reads ipcmk's size: a number as C writes it, perhaps with a decimal
// fraction, and a unit: K and KiB are 1024, KB is 1000.
func parseSize(s string) (uint64, error) {
	c := scanNumber(s, 0)
	switch {
	case c.none || c.negative:
		return 0, badSize
	case c.overflow:
		return 0, outOfRange
	case c.rest == "":
		return c.n, nil
	}
	suffix, fraction := c.rest, ""
	if suffix[0] == '.' {
		suffix = strings.TrimLeft(suffix[1:], "0123456789")
		fraction = c.rest[1 : len(c.rest)-len(suffix)]
	}
	u, err := sizeUnit(suffix)
	if err != nil {
		return 0, err
	}
	hi, n := bits.Mul64(c.n, u)
	n, carry := bits.Add64(n, fractionOf(u, fraction), 0)
	if hi != 0 || carry != 0 {
		return 0, outOfRange
	}
	return n, nil
}

// sizeUnit is what a suffix stands for.
func sizeUnit(suffix string) (uint64, error) {
	if suffix == "" {
		return 0, badSize
	}
	power := strings.IndexByte("kmgtpezy", suffix[0]|0x20) + 1
	base := uint64(1024)
	switch suffix[1:] {
	case "", "iB", "ib":
	case "B", "b":
		base = 1000
	default:
		power = 0
	}
	if power == 0 {
		return 0, badSize
	}
	u := uint64(1)
	for range power {
		hi, lo := bits.Mul64(u, base)
		if hi != 0 {
			return 0, outOfRange
		}
		u = lo
	}
	return u, nil
}

// fractionOf is 0.DIGITS of a unit, rounded down.
func fractionOf(u uint64, decimals string) uint64 {
	const places = 18
	if len(decimals) > places {
		decimals = decimals[:places]
	}
	n, _, _ := digits(decimals + strings.Repeat("0", places-len(decimals)))
	hi, lo := bits.Mul64(n, u)
	q, _ := bits.Div64(hi, lo, 1e18)
	return q
}
