//go:build amd64 || arm64 || riscv64

package sysv

import "golang.org/x/sys/unix"

// sysSemop is the number by which other programs may call semop.
const sysSemop = unix.SYS_SEMOP
