package sysv

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// removeNew removes the objects that were not there before: in a shared namespace
// a player's outlive it.
func removeNew(before map[string]bool) {
	for o := range objects() {
		var id int
		if before[o] {
			continue
		}
		if n, _ := fmt.Sscanf(o, "queue %d", &id); n == 1 {
			Msgctl(Msqid(id), IPC_RMID, nil)
		}
		if n, _ := fmt.Sscanf(o, "segment %d", &id); n == 1 {
			Shmctl(Shmid(id), IPC_RMID, nil)
		}
		if n, _ := fmt.Sscanf(o, "set %d", &id); n == 1 {
			Semctl(Semid(id), 0, IPC_RMID, nil)
		}
	}
}

// inner marks a test binary that runs the jail's tests again, elsewhere.
const inner = "SYSV_TEST_INNER"

func init() {
	// The system refuses namespaces, as a container's profile does.
	helpers["refusing"] = func() error {
		for _, kind := range []string{"ipc", "pid", "mnt", "net", "user"} {
			if err := os.WriteFile("/proc/sys/user/max_"+kind+"_namespaces", []byte("0"), 0); err != nil {
				return err
			}
		}
		os.Unsetenv(helperEnv)
		os.Setenv(privateEnv, "yes")
		return syscall.Exec(self, jailTests, os.Environ())
	}
}

var jailTests = []string{"sysv.test", "-test.run=^TestJail", "-test.v"}

// TestJailElsewhere runs the tests of jails again: as an ordinary user, where
// namespaces are refused, and as root in their want.
func TestJailElsewhere(t *testing.T) {
	if os.Getenv(inner) != "" {
		return // this is elsewhere
	}
	user, group := os.Geteuid(), os.Getegid()
	if canSetuid() {
		user, group = 65534, 65534
	}
	single := &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWUSER | unix.CLONE_NEWIPC,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: user, Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: group, Size: 1}}}
	if canSetuid() {
		single.Credential, single.GidMappingsEnableSetgroups = &syscall.Credential{}, true
	}
	all := 0
	for _, n := range namespaces {
		all |= int(n.flag)
	}
	for _, c := range []struct {
		name, helper string
		attr         *syscall.SysProcAttr
		lost         int
		want         []string
	}{
		{"ordinary user", "", asNobody(), 0, []string{"refused: user ids of its own"}},
		{"no namespaces", "refusing", single, 0, []string{
			"refused: user namespace: clone: ENOSPC (28): No space left on device (user.max_user_namespaces is 0)",
			"refused: IPC namespace: clone: ENOSPC (28): No space left on device (user.max_ipc_namespaces is 0)"}},
		{"no user namespace", "", nil, unix.CLONE_NEWUSER, nil},
		{"a container's root", "", nil, unix.CLONE_NEWUSER | all, []string{"refused: IPC namespace (test)"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cmd := helper(c.helper, c.attr, inner+"=yes", "TMPDIR="+openDir(t), fmt.Sprint(lostEnv, "=", c.lost))
			if c.helper == "" {
				cmd.Args = jailTests
				cmd.Env = append(cmd.Env, helperEnv+"=", privateEnv+"=")
			}
			var out bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, &out
			if err := cmd.Start(); errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) {
				t.Log("this system refuses the namespaces for the test itself:", refused("/proc", err, "max_user_namespaces"))
				return
			} else if err != nil {
				t.Fatal(err)
			}
			err := cmd.Wait()
			var failed []string
			for _, line := range strings.Split(out.String(), "\n") {
				if strings.Contains(line, "_test.go:") && !strings.Contains(line, ": refused: ") && !strings.Contains(line, ": hits ") || strings.Contains(line, "FAIL") {
					failed = append(failed, line)
				}
			}
			if err != nil || len(failed) > 0 {
				t.Errorf("%v\n%s\nin\n%.20000s", err, strings.Join(failed, "\n"), out.String())
			}
			for _, want := range append(c.want, "--- PASS: TestJailFiles") {
				if !strings.Contains(out.String(), want) {
					t.Errorf("no %q in\n%.4000s", want, out.String())
				}
			}
		})
	}
}
