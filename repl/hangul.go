package repl

import (
	"strings"
	"sync"
	"unicode/utf8"

	"ipcsh/commands"
	"ipcsh/sysv"
)

// The keys of the two-set Hangul keyboard, by jamo. A line typed with it left on
// is read back as the keys that were struck.
var jamoKeys = sync.OnceValue(func() map[rune]string {
	return map[rune]string{
		'ㅂ': "q", 'ㅈ': "w", 'ㄷ': "e", 'ㄱ': "r", 'ㅅ': "t", 'ㅛ': "y", 'ㅕ': "u", 'ㅑ': "i", 'ㅐ': "o", 'ㅔ': "p",
		'ㅁ': "a", 'ㄴ': "s", 'ㅇ': "d", 'ㄹ': "f", 'ㅎ': "g", 'ㅗ': "h", 'ㅓ': "j", 'ㅏ': "k", 'ㅣ': "l",
		'ㅋ': "z", 'ㅌ': "x", 'ㅊ': "c", 'ㅍ': "v", 'ㅠ': "b", 'ㅜ': "n", 'ㅡ': "m",
		'ㅃ': "Q", 'ㅉ': "W", 'ㄸ': "E", 'ㄲ': "R", 'ㅆ': "T", 'ㅒ': "O", 'ㅖ': "P",
		'ㅘ': "hk", 'ㅙ': "ho", 'ㅚ': "hl", 'ㅝ': "nj", 'ㅞ': "np", 'ㅟ': "nl", 'ㅢ': "ml",
		'ㄳ': "rt", 'ㄵ': "sw", 'ㄶ': "sg", 'ㄺ': "fr", 'ㄻ': "fa", 'ㄼ': "fq", 'ㄽ': "ft", 'ㄾ': "fx", 'ㄿ': "fv", 'ㅀ': "fg", 'ㅄ': "qt",
	}
})

// The jamo of a syllable block, in the order of Unicode's arithmetic.
const (
	initials = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
	vowels   = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
	finals   = "   ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ" // the first: none
)

// jamo returns the nth jamo of a list: each takes three bytes.
func jamo(list string, n int) string {
	r, _ := utf8.DecodeRuneInString(list[3*n:])
	return jamoKeys()[r]
}

// keysOf returns the keys that were struck for s.
func keysOf(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r >= 0xac00 && r <= 0xd7a3:
			i := int(r - 0xac00)
			b.WriteString(jamo(initials, i/588))
			b.WriteString(jamo(vowels, i%588/28))
			if f := i % 28; f > 0 {
				b.WriteString(jamo(finals, f))
			}
		case jamoKeys()[r] != "":
			b.WriteString(jamoKeys()[r])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// fromHangul reports whether a line is a command typed with the Hangul keyboard
// on, and what it was meant to be.
func fromHangul(line string, s *commands.Session) (string, bool) {
	if strings.IndexFunc(line, isHangul) < 0 {
		return "", false
	}
	first, _, _ := strings.Cut(line, " ")
	if strings.IndexFunc(first, isHangul) < 0 && !strings.Contains(line, "=") {
		return "", false // the command is typed well; the Hangul is its argument's
	}
	found := false
	typed := strings.Split(line, " ")
	for i, w := range typed {
		parts := strings.Split(w, "|")
		for j, part := range parts {
			name, known := meant(part, s)
			found = found || known && s.Table.Lookup(name) != nil && name != part
			parts[j] = name
		}
		typed[i] = strings.Join(parts, "|")
	}
	return strings.Join(typed, " "), found
}

func isHangul(r rune) bool { return r >= 0x3131 && r <= 0x318e || r >= 0xac00 && r <= 0xd7a3 }

// meant returns the keys of a word, spelt as the command or constant that they
// name: two keys of three have no jamo for Shift. A word of whole syllables that
// names nothing is Korean, and stays.
func meant(word string, s *commands.Session) (name string, known bool) {
	keys := keysOf(word)
	for _, n := range append(s.Table.Names(), sysv.ConstNames()...) {
		if n == keys {
			return n, true
		}
		if strings.EqualFold(n, keys) {
			name, known = n, true
		}
	}
	switch {
	case known:
		return name, true
	case strings.IndexFunc(word, func(r rune) bool { return r >= 0x3131 && r <= 0x318e }) < 0:
		return word, false
	}
	return keys, false
}
