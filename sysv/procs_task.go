package sysv

import (
	"bytes"
	"encoding/binary"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// Task is a thread that is asleep in a System V call, with the arguments that it
// gave the kernel.
type Task struct {
	Tid    int
	Call   string // msgsnd, msgrcv, semop or semtimedop
	Known  bool   // the arguments below are known
	Bits32 bool   // of a 32-bit process, whose numbers mean other calls: not decoded

	ID      int  // of the queue or the set
	Size    uint // of the message, or at most
	Type    int  // of the message, or which
	HasType bool // a sender's type is in its memory, which may not be readable
	Flags   int  // msgflg
	NumOps  uint // how long the array of operations is
	Ops     []Sembuf
	Timeout *Timespec // as given, of a semtimedop

	cpu int // where it ran last
}

// reader looks at processes, one at a time.
type reader struct {
	*looker
	buf [4096]byte
}

// maxOps bounds how much of another process's array is read.
const maxOps = 4096

// process looks at one process's threads. It is nil if there is nothing to know.
func (r *reader) process(pid int) *seen {
	base := strconv.Itoa(pid)
	var st unix.Stat_t
	// The folder is the effective user's even where the files in it are root's, and
	// its links count the threads.
	if err := unix.Fstatat(r.dir, base+"/task", &st, 0); err != nil {
		if !isRefusal(err) {
			return nil
		}
		v := &seen{refused: true, other: unix.Fstatat(r.dir, base, &st, 0) != nil || st.Uid != r.uid}
		v.proc.Pid = pid
		return v
	}
	v := &seen{other: st.Uid != r.uid}
	v.proc.Pid, v.proc.Uid, v.proc.Threads = pid, st.Uid, max(1, int(st.Nlink)-2)
	if v.proc.Threads == 1 {
		r.task(v, base+"/task/"+base+"/", pid)
	} else {
		r.tasks(v, base+"/task")
	}
	if v.refused && (r.kernelThread(base) || !r.inNamespace(v) && v.is == elsewhere) {
		return nil
	}
	if len(v.proc.Asleep) > 0 && !r.inNamespace(v) {
		v.proc.Asleep = nil
	}
	if len(v.proc.Asleep) > 0 {
		v.proc.Args = r.command(base, v.thread)
	}
	return v
}

func (r *reader) tasks(v *seen, dir string) {
	fd, err := unix.Openat(r.dir, dir, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		v.refused = v.refused || isRefusal(err)
		return
	}
	d := os.NewFile(uintptr(fd), dir)
	names, _ := d.Readdirnames(-1)
	d.Close()
	v.proc.Threads = max(1, len(names))
	for _, name := range names {
		if tid, err := strconv.Atoi(name); err == nil {
			if tid != v.proc.Pid {
				v.thread = dir + "/" + name + "/"
			}
			r.task(v, dir+"/"+name+"/", tid)
		}
	}
}

// read reads a small file as a whole. The bytes stay until the next read.
func (r *reader) read(path string) ([]byte, error) {
	fd, err := unix.Openat(r.dir, path, unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	for {
		n, err := unix.Read(fd, r.buf[:])
		if err != unix.EINTR {
			return r.buf[:max(0, n)], err
		}
	}
}

// task looks at one thread and notes it if it is asleep in a call.
func (r *reader) task(v *seen, path string, tid int) {
	b, err := r.read(path + "syscall")
	t := Task{Tid: tid}
	if err != nil {
		if isRefusal(err) || err == unix.ENOENT { // without the file, the kernel may still name the function
			r.unknown(v, path, t)
		}
		return
	}
	nr, args, ok := parseSyscall(b)
	if !ok {
		return
	}
	if callByNumber(nr) == "" && !foreignNumber(nr) {
		return
	}
	stat, err := r.read(path + "stat")
	if err != nil || stateInStat(stat) != 'S' {
		return
	}
	t.cpu = cpuInStat(stat)
	if in, _ := r.systemV(&t, path, nr, args); in {
		v.proc.Asleep = append(v.proc.Asleep, t)
	}
}

// systemV takes the call that a sleeping thread is in, if it is one of ours. The
// number alone does not tell a 32-bit process, to which it is another call; its
// stack is in the low 4 GB.
func (r *reader) systemV(t *Task, path string, nr int, args [7]uint64) (in, bits32 bool) {
	if (foreignNumber(nr) || args[sp]>>32 == 0) && r.bits32(path) {
		where, _ := r.read(path + "wchan")
		t.Call, t.Bits32 = callIn(where)
		return t.Bits32, true
	}
	if t.Call = callByNumber(nr); t.Call == "" {
		return false, false
	}
	t.decode(args)
	r.pointers(path, t, args)
	return true, false
}

// unknown notes a thread whose arguments may not be read, if the kernel names the
// function that it sleeps in. Where that may not be read either, it says "0".
func (r *reader) unknown(v *seen, path string, t Task) {
	where, err := r.read(path + "wchan")
	if err == nil && len(where) > 0 && where[0] != '0' {
		if name, ok := callIn(where); ok {
			t.Call = name
			if stat, err := r.read(path + "stat"); err == nil {
				t.cpu = cpuInStat(stat)
			}
			v.proc.Asleep = append(v.proc.Asleep, t)
		}
		return
	}
	if stat, err := r.read(path + "stat"); err != nil || stateInStat(stat) == 'S' {
		v.refused = true
	}
}

// decode takes the arguments that are in registers.
func (t *Task) decode(args [7]uint64) {
	t.Known = true
	t.ID = int(int32(args[0]))
	switch t.Call {
	case "msgsnd":
		t.Size, t.Flags = uint(args[2]), int(int32(args[3]))
	case "msgrcv":
		t.Size, t.Type, t.HasType, t.Flags = uint(args[2]), int(args[3]), true, int(int32(args[4]))
	default:
		t.NumOps = uint(uint32(args[2]))
	}
}

// pointers takes the arguments that are in the process's memory, if it can be
// read.
func (r *reader) pointers(path string, t *Task, args [7]uint64) {
	timed := t.Call == "semtimedop" && args[3] != 0
	if t.Call == "semtimedop" && !timed {
		t.Call = "semop" // as the C library calls it
	}
	if t.Call == "msgrcv" {
		return
	}
	fd, err := unix.Openat(r.dir, path+"mem", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return
	}
	defer unix.Close(fd)
	if t.Call == "msgsnd" {
		if b := readAt(fd, args[1], strconv.IntSize/8); b != nil {
			t.Type, t.HasType = parseLong(b), true
		}
		return
	}
	t.Ops = parseSembufs(readAt(fd, args[1], sizeofSembuf*int(min(t.NumOps, maxOps))))
	if timed {
		t.Timeout = parseTimespec(readAt(fd, args[3], 16))
	}
}

// readAt reads of the memory behind a mem file; nil if it is not all there.
func readAt(fd int, addr uint64, n int) []byte {
	b := make([]byte, n)
	if got, err := unix.Pread(fd, b, int64(addr)); err != nil || got != n {
		return nil
	}
	return b
}

const sizeofSembuf = 6

// parseSembufs reads an array of struct sembuf. Incomplete ones are left out.
func parseSembufs(b []byte) []Sembuf {
	var ops []Sembuf
	for ; len(b) >= sizeofSembuf; b = b[sizeofSembuf:] {
		ops = append(ops, Sembuf{Num: binary.NativeEndian.Uint16(b), Op: int16(binary.NativeEndian.Uint16(b[2:])),
			Flg: SemopFlag(binary.NativeEndian.Uint16(b[4:]))})
	}
	return ops
}

// parseTimespec reads a struct timespec of two 64-bit numbers.
func parseTimespec(b []byte) *Timespec {
	if len(b) < 16 {
		return nil
	}
	return &Timespec{Sec: int64(binary.NativeEndian.Uint64(b)), Nsec: int64(binary.NativeEndian.Uint64(b[8:]))}
}

func parseLong(b []byte) int {
	if len(b) == 4 {
		return int(int32(binary.NativeEndian.Uint32(b)))
	}
	return int(binary.NativeEndian.Uint64(b))
}

// sp is the index of the stack pointer behind the arguments.
const sp = 6

// parseSyscall reads "NUMBER 0xARG0 ... 0xARG5 0xSP 0xPC". Not ok are "running",
// and -1 for a thread that is in no call.
func parseSyscall(b []byte) (nr int, args [7]uint64, ok bool) {
	word, b, _ := bytes.Cut(b, []byte(" "))
	n, ok := parseDigits(word, 10)
	if !ok || n >= 1<<31 {
		return 0, args, false
	}
	for i := range args {
		word, b, _ = bytes.Cut(b, []byte(" "))
		hex, isHex := bytes.CutPrefix(word, []byte("0x"))
		if args[i], ok = parseDigits(hex, 16); !ok || !isHex {
			return 0, args, false
		}
	}
	return int(n), args, true
}

// parseDigits reads a number of up to 16 digits, without making a string of it as
// package strconv would have it.
func parseDigits(b []byte, base uint64) (n uint64, ok bool) {
	for _, c := range b {
		d := uint64(c) - '0'
		if c >= 'a' && c <= 'f' {
			d = uint64(c) - 'a' + 10
		}
		if d >= base {
			return 0, false
		}
		n = n*base + d
	}
	return n, len(b) > 0 && len(b) <= 16
}

// callByNumber names the calls that may sleep, by this machine's numbers.
func callByNumber(nr int) string {
	switch nr {
	case unix.SYS_MSGRCV:
		return "msgrcv"
	case unix.SYS_MSGSND:
		return "msgsnd"
	case sysSemtimedop:
		return "semtimedop"
	case sysSemop:
		return "semop"
	}
	return ""
}
