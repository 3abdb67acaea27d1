package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Several processes under one script: what a script may get wrong, how processes
// end, and what is left of them.

// stageCase is a script in a private namespace, and how it must end.
type stageCase struct {
	script string
	status int
	says   string // a part of both outputs; "" nothing in particular
}

func runStage(t *testing.T, args []string, cases []stageCase) {
	t.Helper()
	for _, c := range cases {
		o := ipcsh(t, c.script, append([]string{"--private"}, args...)...)
		if all := o.stdout + o.stderr; o.status != c.status || !strings.Contains(all, c.says) {
			t.Errorf("%s\nexit status %d, want %d and %q in\n%s", c.script, o.status, c.status, c.says, all)
		}
	}
}

func TestStageBadInput(t *testing.T) {
	runStage(t, nil, []stageCase{
		{"spawn a\n@b print hi", 2, "stdin:2:1: there is no process b"},
		{"spawn a\nspawn a", 2, "there is a process a already"},
		{"spawn msgget", 2, "msgget is a word of the language"},
		{"spawn IPC_CREAT", 2, "IPC_CREAT is a word of the language"},
		{"spawn main", 2, "main is the shell itself"},
		{"let v = 3\nspawn v", 2, "v is a variable"},
		{"spawn v\nlet v = 3", 2, "v is a process"},
		{"spawn v\nv = msgget 0 0600", 2, "v is a process"},
		{"spawn i\nrepeat 2 i { }", 2, "i is a process"},
		{"spawn a a", 2, "a is named twice"},
		{"spawn p[2] p1", 2, "p1 is named twice"},
		{"spawn p[0]", 2, "at least 1"},
		{"spawn p[-1]", 2, "at least 1"},
		{"spawn p[501]", 2, "at most 500"},
		{"spawn 10000", 2, "no name for a process"},
		{"spawn p[10000]", 2, "10000 processes: a session has at most 500"},
		{"spawn a private=maybe", 2, "private is yes or no"},
		{"spawn a uid=nosuch", 2, "nosuch"},
		{"spawn a\nkill main", 2, "main is the shell itself"},
		{"spawn a\nkill a SIGFOO", 2, "no signal SIGFOO"},
		{"spawn a\nkill a -9", 2, "no signal -9"},
		{"spawn a\nkill a 65", 2, "no signal 65"},
		{"spawn a\nwait main", 2, "main cannot wait for itself"},
		{"spawn a\nwait a", 1, "ECHILD"},
		{"spawn a\n@a { wait a }", 1, "wait belongs to main"},
		{"spawn a b\n@a { @b print hi }", 2, "this is sent to a process already"},
		{"spawn a\n@a quit", 2, "quit ends the session"},
		{"spawn a\n@a { if 1 { quit } }", 2, "stdin:2:13: quit ends the session"},
		{"spawn a\n@a { break }", 2, "break stands in a repeat or a while"},
		{"spawn a\nrepeat 2 { @a { break } }", 2, "break stands in a repeat or a while"},
		{"exit", 2, "exit ends a process"},
		{"spawn a\n@a &", 2, "a command is missing behind the process's name"},
		{"spawn a\n{ print hi }", 2, "a block stands behind repeat, if, while or @NAME"},
		{"spawn a\n@a let y = 7 & 3 & # both\nwait a\nassert a.y == 3", 0, ""},
		{"spawn a\n@a exit 3\n@a print hi", 2, "a has ended (exited with 3)"},
		{"spawn a\n@a exit 3\nkill a", 1, "ESRCH"},
		{"spawn a\n@a exit 3\nspawn a\n@a print again", 0, "a: again"},
		{"spawn a\n@a { exit 3; print never }\nexpect exit=3 signal=0 wait a\nexpect ECHILD wait a", 0, ""},
		{"spawn a\nkill a STOP\n@a print hi", 2, "a is stopped; kill a SIGCONT lets it go on"},
		{"q = msgget 0 0600\nspawn a\n@a msgrcv q\n@a print hi", 2, "wait a waits for its end"},
		{"q = msgget 0 0600\nspawn a\nif @a msgrcv q {\n}", 1, "neither true nor false"},
		{"expect blocked msgget 0 0600", 2, "only a process can be expected to be blocked"},
		{"spawn a\n@a { expect blocked print x }", 2, "only a process can be expected to be blocked"},
		{"spawn a\nexpect blocked @a print x &", 2, "not settled"},
		{"spawn a\nexpect blocked @a print x", 1, "expected to be blocked, but the call returned 0"},
		{"spawn a\nexpect deadlock @a print x", 2, "expect deadlock wait"},
		{"q = msgget 0 0600\nspawn a\nexpect ENOMSG @a msgrcv q 1 IPC_NOWAIT\nassert errno == ENOMSG && ret == -1", 0, ""},
		{"q = msgget 0 0600\nspawn a\nmsgsnd q 1 x\nwhile m = @a msgrcv q 1 IPC_NOWAIT {\nprint got $m.text\n}\nassert errno == ENOMSG", 0, "got x"},
	})
}

