package commands

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// use is one thing that who tells: a thread asleep in a call, or an attachment.
type use struct {
	pid, tid int
	uid      uint32
	user     string
	name     string // of the stage, or "main"; "" for others
	command  string
	of       objectID // id -1: not known
	task     *sysv.Task
	at       sysv.Attachment // the whole of it, of one without a task
	ran      time.Duration   // how long ago it ran last
	ranKnown bool
}

// mostTimed is how many sleepers are asked how long they sleep: it takes longer
// than to find them.
const mostTimed = 64

func who(c *Call) (*Result, error) {
	only, given, err := c.chosen()
	if err != nil {
		return nil, err
	}
	if given {
		if _, err := only.stat(); err != nil {
			return nil, err
		}
	}
	look, err := processes(!given || only.kind == Segment)
	if err != nil {
		return nil, err
	}
	all := c.uses(look)
	loops := waitLoops(all, c.waitsFor)
	shown := slices.DeleteFunc(slices.Clone(all), func(u use) bool {
		return given && (u.of.kind != only.kind || u.of.id != only.id && u.of.id >= 0)
	})
	if given {
		loops = slices.DeleteFunc(loops, func(l []wait) bool {
			return !slices.ContainsFunc(l, func(w wait) bool { return w.of == only })
		})
	}
	timeUses(shown)
	r := c.result(int64(len(shown)))
	r.Lines = c.useLines(shown)
	if len(shown) == 0 {
		r.Lines = []string{nobody(only, given, look.Hidden).In(c.Lang)}
	}
	for _, l := range loops {
		r.Lines = append(r.Lines, text.Wrap("", Escape(c.loopText(l).In(c.Lang)), pageWidth-1)...)
	}
	r.Lines = append(r.Lines, hiddenLines(look.Hidden, c.Lang)...)
	c.whoFields(r, shown, loops, look.Hidden)
	return r, nil
}

// nobody says that nobody is seen: of one object, or of any.
func nobody(o objectID, given bool, h sysv.Hidden) *text.Msg {
	seen := text.New("", "")
	if h.Any() {
		seen = text.New(" that may be looked at", "볼 수 있는 것 중에는 ")
	}
	if given {
		return text.F("no process%[1]s waits for %[2]s %[3]d or has it attached", "%[1]s%[2]s %[3]d을(를) 기다리거나 attach한 프로세스가 없습니다", seen, o.kind.IDName(), o.id)
	}
	return text.F("no process%s waits or has a segment attached", "%s기다리거나 세그먼트를 attach한 프로세스가 없습니다", seen)
}

// whoFields are what --json has of it.
func (c *Call) whoFields(r *Result, shown []use, loops [][]wait, h sysv.Hidden) {
	var list, rings List
	waiters := 0
	for _, u := range shown {
		if u.task != nil {
			waiters++
		}
		list = append(list, u.record())
	}
	for _, l := range loops {
		var pids []int
		for _, w := range l {
			pids = append(pids, w.pid)
		}
		rings = append(rings, listOf(pids))
	}
	r.Fields = append(r.Fields, num("waiters", int64(waiters)), num("attachers", int64(len(shown)-waiters)),
		num("hidden", int64(h.OtherUser+h.SameUser)), num("deadlocks", int64(len(loops))),
		Field{Name: "processes", Val: cexpr.RefOf(list)}, Field{Name: "cycles", Val: cexpr.RefOf(rings)})
}

// sleepsOn is the object of a sleeper's call; -1 is an id that is not known.
func sleepsOn(t *sysv.Task) objectID {
	o := objectID{Set, int64(t.ID)}
	if strings.HasPrefix(t.Call, "msg") {
		o.kind = Queue
	}
	if !t.Known {
		o.id = -1
	}
	return o
}

// uses lists what the processes do, by pid, with the names of the stage.
func (c *Call) uses(look *sysv.Look) []use {
	names, users := c.stageNames(), map[uint32]string{}
	var out []use
	for _, p := range look.Procs {
		base := use{pid: p.Pid, uid: p.Uid, user: userName(users, p.Uid), name: names[p.Pid], command: strings.Join(p.Args, " ")}
		for i := range p.Asleep {
			u := base
			u.task = &p.Asleep[i]
			u.tid = u.task.Tid
			u.of = sleepsOn(u.task)
			out = append(out, u)
		}
		for _, a := range wholeAttachments(p.Attached) {
			u := base
			u.tid, u.at, u.of = p.Pid, a, objectID{Segment, int64(a.Id)}
			out = append(out, u)
		}
	}
	slices.SortStableFunc(out, func(a, b use) int { return cmp.Or(a.pid-b.pid, a.tid-b.tid) })
	return out
}

