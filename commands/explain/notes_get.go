package explain

import (
	"fmt"
	"strings"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// ftok notes keys that do not mean what a key should.
func (n *note) ftok() {
	key := sysv.Key(int32(n.res.Ret))
	path := n.arg(0).S
	switch key {
	case -1:
		n.add("ftok -1", text.F("the key is -1, which is also what a failed ftok returns: a program that checks for -1 gives up here; take another id", "key가 -1입니다. 실패한 ftok의 반환값과 같아서 -1을 검사하는 프로그램은 여기서 포기합니다. 다른 id를 쓰세요"))
	case sysv.IPC_PRIVATE:
		n.add("ftok 0", text.F("the key is 0, which is IPC_PRIVATE: every get call makes a new object, and no two programs ever meet; take another id, not 0", "key가 0, 즉 IPC_PRIVATE입니다. get을 할 때마다 새 객체가 생겨 두 프로그램이 만날 수 없습니다. 0이 아닌 다른 id를 쓰세요"))
	}
	if id := n.arg(1).I; id < 0 || id > 255 {
		n.add("ftok id", text.F("of the id only the low 8 bits count: %d makes the same key as %d", "id는 하위 8비트만 쓰입니다. %d은(는) %d(와)과 같은 key를 만듭니다", id, id&0xff))
	}
	dev, ok1 := n.field("dev")
	ino, ok2 := n.field("ino")
	if !ok1 || !ok2 {
		return
	}
	old, known := n.e.seen.files[key]
	if known && (old.dev != dev || old.ino != ino) {
		n.add("ftok equal", text.F("%s and %s are two files with the same key %s: of the inode only 16 bits count, of the device 8; give one of them another id", "%s, %s: 서로 다른 두 파일의 key가 %s(으)로 같습니다. inode는 16비트, device는 8비트만 쓰이기 때문입니다. 한쪽에 다른 id를 쓰세요",
			quoted(old.path), quoted(path), key))
	}
	const most = 1000
	if !known && len(n.e.seen.files) < most {
		if n.e.seen.files == nil {
			n.e.seen.files = map[sysv.Key]file{}
		}
		n.e.seen.files[key] = file{path, dev, ino}
	}
}

// get notes what msgget, shmget and semget have made or found.
func (n *note) get() {
	n.kind = map[string]commands.ObjectKind{"msgget": commands.Queue, "shmget": commands.Segment, "semget": commands.Set}[n.c.Cmd.Name]
	id, flags := n.res.Ret, n.getFlags()
	if id >= 1<<15 && n.new("ids") {
		n.add("ids", text.F("an id is 32768 * sequence + index: %d is index %d in round %d, so that the id of a removed object fails with EINVAL for long instead of meaning a later one",
			"id는 32768 * 순번 + 인덱스입니다. %d은(는) %[3]d번째 순번의 인덱스 %[2]d입니다. 그래서 제거된 객체의 id는 한동안 다른 객체를 가리키지 않고 EINVAL이 됩니다", id, id&0x7fff, id>>15))
	}
	if n.c.Made {
		n.mode(flags&0o777, n.c.Written(len(n.c.Args)-1))
		return
	}
	if n.own(n.kind, id) {
		return
	}
	if !n.new("theirs") && (!n.new("old") || flags&sysv.IPC_CREAT == 0) {
		return
	}
	o, ok := live(n.kind, id)
	if !ok {
		return
	}
	switch left := leftovers(o); {
	case !mine(o.Perm()):
		n.add("theirs", text.F("the key %s was in use already: this is the %s of %s, not yours. Take a key of your own (k = ftok FILE 'A' with a file of yours), or IPC_PRIVATE",
			"key %s은(는) 이미 쓰이고 있었습니다. 이 %s의 주인은 %s입니다. 자기 파일로 만든 key(k = ftok FILE 'A')나 IPC_PRIVATE를 쓰세요", o.Perm().Key, noun(n.kind), user(o.Perm().Cuid)))
	case flags&sysv.IPC_CREAT != 0 && left != nil:
		n.add("old", text.F("nothing was made: a %s with this key was there, with %s in it. For a fresh one: %s first; IPC_CREAT|IPC_EXCL would have told",
			"새로 만들지 않았습니다. 이 key의 %s이(가) 이미 있었습니다(%s). 새로 쓰려면 먼저 %s 하세요. IPC_CREAT|IPC_EXCL이었다면 EEXIST로 알 수 있습니다", noun(n.kind), left, ctl(n.kind, fmt.Sprint(id), "IPC_RMID")))
	}
}

// leftovers says what others have left in an object, or nil.
func leftovers(o *object) *text.Msg {
	switch o.Kind() {
	case commands.Queue:
		if o.Msg().Qnum > 0 {
			return messages(o.Msg().Qnum)
		}
	case commands.Segment:
		if o.Shm().Atime() != 0 {
			return text.F("%d bytes that were attached before", "이미 attach된 적이 있는 %d바이트", o.Shm().Segsz)
		}
	case commands.Set:
		v, err := o.Values()
		if err != nil {
			return nil
		}
		for i := range v {
			if v[i] != 0 {
				return text.F("the value %d in semaphore %d", "세마포어 값 %d(%d번)", v[i], i)
			}
		}
	}
	return nil
}

// mode notes the mode of a new object. 0 shuts everybody out; the owner is held
// to the owner's bits, whatever the others may.
func (n *note) mode(mode int64, written string) {
	owner, group, other := mode>>6&7, mode>>3&7, mode&7
	switch {
	case decimal(written):
		n.add("mode", text.F("%s is decimal in C, mode %04o: a mode is octal, with a 0 in front: 0%s", "%s은(는) C에서 10진수라 mode %04o이(가) 됩니다. mode는 앞에 0을 붙여 8진수로 쓰세요: 0%s", written, mode, decimalPart(written)))
	case mode == 0:
		n.add("mode 0", text.F("it was made with mode 0000, since no mode bits were given: not even its owner may use it (root without --private may). Give some: IPC_CREAT|0600; mend this one: %s",
			"mode 비트를 주지 않아 mode 0000으로 만들어졌습니다. 소유자도 쓸 수 없습니다(--private 없이 root이면 예외). IPC_CREAT|0600처럼 주세요. 이것을 고치려면: %s", ctl(n.kind, fmt.Sprint(n.res.Ret), "IPC_SET mode=0600")))
	case owner&6 == 0, (group|other)&6&^owner != 0:
		n.add("mode", text.F("mode %04o gives its owner %s and others more: the kernel looks at the owner's digit alone if you are the owner, so you are shut out; mend it: %s",
			"mode %04o에서 소유자 권한은 %s이고 다른 사용자의 권한이 더 많습니다. 소유자에게는 소유자 자리만 적용되므로 자신이 막힙니다. 고치려면: %s", mode, rwx(uint32(owner)), ctl(n.kind, fmt.Sprint(n.res.Ret), fmt.Sprintf("IPC_SET mode=%04o", mode|0o600))))
	}
}

// decimalPart returns a mode among the flags that was written without its 0.
func decimalPart(written string) string {
	for _, part := range strings.Split(written, "|") {
		part = strings.Trim(part, ` "`)
		if len(part) == 3 && part[0] >= '1' && strings.Trim(part, "01234567") == "" {
			return part
		}
	}
	return ""
}

func decimal(written string) bool { return decimalPart(written) != "" }

// ctl notes what an IPC_SET and an IPC_RMID leave behind.
func (n *note) ctl() {
	kind := map[string]commands.ObjectKind{"msgctl": commands.Queue, "shmctl": commands.Segment, "semctl": commands.Set}[n.c.Cmd.Name]
	n.kind = kind
	at, mode := 1, 2
	if kind == commands.Set {
		at, mode = 2, 4
	}
	switch n.arg(at).I {
	case sysv.IPC_SET:
		if m := n.arg(mode); m.Given && n.new("mode") {
			if o, ok := live(kind, n.arg(0).I); ok && mine(o.Perm()) {
				n.setMode(o)
			}
		}
	case sysv.IPC_RMID:
		if !n.new("stale") {
			return
		}
		var names []string
		for _, name := range n.c.HandleNames(kind, n.arg(0).I) {
			if name != n.c.Variable(0) {
				names = append(names, name)
			}
		}
		if len(names) > 0 {
			n.add("stale", text.F("%s still has the id %d: calls on it will fail with EINVAL, and an id does not become valid again by making a new object", "%s에는 아직 id %d이(가) 남아 있습니다. 그것으로 호출하면 EINVAL입니다. 객체를 새로 만들어도 옛 id는 다시 유효해지지 않습니다", strings.Join(names, ", "), n.arg(0).I))
		}
	}
}

func (n *note) setMode(o *object) {
	mode := int64(o.Perm().Mode & 0o777)
	if owner := mode >> 6 & 7; owner&6 == 0 || (mode>>3|mode)&6&^owner != 0 {
		n.add("mode", text.F("mode %04o leaves you, the owner, %s: your digit alone binds you. You may still set it back: %s", "mode %04o에서 소유자인 자신에게는 %s만 남습니다. 소유자에게는 소유자 자리만 적용됩니다. 되돌리는 방법: %s",
			mode, rwx(uint32(mode>>6)), ctl(o.Kind(), n.word(), "IPC_SET mode=0600")))
	}
}

// otherObject notes a variable whose id means another object by now: the ids of
// removed objects come again, after a long time or by msg_next_id.
func (n *note) otherObject(kind commands.ObjectKind) {
	h := n.arg(0).H
	if h == nil || h.KeyValue() == 0 || h.Kind != kind || !n.new("reused") {
		return
	}
	o, ok := live(kind, h.ID)
	if !ok || o.Perm().Key == h.KeyValue() || o.Perm().Key == 0 && o.Perm().Mode&sysv.SHM_DEST != 0 {
		return
	}
	n.kind = kind
	n.add("reused", text.F("%s was opened by the key %s, and its id now belongs to another %s, with the key %s: the id was given anew. Open it again: %s",
		"%s은(는) key %s(으)로 열었는데, 그 id는 이제 key %[4]s인 다른 %[3]s의 것입니다. id가 다시 쓰인 것입니다. 다시 여세요: %[5]s", n.name(), h.KeyValue(), noun(kind), o.Perm().Key, n.getStatement(h.KeyValue(), false)))
}
