package ipcs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"ipcsh/sysv"
)

// The tests here ask the real kernel about objects that they make and remove, in
// whatever IPC namespace they run.

func realQueue(t *testing.T, key sysv.Key, mode sysv.MsggetFlag) *Queue {
	t.Helper()
	id, err := sysv.Msgget(key, sysv.IPC_CREAT|sysv.IPC_EXCL|mode)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sysv.Msgctl(id, sysv.IPC_RMID, nil) })
	q := &Queue{ID: int(id)}
	q.stat(t)
	return q
}

func (q *Queue) stat(t *testing.T) {
	t.Helper()
	if _, err := sysv.Msgctl(sysv.Msqid(q.ID), sysv.MSG_STAT_ANY, &q.MsqidDs); err != nil {
		t.Fatal(err)
	}
}

func (q *Queue) send(t *testing.T, typ int, text string) {
	t.Helper()
	b := sysv.NewMsgbuf(len(text))
	b.SetType(typ)
	copy(b.Text(len(text)), text)
	if err := sysv.Msgsnd(context.Background(), sysv.Msqid(q.ID), b, uint(len(text)), sysv.IPC_NOWAIT); err != nil {
		t.Fatal(err)
	}
}

func realSet(t *testing.T, values ...uint16) *Set {
	t.Helper()
	id, err := sysv.Semget(sysv.IPC_PRIVATE, len(values), sysv.IPC_CREAT|0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sysv.Semctl(id, 0, sysv.IPC_RMID, nil) })
	s := &Set{ID: int(id)}
	if _, err := sysv.Semctl(id, 0, sysv.SETALL, sysv.SemArray(values)); err != nil {
		t.Fatal(err)
	}
	if _, err := sysv.Semctl(id, 0, sysv.SEM_STAT_ANY, &s.SemidDs); err != nil {
		t.Fatal(err)
	}
	return s
}

func realSegment(t *testing.T, size uint) *Segment {
	t.Helper()
	id, err := sysv.Shmget(sysv.IPC_PRIVATE, size, sysv.IPC_CREAT|0o640)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sysv.Shmctl(id, sysv.IPC_RMID, nil) })
	m := &Segment{ID: int(id)}
	m.stat(t)
	return m
}

func (m *Segment) stat(t *testing.T) {
	t.Helper()
	if _, err := sysv.Shmctl(sysv.Shmid(m.ID), sysv.SHM_STAT_ANY, &m.ShmidDs); err != nil {
		t.Fatal(err)
	}
}

func TestPeekMessages(t *testing.T) {
	q := realQueue(t, sysv.IPC_PRIVATE, 0o600)
	want := []Message{}
	for i, text := range []string{"a", "", strings.Repeat("x", 8000), "한글"} {
		q.send(t, 10-i, text)
		want = append(want, Message{Type: 10 - i, Size: len(text)})
	}
	q.stat(t)
	before := *q
	got, err := PeekMessages(q.ID)
	if errors.Is(err, syscall.ENOSYS) {
		t.Skip("a kernel without MSG_COPY")
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v %v, want %v", got, err, want)
	}
	if q.stat(t); *q != before {
		t.Errorf("peeking changed the queue: %+v, %+v", before, *q)
	}
	empty := realQueue(t, sysv.IPC_PRIVATE, 0o600)
	if got, err := PeekMessages(empty.ID); err != nil || got == nil || len(got) != 0 {
		t.Error(got, err)
	}
	sysv.Msgctl(sysv.Msqid(empty.ID), sysv.IPC_RMID, nil)
	if _, err := PeekMessages(empty.ID); !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.EIDRM) {
		t.Error(err)
	}
}

