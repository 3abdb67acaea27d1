package ipcs

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"ipcsh/sysv"
)

// TestGetent: all ids that the file lacks are asked of getent, once.
func TestGetent(t *testing.T) {
	calls := ""
	perms := []sysv.IpcPerm{{Uid: 0}, {Uid: 900001, Cuid: 900002}, {Uid: 900003, Gid: 900009}}
	n := names{
		each: func(f func(*sysv.IpcPerm)) {
			for i := range perms {
				f(&perms[i])
			}
		},
		getent: func(database string, ids []string) []byte {
			calls += database + " " + strings.Join(ids, " ") + "; "
			return []byte("ldap:x:900002:1::/:/bin/sh\nsecond:x:900002:\nbroken\n:x:900003:\n")
		},
	}
	got := fmt.Sprintf("%s|%s|%s|%s|%s|%s", n.user(0), n.user(900001), n.user(900002), n.user(900003), n.user(900001), n.group(900009))
	if got != "root||ldap|||" || calls != "passwd 900001 900002 900003; group 900009; " {
		t.Errorf("%s, %s", got, calls)
	}
	if n.user(900004) != "" || !strings.HasSuffix(calls, "passwd 900004; ") { // an object that came later
		t.Error(calls)
	}
}

// TestLongNames: a name is cut to ten bytes in the lists, and whole in -c.
func TestLongNames(t *testing.T) {
	var out bytes.Buffer
	tool := newTool(Env{Out: &out, Err: &out}, "ipcs")
	tool.names.users.byID = map[uint32]string{5: "averyveryverylongname"}
	p := &sysv.IpcPerm{Key: 1, Uid: 5, Mode: 0o1644}
	tool.head(7, p)
	tool.out.line()
	tool.head(8, p)
	tool.out.line()
	tool.name(tool.names.user(5), 5)
	tool.end(0)
	want := "0x00000001 7          averyveryv 644        \n0x00000001 8          averyveryv 644        \n averyveryverylongname"
	if out.String() != want {
		t.Errorf("%q", out.String())
	}
}

func TestPosixZone(t *testing.T) {
	at := time.Unix(0, 0)
	for tz, want := range map[string]string{"KST-9": "09:00:00", "<+0330>-3:30": "03:30:00", "ABC+1:02:03": "22:57:57", "UTC0": "00:00:00"} {
		z := posixZone(tz)
		if z == nil || at.In(z).Format("15:04:05") != want {
			t.Errorf("%s: %v", tz, z)
		}
	}
	for _, tz := range []string{"", "Asia/Seoul", "EST5EDT", "UTC", "<UTC>", "AB1", "KST-9,M3", "KST-", "KST-1:2:3:4", ":KST-9"} {
		if z := posixZone(tz); z != nil {
			t.Errorf("%s: %v", tz, z)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "x", Err: f.err}
}

// TestWriteErrors: a full disk is a failure, a reader that has gone is none.
func TestWriteErrors(t *testing.T) {
	for err, want := range map[error]result{
		syscall.ENOSPC:  {"", "ipcs: write error: No space left on device\n", 1},
		syscall.EPIPE:   {"", "", 0},
		errors.New("x"): {"", "ipcs: write error: write x: x\n", 1},
	} {
		var errs bytes.Buffer
		status := Ipcs(nil, Env{Out: failing{err}, Err: &errs})
		if got := (result{"", errs.String(), status}); got != want {
			t.Errorf("%v: %v", err, got)
		}
	}
}

// TestOptions: the parser, where the tools' own options do not reach.
func TestOptions(t *testing.T) {
	options := []option{{long: "all", short: 'a', arg: mayHaveArgument}, {long: "all-of-it"}, {long: "count", short: 'c'}, {long: "id", short: 'i', arg: needsArgument},
		{long: "columns", own: true}, {long: "colour", own: true}, {long: "sort", own: true, arg: needsArgument}}
	for line, want := range map[string]string{
		"-ca -i -c x -- -c":    "count all id=-c | x -c",
		"-cax --all=y --all z": "count all=x all=y all | z",
		"--c --i=5 --so 3":     "count id=5 sort=3 |",
		"--al":                 "option '--al' is ambiguous; possibilities: '--all' '--all-of-it'",
		"--col":                "option '--col' is ambiguous; possibilities: '--columns' '--colour'",
		"--sort":               "option '--sort' requires an argument",
		"-i":                   "option requires an argument -- 'i'",
		"-c -é":                "count invalid option -- '\xc3'",
	} {
		p := newOptionParser(options, strings.Fields(line))
		got := ""
		for {
			o, value, given, err := p.next()
			if err != nil {
				got += err.Error()
				break
			}
			if o == nil {
				got += strings.TrimRight("| "+strings.Join(p.operands, " "), " ")
				break
			}
			got += o.long
			if given {
				got += "=" + value
			}
			got += " "
		}
		if got != want {
			t.Errorf("%s: %s", line, got)
		}
	}
	t.Setenv("POSIXLY_CORRECT", "1")
	p := newOptionParser(options, []string{"-c", "x", "-c"})
	p.next()
	if o, _, _, _ := p.next(); o != nil || len(p.operands) != 2 {
		t.Error(o, p.operands)
	}
}

func FuzzNumbers(f *testing.F) {
	for _, s := range []string{"1.5K", "0x10", "-1", "18446744073709551615", "1.", "08"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := parseInt(s)
		if want, e := strconv.ParseInt(strings.TrimLeft(s, blanks), 10, 32); (e == nil) != (err == nil) || err == nil && int64(n) != want {
			t.Errorf("%q is %d, %v; want %d, %v", s, n, err, want, e)
		}
		if key, fits, err := parseKey(s); err == nil && fits {
			if _, again, err := parseKey(fmt.Sprint(key)); !again || err != nil {
				t.Errorf("%q is key %d", s, key)
			}
		}
		if size, err := parseSize(s); err == nil {
			if again, err := parseSize(fmt.Sprint(size)); again != size || err != nil {
				t.Errorf("%q is %d", s, size)
			}
		}
		if mode, err := parseMode(s); err != nil && mode != 0 || posixZone(s) != nil && len(s) < 4 {
			t.Errorf("%q", s)
		}
	})
}
