package explain

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// segment explains the failure of shmat and shmctl.
func (f *finding) segment() {
	if f.c.Cmd.Name == "shmctl" {
		f.shmctl()
		return
	}
	switch f.errno {
	case syscall.EINVAL:
		f.shmatInvalid()
	case syscall.EACCES:
		f.shmatRefused()
	case syscall.EPERM:
		f.why(text.F("the address %#x rounds to one below vm.mmap_min_addr, %s, where only CAP_SYS_RAWIO may map, so that a NULL pointer keeps faulting",
			"주소 %#x은(는) 내림하면 vm.mmap_min_addr(%s)보다 낮습니다. NULL 포인터 접근이 fault가 되도록, 그곳은 CAP_SYS_RAWIO만 mapping할 수 있습니다", f.addr(), proc("sys/vm/mmap_min_addr")))
		f.next(text.F("let the kernel choose: a = shmat %s", "커널이 고르게 하세요: a = shmat %s", f.word()))
	case syscall.ENOMEM:
		f.shmatMemory()
	}
}

// addr is shmat's address as typed.
func (f *finding) addr() uintptr { return uintptr(f.arg(1).I) }

// shmatInvalid: the form of the address comes before the id, what is mapped at
// the address behind the permissions.
func (f *finding) shmatInvalid() {
	flags, page := f.arg(2).I, uintptr(os.Getpagesize())
	addr := f.addr()
	round, remap := flags&sysv.SHM_RND != 0, flags&sysv.SHM_REMAP != 0
	switch {
	case f.arg(0).I < 0:
		f.badID()
		return
	case addr == 0 && remap:
		f.why(text.F("SHM_REMAP replaces what is mapped at an address, and none is given", "SHM_REMAP은 주어진 주소의 mapping을 바꾸는데, 주소가 없습니다"))
	case addr%page != 0 && !round:
		f.why(text.F("the address %#x is no multiple of SHMLBA, %d bytes, so no mapping can begin there", "주소 %#x은(는) SHMLBA(%d바이트)의 배수가 아니어서 mapping이 시작될 수 없습니다", addr, page))
		f.next(text.F("SHM_RND rounds it down to %#x", "SHM_RND를 주면 %#x(으)로 내림합니다", addr/page*page))
	case addr != 0 && addr < page && round && remap:
		f.why(text.F("SHM_RND rounds the address %#x down to 0, and SHM_REMAP needs one", "SHM_RND가 주소 %#x을(를) 0으로 내림하는데, SHM_REMAP에는 주소가 필요합니다", addr))
	case f.badID():
		return
	case addr != 0 && !remap:
		f.addressTaken(addr / page * page)
	default:
		f.changed()
		return
	}
	f.next(text.F("let the kernel choose: a = shmat %s", "커널이 고르게 하세요: a = shmat %s", f.word()))
}

func (f *finding) addressTaken(addr uintptr) {
	size := uintptr(f.obj.Shm().Segsz)
	list, _ := sysv.Attachments()
	for _, a := range list {
		if addr < a.End && addr+size > a.Start {
			f.why(text.F("shmid %d is attached from %#x to %#x, in the way of the %d bytes at %#x; only SHM_REMAP replaces", "shmid %d이(가) %#x ~ %#x에 attach되어 있어, 요청한 %d바이트(주소 %#x)와 겹칩니다. 바꾸는 것은 SHM_REMAP뿐입니다",
				a.Id, a.Start, a.End, size, addr))
			return
		}
	}
	if mapped, err := sysv.Mapped(addr, int(size)); err == nil && mapped {
		f.why(text.F("something of the program itself is mapped within the %d bytes at %#x", "요청한 %d바이트(주소 %#x) 안에 프로그램 자신의 메모리가 mapping되어 있습니다", size, addr))
		return
	}
	f.why(text.F("the %d bytes at %#x do not end within the address space", "요청한 %d바이트(주소 %#x)는 주소 공간을 벗어납니다", size, addr))
}

// shmatRefused: rw, r with SHM_RDONLY, and x with SHM_EXEC.
func (f *finding) shmatRefused() {
	if f.obj == nil {
		f.gone()
		return
	}
	flags := f.arg(2).I
	need := uint32(6)
	if flags&sysv.SHM_RDONLY != 0 {
		need = 4
	}
	if flags&sysv.SHM_EXEC != 0 {
		need |= 1
	}
	bits, _ := digit(f.obj.Perm())
	if need&^bits == 2 {
		f.next(text.F("to read, no w is needed: a = shmat %s 0 SHM_RDONLY", "읽기만 하려면 w가 필요 없습니다: a = shmat %s 0 SHM_RDONLY", f.word()))
	}
	f.refused(f.obj, f.name(), need)
}

