package jsonw

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"
	"unicode"
)

func TestJSON(t *testing.T) {
	all := ""
	for r := rune(1); r < 0x3000; r++ {
		all += string(r)
	}
	b := Int(Uint(append([]byte(nil), '{'), "u", math.MaxUint64), "i", math.MinInt64)
	b = Bool(Text(b, "t\"\n", all), "b", true)
	b = Strings(Name(b, "list"), []string{"", "한글\U0001f600", "\xff\x00", "\x00"})
	b = append(Bytes(Name(b, "bytes"), "a\x00"), '}')
	var got, want any
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	want = map[string]any{"u": float64(math.MaxUint64), "i": float64(math.MinInt64), "t\"\n": all, "b": true, "bytes": map[string]any{"hex": "6100"},
		"list": []any{"", "한글\U0001f600", map[string]any{"hex": "ff00"}, "\x00"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v\n%v", got, want)
	}
	for _, c := range string(b) {
		if unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c) {
			t.Errorf("a character %#x as it is", c)
		}
	}
}
