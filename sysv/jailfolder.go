package sysv

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// keptFolder is an empty folder that one jail has left as it was.
type keptFolder struct {
	path string
	was  unix.Stat_t
}

// emptyFolder makes a jail's folder, or takes that of the slot's last jail.
func (j *Jails) emptyFolder(id identity, uid int) (f keptFolder, err error) {
	j.mu.Lock()
	f = j.folders[id.slot]
	delete(j.folders, id.slot)
	j.mu.Unlock()
	if f.path != "" && f.was.Uid == uint32(uid) {
		return f, nil
	}
	if f.path != "" {
		removeFolder(f.path)
	}
	if f.path, err = makeFolder("", 0, uid); err != nil {
		return f, err
	}
	return f, failWith("stat", unix.Lstat(f.path, &f.was))
}

// returnFolder keeps a folder that nobody has touched: whatever changes a folder or
// what is in it changes its times, but for what happens within one tick of the
// kernel's clock.
func (j *Jails) returnFolder(id identity, f keptFolder) {
	var is unix.Stat_t
	if unix.Lstat(f.path, &is) != nil || !sameFolder(&is, &f.was) || !isEmpty(f.path) {
		removeFolder(f.path)
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.folders == nil {
		j.folders = map[int]keptFolder{}
	}
	j.folders[id.slot] = f
}

func sameFolder(a, b *unix.Stat_t) bool {
	return a.Ino == b.Ino && a.Dev == b.Dev && a.Mode == b.Mode && a.Uid == b.Uid && a.Gid == b.Gid &&
		a.Ctim == b.Ctim && a.Mtim == b.Mtim
}

func isEmpty(folder string) bool {
	d, err := os.Open(folder)
	if err != nil {
		return false
	}
	defer d.Close()
	_, err = d.Readdirnames(1)
	return err == io.EOF
}

// Close removes what the jails share. None may be playing.
func (j *Jails) Close() {
	for _, f := range j.folders {
		removeFolder(f.path)
	}
	j.folders = nil
}

// makeFolder makes a jail's folder with a copy of source in it: a file, or what is
// in a folder. A symbolic link stays one; what is neither file nor folder is left
// out. limit bounds the bytes, if it is not 0: EFBIG.
func makeFolder(source string, limit int64, uid int) (string, error) {
	folder, err := os.MkdirTemp("", "ipcsh-jail-")
	if err != nil {
		return "", failWith("mkdir", err)
	}
	c := &copier{uid: uid, left: limit, bounded: limit > 0}
	if source != "" {
		err = c.copyInto(source, folder)
	}
	if err == nil && uid != os.Geteuid() {
		err = failWith("chown", os.Lchown(folder, uid, uid))
	}
	if err != nil {
		removeFolder(folder)
		return "", err
	}
	return folder, nil
}

// copier copies a tree for another user.
type copier struct {
	uid     int
	left    int64
	bounded bool
}

func (c *copier) copyInto(source, folder string) error {
	top, err := os.Stat(source)
	if err != nil {
		return failWith("stat "+source, err)
	}
	if !top.IsDir() {
		file, err := filepath.EvalSymlinks(source)
		if err != nil {
			return failWith("readlink "+source, err)
		}
		return c.copy(file, filepath.Join(folder, filepath.Base(source)))
	}
	return filepath.WalkDir(source, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return failWith("open "+path, err)
		}
		rel, err := filepath.Rel(source, path)
		if err != nil || rel == "." {
			return err
		}
		return c.copy(path, filepath.Join(folder, rel))
	})
}

func (c *copier) copy(from, to string) error {
	info, err := os.Lstat(from)
	if err != nil {
		return failWith("stat "+from, err)
	}
	switch {
	case info.IsDir():
		err = os.Mkdir(to, 0o700)
	case info.Mode()&fs.ModeSymlink != 0:
		var target string
		if target, err = os.Readlink(from); err == nil {
			err = os.Symlink(target, to)
		}
	case info.Mode().IsRegular():
		if c.left -= info.Size(); c.bounded && c.left < 0 {
			return fail("copy "+from, syscall.EFBIG)
		}
		var data []byte
		if data, err = os.ReadFile(from); err == nil {
			err = os.WriteFile(to, data, info.Mode().Perm()&0o700|0o600)
		}
	default:
		return nil
	}
	if err == nil && c.uid != os.Geteuid() {
		err = os.Lchown(to, c.uid, c.uid)
	}
	return failWith("copy "+from, err)
}

// removeFolder removes a jail's folder, also where its processes took away their
// own rights to it.
func removeFolder(folder string) error {
	err := os.RemoveAll(folder)
	if err == nil {
		return nil
	}
	filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if d != nil && d.IsDir() && err == nil {
			os.Chmod(path, 0o700)
		}
		return nil
	})
	return os.RemoveAll(folder)
}
