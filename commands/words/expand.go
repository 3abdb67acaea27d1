package words

import "strings"

// Piece is a run of a word's text after expansion. Source tells text that stood
// in the source from what came out of a variable: only the former can hold a
// payload's prefix or separators.
type Piece struct {
	Text   string
	Q      Quote
	Source bool
}

// Expand replaces $name, ${name} and $name.member in the bare and the
// double-quoted parts of segs by what lookup returns for the path. The value is
// never split again. A $ that no name follows stands for itself.
func Expand(segs []Seg, lookup func(path string) (string, error)) ([]Piece, error) {
	out := make([]Piece, 0, len(segs))
	for _, s := range segs {
		if s.Q == Single || !strings.Contains(s.Text, "$") {
			out = append(out, Piece{s.Text, s.Q, true})
			continue
		}
		t := s.Text
		for t != "" {
			before, path, rest, ok := cutVariable(t)
			if before != "" {
				out = append(out, Piece{before, s.Q, true})
			}
			if !ok {
				break
			}
			v, err := lookup(path)
			if err != nil {
				return nil, err
			}
			out = append(out, Piece{v, s.Q, false})
			t = rest
		}
	}
	return out, nil
}

// ExpandString is Expand for text that stands in one kind of quotes.
func ExpandString(s string, lookup func(path string) (string, error)) (string, error) {
	p, err := Expand([]Seg{{s, Double}}, lookup)
	return Join(p), err
}

// Join returns the pieces' text.
func Join(ps []Piece) string {
	if len(ps) == 1 {
		return ps[0].Text
	}
	var b strings.Builder
	for _, p := range ps {
		b.WriteString(p.Text)
	}
	return b.String()
}

// cutVariable finds the first variable of s. Without one, ok is false and before
// is all of s.
func cutVariable(s string) (before, path, rest string, ok bool) {
	for i := 0; i < len(s); i++ {
		if s[i] != '$' {
			continue
		}
		t := s[i+1:]
		if strings.HasPrefix(t, "{") {
			if j := strings.IndexByte(t, '}'); j > 0 && isPath(t[1:j]) {
				return s[:i], t[1:j], t[j+1:], true
			}
			continue
		}
		n := pathLen(t)
		if n > 0 {
			return s[:i], t[:n], t[n:], true
		}
	}
	return s, "", "", false
}

// pathLen returns the length of name{.member} at the start of s. A dot that no
// name follows ends a sentence, not the path.
func pathLen(s string) int {
	n := identLen(s)
	if n == 0 {
		return 0
	}
	for n < len(s) && s[n] == '.' {
		m := identLen(s[n+1:])
		if m == 0 {
			break
		}
		n += 1 + m
	}
	return n
}

func isPath(s string) bool { return s != "" && pathLen(s) == len(s) }