// TestStageSource: a file that a process sources is a process's: exit ends it.
func TestStageSource(t *testing.T) {
	name := filepath.Join(t.TempDir(), "part.ipc")
	for src, c := range map[string]stageCase{
		"exit 3": {"expect exit=3 wait a", 0, "exited with 3"},
		"quit":   {"", 2, "part.ipc:1:1: quit ends the session"},
	} {
		if err := os.WriteFile(name, []byte(src), 0o644); err != nil {
			t.Fatal(err)
		}
		runStage(t, nil, []stageCase{{"spawn a\n@a { source " + name + " }\n" + c.script, c.status, c.says}})
	}
}

// TestStageOrder: processes that were left to themselves are told of in order of
// creation, whichever is ready first.
func TestStageOrder(t *testing.T) {
	o := ipcsh(t, "spawn a b c\n@c { print c } &\n@b { print b } &\n@a { repeat 30000 { }; print a } &\nwait", "--private", "--quiet")
	if !strings.HasPrefix(o.stdout, "a\nb\nc\n") {
		t.Errorf("%+v", o)
	}
}

// TestStageUsers: as root a process can be another user's; where that cannot be,
// it is refused.
func TestStageUsers(t *testing.T) {
	if os.Geteuid() != 0 {
		if o := ipcsh(t, "spawn p uid=1", "--private"); o.status != 1 || !strings.Contains(o.stderr, "fork: E") {
			t.Errorf("%+v", o)
		}
		return
	}
	runStage(t, nil, []stageCase{
		{"q = msgget 1 IPC_CREAT|0600\nspawn p uid=nobody gid=65534\nexpect EACCES @p msgget 1 0400", 0, ""},
		{"spawn p uid=nobody\n@p msgget 1 IPC_CREAT|0600\nq = msgget 1 0\nassert uid(q) == 65534", 0, "removed what the script left: msqid 0"},
		{"q = msgget 1 IPC_CREAT|0666\nspawn p uid=nobody\nexpect blocked @p msgrcv q\nmsgsnd q 1 hi\nexpect text=hi wait p", 0, ""},
		{"spawn p uid=nobody\n@p { while 1 { } } &\nkill p\nexpect SIGKILL wait p", 0, ""},
	})
}

// TestStagePrivate: a process in a namespace of its own shares no object, and what
// it makes is not taken for the session's.
func TestStagePrivate(t *testing.T) {
	runStage(t, nil, []stageCase{
		{"q = msgget 1 IPC_CREAT|0600\nspawn p private=yes\nexpect ENOENT @p msgget 1\n@p x = msgget 1 IPC_CREAT|0600\nexpect blocked @p msgrcv x\nmsgsnd q 1 a\nassert blocked(p)", 0, "removed what the script left: msqid 0\n"},
		{"q = msgget 1 IPC_CREAT|0600\nkeep q\nspawn p private=yes\n@p msgget 1 IPC_CREAT|0600\nassert exists(q)", 0, ""},
	})
	if o := ipcsh(t, "spawn p private=yes\n@p msgget 1 IPC_CREAT|0600", "--private"); strings.Contains(o.stdout, "removed") {
		t.Errorf("%+v", o)
	}
}

// TestStageSignals: signals that mean nothing, such as the Go runtime sends itself,
// end no wait of the shell's own.
func TestStageSignals(t *testing.T) {
	cmd := program("--private", "-c", "q = msgget 0 0600; spawn p[40]; @p0 msgrcv q; @p1 msgsnd q 1 hi; wait p0; kill p2; expect SIGKILL wait p2")
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for every := time.NewTicker(50 * time.Microsecond); ; <-every.C {
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("%v\n%s", err, out.String())
			}
			return
		default:
			syscall.Kill(cmd.Process.Pid, syscall.SIGURG)
		}
	}
}

