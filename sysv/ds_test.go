package sysv

import (
	"testing"
	"unsafe"
)

// layout is what offsetof and sizeof say in C, for this architecture
// (want386 and so on are in the files of the architectures).
type layout struct {
	perm, msqid, shmid, semid, msginfo, shminfo, shmInfo, seminfo, sembuf, timespec []uintptr
}

func layoutHere() layout {
	var p IpcPerm
	var q MsqidDs
	var m ShmidDs
	var s SemidDs
	var mi Msginfo
	var si Shminfo
	var su ShmInfo
	var se Seminfo
	var b Sembuf
	var ts Timespec
	o := func(v ...uintptr) []uintptr { return v }
	return layout{
		perm: o(unsafe.Sizeof(p), unsafe.Offsetof(p.Key), unsafe.Offsetof(p.Uid), unsafe.Offsetof(p.Gid), unsafe.Offsetof(p.Cuid),
			unsafe.Offsetof(p.Cgid), unsafe.Offsetof(p.Mode), unsafe.Offsetof(p.Seq)),
		msqid: o(unsafe.Sizeof(q), unsafe.Offsetof(q.stime), unsafe.Offsetof(q.rtime), unsafe.Offsetof(q.ctime), unsafe.Offsetof(q.Cbytes),
			unsafe.Offsetof(q.Qnum), unsafe.Offsetof(q.Qbytes), unsafe.Offsetof(q.Lspid), unsafe.Offsetof(q.Lrpid)),
		shmid: o(unsafe.Sizeof(m), unsafe.Offsetof(m.Segsz), unsafe.Offsetof(m.atime), unsafe.Offsetof(m.dtime), unsafe.Offsetof(m.ctime),
			unsafe.Offsetof(m.Cpid), unsafe.Offsetof(m.Lpid), unsafe.Offsetof(m.Nattch)),
		semid: o(unsafe.Sizeof(s), unsafe.Offsetof(s.otime), unsafe.Offsetof(s.ctime), unsafe.Offsetof(s.Nsems)),
		msginfo: o(unsafe.Sizeof(mi), unsafe.Offsetof(mi.Msgpool), unsafe.Offsetof(mi.Msgmap), unsafe.Offsetof(mi.Msgmax), unsafe.Offsetof(mi.Msgmnb),
			unsafe.Offsetof(mi.Msgmni), unsafe.Offsetof(mi.Msgssz), unsafe.Offsetof(mi.Msgtql), unsafe.Offsetof(mi.Msgseg)),
		shminfo: o(unsafe.Sizeof(si), unsafe.Offsetof(si.Shmmax), unsafe.Offsetof(si.Shmmin), unsafe.Offsetof(si.Shmmni),
			unsafe.Offsetof(si.Shmseg), unsafe.Offsetof(si.Shmall)),
		shmInfo: o(unsafe.Sizeof(su), unsafe.Offsetof(su.UsedIds), unsafe.Offsetof(su.ShmTot), unsafe.Offsetof(su.ShmRss),
			unsafe.Offsetof(su.ShmSwp), unsafe.Offsetof(su.SwapAttempts), unsafe.Offsetof(su.SwapSuccesses)),
		seminfo: o(unsafe.Sizeof(se), unsafe.Offsetof(se.Semmap), unsafe.Offsetof(se.Semmni), unsafe.Offsetof(se.Semmns), unsafe.Offsetof(se.Semmnu),
			unsafe.Offsetof(se.Semmsl), unsafe.Offsetof(se.Semopm), unsafe.Offsetof(se.Semume), unsafe.Offsetof(se.Semusz),
			unsafe.Offsetof(se.Semvmx), unsafe.Offsetof(se.Semaem)),
		sembuf:   o(unsafe.Sizeof(b), unsafe.Offsetof(b.Num), unsafe.Offsetof(b.Op), unsafe.Offsetof(b.Flg)),
		timespec: o(unsafe.Sizeof(ts), unsafe.Offsetof(ts.Nsec)),
	}
}

func checkLayout(t *testing.T, name string, got, want []uintptr) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %v, want %v", name, got, want)
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("%s: size and offsets %v, want %v", name, got, want)
			return
		}
	}
}

func TestLayout(t *testing.T) {
	got, want := layoutHere(), layoutWant
	checkLayout(t, "ipc_perm", got.perm, want.perm)
	checkLayout(t, "shmid_ds", got.shmid, want.shmid)
	checkLayout(t, "semid_ds", got.semid, want.semid)
	checkLayout(t, "msginfo", got.msginfo, []uintptr{32, 0, 4, 8, 12, 16, 20, 24, 28})
	checkLayout(t, "shminfo", got.shminfo, want.shminfo)
	checkLayout(t, "shm_info", got.shmInfo, want.shmInfo)
	checkLayout(t, "seminfo", got.seminfo, []uintptr{40, 0, 4, 8, 12, 16, 20, 24, 28, 32, 36})
	checkLayout(t, "sembuf", got.sembuf, []uintptr{6, 0, 2, 4})
	checkLayout(t, "timespec", got.timespec, []uintptr{16, 8})
}

func TestRow_MSGCTL_27(t *testing.T) {
	checkLayout(t, "msqid_ds", layoutHere().msqid, layoutWant.msqid)
}

// The same without running: a structure of another size does not compile,
// which go vet shows for an architecture that is not at hand.
var (
	_ = [1]struct{}{}[unsafe.Sizeof(IpcPerm{})-sizePerm]
	_ = [1]struct{}{}[unsafe.Sizeof(MsqidDs{})-sizeMsqid]
	_ = [1]struct{}{}[unsafe.Sizeof(ShmidDs{})-sizeShmid]
	_ = [1]struct{}{}[unsafe.Sizeof(SemidDs{})-sizeSemid]
	_ = [1]struct{}{}[unsafe.Offsetof(SemidDs{}.Nsems)-offsetNsems]
	_ = [1]struct{}{}[unsafe.Offsetof(ShmidDs{}.Nattch)-offsetNattch]
	_ = [1]struct{}{}[unsafe.Offsetof(MsqidDs{}.Lrpid)-offsetLrpid]
)