// TestUnreadable: as root nothing is, without CAP_IPC_OWNER the mode binds the
// owner too.
func TestUnreadable(t *testing.T) {
	q, s := realQueue(t, sysv.IPC_PRIVATE, 0o200), realSet(t, 1, 2)
	ds := s.SemidDs
	ds.Mode = 0o200
	if _, err := sysv.Semctl(sysv.Semid(s.ID), 0, sysv.IPC_SET, &ds); err != nil {
		t.Fatal(err)
	}
	o := &Objects{Queues: []Queue{*q}, Sets: []Set{*s}}
	var got struct {
		Queues []struct{ Hidden map[string]string }
		Sets   []struct{ Hidden map[string]string }
	}
	if err := json.Unmarshal([]byte(jsonText(t, o, &Live{}, JSONOptions{Messages: true})), &got); err != nil {
		t.Fatal(err)
	}
	refused := ""
	if !sysv.HasIPCOwner() {
		refused = "EACCES"
	}
	if got.Queues[0].Hidden["messages"] != refused || got.Sets[0].Hidden["semaphores"] != refused {
		t.Errorf("%+v, want %q", got, refused)
	}
	f := Filter{Empty: true}
	if unread := !f.Set(s, &Live{}) && f.Unread == 1; unread != (refused != "") {
		t.Errorf("%d sets unread", f.Unread)
	}
}

func TestReadSemaphores(t *testing.T) {
	s := realSet(t, 3, 0, 32767)
	if err := sysv.Semop(context.Background(), sysv.Semid(s.ID), []sysv.Sembuf{{Num: 0, Op: -1}}); err != nil {
		t.Fatal(err)
	}
	got, err := ReadSemaphores(s.ID, 3)
	if err != nil || !reflect.DeepEqual(got, []Semaphore{{2, 0, 0, os.Getpid()}, {0, 0, 0, got[1].Pid}, {32767, 0, 0, got[2].Pid}}) {
		t.Error(got, err)
	}
	// Somebody waits: the count is the kernel's.
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- sysv.Semop(ctx, sysv.Semid(s.ID), []sysv.Sembuf{{Num: 1, Op: -1}}) }()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		got, err = ReadSemaphores(s.ID, 3)
		if err != nil || got[1].Ncnt == 1 || time.Now().After(end) {
			break
		}
	}
	l := &Live{Waiters: func() ([]Waiter, bool) { return []Waiter{{os.Getpid(), os.Getpid(), "semtimedop", s.ID}}, true }}
	var b bytes.Buffer
	c := Columns{S: true, Names: []string{"VALUES", "NCNT", "ZCNT", "WAITERS"}, NoHeadings: true}
	werr := c.Write(&b, &Objects{Sets: []Set{*s}}, l)
	// The one that is seen is the one that the kernel counts: none is hidden.
	if want := "2,0,32767 0,1,0 0,0,0 " + strconv.Itoa(os.Getpid()) + "\n"; werr != nil || b.String() != want {
		t.Errorf("%q, want %q", b.String(), want)
	}
	cancel()
	if err := <-done; !errors.Is(err, syscall.EINTR) {
		t.Error(err)
	}
}

// TestBlockedReceiver finds a thread that is really asleep in msgrcv.
func TestBlockedReceiver(t *testing.T) {
	q := realQueue(t, sysv.IPC_PRIVATE, 0o600)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() {
		_, err := sysv.Msgrcv(ctx, sysv.Msqid(q.ID), sysv.NewMsgbuf(10), 10, 0, 0)
		done <- err
	}()
	asleep := func() (list []Waiter, hidden bool) {
		for end := time.Now().Add(10 * time.Second); len(list) == 0 && time.Now().Before(end); time.Sleep(time.Millisecond) {
			tasks, _ := filepath.Glob("/proc/self/task/*")
			for _, task := range tasks {
				tid, _ := strconv.Atoi(filepath.Base(task))
				s, err := sysv.OpenSleeper(0, tid)
				if err != nil {
					continue
				}
				if call, ok := s.Asleep(); ok && call == "msgrcv" {
					list = append(list, Waiter{os.Getpid(), tid, call, q.ID})
				}
				s.Close()
			}
		}
		return list, false
	}
	v := Svr4{Q: true}
	var b bytes.Buffer
	if err := v.Write(&b, &Objects{Queues: []Queue{*q}}, &Live{Waiters: asleep}); err != nil || !strings.Contains(b.String(), " -Rrw------- ") {
		t.Error(b.String(), err)
	}
	cancel()
	<-done
}

