// Package explain says why a call failed and what to do about it, from the
// kernel's state right after the failure, and explains errnos and the ideas of
// the lecture. It is given to a session by main; commands know it only as a
// commands.Explainer.
package explain

import (
	"ipcsh/commands"
	"ipcsh/commands/text"
)

// Explainer explains within one session.
type Explainer struct {
	s    *commands.Session
	last *failure
	seen seen
}

// failure is what explain last is about.
type failure struct {
	call *commands.Call
	err  error
	why  *commands.Explanation
}

var _ commands.Explainer = (*Explainer)(nil)

// New returns the explainer of a session.
func New(s *commands.Session) *Explainer { return &Explainer{s: s} }

// Failure implements commands.Explainer.
func (e *Explainer) Failure(c *commands.Call, err error) *commands.Explanation {
	e.last = &failure{call: c.Snapshot(), err: err, why: causes(c, err)}
	return e.last.why
}

// Last implements commands.Explainer.
func (e *Explainer) Last(l text.Lang) []string {
	if e.last == nil {
		return []string{text.New("nothing has failed in this session", "이 세션에서 실패한 호출이 없습니다").In(l)}
	}
	return lastPage(e.last, l)
}
