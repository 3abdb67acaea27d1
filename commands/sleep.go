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
	Ops   []int64 // and its sem_op
	Send  bool    // of a queue: it is a msgsnd
	Timed bool    // it ends by itself
	Stdin bool    // of a foreign program: it reads its standard input
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
		z.Kind, z.Send = Queue, true
		z.Call = "type " + strconv.FormatInt(c.Args[1].I, 10) + ", " + strconv.Itoa(len(c.Args[2].B)) + " bytes"
	case "semop":
		z.Kind = Set
		ops := make([]string, len(c.Args[1].Ops))
		for i, op := range c.Args[1].Ops {
			ops[i] = strconv.Itoa(int(op.Num)) + ":" + strconv.Itoa(int(op.Op))
			z.Sems, z.Ops = append(z.Sems, int64(op.Num)), append(z.Ops, int64(op.Op))
		}
		z.Call = strings.Join(ops, " ")
		z.Timed = len(c.Args) > 2 && c.Args[2].Given
	case "P", "V":
		z.Kind = Set
		z.Call = strconv.FormatInt(c.Args[1].I, 10)
		z.Sems, z.Ops = []int64{c.Args[1].I}, []int64{-1}
		if b.Cmd.Name == "V" {
			z.Ops[0] = 1
		}
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

// Semaphore is the semaphore that a semop waits for, as it is now.
type Semaphore struct {
	Num, Value int64
	Op         int64 // what the semop wants of it; 0: that it be 0
	Pid        int64 // who operated on it last
}

// Awaited finds the first operation of a semop that cannot be done, as the kernel
// does: in order, each upon what those before it leave.
func (z Sleep) Awaited() (Semaphore, bool) {
	left := map[int64]int64{}
	for i, n := range z.Sems {
		value, pid, ok := readSemaphore(z.ID, int(n))
		if !ok {
			break
		}
		if v, done := left[n]; done {
			value = v
		}
		if op := z.Ops[i]; op == 0 && value != 0 || op < 0 && value+op < 0 {
			return Semaphore{n, value, op, pid}, true
		}
		left[n] = value + z.Ops[i]
	}
	return Semaphore{}, false
}

// Opposite returns who made the last call on the queue that could end such a sleep:
// the last sender, for a sender the last receiver; 0 if nobody did.
func (z Sleep) Opposite() int64 {
	o, err := stat(Queue, z.ID)
	switch {
	case err != nil:
		return 0
	case z.Send:
		return int64(o.msg.Lrpid)
	}
	return int64(o.msg.Lspid)
}
