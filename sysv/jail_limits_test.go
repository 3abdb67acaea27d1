package sysv

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// start starts this binary as a foreign program that runs a helper.
func (p *Player) start(name string, out *os.File) int {
	pid, err := (&programStart{ProgramOptions{Path: self, Args: []string{"program"},
		Env: append(os.Environ(), helperEnv+"="+name)}, [3]int{0, int(out.Fd()), int(out.Fd())}}).start()
	p.try("start "+name, err)
	return pid
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
	players["sets"] = func(p *Player) {
		for {
			if _, err := Semget(IPC_PRIVATE, 32000, IPC_CREAT|0o600); err != nil {
				p.try("semget", err)
				forever()
			}
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
	// It is over before the watcher looks for the first time.
	players["brief queues"] = func(p *Player) {
		b := NewMsgbuf(8000)
		b.SetType(1)
		var made []Msqid
		for n := 0; n < 14; n++ {
			id, err := Msgget(IPC_PRIVATE, IPC_CREAT|0o600)
			if err != nil {
				p.try("msgget", err)
			}
			Msgsnd(context.Background(), id, b, 8000, IPC_NOWAIT)
			made = append(made, id)
		}
		for _, id := range made {
			Msgctl(id, IPC_RMID, nil)
		}
		forever()
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
	players["spawn"] = func(p *Player) {
		for n := 0; ; n++ {
			if _, err := StartWorker(WorkerOptions{Args: []string{"worker"}, Uid: -1, Gid: -1,
				Env: append(os.Environ(), helperEnv+"=sleep")}); err != nil {
				p.try(fmt.Sprint(n), err)
				return
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
		{"sets", HitMemory, Limits{Time: time.Minute, Memory: 32 * semSize * 32000}, true},
		{"queues", HitMessages, Limits{Time: time.Minute, Messages: 1 << 20}, true},
		{"brief queues", HitMessages, Limits{Time: time.Minute, Messages: 100_000}, true},
		{"print", HitOutput, Limits{Time: time.Minute, Output: 100_000}, false},
		{"flood", HitOutput, Limits{Time: time.Minute, Output: 10_000}, true},
		{"disk", HitDisk, Limits{Time: time.Minute, Disk: 8 << 20}, true},
		{"bomb", HitProcesses, Limits{Time: time.Second, Processes: 20}, true},
		{"spawn", HitProcesses, Limits{Time: time.Minute, Processes: 5}, false},
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
			// The kernel stops a fork bomb, and time ends it; or the watcher, where
			// the kernel counts what else is ours.
			if c.name == "bomb" && !slices.Contains(played.Hits, HitTime) && !j.countsOurs() {
				t.Errorf("processes beyond the limit: %v", played.Hits)
			}
			if n := int64(len(played.Output)); c.hit == HitOutput && n != c.limits.Output {
				t.Errorf("%d bytes of output were kept", n)
			}
			if c.name == "spawn" && answers(played)["5"] != "EAGAIN" {
				t.Error("the sixth worker was not refused")
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
