package sysv

const (
	sizeSemid   = 104
	offsetNsems = 80
)

var semidWant = []uintptr{104, 48, 64, 80}
