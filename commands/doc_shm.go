package commands

import "ipcsh/commands/text"

var shmDocs = [...]docEntry{{"shmget", docShmget}, {"shmat", docShmat}, {"shmdt", docShmdt}, {"shmctl", docShmctl},
	{"write", docWrite}, {"read", docRead}, {"dump", docDump}, {"incr", docIncr}}

func docShmget() *Doc {
	return &Doc{
		Proto:    "int shmget(key_t key, size_t size, int shmflg);",
		Includes: []string{"sys/shm.h"},
		Params: []Entry{keyDoc(),
			{"SIZE", text.New("bytes of a new segment, 1 or more; of one that exists: at most its own", "새 세그먼트의 바이트 수(1 이상). 이미 있으면 그 크기 이하")},
			{"FLAGS", text.New("flags and nine mode bits, 0600 for example (default 0)", "flag와 권한 비트 9개, 예: 0600 (기본값 0)")},
		},
		Flags: append(createFlags(), []Entry{
			{"SHM_HUGETLB", text.New("of huge pages", "huge page로 만든다")},
			{"SHM_NORESERVE", text.New("reserve no swap space", "swap 공간을 예약하지 않는다")},
			{"SHM_HUGE_2MB", text.New("with SHM_HUGETLB: of 2 MiB each", "SHM_HUGETLB과 함께: page 하나가 2 MiB")},
			{"SHM_HUGE_1GB", text.New("with SHM_HUGETLB: of 1 GiB each", "SHM_HUGETLB과 함께: page 하나가 1 GiB")},
		}...),
		Returns: text.New("shmid, the segment's id; -1 on failure", "shmid(세그먼트의 id). 실패하면 -1"),
		Errnos: []Entry{
			{"EACCES", text.New("the segment exists, and its mode denies the bits asked for", "세그먼트가 있지만 요청한 권한 비트가 허용되지 않는다")},
			{"EEXIST", text.New("the segment exists, and IPC_CREAT|IPC_EXCL wants a new one", "이미 있는데 IPC_CREAT|IPC_EXCL로 새것을 원했다")},
			{"EINVAL", text.New("new: size is 0 or above shmmax; existing: larger than it is", "새것: size가 0이거나 shmmax 초과. 있는 것: 그 크기보다 크다")},
			{"ENOENT", text.New("no segment has this key, and IPC_CREAT was not given", "그 key를 가진 세그먼트가 없고 IPC_CREAT도 없다")},
			{"ENOMEM", text.New("the kernel has no memory for the segment", "세그먼트를 만들 메모리가 없다")},
			{"ENOSPC", text.New("there are shmmni segments already, or shmall pages would be exceeded", "세그먼트가 이미 shmmni개이거나 shmall page를 넘는다")},
			{"EPERM", text.New("SHM_HUGETLB without the privilege for it", "권한 없이 SHM_HUGETLB을 썼다")},
		},
		Fields: []Entry{{"shmid key", text.New("the id, and the key that was asked for", "id와 요청한 key")}},
	}
}

func docShmat() *Doc {
	return &Doc{
		Proto:    "void *shmat(int shmid, const void *shmaddr, int shmflg);",
		Includes: []string{"sys/shm.h"},
		Params: []Entry{
			{"SHMID", text.New("the segment: a handle or an id", "세그먼트: 핸들 또는 id")},
			{"ADDR", text.New("where to attach it (default NULL: the kernel chooses)", "attach할 주소 (기본값 NULL: 커널이 고른다)")},
			{"FLAGS", text.New("see below (default 0: read and write)", "아래 참고 (기본값 0: 읽기와 쓰기)")},
			{"AS", text.New("the type of what lies there: then a.member loads and stores", "거기 있는 것의 자료형. 그러면 a.member로 읽고 쓴다")},
		},
		Flags: []Entry{
			{"SHM_RDONLY", text.New("attach for reading only", "읽기 전용으로 attach한다")},
			{"SHM_RND", text.New("round ADDR down to a multiple of SHMLBA", "ADDR을 SHMLBA의 배수로 내린다")},
			{"SHM_REMAP", text.New("replace what is mapped at ADDR", "ADDR에 있던 mapping을 바꾼다")},
			{"SHM_EXEC", text.New("let code in it run (needs an execute bit)", "그 안의 코드를 실행할 수 있게 한다 (실행 비트 필요)")},
		},
		Returns: text.New("the address; (void *)-1 on failure", "주소. 실패하면 (void *)-1"),
		Errnos: []Entry{
			{"EACCES", text.New("no read (and write) permission for this attach", "이 attach에 필요한 읽기(쓰기) 권한이 없다")},
			{"EIDRM", text.New("the segment was being removed at this moment", "바로 그 순간에 세그먼트가 제거되고 있었다")},
			{"EINVAL", text.New("no such segment; or ADDR is not aligned, or in use", "그런 세그먼트가 없거나, ADDR이 정렬되지 않았거나 쓰이고 있다")},
			{"ENOMEM", text.New("no room in the address space (RLIMIT_AS), or no memory", "주소 공간에 자리가 없거나(RLIMIT_AS) 메모리가 없다")},
			{"EPERM", text.New("ADDR is below vm.mmap_min_addr", "ADDR이 vm.mmap_min_addr보다 낮다")},
		},
		Fields: []Entry{{"addr shmid", text.New("the address, and the segment's id", "주소와 세그먼트의 id")}},
	}
}

