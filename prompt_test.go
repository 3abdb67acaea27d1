package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"ipcsh/sysv"
)

// terminal is the program on a pseudo-terminal of 80 by 24, and what it wrote.
type terminal struct {
	t    *testing.T
	cmd  *exec.Cmd
	tty  *os.File
	mu   sync.Mutex
	more *sync.Cond
	seen strings.Builder
	from int // what was awaited already
	end  bool
}

// onTerminal starts the program as a person does.
func onTerminal(t *testing.T, lang string, args ...string) *terminal {
	t.Helper()
	cmd := program(args...)
	cmd.Env = append(cmd.Env, "LC_ALL="+lang, "TERM=xterm", "XDG_STATE_HOME="+t.TempDir())
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Fatal(err)
	}
	return watchTerminal(t, cmd, tty)
}

// watchTerminal keeps what a program writes to its terminal.
func watchTerminal(t *testing.T, cmd *exec.Cmd, tty *os.File) *terminal {
	p := &terminal{t: t, cmd: cmd, tty: tty}
	p.more = sync.NewCond(&p.mu)
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := tty.Read(buf)
			p.mu.Lock()
			p.seen.Write(buf[:n])
			p.end = err != nil
			p.more.Broadcast()
			p.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() { tty.Close(); cmd.Process.Kill(); cmd.Wait() })
	return p
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;?]*[A-Za-z]|\x1b_.*?\x1b\\\\")

// await reads until want has been seen behind what was awaited before. It gives
// up after a minute, which is a failure and no measurement.
func (p *terminal) await(want string) {
	p.t.Helper()
	stop := time.AfterFunc(time.Minute, func() {
		p.mu.Lock()
		p.end = true
		p.more.Broadcast()
		p.mu.Unlock()
	})
	defer stop.Stop()
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		text := escapes.ReplaceAllString(p.seen.String(), "")
		if i := strings.Index(text[min(p.from, len(text)):], want); i >= 0 {
			p.from += i + len(want)
			return
		}
		if p.end {
			p.t.Fatalf("%q was not seen:\n%s", want, text)
		}
		p.more.Wait()
	}
}

// text returns all that was seen.
func (p *terminal) text() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return escapes.ReplaceAllString(p.seen.String(), "")
}

// stat is what the kernel says of a process.
func stat(pid string) string {
	b, _ := os.ReadFile("/proc/" + pid + "/stat")
	return string(b)
}

func (p *terminal) typed(keys string) {
	p.t.Helper()
	if _, err := p.tty.WriteString(keys); err != nil {
		p.t.Fatal(err)
	}
}

// status waits for the end.
func (p *terminal) status() int {
	p.cmd.Wait()
	return p.cmd.ProcessState.ExitCode()
}

// TestPromptSession is a student's first minutes, in both languages.
func TestPromptSession(t *testing.T) {
	for lang, want := range map[string][]string{
		"C.UTF-8":     {"Begin with", "new: a message queue", "queue now 1 message", "why", "next", "this session made", "remove them?"},
		"ko_KR.UTF-8": {"시작하려면", "새로 만듦", "메시지 1개", "원인", "다음", "이 세션이 만든 객체", "제거할까요?"},
	} {
		p := onTerminal(t, lang, "--private")
		p.await(want[0])
		p.typed("q = msgget 0111 IPC_CREAT|0600\r")
		p.await(want[1])
		p.typed("msgsn\t q 1 안녕하세요\r") // completed by Tab
		p.await(want[2])
		p.typed("msgrcv q 9 IPC_NOWAIT\r")
		p.await("ENOMSG (42)")
		p.await(want[3])
		p.await(want[4])
		p.typed("repeat 2 i {\rprint round $i\r}\r")
		p.await("round 1")
		p.typed("msgrcv q 7\r") // waits: Ctrl-C ends the call, not the shell
		for !asleep(p.cmd.Process.Pid, "msgrcv") {
		}
		p.typed("\x03")
		p.await("EINTR")
		p.typed("print here\r")
		p.await("ipcsh> print here")
		p.await("ipcsh> ") // Ctrl-D means the end only to the editor
		p.typed("\x04")
		p.await(want[5])
		p.await(want[6])
		p.typed("y\r")
		if st := p.status(); st != 0 {
			t.Errorf("%s: exit status %d", lang, st)
		}
	}
}

