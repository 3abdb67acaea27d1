package explain

import (
	"math"

	"ipcsh/commands"
	"ipcsh/sysv"
)

// queued is a message that a peek found.
type queued struct {
	typ  int64
	size int
	text []byte // its beginning
}

const (
	mostPeeks = 100     // messages of a queue that are looked at,
	mostBytes = 1 << 24 // and bytes of them
)

// peek copies the first messages of a queue without taking any. It finds none
// without read permission, or where the kernel lacks MSG_COPY. It cannot sleep,
// for MSG_COPY is only allowed with IPC_NOWAIT, and has a buffer of its own.
func peek(c *commands.Call, id int64) []queued {
	limits, _ := msgLimits()
	most := min(int(limits.Msgmax), mostBytes)
	size := min(most, 1<<16)
	buf := sysv.NewMsgbuf(size)
	var list []queued
	for sum := 0; len(list) < mostPeeks && sum < mostBytes; {
		n, err := sysv.Msgrcv(c.Ctx, sysv.Msqid(id), buf, uint(size), len(list), sysv.MSG_COPY|sysv.IPC_NOWAIT)
		if commands.ErrnoOf(err) == "E2BIG" && size < most {
			size = most
			continue
		}
		if err != nil {
			break
		}
		list = append(list, queued{int64(buf.Type()), n, append([]byte(nil), buf.Text(min(n, 256))...)})
		sum += n
	}
	return list
}

// wanted is what a msgrcv asks for.
type wanted struct {
	typ, flags int64
	size       int64 // -1: of any size
}

func (f *finding) wants() wanted {
	w := wanted{size: -1, flags: sysv.MSG_COPY | sysv.IPC_NOWAIT}
	if f.c.Cmd.Name == "peek" {
		return w
	}
	w.typ, w.flags = f.arg(1).I, f.arg(2).I
	switch {
	case f.arg(3).Given:
		w.size = f.arg(3).I
	case f.arg(4).Type != nil && f.arg(4).Type.Size > 0:
		w.size = int64(f.arg(4).Type.Size)
	}
	return w
}

func (w wanted) copies() bool { return w.flags&sysv.MSG_COPY != 0 }

// pick returns the message that the kernel would select.
func (w wanted) pick(list []queued) (queued, bool) {
	if w.copies() {
		if w.typ < 0 || w.typ >= int64(len(list)) {
			return queued{}, false
		}
		return list[w.typ], true
	}
	best, found := queued{}, false
	for _, m := range list {
		except := w.flags&sysv.MSG_EXCEPT != 0
		switch {
		case w.typ == 0, w.typ > 0 && (m.typ == w.typ) != except:
			return m, true
		case w.typ < 0 && m.typ <= w.upTo() && (!found || m.typ < best.typ):
			best, found = m, true
		}
	}
	return best, found
}

// upTo is the highest type that a negative one takes; LONG_MIN counts as -LONG_MAX.
func (w wanted) upTo() int64 {
	if w.typ == math.MinInt64 {
		return math.MaxInt64
	}
	return -w.typ
}
