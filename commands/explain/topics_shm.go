package explain

import "ipcsh/commands/text"

func attachTopic() (text.Text, string) {
	return text.New(`attach: how a segment comes into a process

shmget makes the segment; only shmat puts it into the address space, and what
is written there is seen at once by all who have it attached. Each process may
have another address, so a pointer into the segment means nothing to the
others: store offsets.

shm_nattch counts mappings, not processes: two attaches in one process are 2.
fork copies attaches (nattch rises), exec and exit drop them, kill -9 too.
Permission is checked at shmat only. SHM_RDONLY is a property of the attach:
writing through it is SIGSEGV while another attach can write. The memory is
rounded up to pages, shm_segsz is as asked for. Behind the last page: SIGSEGV.
shmdt ends an attach; the segment stays.`,
			`attach: 세그먼트가 프로세스 안에 들어오는 방법

shmget은 세그먼트를 만들 뿐이고 shmat이 주소 공간에 넣는다. 거기에 쓴 것은
attach한 모두에게 바로 보인다. 프로세스마다 주소가 다를 수 있으므로 세그먼트
안을 가리키는 포인터는 다른 프로세스에서 의미가 없다. offset을 저장한다.

shm_nattch는 프로세스가 아니라 mapping의 수이다. 한 프로세스가 두 번
attach하면 2이다. fork는 attach를 물려주고(nattch가 는다) exec과 exit, kill
-9은 제거한다. 권한은 shmat에서만 검사한다. SHM_RDONLY는 attach의 성질이다.
그곳에 쓰면 SIGSEGV이지만 다른 attach로는 쓸 수 있다. 메모리는 page 단위로
올림되고 shm_segsz는 요청한 대로이다. 마지막 page 뒤는 SIGSEGV이다. shmdt는
attach를 끝낸다. 세그먼트는 남는다.`), `m = shmget 0 100 0600; a = shmat m; b = shmat m 0 SHM_RDONLY
assert nattch(m) == 2 && segsz(m) == 100
write a hello; expect text=hello read b 0 5
expect SIGSEGV write b x; shmdt b; assert nattch(m) == 1`
}

func destTopic() (text.Text, string) {
	return text.New(`dest: a segment that is removed but still attached

IPC_RMID on a segment with attaches only marks it: mode shows SHM_DEST
(01000), ipcs says dest, and the key becomes 0, so that shmget by the old key
finds nothing and may make a new segment. Whoever has it attached reads and
writes on; nobody is woken, nothing is EIDRM. On Linux shmat by the id still
works. The last shmdt, or the end of the last process, destroys it. Until then
it counts against shmmni and shmall, and a second IPC_RMID returns 0.

Use: attach, then IPC_RMID at once. The segment cannot leak then: it goes with
its last process, however that ends. The others get the id, or inherit by
fork. Queues and sets have nothing like it: IPC_RMID ends them at once.`,
			`dest: 제거했지만 아직 attach되어 있는 세그먼트

attach된 세그먼트에 IPC_RMID를 하면 표시만 된다. mode에 SHM_DEST(01000)가
보이고 ipcs는 dest라고 하며 key는 0이 된다. 그래서 옛 key로 shmget하면 찾지
못하고 새 세그먼트를 만들 수 있다. attach한 프로세스는 계속 읽고 쓴다.
깨어나는 것도 EIDRM도 없다. Linux에서는 id로 shmat하는 것도 아직 된다. 마지막
shmdt, 또는 마지막 프로세스의 끝이 세그먼트를 제거한다. 그때까지 shmmni와
shmall에 세어지고 IPC_RMID를 다시 해도 0이다.

쓰임: attach한 뒤 바로 IPC_RMID. 그러면 마지막 프로세스가 어떻게 끝나든 함께
사라져 남지 않는다. 다른 프로세스는 id를 받거나 fork로 물려받는다. 큐와
세마포어 집합에는 이런 것이 없다. IPC_RMID로 바로 사라진다.`), `m = shmget 0x55 4096 IPC_CREAT|0600; a = shmat m
shmctl m IPC_RMID; assert key(m) == 0 && (mode(m) & SHM_DEST)
expect ENOENT shmget 0x55 1; write a alive
b = shmat m; shmdt b; shmdt a; assert !exists(m)`
}
