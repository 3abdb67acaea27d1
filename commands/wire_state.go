package commands

import (
	"slices"
	"syscall"
	"time"

	"github.com/valyala/fastjson"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/ctype"
	"ipcsh/commands/jsonw"
	"ipcsh/commands/text"
	"ipcsh/commands/words"
	"ipcsh/sysv"
)

// AppendState appends what a forked process takes along: the variables that are
// set, the structs, the language, whether notes are shown, and the timeout. only
// chooses variables (nil: all of them); errno and ret of the last call count as
// two more.
func (s *Session) AppendState(b []byte, only func(name string) bool) []byte {
	b = jsonw.Text(append(b, '{'), "lang", s.Lang.String())
	b = jsonw.Bool(b, "notes", !s.NotesOff)
	b = jsonw.Int(b, "timeout", int64(s.Timeout))
	if only == nil || only("errno") {
		b = jsonw.Int(b, "errno", int64(s.errno))
	}
	if only == nil || only("ret") {
		b = jsonw.Int(b, "ret", s.ret)
	}
	b = s.appendStructs(jsonw.Name(b, "structs"))
	b = append(jsonw.Name(b, "vars"), '{')
	for _, v := range s.varsThat(only) {
		b = AppendValue(jsonw.Name(b, v.Name), v.Val)
	}
	return append(b, "}}"...)
}

// ReadState reads what AppendState wrote into this session. What it does not name
// stays as it is; after an error everything does.
func (s *Session) ReadState(v *fastjson.Value) error {
	if v == nil || v.Type() != fastjson.TypeObject {
		return garbled("session")
	}
	structs := []*ctype.Type{}
	for _, e := range v.GetArray("structs") {
		t, err := s.readStruct(e)
		if err != nil {
			return err
		}
		structs = append(structs, t)
	}
	values := map[string]cexpr.Value{}
	var failed error
	v.GetObject("vars").Visit(func(key []byte, e *fastjson.Value) {
		val, err := s.ReadValue(e)
		if err == nil && !words.IsIdent(string(key)) {
			err = garbled("variable")
		}
		if err != nil && failed == nil {
			failed = err
		}
		values[string(key)] = val
	})
	if failed != nil {
		return failed
	}
	for _, t := range structs {
		s.Structs[t.Tag()] = t
	}
	for name, val := range values {
		p := s.Place(name)
		p.Val, p.Set = val, true
	}
	s.readSettings(v)
	return nil
}

func (s *Session) readSettings(v *fastjson.Value) {
	if l, ok := text.Parse(string(v.GetStringBytes("lang"))); ok {
		s.Lang = l
	}
	if v.Exists("notes") {
		s.NotesOff = !v.GetBool("notes")
	}
	if v.Exists("timeout") {
		s.Timeout = time.Duration(max(0, v.GetInt64("timeout")))
	}
	if v.Exists("errno") {
		s.errno = syscall.Errno(v.GetUint64("errno"))
	}
	if v.Exists("ret") {
		s.ret = v.GetInt64("ret")
	}
}

// attachFlags are those of shmat that /proc/self/maps shows afterwards.
const attachFlags = sysv.SHM_RDONLY | sysv.SHM_EXEC

// AppendAttachments appends this process's attachments in the order in which they
// were made, for Reattach in a process that was forked from it.
func (s *Session) AppendAttachments(b []byte) []byte {
	s.attachments.refresh()
	b = append(b, '[')
	for _, a := range s.attachments.whole() {
		flags := int64(0)
		if len(a.Perms) > 2 { // unknown where /proc cannot be read
			if a.Perms[1] != 'w' {
				flags |= sysv.SHM_RDONLY
			}
			if a.Perms[2] == 'x' {
				flags |= sysv.SHM_EXEC
			}
		}
		b = jsonw.Int(append(jsonw.Next(b), '{'), "shmid", int64(a.Id))
		b = jsonw.Uint(b, "addr", uint64(a.Start))
		b = append(jsonw.Int(b, "flags", flags), '}')
	}
	return append(b, ']')
}

// whole returns each attachment once, oldest first, with the address that shmat
// returned. One that others were laid over (SHM_REMAP) has several mappings, and
// its first page may be in none of them.
func (as *attachments) whole() []sysv.Attachment {
	var left, out []sysv.Attachment
	seen := map[sysv.Attachment]bool{}
	for _, a := range as.list {
		a.Start -= uintptr(a.Offset)
		key := sysv.Attachment{Start: a.Start, Id: a.Id}
		if !seen[key] {
			seen[key] = true
			left = append(left, a)
		}
	}
	// From the newest to the oldest: of those at one address, the newest shows its
	// first page, and the older ones begin further behind.
	for i := len(as.order) - 1; i >= 0; i-- {
		newest := -1
		for j, a := range left {
			if a.Start == as.order[i] && (newest < 0 || a.Offset < left[newest].Offset) {
				newest = j
			}
		}
		if newest >= 0 {
			out = append(out, left[newest])
			left = append(left[:newest], left[newest+1:]...)
		}
	}
	out = append(out, left...)
	slices.Reverse(out)
	return out
}

// Reattach attaches what AppendAttachments wrote, at the same addresses. If one
// cannot be attached there, none is.
func (s *Session) Reattach(v *fastjson.Value) error {
	var done []uintptr
	for _, e := range v.GetArray() {
		id, addr := sysv.Shmid(e.GetInt64("shmid")), uintptr(e.GetUint64("addr"))
		err := s.reattach(id, addr, sysv.ShmatFlag(e.GetInt64("flags")&attachFlags))
		if err != nil {
			for i := len(done) - 1; i >= 0; i-- {
				if sysv.Shmdt(done[i]) == nil {
					s.attachments.detached(done[i])
				}
			}
			return err
		}
		done = append(done, addr)
	}
	return nil
}

func (s *Session) reattach(id sysv.Shmid, addr uintptr, flags sysv.ShmatFlag) error {
	if addr == 0 { // would be wherever the kernel likes
		return garbled("address")
	}
	size := uintptr(1)
	if o, err := stat(Segment, int64(id)); err == nil {
		size = uintptr(o.shm.Segsz)
		if s.attachments.covered(addr, int(size)) == int(size) { // laid over others, as it was there
			flags |= sysv.SHM_REMAP
		}
	}
	if _, err := sysv.Shmat(id, addr, flags); err != nil {
		return &Refusal{err, text.F("segment %d cannot be attached at %#x, where the process that was forked has it",
			"세그먼트 %d번을 fork한 프로세스와 같은 주소 %#x에 attach할 수 없습니다", id, addr)}
	}
	s.attachments.attached(addr, id, size)
	return nil
}
