package commands

import (
	"strconv"

	"ipcsh/commands/passwd"
)

// evalID evaluates a uid or gid: a number, -1 included, or a name.
func (a *argument) evalID(c *Call, dst *Arg) error {
	w := a.words[0]
	name, err := c.expand(w)
	if err != nil {
		return err
	}
	file := passwd.Users
	if a.param.Kind == GroupArg {
		file = passwd.Groups
	}
	if id, ok := passwd.ID(file, name); ok {
		dst.I = int64(id)
		return nil
	}
	n, err := c.number(w.Raw)
	if err != nil {
		return a.wrong("%s: no number, and no name in %s", "%s: 수도 아니고 %s에 있는 이름도 아닙니다", Escape(clip(name)), file)
	}
	if n < -1 || n > 1<<32-1 {
		return a.wrong("%s: %d does not fit uid_t (-1 to %d)", "%s: %d은(는) uid_t 범위(-1 ~ %d)를 벗어납니다", a.param.Name, n, int64(1<<32-1))
	}
	dst.I = n
	return nil
}

// userName is the name of a uid in /etc/passwd, else its number. Names that were
// looked up are kept.
func userName(known map[uint32]string, uid uint32) string {
	name, ok := known[uid]
	if !ok {
		if name, ok = passwd.Name(passwd.Users, uid); !ok {
			name = strconv.FormatUint(uint64(uid), 10)
		}
		known[uid] = name
	}
	return name
}
