package sysv

import "golang.org/x/sys/unix"

// The 32-bit machines have no semop of their own and, since 2038 is near, a
// semtimedop with 64-bit times.
const sysSemtimedop = unix.SYS_SEMTIMEDOP_TIME64
