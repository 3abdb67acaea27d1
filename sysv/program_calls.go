package sysv

import "golang.org/x/sys/unix"

// waitKind is a call in which a thread sleeps that is no System V call.
type waitKind uint8

const (
	waitNone waitKind = iota
	waitRead
	waitChild
	waitForever
	waitSignal
	waitFutex
	waitPoll
	waitPpoll
	waitSelect
	waitEpoll
)

// waitingCall sorts the calls in which a program may sleep without being about
// to run. What is not among them counts as able to run.
func waitingCall(nr int) waitKind {
	switch nr {
	case unix.SYS_READ, unix.SYS_READV:
		return waitRead
	case unix.SYS_WAIT4, unix.SYS_WAITID:
		return waitChild
	case unix.SYS_RT_SIGSUSPEND:
		return waitForever
	case unix.SYS_RT_SIGTIMEDWAIT:
		return waitSignal
	case sysFutex:
		return waitFutex
	case unix.SYS_PPOLL:
		return waitPpoll
	case unix.SYS_PSELECT6:
		return waitSelect
	case unix.SYS_EPOLL_PWAIT:
		return waitEpoll
	}
	return olderCall(nr)
}
