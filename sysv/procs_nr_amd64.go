package sysv

// foreignNumber tells the numbers by which a 32-bit process calls what may sleep
// (i386: ipc, msgsnd, msgrcv, semtimedop_time64). To a 64-bit one they are other
// calls, which hardly ever do.
func foreignNumber(nr int) bool {
	switch nr {
	case 117, 400, 401, 420:
		return true
	}
	return false
}
