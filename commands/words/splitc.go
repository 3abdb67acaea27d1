package words

import "strings"

// SplitC splits C source at an operator outside its brackets and quotes. closed
// is false if one of these is left open.
func SplitC(src, op string) (parts []string, closed bool) {
	depth, start := 0, 0
	var quote byte
	for i := 0; i < len(src); i++ {
		switch c := src[i]; {
		case quote != 0:
			if c == '\\' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case strings.IndexByte("([{", c) >= 0:
			depth++
		case strings.IndexByte(")]}", c) >= 0:
			depth--
		case depth == 0 && strings.HasPrefix(src[i:], op):
			parts = append(parts, src[start:i])
			i += len(op) - 1
			start = i + 1
		}
	}
	return append(parts, src[start:]), quote == 0 && depth == 0
}
