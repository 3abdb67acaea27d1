package explain

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"ipcsh/commands"
	"ipcsh/commands/text"
)

// ftok is stat(2) and a little arithmetic: its errors are those of the path.
func (f *finding) ftok() {
	path := f.arg(0).S
	shown, bad := quoted(path), brokenAt(path)
	switch f.errno {
	case syscall.ENOENT:
		switch {
		case path == "":
			f.why(text.F("the path is empty, and ftok makes the key of a file's inode", "경로가 비어 있습니다. ftok은 파일의 inode로 key를 만듭니다"))
		case bad == path:
			f.why(text.F("there is no file %s%s, and ftok makes the key of a file's inode", "%s 파일이 없습니다%s. ftok은 파일의 inode로 key를 만듭니다", shown, relative(path)))
		default:
			f.why(text.F("there is no directory %s%s on the way to %s", "%[3]s(으)로 가는 길에 디렉터리 %[1]s이(가) 없습니다%[2]s", quoted(bad), relative(path), shown))
		}
		f.next(text.F("name a file that exists for all programs, by its full path: ftok /etc/hostname 'A'", "모든 프로그램에 존재하는 파일을 절대 경로로 주세요: ftok /etc/hostname 'A'"))
	case syscall.ENOTDIR:
		f.why(text.F("%s is no directory, so nothing can be in it", "%s은(는) 디렉터리가 아니므로 그 안에 파일이 있을 수 없습니다", quoted(bad)))
		f.next(text.F("to take that file itself: ftok %s %s", "그 파일 자체를 쓰려면: ftok %s %s", quoted(bad), f.c.Written(1)))
	case syscall.EACCES:
		f.why(text.F("you, %s, may not search the directory %s (x); the file itself needs no permission", "현재 프로세스(%s)에는 디렉터리 %s의 탐색(x) 권한이 없습니다. 파일 자체의 권한은 필요 없습니다", self(), quoted(bad)))
		f.next(text.F("its owner can allow it (chmod +x), or take a file elsewhere: ftok /etc/hostname 'A'", "디렉터리 소유자가 chmod +x로 허용하거나 다른 곳의 파일을 쓰세요: ftok /etc/hostname 'A'"))
	case syscall.ELOOP:
		f.why(text.F("the symbolic links of %s lead in a circle, and ftok follows them to a file", "%s의 심볼릭 링크가 제자리를 맴돕니다. ftok은 링크를 따라가 파일을 찾습니다", shown))
		f.next(text.F("name the file itself: ftok /etc/hostname 'A'", "링크가 아닌 파일을 주세요: ftok /etc/hostname 'A'"))
	case syscall.ENAMETOOLONG:
		f.why(text.F("the path has %d bytes: 4095 are the most, and 255 for each name in it", "경로가 %d바이트입니다. 경로는 4095바이트까지, 그 안의 이름은 255바이트까지입니다", len(path)))
		f.next(text.F("take a shorter one: ftok /etc/hostname 'A'", "더 짧은 경로를 쓰세요: ftok /etc/hostname 'A'"))
	default:
		f.why(text.F("stat(2) of %s failed, and so did ftok", "%s에 대한 stat(2)이 실패해서 ftok도 실패했습니다", shown))
		f.next(text.F("take another file: ftok /etc/hostname 'A'", "다른 파일을 쓰세요: ftok /etc/hostname 'A'"))
	}
}

func quoted(s string) string {
	const most = 60
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "..."
	}
	return commands.Quote(s)
}

// brokenAt returns the first part of a path that does not exist or is no
// directory though more follows, or the directory that cannot be searched.
func brokenAt(path string) string {
	for i := 1; i <= len(path); i++ {
		if i < len(path) && path[i] != '/' {
			continue
		}
		part := path[:i]
		st, err := os.Stat(part)
		switch {
		case os.IsPermission(err):
			return filepath.Dir(part)
		case err != nil, i < len(path) && !st.IsDir():
			return part
		}
	}
	return path
}

// relative adds where a relative path begins.
func relative(path string) *text.Msg {
	wd, err := os.Getwd()
	if err != nil || strings.HasPrefix(path, "/") {
		return text.F("", "")
	}
	return text.F(" in %s", "(현재 디렉터리 %s)", quoted(wd))
}
