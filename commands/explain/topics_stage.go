package explain

import "ipcsh/commands/text"

func processesTopic() (text.Text, string) {
	return text.New(`processes: several real ones under one script

    spawn server client      two more; p[5] makes p0 to p4, run as @p$i
    @server msgrcv q 1       runs a call there; @server { ... } a block
    @server { ... } &        starts it and does not wait for it to settle
    wait server              hands out how it ended, once
    kill server [SIGNAL]     ps lists all; @server exit ends one normally

Each has a pid, attachments and SEM_UNDO sums of its own, as in any program:
attach in the process that reads or writes. The shell itself is main.

A block sees the variables as they are when it is sent. What it assigns is
its own, and is read outside as server.m; x = @server msgrcv q binds here. A
process does one thing at a time: while its call is outstanding, it is busy.`,
			`processes: 스크립트 하나에 진짜 프로세스 여러 개

    spawn server client      두 개를 더 만든다. p[5]는 p0~p4, @p$i로 쓴다
    @server msgrcv q 1       호출을 거기서 실행한다. @server { ... }는 블록
    @server { ... } &        시작만 하고 끝나거나 잠들기를 기다리지 않는다
    wait server              어떻게 끝났는지를 한 번만 건네준다
    kill server [시그널]     ps는 목록. 정상 종료는 @server exit

pid, attach, SEM_UNDO 기록은 여느 프로그램처럼 프로세스마다 따로이다. 읽고 쓸
프로세스에서 attach해야 한다. 셸 자신은 main이다.

블록은 보낼 때의 변수 값을 본다. 블록에서 대입한 것은 그 프로세스의 것이고
밖에서는 server.m으로 읽는다. x = @server msgrcv q는 이 세션의 x에 넣는다.
프로세스는 한 번에 한 가지만 한다. 호출이 끝나기 전에는 다른 것을 받지 않는다.`), `fork a; fork b
assert alive(a) && pid(a) != pid(b) && !blocked(a); ps
kill a; expect SIGKILL wait a; assert !alive(a) && alive(b)`
}

func blockedTopic() (text.Text, string) {
	return text.New(`blocked: asleep in a call, by the kernel's word

After each statement the processes settle: each has ended its call or sleeps
in it. /proc/PID/task/TID/wchan names the kernel's function; no pause guesses.

    expect blocked @r msgrcv q 7    it must sleep
    msgsnd q 7 hi                   wakes it; its end is told below this call
    expect text=hi wait r           judges it: fields, or expect EIDRM wait r

Those that one call woke go on one at a time, in the order in which they were
made: so each run is the same. What the kernel lets race stays a race: senders
at one full queue, the end of a timed call, whatever runs with &.

To be blocked is no failure, not even at the script's end. A call that failed
and that no wait asked for fails the script at its end. A process that neither
ends nor sleeps is killed after --timeout: use & for long computing.`,
			`blocked: 호출 안에서 잠든 것을 커널에서 확인한다

문장이 끝날 때마다 모든 프로세스는 호출을 끝냈거나 호출 안에서 잠들어 있다.
/proc/PID/task/TID/wchan에 커널 함수 이름이 나온다. 짐작으로 기다리지 않는다.

    expect blocked @r msgrcv q 7    잠들어야 한다
    msgsnd q 7 hi                   깨운다. 끝난 결과는 이 호출 아래에 나온다
    expect text=hi wait r           판정한다. 실패라면 expect EIDRM wait r

호출 하나가 여럿을 깨우면 만든 순서대로 하나씩 이어서 실행하므로 언제나 같다.
커널이 순서를 정하지 않는 것은 그대로이다: 가득 찬 큐에 보내려는 프로세스들,
시간 제한이 있는 호출의 끝, &로 따로 돌리는 것.

잠든 것은 스크립트 끝까지 그대로여도 실패가 아니다. 실패했는데 아무도 wait하지
않은 호출은 스크립트 끝에서 실패가 된다. 끝나지도 잠들지도 않는 프로세스는
--timeout 뒤에 종료시킨다. 오래 계산하는 것은 &로 돌린다.`), `fork r; assert alive(r) && !blocked(r)
expect ECHILD wait r`
}