// TestStageKeep: a process keeps what it made, before it was told of and after, and
// what main made.
func TestStageKeep(t *testing.T) {
	src := `s = semget 0 1 0600
spawn p
@p q = msgget 0 0600
@p keep q s
@p { m = shmget 0 10 0600; keep m }
@p n = msgget 0 0600`
	o := ipcsh(t, src, "--private")
	if o.status != 0 || !strings.Contains(o.stdout, "kept: semid 0, msqid 0, shmid 0\n") || !strings.Contains(o.stdout, "left: msqid 1\n") {
		t.Errorf("%+v", o)
	}
}

// TestStageEscapes: what a message holds is shown escaped, whoever received it.
func TestStageEscapes(t *testing.T) {
	o := ipcsh(t, "q = msgget 0 0600\nspawn a\n@a { m = msgrcv q; print got $m.text }\nmsgsnd q 1 hex:1b5b33316d07\n@a print 한글\n@a print $m.text", "--private")
	if strings.ContainsAny(o.stdout+o.stderr, "\x1b\x07") || !strings.Contains(o.stdout, `got \x1b[31m\x07`) || !strings.Contains(o.stdout, "a: 한글") {
		t.Errorf("%+v", o)
	}
}

// TestStageUnread: from a binary that its user may execute but not read the kernel
// keeps the shell from looking at its processes, so they tell where they sleep.
func TestStageUnread(t *testing.T) {
	dir, err := os.MkdirTemp("", "ipcsh-unread")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	self, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "ipcsh")
	if err := os.WriteFile(name, self, 0o111); err != nil {
		t.Fatal(err)
	}
	key := fmt.Sprintf("%#x", int(testKey)+1<<20)
	script := "q = msgget " + key + " IPC_CREAT|0600\ns = semget " + key + " 1 IPC_CREAT|0600\nspawn a b c\nexpect blocked @a { msgrcv q; print woke; msgrcv q }\nexpect blocked @b P s\n" +
		"@c { msgsnd q 1 x; V s }\nwait b\nassert blocked(a) && !blocked(b)\nexpect ETIMEDOUT wait a timeout=10ms\nkill a USR1\nexpect EINTR wait a\n@a print on\nkill a\nexpect SIGKILL wait a"
	cmd := program("--quiet")
	cmd.Path, cmd.Args[0] = name, name
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	if o := runProgram(t, cmd, script); o.status != 0 || !strings.HasPrefix(o.stdout, "a: woke\n") && !strings.HasPrefix(o.stdout, "woke\n") {
		t.Errorf("%+v", o)
	}
}

// TestStageFork: a child has its parent's attachments at the same addresses, which
// count, and its variables, but not its semadj.
func TestStageFork(t *testing.T) {
	runStage(t, nil, []stageCase{
		{"m = shmget 0 4096 0600\nspawn p\n@p { x = shmat m; y = shmat m 0 SHM_RDONLY; let v = 7; fork c }\nassert nattch(m) == 4 && lpid(m) == pid(c)\n" +
			"assert p.x == c.x && p.y == c.y && p.x != p.y && c.v == 7\n@c { write x hello; let v = 8 }\nexpect text=hello @p read y 0 5\nexpect SIGSEGV @c write y no\n" +
			"assert p.v == 7 && c.v == 8\n@c shmdt x\nassert nattch(m) == 3\n@c exit\nassert nattch(m) == 2\nkill p\nassert nattch(m) == 0\nexpect SIGKILL wait p", 0, ""},
		{"s = semget 0 1 0600\nsemctl s 0 SETVAL 2\nspawn p\n@p { P s 0 SEM_UNDO; fork c }\n@c P s 0 SEM_UNDO\nassert semval(s,0) == 0\n@c exit\nassert semval(s,0) == 1\n" +
			"@p { fork d }\n@d exit\nassert semval(s,0) == 1\n@p exit\nassert semval(s,0) == 2", 0, ""},
		{"m = shmget 0 4096 0600\nx = shmat m\nfork c\nassert nattch(m) == 2\n@c write x int:42\nexpect value=42 read x as=int\nkill c\nassert nattch(m) == 1\nexpect SIGKILL wait c", 0, ""},
		{"spawn p private=yes\n@p fork c", 1, "could not enter"},
		{"spawn p\n@p fork p", 2, "there is a process p already"},
	})
}

