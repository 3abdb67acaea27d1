package explain

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// What goes wrong without an errno. Notes are for after each call, so a command
// that has nothing to note costs a comparison, and what needs a system call is
// only asked for where a note may come of it.

// longSize is sizeof(long), of which a message's type is.
const longSize = strconv.IntSize / 8

// seen is what notes remember of the session.
type seen struct {
	said  map[string]bool
	files map[sysv.Key]file // that ftok made a key of
}

type file struct {
	path     string
	dev, ino int64
}

// note is a look at one call that succeeded.
type note struct {
	*finding
	e   *Explainer
	res *commands.Result
	out []commands.Note
}

// Notes implements commands.Explainer.
func (e *Explainer) Notes(c *commands.Call, res *commands.Result) []commands.Note {
	if c.Cmd == nil || res == nil {
		return nil
	}
	n := note{e: e, res: res}
	var look func()
	switch c.Cmd.Name {
	case "ftok":
		look = n.ftok
	case "msgget", "shmget", "semget":
		look = n.get
	case "msgsnd":
		look = n.msgsnd
	case "msgrcv":
		look = n.msgrcv
	case "read":
		look = n.read
	case "semop", "P", "V":
		look = n.semop
	case "msgctl", "shmctl", "semctl":
		look = n.ctl
	case "shmat":
		look = n.shmat
	default:
		return nil
	}
	n.finding = &finding{c: c}
	look()
	return n.out
}

// new reports whether a note has not been given yet in this session.
func (n *note) new(key string) bool { return !n.e.seen.said[key] }

func (n *note) add(key string, m *text.Msg) {
	if !n.new(key) {
		return
	}
	if n.e.seen.said == nil {
		n.e.seen.said = map[string]bool{}
	}
	n.e.seen.said[key] = true
	n.out = append(n.out, commands.Note{Key: key, Msg: m})
}

// field returns a number among the result's fields.
func (n *note) field(name string) (int64, bool) {
	for _, f := range n.res.Fields {
		if f.Name == name {
			return f.Val.I, true
		}
	}
	return 0, false
}

func (n *note) msgsnd() {
	b, size := n.arg(2).B, n.arg(4)
	const word = longSize
	switch {
	case size.Given && size.I == int64(len(b)+word) && n.new("mtype-size"):
		n.add("mtype-size", text.F("size=%d is the text's %d bytes and %d more, as sizeof(struct msgbuf) would be: msgsz never counts the mtype, so %d bytes of padding went along; give sizeof(mtext)",
			"size=%d은(는) 본문 %d바이트에 %d바이트를 더한 값으로, sizeof(struct msgbuf)와 같습니다. msgsz에 mtype은 들지 않으므로 남는 %d바이트도 함께 보내졌습니다. sizeof(mtext)를 주세요", size.I, len(b), word, word))
	case size.Given && size.I > 0 && size.I < int64(len(b)) && !boundary(b, int(size.I)):
		n.hangul(int(size.I), b)
	case size.Given && size.I > 0 && size.I < int64(len(b)) && bytes.IndexByte(b[size.I:], 0) >= 0 && bytes.IndexByte(b[:size.I], 0) < 0:
		n.add("nul", text.F("size=%d leaves the NUL of the text behind: a C program that prints what it received as a string reads on past its end; send %d bytes",
			"size=%d(으)로는 문자열 끝의 NUL이 빠집니다. 받은 것을 문자열로 출력하는 C 프로그램은 끝을 넘어 읽습니다. %d바이트를 보내세요", size.I, bytes.IndexByte(b, 0)+1))
	}
	n.structWithType()
	n.otherObject(commands.Queue)
	if n.new("nul") && n.isPlainText(b) && !n.own(commands.Queue, n.arg(0).I) {
		n.add("nul", text.F("the %d bytes were sent without a NUL, as written; a C program at the other end that expects a string wants cstr:%s",
			"%d바이트를 쓴 그대로 NUL 없이 보냈습니다. 문자열을 기대하는 C 프로그램이 받는다면 cstr:%s(으)로 보내세요", len(b), excerpt(b)))
	}
}

// isPlainText reports whether the payload was text as written, without a NUL.
func (n *note) isPlainText(b []byte) bool {
	w := strings.Trim(n.c.Written(2), `"'`)
	return len(b) > 0 && !n.arg(4).Given && bytes.IndexByte(b, 0) < 0 && utf8.Valid(b) && w == string(b)
}

// own reports whether this session made the object.
func (n *note) own(kind commands.ObjectKind, id int64) bool {
	for _, m := range n.c.Session.Made() {
		if m.Kind == kind && m.ID == id {
			return true
		}
	}
	return false
}

// structWithType finds a struct sent that begins with the mtype of a msgbuf.
func (n *note) structWithType() {
	if !n.new("mtype-struct") {
		return
	}
	name, _, ok := strings.Cut(n.c.Written(2), ":")
	if !ok {
		return
	}
	t, ok := n.c.Structs.Lookup(name)
	if !ok || len(t.Members) < 2 || t.Members[0].Type.Size != longSize {
		return
	}
	switch first := t.Members[0].Name; first {
	case "mtype", "msgtype", "msg_type", "msgtyp":
		n.add("mtype-struct", text.F("%s begins with the long %s, which is no part of the text: msgsnd takes it as TYPE. Declare the struct without it, or %d bytes too many go along",
			"%s의 첫 멤버 long %s은(는) 본문이 아닙니다. msgsnd에는 TYPE으로 줍니다. 그 멤버 없이 struct를 선언하지 않으면 %d바이트가 더 보내집니다", t.Name, first, longSize))
	}
}

