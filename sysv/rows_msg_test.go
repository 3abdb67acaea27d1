package sysv

import (
	"os"
	"runtime"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// Rows of message queues and ids in which addresses stand that no script has, or
// what IPC_STAT of the shell does not show. What scripts can show of the same
// rows they do.

// bound runs f where mode bits bind root too: on a thread of its own, without
// CAP_IPC_OWNER, that ends with f.
func bound(t *testing.T, f func()) {
	t.Helper()
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		data, err := capget()
		if err == nil {
			data[0].Effective &^= 1 << unix.CAP_IPC_OWNER
			hdr := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
			err = unix.Capset(&hdr, &data[0])
		}
		if err == nil {
			f()
		}
		done <- err
	}()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// chmod sets a queue's mode.
func chmod(t *testing.T, q Msqid, mode uint32) {
	t.Helper()
	o := MsqidDs{Qbytes: 16384}
	o.Uid, o.Gid, o.Mode = uint32(os.Geteuid()), uint32(os.Getegid()), mode
	must(Msgctl(q, IPC_SET, &o))
}

// MSGSND-12: EFAULT of the type, EINVAL of size, id and type, EFAULT of the
// text, EINVAL of an unknown id, EACCES, EAGAIN.
func TestRow_MSGSND_12(t *testing.T) {
	q := newQueue(t)
	page := os.Getpagesize()
	m := must(unix.Mmap(-1, 0, 2*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS))
	defer unix.Munmap(m)
	const long = 32 << (^uint(0) >> 63) / 8
	if err := unix.Mprotect(m[page:], unix.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	text := addressOf(m) + uintptr(page) - long // a good type, and no text behind it
	none := uintptr(q) + 1<<15
	send := func(want syscall.Errno, id, p, size uintptr) {
		t.Helper()
		raw(t, want, unix.SYS_MSGSND, id, p, size, IPC_NOWAIT)
	}
	send(syscall.EFAULT, uintptr(q), 8, 1<<20)
	send(syscall.EFAULT, ^uintptr(0), 8, 1)
	send(syscall.EFAULT, none, 8, 1)
	send(syscall.EINVAL, uintptr(q), text, 100) // the type is 0
	m[page-long] = 1
	send(syscall.EINVAL, uintptr(q), text, 1<<20)
	send(syscall.EINVAL, ^uintptr(0), text, 100)
	send(syscall.EFAULT, none, text, 100)
	send(syscall.EINVAL, none, text, 0)
	chmod(t, q, 0)
	bound(t, func() {
		send(syscall.EFAULT, uintptr(q), text, 100)
		send(syscall.EACCES, uintptr(q), text, 0)
	})
}

// MSGRCV-40: the buffer is touched when a message has been taken, and not before.
func TestRow_MSGRCV_40(t *testing.T) {
	q := newQueue(t)
	receive := func(want syscall.Errno, id, size, flags uintptr) {
		t.Helper()
		raw(t, want, unix.SYS_MSGRCV, id, 8, size, 0, flags)
	}
	receive(syscall.ENOMSG, uintptr(q), 100, IPC_NOWAIT)
	buf := NewMsgbuf(5)
	buf.SetType(1)
	if err := Msgsnd(bg, q, buf, 5, 0); err != nil {
		t.Fatal(err)
	}
	receive(syscall.E2BIG, uintptr(q), 4, IPC_NOWAIT)
	receive(syscall.EINVAL, uintptr(q), ^uintptr(0), IPC_NOWAIT)
	receive(syscall.EINVAL, uintptr(q), 100, MSG_COPY)
	receive(syscall.EINVAL, ^uintptr(0), 100, IPC_NOWAIT)
	receive(syscall.EINVAL, uintptr(q)+1<<15, 100, IPC_NOWAIT)
	chmod(t, q, 0o200)
	bound(t, func() { receive(syscall.EACCES, uintptr(q), 100, IPC_NOWAIT) })
	chmod(t, q, 0o600)
	qnum := func() uint {
		var ds MsqidDs
		must(Msgctl(q, IPC_STAT, &ds))
		return ds.Qnum
	}
	if n := qnum(); n != 1 {
		t.Errorf("%d messages", n)
	}
	receive(syscall.EFAULT, uintptr(q), 100, IPC_NOWAIT)
	if n := qnum(); n != 0 { // MSGRCV-16
		t.Errorf("%d messages", n)
	}
}

// MSGCTL-30: IPC_STAT copies out last, IPC_SET copies in first.
func TestRow_MSGCTL_30(t *testing.T) {
	q := newQueue(t)
	none := uintptr(q) + 1<<15
	raw(t, syscall.EINVAL, unix.SYS_MSGCTL, none, IPC_STAT, 8)
	raw(t, syscall.EFAULT, unix.SYS_MSGCTL, none, IPC_SET, 8)
	raw(t, syscall.EFAULT, unix.SYS_MSGCTL, uintptr(q), IPC_STAT, 8)
	chmod(t, q, 0)
	bound(t, func() {
		raw(t, syscall.EACCES, unix.SYS_MSGCTL, uintptr(q), IPC_STAT, 8)
		raw(t, syscall.EFAULT, unix.SYS_MSGCTL, uintptr(q), IPC_SET, 8)
	})
}

// ID-01: the sequence number in ipc_perm is the id's.
func TestRow_ID_01(t *testing.T) {
	for range 130 { // two rounds of the indices, and no matter where they begin
		q := must(Msgget(IPC_PRIVATE, 0o600))
		var ds MsqidDs
		_, err := Msgctl(q, IPC_STAT, &ds)
		must(Msgctl(q, IPC_RMID, nil))
		if err != nil || int(ds.Seq) != int(q)>>15 {
			t.Fatalf("id %d, sequence number %d, %v", q, ds.Seq, err)
		}
	}
}
