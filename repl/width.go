package repl

import "ipcsh/commands/text"

// cells returns how many columns of a terminal s takes.
func cells(s string) int { return text.Cells(s) }
