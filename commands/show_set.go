package commands

import (
	"strings"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// semaphoreNow is what the kernel tells of one semaphore.
type semaphoreNow struct{ value, ncnt, zcnt, pid int }

// semaphores reads a set. It needs the right to read it: nothing tells otherwise.
func semaphores(id int64, nsems int) ([]semaphoreNow, error) {
	values := make(sysv.SemArray, nsems)
	if _, err := sysv.Semctl(sysv.Semid(id), 0, sysv.GETALL, values); err != nil {
		return nil, err
	}
	out := make([]semaphoreNow, nsems)
	for i := range out {
		out[i].value = int(values[i])
		for _, q := range []struct {
			cmd sysv.SemctlCmd
			to  *int
		}{{sysv.GETNCNT, &out[i].ncnt}, {sysv.GETZCNT, &out[i].zcnt}, {sysv.GETPID, &out[i].pid}} {
			n, err := sysv.Semctl(sysv.Semid(id), i, q.cmd, nil)
			if err != nil {
				return nil, err
			}
			*q.to = n
		}
	}
	return out, nil
}

// mostSemaphores is how many a drawing has.
const mostSemaphores = 50

// set draws a set as a table.
func (v *drawing) set() {
	ds := &v.ds.sem
	v.head()
	v.say(text.F("%s, last semop %s, changed %s", "%s, 마지막 semop %s, 변경 %s", counted(uint64(ds.Nsems), text.New("semaphore", "세마포어"), text.New("semaphores", "세마포어")), v.moment(ds.Otime()), v.moment(ds.Ctime())))
	v.r.Fields = append(v.r.Fields, num("nsems", int64(ds.Nsems)), when("otime", ds.Otime()), when("ctime", ds.Ctime()))
	sems, err := semaphores(v.o.id, int(ds.Nsems))
	if err != nil {
		v.say(text.F("its values cannot be read: %s", "값을 읽을 수 없습니다: %s", err))
		v.people()
		return
	}
	waiters := v.waitersBySemaphore(sems)
	var list List
	v.line("%5s  %5s  %4s  %4s  %s  %s", "NUM", "VALUE", "NCNT", "ZCNT", text.Pad("SEMPID", 24), text.New("WAITING", "기다림").In(v.Lang))
	for i, s := range sems {
		list = append(list, record(int64(s.value), num("value", int64(s.value)), num("ncnt", int64(s.ncnt)), num("zcnt", int64(s.zcnt)), num("pid", int64(s.pid))))
		if i < mostSemaphores || s.ncnt+s.zcnt > 0 {
			lead := text.Pad(fit(v.process(int32(s.pid)).In(v.Lang), 24), 24)
			v.row(i, s, lead, strings.Join(waiters[i], ", "))
		}
	}
	if hidden := len(sems) - mostSemaphores; hidden > 0 {
		v.say(text.F("of the %d semaphores after these only those that somebody waits for are shown", "그 뒤의 세마포어 %d개는 기다리는 프로세스가 있는 것만 보입니다", hidden))
	}
	v.r.Fields = append(v.r.Fields, Field{Name: "sems", Val: cexpr.RefOf(list)})
	v.people()
}

func (v *drawing) row(i int, s semaphoreNow, pid, waiting string) {
	v.line("%5d  %5d  %4d  %4d  %s  %s", i, s.value, s.ncnt, s.zcnt, pid, fit(waiting, 25))
}

// waitersBySemaphore names the waiters at the semaphore that each waits for.
func (v *drawing) waitersBySemaphore(sems []semaphoreNow) map[int][]string {
	values := make([]uint16, len(sems))
	for i, s := range sems {
		values[i] = uint16(s.value)
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
