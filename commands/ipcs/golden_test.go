package ipcs

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"ipcsh/sysv"
)

func init() {
	if flag.Lookup("update") == nil { // another file of the package may have it
		flag.Bool("update", false, "write the golden files anew")
	}
}

// goldenReport compares got with testdata/name, or writes it with -update.
func goldenReport(t *testing.T, name, got string) {
	t.Helper()
	file := "testdata/" + name
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	wantLines, gotLines := strings.Split(string(want), "\n"), strings.Split(got, "\n")
	for i := range gotLines {
		if i >= len(wantLines) || gotLines[i] != wantLines[i] {
			t.Fatalf("%s differs at line %d (go test ./commands/ipcs -update writes it anew):\n%q\nwant\n%q", file, i+1, gotLines[i], wantLines[min(i, len(wantLines)-1)])
		}
	}
	if len(wantLines) != len(gotLines) {
		t.Fatalf("%s has more lines: %q", file, wantLines[len(gotLines):])
	}
}

// setTime sets a time of a kernel structure, which only the kernel does elsewhere:
// a long, or its two halves, of 8 bytes.
func setTime(ds any, field string, sec int64) {
	f := reflect.ValueOf(ds).Elem().FieldByName(field)
	*(*int64)(unsafe.Pointer(f.UnsafeAddr())) = sec
}

// timeAt is a time of the day of the tests' objects, in their zone.
func timeAt(h, m, s int) int64 { return time.Date(2026, 3, 2, h, m, s, 0, seoul()).Unix() }

func seoul() *time.Location { return time.FixedZone("KST", 9*3600) }

// someObjects are objects of every look.
func someObjects() *Objects {
	o := &Objects{
		Queues: []Queue{
			{3, sysv.MsqidDs{IpcPerm: sysv.IpcPerm{Key: 0x4102000a, Mode: 0o600, Gid: 1, Cgid: 1}, Cbytes: 300, Qnum: 3, Qbytes: 65536, Lspid: 4242}},
			{32772, sysv.MsqidDs{IpcPerm: sysv.IpcPerm{Key: -1, Mode: 0o777, Uid: 1000, Gid: 1000, Cuid: 4294967294, Cgid: 4294967294}, Cbytes: 16384, Qnum: 16384, Qbytes: 16384, Lspid: 7, Lrpid: 4194304}},
			{2147450885, sysv.MsqidDs{IpcPerm: sysv.IpcPerm{Uid: 1001, Gid: 100}}},
		},
		Segments: []Segment{
			{0, sysv.ShmidDs{IpcPerm: sysv.IpcPerm{Mode: 0o640 | sysv.SHM_DEST, Uid: 1000, Gid: 1000, Cuid: 1000, Cgid: 1000}, Segsz: 100, Cpid: 4242, Lpid: 4243, Nattch: 2}, 4096, 0},
			{1, sysv.ShmidDs{IpcPerm: sysv.IpcPerm{Key: 0x41020001, Mode: 0o666 | sysv.SHM_LOCKED, Uid: 1002}, Segsz: 1 << 30, Cpid: 99}, 1 << 30, 8192},
			{32770, sysv.ShmidDs{IpcPerm: sysv.IpcPerm{Key: 0x42, Mode: 0o017 | sysv.SHM_DEST | sysv.SHM_LOCKED}, Segsz: 4097, Lpid: 5, Nattch: 3}, 0, 0},
		},
		Sets: []Set{
			{0, sysv.SemidDs{IpcPerm: sysv.IpcPerm{Key: 0x41020002, Mode: 0o660}, Nsems: 3}},
			{1, sysv.SemidDs{IpcPerm: sysv.IpcPerm{Mode: 0o200, Uid: 7, Gid: 7, Cuid: 7, Cgid: 7}, Nsems: 1}},
			{2, sysv.SemidDs{IpcPerm: sysv.IpcPerm{Key: 0x10, Mode: 0o604, Uid: 1000, Gid: 1, Cuid: 1000, Cgid: 1}, Nsems: 2}},
		},
	}
	setTime(&o.Queues[0], "stime", timeAt(9, 5, 7))
	setTime(&o.Queues[0], "ctime", timeAt(9, 4, 59))
	setTime(&o.Queues[1], "stime", timeAt(23, 59, 59))
	setTime(&o.Queues[1], "rtime", timeAt(0, 0, 0))
	setTime(&o.Queues[1], "ctime", timeAt(0, 0, 1)-86400)
	setTime(&o.Queues[2], "ctime", timeAt(11, 59, 30))
	setTime(&o.Segments[0], "atime", timeAt(10, 0, 0))
	setTime(&o.Segments[0], "dtime", timeAt(10, 1, 0))
	setTime(&o.Segments[0], "ctime", timeAt(9, 59, 0))
	setTime(&o.Segments[1], "ctime", timeAt(9, 0, 0)-100*86400)
	setTime(&o.Segments[2], "atime", timeAt(12, 0, 0))
	setTime(&o.Segments[2], "ctime", timeAt(12, 0, 0))
	setTime(&o.Sets[0], "otime", timeAt(10, 30, 0))
	setTime(&o.Sets[0], "ctime", timeAt(8, 0, 0))
	setTime(&o.Sets[1], "ctime", timeAt(11, 0, 0))
	setTime(&o.Sets[2], "ctime", timeAt(11, 58, 50))
	return o
}

