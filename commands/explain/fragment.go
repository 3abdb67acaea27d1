package explain

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"ipcsh/commands"
	"ipcsh/sysv"
)

// fragment is a C program that is being written: the declarations that a call
// needs, what is done before it, and the call.
type fragment struct {
	gnu     bool // something in it needs _GNU_SOURCE
	headers []string
	outside []string // before main
	inside  []string // in main, before the call
	call    string
	fails   string // what the call is compared with; "" for what is no call
}

// cProgram writes the C program that makes the call and checks for the errno
// that it failed with; "" for a command that C has nothing for.
func cProgram(c *commands.Call, errno string) string {
	f := &fragment{fails: "-1"}
	switch c.Cmd.Name {
	case "ftok":
		f.headers = []string{"sys/ipc.h"}
		f.call = c.Cmd.Spell(c)
		f.call = "ftok(" + cString([]byte(c.Args[0].S)) + f.call[strings.LastIndex(f.call, ", "):]
	case "msgget", "semget", "shmget":
		f.get(c)
	case "msgsnd":
		f.msgsnd(c)
	case "msgrcv":
		f.msgrcv(c.Args[0].I, c.ReceiveSize(), c.Args[1].I, sysv.MsgrcvFlag(c.Args[2].I).String())
	case "peek":
		f.msgrcv(c.Args[0].I, c.ReceiveSize(), 0, "MSG_COPY|IPC_NOWAIT")
	case "msgctl":
		f.ctl(c, "msg", sysv.MsgctlCmd(c.Args[1].I).String(), c.Args[2:5])
	case "shmctl":
		f.ctl(c, "shm", sysv.ShmctlCmd(c.Args[1].I).String(), c.Args[2:5])
	case "semctl":
		f.semctl(c)
	case "shmat":
		f.headers = []string{"sys/shm.h"}
		f.call, f.fails = c.Cmd.Spell(c), "(void *)-1"
	case "shmdt":
		f.headers = []string{"sys/shm.h"}
		f.call = c.Cmd.Spell(c)
	case "semop":
		f.semop(c.Args[0].I, c.Args[1].Ops, c.Args[2].Time)
	case "P", "V":
		delta := int16(-1)
		if c.Cmd.Name == "V" {
			delta = 1
		}
		f.semop(c.Args[0].I, []sysv.Sembuf{{Num: uint16(c.Args[1].I), Op: delta, Flg: sysv.SemopFlag(c.Args[2].I)}}, nil)
	case "write", "read", "dump", "incr":
		return touch(c)
	default:
		return ""
	}
	return f.program(errno)
}

// program puts the parts together.
func (f *fragment) program(errno string) string {
	var b strings.Builder
	body := strings.Join(append(append(f.outside, f.inside...), f.call), "\n")
	for _, name := range []string{"IPC_INFO", "MSG_EXCEPT", "MSG_COPY", "semtimedop"} {
		f.gnu = f.gnu || strings.Contains(body, name)
	}
	if f.gnu {
		b.WriteString("#define _GNU_SOURCE\n")
	}
	b.WriteString("#include <errno.h>\n#include <stdio.h>\n")
	for _, h := range f.headers {
		b.WriteString("#include <" + h + ">\n")
	}
	for _, d := range []string{"SHM_HUGE_2MB (21 << 26)", "SHM_HUGE_1GB (30 << 26)"} {
		if name, _, _ := strings.Cut(d, " "); strings.Contains(body, name) {
			b.WriteString("#define " + d + "\n")
		}
	}
	for _, l := range f.outside {
		b.WriteString("\n" + l + "\n")
	}
	b.WriteString("\nint main(void)\n{\n")
	for _, l := range f.inside {
		b.WriteString("    " + l + "\n")
	}
	if len(f.inside) > 0 {
		b.WriteString("\n")
	}
	name, _, _ := strings.Cut(f.call, "(")
	fmt.Fprintf(&b, "    if (%s == %s\n        && errno == %s)\n        perror(\"%s\");\n    return 0;\n}\n", f.call, f.fails, errno, name)
	return b.String()
}

func (f *fragment) get(c *commands.Call) {
	f.headers = []string{"sys/" + c.Cmd.Name[:3] + ".h"}
	f.call = c.Cmd.Spell(c)
	if c.Cmd.Name == "shmget" {
		if size := uint64(c.Args[1].I); size > math.MaxInt64 {
			f.call = strings.Replace(f.call, fmt.Sprintf(", %d,", size), fmt.Sprintf(", %dUL,", size), 1)
		}
	}
}

func cSize(n uint64) string {
	if n > math.MaxInt64 {
		return fmt.Sprintf("%dUL", n)
	}
	return fmt.Sprint(n)
}

// long writes a long; C has no literal for the lowest.
func (f *fragment) long(n int64) string {
	if n == math.MinInt64 {
		f.headers = append([]string{"limits.h"}, f.headers...)
		return "LONG_MIN"
	}
	return fmt.Sprint(n)
}

