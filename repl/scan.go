package repl

import (
	"unicode/utf8"

	"ipcsh/commands/words"
)

// The scanner finds where words and statements end. What a word's text is, it
// leaves to package words.

// skipBlanks returns the offset of the next word, or len(t).
func skipBlanks(t string, i int) int {
	for i < len(t) && words.IsBlank(t[i]) {
		i++
	}
	return i
}

// scanWord returns the end of the word at i: a blank or a semicolon outside
// quotes. ok is false if a quote or a backslash is left open.
func scanWord(t string, i int) (end int, ok bool) {
	var quote byte
	for ; i < len(t); i++ {
		c := t[i]
		switch {
		case c == '\\' && quote != '\'':
			if i+1 == len(t) {
				return len(t), false
			}
			_, n := utf8.DecodeRuneInString(t[i+1:])
			i += n
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == ';' || words.IsBlank(c):
			return i, true
		}
	}
	return len(t), quote == 0
}

// scanWords returns where the statement whose words begin at i ends: at a
// semicolon, a comment, the block's brace, or the line's end. With braces, a
// word that begins with one takes words to the one that ends with its closing
// brace. With head, a brace alone opens the block that the statement is the head
// of.
func scanWords(t string, i int, inBlock, head, braces bool) (end int, ok bool) {
	group := false
	for end = i; ; {
		i = skipBlanks(t, i)
		if i == len(t) || t[i] == ';' || t[i] == '#' {
			return end, true
		}
		j, ok := scanWord(t, i)
		if !ok {
			return i, false
		}
		w := t[i:j]
		switch {
		case group:
			group = w[len(w)-1] != '}'
		case w == "}" && inBlock, w == "{" && head:
			return end, true
		case braces && w[0] == '{':
			group = w[len(w)-1] != '}'
		}
		i, end = j, j
	}
}

// scanExpr returns where the expression at i ends: at a semicolon outside
// quotes, a comment, a brace that is a word, or the line's end. The quotes are
// C's.
func scanExpr(t string, i int, inBlock bool) (end int, ok bool) {
	var quote byte
	start := true
	for ; i < len(t); i++ {
		c := t[i]
		switch {
		case quote != 0:
			if c == '\\' {
				i++
			} else if c == quote {
				quote = 0
			}
			continue
		case c == ';', start && c == '#', start && c == '{' && wordEnds(t, i+1), start && inBlock && c == '}' && wordEnds(t, i+1):
			return i, true
		case c == '"' || c == '\'':
			quote = c
		}
		start = words.IsBlank(c)
	}
	return len(t), quote == 0
}

func wordEnds(t string, i int) bool { return i >= len(t) || words.IsBlank(t[i]) || t[i] == ';' }
