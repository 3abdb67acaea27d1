package main

import (
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"ipcsh/sysv"
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

// TestToolsStartFirst: a tool does not wait for packages that it does not need.
func TestToolsStartFirst(t *testing.T) {
	cmd := program("ipcs", "-V")
	cmd.Env = append(cmd.Env, "GODEBUG=inittrace=1")
	got := runProgram(t, cmd, "")
	if !strings.Contains(got.stderr, "init runtime @") || strings.Contains(got.stderr, "init net @") {
		t.Error(got.stderr)
	}
}

// TestIpcrmAsks: in a script nobody can be asked, so that what the session did not
// make stays, whichever process is to remove it.
func TestIpcrmAsks(t *testing.T) {
	q, m, _ := newObjects(t)
	o := ipcsh(t, fmt.Sprintf("spawn a b\n@a q = msgget 0 0600\n@a ipcrm -q q\nx = msgget 0 0600\nipcrm -q x\nx = msgget 0 0600\n@b ipcrm -q x\n"+
		"@a q = msgget 0 0600\n@b ipcrm -q $a.q\nassert !exists(a.q)\nipcrm -m %d --force\nipcrm -q %d\n", m, q))
	if o.status != 1 || !strings.Contains(o.stderr, ":12: ipcrm: nothing removed: 1 object that this session did not make") {
		t.Errorf("%+v", o)
	}
	if o := ipcsh(t, fmt.Sprintf("spawn b\n@b ipcrm -q %d\n", q)); o.status != 1 || !strings.Contains(o.stderr, "that this session did not make") {
		t.Errorf("%+v", o)
	}
	if _, err := sysv.Msgctl(q, sysv.IPC_STAT, new(sysv.MsqidDs)); err != nil {
		t.Error(err)
	}
	if _, err := sysv.Shmctl(m, sysv.IPC_STAT, new(sysv.ShmidDs)); err == nil {
		t.Error("--force asks nobody")
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

// TestToolErrno: a call of ipcrm's that fails has its errno, of whichever process,
// and a mistake in its words has none.
func TestToolErrno(t *testing.T) {
	src := `expect EINVAL ipcrm -q 77 -S 78 -v -Q 79
expect ENOENT ipcrm -Q 79
spawn p
expect EINVAL @p ipcrm -m 77`
	if o := ipcsh(t, src, "--private"); o.status != 0 {
		t.Errorf("%+v", o)
	}
	if o := ipcsh(t, "expect EINVAL ipcrm -z", "--private"); o.status != 1 || !strings.Contains(o.stderr, "ipcrm: invalid option -- 'z'") {
		t.Errorf("%+v", o)
	}
	if o := ipcsh(t, "", "--private", "ipcs"); o.status != 2 || !strings.Contains(o.stderr, "ipcsh --private -c ipcs") {
		t.Errorf("%+v", o)
	}
}
