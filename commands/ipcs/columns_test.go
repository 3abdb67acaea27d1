package ipcs

import (
	"bytes"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func columnsTable(t *testing.T, c *Columns, l *Live, options ...string) (string, error) {
	t.Helper()
	for _, o := range options {
		name, value, _ := strings.Cut(o, "=")
		known, err := c.Option(name, value)
		if err != nil {
			return "", err
		}
		if !known {
			t.Fatalf("no option %s", o)
		}
	}
	var b bytes.Buffer
	err := c.Write(&b, someObjects(), l)
	return b.String(), err
}

func TestColumnsGolden(t *testing.T) {
	var tr transcript
	run := func(c Columns, l *Live, options ...string) {
		line := "ipcs"
		for _, k := range []struct {
			on bool
			c  string
		}{{c.Q, " -q"}, {c.M, " -m"}, {c.S, " -s"}} {
			if k.on {
				line += k.c
			}
		}
		tr.add(t, line+" --"+strings.Join(options, " --"), func() error {
			out, err := columnsTable(t, &c, l, options...)
			tr.WriteString(out)
			return err
		})
	}
	for _, name := range ColumnNames() {
		run(Columns{}, someLive(), "columns=ID,"+name)
	}
	run(Columns{Q: true}, someLive(), "columns=id,key,Owner,perms,msgs,qbytes,fill")
	run(Columns{}, someLive(), "columns=KIND,ID,AGE,WAITERS", "sort=AGE:desc")
	run(Columns{}, someLive(), "columns=ID,AGE", "sort=AGE:asc", "no-headings")
	run(Columns{M: true}, someLive(), "columns=ID,COMMAND,OWNER", "sort=owner:desc")
	run(Columns{Q: true, M: true}, someLive(), "columns=ID,NATTCH,MSGS", "sort=MSGS:desc")
	run(Columns{M: true}, someLive(), "columns=ID,OWNER,SIZE", "sort=OWNER,SIZE:desc")
	run(Columns{S: true}, someLive(), "columns=ID,VALUES", "sort=VALUES:desc")
	run(Columns{S: true}, someLive(), "columns=ID,VALUES", "sort=VALUES")
	run(Columns{}, hiding(someLive()), "columns=ID,WAITERS,ATTACHERS,RSS,SWAP,QBYTES,FILL")
	run(Columns{Size: func(n uint64) string { return "[" + shortAge(int64(n)) + "]" }}, someLive(), "columns=ID,SIZE,QBYTES,RSS")
	for _, bad := range []string{"columns=", "columns=ID,", "columns=NATCH", "columns=size,lspidd", "columns=zzz", "columns=USE%", "sort=AGEE", "sort=AGE:up", "sort=:desc"} {
		run(Columns{}, someLive(), bad)
	}
	run(Columns{Q: true, S: true}, someLive(), "columns=ID,NATTCH")
	run(Columns{M: true}, someLive(), "columns=ID", "sort=MSGS")
	run(Columns{}, someLive(), "no-headings")
	tr.WriteString("$ the help\n" + ColumnHelp())
	goldenReport(t, "columns.txt", tr.String())
}

func TestColumnsAskNothing(t *testing.T) {
	names := ColumnNames()
	for _, dear := range []string{"VALUES", "NCNT", "ZCNT", "WAITERS", "ATTACHERS", "COMMAND"} {
		names = slices.DeleteFunc(names, func(n string) bool { return n == dear })
	}
	c := &Columns{Names: names}
	if _, err := columnsTable(t, c, silent(t), "sort=AGE"); err != nil {
		t.Error(err)
	}
	if !c.NeedsMemory() || (&Columns{Names: []string{"ID", "SIZE"}}).NeedsMemory() || !(&Columns{Sort: []SortKey{{"RSS", false}}}).NeedsMemory() {
		t.Error("NeedsMemory")
	}
	if known, _ := c.Option("mine", ""); known {
		t.Error("an option that is none")
	}
	if err := c.Write(brokenWriter{}, someObjects(), someLive()); err == nil {
		t.Error("no error of the writer")
	}
	// Each is asked once, however many columns want it.
	asked := map[string]int{}
	l := someLive()
	waiters, sems := l.Waiters, l.Semaphores
	l.Waiters = func() ([]Waiter, bool) { asked["waiters"]++; return waiters() }
	l.Semaphores = func(id, n int) ([]Semaphore, error) { asked["set"]++; return sems(id, n) }
	columnsTable(t, &Columns{S: true}, l, "columns=VALUES,NCNT,ZCNT,WAITERS", "sort=VALUES,WAITERS,NCNT")
	attachers := l.Attachers
	l.Attachers = func() []Attacher { asked["attachers"]++; return attachers() }
	columnsTable(t, &Columns{}, l, "columns=ATTACHERS", "sort=ATTACHERS")
	if asked["attachers"] != 1 || asked["waiters"] != 1 || asked["set"] != 3 {
		t.Error(asked)
	}
}

func TestSortObjects(t *testing.T) {
	o := someObjects()
	c := &Columns{Sort: []SortKey{{"CTIME", true}}}
	sorted, err := c.SortObjects(o, silent(t))
	if err != nil || sorted.Queues[0].ID != 2147450885 || sorted.Segments[0].ID != 32770 || sorted.Segments[2].ID != 1 || sorted.Sets[0].ID != 2 || o.Queues[0].ID != 3 {
		t.Error(sorted, err)
	}
	if same, err := new(Columns).SortObjects(o, silent(t)); same != o || err != nil {
		t.Error("sorted without a key")
	}
	if _, err := (&Columns{Sort: []SortKey{{"NO", false}}}).SortObjects(o, silent(t)); err == nil {
		t.Error("no error")
	}
}

// TestLsipcColumns finds columns of the system's lsipc that are missing here.
func TestLsipcColumns(t *testing.T) {
	help, err := exec.Command("lsipc", "--help").Output()
	if err != nil {
		t.Skip("no lsipc on this system")
	}
	_, list, _ := strings.Cut(string(help), "Generic columns:")
	list, _, _ = strings.Cut(list, "Summary columns")
	found := regexp.MustCompile(`(?m)^ +([A-Z]+)  `).FindAllStringSubmatch(list, -1)
	if len(found) < 29 {
		t.Fatalf("only %d columns in lsipc's help", len(found))
	}
	for _, m := range found {
		if !slices.Contains(ColumnNames(), m[1]) {
			t.Errorf("lsipc has %s", m[1])
		}
	}
}

func TestShortAge(t *testing.T) {
	for sec, want := range map[int64]string{0: "0s", 1: "1s", 59: "59s", 60: "1m", 61: "1m1s", 3600: "1h", 3661: "1h1m", 86399: "23h59m", 86400: "1d", 90000: "1d1h", 86401: "1d", 100 * 86400: "100d"} {
		if got := shortAge(sec); got != want {
			t.Errorf("%d: %s, want %s", sec, got, want)
		}
	}
}
