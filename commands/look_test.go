package commands

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// TestTakes holds the rule that show draws against the kernel's own msgrcv.
func TestTakes(t *testing.T) {
	q, err := sysv.Msgget(0, sysv.IPC_CREAT|0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer sysv.Msgctl(q, sysv.IPC_RMID, nil)
	s := NewSession(NewTable())
	b := sysv.NewMsgbuf(64)
	for _, types := range [][]int64{{3, 5, 3}, {5, 3, 4, 3}, {math.MaxInt, 1}, {2}} {
		for _, typ := range []int64{0, 1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, math.MaxInt, math.MinInt, -math.MaxInt} {
			for i, mt := range types {
				b.SetType(int(mt))
				b.Text(1)[0] = byte(i)
				if err := sysv.Msgsnd(s.Interrupt, q, b, 1, sysv.IPC_NOWAIT); err != nil {
					t.Fatal(err)
				}
			}
			want := -1
			if _, err := sysv.Msgrcv(s.Interrupt, q, b, 64, int(typ), sysv.IPC_NOWAIT); err == nil {
				want = int(b.Text(1)[0])
			}
			if got := takes(types, typ); got != want {
				t.Errorf("%v, type %d: %d, the kernel takes %d", types, typ, got, want)
			}
			for err == nil {
				_, err = sysv.Msgrcv(s.Interrupt, q, b, 64, 0, sysv.IPC_NOWAIT)
			}
			err = nil
		}
	}
	for i, want := range []string{"0 5", "3 <=-3", "4", ""} {
		if got := takenBy([]int64{5, 3, 4, 3}, i); got != want {
			t.Errorf("%d: %q, want %q", i, got, want)
		}
	}
}

func TestFirstBlocking(t *testing.T) {
	for _, c := range []struct {
		values []uint16
		ops    []sysv.Sembuf
		want   int
	}{
		{[]uint16{1, 0}, []sysv.Sembuf{{Num: 0, Op: -1}, {Num: 1, Op: -1}}, 1},
		{[]uint16{1, 0}, []sysv.Sembuf{{Num: 0, Op: -1}, {Num: 0, Op: -1}}, 1},
		{[]uint16{1, 0}, []sysv.Sembuf{{Num: 1, Op: 2}, {Num: 1, Op: -2}, {Num: 0, Op: 0}}, 2},
		{[]uint16{0}, []sysv.Sembuf{{Num: 0, Op: 0}}, -1},
		{[]uint16{0}, []sysv.Sembuf{{Num: 3, Op: -1}}, -1},
		{nil, nil, -1},
	} {
		got, ok := firstBlocking(c.values, c.ops)
		if !ok {
			got = -1
		}
		if got != c.want {
			t.Errorf("%v %v: %d, want %d", c.values, c.ops, got, c.want)
		}
	}
}

// TestWaitLoops finds rings, each once, and none where there is none.
func TestWaitLoops(t *testing.T) {
	for _, c := range []struct {
		edges string // waiter>holder, with ! for a msgsnd; threads are PID.TID
		want  string
	}{
		{"", "[]"},
		{"1>2 2>1", "[[1 2]]"},
		{"1>2 2>3 3>4", "[]"},
		{"1>2 2>3 3>1 9>1", "[[1 2 3]]"},
		{"1>1", "[]"},
		{"1!1 2!1", "[[1]]"},
		{"1>2 2>1 3>4 4>3", "[[1 2] [3 4]]"},
		{"1>3 1>2 2>1 3>1", "[[1 3] [1 2]]"},
		{"1.11>2.22 2.22>11 2>99", "[[1 2]]"},
	} {
		var list []use
		whom := map[int]int{}
		for _, e := range strings.Fields(c.edges) {
			call, sep := "semop", ">"
			if strings.Contains(e, "!") {
				call, sep = "msgsnd", "!"
			}
			from, to, _ := strings.Cut(e, sep)
			u := use{task: &sysv.Task{Call: call}}
			if n, _ := fmt.Sscanf(from, "%d.%d", &u.pid, &u.tid); n == 1 {
				u.tid = u.pid
			}
			var pid, tid int
			if n, _ := fmt.Sscanf(to, "%d.%d", &pid, &tid); n == 2 {
				pid = tid
			}
			whom[len(list)] = pid
			u.task.ID = len(list)
			list = append(list, u)
		}
		loops := waitLoops(list, func(u *use) (wait, bool) {
			return wait{pid: u.pid, whom: whom[u.task.ID], call: u.task.Call}, true
		})
		got := [][]int{}
		for _, l := range loops {
			var pids []int
			for _, w := range l {
				pids = append(pids, w.pid)
			}
			got = append(got, pids)
		}
		if s := fmt.Sprint(got); s != c.want {
			t.Errorf("%s: %s, want %s", c.edges, s, c.want)
		}
	}
}

func TestSpell(t *testing.T) {
	s := NewSession(NewTable())
	s.Place("q").Val, s.Place("q").Set = cexpr.RefOf(&Handle{Kind: Queue, ID: 3}), true
	for _, c := range []struct {
		of   objectID
		task sysv.Task
		want string
	}{
		{objectID{Queue, 3}, sysv.Task{Call: "msgrcv", Known: true, HasType: true, Type: -5, Size: 64, Flags: sysv.MSG_NOERROR}, "msgrcv(q=3, type=-5, size=64, flags=MSG_NOERROR)"},
		{objectID{Queue, 4}, sysv.Task{Call: "msgsnd", Known: true, Size: 64}, "msgsnd(msqid=4, type=?, size=64, flags=0)"},
		{objectID{Queue, -1}, sysv.Task{Call: "msgsnd"}, "msgsnd(?)"},
		{objectID{Queue, -1}, sysv.Task{Call: "msgsnd", Bits32: true}, "msgsnd(?) of a 32-bit process: not decoded"},
		{objectID{Set, 1}, sysv.Task{Call: "semop", Known: true, NumOps: 3}, "semop(semid=1, {? x 3})"},
		{objectID{Set, 1}, sysv.Task{Call: "semtimedop", Known: true, NumOps: 1, Ops: []sysv.Sembuf{{Num: 1, Op: -2, Flg: sysv.SEM_UNDO}}, Timeout: &sysv.Timespec{Sec: 1, Nsec: 5}},
			"semtimedop(semid=1, {{1, -2, SEM_UNDO}}, {1, 5})"},
		{objectID{Set, 1}, sysv.Task{Call: "semop", Known: true, NumOps: 20, Ops: make([]sysv.Sembuf, 20)},
			"semop(semid=1, {" + strings.Repeat("{0, 0, 0}, ", 16) + "... +4})"},
	} {
		u := use{of: c.of, task: &c.task}
		if got := u.spell(s); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// TestUseLines keeps the table within 80 columns, in both languages.
func TestUseLines(t *testing.T) {
	s := NewSession(NewTable())
	list := []use{
		{pid: 4194303, user: "longusername", command: "한글 이름이 아주 긴 프로그램 --with=options", of: objectID{Set, 1 << 30},
			task: &sysv.Task{Call: "semop", Known: true, NumOps: 9, Ops: make([]sysv.Sembuf, 9)}, ran: 999 * 24 * time.Hour, ranKnown: true},
		{pid: 1, user: "a", command: "x\x1b[31m\n", of: objectID{Segment, 7}, at: sysv.Attachment{Start: 4096, End: 12288, Perms: "r--s"}},
	}
	for _, l := range []text.Lang{text.En, text.Ko} {
		s.Lang = l
		lines := (&Call{Session: s}).useLines(list)
		for _, line := range lines {
			if text.Cells(line) > 79 || strings.ContainsAny(line, "\x1b\n") {
				t.Errorf("%q", line)
			}
		}
		if all := strings.Join(strings.Fields(strings.Join(lines, " ")), " "); !strings.Contains(all, "attached(shmid=7, 0x1000, 8192, ro)") {
			t.Errorf("%q", lines)
		}
	}
	for d, want := range map[time.Duration]string{0: "0.0s", 9900 * time.Millisecond: "9.9s", 90 * time.Second: "90s", 5 * time.Minute: "5m", 5 * time.Hour: "5h", 50 * time.Hour: "2d"} {
		if got := roughly(d); got != want {
			t.Errorf("%v: %s", d, got)
		}
	}
}

// TestWholeAttachments joins what mprotect took apart.
func TestWholeAttachments(t *testing.T) {
	part := func(start, end, off uintptr, perms string) sysv.Attachment {
		return sysv.Attachment{Start: start, End: end, Offset: uint64(off), Perms: perms, Id: 1}
	}
	got := wholeAttachments([]sysv.Attachment{part(0, 1, 0, "rw-s"), part(1, 2, 1, "r--s"), part(2, 3, 2, "rw-s"), part(3, 5, 0, "rw-s")})
	if want := []sysv.Attachment{part(0, 3, 0, "mixed"), part(3, 5, 0, "rw-s")}; !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

func TestHiddenLines(t *testing.T) {
	h := sysv.Hidden{OtherUser: 3, SameUser: 1, Arguments: 2, Hidepid: true, Yama: 1}
	for _, l := range []text.Lang{text.En, text.Ko} {
		all := strings.Join(hiddenLines(h, l), "\n")
		for _, word := range []string{"3", "root", "hidepid", "kernel.yama.ptrace_scope = 1"} {
			if !strings.Contains(strings.ReplaceAll(all, "\n", " "), word) {
				t.Errorf("no %s in %s", word, all)
			}
		}
		for _, line := range strings.Split(all, "\n") {
			if text.Cells(line) > 79 {
				t.Errorf("%q is too long", line)
			}
		}
	}
	if lines := hiddenLines(sysv.Hidden{Yama: 1}, text.En); len(lines) > 0 {
		t.Error(lines)
	}
}

// TestLoopText: a ring of processes with long command lines stays readable.
func TestLoopText(t *testing.T) {
	long := strings.Repeat("perl -e select ", 20)
	c := &Call{Session: NewSession(NewTable())}
	ring := []wait{{pid: 7, whom: 8, name: long, of: objectID{Set, 3}, call: "semop"}, {pid: 8, whom: 7, name: "b", of: objectID{Queue, 4}, call: "msgrcv"}}
	for _, l := range []text.Lang{text.En, text.Ko} {
		said := c.loopText(ring).In(l)
		if text.Cells(said) > 320 || strings.Count(said, "(7)") != 2 || strings.Count(said, "b (8)") != 2 || !strings.Contains(said, "semid=3") {
			t.Error(said)
		}
	}
}

// TestLastUser: a pid of 0 is nobody, or somebody of another pid namespace.
func TestLastUser(t *testing.T) {
	v := &drawing{}
	by, never := text.New("last sent by %s at %s", "마지막 송신 %s, %s"), text.New("never sent to", "송신 없음")
	for _, l := range []text.Lang{text.En, text.Ko} {
		if got := v.last(0, 0, by, never).In(l); got != never.In(l) {
			t.Error(got)
		}
		if got := v.last(0, 1, by, never).In(l); !strings.Contains(got, "pid") {
			t.Error(got)
		}
		if got := v.user(0, 0).In(l); got != v.process(0).In(l) {
			t.Error(got)
		}
	}
}
