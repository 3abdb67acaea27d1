package ipcs

import (
	"bufio"
	"io"
	"strings"

	"ipcsh/commands/text"
)

// Columns is the table of chosen columns: --columns, --sort and --no-headings.
// All kinds stand in one table. A cell is "-" where there is nothing to show or
// the kind has no such column, "?" where permissions hide it.
type Columns struct {
	Q, M, S    bool     // the kinds; if none is set, those that have one of the columns
	Names      []string // of the columns, in their order
	Sort       []SortKey
	NoHeadings bool

	// Size shows a number of bytes, for --human; as it is if nil.
	Size func(bytes uint64) string
}

// SortKey is a column to sort by.
type SortKey struct {
	Name string
	Desc bool
}

// Option takes --columns LIST, --sort COL[:desc][,...] or --no-headings. known
// says that it is one of them.
func (c *Columns) Option(name, value string) (known bool, err error) {
	switch name {
	case "columns":
		c.Names, err = columnNames(value)
	case "sort":
		c.Sort, err = sortKeys(value)
	case "no-headings":
		c.NoHeadings = true
	default:
		return false, nil
	}
	return true, err
}

// Write writes the table.
func (c *Columns) Write(w io.Writer, o *Objects, l *Live) error {
	cols, kinds, err := c.choose()
	if err != nil {
		return err
	}
	v := newTableView(l, c.Size)
	list := listed(o, kinds)
	if err := v.sort(list, c.Sort); err != nil {
		return err
	}
	rows := make([][]string, 0, len(list)+1)
	if !c.NoHeadings {
		heads := make([]string, len(cols))
		for i, col := range cols {
			heads[i] = col.name
		}
		rows = append(rows, heads)
	}
	for i := range list {
		row := make([]string, len(cols))
		for j, col := range cols {
			row[j] = v.cell(col, &list[i]).text
		}
		rows = append(rows, row)
	}
	return writeAligned(w, rows, cols)
}

// SortObjects returns o with each kind in the order of c.Sort, for the formats
// that are no table of columns.
func (c *Columns) SortObjects(o *Objects, l *Live) (*Objects, error) {
	if len(c.Sort) == 0 {
		return o, nil
	}
	list := listed(o, "qms")
	if err := newTableView(l, nil).sort(list, c.Sort); err != nil {
		return nil, err
	}
	sorted := &Objects{}
	for _, x := range list {
		switch {
		case x.q != nil:
			sorted.Queues = append(sorted.Queues, *x.q)
		case x.m != nil:
			sorted.Segments = append(sorted.Segments, *x.m)
		default:
			sorted.Sets = append(sorted.Sets, *x.s)
		}
	}
	return sorted, nil
}

// writeAligned writes rows with a blank between columns. The last column is not
// filled up.
func writeAligned(w io.Writer, rows [][]string, cols []*column) error {
	width := make([]int, len(cols))
	for _, row := range rows {
		for i, cell := range row {
			width[i] = max(width[i], text.Cells(cell))
		}
	}
	out := bufio.NewWriter(w)
	for _, row := range rows {
		for i, cell := range row {
			if i > 0 {
				out.WriteByte(' ')
			}
			gap := strings.Repeat(" ", width[i]-text.Cells(cell))
			right := cols[i].look == asNumber
			if right {
				out.WriteString(gap)
			}
			out.WriteString(cell)
			if !right && i < len(row)-1 {
				out.WriteString(gap)
			}
		}
		out.WriteByte('\n')
	}
	return out.Flush()
}
