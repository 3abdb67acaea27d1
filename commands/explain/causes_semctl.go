package explain

import (
	"syscall"

	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// semctl explains by command, for each looks at its arguments in another order:
// SETVAL at the value before the id, at the number before the mode; GETVAL and
// its like at the mode before the number.
func (f *finding) semctl() {
	num, cmd := f.arg(1).I, f.arg(2).I
	switch f.errno {
	case syscall.EINVAL:
		switch {
		case f.unknownCmd(cmd, sysv.SemctlCmds):
		case cmd == sysv.SEM_STAT || cmd == sysv.SEM_STAT_ANY:
			f.badIndex()
		case f.badID():
		case cmd == sysv.IPC_SET:
			f.badUser(5, 6)
		case num < 0 || num >= int64(f.obj.Sem().Nsems):
			f.badSemnum(num)
		default:
			f.changed()
		}
	case syscall.ERANGE:
		f.semctlRange(num, cmd)
	case syscall.EACCES:
		f.semctlRefused(cmd)
	case syscall.EPERM:
		f.notOwner(sysv.SemctlCmd(cmd).String())
	case syscall.ENOMEM:
		f.noMemory()
	}
}

func (f *finding) badSemnum(num int64) {
	n := int64(f.obj.Sem().Nsems)
	f.why(text.F("%s has %s, numbered from 0 to %d; there is no %d", "%s의 세마포어는 %s(번호 0 ~ %d)이고 %d번은 없습니다", f.name(), semaphores(n), n-1, num))
	f.next(text.F("number them from 0: semctl %s %d %s", "번호를 0부터 세세요: semctl %s %d %s", f.word(), n-1, f.c.Written(2)))
}

func (f *finding) semctlRange(num, cmd int64) {
	for i, v := range f.arg(3).Nums {
		if v >= 0 && v <= sysv.SEMVMX {
			continue
		}
		if cmd == sysv.SETVAL {
			f.why(text.F("%d is no value of a semaphore: those go from 0 to SEMVMX, %d", "%d은(는) 세마포어의 값이 될 수 없습니다. 값은 0 ~ SEMVMX(%d)입니다", v, sysv.SEMVMX))
			f.next(text.F("semctl %s %d SETVAL 1 sets a mutex free", "mutex라면 풀린 상태인 1로 정하세요: semctl %s %d SETVAL 1", f.word(), num))
			return
		}
		f.why(text.F("the value %d for semaphore %d is none: those go from 0 to SEMVMX, %d; nothing was set", "세마포어 %[2]d번에 준 %[1]d은(는) 값이 될 수 없습니다. 값은 0 ~ SEMVMX(%[3]d)입니다. 아무것도 바뀌지 않았습니다", v, i, sysv.SEMVMX))
		f.next(text.F("give all of them in that range: semctl %s 0 SETALL 1,1,...", "모두 그 범위의 값으로 주세요: semctl %s 0 SETALL 1,1,...", f.word()))
		return
	}
}

func (f *finding) semctlRefused(cmd int64) {
	switch {
	case cmd == sysv.SEM_STAT || cmd == sysv.IPC_STAT:
		f.statDenied(cmd == sysv.SEM_STAT, "SEM_STAT_ANY")
	case f.obj == nil:
		f.gone()
	case cmd == sysv.SETVAL || cmd == sysv.SETALL:
		f.refused(f.obj, f.name(), 2)
	default:
		f.refused(f.obj, f.name(), 4)
	}
}
