package commands

import (
	"sort"
	"syscall"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// The functions of expressions read live state. They use the *_STAT_ANY calls,
// which look at no permission bits, so that permissions do not hide the answer.

type function struct {
	min, max int
	call     func(s *Session, name string, args []cexpr.Value) (cexpr.Value, error)
}

// Func implements cexpr.Scope.
func (s *Session) Func(name string) (min, max int, ok bool) {
	f, ok := s.functions()[name]
	return f.min, f.max, ok
}

// Call implements cexpr.Env.
func (s *Session) Call(name string, args []cexpr.Value) (cexpr.Value, error) {
	return s.functions()[name].call(s, name, args)
}

// functions returns the table of functions, made when the first is named.
func (s *Session) functions() map[string]function {
	if s.funcs == nil {
		s.funcs = liveFunctions()
	}
	return s.funcs
}

// Functions returns the names of the functions of expressions.
func (s *Session) Functions() []string {
	var names []string
	for name := range s.functions() {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func liveFunctions() map[string]function {
	m := map[string]function{}
	add := func(kind ObjectKind, get map[string]func(*object) int64) {
		for name, f := range get {
			m[name] = function{1, 1, func(s *Session, name string, args []cexpr.Value) (cexpr.Value, error) {
				o, err := statOf(name, args[0], kind)
				if err != nil {
					return cexpr.Value{}, err
				}
				return cexpr.IntOf(f(o)), nil
			}}
		}
	}
	add(Queue, map[string]func(*object) int64{
		"qnum":   func(o *object) int64 { return int64(o.msg.Qnum) },
		"qbytes": func(o *object) int64 { return int64(o.msg.Qbytes) },
		"cbytes": func(o *object) int64 { return int64(o.msg.Cbytes) },
		"lspid":  func(o *object) int64 { return int64(o.msg.Lspid) },
		"lrpid":  func(o *object) int64 { return int64(o.msg.Lrpid) },
	})
	add(Segment, map[string]func(*object) int64{
		"nattch": func(o *object) int64 { return int64(o.shm.Nattch) },
		"segsz":  func(o *object) int64 { return int64(o.shm.Segsz) },
		"cpid":   func(o *object) int64 { return int64(o.shm.Cpid) },
		"lpid":   func(o *object) int64 { return int64(o.shm.Lpid) },
	})
	add(Set, map[string]func(*object) int64{"nsems": func(o *object) int64 { return int64(o.sem.Nsems) }})
	add(anyKind, map[string]func(*object) int64{
		"uid":  func(o *object) int64 { return int64(o.Perm().Uid) },
		"gid":  func(o *object) int64 { return int64(o.Perm().Gid) },
		"cuid": func(o *object) int64 { return int64(o.Perm().Cuid) },
		"cgid": func(o *object) int64 { return int64(o.Perm().Cgid) },
		"mode": func(o *object) int64 { return int64(o.Perm().Mode) },
	})
	m["key"] = function{1, 1, liveKey}
	m["exists"] = function{1, 1, liveExists}
	for name, cmd := range map[string]sysv.SemctlCmd{"semval": sysv.GETVAL, "semncnt": sysv.GETNCNT, "semzcnt": sysv.GETZCNT, "sempid": sysv.GETPID} {
		m[name] = function{2, 2, func(_ *Session, name string, args []cexpr.Value) (cexpr.Value, error) {
			return liveSem(name, cmd, args)
		}}
	}
	m["count"] = function{1, 1, liveCount}
	stageFunctions(m)
	return m
}

// anyKind stands for functions that take every kind of handle.
const anyKind ObjectKind = 255

// objectArg finds what a function is asked about.
func objectArg(name string, v cexpr.Value, kind ObjectKind) (ObjectKind, int64, error) {
	if v.Kind == cexpr.Ref {
		h, ok := v.O.(*Handle)
		if !ok {
			return 0, 0, text.F("%s() wants a handle", "%s()에는 handle이 필요합니다", name)
		}
		k := h.Kind
		if k == Attached {
			k = Segment
		}
		if k == Key || kind != anyKind && k != kind {
			return 0, 0, text.F("%s() does not take %s", "%s()에 %s을(를) 줄 수 없습니다", name, h.Kind)
		}
		return k, h.ID, nil
	}
	if kind == anyKind || v.Kind != cexpr.Int {
		return 0, 0, text.F("%s() wants a handle: a number does not say whether it is a queue, a segment or a set",
			"%s()에는 handle이 필요합니다. 수만으로는 큐, 세그먼트, 세마포어 집합 중 무엇인지 알 수 없습니다", name)
	}
	return kind, v.I, nil
}

func statOf(name string, v cexpr.Value, kind ObjectKind) (*object, error) {
	k, id, err := objectArg(name, v, kind)
	if err != nil {
		return nil, err
	}
	o, err := stat(k, id)
	if err != nil {
		return nil, &Refusal{&sysv.Error{Call: name + "()", Errno: syscall.EINVAL}, text.F("%s %d does not exist (any more)", "%s %d은(는) 존재하지 않습니다", k.IDName(), id)}
	}
	return o, nil
}

func liveKey(_ *Session, name string, args []cexpr.Value) (cexpr.Value, error) {
	if h, ok := args[0].O.(*Handle); ok && h.Kind == Key {
		return h.Scalar()
	}
	o, err := statOf(name, args[0], anyKind)
	if err != nil {
		return cexpr.Value{}, err
	}
	return cexpr.KeyOf(int32(o.Perm().Key)), nil
}

func liveExists(s *Session, name string, args []cexpr.Value) (cexpr.Value, error) {
	if h, ok := args[0].O.(*Handle); ok && h.Kind == Attached {
		return boolean(h.Alive(s)), nil
	}
	k, id, err := objectArg(name, args[0], anyKind)
	if err != nil {
		return cexpr.Value{}, err
	}
	return boolean(alive(k, id)), nil
}

func boolean(b bool) cexpr.Value {
	if b {
		return cexpr.IntOf(1)
	}
	return cexpr.IntOf(0)
}

// liveSem asks about one semaphore. No call does so without read permission, so
// a refusal is said.
func liveSem(name string, cmd sysv.SemctlCmd, args []cexpr.Value) (cexpr.Value, error) {
	_, id, err := objectArg(name, args[0], Set)
	if err != nil {
		return cexpr.Value{}, err
	}
	n, err := intArg(name, args[1])
	if err != nil {
		return cexpr.Value{}, err
	}
	v, err := sysv.Semctl(sysv.Semid(id), n, cmd, nil)
	if err != nil {
		return cexpr.Value{}, err
	}
	return cexpr.IntOf(int64(v)), nil
}

func intArg(name string, v cexpr.Value) (int, error) {
	if v.Kind == cexpr.Ref {
		var err error
		if v, err = v.O.Scalar(); err != nil {
			return 0, err
		}
	}
	if v.Kind != cexpr.Int || v.I != int64(int32(v.I)) {
		return 0, text.F("%s() wants a number here", "%s()의 이 인자에는 수가 필요합니다", name)
	}
	return int(v.I), nil
}

// liveCount counts the objects of a kind: count(msg), count(shm), count(sem).
func liveCount(_ *Session, name string, args []cexpr.Value) (cexpr.Value, error) {
	var n int32
	var err error
	kind := args[0].S
	if h, ok := args[0].O.(*Handle); ok && h.Kind <= Set { // a variable called msg
		kind = [...]string{"msg", "shm", "sem"}[h.Kind]
	}
	switch kind {
	case "msg":
		var i sysv.Msginfo
		_, err = sysv.Msgctl(0, sysv.MSG_INFO, &i)
		n = i.Msgpool
	case "shm":
		var i sysv.ShmInfo
		_, err = sysv.Shmctl(0, sysv.SHM_INFO, &i)
		n = i.UsedIds
	case "sem":
		var i sysv.Seminfo
		_, err = sysv.Semctl(0, 0, sysv.SEM_INFO, &i)
		n = i.Semusz
	default:
		return cexpr.Value{}, text.F("count() takes msg, shm or sem", "count()에는 msg, shm, sem 중 하나를 주세요")
	}
	return cexpr.IntOf(int64(n)), err
}

// readSemaphore reads a semaphore's value and sempid.
func readSemaphore(id int64, n int) (value, pid int64, ok bool) {
	v, err := sysv.Semctl(sysv.Semid(id), n, sysv.GETVAL, nil)
	p, perr := sysv.Semctl(sysv.Semid(id), n, sysv.GETPID, nil)
	return int64(v), int64(p), err == nil && perr == nil
}
