package sysv

import (
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// jailMark is set in the environment of a player: limits and what else it is to
// know.
const jailMark = "IPCSH_SYSV_JAIL"

// Descriptors of a player.
const (
	resultFd = 3
	hitFd    = 4
	gateFd   = 5
	filesFd  = 6
)

// Player is this process, if it plays a hand-in in a jail.
type Player struct {
	Result *os.File   // to the grader
	Files  []*os.File // JailOptions.Files
	Folder string     // the only one it may write to, and its working directory; "": none
	Limits Limits
	Shared bool // it is in the host's IPC namespace

	inside bool // in a pid namespace, as its first process
	others int  // tasks outside of the jail that count against its processes

	mu   sync.Mutex
	hits int // the descriptor to tell the grader by; -1: closed
	told [HitDisk + 1]bool

	company  atomic.Bool   // there are, or were, processes beside this one
	programs chan struct{} // a foreign program was started
	faults   sync.Once
	spreads  sync.Once

	looking sync.Mutex
	sends   atomic.Int64 // bytes since the queues were measured last
	before  volume       // what the host's namespace held at the start
	last    map[int]bool // orphans that had ended at the last look
	seen    map[int]bool // pids of the jail, where it has no pid namespace
}

// player is this process's, if it is one.
var player *Player

// mark is what jailMark says.
func mark(o *JailOptions, flags uintptr, others int, folder string) string {
	l := o.Limits
	return fmt.Sprintf("%d %d %d %d %d %d %d %d %d %s", l.Time, l.Memory, l.Processes, l.Output, l.Messages, l.Disk, flags, len(o.Files), others, folder)
}

// EnterJail must be called by main right after Stage. In the player of a jail,
// which all limits bind already that the kernel has a word for, it takes over its
// descriptors and takes in all signals; in every other process it returns nil.
func EnterJail() (*Player, error) {
	text, ok := os.LookupEnv(jailMark)
	if !ok {
		return nil, nil
	}
	os.Unsetenv(jailMark)
	name, _, _ := strings.Cut(oneProcessor, "=")
	os.Unsetenv(name) // which is not for its processes
	words := strings.SplitN(text, " ", 10)
	var n [9]int64
	for i := range n {
		var err error
		if len(words) != 10 {
			return nil, fail("jail", syscall.EINVAL)
		}
		if n[i], err = strconv.ParseInt(words[i], 10, 64); err != nil {
			return nil, fail("jail", syscall.EINVAL)
		}
	}
	p := &Player{Folder: words[9], others: int(n[8]), hits: hitFd, seen: map[int]bool{}, programs: make(chan struct{}, 1),
		Limits: Limits{time.Duration(n[0]), n[1], int(n[2]), n[3], n[4], n[5]},
		Shared: uintptr(n[6])&unix.CLONE_NEWIPC == 0, inside: uintptr(n[6])&unix.CLONE_NEWPID != 0}
	for fd := resultFd; fd < filesFd+int(n[7]); fd++ {
		if _, err := unix.FcntlInt(uintptr(fd), unix.F_SETFD, unix.FD_CLOEXEC); err != nil {
			return nil, failWith("fcntl", err)
		}
	}
	p.Result = os.NewFile(resultFd, "result")
	for fd := filesFd; fd < filesFd+int(n[7]); fd++ {
		p.Files = append(p.Files, os.NewFile(uintptr(fd), "file"))
	}
	p.absorb()
	player = p
	return p, nil
}

// Begin waits for the player's turn, and begins to watch the limits. It is for when
// all is ready that has not to do with what was handed in.
func (p *Player) Begin() {
	for {
		var b [1]byte
		n, err := unix.Read(gateFd, b[:])
		if err == unix.EINTR {
			continue
		}
		if n != 1 { // the grader is gone
			unix.Exit(failedStart)
		}
		break
	}
	unix.Close(gateFd)
	if p.Shared {
		p.before = measureIPC()
	}
	go p.watch()
}

// spread lets the player use all processors, from when it waits for something or is
// not alone.
func (p *Player) spread() {
	p.spreads.Do(func() { runtime.GOMAXPROCS(runtime.NumCPU()) })
}

// absorb makes a signal from inside no danger to the player. To the first process of
// a pid namespace the kernel gives no signal that it has no handler for; so the
// handlers go that the runtime does not need itself. Without such a namespace all
// signals are taken in.
func (p *Player) absorb() {
	if p.inside {
		var action [8]uintptr // a struct sigaction of any architecture, all 0: SIG_DFL
		for sig := syscall.Signal(1); sig <= lastSignal; sig++ {
			switch sig {
			case syscall.SIGSEGV, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGURG, interruptSignal:
			default:
				unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(sig), uintptr(unsafe.Pointer(&action)), 0, 8, 0, 0)
			}
		}
		return
	}
	signal.Notify(make(chan os.Signal, 1)) // what does not fit is dropped
}

// absorbFaults takes in the signals of faults, whose handlers the runtime needs,
// where another process sent them. Nobody can before there is one.
func (p *Player) absorbFaults() {
	p.faults.Do(func() {
		ch := make(chan os.Signal, 1) // what does not fit is dropped
		signal.Notify(ch, syscall.SIGSEGV, syscall.SIGBUS, syscall.SIGFPE)
	})
}

// Hit notes that a limit was hit, for the grader's report.
func (p *Player) Hit(h Hit) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.told[h] {
		p.told[h] = true
		p.tell(byte(h))
	}
}

// fatal marks a hit that is to end the play although its like does not.
const fatal = 0x80

// tell tells the grader. p.mu is held.
func (p *Player) tell(b byte) { unix.Write(p.hits, []byte{b}) }

// Close looks once more at what the watcher watches, and gives the turn back. It is
// for the end of the play, whose result has been written.
func (p *Player) Close() {
	p.Look()
	if p.company.Load() { // nobody else writes files
		p.lookAtFolder()
	}
	p.Result.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	unix.Close(p.hits)
	p.hits = -1
}
