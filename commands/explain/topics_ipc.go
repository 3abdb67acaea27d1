package explain

import "ipcsh/commands/text"

func kindsTopic() (text.Text, string) {
	return text.New(`kinds: which kind of IPC for what

message queue   whole messages with a type. The kernel copies each in and out; a
                receiver picks by type and can wait. Good for requests and
                replies, jobs, priorities. No shared state, little to go wrong.
shared memory   the same pages in several processes: no copy, so the fastest for
                much data. It neither waits nor protects: it needs semaphores.
semaphores      numbers that can be waited for. They carry no data; they say who
                may go on. A set of them changes all at once or not at all.

Pipes and sockets do for relatives or over a network, and end with their
processes. System V objects stay until they are removed (explain persistence).`,
			`kinds: 어떤 IPC를 언제 쓰는가

message queue   type이 붙은 메시지 단위로 주고받는다. 커널이 넣고 꺼낼 때
                복사하며 받는 쪽은 type으로 고르고 기다릴 수 있다. 요청과 응답,
                작업 분배, 우선순위에 알맞다. 공유 상태가 없어 실수가 적다.
shared memory   여러 프로세스가 같은 page를 함께 쓴다. 복사가 없어 큰 데이터에
                가장 빠르다. 기다리기도 보호도 없어 세마포어가 필요하다.
semaphore       기다릴 수 있는 수. 데이터는 싣지 않고 누가 진행해도 되는지만
                정한다. 집합의 연산은 한꺼번에 모두 되거나 하나도 되지 않는다.

pipe와 socket은 부모 자식 사이나 네트워크에 쓰고 프로세스와 함께 끝난다.
System V 객체는 제거할 때까지 남는다 (explain persistence).`), `q = msgget 0 0600; msgsnd q 1 job; expect text=job msgrcv q
m = shmget 0 4096 0600; a = shmat m; write a hi; expect text=hi read a 0 2
s = semget 0 1 0600; V s; P s; assert semval(s,0) == 0`
}

func keyTopic() (text.Text, string) {
	return text.New(`key: how processes that do not know each other meet

A key is a number of 32 bits that programs agree on. msgget, shmget and semget
turn it into an id, and all other calls take the id. The three kinds have keys
of their own: one key can name a queue, a segment and a set at once.

IPC_PRIVATE (0) is no key: each call makes a new object that no key finds. Its
id is handed over instead: to a child by fork, or in a file.

    flags                 object exists    object does not exist
    0                     opens it         ENOENT
    IPC_CREAT             opens it         makes it
    IPC_CREAT|IPC_EXCL    EEXIST           makes it`,
			`key: 서로 모르는 프로세스들이 만나는 방법

key는 프로그램들이 미리 약속한 32비트 수이다. msgget, shmget, semget이 key를
id로 바꾸고 나머지 호출은 모두 id를 쓴다. 종류마다 key 공간이 따로 있어서 같은
key로 큐, 세그먼트, 세마포어 집합을 하나씩 가질 수 있다.

IPC_PRIVATE(0)은 key가 아니다. 부를 때마다 새 객체를 만들고 key로는 찾을 수
없다. 대신 id를 전달한다: fork한 자식에게, 또는 파일로.

    flag                  객체가 있을 때    없을 때
    0                     연다              ENOENT
    IPC_CREAT             연다              만든다
    IPC_CREAT|IPC_EXCL    EEXIST            만든다`), `expect ENOENT msgget 0111
q = msgget 0111 IPC_CREAT|0600
again = msgget 0111; assert again == q
expect EEXIST msgget 0111 IPC_CREAT|IPC_EXCL|0600`
}

func ftokTopic() (text.Text, string) {
	return text.New(`ftok: a key from a file and a number

    bits 31..24      23..16          15..0
    id & 0xff        st_dev & 0xff   st_ino & 0xffff

ftok asks stat(2) for the file's device and inode and puts 32 bits together.
The file's name and content do not count: a hard link or a renamed file gives
the same key; a file that was deleted and made anew, or replaced by an editor,
usually gives another one. The file must exist each time.

Keys can collide: only 16 bits of the inode count, and 8 of the device. The
result -1 means failure, with stat's errno, yet -1 can be a key as well.`,
			`ftok: 파일과 번호로 key를 만든다

    비트 31..24      23..16          15..0
    id & 0xff        st_dev & 0xff   st_ino & 0xffff

ftok은 stat(2)로 파일의 device와 inode를 알아내어 32비트를 만든다. 파일의
이름과 내용은 상관없다. hard link나 이름을 바꾼 파일은 같은 key를 준다. 지웠다
다시 만든 파일, 편집기가 갈아 끼운 파일은 대개 다른 key를 준다. 파일은 ftok을
부를 때마다 있어야 한다.

inode는 16비트, device는 8비트만 쓰이므로 key가 겹칠 수 있다. -1은 실패를
뜻하고 errno는 stat의 것이지만, -1이 올바른 key일 수도 있다.`), `k = ftok / 'A'
assert (k >> 24 & 0xff) == 'A' && (k & 0xffff) == (k.ino & 0xffff)
b = ftok / 257; c = ftok / 1; assert b == c
expect ENOENT ftok /no/such/file 1`
}

