package sysv

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func init() {
	helpers["sleepers"] = helpSleepers
	helpers["attacher"] = helpAttacher
}

// helpSleepers makes the calls that its environment names, each on a thread of
// its own, until its input ends.
func helpSleepers() error {
	ctx := context.Background()
	for _, call := range strings.Split(os.Getenv("CALLS"), ";") {
		var name string
		var id int
		fmt.Sscan(call, &name, &id)
		switch name {
		case "msgsnd":
			b := NewMsgbuf(64)
			b.SetType(7)
			go Msgsnd(ctx, Msqid(id), b, 64, 0)
		case "msgrcv":
			go Msgrcv(ctx, Msqid(id), NewMsgbuf(8192), 8192, -5, MSG_NOERROR)
		case "semop":
			go Semop(ctx, Semid(id), []Sembuf{{0, 0, 0}, {1, -3, SEM_UNDO}})
		case "semtimedop":
			go Semtimedop(ctx, Semid(id), []Sembuf{{1, -1, 0}}, &Timespec{1000, 5})
		}
	}
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

func helpAttacher() error {
	id, _ := strconv.Atoi(os.Getenv("SHMID"))
	if _, err := Shmat(Shmid(id), 0, SHM_RDONLY); err != nil {
		return err
	}
	fmt.Println("attached")
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// started is a helper that runs until the test ends.
func started(t testing.TB, name string, attr *syscall.SysProcAttr, env ...string) (*exec.Cmd, *bufio.Reader) {
	t.Helper()
	cmd := helper(name, attr, env...)
	in, err := cmd.StdinPipe()
	out, err2 := cmd.StdoutPipe()
	if err := errors.Join(err, err2, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		cmd.Process.Kill()
		cmd.Wait()
	})
	return cmd, bufio.NewReader(out)
}

// asleepIn waits until a process has n threads asleep in calls.
func asleepIn(t testing.TB, pid, n int) Proc {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(time.Millisecond) {
		look, err := Processes(LookOptions{Root: "/proc"})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range look.Procs {
			if p.Pid == pid && len(p.Asleep) == n {
				return p
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("process %d is not asleep in %d calls: %+v", pid, n, look)
		}
	}
}

// TestProcessesAsleep looks at a real process that sleeps in every call.
func TestProcessesAsleep(t *testing.T) {
	full, empty, set := newQueue(t), newQueue(t), newSet(t, 2)
	var ds MsqidDs
	must(Msgctl(full, IPC_STAT, &ds))
	ds.Qbytes = 10
	must(Msgctl(full, IPC_SET, &ds))
	cmd, _ := started(t, "sleepers", nil, fmt.Sprintf("CALLS=msgsnd %d;msgrcv %d;semop %d;semtimedop %d", full, empty, set, set))
	p := asleepIn(t, cmd.Process.Pid, 4)
	want := map[string]Task{
		"msgsnd":     {ID: int(full), Size: 64, Type: 7, HasType: true},
		"msgrcv":     {ID: int(empty), Size: 8192, Type: -5, HasType: true, Flags: MSG_NOERROR},
		"semop":      {ID: int(set), NumOps: 2, Ops: []Sembuf{{0, 0, 0}, {1, -3, SEM_UNDO}}},
		"semtimedop": {ID: int(set), NumOps: 1, Ops: []Sembuf{{1, -1, 0}}, Timeout: &Timespec{1000, 5}},
	}
	ran := NewRan("/proc", p.Asleep)
	for _, got := range p.Asleep {
		if _, ok := ran.Ago(p.Pid, got); !ok {
			t.Logf("%s: nothing tells for how long", got.Call)
		}
		w := want[got.Call]
		w.Call, w.Known, w.Tid, w.cpu = got.Call, true, got.Tid, got.cpu
		if w.Timeout != nil && got.Timeout != nil && got.Timeout.Sec == 999 { // the helper passes on what is left
			w.Timeout = got.Timeout
		}
		if !reflect.DeepEqual(got, w) {
			t.Errorf("got %+v, want %+v", got, w)
		}
	}
	if p.Uid != uint32(os.Geteuid()) || p.Threads < 5 || len(p.Args) != 1 || p.Args[0] != "helper" {
		t.Errorf("got %+v", p)
	}
}

// TestProcessesAttached finds the process that has a segment attached.
func TestProcessesAttached(t *testing.T) {
	id := newSegment(t, 8192)
	cmd, out := started(t, "attacher", nil, fmt.Sprint("SHMID=", id))
	if line, err := out.ReadString('\n'); line != "attached\n" {
		t.Fatal(line, err)
	}
	for _, o := range []LookOptions{{Mappings: 1}, {Mappings: 1, First: []int{cmd.Process.Pid}}, {Mappings: 1000}} {
		o.Root = "/proc"
		look := must(Processes(o))
		found := false
		for _, p := range look.Procs {
			if p.Pid == cmd.Process.Pid && len(p.Attached) == 1 {
				a := p.Attached[0]
				found = a.Id == id && a.End-a.Start == 8192 && a.Perms == "r--s"
			}
		}
		if !found {
			t.Errorf("%+v: not found in %+v", o, look)
		}
	}
	if look := must(Processes(LookOptions{Root: "/proc"})); len(look.Procs) > 0 {
		t.Errorf("no maps were asked for: %+v", look)
	}
}

// TestProcessesElsewhere leaves out a process of another namespace.
func TestProcessesElsewhere(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root to make a namespace")
	}
	set := newSet(t, 2)
	cmd, _ := started(t, "sleepers", &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWIPC}, fmt.Sprintf("CALLS=semop %d", set))
	here, _ := started(t, "sleepers", nil, fmt.Sprintf("CALLS=semop %d", set))
	asleepIn(t, here.Process.Pid, 1)
	for _, p := range must(Processes(LookOptions{Root: "/proc"})).Procs {
		if p.Pid == cmd.Process.Pid {
			t.Errorf("%+v is in another namespace", p)
		}
	}
}

