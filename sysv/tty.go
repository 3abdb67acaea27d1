package sysv

import (
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// TTYState is the state of a terminal, to be restored later.
type TTYState struct{ termios unix.Termios }

// MakeRaw wraps ioctl_tty(2)'s TCSETS: every key is read at once, as the byte
// that it is, without echo and without signals. Output is still processed, so
// that "\n" begins a line. Input that waits is kept. The state that the terminal
// had is returned.
func MakeRaw(fd uintptr) (*TTYState, error) {
	t, err := unix.IoctlGetTermios(int(fd), unix.TCGETS)
	if err != nil {
		return nil, failWith("ioctl", err)
	}
	old := &TTYState{*t}
	t.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
	t.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	t.Cflag = t.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8
	t.Cc[unix.VMIN], t.Cc[unix.VTIME] = 1, 0
	return old, failWith("ioctl", setTermios(fd, t))
}

// RestoreTTY wraps ioctl_tty(2)'s TCSETS: it gives a terminal a state that it
// had. Input that waits is kept.
func RestoreTTY(fd uintptr, s *TTYState) error {
	t := s.termios
	return failWith("ioctl", setTermios(fd, &t))
}

func setTermios(fd uintptr, t *unix.Termios) error {
	for {
		if err := unix.IoctlSetTermios(int(fd), unix.TCSETS, t); err != unix.EINTR {
			return err
		}
	}
}

// WindowSize wraps ioctl_tty(2)'s TIOCGWINSZ. A terminal that nobody has given a
// size says 0 and 0.
func WindowSize(fd uintptr) (columns, rows int, err error) {
	w, err := unix.IoctlGetWinsize(int(fd), unix.TIOCGWINSZ)
	if err != nil {
		return 0, 0, failWith("ioctl", err)
	}
	return int(w.Col), int(w.Row), nil
}

// PollIn wraps poll(2): it waits until there is something to read, or the end,
// on one of the files, and says for each whether there is. A negative timeout
// means to wait for ever; one that is over is no error.
func PollIn(timeout time.Duration, fds ...uintptr) ([]bool, error) {
	list := make([]unix.PollFd, len(fds))
	for i, fd := range fds {
		list[i] = unix.PollFd{Fd: int32(fd), Events: unix.POLLIN}
	}
	ms, end := -1, time.Now().Add(timeout)
	for {
		if timeout >= 0 {
			ms = int(max(0, time.Until(end)+time.Millisecond-1) / time.Millisecond)
		}
		if _, err := unix.Poll(list, ms); err == unix.EINTR {
			continue
		} else if err != nil {
			return nil, failWith("poll", err)
		}
		break
	}
	ready := make([]bool, len(fds))
	for i := range list {
		ready[i] = list[i].Revents != 0
	}
	return ready, nil
}

// Flock wraps flock(2), how being LOCK_SH, LOCK_EX or LOCK_UN of package
// syscall. It does not wait: a lock that another holds is EWOULDBLOCK.
func Flock(fd uintptr, how int) error {
	return failWith("flock", unix.Flock(int(fd), how|syscall.LOCK_NB))
}
