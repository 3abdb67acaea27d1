package repl

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"syscall"

	"ipcsh/commands"
	"ipcsh/commands/cexpr"
	"ipcsh/sysv"
)

// trace shows the call of an event where the session wants it, below its
// statement.
func (t *Text) trace(indent string, ev *Event) {
	if t.Session.Trace == "" {
		return
	}
	if t.Echo {
		indent += "  "
	}
	for _, l := range traceLines(t.Session.Trace, ev) {
		t.line(indent, t.paint(dim, l))
	}
}

// traceLines returns the lines that --trace shows of an event: the call as C source,
// or as strace(1) prints it, the flags as typed. Events that are no call of the
// kernel's have none.
func traceLines(style string, ev *Event) []string {
	if ev.Call == "" || ev.Status == "blocked" { // its end is another event
		return nil
	}
	switch style {
	case "c":
		return []string{traceC(ev)}
	case "strace":
		return strace(ev)
	}
	return nil
}

// traceC writes the call as a C statement, and how it ended as a comment.
func traceC(ev *Event) string {
	call := ev.Call
	name, args, _ := strings.Cut(call, "(")
	switch name {
	case "msgsnd":
		args = strings.Replace(args, ", {", ", &(struct msgbuf){", 1)
	case "semop", "semtimedop":
		args = strings.Replace(args, ", {{", ", (struct sembuf[]){{", 1)
		if i := strings.LastIndex(args, ", {"); name == "semtimedop" && i >= 0 {
			args = args[:i] + ", &(struct timespec){" + args[i+3:]
		}
	case "semctl":
		args = strings.Replace(args, ", {", ", (unsigned short[]){", 1)
	}
	call = name
	if args != "" {
		call += "(" + args
	}
	end := "= -1 " + ev.Errno
	switch {
	case ev.Errno == "SIGSEGV":
		end = ev.Errno
	case ev.Err != nil && ev.Errno == "":
		return call + ";"
	case ev.Err == nil:
		end = "= " + showRet(ev.Result)
	}
	return fmt.Sprintf("%s; /* %s */", commands.Escape(call), end)
}

// strace writes the call as strace does. What is no system call (memory that is
// read and written) shows only its signal.
func strace(ev *Event) []string {
	name, _, _ := strings.Cut(ev.Call, "(")
	switch {
	case strings.HasPrefix(name, "mem") || strings.HasPrefix(name, "*"):
		return segv(ev)
	case ev.Cmd == "peek" && ev.Err == nil:
		return stracePeek(ev)
	}
	call := ev.Call
	switch name {
	case "ftok":
		call = straceStat(ev)
	case "msgget", "semget", "shmget":
		call = strings.TrimSuffix(call, ", 0)")
		if call != ev.Call {
			call += ", 000)"
		}
	case "msgsnd":
		before, rest, _ := strings.Cut(call, "{") // the first one: the text may have more
		mtype, rest, _ := strings.Cut(rest, ", ")
		call = before + "{mtype=" + mtype + ", mtext=" + rest
	case "msgrcv":
		if ev.Err == nil {
			call = strings.Replace(call, "&buf", straceMessage(number(ev, "type"), value(ev, "text")), 1)
		}
	case "msgctl", "shmctl", "semctl":
		call = straceCtl(ev, name)
	case "semop", "semtimedop":
		call = straceSemop(call)
	case "shmat", "shmdt":
		call = strings.Replace(call, "(void *)", "", 1)
	}
	return []string{commands.Escape(call + straceEnd(ev))}
}

// straceEnd is " = 0", or " = -1 ENOMSG (No message of desired type)".
func straceEnd(ev *Event) string {
	switch e, ok := sysv.ErrnoByName(ev.Errno); {
	case ok:
		return fmt.Sprintf(" = -1 %s (%s)", ev.Errno, sysv.ErrnoText(e))
	case ev.Err != nil:
		return " = ?"
	case strings.HasPrefix(ev.Call, "shmat"):
		return fmt.Sprintf(" = %#x", uint64(ev.Ret))
	case strings.HasPrefix(ev.Call, "ftok"):
		return " = 0"
	}
	return " = " + strconv.FormatInt(ev.Ret, 10)
}

// segv is the signal of an access that faulted.
func segv(ev *Event) []string {
	if ev.Errno != "SIGSEGV" {
		return nil
	}
	var fault *sysv.FaultError
	if !errors.As(ev.Err, &fault) {
		return nil
	}
	return []string{fmt.Sprintf("--- SIGSEGV {si_signo=SIGSEGV, si_errno=0, si_addr=%#x} ---", fault.Addr)}
}

func field(ev *Event, name string) (cexpr.Value, bool) {
	if ev.Result != nil {
		for _, f := range ev.Result.Fields {
			if f.Name == name {
				return f.Val, true
			}
		}
	}
	return cexpr.Value{}, false
}

