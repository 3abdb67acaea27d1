package commands

import (
	"errors"
	"fmt"
	"strconv"
	"syscall"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

var (
	msqidParam = Param{Name: "MSQID", Kind: QueueArg}
	modeParam  = Param{Name: "MODE", Kind: ModeArg, Named: true}
	uidParam   = Param{Name: "UID", Kind: UserArg, Named: true}
	gidParam   = Param{Name: "GID", Kind: GroupArg, Named: true}
	asParam    = Param{Name: "AS", Kind: TypeArg, Named: true}
	keyParam   = Param{Name: "KEY", Kind: KeyArg}
)

func msgCommands() []*Command {
	msgflg := []string{"msgflg"}
	return []*Command{{
		Name:    "msgget",
		Family:  MsgFamily,
		Summary: text.New("open or create a message queue", "메시지 큐를 열거나 만든다"),
		Params:  []Param{keyParam, {Name: "FLAGS", Alias: msgflg, Kind: Flags, Flags: sysv.MsggetFlags, Opt: true}},
		Example: "q = msgget 0111 IPC_CREAT|0600",
		Man:     "msgget(2)",
		Run:     msgget,
		Spell: func(c *Call) string {
			return fmt.Sprintf("msgget(%s, %s)", spellKey(c.Args[0].I), sysv.MsggetFlag(c.Args[1].I))
		},
	}, {
		Name:    "msgsnd",
		Family:  MsgFamily,
		Summary: text.New("send a message", "메시지를 보낸다"),
		Params: []Param{msqidParam,
			{Name: "TYPE", Alias: []string{"msgtyp", "mtype"}, Kind: Long},
			{Name: "PAYLOAD", Alias: []string{"msgp"}, Kind: Payload},
			{Name: "FLAGS", Alias: msgflg, Kind: Flags, Flags: sysv.MsgsndFlags, Opt: true},
			{Name: "SIZE", Alias: []string{"msgsz"}, Kind: Size, Named: true}},
		Example: "q = msgget 0 0600; msgsnd q 1 hello",
		Man:     "msgsnd(2)",
		Run:     msgsnd,
		Spell: func(c *Call) string {
			a := c.Args
			size := int64(len(a[2].B))
			if a[4].Given {
				size = a[4].I
			}
			return fmt.Sprintf("msgsnd(%d, {%d, %s}, %d, %s)", a[0].I, a[1].I, spellBytes(a[2].B), size, sysv.MsgsndFlag(a[3].I))
		},
	}, {
		Name:    "msgrcv",
		Family:  MsgFamily,
		Summary: text.New("receive a message", "메시지를 받는다"),
		Params: []Param{msqidParam,
			{Name: "TYPE", Alias: []string{"msgtyp", "mtype"}, Kind: Long, Opt: true},
			{Name: "FLAGS", Alias: msgflg, Kind: Flags, Flags: sysv.MsgrcvFlags, Opt: true},
			{Name: "SIZE", Alias: []string{"msgsz"}, Kind: Size, Named: true}, asParam},
		Example: "q = msgget 0 0600; msgsnd q 1 hello; m = msgrcv q -2; print $m.text",
		Man:     "msgrcv(2)",
		Run:     msgrcv,
		Spell: func(c *Call) string {
			return fmt.Sprintf("msgrcv(%d, &buf, %d, %d, %s)", c.Args[0].I, receiveSize(c), c.Args[1].I, sysv.MsgrcvFlag(c.Args[2].I))
		},
	}, {
		Name:    "msgctl",
		Family:  MsgFamily,
		Summary: text.New("read, change or remove a message queue", "메시지 큐의 상태를 보거나 바꾸거나 큐를 제거한다"),
		Params: []Param{msqidParam, {Name: "CMD", Kind: Cmd, Cmds: sysv.MsgctlCmds}, modeParam, uidParam, gidParam,
			{Name: "QBYTES", Kind: Size, Named: true}},
		Example: "q = msgget 0 0600; d = msgctl q IPC_STAT; print $d.qbytes; msgctl q IPC_RMID",
		Man:     "msgctl(2)",
		Run:     msgctl,
		Spell: func(c *Call) string {
			return fmt.Sprintf("msgctl(%d, %s, %s)", c.Args[0].I, sysv.MsgctlCmd(c.Args[1].I), spellBuf(c.Args[1].I))
		},
	}, {
		Name:    "peek",
		Family:  MsgFamily,
		Summary: text.New("read every message without taking any (MSG_COPY)", "메시지를 꺼내지 않고 모두 들여다본다 (MSG_COPY)"),
		Params:  []Param{msqidParam, asParam},
		Example: "q = msgget 0 0600; msgsnd q 1 hello; peek q",
		Man:     "msgrcv(2)",
		Run:     peek,
		Spell: func(c *Call) string {
			return fmt.Sprintf("msgrcv(%d, &buf, %d, 0, MSG_COPY|IPC_NOWAIT)", c.Args[0].I, c.maxMessage())
		},
	}}
}

// spellBuf is the third argument of a ctl call: IPC_RMID and unknown commands
// take none.
func spellBuf(cmd int64) string {
	if cmd == sysv.IPC_RMID {
		return "NULL"
	}
	return "&buf"
}

func spellBytes(b []byte) string {
	const most = 32
	if len(b) > most {
		return strconv.Quote(string(b[:most])) + "..."
	}
	return strconv.Quote(string(b))
}

func msgget(c *Call) (*Result, error) {
	key := sysv.Key(int32(c.Args[0].I))
	id, made, err := create(c.Session, Queue, key, c.Args[1].I, func(flags int64) (sysv.Msqid, error) {
		return sysv.Msgget(key, sysv.MsggetFlag(flags))
	})
	if err != nil {
		return nil, err
	}
	return c.opened(Queue, int64(id), key, made), nil
}

func msgsnd(c *Call) (*Result, error) {
	a := c.Args
	payload, size := a[2].B, uint(len(a[2].B))
	c.buf.Grow(len(payload))
	n := copy(c.buf.Text(len(payload)), payload)
	if a[4].Given {
		size = uint(a[4].I)
		if size > uint(n) && size <= maxPayload { // the rest is padding, not what was sent before
			c.buf.Grow(int(size))
			clear(c.buf.Text(int(size))[n:])
		}
	}
	c.buf.SetType(int(a[1].I))
	if err := sysv.Msgsnd(c.Ctx, sysv.Msqid(a[0].I), c.buf, size, sysv.MsgsndFlag(a[3].I)); err != nil {
		return nil, err
	}
	return c.result(0), nil
}

// receiveSize is msgrcv's msgsz: as given, sizeof the type, or msgmax.
func receiveSize(c *Call) uint {
	switch size, as := c.Args[3], c.Args[4]; {
	case size.Given:
		return uint(size.I)
	case as.Type != nil && as.Type.Size > 0:
		return uint(as.Type.Size)
	}
	if c.Args[2].I&sysv.MSG_NOERROR != 0 {
		c.refreshMaxMessage() // a message above an old msgmax would be cut without a word
	}
	return c.maxMessage()
}

// anySize reports whether msgrcv is to take a message of whatever size.
func anySize(c *Call) bool {
	return !c.Args[3].Given && (c.Args[4].Type == nil || c.Args[4].Type.Size == 0)
}

func msgrcv(c *Call) (*Result, error) {
	a := c.Args
	size := receiveSize(c)
	if size <= maxPayload {
		c.buf.Grow(int(size))
	}
	receive := func() (int, error) {
		return sysv.Msgrcv(c.Ctx, sysv.Msqid(a[0].I), c.buf, size, int(a[1].I), sysv.MsgrcvFlag(a[2].I))
	}
	n, err := receive()
	if err != nil && errors.Is(err, syscall.E2BIG) && anySize(c) && c.refreshMaxMessage() {
		size = c.msgmax // msgmax was raised meanwhile
		n, err = receive()
	}
	if err != nil {
		return nil, err
	}
	r := c.result(int64(n))
	if !c.Want {
		return r, nil
	}
	d := c.received(n)
	if err = d.readAs(a[4]); err != nil {
		// The kernel has handed the message over: what came is shown all the same.
		d.typ = nil
	}
	r.Fields = d.fields(r.Fields)
	r.Bind = cexpr.RefOf(d)
	if err != nil {
		r.Note = text.F("as=%s: %s", "as=%s: %s", a[4].S, err)
	}
	return r, nil
}

// received is the message of n bytes that is in the buffer.
func (c *Call) received(n int) *Data {
	return &Data{Bytes: append([]byte(nil), c.buf.Text(n)...), message: true, mtype: int64(c.buf.Type()), ret: int64(n)}
}

func msgctl(c *Call) (*Result, error) {
	a := c.Args
	id, cmd := sysv.Msqid(a[0].I), sysv.MsgctlCmd(a[1].I)
	var ds sysv.MsqidDs
	switch cmd {
	case sysv.IPC_SET:
		if o, err := stat(Queue, int64(id)); err == nil {
			ds = o.msg // what is not given stays; where there is no queue, the kernel says so
		}
		setPerm(&ds.IpcPerm, a[2], a[3], a[4])
		if a[5].Given {
			ds.Qbytes = uint(a[5].I)
		}
		_, err := sysv.Msgctl(id, cmd, &ds)
		return c.done(0, err)
	case sysv.IPC_STAT, sysv.MSG_STAT, sysv.MSG_STAT_ANY:
		ret, err := sysv.Msgctl(id, cmd, &ds)
		if err != nil {
			return nil, err
		}
		r := c.result(int64(ret))
		r.Fields = append(permFields(r.Fields, &ds.IpcPerm),
			when("stime", ds.Stime()), when("rtime", ds.Rtime()), when("ctime", ds.Ctime()),
			num("cbytes", int64(ds.Cbytes)), num("qnum", int64(ds.Qnum)), num("qbytes", int64(ds.Qbytes)),
			num("lspid", int64(ds.Lspid)), num("lrpid", int64(ds.Lrpid)))
		return r, nil
	case sysv.IPC_INFO, sysv.MSG_INFO:
		var i sysv.Msginfo
		ret, err := sysv.Msgctl(id, cmd, &i)
		if err != nil {
			return nil, err
		}
		r := c.result(int64(ret))
		r.Fields = append(r.Fields, num("msgpool", int64(i.Msgpool)), num("msgmap", int64(i.Msgmap)),
			num("msgmax", int64(i.Msgmax)), num("msgmnb", int64(i.Msgmnb)), num("msgmni", int64(i.Msgmni)),
			num("msgssz", int64(i.Msgssz)), num("msgtql", int64(i.Msgtql)), num("msgseg", int64(i.Msgseg)))
		return r, nil
	}
	ret, err := sysv.Msgctl(id, cmd, nil)
	if err == nil && cmd == sysv.IPC_RMID {
		c.noteRemoved(Queue, int64(id))
	}
	return c.done(int64(ret), err)
}

// done is the result of a call that only returns a number.
func (c *Call) done(ret int64, err error) (*Result, error) {
	if err != nil {
		return nil, err
	}
	return c.result(ret), nil
}

func peek(c *Call) (*Result, error) {
	found, err := c.queueMessages(sysv.Msqid(c.Args[0].I))
	switch {
	case errors.Is(err, syscall.ENOSYS):
		return nil, &Refusal{err, text.F("this kernel was built without MSG_COPY (CONFIG_CHECKPOINT_RESTORE), so a queue cannot be peeked into",
			"이 커널은 MSG_COPY(CONFIG_CHECKPOINT_RESTORE) 없이 만들어져 큐를 들여다볼 수 없습니다")}
	case err != nil:
		return nil, err
	}
	r := c.result(int64(len(found)))
	var list List
	for i, d := range found {
		if d.readAs(c.Args[1]) != nil {
			d.typ = nil
		}
		list = append(list, cexpr.RefOf(d))
		line := fmt.Sprintf("%d", i)
		for _, f := range d.fields(nil) {
			line += "  " + f.Name + "=" + f.Show()
		}
		r.Lines = append(r.Lines, line)
	}
	r.Fields = append(r.Fields, num("count", int64(len(found))), Field{Name: "messages", Val: cexpr.RefOf(list)})
	return r, nil
}

// Refusal is a system call's failure that needs a word of its own.
type Refusal struct {
	Err error
	Why *text.Msg
}

func (e *Refusal) Error() string { return e.In(text.En) }

// In returns the error and the reason in l.
func (e *Refusal) In(l text.Lang) string { return text.Of(e.Err, l) + ": " + e.Why.In(l) }

func (e *Refusal) Unwrap() error { return e.Err }
