package commands

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

var semidParam = Param{Name: "SEMID", Kind: SetArg}

func semCommands() []*Command {
	semflg := []string{"semflg"}
	num := Param{Name: "NUM", Alias: []string{"sem_num", "semnum"}, Kind: SemNum, Opt: true}
	flags := Param{Name: "FLAGS", Alias: append(semflg, "sem_flg"), Kind: Flags, Flags: sysv.SemopFlags, Opt: true}
	return []*Command{{
		Name:    "semget",
		Family:  SemFamily,
		Summary: text.New("open or create a semaphore set", "세마포어 집합을 열거나 만든다"),
		Params: []Param{keyParam, {Name: "NSEMS", Kind: Int},
			{Name: "FLAGS", Alias: semflg, Kind: Flags, Flags: sysv.SemgetFlags, Opt: true}},
		Example: "s = semget 0 1 0600",
		Man:     "semget(2)",
		Run:     semget,
		Spell: func(c *Call) string {
			return fmt.Sprintf("semget(%s, %d, %s)", spellKey(c.Args[0].I), c.Args[1].I, sysv.SemgetFlag(c.Args[2].I))
		},
	}, {
		Name:    "semop",
		Family:  SemFamily,
		Summary: text.New("operate on semaphores of a set, all or none", "세마포어 연산들을 원자적으로 수행한다 (모두 수행하거나 하나도 수행하지 않음)"),
		Params:  []Param{semidParam, {Name: "OP", Alias: []string{"sops"}, Kind: SemOps, Many: true}, {Name: "TIMEOUT", Kind: Duration, Named: true}},
		Example: "s = semget 0 2 0600; semop s 0:1 {1, 2, SEM_UNDO}; semop s 0:-1 1:-2",
		Man:     "semop(2)",
		Run: func(c *Call) (*Result, error) {
			return semOperate(c, c.Args[1].Ops, c.Args[2].Time)
		},
		Spell: func(c *Call) string { return spellSemop(c, c.Args[1].Ops, c.Args[2].Time) },
	}, {
		Name:    "P",
		Family:  SemFamily,
		Summary: text.New("take a semaphore: semop with -1", "P 연산: 세마포어 값을 1 줄인다 (획득)"),
		Params:  []Param{semidParam, num, flags},
		Example: "s = semget 0 1 0600; V s; P s 0 SEM_UNDO",
		Man:     "semop(2)",
		Run:     func(c *Call) (*Result, error) { return semOperate(c, c.oneOp(-1), nil) },
		Spell:   func(c *Call) string { return spellSemop(c, c.oneOp(-1), nil) },
	}, {
		Name:    "V",
		Family:  SemFamily,
		Summary: text.New("give a semaphore back: semop with +1", "V 연산: 세마포어 값을 1 늘린다 (반납)"),
		Params:  []Param{semidParam, num, flags},
		Example: "s = semget 0 1 0600; V s",
		Man:     "semop(2)",
		Run:     func(c *Call) (*Result, error) { return semOperate(c, c.oneOp(1), nil) },
		Spell:   func(c *Call) string { return spellSemop(c, c.oneOp(1), nil) },
	}, {
		Name:    "semctl",
		Family:  SemFamily,
		Summary: text.New("read, set or remove a semaphore set", "세마포어 집합의 값과 상태를 보거나 바꾸거나 집합을 제거한다"),
		Params: []Param{semidParam, {Name: "SEMNUM", Kind: Int}, {Name: "CMD", Kind: Cmd, Cmds: sysv.SemctlCmds},
			{Name: "VALUE", Alias: []string{"val", "array"}, Kind: SemValues, Opt: true}, modeParam, uidParam, gidParam},
		Example: "s = semget 0 3 0600; semctl s 0 SETALL 1,2,0; v = semctl s 1 GETVAL; print $v.value",
		Man:     "semctl(2)",
		Run:     semctl,
		Spell:   spellSemctl,
	}}
}

