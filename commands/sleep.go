package commands

import (
	"strconv"
	"strings"

	"ipcsh/commands/text"
)

// Sleep is what a call that may sleep waits for.
type Sleep struct {
	Kind  ObjectKind
	ID    int64
	Call  string  // in short: msgrcv(q, type 1)
	Sems  []int64 // of a semop: the sem_num of each operation, in order
	Timed bool    // it ends by itself
}

// Sleep returns what the call of this Run waits for, and whether it is a call
// that can.
func (b *Binding) Sleep() (Sleep, bool) {
	c := &b.call
	z := Sleep{}
	switch b.Cmd.Name {
	case "msgrcv":
		z.Kind = Queue
		z.Call = "type " + strconv.FormatInt(c.Args[1].I, 10)
	case "msgsnd":
		z.Kind = Queue
		z.Call = "type " + strconv.FormatInt(c.Args[1].I, 10) + ", " + strconv.Itoa(len(c.Args[2].B)) + " bytes"
	case "semop":
		z.Kind = Set
		ops := make([]string, len(c.Args[1].Ops))
		for i, op := range c.Args[1].Ops {
			ops[i] = strconv.Itoa(int(op.Num)) + ":" + strconv.Itoa(int(op.Op))
			z.Sems = append(z.Sems, int64(op.Num))
		}
		z.Call = strings.Join(ops, " ")
		z.Timed = len(c.Args) > 2 && c.Args[2].Given
	case "P", "V":
		z.Kind = Set
		z.Call = strconv.FormatInt(c.Args[1].I, 10)
		z.Sems = []int64{c.Args[1].I}
	default:
		return z, false
	}
	z.ID = c.Args[0].I
	object := c.Variable(0)
	if object == "" {
		object = z.Kind.IDName() + " " + strconv.FormatInt(z.ID, 10)
	}
	z.Call = b.Cmd.Name + "(" + object + ", " + z.Call + ")"
	return z, true
}

// BlockedIn words the state of a process that sleeps in a call.
func BlockedIn(call string) *text.Msg { return text.F("blocked in %s", "%s에서 잠듦", call) }

// Semaphore is one semaphore as it is now: its value, and the process that
// operated on it last.
type Semaphore struct {
	Value, Pid int64
	Ok         bool // it could be read
}

// Semaphores reads the semaphores that the sleep is about.
func (z Sleep) Semaphores() []Semaphore {
	list := make([]Semaphore, len(z.Sems))
	for i, n := range z.Sems {
		list[i] = readSemaphore(z.ID, int(n))
	}
	return list
}
