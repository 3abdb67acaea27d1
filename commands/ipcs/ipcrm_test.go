package ipcs

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"ipcsh/sysv"
)

// stage is a set of objects that is the same each time but for ids and keys. The
// words of a command line name them: q0 is an id, Q0 a key.
type stage map[string]int

func newStage(t testing.TB, last int) stage {
	for {
		s := tryStage(t, last)
		places := map[int]string{}
		clear := true
		for name, v := range s {
			clear = clear && (places[v] == "" || places[v] == name[1:])
			places[v] = name[1:]
		}
		for _, kind := range []string{"q", "m", "s"} {
			index := func(n int) int { return s[fmt.Sprint(kind, n)] % 32768 }
			clear = clear && index(0) < index(1) && index(1) < index(2)
		}
		if clear {
			return s
		}
		s.remove() // a message with q0's id could mean m1, or the kernel's index began anew in between
	}
}

func tryStage(t testing.TB, last int) stage {
	s := stage{}
	for i, mode := range []int{0o600, 0o644, last} {
		key := sysv.Key(0x7f000000 + rand.Intn(1<<24))
		q, err1 := sysv.Msgget(key, sysv.MsggetFlag(mode|sysv.IPC_CREAT|sysv.IPC_EXCL))
		m, err2 := sysv.Shmget(key, 100, sysv.ShmgetFlag(mode|sysv.IPC_CREAT|sysv.IPC_EXCL))
		a, err3 := sysv.Semget(key, 2, sysv.SemgetFlag(mode|sysv.IPC_CREAT|sysv.IPC_EXCL))
		if err := errors.Join(err1, err2, err3); err != nil {
			t.Fatal(err)
		}
		for kind, id := range map[string]int{"q": int(q), "m": int(m), "s": int(a)} {
			s[fmt.Sprint(kind, i)] = id
			s[fmt.Sprint(strings.ToUpper(kind), i)] = int(key)
		}
	}
	return s
}

// remove removes what is left and says what that was.
func (s stage) remove() (left string) {
	for _, kind := range []string{"q", "m", "s"} {
		for i := range 3 {
			name := fmt.Sprint(kind, i)
			var err error
			switch kind {
			case "q":
				_, err = sysv.Msgctl(sysv.Msqid(s[name]), sysv.IPC_RMID, nil)
			case "m":
				_, err = sysv.Shmctl(sysv.Shmid(s[name]), sysv.IPC_RMID, nil)
			case "s":
				_, err = sysv.Semctl(sysv.Semid(s[name]), 0, sysv.IPC_RMID, nil)
			}
			if err == nil {
				left += name + " "
			}
		}
	}
	return left
}

func (s stage) words(args []string) (words []string) {
	for _, w := range args {
		if v, ok := s[w]; ok {
			w = fmt.Sprint(v)
		}
		words = append(words, w)
	}
	return words
}

var named = regexp.MustCompile("(`|\\(|argument: |id: )([0-9]+)")

// names puts the names of ids and keys back into a message.
func (s stage) names(text string) string {
	return named.ReplaceAllStringFunc(text, func(m string) string {
		number := named.FindStringSubmatch(m)[2]
		for name, v := range s {
			if number == fmt.Sprint(v) {
				return strings.TrimSuffix(m, number) + name[1:]
			}
		}
		return m
	})
}