func (f *finding) shmatMemory() {
	addr := f.addr()
	switch size := uint(0); {
	case f.obj == nil:
		f.gone()
		return
	case uint64(addr) >= 1<<47:
		f.why(text.F("the address %#x is none that a program can have: those of user space end below the kernel's", "주소 %#x은(는) 프로그램이 쓸 수 없는 주소입니다. 사용자 공간은 커널의 주소 아래에서 끝납니다", addr))
	default:
		size = f.obj.Shm().Segsz
		f.why(text.F("the address space has no room for %d bytes more: RLIMIT_AS is %s, and vm.max_map_count %s", "주소 공간에 %d바이트를 더할 자리가 없습니다. RLIMIT_AS는 %s, vm.max_map_count는 %s입니다", size, processLimit("Max address space"), proc("sys/vm/max_map_count")))
		f.next(text.F("detach what is not needed (shmdt), or attach a smaller segment", "필요 없는 attach를 풀거나(shmdt) 더 작은 세그먼트를 쓰세요"))
		return
	}
	f.next(text.F("let the kernel choose: a = shmat %s", "커널이 고르게 하세요: a = shmat %s", f.word()))
}

// shmdt: the address must be the very one that a shmat returned.
func (f *finding) shmdt() {
	f.kind = commands.Segment
	addr, page := uintptr(f.arg(0).I), uintptr(os.Getpagesize())
	list, _ := sysv.Attachments()
	for _, a := range list {
		start := a.Start - uintptr(a.Offset)
		if addr > start && addr < a.End {
			f.why(text.F("%#x lies within the attachment of shmid %d, which begins at %#x: shmdt takes the address that shmat returned", "%#x은(는) shmid %d이(가) attach된 곳의 안쪽입니다. 시작 주소는 %#x이고, shmdt에는 shmat이 반환한 주소를 줍니다", addr, a.Id, start))
			f.next(text.F("shmdt %#x", "이렇게 하세요: shmdt %#x", start))
			return
		}
	}
	h := f.arg(0).H
	switch {
	case h != nil && h.Kind == commands.Attached:
		f.why(text.F("%s (%#x) is detached already: each shmat has one shmdt", "%s(%#x)은(는) 이미 detach되었습니다. shmat 한 번에 shmdt는 한 번입니다", f.word(), addr))
		f.next(text.F("to use the segment again: %s = shmat %d", "세그먼트를 다시 쓰려면: %s = shmat %d", f.word(), h.ID))
		return
	case addr%page != 0:
		f.why(text.F("%#x is no multiple of the page size, %d, so no attachment begins there", "%#x은(는) page 크기(%d)의 배수가 아니어서 attach의 시작일 수 없습니다", addr, page))
	default:
		f.why(text.F("no segment of this process is attached at %#x", "이 프로세스의 세그먼트 가운데 %#x에 attach된 것이 없습니다", addr))
	}
	if len(list) == 0 {
		f.next(text.F("nothing is attached in this process, so there is nothing to detach", "이 프로세스에는 attach된 것이 없으니 detach할 것도 없습니다"))
		return
	}
	f.next(text.F("attached are shmid %d at %#x%s", "attach된 것: shmid %d, 주소 %#x%s", list[0].Id, list[0].Start, andMore(len(list)-1)))
}

func andMore(n int) *text.Msg {
	if n == 0 {
		return text.F("", "")
	}
	return text.F(", and %d more", " 외 %d개", n)
}

// shmctl explains by command.
func (f *finding) shmctl() {
	cmd := f.arg(1).I
	name := sysv.ShmctlCmd(cmd).String()
	switch f.errno {
	case syscall.EINVAL:
		switch {
		case f.unknownCmd(cmd, sysv.ShmctlCmds):
		case cmd == sysv.SHM_STAT || cmd == sysv.SHM_STAT_ANY:
			f.badIndex()
		case f.badID():
		case cmd == sysv.IPC_SET:
			f.badUser(3, 4)
		default:
			f.changed()
		}
	case syscall.EACCES:
		f.statDenied(cmd == sysv.SHM_STAT, "SHM_STAT_ANY")
	case syscall.EPERM:
		if cmd == sysv.SHM_LOCK && f.obj != nil && mine(f.obj.Perm()) {
			f.why(text.F("SHM_LOCK keeps memory from being swapped, and RLIMIT_MEMLOCK is 0 here: none may be locked without CAP_IPC_LOCK", "SHM_LOCK은 메모리가 swap되지 않게 합니다. RLIMIT_MEMLOCK이 0이라 CAP_IPC_LOCK 없이는 조금도 잠글 수 없습니다"))
			f.next(text.F("raise the limit in the shell that starts ipcsh: ulimit -l 64", "ipcsh를 시작하는 셸에서 한도를 올리세요: ulimit -l 64"))
			return
		}
		f.notOwner(name)
	case syscall.ENOMEM:
		if cmd != sysv.SHM_LOCK || f.obj == nil {
			f.noMemory()
			return
		}
		f.why(text.F("not memory is short: with the %d bytes of %s more would be locked than RLIMIT_MEMLOCK allows you, %s bytes in all", "메모리가 모자란 것이 아닙니다. %[2]s의 %[1]d바이트를 더 잠그면 RLIMIT_MEMLOCK(모두 합해 %[3]s바이트)을 넘습니다", f.obj.Shm().Segsz, f.name(), lockable()))
		f.next(text.F("unlock another (shmctl ID SHM_UNLOCK), or raise the limit in the shell that starts ipcsh: ulimit -l", "다른 것을 풀거나(shmctl ID SHM_UNLOCK) ipcsh를 시작하는 셸에서 ulimit -l로 한도를 올리세요"))
	}
}

