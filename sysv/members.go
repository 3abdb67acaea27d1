package sysv

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
)

// SharesIPC lists the processes in this process's IPC namespace, in ascending
// order, without this one and those in pids. Those that this process may not
// look at are only counted, as hidden: they may be in it or not. The kernel's own
// threads are left out, for they make no calls.
func SharesIPC(pids []int) (others []int, hidden int, err error) {
	return sharesIPC("/proc", os.Getpid(), pids)
}

func sharesIPC(root string, self int, pids []int) (others []int, hidden int, err error) {
	own := filepath.Join(root, strconv.Itoa(self), "ns/ipc")
	mine, err := os.Readlink(own)
	if err != nil {
		return nil, 0, failWith("readlink "+own, err)
	}
	dir, err := os.Open(root)
	if err != nil {
		return nil, 0, failWith("open "+root, err)
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return nil, 0, failWith("getdents "+root, err)
	}
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil || pid == self || slices.Contains(pids, pid) {
			continue
		}
		theirs, err := os.Readlink(filepath.Join(root, name, "ns/ipc"))
		refused := isRefusal(err)
		switch {
		case !refused && theirs != mine: // elsewhere, or at its end
		case kernelThread(root, name):
		case refused:
			hidden++
		default:
			others = append(others, pid)
		}
	}
	slices.Sort(others)
	return others, hidden, nil
}

// kernelThread reports whether a process is one of the kernel's own.
func kernelThread(root, pid string) bool {
	stat, err := os.ReadFile(filepath.Join(root, pid, "stat"))
	return err == nil && kthreadInStat(stat)
}
