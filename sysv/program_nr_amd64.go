package sysv

import "golang.org/x/sys/unix"

const sysFutex = unix.SYS_FUTEX

// olderCall sorts the calls that only the older architectures have.
func olderCall(nr int) waitKind {
	switch nr {
	case unix.SYS_PAUSE:
		return waitForever
	case unix.SYS_POLL:
		return waitPoll
	case unix.SYS_SELECT:
		return waitSelect
	case unix.SYS_EPOLL_WAIT:
		return waitEpoll
	}
	return waitNone
}
