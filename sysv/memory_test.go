package sysv

import (
	"errors"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

func wantFault(t *testing.T, err error, addr uintptr, write bool) {
	t.Helper()
	var f *FaultError
	if !errors.As(err, &f) || f.Addr != addr || f.Write != write {
		t.Errorf("got %v, want a fault at %#x, write %v", err, addr, write)
	}
}

func TestMemory(t *testing.T) {
	page := uintptr(os.Getpagesize())
	m := newSegment(t, 2*uint(page))
	rw, ro := attach(t, m, 0), attach(t, m, SHM_RDONLY)
	if err := Store(rw+10, []byte("hello")); err != nil {
		t.Fatal(err)
	}
	p := make([]byte, 5)
	if err := Load(ro+10, p); err != nil || string(p) != "hello" {
		t.Errorf("%q, %v", p, err)
	}
	if err := StoreInt32(rw+100, -7); err != nil {
		t.Error(err)
	}
	if v, err := LoadInt32(ro + 100); err != nil || v != -7 {
		t.Errorf("%d, %v", v, err)
	}
	if v, err := LoadInt32(ro + 101); err != nil {
		t.Errorf("unaligned: %d, %v", v, err)
	}
	wantFault(t, Store(ro+10, p), ro+10, true)
	wantFault(t, StoreInt32(ro, 1), ro, true)
	for range 1000 {
		if err := Store(ro, p); err == nil {
			t.Fatal("wrote to a read-only attachment")
		}
	}
	if err := unix.Mprotect(must(bytesAt(rw+page, int(page))), unix.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	var f *FaultError
	if err := Load(rw, make([]byte, 2*page)); !errors.As(err, &f) || f.Addr < rw+page || f.Addr >= rw+2*page {
		t.Errorf("across two pages: %v", err)
	}
	Shmdt(rw)
	Shmdt(ro)
	wantFault(t, Load(rw, p), rw, false)
	_, err := LoadInt32(ro)
	wantFault(t, err, ro, false)
	for _, addr := range []uintptr{0, 16, ^uintptr(0) - 100, ^uintptr(0)} {
		wantFault(t, Load(addr, p), addr, false)
		wantFault(t, Store(addr, p), addr, true)
	}
	if err := Load(16, nil); err != nil {
		t.Errorf("nothing cannot fault: %v", err)
	}
}

// bytesAt is memory for mprotect.
func bytesAt(addr uintptr, n int) ([]byte, error) { return memory(addr, n), nil }

func TestSIGBUS(t *testing.T) {
	fd, err := unix.MemfdCreate("sigbus", unix.MFD_CLOEXEC)
	if err != nil {
		t.Skip("no memfd_create:", err)
	}
	defer unix.Close(fd)
	unix.Ftruncate(fd, 8192)
	m, err := unix.Mmap(fd, 0, 8192, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Munmap(m)
	unix.Ftruncate(fd, 0)
	addr := addressOf(m)
	wantFault(t, Store(addr+100, []byte{1}), addr+100, true)
	wantFault(t, Load(addr, make([]byte, 1)), addr, false)
}

func TestAttachments(t *testing.T) {
	page := uintptr(os.Getpagesize())
	m, err := Shmget(0x1234567, 3*uint(page), IPC_CREAT|IPC_EXCL|0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { Shmctl(m, IPC_RMID, nil) })
	rw, ro := attach(t, m, 0), attach(t, m, SHM_RDONLY)
	find := func(addr uintptr) *Attachment {
		for _, a := range must(Attachments()) {
			if a.Start == addr {
				return &a
			}
		}
		return nil
	}
	want := Attachment{Start: rw, End: rw + 3*page, Perms: "rw-s", Id: m, Key: 0x1234567}
	if a := find(rw); a == nil || *a != want {
		t.Errorf("%+v, want %+v", a, want)
	}
	if a := find(ro); a == nil || a.Perms != "r--s" {
		t.Errorf("%+v", a)
	}
	unix.Mprotect(memory(rw+page, int(page)), unix.PROT_READ)
	if a := find(rw + 2*page); a == nil || a.Offset != uint64(2*page) {
		t.Errorf("%+v", a)
	}
	Shmctl(m, IPC_RMID, nil)
	if a := find(ro); a == nil || !a.Removed {
		t.Errorf("%+v is not removed", a)
	}
	for _, c := range []struct {
		addr uintptr
		n    int
		want bool
	}{{ro, 1, true}, {ro - 1, 2, true}, {ro, 0, false}, {16, 100, false}, {1, 1<<31 - 1, true}} {
		if got, err := Mapped(c.addr, c.n); err != nil || got != c.want && c.addr != 1 {
			t.Errorf("%#x+%d is mapped: %v, %v", c.addr, c.n, got, err)
		}
	}
	Shmdt(ro)
	if a := find(ro); a != nil {
		t.Errorf("%+v is detached", a)
	}
	if got, _ := Mapped(ro, int(page)); got {
		t.Error("mapped after shmdt")
	}
}

func FuzzParseMaps(f *testing.F) {
	f.Add("7f0-7f8 rw-s 00001000 00:01 12       /SYSV0000abcd (deleted)\n" +
		"1000-2000 r-xp 00000000 fe:00 1234 /bin/cat\n" +
		"3000-4000 rw-p 00000000 00:00 0\n" +
		"5000-6000 rw-p 00000000 00:01 1 /SYSV00000001 (deleted)\n" + // private: not a segment
		"7000-8000 rw-s 00000000 00:01 1 /SYSV1 (deleted)\n" +
		"9000-a000 ---s 00000000 00:01 1 /SYSVffffffff (deleted)")
	f.Add("- -s")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := ParseMaps(strings.NewReader(text))
		if err != nil || len(list) > strings.Count(text, "/SYSV") {
			t.Errorf("%v, %v", list, err)
		}
	})
}

func TestParseMaps(t *testing.T) {
	list, err := ParseMaps(strings.NewReader("7f0-7f8 rw-s 00001000 00:01 12       /SYSV0000abcd (deleted)\n" +
		"1000-2000 rw-p 00000000 00:01 1 /SYSV00000001 (deleted)\n9000-a000 ---s 00000000 00:01 1 /SYSVffffffff (deleted)"))
	if err != nil || len(list) != 2 || list[0] != (Attachment{0x7f0, 0x7f8, "rw-s", 0x1000, 12, 0xabcd, false}) || list[1].Key != -1 {
		t.Errorf("%+v, %v", list, err)
	}
}
