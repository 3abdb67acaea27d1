package sysv

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// players are what this binary does as the player of a jail, by name.
var players = map[string]func(p *Player){}

const (
	playerEnvName = "SYSV_TEST_PLAYER"
	lostEnv       = "SYSV_TEST_LOST" // namespaces that are to count as refused
)

// pretend makes namespaces count as refused.
func (j *Jails) pretend(flags uintptr) {
	for _, n := range namespaces {
		if flags&n.flag != 0 {
			j.refuse(n.means, "test", nil)
		}
	}
	j.lose(flags)
}

// testLimits are far from what a test that is not about them needs.
var testLimits = Limits{Time: 60 * time.Second, Memory: 512 << 20, Processes: 40, Output: 1 << 20, Messages: 1 << 20, Disk: 16 << 20}

// play plays one of the players and shows what the machine refused.
func play(t *testing.T, name string, o JailOptions, env ...string) (*Played, *Jails) {
	t.Helper()
	return playUntil(t, context.Background(), name, o, env...)
}

func playUntil(t *testing.T, ctx context.Context, name string, o JailOptions, env ...string) (*Played, *Jails) {
	t.Helper()
	j := newJails(t)
	return playOn(t, ctx, j, name, o, env...), j
}

// newJails counts as refused what this run of the tests is to do without.
func newJails(t *testing.T) *Jails {
	j := NewJails()
	t.Cleanup(j.Close)
	if lost, err := strconv.Atoi(os.Getenv(lostEnv)); err == nil {
		j.pretend(uintptr(lost))
	}
	return j
}

