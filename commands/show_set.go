package commands

import (
	"strings"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/ipcs"
	"ipcsh/commands/text"
)

// mostSemaphores is how many a drawing has.
const mostSemaphores = 50

// set draws a set as a table.
func (v *drawing) set() {
	ds := &v.ds.sem
	v.head()
	v.say(text.F("%s, last semop %s, changed %s", "%s, 마지막 semop %s, 변경 %s", semaphoresOf(v.ds), v.moment(ds.Otime()), v.moment(ds.Ctime())))
	v.r.Fields = append(v.r.Fields, num("nsems", int64(ds.Nsems)), when("otime", ds.Otime()), when("ctime", ds.Ctime()))
	sems, err := ipcs.ReadSemaphores(int(v.o.id), int(ds.Nsems))
	if err != nil {
		v.say(text.F("its values cannot be read: %s", "값을 읽을 수 없습니다: %s", err))
		v.people()
		return
	}
	waiters := v.waitersBySemaphore(sems)
	var list List
	v.line("%5s  %5s  %4s  %4s  %s  %s", "NUM", "VALUE", "NCNT", "ZCNT", text.Pad("SEMPID", 24), text.New("WAITING", "기다림").In(v.Lang))
	for i, s := range sems {
		list = append(list, record(int64(s.Value), num("value", int64(s.Value)), num("ncnt", int64(s.Ncnt)), num("zcnt", int64(s.Zcnt)), num("pid", int64(s.Pid))))
		if i < mostSemaphores || s.Ncnt+s.Zcnt > 0 {
			lead := text.Pad(fit(v.process(int32(s.Pid)).In(v.Lang), 24), 24)
			v.row(i, s, lead, strings.Join(waiters[i], ", "))
		}
	}
	if hidden := len(sems) - mostSemaphores; hidden > 0 {
		v.say(text.F("of the %d semaphores after these only those that somebody waits for are shown", "그 뒤의 세마포어 %d개는 기다리는 프로세스가 있는 것만 보입니다", hidden))
	}
	v.r.Fields = append(v.r.Fields, Field{Name: "sems", Val: cexpr.RefOf(list)})
	v.people()
}

func (v *drawing) row(i int, s ipcs.Semaphore, pid, waiting string) {
	v.line("%5d  %5d  %4d  %4d  %s  %s", i, s.Value, s.Ncnt, s.Zcnt, pid, fit(waiting, 25))
}

// waitersBySemaphore names the waiters at the semaphore that each waits for.
func (v *drawing) waitersBySemaphore(sems []ipcs.Semaphore) map[int][]string {
	values := make([]uint16, len(sems))
	for i, s := range sems {
		values[i] = uint16(s.Value)
	}
	out := map[int][]string{}
	for i := range v.uses {
		u := &v.uses[i]
		if u.task == nil {
			continue
		}
		if n, ok := firstBlocking(values, u.task.Ops); ok {
			num := int(u.task.Ops[n].Num)
			out[num] = append(out[num], u.who())
		}
	}
	return out
}
