package commands

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"syscall"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// queueMessages reads all messages of a queue without taking any, in their order.
func (c *Call) queueMessages(id sysv.Msqid) (list []*Data, err error) {
	c.refreshMaxMessage()
	for i := 0; ; i++ {
		if c.Ctx.Err() != nil {
			return list, &sysv.Error{Call: "msgrcv", Errno: syscall.EINTR}
		}
		n, err := sysv.Msgrcv(c.Ctx, id, c.buf, c.msgmax, i, sysv.MSG_COPY|sysv.IPC_NOWAIT)
		if errors.Is(err, syscall.ENOMSG) {
			return list, nil
		}
		if err != nil {
			return list, err
		}
		list = append(list, c.received(n))
	}
}

// takes returns which message a msgrcv of this type would take, or -1. It is the
// kernel's rule: 0 the oldest, n the oldest of type n, -n the oldest of the lowest
// type up to n.
func takes(types []int64, typ int64) int {
	best := -1
	for i, t := range types {
		switch {
		case typ == 0 || t == typ:
			return i
		case typ < 0 && t <= limitOf(typ) && (best < 0 || t < types[best]):
			best = i
		}
	}
	return best
}

// limitOf is -typ; of LONG_MIN, which has none, LONG_MAX.
func limitOf(typ int64) int64 {
	if typ == math.MinInt64 {
		return math.MaxInt64
	}
	return -typ
}

// takenBy says which types would take message i.
func takenBy(types []int64, i int) string {
	var by []string
	if i == 0 {
		by = append(by, "0")
	}
	if takes(types, types[i]) == i {
		by = append(by, fmt.Sprint(types[i]))
	}
	if takes(types, math.MinInt64) == i {
		by = append(by, fmt.Sprintf("<=-%d", types[i]))
	}
	return strings.Join(by, " ")
}

// mostMessages is how many a drawing has.
const mostMessages = 50

// queue draws a queue with its messages.
func (v *drawing) queue() error {
	ds := &v.ds.msg
	v.head()
	fill := bar(uint64(ds.Cbytes), uint64(ds.Qbytes), 30)
	v.say(text.F("%s %s, %d of %d bytes", "%s %s, %d/%d바이트", fill, messagesOf(v.ds), ds.Cbytes, ds.Qbytes))
	v.say(text.F("%s, %s", "%s. %s",
		v.last(ds.Lspid, ds.Stime(), text.New("last sent by %s at %s", "마지막 송신 %s, %s"), text.New("never sent to", "송신 없음")),
		v.last(ds.Lrpid, ds.Rtime(), text.New("last received by %s at %s", "마지막 수신 %s, %s"), text.New("never received from", "수신 없음"))))
	v.r.Fields = append(v.r.Fields, num("qnum", int64(ds.Qnum)), num("cbytes", int64(ds.Cbytes)), num("qbytes", int64(ds.Qbytes)),
		num("lspid", int64(ds.Lspid)), num("lrpid", int64(ds.Lrpid)), when("stime", ds.Stime()), when("rtime", ds.Rtime()), when("ctime", ds.Ctime()))
	list, err := v.queueMessages(sysv.Msqid(v.o.id))
	if errors.Is(err, syscall.EINTR) {
		return err
	}
	switch {
	case errors.Is(err, syscall.ENOSYS):
		v.say(text.F("this kernel was built without MSG_COPY (CONFIG_CHECKPOINT_RESTORE), so its messages cannot be read without taking them",
			"이 커널은 MSG_COPY(CONFIG_CHECKPOINT_RESTORE) 없이 만들어져 메시지를 꺼내지 않고는 읽을 수 없습니다"))
	case err != nil:
		v.say(text.F("its messages cannot be read: %s", "메시지를 읽을 수 없습니다: %s", err))
	default:
		v.messages(list)
	}
	v.people()
	return nil
}

// last words who did something last and when, or that nobody ever has.
func (v *drawing) last(pid int32, sec int64, done, never text.Text) *text.Msg {
	if sec == 0 {
		return &text.Msg{Text: never}
	}
	return &text.Msg{Text: done, Args: []any{v.user(pid, sec), v.moment(sec)}}
}

// messages draws the messages, the one marked that a type would take.
func (v *drawing) messages(list []*Data) {
	types := make([]int64, len(list))
	var all List
	for i, d := range list {
		types[i] = d.mtype
		all = append(all, cexpr.RefOf(d))
	}
	v.r.Fields = append(v.r.Fields, Field{Name: "messages", Val: cexpr.RefOf(all)})
	marked, asked := -1, v.Args[4].Given
	if asked {
		marked = takes(types, v.Args[4].I)
		v.r.Fields = append(v.r.Fields, num("takes", int64(marked)))
	}
	if len(list) > 0 {
		v.line("  %5s  %10s  %6s  %s  %s", "#", "TYPE", "SIZE", text.Pad(text.New("TAKEN BY TYPE", "받는 type").In(v.Lang), 13), text.New("TEXT", "내용").In(v.Lang))
	}
	for i, d := range list {
		if i >= mostMessages && i != marked {
			continue
		}
		mark := " "
		if i == marked {
			mark = ">"
		}
		lead := fmt.Sprintf("%s %5d  %10d  %6d  %-13s  ", mark, i, d.mtype, len(d.Bytes), takenBy(types, i))
		v.line("%s%s", lead, fit(`"`+escape(clipBytes(d.Bytes), '"')+`"`, max(12, pageWidth-1-text.Cells(lead))))
	}
	if more := len(list) - mostMessages; more > 0 {
		v.say(text.F("... and %d more", "... 그 밖에 %d개", more))
	}
	switch {
	case asked && marked >= 0:
		v.say(text.F("> msgrcv with type %d would take message %d", "> type %d(으)로 msgrcv하면 %d번 메시지를 받습니다", v.Args[4].I, marked))
	case asked:
		v.say(text.F("msgrcv with type %d would take none: it would wait (ENOMSG with IPC_NOWAIT)", "type %d(으)로 msgrcv하면 받을 메시지가 없어 기다립니다 (IPC_NOWAIT면 ENOMSG)", v.Args[4].I))
	}
}

// clipBytes is as much of a message as a line may show.
func clipBytes(b []byte) string { return string(b[:min(len(b), 160)]) }
