package ipcs

import (
	"fmt"
	"math/rand"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"ipcsh/sysv"
)

// TestMended: where util-linux errs we do not follow, and the help says so.
func TestMended(t *testing.T) {
	s := newStage(t, 0)
	defer s.remove()
	for _, kind := range []string{"-q", "-m", "-s"} {
		for _, id := range []string{"-1", "2147483647", "-2147483648"} {
			want := result{"", "ipcs: id " + id + " not found\n", 1}
			if got := run(Ipcs, Env{}, kind, "-i", id); got != want {
				t.Errorf("ipcs %s -i %s: %v", kind, id, got)
			}
		}
	}
	if os.Geteuid() == 0 && private() && hasUser(65534) {
		got := asNobody(t, false, "ipcs", "-q", "-i", fmt.Sprint(s["q2"]))
		if !strings.Contains(got.out, "\tqbytes=16384\t") || got.status != 0 {
			t.Errorf("a queue that may not be read: %v", got)
		}
	}
}

// TestIpcrmMended: nothing is removed that nobody named.
func TestIpcrmMended(t *testing.T) {
	s := newStage(t, 0o600)
	defer s.remove()
	for _, c := range []struct{ args, errs string }{
		{"msg|", "ipcrm: invalid id: \n"},
		{fmt.Sprint("msg|", int64(s["q0"])+1<<32), fmt.Sprintf("ipcrm: invalid id: %d\n", int64(s["q0"])+1<<32)},
		{fmt.Sprint("-Q|", int64(s["Q0"])+1<<32), fmt.Sprintf("ipcrm: invalid key (%d)\n", int64(s["Q0"])+1<<32)},
		{"-a|foo", "ipcrm: unknown argument: foo\nTry 'ipcrm --help' for more information.\n"},
		{"-a|msg|foo", "ipcrm: unknown argument: foo\nTry 'ipcrm --help' for more information.\n"},
	} {
		if c.args[:2] == "-a" && !private() {
			continue // broken, it would remove the host's objects
		}
		if got := run(Ipcrm, Env{}, strings.Split(c.args, "|")...); got != (result{"", c.errs, 1}) {
			t.Errorf("ipcrm %s: %v", c.args, got)
		}
	}
	if left := s.remove(); left != "q0 q1 q2 m0 m1 m2 s0 s1 s2 " {
		t.Error("left:", left)
	}
}

// TestIpcrmAll: -a means what its manual says, and whatever may not be read.
func TestIpcrmAll(t *testing.T) {
	if !private() {
		t.Skip("-a would remove the objects of the host's namespace")
	}
	for args, left := range map[string]string{
		"-a": "", "-a msg": "m0 m1 m2 s0 s1 s2 ", "--all shm sem": "q0 q1 q2 ", "-ashm sem": "q0 q1 q2 ",
		"msg": "q0 q1 q2 m0 m1 m2 s0 s1 s2 ", "-a msg --dry-run": "q0 q1 q2 m0 m1 m2 s0 s1 s2 ",
	} {
		s := newStage(t, 0)
		run(Ipcrm, Env{}, strings.Fields(args)...)
		if got := s.remove(); got != left {
			t.Errorf("ipcrm %s leaves %s, want %s", args, got, left)
		}
	}
}

