package commands

import "ipcsh/commands/text"

var msgDocs = [...]docEntry{{"msgget", docMsgget}, {"msgsnd", docMsgsnd}, {"msgrcv", docMsgrcv}, {"msgctl", docMsgctl}, {"peek", docPeek}}

// keyDoc is the KEY of the three get calls.
func keyDoc() Entry {
	return Entry{"KEY", text.New("IPC_PRIVATE (0): always a new object; else a number or a handle of ftok",
		"IPC_PRIVATE(0)이면 늘 새 객체. 그 밖에는 수 또는 ftok의 핸들")}
}

// createFlags are the flags of the three get calls.
func createFlags() []Entry {
	return []Entry{
		{"IPC_CREAT", text.New("make the object if no object has the key", "그 key를 가진 객체가 없으면 만든다")},
		{"IPC_EXCL", text.New("with IPC_CREAT: fail if it exists; alone it does nothing", "IPC_CREAT과 함께: 이미 있으면 실패한다. 혼자서는 효과가 없다")},
	}
}

// permDocs are the named parameters of IPC_SET.
func permDocs() []Entry {
	return []Entry{
		{"MODE", text.New("IPC_SET: the new nine permission bits (default: as they are)", "IPC_SET: 새 권한 비트 9개 (기본값: 그대로)")},
		{"UID", text.New("IPC_SET: the new owner, a number or a name", "IPC_SET: 새 소유자. 수 또는 이름")},
		{"GID", text.New("IPC_SET: the new group, a number or a name", "IPC_SET: 새 그룹. 수 또는 이름")},
	}
}

// permFieldDocs are the fields of struct ipc_perm.
func permFieldDocs() []Entry {
	return []Entry{
		{"key mode", text.New("STAT: the key, and the permission bits", "STAT: key와 권한 비트")},
		{"uid gid", text.New("STAT: the owner (IPC_SET changes it)", "STAT: 소유자 (IPC_SET으로 바뀐다)")},
		{"cuid cgid", text.New("STAT: the creator (never changes)", "STAT: 만든 사람 (바뀌지 않는다)")},
	}
}

func docMsgget() *Doc {
	return &Doc{
		Proto:    "int msgget(key_t key, int msgflg);",
		Includes: []string{"sys/msg.h"},
		Params: []Entry{keyDoc(),
			{"FLAGS", text.New("flags and nine mode bits, 0600 for example (default 0)", "flag와 권한 비트 9개, 예: 0600 (기본값 0)")}},
		Flags:   createFlags(),
		Returns: text.New("msqid, the queue's id; -1 on failure", "msqid(큐의 id). 실패하면 -1"),
		Errnos: []Entry{
			{"EACCES", text.New("the queue exists, and its mode denies the bits asked for", "큐가 있지만 요청한 권한 비트가 허용되지 않는다")},
			{"EEXIST", text.New("the queue exists, and IPC_CREAT|IPC_EXCL wants a new one", "큐가 이미 있는데 IPC_CREAT|IPC_EXCL로 새것을 원했다")},
			{"ENOENT", text.New("no queue has this key, and IPC_CREAT was not given", "그 key를 가진 큐가 없고 IPC_CREAT도 없다")},
			{"ENOMEM", text.New("the kernel has no memory for a new queue", "새 큐를 만들 커널 메모리가 없다")},
			{"ENOSPC", text.New("there are msgmni queues already: a new one has no place", "큐가 이미 msgmni개라 더 만들 수 없다")},
		},
		Fields: []Entry{{"msqid key", text.New("the id, and the key that was asked for", "id와 요청한 key")}},
	}
}

