package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// The rows of what the kernel does, as scripts: testdata/rows/FAMILY.txt holds a
// section for each, named by the row's ID. A section has one part, or several
// that are run one after the other by processes of their own in one new IPC
// namespace:
//
//	-- MSGGET-08 root --     by root
//	-- MSGGET-08 user --     by an ordinary user (uid 65534 where the tests are root's)
//	-- MSGGET-08 --          by whoever runs the tests
//	-- MSGGET-08 sh --       no script of ours, but one for sh: for what is no matter of a shell for IPC
//
// Behind user may stand what makes it an unusual one: uid=1001, groups=1234,
// caps=IPC_OWNER, ruid=1001 (another real uid), memlock=0 (RLIMIT_MEMLOCK). All
// parts of a row run in one directory of their own.
// Objects stay from part to part. INDEX lists the rows of the
// semantics; a line may say why there is no test for one.

// row is the scripts of one row.
type row struct {
	id    string
	parts []rowPart
}

type rowPart struct{ who, script string }

var sectionLine = regexp.MustCompile(`^-- ([A-Z]+-[0-9]+)( root| sh| user(?: (?:uid|groups|caps|ruid|memlock)=[A-Z0-9_]+)*)? --$`)

// otherUser finds what only root can make of a process.
var otherUser = regexp.MustCompile(`(uid|groups|caps)=`)

func readRows(t *testing.T) []row {
	t.Helper()
	files, err := filepath.Glob("testdata/rows/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no rows in testdata/rows", err)
	}
	var rows []row
	index := map[string]int{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var part *rowPart
		for _, line := range strings.SplitAfter(string(b), "\n") {
			m := sectionLine.FindStringSubmatch(strings.TrimSpace(line))
			if m == nil {
				if part != nil {
					part.script += line
				}
				continue
			}
			i, seen := index[m[1]]
			if !seen {
				i = len(rows)
				index[m[1]] = i
				rows = append(rows, row{id: m[1]})
			}
			rows[i].parts = append(rows[i].parts, rowPart{who: strings.TrimSpace(m[2])})
			part = &rows[i].parts[len(rows[i].parts)-1]
		}
	}
	return rows
}

func (r row) needsRoot() bool {
	for _, p := range r.parts {
		if p.who == "root" || otherUser.MatchString(p.who) {
			return true
		}
	}
	return false
}

func TestRows(t *testing.T) {
	for _, r := range readRows(t) {
		t.Run(r.id, func(t *testing.T) {
			root := os.Geteuid() == 0
			if r.needsRoot() && !root {
				t.Skip("two users take root")
			}
			dir := t.TempDir()
			if err := os.Chmod(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			args := []string{}
			for i, p := range r.parts {
				name := filepath.Join(dir, fmt.Sprintf("%s.%d.ipc", r.id, i))
				if err := os.WriteFile(name, []byte(p.script), 0o644); err != nil {
					t.Fatal(err)
				}
				args = append(args, p.who, name)
			}
			cmd := program(args...)
			cmd.Dir = dir
			cmd.Env = append(cmd.Env, rowRunner+"=1")
			cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWIPC}
			if !root {
				cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
				cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}}
				cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}}
			}
			if o := runProgram(t, cmd, ""); o.status != 0 {
				t.Errorf("exit status %d\n%s%s", o.status, o.stdout, o.stderr)
			}
		})
	}
}

// rowRunner makes the test binary run the parts of a row in the namespace that
// it was started in: pairs of who and file.
const rowRunner = "IPCSH_TEST_ROW_RUNNER"

