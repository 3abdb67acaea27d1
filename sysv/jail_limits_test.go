package sysv

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// start starts this binary as a foreign program that runs a helper.
func (p *Player) start(name string, out *os.File) {
	_, err := (&programStart{ProgramOptions{Path: self, Args: []string{"program"},
		Env: append(os.Environ(), helperEnv+"="+name)}, [3]int{0, int(out.Fd()), int(out.Fd())}}).start()
	p.try("start "+name, err)
}

// shell starts a script as a foreign program and waits for its end.
func (p *Player) shell(script string) {
	pid, err := (&programStart{ProgramOptions{Path: "/bin/sh", Args: []string{"sh", "-c", script}}, [3]int{0, 1, 1}}).start()
	p.try("start sh", err)
	if err == nil {
		fmt.Fprintf(p.Result, "sh: %s\n", statusOf(pid))
	}
}

func statusOf(pid int) string {
	var ws unix.WaitStatus
	for {
		if _, err := unix.Wait4(pid, &ws, 0, nil); err != unix.EINTR {
			break
		}
	}
	if ws.Signaled() {
		return SignalName(ws.Signal())
	}
	return fmt.Sprint(ws.ExitStatus())
}

// forever waits for the end of the jail.
func forever() {
	for {
		unix.Poll(nil, -1)
	}
}

func init() {
	players["loop"] = func(p *Player) {
		for os.Getpid() > 0 {
		}
	}
	players["eat"] = func(p *Player) { p.start("eat", os.Stdout); forever() }
	helpers["eat"] = func() error {
		for {
			b, err := unix.Mmap(-1, 0, 16<<20, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE|unix.MAP_POPULATE)
			if err != nil {
				forever()
			}
			b[0] = 1
		}
	}
	players["segments"] = func(p *Player) {
		for {
			id, err := Shmget(IPC_PRIVATE, 4<<20, IPC_CREAT|0o600)
			if err != nil {
				p.try("shmget", err)
				forever()
			}
			addr, err := Shmat(id, 0, 0)
			if err != nil {
				p.try("shmat", err)
				forever()
			}
			Store(addr, make([]byte, 4<<20))
			Shmdt(addr)
		}
	}
	players["queues"] = func(p *Player) {
		b := NewMsgbuf(1000)
		b.SetType(1)
		for n := 0; ; n++ {
			id, err := Msgget(IPC_PRIVATE, IPC_CREAT|0o600)
			if err != nil {
				p.try("msgget", err)
				forever()
			}
			for Msgsnd(context.Background(), id, b, 1000, IPC_NOWAIT) == nil {
			}
		}
	}
	players["print"] = func(p *Player) {
		for i := 0; i < 20000; i++ {
			fmt.Println("\x1b[2Jthis is more than anybody wants to read")
		}
		p.try("done", nil)
	}
	players["flood"] = func(p *Player) {
		for {
			os.Stdout.Write(make([]byte, 4096))
		}
	}
	players["disk"] = func(p *Player) {
		for i := 0; ; i++ {
			if err := os.WriteFile(fmt.Sprint(i), make([]byte, 1<<20), 0o600); err != nil {
				p.try("write", err)
				forever()
			}
		}
	}
	players["bomb"] = func(p *Player) { p.start("bomb", os.Stdout); forever() }
	helpers["bomb"] = func() error {
		for {
			unix.RawSyscall(unix.SYS_CLONE, uintptr(unix.SIGCHLD), 0, 0)
		}
	}
	players["short bomb"] = func(p *Player) {
		p.shell(`f() { f | f & }; f; f; wait`)
		forever()
	}
	players["spawn"] = func(p *Player) {
		for {
			if _, err := StartWorker(WorkerOptions{Args: []string{"worker"}, Uid: -1, Gid: -1,
				Env: append(os.Environ(), helperEnv+"=sleep")}); err != nil {
				p.try("worker", err)
				forever()
			}
		}
	}
	helpers["sleep"] = func() error { forever(); return nil }
}

func TestJailLimits(t *testing.T) {
	for _, c := range []struct {
		name   string
		hit    Hit
		limits Limits
		killed bool
	}{
		{"loop", HitTime, Limits{Time: time.Second / 4}, true},
		{"eat", HitMemory, Limits{Time: time.Minute, Memory: 128 << 20}, true},
		{"segments", HitMemory, Limits{Time: time.Minute, Memory: 64 << 20}, true},
		{"queues", HitMessages, Limits{Time: time.Minute, Messages: 1 << 20}, true},
		{"print", HitOutput, Limits{Time: time.Minute, Output: 100_000}, false},
		{"flood", HitOutput, Limits{Time: time.Minute, Output: 10_000}, true},
		{"disk", HitDisk, Limits{Time: time.Minute, Disk: 8 << 20}, true},
		{"bomb", HitProcesses, Limits{Time: time.Second, Processes: 20}, true},
		{"short bomb", HitProcesses, Limits{Time: time.Second, Processes: 20}, true},
		{"spawn", HitProcesses, Limits{Time: time.Minute, Processes: 5}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("TMPDIR", openDir(t))
			before := objects()
			played, j := play(t, c.name, JailOptions{Programs: c.name != "loop", Scratch: true, Limits: c.limits})
			if !slices.Contains(played.Hits, c.hit) {
				t.Errorf("%v was not hit, but %v", c.hit, played.Hits)
			}
			if played.Killed != c.killed || c.killed != played.Status.Signaled() {
				t.Errorf("killed: %v, status %#x", played.Killed, played.Status)
			}
			if n := int64(len(played.Output)); c.hit == HitOutput && n != c.limits.Output {
				t.Errorf("%d bytes of output were kept", n)
			}
			if c.name == "print" && answers(played)["done"] != "ok" {
				t.Error("the player did not come to its end")
			}
			for o := range objects() {
				if !before[o] && !j.Shared() {
					t.Errorf("now there is %s", o)
				}
			}
		})
	}
}

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
		p.try("alive", nil)
	}
	players["caps"] = func(p *Player) {
		p.shell(`grep -E '^(CapEff|CapPrm|CapAmb|CapBnd|NoNewPrivs)' /proc/self/status; ulimit -c; unshare -Ur true && echo nested; unshare -i true && echo again`)
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
	helpers["whoami"] = func() error { os.Exit(os.Getuid()); return nil }
	players["orphans"] = func(p *Player) {
		for i := 0; i < 5; i++ {
			p.shell(`true & true & exit 0`)
		}
		for zombies := true; zombies; {
			zombies = false
			for _, s := range p.processes() {
				zombies = zombies || s.state == 'Z'
			}
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
	if out := string(played.Output); !strings.Contains(out, "NoNewPrivs:\t1") || strings.Contains(out, "nested") || strings.Contains(out, "again") {
		t.Error("privileges are to be had")
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
