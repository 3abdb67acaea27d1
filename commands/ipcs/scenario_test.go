package ipcs

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"ipcsh/sysv"
)

// freshEnv is set where a test runs alone in a namespace in which ids start at 0.
const freshEnv = "IPCS_TEST_FRESH"

// fresh runs a test in such a namespace. It returns true there; where it was
// started the test is over then.
func fresh(t *testing.T) bool {
	if os.Getenv(freshEnv) != "" {
		return true
	}
	if !private() {
		t.Skip("no IPC namespace of its own for the tests")
	}
	cmd := exec.Command("/proc/self/exe", "-test.run=^"+t.Name()+"$", "-test.timeout=60s", "-test.v")
	cmd.Env = append(os.Environ(), freshEnv+"=1", "TZ=UTC", "GORACE=atexit_sleep_ms=0")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWIPC}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	} else if bytes.Contains(out, []byte("no tests to run")) {
		t.Errorf("%s", out)
	} else if _, why, skipped := bytes.Cut(out, []byte(": ")); skipped && bytes.Contains(out, []byte("--- SKIP")) {
		why, _, _ = bytes.Cut(why, []byte("\n"))
		t.Skipf("%s", why)
	}
	return false
}

// recorded is one call of a tool in a file of testdata.
type recorded struct {
	note   string // what stands in () before
	args   []string
	want   string
	nobody bool
}

// record reads a file of testdata/util-linux.
func record(t *testing.T, file string) (calls []recorded) {
	text, err := os.ReadFile(filepath.Join("testdata/util-linux", file))
	if err != nil {
		t.Fatal(err)
	}
	note := ""
	for _, block := range strings.SplitAfter(string(text), "[exit ") {
		before, command, ok := strings.Cut(block, "$ ")
		if !ok {
			continue
		}
		if m := regexp.MustCompile(`(?m)^\((.*)\)$`).FindStringSubmatch(before); m != nil {
			note = m[1]
		}
		c := recorded{note: note}
		note = ""
		command, c.want, _ = strings.Cut(command, "\n")
		command, c.nobody = strings.CutPrefix(command, "(as uid 65534) ")
		c.args = strings.Split(command, " ")
		calls = append(calls, c)
	}
	// Each block ended before its status.
	rest := strings.Split(string(text), "\n[exit ")
	for i := range calls {
		calls[i].want = strings.TrimSuffix(calls[i].want, "[exit ") + "[exit " + rest[i+1][:1]
	}
	return calls
}

// replay runs a recorded call with our tool.
func replay(t *testing.T, c recorded) string {
	tools := map[string]toolFunc{"ipcs": Ipcs, "ipcrm": Ipcrm, "ipcmk": Ipcmk}
	var r result
	if c.nobody {
		r = asNobody(t, false, c.args[0], c.args[1:]...)
	} else {
		name := c.args[0]
		if strings.Contains(c.want, "/usr/bin/") {
			name = "/usr/bin/" + name
		}
		r = run(tools[c.args[0]], Env{Name: name}, c.args[1:]...)
	}
	return fmt.Sprintf("%s%s[exit %d", r.errs, r.out, r.status)
}

var (
	stamps  = regexp.MustCompile(`((Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?[A-Z][a-z][a-z] [ \d]\d \d\d:\d\d:\d\d( 20\d\d)?`)
	blanks2 = regexp.MustCompile(` {2,}`)
)

// still replaces what differs from run to run: times, pids, and the blanks that
// follow from their widths.
func still(text string, pids ...string) string {
	text = stamps.ReplaceAllString(text, "TIME")
	for _, p := range pids {
		text = regexp.MustCompile(`\b`+p+`\b`).ReplaceAllString(text, "PID")
	}
	return blanks2.ReplaceAllString(strings.TrimRight(text, "\n"), "  ")
}

