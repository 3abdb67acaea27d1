package lineedit

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// tmux is a real terminal with widths, wrapping and reflow of its own.
type tmux struct {
	t      *testing.T
	socket string
}

// newTmux starts the test shell in a terminal of this size, as the leader of its
// session, and cat after it.
func newTmux(t *testing.T, w, h int, env ...string) *tmux {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("tmux is not installed")
	}
	x := &tmux{t, filepath.Join(t.TempDir(), "tmux")}
	t.Setenv("TMUX", "")
	t.Setenv("SHELL", "/bin/sh") // else the account's, which for nobody is nologin
	t.Cleanup(func() {
		_, _ = x.try("kill-server")
		if _, ok := eventually("gone", func() string {
			if _, err := x.try("list-sessions"); err != nil {
				return "gone"
			}
			return "alive"
		}); !ok {
			t.Error("the tmux server is still there")
		}
	})
	shell := strings.Join(append([]string{"env", "-u", "XTERM_VERSION", shellEnv + "=1"}, env...), " ")
	x.run("new-session", "-d", "-x", fmt.Sprint(w), "-y", fmt.Sprint(h), shell+" '"+os.Args[0]+"'; stty -a | grep -o '.icanon'; exec cat")
	x.run("set-option", "-g", "status", "off")
	return x
}

func (x *tmux) try(args ...string) (string, error) {
	cmd := exec.Command("tmux", append([]string{"-S", x.socket, "-f", "/dev/null", "-u"}, args...)...)
	b, err := cmd.CombinedOutput()
	return string(b), err
}

func (x *tmux) run(args ...string) string {
	x.t.Helper()
	s, err := x.try(args...)
	if err != nil {
		x.t.Fatalf("tmux %v: %v\n%s", args, err, s)
	}
	return s
}

func (x *tmux) keys(keys ...string) {
	x.t.Helper()
	x.run(append([]string{"send-keys", "-t", ":"}, keys...)...)
}

func (x *tmux) text(s string) { x.t.Helper(); x.keys("-l", s) }

// see waits for a screen, cursor and all.
func (x *tmux) see(want string) {
	x.t.Helper()
	if got, ok := eventually(want, x.screen); !ok {
		x.t.Fatalf("screen:\n%s\nwant:\n%s", got, want)
	}
}

// end is see for the last rows, before which comes what was above. When it wraps
// rows anew tmux may move the screen up, rows of ours with it: that must then be
// among what was scrolled.
func (x *tmux) end(above, want string) {
	x.t.Helper()
	got, ok := eventually(want, func() string {
		s := x.screen()
		before, found := strings.CutSuffix("\n"+s, "\n"+want)
		if found && (before == "" || strings.HasSuffix(before, above)) {
			return want
		}
		return s
	})
	if !ok {
		x.t.Fatalf("screen:\n%s\nwant at the end:\n%s", got, want)
	}
	if all := x.run("capture-pane", "-p", "-J", "-S", "-"); strings.Count(all, above) != 1 {
		x.t.Fatalf("%q is not there once:\n%s", above, all)
	}
}

func (x *tmux) screen() string {
	time.Sleep(10 * time.Millisecond)
	rows := strings.Split(x.run("capture-pane", "-p", "-N"), "\n")
	var row, col int
	if _, err := fmt.Sscan(x.run("display-message", "-p", "#{cursor_y} #{cursor_x}"), &row, &col); err != nil {
		return err.Error()
	}
	for i, s := range rows {
		if i == row {
			s += strings.Repeat(" ", 200)
			at, n := 0, 0
			for j, r := range s {
				if n >= col && !combines(r) {
					at = j
					break
				}
				n += runeCells(r)
			}
			s = s[:at] + "|" + s[at:]
		}
		rows[i] = strings.TrimRight(s, " ")
	}
	return strings.TrimRight(strings.Join(rows, "\n"), "\n")
}

func TestTmuxR9Wrapped(t *testing.T) {
	x := newTmux(t, 20, 6)
	x.see("ipcsh> |")
	x.text("line one")
	x.keys("Enter")
	x.text("abcdefghijklmnop")
	x.keys("Left", "Left", "Left")
	x.see("ipcsh> line one\n=\"line one\"\nipcsh> abcdefghijklm\n|nop")
	x.keys("Left", "BSpace")
	x.see("ipcsh> line one\n=\"line one\"\nipcsh> abcdefghijk|mn\nop")
}

func TestTmuxR10Wide(t *testing.T) {
	x := newTmux(t, 20, 8)
	x.see("ipcsh> |")
	x.text("😀😀，。「」😀😀abc…·ｱ￦")
	x.see("ipcsh> 😀😀，。「」\n😀😀abc…·ｱ￦|")
	x.keys("Left", "Left", "Left", "BSpace", "Home", "DC")
	x.see("ipcsh> |😀，。「」😀\n😀abc·ｱ￦")
	x.keys("C-c")
	x.see("ipcsh> 😀，。「」😀\n😀abc·ｱ￦^C\nINT \"😀，。「」😀😀a\nbc·ｱ￦\"\nipcsh> |")
	x.keys("C-l")
	x.text("\u1112\u1161\u11ab\u1100\u1173\u11afe\u0301x")
	x.keys("Left", "Left", "Left")
	x.see("ipcsh> \u1112\u1161\u11ab|\u1100\u1173\u11afe\u0301x")
}

