package sysv

import (
	"context"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Sembuf is struct sembuf: one operation on one semaphore of a set.
type Sembuf struct {
	Num uint16    // sem_num
	Op  int16     // sem_op: add, take, or 0: wait until it is 0
	Flg SemopFlag // sem_flg
}

// Timespec is struct timespec with 64-bit times. Values that make no sense
// reach the kernel, which answers EINVAL.
type Timespec struct{ Sec, Nsec int64 }

// Semop wraps semop(2): all operations or none, in the order of the array.
//
// EAGAIN one must wait and has IPC_NOWAIT; EINVAL no such set, no operations;
// EFBIG no such semaphore; E2BIG more than semopm operations; ERANGE a value or
// an adjustment above SEMVMX; EACCES; EIDRM removed while asleep; EINTR ctx is
// done; ENOSPC, ENOMEM no room for the undo list.
func Semop(ctx context.Context, id Semid, ops []Sembuf) error {
	return semop(ctx, "semop", id, ops, nil)
}

// Semtimedop wraps semtimedop(2): semop that gives up after timeout, with
// EAGAIN; nil waits for ever. Interruptions do not make it wait longer.
func Semtimedop(ctx context.Context, id Semid, ops []Sembuf, timeout *Timespec) error {
	return semop(ctx, "semtimedop", id, ops, timeout)
}

// semop enters the kernel as semtimedop, as glibc does: the 32-bit machines have
// no other. It tries without sleeping, as msgsnd does. Whether an operation has to
// wait is decided in the order of the array, so one that fails for another
// reason first still does, and an invalid timeout is refused all the same.
func semop(ctx context.Context, call string, id Semid, ops []Sembuf, timeout *Timespec) error {
	var space [16]Sembuf // the try's own copy of the operations
	try := append(space[:0], ops...)
	typed := true // with IPC_NOWAIT everywhere
	for i := range try {
		typed = typed && try[i].Flg&IPC_NOWAIT != 0
		try[i].Flg |= IPC_NOWAIT
	}
	_, _, errno := unix.RawSyscall6(sysSemtimedop, uintptr(id), uintptr(unsafe.Pointer(unsafe.SliceData(try))),
		uintptr(len(try)), uintptr(unsafe.Pointer(timeout)), 0, 0)
	if errno != syscall.EAGAIN || typed || timeout != nil && *timeout == (Timespec{}) {
		return fail(call, errno)
	}
	return semwait(ctx, call, id, ops, timeout)
}

// semwait is the blocking road. It copies its arguments so that they stay off
// the heap for callers that need not wait.
func semwait(ctx context.Context, call string, id Semid, ops []Sembuf, timeout *Timespec) error {
	own := append([]Sembuf(nil), ops...)
	left := func() *Timespec { return nil }
	if timeout != nil {
		left = remaining(*timeout)
	}
	_, err := block(ctx, call, func() (uintptr, syscall.Errno) {
		t := left()
		r, _, errno := unix.Syscall6(sysSemtimedop, uintptr(id), uintptr(unsafe.Pointer(&own[0])),
			uintptr(len(own)), uintptr(unsafe.Pointer(t)), 0, 0)
		return r, errno
	})
	return err
}

// remaining returns a function that tells what is left of a timeout, for a call
// that was interrupted.
func remaining(t Timespec) func() *Timespec {
	if t.Sec > int64(100*365*24*time.Hour/time.Second) {
		return func() *Timespec { return &t } // a Duration would overflow, and nobody waits that long
	}
	end := time.Now().Add(time.Duration(t.Sec)*time.Second + time.Duration(t.Nsec))
	return func() *Timespec {
		d := max(0, time.Until(end))
		return &Timespec{Sec: int64(d / time.Second), Nsec: int64(d % time.Second)}
	}
}