func docMsgsnd() *Doc {
	return &Doc{
		Proto:    "int msgsnd(int msqid, const void *msgp, size_t msgsz, int msgflg);",
		Includes: []string{"sys/msg.h"},
		Params: []Entry{
			{"MSQID", text.New("the queue: a handle or an id", "큐: 핸들 또는 id")},
			{"TYPE", text.New("mtype, a long of 1 or more", "mtype. 1 이상의 long")},
			{"PAYLOAD", text.New("mtext: text, TYPE:VALUE or $message (explain payload)", "mtext: 글, TYPE:VALUE, $message (explain payload)")},
			{"FLAGS", text.New("see below (default 0: wait while the queue is full)", "아래 참고 (기본값 0: 큐가 가득 차 있으면 기다린다)")},
			{"SIZE", text.New("msgsz, without mtype (default: the payload's); pads with NUL or cuts", "msgsz. mtype은 빼고 센다 (기본값: payload의 크기). NUL로 채우거나 자른다")},
		},
		Flags:   []Entry{{"IPC_NOWAIT", text.New("fail with EAGAIN instead of waiting for room", "자리를 기다리지 않고 EAGAIN으로 실패한다")}},
		Returns: text.New("0; -1 on failure", "0. 실패하면 -1"),
		Errnos: []Entry{
			{"EACCES", text.New("no write permission on the queue", "큐에 쓰기 권한이 없다")},
			{"EAGAIN", text.New("the queue is full (bytes or messages), and IPC_NOWAIT was given", "큐가 가득 찼고(바이트 또는 개수) IPC_NOWAIT이 있다")},
			{"EFAULT", text.New("msgp points to memory that cannot be read", "msgp가 읽을 수 없는 메모리를 가리킨다")},
			{"EIDRM", text.New("the queue was removed while the call waited", "기다리는 동안 큐가 제거되었다")},
			{"EINTR", text.New("a caught signal ended the wait (SA_RESTART does not help)", "처리된 signal이 기다림을 끝냈다 (SA_RESTART도 소용없다)")},
			{"EINVAL", text.New("no such queue, type below 1, or size above msgmax", "그런 큐가 없거나, type < 1이거나, size > msgmax")},
			{"ENOMEM", text.New("the kernel has no memory for the message", "메시지를 담을 커널 메모리가 없다")},
		},
	}
}

func docMsgrcv() *Doc {
	return &Doc{
		Proto:    "ssize_t msgrcv(int msqid, void *msgp, size_t msgsz, long msgtyp, int msgflg);",
		Includes: []string{"sys/msg.h"},
		Params: []Entry{
			{"MSQID", text.New("the queue: a handle or an id", "큐: 핸들 또는 id")},
			{"TYPE", text.New("0: the oldest; n: the oldest of type n; -n: the lowest type up to n (default 0)", "0: 가장 오래된 것, n: type n 중 가장 오래된 것, -n: n 이하에서 가장 작은 type (기본값 0)")},
			{"FLAGS", text.New("see below (default 0: wait for a message)", "아래 참고 (기본값 0: 메시지를 기다린다)")},
			{"SIZE", text.New("msgsz, without mtype (default: sizeof the type of as=, else msgmax)", "msgsz. mtype은 빼고 센다 (기본값: as= 자료형의 크기, 없으면 msgmax)")},
			{"AS", text.New("read the bytes as this C type, struct, cstr, hex or text", "바이트를 이 C 자료형, struct, cstr, hex, text로 읽는다")},
		},
		Flags: []Entry{
			{"IPC_NOWAIT", text.New("fail with ENOMSG instead of waiting", "기다리지 않고 ENOMSG로 실패한다")},
			{"MSG_NOERROR", text.New("cut a longer message; the rest is lost", "긴 메시지를 자른다. 나머지는 사라진다")},
			{"MSG_EXCEPT", text.New("with TYPE n > 0: the oldest whose type is not n", "TYPE n > 0과 함께: type이 n이 아닌 것 중 가장 오래된 것")},
			{"MSG_COPY", text.New("copy message number TYPE (from 0), take none; needs IPC_NOWAIT", "TYPE번째(0부터) 메시지를 복사만 한다. IPC_NOWAIT 필요")},
		},
		Returns: text.New("how many bytes came, without mtype; -1 on failure", "받은 바이트 수(mtype 제외). 실패하면 -1"),
		Errnos: []Entry{
			{"E2BIG", text.New("the message is longer than size; it stays in the queue", "메시지가 size보다 길다. 큐에 그대로 남는다")},
			{"EACCES", text.New("no read permission on the queue", "큐에 읽기 권한이 없다")},
			{"EFAULT", text.New("msgp points to memory that cannot be written; the message is lost", "msgp가 쓸 수 없는 메모리를 가리킨다. 메시지는 사라진다")},
			{"EIDRM", text.New("the queue was removed while the call waited", "기다리는 동안 큐가 제거되었다")},
			{"EINTR", text.New("a caught signal ended the wait (SA_RESTART does not help)", "처리된 signal이 기다림을 끝냈다 (SA_RESTART도 소용없다)")},
			{"EINVAL", text.New("no such queue, size below 0, or MSG_COPY used wrongly", "그런 큐가 없거나, size < 0이거나, MSG_COPY를 잘못 썼다")},
			{"ENOMSG", text.New("no message of that type, and IPC_NOWAIT was given", "그 type의 메시지가 없고 IPC_NOWAIT이 있다")},
			{"ENOSYS", text.New("MSG_COPY, and the kernel was built without it", "MSG_COPY를 썼는데 커널이 그것 없이 만들어졌다")},
		},
		Fields: messageFields(),
	}
}

func messageFields() []Entry {
	return []Entry{
		{"type size", text.New("mtype, and the bytes that came", "mtype과 받은 바이트 수")},
		{"text value", text.New("the bytes as text, and as the type of as=", "바이트를 글로 본 것과 as= 자료형으로 본 것")},
	}
}

