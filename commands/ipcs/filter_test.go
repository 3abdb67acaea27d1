package ipcs

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"ipcsh/sysv"
)

// idsOf says which objects are there: q 3 m 0 1 s 2.
func idsOf(o *Objects) string {
	var b strings.Builder
	for _, x := range listed(o, "qms") {
		fmt.Fprintf(&b, " %c%d", x.kind, x.id)
	}
	return strings.TrimSpace(b.String())
}

func TestFilter(t *testing.T) {
	const everything = "q3 q32772 q2147450885 m0 m1 m32770 s0 s1 s2"
	for _, c := range []struct{ options, want string }{
		{"", everything},
		{"unattached", "m1"},
		{"dead-creator", "m1"}, // 99 is gone; 4242 lives; 0 is elsewhere
		{"empty", "q2147450885 s2"},
		{"empty unattached", ""},
		{"user=root", "q3 m32770 s0"},
		{"user=0", "q3 m32770 s0"},
		{"user=홍길동", "q32772 m0 s2"},
		{"user=홍길동 user=7", "q32772 m0 s1 s2"},
		{"user=1002", "m1"},
		{"user=4294967295", ""},
		{"key=0x41*", "q3 m1 s0"},
		{"key=0X41*", "q3 m1 s0"},
		{"key=0x4102000?", "q3 m1 s0"},
		{"key=0x4102000[12]", "m1 s0"},
		{"key=0x4102000a", "q3"},
		{"key=0x4102000A", "q3"},
		{"key=1090650122", "q3"},
		{"key=0102", "m32770"},
		{"key=66", "m32770"},
		{"key=16 key=66", "m32770 s2"},
		{"key=-1", "q32772"},
		{"key=0xffffffff", "q32772"},
		{"key=0xffff*", "q32772"},
		{"key=0", "q2147450885 m0 s1"},
		{"key=*", everything},
		{"key=66 key=0x41*", "q3 m1 m32770 s0"},
		{"older=0", everything},
		{"older=1m", "q3 q32772 m0 m1 s0 s1 s2"},
		{"older=70s", "q3 q32772 m0 m1 s0 s1 s2"},
		{"older=70.5s", "q3 q32772 m0 m1 s0 s1"},
		{"older=1h", "q3 q32772 m0 m1 s0 s1"},
		{"older=3601", "q3 q32772 m0 m1 s0"},
		{"older=1h0m1s", "q3 q32772 m0 m1 s0"},
		{"older=1d", "q32772 m1"},
		{"older=2w", "m1"},
		{"older=100d3h", "m1"},
		{"older=100d3h1s", ""},
		{"key=0x41* older=3h user=root", "s0"},
	} {
		f := Filter{UserID: func(name string) (uint32, bool) {
			uid, ok := map[string]uint32{"root": 0, "홍길동": 1000}[name]
			return uid, ok
		}}
		for _, word := range strings.Fields(c.options) {
			name, value, takes := strings.Cut(word, "=")
			if !slices.ContainsFunc(filterOptions, func(o option) bool { return o.long == name && takes == (o.arg == needsArgument) }) {
				t.Errorf("%s is not among the tools' options", name)
			}
			if known, err := f.Option(name, value); !known || err != nil {
				t.Fatalf("%s: %v %v", word, known, err)
			}
		}
		if f.Active() != (c.options != "") {
			t.Errorf("%s: Active is %v", c.options, f.Active())
		}
		o := someObjects()
		if got := idsOf(f.Apply(o, someLive())); got != c.want {
			t.Errorf("%s: %s, want %s", c.options, got, c.want)
		}
		if idsOf(o) != everything {
			t.Errorf("%s changed its argument", c.options)
		}
		if want := 0; strings.HasPrefix(c.options, "empty") && !f.Unattached {
			if want = 1; f.Unread != want {
				t.Errorf("%s: %d unread", c.options, f.Unread)
			}
		}
	}
}

func TestFilterMine(t *testing.T) {
	o := &Objects{Queues: []Queue{{1, sysv.MsqidDs{}}, {2, sysv.MsqidDs{}}}}
	o.Queues[0].Uid = uint32(os.Geteuid())
	o.Queues[1].Uid, o.Queues[1].Cuid = uint32(os.Geteuid())+1, uint32(os.Geteuid())
	f := Filter{Mine: true}
	if got := idsOf(f.Apply(o, silent(t))); got != "q1" {
		t.Error(got)
	}
	f = Filter{Mine: true, Unattached: true, DeadCreator: true, Older: new(time.Duration), Users: []uint32{4000000}}
	if got := idsOf(f.Apply(someObjects(), silent(t))); got != "" { // and asks nothing
		t.Error(got)
	}
	if uid, ok := passwdUID("root"); !ok || uid != 0 {
		t.Error("no root in /etc/passwd")
	}
}

func TestFilterErrors(t *testing.T) {
	for option, want := range map[string]string{
		"user=":                     `unknown user: ""`,
		"user=no such":              `unknown user: "no such"`,
		"user=-1":                   `unknown user: "-1"`,
		"user=4294967296":           `unknown user: "4294967296"`,
		"key=":                      `bad key: "" (a number such as 0x41020003, or a pattern such as '0x41*')`,
		"key=0x":                    `bad key: "0x" (a number such as 0x41020003, or a pattern such as '0x41*')`,
		"key=08":                    `bad key: "08" (a number such as 0x41020003, or a pattern such as '0x41*')`,
		"key=0b1":                   `bad key: "0b1" (a number such as 0x41020003, or a pattern such as '0x41*')`,
		"key=0o17":                  `bad key: "0o17" (a number such as 0x41020003, or a pattern such as '0x41*')`,
		"key=1_0":                   `bad key: "1_0" (a number such as 0x41020003, or a pattern such as '0x41*')`,
		"key=0x100000000":           `bad key: "0x100000000" (a number such as 0x41020003, or a pattern such as '0x41*')`,
		"key=-2147483649":           `bad key: "-2147483649" (a number such as 0x41020003, or a pattern such as '0x41*')`,
		"key=0x[":                   `bad key pattern: "0x["`,
		"older=":                    `bad time: "" (such as 90s, 30m, 1h, 2d or 1w)`,
		"older=h":                   `bad time: "h" (such as 90s, 30m, 1h, 2d or 1w)`,
		"older=-1h":                 `bad time: "-1h" (such as 90s, 30m, 1h, 2d or 1w)`,
		"older=1x":                  `bad time: "1x" (such as 90s, 30m, 1h, 2d or 1w)`,
		"older=1h 2m":               `bad time: "1h 2m" (such as 90s, 30m, 1h, 2d or 1w)`,
		"older=1h5":                 `bad time: "1h5" (such as 90s, 30m, 1h, 2d or 1w)`,
		"older=99999999d":           `bad time: "99999999d" (such as 90s, 30m, 1h, 2d or 1w)`,
		"older=100000d100000d":      `bad time: "100000d100000d" (such as 90s, 30m, 1h, 2d or 1w)`,
		"older=9999999999999999999": `bad time: "9999999999999999999" (such as 90s, 30m, 1h, 2d or 1w)`,
	} {
		name, value, _ := strings.Cut(option, "=")
		var f Filter
		known, err := f.Option(name, value)
		if !known || err == nil || err.Error() != want {
			t.Errorf("%s: %v", option, err)
		}
		if f.Active() {
			t.Errorf("%s is set in spite of its error", option)
		}
	}
	if known, err := new(Filter).Option("columns", "ID"); known || err != nil {
		t.Error("an option that is none")
	}
}
