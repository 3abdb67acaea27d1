package sysv

import (
	"math"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Rows of semantics.md that the typed calls cannot reach, by raw system calls.

func addressOf(p []byte) uintptr { return uintptr(unsafe.Pointer(&p[0])) }

func raw(t *testing.T, want syscall.Errno, nr uintptr, args ...uintptr) uintptr {
	t.Helper()
	var a [6]uintptr
	copy(a[:], args)
	r, _, errno := unix.Syscall6(nr, a[0], a[1], a[2], a[3], a[4], a[5])
	if errno != want {
		t.Errorf("call %d%v: %s, want %s", nr, args, ErrnoName(errno), ErrnoName(want))
	}
	return r
}

func TestRow_MSGSND_10(t *testing.T) {
	q := newQueue(t)
	for _, p := range []uintptr{8, 0} {
		raw(t, syscall.EFAULT, unix.SYS_MSGSND, uintptr(q), p, 1, IPC_NOWAIT)
	}
}

func TestRow_MSGSND_11(t *testing.T) {
	q := newQueue(t)
	page := os.Getpagesize()
	m := must(unix.Mmap(-1, 0, 2*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS))
	defer unix.Munmap(m)
	m[page-8] = 1 // mtype
	if err := unix.Mprotect(m[page:], unix.PROT_NONE); err != nil {
		t.Fatal(err)
	}
	raw(t, syscall.EFAULT, unix.SYS_MSGSND, uintptr(q), addressOf(m)+uintptr(page)-8, 100, 0)
	var ds MsqidDs
	if _, err := Msgctl(q, IPC_STAT, &ds); err != nil || ds.Qnum != 0 {
		t.Errorf("%d messages, %v", ds.Qnum, err)
	}
}

func TestRow_MSGCTL_03(t *testing.T) {
	q := newQueue(t)
	for _, cmd := range []uintptr{IPC_STAT, IPC_SET, IPC_INFO} {
		raw(t, syscall.EFAULT, unix.SYS_MSGCTL, uintptr(q), cmd, 8)
	}
}

func TestRow_MSGCTL_24(t *testing.T) {
	if runtime.GOARCH == "386" {
		t.Skip("IPC_64 is for x86-64 to refuse")
	}
	_, err := Msgctl(newQueue(t), IPC_STAT|0x100, new(MsqidDs))
	wantErrno(t, err, "msgctl", syscall.EINVAL)
}

func TestRow_SEMOP_22(t *testing.T) {
	s := newSet(t, 1)
	raw(t, syscall.EFAULT, sysSemtimedop, uintptr(s), 8, 1, 0)
	raw(t, syscall.EFAULT, sysSemtimedop, math.MaxInt32, 8, 1, 0)
}

func TestRow_SEMTIMEDOP_07(t *testing.T) {
	op := make([]byte, 6)
	raw(t, syscall.EFAULT, sysSemtimedop, uintptr(newSet(t, 1)), addressOf(op), 1, 8)
	runtime.KeepAlive(op)
}

func TestRow_SEMCTL_08(t *testing.T) {
	s := newSet(t, 1)
	for _, cmd := range []uintptr{GETALL, SETALL, IPC_STAT, IPC_SET, SEM_INFO} {
		raw(t, syscall.EFAULT, unix.SYS_SEMCTL, uintptr(s), 0, cmd, 8)
	}
}

func TestRow_SHMAT_11(t *testing.T) {
	ro := attach(t, newSegment(t, 1), SHM_RDONLY)
	if err := unix.Mprotect(memory(ro, os.Getpagesize()), unix.PROT_READ|unix.PROT_WRITE); err != syscall.EACCES {
		t.Error(err)
	}
}

// SHMAT-14: machine code runs in a SHM_EXEC attachment only.
func TestRow_SHMAT_14(t *testing.T) {
	code := map[string][]byte{
		"amd64": {0xb8, 42, 0, 0, 0, 0xc3}, // mov eax, 42; ret
		"386":   {0xb8, 42, 0, 0, 0, 0xc3},
		"arm64": {0x40, 0x05, 0x80, 0x52, 0xc0, 0x03, 0x5f, 0xd6}, // mov w0, #42; ret
	}[runtime.GOARCH]
	if code == nil {
		t.Skip("no machine code for " + runtime.GOARCH)
	}
	if runtime.GOARCH == "386" {
		t.Skip("a kernel for 386 may have no NX bit")
	}
	m := newSegment(t, uint(len(code)))
	if err := Store(attach(t, m, 0), code); err != nil {
		t.Fatal(err)
	}
	run := func(addr uintptr) (fault bool) {
		defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
		defer func() { fault = recover() != nil }()
		entry := &addr // a func value is a pointer to its entry
		(*(*func())(unsafe.Pointer(&entry)))()
		return false
	}
	if run(attach(t, m, SHM_EXEC)) {
		t.Error("SHM_EXEC does not run")
	}
	for _, a := range must(Attachments()) {
		if a.Id == m && strings.Contains(a.Perms, "x") != (a.Perms == "rwxs") {
			t.Errorf("%+v", a)
		}
	}
	// A jump to memory without x kills a Go program beyond rescue, so a child dies.
	out, err := helper("jump", nil).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "SIGSEGV") {
		t.Errorf("a plain attachment runs: %v\n%s", err, out)
	}
}

