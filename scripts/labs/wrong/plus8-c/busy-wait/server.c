/* It asks with IPC_NOWAIT again and again instead of sleeping.
 * 잠들지 않고 IPC_NOWAIT로 계속 다시 묻습니다. */
#include <errno.h>
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
	int answered = 0;
	int q = msgget(0111, IPC_CREAT | 0600);

	for (;;) {
		if (msgrcv(q, &e, sizeof e.mnum, 1, IPC_NOWAIT) < 0) {
			if (errno == ENOMSG)
				continue;
			break;
		}
		e.mtype = 2;
		e.mnum += 8;
		msgsnd(q, &e, sizeof e.mnum, 0);
		answered++;
	}
	printf("%d requests\n", answered);
	return 0;
}
