package grade

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
)

// writeCSV writes a table for spreadsheets: RFC 4180 in UTF-8 with a BOM, without
// which Excel reads Korean in its own code page. A row a hand-in, each in one
// line; the columns are name, points, max, passed (true, false), task_1, task_2
// ... with the points of each task in the lab's order, failure, limits, notes,
// seconds. A cell is empty if there is nothing to say: of a hand-in without that
// task, or one that could not be graded. A cell that a spreadsheet would take for
// a formula gets an apostrophe before it.
func writeCSV(r *Report, b *bytes.Buffer) error {
	b.WriteString("\ufeff")
	w := csv.NewWriter(b)
	w.UseCRLF = true
	tasks := 0
	for _, g := range r.Grades {
		tasks = max(tasks, len(g.Tasks))
	}
	head := []string{"name", "points", "max", "passed"}
	for i := 1; i <= tasks; i++ {
		head = append(head, "task_"+strconv.Itoa(i))
	}
	rows := [][]string{append(head, "failure", "limits", "notes", "seconds")}
	for _, g := range r.Grades {
		row := []string{cell(g.Name), score(g.Points), score(g.Max), strconv.FormatBool(g.Passed())}
		for i := 0; i < tasks; i++ {
			if i < len(g.Tasks) {
				row = append(row, score(g.Tasks[i].Points))
			} else {
				row = append(row, "")
			}
		}
		rows = append(rows, append(row, cell(g.Failure), cell(strings.Join(each(g.Limits), "; ")),
			cell(strings.Join(each(g.Notes), "; ")), seconds(g.Time)))
	}
	return w.WriteAll(rows)
}

// isNumeral reports whether s is a decimal number, with a sign or without.
func isNumeral(s string) bool {
	whole, fraction, point := strings.Cut(strings.TrimLeft(s[:1], "+-")+s[1:], ".")
	digits := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	return digits(whole) && (!point || digits(fraction))
}

// cellLetters is how long a cell may be; that of a spreadsheet holds 32767.
const cellLetters = 2000

// cell returns a text as a spreadsheet may have it: in one line, and no formula.
// The wide forms count too, for spreadsheets of East Asia read them as the others.
func cell(s string) string {
	s = short(s, cellLetters)
	if strings.IndexAny(s, "=+-@\t\r＝＋－＠") == 0 && !isNumeral(s) {
		return "'" + s
	}
	return s
}
