package commands

import (
	"os"
	"testing"

	"ipcsh/sysv"
)

// TestMaySleepUnseen: where permissions hide processes, or what they wait for,
// nobody can say that no one waits for a queue.
func TestMaySleepUnseen(t *testing.T) {
	me := uint32(os.Geteuid())
	queue := func(uid, cuid, mode uint32) *object {
		o := &object{kind: Queue}
		o.msg.Uid, o.msg.Cuid, o.msg.Mode = uid, cuid, mode
		return o
	}
	hidden := func(h sysv.Hidden) *sysv.Look { return &sysv.Look{Hidden: h} }
	asleep := func(call string, known bool) *sysv.Look {
		return &sysv.Look{Procs: []sysv.Proc{{Pid: 5, Asleep: []sysv.Task{{Call: call, Known: known, ID: 9}}}}}
	}
	mine, open, given := queue(me, me, 0o600), queue(me, me, 0o620), queue(me+1, me, 0o600)
	for _, c := range []struct {
		what string
		look *sysv.Look
		o    *object
		want bool
	}{
		{"all seen", hidden(sysv.Hidden{}), open, false},
		{"no /proc", nil, mine, true},
		{"other users, who may not use it", hidden(sysv.Hidden{OtherUser: 3}), mine, false},
		{"other users, who may send", hidden(sysv.Hidden{OtherUser: 3}), open, true},
		{"other users, whose it is", hidden(sysv.Hidden{OtherUser: 3}), given, true},
		{"hidepid", hidden(sysv.Hidden{Hidepid: true}), open, true},
		{"own processes", hidden(sysv.Hidden{SameUser: 1}), mine, true},
		{"a receiver of who knows what", asleep("msgrcv", false), mine, true},
		{"a receiver of another queue", asleep("msgrcv", true), mine, false},
		{"a semop on who knows what", asleep("semop", false), mine, false},
		{"a set", nil, &object{kind: Set}, false},
	} {
		j := &judge{waited: map[objectID]bool{}}
		j.see(c.look)
		if got := j.maySleepUnseen(c.o); got != c.want {
			t.Errorf("%s: %v", c.what, got)
		}
		if waits := c.look != nil && len(c.look.Procs) > 0 && c.look.Procs[0].Asleep[0].Known; j.waited[objectID{Queue, 9}] != waits {
			t.Errorf("%s: waits: %v", c.what, j.waited)
		}
	}
}
