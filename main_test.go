package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"ipcsh/sysv"
)

// asProgram makes the test binary be ipcsh, so that the tests run the program as
// it is shipped, through its own main.
const asProgram = "IPCSH_TEST_AS_PROGRAM"

// asLab makes it play every script as a lab, which may run programs.
const asLab = "IPCSH_TEST_AS_LAB"

func TestMain(m *testing.M) {
	if os.Getenv(rowRunner) != "" {
		os.Exit(runRow(os.Args[1:]))
	}
	if os.Args[0] == "ipcsh: hand-in" { // in a jail, with an environment of its own
		os.Setenv(asProgram, "1")
	}
	if os.Getenv(asProgram) != "" {
		programs = os.Getenv(asLab) != ""
		main()
	}
	if os.Geteuid() == 0 && os.Getenv(inNamespace) == "" {
		os.Exit(inNewNamespace())
	}
	before := objects()
	status := m.Run()
	if after := objects(); after != before {
		fmt.Fprintf(os.Stderr, "the tests left System V objects behind: %s before, %s now\n", before, after)
		status = 1
	}
	if left := children(); left != "" {
		fmt.Fprintln(os.Stderr, "the tests left processes behind:", left)
		status = 1
	}
	os.Exit(status)
}

const inNamespace = "IPCSH_TEST_IN_NAMESPACE"

// inNewNamespace runs the tests in an IPC namespace of their own, with all of
// root's capabilities. An ordinary user's tests run in the host's, so that they
// take the road of an ordinary user.
func inNewNamespace() int {
	cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
	cmd.Env = append(os.Environ(), inNamespace+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWIPC}
	var ended *sysv.Exited
	if err := sysv.RunChild(cmd); !errors.As(err, &ended) {
		fmt.Fprintln(os.Stderr, "no IPC namespace for the tests:", err)
		return 1
	}
	return ended.Status
}

// objects says how many objects of this user there are of each kind.
func objects() string {
	uid := uint32(os.Geteuid())
	var n [3]int
	for i := 0; i < 1<<15; i++ {
		var q sysv.MsqidDs
		if _, err := sysv.Msgctl(sysv.Msqid(i), sysv.MSG_STAT_ANY, &q); err == nil && q.Cuid == uid {
			n[0]++
		}
		var m sysv.ShmidDs
		if _, err := sysv.Shmctl(sysv.Shmid(i), sysv.SHM_STAT_ANY, &m); err == nil && m.Cuid == uid {
			n[1]++
		}
		var s sysv.SemidDs
		if _, err := sysv.Semctl(sysv.Semid(i), 0, sysv.SEM_STAT_ANY, &s); err == nil && s.Cuid == uid {
			n[2]++
		}
	}
	return fmt.Sprintf("%d queues, %d segments, %d sets", n[0], n[1], n[2])
}

// children lists the processes that this one has started and not waited for: each
// thread has its own.
func children() string {
	files, _ := filepath.Glob("/proc/self/task/*/children")
	var all []string
	for _, f := range files {
		b, _ := os.ReadFile(f)
		all = append(all, strings.Fields(string(b))...)
	}
	return strings.Join(all, " ")
}

// outcome is how a run of the program ended.
type outcome struct {
	stdout, stderr string
	status         int
}

// program returns a command that runs ipcsh.
func program(args ...string) *exec.Cmd {
	cmd := exec.Command("/proc/self/exe", args...)
	cmd.Env = append(os.Environ(), asProgram+"=1", "LC_ALL=C.UTF-8")
	return cmd
}

// ipcsh runs the program with standard input from stdin.
func ipcsh(t *testing.T, stdin string, args ...string) outcome {
	t.Helper()
	return runProgram(t, program(args...), stdin)
}

func runProgram(t *testing.T, cmd *exec.Cmd, stdin string) outcome {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
	err := cmd.Run()
	var ee *exec.ExitError
	if err != nil && !errors.As(err, &ee) {
		t.Fatal(err)
	}
	return outcome{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
}