// wholeAttachments puts the parts of each attachment together that have become
// mappings of their own.
func wholeAttachments(parts []sysv.Attachment) []sysv.Attachment {
	var out []sysv.Attachment
	for _, a := range parts {
		if n := len(out) - 1; n >= 0 && out[n].Id == a.Id && out[n].End == a.Start && out[n].Start-uintptr(out[n].Offset) == a.Start-uintptr(a.Offset) {
			out[n].End = a.End
			if out[n].Perms != a.Perms {
				out[n].Perms = "mixed"
			}
			continue
		}
		out = append(out, a)
	}
	return out
}

// stageNames are the names of the session's processes; the shell is main.
func (c *Call) stageNames() map[int]string {
	names := map[int]string{}
	if c.Stage != nil {
		if list, err := c.Stage.List(); err == nil {
			for _, p := range list {
				if p.Alive {
					names[p.Pid] = p.Name
				}
			}
		}
	}
	shell := os.Getpid()
	if c.Delegate {
		shell = os.Getppid()
	}
	names[shell] = "main"
	return names
}

// timeUses asks how long the sleepers sleep, where the kernel tells.
func timeUses(list []use) {
	var tasks []sysv.Task
	for _, u := range list {
		if u.task != nil {
			tasks = append(tasks, *u.task)
		}
	}
	if len(tasks) == 0 || len(tasks) > mostTimed {
		return
	}
	ran := sysv.NewRan(procRoot, tasks)
	for i := range list {
		if u := &list[i]; u.task != nil {
			u.ran, u.ranKnown = ran.Ago(u.pid, *u.task)
		}
	}
}

// who names the process in a column: by its name on the stage, else its command.
func (u *use) who() string {
	if u.name != "" {
		return u.name
	}
	return Escape(u.command)
}

// useLines draws the table, in 80 columns.
func (c *Call) useLines(list []use) []string {
	if len(list) == 0 {
		return nil
	}
	const least, most, others = 8, 22, 28 // columns: of the process, and beside it and its call
	calls, name, longest := make([]string, len(list)), least, 0
	for i := range list {
		calls[i] = list[i].spell(c.Session)
		name = max(name, min(text.Cells(list[i].who()), most))
		if n := text.Cells(calls[i]); n <= pageWidth-1-others-least { // a longer one has a line of its own
			longest = max(longest, n)
		}
	}
	name = max(least, min(name, pageWidth-1-others-longest)) // the call is worth more than a long command
	row := func(pid, user, who, ran string) string {
		return fmt.Sprintf("%7s  %s  %s  %5s  ", pid, text.Pad(fit(user, 8), 8), text.Pad(fit(who, name), name), ran)
	}
	out := []string{row("PID", text.New("USER", "사용자").In(c.Lang), text.New("PROCESS", "프로세스").In(c.Lang), text.New("FOR", "시간").In(c.Lang)) + text.New("IN", "상태").In(c.Lang)}
	for i := range list {
		u := &list[i]
		ran := ""
		if u.ranKnown {
			ran = roughly(u.ran)
		}
		lead := row(strconv.Itoa(u.pid), u.user, u.who(), ran)
		if text.Cells(lead)+text.Cells(calls[i]) < pageWidth {
			out = append(out, lead+calls[i])
			continue
		}
		out = append(out, strings.TrimRight(lead, " "))
		out = append(out, text.Wrap("         ", calls[i], pageWidth-1)...)
	}
	return out
}

// fit shortens s to n columns.
func fit(s string, n int) string {
	if text.Cells(s) <= n {
		return s
	}
	out, used := "", 0
	for _, r := range s {
		w := text.Cells(string(r))
		if used+w > n-1 {
			break
		}
		out, used = out+string(r), used+w
	}
	return out + "~"
}
