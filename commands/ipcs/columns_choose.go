package ipcs

import (
	"fmt"
	"slices"
	"strings"

	"ipcsh/commands/near"
)

// columnNames reads a list of columns, in any case, into their proper names.
func columnNames(list string) ([]string, error) {
	var names []string
	for _, word := range strings.Split(list, ",") {
		col, err := findColumn(word)
		if err != nil {
			return nil, err
		}
		names = append(names, col.name)
	}
	return names, nil
}

func sortKeys(list string) ([]SortKey, error) {
	var keys []SortKey
	for _, word := range strings.Split(list, ",") {
		name, order, given := strings.Cut(word, ":")
		col, err := findColumn(name)
		if err != nil {
			return nil, err
		}
		order = strings.ToLower(strings.TrimSpace(order))
		if given && order != "desc" && order != "asc" {
			return nil, fmt.Errorf("unknown order: %q (asc or desc)", order)
		}
		keys = append(keys, SortKey{col.name, order == "desc"})
	}
	return keys, nil
}

// findColumn finds a column by its name in any case.
func findColumn(name string) (*column, error) {
	name = strings.TrimSpace(name)
	all := columnTable()
	for i := range all {
		if strings.EqualFold(all[i].name, name) {
			return &all[i], nil
		}
	}
	switch strings.ToUpper(name) {
	case "RESOURCE", "DESCRIPTION", "LIMIT", "USED", "USE%":
		return nil, fmt.Errorf("column %s is of limits, not of objects; see ipcs -l and ipcs -u", name)
	}
	if names := near.Names(name, ColumnNames()); len(names) > 0 {
		return nil, fmt.Errorf("unknown column: %q; did you mean %s?", name, strings.Join(names, ", "))
	}
	return nil, fmt.Errorf("unknown column: %q; the columns are %s", name, strings.Join(ColumnNames(), ", "))
}

// ColumnNames lists the names of all columns.
func ColumnNames() []string {
	var names []string
	for _, c := range columnTable() {
		names = append(names, c.name)
	}
	return names
}

// ColumnHelp explains the columns, a line each.
func ColumnHelp() string {
	var b strings.Builder
	for _, c := range columnTable() {
		fmt.Fprintf(&b, "%13s  %s\n", c.name, c.help)
	}
	return b.String()
}

// Check says what is wrong with the choice: no column, or one that none of the
// kinds has.
func (c *Columns) Check() error {
	_, _, err := c.choose()
	return err
}

// NeedsMemory reports whether the segments' RSS and Swap will be looked at.
func (c *Columns) NeedsMemory() bool {
	return slices.ContainsFunc(c.Names, isMemory) || slices.ContainsFunc(c.Sort, func(k SortKey) bool { return isMemory(k.Name) })
}

func isMemory(column string) bool { return column == "RSS" || column == "SWAP" }

// choose finds the columns and the kinds, "q", "m" and "s" in this order.
func (c *Columns) choose() (cols []*column, kinds string, err error) {
	if len(c.Names) == 0 {
		return nil, "", fmt.Errorf("no columns; the columns are %s", strings.Join(ColumnNames(), ", "))
	}
	own := "" // the kinds of those columns that not all kinds have
	for _, name := range c.Names {
		col, err := findColumn(name)
		if err != nil {
			return nil, "", err
		}
		cols = append(cols, col)
		if col.kinds != "qms" {
			own += col.kinds
		}
	}
	for _, k := range []struct {
		on   bool
		kind string
	}{{c.Q, "q"}, {c.M, "m"}, {c.S, "s"}} {
		if k.on {
			kinds += k.kind
		}
	}
	if kinds == "" {
		for _, kind := range "qms" {
			if own == "" || strings.ContainsRune(own, kind) {
				kinds += string(kind)
			}
		}
	}
	for _, col := range append(cols, c.sortColumns()...) {
		if !strings.ContainsAny(col.kinds, kinds) {
			return nil, "", fmt.Errorf("%s is no column of %s", col.name, kindTitles(kinds))
		}
	}
	if len(kinds) > 1 && !slices.Contains(c.Names, "KIND") {
		kind, _ := findColumn("KIND") // an id alone does not say which object
		cols = append([]*column{kind}, cols...)
	}
	return cols, kinds, nil
}

// sortColumns returns the columns to sort by; unknown ones are left out.
func (c *Columns) sortColumns() []*column {
	var cols []*column
	for _, k := range c.Sort {
		if col, err := findColumn(k.Name); err == nil {
			cols = append(cols, col)
		}
	}
	return cols
}

func kindTitles(kinds string) string {
	var titles []string
	for _, k := range []byte(kinds) {
		switch k {
		case 'q':
			titles = append(titles, "message queues")
		case 'm':
			titles = append(titles, "shared memory segments")
		case 's':
			titles = append(titles, "semaphore sets")
		}
	}
	return strings.Join(titles, " or ")
}