func persistenceTopic() (text.Text, string) {
	return text.New(`persistence: objects outlive their processes

A queue, a segment or a set lives in the kernel until somebody removes it with
IPC_RMID (ipcrm does that) or its namespace ends, at the latest with a reboot.
That its creator ended, or crashed, changes nothing: messages stay in the
queue, bytes in the segment, values in the set. Only what belongs to a process
goes with it: attaches, SEM_UNDO, waiting calls.

So programs leak objects when they end early: leaks lists what nobody uses any
more, with the evidence; ipcs lists all, ipcrm removes. After IPC_RMID the id
is EINVAL, the key ENOENT; a call that slept on the object gets EIDRM. A
segment lives on while attached (explain dest). ipcsh removes at its end what a
script made; keep and --keep prevent it. What a session left that was killed
with kill -9, leaks knows for certain.`,
			`persistence: 객체는 프로세스보다 오래 산다

큐, 세그먼트, 세마포어 집합은 커널 안에 있고 누군가 IPC_RMID로
제거하거나(ipcrm) 네임스페이스가 끝날 때까지, 늦어도 재부팅까지 남는다. 만든
프로세스가 끝나거나 죽어도 달라지지 않는다. 메시지도, 세그먼트의 바이트도,
세마포어의 값도 남는다. 프로세스의 것만 함께 사라진다: attach, SEM_UNDO 기록,
기다리던 호출.

그래서 프로그램이 일찍 끝나면 객체가 남는다. leaks는 더는 아무도 쓰지 않는
객체를 근거와 함께 보이고, ipcs는 모두 보이며, ipcrm이 제거한다. IPC_RMID 뒤에
그 id는 EINVAL, key는 ENOENT가 되고, 그 객체에서 자던 호출은 EIDRM으로 끝난다.
세그먼트는 attach되어 있는 동안 남는다 (explain dest). ipcsh는 스크립트가 만든
객체를 끝날 때 제거한다. keep과 --keep으로 막을 수 있다. kill -9로 끝난 세션이
남긴 것은 leaks가 확실히 안다.`), `q = msgget 0111 IPC_CREAT|0600; msgsnd q 1 note
unset q; q = msgget 0111; assert qnum(q) == 1
msgctl q IPC_RMID; expect EINVAL msgrcv q; expect ENOENT msgget 0111`
}

func permissionsTopic() (text.Text, string) {
	return text.New(`permissions: nine bits, and one class decides

mode has rw for the owner, the group and the others, as a file has (0600).
Exactly one class applies, the first that fits, by the effective ids: owner or
creator, else member of the group or creator's group, else others. Classes do
not add up: an owner without bits (0066) is refused though others are let in.

    read     msgrcv, IPC_STAT, GETVAL and its like, shmat SHM_RDONLY, wait for 0
    write    msgsnd, semop that changes, SETVAL, SETALL; shmat for writing: both
    owner    IPC_SET, IPC_RMID: owner or creator (or CAP_SYS_ADMIN), not bits

msgget(key, 0) asks for no bits and opens any queue; the later call fails.
umask does not count. Root (CAP_IPC_OWNER) passes all bits. msgrcv needs read
only, and takes the message away. To list objects asks for no bits (ipcs, show,
*_STAT_ANY), to see values and messages asks for read; what processes of others
do, /proc tells root alone: who says so, and ipcs --svr4 shows ? in MODE.`,
			`permissions: 권한 비트 9개, 그리고 한 class만 적용된다

mode에는 파일처럼 소유자, 그룹, 기타의 rw가 있다 (0600). effective id로 보아
맨 먼저 맞는 한 class만 적용된다: 소유자나 만든 사람, 아니면 그룹(만든 그룹)의
구성원, 아니면 기타. class는 합쳐지지 않는다. mode 0066이면 기타는 들어와도
소유자는 거절된다.

    읽기     msgrcv, IPC_STAT, GETVAL 등, shmat SHM_RDONLY, 0 기다리기
    쓰기     msgsnd, 값을 바꾸는 semop, SETVAL, SETALL. 쓰기용 shmat은 둘 다
    소유자   IPC_SET, IPC_RMID: 비트가 아니라 소유자나 만든 사람(CAP_SYS_ADMIN)

msgget(key, 0)은 아무 비트도 요청하지 않아 어떤 큐든 열고 나중 호출이 실패한다.
umask는 상관없다. root(CAP_IPC_OWNER)는 비트에 걸리지 않는다. msgrcv는 읽기
권한만으로 메시지를 꺼내 간다. 객체의 목록(ipcs, show, *_STAT_ANY)에는 권한이
필요 없고, 값과 메시지를 보려면 읽기 권한이 필요하다. 남의 프로세스가 무엇을
하는지는 root만 /proc에서 볼 수 있다. 그때 who는 그렇다고 말하고, ipcs --svr4의
MODE에는 ?가 나온다.`), `q = msgget 0111 IPC_CREAT|0066
expect EACCES msgget 0111 0600
id = msgget 0111; expect EACCES msgsnd id 1 x
msgctl id IPC_SET mode=0600; msgsnd id 1 x`
}

