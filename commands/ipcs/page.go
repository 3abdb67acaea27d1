package ipcs

import (
	"io"
	"strconv"
	"time"
)

// page collects what a tool prints and writes it in large pieces. Its columns are
// those of C's printf: padded on the right to a width, which a longer value
// exceeds.
type page struct {
	w    io.Writer
	b    []byte
	err  error // the first failed write; what follows it is dropped
	last int64 // the time that stamp has formatted, and its text
	text string
	zone *time.Location
}

const pageSize = 1 << 15

// Write implements io.Writer, for fmt.
func (p *page) Write(b []byte) (int, error) {
	p.b = append(p.b, b...)
	p.spill()
	return len(b), nil
}

// spill writes when enough has come together. It is called at the ends of lines.
func (p *page) spill() {
	if len(p.b) >= pageSize {
		p.flush()
	}
}

func (p *page) flush() {
	if len(p.b) > 0 && p.err == nil {
		_, p.err = p.w.Write(p.b)
	}
	p.b = p.b[:0]
}

// str adds text as it is.
func (p *page) str(s string) { p.b = append(p.b, s...) }

// pad fills the column that began at start.
func (p *page) pad(start, width int) {
	p.spaces(start + width - len(p.b))
}

// spaces adds n blanks.
func (p *page) spaces(n int) {
	const some = "                                "
	for ; n > len(some); n -= len(some) {
		p.b = append(p.b, some...)
	}
	if n > 0 {
		p.b = append(p.b, some[:n]...)
	}
}

// left adds text in a column: %-*s.
func (p *page) left(s string, width int) {
	start := len(p.b)
	p.b = append(p.b, s...)
	p.pad(start, width)
}

// int, uint and octal add numbers in a column: %-*d, %-*u, %-*o.
func (p *page) int(n int64, width int) {
	start := len(p.b)
	p.b = strconv.AppendInt(p.b, n, 10)
	p.pad(start, width)
}

func (p *page) uint(n uint64, width int) {
	start := len(p.b)
	p.b = strconv.AppendUint(p.b, n, 10)
	p.pad(start, width)
}

func (p *page) octal(n uint32, width int) {
	start := len(p.b)
	p.b = strconv.AppendUint(p.b, uint64(n), 8)
	p.pad(start, width)
}

// right adds a number on the right of a column: %*d.
func (p *page) right(n int64, width int) {
	var digits [20]byte
	d := strconv.AppendInt(digits[:0], n, 10)
	p.spaces(width - len(d))
	p.b = append(p.b, d...)
}

// key adds a key: 0x%08x.
func (p *page) key(k uint32) {
	const hex = "0123456789abcdef"
	p.b = append(p.b, '0', 'x')
	for shift := 28; shift >= 0; shift -= 4 {
		p.b = append(p.b, hex[k>>shift&15])
	}
}

// line ends a line.
func (p *page) line() {
	p.b = append(p.b, '\n')
	p.spill()
}

// never stands for the time 0.
const never = "Not set"

// stamp returns ctime's text of a time: "Sat Nov 21 04:28:31 2026".
func (p *page) stamp(t int64) string {
	if t == 0 {
		return never
	}
	if t != p.last || p.text == "" {
		if p.zone == nil {
			p.zone = localZone()
		}
		p.last, p.text = t, time.Unix(t, 0).In(p.zone).Format(time.ANSIC)
	}
	return p.text
}

// shortStamp is stamp without the day of the week and the year.
func (p *page) shortStamp(t int64) string {
	if s := p.stamp(t); s != never {
		return s[4:20]
	}
	return never
}