// TestStageOutput: all that processes print arrives, whole and in order.
func TestStageOutput(t *testing.T) {
	const n = 100000
	o := ipcsh(t, fmt.Sprintf("spawn a\n@a { repeat %d i { print block $i } }\n@a { repeat %d i { print free $i } } &\nwait a", n, n), "--private", "--quiet")
	var want strings.Builder
	for _, kind := range []string{"block", "free"} {
		for i := range n {
			fmt.Fprintln(&want, kind, i)
		}
	}
	if o.status != 0 || !strings.HasPrefix(o.stdout, want.String()) {
		t.Errorf("status %d, %d bytes, want %d\n%s", o.status, len(o.stdout), want.Len(), o.stderr)
	}
}

var stagePids = regexp.MustCompile(`\b(p\d)=\d+`)

// TestStageSame: ten processes woken by one call, the same way every time.
func TestStageSame(t *testing.T) {
	for _, script := range []string{
		"spawn p[10]\ns = semget 0 2 0600\nrepeat 10 i { expect blocked @p$i { semop s 0:-1; print woke; V s 1 } }\nsemop s 0:10\nwait\nassert semval(s,1) == 10",
		"spawn p[10]\nq = msgget 0 0600\nrepeat 10 i { expect blocked @p$i msgrcv q 1 }\nmsgctl q IPC_RMID\nrepeat 10 i { expect EIDRM wait p$i }",
	} {
		first := ""
		for range 20 {
			o := ipcsh(t, script, "--private")
			got := stagePids.ReplaceAllString(o.stdout, "$1=N")
			if first == "" {
				first = got
			}
			if o.status != 0 || got != first {
				t.Fatalf("status %d\n%s\nthe first time:\n%s", o.status, got, first)
			}
		}
	}
}

// TestStageJSON: each line is an event with the fields of the contract, and of
// refers to the one that said that the call is blocked.
func TestStageJSON(t *testing.T) {
	for _, script := range []string{
		"spawn a b c\nq = msgget 0 0600\n@a { m = msgrcv q; print $m.text; expect EIDRM msgrcv q }\nexpect blocked @b msgrcv q 5\nmsgsnd q 1 hex:ff00\nkill b USR1\nexpect EINTR wait b\n" +
			"msgctl q IPC_RMID\nwait a\n@c { exit 4 }\nexpect exit=4 wait c\nps",
		"spawn a\ns = semget 0 1 0600\n@a semop s 0:-1 timeout=20ms\nexpect EAGAIN wait a\n@a { expect EAGAIN semop s 0:-1 timeout=20ms; print x }\nwait a",
		"spawn a\nq = msgget 0 0600\n@a msgrcv q\nkill a\nexpect SIGKILL wait a\nspawn a\n@a { print \"한글\" }",
		"spawn a\nm = shmget 0 4096 0600\n@a { x = shmat m; write x hello; fork c }\nassert nattch(m) == 2\nexpect text=hello @c read m 0 5",
	} {
		o := ipcsh(t, script, "--private", "--json")
		if o.status != 0 {
			t.Errorf("%s\n%+v", script, o)
		}
		type event struct {
			Proc, Status, Errno string
			Of                  int
		}
		told := map[int]event{}
		for _, line := range strings.Split(strings.TrimSpace(o.stdout), "\n") {
			var fields map[string]any
			var ev event
			if err := json.Unmarshal([]byte(line), &fields); err != nil {
				t.Fatalf("%v: %s", err, line)
			}
			json.Unmarshal([]byte(line), &ev)
			for _, name := range []string{"seq", "file", "line", "proc", "pid", "cmd", "status", "ret", "result", "start", "end"} {
				if _, ok := fields[name]; !ok {
					t.Errorf("no %s in %s", name, line)
				}
			}
			if fields["seq"] != float64(len(told)+1) {
				t.Errorf("event %d is %s", len(told)+1, line)
			}
			if ev.Of != 0 && (told[ev.Of].Status != "blocked" || told[ev.Of].Proc != ev.Proc) {
				t.Errorf("of %+v is %s", told[ev.Of], line)
			}
			told[len(told)+1] = ev
		}
		ends := map[int]bool{}
		for _, ev := range told {
			ends[ev.Of] = true
		}
		for seq, ev := range told {
			if ev.Status == "blocked" && !ends[seq] {
				t.Errorf("event %d has no end\n%s", seq, o.stdout)
			}
		}
	}
}
