package sysv

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

func init() { helpers["leaderless"] = helpLeaderless }

// helpLeaderless attaches a segment, sleeps in calls, and ends its main thread, as
// pthread_exit in a C program's main does.
func helpLeaderless() error {
	runtime.LockOSThread()
	if unix.Gettid() != os.Getpid() {
		return errors.New("not on the main thread")
	}
	var id int
	fmt.Sscan(os.Getenv("SHMID"), &id)
	if _, err := Shmat(Shmid(id), 0, SHM_RDONLY); err != nil {
		return err
	}
	go helpSleepers()
	_, _, errno := unix.Syscall(unix.SYS_EXIT, 0, 0, 0)
	return errno
}

// TestProcessesLeaderless sees a process whose main thread has ended: its folder
// tells neither namespace nor memory then.
func TestProcessesLeaderless(t *testing.T) {
	set := newSet(t, 2)
	m := newSegment(t, 8192)
	cmd, _ := started(t, "leaderless", nil, fmt.Sprintf("CALLS=semop %d", set), fmt.Sprintf("SHMID=%d", m))
	pid := cmd.Process.Pid
	until(t, "the end of the main thread", func() bool {
		stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		return stateInStat(stat) == 'Z'
	})
	p := asleepIn(t, pid, 1)
	if len(p.Asleep[0].Ops) != 2 || p.Asleep[0].Tid == pid || len(p.Args) != 1 || p.Args[0] != "helper" {
		t.Errorf("%+v", p)
	}
	if !Exists(pid) {
		t.Error("a process without its main thread has not ended")
	}
	for _, p := range must(Processes(LookOptions{Root: "/proc", Mappings: 1, First: []int{pid}})).Procs {
		if p.Pid == pid && len(p.Attached) != 1 {
			t.Errorf("%+v", p)
		}
	}
}

// TestExistsZombie: a process that has ended counts as gone, waited for or not.
func TestExistsZombie(t *testing.T) {
	cmd := exec.Command("cat")
	in, err := cmd.StdinPipe()
	if err := errors.Join(err, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	pid := cmd.Process.Pid
	if !Exists(pid) {
		t.Error("it runs")
	}
	in.(io.Closer).Close()
	until(t, "the end of cat", func() bool { return !Exists(pid) })
	if unix.Kill(pid, 0) != nil {
		t.Error("it is no zombie any more: the test shows nothing")
	}
}
