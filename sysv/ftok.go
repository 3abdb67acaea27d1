package sysv

import "golang.org/x/sys/unix"

// FileID is what makes a file that file: its device and its inode.
type FileID struct{ Dev, Ino uint64 }

// KeyOf computes the key of glibc's ftok: eight bits of the project id, eight
// of the device, sixteen of the inode. Different files can share a key.
func KeyOf(f FileID, id int) Key {
	return Key(uint32(id&0xff)<<24 | uint32(f.Dev&0xff)<<16 | uint32(f.Ino&0xffff))
}

// Ftok does what ftok(3) of glibc does: it makes a key of path's file and the
// low eight bits of id. Symbolic links are followed; a file that was replaced
// has another key. Errors are those of stat(2): ENOENT, EACCES, ENOTDIR, ELOOP.
func Ftok(path string, id int) (Key, FileID, error) {
	var st unix.Stat_t
	if err := unix.Stat(path, &st); err != nil {
		return -1, FileID{}, failWith("ftok", err)
	}
	f := FileID{Dev: uint64(st.Dev), Ino: uint64(st.Ino)}
	return KeyOf(f, id), f, nil
}