// asNobody runs a tool, the system's or ours, as an ordinary user.
func asNobody(t testing.TB, system bool, tool string, args ...string) result {
	path := "/proc/self/exe"
	if system {
		path = must(exec.LookPath(tool))
	}
	cmd := exec.Command(path, args...)
	cmd.Args[0] = tool
	cmd.Env = append(os.Environ(), "LC_ALL=C", "GORACE=atexit_sleep_ms=0", toolEnv+"="+tool)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	var ended *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	return result{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// compareIpcrm runs a command line in two equal worlds.
func compareIpcrm(t *testing.T, nobody bool, args ...string) {
	t.Helper()
	mode := 0o000
	if strings.Contains(strings.Join(args, " "), "-a") || slices.Contains(args, "-vamsg") {
		mode = 0o444 // what may not be read is mended: see TestIpcrmAll
	}
	var ends [2]string
	for i := range ends {
		s := newStage(t, mode)
		words := s.words(args)
		var r result
		switch {
		case nobody:
			r = asNobody(t, i == 0, "ipcrm", words...)
		case i == 0:
			r = system(t, "ipcrm", words...)
		default:
			r = run(Ipcrm, Env{Name: "ipcrm"}, words...)
		}
		ends[i] = s.names(r.String()) + "\n--- left: " + s.remove()
	}
	if ends[0] != ends[1] {
		t.Errorf("ipcrm %q\n--- theirs\n%s\n--- ours\n%s", args, ends[0], ends[1])
	}
}

// TestIpcrmSameAsSystem compares ipcrm with the system's: command lines that end
// with errors, and random ones. Left out is what is mended: words after -a, and
// numbers too large for what they name (see TestIpcrmMended).
func TestIpcrmSameAsSystem(t *testing.T) {
	utilLinux(t)
	if !private() {
		t.Skip("-a would remove the objects of the host's namespace")
	}
	compared := 0
	compare := func(args ...string) {
		t.Helper()
		compareIpcrm(t, false, args...)
		compared++
	}
	for _, word := range []string{"99", "abc", " ", "0x1", "010", "-1", "5x", "+5", " 5", "2147483647", "08", "0", "-0", "0x", "zz", "0x1234",
		"", "99999999999", "99999999999999999999", "-2147483649", "99999999999999999999x", "0x1ffffffff", "0x100000000", "-5"} {
		for _, o := range []string{"-q", "-m", "-s", "-Q", "-M", "-S"} {
			compare(o, word)
		}
		if word != "" && len(word) < 10 {
			compare("msg", word)
			compare("sem", word, "s0")
		}
	}
	for _, line := range strings.Split(`|foo|foo -q q0|-q q0 foo bar|msg|msg q0 99 x q1|msg q0 q1 q2|shm m0|sem s0 s0|msgs 1|MSG 1|-v msg 0|-v
-x|--q|--queue|--queue-id|--queue-i=zz|-afoo|--all=foo|--all=|-a=msg|--verb=1|--=|-q|-Q|-qvx|-vx|-v -q q0 -Q Q1 -Q Q1 -m m0 -M M1 -s s0 -S S1
-q q0 abc -v|-q q0 -q abc -q q1|-vamsg|-v --all=sem|-a -v|-v -a -q q0|-amsg -ashm -v|-a --all=shm|-asem -x|-ashm -q abc`, "|") {
		for _, l := range strings.Split(line, "\n") {
			compare(strings.Fields(l)...)
		}
	}
	r := rand.New(rand.NewSource(1))
	vocabulary := strings.Fields("-q q0 -q q1 -Q Q2 -m m0 -M M1 -s s1 -S S2 -v -v 99 --queue-id=5 -- foo -vq --semaphore-i --shmem-k q2")
	n := 400
	if testing.Short() {
		n = 40
	}
	for range n {
		var args []string
		for range r.Intn(8) {
			args = append(args, vocabulary[r.Intn(len(vocabulary))])
		}
		compare(args...)
	}
	t.Logf("%d command lines compared", compared)
}

// TestIpcrmNobody compares as an ordinary user among root's objects.
func TestIpcrmNobody(t *testing.T) {
	utilLinux(t)
	if os.Geteuid() != 0 || !private() || !hasUser(65534) {
		t.Skip("needs root, to be another user")
	}
	for _, l := range []string{"-q q0", "-q q1", "-Q Q0", "-M M1", "-S S2", "-v -q q0 -Q Q1", "msg q0 q1", "shm m0", "-a", "-v -a", "-amsg", "-v -asem"} {
		compareIpcrm(t, true, strings.Fields(l)...)
	}
}

// hasUser tells whether a uid exists in this user namespace.
func hasUser(uid int) bool {
	data, err := os.ReadFile("/proc/self/uid_map")
	var inside, outside, size int
	fmt.Sscan(string(data), &inside, &outside, &size)
	return err == nil && size > uid
}
