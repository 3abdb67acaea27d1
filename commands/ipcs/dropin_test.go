package ipcs

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// dropins are scripts as they are written for the system's tools: clean-up jobs,
// start scripts of databases, exercise sheets. Each runs in a namespace that holds
// what dropinSetup made.
var dropins = map[string]string{
	"awk and a loop":      `for id in $(ipcs -q | awk '/0x/{print $2}'); do ipcrm -q $id; done; ipcs -q`,
	"xargs":               `ipcs -s | awk -v u="$(id -un)" '$3==u {print $2}' | xargs -r -n 1 ipcrm -s; ipcs -s`,
	"xargs, all at once":  `ipcs -q | awk 'NR>3 && NF {printf "-q %s ", $2}' | xargs ipcrm; ipcs -q`,
	"xargs, many kinds":   `ipcs | awk '/Queues/{o="-q"} /Memory/{o="-m"} /Semaphore/{o="-s"} /^0x/{print o, $2}' | xargs -t ipcrm -v; ipcs`,
	"while read":          `ipcs -m | tail -n +4 | while read key id owner perms bytes nattch rest; do [ -n "$id" ] && [ "$nattch" -eq 0 ] && ipcrm -m "$id" && echo "removed $id ($bytes)"; done; ipcs -m`,
	"keys":                `ipcs -q | awk '/^0x/ {print $1}' | while read k; do ipcrm -Q $k; echo "$?"; done; ipcs -q`,
	"old syntax":          `ipcs -m | grep "$(id -un)" | awk '{print $2}' | xargs -I{} ipcrm shm {}; ipcrm sem $(ipcs -s | sed -n 's/^0x[0-9a-f]* \([0-9]*\) .*/\1/p'); ipcs`,
	"columns by cut":      `ipcs -m | grep ^0x | cut -c12-22; ipcs -q | grep ^0x | cut -c 23-43; ipcs -t -q | cut -c1-18; ipcs -p -m | cut -c 1-22`,
	"sorted":              `ipcs -q | grep ^0x | sort -k5,5n -k2,2n | cut -d' ' -f2; ipcs -m -b | sort -rn -k5 | head -2`,
	"counts":              `ipcs | grep -c ^0x; ipcs -a | wc -l; ipcs -u | awk '/allocated|used arrays/ {print $NF}'; ipcs -q | awk '{n += $6} END {print n}'`,
	"an id from ipcmk":    `id=$(ipcmk -Q -p 600 | awk '{print $NF}'); ipcs -q -i $id | grep -o 'mode=.*'; ipcrm -q $id; m=$(ipcmk -M 4096 | cut -d: -f2); ipcs -m | grep " $(echo $m) "; ipcrm -m $m; echo $?`,
	"limits":              `ipcs -l | grep 'max queues system wide' | awk '{print $NF}'; ipcs -lq | sed -n 's/^default max size of queue (bytes) = //p'; [ "$(ipcs -l -m | awk -F= '/max seg size/ {print $2}')" -gt 1024 ] && echo enough`,
	"a check of a value":  `ipcs -s -i $(ipcs -s | awk '/^0x/{print $2; exit}') | awk '/^semnum/{on=1; next} on && NF {print $1, $2, $3, $4}'`,
	"failures":            `ipcrm -q 999; echo $?; ipcrm -Q 0x7fffffff; echo $?; ipcrm -m abc || echo no; ipcrm -q 0 -q 0; echo $?; ipcmk -S 0 || echo none; ipcs -x; echo $?; ipcrm 2>&1; echo $?; ipcmk 2>/dev/null; echo $?`,
	"found or not":        `ipcs -q -i 12345 2>/dev/null | grep -q msqid= && echo there || echo "not there"; ipcs -q -i 0 | grep -q msqid=0 && echo there`,
	"operands first":      `ipcs foo -q; ipcrm -v -- ; ipcs --queues --human | tail -3; ipcs --sh -c | wc -l`,
	"everything":          `ipcrm -a; ipcs | awk '/^0x/' | wc -l; ipcrm --all=msg; echo $?`,
	"verbose":             `ipcrm -v -q 0 -m 0; ipcrm --all=sem -v; ipcs -u`,
	"the version":         `ipcs -V | sed 's/.*util-linux //'; ipcrm --version | grep -c util-linux`,
	"set -e and a reader": `set -e; ipcs | head -2; ipcs -q -c | grep -q "$(id -un)"; ipcs -p -q >/dev/null; ipcs -q | { read; read line; echo "$line"; }`,
	"another locale":      `LC_ALL=ko_KR.UTF-8 LANG=ko_KR.UTF-8 ipcs -q; LC_ALL=ko_KR.UTF-8 ipcrm -q x`,
	"by its path":         `$(command -v ipcrm) -q 999 2>&1 | sed 's,.*/,,'; "$(command -v ipcs)" -q -i 2>&1 | sed 's,^/.*/,,'`,
}

const dropinSetup = `ipcmk -Q -Q -p 600 >/dev/null; ipcmk -Q -p 400 >/dev/null; ipcmk -Q >/dev/null
ipcmk -M 4K -S 3 >/dev/null; ipcmk -M 12288 -S 1 -p 660 >/dev/null; ipcmk -M 1M >/dev/null
`

// TestDropIns runs the scripts with the system's tools, and with links to this
// program in front of PATH, each in a namespace of its own: nobody may see the
// difference.
func TestDropIns(t *testing.T) {
	utilLinux(t)
	if !private() {
		t.Skip("this system allows no IPC namespace of our own")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	links := t.TempDir()
	for _, tool := range []string{"ipcs", "ipcrm", "ipcmk"} {
		if err := os.Symlink(self, filepath.Join(links, tool)); err != nil {
			t.Fatal(err)
		}
	}
	for name, script := range dropins {
		theirs := dropin(t, os.Getenv("PATH"), script)
		ours := dropin(t, links+":"+os.Getenv("PATH"), script)
		if theirs != ours {
			t.Errorf("%s: %s\n--- theirs\n%v\n--- ours\n%v", name, script, theirs, ours)
		}
		if name == "the version" {
			if o := dropin(t, links+":"+os.Getenv("PATH"), "ipcs -V"); !strings.Contains(o.out, "ipcsh") {
				t.Errorf("the links are not used: %v", o)
			}
		}
	}
}

// dropin runs a script in an IPC namespace that is new. Random keys are numbered.
func dropin(t *testing.T, path, script string) result {
	t.Helper()
	var out, errs bytes.Buffer
	cmd := exec.Command("/bin/sh", "-c", dropinSetup+script)
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "PATH=") && !strings.HasPrefix(e, "LC_") && !strings.HasPrefix(e, toolEnv+"=") {
			cmd.Env = append(cmd.Env, e)
		}
	}
	cmd.Env = append(cmd.Env, "PATH="+path, "LC_ALL=C")
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWIPC}
	var ended *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	keys := map[string]string{}
	numbered := func(b *bytes.Buffer) string {
		return anyKey.ReplaceAllStringFunc(b.String(), func(k string) string {
			if keys[k] == "" {
				keys[k] = fmt.Sprintf("0x%08d", len(keys)+1)
			}
			return keys[k]
		})
	}
	return result{numbered(&out), numbered(&errs), cmd.ProcessState.ExitCode()}
}

var anyKey = regexp.MustCompile("0x[0-9a-f]{8}")
