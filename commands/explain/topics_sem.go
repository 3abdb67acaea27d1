package explain

import "ipcsh/commands/text"

func semaphoreTopic() (text.Text, string) {
	return text.New(`semaphore: a number that can be waited for

A set has one or more semaphores, each a value from 0 to 32767 (SEMVMX), 0 at
the beginning. semop takes an array of {sem_num, sem_op, sem_flg}:

    sem_op < 0    wait until the value is large enough, then subtract (P)
    sem_op > 0    add, and wake who waits (V); never waits
    sem_op = 0    wait until the value is 0

All operations of one semop are done at once or none is; one that waits holds
nothing. They are tried in the order of the array.

GETVAL the value, GETNCNT who waits for more, GETZCNT who waits for 0, GETPID
the last to operate. SETVAL and SETALL set values. Making and setting are two
steps: another may come between; sem_otime is 0 until the first semop.`,
			`semaphore: 기다릴 수 있는 수

집합에는 세마포어가 하나 이상 있고 값은 0 ~ 32767(SEMVMX), 처음에는 0이다.
semop은 {sem_num, sem_op, sem_flg}의 배열을 받는다:

    sem_op < 0    값이 충분해질 때까지 기다렸다가 뺀다 (P)
    sem_op > 0    더하고 기다리는 프로세스를 깨운다 (V). 기다리지 않는다
    sem_op = 0    값이 0이 될 때까지 기다린다

semop 하나의 연산은 한꺼번에 모두 되거나 하나도 되지 않는다. 기다리는 동안에는
아무것도 갖지 않는다. 배열의 순서대로 시도한다.

GETVAL은 값, GETNCNT는 커지기를, GETZCNT는 0을 기다리는 수, GETPID는
마지막으로 연산한 프로세스. SETVAL, SETALL은 값을 정한다. 만들기와 값 정하기는
두 단계라 사이에 남이 끼어들 수 있다. 첫 semop까지 sem_otime은 0이다.`), `s = semget 0 2 0600; semctl s 0 SETALL 1,0
expect EAGAIN semop s 0:-1 1:-1:IPC_NOWAIT
assert semval(s,0) == 1
semop s 1:2 {0, -1, 0} 0:0; assert semval(s,1) == 2`
}

func undoTopic() (text.Text, string) {
	return text.New(`undo: SEM_UNDO gives back what a process took

With SEM_UNDO the kernel notes for this process and semaphore the opposite of
each operation (semadj). When the process ends, even by kill -9, the sum is
added: a lock whose holder crashed is free again, and the next one wakes.

- It belongs to the process, with all its threads; it survives exec; a child
  made by fork does not inherit it.
- Use it at P and at V alike, or the sum is wrong at the end.
- SETVAL and SETALL clear it for all processes.
- At the end the value is kept within 0 to 32767; nothing waits.
- It does not repair the data that the lock protected: these may be half done.
Queues have no undo: a token taken by a process that died is lost. What this
shell does with SEM_UNDO is undone when ipcsh itself ends; what a spawned
process does, by kill NAME or @NAME exit.`,
			`undo: SEM_UNDO는 프로세스가 가져간 것을 돌려놓는다

SEM_UNDO를 쓰면 커널이 이 프로세스와 세마포어에 대해 연산의 반대를 적어 둔다
(semadj). 프로세스가 끝나면, kill -9이라도, 그 합이 더해진다. lock을 가진 채
죽어도 lock이 풀리고 다음 프로세스가 깨어난다.

- 프로세스의 것이고 모든 thread가 함께 쓴다. exec에서는 남고, fork로 만든
  자식은 물려받지 않는다.
- P와 V에 똑같이 쓴다. 아니면 끝날 때 합이 틀린다.
- SETVAL과 SETALL은 모든 프로세스의 기록을 지운다.
- 끝날 때 값은 0 ~ 32767 안으로 맞춰지고 기다리지 않는다.
- lock이 지키던 데이터까지 고치지는 않는다. 반쯤 바뀐 채일 수 있다.
큐에는 undo가 없다. 죽은 프로세스가 꺼내 간 token은 사라진다. 이 셸이
SEM_UNDO로 한 일은 ipcsh가 끝날 때, spawn한 프로세스가 한 일은 kill NAME이나
@NAME exit로 되돌려진다.`), `s = semget 0 1 0600; semctl s 0 SETVAL 1
P s 0 SEM_UNDO; assert semval(s,0) == 0
semctl s 0 SETVAL 5`
}

