package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"ipcsh/sysv"
)

// asProgram makes the test binary be ipcsh, so that the tests run the program as
// it is shipped, through its own main.
const asProgram = "IPCSH_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(rowRunner) != "" {
		os.Exit(runRow(os.Args[1:]))
	}
	if os.Getenv(asProgram) != "" {
		main()
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

// objects says how many objects this namespace has of each kind.
func objects() string {
	var q sysv.Msginfo
	var m sysv.ShmInfo
	var s sysv.Seminfo
	sysv.Msgctl(0, sysv.MSG_INFO, &q)
	sysv.Shmctl(0, sysv.SHM_INFO, &m)
	sysv.Semctl(0, 0, sysv.SEM_INFO, &s)
	return fmt.Sprintf("%d queues, %d segments, %d sets", q.Msgpool, m.UsedIds, s.Semusz)
}

// children lists the processes that this one has started and not waited for.
func children() string {
	b, _ := os.ReadFile("/proc/thread-self/children")
	return strings.TrimSpace(string(b))
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
