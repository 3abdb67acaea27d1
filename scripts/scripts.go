// Package scripts is the lectures and labs that ship with ipcsh: .ipc files,
// each of which also runs as a test. It imports nothing of the program.
package scripts

import "embed"

// FS holds the scripts by file name.
//
//go:embed *.ipc labs/*.ipc new.txt
var FS embed.FS
