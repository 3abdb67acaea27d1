package sysv

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// region is a struct msgbuf outside Go's heap, for a size far above the buffer
// that a caller has: its pages are zero and cost nothing until they are used.
type region []byte

func newRegion(call string, size uint) (region, error) {
	r, err := unix.Mmap(-1, 0, wordSize+int(size), unix.PROT_READ|unix.PROT_WRITE,
		unix.MAP_PRIVATE|unix.MAP_ANONYMOUS|unix.MAP_NORESERVE)
	return r, failWith(call, err)
}

func (r region) pointer() unsafe.Pointer { return unsafe.Pointer(&r[0]) }
func (r region) free()                   { unix.Munmap(r) }

func (r region) copyFrom(b *Msgbuf) {
	copy(r, unsafe.Slice((*byte)(b.pointer()), len(b.mem)*wordSize))
}

func (r region) copyTo(b *Msgbuf, n int) {
	b.Grow(n)
	copy(unsafe.Slice((*byte)(b.pointer()), wordSize+n), r)
}
