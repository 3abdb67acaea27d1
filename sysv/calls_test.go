package sysv

import (
	"bytes"
	"context"
	"math"
	"os"
	"strconv"
	"syscall"
	"testing"
)

var bg = context.Background()

func TestMsg(t *testing.T) {
	q := newQueue(t)
	b := NewMsgbuf(5)
	b.SetType(7)
	copy(b.Text(5), "hello")
	if err := Msgsnd(bg, q, b, 5, 0); err != nil {
		t.Fatal(err)
	}
	var ds MsqidDs
	if _, err := Msgctl(q, IPC_STAT, &ds); err != nil || ds.Qnum != 1 || ds.Cbytes != 5 || ds.Lspid != int32(os.Getpid()) ||
		ds.Mode != 0o600 || ds.Stime() == 0 || ds.Rtime() != 0 || ds.Ctime() == 0 || ds.Uid != uint32(os.Geteuid()) {
		t.Errorf("%+v, %v", ds, err)
	}
	ds.Mode, ds.Qbytes = 0o640, 100
	if _, err := Msgctl(q, IPC_SET, &ds); err != nil {
		t.Error(err)
	}
	_, err := Msgrcv(bg, q, NewMsgbuf(2), 2, 0, 0)
	wantErrno(t, err, "msgrcv", syscall.E2BIG)
	got := NewMsgbuf(0)
	n, err := Msgrcv(bg, q, got, 100, -9, 0)
	if err != nil || n != 5 || got.Type() != 7 || string(got.Text(n)) != "hello" {
		t.Errorf("%d, %v, type %d", n, err, got.Type())
	}
	_, err = Msgrcv(bg, q, got, 100, 0, IPC_NOWAIT)
	wantErrno(t, err, "msgrcv", syscall.ENOMSG)
	_, err = Msgrcv(bg, q, got, 100, 0, MSG_COPY) // as typed: without IPC_NOWAIT an error
	wantErrno(t, err, "msgrcv", syscall.EINVAL)
	b.SetType(0)
	wantErrno(t, Msgsnd(bg, q, b, 5, 0), "msgsnd", syscall.EINVAL)
	var info Msginfo
	if _, err := Msgctl(0, IPC_INFO, &info); err != nil || info.Msgmax < 1 || info.Msgseg == 0 {
		t.Errorf("%+v, %v", info, err)
	}
	_, err = Msgctl(q, 999, nil)
	wantErrno(t, err, "msgctl", syscall.EINVAL)
}

// Sizes that lie: the kernel's answer, and no byte outside the buffer.
func TestMsgSizes(t *testing.T) {
	q := newQueue(t)
	b := NewMsgbuf(3)
	b.SetType(1)
	copy(b.Text(3), "abc")
	for _, size := range []uint{1 << 20, 1<<24 + 1, 1 << 30, math.MaxInt32, 1 << 31, math.MaxUint} {
		err := Msgsnd(bg, q, b, size, 0)
		if size <= maxTextSize && strconv.IntSize == 32 && err != nil && err.(*Error).Errno == syscall.ENOMEM {
			continue // no such room in the address space
		}
		wantErrno(t, err, "msgsnd", syscall.EINVAL)
	}
	if err := Msgsnd(bg, q, b, 100, 0); err != nil {
		t.Fatal(err)
	}
	n, err := Msgrcv(bg, q, b, 1<<24+1, 0, IPC_NOWAIT)
	if err != nil || n != 100 || string(b.Text(3)) != "abc" || !bytes.Equal(b.Text(n)[3:], make([]byte, 97)) {
		t.Errorf("%d, %v", n, err)
	}
	if strconv.IntSize == 64 {
		_, err = Msgrcv(bg, q, b, math.MaxInt, 0, IPC_NOWAIT)
		wantErrno(t, err, "msgrcv", syscall.ENOMSG)
	}
	_, err = Msgrcv(bg, q, b, math.MaxUint, 0, IPC_NOWAIT)
	wantErrno(t, err, "msgrcv", syscall.EINVAL)
}