// fault explains a SIGSEGV. The error itself says what is at the address, if it
// is a command's.
func (f *finding) fault(err error, fe *sysv.FaultError) {
	list, _ := sysv.Attachments()
	var told *commands.Fault
	known := errors.As(err, &told) && told.Why != nil
	for _, a := range list {
		if a.Start <= fe.Addr && fe.Addr < a.End {
			if !known {
				f.why(text.F("shmid %d is attached there as %s: %s", "그곳에는 shmid %d이(가) %s(으)로 attach되어 있습니다. %s", a.Id, a.Perms, readOnly(a)))
			}
			f.next(text.F("attach it for writing: a = shmat %s, without SHM_RDONLY", "SHM_RDONLY 없이 다시 attach하세요: a = shmat %s", f.segmentWord(int64(a.Id))))
			return
		}
	}
	if name, h := f.attachment(fe.Addr); h != nil {
		f.why(text.F("%s was attached at %#x and is detached: the pointer stayed, the memory went", "%s은(는) %#x에 attach되어 있다가 detach되었습니다. 포인터는 남았지만 메모리는 없습니다", name, h.Addr))
		f.next(text.F("attach the segment again: %s = shmat %s", "다시 attach하세요: %s = shmat %s", name, f.segmentWord(h.ID)))
		return
	}
	for _, a := range list { // behind the end of a segment, as a loop that runs too far is
		if fe.Addr >= a.End && fe.Addr-a.End < 1<<20 {
			o, ok := live(commands.Segment, int64(a.Id))
			if !ok {
				break
			}
			f.why(text.F("shmid %d has %d bytes, mapped in whole pages from %#x to %#x; this is %d bytes behind the end", "shmid %d은(는) %d바이트이고 쪽 단위로 %#x ~ %#x에 mapping되어 있습니다. 그 끝에서 %d바이트를 벗어났습니다",
				a.Id, o.Shm().Segsz, a.Start, a.End, fe.Addr-a.End))
			f.next(text.F("stay below offset %d, or make a larger segment", "offset을 %d보다 작게 하거나 더 큰 세그먼트를 만드세요", o.Shm().Segsz))
			return
		}
	}
	if !known {
		f.why(text.F("no segment is attached at %#x", "%#x에는 attach된 세그먼트가 없습니다", fe.Addr))
	}
	f.next(text.F("attach a segment first: a = shmat SHMID, and use a", "먼저 attach하고(a = shmat SHMID) a를 쓰세요"))
}

func readOnly(a sysv.Attachment) *text.Msg {
	if len(a.Perms) > 1 && a.Perms[1] != 'w' {
		return text.F("SHM_RDONLY lets nothing be written", "SHM_RDONLY라서 쓸 수 없습니다")
	}
	return text.F("its mode does not allow it", "그 방식의 접근은 허용되지 않습니다")
}

// attachment finds a variable whose attachment held the address.
func (f *finding) attachment(addr uintptr) (string, *commands.Handle) {
	for _, v := range f.c.Vars() {
		h, ok := v.Val.O.(*commands.Handle)
		if !ok || h.Kind != commands.Attached || addr < h.Addr {
			continue
		}
		size := uint(os.Getpagesize())
		if o, ok := live(commands.Segment, h.ID); ok {
			size = o.Shm().Segsz
		}
		if uint(addr-h.Addr) < size {
			return v.Name, h
		}
	}
	return "", nil
}

// segmentWord is a segment as a statement names it.
func (f *finding) segmentWord(id int64) string {
	if names := f.c.HandleNames(commands.Segment, id); len(names) > 0 {
		return names[0]
	}
	return fmt.Sprint(id)
}
