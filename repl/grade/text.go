package grade

import (
	"bytes"
	"strings"

	"ipcsh/commands/text"
)

// columns is the width of the text report.
const columns = 80

// writeText writes the report for a person, in 80 columns: a paragraph a hand-in
// with a line a task, below a task that did not hold what is known of it, and
// where there are several hand-ins a table and a summary at the end.
func writeText(r *Report, b *bytes.Buffer) error {
	p := paper{r.Lang, b}
	head := line(r.Title)
	if lab := line(r.Lab); head == "" {
		head = lab
	} else if lab != "" {
		head += " (" + lab + ")"
	}
	p.fold("", head)
	for _, s := range r.Refused {
		p.fold("  ", text.F("refused by this machine: %s", "이 시스템이 거부한 격리 수단: %s", line(s)).In(r.Lang))
	}
	for i, g := range r.Grades {
		if i > 0 || b.Len() > 0 {
			b.WriteByte('\n')
		}
		p.grade(g)
	}
	if len(r.Grades) != 1 {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		p.summary(r)
	}
	return nil
}

// paper is what the text report is written on.
type paper struct {
	lang text.Lang
	b    *bytes.Buffer
}

// fold writes a line, broken where it is too long, each part behind the indent.
func (p paper) fold(indent, s string) {
	if s == "" {
		return
	}
	for _, part := range fold(s, columns-text.Cells(indent)) {
		p.b.WriteString(indent + part + "\n")
	}
}

// ends writes a line whose two parts stand at its left and right ends. A left
// part that is too long takes lines of its own, indented like the first.
func (p paper) ends(lead, left, right string) {
	room := columns - text.Cells(lead) - text.Cells(right) - 2
	parts := fold(left, room)
	for i, part := range parts {
		if i == len(parts)-1 {
			part = text.Pad(part, room) + "  " + right
		}
		p.b.WriteString(strings.TrimRight(lead+part, " ") + "\n")
		lead = strings.Repeat(" ", text.Cells(lead))
	}
}

func (p paper) grade(g Grade) {
	p.ends("", line(g.Name), p.outcome(g))
	p.failure("  ", g)
	for _, t := range g.Tasks {
		p.task(t)
	}
	p.aside("  ", g)
	if !g.Passed() {
		p.output("  ", g)
	}
}

// outcome says how a hand-in did, where there are no points in words.
func (p paper) outcome(g Grade) string {
	switch {
	case g.Max != 0:
		return text.F("%s of %s points", "%[2]s점 중 %[1]s점", score(g.Points), score(g.Max)).In(p.lang)
	case g.Passed():
		return text.New("passed", "통과").In(p.lang)
	}
	return text.New("not passed", "미통과").In(p.lang)
}

// failure writes why a hand-in could not be graded, or where it stopped.
func (p paper) failure(indent string, g Grade) {
	head := text.New("stopped", "중단").In(p.lang)
	if len(g.Tasks) == 0 {
		head = ungraded(p.lang)
	}
	p.facts(indent, asideHead, detail{head, clip(block(g.Failure), p.lang)})
}

// aside writes the limits that a hand-in hit and the notes on it.
func (p paper) aside(indent string, g Grade) {
	for _, s := range g.Limits {
		p.facts(indent, asideHead, detail{text.New("limit hit", "제한 초과").In(p.lang), line(s)})
	}
	for _, s := range g.Notes {
		p.facts(indent, asideHead, detail{text.New("note", "참고").In(p.lang), line(s)})
	}
}

// output writes the beginning of what a hand-in's programs wrote.
func (p paper) output(indent string, g Grade) {
	p.facts(indent, asideHead, detail{text.New("output", "출력").In(p.lang), clip(block(g.Output), p.lang)})
}

func (p paper) task(t Task) {
	mark := text.New("ok", "통과").In(p.lang)
	if !t.Passed {
		mark = text.New("not ok", "실패").In(p.lang)
	}
	name := line(t.Name)
	if t.marked() {
		name += " [" + p.visibility(t.Visibility) + "]"
	}
	if s := t.runs(p.lang); s != "" {
		name += " (" + s + ")"
	}
	points := ""
	if t.Max != 0 {
		points = text.F("%s of %s", "%[2]s점 중 %[1]s점", score(t.Points), score(t.Max)).In(p.lang)
	}
	p.ends("  "+text.Pad(mark, 6)+"  ", name, points)
	if t.Passed {
		return
	}
	for i, f := range t.Failures {
		if i > 0 {
			p.b.WriteByte('\n')
		}
		p.facts("          ", taskHead, f.details(p.lang)...)
	}
	p.facts("          ", taskHead, t.hint(p.lang)...)
}

// taskHead and asideHead are the columns of the headings below a task and below
// a hand-in: those of "expected" and of "limit hit". They are fixed so that the
// facts of several failures stand alike.
const (
	taskHead  = 8
	asideHead = 9
)

// facts writes facts with headings of at least wide columns; what is empty is left
// out.
func (p paper) facts(indent string, wide int, list ...detail) {
	for _, l := range headed(list, wide, columns-len(indent)) {
		p.b.WriteString(indent + l + "\n")
	}
}

func (p paper) visibility(v string) string {
	switch v {
	case "hidden":
		return text.New("hidden", "비공개").In(p.lang)
	case "after_due_date":
		return text.New("hidden until the due date", "마감 후 공개").In(p.lang)
	case "after_published":
		return text.New("hidden until published", "성적 공개 후 공개").In(p.lang)
	}
	return line(v)
}

// summary writes a table with a row a hand-in, and the whole in a line.
func (p paper) summary(r *Report) {
	if len(r.Grades) > 0 {
		p.ends("", text.New("hand-in", "제출물").In(p.lang), p.row(text.New("points", "점수").In(p.lang), text.New("of", "만점").In(p.lang), text.New("tasks", "항목").In(p.lang)))
	}
	for _, g := range r.Grades {
		held := 0
		for _, t := range g.Tasks {
			if t.Passed {
				held++
			}
		}
		tasks := text.F("%d of %d", "%[2]d개 중 %[1]d개", held, len(g.Tasks)).In(p.lang)
		if len(g.Tasks) == 0 {
			tasks = text.New("not graded", "채점 불가").In(p.lang)
		}
		p.ends("", line(g.Name), p.row(score(g.Points), score(g.Max), tasks))
	}
	n, passed := len(r.Grades), r.passed()
	if n == 0 {
		p.fold("", text.New("no hand-ins", "제출물이 없습니다").In(p.lang))
		return
	}
	s := text.F("%d hand-ins: %d passed, %d did not", "제출물 %d개: 통과 %d개, 미통과 %d개", n, passed, n-passed).In(p.lang)
	if points, of := r.average(); of != 0 {
		s += text.F("; on average %s of %s points", ", 평균 %[2]s점 중 %[1]s점", score(points), score(of)).In(p.lang)
	}
	p.fold("", s)
}

// row sets the columns of numbers at the right of the table.
func (p paper) row(points, of, tasks string) string {
	right := func(s string, n int) string { return strings.Repeat(" ", max(0, n-text.Cells(s))) + s }
	return right(points, 7) + right(of, 7) + right(tasks, 13)
}
