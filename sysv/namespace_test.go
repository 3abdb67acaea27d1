package sysv

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// needUserns skips where an ordinary user gets no user namespace.
func needUserns(t *testing.T) {
	t.Helper()
	out, err := helper("enter", asNobody(), "SYSV_TEST_INNER=state").CombinedOutput()
	if strings.Contains(string(out), "CAP_SYS_ADMIN") || strings.Contains(string(out), "userns") {
		t.Skipf("no user namespaces here: %v\n%s", err, out)
	}
}

func init() {
	// enter runs the helper named by SYSV_TEST_INNER in a private namespace.
	helpers["enter"] = func() error {
		os.Setenv(helperEnv, os.Getenv("SYSV_TEST_INNER"))
		return leave(EnterPrivate([]string{"inner"}, nil))
	}
	helpers["join"] = func() error {
		pid, _ := strconv.Atoi(os.Getenv("SYSV_TEST_PID"))
		os.Setenv(helperEnv, os.Getenv("SYSV_TEST_INNER"))
		return leave(Join(pid, []string{"inner"}, nil))
	}
	helpers["state"] = func() error {
		id, err := namespaceOf("self", "ipc")
		_, marked := os.LookupEnv(stageMark)
		fd3, _ := os.Readlink("/proc/self/fd/3")
		fmt.Printf("ipc=%d private=%v owner=%v uid=%d marked=%v fd3=%s\n",
			id.Ino, PrivateNamespace(), HasIPCOwner(), os.Geteuid(), marked, fd3)
		return err
	}
	// serve shows its state and lives until its input ends.
	helpers["serve"] = func() error {
		if err := helpers["state"](); err != nil {
			return err
		}
		fmt.Println("pid", os.Getpid())
		io.Copy(io.Discard, os.Stdin)
		return nil
	}
	helpers["die"] = func() error { unix.Kill(os.Getpid(), unix.SIGTERM); select {} }
	helpers["status7"] = func() error { unix.Exit(7); return nil }
	helpers["owner"] = func() error {
		if !HasIPCOwner() {
			fmt.Println("no owner")
			return nil
		}
		os.Setenv(helperEnv, "state")
		return DropIPCOwner([]string{"inner"}, nil)
	}
	helpers["limits"] = func() error { // NS-07
		if err := WriteLimit("", "msgmni", "2"); err != nil { // GO-05
			return err
		}
		for range 2 {
			if _, err := Msgget(IPC_PRIVATE, IPC_CREAT|0o600); err != nil {
				return err
			}
		}
		if _, err := Msgget(IPC_PRIVATE, IPC_CREAT|0o600); !errors.Is(err, syscall.ENOSPC) {
			return fmt.Errorf("third queue: %w", err)
		}
		for name, v := range map[string]string{"semopm": "77", "shmmax": "12345", "msg_next_id": "5", "shm_rmid_forced": "1"} {
			if err := WriteLimit("", name, v); err != nil {
				return err
			}
		}
		fmt.Println("limits ok")
		return nil
	}
	helpers["refused"] = func() error {
		os.Setenv(helperEnv, "state") // if it is not refused
		for _, setting := range []string{"max_ipc_namespaces", "max_user_namespaces"} {
			if err := os.WriteFile("/proc/sys/user/"+setting, []byte("0"), 0); err != nil {
				return err
			}
			var e *NamespaceError
			enter := EnterPrivate
			if setting == "max_user_namespaces" {
				enter = enterAsUser // root needs none
			}
			err := enter([]string{"inner"}, nil)
			if !errors.As(err, &e) || e.Setting != "user."+setting || e.Value != "0" || !errors.Is(err, syscall.ENOSPC) {
				return fmt.Errorf("%s is 0: %v", setting, err)
			}
			fmt.Println(err)
			os.WriteFile("/proc/sys/user/"+setting, []byte("1000"), 0)
		}
		return nil
	}
	helpers["unshare"] = func() error {
		if err := unix.Unshare(unix.CLONE_NEWIPC); err != unix.EPERM {
			return fmt.Errorf("unshare(CLONE_NEWIPC): %v", err)
		}
		return nil
	}
}

