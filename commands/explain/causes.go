package explain

import (
	"errors"
	"fmt"
	"strings"
	"syscall"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// finding is the search for the cause of one failure. The order in which causes
// are tried is the kernel's: where several apply, it met the first.
type finding struct {
	c     *commands.Call
	errno syscall.Errno
	kind  commands.ObjectKind
	obj   *object // the object of the call, if it exists
	commands.Explanation
}

func (f *finding) why(m *text.Msg)  { f.Why = append(f.Why, m) }
func (f *finding) next(m *text.Msg) { f.Next = append(f.Next, m) }

// causes finds why a call failed.
func causes(c *commands.Call, err error) *commands.Explanation {
	f := &finding{c: c}
	var se *sysv.Error
	var fe *sysv.FaultError
	switch {
	case errors.As(err, &fe):
		f.fault(err, fe)
	case errors.As(err, &se) && (se.Call == "open" || se.Call == "read"): // of a payload's file
	case errors.As(err, &se) && c.Cmd != nil:
		f.errno = se.Errno
		f.search(se.Call)
	}
	if len(f.Why)+len(f.Next) == 0 {
		return nil
	}
	return &f.Explanation
}

func (f *finding) search(call string) {
	switch f.c.Cmd.Name {
	case "ftok":
		f.ftok()
	case "msgget":
		f.get(commands.Queue)
	case "shmget":
		f.get(commands.Segment)
	case "semget":
		f.get(commands.Set)
	case "msgsnd", "msgrcv", "msgctl", "peek":
		f.on(commands.Queue, f.queue)
	case "shmat", "shmctl":
		f.on(commands.Segment, f.segment)
	case "shmdt":
		f.shmdt()
	case "semop", "P", "V", "semctl":
		f.on(commands.Set, f.set)
	case "limits":
		f.limits(strings.TrimPrefix(call, "write kernel."))
	}
}

// on reads the object of the call and lets explain go on. What every call on an
// object may fail with is explained here.
func (f *finding) on(kind commands.ObjectKind, explain func()) {
	f.kind = kind
	if o, ok := live(kind, f.arg(0).I); ok {
		f.obj = o
	}
	switch f.errno {
	case syscall.EIDRM:
		f.removed()
	default:
		explain()
	}
}

func (f *finding) arg(i int) *commands.Arg { return &f.c.Args[i] }

// name is the call's object: "q (msqid 0)", or "msqid 0" where no variable was used.
func (f *finding) name() string {
	id := fmt.Sprintf("%s %d", f.kind.IDName(), f.arg(0).I)
	if v := f.c.Variable(0); v != "" {
		return v + " (" + id + ")"
	}
	return id
}

// word is the call's object as a statement names it: the variable, or the id.
func (f *finding) word() string {
	if v := f.c.Variable(0); v != "" {
		return v
	}
	return fmt.Sprint(f.arg(0).I)
}

// label names any object: "q (msqid 0)" if a variable holds it.
func (f *finding) label(o *object) string {
	id := fmt.Sprintf("%s %d", o.Kind().IDName(), o.ID())
	if v := f.variable(o); v != "" {
		return v + " (" + id + ")"
	}
	return id
}

// handle is any object as a statement names it.
func (f *finding) handle(o *object) string {
	if v := f.variable(o); v != "" {
		return v
	}
	return fmt.Sprint(o.ID())
}

// variable returns a name that holds the object, the call's own first.
func (f *finding) variable(o *object) string {
	if len(f.c.Args) > 0 {
		if h := f.arg(0).H; h != nil && h.Kind == o.Kind() && h.ID == o.ID() && f.c.Variable(0) != "" {
			return f.c.Variable(0)
		}
	}
	if names := f.c.HandleNames(o.Kind(), o.ID()); len(names) > 0 {
		return names[0]
	}
	return ""
}

var nouns = [...]text.Text{
	commands.Queue:   text.New("message queue", "메시지 큐"),
	commands.Segment: text.New("shared memory segment", "공유 메모리 세그먼트"),
	commands.Set:     text.New("semaphore set", "세마포어 집합"),
}

func noun(k commands.ObjectKind) text.Localized { return nouns[k] }

func getOf(kind commands.ObjectKind) string {
	return [...]string{"msgget", "shmget", "semget"}[kind]
}

func ctlOf(kind commands.ObjectKind) string {
	return [...]string{"msgctl", "shmctl", "semctl"}[kind]
}

func ipcsOf(kind commands.ObjectKind) string {
	return [...]string{"ipcs -q", "ipcs -m", "ipcs -s"}[kind]
}

// ctl spells a ctl statement: semctl has a number before the command.
func ctl(kind commands.ObjectKind, word, cmd string) string {
	if kind == commands.Set {
		return "semctl " + word + " 0 " + cmd
	}
	return ctlOf(kind) + " " + word + " " + cmd
}

// getStatement spells a get call of the finding's kind.
func (f *finding) getStatement(key sysv.Key, creat bool) string {
	s := fmt.Sprintf("%s %#x", getOf(f.kind), uint32(key))
	if key == 0 {
		s = getOf(f.kind) + " IPC_PRIVATE"
	}
	switch {
	case f.kind == commands.Segment && creat:
		s += " 4096"
	case f.kind == commands.Set && creat:
		s += " 1"
	case f.kind != commands.Queue:
		s += " 0"
	}
	switch {
	case creat && key == 0:
		s += " 0600"
	case creat:
		s += " IPC_CREAT|0600"
	}
	return s
}

// badID explains an id that names no object, and reports whether that is so.
func (f *finding) badID() bool {
	id, h := f.arg(0).I, f.arg(0).H
	switch {
	case id < 0:
		f.why(text.F("%s: an id is never negative; -1 is what a failed %s returns", "%s: id는 음수일 수 없습니다. -1은 실패한 %s의 반환값입니다", f.name(), getOf(f.kind)))
		f.next(text.F("look at what %s returned before you go on", "%s의 반환값을 먼저 확인하세요", getOf(f.kind)))
	case f.obj != nil:
		return false
	case h != nil:
		f.stale(h)
	default:
		f.unknown(id)
	}
	return true
}

// stale explains a variable whose object is gone.
func (f *finding) stale(h *commands.Handle) {
	key := h.KeyValue()
	f.why(text.F("%s does not exist any more: it was removed, and calls on a removed id get EINVAL (EIDRM is for those asleep at the time)",
		"%s은(는) 더 이상 존재하지 않습니다. 제거된 id로 호출하면 EINVAL입니다(EIDRM은 제거될 때 잠들어 있던 호출이 받습니다)", f.name()))
	if o, ok := byKey(f.kind, key); ok {
		f.next(text.F("its key %s now has another one, %s %d: %s = %s opens that", "그 key %s에는 이제 다른 객체 %s %d이(가) 있습니다. 여는 방법: %s = %s", key, f.kind.IDName(), o.ID(), f.word(), f.getStatement(key, false)))
		return
	}
	f.next(text.F("%s = %s makes a new one", "%s = %s(으)로 새로 만드세요", f.word(), f.getStatement(key, true)))
}

// unknown explains a number that is no object's id.
func (f *finding) unknown(id int64) {
	if o, ok := byKey(f.kind, sysv.Key(int32(id))); ok {
		f.why(text.F("no %s has the id %d: that is the key of %s, and calls take the id", "id가 %[2]d인 %[1]s은(는) 없습니다. 그 값은 %[3]s의 key이고, 호출에는 id를 줍니다", noun(f.kind), id, f.label(o)))
		f.next(text.F("give the id, %d, or the variable of x = %s", "id인 %d을(를) 주거나 x = %s의 변수를 쓰세요", o.ID(), f.getStatement(sysv.Key(int32(id)), false)))
		return
	}
	if o, err := commands.ObjectAt(f.kind, id); err == nil {
		f.why(text.F("no %s has the id %d; its slot now holds %s, a later one", "id가 %[2]d인 %[1]s은(는) 없습니다. 그 자리에는 이제 나중에 만든 %[3]s이(가) 있습니다", noun(f.kind), id, f.label(o)))
		f.next(text.F("ask for the id by the key again: %s KEY", "key로 id를 다시 얻으세요: %s KEY", getOf(f.kind)))
		return
	}
	for k := commands.Queue; k <= commands.Set; k++ {
		if o, ok := live(k, id); ok && k != f.kind {
			f.why(text.F("no %s has the id %d; a %s has it (%s), but each kind counts its own ids", "id가 %[2]d인 %[1]s은(는) 없습니다. 그 id의 %[3]s(%[4]s)은(는) 있지만 id는 종류마다 따로 매겨집니다", noun(f.kind), id, noun(k), f.label(o)))
			f.next(text.F("`%s` lists the ids of this kind", "`%s`(으)로 이 종류의 id를 보세요", ipcsOf(f.kind)))
			return
		}
	}
	f.why(text.F("no %s has the id %d: it never existed, or was removed", "id가 %[2]d인 %[1]s이(가) 없습니다. 만들어진 적이 없거나 제거되었습니다", noun(f.kind), id))
	f.next(text.F("`%s` lists the ids that exist; %s KEY finds one by its key", "`%s`(으)로 존재하는 id를 보거나, %s KEY로 key에서 id를 얻으세요", ipcsOf(f.kind), getOf(f.kind)))
}

// unknownCmd explains a ctl command that does not exist. The kernel looks at it
// before it looks for the object, but behind a negative id.
func (f *finding) unknownCmd(cmd int64, known []sysv.FlagName) bool {
	if f.arg(0).I < 0 {
		return false
	}
	var names []string
	for _, n := range known {
		if n.Bit == cmd {
			return false
		}
		names = append(names, n.Name)
	}
	f.why(text.F("%d is no command of %s", "%d은(는) %s의 명령이 아닙니다", cmd, ctlOf(f.kind)))
	f.next(text.F("take one of %s", "다음 중 하나를 쓰세요: %s", strings.Join(names, ", ")))
	return true
}

// badIndex explains the EINVAL of the STAT commands that take an index.
func (f *finding) badIndex() {
	i := f.arg(0).I
	if i < 0 {
		f.badID()
		return
	}
	top := commands.HighestIndex(f.kind)
	f.why(text.F("no %s is at index %d (the low 15 bits of the argument); the highest index in use is %d", "인덱스 %[2]d(인자의 하위 15비트)에는 %[1]s이(가) 없습니다. 쓰이는 가장 큰 인덱스는 %[3]d입니다", noun(f.kind), i&0x7fff, top))
	f.next(text.F("walk from 0 to %d and skip what gives EINVAL, or take the id and IPC_STAT", "0부터 %d까지 훑으며 EINVAL은 건너뛰거나, id와 IPC_STAT을 쓰세요", top))
}

// removed explains EIDRM.
func (f *finding) removed() {
	if f.obj != nil {
		f.changed()
		return
	}
	f.why(text.F("%[2]s was removed while %[1]s slept in the kernel, or just then; calls that come later get EINVAL",
		"%[1]s: 커널에서 잠든 동안(또는 바로 그때) %[2]s 객체가 제거되었습니다. 이후의 호출은 EINVAL을 받습니다", f.c.Cmd.Name, f.name()))
	key := sysv.Key(0)
	if h := f.arg(0).H; h != nil {
		key = h.KeyValue()
	}
	if o, ok := byKey(f.kind, key); ok {
		f.next(text.F("its key now has another one, %s %d: %s opens that", "그 key에는 이제 다른 객체 %s %d이(가) 있습니다. 여는 방법: %s", f.kind.IDName(), o.ID(), f.getStatement(key, false)))
		return
	}
	f.next(text.F("take it as the sign to end, or make a new one: %s", "끝내라는 신호로 여기거나 새로 만드세요: %s", f.getStatement(key, true)))
}

// interrupted explains EINTR.
func (f *finding) interrupted(waited *text.Msg) {
	f.why(text.F("a signal, Ctrl-C, ended the wait of %s, which has done nothing; %s", "시그널(Ctrl-C)이 %s의 대기를 끝냈고, 호출은 아무것도 하지 않았습니다. %s", f.c.Cmd.Name, waited))
	f.next(text.F("call it again to wait on: after EINTR a C program repeats its call, for the kernel does not", "계속 기다리려면 다시 호출하세요. EINTR이면 커널이 아니라 C 프로그램이 호출을 반복해야 합니다"))
}

// noMemory explains ENOMEM where the kernel itself lacked memory.
func (f *finding) noMemory() {
	f.why(text.F("the kernel got no memory of its own for this call; %d MiB are available on this machine", "커널이 이 호출에 쓸 메모리를 얻지 못했습니다. 이 컴퓨터에 남은 메모리는 %d MiB입니다", meminfo("MemAvailable")>>10))
	f.next(text.F("ask for less, or end programs that hold memory", "더 작게 요청하거나 메모리를 쓰는 프로그램을 끝내세요"))
}
