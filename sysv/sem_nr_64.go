//go:build amd64 || arm64 || riscv64

package sysv

import "golang.org/x/sys/unix"

const sysSemtimedop = unix.SYS_SEMTIMEDOP
