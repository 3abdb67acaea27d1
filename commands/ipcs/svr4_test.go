package ipcs

import (
	"bytes"
	"strings"
	"testing"
)

func svr4(t *testing.T, letters string, o *Objects, l *Live) string {
	t.Helper()
	var v Svr4
	for _, c := range []byte(letters) {
		if !v.Option(c) {
			t.Fatalf("no option -%c", c)
		}
	}
	var b bytes.Buffer
	if err := v.Write(&b, o, l); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestSvr4Golden(t *testing.T) {
	var tr transcript
	for _, letters := range strings.Split(",a,A,b,c,o,p,t,T,q,m,s,qm,qs,ms,ma,sa,qa,ct,mc,so,sp,qsp,bopct,qmsA", ",") {
		tr.add(t, "ipcs --svr4 -"+letters, func() error { tr.WriteString(svr4(t, letters, someObjects(), someLive())); return nil })
	}
	tr.add(t, "ipcs --svr4 -qmb, with permissions in the way", func() error { tr.WriteString(svr4(t, "qmb", someObjects(), hiding(someLive()))); return nil })
	tr.add(t, "ipcs --svr4, where nobody looks and no id has a name", func() error { tr.WriteString(svr4(t, "c", someObjects(), &Live{Now: someLive().Now})); return nil })
	tr.add(t, "ipcs --svr4 -a, without objects", func() error { tr.WriteString(svr4(t, "a", &Objects{}, silent(t))); return nil })
	goldenReport(t, "svr4.txt", tr.String())
}

// TestSvr4Example is the example of the formats' description, word for word.
func TestSvr4Example(t *testing.T) {
	o := someObjects()
	o.Queues = o.Queues[:1]
	lines := strings.Split(svr4(t, "qa", o, someLive()), "\n")
	want := []string{
		"IPC status from <running system> as of Mon Mar  2 12:00:00 KST 2026",
		"T         ID      KEY        MODE        OWNER    GROUP  CREATOR   CGROUP CBYTES  QNUM QBYTES LSPID LRPID   STIME    RTIME    CTIME ",
		"Message Queues:",
		"q          3   0x4102000a -Rrw-------     root    other     root    other    300     3  65536  4242     0  9:05:07 no-entry  9:04:59",
		"",
	}
	for i := range want {
		if lines[i] != want[i] {
			t.Errorf("%q, want\n%q", lines[i], want[i])
		}
	}
	if len(lines) != len(want) {
		t.Error(lines)
	}
}

func TestSvr4Headings(t *testing.T) {
	// Which reports repeat the heading, by the description's own words.
	for bits := range 1 << 8 {
		letters, on := "", map[byte]bool{}
		for i, c := range []byte("qmsbcopt") {
			if bits&(1<<i) != 0 {
				letters, on[c] = letters+string(c), true
			}
		}
		if !on['q'] && !on['m'] && !on['s'] {
			on['q'], on['m'], on['s'] = true, true, true
		}
		want := 0
		if on['q'] {
			want++
		}
		if on['m'] && (!on['q'] || on['b'] || on['o'] || on['p'] || on['t']) {
			want++
		}
		if on['s'] && (on['b'] || on['t'] || !on['q'] && !on['m']) {
			want++
		}
		if got := strings.Count(svr4(t, letters, &Objects{}, someLive()), "T         ID"); got != want {
			t.Errorf("-%s: %d headings, want %d", letters, got, want)
		}
	}
}

func TestSvr4AsksNothing(t *testing.T) {
	svr4(t, "msA", someObjects(), silent(t))
	var v Svr4
	if v.Option('x') || v.Option('Q') || v != (Svr4{}) {
		t.Error("an option that is none")
	}
	if err := v.Write(brokenWriter{}, someObjects(), someLive()); err == nil {
		t.Error("no error of the writer")
	}
	asked := 0
	l := someLive()
	l.Waiters = func() ([]Waiter, bool) { asked++; return nil, false }
	svr4(t, "a", someObjects(), l)
	if asked != 1 {
		t.Errorf("asked %d times for waiters", asked)
	}
}
