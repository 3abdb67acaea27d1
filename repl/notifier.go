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
