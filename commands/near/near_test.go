package near

import (
	"strings"
	"testing"
)

func TestNames(t *testing.T) {
	all := []string{"msgget", "msgsnd", "msgrcv", "msgctl", "semop", "P", "V", "shmat", "int", "uint"}
	for _, c := range []struct{ name, want string }{
		{"msgrvc", "msgrcv"}, // a swap is one step
		{"MSGGET", "msgget"},
		{"semopp", "semop"},
		{"smeop", "semop"},
		{"msg", "msgget msgsnd msgrcv"}, // the beginning of more than three
		{"itn", "int"},
		{"uin", "uint"},
		{"p", "P"},
		{"공유", ""},
		{"", ""},
		{"semaphore", ""},
		{strings.Repeat("x", 1000), ""},
	} {
		if got := strings.Join(Names(c.name, all), " "); got != c.want {
			t.Errorf("Names(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}

func TestNamesOnce(t *testing.T) {
	if got := Names("a1", []string{"a", "a", "", "a1"}); len(got) != 2 || got[0] != "a1" {
		t.Errorf("Names = %q, want a1 and a, each once", got)
	}
}
