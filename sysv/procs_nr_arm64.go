package sysv

// foreignNumber tells the numbers by which a 32-bit process calls what may sleep
// (ARM: semop, msgsnd, msgrcv, semtimedop, semtimedop_time64). To a 64-bit one they are other
// calls, which hardly ever do.
func foreignNumber(nr int) bool {
	switch nr {
	case 298, 301, 302, 312, 420:
		return true
	}
	return false
}
