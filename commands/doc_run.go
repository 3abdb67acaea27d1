package commands

import "ipcsh/commands/text"

var runDocs = [...]docEntry{{"run", docRun}, {"feed", docFeed}}

func docRun() *Doc {
	return &Doc{
		Proto: "int execve(const char *path, char *const argv[], char *const envp[]);", Includes: []string{"unistd.h"},
		Params: []Entry{
			{"CMD", text.New("the program: a file in the lab's folder (./server), or a name that is looked for in PATH", "프로그램. 실습 폴더의 파일(./server)이거나 PATH에서 찾을 이름")},
			{"ARG", text.New("its arguments; a=b and -x are words like any other", "프로그램의 인자. a=b나 -x도 그대로 전달한다")},
			{"AS", text.New("the process's name; without it the program's, with _ for what no name can hold", "프로세스 이름. 없으면 프로그램 이름에서 쓸 수 없는 글자를 _로 바꾼 것")}},
		Returns: text.New("when the program has ended, or is blocked: it and all that it forked sleep in a System V call, in a read of standard input, or in a wait for each other. One that only sleeps or computes is waited for up to --timeout; then it is reported as still running. Its outputs are a pipe: C's printf keeps what it wrote until fflush, setvbuf or the end",
			"프로그램이 끝났거나 blocked일 때 돌아온다. blocked는 프로그램과 fork한 자식이 모두 System V 호출이나 표준 입력 읽기에서, 또는 서로를 기다리며 잠든 것이다. sleep하거나 계산만 하는 프로그램은 --timeout까지 기다린 뒤 아직 실행 중이라고 알린다. 출력은 파이프라서 C의 printf는 fflush, setvbuf 또는 종료 때까지 내용을 붙들고 있다"),
		Fields: []Entry{
			{"exit", text.New("its exit status", "종료 상태")},
			{"signal", text.New("the signal that ended it, 0 for none", "프로그램을 끝낸 시그널 번호. 없으면 0")},
			{"output", text.New("what it wrote to both of its outputs, without the newlines at the end", "표준 출력과 표준 에러에 쓴 내용. 끝의 줄바꿈은 뺀다")}},
		Errnos: []Entry{
			{"EACCES", text.New("the file is not executable (chmod +x), or is a directory", "실행 권한이 없거나(chmod +x) 디렉터리다")},
			{"EAGAIN", text.New("the user has as many processes as allowed (ulimit -u)", "사용자의 프로세스 수 한도에 이르렀다 (ulimit -u)")},
			{"ENOENT", text.New("no such program, or its #! names none", "그런 프로그램이 없거나 #!에 적은 인터프리터가 없다")},
			{"ENOEXEC", text.New("neither a program for this machine nor a script with #!", "이 기계의 실행 파일도 #!로 시작하는 스크립트도 아니다")},
			{"EPERM", text.New("the system forbids it", "시스템이 막고 있다")}},
	}
}

func docFeed() *Doc {
	return &Doc{
		Params: []Entry{
			{"NAME", text.New("a program that run has started", "run으로 시작한 프로그램")},
			{"TEXT", text.New("a line; a newline is written behind it. Without it the input ends, which a read sees as 0 bytes", "한 줄. 뒤에 줄바꿈을 붙여 쓴다. 없으면 입력이 끝나 read가 0바이트를 받는다")}},
		Errnos: []Entry{
			{"EAGAIN", text.New("the pipe is full: the program does not read", "파이프가 가득 찼다. 프로그램이 읽지 않는다")},
			{"EBADF", text.New("its standard input has been ended", "표준 입력을 이미 끝냈다")},
			{"EPIPE", text.New("nobody reads it any more", "읽는 프로세스가 더는 없다")}},
	}
}
