package lineedit

import (
	"strings"
	"unicode/utf8"
)

// view is what is to be seen: a prompt and a text with the cursor in it.
type view struct {
	prompt []cell
	text   []rune
	pos    int
}

// cell is one character on the screen with what combines with it.
type cell struct {
	text     string
	style    string // SGR sequences
	cells    int
	disputed bool // terminals differ in its width
	newline  bool // not seen: the row ends here
}

// frame is the rows that the screen shows, and where the cursor is among them.
type frame struct {
	rows     [][]cell
	row, col int
}

const tabStop = 4

// promptCells parses a prompt. Of escape sequences only colours are kept, and
// these only if wanted.
func promptCells(prompt string, color bool) []cell {
	var cells []cell
	style := ""
	for len(prompt) > 0 {
		if prompt[0] == 0x1b {
			n := escapeLen(prompt)
			if seq := prompt[:n]; color && n > 2 && seq[1] == '[' && seq[n-1] == 'm' {
				if style += seq; seq == "\x1b[m" || seq == "\x1b[0m" {
					style = ""
				}
			}
			prompt = prompt[n:]
			continue
		}
		r, n := utf8.DecodeRuneInString(prompt)
		prompt = prompt[n:]
		cells = addCell(cells, r, style, 0, 1<<20)
	}
	return cells
}

// addCell appends r to a row. A control character is not seen.
func addCell(row []cell, r rune, style string, col, width int) []cell {
	n := glyphCells(r, col, width)
	switch {
	case r == '\n':
		return append(row, cell{newline: true})
	case r == '\t':
		return append(row, cell{text: strings.Repeat(" ", n), style: style, cells: n})
	case n == 0:
		if last := len(row) - 1; last >= 0 && combines(r) && !row[last].newline {
			row[last].text += string(r)
			row[last].disputed = true
		}
		return row
	case n < runeCells(r): // a wide character in a terminal of one column
		r = '?'
	}
	return append(row, cell{text: string(r), style: style, cells: n, disputed: disputed(r)})
}

// glyphCells returns the columns that r takes at a column of a row.
func glyphCells(r rune, col, width int) int {
	if r == '\t' {
		n := tabStop - col%tabStop
		if col < width {
			n = min(n, width-col)
		}
		return min(n, width)
	}
	return min(runeCells(r), width)
}

// layout places a view on a terminal of w columns and h rows and returns the
// rows that are seen; top is the first of them if the cursor allows it, and the
// one that was chosen. Without h all rows are returned. The end of the text is
// always a place where the cursor can be.
func (v *view) layout(w, h, top int) (frame, int) {
	starts, row, col := v.wrap(w)
	switch n := len(starts); {
	case h <= 0:
		h, top = n, 0
	case n <= h:
		top = 0
	default:
		top = min(max(top, row-h+1), row, n-h)
	}
	f := frame{row: row - top, col: col}
	for i := top; i < min(top+h, len(starts)); i++ {
		end := len(v.prompt) + len(v.text)
		if i+1 < len(starts) {
			end = starts[i+1]
		}
		f.rows = append(f.rows, v.cells(starts[i], end, w))
	}
	return f, top
}

// wrap returns where in prompt and text each row begins, and the cursor's place.
func (v *view) wrap(w int) (starts []int, row, col int) {
	starts = []int{0}
	at, n := 0, len(v.prompt)+len(v.text)
	for i := 0; i < n; i++ {
		cells, newline := 0, false
		if i < len(v.prompt) {
			newline, cells = v.prompt[i].newline, min(v.prompt[i].cells, w)
		} else {
			r := v.text[i-len(v.prompt)]
			newline, cells = r == '\n', 0
			if !newline {
				cells = glyphCells(r, at, w)
			}
		}
		if at+cells > w {
			starts, at = append(starts, i), 0
			if i >= len(v.prompt) {
				cells = glyphCells(v.text[i-len(v.prompt)], 0, w)
			}
		}
		if i == len(v.prompt)+v.pos {
			row, col = len(starts)-1, min(at, w-1)
		}
		if newline {
			starts, at = append(starts, i+1), 0
		}
		at += cells
	}
	if at >= w {
		starts, at = append(starts, n), 0
	}
	if v.pos >= len(v.text) {
		row, col = len(starts)-1, at
	}
	return starts, row, col
}

// cells returns the cells of a row.
func (v *view) cells(from, to, w int) []cell {
	row := make([]cell, 0, to-from)
	col := 0
	for i := from; i < to; i++ {
		n := len(row)
		if i < len(v.prompt) {
			c := v.prompt[i]
			if c.cells > w {
				c.text, c.cells = "?", w
			}
			row = append(row, c)
		} else {
			row = addCell(row, v.text[i-len(v.prompt)], "", col, w)
		}
		if len(row) > n {
			col += row[n].cells
		}
	}
	return row
}
