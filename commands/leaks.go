package commands

import (
	"fmt"
	"os"
	"slices"
	"time"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/ipcs"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// evidence is why an object counts as a leak.
type evidence uint8

const (
	inUse    evidence = iota
	untold            // nothing tells
	byLedger          // a session that was killed made it
	byGone            // all who are known to have used it are gone
	byUnused          // nobody is known to have used it
)

var evidenceWords = [...]string{"", "", "ledger", "gone", "unused"}

// leak is an object that nobody seems to use.
type leak struct {
	*object
	evidence evidence
	why      *text.Msg
	used     int64 // last, or made
	doubt    bool  // somebody unseen may sleep on it
}

func leaks(c *Call) (*Result, error) {
	j := &judge{now: time.Now().Unix(), waited: map[objectID]bool{}, users: map[uint32]string{}, mine: map[objectID]bool{}, births: map[int]int64{}}
	look, unseen := processes(false)
	j.see(look)
	if c.Ledger != nil {
		j.noted = readLedgers(c.Ledger.dir)
	}
	for _, m := range slices.Concat(c.made, c.handed) {
		j.mine[objectID{m.Kind, m.ID}] = true
	}
	var found []leak
	unknown := 0
	for _, kind := range []ObjectKind{Queue, Segment, Set} {
		for _, o := range Objects(kind) {
			switch l := j.judge(o); l.evidence {
			case inUse:
			case untold:
				unknown++
			default:
				found = append(found, l)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b leak) int { return int(a.evidence) - int(b.evidence) })
	r := c.result(int64(len(found)))
	c.leakLines(r, j, found, unknown)
	if unseen != nil {
		r.Lines = append(r.Lines, text.Wrap("", text.Of(unseen, c.Lang), pageWidth-1)...)
	} else {
		r.Lines = append(r.Lines, hiddenLines(look.Hidden, c.Lang)...)
	}
	return r, nil
}

// judge knows what tells whether an object is used.
type judge struct {
	now    int64
	waited map[objectID]bool
	noted  ledgers
	mine   map[objectID]bool
	users  map[uint32]string
	births map[int]int64 // of the processes that are there, in seconds since 1970; -1: not known

	// Who may sleep on a queue unseen: other users, or any process.
	othersUnseen, anyUnseen bool
}

// see takes what a look at the processes told; nil if there was none.
func (j *judge) see(look *sysv.Look) {
	if look == nil {
		j.anyUnseen = true
		return
	}
	j.othersUnseen = look.Hidden.OtherUser > 0 || look.Hidden.Hidepid
	j.anyUnseen = look.Hidden.SameUser > 0
	for _, p := range look.Procs {
		for i := range p.Asleep {
			o := sleepsOn(&p.Asleep[i])
			j.waited[o] = true
			j.anyUnseen = j.anyUnseen || o.kind == Queue && o.id < 0
		}
	}
}

// maySleepUnseen tells whether a process that could not be looked at may sleep on
// an object. Of segments and sets the kernel counts who uses them.
func (j *judge) maySleepUnseen(o *object) bool {
	const others = 0o066
	me, p := uint32(os.Geteuid()), o.Perm()
	return o.kind == Queue && (j.anyUnseen || j.othersUnseen && (p.Mode&others != 0 || p.Uid != me || p.Cuid != me))
}

func (j *judge) judge(o *object) leak {
	l := leak{object: o}
	id := objectID{o.kind, int64(o.id)}
	pid, killed := j.noted.left[id]
	switch {
	case j.waited[id] || j.mine[id] || j.noted.inUse[id]:
		return l
	case o.kind == Queue:
		j.byPids(&l, []lastUse{{int(o.msg.Lspid), o.msg.Stime(), text.New("last sent by %d", "마지막으로 보낸 프로세스 %d")},
			{int(o.msg.Lrpid), o.msg.Rtime(), text.New("last received by %d", "마지막으로 받은 프로세스 %d")}})
	case o.kind == Segment && o.shm.Nattch > 0:
		return l
	case o.kind == Segment:
		j.byPids(&l, []lastUse{{int(o.shm.Cpid), o.shm.Ctime(), text.New("created by %d", "만든 프로세스 %d")},
			{int(o.shm.Lpid), max(o.shm.Atime(), o.shm.Dtime()), text.New("last attached or detached by %d", "마지막으로 attach나 detach한 프로세스 %d")}})
	default:
		j.set(&l)
	}
	l.used = max(l.used, o.ctime())
	if l.doubt = l.evidence > untold && j.maySleepUnseen(o); l.doubt {
		l.why = text.F("%s; a process that may not be looked at may wait for it", "%s. 볼 수 없는 프로세스가 기다리고 있을 수도 있습니다", l.why)
	}
	if killed && l.evidence != inUse {
		l.evidence = byLedger
		l.doubt = false
		l.why = text.F("left by the ipcsh session of process %d, which was killed", "강제로 끝난 ipcsh 세션(프로세스 %d)이 남겼습니다", pid)
	}
	return l
}

// lastUse is who used an object last in one way, and when.
type lastUse struct {
	pid int
	sec int64
	how text.Text
}

// byPids judges by whether those who used the object last are alive.
func (j *judge) byPids(l *leak, uses []lastUse) {
	l.evidence = byUnused
	l.why = text.F("nobody has used it; who made it, the kernel does not tell", "아무도 쓴 적이 없습니다. 누가 만들었는지는 커널이 알려 주지 않습니다")
	var who *text.Msg
	for _, u := range uses {
		switch {
		case u.pid == 0 && u.sec == 0: // not yet
			continue
		case u.pid == 0: // of another pid namespace
			l.evidence = untold
			return
		case j.isAlive(u.pid, u.sec):
			l.evidence = inUse
			return
		}
		l.used = max(l.used, u.sec)
		l.evidence = byGone
		part := &text.Msg{Text: u.how, Args: []any{u.pid}}
		if who == nil {
			who = part
		} else {
			who = text.F("%s, %s", "%s, %s", who, part)
		}
	}
	if who != nil {
		l.why = text.F("%s: gone", "%s: 끝났습니다", who)
	}
}

// set judges a set: by its waiters, and by who operated last on each semaphore.
func (j *judge) set(l *leak) {
	sems, err := ipcs.ReadSemaphores(l.id, int(l.sem.Nsems))
	if err != nil {
		l.evidence = untold
		return
	}
	var uses []lastUse
	seen := map[int]bool{}
	how := text.New("operated on by %d", "조작한 프로세스 %d")
	for _, s := range sems {
		if s.Ncnt+s.Zcnt > 0 {
			return
		}
		if s.Pid != 0 && !seen[s.Pid] {
			seen[s.Pid] = true
			uses = append(uses, lastUse{s.Pid, max(l.sem.Otime(), l.sem.Ctime()), how})
		}
	}
	if len(uses) == 0 && l.sem.Otime() != 0 {
		uses = []lastUse{{0, l.sem.Otime(), how}}
	}
	j.byPids(l, uses)
	if len(uses) > 4 && l.evidence == byGone {
		l.why = text.F("operated on by %d processes, all of them gone", "조작한 프로세스 %d개가 모두 끝났습니다", len(uses))
	}
}

// isAlive tells whether the process that used an object at a time is there. One
// that started later only has its number.
func (j *judge) isAlive(pid int, sec int64) bool {
	born, known := j.births[pid]
	if !known {
		born = birthOf(pid)
		j.births[pid] = born
	}
	const doubt = 2 // seconds by which the clocks may differ
	return born != noProcess && born <= sec+doubt
}

const noProcess = 1<<63 - 1

// birthOf tells when a process started; -1 if nothing tells.
func birthOf(pid int) int64 {
	if !sysv.Exists(pid) {
		return noProcess
	}
	ticks, err := sysv.Birth(procRoot, pid)
	if err != nil {
		return -1
	}
	if born, ok := sysv.BirthTime(procRoot, ticks); ok {
		return born
	}
	return -1
}

// leakLines draws the list and fills the fields.
func (c *Call) leakLines(r *Result, j *judge, found []leak, unknown int) {
	var list List
	certain, sure, all := 0, 0, "ipcrm"
	for _, l := range found {
		flag := map[ObjectKind]string{Queue: "-q", Segment: "-m", Set: "-s"}[l.kind]
		rm := fmt.Sprintf("%s %d", flag, l.id)
		switch l.evidence {
		case byLedger:
			certain++
			fallthrough
		case byGone: // what nobody has used yet may be somebody's who is about to
			if !l.doubt {
				all += " " + rm
				sure++
			}
		}
		age := max(0, j.now-l.used)
		what := text.F("%s, key %s, owner %s, %s, idle for %s: %s", "%s, key %s, 소유자 %s, %s, %s 동안 쓰이지 않음: %s",
			l.kind, l.Perm().Key, userName(j.users, l.Perm().Uid), l.holds(), roughly(time.Duration(age)*time.Second), l.why)
		r.Lines = append(r.Lines, text.Wrap(text.Pad("ipcrm "+rm, 16)+"  ", Escape(what.In(c.Lang)), pageWidth-1)...)
		list = append(list, record(int64(l.id), str("kind", l.kind.String()), num("id", int64(l.id)),
			Field{Name: "key", Val: cexpr.KeyOf(int32(l.Perm().Key))}, num("uid", int64(l.Perm().Uid)),
			str("evidence", evidenceWords[l.evidence]), str("why", l.why.In(c.Lang)), num("age", age), str("command", "ipcrm "+rm)))
	}
	r.Fields = append(r.Fields, num("count", int64(len(found))), num("certain", int64(certain)), num("unknown", int64(unknown)),
		Field{Name: "objects", Val: cexpr.RefOf(list)})
	switch {
	case len(found) == 0:
		r.Lines = append(r.Lines, text.New("no object seems to be left behind", "남겨진 것으로 보이는 객체가 없습니다").In(c.Lang))
	case sure > 1 && sure <= 40:
		r.Lines = append(r.Lines, text.Wrap(text.New("those whose users are gone: ", "쓰던 프로세스가 끝난 것 모두: ").In(c.Lang), all, pageWidth-1)...)
	}
	if unknown > 0 {
		r.Lines = append(r.Lines, text.Wrap("", text.F("not judged: %s, whose users are in another pid namespace or may not be read",
			"판단하지 않음: %s. 쓴 프로세스가 다른 pid 네임스페이스에 있거나 읽을 권한이 없습니다", counted(uint64(unknown), text.New("object", "객체"), text.New("objects", "객체"))).In(c.Lang), pageWidth-1)...)
	}
}

// holds says what is in the object.
func (l *leak) holds() *text.Msg {
	switch l.kind {
	case Queue:
		return messagesOf(l.object)
	case Segment:
		return text.F("%d bytes", "%d바이트", l.shm.Segsz)
	}
	return semaphoresOf(l.object)
}
