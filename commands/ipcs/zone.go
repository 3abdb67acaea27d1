package ipcs

import (
	"os"
	"strings"
	"time"
)

// localZone is the time zone that the C library would use. Go knows the names of
// zones, but not POSIX's own form of $TZ, as in KST-9, that small systems have.
func localZone() *time.Location {
	if z := posixZone(os.Getenv("TZ")); z != nil {
		return z
	}
	return time.Local
}

// posixZone reads a zone without summer time: a name of letters, or of anything
// in <>, and how far it is behind UTC as [+-]hh[:mm[:ss]]. Otherwise nil.
func posixZone(tz string) *time.Location {
	name, rest := "", ""
	if quoted, after, ok := strings.Cut(tz, ">"); ok && strings.HasPrefix(quoted, "<") {
		name, rest = quoted[1:], after
	} else {
		rest = strings.TrimLeftFunc(tz, func(r rune) bool { return r|0x20 >= 'a' && r|0x20 <= 'z' })
		name = tz[:len(tz)-len(rest)]
	}
	if len(name) < 3 || rest == "" {
		return nil
	}
	sign := -1 // west is positive
	switch rest[0] {
	case '-':
		sign = 1
		rest = rest[1:]
	case '+':
		rest = rest[1:]
	}
	seconds, unit := 0, 3600
	for _, field := range strings.Split(rest, ":") {
		n, after, ok := digits(field)
		if !ok || after != "" || unit == 0 || n > 167 {
			return nil
		}
		seconds += int(n) * unit
		unit /= 60
	}
	return time.FixedZone(name, sign*seconds)
}
