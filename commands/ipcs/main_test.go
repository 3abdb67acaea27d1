package ipcs

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"ipcsh/sysv"
)

// toolEnv makes the test binary be the tool that it names.
const toolEnv = "IPCS_TEST_TOOL"

// privateEnv is set in the tests that run in an IPC namespace of their own.
const privateEnv = "IPCS_TEST_PRIVATE"

func TestMain(m *testing.M) {
	if err := sysv.Stage(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	tools := map[string]toolFunc{"ipcs": Ipcs, "ipcrm": Ipcrm, "ipcmk": Ipcmk}
	for _, name := range []string{os.Getenv(toolEnv), os.Args[0]} {
		if tool := tools[filepath.Base(name)]; tool != nil {
			os.Exit(tool(os.Args[1:], Env{Out: os.Stdout, Err: os.Stderr, In: os.Stdin, Name: name}))
		}
	}
	if os.Getenv(privateEnv) == "" {
		os.Setenv(privateEnv, "yes")
		err := sysv.EnterPrivate(os.Args, nil)
		var exited *sysv.Exited
		if errors.As(err, &exited) {
			os.Exit(exited.Status)
		}
		os.Setenv(privateEnv, "")
		fmt.Println("testing in the host's namespace:", err)
	}
	before := present()
	status := m.Run()
	for o := range present() {
		if !before[o] {
			fmt.Println("FAIL: left behind:", o)
			status = 1
		}
	}
	os.Exit(status)
}

// private tells whether nobody else's objects can be in the way.
func private() bool { return os.Getenv(privateEnv) != "" }

// present lists the objects that there are.
func present() map[string]bool {
	all := map[string]bool{}
	eachQueue(1, func(q *Queue) { all[fmt.Sprint("q", q.ID)] = true })
	eachSegment(1, func(m *Segment) { all[fmt.Sprint("m", m.ID)] = true })
	eachSet(1, func(s *Set) { all[fmt.Sprint("s", s.ID)] = true })
	return all
}

// result is what a run printed and how it ended.
type result struct {
	out, errs string
	status    int
}

func (r result) String() string {
	return fmt.Sprintf("%s--- errors\n%s--- status %d", r.out, r.errs, r.status)
}

type toolFunc func([]string, Env) int

// run runs a tool of ours.
func run(f toolFunc, env Env, args ...string) result {
	var out, errs bytes.Buffer
	env.Out, env.Err = &out, &errs
	status := f(args, env)
	return result{out.String(), errs.String(), status}
}

// system runs a tool of the system's.
func system(t testing.TB, name string, args ...string) result {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skip("this system has no", name)
	}
	var out, errs bytes.Buffer
	cmd := exec.Command(path, args...)
	cmd.Args[0] = name
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	return result{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
}

// utilLinux skips unless the system's tools are those that ours imitate.
func utilLinux(t testing.TB) {
	t.Helper()
	if v := system(t, "ipcs", "-V").out; !strings.Contains(v, "util-linux 2.38") {
		t.Skip("the system's ipcs is not of util-linux 2.38:", strings.TrimSpace(v))
	}
}
