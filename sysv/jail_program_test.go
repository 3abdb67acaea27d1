package sysv

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func init() {
	players["stay"] = func(p *Player) {
		p.start("stay", p.Files[0])
		forever()
	}
	// It leaves the process group, the session and its parent, and takes no signal.
	helpers["stay"] = func() error {
		if os.Getenv("AGAIN") != "" {
			signal.Ignore()
			fmt.Println("here")
			forever()
		}
		p, err := os.StartProcess(self, []string{"stay"}, &os.ProcAttr{Env: append(os.Environ(), "AGAIN=1"),
			Files: []*os.File{os.Stdin, os.Stdout, os.Stdout}, Sys: &syscall.SysProcAttr{Setsid: true}})
		if err != nil {
			return err
		}
		return p.Release()
	}
	players["killed"] = func(p *Player) {
		p.shell(`for s in KILL TERM INT HUP QUIT ABRT USR1 SEGV STOP TSTP PIPE; do kill -$s $PPID; kill -$s -1; done; exit 7`)
		// A worker is in the same domain, so only the player's own means help.
		signals := "TERM INT HUP QUIT ABRT USR1 USR2 ALRM PIPE TSTP TTIN TRAP SYS SEGV BUS FPE ILL"
		if p.inside {
			signals += " KILL STOP"
		}
		w, err := StartWorker(WorkerOptions{Args: []string{"worker"}, Uid: -1, Gid: -1, Env: append(os.Environ(), helperEnv+"=kill parent", "SIGNALS="+signals)})
		p.try("worker", err)
		if err == nil {
			w.Reap(true)
			w.Close()
		}
		p.try("alive", nil)
	}
	helpers["kill parent"] = func() error {
		for _, name := range strings.Fields(os.Getenv("SIGNALS")) {
			sig, _ := SignalByName(name)
			if err := unix.Kill(os.Getppid(), sig); err != nil {
				return err
			}
		}
		return nil
	}
	helpers["grader"] = func() error {
		w := os.NewFile(3, "pipe")
		_, err := NewJails().Play(context.Background(), JailOptions{Args: []string{"player"}, Programs: true, Limits: testLimits,
			Files: []*os.File{w}, Env: []string{playerEnvName + "=stay"}})
		return err
	}
	players["caps"] = func(p *Player) {
		p.shell(`grep -E '^(CapEff|CapPrm|CapAmb|CapBnd|NoNewPrivs)' /proc/self/status; ulimit -c; unshare -U true && echo nested; unshare -i true && echo again`)
		worker := func(name string, uid int) {
			w, err := StartWorker(WorkerOptions{Args: []string{"worker"}, Uid: uid, Gid: uid, Env: append(os.Environ(), helperEnv+"=whoami")})
			p.try(name, err)
			if err != nil {
				return
			}
			ws, _ := w.Reap(true)
			w.Close()
			fmt.Fprintf(p.Result, "%s: %d\n", name, ws.ExitStatus())
		}
		worker("other", 99)
	}
	players["fork"] = func(p *Player) {
		pid := p.start("fork", os.Stdout)
		fmt.Fprintf(p.Result, "status: %s\n", statusOf(pid))
	}
	helpers["fork"] = func() error {
		for n := 0; ; n++ {
			pid, _, errno := unix.RawSyscall(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0)
			switch {
			case errno != 0 || n == 5000:
				fmt.Println(n, ErrnoName(errno))
				return nil
			case pid == 0:
				for {
					unix.RawSyscall6(unix.SYS_PPOLL, 0, 0, 0, 0, 0, 0)
				}
			}
		}
	}
	helpers["whoami"] = func() error { os.Exit(os.Getuid()); return nil }
	players["orphans"] = func(p *Player) {
		for i := 0; i < 5; i++ {
			p.shell(`true & true & exit 0`)
		}
		for zombies := true; zombies; {
			zombies = false
			p.looking.Lock()
			for _, s := range p.processes() {
				zombies = zombies || s.state == 'Z'
			}
			p.looking.Unlock()
			unix.Poll(nil, 5)
		}
		p.try("none left", nil)
	}
	players["build"] = func(p *Player) {
		os.WriteFile("a.c", []byte("#include <stdio.h>\nint main(void) { puts(\"built\"); return 3; }\n"), 0o600)
		p.shell("cc -Wall -o a a.c && ./a")
	}
	players["programs"] = func(p *Player) {
		os.WriteFile("text", []byte("hello"), 0o600)
		os.WriteFile("data", []byte("hello"), 0o700)
		os.WriteFile("script", []byte("#!/bin/sh\necho from $0 $1 in $(basename $(pwd))\n"), 0o700)
		os.Mkdir("sub", 0o700)
		for _, o := range []ProgramOptions{
			{Path: "none"}, {Path: "text"}, {Path: "data"}, {Path: "sub"}, {Path: "script"}, {Path: "../script", Dir: "sub"}, {Path: "x", Dir: "none"},
		} {
			o.Args = []string{"script", "argument"}
			pid, err := (&programStart{o, [3]int{0, 1, 2}}).start()
			p.try(o.Dir+"/"+o.Path, err)
			if err == nil {
				fmt.Fprintf(p.Result, "status of %s: %s\n", o.Dir+"/"+o.Path, statusOf(pid))
			}
		}
	}
}

