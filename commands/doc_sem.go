package commands

import "ipcsh/commands/text"

var semDocs = [...]docEntry{{"semget", docSemget}, {"semop", docSemop}, {"P", docP}, {"V", docV}, {"semctl", docSemctl}}

func docSemget() *Doc {
	return &Doc{
		Proto:    "int semget(key_t key, int nsems, int semflg);",
		Includes: []string{"sys/sem.h"},
		Params: []Entry{keyDoc(),
			{"NSEMS", text.New("semaphores of a new set, 1 to semmsl; of one that exists: at most its own", "새 집합의 세마포어 수(1 ~ semmsl). 이미 있으면 그 수 이하")},
			{"FLAGS", text.New("flags and nine mode bits, 0600 for example (default 0)", "flag와 권한 비트 9개, 예: 0600 (기본값 0)")},
		},
		Flags:   createFlags(),
		Returns: text.New("semid, the set's id (all values are 0); -1 on failure", "semid(집합의 id, 값은 모두 0). 실패하면 -1"),
		Errnos: []Entry{
			{"EACCES", text.New("the set exists, and its mode denies the bits asked for", "집합이 있지만 요청한 권한 비트가 허용되지 않는다")},
			{"EEXIST", text.New("the set exists, and IPC_CREAT|IPC_EXCL wants a new one", "집합이 이미 있는데 IPC_CREAT|IPC_EXCL로 새것을 원했다")},
			{"EINVAL", text.New("new: nsems is not 1 to semmsl; existing: it has fewer", "새것: nsems가 1 ~ semmsl이 아니다. 있는 것: 그보다 적다")},
			{"ENOENT", text.New("no set has this key, and IPC_CREAT was not given", "그 key를 가진 집합이 없고 IPC_CREAT도 없다")},
			{"ENOMEM", text.New("the kernel has no memory for the set", "집합을 만들 커널 메모리가 없다")},
			{"ENOSPC", text.New("there are semmni sets already, or semmns semaphores in all", "집합이 이미 semmni개이거나 세마포어가 모두 semmns개다")},
		},
		Fields: []Entry{{"semid key", text.New("the id, and the key that was asked for", "id와 요청한 key")}},
	}
}

// opFlags are the flags of one operation.
func opFlags() []Entry {
	return []Entry{
		{"IPC_NOWAIT", text.New("fail with EAGAIN instead of waiting", "기다리지 않고 EAGAIN으로 실패한다")},
		{"SEM_UNDO", text.New("take the operation back when this process ends", "이 프로세스가 끝나면 연산을 되돌린다")},
	}
}

func docSemop() *Doc {
	return &Doc{
		Proto:    "int semop(int semid, struct sembuf *sops, size_t nsops);",
		Includes: []string{"sys/sem.h"},
		Params: []Entry{
			{"SEMID", text.New("the set: a handle or an id", "집합: 핸들 또는 id")},
			{"OP", text.New("NUM:DELTA[:FLAGS] or {num, delta, flags}; delta < 0 takes, > 0 gives, 0 waits for 0", "NUM:DELTA[:FLAGS] 또는 {num, delta, flags}. delta < 0: 얻기, > 0: 돌려주기, 0: 0이 되기를 기다리기")},
			{"TIMEOUT", text.New("wait no longer than this (semtimedop): 100ms, 2s, {sec, nsec}", "이 시간까지만 기다린다(semtimedop): 100ms, 2s, {sec, nsec}")},
		},
		Flags:   opFlags(),
		Returns: text.New("0: all operations were done at once; -1: none was done", "0: 모든 연산이 한꺼번에 되었다. -1: 하나도 되지 않았다"),
		Errnos: []Entry{
			{"E2BIG", text.New("more operations than semopm", "연산이 semopm개보다 많다")},
			{"EACCES", text.New("no write permission (only waiting for 0: no read permission)", "쓰기 권한이 없다 (0을 기다리기만 하면 읽기 권한)")},
			{"EAGAIN", text.New("it would wait, and has IPC_NOWAIT, or its timeout is over", "기다려야 하는데 IPC_NOWAIT이 있거나 timeout이 지났다")},
			{"EFAULT", text.New("sops or timeout points to memory that cannot be read", "sops나 timeout이 읽을 수 없는 메모리를 가리킨다")},
			{"EFBIG", text.New("sem_num is not below the number of semaphores", "sem_num이 세마포어의 수 이상이다")},
			{"EIDRM", text.New("the set was removed while the call waited", "기다리는 동안 집합이 제거되었다")},
			{"EINTR", text.New("a caught signal (or stop and continue) ended the wait", "처리된 signal(또는 정지와 재개)이 기다림을 끝냈다")},
			{"EINVAL", text.New("no such set, no operation, or a timeout that is no time", "그런 집합이 없거나, 연산이 없거나, timeout이 잘못되었다")},
			{"ENOMEM", text.New("the kernel has no memory for the operations or for SEM_UNDO", "연산이나 SEM_UNDO를 위한 커널 메모리가 없다")},
			{"ERANGE", text.New("a value would be above SEMVMX (32767)", "값이 SEMVMX(32767)를 넘게 된다")},
		},
	}
}

