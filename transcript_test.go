package main

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestTranscripts plays sessions: testdata/transcripts/*.txt hold input and exact
// output in one readable file (-update writes the output anew). The command
//
//	ipcsh STATUS ARGUMENT...
//
// runs the program, which must end with that status, on the file stdin if there
// is one, and leaves what it wrote, masked, in the files out and err.
func TestTranscripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/transcripts",
		UpdateScripts: *update,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"ipcsh": playProgram,
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv(asProgram, "1")
			env.Setenv("LC_ALL", "C.UTF-8")
			env.Setenv("TZ", "UTC")
			return nil
		},
	})
}

func playProgram(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: ipcsh STATUS ARGUMENT...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	cmd := exec.Command("/proc/self/exe", args[1:]...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(os.Environ(), asProgram+"=1", "TZ=UTC", "LC_ALL="+ts.Getenv("LC_ALL"), asLab+"="+ts.Getenv(asLab))
	if in, err := os.Open(ts.MkAbs("stdin")); err == nil {
		defer in.Close()
		cmd.Stdin = in
	}
	var out, errs strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); cmd.ProcessState == nil {
		ts.Fatalf("%v", err)
	}
	ts.Check(os.WriteFile(ts.MkAbs("out"), []byte(mask(out.String())), 0o644))
	ts.Check(os.WriteFile(ts.MkAbs("err"), []byte(mask(errs.String())), 0o644))
	if got := cmd.ProcessState.ExitCode(); got != want {
		ts.Fatalf("exit status %d, want %d\n%s%s", got, want, out.String(), errs.String())
	}
}

// masks replace what differs from run to run: times, addresses, processes, files.
var masks = []struct {
	re *regexp.Regexp
	to string
}{
	{regexp.MustCompile(`\d{4}-\d\d-\d\d_\d\d:\d\d:\d\d`), "TIME"},
	{regexp.MustCompile(`"(start|end|[socradt]time)":[1-9]\d*`), `"$1":TIME`},
	{regexp.MustCompile(`"(pid|lspid|lrpid|cpid|lpid)":[1-9]\d*`), `"$1":PID`},
	{regexp.MustCompile(`\b(lspid|lrpid|cpid|lpid)=[1-9]\d*`), "$1=PID"},
	{regexp.MustCompile(`"(addr|dev|ino)":\d+`), `"$1":N`},
	{regexp.MustCompile(`_([socradt]time)=[1-9]\d*`), "_$1=TIME"},
	{regexp.MustCompile(`_(lspid|lrpid|cpid|lpid)=[1-9]\d*`), "_$1=PID"},
	{regexp.MustCompile(`\b(dev|ino)=0x[0-9a-f]+`), "$1=N"},
	{regexp.MustCompile(`0x7[0-9a-f]{11}\b`), "ADDR"},
	{regexp.MustCompile(`(> (?:spawn|fork) .*\n +\w+)=\d+`), "$1=PID"},
	{regexp.MustCompile(`(> spawn .*\n +\w+=PID  \w+)=\d+`), "$1=PID"},
	{regexp.MustCompile(`\bpid \d+ +`), "pid PID  "},
	{regexp.MustCompile(`( since |\()\d+m?s(째\)|\b)`), "${1}TIME$2"},
}

// mask makes a transcript the same on every run.
func mask(s string) string {
	s = maskProcesses(s)
	for _, m := range masks {
		s = m.re.ReplaceAllString(s, m.to)
	}
	return s
}

var (
	started   = regexp.MustCompile(`(?m)> .*\b(?:spawn|fork) .*\n(?: +(?:\w+: )?(?:\w+=\d+ *)+\n)+`)
	namedPid  = regexp.MustCompile(`\b(\w+)=(\d+)`)
	pidAsData = regexp.MustCompile(`\b(who=|type[= ])(\d+)\b`)
)

// maskProcesses puts a process's name in place of its pid: where it was started,
// and where a message has the pid as its type or its content.
func maskProcesses(s string) string {
	names := map[string]string{}
	s = started.ReplaceAllStringFunc(s, func(lines string) string {
		echo, told, _ := strings.Cut(lines, "\n")
		for _, m := range namedPid.FindAllStringSubmatch(told, -1) {
			names[m[2]] = m[1]
		}
		return echo + "\n" + namedPid.ReplaceAllString(told, "$1=PID")
	})
	return pidAsData.ReplaceAllStringFunc(s, func(data string) string {
		m := pidAsData.FindStringSubmatch(data)
		if name := names[m[2]]; name != "" {
			return m[1] + "PID of " + name
		}
		return data
	})
}
