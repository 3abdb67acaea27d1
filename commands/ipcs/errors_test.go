package ipcs

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"ipcsh/sysv"
)

// TestErrorsFile replays every call of errors.txt, on objects as it had them.
func TestErrorsFile(t *testing.T) {
	if !fresh(t) {
		return
	}
	defer func() {
		p := new(population)
		eachQueue(1, func(q *Queue) { p.queues = append(p.queues, q.ID) })
		eachSegment(1, func(m *Segment) { p.segments = append(p.segments, m.ID) })
		eachSet(1, func(s *Set) { p.sets = append(p.sets, s.ID) })
		p.remove()
	}()
	queueOf(t, 5, 0o600)
	seen := map[string]int{}
	for _, c := range record(t, "errors.txt") {
		line := strings.Join(c.args, " ")
		seen[line]++
		if strings.HasPrefix(c.note, "slot reused") {
			queueOf(t, 0, 0o600)
		}
		if c.nobody && !hasUser(65534) {
			t.Skip("the rest needs root, to be another user")
		}
		before(t, line, seen[line])
		switch {
		case c.args[0] == "lsipc", line == "ipcs -s" && seen[line] == 2:
			continue // not ours; and what util-linux's -a msg had removed
		}
		want := mended(line, c.want)
		got := replay(t, c)
		if g, w := still(got, fmt.Sprint(os.Getpid())), still(want, "12651"); g != w {
			t.Errorf("%q\n--- want\n%s\n--- got\n%s", c.args, w, g)
		}
	}
}

// mended is what we print instead of a recorded fault.
func mended(line, want string) string {
	switch line {
	case "ipcs -q -i 2":
		return strings.Replace(want, "qbytes=0\t", "qbytes=16384\t", 1)
	case "ipcs -q -i 99", "ipcs -m -i 99", "ipcs -s -i 99":
		return strings.Replace(want, "[exit 0", "[exit 1", 1)
	case "ipcs -q -i -1", "ipcs -q -i -5":
		return "ipcs: id " + line[len("ipcs -q -i "):] + " not found\n[exit 1"
	case "ipcrm -v -a msg":
		return "removing message queue id `11'\n[exit 0"
	}
	return want
}

// before makes the objects that a call is to meet, the time that it comes.
func before(t *testing.T, line string, time int) {
	switch fmt.Sprint(line, " ", time) {
	case "ipcrm -q 2 1":
		permissionObjects(t)
	case "ipcrm msg 4 5 1", "ipcrm -v --all=msg 1":
		queueOf(t, 0, 0o644)
		queueOf(t, 0, 0o644)
	case "ipcrm msg 6 999 1", "ipcrm -q 999 -q 7 -m 998 1", "ipcrm -v -q 8 1":
		queueOf(t, 0, 0o644)
	case "ipcs -s 1":
		queueOf(t, 0, 0o644)
		for range 2 {
			must(sysv.Shmget(0, 1, sysv.IPC_CREAT))
		}
		set(t, 0xb6b40ea4, 1)
		set(t, 0x944ec64c, 1)
		set(t, 0x6d49ea78, 2)
	case "ipcmk -Q 2":
		n := 0
		eachQueue(1, func(*Queue) { n++ })
		limit(t, "msgmni", n)
	case "ipcmk -M 1 2":
		n := 0
		eachSegment(1, func(*Segment) { n++ })
		limit(t, "shmmni", n)
	case "ipcmk -M 1001 1":
		limit(t, "shmmax", 1000)
	case "ipcs foo 1":
		queueOf(t, sysv.Key(int64(0x9525d261)-1<<32), 0o644)
	}
}

func limit(t *testing.T, name string, n int) {
	if err := sysv.WriteLimit("", name, fmt.Sprint(n)); err != nil {
		t.Skip("the rest needs limits of its own:", err)
	}
}

func set(t *testing.T, key int64, n int) {
	if _, err := sysv.Semget(sysv.Key(int32(key)), n, sysv.IPC_CREAT|sysv.IPC_EXCL|0o644); err != nil {
		t.Fatal(err)
	}
}

// permissionObjects makes what the part of errors.txt about permissions has.
func permissionObjects(t *testing.T) {
	a, b := queueOf(t, sysv.Key(int64(0x9fd05146)-1<<32), 0o600), queueOf(t, 0x73dea622, 0o666)
	m, err1 := sysv.Shmget(sysv.Key(int64(0xfd9ed243)-1<<32), 4096, sysv.IPC_CREAT|0o600)
	s, err2 := sysv.Semget(sysv.Key(int64(0xb964938c)-1<<32), 1, sysv.IPC_CREAT|0o600)
	if a != 2 || b != 3 || m != 0 || s != 0 || err1 != nil || err2 != nil {
		t.Fatal(a, b, m, s, err1, err2)
	}
}
