package commands

import (
	"strings"
	"time"
	"unicode"

	"ipcsh/commands/text"
	"ipcsh/commands/words"
)

// Settings are what set changes.
type Settings struct {
	lang         text.Lang
	timeout      time.Duration
	color, trace string
	notesOff     bool
}

// Settings returns what set has made of the session.
func (s *Session) Settings() Settings {
	return Settings{s.Lang, s.Timeout, s.Color, s.Trace, s.NotesOff}
}

// Restore takes the settings back to what they were.
func (s *Session) Restore(x Settings) {
	s.Lang, s.Timeout, s.Color, s.Trace, s.NotesOff = x.lang, x.timeout, x.color, x.trace, x.notesOff
}

// States says how the objects are that a statement names, for who reads why a
// check of them failed.
func (s *Session) States(src string) []*text.Msg {
	var out []*text.Msg
	seen := map[string]bool{}
	for _, name := range strings.FieldsFunc(src, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if seen[name] || !words.IsIdent(name) {
			continue
		}
		seen[name] = true
		if v := s.vars[name]; v != nil && v.Set {
			if h, ok := v.Val.O.(*Handle); ok {
				if state := h.state(); state != nil {
					out = append(out, text.F("%s: %s", "%s: %s", name, state))
				}
			}
		} else if s.Stage != nil {
			if p := s.Stage.Find(name); p != nil {
				out = append(out, text.F("%s: %s", "%s: %s", name, p.State))
			}
		}
	}
	return out
}

// state says how an object is now.
func (h *Handle) state() *text.Msg {
	switch h.Kind {
	case Queue, Segment, Set:
		if _, err := stat(h.Kind, h.ID); err != nil {
			return text.F("%s %d is gone", "%s %d: 사라졌습니다", h.Kind.IDName(), h.ID)
		}
	}
	mode := modeOf(h.Kind, h.ID)
	switch h.Kind {
	case Queue:
		o, _ := stat(Queue, h.ID)
		return text.F("msqid %d, mode %04o, %s, %d of %d bytes", "msqid %d, mode %04o, %s, %d/%d바이트", h.ID, mode, messagesOf(o), o.msg.Cbytes, o.msg.Qbytes)
	case Segment:
		o, _ := stat(Segment, h.ID)
		return text.F("shmid %d, mode %04o, %d bytes, nattch %d", "shmid %d, mode %04o, %d바이트, nattch %d", h.ID, mode, o.shm.Segsz, o.shm.Nattch)
	case Set:
		return text.F("semid %d, mode %04o, values %s", "semid %d, mode %04o, 값 %s", h.ID, mode, valuesOf(h.ID))
	}
	return nil
}