func init() {
	helpers["jump"] = func() error {
		m := must(Shmget(IPC_PRIVATE, 1, IPC_CREAT|0o600))
		addr := must(Shmat(m, 0, 0))
		Shmctl(m, IPC_RMID, nil)
		entry := &addr
		(*(*func())(unsafe.Pointer(&entry)))()
		return nil
	}
}

func TestRow_SHMAT_20(t *testing.T) {
	page := uintptr(os.Getpagesize())
	m := newSegment(t, 3*uint(page))
	addr := attach(t, m, 0)
	for _, prot := range []int{unix.PROT_READ, unix.PROT_READ | unix.PROT_WRITE} {
		if err := unix.Mprotect(memory(addr+page, int(page)), prot); err != nil {
			t.Fatal(err)
		}
		if n := nattch(t, m); n != 3 {
			t.Errorf("nattch %d", n)
		}
	}
	if err := Shmdt(addr); err != nil || nattch(t, m) != 0 {
		t.Errorf("nattch %d, %v", nattch(t, m), err)
	}
}

func nattch(t *testing.T, m Shmid) uint {
	t.Helper()
	var ds ShmidDs
	if _, err := Shmctl(m, IPC_STAT, &ds); err != nil {
		t.Fatal(err)
	}
	return ds.Nattch
}

func TestRow_SHMAT_22(t *testing.T) {
	m := newSegment(t, 64<<20)
	var old unix.Rlimit
	unix.Getrlimit(unix.RLIMIT_AS, &old)
	small := unix.Rlimit{Cur: 32 << 20, Max: old.Max}
	if err := unix.Prlimit(0, unix.RLIMIT_AS, &small, nil); err != nil {
		t.Fatal(err)
	}
	_, err := Shmat(m, 0, 0)
	unix.Prlimit(0, unix.RLIMIT_AS, &old, nil)
	wantErrno(t, err, "shmat", syscall.ENOMEM)
	if nattch(t, m) != 0 {
		t.Error("attached")
	}
}

func TestRow_SHMAT_23(t *testing.T) {
	m := newSegment(t, 1)
	addr := attach(t, m, 0)
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		done <- StoreInt32(addr, 42)
	}()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if v, err := LoadInt32(addr); v != 42 || err != nil || nattch(t, m) != 1 {
		t.Errorf("%d, %v, nattch %d", v, err, nattch(t, m))
	}
}

