package ipcs

import (
	"context"
	"errors"
	"math"
	"strconv"
	"syscall"

	"ipcsh/commands/jsonw"
	"ipcsh/sysv"
)

// Message is one message of a queue. Of one that is longer than msgmax, which was
// lowered since, nothing is known: the kernel does not copy it.
type Message struct {
	Type, Size int
	Unknown    bool
}

// PeekMessages reads the types and sizes of a queue's messages, in their order,
// without taking any. The kernel shows one at a time, so others' calls in between
// may make it miss or repeat some. EACCES no read permission; ENOSYS a kernel
// without MSG_COPY.
func PeekMessages(id int) ([]Message, error) {
	const flags = sysv.MSG_COPY | sysv.IPC_NOWAIT
	list := []Message{}
	size := uint(1) << 10 // of the buffer: the kernel reads as much for each message
	buf := sysv.NewMsgbuf(int(size))
	for {
		n, err := sysv.Msgrcv(context.Background(), sysv.Msqid(id), buf, size, len(list), flags)
		switch {
		case err == nil:
			list = append(list, Message{Type: buf.Type(), Size: n})
		case errors.Is(err, syscall.ENOMSG):
			return list, nil
		case errors.Is(err, syscall.E2BIG) && size < 1<<30:
			size *= 2
		case errors.Is(err, syscall.EINVAL) && isQueue(id): // it was about the message
			list = append(list, Message{Unknown: true})
		default:
			return nil, err
		}
	}
}

func isQueue(id int) bool {
	_, ok := findQueue(id)
	return ok
}

func (j *jsonReport) messages(id int) {
	list, err := j.live.messages(id)
	if err != nil {
		j.hide("messages", err)
		return
	}
	j.b = append(jsonw.Name(j.b, "messages"), '[')
	for _, m := range list {
		j.b = append(jsonw.Next(j.b), '{')
		if m.Unknown {
			j.null("type")
			j.null("size")
		} else {
			j.b = jsonw.Int(j.b, "type", int64(m.Type))
			j.b = jsonw.Int(j.b, "size", int64(m.Size))
		}
		j.b = append(j.b, '}')
	}
	j.b = append(j.b, ']')
}

// waiters writes the processes asleep in a call on the object. There are as many as
// most says, if that is known.
func (j *jsonReport) waiters(kind byte, id, most int) {
	list, hidden := j.who.waitersOf(kind, id)
	if most < math.MaxInt { // they may be in another pid namespace, too
		hidden = len(list) < most
	}
	if !j.people("waiters", len(list), hidden) {
		return
	}
	for _, w := range list {
		j.b = append(jsonw.Next(j.b), '{')
		j.b = jsonw.Int(j.b, "pid", int64(w.Pid))
		j.b = jsonw.Int(j.b, "tid", int64(w.Tid))
		j.b = append(jsonw.Text(j.b, "call", w.Call), '}')
	}
	j.b = append(j.b, ']')
}

// attachers writes the pids that have a segment attached, one as often as it has.
func (j *jsonReport) attachers(m *Segment) {
	list := j.who.attachersOf(m.ID)
	if !j.people("attachers", len(list), len(list) < int(m.Nattch)) { // in another pid namespace, too
		return
	}
	for _, a := range list {
		j.b = jsonw.Next(j.b)
		j.b = strconv.AppendInt(j.b, int64(a.Pid), 10)
	}
	j.b = append(j.b, ']')
}

// people begins a list of processes, and says if it may not be all of them. One
// of which nobody could be seen is null: then people returns false.
func (j *jsonReport) people(name string, n int, hidden bool) bool {
	if hidden {
		j.hidden = append(j.hidden, hiddenMember{name, "processes"})
		if n == 0 {
			j.null(name)
			return false
		}
	}
	j.b = append(jsonw.Name(j.b, name), '[')
	return true
}
