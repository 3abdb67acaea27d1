package explain_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"ipcsh/commands"
	"ipcsh/commands/explain"
	"ipcsh/commands/text"
	"ipcsh/repl"
)

// The tests drive every explanation by the real failure: a case is scripts that
// are run one after the other by processes in one new IPC namespace.

const (
	runCase = "IPCSH_TEST_EXPLAIN_CASE" // run the parts of the case on standard input
	runPart = "IPCSH_TEST_EXPLAIN_PART" // run the script on standard input
)

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(runCase) != "":
		os.Unsetenv(runCase)
		os.Exit(caseMain())
	case os.Getenv(runPart) != "":
		os.Exit(partMain())
	}
	os.Exit(m.Run())
}

// part is one process's share of a case.
type part struct{ Who, Script string }

// said is what the last failure of a part, and its notes, said in both languages.
type said struct {
	Errno            string
	Why, Next, Notes []both
	Error            string // what ended the script, if it was not to
}

type both struct{ En, Ko string }

// recorder is a renderer that keeps what there was to explain.
type recorder struct{ said }

func (r *recorder) Event(ev *repl.Event) {
	if ev.Err != nil && ev.Errno != "" {
		r.Errno, r.Why, r.Next = ev.Errno, nil, nil
		if ev.Why != nil {
			r.Why, r.Next = spell(ev.Why.Why), spell(ev.Why.Next)
		}
	}
	r.Notes = append(r.Notes, spell(ev.Notes)...)
	if ev.Fail != nil {
		r.Error = ev.Fail.Error()
	}
}

func (r *recorder) Flush() error  { return nil }
func (r *recorder) Err() error    { return nil }
func (r *recorder) Verbose() bool { return true }

func spell(ms []*text.Msg) []both {
	var out []both
	for _, m := range ms {
		out = append(out, both{m.In(text.En), m.In(text.Ko)})
	}
	return out
}

func partMain() int {
	var src string
	if err := json.NewDecoder(os.Stdin).Decode(&src); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	s := commands.NewSession(commands.NewTable())
	s.Explainer = explain.New(s)
	r := &recorder{}
	repl.NewEngine(s, r, nil).Replay("case", src, repl.Options{Keep: true})
	json.NewEncoder(os.Stdout).Encode(r.said)
	return 0
}

// caseMain runs parts and answers with what the last of them said.
func caseMain() int {
	var parts []part
	if err := json.NewDecoder(os.Stdin).Decode(&parts); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	for i, p := range parts {
		script, _ := json.Marshal(p.Script)
		cmd := exec.Command("/proc/self/exe")
		cmd.Env = append(os.Environ(), runPart+"=1")
		cmd.Stdin, cmd.Stderr = strings.NewReader(string(script)), os.Stderr
		out, err := runAs(cmd, strings.Fields(p.Who))
		var s said
		if err == nil {
			err = json.Unmarshal(out, &s)
		}
		if err == nil && s.Error != "" {
			err = fmt.Errorf("%s", s.Error)
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "part %d: %v\n", i+1, err)
			return 1
		}
		if i == len(parts)-1 {
			os.Stdout.Write(out)
		}
	}
	return 0
}

// runAs runs cmd as who says: nothing or root, or user with what makes it an
// unusual one, as the rows of the program's tests have it.
func runAs(cmd *exec.Cmd, who []string) ([]byte, error) {
	if len(who) > 0 && who[0] == "sh" {
		var script string
		if err := json.NewDecoder(cmd.Stdin).Decode(&script); err != nil {
			return nil, err
		}
		sh := exec.Command("/bin/sh", "-eu", "-c", script)
		sh.Stderr = os.Stderr
		return []byte("{}"), sh.Run()
	}
	if len(who) == 0 || who[0] != "user" {
		return cmd.Output()
	}
	if !realRoot() {
		return unprivileged(cmd)
	}
	const uid = 65534
	cred := &syscall.Credential{Uid: uid, Gid: uid}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: cred}
	for _, o := range who[1:] {
		name, value, _ := strings.Cut(o, "=")
		n, err := strconv.ParseUint(value, 10, 32)
		switch {
		case err != nil:
			return nil, err
		case name == "uid":
			cred.Uid, cred.Gid = uint32(n), uint32(n)
		case name == "groups":
			cred.Groups = []uint32{uint32(n)}
		case name == "caps":
			cmd.SysProcAttr.AmbientCaps = []uintptr{uintptr(n)}
		case name == "memlock": // counted for the user, in all namespaces: be one alone
			cred.Uid = uint32(1<<20 + os.Getpid())
			if err := syscall.Setrlimit(8, &syscall.Rlimit{Cur: n, Max: n}); err != nil {
				return nil, err
			}
		case name == "as":
			return limitedSpace(cmd, n)
		}
	}
	return cmd.Output()
}

// limitedSpace has a shell set RLIMIT_AS, which a Go program needs room in.
func limitedSpace(cmd *exec.Cmd, kB uint64) ([]byte, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd.Path, cmd.Args = "/bin/sh", []string{"sh", "-c", fmt.Sprintf("ulimit -v %d; exec %s", kB, exe)}
	cmd.SysProcAttr = nil
	return cmd.Output()
}

// unprivileged runs cmd as uid 0 of a user namespace without the capabilities
// that an exec gives to uid 0.
func unprivileged(cmd *exec.Cmd) ([]byte, error) {
	const setSecurebits, noRoot = 28, 1
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, setSecurebits, noRoot, 0); errno != 0 {
		return nil, errno
	}
	defer syscall.RawSyscall(syscall.SYS_PRCTL, setSecurebits, 0, 0)
	return cmd.Output()
}

func realRoot() bool {
	b, _ := os.ReadFile("/proc/self/uid_map")
	f := strings.Fields(string(b))
	return os.Geteuid() == 0 && len(f) == 3 && f[2] != "1"
}

// play runs a case in a new IPC namespace.
func play(t *testing.T, parts []part) said {
	t.Helper()
	cmd := exec.Command("/proc/self/exe")
	in, _ := json.Marshal(parts)
	cmd.Env = append(os.Environ(), runCase+"=1")
	cmd.Stdin = strings.NewReader(string(in))
	cmd.Dir = t.TempDir()
	if err := os.Chmod(cmd.Dir, 0o755); err != nil {
		t.Fatal(err)
	}
	isolate(cmd)
	var errs strings.Builder
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	var s said
	if err := json.Unmarshal(out, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// isolate starts cmd in a new IPC namespace, an ordinary user's as root of a user
// namespace too.
func isolate(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWIPC}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}}
	}
}