func TestMarkedForRemoval(t *testing.T) {
	m := realSegment(t, 4096)
	addr, err := sysv.Shmat(sysv.Shmid(m.ID), 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	sysv.Shmctl(sysv.Shmid(m.ID), sysv.IPC_RMID, nil)
	m.stat(t)
	text := svr4(t, "mo", &Objects{Segments: []Segment{*m}}, &Live{})
	if !strings.Contains(text, " D-rw-r----- ") || !strings.HasSuffix(text, "      1\n") || !strings.Contains(text, " 0x0 ") {
		t.Error(text)
	}
	if err := sysv.Shmdt(addr); err != nil {
		t.Error(err)
	}
}

func TestProcesses(t *testing.T) {
	cmd := exec.Command("sleep", "0")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	gone := cmd.Process.Pid
	if PidExists(gone) || !PidExists(os.Getpid()) || !PidExists(1) {
		t.Error("PidExists")
	}
	if _, err := ReadCommand(gone); err != syscall.ESRCH {
		t.Error(err)
	}
	if line, err := ReadCommand(os.Getpid()); err != nil || line != strings.TrimRight(strings.Join(os.Args, " "), " ") {
		t.Errorf("%q %v", line, err)
	}
	for _, pid := range []int{0, -1 << 22} {
		if _, err := ReadCommand(pid); err != syscall.EACCES {
			t.Error(err)
		}
	}
	zombie := exec.Command("sleep", "0")
	if err := zombie.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := "", error(nil)
	for end := time.Now().Add(10 * time.Second); line != "[sleep]" && time.Now().Before(end); time.Sleep(time.Millisecond) {
		line, err = ReadCommand(zombie.Process.Pid)
	}
	if line != "[sleep]" {
		t.Errorf("a zombie's command is %q, %v", line, err)
	}
	zombie.Wait()
	m := realSegment(t, 100)
	f := Filter{DeadCreator: true, Unattached: true, Mine: true}
	if f.Segment(m, &Live{}) {
		t.Error("we are dead")
	}
	m.Cpid = int32(gone)
	if !f.Segment(m, &Live{}) {
		t.Error("the dead lives")
	}
}

// TestAgainstLsipc compares columns with the system's lsipc, for objects that
// both see.
func TestAgainstLsipc(t *testing.T) {
	if _, err := exec.LookPath("lsipc"); err != nil {
		t.Skip("no lsipc on this system")
	}
	q, m, s := realQueue(t, sysv.IPC_PRIVATE, 0o640), realSegment(t, 12345), realSet(t, 1, 0)
	q.send(t, 1, "text")
	q.stat(t)
	common := "KEY,ID,PERMS,CUID,CGID,UID,GID,CTIME"
	compare := func(kind, columns string, c Columns, o *Objects, id int) {
		t.Helper()
		out, err := exec.Command("lsipc", kind, "--json", "--bytes", "--time-format=iso", "-o", columns).Output()
		if err != nil {
			t.Fatal(err)
		}
		var report map[string][]map[string]*string
		if err := json.Unmarshal(out, &report); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		var theirs map[string]*string
		for _, list := range report {
			for _, x := range list {
				if *x["id"] == strconv.Itoa(id) {
					theirs = x
				}
			}
		}
		if theirs == nil {
			t.Fatalf("lsipc does not see %s %d: %s", kind, id, out)
		}
		for _, name := range strings.Split(columns, ",") {
			c.Names, c.NoHeadings = []string{name}, true
			var b bytes.Buffer
			if err := c.Write(&b, o, &Live{}); err != nil {
				t.Fatal(err)
			}
			want := "-"
			if v := theirs[strings.ToLower(name)]; v != nil && *v != "" {
				want = *v
			}
			if got := strings.TrimSpace(b.String()); got != want {
				t.Errorf("%s %s: %s, lsipc has %s", kind, name, got, want)
			}
		}
	}
	compare("-q", common+",USEDBYTES,MSGS,SEND,RECV,LSPID,LRPID", Columns{Q: true}, &Objects{Queues: []Queue{*q}}, q.ID)
	compare("-m", common+",SIZE,NATTCH,STATUS,ATTACH,DETACH,CPID,LPID,COMMAND", Columns{M: true}, &Objects{Segments: []Segment{*m}}, m.ID)
	compare("-s", common+",NSEMS,OTIME", Columns{S: true}, &Objects{Sets: []Set{*s}}, s.ID)
}
