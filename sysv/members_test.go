package sysv

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

func TestSharesIPC(t *testing.T) {
	w := startWorker(t, WorkerOptions{Uid: -1, Gid: -1})
	others, _, err := SharesIPC(nil)
	if err != nil || !slices.Contains(others, w.Pid()) || slices.Contains(others, os.Getpid()) || !slices.IsSorted(others) {
		t.Errorf("%v, %v; the worker is %d", others, err, w.Pid())
	}
	others, _, err = SharesIPC([]int{w.Pid()})
	if err != nil || slices.Contains(others, w.Pid()) {
		t.Errorf("%v, %v; the worker %d is left out", others, err, w.Pid())
	}
}

func TestSharesIPCParsing(t *testing.T) {
	root := fakeProc(t, map[string]string{
		"12/stat": "12 (a) b) S 1 1 1 0 -1 4194560 1",
		"13/stat": "13 (kthreadd) S 0 0 0 0 -1 2129984 0",
		"14/stat": "14 (else) S 1 1 1 0 -1 4194560 1",
		"15/stat": "15 (no ns: a zombie) Z 1 1 1 0 -1 4194560 1",
		"sys/x":   "",
	})
	for pid, ns := range map[int]string{10: "ipc:[1]", 11: "ipc:[1]", 12: "ipc:[1]", 13: "ipc:[1]", 14: "ipc:[2]"} {
		dir := filepath.Join(root, fmt.Sprint(pid), "ns")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(ns, filepath.Join(dir, "ipc")); err != nil {
			t.Fatal(err)
		}
	}
	others, hidden, err := sharesIPC(root, 10, []int{11})
	if err != nil || !slices.Equal(others, []int{12}) || hidden != 0 {
		t.Error(others, hidden, err)
	}
	if _, _, err := sharesIPC(root, 99, nil); err == nil || !isErrno(err, syscall.ENOENT) {
		t.Error(err)
	}
}

// An ordinary user may not look at root's processes; the kernel's threads do not
// count.
func TestSharesIPCHidden(t *testing.T) {
	if asNobody() == nil {
		t.Skip("needs another user")
	}
	if out := runHelper(t, "hidden", asNobody()); out != "some hidden" {
		t.Error(out)
	}
}

func init() {
	helpers["hidden"] = func() error {
		others, hidden, err := SharesIPC(nil)
		if len(others) > 0 && slices.Contains(others, os.Getppid()) {
			return fmt.Errorf("%d is seen", os.Getppid())
		}
		if hidden > 0 {
			fmt.Println("some hidden")
		}
		return err
	}
}

func isErrno(err error, errno syscall.Errno) bool {
	e, ok := err.(*Error)
	return ok && e.Errno == errno
}
