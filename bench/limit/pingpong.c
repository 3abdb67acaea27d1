/* The limit that a process of the stage is measured against: two processes that
 * hand each other the word, through pipes of one byte or through semaphores. It
 * prints the nanoseconds of a round trip, which is two hand-overs.
 * Build: cc -O2 -static -o pingpong pingpong.c; run: pingpong pipe|sem N */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>
#include <sys/ipc.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/wait.h>

static int there[2], back[2], set;

static void move(int in, int out, int p, int v)
{
	char byte = 0;

	if (set < 0) {
		if (out >= 0 && write(out, &byte, 1) != 1)
			exit(1);
		if (in >= 0 && read(in, &byte, 1) != 1)
			exit(1);
		return;
	}
	struct sembuf up = {v, 1, 0}, down = {p, -1, 0};
	if (out >= 0 && semop(set, &up, 1) != 0)
		exit(1);
	if (in >= 0 && semop(set, &down, 1) != 0)
		exit(1);
}

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(int argc, char **argv)
{
	int sem = argc > 1 && strcmp(argv[1], "sem") == 0;
	int n = argc > 2 ? atoi(argv[2]) : 10000, warm = n / 10;
	long long start = 0;
	pid_t child;

	set = sem ? semget(IPC_PRIVATE, 2, 0600) : -1;
	if ((sem && set < 0) || pipe(there) != 0 || pipe(back) != 0)
		return 1;
	if ((child = fork()) == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		move(there[0], -1, 0, 1);
		for (int i = 1; i < warm + n; i++)
			move(there[0], back[1], 0, 1);
		move(-1, back[1], 0, 1);
		return 0;
	}
	for (int i = 0; i < warm + n; i++) {
		if (i == warm)
			start = now();
		move(back[0], there[1], 1, 0);
	}
	printf("%lld\n", (now() - start) / n);
	waitpid(child, NULL, 0);
	return sem ? semctl(set, 0, IPC_RMID) != 0 : 0;
}
