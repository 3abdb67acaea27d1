package explain_test

import (
	"os"
	"sort"
	"strings"
	"testing"
	"unicode"
)

// testdata/causes.txt holds a section for each cause of a failure:
//
//	== CALL ERRNO cause
//	-- WHO                     a process of its own: root, user, user uid=1001 ..., sh
//	statements, of which the last failure is the one that is explained
//	why: words that the reasons hold, in English, in this order
//	next: words of the advice
//
// and testdata/notes.txt one for each note: == note KEY cause, and note: words, or
// nothing where there is to be no note.

type section struct {
	call, errno, cause string
	parts              []part
	want               map[string]string
}

func readSections(t *testing.T, file string) []section {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var list []section
	for _, line := range strings.Split(string(b), "\n") {
		if head, ok := strings.CutPrefix(line, "== "); ok {
			f := strings.SplitN(head, " ", 3)
			if len(f) != 3 {
				t.Fatalf("%s: %q", file, line)
			}
			list = append(list, section{call: f[0], errno: f[1], cause: f[2], parts: []part{{}}, want: map[string]string{}})
			continue
		}
		if len(list) == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		s := &list[len(list)-1]
		last := &s.parts[len(s.parts)-1]
		if who, ok := strings.CutPrefix(line, "-- "); ok {
			if last.Script == "" {
				last.Who = who
			} else {
				s.parts = append(s.parts, part{Who: who})
			}
			continue
		}
		label, words, _ := strings.Cut(line, ": ")
		switch label {
		case "why", "next", "note":
			s.want[label] = words
		default:
			last.Script += line + "\n"
		}
	}
	if len(list) == 0 {
		t.Fatal("no sections in", file)
	}
	return list
}

// twoUsers reports whether the section takes the machine's root: a user namespace
// of an ordinary user has one user only.
func (s section) twoUsers() bool {
	for _, p := range s.parts {
		if p.Who == "root" || strings.Contains(p.Who, "=") {
			return true
		}
	}
	return false
}

func TestCauses(t *testing.T) {
	for _, s := range readSections(t, "testdata/causes.txt") {
		t.Run(s.call+" "+s.errno+" "+s.cause, func(t *testing.T) {
			t.Parallel()
			if s.twoUsers() && !realRoot() {
				t.Skip("two users take root")
			}
			got := play(t, s.parts)
			if got.Errno != s.errno {
				t.Fatalf("the last failure was %q", got.Errno)
			}
			holds(t, "why", got.Why, s.want["why"])
			holds(t, "next", got.Next, s.want["next"])
			for _, b := range append(append([]both(nil), got.Why...), got.Next...) {
				t.Logf("%s\n    %s", b.En, b.Ko)
			}
		})
	}
}

func TestNotes(t *testing.T) {
	for _, s := range readSections(t, "testdata/notes.txt") {
		t.Run(s.errno+" "+s.cause, func(t *testing.T) {
			t.Parallel()
			if s.twoUsers() && !realRoot() {
				t.Skip("two users take root")
			}
			got := play(t, s.parts)
			if s.want["note"] == "" {
				if len(got.Notes) > 0 {
					t.Errorf("there was nothing to note: %v", got.Notes)
				}
				return
			}
			if len(got.Notes) != 1 {
				t.Errorf("%d notes, want one: %v", len(got.Notes), got.Notes)
			}
			holds(t, "note", got.Notes, s.want["note"])
			for _, b := range got.Notes {
				t.Logf("%s\n    %s", b.En, b.Ko)
			}
		})
	}
}

// holds checks that texts hold the wanted words, and that each has two languages
// and a line's length.
func holds(t *testing.T, what string, got []both, want string) {
	t.Helper()
	var all []string
	for _, b := range got {
		all = append(all, b.En)
		check(t, b)
	}
	joined := strings.Join(all, " | ")
	if want == "" && len(got) > 0 {
		t.Errorf("the case expects no %s; there is: %s", what, joined)
	}
	rest := joined
	for _, words := range strings.Split(want, " ... ") {
		i := strings.Index(rest, words)
		if i < 0 {
			t.Errorf("%s lacks %q: %s", what, words, joined)
			return
		}
		rest = rest[i+len(words):]
	}
	if len(got) > 3 {
		t.Errorf("%d lines of %s", len(got), what)
	}
}

func check(t *testing.T, b both) {
	t.Helper()
	hangul := strings.IndexFunc(b.Ko, func(r rune) bool { return unicode.Is(unicode.Hangul, r) }) >= 0
	switch {
	case b.En == "" || b.En == b.Ko || !hangul:
		t.Errorf("no Korean: %q, %q", b.En, b.Ko)
	case strings.Contains(b.En+b.Ko, "%!"):
		t.Errorf("a verb went wrong: %q, %q", b.En, b.Ko)
	case len(b.En) > 260 || len([]rune(b.Ko)) > 200:
		t.Errorf("too long (%d, %d): %s\n%s", len(b.En), len([]rune(b.Ko)), b.En, b.Ko)
	}
}

// TestPairs holds testdata/pairs.txt, which lists what semantics.md has one
// process reach, against the cases: a pair has one, or says why not.
func TestPairs(t *testing.T) {
	cases := map[string]int{}
	for _, s := range readSections(t, "testdata/causes.txt") {
		cases[s.call+" "+s.errno]++
	}
	total := 0
	for _, n := range cases {
		total += n
	}
	b, err := os.ReadFile("testdata/pairs.txt")
	if err != nil {
		t.Fatal(err)
	}
	listed, explained := map[string]bool{}, 0
	var without []string
	for _, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		pair, reason, _ := strings.Cut(line, " -- ")
		f := strings.Fields(pair)
		if len(f) < 3 {
			t.Errorf("a pair is a call, an errno and rows: %q", line)
			continue
		}
		name := f[0] + " " + f[1]
		if listed[name] {
			t.Errorf("%s stands there twice", name)
		}
		listed[name] = true
		switch {
		case cases[name] > 0 && reason != "":
			t.Errorf("%s has a case, and a reason why it has none", name)
		case cases[name] > 0:
			explained++
		case reason == "":
			t.Errorf("%s has no case and no reason", name)
		default:
			without = append(without, name+": "+reason)
		}
	}
	var beyond []string
	for name := range cases {
		if !listed[name] {
			beyond = append(beyond, name)
		}
	}
	sort.Strings(beyond)
	t.Logf("%d of %d pairs of call and errno are explained, in %d cases; beyond the rows: %s; without:\n%s",
		explained, len(listed), total, strings.Join(beyond, ", "), strings.Join(without, "\n"))
}
