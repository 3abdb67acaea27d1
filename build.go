package main

import (
	"errors"
	"os"
	"os/exec"
	"strings"

	"github.com/google/shlex"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/repl"
	"ipcsh/sysv"
)

// keptBuild bounds what is kept of a compiler's output.
const keptBuild = 64 << 10

// build runs a lab's build commands in the hand-in's folder. None is the system's
// shell's: their words are theirs.
func build(h repl.Header, folder string) error {
	for _, line := range h.All("build") {
		words, err := shlex.Split(line)
		if err != nil || len(words) == 0 {
			return text.F("#: build: %s cannot be split into words", "#: build: %s: 단어로 나눌 수 없습니다", commands.Quote(line))
		}
		out, err := buildWith(words, folder)
		if err != nil {
			return text.F("it could not be built (%s): %s\n%s", "빌드하지 못했습니다 (%s): %s\n%s", line, reason(err), strings.TrimSpace(out))
		}
	}
	return nil
}

// buildWith runs one of them with no more rights than a program of the hand-in's:
// its Makefile may say what it does.
func buildWith(words []string, folder string) (string, error) {
	path, err := exec.LookPath(words[0])
	if err != nil {
		return "", err
	}
	p, err := sysv.StartProgram(sysv.ProgramOptions{Path: path, Args: words, Env: os.Environ(), Dir: folder})
	if err != nil {
		return "", err
	}
	defer p.Discard()
	p.CloseStdin()
	var out []byte
	var poller sysv.Poller
	buf := make([]byte, 4096)
	for {
		n, err := p.ReadOutput(buf)
		out = append(out, buf[:min(n, keptBuild-len(out))]...)
		if errors.Is(err, sysv.ErrAgain) {
			_, err = poller.Poll([]sysv.PollFd{{Fd: p.OutputFd(), Events: sysv.POLLIN}}, -1)
		}
		if err != nil {
			break
		}
	}
	ws, _ := p.Reap(true)
	if ws != 0 {
		return string(out), endWords(ws)
	}
	return string(out), nil
}