func TestJailDiesWithThePlayer(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	first := make(chan int, 1)
	go func() { // it has left everything when it says so
		n, _ := r.Read(make([]byte, 5))
		first <- n
		cancel()
	}()
	played, _ := playUntil(t, ctx, "stay", JailOptions{Programs: true, Files: []*os.File{w}})
	w.Close()
	if n := <-first; n != 5 || !played.Killed || !played.Status.Signaled() {
		t.Errorf("%d bytes, killed %v, status %#x", n, played.Killed, played.Status)
	}
	// Nobody holds the pipe any more.
	r.SetReadDeadline(time.Now().Add(time.Minute))
	if n, err := r.Read(make([]byte, 5)); err != io.EOF {
		t.Errorf("got %d, %v", n, err)
	}
}

func TestJailDiesWithTheGrader(t *testing.T) {
	j := newJails(t)
	if j.Probe(); j.refuses(MeansPid) || os.Getenv(lostEnv) != "" {
		return // then what has left its parent lives on
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := helper("grader", nil)
	cmd.ExtraFiles = []*os.File{w}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	n, err := r.Read(make([]byte, 5))
	cmd.Process.Kill()
	cmd.Wait()
	if n != 5 {
		t.Errorf("got %d, %v", n, err)
	}
	r.SetReadDeadline(time.Now().Add(time.Minute))
	if n, err := r.Read(make([]byte, 5)); err != io.EOF {
		t.Errorf("got %d, %v", n, err)
	}
}

func TestJailSurvivesSignals(t *testing.T) {
	played, j := play(t, "killed", JailOptions{Programs: true})
	got := answers(played)
	if j.refuses(MeansPid) && j.refuses(MeansLandlockScope) {
		return // then a program may kill its parent, and the play is over
	}
	if got["alive"] != "ok" || played.Status != 0 || played.Killed {
		t.Errorf("got %v, status %#x", got, played.Status)
	}
}

func TestJailPrivileges(t *testing.T) {
	played, j := play(t, "caps", JailOptions{Programs: true})
	for _, name := range []string{"CapEff", "CapPrm", "CapAmb"} {
		if !strings.Contains(string(played.Output), name+":\t0000000000000000") {
			t.Error(name)
		}
	}
	out := string(played.Output)
	if !strings.Contains(out, "NoNewPrivs:\t1") || strings.Contains(out, "again") {
		t.Error("privileges are to be had")
	}
	// Where user namespaces are refused in earnest, programs make none either.
	if pretended, _ := strconv.Atoi(os.Getenv(lostEnv)); pretended == 0 && strings.Contains(out, "nested") {
		t.Error("a namespace without our limits is to be had")
	}
	if got := answers(played)["other"]; got == "99" {
		t.Error("without Uids a worker is another user")
	}
	played, _ = play(t, "caps", JailOptions{Programs: true, Uids: true})
	if got := answers(played)["other"]; got != "99" && !j.refuses(MeansIds) {
		t.Errorf("with Uids a worker is %s", got)
	}
	for _, name := range []string{"CapEff", "CapPrm", "CapAmb"} {
		if !strings.Contains(string(played.Output), name+":\t0000000000000000") {
			t.Error("with Uids", name)
		}
	}
}

func TestJailReapsOrphans(t *testing.T) {
	played, _ := play(t, "orphans", JailOptions{Programs: true, Limits: Limits{Time: 20 * time.Second}})
	if got := answers(played); got["none left"] != "ok" {
		t.Errorf("got %v", got)
	}
}

func TestJailBoundsForks(t *testing.T) {
	limits := testLimits
	limits.Processes = 20
	played, j := play(t, "fork", JailOptions{Programs: true, Limits: limits})
	if j.countsOurs() && played.Killed && slices.Contains(played.Hits, HitProcesses) {
		return // others of this user ended meanwhile, which left room for too many: the watcher saw them
	}
	most := 20 + tasksOfOurs()
	if j.countsOurs() {
		most = 4999 // and that changes
	}
	var n int
	var why string
	if fmt.Sscan(string(played.Output), &n, &why); why != "EAGAIN" || n > most || n < 18 && most < 4999 {
		t.Errorf("%d forks: %s\n%s", n, why, played.Output)
	}
}

func TestJailBuilds(t *testing.T) {
	if _, err := exec.LookPath("cc"); err != nil {
		t.Skip("no C compiler:", err)
	}
	t.Setenv("TMPDIR", openDir(t))
	played, _ := play(t, "build", JailOptions{Programs: true, Scratch: true})
	if answers(played)["sh"] != "3" || string(played.Output) != "built\n" {
		t.Errorf("sh ended with %s: %s", answers(played)["sh"], played.Output)
	}
}

func TestJailPrograms(t *testing.T) {
	t.Setenv("TMPDIR", openDir(t))
	played, _ := play(t, "programs", JailOptions{Programs: true, Scratch: true})
	got := answers(played)
	for name, want := range map[string]string{"/none": "ENOENT", "/text": "EACCES", "/data": "ENOEXEC", "/sub": "EACCES",
		"/script": "ok", "status of /script": "0", "sub/../script": "ok", "status of sub/../script": "0", "none/x": "ENOENT"} {
		if got[name] != want {
			t.Errorf("%s: %s, want %s", name, got[name], want)
		}
	}
	if out := string(played.Output); !strings.Contains(out, "from script argument in ipcsh-jail-") && !strings.Contains(out, "argument in sub\n") {
		t.Errorf("output %q", out)
	}
}
