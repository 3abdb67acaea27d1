package sysv

import (
	"encoding/binary"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Rows of shared memory and semaphores that no script can show.

// kernelWrites makes a ctl call with a buffer and returns it, having checked that
// the kernel wrote size bytes and no more.
func kernelWrites(t *testing.T, size uintptr, nr uintptr, args ...uintptr) []byte {
	t.Helper()
	if unsafe.Sizeof(uintptr(0)) != 8 {
		t.Skip("the layouts of 64 bits")
	}
	buf := make([]byte, 256)
	for i := range buf {
		buf[i] = 0xa5
	}
	raw(t, 0, nr, append(args, addressOf(buf))...)
	for i, b := range buf[size:] {
		if b != 0xa5 {
			t.Errorf("byte %d is written, size is %d", int(size)+i, size)
		}
	}
	if size > 0 && buf[size-1] == 0xa5 {
		t.Errorf("byte %d is not written", size-1)
	}
	return buf
}

func u64(b []byte, offset uintptr) uint64 { return binary.NativeEndian.Uint64(b[offset:]) }
func u32(b []byte, offset uintptr) uint32 { return binary.NativeEndian.Uint32(b[offset:]) }

func TestRow_SHMCTL_01(t *testing.T) {
	checkLayout(t, "shmid_ds", layoutHere().shmid, layoutWant.shmid)
	m := newSegment(t, 5000)
	attach(t, m, 0)
	at := layoutWant.shmid // size, segsz, atime, dtime, ctime, cpid, lpid, nattch
	b := kernelWrites(t, at[0], unix.SYS_SHMCTL, uintptr(m), IPC_STAT)
	me := uint32(os.Getpid())
	if u64(b, at[1]) != 5000 || u64(b, at[2]) == 0 || u64(b, at[3]) != 0 || u64(b, at[4]) == 0 ||
		u32(b, at[5]) != me || u32(b, at[6]) != me || u64(b, at[7]) != 1 || u32(b, layoutWant.perm[6])&0o777 != 0o700 {
		t.Errorf("% x", b[:at[0]])
	}
}

func TestRow_SEMCTL_01(t *testing.T) {
	checkLayout(t, "semid_ds", layoutHere().semid, layoutWant.semid)
	s := newSet(t, 7)
	if err := Semop(bg, s, []Sembuf{{0, 1, 0}}); err != nil {
		t.Fatal(err)
	}
	at := layoutWant.semid // size, otime, ctime, nsems
	b := kernelWrites(t, at[0], unix.SYS_SEMCTL, uintptr(s), 0, IPC_STAT)
	if u64(b, at[1]) == 0 || u64(b, at[2]) == 0 || u64(b, at[3]) != 7 || u32(b, layoutWant.perm[6])&0o777 != 0o600 {
		t.Errorf("% x", b[:at[0]])
	}
}

// SHMCTL-10: the size of struct shminfo; its values are shown by a script.
func TestRow_SHMCTL_10(t *testing.T) {
	b := kernelWrites(t, layoutWant.shminfo[0], unix.SYS_SHMCTL, 0, IPC_INFO)
	if u64(b, layoutWant.shminfo[2]) != 1 { // shmmin
		t.Errorf("% x", b)
	}
}

// SHMDT-02: what a script cannot say, NULL, and memory of our own.
func TestRow_SHMDT_02(t *testing.T) {
	heap := make([]byte, 1<<20)
	for _, addr := range []uintptr{0, 1, addressOf(heap) &^ uintptr(os.Getpagesize()-1)} {
		wantErrno(t, Shmdt(addr), "shmdt", syscall.EINVAL)
	}
	runtime.KeepAlive(heap)
}

func TestRow_SHMAT_25(t *testing.T) {
	m, err := Shmget(0x4321, 5000, IPC_CREAT|IPC_EXCL|0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { Shmctl(m, IPC_RMID, nil) })
	rw, ro := attach(t, m, 0), attach(t, m, SHM_RDONLY)
	maps := string(must(os.ReadFile("/proc/self/maps")))
	size := (uintptr(5000) + uintptr(os.Getpagesize()) - 1) &^ uintptr(os.Getpagesize()-1)
	for addr, perms := range map[uintptr]string{rw: "rw-s", ro: "r--s"} {
		line := fmt.Sprintf(`(?m)^0*%x-0*%x %s 00000000 00:[0-9a-f]+ %d +/SYSV00004321 \(deleted\)$`, addr, addr+size, perms, m)
		if !regexp.MustCompile(line).MatchString(maps) {
			t.Errorf("no line %s in\n%s", line, maps)
		}
	}
}

func TestRow_SHMCTL_19(t *testing.T) {
	m, err := Shmget(-2, 5000, IPC_CREAT|IPC_EXCL|0o640)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { Shmctl(m, IPC_RMID, nil) })
	if err := Store(attach(t, m, 0), []byte("x")); err != nil {
		t.Fatal(err)
	}
	var d ShmidDs
	must(Shmctl(m, IPC_STAT, &d))
	lines := strings.Split(string(must(os.ReadFile("/proc/sysvipc/shm"))), "\n")
	const header = "key shmid perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime rss swap"
	if got := strings.Join(strings.Fields(lines[0]), " "); got != header {
		t.Errorf("header %q", got)
	}
	want := fmt.Sprintf("-2 %d 640 5000 %d %d 1 %d %d %d %d %d 0 %d %d 0", m, d.Cpid, d.Lpid, d.Uid, d.Gid, d.Cuid, d.Cgid,
		d.Atime(), d.Ctime(), os.Getpagesize())
	found := false
	for _, line := range lines[1:] {
		found = found || strings.Join(strings.Fields(line), " ") == want
	}
	if !found {
		t.Errorf("no line %q in\n%s", want, strings.Join(lines, "\n"))
	}
}

