package lineedit

import (
	"errors"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"ipcsh/sysv"
)

// escapeTime is how long an Escape waits for the rest of a sequence before it is
// a key of its own.
const escapeTime = 300 * time.Millisecond

// input reads keys from a terminal. Nothing is read ahead of need, and a wait
// can be ended from outside: what is typed after that is left for whoever reads
// next.
type input struct {
	tty      *os.File
	fd       uintptr
	stop     *os.File // readable when the waiting is to end
	stopping *os.File
	end      sync.Once
	decoder  decoder
	buf      [4096]byte
}

func newInput(tty *os.File) (*input, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	return &input{tty: tty, fd: tty.Fd(), stop: r, stopping: w}, nil
}

// next waits for keys. The end of the terminal, or of the waiting, is io.EOF.
func (in *input) next() ([]key, error) {
	for {
		timeout := time.Duration(-1)
		if in.decoder.pending() {
			timeout = escapeTime
		}
		ready, err := sysv.PollIn(timeout, in.fd, in.stop.Fd())
		switch {
		case err != nil || ready[1]:
			return nil, io.EOF
		case !ready[0]:
			return in.decoder.timeout(), nil
		}
		n, err := in.tty.Read(in.buf[:])
		if errors.Is(err, syscall.EAGAIN) {
			continue // someone else made the terminal non-blocking
		}
		if n <= 0 || err != nil {
			return nil, io.EOF
		}
		if keys := in.decoder.feed(in.buf[:n]); len(keys) > 0 {
			return keys, nil
		}
	}
}

// close ends a next that waits, and all later ones.
func (in *input) close() {
	in.end.Do(func() { in.stopping.Close() })
}