// TestPromptStage: what processes do is told above the line being typed, which goes
// on, and no process keeps the prompt from the person, not even one that computes.
func TestPromptStage(t *testing.T) {
	p := onTerminal(t, "C.UTF-8", "--private")
	p.await("Begin with")
	p.typed("q = msgget 0 0600\r")
	p.await("new: a message queue")
	p.typed("spawn server b\r")
	p.await("server=")
	p.typed("@ser\tmsgrcv q\r") // completed by Tab
	p.await("server: blocked in msgrcv(q, type 0)")
	p.await("(1 blocked)> ")
	p.typed("@b { sleep 200ms; msgsnd q 1 late } &\rprint half")
	p.await("print half")
	p.await("text=\"late\"")
	p.await("b: the block has ended")
	p.await("> print half") // as much of the prompt as has changed
	p.typed(" whole\r")
	p.await("\nhalf whole\r\n")
	p.typed("@server { msgrcv q; while 1 { } }\r")
	p.await("blocked in msgrcv")
	p.typed("@b { sleep 1ms; msgsnd q 1 x } &\r")
	p.await("server: it runs on by itself")
	p.typed("print on\r")
	p.await("\non\r\n")
	p.typed("@b { while 1 { } }\r")
	b := regexp.MustCompile(`b=(\d+)`).FindStringSubmatch(p.text())
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(stat(b[1]), ") R "); { // it has begun
		if time.Now().After(deadline) {
			t.Fatal(stat(b[1]), p.text())
		}
	}
	p.typed("\x03")
	p.await("b: it runs on by itself")
	p.await("ipcsh> ")
	p.typed("kill server\r")
	p.await("server: ended by SIGKILL")
	p.typed("exit\r")
	p.await("remove them?")
	p.typed("y\r")
	if st := p.status(); st != 0 {
		t.Errorf("exit status %d\n%s", st, p.text())
	}
}

// TestHangup: a terminal that goes away in the middle of a blocking call leaves
// no process and no object (TestMain finds the latter).
func TestHangup(t *testing.T) {
	p := onTerminal(t, "C.UTF-8")
	p.await("Begin with")
	p.typed(fmt.Sprintf("q = msgget %s IPC_CREAT|0600\r", testKey))
	p.await("new: a message queue")
	p.typed("msgrcv q\r")
	for !asleep(p.cmd.Process.Pid, "msgrcv") {
	}
	p.tty.Close()
	if st := p.status(); st != 128+int(syscall.SIGHUP) {
		t.Errorf("exit status %d", st)
	}
	if _, err := sysv.Msgget(testKey, 0); err == nil {
		t.Error("the queue is still there")
	}
}

// TestPromptSaves: save writes the session as a script that its own results
// fulfil.
func TestPromptSaves(t *testing.T) {
	file := filepath.Join(t.TempDir(), "saved.ipc")
	p := onTerminal(t, "C.UTF-8", "--private")
	p.await("Begin with")
	for _, line := range []string{"q = msgget 0111 IPC_CREAT|0600", "msgsnd q 1 hello", "m = msgrcv q", "msgrcv q 9 IPC_NOWAIT", "mistake", "s = semget 0 1 0600", "V s", "semctl s 0 GETVAL", "msgctl q IPC_RMID", "save " + file} {
		p.typed(line + "\r")
	}
	p.await("statements saved")
	p.typed("exit\ry\r")
	p.status()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"expect type=1 size=5", "expect ENOMSG msgrcv q 9 IPC_NOWAIT", "expect value=1 semctl s 0 GETVAL"} {
		if !strings.Contains(string(src), want) {
			t.Errorf("%q is not in\n%s", want, src)
		}
	}
	if o := ipcsh(t, "", file, "--quiet"); o.status != 0 {
		t.Errorf("the saved script fails: %+v\n%s", o, src)
	}
}

// TestDumbTerminal: a terminal that knows no cursor is read plainly.
func TestDumbTerminal(t *testing.T) {
	p := onTerminal(t, "C.UTF-8", "--private")
	p.tty.Close()
	p.status()
	cmd := program("--private")
	cmd.Env = append(cmd.Env, "TERM=dumb", "XDG_STATE_HOME="+t.TempDir())
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	tty.WriteString("print plain\nexit\n")
	var out strings.Builder
	buf := make([]byte, 4096)
	for {
		n, err := tty.Read(buf)
		out.Write(buf[:n])
		if err != nil {
			break
		}
	}
	cmd.Wait()
	if strings.Contains(out.String(), "\x1b") || !strings.HasSuffix(strings.TrimSuffix(out.String(), "ipcsh> "), "plain\r\n") {
		t.Errorf("%q", out.String())
	}
}
