/* A struct without its semicolon: there is no program.
 * struct 끝에 세미콜론이 없어 프로그램이 만들어지지 않습니다. */
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/msg.h>

struct q_entry {
	long mtype;
	int mnum;
}

int main(void)
{
	struct q_entry e;
	int q = msgget(0111, IPC_CREAT | 0600);

	while (msgrcv(q, &e, sizeof e.mnum, 1, 0) >= 0) {
		e.mtype = 2;
		e.mnum += 8;
		msgsnd(q, &e, sizeof e.mnum, 0);
	}
	return 0;
}