func playOn(t *testing.T, ctx context.Context, j *Jails, name string, o JailOptions, env ...string) *Played {
	t.Helper()
	o.Args = []string{"player"}
	o.Env = append(env, playerEnvName+"="+name, "PATH=/usr/bin:/bin", "GORACE=atexit_sleep_ms=0")
	if o.Limits == (Limits{}) {
		o.Limits = testLimits
	}
	before := objects()
	played, err := j.Play(ctx, o)
	for _, r := range j.Refused() {
		t.Log("refused:", r)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("hits %v\n%.2000s%.2000s", played.Hits, played.Result, played.Output)
	if j.Shared() {
		t.Cleanup(func() { removeNew(before) })
	}
	return played
}

// countsOurs reports whether the kernel counts what else is ours with the processes
// of a jail.
func (j *Jails) countsOurs() bool {
	return j.has(unix.CLONE_NEWUSER) == 0 && j.refuses(MeansIds)
}

func (j *Jails) refuses(m Means) bool {
	return slices.ContainsFunc(j.Refused(), func(r Refusal) bool { return r.Means == m })
}

// answers reads the lines "name: value" of a player's result.
func answers(p *Played) map[string]string {
	m := map[string]string{}
	for _, line := range strings.Split(string(p.Result), "\n") {
		if name, value, ok := strings.Cut(line, ": "); ok {
			m[name] = value
		}
	}
	return m
}

// try writes such a line, with an errno's name for a failure.
func (p *Player) try(name string, err error) {
	value := "ok"
	var errno syscall.Errno
	if errors.As(err, &errno) {
		value = ErrnoName(errno)
	} else if err != nil {
		value = strings.ReplaceAll(err.Error(), "\n", " ")
	}
	fmt.Fprintf(p.Result, "%s: %s\n", name, value)
}

func write(path string) error { return os.WriteFile(path, []byte("x"), 0o666) }

func read(path string) error { _, err := os.ReadFile(path); return err }

func init() {
	players["files"] = func(p *Player) {
		outside := os.Getenv("OUTSIDE")
		p.try("read /etc", read("/etc/passwd"))
		p.try("write /etc", write("/etc/ipcsh-test"))
		p.try("read outside", read(outside+"/secret"))
		p.try("write outside", write(outside+"/new"))
		p.try("truncate outside", os.Truncate(outside+"/secret", 0))
		p.try("remove outside", os.Remove(outside+"/secret"))
		_, err := os.ReadDir(outside)
		p.try("list outside", err)
		p.try("chmod outside", os.Chmod(outside+"/secret", 0o600))
		p.try("read hand-in", read("hand-in.txt"))
		p.try("write inside", write("new"))
		p.try("make folder", os.Mkdir("sub", 0o700))
		p.try("write beneath", write(p.Folder+"/sub/new"))
		p.try("remove hand-in", os.Remove("hand-in.txt"))
		where, err := os.Getwd()
		p.try("getwd", err)
		fmt.Fprintf(p.Result, "cwd: %v\n", where == p.Folder)
		text, err := os.ReadFile("/proc/self/status")
		p.try("proc", err)
		fmt.Fprintf(p.Result, "privileges: %v\n", bytes.Contains(text, []byte("NoNewPrivs:\t1")) && bytes.Contains(text, []byte("CapEff:\t0000000000000000")))
		if parent := os.Getppid(); parent != 0 { // of another pid namespace
			p.try("trace parent", unix.PtraceAttach(parent))
		}
		data := make([]byte, 5)
		p.Files[0].Read(data)
		fmt.Fprintf(p.Result, "given: %s\n", data)
	}
	players["net"] = func(p *Player) {
		c, err := net.Dial("tcp", os.Getenv("TCP"))
		p.try("tcp", err)
		if err == nil {
			c.Close()
		}
		if c, err := net.Dial("udp", os.Getenv("UDP")); err == nil {
			c.Write([]byte("here"))
		}
		_, err = net.Dial("unix", "@"+os.Getenv("ABSTRACT"))
		p.try("abstract", err)
		if parent := os.Getppid(); parent != 0 {
			p.try("signal", unix.Kill(parent, 0))
		}
	}
	players["ipc"] = func(p *Player) {
		if p.Shared {
			p.try("shared", nil)
		}
		for i := 0; i < 3; i++ {
			_, err := Msgget(4711, IPC_CREAT|0o600)
			p.try("msgget", err)
			_, err = Shmget(IPC_PRIVATE, 4096, IPC_CREAT|0o600)
			p.try("shmget", err)
		}
		var limits Msginfo
		Msgctl(0, IPC_INFO, &limits)
		fmt.Fprintf(p.Result, "queues: %d\n", limits.Msgmni)
		var tasks, cores unix.Rlimit
		unix.Getrlimit(unix.RLIMIT_NPROC, &tasks)
		unix.Getrlimit(unix.RLIMIT_CORE, &cores)
		fmt.Fprintf(p.Result, "bounded: %v\n", tasks.Max < 1<<20 && cores.Max == 0)
		fmt.Fprintf(p.Result, "pid: %d\n", os.Getpid())
	}
}

// openDir makes a folder that anybody may use, so that only a jail can forbid it.
func openDir(t *testing.T) string {
	dir := t.TempDir()
	for d := dir; d != os.TempDir() && d != "/"; d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestJailFiles(t *testing.T) {
	outside, temp := openDir(t), openDir(t)
	t.Setenv("TMPDIR", temp)
	source := filepath.Join(outside, "hand-in.txt")
	secret := filepath.Join(outside, "secret")
	for _, path := range []string{source, secret} {
		if err := os.WriteFile(path, []byte("hello"), 0o666); err != nil {
			t.Fatal(err)
		}
		os.Chmod(path, 0o666)
	}
	f, err := os.Open(source)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	played, j := play(t, "files", JailOptions{Source: source, Programs: true, Files: []*os.File{f}}, "OUTSIDE="+outside)
	got := answers(played)
	for _, name := range []string{"read /etc", "read hand-in", "write inside", "make folder", "write beneath", "remove hand-in", "proc", "getwd"} {
		if got[name] != "ok" {
			t.Errorf("%s: %s", name, got[name])
		}
	}
	forbidden := []string{"write /etc"}
	if !j.refuses(MeansLandlock) {
		forbidden = append(forbidden, "read outside", "write outside", "truncate outside", "remove outside", "list outside")
	}
	if !j.refuses(MeansMount) || !j.refuses(MeansIds) {
		forbidden = append(forbidden, "chmod outside")
	}
	for _, name := range forbidden {
		if got[name] == "ok" || got[name] == "" {
			t.Errorf("%s: %q", name, got[name])
		}
	}
	if got["trace parent"] == "ok" || got["trace parent"] == "" && j.refuses(MeansPid) {
		t.Errorf("the grader can be traced: %q", got["trace parent"])
	}
	if got["cwd"] != "true" || got["privileges"] != "true" || got["given"] != "hello" {
		t.Errorf("got %v", got)
	}
	if left, err := os.ReadDir(temp); len(left) > 0 || err != nil {
		t.Errorf("left: %v, %v", left, err)
	}
	if data, err := os.ReadFile(source); string(data) != "hello" {
		t.Errorf("the hand-in is now %q, %v", data, err)
	}
}

func TestJailHasNoNetwork(t *testing.T) {
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer tcp.Close()
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer udp.Close()
	name := fmt.Sprint("ipcsh-test-", os.Getpid())
	abstract, err := net.Listen("unix", "@"+name)
	if err != nil {
		t.Fatal(err)
	}
	defer abstract.Close()
	played, j := play(t, "net", JailOptions{Programs: true},
		"TCP="+tcp.Addr().String(), "UDP="+udp.LocalAddr().String(), "ABSTRACT="+name)
	got := answers(played)
	if (got["tcp"] == "ok" || got["tcp"] == "") && !(j.refuses(MeansNet) && j.refuses(MeansLandlockNet)) {
		t.Errorf("a connection was made: %q", got["tcp"])
	}
	if (got["abstract"] == "ok" || got["abstract"] == "") && !(j.refuses(MeansNet) && j.refuses(MeansLandlockScope)) {
		t.Errorf("an abstract socket was reached: %q", got["abstract"])
	}
	if got["signal"] == "ok" && !(j.refuses(MeansIds) && j.refuses(MeansLandlockScope)) {
		t.Error("the grader can be signalled")
	}
	// What we send ourselves comes last, and so first if nothing else came.
	end, err := net.Dial("udp", udp.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer end.Close()
	end.Write([]byte("end"))
	data := make([]byte, 10)
	if n, _, err := udp.ReadFrom(data); err != nil || string(data[:n]) != "end" && !j.refuses(MeansNet) {
		t.Errorf("%q came, %v", data[:n], err)
	}
	// Without Programs there is no network namespace, but Landlock.
	played, j = play(t, "net", JailOptions{}, "TCP="+tcp.Addr().String(), "UDP=", "ABSTRACT="+name)
	if got := answers(played); got["tcp"] != "EACCES" && !j.refuses(MeansLandlock) && !j.refuses(MeansLandlockNet) {
		t.Errorf("tcp: %q", got["tcp"])
	} else if got["abstract"] != "EPERM" && !j.refuses(MeansLandlock) && !j.refuses(MeansLandlockScope) {
		t.Errorf("abstract: %q", got["abstract"])
	}
}

func TestJailHasItsOwnIPC(t *testing.T) {
	before := objects()
	played, j := play(t, "ipc", JailOptions{})
	got := answers(played)
	if j.Shared() {
		if got["shared"] != "ok" || !j.refuses(MeansIPC) {
			t.Errorf("the player was not told: %v", got)
		}
		if !j.refuses(MeansIds) {
			kinds := map[string]int{}
			for _, o := range played.Removed {
				kinds[o.Kind]++
			}
			if kinds["msg"] != 1 || kinds["shm"] != 3 || len(kinds) != 2 || !maps.Equal(objects(), before) {
				t.Errorf("removed %v, left %v", played.Removed, objects())
			}
		} else if len(played.Removed) > 0 {
			t.Errorf("removed %v", played.Removed)
		}
		return
	}
	if got["msgget"] != "ok" || got["shmget"] != "ok" {
		t.Errorf("got %v", got)
	}
	if got["bounded"] != "true" {
		t.Error("the limits of resources are not set")
	}
	if got["queues"] != "128" && !j.refuses(MeansSysctl) {
		t.Errorf("%s queues are allowed", got["queues"])
	}
	if got["pid"] != "1" && !j.refuses(MeansPid) {
		t.Errorf("the player is process %s", got["pid"])
	}
	for o := range objects() {
		if !before[o] {
			t.Errorf("now there is %s", o)
		}
	}
}

func TestJailProbe(t *testing.T) {
	before := objects()
	defer func() { removeNew(before) }()
	j := newJails(t)
	if err := j.Probe(); err != nil {
		t.Fatal(err)
	}
	probed := fmt.Sprint(j.Refused())
	if _, err := j.Play(context.Background(), JailOptions{Args: []string{"player"}, Programs: true, Limits: testLimits,
		Env: []string{playerEnvName + "=ipc"}}); err != nil {
		t.Fatal(err)
	}
	if played := fmt.Sprint(j.Refused()); played != probed {
		t.Errorf("the probe said %s, the play %s", probed, played)
	}
	if j.Shared() != j.refuses(MeansIPC) {
		t.Errorf("shared %v, refused %s", j.Shared(), probed)
	}
}

func TestJailSourceIsBounded(t *testing.T) {
	dir := t.TempDir()
	os.WriteFile(filepath.Join(dir, "big"), make([]byte, 2<<20), 0o600)
	_, err := NewJails().Play(context.Background(), JailOptions{Args: []string{"player"}, Source: dir, Limits: Limits{Disk: 1 << 20}})
	if !errors.Is(err, syscall.EFBIG) {
		t.Errorf("got %v", err)
	}
	_, err = NewJails().Play(context.Background(), JailOptions{Args: []string{"player"}, Source: dir + "/none"})
	if !errors.Is(err, syscall.ENOENT) {
		t.Errorf("got %v", err)
	}
}

func TestEnterJailRefusesNonsense(t *testing.T) {
	for _, text := range []string{"", "1 2 3", "1 2 3 4 5 6 7 8 x /tmp"} {
		t.Setenv(jailMark, text)
		if p, err := EnterJail(); err == nil {
			t.Errorf("%q: %+v", text, p)
		}
	}
	os.Unsetenv(jailMark)
	if p, err := EnterJail(); p != nil || err != nil {
		t.Errorf("got %v, %v", p, err)
	}
}
