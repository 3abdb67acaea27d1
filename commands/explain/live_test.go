package explain_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"ipcsh/commands"
	"ipcsh/commands/explain"
	"ipcsh/commands/text"
	"ipcsh/commands/words"
	"ipcsh/sysv"
)

// The tests in this file run in TestMain's process, so they make private objects
// only, and remove them.

type shell struct {
	t *testing.T
	s *commands.Session
}

func newShell(t *testing.T) *shell {
	s := commands.NewSession(commands.NewTable())
	s.Explainer = explain.New(s)
	t.Cleanup(func() {
		if _, err := s.RemoveMade(); err != nil {
			t.Error(err)
		}
	})
	return &shell{t, s}
}

// run runs a statement, "name = command ..." or "command ...".
func (sh *shell) run(ctx context.Context, line string) (*commands.Binding, *commands.Result, error) {
	sh.t.Helper()
	name, rest, ok := strings.Cut(line, " = ")
	if !ok {
		rest = line
	}
	ws, err := words.Split(rest)
	if err != nil || len(ws) == 0 {
		sh.t.Fatal(line, err)
	}
	cmd := sh.s.Table.Lookup(ws[0].Raw)
	if cmd == nil {
		sh.t.Fatal("no command ", ws[0].Raw)
	}
	b, err := sh.s.Bind(cmd, rest, ws[1:])
	if err != nil {
		return nil, nil, err
	}
	res, err := b.Run(ctx, true)
	if err == nil && ok {
		v := sh.s.Place(name)
		v.Val, v.Set = res.Value(), true
	}
	return b, res, err
}

func (sh *shell) do(line string) {
	sh.t.Helper()
	if _, _, err := sh.run(context.Background(), line); err != nil {
		sh.t.Fatal(line, ": ", err)
	}
}

// why runs a statement that fails and returns the reasons.
func (sh *shell) why(ctx context.Context, line, errno string) string {
	sh.t.Helper()
	b, _, err := sh.run(ctx, line)
	if commands.ErrnoOf(err) != errno {
		sh.t.Fatalf("%s: %v, want %s", line, err, errno)
	}
	ex := b.Explain(err)
	if ex == nil {
		sh.t.Fatalf("%s: %s is not explained", line, errno)
	}
	var all []string
	for _, m := range append(spell(ex.Why), spell(ex.Next)...) {
		check(sh.t, m)
		sh.t.Log(m.En, "\n    ", m.Ko)
		all = append(all, m.En)
	}
	return strings.Join(all, " | ")
}

// TestInterrupted is Ctrl-C in each call that waits.
func TestInterrupted(t *testing.T) {
	sh := newShell(t)
	sh.do("q = msgget 0 0600")
	sh.do("msgsnd q 5 b")
	sh.do("s = semget 0 2 0600")
	sh.do("msgctl q IPC_SET qbytes=2")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for line, want := range map[string]string{
		"msgrcv q 1":              "holds 1 message, of type 5",
		"msgsnd q 1 ab":           "holds 1 of 2 bytes",
		"P s 1":                   "semaphore 1 of s (semid",
		"semop s 0:-1":            "semaphore 0 of s (semid",
		"semop s 0:0 1:-2":        "operation 2 of 2",
		"semop s 1:-1 timeout=9s": "semaphore 1 of s",
	} {
		if got := sh.why(ctx, line, "EINTR"); !strings.Contains(got, "Ctrl-C") || !strings.Contains(got, want) {
			t.Errorf("%s: %s", line, got)
		}
	}
}

// TestPayloadFile is a file that is refused, which says nothing about the queue.
func TestPayloadFile(t *testing.T) {
	sh := newShell(t)
	sh.do("q = msgget 0 0600")
	const refused = "/proc/sys/vm/compact_memory" // to be written only, root or not
	b, _, err := sh.run(context.Background(), "msgsnd q 1 file:"+refused)
	if commands.ErrnoOf(err) != "EACCES" {
		t.Fatal(err)
	}
	if ex := b.Explain(err); ex != nil {
		t.Errorf("explained as %v", spell(ex.Why))
	}
}

