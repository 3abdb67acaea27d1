package sysv

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"unsafe"
)

// FaultError is the SIGSEGV or SIGBUS that a C program would have died of.
type FaultError struct {
	Addr  uintptr // of the first byte that could not be touched, as far as is known
	Write bool
}

func (e *FaultError) Error() string {
	if e.Write {
		return fmt.Sprintf("cannot write to memory at %#x", e.Addr)
	}
	return fmt.Sprintf("cannot read memory at %#x", e.Addr)
}

// Load copies the memory at addr into p. It reads whatever is mapped there,
// this program's own memory included: the caller must know what is.
func Load(addr uintptr, p []byte) error {
	return guard(addr, len(p), false, func() { copy(p, memory(addr, len(p))) })
}

// Store copies p into the memory at addr; see Load. After a fault a part may
// have been written.
func Store(addr uintptr, p []byte) error {
	return guard(addr, len(p), true, func() { copy(memory(addr, len(p)), p) })
}

// LoadInt32 reads a C int, with one plain load: another process's store is seen
// whole, but nothing is ordered.
func LoadInt32(addr uintptr) (v int32, err error) {
	err = guard(addr, 4, false, func() { v = *(*int32)(pointer(addr)) })
	return v, err
}

// StoreInt32 writes a C int, with one plain store.
func StoreInt32(addr uintptr, v int32) error {
	return guard(addr, 4, true, func() { *(*int32)(pointer(addr)) = v })
}

func memory(addr uintptr, n int) []byte { return unsafe.Slice((*byte)(pointer(addr)), n) }

// pointer is an address outside Go's heap as a pointer. The address of a
// segment moves under no garbage collector, so there is nothing to keep alive.
//
//go:nocheckptr
func pointer(addr uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&addr)) }

// guard runs a function that touches the n bytes at addr and nothing else of
// doubtful origin, and turns a fault into an error.
func guard(addr uintptr, n int, write bool, touch func()) (err error) {
	if n == 0 {
		return nil
	}
	if addr == 0 || addr+uintptr(n) < addr {
		return &FaultError{addr, write} // Go makes no slice there, nor around the end of the address space
	}
	old := debug.SetPanicOnFault(true)
	defer func() {
		debug.SetPanicOnFault(old)
		switch r := recover().(type) {
		case nil:
		case interface{ Addr() uintptr }:
			err = &FaultError{within(r.Addr(), addr, n), write}
		case runtime.Error: // the first page: a nil dereference, to Go
			err = &FaultError{addr, write}
		default:
			panic(r)
		}
	}()
	touch()
	return nil
}

// within returns the address of a fault, or the first one if the kernel did not
// tell (it reports 0 for addresses no user may have).
func within(fault, addr uintptr, n int) uintptr {
	if fault-addr < uintptr(n) {
		return fault
	}
	return addr
}
