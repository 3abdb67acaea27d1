package explain

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"syscall"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// get explains the failure of msgget, shmget and semget.
func (f *finding) get(kind commands.ObjectKind) {
	f.kind = kind
	key := sysv.Key(int32(f.arg(0).I))
	if o, ok := byKey(kind, key); ok {
		f.obj = o
	}
	switch f.errno {
	case syscall.ENOENT:
		f.noKey(key)
	case syscall.EEXIST:
		f.keyTaken(key)
	case syscall.EACCES:
		if f.obj == nil {
			f.changed()
			return
		}
		f.refused(f.obj, fmt.Sprintf("%s [key %s]", f.label(f.obj), key), folded(f.getFlags()))
		if !mine(f.obj.Perm()) {
			f.next(text.F("if that is not the one you meant, take another key; without mode bits you get the id, no more: %s", "뜻한 객체가 아니면 다른 key를 쓰세요. mode 비트 없이 열면 id만 얻습니다: %s", f.retyped("")))
		}
	case syscall.ENOMEM:
		f.getMemory()
	case syscall.EINVAL:
		f.getInvalid()
	case syscall.ENOSPC:
		f.full()
	case syscall.EPERM:
		f.hugePages()
	}
}

func (f *finding) getFlags() int64 { return f.arg(len(f.c.Args) - 1).I }

// retyped spells the get call as it was typed, with other flags. Without any it
// opens what exists, of whatever size.
func (f *finding) retyped(flags string) string {
	s := f.c.Cmd.Name + " " + f.c.Written(0)
	switch {
	case f.kind == commands.Queue:
	case flags == "":
		s += " 0"
	default:
		s += " " + f.c.Written(1)
	}
	return strings.TrimRight(s+" "+flags, " ")
}

// noKey explains ENOENT.
func (f *finding) noKey(key sysv.Key) {
	if f.obj != nil { // made since
		f.changed()
		return
	}
	if alt, ok := f.otherBase(); ok {
		f.why(text.F("no %s has the key %s, and IPC_CREAT is not given; one has the key %s: 0111 is octal, 111 decimal, 0x111 hex",
			"key가 %[2]s인 %[1]s이(가) 없고 IPC_CREAT도 없습니다. key %[3]s의 것은 있습니다. 0111은 8진수, 111은 10진수, 0x111은 16진수입니다", noun(f.kind), key, alt))
		f.next(text.F("open that one: %s", "그것을 여세요: %s", strings.Replace(f.retyped(""), f.c.Written(0), alt, 1)))
		return
	}
	other := f.kind
	for k := commands.Queue; k <= commands.Set; k++ {
		if _, ok := byKey(k, key); ok && k != f.kind {
			other = k
		}
	}
	if other != f.kind {
		f.why(text.F("no %s has the key %s, and IPC_CREAT is not given; a %s has it, but each kind has keys of its own",
			"key가 %[2]s인 %[1]s이(가) 없고 IPC_CREAT도 없습니다. 그 key의 %[3]s은(는) 있지만 key는 종류마다 따로입니다", noun(f.kind), key, noun(other)))
	} else {
		f.why(text.F("no %s has the key %s, and IPC_CREAT is not given, so none is made", "key가 %[2]s인 %[1]s이(가) 없고, IPC_CREAT도 없어 새로 만들지 않습니다", noun(f.kind), key))
	}
	switch {
	case f.kind == commands.Segment && f.arg(1).I <= 0:
		f.next(text.F("make it, with a size: %s %s 4096 IPC_CREAT|0600; or start the program first that does", "크기를 주어 만들거나(%s %s 4096 IPC_CREAT|0600), 만드는 프로그램을 먼저 시작하세요", f.c.Cmd.Name, f.c.Written(0)))
	case f.kind == commands.Set && f.arg(1).I <= 0:
		f.next(text.F("make it, with a number: %s %s 1 IPC_CREAT|0600; or start the program first that does", "개수를 주어 만들거나(%s %s 1 IPC_CREAT|0600), 만드는 프로그램을 먼저 시작하세요", f.c.Cmd.Name, f.c.Written(0)))
	default:
		f.next(text.F("make it: %s; or start the program first that does", "직접 만들거나(%s), 만드는 프로그램을 먼저 시작하세요", f.retyped("IPC_CREAT|0600")))
	}
}

