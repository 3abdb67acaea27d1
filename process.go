package main

import (
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"ipcsh/commands"
	"ipcsh/commands/explain"
	"ipcsh/repl"
	"ipcsh/sysv"
)

// processName is set in the environment of a process of the stage: its name.
const processName = "IPCSH_PROCESS"

// startProcess starts this program again, as a process of the stage.
func startProcess(name string, o commands.SpawnOptions) (*sysv.Worker, error) {
	env := append(os.Environ(), processName+"="+name)
	return sysv.StartWorker(sysv.WorkerOptions{Args: []string{"ipcsh: " + name}, Env: env, Uid: o.Uid, Gid: o.Gid, Private: o.Private})
}

// guardMark is set in the environment of the process that ends, after the shell's
// death, what foreign programs have forked.
const guardMark = "IPCSH_GUARD"

// startGuard starts this program again, as that.
func startGuard() (*sysv.Guard, error) {
	return sysv.StartGuard(sysv.WorkerOptions{Args: []string{"ipcsh: guard"}, Env: append(os.Environ(), guardMark+"=1"), Uid: -1, Gid: -1})
}

// guard is that process.
func guard() int {
	if err := sysv.KeepGuard(); err != nil {
		return 1
	}
	return 0
}

// serve is a process of the stage: it runs what the shell sends, and ends with
// the shell.
func serve() int {
	os.Unsetenv(processName)
	handleSignals()
	conn, err := sysv.WorkerConn()
	if err != nil {
		return 2 // nobody started it as what it says it is
	}
	own := sysv.NewOwnThread()
	sysv.WatchShell(func() { os.Exit(1) }, ownSleep(own.Tid()))
	s := commands.NewSession(commands.NewTable())
	s.Explainer = explain.New(s)
	s.Delegate = true
	s.Ledger = (&shell{entered: true}).ledger(false)
	e := repl.NewEngine(s, nil, nil)
	e.Library, e.Carried = carried, scriptNames
	return e.Serve(conn, own)
}

// init keeps main on the main thread, where calls sleep (see sysv.MainThread).
func init() { runtime.LockOSThread() }

// handleSignals gives a process handlers, so that these signals end a call that
// sleeps with EINTR and not the process; and makes those that the runtime takes
// for a crash of its own what they are to any program.
func handleSignals() {
	handled, fatal := make(chan os.Signal, 16), make(chan os.Signal, 1)
	signal.Notify(handled, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGALRM, syscall.SIGINT)
	signal.Notify(fatal, syscall.SIGQUIT, syscall.SIGABRT, syscall.SIGSEGV, syscall.SIGBUS, syscall.SIGFPE, syscall.SIGILL, syscall.SIGTRAP, syscall.SIGSYS, syscall.SIGXCPU, syscall.SIGXFSZ)
	sysv.DefaultSignals()
	go func() {
		for {
			select {
			case <-handled: // the kernel has given it to the main thread
			case s := <-fatal:
				sysv.DieOf(s.(syscall.Signal))
			}
		}
	}()
}

// ownSleep returns what tells the shell in which call a thread of ours sleeps, where
// the shell may not look itself.
func ownSleep(tid int) func() string {
	var self *sysv.Sleeper
	return func() string {
		if self == nil {
			var err error
			if self, err = sysv.OpenSleeper(0, tid); err != nil {
				return "-"
			}
		}
		if call, ok := self.Asleep(); ok {
			return call
		}
		return "-"
	}
}
