package sysv

// longTime is an unsigned long and, where the structure had room, its high half.
type longTime struct{ lo, hi uint32 }

func (t longTime) sec() int64 { return int64(t.hi)<<32 | int64(t.lo) }

type semTime = longTime
