package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/creack/pty"
)

// TestWatch: watch draws anew when something has changed, keeps the begin in sight
// where the terminal is too small, and is ended by Ctrl-C.
func TestWatch(t *testing.T) {
	for lang, more := range map[string]string{"C.UTF-8": "\n... and 2", "ko_KR.UTF-8": "\n... 2"} {
		p := onTerminal(t, lang, "--private")
		p.await("help")
		p.typed("s = semget 0 40 0600\r")
		p.await("= 0")
		p.typed("watch show s\r")
		p.await("s=0: key")
		p.await(more)
		if o := ipcsh(t, "", "--join", fmt.Sprint(p.cmd.Process.Pid), "-c", "semctl 0 3 SETVAL 4711"); o.status != 0 {
			t.Fatal(o.stderr)
		}
		p.await("s=0: key")
		p.await("4711")
		if err := pty.Setsize(p.tty, &pty.Winsize{Rows: 60, Cols: 80}); err != nil {
			t.Fatal(err)
		}
		p.await("\n   39 ")
		p.typed("\x03")
		p.await("ipcsh> ")
		p.typed("watch show msqid=7\r") // ends with the failure
		p.await("msgctl: EINVAL (22): Invalid argument: ")
		p.typed("reset\rquit\r")
		if st := p.status(); st != 0 {
			t.Errorf("exit status %d", st)
		}
	}
}

// TestWatchOnce: where nobody looks on, a statement is run once.
func TestWatchOnce(t *testing.T) {
	o := ipcsh(t, "q = msgget 0 0600\nwatch show q\n", "--private")
	if o.status != 0 || strings.Count(o.stdout, "q=0: key") != 1 || strings.Contains(o.stdout, "\x1b") {
		t.Errorf("%+v", o)
	}
}
