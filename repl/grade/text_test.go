package grade

import (
	"strings"
	"testing"

	"ipcsh/commands/text"
)

// TestTextIsNarrow holds that the text report stays in 80 columns, without blanks
// at the ends of lines.
func TestTextIsNarrow(t *testing.T) {
	all := samples("text")
	long := strings.Repeat("가x", 200)
	all["long words"] = &Report{Title: long, Lab: long, Refused: []string{long}, Grades: []Grade{{Name: long, Max: 1, Failure: long, Limits: []string{long}, Notes: []string{long}, Output: long,
		Tasks: []Task{{Name: long, Max: 1, Hint: long, Failures: []Failure{{Place: long, Check: long, Expected: long, Found: long, State: long}}}}}, {}}}
	for name, r := range all {
		for _, l := range strings.Split(written(t, r, "text"), "\n") {
			if text.Cells(l) > columns || strings.HasSuffix(l, " ") {
				t.Errorf("%s: %d columns: %q", name, text.Cells(l), l)
			}
		}
	}
}

func TestTextOfACourse(t *testing.T) {
	got := written(t, many(), "text")
	_, table, ok := strings.Cut(got, "\nhand-in ")
	if lines := strings.Split(table, "\n"); !ok || len(lines) != 203 || lines[201] != "200 hand-ins: 100 passed, 100 did not; on average 2 of 3 points" {
		t.Errorf("the table: %d lines, %q", len(lines), lines[len(lines)-2])
	}
	if s := written(t, alone(many(), 0), "text"); strings.Contains(s, "average") || strings.Contains(s, "hand-in") {
		t.Errorf("one hand-in has a table:\n%s", s)
	}
}

func TestFold(t *testing.T) {
	for _, c := range []struct {
		in, want string
	}{
		{"", ""}, {"a b", "a b"}, {"aaaa bbbb", "aaaa|bbbb"}, {"aaaa    bbbb", "aaaa|bbbb"}, {"aaaaaaaaa", "aaaaaaaa|a"}, {"a  b   cccccc", "a  b|cccccc"},
		{"   aaaaaaa", "   aaaaa|aa"}, {"가나다라마", "가나다라|마"}, {"가나 다라", "가나|다라"}, {"aaaaaaaa   ", "aaaaaaaa"}, {"aaaaaaaa b", "aaaaaaaa|b"},
	} {
		if got := strings.Join(fold(c.in, 8), "|"); got != c.want {
			t.Errorf("fold(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestBlock(t *testing.T) {
	for in, want := range map[string]string{
		"a\tb\n\tc\r\nd  \n\n": "a       b\n        c\nd", nfd + "\t|": "홍길동  |", "\x9b\xff": `\x9b\xff`, "\u200b\u2028": `\u200b\u2028`, "": "", "\n\n": "", "é": "é",
	} {
		if got := block(in); got != want {
			t.Errorf("block(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestLargeOutput writes what a hand-in may send to spoil a report: a line of a
// quarter of a million tabs, of wide letters, of letters without width. The text report shows
// the beginning.
func TestLargeOutput(t *testing.T) {
	for _, s := range []string{"\t", "가", "a\u0301\u0301", "\n", "\x00", "a b "} {
		long := strings.Repeat(s, 1<<18/len(s))
		r := &Report{Grades: []Grade{{Name: long, Output: long, Tasks: []Task{{Name: "t", Failures: []Failure{{Found: long}}}}}}}
		for _, f := range Formats() {
			if got := written(t, r, f); len(got) == 0 || strings.Contains(got, "\x00") {
				t.Errorf("%s of %q: %d bytes", f, s, len(got))
			}
		}
		r.Grades[0].Name = "n"
		if got := written(t, r, "text"); len(got) > 12000 {
			t.Errorf("%q: %d bytes of text", s, len(got))
		}
	}
}
