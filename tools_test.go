package main

import (
	"os/exec"
	"strings"
	"testing"
)

// TestToolLinks: called by a link named ipcs, ipcrm or ipcmk it is that tool, and so it
// is with that name as its first word.
func TestToolLinks(t *testing.T) {
	for _, tool := range []string{"ipcs", "ipcrm", "ipcmk"} {
		link, word := exec.Command("/proc/self/exe", "-V"), program(tool, "-V")
		link.Args[0], link.Env = "/somewhere/"+tool, word.Env
		want := outcome{tool + " from ipcsh, as util-linux 2.38.1\n", "", 0}
		for _, cmd := range []*exec.Cmd{link, word} {
			if got := runProgram(t, cmd, ""); got != want {
				t.Errorf("%q: %+v", cmd.Args, got)
			}
		}
	}
}

// TestToolWords: in the shell a variable stands for its id, and a kind of ipcrm's
// is no variable.
func TestToolWords(t *testing.T) {
	src := `msg = msgget 0 0600; sem = semget 0 1 0600
ipcrm msg msg
assert !exists(msg) && exists(sem)
shm = shmget 0 100 0600
ipcrm -a --dry-run shm
ipcrm -v -m shm -s $sem
assert !exists(shm) && !exists(sem)`
	o := ipcsh(t, src, "--private")
	if o.status != 0 || !strings.Contains(o.stdout, "would remove shared memory segment") {
		t.Errorf("%+v", o)
	}
}
