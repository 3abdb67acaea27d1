package ipcs

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"ipcsh/commands/passwd"
	"ipcsh/sysv"
)

// parseKeyPattern reads a key as C writes integers (0x4102000a, 0111, 4711, -1),
// or a glob of *, ? and [...] on the key's usual spelling, 0x and eight digits.
func parseKeyPattern(value string) (func(sysv.Key) bool, error) {
	if strings.ContainsAny(value, "*?[") {
		pattern := strings.ToLower(value)
		if _, err := path.Match(pattern, ""); err != nil {
			return nil, fmt.Errorf("bad key pattern: %q", value)
		}
		return func(k sysv.Key) bool {
			ok, _ := path.Match(pattern, k.String())
			return ok
		}, nil
	}
	key, ok := parseKeyNumber(value)
	if !ok {
		return nil, fmt.Errorf("bad key: %q (a number such as 0x41020003, or a pattern such as '0x41*')", value)
	}
	return func(k sysv.Key) bool { return k == key }, nil
}

// parseKeyNumber reads C's decimal, octal and hexadecimal; a value that fits only
// an unsigned int is the key_t of the same bits.
func parseKeyNumber(s string) (sysv.Key, bool) {
	low := strings.ToLower(s)
	if strings.ContainsAny(low, "_o") || strings.HasPrefix(strings.TrimLeft(low, "+-"), "0b") {
		return 0, false // Go's spellings, not C's
	}
	n, err := strconv.ParseInt(low, 0, 64)
	if err != nil || n < -1<<31 || n > 1<<32-1 {
		return 0, false
	}
	return sysv.Key(int32(uint32(n))), true
}

// parseAge reads times such as 90s, 1h30m, 2d, 1w; a number alone is seconds.
func parseAge(s string) (time.Duration, error) {
	wrong := fmt.Errorf("bad time: %q (such as 90s, 30m, 1h, 2d or 1w)", s)
	if n, err := strconv.ParseUint(s, 10, 32); err == nil {
		return time.Duration(n) * time.Second, nil
	}
	var total time.Duration
	rest := s
	for rest != "" {
		n := 0
		for n < len(rest) && (rest[n] >= '0' && rest[n] <= '9' || rest[n] == '.') {
			n++
		}
		u := n
		for u < len(rest) && rest[u] >= 'a' && rest[u] <= 'z' {
			u++
		}
		part, err := parseAgePart(rest[:n], rest[n:u])
		if err != nil || u == n || total+part < total {
			return 0, wrong
		}
		total += part
		rest = rest[u:]
	}
	if s == "" {
		return 0, wrong
	}
	return total, nil
}

func parseAgePart(number, unit string) (time.Duration, error) {
	switch unit {
	case "d", "w":
		days, err := strconv.ParseFloat(number, 64)
		if unit == "w" {
			days *= 7
		}
		if err != nil || days > 100000 {
			return 0, strconv.ErrRange
		}
		return time.Duration(days * float64(24*time.Hour)), nil
	}
	return time.ParseDuration(number + unit)
}

// passwdUID finds a user's uid in /etc/passwd.
func passwdUID(name string) (uint32, bool) { return passwd.ID(passwd.Users, name) }