// otherBase finds an object under the typed digits read in another base.
func (f *finding) otherBase() (string, bool) {
	written := strings.ToLower(f.c.Written(0))
	digits := strings.TrimPrefix(strings.TrimLeft(written, "0"), "x")
	for _, prefix := range []string{"0", "", "0x"} {
		n, err := strconv.ParseUint(prefix+digits, 0, 32)
		if err != nil || prefix+digits == written {
			continue
		}
		if _, ok := byKey(f.kind, sysv.Key(uint32(n))); ok {
			return prefix + digits, true
		}
	}
	return "", false
}

// keyTaken explains EEXIST.
func (f *finding) keyTaken(key sysv.Key) {
	if f.obj == nil {
		f.changed()
		return
	}
	o := f.obj
	f.why(text.F("%s has the key %s already, made by %s, with %s; IPC_CREAT|IPC_EXCL only succeeds for whoever makes it",
		"%s이(가) 이미 key %s을(를) 쓰고 있습니다(만든 사용자 %s, %s). IPC_CREAT|IPC_EXCL은 새로 만들 때만 성공합니다", f.label(o), key, user(o.Perm().Cuid), content(o)))
	f.next(text.F("to open it leave IPC_EXCL out: %s", "열려면 IPC_EXCL을 빼세요: %s", f.retyped("")))
	if mine(o.Perm()) {
		f.next(text.F("for a new one remove it first, with what is in it: %s", "새로 만들려면 내용과 함께 먼저 없애세요: %s", ctl(o.Kind(), f.handle(o), "IPC_RMID")))
	} else {
		f.next(text.F("if you did not mean theirs, take another key: k = ftok FILE 'A' with a file of yours", "그것을 뜻하지 않았다면 다른 key를 쓰세요. 자기 파일로: k = ftok FILE 'A'"))
	}
}

// content says what is in an object.
func content(o *object) *text.Msg {
	switch o.Kind() {
	case commands.Queue:
		return messages(o.Msg().Qnum)
	case commands.Segment:
		return text.F("%d bytes, attached %d times", "%d바이트, attach %d번", o.Shm().Segsz, o.Shm().Nattch)
	}
	return semaphores(int64(o.Sem().Nsems))
}

func messages(n uint) *text.Msg {
	if n == 1 {
		return text.F("1 message", "메시지 1개")
	}
	return text.F("%d messages", "메시지 %d개", n)
}

func semaphores(n int64) *text.Msg {
	if n == 1 {
		return text.F("1 semaphore", "세마포어 1개")
	}
	return text.F("%d semaphores", "세마포어 %d개", n)
}

// getInvalid explains EINVAL of shmget and semget.
func (f *finding) getInvalid() {
	switch f.kind {
	case commands.Segment:
		f.shmgetInvalid()
	case commands.Set:
		f.semgetInvalid()
	default:
		f.changed()
	}
}