func docMsgctl() *Doc {
	return &Doc{
		Proto:    "int msgctl(int msqid, int cmd, struct msqid_ds *buf);",
		Includes: []string{"sys/msg.h"},
		Params: append([]Entry{
			{"MSQID", text.New("the queue: a handle or an id (for MSG_STAT an index)", "큐: 핸들 또는 id (MSG_STAT에서는 index)")},
			{"CMD", text.New("one of the commands below", "아래 명령 중 하나")},
		}, append(permDocs(),
			Entry{"QBYTES", text.New("IPC_SET: the most bytes that the queue holds", "IPC_SET: 큐에 담을 수 있는 최대 바이트 수")})...),
		Cmds: []Entry{
			{"IPC_RMID", text.New("remove the queue and its messages; sleepers get EIDRM", "큐와 메시지를 제거한다. 기다리던 호출은 EIDRM")},
			{"IPC_SET", text.New("set mode=, uid=, gid=, qbytes= (owner or creator)", "mode=, uid=, gid=, qbytes=를 정한다 (소유자나 만든 사람)")},
			{"IPC_STAT", text.New("read struct msqid_ds (needs read permission)", "struct msqid_ds를 읽는다 (읽기 권한 필요)")},
			{"IPC_INFO", text.New("the limits of the namespace; returns the highest index", "네임스페이스의 한도. 가장 큰 index를 돌려준다")},
			{"MSG_STAT", text.New("IPC_STAT by index; returns the id", "index로 하는 IPC_STAT. id를 돌려준다")},
			{"MSG_INFO", text.New("queues, messages and bytes in use, and the limits", "쓰이는 큐, 메시지, 바이트의 수와 한도")},
			{"MSG_STAT_ANY", text.New("MSG_STAT that asks for no permission", "권한을 묻지 않는 MSG_STAT")},
		},
		Returns: text.New("0 (STAT by index: the id; INFO: the highest index); -1 on failure", "0 (index로 하는 STAT은 id, INFO는 가장 큰 index). 실패하면 -1"),
		Errnos: []Entry{
			{"EACCES", text.New("IPC_STAT, MSG_STAT: no read permission", "IPC_STAT, MSG_STAT: 읽기 권한이 없다")},
			{"EFAULT", text.New("buf points to no usable memory", "buf가 쓸 수 없는 메모리를 가리킨다")},
			{"EIDRM", text.New("the queue was being removed at this moment", "바로 그 순간에 큐가 제거되고 있었다")},
			{"EINVAL", text.New("no such queue or index, unknown CMD, or uid/gid -1", "그런 큐나 index가 없거나, 모르는 CMD이거나, uid/gid가 -1")},
			{"EPERM", text.New("SET, RMID: neither owner nor creator; or qbytes above msgmnb", "SET, RMID: 소유자도 만든 사람도 아니다. 또는 qbytes > msgmnb")},
		},
		Fields: append(permFieldDocs(), []Entry{
			{"stime rtime ctime", text.New("STAT: last msgsnd, last msgrcv, last change", "STAT: 마지막 msgsnd, msgrcv, 변경 시각")},
			{"qnum cbytes qbytes", text.New("STAT: messages, bytes, the most bytes", "STAT: 메시지 수, 바이트 수, 최대 바이트 수")},
			{"lspid lrpid", text.New("STAT: process of the last msgsnd, of the last msgrcv", "STAT: 마지막으로 msgsnd한, msgrcv한 프로세스")},
			{"msgmax msgmnb msgmni", text.New("INFO: longest message, bytes of a queue, queues", "INFO: 메시지 최대 길이, 큐의 바이트, 큐의 수")},
			{"msgpool msgmap msgtql", text.New("MSG_INFO: queues, messages, bytes in use", "MSG_INFO: 쓰이는 큐, 메시지, 바이트의 수")},
			{"msgssz msgseg", text.New("INFO: history, without effect on Linux", "INFO: 옛것. Linux에서는 효과가 없다")},
		}...),
	}
}

func docPeek() *Doc {
	r := docMsgrcv()
	return &Doc{
		Alias:    true,
		Proto:    r.Proto,
		Includes: r.Includes,
		Params:   pick(r.Params, "MSQID", "AS"),
		Returns:  text.New("how many messages the queue holds; nothing in the queue changes", "큐에 있는 메시지의 수. 큐는 전혀 바뀌지 않는다"),
		Errnos:   pick(r.Errnos, "EACCES", "EINVAL", "ENOSYS"),
		Fields:   []Entry{{"count messages", text.New("their number, and the messages: $p.messages[0]", "메시지의 수와 메시지들: $p.messages[0]")}},
	}
}
