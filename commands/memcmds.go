package commands

import (
	"fmt"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// maxRead bounds what read and dump take at once.
const maxRead = 16 << 20

func memoryCommands() []*Command {
	where := Param{Name: "SHMID|ADDR", Kind: MemoryArg}
	offset := Param{Name: "OFFSET", Kind: Int, Opt: true}
	length := Param{Name: "LEN", Kind: Int, Opt: true}
	return []*Command{{
		Name:    "write",
		Family:  ShmFamily,
		Summary: text.New("store bytes into attached memory", "attach한 메모리에 바이트를 쓴다"),
		Params:  []Param{where, offset, {Name: "PAYLOAD", Kind: Payload}},
		Example: "m = shmget 0 4096 0600; shmat m; write m 8 int:42",
		Man:     "shmop(2)",
		Run:     write,
		Spell: func(c *Call) string {
			return fmt.Sprintf("memcpy(%s, %s, %d)", spellPlace(c), spellBytes(c.Args[2].B), len(c.Args[2].B))
		},
	}, {
		Name:    "read",
		Family:  ShmFamily,
		Summary: text.New("load bytes from attached memory", "attach한 메모리에서 바이트를 읽는다"),
		Params:  []Param{where, offset, length, asParam},
		Example: "m = shmget 0 4096 0600; shmat m; write m hello; r = read m 0 5; print $r.text",
		Man:     "shmop(2)",
		Run:     read,
		Spell: func(c *Call) string {
			return fmt.Sprintf("memcpy(&buf, %s, %d)", spellPlace(c), c.Args[2].I)
		},
	}, {
		Name:    "dump",
		Family:  ShmFamily,
		Summary: text.New("show attached memory in hex", "attach한 메모리를 16진수로 보인다"),
		Params:  []Param{where, offset, length},
		Example: "m = shmget 0 4096 0600; shmat m; write m hello; dump m 0 32",
		Man:     "shmop(2)",
		Run:     dump,
		Spell: func(c *Call) string {
			return fmt.Sprintf("memcpy(&buf, %s, %d)", spellPlace(c), c.Args[2].I)
		},
	}, {
		Name:    "incr",
		Family:  ShmFamily,
		Summary: text.New("add to an int in attached memory, unprotected: load, add, store", "attach한 메모리의 int에 더한다. 보호 없이 읽고 더하고 쓴다"),
		Params:  []Param{where, offset, {Name: "BY", Kind: Int, Named: true, Def: 1}},
		Example: "m = shmget 0 4096 0600; shmat m; incr m; incr m by=5",
		Man:     "shmop(2)",
		Run:     incr,
		Spell: func(c *Call) string {
			return fmt.Sprintf("*(int *)(%s) += %d", spellPlace(c), c.Args[2].I)
		},
	}}
}

func spellPlace(c *Call) string {
	if off := c.Args[1].I; off != 0 {
		return fmt.Sprintf("(char *)%#x + %d", uintptr(c.Args[0].I), off)
	}
	return fmt.Sprintf("(void *)%#x", uintptr(c.Args[0].I))
}

func target(c *Call) uintptr { return uintptr(c.Args[0].I + c.Args[1].I) }

func write(c *Call) (*Result, error) {
	b := c.Args[2].B
	at := target(c)
	err := c.access(at, len(b), true, func(p uintptr, n int) error { return sysv.Store(p, b[:n]) })
	if err != nil {
		return nil, err
	}
	r := c.result(0)
	r.Fields = append(r.Fields, num("size", int64(len(b))))
	return r, nil
}

// fetch loads what read and dump ask for: LEN bytes, sizeof the type, or all up
// to the segment's end.
func (c *Call) fetch() ([]byte, error) {
	at, n := target(c), c.Args[2].I
	if !c.Args[2].Given {
		n = c.restOf(at)
		if len(c.Args) > 3 && c.Args[3].Type != nil && c.Args[3].Type.Size > 0 {
			n = int64(c.Args[3].Type.Size)
		}
	}
	if n < 0 || n > maxRead {
		w := c.words(2)[0]
		return nil, usage(w.Pos, w.End(), "LEN: %d is not within 0 to %d", "LEN: %d은(는) 0 ~ %d 범위를 벗어납니다", n, maxRead)
	}
	c.Args[2].I = n
	b := make([]byte, n)
	err := c.access(at, len(b), false, func(p uintptr, k int) error { return sysv.Load(p, b[:k]) })
	return b, err
}

// restOf returns how many bytes of its segment lie from at on.
func (c *Call) restOf(at uintptr) int64 {
	a, ok := c.attachments.at(at)
	if !ok {
		return 1 // nothing is attached there: the first byte faults
	}
	o, err := stat(Segment, int64(a.Id))
	if err != nil {
		return int64(a.End - at)
	}
	rest := int64(o.shm.Segsz) - int64(a.Offset) - int64(at-a.Start)
	return max(1, min(rest, maxRead))
}

func read(c *Call) (*Result, error) {
	b, err := c.fetch()
	if err != nil {
		return nil, err
	}
	r := c.result(int64(len(b)))
	d := &Data{Bytes: b, ret: r.Ret}
	if err := d.readAs(c.Args[3]); err != nil {
		return nil, err
	}
	r.Fields = d.fields(r.Fields)
	r.Bind = cexpr.RefOf(d)
	return r, nil
}

func dump(c *Call) (*Result, error) {
	if !c.Args[2].Given {
		c.Args[2].I = min(c.restOf(target(c)), 256)
		c.Args[2].Given = true
		defer func() { c.Args[2].Given = false }()
	}
	b, err := c.fetch()
	if err != nil {
		return nil, err
	}
	r := c.result(int64(len(b)))
	r.Fields = append(r.Fields, num("size", r.Ret))
	r.Lines = hexdump(b, int(c.Args[1].I))
	return r, nil
}

// hexdump shows bytes 16 a row, a run of equal rows as *.
func hexdump(b []byte, offset int) []string {
	var out []string
	last, starred := "", false
	for i := 0; i < len(b); i += 16 {
		row := b[i:min(i+16, len(b))]
		if s := string(row); s == last && i+16 < len(b) {
			if !starred {
				out = append(out, "*")
			}
			starred = true
			continue
		} else {
			last, starred = s, false
		}
		hex, ascii := "", ""
		for j, x := range row {
			if j == 8 {
				hex += " "
			}
			hex += fmt.Sprintf(" %02x", x)
			if x < ' ' || x > '~' {
				x = '.'
			}
			ascii += string(rune(x))
		}
		out = append(out, fmt.Sprintf("%08x %-49s  |%s|", offset+i, hex, ascii))
	}
	return out
}

func incr(c *Call) (*Result, error) {
	at, by := target(c), int32(c.Args[2].I)
	var v int32
	err := c.access(at, 4, true, func(p uintptr, n int) (err error) {
		if n < 4 {
			return nil // the int does not lie in the attachment as a whole
		}
		if v, err = sysv.LoadInt32(p); err == nil {
			v += by
			err = sysv.StoreInt32(p, v)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	r := c.result(int64(v))
	if c.Want {
		r.Fields = append(r.Fields, num("value", int64(v)))
	}
	return r, nil
}
