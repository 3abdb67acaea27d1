/* The answer keeps the mtype of the request: the server receives it itself.
 * 응답의 mtype을 바꾸지 않아, 서버가 자기 응답을 다시 받습니다. */
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

	while (msgrcv(q, &e, sizeof e.mnum, 1, 0) >= 0) {
		e.mnum += 8;
		msgsnd(q, &e, sizeof e.mnum, 0);
		answered++;
	}
	if (errno != EIDRM)
		return 1;
	printf("%d requests\n", answered);
	return 0;
}
