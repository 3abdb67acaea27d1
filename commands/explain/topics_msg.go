package explain

import "ipcsh/commands/text"

func typesTopic() (text.Text, string) {
	return text.New(`types: which message msgrcv takes

Every message begins with a long, mtype, of 1 or more. msgrcv's msgtyp says:

    0                    the oldest message of all
    n > 0                the oldest of type n
    n > 0, MSG_EXCEPT    the oldest whose type is not n
    -n                   the lowest type up to n, of these the oldest

Within a type the order is that of sending. The choice ignores the size: too
long a message is E2BIG and stays (MSG_NOERROR cuts it, the rest is lost).

What types are for: addresses (type 1 to the server, the client's pid to the
client), kinds of jobs, priorities by -n. With one reply type for all clients
one takes the other's reply.`,
			`types: msgrcv는 어떤 메시지를 꺼내는가

모든 메시지는 1 이상의 long인 mtype으로 시작한다. msgrcv의 msgtyp은 이렇게
고른다:

    0                    모든 메시지 중 가장 오래된 것
    n > 0                type n 중 가장 오래된 것
    n > 0, MSG_EXCEPT    type이 n이 아닌 것 중 가장 오래된 것
    -n                   n 이하에서 가장 작은 type, 그중 가장 오래된 것

같은 type 안에서는 보낸 순서대로이다. 고를 때 크기는 보지 않는다. 너무 긴
메시지는 E2BIG이고 그대로 남는다 (MSG_NOERROR는 자르고 나머지는 사라진다).

type의 쓰임: 주소(1번은 서버에게, client의 pid는 그 client에게), 일의 종류,
-n으로 하는 우선순위. 모든 client가 응답 type 하나를 같이 쓰면 남의 응답을
가져간다.`), `q = msgget 0 0600
msgsnd q 3 c; msgsnd q 1 a; msgsnd q 2 b; msgsnd q 1 d
expect text=a msgrcv q -2; expect text=d msgrcv q -2
expect text=b msgrcv q 3 MSG_EXCEPT; expect text=c msgrcv q`
}

func msqidDsTopic() (text.Text, string) {
	return text.New(`msqid_ds: what the kernel knows of a queue (msgctl IPC_STAT)

    msg_perm      owner, creator, mode, key (explain ipc_perm)
    msg_qnum      messages in the queue
    __msg_cbytes  bytes of their texts, mtype not counted
    msg_qbytes    the most bytes, and the most messages as well
    msg_stime     last msgsnd      msg_lspid  by this process
    msg_rtime     last msgrcv      msg_lrpid  by this process
    msg_ctime     made, or changed by IPC_SET

IPC_SET changes uid, gid, mode and msg_qbytes; above msgmnb only with
CAP_SYS_RESOURCE. MSG_COPY (peek) changes none of the times. A message for a
waiting receiver goes straight to it: qnum does not rise. The queue does not
say who waits: /proc/PID/wchan of each process does.`,
			`msqid_ds: 커널이 큐에 대해 아는 것 (msgctl IPC_STAT)

    msg_perm      소유자, 만든 사람, mode, key (explain ipc_perm)
    msg_qnum      큐에 있는 메시지의 수
    __msg_cbytes  그 내용의 바이트 수. mtype은 세지 않는다
    msg_qbytes    최대 바이트 수이자 메시지의 최대 개수
    msg_stime     마지막 msgsnd    msg_lspid  그 프로세스
    msg_rtime     마지막 msgrcv    msg_lrpid  그 프로세스
    msg_ctime     만들었거나 IPC_SET으로 바꾼 시각

IPC_SET은 uid, gid, mode, msg_qbytes를 바꾼다. msgmnb보다 크게는
CAP_SYS_RESOURCE가 있어야 한다. MSG_COPY(peek)는 시각을 바꾸지 않는다.
기다리는 프로세스가 있으면 메시지가 바로 넘어가므로 qnum이 늘지 않는다. 누가
기다리는지 큐에는 없다. 프로세스마다 /proc/PID/wchan을 보아야 한다.`), `q = msgget 0 0600; msgsnd q 1 hello; msgsnd q 2 ""
d = msgctl q IPC_STAT
assert d.qnum == 2 && d.cbytes == 5 && d.lspid > 0 && d.rtime == 0
peek q; assert qnum(q) == 2 && lrpid(q) == 0`
}

func blockingTopic() (text.Text, string) {
	return text.New(`blocking: calls that wait

    msgrcv   until a message of the type comes      IPC_NOWAIT: ENOMSG
    msgsnd   until there is room for the message    IPC_NOWAIT: EAGAIN
    semop    until all operations can be done       IPC_NOWAIT: EAGAIN
    semtimedop   the same, no longer than a time    EAGAIN when it is over

A waiting process sleeps in the kernel and costs nothing. The wait ends with
the event, with EIDRM when the object is removed, with EINTR when a signal was
caught (never restarted, SA_RESTART or not), or with the process.

Receivers and semop's waiters are served in order, but a smaller request may
overtake a larger one; waiting senders race. Polling with IPC_NOWAIT in a loop
burns the processor: wait instead. msgrcv has no timeout: alarm(2) makes one.`,
			`blocking: 기다리는 호출

    msgrcv   그 type의 메시지가 올 때까지           IPC_NOWAIT: ENOMSG
    msgsnd   메시지가 들어갈 자리가 날 때까지       IPC_NOWAIT: EAGAIN
    semop    모든 연산을 할 수 있을 때까지          IPC_NOWAIT: EAGAIN
    semtimedop   같지만 정한 시간까지만             시간이 지나면 EAGAIN

기다리는 프로세스는 커널 안에서 자므로 CPU를 쓰지 않는다. 기다림은 그 일이
일어나거나, 객체가 제거되거나(EIDRM), 처리된 signal이 오거나(EINTR.
SA_RESTART가 있어도 다시 시작되지 않는다), 프로세스가 끝나야 끝난다.

받는 쪽과 semop은 온 순서대로 깨어나지만 작은 요청이 큰 요청을 앞지를 수 있다.
기다리는 보내는 쪽은 순서가 없다. IPC_NOWAIT으로 되풀이해 묻는 것은 CPU만
태운다. msgrcv에는 timeout이 없다. alarm(2)으로 만든다.`), `q = msgget 0 0600; s = semget 0 1 0600
expect ENOMSG msgrcv q 0 IPC_NOWAIT
expect EAGAIN P s 0 IPC_NOWAIT
expect EAGAIN semop s 0:-1 timeout=50ms`
}
