/* The limit that ipcsh is measured against: the same calls as the scripts make,
 * and nothing else. Build: cc -O2 -static -o loop loop.c; run: loop N */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>

int main(int argc, char **argv)
{
	struct { long mtype; char mtext[8192]; } m;
	int n = argc > 1 ? atoi(argv[1]) : 100000;
	int q = msgget(IPC_PRIVATE, 0600);

	if (q < 0)
		return 1;
	for (int i = 0; i < n; i++) {
		m.mtype = 1;
		memcpy(m.mtext, "hello", 5);
		if (msgsnd(q, &m, 5, 0) != 0)
			return 1;
		if (msgrcv(q, &m, sizeof m.mtext, 1, 0) != 5)
			return 1;
	}
	return msgctl(q, IPC_RMID, NULL) != 0;
}
