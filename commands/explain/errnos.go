package explain

import (
	"fmt"
	"syscall"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// fault is what expect calls the caught signal.
const fault = "SIGSEGV"

// errnoPage is the page of an errno, or of SIGSEGV: what it means in general,
// and for each call as the table of commands has it; nil for another name.
func errnoPage(table *commands.Table, name string, l text.Lang) []string {
	var head string
	if e, ok := sysv.ErrnoByName(name); ok {
		head = fmt.Sprintf("%s (%d): %s", name, int(e), sysv.ErrnoText(e))
		if first := sysv.ErrnoName(e); first != name {
			name = first // EWOULDBLOCK is EAGAIN
		}
	} else if name == fault {
		head = fmt.Sprintf("%s (%d): %s", name, int(syscall.SIGSEGV), "Segmentation fault")
	} else {
		return nil
	}
	out := []string{head}
	if m := errnoMeaning(name); m.En != "" {
		out = append(append(out, ""), text.Wrap("", m.In(l), pageWidth)...)
	}
	var calls []commands.Entry
	for _, c := range table.Commands() {
		d := c.Manual()
		if t, ok := d.Errno(name); ok && !d.Alias {
			calls = append(calls, commands.Entry{Name: c.Name, Text: t})
		}
	}
	if len(calls) > 0 {
		out = append(out, "")
		for _, line := range commands.Columns(calls, l) {
			out = append(out, "  "+line)
		}
	}
	return out
}

const pageWidth = 79

// errnoMeaning says what an errno of the IPC calls means as a whole; the zero
// Text for others.
func errnoMeaning(name string) text.Text {
	switch name {
	case "EACCES":
		return text.New("Permission: the mode bits of your class (owner, group or others) do not allow this. See explain permissions.",
			"권한이 없다: 내가 속한 class(소유자, 그룹, 기타)의 권한 비트가 이것을 허용하지 않는다. explain permissions를 보라.")
	case "EAGAIN":
		return text.New("The call would have to wait, and was told not to (IPC_NOWAIT), or not any longer. Nothing has changed; try again later. Also called EWOULDBLOCK. msgrcv says ENOMSG instead.",
			"기다려야 하는데 기다리지 말라고 했거나(IPC_NOWAIT) 시간이 다 되었다. 바뀐 것은 없고 나중에 다시 하면 된다. EWOULDBLOCK과 같다. msgrcv는 대신 ENOMSG를 돌려준다.")
	case "EEXIST":
		return text.New("The key has an object already, and IPC_EXCL insists on making it. Leave IPC_EXCL out to open it.",
			"그 key의 객체가 이미 있는데 IPC_EXCL이 새로 만들기를 고집한다. 열려면 IPC_EXCL을 뺀다.")
	case "EFAULT":
		return text.New("A pointer in the arguments points to memory that the process does not have. In C a mistake such as a pointer that was never set; ipcsh cannot make it.",
			"인자의 포인터가 프로세스에 없는 메모리를 가리킨다. C에서 초기화하지 않은 포인터 같은 실수로 생긴다. ipcsh에서는 생기지 않는다.")
	case "EFBIG":
		return text.New("It has nothing to do with files here: sem_num is too large for the set.",
			"여기서는 파일과 상관없다: sem_num이 집합의 세마포어 수를 넘는다.")
	case "EIDRM":
		return text.New("The object was removed (IPC_RMID) while the call slept on it, or at that very moment. Later calls with the id get EINVAL. Treat both as gone.",
			"호출이 자고 있는 동안, 또는 바로 그 순간에 객체가 제거되었다(IPC_RMID). 그 뒤의 호출은 EINVAL을 받는다. 둘 다 없어진 것으로 다룬다.")
	case "EINTR":
		return text.New("A signal that the process catches came while the call slept. System V calls are never restarted, SA_RESTART or not: call again in a loop.",
			"호출이 자는 동안 프로세스가 처리하는 signal이 왔다. System V 호출은 SA_RESTART가 있어도 다시 시작되지 않는다. 반복문에서 다시 부른다.")
	case "EINVAL":
		return text.New("An argument makes no sense, or, most often, there is no object with this id (any more).",
			"인자가 잘못되었거나, 가장 흔하게는, 그 id의 객체가 없다(또는 이미 제거되었다).")
	case "ENOENT":
		return text.New("No object has the key, and the flags do not say IPC_CREAT. For ftok: no such file.",
			"그 key를 가진 객체가 없고 flag에 IPC_CREAT이 없다. ftok에서는 파일이 없다는 뜻이다.")
	case "ENOMEM":
		return text.New("There is no memory, or a limit of the process (RLIMIT_AS, RLIMIT_MEMLOCK) is reached.",
			"메모리가 없거나 프로세스의 한도(RLIMIT_AS, RLIMIT_MEMLOCK)에 이르렀다.")
	case "ENOMSG":
		return text.New("There is no message of the type asked for, and IPC_NOWAIT said not to wait. Messages of other types may well be there.",
			"요청한 type의 메시지가 없고 IPC_NOWAIT이 있어 기다리지 않았다. 다른 type의 메시지는 있을 수 있다.")
	case "ENOSPC":
		return text.New("It has nothing to do with a disk here: a limit of the IPC namespace is reached (explain limits). Remove what nobody needs, or raise the limit.",
			"여기서는 디스크와 상관없다: IPC 네임스페이스의 한도에 이르렀다 (explain limits). 필요 없는 객체를 제거하거나 한도를 올린다.")
	case "ENOSYS":
		return text.New("This kernel was built without what is asked for.", "커널이 그 기능 없이 만들어졌다.")
	case "EPERM":
		return text.New("Not a matter of mode bits: only the owner or creator may do this, or a privilege is needed. Where mode bits are missing it is EACCES.",
			"권한 비트의 문제가 아니다: 소유자나 만든 사람만 할 수 있거나 특권이 필요하다. 권한 비트가 모자라면 EACCES이다.")
	case "ERANGE":
		return text.New("A semaphore's value would leave 0 to 32767 (SEMVMX).", "세마포어의 값이 0 ~ 32767(SEMVMX)을 벗어난다.")
	case "E2BIG":
		return text.New("It has nothing to do with arguments here: the message is longer than the buffer, or the array of operations too long.",
			"여기서는 인자 목록과 상관없다: 메시지가 버퍼보다 길거나 연산 배열이 너무 길다.")
	case "ECHILD":
		return text.New("There is nothing to wait for: no call of the process is outstanding, and its outcome was handed out before.",
			"기다릴 것이 없다. 프로세스의 호출이 모두 끝났고 그 결과도 이미 받았다.")
	case "ESRCH":
		return text.New("No such process: it has ended.", "그런 프로세스가 없다. 이미 끝났다.")
	case "EMFILE":
		return text.New("This process has as many descriptors open as it may (ulimit -n); each process of the stage takes a few of the shell's.",
			"이 프로세스가 열 수 있는 디스크립터를 모두 썼다 (ulimit -n). 프로세스를 하나 만들 때마다 셸의 디스크립터가 몇 개씩 쓰인다.")
	case "ETIMEDOUT":
		return text.New("wait timeout= says it. No System V call does: semtimedop says EAGAIN when its time is over. POSIX's timed calls (mq_timedreceive, sem_timedwait) say ETIMEDOUT.",
			"wait timeout=이 돌려준다. System V 호출은 돌려주지 않는다. semtimedop은 시간이 지나면 EAGAIN이다. POSIX의 mq_timedreceive, sem_timedwait 등이 ETIMEDOUT을 돌려준다.")
	case "ENOEXEC":
		return text.New("The file is executable by its mode bits, but neither a program for this machine nor a script that begins with #!.",
			"권한 비트로는 실행할 수 있지만 이 기계의 실행 파일도, #!로 시작하는 스크립트도 아니다.")
	case "EBADF":
		return text.New("The descriptor is not open: here, a program's standard input that has been ended.",
			"열려 있지 않은 디스크립터다. 여기서는 이미 끝낸 프로그램의 표준 입력이다.")
	case "EPIPE":
		return text.New("Nobody is left to read the pipe: the program has closed its standard input, or ended. To a program that does not ask, the kernel says it with SIGPIPE.",
			"파이프를 읽을 프로세스가 남아 있지 않다. 프로그램이 표준 입력을 닫았거나 끝났다. 커널은 이것을 보통 SIGPIPE로도 알린다.")
	case "ENOTDIR":
		return text.New("A name in the middle of the path is a file, no directory.", "경로 중간의 이름이 디렉터리가 아니라 파일이다.")
	case "ELOOP":
		return text.New("Symbolic links in the path lead in a circle, or there are more than 40.", "경로의 symbolic link가 돌고 돌거나 40개를 넘는다.")
	case "ENAMETOOLONG":
		return text.New("A name has more than 255 bytes, or the path more than 4095.", "이름이 255바이트를, 또는 경로가 4095바이트를 넘는다.")
	case fault:
		return text.New("No errno but a signal: the process touched memory that it may not touch, and a C program dies of it. ipcsh catches it and lives on.",
			"errno가 아니라 signal이다: 프로세스가 건드릴 수 없는 메모리를 건드렸고 C 프로그램은 죽는다. ipcsh는 이것을 잡고 계속 산다.")
	}
	return text.Text{}
}
