package commands

import (
	"fmt"
	"strconv"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

func keyCommands() []*Command {
	return []*Command{{
		Name:    "ftok",
		Family:  KeyFamily,
		Summary: text.New("make a key from a file and a number", "파일과 번호로 key를 만든다"),
		Params: []Param{
			{Name: "PATH", Alias: []string{"pathname"}, Kind: Path},
			{Name: "ID", Alias: []string{"proj_id"}, Kind: Int},
		},
		Example: "key = ftok / 'A'",
		Man:     "ftok(3)",
		Run:     ftok,
		Spell: func(c *Call) string {
			return fmt.Sprintf("ftok(%s, %s)", strconv.Quote(c.Args[0].S), charOrNumber(c.Args[1].I))
		},
	}}
}

func charOrNumber(n int64) string {
	if n > ' ' && n < 0x7f {
		return strconv.QuoteRune(rune(n))
	}
	return strconv.FormatInt(n, 10)
}

func ftok(c *Call) (*Result, error) {
	id := c.Args[1].I
	key, file, err := sysv.Ftok(c.Args[0].S, int(id))
	if err != nil {
		return nil, err
	}
	r := c.result(int64(key))
	r.RetFmt = KeyHex
	r.Fields = append(r.Fields,
		Field{Name: "key", Val: cexpr.KeyOf(int32(key))},
		Field{Name: "dev", Val: cexpr.IntOf(int64(file.Dev)), Fmt: Hex},
		Field{Name: "ino", Val: cexpr.IntOf(int64(file.Ino)), Fmt: Hex},
		Field{Name: "id", Val: cexpr.IntOf(id & 0xff), Fmt: Hex})
	r.Bind = cexpr.RefOf(&Handle{Kind: Key, key: key, fields: append([]Field(nil), r.Fields...)})
	return r, nil
}

// spellKey writes a key as C source would.
func spellKey(k int64) string {
	if k == 0 {
		return "IPC_PRIVATE"
	}
	return fmt.Sprintf("%#x", uint32(k))
}

// opened is the result of a get call: the id, and a handle to bind.
func (c *Call) opened(kind ObjectKind, id int64, key sysv.Key, made bool) *Result {
	c.Made = made
	r := c.result(id)
	if !c.Want {
		return r
	}
	r.Fields = append(r.Fields, num(kind.IDName(), id), Field{Name: "key", Val: cexpr.KeyOf(int32(key))})
	r.Bind = cexpr.RefOf(&Handle{Kind: kind, ID: id, key: key, fields: append([]Field(nil), r.Fields...)})
	return r
}

// permFields are the first six of every IPC_STAT.
func permFields(out []Field, p *sysv.IpcPerm) []Field {
	return append(out,
		Field{Name: "key", Val: cexpr.KeyOf(int32(p.Key))},
		num("uid", int64(p.Uid)), num("gid", int64(p.Gid)),
		num("cuid", int64(p.Cuid)), num("cgid", int64(p.Cgid)),
		Field{Name: "mode", Val: cexpr.IntOf(int64(p.Mode)), Fmt: Octal})
}

func when(name string, sec int64) Field {
	return Field{Name: name, Val: cexpr.IntOf(sec), Fmt: Time}
}

// setPerm changes the parts of an IPC_SET that were given.
func setPerm(p *sysv.IpcPerm, mode, uid, gid Arg) {
	if mode.Given {
		p.Mode = uint32(mode.I)
	}
	if uid.Given {
		p.Uid = uint32(uid.I)
	}
	if gid.Given {
		p.Gid = uint32(gid.I)
	}
}

// remove removes an object with IPC_RMID.
func remove(kind ObjectKind, id int64) (err error) {
	switch kind {
	case Queue:
		_, err = sysv.Msgctl(sysv.Msqid(id), sysv.IPC_RMID, nil)
	case Segment:
		_, err = sysv.Shmctl(sysv.Shmid(id), sysv.IPC_RMID, nil)
	case Set:
		_, err = sysv.Semctl(sysv.Semid(id), 0, sysv.IPC_RMID, nil)
	}
	return err
}