// someLive is what there is to know of them.
func someLive() *Live {
	return &Live{
		Waiters: func() ([]Waiter, bool) {
			return []Waiter{{4243, 4243, "msgrcv", 3}, {4243, 4250, "msgrcv", 3}, {50, 50, "msgsnd", 32772}, {51, 51, "msgrcv", 32772}, {60, 60, "semtimedop", 0}, {61, 61, "semtimedop", 3}}, false
		},
		Attachers: func() []Attacher { return []Attacher{{4243, 0}, {4243, 0}, {77, 32770}} },
		Users: func(uid uint32) string {
			return map[uint32]string{0: "root", 1000: "홍길동", 1001: "systemd-network", 7: "lp"}[uid]
		},
		Groups: func(gid uint32) string {
			return map[uint32]string{0: "root", 1: "other", 1000: "students", 7: "lp"}[gid]
		},
		Now: func() time.Time { return time.Unix(timeAt(12, 0, 0), 0).In(seoul()) },
		Semaphores: func(id, n int) ([]Semaphore, error) {
			switch id {
			case 0:
				return []Semaphore{{0, 1, 0, 4242}, {5, 0, 2, 4243}, {32767, 0, 0, 0}}, nil
			case 1:
				return nil, &sysv.Error{Call: "semctl", Errno: syscall.EACCES}
			}
			return make([]Semaphore, n), nil
		},
		Messages: func(id int) ([]Message, error) {
			switch id {
			case 3:
				return []Message{{Type: 1, Size: 100}, {Type: 9223372036854775807 >> (63 - 31), Size: 0}, {Unknown: true}}, nil
			case 32772:
				return nil, &sysv.Error{Call: "msgrcv", Errno: syscall.EACCES}
			}
			return []Message{}, nil
		},
		PidExists: func(pid int) bool { return pid == 4242 },
		Command: func(pid int) (string, error) {
			switch pid {
			case 4242:
				return "./server \x1b[2J 한글", nil
			case 99:
				return "", syscall.ESRCH
			}
			return "", syscall.EACCES
		},
	}
}

// hiding is l where permissions hide processes.
func hiding(l *Live) *Live {
	waiters := l.Waiters
	l.Waiters = func() ([]Waiter, bool) { list, _ := waiters(); return list, true }
	l.QbytesHidden = func(id int) bool { return id == 32772 }
	l.NoMemory = true
	return l
}

// silent is l that must not be asked about processes, values or messages.
func silent(t *testing.T) *Live {
	l := someLive()
	l.Waiters = func() ([]Waiter, bool) { t.Error("asked for waiters"); return nil, false }
	l.Attachers = func() []Attacher { t.Error("asked for attachers"); return nil }
	l.Semaphores = func(int, int) ([]Semaphore, error) { t.Error("asked for semaphores"); return nil, nil }
	l.Messages = func(int) ([]Message, error) { t.Error("asked for messages"); return nil, nil }
	l.PidExists = func(int) bool { t.Error("asked for a pid"); return true }
	l.Command = func(int) (string, error) { t.Error("asked for a command"); return "", nil }
	return l
}

// transcript collects reports under their command lines.
type transcript struct{ bytes.Buffer }

func (tr *transcript) add(t *testing.T, line string, write func() error) {
	t.Helper()
	tr.WriteString("$ " + line + "\n")
	if err := write(); err != nil {
		tr.WriteString("error: " + err.Error() + "\n")
	}
}

// brokenWriter fails as a full disk does.
type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("full") }
