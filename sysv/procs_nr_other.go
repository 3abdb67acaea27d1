//go:build !amd64 && !arm64

package sysv

// foreignNumber: on this machine all processes use the same numbers.
func foreignNumber(int) bool { return false }
