package commands

import "ipcsh/commands/text"

var keyDocs = [...]docEntry{{"ftok", docFtok}}

func docFtok() *Doc {
	return &Doc{
		Proto:    "key_t ftok(const char *pathname, int proj_id);",
		Includes: []string{"sys/ipc.h"},
		Params: []Entry{
			{"PATH", text.New("a file that exists; only its inode and device count", "이미 있는 파일. inode와 device만 쓰인다")},
			{"ID", text.New("a number or a character; only its low 8 bits count", "수 또는 문자. 하위 8비트만 쓰인다")},
		},
		Returns: text.New("the key: id<<24 | (dev & 0xff)<<16 | (ino & 0xffff); -1 on failure (-1 can be a key, too)",
			"key: id<<24 | (dev & 0xff)<<16 | (ino & 0xffff). 실패하면 -1 (-1이 올바른 key일 때도 있다)"),
		Errnos: []Entry{
			{"EACCES", text.New("a directory of the path may not be searched", "경로의 디렉터리에 search 권한이 없다")},
			{"ELOOP", text.New("too many symbolic links in the path", "경로에 symbolic link가 너무 많다")},
			{"ENAMETOOLONG", text.New("the path or a name in it is too long", "경로나 그 안의 이름이 너무 길다")},
			{"ENOENT", text.New("there is no such file", "그런 파일이 없다")},
			{"ENOTDIR", text.New("a part of the path is no directory", "경로의 한 부분이 디렉터리가 아니다")},
		},
		Fields: []Entry{
			{"key", text.New("the key", "만들어진 key")},
			{"dev ino", text.New("st_dev and st_ino of the file", "파일의 st_dev와 st_ino")},
			{"id", text.New("the 8 bits of ID that count", "ID에서 쓰인 8비트")},
		},
	}
}