func excerpt(b []byte) string {
	s := string(b)
	if len(s) > 24 {
		s = strings.ToValidUTF8(s[:24], "") + "..."
	}
	return commands.Escape(s)
}

// boundary reports whether a text may be cut at i without cutting a letter. Bytes
// that are no UTF-8 may be cut everywhere.
func boundary(b []byte, i int) bool {
	return i >= len(b) || !utf8.Valid(b) || utf8.RuneStart(b[i])
}

// hangul notes a letter that was cut.
func (n *note) hangul(size int, b []byte) {
	whole := size
	for whole > 0 && !utf8.RuneStart(b[whole]) {
		whole--
	}
	n.add("hangul", text.F("%d bytes cut a letter in two: a Hangul syllable takes 3 bytes in UTF-8, so 5 letters are 15 bytes; %d bytes end between two letters",
		"%d바이트로 글자 하나가 잘렸습니다. 한글 한 글자는 UTF-8로 3바이트라서 5글자는 15바이트입니다. 글자 사이에서 끊으려면 %d바이트", size, whole))
}

// cutTail returns how many bytes of a letter that was cut stand at b's end.
func cutTail(b []byte) int {
	for i := 1; i <= min(len(b), utf8.UTFMax); i++ {
		if utf8.RuneStart(b[len(b)-i]) {
			tail := b[len(b)-i:]
			if tail[0] >= utf8.RuneSelf && !utf8.FullRune(tail) && utf8.Valid(b[:len(b)-i]) && len(b) > i {
				return i
			}
			return 0
		}
	}
	return 0
}

// data returns the bytes that a msgrcv or a read got.
func (n *note) data() []byte {
	if d, ok := n.res.Bind.O.(*commands.Data); ok {
		return d.Bytes
	}
	return nil
}

func (n *note) msgrcv() {
	b, flags, size, as := n.data(), n.arg(2).I, n.arg(3), n.arg(4)
	n.otherObject(commands.Queue)
	limit, given := size.I, size.Given
	if !given && as.Type != nil && as.Type.Size > 0 {
		limit, given = int64(as.Type.Size), true
	}
	cut := given && flags&sysv.MSG_NOERROR != 0 && n.res.Ret == limit
	tail := cutTail(b)
	switch {
	case cut && tail > 0:
		n.hangulTail(len(b), tail)
		fallthrough
	case cut && n.new("truncated"):
		n.add("truncated", text.F("the text fills size=%d to the last byte: MSG_NOERROR cuts what is longer without an errno, and the rest is lost; without the flag a longer message gives E2BIG and stays",
			"본문이 size=%d을(를) 꽉 채웠습니다. MSG_NOERROR는 더 긴 메시지를 errno 없이 자르고 나머지는 사라집니다. 이 flag가 없으면 E2BIG이 되고 메시지는 남습니다", limit))
	case tail > 0:
		n.hangulTail(len(b), tail)
	}
	if as.Type != nil && size.Given && size.I == int64(as.Type.Size+longSize) {
		n.add("mtype-size", text.F("size=%d is sizeof(%s) and %d more: msgsz never counts the mtype; sizeof(%s) is %d",
			"size=%d은(는) sizeof(%s)에 %d을(를) 더한 값입니다. msgsz에 mtype은 들지 않습니다. sizeof(%s)은(는) %d입니다", size.I, as.S, longSize, as.S, as.Type.Size))
	}
	if as.S == "cstr" && len(b) > 0 && bytes.IndexByte(b, 0) < 0 {
		n.add("nul", text.F("the %d bytes have no NUL: a C program that prints them as a string reads on past their end; the sender should count it (strlen + 1, or cstr:%s)",
			"받은 %d바이트에 NUL이 없습니다. 문자열로 출력하는 C 프로그램은 끝을 넘어 읽습니다. 보내는 쪽이 NUL까지(strlen + 1, 또는 cstr:%s) 보내야 합니다", len(b), excerpt(b)))
	}
}

func (n *note) hangulTail(size, tail int) {
	n.add("hangul", text.F("the %d bytes end within a letter: a Hangul syllable takes 3 bytes in UTF-8, so 5 letters are 15 bytes; %d bytes end between two letters",
		"%d바이트의 끝에서 글자가 잘렸습니다. 한글 한 글자는 UTF-8로 3바이트라서 5글자는 15바이트입니다. 글자 사이에서 끊으려면 %d바이트", size, size-tail))
}

func (n *note) read() {
	if b := n.data(); n.new("hangul") && n.arg(2).Given {
		if tail := cutTail(b); tail > 0 {
			n.hangulTail(len(b), tail)
		}
	}
}

func (n *note) semop() {
	if n.new("undo") {
		ops, _ := n.operations()
		for _, op := range ops {
			if op.Flg&sysv.SEM_UNDO != 0 && op.Op != 0 {
				if n.c.Delegate { // a process of the stage, which does end
					break
				}
				n.add("undo", text.F("SEM_UNDO undoes this when the process that did it ends, and that is the shell itself here: nothing is undone before you leave it",
					"SEM_UNDO는 연산을 한 프로세스가 끝날 때 되돌립니다. 여기서는 셸 자신이므로 셸을 끝내기 전에는 되돌려지지 않습니다"))
				break
			}
		}
	}
	n.otherObject(commands.Set)
}

func (n *note) shmat() { n.otherObject(commands.Segment) }
