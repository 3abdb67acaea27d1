package repl

import (
	"regexp"
	"strings"

	"ipcsh/commands"
	"ipcsh/commands/words"
)

// cCall is a line of C that calls one of the table's commands.
type cCall struct {
	statement string // the same in ipcsh, if its arguments are plain
	form      string // how ipcsh writes such a call
}

var cShape = regexp.MustCompile(`^(?:(?:const |unsigned |struct )*[a-z_]\w*[ *]+)?(?:([A-Za-z_]\w*)\s*=\s*)?(?:\([^()]*\)\s*)?([a-z]\w*)\s*\((.*)\)\s*;?$`)

// parseC recognises "key_t key = ftok("myfile", 1);" and its like: one call of a
// command of the kernel's, with parentheses.
func parseC(line string, table *commands.Table) (cCall, bool) {
	m := cShape.FindStringSubmatch(strings.TrimSpace(line))
	if m == nil {
		return cCall{}, false
	}
	name, cmd := m[1], table.Lookup(m[2])
	if cmd == nil || !cmd.Kernel() {
		return cCall{}, false
	}
	lead := ""
	if name != "" {
		lead = name + " = "
	}
	c := cCall{form: lead + cmd.Usage()}
	args, ok := splitC(m[3])
	if !ok {
		return c, true
	}
	out := []string{lead + cmd.Name}
	for _, a := range args {
		if !plainC(a) {
			return c, true
		}
		if a == "NULL" {
			a = "0"
		}
		out = append(out, strings.ReplaceAll(strings.ReplaceAll(a, " | ", "|"), " ", ""))
	}
	c.statement = strings.Join(out, " ")
	return c, true
}

// splitC splits C arguments at the commas outside parentheses and quotes.
func splitC(s string) ([]string, bool) {
	var out []string
	depth, start := 0, 0
	var quote byte
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == '\\' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '(' || c == '{':
			depth++
		case c == ')' || c == '}':
			depth--
		case c == ',' && depth == 0:
			out = append(out, strings.TrimSpace(s[start:i]))
			start = i + 1
		}
	}
	if last := strings.TrimSpace(s[start:]); last != "" || len(out) > 0 {
		out = append(out, last)
	}
	return out, quote == 0 && depth == 0
}

var plainArgument = regexp.MustCompile(`^[\w|+*<> ~-]+$`)

// plainC reports whether an argument means the same in ipcsh: a number, flags, a
// variable, a character, a string without blanks or escapes.
func plainC(a string) bool {
	if n := len(a); n >= 2 && (a[0] == '"' && a[n-1] == '"' || a[0] == '\'' && a[n-1] == '\'') {
		return !strings.ContainsAny(a[1:n-1], `\ $"'`)
	}
	return plainArgument.MatchString(a) && (!words.IsIdent(a) || a != "buf")
}