func semget(c *Call) (*Result, error) {
	key := sysv.Key(int32(c.Args[0].I))
	id, made, err := create(c.Session, Set, key, c.Args[2].I, func(flags int64) (sysv.Semid, error) {
		return sysv.Semget(key, int(c.Args[1].I), sysv.SemgetFlag(flags))
	})
	if err != nil {
		return nil, err
	}
	return c.opened(Set, int64(id), key, made), nil
}

// oneOp is the array of P and V, kept in the call so that it costs nothing.
func (c *Call) oneOp(delta int16) []sysv.Sembuf {
	a := &c.Args[0]
	if len(a.Ops) == 0 {
		a.Ops = make([]sysv.Sembuf, 1)
	}
	a.Ops[0] = sysv.Sembuf{Num: uint16(c.Args[1].I), Op: delta, Flg: sysv.SemopFlag(c.Args[2].I)}
	return a.Ops
}

func semOperate(c *Call, ops []sysv.Sembuf, timeout *sysv.Timespec) (*Result, error) {
	id := sysv.Semid(c.Args[0].I)
	if timeout != nil {
		return c.done(0, sysv.Semtimedop(c.Ctx, id, ops, timeout))
	}
	return c.done(0, sysv.Semop(c.Ctx, id, ops))
}

func spellSemop(c *Call, ops []sysv.Sembuf, timeout *sysv.Timespec) string {
	name := "semop("
	if timeout != nil {
		name = "semtimedop("
	}
	b := append(strconv.AppendInt(append(make([]byte, 0, 64), name...), c.Args[0].I, 10), ", {"...)
	for i, op := range ops { // without fmt: it is on the way from a waker to the report of whom it woke
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(strconv.AppendUint(append(b, '{'), uint64(op.Num), 10), ", "...)
		b = append(strconv.AppendInt(b, int64(op.Op), 10), ", "...)
		b = append(append(b, op.Flg.String()...), '}')
	}
	b = strconv.AppendInt(append(b, "}, "...), int64(len(ops)), 10)
	if timeout != nil {
		b = fmt.Appendf(b, ", {%d, %d}", timeout.Sec, timeout.Nsec)
	}
	return string(append(b, ')'))
}

func spellSemctl(c *Call) string {
	a := c.Args
	s := fmt.Sprintf("semctl(%d, %d, %s", a[0].I, a[1].I, sysv.SemctlCmd(a[2].I))
	switch cmd := a[2].I; {
	case len(a[3].Nums) == 1 && cmd == sysv.SETVAL:
		s += fmt.Sprintf(", %d", a[3].Nums[0])
	case len(a[3].Nums) > 0:
		s += ", {" + strings.Trim(strings.Join(strings.Fields(fmt.Sprint(a[3].Nums)), ", "), "[]") + "}"
	case cmd == sysv.IPC_STAT || cmd == sysv.IPC_SET || cmd == sysv.GETALL || cmd >= sysv.SEM_STAT || cmd == sysv.IPC_INFO:
		s += ", &buf"
	}
	return s + ")"
}