func ipcPermTopic() (text.Text, string) {
	return text.New(`ipc_perm: what every object has

    struct ipc_perm {
        key_t          __key;    the key; 0: IPC_PRIVATE
        uid_t uid;  gid_t gid;   owner: IPC_SET changes them
        uid_t cuid; gid_t cgid;  creator: they never change
        mode_t         mode;     nine bits; segments: SHM_DEST, SHM_LOCKED too
        unsigned short __seq;    uses of the slot: id = seq*32768 + slot
    };

It is the first member of msqid_ds, shmid_ds and semid_ds; IPC_STAT reads it
(read permission), IPC_SET writes uid, gid and the nine bits of mode (owner or
creator). Owner and creator both have the owner's rights, so a creator who
gave the object away can still remove it.`,
			`ipc_perm: 모든 객체가 가진 것

    struct ipc_perm {
        key_t          __key;    key. 0이면 IPC_PRIVATE
        uid_t uid;  gid_t gid;   소유자: IPC_SET으로 바뀐다
        uid_t cuid; gid_t cgid;  만든 사람: 바뀌지 않는다
        mode_t         mode;     9비트. 세그먼트에는 SHM_DEST, SHM_LOCKED도 있다
        unsigned short __seq;    자리가 쓰인 횟수: id = seq*32768 + 자리
    };

msqid_ds, shmid_ds, semid_ds의 첫 멤버이다. IPC_STAT이 읽고(읽기 권한),
IPC_SET이 uid, gid와 mode의 9비트를 바꾼다(소유자나 만든 사람). 소유자와 만든
사람은 모두 소유자의 권리를 가지므로, 남에게 넘긴 객체도 만든 사람이 제거할 수
있다.`), `q = msgget 0111 IPC_CREAT|0640
d = msgctl q IPC_STAT; print mode is $d.mode, uid $d.uid, cuid $d.cuid
msgctl q IPC_SET mode=0600
assert mode(q) == 0600 && uid(q) == cuid(q) && key(q) == 0111`
}

func securityTopic() (text.Text, string) {
	return text.New(`security: what can go wrong with System V IPC

- Keys are no secret and can be guessed: another program may make the object
  first (squatting). IPC_CREAT|IPC_EXCL shows that; check uid and mode too.
- Mode 0666 lets everybody read and fill the queue, take its messages, or set
  a semaphore. Give 0600, or 0660 with a group.
- A message has no sender that could be trusted: mtype and mtext are the
  sender's own words. msg_lspid is only the last sender's pid.
- Shared memory can change between check and use: copy, then check the copy.
- Who holds a lock can die or keep it; who may write can fill a queue up.
- /proc/sysvipc and *_STAT_ANY show everybody's objects to everybody.
- A revoked mode does not end an attach: it is checked at shmat only.`,
			`security: System V IPC에서 조심할 것

- key는 비밀이 아니고 알아맞힐 수 있다. 다른 프로그램이 먼저 객체를 만들어 둘
  수 있다. IPC_CREAT|IPC_EXCL로 알 수 있다. uid와 mode도 확인한다.
- mode 0666이면 누구나 큐를 읽고 채우고 메시지를 꺼내 가고 세마포어를 바꾼다.
  0600, 또는 그룹과 함께 0660을 쓴다.
- 메시지에는 믿을 수 있는 보낸 사람이 없다. mtype과 mtext는 보낸 쪽이 쓴
  대로이고 msg_lspid는 마지막으로 보낸 프로세스의 pid일 뿐이다.
- 공유 메모리는 검사와 사용 사이에 바뀔 수 있다. 복사한 뒤 복사본을 검사한다.
- lock을 가진 프로세스가 죽거나 놓지 않을 수 있고, 쓸 수 있으면 큐를 채울 수
  있다.
- /proc/sysvipc와 *_STAT_ANY는 모든 객체를 모두에게 보여 준다.
- mode를 빼앗아도 attach는 끝나지 않는다. 권한은 shmat에서만 검사한다.`), `q = msgget 0111 IPC_CREAT|IPC_EXCL|0600
assert uid(q) == cuid(q) && mode(q) == 0600
m = shmget 0 4096 0600; a = shmat m
shmctl m IPC_SET mode=0; write a still; expect EACCES shmat m`
}