// With msgmax raised, a message above what a Msgbuf is grown to goes through.
func TestHugeMessage(t *testing.T) {
	limits := map[string]string{}
	for _, l := range must(ReadLimits("")) {
		limits[l.Name] = l.Value
	}
	for _, name := range []string{"msgmax", "msgmnb"} {
		if err := WriteLimit("", name, "100000000"); err != nil {
			t.Skip("limits are not ours:", err)
		}
		defer WriteLimit("", name, limits[name])
	}
	q := newQueue(t)
	b := NewMsgbuf(3)
	b.SetType(1)
	copy(b.Text(3), "abc")
	const size = 20 << 20
	if err := Msgsnd(bg, q, b, size, IPC_NOWAIT); err != nil {
		t.Fatal(err)
	}
	n, err := Msgrcv(bg, q, b, 50<<20, 0, 0)
	if err != nil || n != size || string(b.Text(3)) != "abc" {
		t.Errorf("%d, %v", n, err)
	}
}

func TestShm(t *testing.T) {
	m := newSegment(t, 5000)
	addr := attach(t, m, 0)
	var ds ShmidDs
	if _, err := Shmctl(m, IPC_STAT, &ds); err != nil || ds.Segsz != 5000 || ds.Nattch != 1 || ds.Cpid != int32(os.Getpid()) ||
		ds.Atime() == 0 || ds.Dtime() != 0 {
		t.Errorf("%+v, %v", ds, err)
	}
	if _, err := Shmat(m, addr+1, 0); true {
		wantErrno(t, err, "shmat", syscall.EINVAL)
	}
	if err := Shmdt(addr); err != nil {
		t.Error(err)
	}
	wantErrno(t, Shmdt(addr), "shmdt", syscall.EINVAL)
	var info Shminfo
	if _, err := Shmctl(0, IPC_INFO, &info); err != nil || info.Shmmni < 1 || info.Shmmax < 5000 {
		t.Errorf("%+v, %v", info, err)
	}
	var used ShmInfo
	if _, err := Shmctl(0, SHM_INFO, &used); err != nil || used.UsedIds < 1 || used.ShmTot < 2 {
		t.Errorf("%+v, %v", used, err)
	}
	_, err := Shmget(IPC_PRIVATE, 0, IPC_CREAT)
	wantErrno(t, err, "shmget", syscall.EINVAL)
}

func TestSem(t *testing.T) {
	s := newSet(t, 3)
	if _, err := Semctl(s, 0, SETALL, SemArray{1, 2, 3}); err != nil {
		t.Fatal(err)
	}
	if _, err := Semctl(s, 1, SETVAL, SemVal(5)); err != nil {
		t.Fatal(err)
	}
	all := make(SemArray, 4)
	if _, err := Semctl(s, 0, GETALL, all); err != nil || all[0] != 1 || all[1] != 5 || all[2] != 3 || all[3] != 0 {
		t.Errorf("%v, %v", all, err)
	}
	if err := Semop(bg, s, []Sembuf{{0, -1, 0}, {2, 4, 0}}); err != nil {
		t.Error(err)
	}
	if v, err := Semctl(s, 2, GETVAL, nil); err != nil || v != 7 {
		t.Errorf("%d, %v", v, err)
	}
	if v, err := Semctl(s, 2, GETPID, nil); err != nil || v != os.Getpid() {
		t.Errorf("%d, %v", v, err)
	}
	var ds SemidDs
	if _, err := Semctl(s, 0, IPC_STAT, &ds); err != nil || ds.Nsems != 3 || ds.Otime() == 0 || ds.Ctime() == 0 {
		t.Errorf("%+v, %v", ds, err)
	}
	var info Seminfo
	if _, err := Semctl(0, 0, IPC_INFO, &info); err != nil || info.Semvmx != SEMVMX || info.Semopm < 1 {
		t.Errorf("%+v, %v", info, err)
	}
	wantErrno(t, Semop(bg, s, nil), "semop", syscall.EINVAL)
	wantErrno(t, Semop(bg, s, []Sembuf{{9, 0, 0}}), "semop", syscall.EFBIG)
	wantErrno(t, Semop(bg, s, make([]Sembuf, 100000)), "semop", syscall.E2BIG)
	wantErrno(t, Semop(bg, s, []Sembuf{{0, SEMVMX, 0}, {0, 1, 0}}), "semop", syscall.ERANGE)
	wantErrno(t, Semtimedop(bg, s, []Sembuf{{0, -1, 0}}, &Timespec{Nsec: -1}), "semtimedop", syscall.EINVAL)
	wantErrno(t, Semtimedop(bg, s, []Sembuf{{0, 1, 0}}, &Timespec{Nsec: 1e9}), "semtimedop", syscall.EINVAL)
	_, err := Semctl(s, 0, SETVAL, SemVal(-1))
	wantErrno(t, err, "semctl", syscall.ERANGE)
}

