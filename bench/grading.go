package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// handIns is how many are graded.
const handIns = 200

// grading compares hand-ins that are graded, two at a time, with starts of the
// program that do nothing, each in an IPC namespace of its own.
func (b *bench) grading() error {
	lab, err := b.script("lab", `#: needs: private, user
solution { q = msgget 0111 IPC_CREAT|0600; msgsnd q 1 hello }
task "a queue" { assert key(q) == 0111 && mode(q) == 0600 }
task "a message" { expect text=hello msgrcv q 1 IPC_NOWAIT }
`)
	if err != nil {
		return err
	}
	folder := filepath.Join(b.dir, "handins")
	if err := os.Mkdir(folder, 0o755); err != nil {
		return err
	}
	for i := range handIns {
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("s%d.ipc", i)), []byte("q = msgget 0111 IPC_CREAT|0600\nmsgsnd q 1 hello\n"), 0o644); err != nil {
			return err
		}
	}
	return b.compare("hand-ins, two at a time", b.rounds, []side{
		{"ipcsh -c '', in a new IPC namespace", b.inNamespaces, 0},
		{"ipcsh check --lab -j 2, for each", shared(handIns, b.ipcsh, "check", "--lab", lab, "-j", "2", "--format=csv", folder), 1.5},
	})
}

// inNamespaces starts the program as often, and returns the time for each.
func (b *bench) inNamespaces() (time.Duration, error) {
	attr := &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWIPC}
	if os.Geteuid() != 0 {
		attr.Cloneflags |= syscall.CLONE_NEWUSER
	}
	start := time.Now()
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for j := range errs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := j; i < handIns && errs[j] == nil; i += len(errs) {
				cmd := exec.Command(b.ipcsh, "-c", "")
				cmd.SysProcAttr = attr
				errs[j] = cmd.Run()
			}
		}()
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return 0, err
		}
	}
	return time.Since(start) / handIns, nil
}