func TestRow_SYS_01(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("the numbers of x86-64")
	}
	got := [...]int{unix.SYS_SHMGET, unix.SYS_SHMAT, unix.SYS_SHMCTL, unix.SYS_SEMGET, 65, unix.SYS_SEMCTL,
		unix.SYS_SHMDT, unix.SYS_MSGGET, unix.SYS_MSGSND, unix.SYS_MSGRCV, unix.SYS_MSGCTL, sysSemtimedop}
	if got != [...]int{29, 30, 31, 64, 65, 66, 67, 68, 69, 70, 71, 220} {
		t.Error(got)
	}
}

// SYS-02, GO-06: every call is a raw system call, and they work.
func TestRow_SYS_02(t *testing.T) { TestMsg(t); TestShm(t); TestSem(t) }
func TestRow_GO_06(t *testing.T)  { TestRow_SYS_02(t) }

// rawSleeper blocks a thread in semop without this package's retry.
func rawSleeper(t *testing.T, s Semid) (tid int, result chan syscall.Errno) {
	tids, result := make(chan int), make(chan syscall.Errno, 1)
	var serve func()
	serve = func() {
		runtime.LockOSThread()
		if unix.Gettid() == os.Getpid() {
			done := make(chan bool)
			go func() { serve(); close(done) }()
			<-done
			return
		}
		tids <- unix.Gettid()
		op := [1]Sembuf{{0, -1, 0}}
		_, _, errno := unix.Syscall6(sysSemtimedop, uintptr(s), uintptr(unsafe.Pointer(&op)), 1, 0, 0, 0)
		result <- errno
	}
	go serve()
	tid = <-tids
	awaitSleep(t, tid)
	return tid, result
}

func TestRow_GO_01(t *testing.T) {
	s := newSet(t, 1)
	_, result := rawSleeper(t, s)
	stop := make(chan bool)
	for range 4 {
		go func() {
			for {
				select {
				case <-stop:
					return
				default:
					runtime.KeepAlive(make([]byte, 1<<10))
					runtime.Gosched() // or the collections wait for us
				}
			}
		}()
	}
	for range 30 {
		runtime.GC()
	}
	close(stop)
	Semctl(s, 0, SETVAL, SemVal(1))
	if errno := <-result; errno != 0 {
		t.Error(errno)
	}
}

func TestRow_GO_02(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGURG, syscall.SIGWINCH} {
		tid, result := rawSleeper(t, newSet(t, 1))
		unix.Tgkill(os.Getpid(), tid, sig) // without any signal.Notify
		if errno := <-result; errno != syscall.EINTR {
			t.Error(sig, errno)
		}
	}
}

func TestRow_GO_03(t *testing.T) {
	c := make(chan os.Signal, 10)
	signal.Notify(c, syscall.SIGWINCH)
	defer signal.Stop(c)
	TestRow_GO_02(t)
	// Children that end interrupt nothing of ours, for we retry.
	_, cancel, result := asleep(t, blockingCalls(t)["semop"])
	for range 20 {
		if err := exec.Command("true").Run(); err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	wantErrno(t, <-result, "semop", syscall.EINTR)
}

func TestRow_GO_04(t *testing.T) {
	s := newSet(t, 1)
	Semctl(s, 0, SETVAL, SemVal(1))
	tids := make(chan int)
	go func() {
		runtime.LockOSThread() // ends with the goroutine, unless it is the main one
		Semop(bg, s, []Sembuf{{0, -1, SEM_UNDO}})
		tids <- unix.Gettid()
	}()
	tid := <-tids
	for end := time.Now().Add(5 * time.Second); tid != os.Getpid() && unix.Tgkill(os.Getpid(), tid, 0) == nil; {
		if time.Now().After(end) {
			t.Fatal("the thread does not end")
		}
		runtime.Gosched()
	}
	if v, err := Semctl(s, 0, GETVAL, nil); v != 0 || err != nil {
		t.Errorf("value %d, %v: undone by the end of a thread", v, err)
	}
}
