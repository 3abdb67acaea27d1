package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
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
//
// Objects stay from part to part. INDEX lists the rows that one process can
// show; a line may say why there is no test for it.

// row is the scripts of one row.
type row struct {
	id    string
	parts []rowPart
}

type rowPart struct{ who, script string }

var sectionLine = regexp.MustCompile(`^-- ([A-Z]+-[0-9]+)( root| user)? --$`)

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
		if p.who == "root" {
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
			args := []string{}
			for i, p := range r.parts {
				name := filepath.Join(dir, fmt.Sprintf("%s.%d.ipc", r.id, i))
				if err := os.WriteFile(name, []byte(p.script), 0o644); err != nil {
					t.Fatal(err)
				}
				args = append(args, p.who, name)
			}
			cmd := program(args...)
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
		cmd := exec.Command("/proc/self/exe", "--keep")
		if who == "user" && hostRoot {
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		} else if who == "user" {
			src = append([]byte("#: needs: user\n"), src...)
		}
		cmd.Stdin = bytes.NewReader(src)
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		if err := cmd.Run(); err != nil {
			fmt.Fprintf(os.Stderr, "part %d (%s): %v\n", i/2+1, who, err)
			return 1
		}
	}
	return 0
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
	t.Logf("%d of %d one-process rows are tested; without a test:\n%s", covered, all, strings.Join(missing, "\n"))
}