func number(ev *Event, name string) int64 {
	v, _ := field(ev, name)
	return v.I
}

func value(ev *Event, name string) string {
	v, _ := field(ev, name)
	return v.S
}

// straceMessage is a message, of whose text strace shows 32 bytes.
func straceMessage(mtype int64, text string) string {
	const most = 32
	dots := ""
	if len(text) > most {
		text, dots = text[:most], "..."
	}
	return fmt.Sprintf("{mtype=%d, mtext=%s%s}", mtype, strconv.Quote(text), dots)
}

// straceSemop names the members of the operations and of the timeout.
func straceSemop(call string) string {
	call = strings.Replace(call, "{{", "[{", 1)
	call = strings.Replace(call, "}}", "}]", 1)
	groups := strings.Split(call, "{")
	for i, g := range groups[1:] {
		body, rest, _ := strings.Cut(g, "}")
		names := []string{"sem_num=", "sem_op=", "sem_flg="}
		parts := strings.Split(body, ", ")
		if len(parts) == 2 {
			names = []string{"tv_sec=", "tv_nsec="}
		}
		for j := range parts {
			parts[j] = names[j] + parts[j]
		}
		groups[i+1] = strings.Join(parts, ", ") + "}" + rest
	}
	return strings.Join(groups, "{")
}

// straceStat is the system call behind ftok.
func straceStat(ev *Event) string {
	path := ev.Call[len("ftok("):strings.LastIndex(ev.Call, ", ")]
	buf := "&buf"
	if ev.Err == nil {
		buf = fmt.Sprintf("{st_dev=%#x, st_ino=%d, ...}", number(ev, "dev"), number(ev, "ino"))
	}
	return fmt.Sprintf("newfstatat(AT_FDCWD, %s, %s, 0)", path, buf)
}

// ctlFields are the members that strace shows of what IPC_STAT reads, behind
// the ipc_perm.
func ctlFields(call string) []string {
	switch call {
	case "msgctl":
		return []string{"stime", "rtime", "ctime", "qnum", "qbytes", "lspid", "lrpid"}
	case "shmctl":
		return []string{"segsz", "cpid", "lpid", "nattch", "atime", "dtime", "ctime"}
	}
	return []string{"otime", "ctime", "nsems"}
}

// straceCtl shows what &buf held in the end.
func straceCtl(ev *Event, name string) string {
	call, kind := ev.Call, name[:3]
	if i := strings.Index(call, "SETALL, {"); i > 0 {
		call = call[:i] + "SETALL, [" + strings.TrimSuffix(call[i+len("SETALL, {"):], "})") + "])"
	}
	if name == "semctl" && strings.Count(call, ",") == 2 { // no fourth argument
		call = strings.TrimSuffix(call, ")") + ", NULL)"
	}
	if ev.Err != nil || ev.Result == nil || !strings.Contains(call, "&buf") {
		return call
	}
	var buf string
	switch _, isStat := field(ev, "cuid"); {
	case isStat:
		buf = fmt.Sprintf("{%s_perm={uid=%d, gid=%d, mode=%#o, key=%d, cuid=%d, cgid=%d}", kind,
			number(ev, "uid"), number(ev, "gid"), number(ev, "mode"), number(ev, "key"), number(ev, "cuid"), number(ev, "cgid"))
		for _, f := range ctlFields(name) {
			buf += fmt.Sprintf(", %s_%s=%d", kind, f, number(ev, f))
		}
		buf += "}"
	case len(ev.Result.Fields) > 0:
		var parts []string
		for _, f := range ev.Result.Fields {
			parts = append(parts, f.Name+"="+f.Show())
		}
		buf = "{" + strings.Join(parts, ", ") + "}"
		if values, ok := field(ev, "values"); ok {
			buf = "[" + strings.ReplaceAll(commands.Text(values), ",", ", ") + "]"
		}
	default:
		return call
	}
	return strings.Replace(call, "&buf", buf, 1)
}

// stracePeek is a call for each message, and the one that found no further.
func stracePeek(ev *Event) []string {
	var out []string
	v, _ := field(ev, "messages")
	list, _ := v.O.(commands.List)
	form := func(i int) string {
		return strings.Replace(ev.Call, ", 0, MSG_COPY", fmt.Sprintf(", %d, MSG_COPY", i), 1)
	}
	for i, m := range list {
		d, ok := m.O.(*commands.Data)
		if !ok {
			continue
		}
		mtype, _ := d.Member("mtype")
		call := strings.Replace(form(i), "&buf", straceMessage(mtype.I, string(d.Bytes)), 1)
		out = append(out, commands.Escape(fmt.Sprintf("%s = %d", call, len(d.Bytes))))
	}
	return append(out, fmt.Sprintf("%s = -1 ENOMSG (%s)", form(len(list)), sysv.ErrnoText(syscall.ENOMSG)))
}