func semctl(c *Call) (*Result, error) {
	a := c.Args
	id, num, cmd := sysv.Semid(a[0].I), int(a[1].I), sysv.SemctlCmd(a[2].I)
	switch cmd {
	case sysv.SETVAL, sysv.SETALL:
		return c.semSet(id, num, cmd, a[3])
	case sysv.GETVAL, sysv.GETPID, sysv.GETNCNT, sysv.GETZCNT:
		v, err := sysv.Semctl(id, num, cmd, nil)
		if err != nil {
			return nil, err
		}
		r := c.result(int64(v))
		r.Fields = append(r.Fields, Field{Name: "value", Val: cexpr.IntOf(int64(v))})
		return r, nil
	case sysv.GETALL:
		n := 1
		if o, err := stat(Set, int64(id)); err == nil {
			n = int(o.sem.Nsems)
		}
		values := make(sysv.SemArray, n)
		if _, err := sysv.Semctl(id, num, cmd, values); err != nil {
			return nil, err
		}
		r := c.result(0)
		r.Fields = append(r.Fields, Field{Name: "values", Val: listOf([]uint16(values))})
		return r, nil
	case sysv.IPC_SET:
		var ds sysv.SemidDs
		if o, err := stat(Set, int64(id)); err == nil {
			ds = o.sem
		}
		setPerm(&ds.IpcPerm, a[4], a[5], a[6])
		_, err := sysv.Semctl(id, num, cmd, &ds)
		return c.done(0, err)
	case sysv.IPC_STAT, sysv.SEM_STAT, sysv.SEM_STAT_ANY:
		var ds sysv.SemidDs
		ret, err := sysv.Semctl(id, num, cmd, &ds)
		if err != nil {
			return nil, err
		}
		r := c.result(int64(ret))
		r.Fields = append(permFields(r.Fields, &ds.IpcPerm),
			when("otime", ds.Otime()), when("ctime", ds.Ctime()), Field{Name: "nsems", Val: cexpr.IntOf(int64(ds.Nsems))})
		return r, nil
	case sysv.IPC_INFO, sysv.SEM_INFO:
		var i sysv.Seminfo
		ret, err := sysv.Semctl(id, num, cmd, &i)
		if err != nil {
			return nil, err
		}
		r := c.result(int64(ret))
		for _, f := range []struct {
			name string
			v    int32
		}{{"semmap", i.Semmap}, {"semmni", i.Semmni}, {"semmns", i.Semmns}, {"semmnu", i.Semmnu}, {"semmsl", i.Semmsl},
			{"semopm", i.Semopm}, {"semume", i.Semume}, {"semusz", i.Semusz}, {"semvmx", i.Semvmx}, {"semaem", i.Semaem}} {
			r.Fields = append(r.Fields, Field{Name: f.name, Val: cexpr.IntOf(int64(f.v))})
		}
		return r, nil
	}
	ret, err := sysv.Semctl(id, num, cmd, nil)
	if err == nil && cmd == sysv.IPC_RMID {
		c.noteRemoved(Set, int64(id))
	}
	return c.done(int64(ret), err)
}

// semSet is SETVAL and SETALL. SETALL wants as many values as the set has
// semaphores: C would read past a shorter array.
func (c *Call) semSet(id sysv.Semid, num int, cmd sysv.SemctlCmd, value Arg) (*Result, error) {
	if !value.Given {
		return nil, usage(-1, -1, "semctl: %s needs VALUE", "semctl: %s에는 VALUE가 필요합니다", cmd)
	}
	if cmd == sysv.SETVAL {
		if len(value.Nums) != 1 || value.Nums[0] != int64(int32(value.Nums[0])) {
			return nil, usage(-1, -1, "semctl: SETVAL takes one int", "semctl: SETVAL에는 int 하나가 필요합니다")
		}
		ret, err := sysv.Semctl(id, num, cmd, sysv.SemVal(value.Nums[0]))
		return c.done(int64(ret), err)
	}
	values := make(sysv.SemArray, len(value.Nums))
	for i, v := range value.Nums {
		if v < 0 || v > math.MaxUint16 {
			return nil, usage(-1, -1, "semctl: %d does not fit unsigned short (0 to %d)", "semctl: %d은(는) unsigned short 범위(0 ~ %d)를 벗어납니다", v, math.MaxUint16)
		}
		values[i] = uint16(v)
	}
	if o, err := stat(Set, int64(id)); err == nil && int(o.sem.Nsems) != len(values) {
		return nil, usage(-1, -1, "semctl: set %d has %d semaphores, and SETALL is given %d values", "semctl: 집합 %d의 세마포어는 %d개인데 SETALL 값은 %d개입니다", id, o.sem.Nsems, len(values))
	}
	ret, err := sysv.Semctl(id, num, cmd, values)
	return c.done(int64(ret), err)
}
