//go:build arm64 || riscv64

package sysv

const (
	sizeSemid   = 88
	offsetNsems = 64
)

var semidWant = []uintptr{88, 48, 56, 64}