// procTree writes a proc file system for this user: process 1, and those of files.
func procTree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	write := func(path, text string) {
		path = filepath.Join(root, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if target, ok := strings.CutPrefix(text, "-> "); ok {
			if err := os.Symlink(target, path); err != nil {
				t.Fatal(err)
			}
			return
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if text == "refused" {
			os.Chmod(path, 0)
		}
	}
	write("self/ns/ipc", "-> ipc:[1]")
	write("1/task/1/syscall", "running\n")
	for path, text := range files {
		write(path, text)
	}
	return root
}

const asleepStat = "5 (x) y) S 1 5 5 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 4711 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 17 3 0 0\n"

// TestProcessesHidden makes what permissions, Yama and a missing file hide.
func TestProcessesHidden(t *testing.T) {
	receives := fmt.Sprintf("%d 0x3 0x7ff000 0x40 0xfffffffffffffffe 0x800 0x0 0x7ffd00000000 0x7f\n", unix.SYS_MSGRCV)
	files := map[string]string{
		"sys/kernel/yama/ptrace_scope": "1\n",
		// Yama: the name of the function is told, the arguments are not. No file is
		// the same, so that root can run the test.
		"20/ns/ipc": "-> ipc:[1]", "20/task/20/wchan": "do_msgrcv", "20/task/20/stat": asleepStat, "20/cmdline": "a\x00b c\x00",
		// The same, in another call.
		"21/ns/ipc": "-> ipc:[1]", "21/task/21/wchan": "do_poll", "21/task/21/stat": asleepStat,
		// Nothing is told.
		"22/ns/ipc": "-> ipc:[1]", "22/task/22/wchan": "0", "22/task/22/stat": asleepStat,
		// Nothing is told of another namespace's process.
		"23/ns/ipc": "-> ipc:[2]", "23/task/23/wchan": "0", "23/task/23/stat": asleepStat,
		// All is told, here and elsewhere; one has just been woken.
		"24/ns/ipc": "-> ipc:[1]", "24/task/24/syscall": receives, "24/task/24/stat": asleepStat, "24/comm": "name\n",
		"25/ns/ipc": "-> ipc:[2]", "25/task/25/syscall": receives, "25/task/25/stat": asleepStat,
		"26/ns/ipc": "-> ipc:[1]", "26/task/26/syscall": receives, "26/task/26/stat": strings.Replace(asleepStat, ") S", ") R", 1),
	}
	wantHidden := Hidden{SameUser: 1, Arguments: 1, Yama: 1}
	if os.Geteuid() != 0 {
		files["27/task/27/syscall"], files["27/task/27/wchan"], files["27/task/27/stat"] = "refused", "refused", "refused"
		files["27/ns/ipc"] = "-> ipc:[1]"
		wantHidden.SameUser++
	}
	look := must(Processes(LookOptions{Root: procTree(t, files)}))
	var got []string
	for _, p := range look.Procs {
		for _, task := range p.Asleep {
			got = append(got, fmt.Sprintf("%d %q %s %v %d %d %d %d cpu %d", p.Pid, p.Args, task.Call, task.Known, task.ID, task.Size, task.Type, task.Flags, task.cpu))
		}
	}
	want := []string{`20 ["a" "b c"] msgrcv false 0 0 0 0 cpu 3`, `24 ["name"] msgrcv true 3 64 -2 2048 cpu 3`}
	if !reflect.DeepEqual(got, want) || look.Hidden != wantHidden {
		t.Errorf("got %q, %+v", got, look.Hidden)
	}
}

// TestProcesses32Bit knows a 32-bit process by its auxiliary vector.
func TestProcesses32Bit(t *testing.T) {
	if !foreignNumber(420) {
		t.Skip("this machine runs no 32-bit programs with other numbers")
	}
	files := map[string]string{"30/ns/ipc": "-> ipc:[1]", "30/task/30/stat": asleepStat, "30/task/30/wchan": "__do_semtimedop",
		"30/task/30/syscall": "420 0x0 0xffd0 0x1 0x0 0x0 0x0 0xffd00000 0xf7f0\n", "30/task/30/auxv": "\x20\x00\x00\x00\x80\xf5\xf7\xf7"}
	look := must(Processes(LookOptions{Root: procTree(t, files)}))
	if len(look.Procs) != 1 || !look.Procs[0].Asleep[0].Bits32 || look.Procs[0].Asleep[0].Call != "semtimedop" || look.Hidden.Arguments != 0 {
		t.Errorf("got %+v", look)
	}
	files["30/task/30/auxv"] = "\x21\x00\x00\x00\x00\x00\x00\x00"
	if look := must(Processes(LookOptions{Root: procTree(t, files)})); len(look.Procs) != 0 {
		t.Errorf("a 64-bit process has no call 420: %+v", look)
	}
}

// TestProcessesBroken: a /proc that is not there, or hides process 1.
func TestProcessesBroken(t *testing.T) {
	if _, err := Processes(LookOptions{Root: t.TempDir()}); !errors.Is(err, syscall.ENOENT) {
		t.Error(err)
	}
	root := procTree(t, nil)
	if err := os.RemoveAll(filepath.Join(root, "1")); err != nil {
		t.Fatal(err)
	}
	if look := must(Processes(LookOptions{Root: root})); !look.Hidden.Hidepid {
		t.Errorf("%+v", look)
	}
}

func TestParseSince(t *testing.T) {
	for text, want := range map[string]float64{
		"x (1, #threads: 1)\n---\nse.exec_start       :   14734203.509897\nse.vruntime : 1\n": 14734203.509897,
		"": -1, "\nse.exec_start": -1, "\nse.exec_start : x\n": -1, "\nse.exec_start : NaN\n": -1, "\nse.exec_start : -5\n": -1,
	} {
		if got := parseLastRan([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	if sec, ok := parseBootTime([]byte("cpu 1\nbtime 17637\nx")); sec != 17637 || !ok {
		t.Error(sec, ok)
	}
	if _, ok := parseBootTime([]byte("cpu 1\n")); ok {
		t.Error("no boot time")
	}
	ticks, err := Birth("/proc", os.Getpid())
	born, ok := BirthTime("/proc", ticks)
	if now := time.Now().Unix(); err != nil || !ok || born > now+2 || born < now-24*3600 {
		t.Error(ticks, err, born, ok)
	}
	if !Exists(os.Getpid()) || !Exists(1) || Exists(0) || Exists(1<<30) {
		t.Error("Exists")
	}
	if _, err := Birth("/proc", 1<<30); !errors.Is(err, syscall.ENOENT) {
		t.Error(err)
	}
	if len(CommandOf("/proc", os.Getpid())) == 0 || CommandOf("/proc", 1<<30) != nil {
		t.Error("CommandOf")
	}
}

func FuzzParseSyscall(f *testing.F) {
	for _, s := range []string{"", "running\n", "-1 0x7ffd 0x7f\n", "70 0x0 0x1 0x2000 0x1 0x0 0x0 0x7ffd 0x7f\n", "70 0x0 0x1", "7_0 0x0 0x1 0x2000 0x1 0x0 0x0 0x7ffd 0x7f", "70 0x0 1 0x2000 0x1 0x0 0x0 0x7ffd 0x7f"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		nr, args, ok := parseSyscall(b)
		if !ok {
			return
		}
		text := fmt.Sprint(nr)
		for _, a := range args {
			text += fmt.Sprintf(" %#x", a)
		}
		if nr2, args2, ok := parseSyscall([]byte(text)); nr < 0 || !ok || nr2 != nr || args2 != args {
			t.Errorf("%q: %d %x", b, nr, args)
		}
	})
}

func FuzzProcFiles(f *testing.F) {
	f.Add([]byte(asleepStat))
	f.Add([]byte("a\x00b\x00\x00"))
	f.Add([]byte("\nse.exec_start : 1.5\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if n := cpuInStat(b); n < -1 {
			t.Error(n)
		}
		if n, ok := fieldInStat(b, 22); !ok && n != 0 && len(b) < 16 {
			t.Error(n)
		}
		if args := parseCmdline(b); len(args) > len(b) {
			t.Error(args)
		}
		parseLastRan(b)
		parseBootTime(b)
		narrowAuxv(b)
		parseTimespec(b)
		if ops := parseSembufs(b); len(ops) != len(b)/sizeofSembuf {
			t.Error(ops)
		}
	})
}

// BenchmarkProcesses finds 500 blocked processes; BenchmarkBareSyscalls is the
// loop that it is measured against.
func BenchmarkProcesses(b *testing.B) {
	sleepers(b)
	defer cpuTime(b)()
	for range b.N {
		if look, err := Processes(LookOptions{Root: "/proc"}); err != nil || len(look.Procs) < 500 {
			b.Fatal(len(look.Procs), err)
		}
	}
}

func BenchmarkBareSyscalls(b *testing.B) {
	sleepers(b)
	buf := make([]byte, 4096)
	defer cpuTime(b)()
	for range b.N {
		dir, _ := os.Open("/proc")
		names, _ := dir.Readdirnames(-1)
		dir.Close()
		for _, name := range names {
			if _, err := strconv.Atoi(name); err != nil {
				continue
			}
			tasks, err := os.Open("/proc/" + name + "/task")
			if err != nil {
				continue
			}
			tids, _ := tasks.Readdirnames(-1)
			tasks.Close()
			for _, tid := range tids {
				fd, err := unix.Open("/proc/"+name+"/task/"+tid+"/syscall", unix.O_RDONLY|unix.O_CLOEXEC, 0)
				if err != nil {
					continue
				}
				unix.Read(fd, buf)
				unix.Close(fd)
			}
		}
	}
}

// sleepers starts 500 processes of one thread, asleep in msgrcv.
func sleepers(b *testing.B) {
	q := newQueue(b)
	perl, err := exec.LookPath("perl")
	if err != nil {
		b.Skip("needs perl, whose processes have one thread")
	}
	for range 500 {
		cmd := exec.Command(perl, "-e", fmt.Sprintf("msgrcv(%d, $x, 64, 1, 0)", q))
		if err := cmd.Start(); err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	}
	for n := 0; n < 500; time.Sleep(10 * time.Millisecond) {
		n = len(must(Processes(LookOptions{Root: "/proc"})).Procs)
	}
}

// cpuTime reports what the loop costs whatever else the machine does.
func cpuTime(b *testing.B) func() {
	used := func() int64 {
		var r syscall.Rusage
		syscall.Getrusage(syscall.RUSAGE_SELF, &r)
		return r.Utime.Nano() + r.Stime.Nano()
	}
	before := used()
	b.ResetTimer()
	return func() { b.ReportMetric(float64(used()-before)/float64(b.N), "cpu-ns/op") }
}
