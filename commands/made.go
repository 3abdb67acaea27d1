package commands

import (
	"fmt"
	"slices"

	"ipcsh/sysv"
)

// Made is an object that this session created.
type Made struct {
	Kind ObjectKind
	ID   int64
	Keep bool
}

// Made returns the objects that the session created and did not remove, in order.
func (s *Session) Made() []Made { return s.made }

func (s *Session) noteMade(k ObjectKind, id int64) {
	s.takeOver(Made{Kind: k, ID: id})
}

func (s *Session) takeOver(m Made) {
	s.made = append(s.made, m)
	s.Ledger.made(m.Kind, m.ID)
	if s.OnMade != nil {
		s.OnMade(m)
	}
}

// MadeHere reports whether this session, or this process of one, made an object.
func (s *Session) MadeHere(k ObjectKind, id int64) bool {
	same := func(m Made) bool { return m.Kind == k && m.ID == id }
	return slices.ContainsFunc(s.made, same) || slices.ContainsFunc(s.handed, same)
}

func (s *Session) noteRemoved(k ObjectKind, id int64) {
	s.Ledger.removed(k, id)
	s.handed = slices.DeleteFunc(s.handed, func(m Made) bool { return m.Kind == k && m.ID == id })
	for i, m := range s.made {
		if m.Kind == k && m.ID == id {
			s.made = append(s.made[:i], s.made[i+1:]...)
			return
		}
	}
	if s.Delegate {
		s.changes = append(s.changes, MadeChange{Made: Made{Kind: k, ID: id}, Gone: true})
	}
}

// MadeChange is an object that a process made, removed or keeps.
type MadeChange struct {
	Made
	Gone, Kept bool
}

// TakeMade returns what changed in the objects that this session made since it
// was asked last: a process answers for none, its shell for all.
func (s *Session) TakeMade() []MadeChange {
	list := s.changes
	s.changes = nil
	for _, m := range s.made {
		list = append(list, MadeChange{Made: m})
		if m.Keep {
			list = append(list, MadeChange{Made: m, Kept: true})
		}
	}
	s.handed = append(s.handed, s.made...)
	s.made = nil
	return list
}

// TakeOver answers for an object that a process of this session made, removed or
// keeps.
func (s *Session) TakeOver(m MadeChange) {
	if m.Kept {
		s.Keep(m.Kind, m.ID)
		return
	}
	s.noteRemoved(m.Kind, m.ID)
	if !m.Gone {
		s.takeOver(m.Made)
	}
}

// Keep takes an object out of the clean-up.
func (s *Session) Keep(k ObjectKind, id int64) {
	for i := range s.made {
		if m := &s.made[i]; m.Kind == k && m.ID == id {
			m.Keep = true
			s.Ledger.kept(k, id)
			return
		}
	}
	if s.Delegate {
		s.changes = append(s.changes, MadeChange{Made: Made{Kind: k, ID: id}, Kept: true})
	}
}

// RemoveMade removes what the session made and did not keep, and returns what
// was there to remove. An object that is gone already is no error.
func (s *Session) RemoveMade() (removed []Made, failed error) {
	var left []Made
	for _, m := range s.made {
		if m.Keep {
			left = append(left, m)
			continue
		}
		switch err := remove(m.Kind, m.ID); {
		case err == nil:
			removed = append(removed, m)
		case ErrnoOf(err) != "EINVAL" && ErrnoOf(err) != "EIDRM":
			left, failed = append(left, m), err
		}
	}
	s.made = left
	return removed, failed
}

// create makes or opens an object as the flags say, and knows for certain which
// of the two it was: IPC_CREAT is tried with IPC_EXCL first.
func create[ID ~int32](s *Session, k ObjectKind, key sysv.Key, flags int64, get func(flags int64) (ID, error)) (id ID, made bool, err error) {
	const both = sysv.IPC_CREAT | sysv.IPC_EXCL
	if key == 0 || flags&both != sysv.IPC_CREAT {
		id, err = get(flags)
		made = err == nil && (key == 0 || flags&sysv.IPC_CREAT != 0)
	} else {
		for {
			id, err = get(flags | sysv.IPC_EXCL)
			if made = err == nil; ErrnoOf(err) != "EEXIST" {
				break
			}
			if id, err = get(flags &^ sysv.IPC_CREAT); ErrnoOf(err) != "ENOENT" {
				break
			}
			// It was removed between the two calls: begin anew.
		}
	}
	if made {
		s.noteMade(k, int64(id))
	}
	return id, made, err
}

// Alive reports whether the object still exists.
func (m Made) Alive() bool { return alive(m.Kind, m.ID) }

// String names the object: "msqid 0".
func (m Made) String() string { return fmt.Sprintf("%s %d", m.Kind.IDName(), m.ID) }
