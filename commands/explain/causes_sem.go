package explain

import (
	"fmt"
	"syscall"

	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// set explains the failure of semop, P, V and semctl.
func (f *finding) set() {
	if f.c.Cmd.Name == "semctl" {
		f.semctl()
		return
	}
	ops, timeout := f.operations()
	switch f.errno {
	case syscall.EINVAL:
		f.semopInvalid(ops, timeout)
	case syscall.E2BIG:
		limits, _ := semLimits()
		f.why(text.F("here it means: one call has at most semopm = %d operations, and this one has %d", "여기서는 연산이 너무 많다는 뜻입니다. 한 호출의 한도 semopm은 %d개인데 %d개를 주었습니다", limits.Semopm, len(ops)))
		f.next(f.raise("semopm", uint64(len(ops))))
		f.next(text.F("or split them, but then they are no longer one atomic step", "또는 나누어 호출하세요. 단, 더 이상 한 번의 원자적 연산이 아닙니다"))
	case syscall.EFBIG:
		f.noSuchSemaphore(ops)
	case syscall.EACCES:
		f.semopRefused(ops)
	case syscall.ERANGE:
		f.semopRange(ops)
	case syscall.EAGAIN:
		f.semopWait(ops, timeout)
	case syscall.EINTR:
		f.interrupted(f.waitsFor(ops))
	case syscall.ENOSPC, syscall.ENOMEM:
		f.noMemory()
	}
}

// operations are what the call was to do.
func (f *finding) operations() ([]sysv.Sembuf, *sysv.Timespec) {
	if f.c.Cmd.Name == "semop" {
		return f.arg(1).Ops, f.arg(2).Time
	}
	op := sysv.Sembuf{Num: uint16(f.arg(1).I), Op: -1, Flg: sysv.SemopFlag(f.arg(2).I)}
	if f.c.Cmd.Name == "V" {
		op.Op = 1
	}
	return []sysv.Sembuf{op}, nil
}

func (f *finding) semopInvalid(ops []sysv.Sembuf, timeout *sysv.Timespec) {
	switch {
	case len(ops) == 0:
		f.why(text.F("the call has no operation", "연산이 하나도 없습니다"))
		f.next(text.F("give one: semop %s 0:-1", "연산을 주세요: semop %s 0:-1", f.word()))
	case f.arg(0).I < 0:
		f.badID()
	case timeout != nil && (timeout.Sec < 0 || timeout.Nsec < 0 || timeout.Nsec >= 1e9):
		f.why(text.F("the timeout {%d, %d} is none: seconds are not negative, and nanoseconds go from 0 to 999999999", "timeout {%d, %d}은(는) 잘못되었습니다. 초는 음수일 수 없고 나노초는 0 ~ 999999999입니다", timeout.Sec, timeout.Nsec))
		f.next(text.F("write timeout=500ms, or timeout=2s", "timeout=500ms나 timeout=2s처럼 쓰세요"))
	case !f.badID():
		f.changed()
	}
}

func (f *finding) noSuchSemaphore(ops []sysv.Sembuf) {
	if f.obj == nil {
		f.gone()
		return
	}
	n := f.obj.Sem().Nsems
	for i, op := range ops {
		if uint(op.Num) >= n {
			f.why(text.F("here it means: %s has %s, numbered from 0 to %d, and operation %d names %d", "여기서는 그런 세마포어가 없다는 뜻입니다. %s의 세마포어는 %s(번호 0 ~ %d)인데 %d번째 연산이 %d번을 가리킵니다", f.name(), semaphores(int64(n)), n-1, i+1, op.Num))
			f.next(text.F("number them from 0: %s", "번호를 0부터 세세요: %s", f.example(n-1, op)))
			return
		}
	}
	f.changed()
}

// example is the statement with another semaphore.
func (f *finding) example(num uint, op sysv.Sembuf) string {
	if f.c.Cmd.Name != "semop" {
		return fmt.Sprintf("%s %s %d", f.c.Cmd.Name, f.word(), num)
	}
	return fmt.Sprintf("semop %s %d:%+d", f.word(), num, op.Op)
}

// semopRefused: an array that alters anything needs w, one that only waits for
// zeros needs r.
func (f *finding) semopRefused(ops []sysv.Sembuf) {
	if f.obj == nil {
		f.gone()
		return
	}
	need := uint32(4)
	for _, op := range ops {
		if op.Op != 0 {
			need = 2
		}
	}
	f.refused(f.obj, f.name(), need)
}

// values reads the set, which needs read permission.
func (f *finding) values() ([]uint16, bool) {
	if f.obj == nil {
		return nil, false
	}
	v, err := f.obj.Values()
	return v, err == nil
}

// stuck is the operation that cannot proceed, as the kernel finds it: in the
// order of the array, with the values that the operations before it leave.
type stuck struct {
	index int
	op    sysv.Sembuf
	value int // before the operation
	found bool
}

func firstStuck(values []uint16, ops []sysv.Sembuf, is func(value int, op sysv.Sembuf) bool) stuck {
	v := append([]uint16(nil), values...)
	for i, op := range ops {
		if int(op.Num) >= len(v) {
			break
		}
		value := int(v[op.Num])
		if is(value, op) {
			return stuck{i, op, value, true}
		}
		next := value + int(op.Op)
		if next < 0 || next > sysv.SEMVMX {
			break
		}
		v[op.Num] = uint16(next)
	}
	return stuck{}
}

func mustWait(value int, op sysv.Sembuf) bool {
	return op.Op == 0 && value != 0 || value+int(op.Op) < 0
}

func outOfRange(value int, op sysv.Sembuf) bool { return value+int(op.Op) > sysv.SEMVMX }

// blocking says which semaphore holds the call up, and in several operations
// which of them.
func (f *finding) blocking(s stuck, ops []sysv.Sembuf) *text.Msg {
	var held *text.Msg
	if s.op.Op == 0 {
		held = text.F("semaphore %d of %s is %d, and the operation waits for 0", "%[2]s의 세마포어 %[1]d번 값이 %[3]d인데, 연산은 0이 되기를 기다립니다", s.op.Num, f.name(), s.value)
	} else {
		held = text.F("semaphore %d of %s is %d, and %d would make it negative", "%[2]s의 세마포어 %[1]d번 값이 %[3]d(이)라서 %[4]d을(를) 하면 음수가 됩니다", s.op.Num, f.name(), s.value, s.op.Op)
	}
	if len(ops) == 1 {
		return held
	}
	return text.F("%s (operation %d of %d; none of them was done)", "%s(연산 %[3]d개 중 %[2]d번째. 아무 연산도 하지 않았습니다)", held, s.index+1, len(ops))
}

// semopWait explains EAGAIN: an operation would have to wait and may not, or not
// any longer.
func (f *finding) semopWait(ops []sysv.Sembuf, timeout *sysv.Timespec) {
	if f.obj == nil {
		f.gone()
		return
	}
	values, ok := f.values()
	s := firstStuck(values, ops, mustWait)
	nowait := s.found && s.op.Flg&sysv.IPC_NOWAIT != 0
	var reason *text.Msg
	fresh := false
	switch {
	case timeout != nil && *timeout == (sysv.Timespec{}) && !nowait:
		reason = text.F("a timeout of 0 only looks, and never waits", "timeout 0은 기다리지 않고 확인만 합니다")
	case timeout != nil && !nowait && (ok && s.found || !anyNowait(ops)):
		reason = text.F("the timeout of %s passed", "timeout %s이(가) 지났습니다", seconds(timeout))
	default:
		reason = text.F("IPC_NOWAIT forbids to wait", "IPC_NOWAIT라서 기다리지 않습니다")
	}
	switch {
	case !ok:
		f.why(text.F("an operation would have to wait; %s; the values cannot be read without r of mode %04o", "기다려야 하는 연산이 있습니다. %s. 값은 r 권한이 없어(mode %04o) 알 수 없습니다", reason, f.obj.Perm().Mode&0o777))
	case !s.found:
		f.why(text.F("an operation would have had to wait, %s; by now the values would let it proceed", "기다려야 하는 연산이 있었습니다. %s. 지금 값으로는 진행할 수 있습니다", reason))
		f.next(text.F("call it again", "다시 호출하세요"))
		return
	default:
		f.why(text.F("%s; %s", "%s. %s", f.blocking(s, ops), reason))
		fresh = f.lastOperator(s)
	}
	switch {
	case fresh:
		f.next(text.F("give it its first value: semctl %s %d SETVAL 1", "처음 값을 주세요: semctl %s %d SETVAL 1", f.word(), s.op.Num))
	case ok && s.op.Op < 0:
		f.next(text.F("whoever holds it gives it back by V %s %d, which wakes those who wait", "가진 쪽이 V %s %d(으)로 돌려주면 기다리는 쪽이 깨어납니다", f.word(), s.op.Num))
	case ok:
		f.next(text.F("it becomes 0 when it is taken down: P %s %d", "누군가 내리면 0이 됩니다: P %s %d", f.word(), s.op.Num))
	}
	if timeout != nil && !nowait {
		f.next(text.F("give it a longer timeout, or leave timeout= out to wait as long as it takes", "timeout을 늘리거나, timeout=을 빼고 될 때까지 기다리세요"))
	} else {
		f.next(text.F("leave IPC_NOWAIT out to wait, or wait with an end: semop's timeout=2s", "IPC_NOWAIT를 빼고 기다리거나, semop의 timeout=2s처럼 시한을 두고 기다리세요"))
	}
}

func anyNowait(ops []sysv.Sembuf) bool {
	for _, op := range ops {
		if op.Flg&sysv.IPC_NOWAIT != 0 {
			return true
		}
	}
	return false
}

func seconds(t *sysv.Timespec) string {
	if t.Nsec%1e6 == 0 && t.Sec == 0 {
		return fmt.Sprintf("%dms", t.Nsec/1e6)
	}
	return fmt.Sprintf("%gs", float64(t.Sec)+float64(t.Nsec)/1e9)
}

// lastOperator names the process that may hold what is waited for. It reports
// whether there is none because nobody has given the semaphore a value.
func (f *finding) lastOperator(s stuck) (fresh bool) {
	pid, err := sysv.Semctl(sysv.Semid(f.obj.ID()), int(s.op.Num), sysv.GETPID, nil)
	switch {
	case err != nil:
	case pid > 0:
		f.why(text.F("the last to change it was %s", "마지막으로 그 값을 바꾼 것은 %s입니다", process(pid)))
	case f.obj.Sem().Otime() == 0 && s.value == 0 && s.op.Op < 0:
		f.why(text.F("as far as can be seen nobody has set it yet: semget makes semaphores with the value 0", "보이는 바로는 아직 아무도 값을 정하지 않았습니다. semget은 세마포어를 값 0으로 만듭니다"))
		return true
	}
	return false
}

func (f *finding) waitsFor(ops []sysv.Sembuf) *text.Msg {
	values, ok := f.values()
	if s := firstStuck(values, ops, mustWait); ok && s.found {
		return f.blocking(s, ops)
	}
	return text.F("what it waited for cannot be seen any more", "무엇을 기다렸는지는 이제 알 수 없습니다")
}

// semopRange explains ERANGE: a value above SEMVMX, or an adjustment of SEM_UNDO
// that no call shows.
func (f *finding) semopRange(ops []sysv.Sembuf) {
	if f.obj == nil {
		f.gone()
		return
	}
	values, ok := f.values()
	s := firstStuck(values, ops, outOfRange)
	undo := false
	for _, op := range ops {
		undo = undo || op.Flg&sysv.SEM_UNDO != 0
	}
	switch {
	case s.found:
		f.why(text.F("semaphore %d of %s is %d, and +%d would take it above SEMVMX, %d, the most that a semaphore holds", "%[2]s의 세마포어 %[1]d번 값이 %[3]d(이)라서 +%[4]d을(를) 하면 최댓값 SEMVMX(%[5]d)를 넘습니다", s.op.Num, f.name(), s.value, s.op.Op, sysv.SEMVMX))
		f.next(text.F("take some first, or set it anew: semctl %s %d SETVAL 1", "먼저 내리거나 다시 정하세요: semctl %s %d SETVAL 1", f.word(), s.op.Num))
	case undo && ok:
		f.why(text.F("the values would allow it, so what SEM_UNDO would have to undo at this process's end left the range of a short, %d to %d", "값으로는 가능하므로, 프로세스가 끝날 때 SEM_UNDO로 되돌릴 양이 short 범위(%d ~ %d)를 벗어난 것입니다", -sysv.SEMAEM-1, sysv.SEMAEM))
		f.next(text.F("use SEM_UNDO on both P and V, so that it evens out; SETVAL clears what there is to undo", "P와 V 양쪽에 SEM_UNDO를 써서 상쇄되게 하세요. SETVAL은 되돌릴 양을 지웁니다"))
	case !ok:
		f.why(text.F("a value would go above SEMVMX, %d; which one cannot be read without r of mode %04o", "어떤 값이 최댓값 SEMVMX(%d)를 넘게 됩니다. 어느 것인지는 r 권한이 없어(mode %04o) 읽을 수 없습니다", sysv.SEMVMX, f.obj.Perm().Mode&0o777))
		f.next(text.F("add less", "더 작은 수를 더하세요"))
	default:
		f.changed()
	}
}
