package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// The stage: what it costs to have several processes.

// cores are the sets of cores on which both sides of a comparison run.
var cores = []struct {
	name string
	pin  []string
}{
	{"on one core", []string{"taskset", "-c", "0"}},
	{"on any core", nil},
}

// statements compares a statement in another process with a byte that goes to
// another process and back.
func (b *bench) statements() error {
	const n = 5000
	src := "s = semget 0 1 0600\nspawn a\nrepeat " + fmt.Sprint(n) + " { %s@a V s 0 }\n"
	plain, err := b.script("remote", fmt.Sprintf(src, ""))
	if err != nil {
		return err
	}
	judged, err := b.script("judged", fmt.Sprintf(src, "expect ret=0 "))
	if err != nil {
		return err
	}
	for _, on := range cores {
		ipcsh := func(args ...string) func() (time.Duration, error) {
			return shared(n, with(on.pin, append([]string{b.ipcsh}, args...))...)
		}
		if err := b.compare("a statement to an idle process and back, "+on.name, b.rounds, []side{
			{"C, a byte through a pipe and back", printed(with(on.pin, []string{b.c("pingpong"), "pipe", fmt.Sprint(5 * n)})...), 0},
			{"@a V s 0, --quiet", ipcsh("--quiet", plain), 6},
			{"expect ret=0 @a V s 0, --quiet", ipcsh("--quiet", judged), 6},
		}); err != nil {
			return err
		}
	}
	return nil
}

// with puts a command in front of another.
func with(pin, argv []string) []string { return append(append([]string{}, pin...), argv...) }

// spawns compares a new process with a start of the program.
func (b *bench) spawns() error {
	const n = 50
	many, err := b.script("many", fmt.Sprintf("spawn p[%d]\n", n))
	if err != nil {
		return err
	}
	single := ""
	for i := 0; i < n; i++ {
		single += fmt.Sprintf("spawn p%d\n", i)
	}
	each, err := b.script("each", single)
	if err != nil {
		return err
	}
	for _, on := range cores {
		if err := b.compare("spawn, "+on.name, b.rounds, []side{
			{"ipcsh -c ''", starts(n, with(on.pin, []string{b.ipcsh, "-c", ""})), 0},
			{"spawn p[50], for each process", shared(n, with(on.pin, []string{b.ipcsh, "--quiet", many})...), 1.5},
			{"spawn p0 to spawn p49, for each", shared(n, with(on.pin, []string{b.ipcsh, "--quiet", each})...), 1.5},
		}); err != nil {
			return err
		}
	}
	return nil
}

// starts measures one start of n.
func starts(n int, argv []string) func() (time.Duration, error) {
	return func() (time.Duration, error) {
		var d time.Duration
		for i := 0; i < n; i++ {
			t, err := whole(argv...)()
			if err != nil {
				return 0, err
			}
			d += t
		}
		return d / time.Duration(n), nil
	}
}

// looks compares a statement of main while 50 processes are blocked with a bare
// look at where each of them sleeps. Main waits for our word between the rounds.
func (b *bench) looks() error {
	const title, n, times = "a statement of main that wakes none of 50", 50, 200
	if !strings.Contains(title, b.only) {
		return nil
	}
	key := 0x49500000 + os.Getpid()&0xffff
	src := fmt.Sprintf("s = semget %d 4 IPC_CREAT|IPC_EXCL|0600\nspawn p[%d]\nrepeat %d i { @p$i P s 0 }\n", key, n, n)
	src += fmt.Sprintf("repeat %d {\nP s 1\nrepeat %d { V s 2 }\nV s 3\n}\n", b.rounds+1, times)
	path, err := b.script("looks", src)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	ipcsh := exec.Command(b.ipcsh, "--quiet", "--timeout", "0", path)
	ipcsh.Stdout, ipcsh.Stderr = &out, &out
	if err := ipcsh.Start(); err != nil {
		return err
	}
	defer ipcsh.Wait()
	defer ipcsh.Process.Signal(syscall.SIGTERM) // it removes the set
	turn := printed(b.c("wchan"), "turn", fmt.Sprint(key))
	if _, err := turn(); err != nil { // all are blocked then
		return fmt.Errorf("%w %s", err, out.Bytes())
	}
	pids, err := children(ipcsh.Process.Pid)
	if err != nil || len(pids) != n {
		return fmt.Errorf("%d processes, not %d (%v) %s", len(pids), n, err, out.Bytes())
	}
	return b.compare(title, b.rounds, []side{
		{"C, open, read, close 50 x wchan", printed(append([]string{b.c("wchan"), fmt.Sprint(times)}, pids...)...), 0},
		{"V with 50 processes blocked", func() (time.Duration, error) { d, err := turn(); return d / times, err }, 2},
	})
}

