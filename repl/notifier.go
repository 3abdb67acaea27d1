package repl

import (
	"sync"
	"time"

	"ipcsh/commands/text"
)

// notifier says, after a moment, what a call at the prompt waits for. It speaks
// from a goroutine of its own while the call sleeps.
type notifier struct {
	mu    sync.Mutex
	timer *time.Timer
	call  func() *text.Msg
}

// begin starts the clock when a call is about to sleep.
func (w *notifier) begin(e *Engine) {
	if !e.interactive {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer != nil || w.call == nil {
		return
	}
	say, lang, call := e.Say, e.Session.Lang, w.call
	w.timer = time.AfterFunc(notice, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.timer != nil && say != nil {
			say(call().In(lang))
		}
	})
}

// end stops the clock: the call has returned, and nothing is said any more.
func (w *notifier) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer != nil {
		w.timer.Stop()
		w.timer = nil
	}
}

// waits returns what says what a statement waits for: where processes play, one of
// them may end the wait.
func (e *Engine) waits(n *Node) func() *text.Msg {
	if st := e.stage; st != nil && st.canRun() {
		if z, ok := n.bind.Sleep(); ok {
			return func() *text.Msg {
				return text.F("main sleeps in %s; a process that runs may wake it. Ctrl-C ends the wait", "main: %s에서 잠듦. 실행 중인 프로세스가 깨울 수 있습니다. Ctrl-C로 대기를 끝낼 수 있습니다", z.Call)
			}
		}
	}
	return n.bind.Waits
}
