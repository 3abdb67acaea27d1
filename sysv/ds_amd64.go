package sysv

// semTime has a word of padding on x86-64.
type semTime struct {
	longTime
	_ uint
}