func docShmdt() *Doc {
	return &Doc{
		Proto:    "int shmdt(const void *shmaddr);",
		Includes: []string{"sys/shm.h"},
		Params:   []Entry{{"ADDR|SHMID", text.New("what shmat returned; a segment: its latest attach here", "shmat이 돌려준 주소. 세그먼트이면 여기서 마지막에 한 attach")}},
		Returns:  text.New("0; -1 on failure", "0. 실패하면 -1"),
		Errnos:   []Entry{{"EINVAL", text.New("no segment is attached at this address", "이 주소에 attach된 세그먼트가 없다")}},
	}
}

func docShmctl() *Doc {
	return &Doc{
		Proto:    "int shmctl(int shmid, int cmd, struct shmid_ds *buf);",
		Includes: []string{"sys/shm.h"},
		Params: append([]Entry{
			{"SHMID", text.New("the segment: a handle or an id (for SHM_STAT an index)", "세그먼트: 핸들 또는 id (SHM_STAT에서는 index)")},
			{"CMD", text.New("one of the commands below", "아래 명령 중 하나")},
		}, permDocs()...),
		Cmds: []Entry{
			{"IPC_RMID", text.New("remove it; while it is attached it lives on as dest", "제거한다. attach되어 있는 동안은 dest로 남는다")},
			{"IPC_SET", text.New("set mode=, uid=, gid= (owner or creator)", "mode=, uid=, gid=를 정한다 (소유자나 만든 사람)")},
			{"IPC_STAT", text.New("read struct shmid_ds (needs read permission)", "struct shmid_ds를 읽는다 (읽기 권한 필요)")},
			{"IPC_INFO", text.New("the limits of the namespace; returns the highest index", "네임스페이스의 한도. 가장 큰 index를 돌려준다")},
			{"SHM_LOCK", text.New("keep it out of swap (mode shows SHM_LOCKED)", "swap되지 않게 한다 (mode에 SHM_LOCKED)")},
			{"SHM_UNLOCK", text.New("let it be swapped again", "다시 swap될 수 있게 한다")},
			{"SHM_STAT", text.New("IPC_STAT by index; returns the id", "index로 하는 IPC_STAT. id를 돌려준다")},
			{"SHM_INFO", text.New("segments and pages in use", "쓰이는 세그먼트와 page의 수")},
			{"SHM_STAT_ANY", text.New("SHM_STAT that asks for no permission", "권한을 묻지 않는 SHM_STAT")},
		},
		Returns: text.New("0 (STAT by index: the id; INFO: the highest index); -1 on failure", "0 (index로 하는 STAT은 id, INFO는 가장 큰 index). 실패하면 -1"),
		Errnos: []Entry{
			{"EACCES", text.New("IPC_STAT, SHM_STAT: no read permission", "IPC_STAT, SHM_STAT: 읽기 권한이 없다")},
			{"EFAULT", text.New("buf points to no usable memory", "buf가 쓸 수 없는 메모리를 가리킨다")},
			{"EIDRM", text.New("the segment was being removed at this moment", "바로 그 순간에 세그먼트가 제거되고 있었다")},
			{"EINVAL", text.New("no such segment or index, unknown CMD, or uid/gid -1", "그런 세그먼트나 index가 없거나, 모르는 CMD이거나, uid/gid가 -1")},
			{"ENOMEM", text.New("SHM_LOCK: more than RLIMIT_MEMLOCK allows", "SHM_LOCK: RLIMIT_MEMLOCK을 넘는다")},
			{"EPERM", text.New("SET, RMID, LOCK: neither owner nor creator; LOCK: RLIMIT_MEMLOCK is 0", "SET, RMID, LOCK: 소유자도 만든 사람도 아니다. LOCK: RLIMIT_MEMLOCK이 0")},
		},
		Fields: append(permFieldDocs(), []Entry{
			{"segsz nattch", text.New("STAT: bytes as asked for, and how often it is mapped", "STAT: 요청한 바이트 수와 mapping의 수")},
			{"atime dtime ctime", text.New("STAT: last attach, last detach, last change", "STAT: 마지막 attach, detach, 변경 시각")},
			{"cpid lpid", text.New("STAT: creator, process of the last attach or detach", "STAT: 만든 프로세스, 마지막에 attach나 detach한 프로세스")},
			{"shmmax shmmin shmmni", text.New("IPC_INFO: largest, smallest segment; segments", "IPC_INFO: 최대 크기, 최소 크기, 세그먼트의 수")},
			{"shmall shmseg", text.New("IPC_INFO: pages of all; segments a process (= shmmni)", "IPC_INFO: 전체 page 수, 프로세스당 세그먼트의 수 (= shmmni)")},
			{"used_ids shm_tot", text.New("SHM_INFO: segments, pages in all", "SHM_INFO: 세그먼트의 수, 전체 page 수")},
			{"shm_rss shm_swp", text.New("SHM_INFO: pages in memory, pages in swap", "SHM_INFO: 메모리에 있는 page, swap에 있는 page")},
			{"swap_attempts swap_successes", text.New("SHM_INFO: always 0 today", "SHM_INFO: 지금은 늘 0")},
		}...),
	}
}

