package commands

import (
	"math"
	"strconv"
	"strings"
	"time"

	"ipcsh/commands/text"
	"ipcsh/commands/words"
	"ipcsh/sysv"
)

// duration reads 100ms, 1.5 (seconds), or a timespec as C writes it.
func (s *Session) duration(str string, w words.Word) (*sysv.Timespec, error) {
	if body, ok := braced(str); ok {
		parts := strings.Split(body, ",")
		if len(parts) != 2 {
			return nil, usage(w.Pos, w.End(), "a timespec is {seconds, nanoseconds}", "timespec은 {초, 나노초} 형식입니다")
		}
		var n [2]int64
		for i, p := range parts {
			v, err := s.number(p)
			if err != nil {
				return nil, wrapAt(err, w)
			}
			n[i] = v
		}
		return &sysv.Timespec{Sec: n[0], Nsec: n[1]}, nil
	}
	d, err := ParseDuration(str)
	if err != nil {
		return nil, wrapAt(err, w)
	}
	sec := int64(d / time.Second)
	return &sysv.Timespec{Sec: sec, Nsec: int64(d) - sec*int64(time.Second)}, nil
}

func braced(s string) (string, bool) {
	if strings.HasPrefix(s, "{") && strings.HasSuffix(s, "}") {
		return s[1 : len(s)-1], true
	}
	return "", false
}

// ParseDuration reads 100ms, 2s, or a number of seconds.
func ParseDuration(str string) (time.Duration, error) {
	if d, err := time.ParseDuration(str); err == nil {
		return d, nil
	}
	if f, err := strconv.ParseFloat(str, 64); err == nil && math.Abs(f) < 1e9 {
		return time.Duration(f * float64(time.Second)), nil
	}
	return 0, text.F("%s is no time; write 100ms, 2s or 1.5", "%s: 시간이 아닙니다. 100ms, 2s, 1.5처럼 쓰세요", Escape(clip(str)))
}
