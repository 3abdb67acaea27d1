//go:build amd64 || arm64 || riscv64

package sysv

const (
	sizePerm     = 48
	sizeMsqid    = 120
	sizeShmid    = 112
	offsetNattch = 88
	offsetLrpid  = 100
)

var layoutWant = layout{
	perm:    []uintptr{48, 0, 4, 8, 12, 16, 20, 24},
	msqid:   []uintptr{120, 48, 56, 64, 72, 80, 88, 96, 100},
	shmid:   []uintptr{112, 48, 56, 64, 72, 80, 84, 88},
	semid:   semidWant,
	shminfo: []uintptr{72, 0, 8, 16, 24, 32},
	shmInfo: []uintptr{48, 0, 8, 16, 24, 32, 40},
}
