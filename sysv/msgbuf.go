package sysv

import "unsafe"

// Msgbuf is struct msgbuf: a long mtype, then the text, in one piece of memory.
// The text never counts the mtype.
type Msgbuf struct {
	mem []uint // words, for the mtype's alignment
}

const (
	wordSize    = int(unsafe.Sizeof(uint(0)))
	maxGrow     = 1 << 24   // a text up to this size has a place in the buffer,
	maxTextSize = 1<<31 - 1 // the kernel refuses more than this whatever msgmax is
)

// NewMsgbuf makes a buffer with room for size bytes of text, all zero.
func NewMsgbuf(size int) *Msgbuf {
	b := new(Msgbuf)
	b.Grow(size)
	return b
}

// Type returns the mtype.
func (b *Msgbuf) Type() int { return int(b.mem[0]) }

// SetType sets the mtype.
func (b *Msgbuf) SetType(t int) { b.mem[0] = uint(t) }

// Cap is the number of bytes of text that the buffer has room for.
func (b *Msgbuf) Cap() int { return (len(b.mem) - 1) * wordSize }

// Text returns the first n bytes of the text; they are the buffer's own.
func (b *Msgbuf) Text(n int) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(&b.mem[0])), len(b.mem)*wordSize)[wordSize : wordSize+n]
}

// Grow makes room for n bytes of text and keeps what is there. New room is
// zero. Slices that Text gave out before are no longer the buffer's.
func (b *Msgbuf) Grow(n int) {
	if words := 1 + (n+wordSize-1)/wordSize; words > len(b.mem) {
		mem := make([]uint, words)
		copy(mem, b.mem)
		b.mem = mem
	}
}

func (b *Msgbuf) pointer() unsafe.Pointer { return unsafe.Pointer(&b.mem[0]) }