// oneSemaphore is the manual of P and V.
func oneSemaphore() *Doc {
	s := docSemop()
	return &Doc{
		Alias:    true,
		Proto:    s.Proto,
		Includes: s.Includes,
		Params: []Entry{s.Params[0],
			{"NUM", text.New("which semaphore of the set (default 0)", "집합의 몇 번째 세마포어인지 (기본값 0)")},
			{"FLAGS", text.New("see below (default 0)", "아래 참고 (기본값 0)")}},
		Flags:   s.Flags,
		Returns: text.New("0; -1 on failure", "0. 실패하면 -1"),
	}
}

func docP() *Doc {
	d := oneSemaphore()
	d.Errnos = pick(docSemop().Errnos, "EACCES", "EAGAIN", "EFBIG", "EIDRM", "EINTR", "EINVAL", "ENOMEM")
	return d
}

func docV() *Doc {
	d := oneSemaphore()
	d.Errnos = pick(docSemop().Errnos, "EACCES", "EFBIG", "EIDRM", "EINVAL", "ENOMEM", "ERANGE")
	return d
}

func docSemctl() *Doc {
	return &Doc{
		Proto:    "int semctl(int semid, int semnum, int cmd, ... /* union semun arg */);",
		Includes: []string{"sys/sem.h"},
		Params: append([]Entry{
			{"SEMID", text.New("the set: a handle or an id (for SEM_STAT an index)", "집합: 핸들 또는 id (SEM_STAT에서는 index)")},
			{"SEMNUM", text.New("which semaphore; 0 where all or none is meant", "몇 번째 세마포어인지. 전체나 무관한 경우 0")},
			{"CMD", text.New("one of the commands below", "아래 명령 중 하나")},
			{"VALUE", text.New("SETVAL: a number; SETALL: 1,2,0, one for each", "SETVAL: 수 하나. SETALL: 1,2,0처럼 모두의 값")},
		}, permDocs()...),
		Cmds: []Entry{
			{"IPC_RMID", text.New("remove the set; sleepers get EIDRM", "집합을 제거한다. 기다리던 호출은 EIDRM")},
			{"IPC_SET", text.New("set mode=, uid=, gid= (owner or creator)", "mode=, uid=, gid=를 정한다 (소유자나 만든 사람)")},
			{"IPC_STAT", text.New("read struct semid_ds (needs read permission)", "struct semid_ds를 읽는다 (읽기 권한 필요)")},
			{"IPC_INFO", text.New("the limits of the namespace; returns the highest index", "네임스페이스의 한도. 가장 큰 index를 돌려준다")},
			{"GETPID", text.New("sempid: the process of the last operation", "sempid: 마지막으로 연산한 프로세스")},
			{"GETVAL", text.New("semval: the value", "semval: 값")},
			{"GETALL", text.New("the values of all", "모든 값")},
			{"GETNCNT", text.New("semncnt: how many wait for the value to grow", "semncnt: 값이 커지기를 기다리는 프로세스의 수")},
			{"GETZCNT", text.New("semzcnt: how many wait for 0", "semzcnt: 0이 되기를 기다리는 프로세스의 수")},
			{"SETVAL", text.New("set the value; clears all SEM_UNDO of this semaphore", "값을 정한다. 이 세마포어의 SEM_UNDO 기록은 모두 지워진다")},
			{"SETALL", text.New("set all values; clears all SEM_UNDO of the set", "모든 값을 정한다. 집합의 SEM_UNDO 기록은 모두 지워진다")},
			{"SEM_STAT", text.New("IPC_STAT by index; returns the id", "index로 하는 IPC_STAT. id를 돌려준다")},
			{"SEM_INFO", text.New("sets and semaphores in use, and the limits", "쓰이는 집합과 세마포어의 수와 한도")},
			{"SEM_STAT_ANY", text.New("SEM_STAT that asks for no permission", "권한을 묻지 않는 SEM_STAT")},
		},
		Returns: text.New("GETVAL, GETPID, GETNCNT, GETZCNT: the value; STAT by index: the id; INFO: the highest index; else 0; -1 on failure",
			"GETVAL, GETPID, GETNCNT, GETZCNT는 그 값, index로 하는 STAT은 id, INFO는 가장 큰 index, 나머지는 0. 실패하면 -1"),
		Errnos: []Entry{
			{"EACCES", text.New("GET, STAT: no read permission; SETVAL, SETALL: no write permission", "GET, STAT: 읽기 권한이 없다. SETVAL, SETALL: 쓰기 권한이 없다")},
			{"EFAULT", text.New("arg points to no usable memory", "arg가 쓸 수 없는 메모리를 가리킨다")},
			{"EIDRM", text.New("the set was being removed at this moment", "바로 그 순간에 집합이 제거되고 있었다")},
			{"EINVAL", text.New("no such set, index or SEMNUM, unknown CMD, or uid/gid -1", "그런 집합, index, SEMNUM이 없거나, 모르는 CMD이거나, uid/gid가 -1")},
			{"ENOMEM", text.New("GETALL, SETALL: no memory for the values", "GETALL, SETALL: 값들을 담을 메모리가 없다")},
			{"EPERM", text.New("IPC_SET, IPC_RMID: neither owner nor creator", "IPC_SET, IPC_RMID: 소유자도 만든 사람도 아니다")},
			{"ERANGE", text.New("SETVAL, SETALL: a value is not 0 to SEMVMX (32767)", "SETVAL, SETALL: 값이 0 ~ SEMVMX(32767)가 아니다")},
		},
		Fields: append([]Entry{
			{"value values", text.New("GETVAL and its like: the number; GETALL: all of them", "GETVAL 등: 그 수. GETALL: 모든 값")},
		}, append(permFieldDocs(), []Entry{
			{"otime ctime nsems", text.New("STAT: last semop (0: none yet), last change, semaphores", "STAT: 마지막 semop(0: 아직 없음), 변경 시각, 세마포어의 수")},
			{"semmsl semmns semopm semmni", text.New("INFO: a set, in all, a semop, sets", "INFO: 집합당, 전체, semop당, 집합의 수")},
			{"semvmx", text.New("INFO: the highest value", "INFO: 값의 최댓값")},
			{"semusz semaem", text.New("SEM_INFO: sets, semaphores in use", "SEM_INFO: 쓰이는 집합, 세마포어의 수")},
			{"semmap semmnu semume", text.New("INFO: history, without effect on Linux", "INFO: 옛것. Linux에서는 효과가 없다")},
		}...)...),
	}
}
