//go:build !amd64 && !386

package sysv

import "golang.org/x/sys/unix"

const sysFutex = unix.SYS_FUTEX

// olderCall: the newer architectures have none.
func olderCall(int) waitKind { return waitNone }
