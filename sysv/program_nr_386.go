package sysv

import "golang.org/x/sys/unix"

const sysFutex = unix.SYS_FUTEX

// olderCall sorts the calls that only the older architectures have, and those
// that 32-bit ones have twice.
func olderCall(nr int) waitKind {
	switch nr {
	case unix.SYS_PAUSE:
		return waitForever
	case unix.SYS_POLL:
		return waitPoll
	case unix.SYS__NEWSELECT, unix.SYS_PSELECT6_TIME64:
		return waitSelect
	case unix.SYS_EPOLL_WAIT:
		return waitEpoll
	case unix.SYS_PPOLL_TIME64:
		return waitPpoll
	case unix.SYS_FUTEX_TIME64:
		return waitFutex
	case unix.SYS_WAITPID:
		return waitChild
	}
	return waitNone
}
