package commands

import "ipcsh/commands/text"

var lookDocs = [...]docEntry{{"who", docWho}, {"show", docShow}, {"leaks", docLeaks}, {"watch", docWatch},
	{"ipcs", docIpcs}, {"ipcrm", docIpcrm}, {"ipcmk", docIpcmk}}

// objectDoc is the first four parameters of who and show.
func objectDoc(x text.Text) []Entry {
	return []Entry{{"X", x},
		{"MSQID", text.New("a queue by its number", "번호로 고른 큐")},
		{"SHMID", text.New("a segment by its number", "번호로 고른 세그먼트")},
		{"SEMID", text.New("a set by its number", "번호로 고른 집합")}}
}

func docWho() *Doc {
	return &Doc{
		Params: objectDoc(text.New("a handle, or a number that only one kind has as an id; without it, all objects", "handle 또는 한 종류에만 있는 id. 없으면 모든 객체")),
		Returns: text.New("how many waits and attachments there are. Only processes of this IPC namespace count, whoever started them. FOR is how long ago the process ran last, which is about how long it waits, where the kernel tells. The kernel notes who used an object last, not who owns it: a deadlock is a presumption, and says of what.",
			"기다림과 attach의 수. 이 IPC 네임스페이스의 프로세스는 누가 시작했든 모두 포함된다. '시간'은 마지막으로 실행된 뒤 지난 시간으로, 기다린 시간과 비슷하며 커널이 알려 줄 때만 보인다. 커널은 소유자가 아니라 마지막으로 쓴 프로세스를 기록하므로 교착 상태는 추정이며 그 근거를 함께 보인다."),
		Errnos: []Entry{
			{"EACCES", text.New("/proc may not be read", "/proc을 읽을 권한이 없다")},
			{"EINVAL", text.New("there is no such object", "그런 객체가 없다")},
			{"ENOENT", text.New("there is no /proc, which tells what processes do", "/proc이 없어 프로세스 상태를 알 수 없다")}},
		Fields: []Entry{
			{"waiters", text.New("how many are asleep in msgsnd, msgrcv or semop", "msgsnd, msgrcv, semop에서 잠든 수")},
			{"attachers", text.New("how many attachments there are", "attach의 수")},
			{"hidden", text.New("how many processes may not be looked at", "볼 수 없는 프로세스의 수")},
			{"deadlocks", text.New("how many rings of processes wait for each other", "서로 기다리는 고리의 수")},
			{"processes", text.New("each: pid tid uid user name command call kind id, and the call's arguments", "각각: pid tid uid user name command call kind id와 호출 인자")},
			{"cycles", text.New("the pids of each ring", "고리마다 그 pid들")}},
	}
}

func docShow() *Doc {
	return &Doc{
		Params: append(objectDoc(text.New("a handle, or a number that only one kind has as an id", "handle 또는 한 종류에만 있는 id")),
			Entry{"TYPE", text.New("of a queue: mark the message that msgrcv with this type would take", "큐에서 이 type으로 msgrcv하면 받을 메시지를 표시한다")}),
		Returns: text.New("the object's id. Nothing is taken, attached or changed: messages are read with MSG_COPY, and a segment's bytes only if it is attached here.",
			"객체의 id. 아무것도 꺼내거나 attach하거나 바꾸지 않는다. 메시지는 MSG_COPY로 읽고, 세그먼트의 내용은 여기에 attach되어 있을 때만 보인다."),
		Errnos: []Entry{
			{"EINTR", text.New("Ctrl-C ended it", "Ctrl-C로 끝났다")},
			{"EINVAL", text.New("there is no such object", "그런 객체가 없다")}},
		Fields: []Entry{
			{"kind", text.New("queue, segment or set", "queue, segment, set 중 하나")},
			{"id", text.New("the object's id", "객체의 id")},
			{"key uid gid cuid cgid mode", text.New("as IPC_STAT has them", "IPC_STAT과 같다")},
			{"qnum cbytes qbytes lspid lrpid stime rtime", text.New("of a queue", "큐일 때")},
			{"messages takes", text.New("of a queue: each type, size, text; which type= takes, or -1", "큐일 때: 메시지마다 type, size, text. type=이 받는 번호, 없으면 -1")},
			{"nsems otime sems", text.New("of a set; each value, ncnt, zcnt, pid", "집합일 때. 세마포어마다 value, ncnt, zcnt, pid")},
			{"segsz nattch flags cpid lpid atime dtime bytes", text.New("of a segment", "세그먼트일 때")},
			{"ctime", text.New("of all", "모든 객체")},
			{"processes", text.New("as who has them", "who와 같다")}},
	}
}

func docLeaks() *Doc {
	return &Doc{
		Returns: text.New("how many objects nobody is attached to, waits for, or is alive to use. What a killed ipcsh session left is known for certain; of the others the evidence is named: the processes that used them last are gone, or nobody has used them yet. Nothing is removed.",
			"attach한 프로세스도 기다리는 프로세스도 없고 쓰던 프로세스도 끝난 객체의 수. 강제로 끝난 ipcsh 세션이 남긴 것은 확실하며, 나머지는 근거를 보인다: 마지막으로 쓴 프로세스가 끝났거나 아직 아무도 쓰지 않았다. 제거는 하지 않는다."),
		Fields: []Entry{
			{"count", text.New("how many", "개수")},
			{"certain", text.New("how many of them a killed session left", "그중 강제로 끝난 세션이 남긴 수")},
			{"unknown", text.New("how many cannot be judged", "판단할 수 없는 수")},
			{"objects", text.New("each: kind id key uid evidence why age command", "각각: kind id key uid evidence why age command")}},
	}
}

func docWatch() *Doc {
	return &Doc{Params: []Entry{{"STATEMENT", text.New("what to run every half second: show q, who, ipcs -q. Where the output is no terminal it is run once", "0.5초마다 실행할 문장: show q, who, ipcs -q. 출력이 터미널이 아니면 한 번만 실행한다")}}}
}

// optionDoc is the words of ipcs, ipcrm and ipcmk.
func optionDoc() []Entry {
	return []Entry{{"OPTION", text.New("as at the system's shell; --help lists them. A variable that holds an object is its id", "시스템 셸에서와 같다. --help로 볼 수 있다. 객체를 가리키는 변수는 그 id이다")}}
}

func docIpcs() *Doc  { return &Doc{Params: optionDoc()} }
func docIpcmk() *Doc { return &Doc{Params: optionDoc()} }

func docIpcrm() *Doc {
	return &Doc{Params: optionDoc(),
		Returns: text.New("0. In a namespace that is not the session's own, objects that it did not make are removed only after a question, or with --force. A removal that the kernel refuses has its errno, as in expect EINVAL ipcrm -q 77",
			"0. 세션의 것이 아닌 네임스페이스에서는 세션이 만들지 않은 객체를 물어본 뒤에, 또는 --force를 줄 때만 제거한다. 커널이 거부하면 그 errno로 실패한다 (예: expect EINVAL ipcrm -q 77)")}
}
