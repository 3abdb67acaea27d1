package sysv

import (
	"os"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// kin is the programs that were started, for what they leave behind: a child
// whose parent has ended is this process's own, and belongs to the program whose
// session it is in, or in whose tree it was seen.
type kin struct {
	mu   sync.Mutex
	list []*Program
	seen map[int]*Program // by pid, of orphans that left their session
}

var programs kin

// adopt makes this process the parent of what its descendants leave behind, so
// that a program's tree can be told as long as it lives.
func (k *kin) adopt() {
	k.mu.Lock()
	defer k.mu.Unlock()
	unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
}

func (k *kin) add(p *Program) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.list = append(k.list, p)
}

func (k *kin) remove(p *Program) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.list = slices.DeleteFunc(k.list, func(q *Program) bool { return q == p })
	for pid, q := range k.seen {
		if q == p {
			delete(k.seen, pid)
		}
	}
	if len(k.list) == 0 {
		unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
	}
}

// owner tells whose an orphan is. One of an unknown session is the last
// program's.
func (k *kin) owner(pid, session int) *Program {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, p := range k.list {
		if p.pid == session {
			return p
		}
	}
	if p := k.seen[pid]; p != nil {
		return p
	}
	if n := len(k.list); n > 0 {
		if k.seen == nil {
			k.seen = map[int]*Program{}
		}
		k.seen[pid] = k.list[n-1]
		return k.list[n-1]
	}
	return nil
}

// noted remembers a process that has left the session of its program.
func (k *kin) noted(pid int, p *Program) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.seen == nil {
		k.seen = map[int]*Program{}
	}
	k.seen[pid] = p
}

// pids lists the program, unless it has been reaped, and all that it forked, as
// far as they live: parents before their children.
func (t *treeReader) pids(p *Program) []int {
	t.list = t.list[:0]
	if !p.isReaped() {
		t.list = append(t.list, p.pid)
	}
	self := os.Getpid()
	mine, _ := unix.Getsid(0)
	t.others = 0
	for _, pid := range t.children(self, self) {
		// Processes of another kind that we started are in our session, and workers
		// are the children of another thread.
		sid, err := unix.Getsid(pid)
		if err == nil && sid == mine {
			t.others++
		}
		if err != nil || sid == mine || pid == p.pid || t.isProgram(pid) {
			continue
		}
		if programs.owner(pid, sid) != p {
			t.others++
			continue
		}
		var ws syscall.WaitStatus
		if got, _ := syscall.Wait4(pid, &ws, syscall.WNOHANG, nil); got == pid {
			continue
		}
		t.list = append(t.list, pid)
	}
	for i := 0; i < len(t.list); i++ {
		for _, tid := range t.threads(t.list[i]) {
			for _, child := range t.children(t.list[i], tid) {
				if !slices.Contains(t.list, child) {
					if sid, err := unix.Getsid(child); err == nil && sid != p.pid {
						programs.noted(child, p)
					}
					t.list = append(t.list, child)
				}
			}
		}
	}
	return t.list
}

func (t *treeReader) isProgram(pid int) bool {
	programs.mu.Lock()
	defer programs.mu.Unlock()
	return slices.ContainsFunc(programs.list, func(p *Program) bool { return p.pid == pid })
}

// children lists the children of a thread; one that has ended and was not waited
// for is among them.
func (t *treeReader) children(pid, tid int) []int {
	if t.noChildren { // CONFIG_PROC_CHILDREN is not set
		if pid != tid {
			return nil
		}
		return children("/proc", pid)
	}
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/task/" + strconv.Itoa(tid) + "/children")
	if err != nil {
		if pid == os.Getpid() {
			t.noChildren = true
			return t.children(pid, tid)
		}
		return nil
	}
	return parsePids(b)
}

// parsePids reads numbers with blanks between.
func parsePids(b []byte) []int {
	var out []int
	for n, in, i := 0, false, 0; i <= len(b); i++ {
		if i < len(b) && b[i] >= '0' && b[i] <= '9' && n < 1<<30 {
			n, in = n*10+int(b[i]-'0'), true
			continue
		}
		if in {
			out = append(out, n)
		}
		n, in = 0, false
	}
	return out
}

func (w *Worker) isReaped() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.reaped
}

// Over reports whether the program and all that it forked have ended. Then what
// was open for it is closed, but for its output, which ReadOutput reads to its end.
func (p *Program) Over() bool {
	if len(p.tree.pids(p)) > 0 || unix.Kill(-p.pid, 0) != unix.ESRCH || p.tree.others == 0 && haveOrphans() {
		return false // the list was read while it changed
	}
	programs.remove(p)
	p.CloseStdin()
	p.Close()
	p.tree.close()
	return true
}

// haveOrphans reports whether this process has become the parent of what others
// left behind. The kernel gives them to the main thread, which alone can ask for
// its own children; elsewhere the answer is no.
func haveOrphans() bool {
	if unix.Gettid() != os.Getpid() {
		return false
	}
	const ownThread = 0x20000000 // __WNOTHREAD
	err := unix.Waitid(unix.P_ALL, 0, nil, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT|ownThread, nil)
	return err != unix.ECHILD
}

// Kin lists the living processes of the program and of what it forked.
func (p *Program) Kin() []int { return slices.Clone(p.tree.pids(p)) }

// KillPrograms kills programs and all that they forked, and returns when they are
// gone, or false if they are not within limit: a process in an uninterruptible
// sleep. What was open for them is closed.
func KillPrograms(list []*Program, limit time.Duration) bool {
	var poller Poller
	for end := time.Now().Add(limit); ; poller.Poll(nil, 50*time.Microsecond) {
		left := false
		for _, p := range list {
			left = p.kill() || left
		}
		left = left || haveOrphans() && strays() > 0
		if !left || time.Now().After(end) {
			for _, p := range list {
				programs.remove(p)
				p.Discard()
			}
			return !left
		}
	}
}

// kill kills what lives of a program, and reports whether there was any.
func (p *Program) kill() (any bool) {
	p.Reap(false)
	pids := p.tree.pids(p)
	for _, pid := range pids {
		if sid, err := unix.Getsid(pid); err == nil && sid == p.pid {
			unix.Kill(-p.pid, unix.SIGKILL) // the whole group at once: what forks in it has no time to
			break
		}
	}
	for _, pid := range pids {
		unix.Kill(pid, unix.SIGKILL)
	}
	p.Reap(false)
	return len(pids) > 0
}

// strays counts the orphans that are in no session of ours, by the kernel's own
// count where the list of them cannot be trusted.
func strays() int {
	mine, _ := unix.Getsid(0)
	b, err := os.ReadFile("/proc/self/task/" + strconv.Itoa(os.Getpid()) + "/children")
	if err != nil {
		return 0
	}
	n := 0
	children := parsePids(b)
	for _, pid := range children {
		if sid, err := unix.Getsid(pid); err != nil || sid != mine {
			n++
		}
	}
	if len(children) == 0 {
		n = 1 // it was read while it changed
	}
	return n
}
