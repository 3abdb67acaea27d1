// A bare loop over /proc/PID/task/*/syscall, which tells who sleeps in which call.
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	DIR *proc = opendir("/proc");
	struct dirent *pid, *tid;
	char path[600], text[256];

	while (proc && (pid = readdir(proc))) {
		DIR *tasks;

		if (pid->d_name[0] < '0' || pid->d_name[0] > '9')
			continue;
		snprintf(path, sizeof path, "/proc/%s/task", pid->d_name);
		tasks = opendir(path);
		while (tasks && (tid = readdir(tasks))) {
			int fd;

			if (tid->d_name[0] == '.')
				continue;
			snprintf(path, sizeof path, "/proc/%s/task/%s/syscall", pid->d_name, tid->d_name);
			fd = open(path, O_RDONLY);
			if (fd >= 0) {
				if (read(fd, text, sizeof text) < 0)
					text[0] = 0;
				close(fd);
			}
		}
		if (tasks)
			closedir(tasks);
	}
	return 0;
}