func runRow(args []string) int {
	os.Unsetenv(rowRunner)
	hostRoot := realRoot()
	for i := 0; i+1 < len(args); i += 2 {
		who, file := args[i], args[i+1]
		src, err := os.ReadFile(file)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		if _, limit, ok := strings.Cut(who, "memlock="); ok {
			const rlimitMemlock = 8
			n, err := strconv.ParseUint(limit, 10, 64)
			if err == nil {
				err = syscall.Setrlimit(rlimitMemlock, &syscall.Rlimit{Cur: n, Max: n})
			}
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				return 1
			}
		}
		cmd := exec.Command("/proc/self/exe", "--keep")
		run := cmd.Run
		switch isUser := strings.HasPrefix(who, "user"); {
		case who == "sh":
			cmd.Path, cmd.Args = "/bin/sh", []string{"sh", "-eux", file}
			program, _ := os.Executable()
			cmd.Env = append(os.Environ(), "IPCSH="+program)
		case isUser && hostRoot:
			run = func() error { return runAsUser(cmd, strings.Fields(who)[1:]) }
		case isUser:
			run = func() error { return runUnprivileged(cmd) }
		}
		if who != "sh" {
			cmd.Stdin = bytes.NewReader(src)
		}
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		if err := run(); err != nil {
			fmt.Fprintf(os.Stderr, "part %d (%s): %v\n", i/2+1, who, err)
			return 1
		}
	}
	return 0
}

// runAsUser runs cmd as uid 65534 with what stands behind user in a section's line.
func runAsUser(cmd *exec.Cmd, options []string) error {
	const uid = 65534
	a := &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
	cmd.SysProcAttr = a
	for _, o := range options {
		name, value, _ := strings.Cut(o, "=")
		n, err := strconv.Atoi(value)
		switch {
		case name == "caps":
			a.AmbientCaps = []uintptr{map[string]uintptr{"IPC_OWNER": 15, "SYS_ADMIN": 21}[value]}
		case err != nil:
			return err
		case name == "uid":
			a.Credential.Uid = uint32(n)
		case name == "memlock": // locked memory is counted for the user, in all namespaces: be one alone
			a.Credential.Uid = uint32(1<<20 + os.Getpid())
		case name == "groups":
			a.Credential.Groups = []uint32{uint32(n)}
		case name == "ruid":
			a.Credential = nil // the exec takes the ids from us
			if err := syscall.Setresuid(n, uid, 0); err != nil {
				return err
			}
			defer syscall.Setresuid(0, 0, 0)
		}
	}
	return cmd.Run()
}

// runUnprivileged runs cmd, which uid 0 of a user namespace with one user cannot
// do as another, without the capabilities that an exec gives to uid 0.
func runUnprivileged(cmd *exec.Cmd) error {
	const setSecurebits, noRoot = 28, 1
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if _, _, errno := syscall.RawSyscall(syscall.SYS_PRCTL, setSecurebits, noRoot, 0); errno != 0 {
		return errno
	}
	defer syscall.RawSyscall(syscall.SYS_PRCTL, setSecurebits, 0, 0)
	return cmd.Run()
}

// realRoot reports whether uid 0 here is the machine's: a user namespace maps
// one user only.
func realRoot() bool {
	b, _ := os.ReadFile("/proc/self/uid_map")
	f := strings.Fields(string(b))
	return os.Geteuid() == 0 && len(f) == 3 && f[2] != "1"
}

// TestRowCoverage counts the rows that have a test, here or in package sysv, and
// prints those that have none with the reason that INDEX gives.
func TestRowCoverage(t *testing.T) {
	tested := map[string]bool{}
	for _, r := range readRows(t) {
		tested[r.id] = true
	}
	sources, _ := filepath.Glob("sysv/*_test.go")
	name := regexp.MustCompile(`(?m)^func TestRow_([A-Z]+)_([0-9]+)\(`)
	for _, f := range sources {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range name.FindAllStringSubmatch(string(b), -1) {
			tested[m[1]+"-"+m[2]] = true
		}
	}
	b, err := os.ReadFile("testdata/rows/INDEX")
	if err != nil {
		t.Fatal(err)
	}
	var missing []string
	covered, all := 0, 0
	for _, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		id, why, _ := strings.Cut(line, " ")
		all++
		switch {
		case tested[id]:
			covered++
			if why != "" {
				t.Errorf("%s has a test, and INDEX says why it has none: %s", id, why)
			}
			delete(tested, id)
		case why == "":
			t.Errorf("row %s has no test, and INDEX does not say why", id)
		default:
			missing = append(missing, id+": "+why)
		}
	}
	sort.Strings(missing)
	t.Logf("%d of %d rows are tested; without a test:\n%s", covered, all, strings.Join(missing, "\n"))
}
