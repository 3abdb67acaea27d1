//go:build amd64 || arm64 || riscv64

package sysv

// longTime is a long.
type longTime struct{ t int }

func (t longTime) sec() int64 { return int64(t.t) }
