package sysv

import (
	"errors"
	"os"
	"path/filepath"
	"sort"
	"syscall"
	"testing"
)

func TestError(t *testing.T) {
	_, err := Msgget(0x7654321, 0)
	if got, want := err.Error(), "msgget: ENOENT (2): No such file or directory"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !errors.Is(err, syscall.ENOENT) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v does not unwrap to its errno", err)
	}
	for errno, want := range map[syscall.Errno]string{0: "Success", 42: "No message of desired type",
		43: "Identifier removed", 41: "Unknown error 41", 999: "Unknown error 999", 7: "Argument list too long",
		133: "Memory page has hardware error"} {
		if got := ErrnoText(errno); got != want {
			t.Errorf("text of %d is %q, want %q", int(errno), got, want)
		}
	}
	names := ErrnoNames()
	if len(names) < 130 || !sort.StringsAreSorted(names) {
		t.Errorf("%d names", len(names))
	}
	for _, name := range names {
		if e, ok := ErrnoByName(name); !ok || e == 0 {
			t.Errorf("%s is unknown", name)
		}
	}
	if e, _ := ErrnoByName("EWOULDBLOCK"); e != syscall.EAGAIN || ErrnoName(e) != "EAGAIN" {
		t.Errorf("EWOULDBLOCK is %v", e)
	}
}

func TestFlagString(t *testing.T) {
	for _, c := range []struct {
		got  interface{ String() string }
		want string
	}{
		{MsggetFlag(0), "0"},
		{MsggetFlag(IPC_CREAT | 0o600 | 0x10000), "IPC_CREAT|0600|0x10000"},
		{MsggetFlag(0o7), "0007"},
		{MsgrcvFlag(IPC_NOWAIT | MSG_COPY | 1), "IPC_NOWAIT|MSG_COPY|0x1"},
		{ShmgetFlag(IPC_CREAT | SHM_HUGETLB | SHM_HUGE_2MB), "IPC_CREAT|SHM_HUGETLB|SHM_HUGE_2MB"},
		{ShmgetFlag(16 << SHM_HUGE_SHIFT), "0x40000000"},
		{SemopFlag(SEM_UNDO), "SEM_UNDO"},
		{SemopFlag(-1), "IPC_NOWAIT|SEM_UNDO|0xe7ff"},
		{MsggetFlag(-1), "IPC_CREAT|IPC_EXCL|0777|0xfffff800"},
		{Key(-1), "0xffffffff"},
		{MsgctlCmd(IPC_STAT), "IPC_STAT"}, {ShmctlCmd(SHM_LOCK), "SHM_LOCK"}, {SemctlCmd(11), "GETPID"}, {SemctlCmd(99), "99"},
	} {
		if s := c.got.String(); s != c.want {
			t.Errorf("got %s, want %s", s, c.want)
		}
	}
	if u := ShmgetFlags.Unknown(IPC_CREAT | 0o666 | SHM_HUGE_1GB | 0x20000); u != 0x20000 {
		t.Errorf("unknown is %#x", u)
	}
	for _, bad := range []string{"", "IPC_CREAT|", "CREAT", "0o17", "0b1", "1_0", "-1", "MSG_COPY"} {
		if v, err := MsggetFlags.Parse(bad); err == nil {
			t.Errorf("%q is %d", bad, v)
		}
	}
}

// Every int, as C's flags are, is spelt so that it reads back.
func FuzzFlags(f *testing.F) {
	for _, v := range []int32{0, -1, 0o600, IPC_CREAT, SHM_HUGE_1GB, 1 << 30, -1 << 31} {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, v int32) {
		for _, s := range FlagSets {
			text := s.String(int64(v))
			if back, err := s.Parse(text); err != nil || back != int64(v) {
				t.Errorf("%s: %#x is %s is %#x, %v", s.Call, v, text, back, err)
			}
		}
	})
}

func TestFtok(t *testing.T) {
	if k := KeyOf(FileID{0xfe00, 10004506}, 'A'); k != 0x4100a81a {
		t.Errorf("key is %v", k)
	}
	if a, b := KeyOf(FileID{41, 2}, 7), KeyOf(FileID{297, 65538}, 7-256); a != 0x07290002 || a != b {
		t.Errorf("keys are %v, %v", a, b)
	}
	file := filepath.Join(t.TempDir(), "f")
	if _, _, err := Ftok(file, 1); true {
		wantErrno(t, err, "ftok", syscall.ENOENT)
	}
	os.WriteFile(file, nil, 0o600)
	os.Symlink(file, file+"l")
	k1, id, err := Ftok(file, 1)
	k2, _, err2 := Ftok(file+"l", 257)
	if err != nil || err2 != nil || k1 != k2 || k1 != KeyOf(id, 1) {
		t.Errorf("%v %v, %v %v", k1, err, k2, err2)
	}
}

// SHMGET-26, SEMCTL-29, MSGRCV-39: the values on Linux.
func testConst(t *testing.T, want map[string]int64) {
	for name, v := range want {
		if got, ok := Const(name); !ok || got != v {
			t.Errorf("%s is %d, want %d", name, got, v)
		}
	}
}

func TestRow_SHMGET_26(t *testing.T) {
	testConst(t, map[string]int64{"SHM_RDONLY": 0o10000, "SHM_RND": 0o20000, "SHM_REMAP": 0o40000, "SHM_EXEC": 0o100000,
		"SHM_HUGETLB": 0o4000, "SHM_NORESERVE": 0o10000, "SHM_DEST": 0o1000, "SHM_LOCKED": 0o2000,
		"SHM_LOCK": 11, "SHM_UNLOCK": 12, "SHM_STAT": 13, "SHM_INFO": 14, "SHM_STAT_ANY": 15})
}

func TestRow_SEMCTL_29(t *testing.T) {
	testConst(t, map[string]int64{"GETPID": 11, "GETVAL": 12, "GETALL": 13, "GETNCNT": 14, "GETZCNT": 15, "SETVAL": 16,
		"SETALL": 17, "SEM_STAT": 18, "SEM_INFO": 19, "SEM_STAT_ANY": 20, "SEM_UNDO": 0x1000,
		"IPC_RMID": 0, "IPC_SET": 1, "IPC_STAT": 2, "IPC_INFO": 3})
}

func TestRow_MSGRCV_39(t *testing.T) {
	testConst(t, map[string]int64{"MSG_NOERROR": 0o10000, "MSG_EXCEPT": 0o20000, "MSG_COPY": 0o40000, "IPC_NOWAIT": 0o4000})
}