func forkTopic() (text.Text, string) {
	return text.New(`fork: what a child has of its parent

                      fork(2) in C                  fork NAME here
    attachments       same segments and addresses   the same: attached anew
    nattch            counts the child              the same
    SEM_UNDO sums     none                          none
    pid               its own                       its own
    its parent        the caller                    the shell
    other memory      copied                        only the variables
    goes on           behind the fork               idle: send it work by @NAME

An id or an IPC_PRIVATE object reaches the child through its variables, which
are a copy: what it assigns is its own. Segments are shared, not copied. After
execve(2) nothing is attached any more, but SEM_UNDO sums stay.`,
			`fork: 자식이 부모에게서 물려받는 것

                      C의 fork(2)                   여기의 fork NAME
    attach            같은 세그먼트, 같은 주소      같다. 새로 attach한다
    nattch            자식도 센다                   같다
    SEM_UNDO 기록     없다                          없다
    pid               자기 것                       자기 것
    부모              부른 프로세스                 셸
    그 밖의 메모리    복사된다                      변수만 복사된다
    시작하는 곳       fork 다음                     대기. @NAME으로 일을 준다

id와 IPC_PRIVATE 객체는 변수를 통해 자식에게 전해진다. 변수는 복사본이라 자식이
대입해도 부모의 것은 그대로이다. 세그먼트는 복사되지 않고 함께 쓴다. execve(2)
뒤에는 attach가 모두 풀리지만 SEM_UNDO 기록은 남는다.`), `m = shmget 0 4096 0600; a = shmat m; fork child
assert nattch(m) == 2 && lpid(m) == pid(child)
kill child; assert nattch(m) == 1`
}

func signalsTopic() (text.Text, string) {
	return text.New(`signals: what kill does to a process that waits

    SIGUSR1 SIGUSR2         caught by a handler: the call that sleeps fails
    SIGALRM SIGINT          with EINTR and has done nothing
    SIGTERM SIGHUP ...      end it: attachments go, SEM_UNDO is done
    SIGKILL                 the same, and cannot be caught
    SIGSTOP, then SIGCONT   semop fails with EINTR; msgrcv and msgsnd wait on

EINTR comes even with SA_RESTART: these calls are never restarted. A program
calls again. While stopped, a receiver is no longer in the queue's line: what is
sent stays in the queue, and another may take it.

    @w P s              blocked
    kill w SIGUSR1      kill p stands for kill p SIGKILL
    expect EINTR wait w

To an idle process a caught signal does nothing.`,
			`signals: 기다리는 프로세스에 kill이 하는 일

    SIGUSR1 SIGUSR2         handler가 있다. 잠든 호출은 아무것도 하지 않고
    SIGALRM SIGINT          EINTR로 실패한다
    SIGTERM SIGHUP 등       끝난다. attach가 풀리고 SEM_UNDO가 적용된다
    SIGKILL                 같다. handler를 둘 수 없다
    SIGSTOP 뒤에 SIGCONT    semop은 EINTR로 실패하고 msgrcv, msgsnd는 이어진다

SA_RESTART가 있어도 EINTR이다. 이 호출들은 다시 시작되지 않으므로 프로그램이
다시 부른다. 멈춘 동안에는 큐에서 기다리는 것이 아니다. 보낸 메시지는 큐에 남고
다른 프로세스가 꺼내 갈 수 있다.

    @w P s              잠든다
    kill w SIGUSR1      시그널을 쓰지 않으면 SIGKILL이다
    expect EINTR wait w

호출을 기다리지 않는 프로세스에게는 handler가 있는 시그널이 아무 일도 하지
않는다.`), `fork p; kill p SIGUSR1; assert alive(p)
kill p SIGTERM; expect SIGTERM wait p`
}
