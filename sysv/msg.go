package sysv

import (
	"context"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Msgget wraps msgget(2): the queue with this key, or a new one.
//
// ENOENT no queue and no IPC_CREAT; EEXIST with IPC_CREAT|IPC_EXCL; EACCES the
// mode bits asked for are not granted; ENOSPC msgmni queues exist; ENOMEM.
func Msgget(key Key, flags MsggetFlag) (Msqid, error) {
	r, _, errno := unix.Syscall(unix.SYS_MSGGET, uintptr(key), uintptr(flags), 0)
	if errno != 0 {
		return -1, fail("msgget", errno)
	}
	return Msqid(r), nil
}

// Msgsnd wraps msgsnd(2): it sends b's type and the first size bytes of its
// text. size is the size_t of C and need not agree with the buffer, which is
// grown with zeros as needed; what it held before is sent, as in C.
//
// EAGAIN the queue is full (IPC_NOWAIT); EINVAL a type below 1, a size above
// msgmax, no such queue; EACCES; EIDRM removed while asleep; EINTR ctx is done;
// ENOMEM.
func Msgsnd(ctx context.Context, id Msqid, b *Msgbuf, size uint, flags MsgsndFlag) error {
	if size > maxGrow && size <= maxTextSize {
		r, err := newRegion("msgsnd", size)
		if err != nil {
			return err
		}
		defer r.free()
		r.copyFrom(b)
		return msgsnd(ctx, id, r.pointer(), size, flags)
	}
	if size <= maxGrow {
		b.Grow(int(size))
	} // else the kernel refuses the size before it looks at the text
	return msgsnd(ctx, id, b.pointer(), size, flags)
}

// msgsnd tries without sleeping and without a word to Go's scheduler, and only
// takes the blocking road if it has to.
func msgsnd(ctx context.Context, id Msqid, p unsafe.Pointer, size uint, flags MsgsndFlag) error {
	_, _, errno := unix.RawSyscall6(unix.SYS_MSGSND, uintptr(id), uintptr(p), uintptr(size), uintptr(flags|IPC_NOWAIT), 0, 0)
	if errno == 0 && player != nil {
		player.sent(size)
	}
	if errno != syscall.EAGAIN || flags&IPC_NOWAIT != 0 {
		return fail("msgsnd", errno)
	}
	_, err := block(ctx, "msgsnd", func() (uintptr, syscall.Errno) {
		r, _, errno := unix.Syscall6(unix.SYS_MSGSND, uintptr(id), uintptr(p), uintptr(size), uintptr(flags), 0, 0)
		return r, errno
	})
	return err
}

// Msgrcv wraps msgrcv(2): it takes a message of at most size bytes out of the
// queue into b and returns the number of bytes of its text. size is the size_t
// of C; the buffer is grown as needed. typ 0 takes the oldest message, a
// positive one the oldest of that type, a negative one that of the lowest type
// up to -typ; with MSG_COPY it is a position.
//
// ENOMSG nothing to take (IPC_NOWAIT); E2BIG it is larger and MSG_NOERROR is not
// set; EINVAL no such queue, a size below 0; EACCES; EIDRM removed while asleep;
// EINTR ctx is done; ENOSYS MSG_COPY where the kernel lacks it.
func Msgrcv(ctx context.Context, id Msqid, b *Msgbuf, size uint, typ int, flags MsgrcvFlag) (int, error) {
	if size > maxGrow && int(size) > 0 {
		// No message is longer than maxTextSize, so the size may be.
		r, err := newRegion("msgrcv", min(size, maxTextSize))
		if err != nil {
			return -1, err
		}
		defer r.free()
		n, err := msgrcv(ctx, id, r.pointer(), size, typ, flags)
		if err == nil {
			r.copyTo(b, n)
		}
		return n, err
	}
	if size <= maxGrow {
		b.Grow(int(size))
	} // else the kernel refuses the size
	return msgrcv(ctx, id, b.pointer(), size, typ, flags)
}

func msgrcv(ctx context.Context, id Msqid, p unsafe.Pointer, size uint, typ int, flags MsgrcvFlag) (int, error) {
	try := flags
	if flags&MSG_COPY == 0 { // which without IPC_NOWAIT is an error, and with it does not sleep
		try |= IPC_NOWAIT
	}
	r, _, errno := unix.RawSyscall6(unix.SYS_MSGRCV, uintptr(id), uintptr(p), uintptr(size), uintptr(typ), uintptr(try), 0)
	if errno == 0 {
		return int(r), nil
	}
	if errno != syscall.ENOMSG || try == flags {
		return -1, fail("msgrcv", errno)
	}
	r, err := block(ctx, "msgrcv", func() (uintptr, syscall.Errno) {
		r, _, errno := unix.Syscall6(unix.SYS_MSGRCV, uintptr(id), uintptr(p), uintptr(size), uintptr(typ), uintptr(flags), 0)
		return r, errno
	})
	if err != nil {
		return -1, err
	}
	return int(r), nil
}

// MsgctlArg is the structure of a msgctl: *MsqidDs or *Msginfo.
type MsgctlArg interface {
	msgctlArg() (unsafe.Pointer, uintptr)
}

func (d *MsqidDs) msgctlArg() (unsafe.Pointer, uintptr) { return unsafe.Pointer(d), unsafe.Sizeof(*d) }
func (d *Msginfo) msgctlArg() (unsafe.Pointer, uintptr) { return unsafe.Pointer(d), unsafe.Sizeof(*d) }

// Msgctl wraps msgctl(2). IPC_STAT, IPC_SET, MSG_STAT and MSG_STAT_ANY want a
// *MsqidDs, IPC_INFO and MSG_INFO a *Msginfo, IPC_RMID nil. The result is 0, the
// highest index in use (the INFO commands) or an id (the STAT commands, which
// take an index for id).
//
// EINVAL no such queue, index or command; EACCES reading needs the read bit
// (save MSG_STAT_ANY); EPERM IPC_SET and IPC_RMID are the owner's and creator's,
// and msg_qbytes above msgmnb root's.
func Msgctl(id Msqid, cmd MsgctlCmd, arg MsgctlArg) (int, error) {
	var s scratch
	if arg != nil {
		s.load(arg.msgctlArg())
	}
	var r uintptr
	var errno syscall.Errno
	if cmd == MSG_STAT_ANY { // waits for nothing
		r, _, errno = unix.RawSyscall(unix.SYS_MSGCTL, uintptr(id), uintptr(cmd), uintptr(unsafe.Pointer(&s)))
	} else {
		r, _, errno = unix.Syscall(unix.SYS_MSGCTL, uintptr(id), uintptr(cmd), uintptr(unsafe.Pointer(&s)))
	}
	if errno != 0 {
		return -1, fail("msgctl", errno)
	}
	if arg != nil {
		s.store(arg.msgctlArg())
	}
	return int(r), nil
}
