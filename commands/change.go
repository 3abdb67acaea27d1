package commands

import (
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// Change says what the last Run changed in the kernel, for the person at the
// prompt: "queue now 2 messages, 10 of 16384 bytes". Scripts never ask.
func (b *Binding) Change() *text.Msg {
	c := &b.call
	switch b.Cmd.Name {
	case "msgsnd", "msgrcv":
		return queueChange(c.Args[0].I)
	case "msgctl":
		switch c.Args[1].I {
		case sysv.IPC_SET:
			return queueChange(c.Args[0].I)
		case sysv.IPC_RMID:
			return text.F("the queue is gone, with the messages that were in it", "큐가 남은 메시지와 함께 제거되었습니다")
		}
	case "shmctl":
		if c.Args[1].I == sysv.IPC_RMID {
			return removedChange(c.Args[0].I)
		}
	case "msgget", "shmget", "semget":
		return c.openedChange()
	case "shmat", "shmdt":
		return c.attachChange()
	case "semop", "P", "V":
		return setChange(c.Args[0].I)
	case "semctl":
		if cmd := c.Args[2].I; cmd == sysv.SETVAL || cmd == sysv.SETALL {
			return setChange(c.Args[0].I)
		} else if cmd == sysv.IPC_RMID {
			return text.F("the set is gone; who waited for it has EIDRM", "집합이 제거되었습니다. 기다리던 프로세스는 EIDRM을 받습니다")
		}
	}
	return nil
}

func queueChange(id int64) *text.Msg {
	o, err := stat(Queue, id)
	if err != nil {
		return nil
	}
	return text.F("queue now %s, %d of %d bytes", "큐: %s, %d/%d바이트", messagesOf(o), o.msg.Cbytes, o.msg.Qbytes)
}

// messagesOf words how many messages are in a queue.
func messagesOf(o *object) *text.Msg {
	return counted(uint64(o.msg.Qnum), text.New("message", "메시지"), text.New("messages", "메시지"))
}

// semaphoresOf words how many semaphores a set has.
func semaphoresOf(o *object) *text.Msg {
	return counted(uint64(o.sem.Nsems), text.New("semaphore", "세마포어"), text.New("semaphores", "세마포어"))
}

// counted words a number of things.
func counted(n uint64, one, many text.Text) *text.Msg {
	noun := many
	if n == 1 {
		noun = one
	}
	return text.F("%[1]d %[2]s", "%[2]s %[1]d개", n, noun)
}

// openedChange says whether a get call made its object or found it.
func (c *Call) openedChange() *text.Msg {
	id := c.Res.Ret
	kind := map[string]ObjectKind{"msgget": Queue, "shmget": Segment, "semget": Set}[c.Cmd.Name]
	if c.Made {
		return text.F("new: %s with mode %04o", "새로 만듦: %s, mode %04o", kind, modeOf(kind, id))
	}
	return text.F("opened: %s that was there already, mode %04o", "이미 있던 %s, mode %04o", kind, modeOf(kind, id))
}

func modeOf(kind ObjectKind, id int64) uint32 {
	o, err := stat(kind, id)
	if err != nil {
		return 0
	}
	return o.Perm().Mode & 0o777
}

func (c *Call) attachChange() *text.Msg {
	id := c.Args[0].I
	if c.Cmd.Name == "shmdt" {
		h := c.Args[0].H
		if h == nil {
			return nil
		}
		id = h.ID
	}
	o, err := stat(Segment, id)
	if err != nil {
		return text.F("segment is gone: it was marked for removal, and this was the last attachment", "세그먼트가 사라졌습니다. 제거 표시된 세그먼트의 마지막 attach였습니다")
	}
	return text.F("segment now has %s (nattch)", "세그먼트: %s (nattch)", counted(uint64(o.shm.Nattch), text.New("attachment", "연결(attach)"), text.New("attachments", "연결(attach)")))
}

// removedChange tells a segment that is gone from one that only awaits its last
// detach.
func removedChange(id int64) *text.Msg {
	o, err := stat(Segment, id)
	if err != nil {
		return text.F("the segment is gone", "세그먼트가 제거되었습니다")
	}
	return text.F("marked for removal: it goes with the last of %s", "제거 표시됨: %s 가운데 마지막이 끊기면 사라집니다", counted(uint64(o.shm.Nattch), text.New("attachment", "연결(attach)"), text.New("attachments", "연결(attach)")))
}

func setChange(id int64) *text.Msg {
	if values := valuesOf(id); values != "" {
		return text.F("values now %s", "세마포어 값: %s", values)
	}
	return nil
}

// valuesOf returns the values of a set as "0,1", or "" if they cannot be read or
// are too many to look at.
func valuesOf(id int64) string {
	o, err := stat(Set, id)
	if err != nil || o.sem.Nsems > 64 {
		return ""
	}
	values, err := o.Values()
	if err != nil {
		return ""
	}
	return Text(listOf(values))
}

// Waits says what the call of this Run waits for, while it does.
func (b *Binding) Waits() *text.Msg {
	c := &b.call
	end := text.F("Ctrl-C ends the wait", "Ctrl-C로 대기를 끝낼 수 있습니다")
	switch b.Cmd.Name {
	case "msgrcv":
		what := text.F("a message of type %d", "type %d 메시지", c.Args[1].I)
		switch t := c.Args[1].I; {
		case t == 0:
			what = text.F("any message", "아무 메시지나")
		case t < 0:
			what = text.F("a message of a type up to %d", "type %d 이하의 메시지", -t)
		}
		return text.F("msgrcv waits for %s in msqid %d: nobody here can send one, only another process. %s", "msgrcv: msqid %[2]d에서 %[1]s 기다립니다. 이 셸은 보낼 수 없고 다른 프로세스가 보내야 합니다. %[3]s", what, c.Args[0].I, end)
	case "msgsnd":
		return text.F("msgsnd waits for room in msqid %d: nobody here can make any, only another process. %s", "msgsnd가 msqid %d에 자리가 나기를 기다립니다. 다른 프로세스가 받아야 합니다. %s", c.Args[0].I, end)
	case "semop", "P", "V":
		return text.F("%s waits for semid %d: nobody here can change its values, only another process. %s", "%s: semid %d의 값이 바뀌기를 기다립니다. 다른 프로세스가 바꿔야 합니다. %s", b.Cmd.Name, c.Args[0].I, end)
	}
	return text.F("%s waits. %s", "%s: 대기 중입니다. %s", b.Cmd.Name, end)
}