// TestRemoved removes the object of a call that is asleep.
func TestRemoved(t *testing.T) {
	for _, c := range []struct {
		make, call, wchan string
		remove            func(id int64) error
	}{
		{"x = msgget 0 0600", "msgrcv x 1", "msgrcv", func(id int64) error {
			_, err := sysv.Msgctl(sysv.Msqid(id), sysv.IPC_RMID, nil)
			return err
		}},
		{"x = semget 0 1 0600", "P x", "semtimedop", func(id int64) error {
			_, err := sysv.Semctl(sysv.Semid(id), 0, sysv.IPC_RMID, nil)
			return err
		}},
	} {
		sh := newShell(t)
		sh.do(c.make)
		id := sh.s.Made()[0].ID
		done := make(chan error, 1)
		ctx, cancel := context.WithCancel(context.Background())
		ctx = sysv.OnBlock(ctx, func(tid int) {
			go func() {
				file := fmt.Sprintf("/proc/self/task/%d/wchan", tid)
				for {
					b, err := os.ReadFile(file)
					if err != nil || strings.Contains(string(b), c.wchan) {
						break
					}
				}
				err := c.remove(id) // not by the session, which is for one goroutine
				if err != nil {
					cancel()
				}
				done <- err
			}()
		})
		got := sh.why(ctx, c.call, "EIDRM")
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		cancel()
		if !strings.Contains(got, ") was removed while ") || !strings.Contains(got, "IPC_PRIVATE") {
			t.Error(got)
		}
	}
}

// TestCollision makes two files with one key: inodes that differ by 65536.
func TestCollision(t *testing.T) {
	dir, err := os.MkdirTemp("/dev/shm", "ipcsh-explain")
	if err != nil {
		t.Skip("no /dev/shm: ", err)
	}
	defer os.RemoveAll(dir)
	inode := func(name string) uint64 {
		f, err := os.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		st, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		return st.Sys().(*syscall.Stat_t).Ino
	}
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	first := inode(a)
	found := false
	for i := 0; i < 1<<18 && !found; i++ {
		found = inode(b)&0xffff == first&0xffff
		if !found {
			os.Remove(b)
		}
	}
	if !found {
		t.Skip("this file system does not count its inodes up")
	}
	sh := newShell(t)
	sh.do("ftok " + a + " 7")
	bind, res, err := sh.run(context.Background(), "ftok "+b+" 7")
	if err != nil {
		t.Fatal(err)
	}
	notes := spell(bind.Notes(res))
	if len(notes) != 0 { // the first call's notes were not asked for, so its file is not known
		t.Error(notes)
	}
	bind, res, _ = sh.run(context.Background(), "ftok "+a+" 7")
	notes = spell(bind.Notes(res))
	if len(notes) != 1 || !strings.Contains(notes[0].En, "two files with the same key") {
		t.Fatal(notes)
	}
	check(t, notes[0])
	t.Log(notes[0])
}

// TestSpecialKeys shows the notes of keys that only unusual file systems give.
func TestSpecialKeys(t *testing.T) {
	for ret, want := range map[int64]string{-1: "key is -1", 0: "which is IPC_PRIVATE"} {
		sh := newShell(t)
		b, res, err := sh.run(context.Background(), "ftok / 65")
		if err != nil {
			t.Fatal(err)
		}
		res.Ret = ret
		notes := spell(b.Notes(res))
		if len(notes) != 1 || !strings.Contains(notes[0].En, want) {
			t.Fatal(notes)
		}
		check(t, notes[0])
		if again := b.Notes(res); len(again) != 0 {
			t.Error("a note came twice")
		}
	}
}

const everyFailure = "IPCSH_TEST_EXPLAIN_EVERY"

