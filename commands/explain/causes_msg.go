package explain

import (
	"fmt"
	"sort"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"

	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// queue explains the failure of a call on a message queue.
func (f *finding) queue() {
	cmd := f.c.Cmd.Name
	switch {
	case f.errno == syscall.ENOMEM:
		f.noMemory()
	case f.errno == syscall.ENOSYS:
		f.noCopy()
	case cmd == "msgctl":
		f.msgctl()
	case f.errno == syscall.EACCES && f.obj == nil:
		f.gone()
	case f.errno == syscall.EACCES && cmd == "msgsnd":
		f.refused(f.obj, f.name(), 2)
	case f.errno == syscall.EACCES:
		f.refused(f.obj, f.name(), 4)
	case cmd == "msgsnd":
		f.msgsnd()
	default:
		f.msgrcv()
	}
}

// noCopy explains ENOSYS. The refusal says the reason itself.
func (f *finding) noCopy() {
	f.why(text.F("MSG_COPY is for checkpointing, and this kernel was built without it (CONFIG_CHECKPOINT_RESTORE)", "MSG_COPY는 체크포인트용 기능이고, 이 커널은 그것(CONFIG_CHECKPOINT_RESTORE) 없이 만들어졌습니다"))
	f.next(text.F("qnum(%s) still counts the messages", "메시지 개수는 qnum(%s)(으)로 볼 수 있습니다", f.word()))
}

// sent is msgsnd's msgsz.
func (f *finding) sent() int64 {
	if f.arg(4).Given {
		return f.arg(4).I
	}
	return int64(len(f.arg(2).B))
}

func (f *finding) msgsnd() {
	size, limits := f.sent(), sysv.Msginfo{}
	switch f.errno {
	case syscall.EINVAL:
		limits, _ = msgLimits()
		switch mtype := f.arg(1).I; {
		case size < 0:
			f.why(text.F("the size %d is, as the size_t of C, %d bytes: more than msgmax, %d", "크기 %d은(는) C의 size_t로 %d바이트라서 msgmax(%d)보다 큽니다", size, uint(size), limits.Msgmax))
			f.next(text.F("give the number of bytes of the text, without the mtype", "mtype을 뺀 본문의 바이트 수를 주세요"))
		case size > int64(limits.Msgmax):
			f.why(text.F("the text has %d bytes%s; msgmax allows %d in one message", "본문이 %d바이트%s입니다. 메시지 하나의 한도 msgmax은(는) %d입니다", size, hangulCount(f.arg(2).B), limits.Msgmax))
			f.next(f.raise("msgmax", uint64(size)))
			f.next(text.F("or send it in parts", "또는 나누어 보내세요"))
		case f.arg(0).I < 0:
			f.badID()
		case mtype < 1:
			f.why(text.F("mtype is %d, and a message's type must be 1 or more: 0 and negative numbers mean something to msgrcv", "mtype이 %d입니다. 메시지의 mtype은 1 이상이어야 합니다. 0과 음수는 msgrcv에서 다른 뜻으로 쓰입니다", mtype))
			f.next(text.F("msgsnd %s 1 ...", "1 이상의 mtype을 주세요: msgsnd %s 1 ...", f.word()))
		case !f.badID():
			f.changed()
		}
	case syscall.EAGAIN:
		if f.obj == nil {
			f.gone()
			return
		}
		f.queueFull(size)
	case syscall.EINTR:
		f.interrupted(f.waitsToSend(size))
	}
}

// queueFull explains a queue without room, by its two limits.
func (f *finding) queueFull(size int64) {
	q := f.obj.Msg()
	switch {
	case size > int64(q.Qbytes):
		f.why(text.F("the message has %d bytes and %s holds %d at most (msg_qbytes): it never fits, without IPC_NOWAIT it would wait forever",
			"메시지는 %d바이트인데 %s에는 최대 %d바이트(msg_qbytes)만 들어갑니다. 절대 들어갈 수 없어, IPC_NOWAIT가 없으면 영원히 기다립니다", size, f.name(), q.Qbytes))
		f.next(text.F("send less, or give the queue room: msgctl %s IPC_SET qbytes=%d", "더 작게 보내거나 큐를 키우세요: msgctl %s IPC_SET qbytes=%d", f.word(), size))
		return
	case uint64(q.Cbytes)+uint64(size) > uint64(q.Qbytes):
		f.why(text.F("%s is full: it holds %s, %d of %d bytes (msg_qbytes); %d more do not fit, and IPC_NOWAIT forbids to wait",
			"%s이(가) 가득 찼습니다. %s가 %d/%d바이트(msg_qbytes)를 차지해 %d바이트가 더 들어갈 자리가 없고, IPC_NOWAIT라서 기다리지 않습니다", f.name(), messages(q.Qnum), q.Cbytes, q.Qbytes, size))
	case q.Qnum+1 > q.Qbytes:
		f.why(text.F("%s is full: it holds %s, and no queue takes more messages than msg_qbytes, %d, even empty ones; IPC_NOWAIT forbids to wait",
			"%s이(가) 가득 찼습니다. %s가 있고, 빈 메시지라도 msg_qbytes(%d)개보다 많이 들어갈 수 없습니다. IPC_NOWAIT라서 기다리지 않습니다", f.name(), messages(q.Qnum), q.Qbytes))
	default:
		f.why(text.F("%s was full when the call was made and has room by now: %d of %d bytes are used", "호출할 때 %s이(가) 가득 차 있었습니다. 지금은 %d/%d바이트로 자리가 있습니다", f.name(), q.Cbytes, q.Qbytes))
		f.next(text.F("call it again", "다시 호출하세요"))
		return
	}
	f.next(text.F("leave IPC_NOWAIT out to wait for room, or take a message out: msgrcv %s", "IPC_NOWAIT를 빼고 자리가 날 때까지 기다리거나 메시지를 꺼내세요: msgrcv %s", f.word()))
}

func (f *finding) waitsToSend(size int64) *text.Msg {
	if f.obj == nil {
		return text.F("the queue is gone by now", "큐는 그 사이 없어졌습니다")
	}
	q := f.obj.Msg()
	return text.F("%s holds %d of %d bytes, %d more were to be sent", "%s에는 %d/%d바이트가 있고 %d바이트를 더 보내려 했습니다", f.name(), q.Cbytes, q.Qbytes, size)
}

// hangulCount adds how many letters a Korean text has: each is 3 bytes.
func hangulCount(b []byte) *text.Msg {
	n := 0
	for _, r := range string(b) {
		if unicode.Is(unicode.Hangul, r) {
			n++
		}
	}
	if n == 0 {
		return text.F("", "")
	}
	return text.F(" (%d letters, of which Hangul takes 3 bytes each)", "(%d글자, 한글은 한 글자가 3바이트)", utf8.RuneCount(b))
}

func (f *finding) msgrcv() {
	w := f.wants()
	switch f.errno {
	case syscall.EINVAL:
		f.msgrcvInvalid(w)
	case syscall.ENOMSG:
		if f.obj == nil {
			f.gone()
			return
		}
		f.why(text.F("%s; %s", "%s. %s", f.holds(), f.askedFor(w)))
		f.nextMessage(w)
	case syscall.E2BIG:
		f.tooBig(w)
	case syscall.EINTR:
		held := text.F("the queue is gone by now", "큐는 그 사이 없어졌습니다")
		if f.obj != nil {
			held = f.holds()
		}
		f.interrupted(held)
	case syscall.EFAULT:
		f.why(text.F("the buffer is no memory to write to; the message was taken all the same and is lost", "버퍼가 쓸 수 있는 메모리가 아닙니다. 메시지는 이미 꺼내져 사라졌습니다"))
		f.next(text.F("send it again", "메시지를 다시 보내세요"))
	}
}

// holds says which messages are in the queue.
func (f *finding) holds() *text.Msg {
	n := f.obj.Msg().Qnum
	if n == 0 {
		return text.F("%s is empty", "%s은(는) 비어 있습니다", f.name())
	}
	list := peek(f.c, f.obj.ID())
	if len(list) == 0 {
		return text.F("%s holds %s, whose types cannot be read here", "%s에는 %s가 있고 mtype은 여기서 읽을 수 없습니다", f.name(), messages(n))
	}
	count := map[int64]int{}
	var types []int64
	for _, m := range list {
		if count[m.typ]++; count[m.typ] == 1 {
			types = append(types, m.typ)
		}
	}
	sort.Slice(types, func(i, j int) bool { return types[i] < types[j] })
	const most = 6
	more := uint(len(list)) < n || len(types) > most
	var names []string
	for _, t := range types[:min(len(types), most)] {
		names = append(names, fmt.Sprint(t))
	}
	switch {
	case more:
		return text.F("%s holds %s, of types %s and others", "%s에는 %s가 있습니다(mtype %s 등)", f.name(), messages(n), strings.Join(names, ", "))
	case len(names) == 1 && n == 1:
		return text.F("%s holds 1 message, of type %s", "%s에는 메시지 1개가 있습니다(mtype %s)", f.name(), names[0])
	case len(names) == 1:
		return text.F("%s holds %s, all of type %s", "%s에는 %s가 있고 모두 mtype %s입니다", f.name(), messages(n), names[0])
	}
	last := len(names) - 1
	return text.F("%s holds %s, of types %s and %s", "%s에는 %s가 있습니다(mtype %s, %s)", f.name(), messages(n), strings.Join(names[:last], ", "), names[last])
}

// askedFor says what msgrcv wanted, and that it may not wait.
func (f *finding) askedFor(w wanted) *text.Msg {
	switch {
	case w.flags&sysv.MSG_COPY != 0:
		return text.F("MSG_COPY counts positions from 0, and %d was asked for", "MSG_COPY의 msgtyp은 0부터 세는 위치인데 %d번을 요청했습니다", w.typ)
	case w.typ == 0:
		return text.F("any message was asked for with IPC_NOWAIT", "아무 메시지나 IPC_NOWAIT로 요청했습니다")
	case w.typ < 0:
		return text.F("%d takes types 1 to %d, and IPC_NOWAIT forbids to wait", "%d은(는) mtype 1 ~ %d을(를) 받으며, IPC_NOWAIT라서 기다리지 않습니다", w.typ, w.upTo())
	case w.flags&sysv.MSG_EXCEPT != 0:
		return text.F("any type but %d was asked for (MSG_EXCEPT) with IPC_NOWAIT", "mtype이 %d이(가) 아닌 메시지를 IPC_NOWAIT로 요청했습니다(MSG_EXCEPT)", w.typ)
	}
	return text.F("type %d was asked for with IPC_NOWAIT", "mtype %d을(를) IPC_NOWAIT로 요청했습니다", w.typ)
}

func (f *finding) nextMessage(w wanted) {
	n := f.obj.Msg().Qnum
	switch {
	case w.flags&sysv.MSG_COPY != 0 && n == 0:
		f.next(text.F("peek again when something was sent", "메시지를 보낸 뒤에 다시 보세요"))
	case w.flags&sysv.MSG_COPY != 0:
		f.next(text.F("take a position from 0 to %d, or see them all: peek %s", "0 ~ %d 위치를 주거나 모두 보세요: peek %s", n-1, f.word()))
	case n == 0:
		f.next(text.F("leave IPC_NOWAIT out to wait for a message, or send one first", "IPC_NOWAIT를 빼고 기다리거나 먼저 메시지를 보내세요"))
	default:
		f.next(text.F("msgrcv %s 0 takes the oldest, whatever its type; or leave IPC_NOWAIT out to wait", "msgrcv %s 0(으)로 mtype에 관계없이 가장 오래된 것을 받거나, IPC_NOWAIT를 빼고 기다리세요", f.word()))
	}
}

// msgrcvInvalid explains EINVAL: the sizes and flags first, then the id, and last
// MSG_COPY into a buffer that is too small.
func (f *finding) msgrcvInvalid(w wanted) {
	copies := w.flags&sysv.MSG_COPY != 0
	switch {
	case f.arg(0).I < 0:
		f.badID()
	case w.size < -1 || w.size == -1 && f.c.Cmd.Name == "msgrcv" && f.arg(3).Given:
		f.why(text.F("the size %d is negative: as the size_t of C it is above LONG_MAX", "크기 %d은(는) 음수입니다. C의 size_t로는 LONG_MAX보다 큽니다", w.size))
		f.next(text.F("give the number of bytes that the buffer's text has room for, without the mtype", "mtype을 뺀 버퍼의 본문 크기를 바이트로 주세요"))
	case copies && w.flags&sysv.MSG_EXCEPT != 0:
		f.why(text.F("MSG_COPY takes a position, so MSG_EXCEPT makes no sense with it", "MSG_COPY는 위치로 고르므로 MSG_EXCEPT와 함께 쓸 수 없습니다"))
		f.next(text.F("msgrcv %s 0 MSG_COPY|IPC_NOWAIT copies the oldest message", "msgrcv %s 0 MSG_COPY|IPC_NOWAIT(으)로 가장 오래된 메시지를 복사하세요", f.word()))
	case copies && w.flags&sysv.IPC_NOWAIT == 0:
		f.why(text.F("MSG_COPY wants IPC_NOWAIT with it: it never waits", "MSG_COPY는 기다리지 않으므로 IPC_NOWAIT와 함께 써야 합니다"))
		f.next(text.F("msgrcv %s %d MSG_COPY|IPC_NOWAIT, or see all: peek %s", "msgrcv %s %d MSG_COPY|IPC_NOWAIT(으)로 하거나 모두 보세요: peek %s", f.word(), w.typ, f.word()))
	case f.badID():
	case copies:
		m, ok := w.pick(peek(f.c, f.obj.ID()))
		if !ok {
			f.changed()
			return
		}
		f.why(text.F("message %d has %d bytes and size is %d: MSG_COPY never cuts, not even with MSG_NOERROR", "%d번 메시지는 %d바이트인데 size는 %d입니다. MSG_COPY는 MSG_NOERROR가 있어도 자르지 않습니다", w.typ, m.size, w.size))
		f.next(text.F("leave size= out: then the buffer has room for msgmax", "size=을 빼세요. 그러면 버퍼가 msgmax 크기가 됩니다"))
	default:
		f.changed()
	}
}

// tooBig explains E2BIG, whose text speaks of arguments.
func (f *finding) tooBig(w wanted) {
	if f.obj == nil {
		f.gone()
		return
	}
	m, ok := w.pick(peek(f.c, f.obj.ID()))
	if !ok || m.size <= int(w.size) {
		f.why(text.F("here it means: a message was larger than size=%d; it is not among the first of %s now", "여기서는 메시지가 size=%d보다 컸다는 뜻입니다. 지금 %s의 앞쪽에는 그 메시지가 없습니다", w.size, f.name()))
		f.next(text.F("leave size= out to take a message of any size", "size=을 빼면 크기와 관계없이 받습니다"))
		return
	}
	f.why(text.F("here it means: the message to be taken, of type %d, has %d bytes%s, and size allows %d; it stays in %s",
		"여기서는 꺼낼 메시지(mtype %d)가 %d바이트%s인데 size가 %d라는 뜻입니다. 메시지는 %s에 그대로 남습니다", m.typ, m.size, hangulCount(m.text), w.size, f.name()))
	f.next(text.F("size=%d takes all of it; MSG_NOERROR takes the first %d bytes and loses the rest", "size=%d(으)로 모두 받거나, MSG_NOERROR로 앞의 %d바이트만 받고 나머지를 버리세요", m.size, w.size))
	if len(f.arg(4).S) > 0 && f.arg(4).Type != nil && !f.arg(3).Given {
		f.next(text.F("size is sizeof(%s) here: was the message sent as another type?", "여기서 size는 sizeof(%s)입니다. 메시지를 다른 자료형으로 보냈습니까?", f.arg(4).S))
	}
}

// msgctl explains by command, for each looks at other things first.
func (f *finding) msgctl() {
	cmd := f.arg(1).I
	switch f.errno {
	case syscall.EINVAL:
		switch {
		case f.unknownCmd(cmd, sysv.MsgctlCmds):
		case cmd == sysv.MSG_STAT || cmd == sysv.MSG_STAT_ANY:
			f.badIndex()
		case f.badID():
		case cmd == sysv.IPC_SET:
			f.badUser(3, 4)
		default:
			f.changed()
		}
	case syscall.EACCES:
		f.statDenied(cmd == sysv.MSG_STAT, "MSG_STAT_ANY")
	case syscall.EPERM:
		f.msgctlOwner(cmd)
	}
}

// msgctlOwner explains EPERM, of which msg_qbytes is the second cause.
func (f *finding) msgctlOwner(cmd int64) {
	limits, _ := msgLimits()
	qbytes := f.arg(5)
	if f.obj != nil && qbytes.Given && uint(qbytes.I) > uint(limits.Msgmnb) && (mine(f.obj.Perm()) || capable(capSysAdmin)) {
		f.why(text.F("msg_qbytes %d is above msgmnb, %d, and above it only CAP_SYS_RESOURCE of the machine's own root goes, not a container's",
			"msg_qbytes %d은(는) msgmnb(%d)보다 큽니다. 그 위로는 컨테이너의 root가 아닌 시스템 root의 CAP_SYS_RESOURCE가 있어야 합니다", uint(qbytes.I), limits.Msgmnb))
		if sysv.PrivateNamespace() {
			f.next(text.F("raise the limit first: limits msgmnb=%d, then again", "먼저 한도를 올리고 다시 하세요: limits msgmnb=%d", uint(qbytes.I)))
		} else {
			f.next(text.F("up to %d you may; in a private namespace (ipcsh --private) limits msgmnb=%d goes first", "%d까지는 됩니다. 전용 네임스페이스(ipcsh --private)에서는 limits msgmnb=%d을(를) 먼저 하세요", limits.Msgmnb, uint(qbytes.I)))
		}
		return
	}
	f.notOwner(sysv.MsgctlCmd(cmd).String())
}
