package commands

import (
	"fmt"
	"strconv"
	"strings"

	"ipcsh/sysv"
)

// mostOps is how many operations of a semop are shown.
const mostOps = 16

// SleepOf says what a thread of a foreign program waits for, as /proc tells it.
func (s *Session) SleepOf(t *sysv.Sleeping) Sleep {
	if t.Stdin {
		return Sleep{Stdin: true, Call: "read(stdin)"}
	}
	of := sleepsOn(&t.Task)
	z := Sleep{Kind: of.kind, ID: of.id, Timed: t.Call == "semtimedop", Send: t.Call == "msgsnd"}
	if !t.Known {
		z.Call = t.Call + "(?)"
		return z
	}
	object := z.Kind.IDName() + " " + strconv.FormatInt(z.ID, 10)
	if names := s.HandleNames(z.Kind, z.ID); len(names) > 0 {
		object = names[0]
	}
	what := "?"
	switch {
	case z.Kind == Set && len(t.Ops) > 0:
		var ops []string
		for i, op := range t.Ops {
			z.Sems, z.Ops = append(z.Sems, int64(op.Num)), append(z.Ops, int64(op.Op))
			switch {
			case i < mostOps:
				ops = append(ops, strconv.Itoa(int(op.Num))+":"+strconv.Itoa(int(op.Op)))
			case i == mostOps:
				ops = append(ops, "...")
			}
		}
		what = strings.Join(ops, " ")
	case z.Kind == Queue && t.HasType:
		what = "type " + strconv.Itoa(t.Type)
	}
	if t.Call == "msgsnd" {
		what += ", " + strconv.FormatUint(uint64(t.Size), 10) + " bytes"
	}
	call := t.Call
	if call == "semtimedop" {
		call = "semop" // with timeout=, as this program spells it
	}
	z.Call = call + "(" + object + ", " + what + ")"
	return z
}

// SpellSleeping writes the call in C, as far as /proc tells its arguments.
func SpellSleeping(t *sysv.Sleeping) string {
	switch {
	case t.Stdin:
		return "read(0, &buf, n)"
	case !t.Known:
		return t.Call + "(?)"
	case t.Call == "msgrcv":
		return fmt.Sprintf("msgrcv(%d, &buf, %d, %d, %s)", t.ID, t.Size, t.Type, queueFlags(&t.Task))
	case t.Call == "msgsnd" && t.HasType:
		return fmt.Sprintf("msgsnd(%d, {%d, ...}, %d, %s)", t.ID, t.Type, t.Size, queueFlags(&t.Task))
	case t.Call == "msgsnd":
		return fmt.Sprintf("msgsnd(%d, &buf, %d, %s)", t.ID, t.Size, queueFlags(&t.Task))
	case t.Timeout != nil:
		return fmt.Sprintf("semtimedop(%d, {%s}, %d, {%d, %d})", t.ID, spellTaskOps(&t.Task), t.NumOps, t.Timeout.Sec, t.Timeout.Nsec)
	}
	return fmt.Sprintf("%s(%d, {%s}, %d)", t.Call, t.ID, spellTaskOps(&t.Task), t.NumOps)
}
