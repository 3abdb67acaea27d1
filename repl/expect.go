package repl

import (
	"errors"
	"sort"
	"strings"
	"sync"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// errnoNames are the names that an expectation can have: the errnos, and the
// signal of a caught fault.
var errnoNames = sync.OnceValue(func() []string {
	names := append(append([]string(nil), sysv.ErrnoNames()...), sysv.SignalNames()...)
	sort.Strings(names)
	return names
})

func isErrno(name string) bool {
	names := errnoNames()
	i := sort.SearchStrings(names, name)
	return i < len(names) && names[i] == name
}

// looksLikeErrno reports whether a word was meant as an errno: ENOMSGG.
func looksLikeErrno(name string) bool {
	if len(name) < 3 || name[0] != 'E' && !strings.HasPrefix(name, "SIG") {
		return false
	}
	return strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// met judges an outcome. It returns nil if the expectation held, else what is
// wrong: the failure itself where success was expected.
func (x *Expectation) met(s *commands.Session, res *commands.Result, err error) error {
	if x.State == stateDeadlock {
		var d *Deadlock
		switch {
		case errors.As(err, &d):
			return nil
		case err != nil && (commands.IsUsage(err) || commands.ErrnoOf(err) == ""):
			return err
		case err != nil:
			return unmet(text.F("a deadlock", "교착 상태(deadlock)"), err)
		}
		return commands.Unmet("expected %s, but %s", "%s을(를) 기대했으나 %s", text.F("a deadlock", "교착 상태(deadlock)"), text.F("the wait came to its end", "기다림이 끝났습니다"))
	}
	if x.State == stateBlocked {
		if err != nil && (commands.IsUsage(err) || commands.ErrnoOf(err) == "") {
			return err
		}
		if err != nil {
			return unmet(text.F("to be blocked", "잠든 상태(blocked)"), err)
		}
		return commands.Unmet("expected %s, but %s", "%s을(를) 기대했으나 %s", text.F("to be blocked", "잠든 상태(blocked)"), text.F("the call returned %d", "호출이 %d을(를) 돌려주었습니다", res.Ret))
	}
	if err != nil {
		name := commands.ErrnoOf(err)
		if commands.IsUsage(err) || name == "" || len(x.Errnos) == 0 {
			return err
		}
		for _, want := range x.Errnos {
			if want == name {
				return nil
			}
		}
		return unmet(text.F("%s", "%s", strings.Join(x.Errnos, "|")), err)
	}
	if len(x.Errnos) > 0 {
		return commands.Unmet("expected %s, but %s", "%s을(를) 기대했으나 %s", text.F("%s", "%s", strings.Join(x.Errnos, "|")),
			text.F("the call succeeded and returned %d", "호출이 성공하여 %d을(를) 돌려주었습니다", res.Ret))
	}
	for _, f := range x.Fields {
		v, err := res.Field(f.Name)
		if err != nil {
			return &commands.CheckError{Msg: text.F("%s=%s: %s", "%s=%s: %s", f.Name, f.Value.Raw, err)}
		}
		ok, err := s.Equal(v.Val, f.Value)
		if err != nil {
			return err
		}
		if !ok {
			return commands.Unmet("expected %s, found %s", "%s을(를) 기대했으나 실제 값은 %s", text.F("%s=%s", "%s=%s", f.Name, f.Value.Raw), text.F("%s", "%s", v.Show()))
		}
	}
	return nil
}

// unmet is the check of a call that failed with err instead.
func unmet(want *text.Msg, err error) error {
	return commands.Unmet("expected %s, got %s", "%s을(를) 기대했으나 %s", want, text.F("%s", "%s", bare(err)))
}

// String returns the conditions as typed.
func (x *Expectation) String() string {
	parts := []string{strings.Join(x.Errnos, "|")}
	if len(x.Errnos) == 0 {
		parts = nil
	}
	for _, f := range x.Fields {
		parts = append(parts, f.Name+"="+f.Value.Raw)
	}
	return strings.Join(parts, " ")
}