func mutexTopic() (text.Text, string) {
	return text.New(`mutex: one at a time

A semaphore of value 1 is a lock: P before the critical section, V behind it.
Two processes that load, add and store without it lose updates:

    A: load 0     B: load 0     A: store 1     B: store 1     (2 is right)

- Set it to 1 before anybody uses it. Safe: whoever made it with IPC_EXCL
  raises it by semop; the others wait until sem_otime is not 0.
- SEM_UNDO at P and V: a crash frees the lock (explain undo).
- It is no owner's lock: anybody can V, and a second V makes it 2. The same
  process that does P twice waits for itself.
- Hold it briefly; never wait for something else while holding it.`,
			`mutex: 한 번에 하나씩

값이 1인 세마포어는 lock이다. critical section 앞에서 P, 뒤에서 V. lock 없이
두 프로세스가 읽고 더하고 쓰면 갱신이 사라진다(lost update):

    A: 0 읽음     B: 0 읽음     A: 1 씀     B: 1 씀     (2가 맞다)

- 누가 쓰기 전에 1로 만든다. 안전한 방법: IPC_EXCL로 만든 프로세스가 semop으로
  올리고 다른 프로세스는 sem_otime이 0이 아닐 때까지 기다린다.
- P와 V에 SEM_UNDO: 죽어도 lock이 풀린다 (explain undo).
- 주인이 있는 lock이 아니다. 누구나 V할 수 있고 V를 두 번 하면 2가 된다. 한
  프로세스가 P를 두 번 하면 자기를 기다린다.
- 짧게 가진다. 가진 채로 다른 것을 기다리지 않는다.`), `m = shmget 0 4096 0600; a = shmat m
s = semget 0 1 0600; V s
P s 0 SEM_UNDO; incr a; V s 0 SEM_UNDO
expect value=1 read a as=int
P s; expect EAGAIN P s 0 IPC_NOWAIT`
}

func producerTopic() (text.Text, string) {
	return text.New(`producer: producer and consumer, the bounded buffer

A ring of N slots in shared memory and three semaphores:
    0 mutex = 1     1 empty = N     2 full = 0

    producer: P(empty) P(mutex) put V(mutex) V(full)
    consumer: P(full) P(mutex) take V(mutex) V(empty)

The order matters: P(mutex) before P(full) on an empty buffer waits with the
mutex in hand, and nobody can ever put. One semop with both operations cannot
do that: what waits holds nothing. At rest empty + full == N.

A message queue is a bounded buffer already: msgsnd waits while it is full,
msgrcv while it is empty, and the kernel locks.`,
			`producer: producer와 consumer, 크기가 정해진 버퍼

공유 메모리에 칸이 N개인 ring과 세마포어 셋:
    0 mutex = 1     1 empty = N     2 full = 0

    producer: P(empty) P(mutex) 넣기 V(mutex) V(full)
    consumer: P(full) P(mutex) 꺼내기 V(mutex) V(empty)

순서가 중요하다. 빈 버퍼에서 P(full)보다 P(mutex)를 먼저 하면 mutex를 쥔 채
기다려 아무도 넣을 수 없다. semop 하나에 두 연산을 넣으면 그럴 수 없다.
기다리는 동안에는 아무것도 갖지 않는다. 아무도 쓰지 않을 때 empty + full ==
N이다.

메시지 큐는 그 자체가 그런 버퍼이다. 가득 차면 msgsnd가, 비면 msgrcv가
기다리고 lock은 커널이 한다.`), `s = semget 0 3 0600; semctl s 0 SETALL 1,2,0; m = shmget 0 64 0600; shmat m
repeat 2 i { semop s 1:-1 0:-1; write m 4*i int:$i; semop s 0:1 2:1 }
expect EAGAIN semop s 1:-1:IPC_NOWAIT 0:-1
semop s 2:-1 0:-1; expect value=0 read m 0 as=int; semop s 0:1 1:1
expect values=1,1,1 semctl s 0 GETALL`
}

func deadlockTopic() (text.Text, string) {
	return text.New(`deadlock: all wait for each other, for ever

Four conditions must hold together: exclusive use, holding one thing while
waiting for the next, nothing is taken away, and a circle of waiting.

    A: P(0)     B: P(1)     A: P(1) waits     B: P(0) waits

Break one: take everything in one semop array (no holding while waiting), take
in the same order everywhere (no circle), or give up after a time: semtimedop,
give back, try again.

The kernel does not look for deadlocks. GETNCNT says how many wait, GETPID who
operated last. Queues deadlock too: server and clients that all wait to send
on one full queue. IPC_RMID, SETVAL or kill ends it; with SEM_UNDO kill also
frees. ipcsh sees it when all its processes sleep: expect deadlock wait. Of any
processes, who names those that wait for each other.`,
			`deadlock: 모두가 서로를 끝없이 기다린다

네 조건이 함께 있어야 생긴다: 혼자만 쓰기, 하나를 쥔 채 다음 것 기다리기,
빼앗지 않기, 기다림의 고리.

    A: P(0)     B: P(1)     A: P(1) 기다림     B: P(0) 기다림

하나를 깨면 된다: semop 배열 하나로 한꺼번에 얻거나(쥔 채 기다리지 않는다),
모두 같은 순서로 얻거나(고리가 없다), 시간이 지나면 포기한다: semtimedop,
돌려주고 다시.

커널은 deadlock을 찾지 않는다. GETNCNT는 기다리는 수, GETPID는 마지막으로
연산한 프로세스이다. 큐에서도 생긴다: 서버와 client가 모두 가득 찬 큐 하나에
보내려고 기다릴 때. IPC_RMID, SETVAL, kill이 끝낸다. SEM_UNDO가 있으면 kill로
풀린다. ipcsh는 모두 잠들면 알아챈다: expect deadlock wait. who는 어떤
프로세스든 서로 기다리는 고리를 찾아 보인다.`), `s = semget 0 2 0600; semctl s 0 SETALL 1,1
P s 0; expect EAGAIN semop s 0:-1 timeout=50ms
V s 0; semop s 0:-1 1:-1
expect EAGAIN semop s 0:-1 1:-1:IPC_NOWAIT timeout=50ms`
}