// memoryParams are what write, read, dump and incr have in common.
func memoryParams(more ...Entry) []Entry {
	return append([]Entry{
		{"SHMID|ADDR", text.New("an attachment, an address, or a segment attached here", "attach 핸들, 주소, 또는 여기에 attach된 세그먼트")},
		{"OFFSET", text.New("bytes from its beginning (default 0)", "시작에서 떨어진 바이트 수 (기본값 0)")},
	}, more...)
}

func faults(write bool) []Entry {
	if write {
		return []Entry{{"SIGSEGV", text.New("nothing is attached there, or it is read-only", "그곳에 attach된 것이 없거나 읽기 전용이다")}}
	}
	return []Entry{{"SIGSEGV", text.New("nothing is attached there", "그곳에 attach된 것이 없다")}}
}

func docWrite() *Doc {
	return &Doc{
		Proto:    "void *memcpy(void *dest, const void *src, size_t n);",
		Includes: []string{"string.h"},
		Params:   memoryParams(Entry{"PAYLOAD", text.New("what is written: text, TYPE:VALUE, $data (explain payload)", "쓸 것: 글, TYPE:VALUE, $data (explain payload)")}),
		Returns:  text.New("0; it is no system call, so there is no errno", "0. system call이 아니므로 errno는 없다"),
		Errnos:   faults(true),
		Fields:   []Entry{{"size", text.New("how many bytes were written", "쓴 바이트 수")}},
	}
}

func docRead() *Doc {
	return &Doc{
		Proto:    "void *memcpy(void *dest, const void *src, size_t n);",
		Includes: []string{"string.h"},
		Params: memoryParams(
			Entry{"LEN", text.New("how many bytes (default: sizeof the type, else up to the end)", "바이트 수 (기본값: 자료형의 크기, 없으면 끝까지)")},
			Entry{"AS", text.New("read them as this C type, struct, cstr, hex or text", "이 C 자료형, struct, cstr, hex, text로 읽는다")}),
		Returns: text.New("how many bytes were read; it is no system call", "읽은 바이트 수. system call이 아니다"),
		Errnos:  faults(false),
		Fields:  []Entry{{"size text value", text.New("the bytes: their number, as text, as the type of as=", "바이트의 수, 글로 본 것, as= 자료형으로 본 것")}},
	}
}

func docDump() *Doc {
	return &Doc{
		Proto:    "void *memcpy(void *dest, const void *src, size_t n);",
		Includes: []string{"string.h"},
		Params:   memoryParams(Entry{"LEN", text.New("how many bytes (default: up to the end, at most 256)", "바이트 수 (기본값: 끝까지, 최대 256)")}),
		Returns:  text.New("how many bytes were read; it is no system call", "읽은 바이트 수. system call이 아니다"),
		Errnos:   faults(false),
		Fields:   []Entry{{"size", text.New("how many bytes are shown", "보인 바이트 수")}},
	}
}

func docIncr() *Doc {
	return &Doc{
		Proto:   "*(int *)addr += by;",
		Params:  memoryParams(Entry{"BY", text.New("what is added (default 1)", "더할 값 (기본값 1)")}),
		Returns: text.New("the new value; load, add and store are three steps: updates can be lost", "새 값. 읽기, 더하기, 쓰기의 세 단계라서 lost update가 생길 수 있다"),
		Errnos:  faults(true),
		Fields:  []Entry{{"value", text.New("the new value", "새 값")}},
	}
}