// leave hands on the status of the process waited for.
func leave(err error) error {
	var exited *Exited
	if errors.As(err, &exited) {
		os.Exit(exited.Status)
	}
	return err
}

func wantState(t *testing.T, out, want string) {
	t.Helper()
	if !strings.Contains(out, want) {
		t.Errorf("got %q, want %q", out, want)
	}
}

func TestEnterAsRoot(t *testing.T) {
	if _, err := unix.Open("/proc/self/ns/ipc", unix.O_RDONLY, 0); err != nil || !capable(unix.CAP_SYS_ADMIN) {
		t.Skip("needs CAP_SYS_ADMIN")
	}
	cmd := helper("enter", nil, "SYSV_TEST_INNER=serve")
	out, stop := start(t, cmd)
	wantState(t, out, "private=true owner=false uid=0 marked=false fd3=")
	if pid := pidIn(t, out); pid != cmd.Process.Pid {
		t.Errorf("pid %d has become %d", cmd.Process.Pid, pid)
	}
	joined := runHelper(t, "join", nil, "SYSV_TEST_INNER=state", fmt.Sprint("SYSV_TEST_PID=", cmd.Process.Pid))
	wantState(t, joined, strings.Fields(out)[0])
	wantState(t, joined, "owner=false")
	stop()
}

func capable(c int) bool {
	data, err := capget()
	return err == nil && data[c/32].Effective&(1<<(c%32)) != 0
}

// start runs a helper "serve" and returns what it said; stop ends its input.
func start(t *testing.T, cmd *exec.Cmd) (out string, stop func() error) {
	t.Helper()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, _ := cmd.StdoutPipe()
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(stdout)
	for !strings.Contains(out, "pid ") {
		line, err := lines.ReadString('\n')
		out += line
		if err != nil {
			cmd.Wait()
			t.Fatalf("%v: %s", err, out)
		}
	}
	done := false
	stop = func() error {
		if done {
			return nil
		}
		done = true
		stdin.Close()
		return cmd.Wait()
	}
	t.Cleanup(func() { stop() })
	return out, stop
}

func pidIn(t *testing.T, out string) int {
	t.Helper()
	_, text, _ := strings.Cut(out, "pid ")
	pid, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		t.Fatal(out)
	}
	return pid
}

