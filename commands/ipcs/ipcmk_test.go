package ipcs

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"ipcsh/sysv"
)

var madeID = regexp.MustCompile(`(Shared memory|Message queue|Semaphore) id: (\d+)\n`)

// made finds what a run of ipcmk has made, describes it and removes it.
func made(r result) (text string) {
	for _, m := range madeID.FindAllStringSubmatch(r.out, -1) {
		id, _ := strconv.Atoi(m[2])
		switch m[1] {
		case "Message queue":
			q, _ := findQueue(id)
			text += fmt.Sprintf("queue %o\n", q.Mode)
			sysv.Msgctl(sysv.Msqid(id), sysv.IPC_RMID, nil)
		case "Shared memory":
			s, _ := findSegment(id)
			text += fmt.Sprintf("segment %o %d\n", s.Mode, s.Segsz)
			sysv.Shmctl(sysv.Shmid(id), sysv.IPC_RMID, nil)
		default:
			s, _ := findSet(id)
			text += fmt.Sprintf("set %o %d\n", s.Mode, s.Nsems)
			sysv.Semctl(sysv.Semid(id), 0, sysv.IPC_RMID, nil)
		}
	}
	r.out = madeID.ReplaceAllString(r.out, "$1 id: N\n")
	return r.String() + text
}

// TestIpcmkSameAsSystem compares ipcmk with the system's; fractions of sizes that
// it gets wrong are left out (see TestSizes).
func TestIpcmkSameAsSystem(t *testing.T) {
	utilLinux(t)
	var lines []string
	for _, size := range strings.Split("|0|-5|abc|1|1K|1KiB|1KB|1k|1kb|1kib|1KIB|1kB|1Kb|1mb|1tIb|1.5K|1.5|1,5K|.5K|0x10|010|1 K|1Ki|1X|1B|1Kfoo|1E|16E|20E|99999999999999999999999|"+
		"1Z|1Y|+5| 5|1.K|K|1KK|0.5K|0.5M|2.5K|1.0K|1.00K|0x1.5K|01.5K|1. 5K|1.+5K|1.5.5K|1.0x5K|1e3|15.5E|18446744073709551615|18446744073709551616|0x|08|5M|3MB", "|") {
		lines = append(lines, "-M|"+size)
	}
	for _, n := range strings.Split("0|-1|abc|99999|99999999999|2147483648|0x3|010|3| 3||99999999999999999999x|-99999999999", "|") {
		lines = append(lines, "-S|"+n)
	}
	for _, mode := range strings.Split("600|9|abc||777|01644|-1|0|7777|77777777777777777777777777|40000000000|8|7x| 7|18446744073709551616|2000000000000000000000", "|") {
		lines = append(lines, "-Q|-p|"+mode)
	}
	lines = append(lines, "foo", "-Q", "-Q|-Q", "-M|100|-Q|-S|3", "-M", "-p|600", "-x", "--s", "--sh", "--shmem", "--queue=3", "-Q|bar", "-M|5|-M|6",
		"-S|2|-Q|-M|0", "-Q|-S|0|-M|7", "--=", "-QM10", "-p640|-QM10", "--mode=600|--que", "-Q|-M|1x", "-S2|-p|660|-Q")
	for _, l := range lines {
		args := strings.Split(l, "|")
		theirs, ours := made(system(t, "ipcmk", args...)), made(run(Ipcmk, Env{Name: "ipcmk"}, args...))
		if theirs != ours {
			t.Errorf("ipcmk %q\n--- theirs\n%s\n--- ours\n%s", args, theirs, ours)
		}
	}
	t.Logf("%d command lines compared", len(lines)+1)
	if theirs, ours := system(t, "ipcmk"), run(Ipcmk, Env{Name: "ipcmk"}); theirs != ours {
		t.Errorf("ipcmk\n%v\n%v", theirs, ours)
	}
}

// TestSizes: fractions are exact.
func TestSizes(t *testing.T) {
	for s, want := range map[string]uint64{"1.9M": 1992294, "1.10K": 1126, "1.25K": 1280, "0.999999999999999999999KB": 999, "3.000000001GB": 3000000001, "2T": 2 << 40} {
		if n, err := parseSize(s); n != want || err != nil {
			t.Errorf("%s is %d, %v", s, n, err)
		}
	}
	for _, s := range []string{"1..5K", "15.99999999999999999999999YB", "1.5Zi"} {
		if n, err := parseSize(s); err == nil {
			t.Errorf("%s is %d", s, n)
		}
	}
}

func TestIpcmkKey(t *testing.T) {
	told := ""
	env := Env{Made: func(kind byte, id int) { told += fmt.Sprintf("%c%d ", kind, id) }}
	r := run(Ipcmk, env, "-Q", "--key", "0x7ead0001", "--print-key")
	var id int
	fmt.Sscanf(r.out, "Message queue id: %d", &id)
	if want := fmt.Sprintf("Message queue id: %d\nMessage queue key: 0x7ead0001\n", id); r != (result{want, "", 0}) || told != fmt.Sprintf("q%d ", id) {
		t.Error(r, told)
	}
	if again := run(Ipcmk, env, "-Q", "--key=0x7ead0001"); again != (result{"", "ipcmk: create message queue failed: File exists\n", 1}) {
		t.Error(again)
	}
	if got := made(r); !strings.HasSuffix(got, "queue 644\n") {
		t.Error(got)
	}
	private := run(Ipcmk, Env{}, "-S", "2", "--key", "0", "--print-key")
	if !strings.HasSuffix(private.out, "\nSemaphore key: 0x00000000\n") {
		t.Error(private)
	}
	made(private)
	for _, bad := range []string{"0x1ffffffff", "x", ""} {
		if r := run(Ipcmk, Env{}, "-Q", "--key", bad); r.status != 1 || !strings.HasPrefix(r.errs, "ipcmk: failed to parse key: '"+bad+"'") {
			t.Error(r)
		}
	}
}