func TestTmuxKoreanResize(t *testing.T) {
	x := newTmux(t, 20, 9, "LINEEDIT_TEST_PROMPT='큐> '")
	x.see("큐> |")
	x.text("first")
	x.keys("Enter")
	x.text("가나다라마바사아자차카타파하")
	x.see("큐> first\n=\"first\"\n큐> 가나다라마바사아\n자차카타파하|")
	x.keys("Left", "Left")
	x.see("큐> first\n=\"first\"\n큐> 가나다라마바사아\n자차카타|파하")
	for _, w := range []int{13, 9, 17, 40, 12, 11, 33} {
		x.run("resize-window", "-x", fmt.Sprint(w))
		view := view{prompt: promptCells("큐> ", false), text: []rune("가나다라마바사아자차카타파하"), pos: 12}
		x.end("=\"first\"", drawn(&view, w))
	}
	x.run("resize-window", "-x", "9", "-y", "3")
	x.see("다라마바\n사아자차\n카타|파하")
	x.keys("Home", "Right")
	x.see("큐> 가|나\n다라마바\n사아자차")
	x.run("resize-window", "-x", "33", "-y", "9")
	x.end("=\"first\"", "큐> 가|나다라마바사아자차카타파하")
	x.keys("Enter")
	x.end("=\"first\"", "큐> 가나다라마바사아자차카타파하\n=\"가나다라마바사아자차카타파하\"\n큐> |")
}

// Full rows and a cursor at a row's start while the terminal gets narrower.
func TestTmuxResizeEdges(t *testing.T) {
	for _, n := range []int{6, 13, 14, 26} {
		text := strings.Repeat("0123456789", 3)[:n]
		x := newTmux(t, 20, 9)
		x.see("ipcsh> |")
		x.text("x")
		x.keys("Enter")
		x.text(text)
		for _, w := range []int{19, 13, 10, 7, 20} {
			x.run("resize-window", "-x", fmt.Sprint(w))
			v := view{prompt: promptCells("ipcsh> ", false), text: []rune(text), pos: n}
			x.end("=\"x\"", drawn(&v, w))
		}
		x.run("kill-server")
	}
}

// drawn is a view as a terminal of w columns shows it.
func drawn(v *view, w int) string {
	term := newVT(w, 20)
	s := screen{out: term}
	s.begin(w, 20)
	s.draw(v, w, 20)
	return term.String()
}

// Ctrl-Z in a shell that leads its session and has nobody to wake it.
func TestTmuxR14SessionLeader(t *testing.T) {
	x := newTmux(t, 20, 6)
	x.see("ipcsh> |")
	x.text("a")
	x.keys("C-z")
	x.text("b")
	x.see("ipcsh> ab|")
}

// After any end that a program can see the terminal is as it was.
func TestTmuxSaneAfterwards(t *testing.T) {
	for _, end := range []string{"eof", "panic", "term", "hup"} {
		x := newTmux(t, 60, 40)
		x.see("ipcsh> |")
		switch end {
		case "eof":
			x.keys("C-d")
		case "panic":
			x.text("panic")
			x.keys("Enter")
		default:
			x.text("half")
			x.see("ipcsh> half|")
			pid := strings.TrimSpace(x.run("list-panes", "-F", "#{pane_pid}"))
			b, err := os.ReadFile("/proc/" + pid + "/task/" + pid + "/children")
			child, err2 := strconv.Atoi(strings.TrimSpace(string(b)))
			if err := errors.Join(err, err2); err != nil {
				t.Fatal(err)
			}
			if err := syscall.Kill(child, map[string]syscall.Signal{"term": syscall.SIGTERM, "hup": syscall.SIGHUP}[end]); err != nil {
				t.Fatal(err)
			}
		}
		if got, ok := eventually("true", func() string {
			time.Sleep(10 * time.Millisecond)
			return fmt.Sprint(strings.Contains(x.run("capture-pane", "-p"), "\n icanon"))
		}); !ok {
			t.Errorf("%s: %s\n%s", end, got, x.run("capture-pane", "-p"))
		}
		x.run("kill-server")
	}
}

func TestTmuxHistoryBetweenShells(t *testing.T) {
	history := "LINEEDIT_TEST_HISTORY=" + filepath.Join(t.TempDir(), "history")
	x := newTmux(t, 30, 10, history)
	x.see("ipcsh> |")
	x.text("\x1b[200~하나\r둘\x1b[201~")
	x.keys("Enter")
	x.see("ipcsh> 하나\n둘\n=\"하나\\n둘\"\nipcsh> |")
	x.keys("C-d")
	y := newTmux(t, 30, 10, history)
	y.see("ipcsh> |")
	y.keys("Up")
	y.see("ipcsh> 하나\n둘|")
	y.keys("C-c", "C-l", "C-r")
	y.text("나")
	y.see("search `나': 하|나\n둘")
}