// inNamespace runs one test of this binary in a new IPC namespace.
func inNamespace(t *testing.T, test, mark string) (string, error) {
	cmd := exec.Command("/proc/self/exe", "-test.run=^"+test+"$", "-test.v")
	cmd.Env = append(os.Environ(), mark+"=1")
	isolate(cmd)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// state is all that the kernel shows of the objects.
func state(t *testing.T) string {
	var all string
	for _, f := range []string{"msg", "sem", "shm"} {
		b, err := os.ReadFile("/proc/sysvipc/" + f)
		if err != nil {
			t.Skip(err)
		}
		all += string(b)
	}
	return all
}

// TestEveryFailure makes every call that does not wait with all sorts of
// arguments. Each failure must be explained, in both languages, by reading alone.
func TestEveryFailure(t *testing.T) {
	if os.Getenv(everyFailure) == "" {
		out, err := inNamespace(t, "TestEveryFailure", everyFailure)
		t.Log(out)
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	sh := newShell(t)
	for _, line := range []string{
		"q = msgget 0x71 IPC_CREAT|0600", "msgsnd q 3 hello", "msgsnd q 5 안녕하세요",
		"m = shmget 0x72 100 IPC_CREAT|0600", "a = shmat m", "r = shmat m 0 SHM_RDONLY",
		"s = semget 0x73 2 IPC_CREAT|0600", "semctl s 0 SETALL 1,32767",
		"dead = msgget 0 0600", "msgctl dead IPC_RMID",
		"deadm = shmget 0 1 0600", "d = shmat deadm", "shmdt d", "shmctl deadm IPC_RMID",
		"deads = semget 0 1 0600", "semctl deads 0 IPC_RMID",
	} {
		sh.do(line)
	}
	ids := func(good, dead string) []string {
		return []string{good, dead, "-1", "-2147483648", "2147483647", "7", "32768", "113", "114", "115", "0"}
	}
	numbers := []string{"0", "1", "-1", "2", "3", "99", "65535", "-9223372036854775807-1", "9223372036854775807"}
	var lines []string
	each := func(format string, lists ...[]string) {
		var rec func(args []any, rest [][]string)
		rec = func(args []any, rest [][]string) {
			if len(rest) == 0 {
				lines = append(lines, fmt.Sprintf(format, args...))
				return
			}
			for _, v := range rest[0] {
				rec(append(args[:len(args):len(args)], v), rest[1:])
			}
		}
		rec(nil, lists)
	}
	queues, segments, sets := ids("q", "dead"), ids("m", "deadm"), ids("s", "deads")
	keys := []string{"0x71", "0x72", "0x73", "0x1234", "71", "071", "0", "-1", "0xffffffff"}
	each("msgget %s %s", keys, []string{"0", "0600", "IPC_CREAT|IPC_EXCL|0600", "IPC_EXCL", "0777"})
	each("shmget %s %s %s", keys, append(numbers, "1<<45", "1<<62"), []string{"0", "0600", "IPC_CREAT|IPC_EXCL", "SHM_HUGETLB|20<<26", "SHM_HUGETLB|0600"})
	each("semget %s %s %s", keys, []string{"0", "-1", "1", "3", "32001", "2147483647"}, []string{"0", "0600", "IPC_CREAT|IPC_EXCL|0600"})
	each("msgsnd %s %s x IPC_NOWAIT size=%s", queues, numbers, append(numbers, "8193", "2147483648"))
	each("msgrcv %s %s %s|IPC_NOWAIT size=%s", queues, numbers, []string{"0", "MSG_COPY", "MSG_COPY|MSG_EXCEPT", "MSG_COPY|MSG_NOERROR", "MSG_EXCEPT"}, []string{"0", "-1", "3", "-9223372036854775807-1"})
	each("msgrcv %s 1 MSG_COPY", queues)
	each("peek %s", queues)
	cmds := []string{"IPC_STAT", "IPC_INFO", "IPC_SET", "MSG_STAT", "MSG_INFO", "MSG_STAT_ANY", "-1", "99", "14", "15", "20"}
	each("msgctl %s %s", queues, cmds)
	each("msgctl %s IPC_SET uid=%s gid=%s", queues, []string{"-1", "0"}, []string{"-1", "0"})
	each("shmctl %s %s", segments, append(cmds, "SHM_LOCK", "SHM_UNLOCK", "SHM_STAT", "SHM_INFO"))
	each("shmctl %s IPC_SET uid=-1 gid=-1", segments)
	each("shmat %s %s %s", segments, []string{"0", "1", "4097", "a", "a+1", "-4096", "0x100000000", "-0x800000000000"}, []string{"SHM_RND", "SHM_EXEC", "SHM_RDONLY|SHM_RND"})
	each("shmat %s %s SHM_REMAP|%s", segments, []string{"0", "1"}, []string{"SHM_RND", "0"})
	each("shmdt %s", []string{"a+1", "d", "0x7000000000", "-4096", "a+4096"})
	each("read %s %s 8", []string{"a", "r", "d", "0x100000000"}, []string{"0", "4090", "4096", "100000", "-1"})
	each("write %s %s xyz", []string{"a", "r", "d", "0x100000000"}, []string{"4095", "4096", "-1", "0"})
	each("incr %s %s", []string{"r", "d"}, []string{"0", "4094"})
	each("dump %s 4096 8", []string{"a", "r", "d"})
	each("semop %s %s:%s:IPC_NOWAIT", sets, []string{"0", "1", "2", "65535"}, []string{"0", "1", "-2", "-32768", "32767"})
	each("semop %s 0:-1:IPC_NOWAIT 0:-1:IPC_NOWAIT 1:1:SEM_UNDO", sets)
	each("semop %s 0:-1 1:0 timeout=%s", sets, []string{"{0,0}", "{-1,0}", "{0,-1}", "{0,1000000000}", "{9223372036854775807,1000000000}"})
	each("P %s %s IPC_NOWAIT", sets, []string{"0", "1", "2", "65535"})
	each("V %s %s IPC_NOWAIT", sets, []string{"1", "2", "65535"})
	each("semctl %s %s %s", sets, []string{"0", "2", "-1", "2147483647"}, append(cmds, "GETVAL", "GETPID", "GETNCNT", "GETZCNT", "GETALL", "SEM_STAT", "SEM_STAT_ANY"))
	each("semctl %s %s SETVAL %s", sets, []string{"2", "-1"}, []string{"0", "-1", "32768", "2147483647"})
	each("semctl %s 0 SETALL 40000,1", sets)
	each("semctl %s 0 IPC_SET uid=%s gid=-1", sets, []string{"-1", "0"})
	each("ftok %s 1", []string{"", "nofile", "/", "/etc/passwd/", "//x//y", "/etc/passwd/x/y", "\x01", "/proc/self/root/nope", strings.Repeat("a/", 3000), strings.Repeat("가", 100)})
	each("limits %s", []string{"msgmni=-1", "msgmni=x", "semmni=99999", "msgmax=", "shmall=-1", "shm_rmid_forced=7", "msg_next_id=-5", "semmsl=99999999999", "shmmni=40000", "sem_next_id=2147483648"})
	failed := 0
	for _, line := range lines {
		made := len(sh.s.Made())
		b, _, err := sh.run(context.Background(), line)
		if len(sh.s.Made()) > made {
			m := sh.s.Made()[made]
			sh.do(fmt.Sprintf([...]string{"msgctl %d IPC_RMID", "shmctl %d IPC_RMID", "semctl %d 0 IPC_RMID"}[m.Kind], m.ID))
		}
		if err == nil || commands.ErrnoOf(err) == "" {
			continue
		}
		failed++
		before := state(t)
		ex := b.Explain(err)
		if after := state(t); after != before {
			t.Fatalf("%s: the explanation has changed something:\n%s\n%s", line, before, after)
		}
		var fault *commands.Fault
		if ex == nil || len(ex.Next) == 0 || len(ex.Why) == 0 && !errors.As(err, &fault) {
			t.Errorf("%s: %v is not explained: %v", line, err, ex)
			continue
		}
		for _, m := range append(append([]*text.Msg(nil), ex.Why...), ex.Next...) {
			check(t, both{m.In(text.En), m.In(text.Ko)})
		}
		if len(ex.Why) > 0 && strings.Contains(ex.Why[0].In(text.En), "nothing stands against it now") {
			t.Errorf("%s: %v: no cause was found", line, err)
		}
	}
	t.Logf("%d of %d calls failed, and all were explained", failed, len(lines))
	if failed < 500 {
		t.Error("too few failed")
	}
}
