package lineedit

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// vt is a small terminal: what it shows is what the tests compare. It waits with
// wrapping until the next character, as all terminals do.
type vt struct {
	mu       sync.Mutex
	w, h     int
	grid     [][]string // "" is the second half of a wide character
	row, col int
	wrapping bool
	scrolled []string
	rest     []byte
	seqs     map[string]int // how often each kind of sequence came
	bytes    int
	wide     rune // is seen in two columns here
}

func newVT(w, h int) *vt {
	v := &vt{w: w, h: h, seqs: map[string]int{}}
	for range h {
		v.grid = append(v.grid, v.blank())
	}
	return v
}

func (v *vt) blank() []string {
	row := make([]string, v.w)
	for i := range row {
		row[i] = " "
	}
	return row
}

func (v *vt) Write(b []byte) (int, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.bytes += len(b)
	v.rest = append(v.rest, b...)
	for len(v.rest) > 0 {
		n := v.step(v.rest)
		if n == 0 {
			break
		}
		v.rest = v.rest[n:]
	}
	return len(b), nil
}

func (v *vt) step(b []byte) int {
	switch b[0] {
	case '\r':
		v.col, v.wrapping = 0, false
	case '\n':
		v.feed()
	case '\b':
		v.col, v.wrapping = max(0, v.col-1), false
	case 7:
		v.seqs["bell"]++
	case 0x1b:
		return v.escape(b)
	default:
		if b[0] < ' ' || b[0] == 0x7f {
			v.seqs[fmt.Sprintf("control %#x", b[0])]++
			return 1
		}
		if !utf8.FullRune(b) {
			return 0
		}
		r, n := utf8.DecodeRune(b)
		v.put(r)
		return n
	}
	return 1
}

func (v *vt) put(r rune) {
	n := runeCells(r)
	if r == v.wide {
		n = 2
	}
	if n == 0 {
		c := v.col
		if !v.wrapping {
			c--
		}
		for c > 0 && v.grid[v.row][c] == "" {
			c--
		}
		if c >= 0 {
			v.grid[v.row][c] += string(r)
		}
		return
	}
	if n > v.w {
		return
	}
	if v.wrapping || v.col+n > v.w {
		v.col, v.wrapping = 0, false
		v.feed()
	}
	row := v.grid[v.row]
	for i := v.col; i < v.col+n; i++ { // half a wide character is none
		if row[i] == "" && i > 0 && i == v.col {
			row[i-1] = " "
		}
		if i+1 < v.w && row[i+1] == "" && i == v.col+n-1 {
			row[i+1] = " "
		}
	}
	row[v.col] = string(r)
	if n == 2 {
		row[v.col+1] = ""
	}
	if v.col += n; v.col >= v.w {
		v.col, v.wrapping = v.w-1, true
	}
}

func (v *vt) feed() {
	v.wrapping = false
	if v.row++; v.row == v.h {
		v.scrolled = append(v.scrolled, strings.TrimRight(strings.Join(v.grid[0], ""), " "))
		v.grid = append(v.grid[1:], v.blank())
		v.row--
	}
}

func (v *vt) escape(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	if b[1] != '[' {
		v.seqs["esc "+string(b[1])]++
		return 2
	}
	i := 2
	for i < len(b) && b[i] < 0x40 {
		i++
	}
	if i == len(b) {
		return 0
	}
	par, fin := string(b[2:i]), b[i]
	v.seqs[string(fin)]++
	n, _ := strconv.Atoi(par)
	one := max(1, n)
	if fin != 'm' && fin != 'h' && fin != 'l' {
		v.wrapping = false
	}
	switch fin {
	case 'A':
		v.row = max(0, v.row-one)
	case 'B':
		v.row = min(v.h-1, v.row+one)
	case 'G':
		v.col = min(v.w, one) - 1
	case 'H':
		v.row, v.col = 0, 0
	case 'K':
		for c := v.col; c < v.w; c++ {
			v.grid[v.row][c] = " "
		}
	case 'J':
		if v.row == 0 && v.col == 0 && n == 0 {
			v.seqs["J at top left"]++
		}
		for r := range v.grid {
			for c := range v.grid[r] {
				if n == 2 || r > v.row || r == v.row && c >= v.col {
					v.grid[r][c] = " "
				}
			}
		}
	case 'm', 'h', 'l':
	default:
		v.seqs["unknown "+par+string(fin)]++
	}
	return i + 1
}

// resize cuts rows or makes them longer, as xterm does.
func (v *vt) resize(w int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for i, old := range v.grid {
		row := append(old, strings.Split(strings.Repeat(" ", w), "")...)
		v.grid[i] = row[:w]
	}
	v.w, v.col, v.wrapping = w, min(v.col, w-1), false
}

// String is the screen with the cursor as a bar, without empty rows at its end.
func (v *vt) String() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	var rows []string
	last := 0
	for i, row := range v.grid {
		s := strings.Join(row, "")
		if i == v.row {
			s = strings.Join(row[:v.col], "") + "|" + strings.Join(row[v.col:], "")
		}
		if s = strings.TrimRight(s, " "); s != "" {
			last = i
		}
		rows = append(rows, s)
	}
	return strings.Join(rows[:last+1], "\n")
}

func (v *vt) count(seq string) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.seqs[seq]
}
