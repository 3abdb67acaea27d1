package sysv

const (
	sizePerm     = 36
	sizeMsqid    = 88
	sizeShmid    = 84
	sizeSemid    = 64
	offsetNsems  = 52
	offsetNattch = 72
	offsetLrpid  = 76
)

var layoutWant = layout{
	perm:    []uintptr{36, 0, 4, 8, 12, 16, 20, 24},
	msqid:   []uintptr{88, 36, 44, 52, 60, 64, 68, 72, 76},
	shmid:   []uintptr{84, 36, 40, 48, 56, 64, 68, 72},
	semid:   []uintptr{64, 36, 44, 52},
	shminfo: []uintptr{36, 0, 4, 8, 12, 16},
	shmInfo: []uintptr{24, 0, 4, 8, 12, 16, 20},
}
