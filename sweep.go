package main

import (
	"slices"
	"syscall"
	"time"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/repl/grade"
	"ipcsh/sysv"
)

// Where the machine gives no IPC namespace to a hand-in, its objects are in that of
// everybody, one hand-in after the other.

// alone refuses to grade beside objects of others, save with --force.
func (c *checking) alone() error {
	c.say(text.F("no IPC namespace for the hand-ins: they are graded one at a time in the one of this system", "제출물에 전용 IPC 네임스페이스를 줄 수 없어, 이 시스템의 네임스페이스에서 하나씩 채점합니다"))
	if n := len(commands.Presents()); n > 0 && !c.force {
		return text.F("IPC objects of others are here (%d), which a hand-in could harm; --force grades all the same", "다른 IPC 객체가 %d개 있어 제출물이 해칠 수 있습니다. 그래도 채점하려면 --force를 쓰세요", n)
	}
	return nil
}

// present lists what is there before a play, where that matters.
func (c *checking) present() []commands.Present {
	if !c.jails.Shared() {
		return nil
	}
	return commands.Presents()
}

// sweep removes what a play left in everybody's namespace, as far as it is known
// that the hand-in made it, and names the rest.
func (c *checking) sweep(before []commands.Present, p grade.Play) []string {
	if !c.jails.Shared() {
		return nil
	}
	var notes []string
	for _, o := range commands.Presents() {
		name := o.String()
		old := slices.ContainsFunc(before, func(b commands.Present) bool { return b.Made == o.Made })
		mine := slices.Contains(p.Made, name)
		switch {
		case old:
		case !mine:
			notes = append(notes, text.F("%s came while it was played; who made it is not known, so it stays", "%s: 실행하는 동안 생겼습니다. 누가 만들었는지 알 수 없어 남겨 둡니다", name).In(c.lang))
		case o.Remove() != nil:
			notes = append(notes, text.F("%s is its own and could not be removed", "%s: 제출물이 만든 것이지만 제거할 수 없습니다", name).In(c.lang))
		default:
			notes = append(notes, removedWords(name).In(c.lang))
		}
	}
	return notes
}

func removedWords(name string) *text.Msg {
	return text.F("removed what it left: %s", "남긴 것을 제거했습니다: %s", name)
}

// refusedMeans words what the machine refused.
func refusedMeans(r sysv.Refusal) *text.Msg {
	if r.Value != "" {
		return text.F("%s: refused (%s = %s)", "%s: 거부됨 (%s = %s)", r.Means.String(), r.Setting, r.Value)
	}
	if r.Err != nil {
		return text.F("%s: refused (%s: %s)", "%s: 거부됨 (%s: %s)", r.Means.String(), r.Setting, reason(r.Err))
	}
	return text.F("%s: refused (%s)", "%s: 거부됨 (%s)", r.Means.String(), r.Setting)
}

// hitWords names a limit that a hand-in hit.
func hitWords(h sysv.Hit, l sysv.Limits) *text.Msg {
	switch h {
	case sysv.HitTime:
		return text.F("time: %s", "시간: %s", l.Time.Round(time.Millisecond))
	case sysv.HitMemory:
		return text.F("memory: %s", "메모리: %s", bytesWords(l.Memory))
	case sysv.HitProcesses:
		return text.F("processes: %d", "프로세스: %d개", l.Processes)
	case sysv.HitOutput:
		return text.F("output: %s", "출력: %s", bytesWords(l.Output))
	case sysv.HitMessages:
		return text.F("messages in queues: %s", "큐의 메시지: %s", bytesWords(l.Messages))
	}
	return text.F("files: %s", "파일: %s", bytesWords(l.Disk))
}

func bytesWords(n int64) *text.Msg {
	for _, u := range []struct {
		shift uint
		name  string
	}{{30, "G"}, {20, "M"}, {10, "K"}} {
		if n >= 1<<u.shift && n%(1<<u.shift) == 0 {
			return text.F("%d%s", "%d%s", n>>u.shift, u.name)
		}
	}
	return text.F("%d bytes", "%d바이트", n)
}

// endWords says how a player ended that did not come to its end.
func endWords(st syscall.WaitStatus) *text.Msg {
	if st.Signaled() {
		return text.F("%s", "%s", sysv.SignalName(st.Signal()))
	}
	return text.F("status %d", "상태 %d", st.ExitStatus())
}
