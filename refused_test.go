package main

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// confined runs a shell's script in new user and IPC namespaces in which no other
// ones can be made; $IPCSH is the program. all maps every id, as root's own
// namespace does, which only root may.
func confined(t *testing.T, script string, all bool, kinds ...string) outcome {
	t.Helper()
	for _, kind := range kinds {
		script = "echo 0 >/proc/sys/user/max_" + kind + "_namespaces\n" + script
	}
	self, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer self.Close()
	cmd := exec.Command("sh", "-ec", script)
	cmd.ExtraFiles = []*os.File{self}
	cmd.Env = append(os.Environ(), asProgram+"=1", "LC_ALL=C.UTF-8", "IPCSH=/proc/self/fd/3")
	size := 1
	if all {
		size = 1<<31 - 1
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:                 syscall.CLONE_NEWUSER | syscall.CLONE_NEWIPC,
		UidMappings:                []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: size}},
		GidMappings:                []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: size}},
		GidMappingsEnableSetgroups: all,
	}
	return runProgram(t, cmd, "")
}

// TestRefusedJails: where hand-ins get no IPC namespace, they are graded in this
// one, one at a time, and what they leave is removed or named.
func TestRefusedJails(t *testing.T) {
	const leaves = "    for (int i = 0; i < 3; i++) { shmget(IPC_PRIVATE, 4096, 0600); semget(IPC_PRIVATE, 1, 0600); }\n"
	body := strings.ReplaceAll("\n"+serverHead, "\n", "\n    ")
	dir := folder(t, map[string]string{
		"lab.ipc":      "#: limits: time=3s\n" + smallLab,
		"in/good.ipc":  goodHandIn,
		"in/many.ipc":  goodHandIn + "spawn p\n@p m = shmget IPC_PRIVATE 100 0600\n@p semget IPC_PRIVATE 1 0600\nkeep q\nsemget IPC_PRIVATE 2 0600\n",
		"in/dies.ipc":  "#\n" + goodHandIn + "while 1 { }\n",
		"in/wrong.ipc": "print 1\n",
		"plab.ipc": "#: needs: private, processes\n#: build: cc -w -o server server.c\nsolution server.c {" + body + "int main(void) { return serve(); }\n}\n" +
			"task \"serves\" { run ./server; q = msgget 0x11; assert output(server) == \"ready\" }\n",
		"pin/good/server.c":   serverHead + "#include <sys/sem.h>\nint main(void) {\n" + leaves + "return serve(); }\n",
		"pin/forked/server.c": serverHead + "#include <sys/sem.h>\nint main(void) { if (fork() == 0) {\n" + leaves + "_exit(0); } wait(0); return serve(); }\n",
	})
	os.Chmod(dir, 0o777)
	const list = "; tail -qn +2 /proc/sysvipc/msg /proc/sysvipc/shm /proc/sysvipc/sem"
	allKinds := []string{"user", "ipc", "pid", "mnt", "net"}
	for _, all := range []bool{false, true} {
		if all && !realRoot() {
			continue
		}
		for _, kinds := range [][]string{allKinds[:2], allKinds} {
			read := func(o outcome) graded {
				t.Helper()
				b, err := os.ReadFile(dir + "/report")
				if err != nil {
					t.Fatalf("%v %+v", err, o)
				}
				os.Remove(dir + "/report")
				listed := o.stdout
				o.stdout = string(b)
				g := report(t, o)
				g.stdout = listed
				return g
			}
			check := "$IPCSH check --lang en --format=json --output=" + dir + "/report -j 4 --timeout 2s "
			g := read(confined(t, check+"--lab "+dir+"/lab.ipc "+dir+"/in || echo status $?"+list, all, kinds...))
			if !strings.HasPrefix(g.stdout, "status 1\n") || strings.Count(g.stdout, "\n") != 1 || strings.Count(g.stderr, "one at a time") != 1 || !strings.Contains(strings.Join(g.Refused, "\n"), "user.max_ipc_namespaces = 0") {
				t.Errorf("all %v, %v: refused %q\n%s%s", all, kinds, g.Refused, g.stdout, g.stderr)
			}
			for _, h := range g.Grades {
				t.Logf("all %v, %v: %s: passed %v, %q %q %q", all, kinds, h.Name, h.Passed, h.Failure, h.Limits, h.Notes)
				if h.Passed != (h.Name == "good" || h.Name == "many") {
					t.Errorf("%+v", h)
				}
			}
			g = read(confined(t, check+"--lab "+dir+"/plab.ipc "+dir+"/pin || echo status $?"+list, all, kinds...))
			for _, h := range g.Grades {
				t.Logf("all %v, %v: %s: passed %v, %q %q %q", all, kinds, h.Name, h.Passed, h.Failure, h.Limits, h.Notes)
				notes := strings.Join(h.Notes, "\n")
				if !h.Passed || h.Name == "good" && (strings.Count(notes, "removed what it left: ") != map[bool]int{false: 4, true: 7}[all] || strings.Count(notes, "semid") != 3) {
					t.Errorf("%+v", h)
				}
			}
			if all && g.stdout != "" {
				t.Error("left behind: ", g.stdout)
			}
		}
		foreign := "$IPCSH -c 'q = msgget 0x77 IPC_CREAT|0666; msgsnd q 1 keep' >/dev/null\n"
		check := "$IPCSH check --lang en --lab " + dir + "/lab.ipc " + dir + "/in/good.ipc || echo status $?"
		o := confined(t, foreign+check+list, all, allKinds[:2]...)
		if !strings.HasPrefix(o.stdout, "status 1\n") || !strings.Contains(o.stderr, "--force grades all the same") || strings.Count(o.stdout, "\n") != 2 {
			t.Errorf("with a foreign queue: %+v", o)
		}
		o = confined(t, foreign+strings.Replace(check, "check", "check --force", 1)+list, all, allKinds[:2]...)
		if !strings.Contains(o.stdout, "1 of 1 points") || !strings.Contains(o.stdout, " 119 ") || strings.Contains(o.stdout, "status") {
			t.Errorf("--force: %+v", o)
		}
	}
}
