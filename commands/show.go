package commands

import (
	"fmt"
	"os"
	"strings"
	"time"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

func show(c *Call) (*Result, error) {
	o, given, err := c.chosen()
	switch {
	case err != nil:
		return nil, err
	case !given:
		return nil, usage(-1, -1, "show: which object? A handle, or msqid=, shmid= or semid=", "show: 어느 객체입니까? handle이나 msqid=, shmid=, semid=를 주세요")
	case c.Args[4].Given && o.kind != Queue:
		return nil, usage(-1, -1, "type= is for a queue, and %s %d is %s", "type=은 큐에만 씁니다. %s %d은(는) %s입니다", o.kind.IDName(), o.id, o.kind)
	}
	ds, err := o.stat()
	if err != nil {
		return nil, err
	}
	v := &drawing{Call: c, o: o, ds: ds, users: map[uint32]string{}, names: c.stageNames()}
	v.look, v.unseen = processes(o.kind == Segment)
	if v.look != nil {
		for _, u := range c.uses(v.look) {
			if u.of.kind == o.kind && (u.of.id == o.id || u.of.id < 0) {
				v.uses = append(v.uses, u)
			}
		}
		timeUses(v.uses)
	}
	r := c.result(o.id)
	r.Fields = append(r.Fields, str("kind", o.kind.String()), num("id", o.id))
	v.r = r
	switch o.kind {
	case Queue:
		err = v.queue()
	case Set:
		v.set()
	default:
		err = v.segment()
	}
	return r, err
}

// drawing is one object that is being drawn.
type drawing struct {
	*Call
	r      *Result
	o      objectID
	ds     *object
	uses   []use
	look   *sysv.Look
	unseen error
	users  map[uint32]string
	names  map[int]string
}

// say adds a line that is wrapped at 80 columns.
func (v *drawing) say(m *text.Msg) {
	v.r.Lines = append(v.r.Lines, text.Wrap("", Escape(m.In(v.Lang)), pageWidth-1)...)
}

// line adds a line as it is.
func (v *drawing) line(format string, args ...any) {
	v.r.Lines = append(v.r.Lines, strings.TrimRight(fmt.Sprintf(format, args...), " "))
}

// head is the first line: what all objects have.
func (v *drawing) head() {
	p := v.ds.Perm()
	v.say(text.F("%s: key %s, mode %04o, owner %s, creator %s", "%s: key %s, mode %04o, 소유자 %s, 생성자 %s",
		v.label(v.o), p.Key, p.Mode&0o777, userName(v.users, p.Uid), userName(v.users, p.Cuid)))
	v.r.Fields = permFields(v.r.Fields, p)
}

// moment words a time of the kernel's.
func (v *drawing) moment(sec int64) *text.Msg {
	if sec == 0 {
		return text.F("never", "없음")
	}
	at := time.Unix(sec, 0)
	if time.Since(at) < 20*time.Hour && at.YearDay() == time.Now().YearDay() {
		return text.F("%s", "%s", at.Format("15:04:05"))
	}
	return text.F("%s", "%s", at.Format("2006-01-02 15:04:05"))
}

// user names the process that used the object at a time; 0 is never.
func (v *drawing) user(pid int32, sec int64) *text.Msg {
	if pid == 0 && sec != 0 {
		return text.F("one of another pid namespace", "다른 pid 네임스페이스의 것")
	}
	return v.process(pid)
}

// process names a process by pid: by its name on the stage or its command, and
// says if it is gone.
func (v *drawing) process(pid int32) *text.Msg {
	if pid == 0 {
		return text.F("none", "없음")
	}
	name := v.names[int(pid)]
	if name == "" {
		name = fit(Escape(strings.Join(sysv.CommandOf(procRoot, int(pid)), " ")), 20)
	}
	switch {
	case name != "":
		return text.F("%d (%s)", "%d (%s)", pid, name)
	case !sysv.Exists(int(pid)):
		return text.F("%d (gone)", "%d (끝남)", pid)
	}
	return text.F("%d", "%d", pid)
}

// bar draws how full something is, in width columns.
func bar(part, whole uint64, width int) string {
	n := 0
	if whole > 0 {
		n = int(float64(part) / float64(whole) * float64(width))
		if part > 0 {
			n = max(n, 1)
		}
	}
	n = min(n, width)
	return "[" + strings.Repeat("#", n) + strings.Repeat(".", width-n) + "]"
}

// people adds who waits for the object or has it attached, and what is hidden.
func (v *drawing) people() {
	v.r.Lines = append(v.r.Lines, v.useLines(v.uses)...)
	if v.unseen != nil {
		v.say(text.F("%s", "%s", v.unseen))
	} else {
		v.r.Lines = append(v.r.Lines, hiddenLines(v.look.Hidden, v.Lang)...)
	}
	var list List
	for i := range v.uses {
		list = append(list, v.uses[i].record())
	}
	v.r.Fields = append(v.r.Fields, Field{Name: "processes", Val: cexpr.RefOf(list)})
}

// segment draws a segment. It is never attached in order to look: that would be
// seen in its nattch, atime and lpid.
func (v *drawing) segment() error {
	ds := &v.ds.shm
	v.head()
	var flags []string
	if ds.Mode&sysv.SHM_DEST != 0 {
		flags = append(flags, "dest")
	}
	if ds.Mode&sysv.SHM_LOCKED != 0 {
		flags = append(flags, "locked")
	}
	v.say(text.F("%d bytes (pages: %d), nattch %d, flags %s", "%d바이트 (%d쪽), nattch %d, flag %s",
		ds.Segsz, (uint64(ds.Segsz)+uint64(os.Getpagesize())-1)/uint64(os.Getpagesize()), ds.Nattch, orDash(strings.Join(flags, " "))))
	v.say(text.F("created by %s, last attached or detached by %s", "만든 프로세스 %s, 마지막으로 attach나 detach한 프로세스 %s",
		v.user(ds.Cpid, ds.Ctime()), v.user(ds.Lpid, max(ds.Atime(), ds.Dtime()))))
	v.say(text.F("last attached %s, detached %s, changed %s", "마지막 attach %s, detach %s, 변경 %s", v.moment(ds.Atime()), v.moment(ds.Dtime()), v.moment(ds.Ctime())))
	v.r.Fields = append(v.r.Fields, num("segsz", int64(ds.Segsz)), num("nattch", int64(ds.Nattch)), str("flags", strings.Join(flags, " ")),
		num("cpid", int64(ds.Cpid)), num("lpid", int64(ds.Lpid)), when("atime", ds.Atime()), when("dtime", ds.Dtime()), when("ctime", ds.Ctime()))
	if ds.Mode&sysv.SHM_DEST != 0 {
		v.say(text.F("dest: removed, and gone with the last detach", "dest: 제거되었고 마지막 detach와 함께 사라집니다"))
	}
	v.people()
	return v.contents(int(ds.Segsz))
}

// contents dumps the first bytes through this process's own attachment.
func (v *drawing) contents(size int) error {
	const most = 256
	a, ok := v.attachments.latest(sysv.Shmid(v.o.id))
	if !ok {
		v.say(text.F("its bytes are not shown: it is not attached here, and to attach it would change nattch, atime and lpid", "내용은 보이지 않습니다. 여기에 attach되어 있지 않고, attach하면 nattch, atime, lpid가 바뀌기 때문입니다"))
		return nil
	}
	b := make([]byte, min(size-int(a.Offset), most, int(a.End-a.Start)))
	if err := v.access(a.Start, len(b), false, func(p uintptr, n int) error { return sysv.Load(p, b[:n]) }); err != nil {
		v.say(text.F("its bytes cannot be read: %s", "내용을 읽을 수 없습니다: %s", err))
		return nil
	}
	v.r.Lines = append(v.r.Lines, hexdump(b, int(a.Offset))...)
	v.r.Fields = append(v.r.Fields, str("bytes", string(b)))
	return nil
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
