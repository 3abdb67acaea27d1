package explain

import "ipcsh/commands/text"

func payloadTopic() (text.Text, string) {
	return text.New(`payload: the bytes of msgsnd and write

    hello "two words"          text: its bytes, no NUL behind it
    cstr:hello                 with the NUL
    int:42 short: uint: long: ulong: char: float: double:
    int[]:1,2,3                an array
    hex:cafe00  file:PATH      bytes in hex, a file's bytes
    text:int:5                 text that looks like one of these
    q_entry:mnum=13,who=kim    a declared struct, padded as C does it
    $m                         the bytes of a message or a read

Only these words and declared structs are prefixes: "note: hi" is text. A
prefix counts only as typed, never out of a variable. as=TYPE reads bytes back
the same way; mtype is no part of the payload.`,
			`payload: msgsnd와 write의 바이트

    hello "two words"          글: 그 바이트. 뒤에 NUL이 붙지 않는다
    cstr:hello                 NUL까지
    int:42 short: uint: long: ulong: char: float: double:
    int[]:1,2,3                배열
    hex:cafe00  file:PATH      16진수 바이트, 파일의 바이트
    text:int:5                 위의 것처럼 보이는 글
    q_entry:mnum=13,who=kim    선언한 struct. C처럼 padding된다
    $m                         메시지나 read 결과의 바이트

이 낱말과 선언한 struct만 접두사이다. "note: hi"는 글이다. 접두사는 직접 쓴
것만 뜻이 있고 변수에서 나온 것은 글이다. as=TYPE은 같은 방식으로 바이트를
읽는다. mtype은 payload에 들지 않는다.`), `struct q_entry { int mnum; char who[16]; }
q = msgget 0 0600; msgsnd q 1 q_entry:mnum=13,who=kim
m = msgrcv q as=q_entry; let m.mnum = m.mnum + 8; msgsnd q 2 $m
expect mnum=21 who=kim msgrcv q 2 as=q_entry`
}

func expressionsTopic() (text.Text, string) {
	return text.New(`expressions: C's, in let, assert, if, while and every number

0111 is octal, 0x49 hex, 'A' is 65; C's operators and precedence, all integers
of 64 bits; overflow and division by zero are errors. Operands:

    constants     IPC_CREAT SEM_UNDO ENOMSG ..., sizeof(int), sizeof(struct s)
    variables     n or $n; a handle is its id, m.type a field, a[1] an element
    errno, ret    of the last call
    of a queue    qnum qbytes cbytes lspid lrpid
    of a segment  nattch segsz cpid lpid
    of a set      nsems(s) semval(s,0) semncnt(s,0) semzcnt(s,0) sempid(s,0)
    of each       key mode uid gid cuid cgid exists; count(msg|shm|sem)
    of a process  pid alive blocked; server.m is what it assigned

These functions read the kernel at that moment, whatever the permissions are.
In words $n and ${m.text} are replaced: print "n is $n".`,
			`expressions: let, assert, if, while, 그리고 모든 수 인자의 C 수식

0111은 8진수, 0x49는 16진수, 'A'는 65. 연산자와 우선순위는 C와 같고 정수는
모두 64비트이다. overflow와 0으로 나누기는 오류이다. 쓸 수 있는 것:

    상수          IPC_CREAT SEM_UNDO ENOMSG ..., sizeof(int), sizeof(struct s)
    변수          n 또는 $n. 핸들은 id, m.type은 필드, a[1]은 원소
    errno, ret    마지막 호출의 것
    큐            qnum qbytes cbytes lspid lrpid
    세그먼트      nattch segsz cpid lpid
    세마포어 집합 nsems(s) semval(s,0) semncnt(s,0) semzcnt(s,0) sempid(s,0)
    모두          key mode uid gid cuid cgid exists. count(msg|shm|sem)
    프로세스      pid alive blocked. server.m은 그 프로세스가 대입한 것

함수는 권한과 상관없이 그 순간의 커널 상태를 읽는다. 낱말 안의 $n과
${m.text}는 값으로 바뀐다: print "n is $n".`), `q = msgget 0 0600; msgsnd q 1 abc; m = msgrcv q
let n = (m.size + 1) << 1; print n is $n; assert n == 8 && qnum(q) == 0
expect ENOMSG msgrcv q 0 IPC_NOWAIT; assert errno == ENOMSG && ret == -1`
}

func expectTopic() (text.Text, string) {
	return text.New(`In a script any failure stops it, unless it was expected:

    expect ENOMSG ...          must fail with it; EIDRM|EINVAL: with one of them
    expect type=1 text=hi ...  must succeed with these fields
    expect ...                 must succeed
    expect blocked @p ...      must sleep in the kernel (explain blocked)
    expect EIDRM wait p        how what slept must end
    expect deadlock wait       all must sleep, and nobody be left to wake one
A usage error satisfies none. assert asks for state: assert qnum(q) == 1.`,
			`스크립트에서 실패는 예상된 것이 아니면 스크립트를 멈춘다:

    expect ENOMSG ...         이 errno로 실패해야 한다 (EIDRM|EINVAL: 둘 중)
    expect type=1 text=hi ... 성공하고 필드가 이 값이어야 한다
    expect ...                성공해야 한다
    expect blocked @p ...     커널에서 잠들어야 한다 (explain blocked)
    expect EIDRM wait p       잠든 호출이 이렇게 끝나야 한다
    expect deadlock wait      모두 잠들어 깨울 프로세스가 없어야 한다
사용법 오류는 어느 것도 만족하지 않는다. 상태는 assert로: assert qnum(q) == 1.`), `q = msgget 0 0600; msgsnd q 1 hi
expect type=1 text=hi m = msgrcv q
expect ENOMSG msgrcv q 0 IPC_NOWAIT`
}

