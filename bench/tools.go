package main

import (
	"fmt"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// kinds are the objects that the tools are measured with, and the limits for a list.
var kinds = []struct {
	make, option, what string
	n                  int
	limit              float64
}{
	{"msgget 0 0600", "-q", "queues", 30000, 0.12},
	{"shmget 0 4096 0600", "-m", "segments", 4096, 0.18},
	{"semget 0 1 0600", "-s", "sets", 30000, 0.12},
}

// tools compares the commands of util-linux with those of the same name, on many
// objects in an IPC namespace of their own, and who with a bare loop. They are the
// last part: the thread stays in that namespace, and so does what it starts.
func (b *bench) tools() error {
	runtime.LockOSThread()
	if err := syscall.Unshare(syscall.CLONE_NEWIPC); err != nil {
		fmt.Println("-- ipcs, ipcrm and who: left out, for an IPC namespace needs root:", err)
		return nil
	}
	if err := b.who(); err != nil {
		return err
	}
	pair := func(title string, limit float64, args ...string) error {
		return b.compare(title, b.rounds, []side{
			{"util-linux", whole(args...), 0},
			{"ipcsh", whole(append([]string{b.ipcsh}, args...)...), limit},
		})
	}
	if err := pair("ipcs in an empty namespace", 1.6, "ipcs"); err != nil {
		return err
	}
	if err := b.populate(); err != nil {
		return err
	}
	for _, k := range kinds {
		if err := pair(fmt.Sprintf("ipcs %s, %d %s", k.option, k.n, k.what), k.limit, "ipcs", k.option); err != nil {
			return err
		}
	}
	if err := pair("ipcs -q -i ID among 30000 queues", 0.1, "ipcs", "-q", "-i", "15000"); err != nil {
		return err
	}
	removal := func(argv ...string) func() (time.Duration, error) {
		remove := whole(argv...)
		return func() (time.Duration, error) {
			if err := b.populate(); err != nil {
				return 0, err
			}
			return remove()
		}
	}
	return b.compare("ipcrm -a of all these", b.rounds, []side{
		{"util-linux", removal("ipcrm", "-a"), 0},
		{"ipcsh", removal(b.ipcsh, "ipcrm", "-a"), 1},
	})
}

// populate makes the objects anew.
func (b *bench) populate() error {
	script := "ipcrm -a --force"
	for _, k := range kinds {
		script += fmt.Sprintf("; repeat %d { %s }", k.n, k.make)
	}
	out, err := exec.Command(b.ipcsh, "--quiet", "-c", script).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", script, err, out)
	}
	return nil
}

// who compares it, over 500 processes.
func (b *bench) who() error {
	for range 500 {
		c := exec.Command("sleep", "600")
		if err := c.Start(); err != nil {
			return err
		}
		defer func() { c.Process.Kill(); c.Wait() }()
	}
	return b.compare("who over 500 processes", b.rounds, []side{
		{"C, every /proc/PID/task/*/syscall", whole(b.c("syscalls")), 0},
		{"ipcsh -c who", whole(b.ipcsh, "-c", "who"), 1.5},
	})
}