// most is the longest data that the program is shown with.
const most = 48

func (f *fragment) msgsnd(c *commands.Call) {
	f.headers = []string{"sys/msg.h"}
	a := c.Args
	text, size := a[2].B, uint64(len(a[2].B))
	if a[4].Given {
		size = uint64(a[4].I)
	}
	room := uint64(len(text))
	if size > room && size < 1<<24 {
		room = size
	}
	f.inside = append(f.inside, fmt.Sprintf("struct message { long mtype; char mtext[%d]; } msg = { %s };", max(room, 1), f.long(a[1].I)))
	if n := len(text); n > 0 && n <= most {
		f.headers = append(f.headers, "string.h")
		f.inside = append(f.inside, fmt.Sprintf("memcpy(msg.mtext, %s, %d);", cString(text), n))
	} else if n > most {
		f.inside = append(f.inside, fmt.Sprintf("/* %d bytes in msg.mtext */", n))
	}
	f.call = fmt.Sprintf("msgsnd(%d, &msg, %s, %s)", a[0].I, cSize(size), sysv.MsgsndFlag(a[3].I))
}

func (f *fragment) msgrcv(id int64, size uint, mtype int64, flags string) {
	f.headers = []string{"sys/msg.h"}
	room, n := uint64(size), "sizeof msg.mtext"
	if room == 0 || room >= 1<<24 {
		room, n = 1, cSize(uint64(size))
	}
	f.inside = append(f.inside, fmt.Sprintf("struct message { long mtype; char mtext[%d]; } msg;", room))
	f.call = fmt.Sprintf("msgrcv(%d, &msg, %s, %s, %s)", id, n, f.long(mtype), flags)
}

// ctl is msgctl and shmctl.
func (f *fragment) ctl(c *commands.Call, kind, cmd string, perm []commands.Arg) {
	f.headers = []string{"sys/" + kind + ".h"}
	ds := kind + "id_ds"
	if kind == "msg" {
		ds = "msqid_ds"
	}
	call, id := kind+"ctl", c.Args[0].I
	info := ""
	switch cmd {
	case "IPC_STAT", "MSG_STAT", "MSG_STAT_ANY", "SHM_STAT", "SHM_STAT_ANY":
		f.inside = append(f.inside, "struct "+ds+" ds;")
		f.call = fmt.Sprintf("%s(%d, %s, &ds)", call, id, cmd)
		return
	case "IPC_SET":
		f.inside = append(f.inside, "struct "+ds+" ds;", "",
			fmt.Sprintf("if (%s(%d, IPC_STAT, &ds) == -1)", call, id), fmt.Sprintf("    perror(\"%s\");", call))
		f.inside = append(f.inside, setLines(kind, perm)...)
		if kind == "msg" && c.Args[5].Given {
			f.inside = append(f.inside, fmt.Sprintf("ds.msg_qbytes = %s;", cSize(uint64(c.Args[5].I))))
		}
		f.call = fmt.Sprintf("%s(%d, IPC_SET, &ds)", call, id)
		return
	case "IPC_INFO", "MSG_INFO", "SHM_INFO":
		info = kind + "info"
		if cmd == "SHM_INFO" {
			info = "shm_info"
		}
		f.inside = append(f.inside, "struct "+info+" info;")
		f.call = fmt.Sprintf("%s(%d, %s, (struct %s *)&info)", call, id, cmd, ds)
		return
	}
	f.call = fmt.Sprintf("%s(%d, %s, NULL)", call, id, cmd)
}

// setLines changes what IPC_SET was told to change.
func setLines(kind string, perm []commands.Arg) []string {
	var out []string
	for i, member := range []string{"mode", "uid", "gid"} {
		if p := perm[i]; p.Given {
			value := fmt.Sprint(p.I)
			if member == "mode" {
				value = fmt.Sprintf("%#04o", p.I)
			}
			out = append(out, fmt.Sprintf("ds.%s_perm.%s = %s;", kind, member, value))
		}
	}
	return out
}

func (f *fragment) semop(id int64, ops []sysv.Sembuf, timeout *sysv.Timespec) {
	f.headers = []string{"sys/sem.h"}
	const shown = 8
	if len(ops) > shown {
		f.inside = append(f.inside, fmt.Sprintf("struct sembuf ops[%d] = {", len(ops)))
	} else {
		f.inside = append(f.inside, "struct sembuf ops[] = {")
	}
	for i, op := range ops {
		if i == shown {
			f.inside = append(f.inside, "    /* ... */")
			break
		}
		flags := op.Flg.String()
		if op.Flg < 0 {
			flags = "(short)(" + flags + ")"
		}
		f.inside = append(f.inside, fmt.Sprintf("    { %d, %d, %s },", op.Num, op.Op, flags))
	}
	f.inside = append(f.inside, "};")
	if timeout == nil {
		f.call = fmt.Sprintf("semop(%d, ops, %d)", id, len(ops))
		return
	}
	f.headers = append(f.headers, "time.h")
	f.inside = append(f.inside, fmt.Sprintf("struct timespec timeout = { %d, %d };", timeout.Sec, timeout.Nsec))
	f.call = fmt.Sprintf("semtimedop(%d, ops, %d, &timeout)", id, len(ops))
}

