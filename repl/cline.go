package repl

import (
	"strings"

	"ipcsh/commands"
	"ipcsh/commands/words"
)

// cCall is a line of C that calls one of the table's commands.
type cCall struct {
	statement string // the same in ipcsh, if its arguments are plain
	form      string // how ipcsh writes such a call
}

// parseC recognises "key_t key = ftok("myfile", 1);" and its like: one call of a
// command of the kernel's, with parentheses.
func parseC(line string, table *commands.Table) (cCall, bool) {
	line = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(line), ";"))
	if !strings.HasSuffix(line, ")") {
		return cCall{}, false
	}
	cmd, at, open := findCall(line, table)
	if cmd == nil {
		return cCall{}, false
	}
	lead, ok := assignedC(strings.TrimSpace(line[:at]))
	if !ok {
		return cCall{}, false
	}
	c := cCall{form: lead + cmd.Usage()}
	args, closed := words.SplitC(line[open+1:len(line)-1], ",")
	if !closed {
		return c, true
	}
	for i := range args {
		args[i] = strings.TrimSpace(args[i])
	}
	if len(args) == 1 && args[0] == "" {
		args = nil
	}
	if n := len(args); n > 0 && strings.HasSuffix(cmd.Name, "ctl") && (args[n-1] == "NULL" || args[n-1] == "0" && n > len(cmd.Params)-5 || strings.HasPrefix(args[n-1], "&")) && n > 2 {
		args = args[:n-1] // where the struct goes to, or nothing
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

// findCall finds the first "name(" whose name is a command of the kernel's.
func findCall(line string, table *commands.Table) (cmd *commands.Command, at, open int) {
	for i := 0; i < len(line); i++ {
		if line[i] != '(' {
			continue
		}
		name := strings.TrimRight(line[:i], " ")
		at := len(name)
		for at > 0 && words.IsIdent("_"+name[at-1:]) {
			at--
		}
		if cmd := table.Lookup(name[at:]); cmd != nil && cmd.Kernel() {
			return cmd, at, i
		}
	}
	return nil, 0, 0
}

// assignedC reads what stands before a call in C: nothing, or a declaration or a
// variable with =, and a cast.
func assignedC(s string) (lead string, ok bool) {
	if strings.HasSuffix(s, ")") { // a cast
		s = strings.TrimSpace(s[:max(0, strings.LastIndexByte(s, '('))])
	}
	if s == "" {
		return "", true
	}
	left, ok := strings.CutSuffix(s, "=")
	if !ok {
		return "", false
	}
	parts := strings.FieldsFunc(left, func(r rune) bool { return r == ' ' || r == '*' })
	for _, p := range parts {
		if !words.IsIdent(p) {
			return "", false
		}
	}
	if len(parts) == 0 || parts[0] == "let" {
		return "", false
	}
	return parts[len(parts)-1] + " = ", true
}

// plainC reports whether an argument means the same in ipcsh: a number, flags, a
// variable, a character, a string without blanks or escapes.
func plainC(a string) bool {
	if n := len(a); n >= 2 && (a[0] == '"' && a[n-1] == '"' || a[0] == '\'' && a[n-1] == '\'') {
		return !strings.ContainsAny(a[1:n-1], `\ $"'`)
	}
	return a != "" && a != "buf" && strings.Trim(a, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_|+*<>~- ") == ""
}
