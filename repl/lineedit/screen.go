package lineedit

import (
	"io"
	"strconv"
)

// screen draws frames on a terminal. It knows what it has drawn and sends only
// what differs. Rows are ended by itself, never by the terminal's wrapping, and
// columns are set by number: no character whose width the terminal sees
// differently can shift what follows it.
//
// Positions are relative to the first row drawn, which may be anywhere.
type screen struct {
	out      io.Writer
	w, h     int
	top      int      // the first row of the view that is seen
	rows     [][]cell // drawn
	depth    int      // rows of the terminal that are ours
	row, col int      // the cursor; col is w when it stands after the last column
	reflows  bool     // the terminal wraps old rows anew when it gets narrower
	stale    bool     // what is below may be the remains of old rows
	buf      []byte
}

// begin makes the cursor's row, or the next if something is written on it, the
// first row. Blanks as many as columns wrap only if the row was not empty.
func (s *screen) begin(w, h int) {
	s.w, s.h = w, h
	s.reset()
	for range w {
		s.buf = append(s.buf, ' ')
	}
	s.buf = append(s.buf, '\r')
}

// reset forgets what was drawn: the cursor is at the start of an empty row.
func (s *screen) reset() {
	s.rows, s.depth, s.row, s.col, s.top, s.stale = nil, 1, 0, 0, 0, false
}

// draw shows a view on a terminal that now has w columns and h rows.
func (s *screen) draw(v *view, w, h int) {
	if w != s.w || h != s.h {
		s.resized(w, h)
	}
	var f frame
	f, s.top = v.layout(w, h, s.top)
	for i, row := range f.rows {
		s.drawRow(i, row)
	}
	for i := len(f.rows); i < len(s.rows); i++ {
		s.erase(i)
	}
	if s.stale {
		s.eraseBelow(len(f.rows))
	}
	s.rows = f.rows
	s.move(f.row, f.col)
	s.flush()
}

// drawRow brings a row up to date from the first cell that differs.
func (s *screen) drawRow(i int, row []cell) {
	var old []cell
	if i < len(s.rows) {
		old = s.rows[i]
	}
	same, col := 0, 0
	for same < len(old) && same < len(row) && old[same] == row[same] {
		col += row[same].cells
		same++
	}
	if i < len(s.rows) && (same == len(old) && same == len(row) || col >= s.w) {
		return // at most the unseen end of a full row differs
	}
	s.move(i, col)
	if i >= len(s.rows) || same < len(old) {
		s.buf = append(s.buf, "\x1b[K"...)
	}
	style := ""
	for _, c := range row[same:] {
		if c.style != style {
			s.buf = append(append(s.buf, "\x1b[m"...), c.style...)
			style = c.style
		}
		s.buf = append(s.buf, c.text...)
		if s.col += c.cells; c.disputed && s.col < s.w {
			s.column(s.col)
		}
	}
	if style != "" {
		s.buf = append(s.buf, "\x1b[m"...)
	}
}

// move puts the cursor at a place, making rows at the end.
func (s *screen) move(row, col int) {
	if down := min(row, s.depth-1) - s.row; down > 0 {
		s.escape(down, 'B')
		s.row += down
	} else if row < s.row {
		s.escape(s.row-row, 'A')
		s.row = row
	}
	for s.row < row {
		s.buf = append(s.buf, "\r\n"...)
		s.row, s.col = s.row+1, 0
		s.depth = s.row + 1
	}
	if col != s.col {
		s.column(col)
	}
}

func (s *screen) column(col int) {
	if s.col = col; col == 0 {
		s.buf = append(s.buf, '\r')
		return
	}
	s.escape(col+1, 'G')
}

func (s *screen) escape(n int, final byte) {
	s.buf = append(strconv.AppendInt(append(s.buf, "\x1b["...), int64(n), 10), final)
}

func (s *screen) erase(row int) {
	s.move(row, 0)
	s.buf = append(s.buf, "\x1b[K"...)
}

// eraseBelow erases all that is below n rows. This is done after the last
// character: erasing from the top left corner would make tmux save the screen.
func (s *screen) eraseBelow(n int) {
	s.stale = false
	if s.h > 0 && n >= s.h {
		return // there is nothing below, and the last row may be full
	}
	if s.row == 0 && s.col == 0 {
		s.buf = append(s.buf, " \x1b[J\r"...)
		return
	}
	s.buf = append(s.buf, "\x1b[J"...)
}

// resized finds the first row again after a change of the terminal's size and
// forgets what was drawn.
func (s *screen) resized(w, h int) {
	up := s.row
	if s.reflows && w < s.w {
		at := min(s.col, rowCells(s.rowAt(s.row))-1) // a cursor after the last character stays with it
		up += max(0, at) / w
		for i := range s.row {
			up += max(0, rowCells(s.rowAt(i))-1) / w
		}
	}
	s.buf = append(s.buf, '\r')
	if up > 0 {
		s.escape(up, 'A')
	}
	top := s.top
	s.reset()
	s.w, s.h, s.top, s.stale = w, h, top, true
}

func (s *screen) rowAt(i int) []cell {
	if i < len(s.rows) {
		return s.rows[i]
	}
	return nil
}

func rowCells(row []cell) int {
	n := 0
	for _, c := range row {
		n += c.cells
	}
	return n
}

// clear erases all that was drawn; the cursor is then in the first row.
func (s *screen) clear() {
	for i := range s.rows {
		s.erase(i)
	}
	s.move(0, 0)
	s.reset()
}

// wipe erases the whole screen and goes to its top.
func (s *screen) wipe() {
	s.buf = append(s.buf, "\x1b[H\x1b[2J"...)
	s.reset()
}

// finish leaves the view on the screen as the terminal would wrap it, so that it
// is one line to whoever copies it, and goes to the next row.
func (s *screen) finish(v *view, w, h int) {
	v.pos = len(v.text)
	s.draw(v, w, h)
	if len(s.rows) > 1 {
		s.clear()
		f, _ := v.layout(w, 0, 0)
		style := ""
		for _, row := range f.rows {
			for _, c := range row {
				if c.style != style {
					s.buf = append(append(s.buf, "\x1b[m"...), c.style...)
					style = c.style
				}
				if s.buf = append(s.buf, c.text...); c.newline {
					s.buf = append(s.buf, "\r\n"...)
				}
			}
		}
		if style != "" {
			s.buf = append(s.buf, "\x1b[m"...)
		}
	}
	s.buf = append(s.buf, "\r\n"...)
	s.reset()
	s.flush()
}

// print writes whole lines where the rows were, which are drawn anew below.
func (s *screen) print(text string) {
	top := s.top
	s.clear()
	s.top = top
	s.buf = append(s.buf, text...)
}

func (s *screen) flush() {
	if len(s.buf) > 0 {
		// A terminal that is gone says so to the next read.
		_, _ = s.out.Write(s.buf)
	}
	s.buf = s.buf[:0]
	if cap(s.buf) > 1<<16 {
		s.buf = nil
	}
}