func queueOf(t *testing.T, key sysv.Key, mode int) sysv.Msqid {
	id, err := sysv.Msgget(key, sysv.MsggetFlag(mode|sysv.IPC_CREAT|sysv.IPC_EXCL))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// TestScenario makes the objects that the files of testdata/util-linux show and
// compares what ipcs says of them.
func TestScenario(t *testing.T) {
	if !fresh(t) {
		return
	}
	if os.Geteuid() != 0 || !hasUser(65534) {
		t.Skip("needs root, to give objects away")
	}
	if g, _ := os.ReadFile("/etc/group"); !bytes.Contains(g, []byte("\nnogroup:x:65534:")) {
		t.Skip("group 65534 is not called nogroup here")
	}
	ctx, cancel := context.WithCancel(context.Background())
	var waiting sync.WaitGroup
	p := scenario(t, ctx, &waiting)
	files, _ := filepath.Glob("testdata/util-linux/ipcs*.txt")
	if len(files) != 25 {
		t.Fatal(files)
	}
	for _, f := range files {
		for _, c := range record(t, filepath.Base(f)) {
			got := replay(t, c)
			if g, w := still(got, fmt.Sprint(os.Getpid())), still(c.want, "10427", "10429", "10434", "10438"); g != w {
				t.Errorf("%q\n--- want\n%s\n--- got\n%s", c.args, w, g)
			}
		}
	}
	cancel()
	waiting.Wait()
	p.remove()
}

func scenario(t *testing.T, ctx context.Context, waiting *sync.WaitGroup) *population {
	p := new(population)
	check := func(_ int, err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	send := func(id sysv.Msqid, size uint) {
		b := sysv.NewMsgbuf(8192)
		b.SetType(1)
		check(0, sysv.Msgsnd(ctx, id, b, size, sysv.IPC_NOWAIT))
	}
	q0, q1, q2 := queueOf(t, 0x4d01, 0o666), queueOf(t, 0x4d02, 0o600), queueOf(t, 0, 0o644)
	p.queues = []int{int(q0), int(q1), int(q2)}
	for _, size := range []uint{1000, 10, 9} {
		send(q0, size)
	}
	for range 4 {
		send(q1, 4096)
	}
	send(q2, 5)
	_, err := sysv.Msgrcv(ctx, q2, sysv.NewMsgbuf(5), 5, 0, 0)
	check(0, err)
	ds := sysv.MsqidDs{IpcPerm: sysv.IpcPerm{Uid: 65534, Gid: 65534, Mode: 0o644}, Qbytes: 8192}
	check(sysv.Msgctl(q2, sysv.IPC_SET, &ds))
	for _, s := range []struct {
		key      sysv.Key
		mode     int
		size     uint
		attached int
		flags    string
	}{{0x1111, 0o644, 4096, 2, ""}, {0, 0o600, 8192, 1, "d"}, {0x2222, 0o666, 1 << 20, 0, "l"}, {0, 0o600, 123456, 1, "dl"}, {0x4444, 0o640, 4096, 0, ""}, {0x5555, 0o600, 4096, 0, "o"}} {
		id, err := sysv.Shmget(s.key, s.size, sysv.ShmgetFlag(s.mode|sysv.IPC_CREAT))
		check(0, err)
		p.segments = append(p.segments, int(id))
		for range s.attached {
			a, err := sysv.Shmat(id, 0, 0)
			check(0, err)
			p.attached = append(p.attached, a)
		}
		if strings.Contains(s.flags, "l") {
			check(sysv.Shmctl(id, sysv.SHM_LOCK, nil))
		}
		if strings.Contains(s.flags, "d") {
			check(sysv.Shmctl(id, sysv.IPC_RMID, nil))
		}
		if s.flags == "o" {
			a, err := sysv.Shmat(id, 0, 0)
			check(0, err)
			check(0, sysv.Shmdt(a))
			check(sysv.Shmctl(id, sysv.IPC_SET, &sysv.ShmidDs{IpcPerm: sysv.IpcPerm{Uid: 12345, Gid: 23456, Mode: 0o600}}))
		}
	}
	s0, err := sysv.Semget(0x5e01, 3, sysv.IPC_CREAT|0o660)
	check(0, err)
	s1, err := sysv.Semget(0, 1, sysv.IPC_CREAT|0o600)
	check(0, err)
	p.sets = []int{int(s0), int(s1)}
	check(sysv.Semctl(s0, 1, sysv.SETVAL, sysv.SemVal(5)))
	check(sysv.Semctl(s0, 2, sysv.SETVAL, sysv.SemVal(32767)))
	check(sysv.Semctl(s0, 0, sysv.SETVAL, sysv.SemVal(0)))
	check(0, sysv.Semop(ctx, s1, []sysv.Sembuf{{Num: 0, Op: 3}}))
	for _, op := range []sysv.Sembuf{{Num: 0, Op: -1}, {Num: 0, Op: -2}, {Num: 1, Op: 0}} {
		waiting.Add(1)
		go func() {
			defer waiting.Done()
			sysv.Semop(ctx, s0, []sysv.Sembuf{op})
		}()
	}
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		n, _ := sysv.Semctl(s0, 0, sysv.GETNCNT, nil)
		z, _ := sysv.Semctl(s0, 1, sysv.GETZCNT, nil)
		if n == 2 && z == 1 {
			return p
		}
	}
	t.Fatal("nobody waits")
	return nil
}