func handlesTopic() (text.Text, string) {
	return text.New(`handles: names for what a call made

q = msgget ... keeps the queue in q; so do m = shmget, a = shmat, s = semget
and k = ftok. Where a call wants a queue, q, $q and a plain id all work; a
handle of the wrong kind is refused before the kernel is asked. In an
expression a handle is its id, a key its value.

m = msgrcv q keeps a message: m.type, m.size, m.text, m.value; $m is sent
again with its bytes. Any other result keeps its fields: d = msgctl q
IPC_STAT, d.qnum. a = shmat m as=int (or a struct) makes a[0], a.member load
and store.

handles lists them and says whether the object is alive; unset forgets the
name and leaves the object; keep NAME leaves it when the script ends. An id
whose object is gone is still passed: the kernel says EINVAL.`,
			`handles: 호출이 만든 것의 이름

q = msgget ...은 큐를 q에 둔다. m = shmget, a = shmat, s = semget, k = ftok도
같다. 큐가 필요한 자리에는 q, $q, id를 쓸 수 있다. 종류가 다른 핸들은 커널에
묻기 전에 거절된다. 수식에서 핸들은 id이고 key는 그 값이다.

m = msgrcv q는 메시지를 둔다: m.type, m.size, m.text, m.value. $m은 그 바이트
그대로 다시 보낼 수 있다. 다른 결과는 필드를 둔다: d = msgctl q IPC_STAT,
d.qnum. a = shmat m as=int(또는 struct)이면 a[0], a.member로 읽고 쓴다.

handles는 핸들과 그 객체가 살아 있는지 보인다. unset은 이름만 지우고 객체는
둔다. keep NAME은 스크립트가 끝나도 남긴다. 객체가 제거된 id도 그대로 전해지고
커널이 EINVAL로 답한다.`), `q = msgget 0 0600; msgsnd q 7 hello; m = msgrcv q
assert m.type == 7 && m.text == "hello"; msgsnd q 1 $m
msgctl q IPC_RMID; handles; expect EINVAL msgrcv q`
}

func blocksTopic() (text.Text, string) {
	return text.New(`blocks: statements in { }

    repeat N [name] { ... }       name counts from 0
    while COND { ... }            break leaves the innermost loop
    if COND { ... } else { ... }  else if goes on
    struct NAME { members }       declares a C struct

COND is an expression, or a command: true if it succeeds. Its failure does not
stop the script; errno says why it ended. The braces are words of their own,
and } else { stands on one line; anywhere else a brace is an argument. ;
separates statements, \ at the end joins lines, # at the start of a word is a
comment.`,
			`blocks: { } 안의 문장들

    repeat N [name] { ... }       name은 0부터 센다
    while COND { ... }            break는 가장 안쪽 반복을 벗어난다
    if COND { ... } else { ... }  else if로 이어 쓸 수 있다
    struct NAME { members }       C struct를 선언한다

COND는 수식 또는 명령이다. 명령은 성공하면 참이다. 실패해도 스크립트는 멈추지
않고 errno가 까닭을 말한다. 중괄호는 앞뒤를 띄어 쓰고 } else {는 한 줄에 쓴다.
다른 곳의 중괄호는 인자이다. ;는 문장을 나누고 줄 끝의 \는 줄을 잇고 낱말
처음의 #는 주석이다.`), `q = msgget 0 0600
repeat 3 i { msgsnd q $i+1 "job $i" }
while m = msgrcv q 0 IPC_NOWAIT {
    if m.type == 2 { print the second } else { print $m.text }
}
assert errno == ENOMSG`
}

func promptTopic() (text.Text, string) {
	return text.New(`prompt: what the prompt takes beside statements

    Tab             completes: commands, flags, handles, names, paths
    Up, Ctrl-R      lines of before, also of earlier sessions
    Ctrl-C          gives the line up; ends a call that waits, never the shell
    Ctrl-D, exit    leave; what the session made is listed, and you choose
    save FILE.ipc   writes the session as a script that expects its results
    !COMMAND        runs a command of the system's shell
    man COMMAND, ?  the same as help

ipcsh (2 blocked)> counts the processes that sleep in a call (explain
blocked). What ends while you type is told above the line; Ctrl-C leaves
processes alone, leaving ends them.

A block goes on over lines until its brace is closed. A call in C with plain
arguments is taken as it is. set trace c shows each call in C.`,
			`prompt: 프롬프트에서 문장 말고 쓸 수 있는 것

    Tab             자동 완성: 명령, flag, handle, 이름, 경로
    Up, Ctrl-R      이전 줄 (지난 세션의 것도)
    Ctrl-C          줄을 취소한다. 기다리는 호출은 끝나고 셸은 그대로 있다
    Ctrl-D, exit    나간다. 세션이 만든 객체를 보이고 어떻게 할지 묻는다
    save FILE.ipc   세션을 결과까지 검사하는 스크립트로 저장한다
    !COMMAND        시스템 셸의 명령을 실행한다
    man COMMAND, ?  help와 같다

ipcsh (2개 잠듦)>은 호출 안에서 잠든 프로세스의 수이다 (explain blocked).
입력하는 동안 끝난 호출은 그 줄 위에 알린다. Ctrl-C는 프로세스를 건드리지
않고, 나가면 프로세스도 끝난다.

블록은 중괄호가 닫힐 때까지 여러 줄에 이어 쓴다. 인자가 단순한 C 호출은 그대로
받아들인다. set trace c는 호출마다 C로 보여 준다.`), `q = msgget 0 0600
msgsnd q 1 hello
handles`
}
