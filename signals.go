package main

import (
	"os"
	"os/signal"
	"syscall"

	"ipcsh/repl"
)

// signals makes the signals that end a program end the call that waits and the
// script, so that the clean-up is done. A write to a closed pipe is an error
// like any other, not the program's death.
func signals(e *repl.Engine) (stop func()) {
	return onSignals(func(s syscall.Signal) {
		if s != syscall.SIGPIPE {
			e.Interrupt(128 + int(s))
		}
	})
}

// promptSignals makes Ctrl-C end the call that waits, never the shell, and a
// terminal that goes away end the session, objects and all.
func (sh *shell) promptSignals(e *repl.Engine, reader repl.LineReader) (stop func()) {
	return onSignals(func(s syscall.Signal) {
		switch s {
		case syscall.SIGINT:
			e.Interrupt(128 + int(s))
		case syscall.SIGTERM, syscall.SIGHUP:
			e.Hangup(128 + int(s))
			reader.Close()
		}
	})
}

// onSignals calls f for each signal that comes, until stop is called.
func onSignals(f func(syscall.Signal)) (stop func()) {
	ch := make(chan os.Signal, 4)
	signal.Notify(ch, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGPIPE)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case s := <-ch:
				f(s.(syscall.Signal))
			case <-done:
				return
			}
		}
	}()
	return func() { signal.Stop(ch); close(done) }
}