// SHMGET-20 wants 2 huge pages: sysctl vm.nr_hugepages=2.
func TestRow_SHMGET_20(t *testing.T) {
	if !canSetuid() {
		t.Skip("huge pages are for root")
	}
	var free, size int
	for _, line := range strings.Split(string(must(os.ReadFile("/proc/meminfo"))), "\n") {
		fmt.Sscanf(line, "HugePages_Free: %d", &free)
		fmt.Sscanf(line, "Hugepagesize: %d", &size)
	}
	if free < 2 || size != 2048 {
		t.Skipf("no 2 free huge pages of 2 MiB (%d of %d kB); sysctl vm.nr_hugepages=2 makes them", free, size)
	}
	rss := func() uint {
		var i ShmInfo
		must(Shmctl(0, SHM_INFO, &i))
		return i.ShmRss
	}
	before := rss()
	m, err := Shmget(IPC_PRIVATE, 3<<20, IPC_CREAT|SHM_HUGETLB|0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { Shmctl(m, IPC_RMID, nil) })
	addr := attach(t, m, 0)
	if addr%(2<<20) != 0 {
		t.Errorf("at %#x", addr)
	}
	for _, a := range must(Attachments()) {
		if a.Id == m && (a.Start != addr || a.End != addr+4<<20) {
			t.Errorf("%+v", a)
		}
	}
	if err := Store(addr+4<<20-1, []byte{1}); err != nil {
		t.Error(err)
	}
	const pages = 512                                        // of 4096 bytes in one of 2 MiB
	if n := rss() - before; n != pages*pages && n != pages { // a kernel without the quirk
		t.Errorf("rss %d pages", n)
	}
	for _, line := range strings.Split(string(must(os.ReadFile("/proc/sysvipc/shm"))), "\n") {
		f := strings.Fields(line)
		if len(f) == 16 && f[1] == fmt.Sprint(m) && f[14] != fmt.Sprint(4096*(rss()-before)) {
			t.Error(line)
		}
	}
	must(Shmctl(m, SHM_LOCK, nil))
	var d ShmidDs
	must(Shmctl(m, IPC_STAT, &d))
	if d.Segsz != 3<<20 || d.Mode != 0o600 {
		t.Errorf("%d bytes, mode %#o", d.Segsz, d.Mode)
	}
	must(Shmctl(m, SHM_UNLOCK, nil))
}

// SEMOP-25: where the bad pointer stands among the errors.
func TestRow_SEMOP_25(t *testing.T) {
	s := newSet(t, 1)
	raw(t, syscall.EINVAL, sysSemtimedop, uintptr(s), 8, 0, 0)
	raw(t, syscall.EINVAL, sysSemtimedop, ^uintptr(0), 8, 0, 0)
	raw(t, syscall.E2BIG, sysSemtimedop, uintptr(s), 8, 1<<30, 0)
	raw(t, syscall.E2BIG, sysSemtimedop, 1<<30, 8, 1<<30, 0)
	raw(t, syscall.EFAULT, sysSemtimedop, 1<<30, 8, 1, 0)
	raw(t, syscall.EFAULT, sysSemtimedop, uintptr(s), 8, 1, 0)
	if v, err := Semctl(s, 0, GETVAL, nil); v != 0 || err != nil {
		t.Errorf("%d, %v", v, err)
	}
}

// SEMCTL-31: GETALL asks for permission before it looks at the pointer.
func TestRow_SEMCTL_31(t *testing.T) {
	if HasIPCOwner() {
		t.Skip("mode bits do not bind CAP_IPC_OWNER")
	}
	s := newSet(t, 1)
	raw(t, syscall.EFAULT, unix.SYS_SEMCTL, uintptr(s), 0, GETALL, 8)
	var d SemidDs
	must(Semctl(s, 0, IPC_STAT, &d))
	d.Mode = 0
	must(Semctl(s, 0, IPC_SET, &d))
	raw(t, syscall.EACCES, unix.SYS_SEMCTL, uintptr(s), 0, GETALL, 8)
}
