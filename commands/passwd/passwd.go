// Package passwd reads /etc/passwd and /etc/group. It does so without package
// os/user, which would link the C library in where there is a C compiler, and so
// it knows nothing of what LDAP and the like know.
package passwd

import (
	"bytes"
	"os"
	"strconv"
)

// The files of users and of groups.
const (
	Users  = "/etc/passwd"
	Groups = "/etc/group"
)

// Entry takes the name and the id from a line: name:password:id:... Comments, and
// the lines that ask for NIS, are none.
func Entry(line []byte) (name []byte, id uint32, ok bool) {
	name, rest, ok1 := bytes.Cut(line, []byte(":"))
	_, rest, ok2 := bytes.Cut(rest, []byte(":"))
	field, _, ok3 := bytes.Cut(rest, []byte(":"))
	if !ok1 || !ok2 || !ok3 || len(name) == 0 || name[0] == '#' || name[0] == '+' || name[0] == '-' {
		return nil, 0, false
	}
	n, err := strconv.ParseUint(string(field), 10, 32)
	return name, uint32(n), err == nil
}

// ID finds the id of a name in one of the files.
func ID(file, name string) (uint32, bool) {
	_, id, ok := find(file, func(n []byte, _ uint32) bool { return string(n) == name })
	return id, ok
}

// Name finds the first name of an id in one of the files.
func Name(file string, id uint32) (string, bool) {
	name, _, ok := find(file, func(_ []byte, i uint32) bool { return i == id })
	return string(name), ok
}

func find(file string, wanted func(name []byte, id uint32) bool) (name []byte, id uint32, ok bool) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, 0, false
	}
	for len(data) > 0 {
		var line []byte
		line, data, _ = bytes.Cut(data, []byte("\n"))
		if name, id, ok = Entry(line); ok && wanted(name, id) {
			return name, id, true
		}
	}
	return nil, 0, false
}
