package sysv

import (
	"errors"
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// TestChildPlanWants: a child whose parent is another by now does not come to its exec.
func TestChildPlanWants(t *testing.T) {
	for parent, want := range map[int]error{os.Getpid(): nil, os.Getpid() + 1: unix.ESRCH} {
		report, err := newReport()
		if err != nil {
			t.Fatal(err)
		}
		p := &childPlan{report: report}
		p.diesWithUs()
		p.steps[len(p.steps)-1].want = uintptr(parent)
		if err := p.exec("/bin/true", []string{"true"}, nil); err != nil {
			t.Fatal(err)
		}
		var pid int
		onSpawner(func() { pid, err = p.start() })
		if err != nil {
			t.Fatal(err)
		}
		p.readReport()
		waitFor(pid)
		report.close()
		if err := p.failed(); !errors.Is(err, want) || want == nil && err != nil {
			t.Errorf("the parent is to be %d: %v, want %v", parent, err, want)
		}
	}
}
