package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// particles are the Korean particles that depend on the sound before them: as a
// text has them, behind a final consonant, and behind a vowel.
var particles = [...][3]string{
	{"을(를)", "을", "를"}, {"은(는)", "은", "는"}, {"이(가)", "이", "가"}, {"(으)로", "으로", "로"}, {"(이)라", "이라", "라"},
}

// josa chooses the particles of a text by what stands before each.
func josa(s string) string {
	for _, p := range particles {
		if !strings.Contains(s, p[0]) {
			continue
		}
		parts := strings.Split(s, p[0])
		var b strings.Builder
		for i, part := range parts {
			b.WriteString(part)
			if i == len(parts)-1 {
				break
			}
			closed, l := closes(b.String())
			if closed && !(l && p[1] == "으로") { // ㄹ takes 로: 서울로
				b.WriteString(p[1])
			} else {
				b.WriteString(p[2])
			}
		}
		s = b.String()
	}
	return s
}

// closes reports whether the last sound of s is a consonant, and whether that is
// ㄹ. Digits are read in Sino-Korean, Latin letters by their names, and a
// word in r as Koreans say it.
func closes(s string) (closed, l bool) {
	for s != "" {
		r, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
		switch {
		case r >= 0xac00 && r <= 0xd7a3:
			final := (r - 0xac00) % 28
			return final != 0, final == 8
		case r >= '0' && r <= '9':
			return strings.ContainsRune("013678", r), strings.ContainsRune("178", r)
		case unicode.IsLetter(r):
			r = unicode.ToLower(r)
			if before, _ := utf8.DecodeLastRuneInString(s); r == 'r' && unicode.IsLetter(before) {
				return false, false // a word: 서버, 리더
			}
			return strings.ContainsRune("lmnr", r), r == 'l' || r == 'r'
		}
	}
	return false, false
}
