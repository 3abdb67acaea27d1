package words

import "strings"

// Expand returns the text of segs with $name, ${name} and $name.member replaced by
// what lookup returns for the path, in the bare and the double-quoted parts. The
// value is never split again. A $ that no name follows stands for itself.
func Expand(segs []Seg, lookup func(path string) (string, error)) (string, error) {
	if len(segs) == 1 && !strings.Contains(segs[0].Text, "$") {
		return segs[0].Text, nil
	}
	var b strings.Builder
	for _, s := range segs {
		t := s.Text
		for s.Q != Single && t != "" {
			before, path, rest, ok := cutVariable(t)
			if !ok {
				break
			}
			v, err := lookup(path)
			if err != nil {
				return "", err
			}
			b.WriteString(before)
			b.WriteString(v)
			t = rest
		}
		b.WriteString(t)
	}
	return b.String(), nil
}

// ExpandString is Expand for text that stands in one kind of quotes.
func ExpandString(s string, lookup func(path string) (string, error)) (string, error) {
	return Expand([]Seg{{s, Double}}, lookup)
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