func (f *fragment) semctl(c *commands.Call) {
	a := c.Args
	id, num, cmd := a[0].I, a[1].I, sysv.SemctlCmd(a[2].I).String()
	f.headers = []string{"sys/sem.h"}
	f.call = fmt.Sprintf("semctl(%d, %d, %s, arg)", id, num, cmd)
	switch cmd {
	case "IPC_STAT", "SEM_STAT", "SEM_STAT_ANY", "IPC_SET":
		f.inside = append(f.inside, "struct semid_ds ds;", "union semun arg = { .buf = &ds };")
		if cmd == "IPC_SET" {
			f.inside = append(f.inside, "", fmt.Sprintf("if (semctl(%d, 0, IPC_STAT, arg) == -1)", id), "    perror(\"semctl\");")
			f.inside = append(f.inside, setLines("sem", a[4:7])...)
		}
	case "IPC_INFO", "SEM_INFO":
		f.gnu = true
		f.inside = append(f.inside, "struct seminfo info;", "union semun arg = { .__buf = &info };")
	case "GETALL":
		f.inside = append(f.inside, "unsigned short values[32000]; /* semmsl: no set has more */", "union semun arg = { .array = values };")
	case "SETALL":
		f.inside = append(f.inside, fmt.Sprintf("unsigned short values[%d] = {", max(len(a[3].Nums), 1)))
		line := "   "
		for _, v := range a[3].Nums {
			if len(line) > 64 {
				f.inside = append(f.inside, line)
				line = "   "
			}
			line += fmt.Sprintf(" %d,", v)
		}
		f.inside = append(f.inside, line, "};", "union semun arg = { .array = values };")
	case "SETVAL":
		f.inside = append(f.inside, fmt.Sprintf("union semun arg = { .val = %d };", firstOf(a[3].Nums)))
	default:
		f.call = fmt.Sprintf("semctl(%d, %d, %s)", id, num, cmd)
		return
	}
	f.outside = append(f.outside, `union semun {              /* the program declares it, no header does */
    int val;
    struct semid_ds *buf;
    unsigned short *array;
    struct seminfo *__buf;
};`)
}

func firstOf(list []int64) int64 {
	if len(list) == 0 {
		return 0
	}
	return list[0]
}

// touch is the program for memory that could not be touched: there is no errno,
// so it catches the signal.
func touch(c *commands.Call) string {
	place := fmt.Sprintf("(char *)%#x + %d", uintptr(c.Args[0].I), c.Args[1].I)
	var lines []string
	switch c.Cmd.Name {
	case "incr":
		lines = []string{fmt.Sprintf("*(volatile int *)(%s) += %d;", place, c.Args[2].I)}
	case "write":
		text := c.Args[2].B
		if len(text) <= most {
			lines = []string{fmt.Sprintf("memcpy(%s,", place), fmt.Sprintf("       %s, %d);", cString(text), len(text))}
		} else {
			lines = []string{fmt.Sprintf("static char bytes[%d];", len(text)), "", fmt.Sprintf("memcpy(%s, bytes, sizeof bytes);", place)}
		}
	default:
		lines = []string{fmt.Sprintf("static char buf[%d];", max(c.Args[2].I, 1)), "", fmt.Sprintf("memcpy(buf, %s, %d);", place, max(c.Args[2].I, 1))}
	}
	return `#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static sigjmp_buf back;

static void caught(int sig)
{
    siglongjmp(back, sig);
}

int main(void)
{
    struct sigaction sa = { .sa_handler = caught };

    sigaction(SIGSEGV, &sa, NULL);
    if (sigsetjmp(back, 1) == SIGSEGV) {
        fputs("SIGSEGV: Segmentation fault\n", stderr);
        return 1;
    }
    ` + strings.ReplaceAll(strings.Join(lines, "\n    "), "\n    \n", "\n\n") + `
    return 0;
}
`
}

// cString writes bytes as a C string literal.
func cString(b []byte) string {
	var s strings.Builder
	s.WriteByte('"')
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		switch {
		case r == '"' || r == '\\' || r == '?': // ??( is a trigraph
			s.WriteString(`\` + string(r))
		case r == '\n':
			s.WriteString(`\n`)
		case r >= ' ' && r < 0x7f || r >= 0xac00 && r <= 0xd7a3: // ASCII, Hangul
			s.WriteRune(r)
		default:
			for _, x := range b[i : i+n] {
				fmt.Fprintf(&s, `\%03o`, x)
			}
		}
		i += n
	}
	s.WriteByte('"')
	return s.String()
}
