package commands

import (
	"ipcsh/commands/cexpr"
	"ipcsh/commands/ctype"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// ObjectKind is what a handle stands for.
type ObjectKind uint8

// The kinds of handles.
const (
	Queue ObjectKind = iota
	Segment
	Set
	Attached
	Key
)

var kindTexts = [...]text.Text{
	Queue:    text.New("a message queue", "메시지 큐"),
	Segment:  text.New("a shared memory segment", "공유 메모리 세그먼트"),
	Set:      text.New("a semaphore set", "세마포어 집합"),
	Attached: text.New("an attachment", "attach된 주소"),
	Key:      text.New("a key", "key"),
}

var kindWords = [...]string{"queue", "segment", "set", "attachment", "key"}

// String returns the kind in one English word, as JSON and tables have it.
func (k ObjectKind) String() string { return kindWords[k] }

// In returns the kind with its article.
func (k ObjectKind) In(l text.Lang) string { return kindTexts[k].In(l) }

// IDName returns what the kind's id is called: msqid, shmid, semid.
func (k ObjectKind) IDName() string {
	return [...]string{"msqid", "shmid", "semid", "addr", "key"}[k]
}

// Handle is a variable's hold on an object, an attachment or a key.
type Handle struct {
	Kind   ObjectKind
	ID     int64 // msqid, shmid or semid; of an attachment its shmid
	Addr   uintptr
	Type   *ctype.Type // of an attachment, from as=
	key    sysv.Key
	s      *Session // of an attachment, whose memory it is
	fields []Field
}

// Scalar returns the handle's id, an attachment's address, a key's value.
func (h *Handle) Scalar() (cexpr.Value, error) {
	switch h.Kind {
	case Key:
		return cexpr.KeyOf(int32(h.key)), nil
	case Attached:
		return cexpr.IntOf(int64(h.Addr)), nil
	}
	return cexpr.IntOf(h.ID), nil
}

// Member returns a member of the struct in the segment, or a field of the result
// that the handle came from.
func (h *Handle) Member(name string) (cexpr.Value, error) {
	if h.Type != nil {
		if _, ok := h.Type.Member(name); ok {
			return h.view().Member(name)
		}
	}
	ret, _ := h.Scalar()
	return member(h.fields, ret.I, name)
}

// Index returns an element of the array in the segment.
func (h *Handle) Index(i int64) (cexpr.Value, error) {
	if h.Type == nil {
		return cexpr.Value{}, noIndex()
	}
	return h.view().Index(i)
}

// SetMember stores into the struct in the segment.
func (h *Handle) SetMember(name string, v cexpr.Value) error {
	if h.Type == nil {
		return text.F("only an attachment with as= has members to set", "as=로 자료형을 준 attach만 멤버에 대입할 수 있습니다")
	}
	return h.view().SetMember(name, v)
}

// SetIndex stores into the array in the segment.
func (h *Handle) SetIndex(i int64, v cexpr.Value) error {
	if h.Type == nil {
		return noIndex()
	}
	return h.view().SetIndex(i, v)
}

func (h *Handle) view() *View { return &View{mem: memory{h.s, h.Addr}, typ: h.Type} }

// Alive reports whether the object exists, or the attachment is still there.
func (h *Handle) Alive(s *Session) bool {
	switch h.Kind {
	case Attached:
		_, ok := s.attachments.at(h.Addr)
		return ok
	case Key:
		return true
	}
	return alive(h.Kind, h.ID)
}