func TestIpcrmHooks(t *testing.T) {
	s := newStage(t, 0)
	defer s.remove()
	asked, answer, removed := -1, false, ""
	env := Env{
		Mine:    func(kind byte, id int) bool { return kind == KindQueue && id == s["q0"] },
		Confirm: func(n int) bool { asked = n; return answer },
		Removed: func(kind byte, id int) { removed += fmt.Sprintf("%c%d ", kind, id) },
	}
	try := func(args string, wantAsked, wantStatus int, wantRemoved string) {
		t.Helper()
		asked, removed = -1, ""
		r := run(Ipcrm, env, s.words(strings.Fields(args))...)
		if asked != wantAsked || removed != wantRemoved || r.status != wantStatus {
			t.Errorf("%s: asked %d, removed %s, %v", args, asked, removed, r)
		}
		if wantStatus == 1 && !strings.Contains(r.errs, "--force") {
			t.Errorf("%s: %v", args, r)
		}
	}
	id := func(name string) string { return fmt.Sprintf("%c%d ", name[0], s[name]) }
	try("-m m0 --dry-run", -1, 0, "")
	try("-m m0 -q q0 -Q Q0 -M M0", 1, 1, "")
	try("msg q1 q2", 2, 1, "")
	try("msg q1 --force", -1, 0, id("q1"))
	try("-q q0", -1, 0, id("q0"))
	answer = true
	try("-m m0 -s s1", 2, 0, id("m0")+id("s1"))
	try("--force -M M1", -1, 0, id("m1"))
	env.Mine = nil
	try("-q q2", 1, 0, id("q2"))
}

func TestIpcrmDryRun(t *testing.T) {
	s := newStage(t, 0o600)
	defer s.remove()
	got := run(Ipcrm, Env{}, s.words(strings.Fields("--dry-run -q q0 -M M1 -s 2147483647"))...)
	want := result{fmt.Sprintf("would remove message queue id `%d'\nwould remove shared memory segment id `%d'\n", s["q0"], s["m1"]),
		"ipcrm: invalid id (2147483647)\n", 1}
	if got != want {
		t.Error(got)
	}
}

// TestLimitsSameAsSystem compares -l for limits of all sizes, which are also the
// way to any number in --human.
func TestLimitsSameAsSystem(t *testing.T) {
	utilLinux(t)
	if !private() {
		t.Skip("the limits are the host's")
	}
	before := must(sysv.ReadLimits(""))
	defer func() {
		for _, l := range before {
			sysv.WriteLimit("", l.Name, l.Value)
		}
	}()
	r := rand.New(rand.NewSource(1))
	for i := range 150 {
		n := r.Uint64() >> r.Intn(64)
		if i%3 == 0 {
			n = uint64(r.Intn(2000)) << (10 * r.Intn(6)) * 1000 / uint64(1000+r.Intn(3))
		}
		if err := sysv.WriteLimit("", "shmmax", fmt.Sprint(n)); err != nil {
			t.Skip("limits are not ours:", err)
		}
		sysv.WriteLimit("", "shmall", fmt.Sprint(r.Uint64()>>r.Intn(64)))
		sysv.WriteLimit("", "msgmax", fmt.Sprint(r.Int31()>>r.Intn(31)))
		sysv.WriteLimit("", "msgmnb", fmt.Sprint(r.Int31()>>r.Intn(31)))
		sysv.WriteLimit("", "semmsl", fmt.Sprint(r.Intn(32000)))
		for _, unit := range []string{"-l", "-lb", "--human"} {
			same(t, "-l", unit)
		}
	}
}

// TestHelp: each tool's help names its options, and what is mended.
func TestHelp(t *testing.T) {
	for name, tool := range map[string]struct {
		f       toolFunc
		options []option
	}{"ipcs": {Ipcs, slices.Concat(ipcsOptions, dialectOptions, filterOptions)}, "ipcrm": {Ipcrm, slices.Concat(ipcrmOptions, filterOptions)}, "ipcmk": {Ipcmk, ipcmkOptions}} {
		r := run(tool.f, Env{}, "--help")
		if r.status != 0 || r.errs != "" || !strings.Contains(r.out, "util-linux 2.38 errs") {
			t.Error(r)
		}
		for _, o := range tool.options {
			if !regexp.MustCompile("--" + o.long + `\b`).MatchString(r.out) {
				t.Errorf("%s --help does not name --%s", name, o.long)
			}
		}
		if r := run(tool.f, Env{Name: "/x/" + name}, "-V"); r != (result{name + " from ipcsh, as util-linux 2.38.1\n", "", 0}) {
			t.Error(r)
		}
	}
}
