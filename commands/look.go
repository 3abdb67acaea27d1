package commands

import (
	"fmt"
	"strings"
	"syscall"
	"time"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/ipcs"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// procRoot is the proc file system.
const procRoot = "/proc"

// lookCommands are those that only look: at objects, and at the processes that
// use them, also those that ipcsh did not start.
func lookCommands() []*Command {
	object := func(opt bool) []Param {
		return []Param{{Name: "X", Kind: ObjectArg, Opt: opt}, {Name: "MSQID", Kind: QueueArg, Named: true},
			{Name: "SHMID", Kind: SegmentArg, Named: true}, {Name: "SEMID", Kind: SetArg, Named: true}}
	}
	return []*Command{{
		Name:    "who",
		Family:  LookFamily,
		Summary: text.New("list the processes that wait in a call or have a segment attached, and who waits for whom", "호출에서 잠들어 있거나 세그먼트를 attach한 프로세스와 서로 기다리는 관계를 보인다"),
		Params:  object(true),
		Example: "q = msgget 0 0600; spawn r; expect blocked @r msgrcv q 1; who q",
		Man:     "proc(5)",
		Run:     who,
	}, {
		Name:    "show",
		Family:  LookFamily,
		Summary: text.New("draw one object: messages, semaphores, memory, and who uses it", "객체 하나를 그린다: 메시지, 세마포어, 메모리와 쓰고 있는 프로세스"),
		Params:  append(object(true), Param{Name: "TYPE", Alias: []string{"msgtyp"}, Kind: Long, Named: true}),
		Example: "q = msgget 0 0600; msgsnd q 3 hello; msgsnd q 5 world; show q type=-5",
		Man:     "ipcs(1)",
		Run:     show,
	}, {
		Name:    "leaks",
		Family:  LookFamily,
		Summary: text.New("list the objects that nobody seems to use, with the evidence and the ipcrm line", "아무도 쓰지 않는 것으로 보이는 객체를 근거, ipcrm 명령과 함께 나열한다"),
		Example: "leaks",
		Man:     "ipcs(1)",
		Run:     leaks,
	}, {
		Name:    "watch",
		Family:  LookFamily,
		Summary: text.New("redraw what a statement says whenever that changes, until Ctrl-C; for a second terminal", "문장의 결과가 바뀔 때마다 다시 그린다. Ctrl-C로 끝낸다. 두 번째 터미널에서 쓴다"),
		Params:  []Param{{Name: "STATEMENT", Kind: Raw}},
		Example: "q = msgget 0 0600; watch show q",
		Man:     "watch(1)",
		Syntax:  true,
	}}
}

// objectID is an object by kind and id.
type objectID struct {
	kind ObjectKind
	id   int64
}

// chosen returns the object that the first four arguments name: X, or one of
// msqid=, shmid= and semid=.
func (c *Call) chosen() (o objectID, given bool, err error) {
	n := 0
	for i, kind := range []ObjectKind{Queue, Queue, Segment, Set} {
		if a := &c.Args[i]; a.Given {
			n++
			o = objectID{kind, a.I}
			if i == 0 {
				if o, err = c.anyObject(a); err != nil {
					return o, true, err
				}
			}
		}
	}
	if n > 1 {
		return o, true, usage(-1, -1, "%s takes one object", "%s은(는) 객체 하나만 받습니다", c.Cmd.Name)
	}
	return o, n == 1, nil
}

// anyObject finds what kind of object X is. A number that two kinds have as an id
// is not guessed.
func (c *Call) anyObject(a *Arg) (objectID, error) {
	if h := a.H; h != nil {
		kind := h.Kind
		if kind == Attached {
			kind = Segment
		}
		return objectID{kind, h.ID}, nil
	}
	var kinds []ObjectKind
	var names []string
	for _, k := range []ObjectKind{Queue, Segment, Set} {
		if alive(k, a.I) {
			kinds = append(kinds, k)
			names = append(names, k.IDName()+"=")
		}
	}
	w := c.words(0)[0]
	switch len(kinds) {
	case 0:
		return objectID{}, usage(w.Pos, w.End(), "there is no queue, segment or set %d", "id가 %d인 큐, 세그먼트, 집합이 없습니다", a.I)
	case 1:
		return objectID{kinds[0], a.I}, nil
	}
	return objectID{}, usage(w.Pos, w.End(), "%d is an id of several kinds; write one of %s", "id %d은(는) 여러 종류에 있습니다. 다음 중 하나로 쓰세요: %s", a.I, strings.Join(names, " "))
}

// stat returns the object's state, or the error that the call of its kind would give.
func (o objectID) stat() (*object, error) {
	ds, err := stat(o.kind, o.id)
	if err != nil {
		call := map[ObjectKind]string{Queue: "msgctl", Segment: "shmctl", Set: "semctl"}[o.kind]
		return nil, &Refusal{&sysv.Error{Call: call, Errno: syscall.EINVAL}, text.F("there is no %s %d", "%s %d이(가) 없습니다", o.kind.IDName(), o.id)}
	}
	return ds, nil
}

// processes looks at the processes. Their maps are read if attached says so.
func processes(attached bool) (*sysv.Look, error) {
	o := sysv.LookOptions{Root: procRoot}
	if attached {
		for _, m := range Objects(Segment) {
			o.Mappings += int(m.shm.Nattch)
			if m.shm.Nattch > 0 {
				o.First = append(o.First, int(m.shm.Lpid), int(m.shm.Cpid))
			}
		}
	}
	look, err := sysv.Processes(o)
	if err != nil {
		return nil, &Refusal{err, text.F("without /proc nothing tells what the processes do", "/proc 없이는 프로세스들이 무엇을 하는지 알 수 없습니다")}
	}
	return look, nil
}

// hiddenLines say what permissions hide; nothing of it is guessed.
func hiddenLines(h sysv.Hidden, l text.Lang) []string {
	var out []string
	say := func(m *text.Msg) { out = append(out, text.Wrap("", m.In(l), pageWidth-1)...) }
	if h.OtherUser > 0 {
		say(text.F("what they do is not known: %s of other users, which root may look at", "무엇을 하는지 알 수 없음: 다른 사용자의 %s. root는 볼 수 있습니다", howMany(h.OtherUser)))
	}
	if h.SameUser > 0 {
		say(text.F("what they do is not known: %s of this user, which may not be looked at%s", "무엇을 하는지 알 수 없음: 이 사용자의 %s. 볼 권한이 없습니다%s", howMany(h.SameUser), yamaWords(h)))
	}
	if h.Arguments > 0 {
		say(text.F("a ? stands for the arguments of %s, which may not be read%s", "?는 읽을 수 없는 인자입니다: %s%s", howMany(h.Arguments), yamaWords(h)))
	}
	if h.Hidepid {
		say(text.F("/proc is mounted with hidepid: processes of other users are not seen at all", "/proc이 hidepid로 마운트되어 다른 사용자의 프로세스는 전혀 보이지 않습니다"))
	}
	return out
}

func howMany(n int) *text.Msg {
	return counted(uint64(n), text.New("process", "프로세스"), text.New("processes", "프로세스"))
}

// yamaWords name Yama where it is the reason.
func yamaWords(h sysv.Hidden) string {
	if h.Yama <= 0 {
		return ""
	}
	return fmt.Sprintf(" (kernel.yama.ptrace_scope = %d)", h.Yama)
}

// roughly words a time in one unit, as a column has room for.
func roughly(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%dd", int64(d/(24*time.Hour)))
	case d >= 2*time.Hour:
		return fmt.Sprintf("%dh", int64(d/time.Hour))
	case d >= 2*time.Minute:
		return fmt.Sprintf("%dm", int64(d/time.Minute))
	case d >= 10*time.Second:
		return fmt.Sprintf("%ds", int64(d/time.Second))
	}
	return fmt.Sprintf("%.1fs", d.Seconds())
}

// record makes a value of fields, for --json and for expressions.
func record(ret int64, fields ...Field) cexpr.Value {
	return cexpr.RefOf(&Record{ret: ret, fields: fields})
}

func str(name, s string) Field { return Field{Name: name, Val: cexpr.StringOf(s)} }

// Waiters lists the processes asleep in a call, for the tools; hidden says that
// some could not be looked at.
func Waiters() (list []ipcs.Waiter, hidden bool) {
	look, err := processes(false)
	if err != nil {
		return nil, true
	}
	for _, p := range look.Procs {
		for _, t := range p.Asleep {
			if !t.Known {
				look.Hidden.Arguments++
				continue
			}
			list = append(list, ipcs.Waiter{Pid: p.Pid, Tid: t.Tid, Call: t.Call, ID: t.ID})
		}
	}
	return list, look.Hidden.Any()
}

// Attachers lists the processes that have segments attached, each as often as it
// has.
func Attachers() (list []ipcs.Attacher) {
	look, err := processes(true)
	if err != nil {
		return nil
	}
	for _, p := range look.Procs {
		for _, a := range p.Attached {
			list = append(list, ipcs.Attacher{Pid: p.Pid, ID: int(a.Id)})
		}
	}
	return list
}
