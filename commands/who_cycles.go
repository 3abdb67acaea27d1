package commands

import (
	"fmt"
	"slices"

	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// wait is one process that waits for another: so far as the kernel's records
// tell, for they name who used an object last, and nobody owns a semaphore.
type wait struct {
	pid, whom int
	name      string // of pid
	of        objectID
	sem       int // which semaphore, of a set
	call      string
}

// waitsFor presumes for whom a sleeper waits. Whoever waits with a timeout will
// not wait for ever, and counts as waiting for nobody.
func (c *Call) waitsFor(u *use) (w wait, ok bool) {
	t := u.task
	if t == nil || !t.Known || t.Timeout != nil {
		return w, false
	}
	w = wait{pid: u.pid, name: u.who(), of: u.of, call: t.Call}
	o, err := stat(u.of.kind, u.of.id)
	if err != nil {
		return w, false
	}
	switch {
	case t.Call == "msgsnd": // whoever received last may do so again
		w.whom = int(o.msg.Lrpid)
	case t.Call == "msgrcv":
		w.whom = int(o.msg.Lspid)
	default:
		n, ok := blockingOp(o, t.Ops)
		if !ok {
			return w, false
		}
		w.sem = int(t.Ops[n].Num)
		w.whom, err = sysv.Semctl(sysv.Semid(u.of.id), w.sem, sysv.GETPID, nil)
	}
	return w, err == nil && w.whom > 0
}

// blockingOp finds the first operation of the array that has to wait, as the
// kernel does: in order, on the values as they are. Without the right to read
// them, the one of an array of one is known all the same.
func blockingOp(set *object, ops []sysv.Sembuf) (int, bool) {
	values, err := set.Values()
	if err != nil {
		return 0, len(ops) == 1
	}
	return firstBlocking(values, ops)
}

func firstBlocking(values []uint16, ops []sysv.Sembuf) (int, bool) {
	now := map[uint16]int{}
	for i, op := range ops {
		if int(op.Num) >= len(values) {
			return 0, false
		}
		v, seen := now[op.Num]
		if !seen {
			v = int(values[op.Num])
		}
		if op.Op == 0 && v != 0 || v+int(op.Op) < 0 {
			return i, true
		}
		now[op.Num] = v + int(op.Op)
	}
	return 0, false
}

// waitLoops finds the rings of processes each of which waits for the next. A
// process that waits for what it did itself is a ring only in a msgsnd: it is the
// queue's last receiver. To take twice from a semaphore, or to send and then
// receive, is what every consumer and client does.
func waitLoops(list []use, waitsFor func(*use) (wait, bool)) [][]wait {
	pidOf := map[int]int{} // the kernel notes a thread where it hands a message over
	for _, u := range list {
		pidOf[u.tid] = u.pid
	}
	next := map[int][]wait{}
	var pids []int
	for i := range list {
		w, ok := waitsFor(&list[i])
		if !ok {
			continue
		}
		if pid, ok := pidOf[w.whom]; ok {
			w.whom = pid
		}
		if w.whom == w.pid && w.call != "msgsnd" {
			continue
		}
		if next[w.pid] == nil {
			pids = append(pids, w.pid)
		}
		next[w.pid] = append(next[w.pid], w)
	}
	var loops [][]wait
	found := map[string]bool{}
	done := map[int]bool{}
	var path []wait
	var visit func(pid int)
	visit = func(pid int) {
		if i := slices.IndexFunc(path, func(w wait) bool { return w.pid == pid }); i >= 0 {
			ring := slices.Clone(path[i:])
			if key := ringKey(ring); !found[key] {
				found[key] = true
				loops = append(loops, ring)
			}
			return
		}
		if done[pid] {
			return
		}
		for _, w := range next[pid] {
			path = append(path, w)
			visit(w.whom)
			path = path[:len(path)-1]
		}
		done[pid] = true
	}
	for _, pid := range pids {
		visit(pid)
	}
	return loops
}

// ringKey is the same wherever a ring is entered.
func ringKey(ring []wait) string {
	var pids []int
	for _, w := range ring {
		pids = append(pids, w.pid)
	}
	slices.Sort(pids)
	return fmt.Sprint(pids)
}

// loopText words a ring as what is known of it.
func (c *Call) loopText(ring []wait) *text.Msg {
	var steps *text.Msg
	for i, w := range ring {
		step := c.waitText(w, ring[(i+1)%len(ring)])
		if steps == nil {
			steps = step
		} else {
			steps = text.F("%s; %s", "%s. %s", steps, step)
		}
	}
	return text.F("looks like a deadlock: %s. Only another process or thread, or a signal, can end it",
		"교착 상태로 보입니다: %s. 다른 프로세스나 스레드 또는 신호만이 풀 수 있습니다", steps)
}

func (c *Call) waitText(w, next wait) *text.Msg {
	const most = 24 // columns of a name: a command line may be long, the pid tells it
	me := fmt.Sprintf("%s (%d)", fit(w.name, most), w.pid)
	it := fmt.Sprintf("%s (%d)", fit(next.name, most), next.pid)
	object := c.label(w.of)
	switch {
	case w.call == "msgsnd" && w.pid == next.pid:
		return text.F("%s waits for room in %s, from which it received last itself", "%s: %s에 자리가 나기를 기다리는데 마지막으로 받은 것이 자신입니다", me, object)
	case w.call == "msgsnd":
		return text.F("%[1]s waits for room in %[2]s, from which %[3]s received last", "%[1]s: %[2]s에 자리가 나기를 기다리고, 거기서 마지막으로 받은 것은 %[3]s입니다", me, object, it)
	case w.call == "msgrcv":
		return text.F("%[1]s waits for a message in %[2]s, to which %[3]s sent last", "%[1]s: %[2]s에서 메시지를 기다리고, 거기에 마지막으로 보낸 것은 %[3]s입니다", me, object, it)
	}
	return text.F("%[1]s waits for semaphore %[2]d of %[3]s, which %[4]s operated on last", "%[1]s: %[3]s의 세마포어 %[2]d을(를) 기다리고, 그것을 마지막으로 조작한 것은 %[4]s입니다", me, w.sem, object, it)
}
