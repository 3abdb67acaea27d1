package repl

import (
	"ipcsh/commands"
	"ipcsh/commands/text"
)

// waitsFor says what a process waits for, and who could end it.
func (st *stage) waitsFor(name string, what commands.Sleep, private bool) *text.Msg {
	said := text.F("%s sleeps in %s", "%s: %s에서 잠듦", name, what.Call)
	switch {
	case private: // its ids mean nothing here
	case what.Stdin:
		return text.F("%s reads its standard input, and nobody is left to feed it", "%s: 표준 입력을 읽는데 feed해 줄 프로세스가 없습니다", name)
	case what.Kind == commands.Queue:
		if who := st.named(what.Opposite()); who != "" && who != name {
			if what.Send {
				return text.F("%s; %s, who received from the queue last, could make room", "%s. 마지막으로 이 큐에서 받은 %s이(가) 자리를 비워 줄 수 있습니다", said, who)
			}
			return text.F("%s; %s, who sent to the queue last, could wake it", "%s. 마지막으로 이 큐에 보낸 %s이(가) 깨워 줄 수 있습니다", said, who)
		}
	default:
		sem, ok := what.Awaited()
		if !ok {
			break
		}
		if sem.Value == 0 {
			said = text.F("%s: semaphore %d is 0", "%s. 세마포어 %d번이 0입니다", said, sem.Num)
		} else {
			said = text.F("%s: semaphore %d is %d, and must be %d", "%s. 세마포어 %d번이 %d인데 %d이(가) 되어야 합니다", said, sem.Num, sem.Value, -sem.Op)
		}
		switch who := st.named(sem.Pid); {
		case who == "":
		case who == name:
			return text.F("%s; %s itself operated on it last", "%s. 마지막으로 연산한 것은 %s 자신입니다", said, who)
		case st.byName[who] != nil && st.byName[who].state == ended:
			return text.F("%s; %s, who operated on it last, has ended", "%s. 마지막으로 연산한 %s은(는) 이미 끝났습니다", said, who)
		default:
			return text.F("%s; %s, who operated on it last, could release it", "%s. 마지막으로 연산한 %s이(가) 풀어 줄 수 있습니다", said, who)
		}
	}
	return said
}

// named returns the name of the process with a pid, "" if it is none of ours.
func (st *stage) named(pid int64) string {
	if pid == int64(st.e.Pid) {
		return mainProcess
	}
	for _, p := range st.live {
		if int64(p.worker.Pid()) == pid {
			return p.name
		}
		if p.program != nil {
			for _, t := range p.program.tree.Asleep {
				if int64(t.Pid) == pid {
					return p.kinName(t.Pid)
				}
			}
		}
	}
	return ""
}
