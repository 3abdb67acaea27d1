/* The size includes the mtype: each message is 16 bytes, not 4.
 * 크기에 mtype까지 넣었습니다. 메시지가 4바이트가 아니라 16바이트입니다. */
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

	while (msgrcv(q, &e, sizeof e, 1, 0) >= 0) {
		e.mtype = 2;
		e.mnum += 8;
		msgsnd(q, &e, sizeof e, 0);
		answered++;
	}
	if (errno != EIDRM)
		return 1;
	printf("%d requests\n", answered);
	return 0;
}
