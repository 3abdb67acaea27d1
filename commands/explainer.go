package commands

import (
	"ipcsh/commands/near"
	"ipcsh/commands/text"
)

// Explanation says why a call failed and what to do about it.
type Explanation struct {
	Why  []*text.Msg
	Next []*text.Msg
}

// Note is something to know of a call that did not fail. A note of one Key is
// shown once a session.
type Note struct {
	Key string
	Msg *text.Msg
}

// Explainer knows the causes of failures and the ideas behind the calls. It is
// given to the session by main, for it reads the kernel through this package.
type Explainer interface {
	// Failure explains the failure of a call from live state; nil if there is
	// nothing to say.
	Failure(c *Call, err error) *Explanation
	// Notes returns what goes wrong without an errno.
	Notes(c *Call, res *Result) []Note
	// Page returns the page of an errno, or of a topic; nil if there is none.
	Page(name string, l text.Lang) []string
	// Pages lists the names that Page knows: topics first, then errnos.
	Pages() []string
	// Last explains the last failure at length.
	Last(l text.Lang) []string
}

// Explain returns the explanation of the last Run's failure, if there is one.
func (b *Binding) Explain(err error) *Explanation {
	if ex := b.call.Explainer; ex != nil && ErrnoOf(err) != "" {
		return ex.Failure(&b.call, err)
	}
	return nil
}

// Notes returns what there is to note of the last Run, each once a session.
func (b *Binding) Notes(res *Result) []*text.Msg {
	s := b.call.Session
	if s.Explainer == nil || s.NotesOff {
		return nil
	}
	var out []*text.Msg
	for _, n := range s.Explainer.Notes(&b.call, res) {
		if !s.noted[n.Key] {
			s.noted[n.Key] = true
			s.notedNow = append(s.notedNow, n.Key)
			out = append(out, n.Msg)
		}
	}
	return out
}

// NotedNow returns the keys of the notes shown since it was asked last.
func (s *Session) NotedNow() []string {
	keys := s.notedNow
	s.notedNow = nil
	return keys
}

// Noted marks notes as shown: another process of the session has.
func (s *Session) Noted(keys []string) {
	for _, k := range keys {
		s.noted[k] = true
	}
}

func explain(c *Call) (*Result, error) {
	r := c.result(0)
	if c.Explainer == nil {
		return nil, text.F("there are no explanations in this session", "이 세션에는 설명이 없습니다")
	}
	name, w := c.Args[0].S, c.words(0)[0]
	if name == "last" {
		r.Lines = c.Explainer.Last(c.Lang)
		return r, nil
	}
	if r.Lines = c.Explainer.Page(name, c.Lang); r.Lines != nil {
		return r, nil
	}
	if cmd := c.Table.Lookup(name); cmd != nil {
		r.Lines = cmd.Help(c.Lang)
		return r, nil
	}
	names := near.Names(name, append(c.Explainer.Pages(), c.Table.Names()...))
	return nil, usage(w.Pos, w.End(), "nothing explains %s%s", "%s에 대한 설명이 없습니다%s", Escape(clip(name)), Suggest(names))
}
