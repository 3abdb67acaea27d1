package repl

import "strings"

// Handout returns the text of a lab as students get it: without what is in its
// solution, and without the tasks that are hidden from them.
func (sc *Script) Handout(src string) string { return sc.without(src, true) }

// Unsolved returns the text of a lab without what is in its solution, each line where
// it was.
func (sc *Script) Unsolved(src string) string { return sc.without(src, false) }

func (sc *Script) without(src string, forStudents bool) string {
	lines := strings.SplitAfter(src, "\n")
	var b strings.Builder
	next := 0 // the first line that was not looked at, from 0
	for _, n := range sc.Nodes {
		first := int(n.Line) - 1
		switch {
		case n.form == solutionForm:
			b.WriteString(strings.Join(lines[next:first], ""))
			b.WriteString(n.Text[:n.Pos] + headline(n.Src))
			if !strings.HasSuffix(headline(n.Src), "{") {
				b.WriteString(" {")
			}
			switch ends := n.last - first - 1; {
			case forStudents:
				b.WriteString("\n}\n")
			case ends == 0:
				b.WriteString(" }\n")
			default:
				b.WriteString(strings.Repeat("\n", ends) + "}\n")
			}
			next = n.last
		case forStudents && n.form == taskForm && n.task.Visibility == "hidden":
			b.WriteString(strings.Join(lines[next:first], ""))
			next = n.last
		}
	}
	b.WriteString(strings.Join(lines[next:], ""))
	return b.String()
}
