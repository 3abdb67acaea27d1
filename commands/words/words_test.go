package words

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/shlex"
)

func check(t *testing.T, in string) {
	t.Helper()
	if !utf8.ValidString(in) || strings.ContainsRune(in, utf8.RuneError) {
		return // the parser refuses it before
	}
	want, werr := shlex.Split(in)
	got, gerr := Split(in)
	if (werr != nil) != (gerr != nil) {
		t.Fatalf("%q: error %v, shlex says %v", in, gerr, werr)
	}
	if werr != nil {
		return
	}
	if len(got) != len(want) {
		t.Fatalf("%q: %d words, shlex has %d: %+v %q", in, len(got), len(want), got, want)
	}
	last := 0
	for i, w := range got {
		if w.Text() != want[i] {
			t.Fatalf("%q: word %d is %q, shlex has %q", in, i, w.Text(), want[i])
		}
		if w.Pos < last || w.Raw == "" || in[w.Pos:w.End()] != w.Raw {
			t.Fatalf("%q: word %d spans %d..%d, raw %q", in, i, w.Pos, w.End(), w.Raw)
		}
		last = w.End()
	}
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{"a b", "a#b #c\nd", `'$q' "$q" $q \$q`, `type=-2 "" ''`, "한글 '큐'", `a\`, `"x`,
		"a & b&", "a\\\nb", "\"\\\"\"#\"", "#", `''''`, `a''"b"`, "\v\f a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) { check(t, in) })
}

func TestUnclosed(t *testing.T) {
	for _, in := range []string{`a "b`, `a 'b`, `a\`} {
		if _, err := Split(in); !errors.Is(err, ErrUnclosed) {
			t.Errorf("%q: error %v", in, err)
		}
	}
}

func TestExpand(t *testing.T) {
	vars := map[string]string{"q": "7", "m.text": "a b", "m": "$q"}
	look := func(p string) (string, error) {
		if v, ok := vars[p]; ok {
			return v, nil
		}
		return "", errors.New("unset " + p)
	}
	for in, want := range map[string]string{
		`$q`: "7", `${q}x`: "7x", `"$q"`: "7", `'$q'`: "$q", `\$q`: "$q", `$q의`: "7의", `$m.text.`: "a b.",
		`"<$m>"`: "<$q>", `$`: "$", `a$ b`: "a$", `$1`: "$1", `${`: "${", `${m.text}s`: "a bs", `$$q`: "$7",
	} {
		ws, err := Split(in)
		if err != nil {
			t.Fatal(in, err)
		}
		got, err := Expand(ws[0].Segs, look)
		if err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", in, got, err, want)
		}
	}
	if _, err := Expand([]Seg{{"$nope", Bare}}, look); err == nil {
		t.Error("an unset variable is no error")
	}
}

func TestAssignment(t *testing.T) {
	for in, want := range map[string]string{`type=-2`: "type|-2", `k="v w"`: `k|"v w"`, `k=`: "k|", `"k=v"`: "", `k\=v`: "", `'k'=v`: "", `1=2`: "", `k`: ""} {
		ws, _ := Split(in)
		k, v, ok := ws[0].Assignment()
		got := ""
		if ok {
			got = k + "|" + v.Raw
		}
		if got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}
