package sysv

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Ran tells how long ago threads ran last. For a thread asleep in a call that is
// about how long it sleeps: a stop and continue begins anew. The kernel tells it
// only where /proc/PID/sched exists, by a clock of each processor of its own, so
// the clock of the processor has to be read there: that needs a moment on it.
type Ran struct {
	root string
	now  map[int]float64 // ms, by processor
	read time.Time       // when
}

// NewRan reads the clocks of the processors that the tasks ran on last.
func NewRan(root string, tasks []Task) *Ran {
	r := &Ran{root: root, now: map[int]float64{}, read: time.Now()}
	for _, t := range tasks {
		r.now[t.cpu] = -1
	}
	delete(r.now, -1)
	if len(r.now) == 0 {
		return r
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.clocks()
	}()
	<-done
	return r
}

// clocks visits each processor on a thread of its own, which ends with this
// goroutine unless it can be put back.
func (r *Ran) clocks() {
	runtime.LockOSThread()
	var before unix.CPUSet
	if unix.SchedGetaffinity(0, &before) != nil {
		return
	}
	for cpu := range r.now {
		var only unix.CPUSet
		only.Set(cpu)
		if before.IsSet(cpu) && unix.SchedSetaffinity(0, &only) == nil {
			r.now[cpu] = lastRan(filepath.Join(r.root, "thread-self/sched"))
		}
	}
	if unix.SchedSetaffinity(0, &before) == nil {
		runtime.UnlockOSThread()
	}
}

// Ago tells how long ago the task of a process ran last. Not ok: nothing tells.
func (r *Ran) Ago(pid int, t Task) (time.Duration, bool) {
	now, ok := r.now[t.cpu]
	if !ok || now < 0 {
		return 0, false
	}
	then := lastRan(filepath.Join(r.root, strconv.Itoa(pid), "task", strconv.Itoa(t.Tid), "sched"))
	if then < 0 {
		return 0, false
	}
	return max(0, time.Duration((now-then)*float64(time.Millisecond))), true
}

// lastRan reads when a thread ran last, in ms of its processor's clock; -1: it is
// not told.
func lastRan(path string) float64 {
	b, err := os.ReadFile(path)
	if err != nil {
		return -1
	}
	return parseLastRan(b)
}

// parseLastRan finds "se.exec_start : 14734203.509897" in a sched file.
func parseLastRan(b []byte) float64 {
	_, rest, ok := bytes.Cut(b, []byte("\nse.exec_start"))
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	_, value, ok2 := strings.Cut(string(line), ":")
	ms, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if !ok || !ok2 || err != nil || !(ms > 0 && ms < 1e15) {
		return -1
	}
	return ms
}

// Exists tells whether there is a process of this id that has not ended, whoever's
// it is. One that has ended keeps its id until its parent has waited for it, which
// some never do; without /proc it counts as there.
func Exists(pid int) bool {
	if pid <= 0 || errors.Is(unix.Kill(pid, 0), syscall.ESRCH) {
		return false
	}
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	return err != nil || !ended(stat)
}

// ended tells by a stat file that a process has ended: its main thread is a zombie
// and the only one. It may have left the others running (pthread_exit).
func ended(stat []byte) bool {
	switch stateInStat(stat) {
	case 'Z', 'X':
		threads, ok := fieldInStat(stat, 20)
		return ok && threads <= 1
	}
	return false
}

// Birth returns when a process started, in clock ticks since the system did
// (proc(5), field 22): with the pid it tells a process from all others until the
// next start of the system.
//
// ENOENT, ESRCH no such process, or a /proc that hides it.
func Birth(root string, pid int) (uint64, error) {
	path := fmt.Sprintf("%s/%d/stat", root, pid)
	b, err := os.ReadFile(path)
	if err != nil {
		return 0, failWith("open "+path, err)
	}
	ticks, ok := fieldInStat(b, 22)
	if !ok {
		return 0, fail("read "+path, syscall.EINVAL)
	}
	return ticks, nil
}

// BirthTime is when Birth was, in seconds since 1970, to about a second.
func BirthTime(root string, ticks uint64) (int64, bool) {
	b, err := os.ReadFile(filepath.Join(root, "stat"))
	if err != nil {
		return 0, false
	}
	boot, ok := parseBootTime(b)
	const ticksPerSecond = 100 // USER_HZ, on every architecture that we build for
	return boot + int64(ticks/ticksPerSecond), ok
}

// parseBootTime finds "btime 1763712000" in /proc/stat.
func parseBootTime(b []byte) (int64, bool) {
	_, rest, ok := bytes.Cut(b, []byte("\nbtime "))
	line, _, _ := bytes.Cut(rest, []byte("\n"))
	sec, err := strconv.ParseInt(string(line), 10, 64)
	return sec, ok && err == nil
}

// CommandOf returns a process's command line, or its name; nil if it cannot be
// read.
func CommandOf(root string, pid int) []string {
	dir, err := unix.Open(root, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer unix.Close(dir)
	r := &reader{looker: &looker{dir: dir}}
	return r.command(strconv.Itoa(pid), "")
}
