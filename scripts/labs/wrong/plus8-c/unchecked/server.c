/* What msgrcv returns is not looked at: without its queue the server spins.
 * msgrcv의 반환값을 보지 않습니다. 큐가 없어지면 서버가 헛돕니다. */
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/msg.h>

struct q_entry {
	long mtype;
	int mnum;
};

int main(void)
{
	struct q_entry e;
	int q = msgget(0111, IPC_CREAT | 0600);

	for (;;) {
		msgrcv(q, &e, sizeof e.mnum, 1, 0);
		e.mtype = 2;
		e.mnum += 8;
		msgsnd(q, &e, sizeof e.mnum, 0);
	}
}
