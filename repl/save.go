package repl

import (
	"fmt"
	"os"
	"strings"

	"ipcsh/commands"
	"ipcsh/commands/text"
)

// played is a statement that ran at the prompt, for save.
type played struct {
	src    string
	expect string // what its outcome fulfils: an errno, or fields
	kernel bool
}

// note records the event of a statement that stands for itself, not in a block.
func (p *Prompt) note(ev *Event) {
	if ev.Stmt == nil || ev.Of > 0 || ev.File != Terminal || ev.Stmt.Cmd.Family == commands.SessionFamily && ev.Cmd != "keep" && ev.Cmd != "unset" && ev.Cmd != "limits" {
		return
	}
	st := ev.Stmt
	if commands.IsUsage(ev.Err) {
		return // a mistake is not part of the lecture
	}
	rec := played{src: st.Src, kernel: st.Cmd.Kernel()}
	switch {
	case ev.Status == "blocked" && st.Expect == nil:
		rec.expect = stateBlocked
	case st.Expect != nil:
		if ev.Fail != nil {
			return
		}
		rec.kernel = false // it says already how it ends
	case ev.Err != nil:
		if ev.Errno == "" || ev.Errno == "EINTR" {
			return
		}
		rec.expect = ev.Errno
	case rec.kernel && ev.Result != nil:
		rec.expect = expectation(ev.Cmd, ev.Result)
	}
	p.record = append(p.record, rec)
}

// expectation returns the fields that hold again when the script is replayed:
// not ids, times, pids and addresses.
func expectation(cmd string, r *commands.Result) string {
	same := map[string]bool{"type": true, "size": true, "value": true, "values": true}
	if cmd == "write" || cmd == "ftok" {
		return ""
	}
	var parts []string
	for _, f := range r.Fields {
		if same[f.Name] && !strings.ContainsAny(commands.Text(f.Val), " \t\n\"'\\$;#\x00") {
			parts = append(parts, f.Name+"="+commands.Text(f.Val))
		}
	}
	return strings.Join(parts, " ")
}

// save writes the session so far as a script.
func (p *Prompt) save(name string) {
	if name == "" {
		p.say(text.New("save needs a file's name: save lesson.ipc", "파일 이름이 필요합니다: save lesson.ipc"))
		return
	}
	var b strings.Builder
	if p.Own {
		b.WriteString("#: needs: private\n")
	}
	for _, rec := range p.record {
		switch {
		case rec.expect != "":
			b.WriteString("expect " + rec.expect + " ")
		case rec.kernel:
			b.WriteString("expect ")
		}
		b.WriteString(rec.src + "\n")
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err == nil {
		_, err = f.WriteString(b.String())
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}
	if err != nil {
		p.Say(text.F("save: %s: %s", "save: %s에 저장하지 못했습니다: %s", commands.Escape(name), reason(err)).In(p.lang()))
		return
	}
	p.Say(fmt.Sprintf(text.New("%d statements saved; ipcsh %s replays them", "문장 %d개를 저장했습니다. ipcsh %s로 다시 실행합니다").In(p.lang()), len(p.record), name))
}