// shmgetInvalid: what exists is compared first, the limits are for new ones.
func (f *finding) shmgetInvalid() {
	size, flags := uint(f.arg(1).I), f.arg(2).I
	limits, _ := shmLimits()
	switch {
	case f.obj != nil && size > f.obj.Shm().Segsz:
		have := f.obj.Shm().Segsz
		f.why(text.F("%s has that key and %d bytes, and %d were asked for: a segment never grows, not even within its last page", "그 key의 %s은(는) %d바이트인데 %d바이트를 요청했습니다. 세그먼트는 마지막 쪽 안에서도 커지지 않습니다", f.label(f.obj), have, size))
		f.next(text.F("ask for at most %d, or for 0, which is any size: %s", "%d 이하나, 크기를 가리지 않는 0을 주세요: %s", have, f.retyped("")))
		if mine(f.obj.Perm()) {
			f.next(text.F("or make a larger one after %s", "또는 없앤 뒤 더 크게 만드세요: %s", ctl(f.kind, f.handle(f.obj), "IPC_RMID")))
		}
	case f.obj != nil:
		f.changed()
	case size > limits.Shmmax || limits.Shmmax == 0:
		f.why(text.F("shmmax allows %d bytes in one segment, and %d were asked for", "세그먼트 하나의 한도 shmmax는 %d바이트인데 %d바이트를 요청했습니다", limits.Shmmax, size))
		f.next(f.raise("shmmax", uint64(max(size, 1))))
	case size == 0:
		f.why(text.F("a new segment has 1 byte at least; size 0 only opens one that exists", "새 세그먼트는 1바이트 이상이어야 합니다. 크기 0은 이미 있는 것을 열 때만 됩니다"))
		f.next(text.F("give its size in bytes: %s %s 4096 %s", "크기를 바이트로 주세요: %s %s 4096 %s", f.c.Cmd.Name, f.c.Written(0), f.c.Written(2)))
	case uint64(size) > math.MaxInt64:
		f.why(text.F("%d bytes are more than any file or segment may have, 2^63-1: a negative size, perhaps", "%d바이트는 파일이나 세그먼트의 최대 크기 2^63-1보다 큽니다. 음수를 크기로 주지 않았는지 보세요", size))
		f.next(text.F("give its size in bytes: %s %s 4096 %s", "크기를 바이트로 주세요: %s %s 4096 %s", f.c.Cmd.Name, f.c.Written(0), f.c.Written(2)))
	case flags&sysv.SHM_HUGETLB != 0:
		f.why(text.F("this machine has no huge pages of the size asked for, 2^%d bytes (/sys/kernel/mm/hugepages has those that there are)", "요청한 크기 2^%d바이트의 huge page가 이 컴퓨터에 없습니다(있는 것은 /sys/kernel/mm/hugepages)",
			flags>>sysv.SHM_HUGE_SHIFT&sysv.SHM_HUGE_MASK))
		f.next(text.F("take SHM_HUGETLB|SHM_HUGE_2MB, or none", "SHM_HUGETLB|SHM_HUGE_2MB를 쓰거나 빼세요"))
	default:
		f.changed()
	}
}

// semgetInvalid: the limit comes before everything, 0 only matters for a new set.
func (f *finding) semgetInvalid() {
	n := f.arg(1).I
	limits, _ := semLimits()
	switch {
	case n < 0:
		f.why(text.F("%d is no number of semaphores", "%d은(는) 세마포어 개수가 될 수 없습니다", n))
		f.next(text.F("ask for 1 to %d (semmsl)", "1 ~ %d(semmsl)개를 요청하세요", limits.Semmsl))
	case n > int64(limits.Semmsl):
		f.why(text.F("semmsl allows %d semaphores in one set, and %d were asked for", "집합 하나의 한도 semmsl은 %d개인데 %d개를 요청했습니다", limits.Semmsl, n))
		f.next(f.raise("semmsl", uint64(n)))
	case f.obj != nil && n > int64(f.obj.Sem().Nsems):
		have := int64(f.obj.Sem().Nsems)
		f.why(text.F("%s has that key and %s, and %d were asked for: a set never grows", "그 key의 %s에는 %s가 있는데 %d개를 요청했습니다. 집합은 커지지 않습니다", f.label(f.obj), semaphores(have), n))
		f.next(text.F("ask for at most %d, or for 0, which is any number: %s", "%d 이하나, 개수를 가리지 않는 0을 주세요: %s", have, f.retyped("")))
		if mine(f.obj.Perm()) {
			f.next(text.F("or make a larger one after %s", "또는 없앤 뒤 더 크게 만드세요: %s", ctl(f.kind, f.handle(f.obj), "IPC_RMID")))
		}
	case f.obj == nil && n == 0:
		f.why(text.F("a new set has 1 semaphore at least; 0 only opens one that exists", "새 집합에는 세마포어가 1개 이상 있어야 합니다. 개수 0은 이미 있는 것을 열 때만 됩니다"))
		f.next(text.F("give their number: %s %s 1 %s", "개수를 주세요: %s %s 1 %s", f.c.Cmd.Name, f.c.Written(0), f.c.Written(2)))
	default:
		f.changed()
	}
}
