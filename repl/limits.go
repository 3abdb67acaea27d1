package repl

import (
	"strconv"
	"strings"
	"time"

	"ipcsh/commands"
	"ipcsh/commands/near"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// Limits returns what a hand-in may use, in "#: limits: time=20s memory=256M".
func (h Header) Limits() sysv.Limits {
	limits := sysv.Limits{Time: 20 * time.Second, Memory: 256 << 20, Processes: 64, Output: 1 << 20, Messages: 4 << 20, Disk: 64 << 20}
	for _, l := range h.Lines {
		if l.Name == "limits" {
			readLimits(&limits, l.words())
		}
	}
	return limits
}

// readLimits takes words of the form name=value.
func readLimits(x *sysv.Limits, list []string) *text.Msg {
	processes := int64(x.Processes)
	sizes := map[string]*int64{"memory": &x.Memory, "processes": &processes, "output": &x.Output, "messages": &x.Messages, "disk": &x.Disk}
	for _, w := range list {
		name, value, ok := strings.Cut(w, "=")
		if !ok {
			return text.F("#: limits: %s: a limit is name=value", "#: limits: %s: 제한은 이름=값 형식입니다", commands.Quote(w))
		}
		switch n := sizes[name]; {
		case name == "time":
			d, err := commands.ParseDuration(value)
			if err != nil || d <= 0 {
				return text.F("#: limits: %s is no time, such as 20s", "#: limits: %s: 20s와 같은 시간이 아닙니다", commands.Quote(value))
			}
			x.Time = d
		case n == nil:
			return text.F("#: limits: %s is unknown%s", "#: limits: %s은(는) 모르는 제한입니다%s", commands.Quote(name), commands.Suggest(near.Names(name, []string{"time", "memory", "processes", "output", "messages", "disk"})))
		default:
			v, ok := size(value)
			if !ok || v <= 0 {
				return text.F("#: limits: %s is no amount, such as 64 or 256M", "#: limits: %s: 64나 256M과 같은 양이 아닙니다", commands.Quote(value))
			}
			*n = v
		}
	}
	x.Processes = int(min(processes, 1<<20))
	return nil
}

// size reads a number with K, M or G behind it.
func size(s string) (int64, bool) {
	shift := 0
	if n := len(s) - 1; n > 0 {
		if i := strings.IndexByte("KMG", s[n]&^0x20); i >= 0 {
			shift, s = 10*(i+1), s[:n]
		}
	}
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil || v > 1<<40>>shift {
		return 0, false
	}
	return v << shift, true
}