func limitsTopic() (text.Text, string) {
	return text.New(`limits: how much there may be, in each IPC namespace

    msgmni   queues                     shmmni   segments
    msgmax   bytes of a message         shmmax   bytes of a segment
    msgmnb   bytes of a new queue       shmall   pages of all segments
    sem      semmsl semmns semopm semmni: a set, all sets, a semop, sets

A queue has two limits at once, both its msg_qbytes: the bytes of all
messages, and their number. A message longer than msg_qbytes never fits: its
sender waits for ever. Lowering a limit touches nothing that exists. Too many
objects is ENOSPC; a message above msgmax, a segment above shmmax is EINVAL.
limits shows them; limits NAME=VALUE sets one, in a private namespace only.`,
			`limits: IPC 네임스페이스마다 정해진 한도

    msgmni   큐의 수                    shmmni   세그먼트의 수
    msgmax   메시지의 바이트            shmmax   세그먼트의 바이트
    msgmnb   새 큐의 바이트             shmall   모든 세그먼트의 page 수
    sem      semmsl semmns semopm semmni: 집합당, 전체, semop당, 집합의 수

큐에는 한도가 둘 있고 둘 다 msg_qbytes이다: 모든 메시지의 바이트 수, 그리고
메시지의 개수. msg_qbytes보다 긴 메시지는 결코 들어가지 못해 보내는 쪽이
끝없이 기다린다. 한도를 낮추어도 이미 있는 것은 그대로이다. 객체가 너무 많으면
ENOSPC, msgmax보다 긴 메시지와 shmmax보다 큰 세그먼트는 EINVAL이다. limits가
한도를 보인다. limits NAME=VALUE는 전용 네임스페이스에서만 된다.`), `limits msgmni=1; q = msgget 0 0600; expect ENOSPC msgget 0 0600
msgctl q IPC_SET qbytes=2
msgsnd q 1 ab; expect EAGAIN msgsnd q 1 c IPC_NOWAIT
msgrcv q; repeat 2 { msgsnd q 1 "" }; expect EAGAIN msgsnd q 1 "" IPC_NOWAIT`
}

func namespacesTopic() (text.Text, string) {
	return text.New(`namespaces: rooms with objects of their own

Keys, ids, limits and /proc/sysvipc belong to an IPC namespace. unshare(2)
with CLONE_NEWIPC makes a new one: empty, with ids from 0 and the default
limits, not the parent's. Two namespaces can hold different queues of the same
key and id. The namespace and all its objects end with its last process. A
container usually has its own; that is why it does not see the host's queues.

An ordinary user needs a user namespace as well (CLONE_NEWUSER); there all
limits can be set without being root.

ipcsh --private starts in a new namespace, --join PID enters another shell's,
and a script asks for one with the line #: needs: private`,
			`namespaces: 객체를 따로 가진 방

key, id, 한도, /proc/sysvipc는 IPC 네임스페이스의 것이다. unshare(2)의
CLONE_NEWIPC가 새 네임스페이스를 만든다. 비어 있고 id는 0부터이며, 한도는
부모의 것이 아니라 기본값이다. 두 네임스페이스에 key도 id도 같은 다른 큐가
있을 수 있다. 마지막 프로세스가 끝나면 네임스페이스와 그 객체가 모두 사라진다.
컨테이너는 보통 자기 것을 가지므로 호스트의 큐가 보이지 않는다.

일반 사용자는 user 네임스페이스도 만들어야 한다(CLONE_NEWUSER). 그 안에서는
root가 아니어도 모든 한도를 바꿀 수 있다.

ipcsh --private는 새 네임스페이스에서 시작하고 --join PID는 다른 셸의 것에
들어간다. 스크립트는 #: needs: private 한 줄로 요청한다.`), `assert count(msg) == 0 && count(shm) == 0 && count(sem) == 0
q = msgget 0111 IPC_CREAT|0600; assert q == 0
limits msgmni=1; expect ENOSPC msgget 0 0600`
}
