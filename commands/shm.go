package commands

import (
	"fmt"
	"os"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

var shmidParam = Param{Name: "SHMID", Kind: SegmentArg}

func shmCommands() []*Command {
	shmflg := []string{"shmflg"}
	return []*Command{{
		Name:    "shmget",
		Family:  ShmFamily,
		Summary: text.New("open or create a shared memory segment", "공유 메모리 세그먼트를 열거나 만든다"),
		Params: []Param{keyParam, {Name: "SIZE", Kind: Size},
			{Name: "FLAGS", Alias: shmflg, Kind: Flags, Flags: sysv.ShmgetFlags, Opt: true}},
		Example: "m = shmget 0 4096 0600",
		Man:     "shmget(2)",
		Run:     shmget,
		Spell: func(c *Call) string {
			return fmt.Sprintf("shmget(%s, %d, %s)", spellKey(c.Args[0].I), uint(c.Args[1].I), sysv.ShmgetFlag(c.Args[2].I))
		},
	}, {
		Name:    "shmat",
		Family:  ShmFamily,
		Summary: text.New("attach a segment to this process", "세그먼트를 이 프로세스에 attach한다"),
		Params: []Param{shmidParam, {Name: "ADDR", Alias: []string{"shmaddr"}, Kind: Addr, Opt: true},
			{Name: "FLAGS", Alias: shmflg, Kind: Flags, Flags: sysv.ShmatFlags, Opt: true}, asParam},
		Example: "m = shmget 0 4096 0600; a = shmat m; write a hello; shmdt a",
		Man:     "shmat(2)",
		Run:     shmat,
		Spell: func(c *Call) string {
			return fmt.Sprintf("shmat(%d, %s, %s)", c.Args[0].I, spellAddr(c.Args[1].I), sysv.ShmatFlag(c.Args[2].I))
		},
	}, {
		Name:    "shmdt",
		Family:  ShmFamily,
		Summary: text.New("detach a segment from this process", "세그먼트를 이 프로세스에서 detach한다"),
		Params:  []Param{{Name: "ADDR|SHMID", Alias: []string{"shmaddr"}, Kind: MemoryArg}},
		Example: "m = shmget 0 4096 0600; a = shmat m; shmdt a",
		Man:     "shmdt(2)",
		Run:     shmdt,
		Spell:   func(c *Call) string { return fmt.Sprintf("shmdt(%s)", spellAddr(c.Args[0].I)) },
	}, {
		Name:    "shmctl",
		Family:  ShmFamily,
		Summary: text.New("read, change, lock or remove a segment", "세그먼트의 상태를 보거나 바꾸거나 잠그거나 제거한다"),
		Params:  []Param{shmidParam, {Name: "CMD", Kind: Cmd, Cmds: sysv.ShmctlCmds}, modeParam, uidParam, gidParam},
		Example: "m = shmget 0 4096 0600; d = shmctl m IPC_STAT; print $d.segsz; shmctl m IPC_RMID",
		Man:     "shmctl(2)",
		Run:     shmctl,
		Spell: func(c *Call) string {
			return fmt.Sprintf("shmctl(%d, %s, %s)", c.Args[0].I, sysv.ShmctlCmd(c.Args[1].I), spellBuf(c.Args[1].I))
		},
	}}
}

func spellAddr(a int64) string {
	if a == 0 {
		return "NULL"
	}
	return fmt.Sprintf("(void *)%#x", uintptr(a))
}

func shmget(c *Call) (*Result, error) {
	key := sysv.Key(int32(c.Args[0].I))
	id, made, err := create(c.Session, Segment, key, c.Args[2].I, func(flags int64) (sysv.Shmid, error) {
		return sysv.Shmget(key, uint(c.Args[1].I), sysv.ShmgetFlag(flags))
	})
	if err != nil {
		return nil, err
	}
	return c.opened(Segment, int64(id), key, made), nil
}

func shmat(c *Call) (*Result, error) {
	a := c.Args
	id, addr, flags := sysv.Shmid(a[0].I), uintptr(a[1].I), sysv.ShmatFlag(a[2].I)
	size := uintptr(1)
	if o, err := stat(Segment, int64(id)); err == nil {
		size = uintptr(o.shm.Segsz)
	}
	if t := a[3].Type; t != nil && uintptr(t.Size) > size {
		return nil, text.F("%s has %d bytes, segment %d only %d", "%[1]s은(는) %[2]d바이트인데 세그먼트 %[3]d번은 %[4]d바이트뿐입니다", t.Name, t.Size, id, size)
	}
	// Within the first page the address is none, or rounds to none: EINVAL.
	if flags&sysv.SHM_REMAP != 0 && addr >= uintptr(os.Getpagesize()) && c.attachments.covered(addr, int(size)) < int(size) {
		return nil, text.F("SHM_REMAP replaces what is mapped there, and ipcsh lets it replace only this process's own attachments",
			"SHM_REMAP은 그 주소의 mapping을 바꿉니다. ipcsh는 이 프로세스가 attach한 곳만 바꿀 수 있게 합니다")
	}
	at, err := sysv.Shmat(id, addr, flags)
	if err != nil {
		return nil, err
	}
	c.attachments.attached(at, id, size)
	r := c.result(int64(at))
	r.RetFmt = Hex
	r.Fields = append(r.Fields, Field{Name: "addr", Val: cexpr.IntOf(int64(at)), Fmt: Hex}, num("shmid", int64(id)))
	r.Bind = cexpr.RefOf(&Handle{Kind: Attached, ID: int64(id), Addr: at, Type: a[3].Type, s: c.Session, fields: append([]Field(nil), r.Fields...)})
	return r, nil
}

func shmdt(c *Call) (*Result, error) {
	addr := uintptr(c.Args[0].I)
	if err := sysv.Shmdt(addr); err != nil {
		return nil, err
	}
	c.attachments.detached(addr)
	return c.result(0), nil
}

func shmctl(c *Call) (*Result, error) {
	a := c.Args
	id, cmd := sysv.Shmid(a[0].I), sysv.ShmctlCmd(a[1].I)
	var ds sysv.ShmidDs
	switch cmd {
	case sysv.IPC_SET:
		if o, err := stat(Segment, int64(id)); err == nil {
			ds = o.shm
		}
		setPerm(&ds.IpcPerm, a[2], a[3], a[4])
		_, err := sysv.Shmctl(id, cmd, &ds)
		return c.done(0, err)
	case sysv.IPC_STAT, sysv.SHM_STAT, sysv.SHM_STAT_ANY:
		ret, err := sysv.Shmctl(id, cmd, &ds)
		if err != nil {
			return nil, err
		}
		r := c.result(int64(ret))
		r.Fields = append(permFields(r.Fields, &ds.IpcPerm), num("segsz", int64(ds.Segsz)),
			when("atime", ds.Atime()), when("dtime", ds.Dtime()), when("ctime", ds.Ctime()),
			num("cpid", int64(ds.Cpid)), num("lpid", int64(ds.Lpid)), num("nattch", int64(ds.Nattch)))
		return r, nil
	case sysv.IPC_INFO:
		var i sysv.Shminfo
		ret, err := sysv.Shmctl(id, cmd, &i)
		if err != nil {
			return nil, err
		}
		r := c.result(int64(ret))
		r.Fields = append(r.Fields, num("shmmax", clamp(i.Shmmax)), num("shmmin", clamp(i.Shmmin)),
			num("shmmni", clamp(i.Shmmni)), num("shmseg", clamp(i.Shmseg)), num("shmall", clamp(i.Shmall)))
		return r, nil
	case sysv.SHM_INFO:
		var i sysv.ShmInfo
		ret, err := sysv.Shmctl(id, cmd, &i)
		if err != nil {
			return nil, err
		}
		r := c.result(int64(ret))
		r.Fields = append(r.Fields, num("used_ids", int64(i.UsedIds)), num("shm_tot", clamp(i.ShmTot)),
			num("shm_rss", clamp(i.ShmRss)), num("shm_swp", clamp(i.ShmSwp)),
			num("swap_attempts", clamp(i.SwapAttempts)), num("swap_successes", clamp(i.SwapSuccesses)))
		return r, nil
	}
	ret, err := sysv.Shmctl(id, cmd, nil)
	if err == nil && cmd == sysv.IPC_RMID {
		c.noteRemoved(Segment, int64(id))
	}
	return c.done(int64(ret), err)
}

// clamp makes an unsigned long a number of expressions; the kernel's "no limit"
// is above what they hold.
func clamp(u uint) int64 {
	if uint64(u) > 1<<63-1 {
		return 1<<63 - 1
	}
	return int64(u)
}
