package commands

import (
	"os"

	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// attachments are this process's own, from /proc/self/maps where that can be
// read, else as shmat and shmdt left them.
type attachments struct {
	list  []sysv.Attachment
	order []uintptr // where shmat attached, oldest first
}

// attached notes a shmat of id at addr, size bytes long.
func (as *attachments) attached(addr uintptr, id sysv.Shmid, size uintptr) {
	as.order = append(as.order, addr)
	if !as.refresh() {
		as.list = append(as.list, sysv.Attachment{Start: addr, End: addr + roundUp(size), Id: id})
	}
}

// roundUp rounds a size up to whole pages.
func roundUp(size uintptr) uintptr {
	page := uintptr(os.Getpagesize())
	return (size + page - 1) / page * page
}

// detached notes a shmdt of addr.
func (as *attachments) detached(addr uintptr) {
	for i, a := range as.order {
		if a == addr {
			as.order = append(as.order[:i], as.order[i+1:]...)
			break
		}
	}
	if as.refresh() {
		return
	}
	for i, a := range as.list {
		if a.Start == addr {
			as.list = append(as.list[:i], as.list[i+1:]...)
			break
		}
	}
}

func (as *attachments) refresh() bool {
	list, err := sysv.Attachments()
	if err == nil {
		as.list = list
	}
	return err == nil
}

// at returns the mapping that holds addr.
func (as *attachments) at(addr uintptr) (sysv.Attachment, bool) {
	for _, a := range as.list {
		if a.Start <= addr && addr < a.End {
			return a, true
		}
	}
	return sysv.Attachment{}, false
}

// latest returns where segment id was attached last.
func (as *attachments) latest(id sysv.Shmid) (sysv.Attachment, bool) {
	for i := len(as.order) - 1; i >= 0; i-- {
		if a, ok := as.at(as.order[i]); ok && a.Id == id {
			return a, true
		}
	}
	return sysv.Attachment{}, false
}

// covered returns how many of the n bytes from addr on lie in attachments.
func (as *attachments) covered(addr uintptr, n int) int {
	end := addr
	for end-addr < uintptr(n) {
		a, ok := as.at(end)
		if !ok {
			return int(end - addr)
		}
		end = a.End
	}
	return n
}

// access touches the n bytes at addr by way of do, if all of them are this
// process's own attachments. Otherwise the part that is gets touched, as C
// would, and then the first byte that is not: where nothing is mapped that is a
// real fault. Where ipcsh's own memory lies it is reported as one untouched, for
// no script may read or write the shell itself.
func (s *Session) access(addr uintptr, n int, write bool, do func(p uintptr, n int) error) error {
	part := s.attachments.covered(addr, n)
	if part > 0 {
		if err := do(addr, part); err != nil || part == n {
			return s.fault(err)
		}
	}
	bad := addr + uintptr(part)
	if mapped, err := sysv.Mapped(bad, 1); err != nil || mapped {
		return s.fault(&sysv.FaultError{Addr: bad, Write: write})
	}
	var b [1]byte
	if write {
		return s.fault(sysv.Store(bad, b[:]))
	}
	return s.fault(sysv.Load(bad, b[:]))
}

// Fault is memory that could not be touched, and why.
type Fault struct {
	Op    string // read or write
	Fault *sysv.FaultError
	Why   *text.Msg
}

func (f *Fault) Error() string { return f.In(text.En) }

// In returns the fault in l.
func (f *Fault) In(l text.Lang) string {
	msg := text.F("%s: SIGSEGV (11): Segmentation fault at %#x", "%s: SIGSEGV (11): 주소 %#x에서 segmentation fault", f.Op, f.Fault.Addr)
	if f.Why == nil {
		return msg.In(l)
	}
	return msg.In(l) + ": " + f.Why.In(l)
}

func (f *Fault) Unwrap() error { return f.Fault }

// fault says why the address could not be touched, from what is attached.
func (s *Session) fault(err error) error {
	fe, ok := err.(*sysv.FaultError)
	if !ok {
		return err
	}
	f := &Fault{Op: "read", Fault: fe}
	if fe.Write {
		f.Op = "write"
	}
	if a, ok := s.attachments.at(fe.Addr); ok {
		f.Why = text.F("segment %d is attached here as %s", "세그먼트 %d번이 여기에 %s(으)로 attach되어 있습니다", a.Id, a.Perms)
		if fe.Write && len(a.Perms) > 1 && a.Perms[1] != 'w' {
			f.Why = text.F("segment %d is attached read-only (SHM_RDONLY)", "세그먼트 %d번은 읽기 전용(SHM_RDONLY)으로 attach되어 있습니다", a.Id)
		}
	} else {
		f.Why = text.F("no segment is attached there", "그 주소에는 attach된 세그먼트가 없습니다")
	}
	return f
}
