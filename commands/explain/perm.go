package explain

import (
	"fmt"

	"ipcsh/commands"
	"ipcsh/commands/text"
)

// refused explains EACCES on an object that exists: whose it is, which digit of
// its mode binds this process, and what the call needs of it.
func (f *finding) refused(o *object, name string, need uint32) {
	p := o.Perm()
	mode, call := p.Mode&0o777, f.c.Cmd.Name
	bits, shift := digit(p)
	part := fmt.Sprintf("%d (%s)", bits, rwx(bits))
	set := ctl(o.Kind(), f.handle(o), fmt.Sprintf("IPC_SET mode=%04o", mode|need<<shift|0o600)) // for the owner both: who sends now receives next
	switch {
	case need&^bits == 0:
		f.why(text.F("the mode of %s, %04o, allows it by now: it was changed since, or a security module refused", "%s의 mode %04o은(는) 지금 이 호출을 허용합니다. 호출 뒤에 바뀌었거나 보안 모듈이 거부한 것입니다", name, mode))
		f.next(text.F("call it again; if it is still refused, ask the machine's keeper about SELinux or AppArmor", "다시 호출해 보세요. 그래도 거부되면 관리자에게 SELinux나 AppArmor를 확인해 달라고 하세요"))
		return
	case shift == 6:
		f.why(text.F("%s is yours, so of its mode %04o only the owner's digit binds you: %s, whatever others may; %s needs %s",
			"%s의 소유자(또는 생성자)이므로 mode %04o 가운데 소유자 자리 %s만 적용됩니다. 다른 자리가 허용해도 소용없습니다. %s에는 %s 권한이 필요합니다", name, mode, part, call, letters(need)))
		f.next(text.F("%s: its owner and creator may always do that", "%s: 소유자와 생성자는 언제나 할 수 있습니다", set))
		return
	case shift == 3:
		f.why(text.F("%s belongs to %s, mode %04o; you are in its group, whose digit is %s; %s needs %s",
			"%s의 소유자는 %s, mode는 %04o입니다. 현재 프로세스는 그 group에 속해 group 자리 %s이(가) 적용됩니다. %s에는 %s 권한이 필요합니다", name, user(p.Uid), mode, part, call, letters(need)))
	default:
		f.why(text.F("%s belongs to %s, mode %04o; for you, %s, the last digit counts: %s; %s needs %s",
			"%s의 소유자는 %s, mode는 %04o입니다. 현재 프로세스(%s)에는 마지막 자리(other) %s이(가) 적용됩니다. %s에는 %s 권한이 필요합니다", name, user(p.Uid), mode, self(), part, call, letters(need)))
	}
	allow := text.F("%s or root", "%s 또는 root", user(p.Uid))
	if p.Uid == 0 {
		allow = text.F("root", "root")
	}
	f.next(text.F("only %s can allow it: %s", "%s만 허용해 줄 수 있습니다: %s", allow, ctl(o.Kind(), fmt.Sprint(o.ID()), fmt.Sprintf("IPC_SET mode=%04o", mode|need<<shift))))
}

// gone is said where a call's object is gone since it failed on it.
func (f *finding) gone() {
	f.why(text.F("%s was removed after the call, so what stood in its way cannot be known", "호출 뒤에 %s이(가) 제거되어, 무엇이 막았는지 알 수 없습니다", f.name()))
	f.next(text.F("`%s` lists what exists now", "`%s`(으)로 지금 존재하는 것을 보세요", ipcsOf(f.kind)))
}

// changed is said where nothing stands against the call any more.
func (f *finding) changed() {
	f.why(text.F("nothing stands against it now: what did has changed since the call", "지금은 막는 것이 없습니다. 실패한 뒤에 상태가 바뀌었습니다"))
	f.next(text.F("call it again", "다시 호출하세요"))
}

// notOwner explains EPERM: IPC_SET, IPC_RMID and SHM_LOCK are the owner's.
func (f *finding) notOwner(cmd string) {
	if f.obj == nil {
		f.gone()
		return
	}
	p := f.obj.Perm()
	f.why(text.F("%s of %s is for its owner, %s, its creator, %s, or root; you are %s, and mode bits do not help", "%s은(는) %s의 소유자 %s, 생성자 %s 또는 root만 할 수 있습니다. 현재 프로세스는 %s이고, mode 비트는 관계없습니다",
		cmd, f.name(), user(p.Uid), user(p.Cuid), self()))
	f.next(text.F("ask its owner, or make one of your own: %s", "소유자에게 부탁하거나 자신의 것을 만드세요: %s", f.getStatement(0, true)))
}

// statDenied explains the EACCES of a command that reads the state, of an id or
// of an index.
func (f *finding) statDenied(index bool, any string) {
	if o, err := commands.ObjectAt(f.kind, f.arg(0).I); index && err == nil {
		f.obj = o
	}
	if f.obj == nil {
		f.gone()
		return
	}
	f.refused(f.obj, f.label(f.obj), 4)
	f.next(text.F("%s shows it whatever the mode", "%s은(는) mode와 관계없이 보여 줍니다", ctl(f.kind, f.handle(f.obj), any)))
}

// badUser explains the EINVAL of an IPC_SET that got as far as the new owner.
func (f *finding) badUser(uid, gid int) {
	name, id := "uid", f.arg(uid)
	if g := f.arg(gid); !id.Given || g.Given && uint32(id.I) != ^uint32(0) {
		name, id = "gid", g
	}
	switch {
	case !id.Given:
		f.changed()
		return
	case uint32(id.I) == ^uint32(0):
		f.why(text.F("%s -1 is nobody: in C it stands for no id at all; nothing was changed", "%s -1은 누구의 것도 아닙니다. C에서 id가 없음을 뜻하는 값입니다. 바뀐 것은 없습니다", name))
	default:
		f.why(text.F("%s %d does not exist in this user namespace (/proc/self/%s_map); nothing was changed", "%s %d은(는) 이 사용자 네임스페이스에 없습니다(/proc/self/%s_map). 바뀐 것은 없습니다", name, id.I, name))
	}
	f.next(text.F("give an id that exists, or leave %s= out to keep it as it is", "존재하는 id를 주거나, 그대로 두려면 %s=을 빼세요", name))
}
