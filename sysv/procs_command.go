package sysv

import (
	"bytes"
	"strconv"
	"strings"
)

// command reads a process's command line; without one, its name. The folder of a
// further thread, if there is one, tells it where the main thread has ended.
func (r *reader) command(base, thread string) []string {
	for _, dir := range []string{base + "/", thread} {
		if dir == "" {
			continue
		}
		if b, err := r.read(dir + "cmdline"); err == nil {
			if args := parseCmdline(b); args != nil {
				return args
			}
		}
	}
	b, err := r.read(base + "/comm")
	if err != nil {
		return nil
	}
	return []string{strings.TrimSuffix(string(b), "\n")}
}

// parseCmdline reads arguments, each with a NUL behind it. A process may have
// written anything there.
func parseCmdline(b []byte) []string {
	b = bytes.TrimRight(b, "\x00")
	if len(b) == 0 {
		return nil
	}
	return strings.Split(string(b), "\x00")
}

func (r *reader) kernelThread(base string) bool {
	b, err := r.read(base + "/stat")
	return err == nil && kthreadInStat(b)
}

// kthreadInStat tells by the flags whether a thread is one of the kernel's own.
func kthreadInStat(stat []byte) bool {
	const pfKthread = 0x00200000
	flags, ok := fieldInStat(stat, 9)
	return ok && flags&pfKthread != 0
}

// fieldInStat returns a number of a stat file, counted as in proc(5): from 4 on.
func fieldInStat(stat []byte, n int) (uint64, bool) {
	rest := stat[bytes.LastIndexByte(stat, ')')+1:]
	for ; n > 2; n-- {
		i := bytes.IndexByte(rest, ' ')
		if i < 0 {
			return 0, false
		}
		rest = rest[i+1:]
	}
	word, _, _ := bytes.Cut(rest, []byte(" "))
	return parseDigits(bytes.TrimRight(word, "\n"), 10)
}

// cpuInStat returns the processor that the thread ran on last, or -1.
func cpuInStat(stat []byte) int {
	n, ok := fieldInStat(stat, 39)
	if !ok || n > 1<<20 {
		return -1
	}
	return int(n)
}

// bits32 tells a 32-bit process on a 64-bit machine by its auxiliary vector, whose
// entries there are two words of 4 bytes: no type is as large as the second.
func (r *reader) bits32(path string) bool {
	if strconv.IntSize == 32 {
		return false
	}
	b, err := r.read(path + "auxv")
	return err == nil && narrowAuxv(b)
}

func narrowAuxv(b []byte) bool {
	return len(b) >= 8 && !bytes.Equal(b[4:8], []byte{0, 0, 0, 0})
}
