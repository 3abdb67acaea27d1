//go:build !386

// Not on 386: its numbers of calls are not those of a 64-bit perl.

package sysv

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestLookLeavesNoFile looks at a program that waits in a ppoll of nothing, of whose
// memory there is nothing to read.
func TestLookLeavesNoFile(t *testing.T) {
	nr := strconv.Itoa(unix.SYS_PPOLL)
	p, err := StartProgram(ProgramOptions{Path: "/usr/bin/perl", Dir: "/", Args: []string{"perl", "-e", "syscall($ARGV[0] + 0, 0, 0, 0, 0, 0)", nr}})
	if err != nil {
		t.Fatal(err)
	}
	defer KillPrograms([]*Program{p}, time.Minute)
	for end := time.Now().Add(time.Minute); ; {
		if b, err := os.ReadFile("/proc/" + strconv.Itoa(p.Pid()) + "/syscall"); err != nil {
			t.Fatal(err)
		} else if strings.HasPrefix(string(b), nr+" ") {
			break
		}
		if time.Now().After(end) {
			t.Fatal("it does not wait")
		}
	}
	before := 0
	for i := range 20 {
		if tree, err := p.Look(); err != nil || tree.Kin != 1 {
			t.Fatalf("%+v, %v", tree, err)
		}
		list, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			before = len(list)
		}
		if len(list) > before {
			t.Fatalf("%d files are open after %d looks, %d after the first", len(list), i+1, before)
		}
	}
}