// A structure or array that does not belong to the command, or is too short,
// must not let the kernel write past it.
func TestCtlArguments(t *testing.T) {
	q, m, s := newQueue(t), newSegment(t, 1), newSet(t, 1000)
	type fenced[T any] struct {
		before [64]byte
		v      T
		after  [64]byte
	}
	var fq fenced[Msginfo]
	var fm fenced[ShmInfo]
	var fs fenced[Seminfo]
	if _, err := Msgctl(q, IPC_STAT, &fq.v); err != nil {
		t.Error(err)
	}
	if _, err := Shmctl(m, IPC_STAT, &fm.v); err != nil {
		t.Error(err)
	}
	for _, cmd := range []SemctlCmd{IPC_STAT, GETALL} {
		if _, err := Semctl(s, 0, cmd, &fs.v); err != nil {
			t.Error(err)
		}
	}
	var zero [64]byte
	for _, p := range [][64]byte{fq.before, fq.after, fm.before, fm.after, fs.before, fs.after} {
		if p != zero {
			t.Fatal("memory beside the structure was written")
		}
	}
	if _, err := Semctl(s, 0, SETALL, SemArray{7, 8}); err != nil {
		t.Error(err)
	}
	short := make(SemArray, 2, 1000)
	if _, err := Semctl(s, 0, GETALL, short); err != nil || short[1] != 8 {
		t.Errorf("%v, %v", short, err)
	}
	for cmd := range 32 { // none of them may hurt without an argument
		if cmd != IPC_RMID {
			Msgctl(q, MsgctlCmd(cmd), nil)
			Shmctl(m, ShmctlCmd(cmd), nil)
			Semctl(s, 0, SemctlCmd(cmd), nil)
			Semctl(s, 0, SemctlCmd(cmd), SemVal(8))
		}
	}
	_, err := Semctl(s+1, 0, GETALL, nil)
	wantErrno(t, err, "semctl", syscall.EINVAL)
}

// A call that need not wait allocates nothing.
func TestAllocs(t *testing.T) {
	q, s := newQueue(t), newSet(t, 1)
	b := NewMsgbuf(64)
	b.SetType(1)
	n := testing.AllocsPerRun(100, func() {
		Msgsnd(bg, q, b, 64, 0)
		Msgrcv(bg, q, b, 64, 0, 0)
		Semop(bg, s, []Sembuf{{0, 1, 0}})
		Semtimedop(bg, s, []Sembuf{{0, -1, 0}}, &Timespec{Sec: 1})
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkMsgsndMsgrcv(b *testing.B) {
	q := newQueue(b)
	buf := NewMsgbuf(64)
	buf.SetType(1)
	b.ReportAllocs()
	for range b.N {
		if err := Msgsnd(bg, q, buf, 64, 0); err != nil {
			b.Fatal(err)
		}
		if _, err := Msgrcv(bg, q, buf, 64, 0, 0); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSemop(b *testing.B) {
	s := newSet(b, 1)
	b.ReportAllocs()
	for range b.N {
		if err := Semop(bg, s, []Sembuf{{0, 1, 0}}); err != nil {
			b.Fatal(err)
		}
		if err := Semop(bg, s, []Sembuf{{0, -1, 0}}); err != nil {
			b.Fatal(err)
		}
	}
}
