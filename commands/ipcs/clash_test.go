package ipcs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestClash: options that contradict each other are refused, for whoever gives
// them would get what was not asked for.
func TestClash(t *testing.T) {
	for args, want := range map[string]string{
		"--json --columns ID":      "two forms",
		"--sort ID":                "--sort goes with",
		"-q --no-headings":         "--no-headings goes with --columns",
		"-q --messages":            "go with --json",
		"--columns ID --processes": "go with --json",
		"-l --json":                "-l tells of the namespace",
		"-u --columns ID":          "-u tells of the namespace",
		"-u --mine":                "-u tells of the namespace",
		"-m -i 0 --unattached":     "-i names one object",
	} {
		if got := run(Ipcs, Env{}, strings.Fields(args)...); got.status != 1 || got.out != "" || !strings.Contains(got.errs, want) {
			t.Errorf("ipcs %s: %v", args, got)
		}
	}
}

// TestOneInOtherForms: -i chooses one object in every form.
func TestOneInOtherForms(t *testing.T) {
	s := newStage(t, 0o600)
	defer s.remove()
	for option, name := range map[string]string{"-q": "q1", "-m": "m1", "-s": "s1"} {
		id := fmt.Sprint(s[name])
		if got := run(Ipcs, Env{}, option, "-i", id, "--columns", "ID", "--no-headings"); got != (result{id + "\n", "", 0}) {
			t.Errorf("%s: %v", option, got)
		}
		var lists map[string]any
		got := run(Ipcs, Env{}, option, "-i", id, "--json")
		if err := json.Unmarshal([]byte(got.out), &lists); err != nil || len(lists) != 2 || strings.Count(got.out, "\"id\":"+id+",") != 1 || strings.Count(got.out, "\"id\":") != 1 {
			t.Errorf("%s: %v %v", option, err, got)
		}
		for _, form := range []string{"--json", "--columns=ID"} {
			if got := run(Ipcs, Env{}, option, "-i", "2147483647", form); got != (result{"", "ipcs: id 2147483647 not found\n", 1}) {
				t.Errorf("%s %s: %v", option, form, got)
			}
		}
	}
	if got := run(Ipcs, Env{}, "-m", "-i", fmt.Sprint(s["m0"]), "--human", "--columns", "SIZE", "--no-headings"); got.out != "100B\n" {
		t.Errorf("%v", got)
	}
}

// TestSvr4Spelling: as much of --svr4 as is unambiguous, and not as an operand.
func TestSvr4Spelling(t *testing.T) {
	for args, want := range map[string]bool{"--sv -q": true, "-q --svr4": true, "-q -- --svr4": false, "-q svr4": false} {
		if got := run(Ipcs, Env{}, strings.Fields(args)...); got.status != 0 || strings.HasPrefix(got.out, "IPC status") != want {
			t.Errorf("ipcs %s: %v", args, got)
		}
	}
}

// TestIpcrmFiltered: what is named and a filter does not choose stays, and a filter
// beside a name removes nothing else.
func TestIpcrmFiltered(t *testing.T) {
	s := newStage(t, 0o600)
	defer s.remove()
	asked := 0
	env := Env{Confirm: func(n int) bool { asked += n; return true }}
	for _, c := range []struct {
		args   string
		asked  int
		status int
	}{
		{"-q q0 -Q Q1 --older 1h", 0, 1}, {"-q q0 --empty --dry-run", 0, 0}, {"-q q0 --empty", 1, 0}, {"-m m0 --empty", 0, 1},
		{"-s 2147483647 --mine", 0, 1}, {"-q abc --mine", 0, 1},
	} {
		asked = 0
		if got := run(Ipcrm, env, s.words(strings.Fields(c.args))...); got.status != c.status || asked != c.asked {
			t.Errorf("ipcrm %s: asked for %d, %v", c.args, asked, got)
		}
	}
	if left := s.remove(); left != "q1 q2 m0 m1 m2 s0 s1 s2 " {
		t.Error("left:", left)
	}
}

func TestIsKind(t *testing.T) {
	for line, want := range map[string]bool{
		"ipcrm msg": true, "ipcrm msg msg": false, "ipcrm -a shm": true, "ipcrm -a shm sem": true, "ipcrm --all --dry-run sem": true,
		"ipcrm -q msg": false, "ipcrm -vm shm": false, "ipcrm --queue-id msg": false, "ipcrm -Q0x41 msg": true, "ipcrm q": false, "ipcs msg": false,
	} {
		w := strings.Fields(line)
		if got := IsKind(w[0], w[1:len(w)-1], w[len(w)-1]); got != want {
			t.Errorf("%s: %v", line, got)
		}
	}
}

// TestMemoryUnknown: what the file does not tell is no 0.
func TestMemoryUnknown(t *testing.T) {
	const head = "       key      shmid perms\n"
	row := func(id int, rest string) string {
		return fmt.Sprint("0 ", id, strings.Repeat(" 1", 12), " ", rest, "\n")
	}
	for text, want := range map[string]bool{
		"": false, head: false, head + row(5, "4096 8192") + row(7, "0 0"): true, head + row(5, "4096 8192"): false,
		head + row(5, "x 8192") + row(7, "0 0"): false, "garbage\x00\xff\n" + row(7, "-1 0") + row(5, "1 1"): false,
	} {
		o := &Objects{Segments: []Segment{{ID: 5}, {ID: 7}}}
		if got := o.takeMemory([]byte(text)); got != want || got && (o.Segments[0].RSS != 4096 || o.Segments[0].Swap != 8192) {
			t.Errorf("%q: %v %+v", text, got, o)
		}
	}
	if o := new(Objects); !o.takeMemory(nil) {
		t.Error("without segments nothing is unknown")
	}
	var b bytes.Buffer
	l := someLive()
	l.NoMemory = true
	c := Columns{Names: []string{"RSS", "SWAP"}, NoHeadings: true}
	if err := c.Write(&b, someObjects(), l); err != nil || !reflect.DeepEqual(slices.Compact(strings.Fields(b.String())), []string{"?"}) {
		t.Errorf("%v %q", err, b.String())
	}
}
