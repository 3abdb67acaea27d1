package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/repl"
	"ipcsh/scripts"
)

// handout is "ipcsh handout LAB": the lab as students get it.
func (sh *shell) handout(names []string) int {
	if len(names) != 1 {
		sh.say(text.F("handout takes one lab", "handout에는 실습 하나를 줍니다"))
		return 2
	}
	l, err := sh.load(names[0])
	if err != nil {
		sh.say(err)
		return max(1, repl.Status(err))
	}
	if len(l.tasks) == 0 {
		sh.say(text.F("%s is no lab: it has no task", "%s: 실습이 아닙니다. task가 없습니다", commands.Quote(names[0])))
		return 2
	}
	sheet := l.Handout(l.source)
	if sh.output == "" {
		io.WriteString(sh.out, sheet)
		return 0
	}
	return sh.create(sh.output, sheet, os.O_TRUNC)
}

// newLab is "ipcsh new NAME": a lab to start from.
func (sh *shell) newLab(names []string) int {
	if len(names) != 1 {
		sh.say(text.F("new takes one name", "new에는 이름 하나를 줍니다"))
		return 2
	}
	file := strings.TrimSuffix(names[0], ".ipc") + ".ipc"
	name := strings.TrimSuffix(filepath.Base(file), ".ipc")
	if strings.ContainsAny(name, "\n\r") || name == "" {
		sh.say(text.F("%s is no name for a lab", "%s: 실습 이름으로 쓸 수 없습니다", commands.Quote(names[0])))
		return 2
	}
	b, err := fs.ReadFile(scripts.FS, "new.txt")
	if err != nil {
		sh.say(err)
		return 1
	}
	if status := sh.create(file, strings.ReplaceAll(string(b), "NAME", name), os.O_EXCL); status != 0 {
		return status
	}
	text := text.F("%s is written. Next:\n  ipcsh check %s      grades its own solution\n  ipcsh handout %s    prints what students get",
		"%s을(를) 만들었습니다. 이제 다음을 실행해 보세요.\n  ipcsh check %s      자체 solution을 채점합니다\n  ipcsh handout %s    학생용 파일을 출력합니다", file, file, file)
	io.WriteString(sh.out, text.In(sh.lang)+"\n")
	return 0
}

// create writes a file and returns the exit status.
func (sh *shell) create(name, content string, flag int) int {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|flag, 0o666)
	if err == nil {
		_, err = f.WriteString(content)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		sh.say(text.F("%s: %s", "%s: %s", name, reason(err)))
		return 1
	}
	return 0
}
