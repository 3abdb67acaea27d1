package commands

import "ipcsh/commands/text"

var stageDocs = [...]docEntry{{"spawn", docSpawn}, {"fork", docFork}, {"@NAME", docAt}, {"wait", docWait},
	{"kill", docKill}, {"exit", docExit}, {"ps", docPs}}

func processDoc() Entry {
	return Entry{"NAME", text.New("a process's name: letters, digits and _", "프로세스 이름. 영문자, 숫자, _")}
}

func docSpawn() *Doc {
	return &Doc{
		Params: []Entry{
			{"NAME", text.New("letters, digits and _; p[5] is p0 to p4, run as @p$i", "영문자, 숫자, _. p[5]는 p0~p4이며 @p$i로 쓴다")},
			{"UID", text.New("run as this user (as root)", "이 사용자로 실행한다 (root일 때)")},
			{"GID", text.New("run with this group (as root)", "이 그룹으로 실행한다 (root일 때)")},
			{"PRIVATE", text.New("yes: in an IPC namespace of its own", "yes: 전용 IPC 네임스페이스에서")}},
		Returns: text.New("0, and the pid of each under its name. Each is this program started anew, with attachments and semadj of its own. A session has at most 500",
			"0. 이름마다 그 pid. 프로세스마다 이 프로그램을 새로 실행하며 attach와 semadj를 따로 가진다. 한 세션에 최대 500개이다"),
		Errnos: []Entry{
			{"EAGAIN", text.New("the user has as many processes as allowed (ulimit -u)", "사용자의 프로세스 수 한도에 이르렀다 (ulimit -u)")},
			{"EMFILE", text.New("the shell has as many descriptors as allowed (ulimit -n)", "셸의 디스크립터 수 한도에 이르렀다 (ulimit -n)")},
			{"ENOMEM", text.New("no memory for another process", "프로세스를 만들 메모리가 없다")},
			{"EPERM", text.New("uid= and gid= need root", "uid=와 gid=는 root만 쓸 수 있다")}},
	}
}

func docFork() *Doc {
	return &Doc{
		Proto: "pid_t fork(void);", Includes: []string{"unistd.h"},
		Params: []Entry{processDoc()},
		Returns: text.New("0. Emulated: the child is started anew, gets the variables, and attaches the same segments at the same addresses (so nattch counts it). As after fork(2) it has no semadj. Unlike after fork(2) its parent is the shell, and memory that is not shared is not copied.",
			"0. 흉내 낸 것이다. 자식은 새로 시작되어 변수를 물려받고 같은 세그먼트를 같은 주소에 attach한다(그래서 nattch에 더해진다). fork(2)처럼 semadj는 없다. fork(2)와 달리 부모는 셸이며, 공유하지 않는 메모리는 복사되지 않는다."),
		Errnos: []Entry{{"EAGAIN", text.New("the user has as many processes as allowed (ulimit -u)", "사용자의 프로세스 수 한도에 이르렀다 (ulimit -u)")}},
	}
}

func docAt() *Doc {
	return &Doc{
		Params: []Entry{{"STATEMENT | { ... }", text.New("a statement, or a block of them. It sees the session's variables as they are now; what it assigns is its own: server.m", "문장 하나 또는 블록. 변수는 보낼 때의 값으로 보이고, 거기서 대입한 변수는 그 프로세스의 것이다: server.m")}},
		Returns: text.New("what the statement returned; or it is blocked: asleep in the kernel, and goes on when it is woken (explain blocked). x = @NAME ... keeps the result here, when the call ends",
			"문장의 결과. 또는 blocked: 커널에서 잠들어 있고 깨어나면 이어서 실행한다 (explain blocked). x = @NAME ...은 호출이 끝났을 때 결과를 이 세션의 x에 넣는다"),
	}
}

func docWait() *Doc {
	return &Doc{
		Params: []Entry{
			{"NAME", text.New("whom to wait for; without one, all with a call outstanding or an outcome to hand out", "기다릴 프로세스. 적지 않으면 호출이 끝나지 않았거나 결과를 아직 받지 않은 모두")},
			{"TIMEOUT", text.New("how long at most: 500ms, 2s", "최대 대기 시간: 500ms, 2s")}},
		Returns: text.New("the outcome of the awaited call (of the last one named); an outcome is handed out once. If all sleep and nobody is left to wake one, it is a deadlock (explain deadlock)",
			"기다린 호출의 결과 (여럿이면 마지막에 적은 것). 결과는 한 번만 받는다. 모두 잠들어 깨워 줄 프로세스가 없으면 deadlock이다 (explain deadlock)"),
		Fields: []Entry{{"exit", text.New("of a process that ended: its exit status", "끝난 프로세스의 종료 상태")}, {"signal", text.New("of a process that ended: the signal's number, 0 for none", "프로세스를 끝낸 시그널 번호. 없으면 0")}, {"output", text.New("of a program that run has started: what it wrote", "run으로 시작한 프로그램이 쓴 내용")}},
		Errnos: []Entry{
			{"ECHILD", text.New("the process has no call outstanding and no outcome to hand out", "끝나지 않은 호출도 받을 결과도 없다")},
			{"EINTR", text.New("Ctrl-C ended the wait; the processes go on", "Ctrl-C로 대기를 끝냈다. 프로세스는 계속된다")},
			{"ETIMEDOUT", text.New("timeout= passed", "timeout=이 지났다")}},
	}
}

func docKill() *Doc {
	return &Doc{
		Proto: "int kill(pid_t pid, int sig);", Includes: []string{"signal.h"},
		Params: []Entry{processDoc(),
			{"SIG", text.New("SIGKILL (default), SIGTERM, SIGSTOP, SIGCONT, ... SIGUSR1, SIGUSR2, SIGALRM and SIGINT are handled: a blocked call fails with EINTR (explain signals)", "SIGKILL(기본값), SIGTERM, SIGSTOP, SIGCONT 등. SIGUSR1, SIGUSR2, SIGALRM, SIGINT는 handler가 있어 잠든 호출이 EINTR로 실패한다 (explain signals)")}},
		Returns: text.New("0, when the process is gone, stopped or has been interrupted", "0. 프로세스가 사라지거나 멈추거나 호출이 중단된 뒤에 돌아온다"),
		Errnos:  []Entry{{"EPERM", text.New("not allowed to send it a signal", "시그널을 보낼 권한이 없다")}, {"ESRCH", text.New("the process has ended", "이미 끝난 프로세스다")}},
	}
}

func docExit() *Doc {
	return &Doc{
		Proto: "void exit(int status);", Includes: []string{"stdlib.h"},
		Params: []Entry{{"STATUS", text.New("0 to 255, 0 if left out", "0~255. 없으면 0")}},
	}
}

func docPs() *Doc {
	return &Doc{Returns: text.New("the number of processes. Each is idle, running, stopped, blocked in a call, or has ended", "프로세스 수. 상태는 대기 중, 실행 중, 정지됨, 호출에서 잠듦, 종료됨 가운데 하나이다")}
}
