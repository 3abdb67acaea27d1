//go:build arm64 || riscv64

package sysv

type semTime = longTime