// children lists a process's children.
func children(pid int) (pids []string, err error) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		b, _ := os.ReadFile(path)
		f := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
		if len(f) > 1 && f[1] == strconv.Itoa(pid) {
			pids = append(pids, filepath.Base(filepath.Dir(path)))
		}
	}
	return pids, err
}

// handOvers compares the time from a waker's return to the report of the one
// that it woke with a semaphore's hand-over between two processes.
//
// The waker's return is the end of its event. Reported means that the shell has
// the sleeper's completion, has shown it, and has found all processes at rest: the
// next statement of main begins then. Its start is taken, which is a little later.
func (b *bench) handOvers() error {
	const n = 2000
	src := "s = semget 0 1 0600\nspawn a b\nrepeat " + fmt.Sprint(n) + " {\n@b P s 0\n%sV s 0\nsemctl s 0 GETVAL\n}\n"
	main, err := b.script("main", fmt.Sprintf(src, ""))
	if err != nil {
		return err
	}
	other, err := b.script("other", fmt.Sprintf(src, "@a "))
	if err != nil {
		return err
	}
	for _, on := range cores {
		pong := printed(with(on.pin, []string{b.c("pingpong"), "sem", "20000"})...)
		events := func(path, until string) func() (time.Duration, error) {
			return latency(with(on.pin, []string{b.ipcsh, "--json", path}), until)
		}
		if err := b.compare("from a waker's return to the sleeper's report, "+on.name, b.rounds, []side{
			{"C, a semaphore's hand-over", func() (time.Duration, error) { d, err := pong(); return d / 2, err }, 0},
			{"V in main, P's own end in b", events(main, "P"), 0},
			{"V in main, P's end reported", events(main, "semctl"), 10},
			{"V in a, P's own end in b", events(other, "P"), 0},
			{"V in a, P's end reported", events(other, "semctl"), 10},
		}); err != nil {
			return err
		}
	}
	return nil
}

// latency is the median, over a script's events, of the time from V's end to the
// end of P, or to the start of another command.
func latency(argv []string, until string) func() (time.Duration, error) {
	return func() (time.Duration, error) {
		c := exec.Command(argv[0], argv[1:]...)
		c.Stderr = os.Stderr
		out, err := c.StdoutPipe()
		if err != nil {
			return 0, err
		}
		if err := c.Start(); err != nil {
			return 0, err
		}
		all, err := io.ReadAll(bufio.NewReader(out))
		if werr := c.Wait(); err == nil {
			err = werr
		}
		var woke, ended int64
		var times []time.Duration
		for _, line := range bytes.Split(all, []byte("\n")) {
			var ev struct {
				Cmd, Status string
				Start, End  int64
			}
			if json.Unmarshal(line, &ev) != nil || ev.Status != "ok" {
				continue
			}
			switch ev.Cmd {
			case "V":
				woke = ev.End
			case "P":
				ended = ev.End
			case "semctl": // both have been told, in either order
				if until == "semctl" {
					ended = ev.Start
				}
				times = append(times, time.Duration(ended-woke))
			}
		}
		return median(times), err
	}
}
