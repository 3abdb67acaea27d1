package ipcs

import (
	"bytes"
	"os"
	"os/exec"
	"strconv"

	"ipcsh/commands/passwd"
	"ipcsh/sysv"
)

// names knows the names of users and groups. They are read from /etc/passwd and
// /etc/group when the first is asked for. Ids that are not there are asked of
// getent, all those of the objects to be listed in one call: what LDAP and the
// like know, only the C library's own programs can find out.
type names struct {
	users, groups idNames

	// each calls its argument with the permissions of the objects to be listed.
	each func(func(*sysv.IpcPerm))
	// getent is asked for ids; nil is the system's.
	getent func(database string, ids []string) []byte
}

// idNames are the names of one database.
type idNames struct {
	byID   map[uint32]string // "" is an id known to have none
	lastID uint32
	last   string
	filled bool
}

// user is the name of a uid, "" if it has none.
func (n *names) user(uid uint32) string {
	return n.name(&n.users, "passwd", uid, func(p *sysv.IpcPerm) [2]uint32 { return [2]uint32{p.Uid, p.Cuid} })
}

// group is the name of a gid, "" if it has none.
func (n *names) group(gid uint32) string {
	return n.name(&n.groups, "group", gid, func(p *sysv.IpcPerm) [2]uint32 { return [2]uint32{p.Gid, p.Cgid} })
}

func (n *names) name(db *idNames, database string, id uint32, of func(*sysv.IpcPerm) [2]uint32) string {
	if db.filled && id == db.lastID {
		return db.last
	}
	if db.byID == nil {
		db.byID = map[uint32]string{}
		if text, err := os.ReadFile("/etc/" + database); err == nil {
			db.add(text, false)
		}
	}
	name, known := db.byID[id]
	if !known {
		n.ask(db, database, id, of)
		name = db.byID[id]
	}
	db.lastID, db.last, db.filled = id, name, true
	return name
}

// ask asks getent for an id and for all others that will be needed.
func (n *names) ask(db *idNames, database string, id uint32, of func(*sysv.IpcPerm) [2]uint32) {
	ids := []string{strconv.FormatUint(uint64(id), 10)}
	db.byID[id] = ""
	if n.each != nil {
		n.each(func(p *sysv.IpcPerm) {
			for _, other := range of(p) {
				if _, known := db.byID[other]; !known {
					ids = append(ids, strconv.FormatUint(uint64(other), 10))
					db.byID[other] = ""
				}
			}
		})
	}
	ask := n.getent
	if ask == nil {
		ask = systemGetent
	}
	db.add(ask(database, ids), true)
}

// systemGetent runs getent. It fails if one of the ids has no name.
func systemGetent(database string, ids []string) []byte {
	out, _ := exec.Command("getent", append([]string{database}, ids...)...).Output()
	return out
}

// add reads lines of the form name:password:id:... The first name of an id counts;
// asked replaces what is known to have none.
func (db *idNames) add(text []byte, asked bool) {
	for len(text) > 0 {
		var line []byte
		line, text, _ = bytes.Cut(text, []byte("\n"))
		name, id, ok := passwd.Entry(line)
		if !ok {
			continue
		}
		if old, known := db.byID[id]; !known || asked && old == "" {
			db.byID[id] = string(name)
		}
	}
}