// NS-05, and the road of an ordinary user: enter, join by the wrapper and by the
// shell itself, leave.
func TestRow_NS_05(t *testing.T) {
	if attr := asNobody(); attr != nil || !capable(unix.CAP_SYS_ADMIN) {
		runHelper(t, "unshare", attr)
	}
	needUserns(t)
	cmd := helper("enter", asNobody(), "SYSV_TEST_INNER=serve")
	if asNobody() == nil && capable(unix.CAP_SYS_ADMIN) {
		t.Skip("root cannot become an ordinary user here")
	}
	out, stop := start(t, cmd)
	wantState(t, out, "private=true owner=false uid=0 marked=false fd3=")
	shell := pidIn(t, out)
	if shell == cmd.Process.Pid {
		t.Error("no wrapper")
	}
	for _, pid := range []int{cmd.Process.Pid, shell} {
		joined := runHelper(t, "join", asNobody(), "SYSV_TEST_INNER=state", fmt.Sprint("SYSV_TEST_PID=", pid))
		wantState(t, joined, strings.Fields(out)[0])
		wantState(t, joined, "private=true owner=false uid=0")
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

// The wrapper's status is the program's, by exit or by signal.
func TestStatus(t *testing.T) {
	needUserns(t)
	for inner, want := range map[string]int{"status7": 7, "die": 128 + 15, "state": 0} {
		cmd := helper("enter", asNobody(), "SYSV_TEST_INNER="+inner)
		cmd.Run()
		got := cmd.ProcessState.ExitCode()
		if asNobody() == nil && capable(unix.CAP_SYS_ADMIN) {
			t.Skip("root cannot become an ordinary user here")
		}
		if got != want {
			t.Errorf("%s: status %d, want %d", inner, got, want)
		}
	}
}

// SIGTERM goes through the wrapper to the program; SIGINT leaves the wrapper be.
func TestSignalsToWrapper(t *testing.T) {
	needUserns(t)
	cmd := helper("enter", asNobody(), "SYSV_TEST_INNER=serve")
	out, stop := start(t, cmd)
	if pidIn(t, out) == cmd.Process.Pid {
		t.Skip("root cannot become an ordinary user here")
	}
	cmd.Process.Signal(syscall.SIGINT)
	cmd.Process.Signal(syscall.SIGQUIT)
	cmd.Process.Signal(syscall.SIGTERM)
	gone(t, pidIn(t, out)) // while its input is still open
	stop()
	if status := cmd.ProcessState.ExitCode(); status != 128+15 {
		t.Errorf("status %d", status)
	}
}

// The program dies with a wrapper that is killed, the joined one as well.
func TestWrapperKilled(t *testing.T) {
	needUserns(t)
	cmd := helper("enter", asNobody(), "SYSV_TEST_INNER=serve")
	out, stop := start(t, cmd)
	if pidIn(t, out) == cmd.Process.Pid {
		t.Skip("root cannot become an ordinary user here")
	}
	joiner := helper("join", asNobody(), "SYSV_TEST_INNER=serve", fmt.Sprint("SYSV_TEST_PID=", cmd.Process.Pid))
	joined, stopJoiner := start(t, joiner)
	for _, c := range []struct {
		cmd  *exec.Cmd
		out  string
		stop func() error
	}{{joiner, joined, stopJoiner}, {cmd, out, stop}} {
		c.cmd.Process.Kill()
		gone(t, pidIn(t, c.out)) // while its input is still open
		c.stop()
	}
}

// gone waits for the end of a process that is not our child.
func gone(t *testing.T, pid int) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return
		}
	}
	t.Errorf("process %d lives on", pid)
}

func TestJoinRefused(t *testing.T) {
	if err := Join(os.Getpid(), nil, nil); err != ErrSameNamespace {
		t.Error(err)
	}
	var e *Error
	if err := Join(1<<22+1, nil, nil); !errors.As(err, &e) || e.Errno != syscall.ENOENT {
		t.Error(err)
	}
}

// NS-07, GO-05: root of a user namespace sets the limits of its IPC namespace.
func TestRow_NS_07(t *testing.T) {
	needUserns(t)
	wantState(t, runHelper(t, "limits", asUserRoot(unix.CLONE_NEWIPC)), "limits ok")
}

func TestRow_GO_05(t *testing.T) { TestRow_NS_07(t) }

func TestRefused(t *testing.T) {
	needUserns(t)
	t.Log(runHelper(t, "refused", asUserRoot(0)))
}

func TestRefusedBy(t *testing.T) {
	eperm := fail("clone", syscall.EPERM)
	for _, c := range []struct {
		files          map[string]string
		setting, value string
	}{
		{nil, "CAP_SYS_ADMIN", ""},
		{map[string]string{"sys/kernel/unprivileged_userns_clone": "0\n"}, "kernel.unprivileged_userns_clone", "0"},
		{map[string]string{"sys/kernel/apparmor_restrict_unprivileged_userns": "1\n"}, "kernel.apparmor_restrict_unprivileged_userns", "1"},
		{map[string]string{"self/status": "Name:\tx\nSeccomp:\t2\n"}, "seccomp", "2"},
	} {
		var e *NamespaceError
		err := refused(fakeProc(t, c.files), eperm)
		if !errors.As(err, &e) || e.Setting != c.setting || e.Value != c.value || !errors.Is(err, syscall.EPERM) {
			t.Errorf("got %v, want %s", err, c.setting)
		}
	}
}

func TestDropIPCOwner(t *testing.T) {
	if PrivateNamespace() && HasIPCOwner() {
		t.Error("private, and mode bits do not bind")
	}
	needUserns(t)
	out := runHelper(t, "owner", asUserRoot(0)) // which has all capabilities of its own namespace
	if !strings.Contains(out, "owner=false") && out != "no owner" {
		t.Error(out)
	}
}
