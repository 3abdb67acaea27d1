package sysv

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// The tests run in an IPC namespace of their own, where the system allows one:
// this binary is started anew in it. With helperEnv set it is instead a process
// of some test.
const (
	privateEnv = "SYSV_TEST_PRIVATE"
	helperEnv  = "SYSV_TEST_HELPER"
)

func TestMain(m *testing.M) {
	if err := Stage(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	switch p, err := EnterJail(); {
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	case p != nil:
		p.Begin()
		players[os.Getenv(playerEnvName)](p)
		p.Close()
		os.Exit(0)
	}
	if name := os.Getenv(helperEnv); name != "" {
		if err := helpers[name](); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if os.Getenv(privateEnv) == "" {
		os.Setenv(privateEnv, "yes")
		err := EnterPrivate(os.Args, nil)
		var exited *Exited
		if errors.As(err, &exited) {
			os.Exit(exited.Status)
		}
		fmt.Println("testing in the host's namespace:", err)
	}
	before := objects()
	status := m.Run()
	for o := range objects() {
		if !before[o] {
			fmt.Println("FAIL: left behind:", o)
			status = 1
		}
	}
	for _, pid := range children("/proc", os.Getpid()) {
		fmt.Println("FAIL: process left behind:", pid)
		status = 1
	}
	os.Exit(status)
}

// objects lists all IPC objects of the namespace.
func objects() map[string]bool {
	list := map[string]bool{}
	highest := func(n int, err error) int {
		if err != nil {
			return -1
		}
		return n
	}
	for i := 0; i <= highest(Msgctl(0, MSG_INFO, new(Msginfo))); i++ {
		if id, err := Msgctl(Msqid(i), MSG_STAT_ANY, new(MsqidDs)); err == nil {
			list[fmt.Sprint("queue ", id)] = true
		}
	}
	for i := 0; i <= highest(Shmctl(0, SHM_INFO, new(ShmInfo))); i++ {
		if id, err := Shmctl(Shmid(i), SHM_STAT_ANY, new(ShmidDs)); err == nil {
			list[fmt.Sprint("segment ", id)] = true
		}
	}
	for i := 0; i <= highest(Semctl(0, 0, SEM_INFO, new(Seminfo))); i++ {
		if id, err := Semctl(Semid(i), 0, SEM_STAT_ANY, new(SemidDs)); err == nil {
			list[fmt.Sprint("set ", id)] = true
		}
	}
	return list
}

// helpers are what this binary does as a process of a test, by name.
var helpers = map[string]func() error{}

// helper prepares a process that runs a helper; more of its environment may
// follow as NAME=VALUE.
func helper(name string, attr *syscall.SysProcAttr, env ...string) *exec.Cmd {
	cmd := exec.Command(self)
	cmd.Args = []string{"helper"}
	cmd.Env = append(os.Environ(), append(env, helperEnv+"="+name, "GORACE=atexit_sleep_ms=0")...)
	cmd.SysProcAttr = attr
	return cmd
}

// runHelper runs a helper to its end and fails with what it said.
func runHelper(t *testing.T, name string, attr *syscall.SysProcAttr, env ...string) string {
	t.Helper()
	var out bytes.Buffer
	cmd := helper(name, attr, env...)
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out.String())
	}
	return strings.TrimSpace(out.String())
}

// asNobody is an ordinary user's process; nil if we are one ourselves.
func asNobody() *syscall.SysProcAttr {
	if !canSetuid() {
		return nil
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
}

// canSetuid: root of a user namespace in which only uid 0 exists cannot.
func canSetuid() bool {
	data, err := os.ReadFile("/proc/self/uid_map")
	var inside, outside, size uint64
	fmt.Sscan(string(data), &inside, &outside, &size)
	return err == nil && os.Geteuid() == 0 && size > 65534
}

// asUserRoot is root of a new user namespace and, with flags, of others.
func asUserRoot(flags uintptr) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{
		Cloneflags:  unix.CLONE_NEWUSER | flags,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}},
	}
}

// newQueue, newSegment and newSet make private objects that the test removes.
func newQueue(t testing.TB) Msqid {
	t.Helper()
	id, err := Msgget(IPC_PRIVATE, IPC_CREAT|0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { Msgctl(id, IPC_RMID, nil) })
	return id
}

func newSegment(t testing.TB, size uint) Shmid {
	t.Helper()
	id, err := Shmget(IPC_PRIVATE, size, IPC_CREAT|0o700)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { Shmctl(id, IPC_RMID, nil) })
	return id
}

func attach(t testing.TB, id Shmid, flags ShmatFlag) uintptr {
	t.Helper()
	addr, err := Shmat(id, 0, flags)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { Shmdt(addr) })
	return addr
}

func newSet(t testing.TB, n int) Semid {
	t.Helper()
	id, err := Semget(IPC_PRIVATE, n, IPC_CREAT|0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { Semctl(id, 0, IPC_RMID, nil) })
	return id
}

// wantErrno fails unless err is an *Error of that call and errno.
func wantErrno(t testing.TB, err error, call string, errno syscall.Errno) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Call != call || e.Errno != errno {
		t.Fatalf("got %v, want %v", err, &Error{call, errno})
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
