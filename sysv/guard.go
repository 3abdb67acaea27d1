package sysv

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Guard is a worker that outlives this process for a moment: programs die with
// this process (PR_SET_PDEATHSIG), but what they forked does not. When this
// process has died, the guard kills the sessions that it was told of.
type Guard struct{ w *Worker }

// StartGuard starts this program again as o says; it must call KeepGuard. Errors
// as StartWorker.
func StartGuard(o WorkerOptions) (*Guard, error) {
	o.survives = true
	w, err := StartWorker(o)
	if err != nil {
		return nil, err
	}
	return &Guard{w}, nil
}

// Watch tells of a program. EPIPE the guard has been killed.
func (g *Guard) Watch(p *Program) error { return g.tell("+", p) }

// Release says that nobody of the program lives any more, so that its session's
// id may become another's.
func (g *Guard) Release(p *Program) error { return g.tell("-", p) }

func (g *Guard) tell(sign string, p *Program) error {
	return g.w.Write([]byte(sign+strconv.Itoa(p.pid)+"\n"), time.Now().Add(time.Second), nil)
}

// Pid is the guard's process id.
func (g *Guard) Pid() int { return g.w.pid }

// End ends the guard, which has nothing to do any more.
func (g *Guard) End() {
	g.w.Signal(syscall.SIGKILL)
	g.w.Reap(true)
	g.w.Close()
}

// KeepGuard is the work of a guard. It returns when the process that started it
// has died, and what its programs left too.
func KeepGuard() error {
	conn, err := WorkerConn()
	if err != nil {
		return err
	}
	watched := map[int]bool{}
	var buf [4096]byte
	var line strings.Builder
	for {
		n, err := conn.Read(buf[:])
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		for _, c := range buf[:n] {
			if c != '\n' {
				line.WriteByte(c)
				continue
			}
			if sid, err := strconv.Atoi(line.String()); err == nil && sid > 0 {
				watched[sid] = true
			} else if err == nil {
				delete(watched, -sid)
			}
			line.Reset()
		}
	}
	return killSessions(watched, 5*time.Second)
}

// killSessions kills the processes of sessions until there are none.
func killSessions(sessions map[int]bool, limit time.Duration) error {
	var poller Poller
	for end := time.Now().Add(limit); len(sessions) > 0; {
		pids, err := pidsIn("/proc")
		if err != nil {
			return err
		}
		left := 0
		for _, pid := range pids {
			sid, err := unix.Getsid(pid)
			if err != nil || !sessions[sid] || !Exists(pid) {
				continue
			}
			left++
			unix.Kill(-sid, unix.SIGKILL) // its first group at once
			unix.Kill(pid, unix.SIGKILL)
		}
		if left == 0 {
			return nil
		}
		if time.Now().After(end) {
			return fail("kill", syscall.ETIMEDOUT)
		}
		if _, err := poller.Poll(nil, time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}
