package repl

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"ipcsh/commands"
)

// waiting is the context of a statement's call. Its deadline begins when the
// call has to wait, so that a call that need not costs nothing.
type waiting struct {
	context.Context
	session *commands.Session
	started atomic.Bool // a call waits, or has
	mu      sync.Mutex
	timed   context.Context
	cancel  context.CancelFunc
}

// Done implements context.Context. The first call starts the clock.
func (w *waiting) Done() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timed == nil {
		w.started.Store(true)
		if d := w.session.Timeout; d > 0 {
			w.timed, w.cancel = context.WithTimeout(w.Context, d)
		} else {
			w.timed, w.cancel = context.WithCancel(w.Context)
		}
	}
	return w.timed.Done()
}

// Err implements context.Context.
func (w *waiting) Err() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timed != nil {
		return w.timed.Err()
	}
	return w.Context.Err()
}

// end forgets the clock of a statement that is over, and reports whether it ran out.
func (w *waiting) end() (expired bool) {
	if !w.started.Load() {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.started.Store(false)
	expired = errors.Is(w.timed.Err(), context.DeadlineExceeded)
	w.cancel()
	w.timed = nil
	return expired
}

// stop ends the call that waits.
func (w *waiting) stop() {
	w.Done() // which makes what there is to cancel
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timed != nil {
		w.cancel()
	}
}
