package sysv

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// NamespaceError says that a namespace could not be made or entered, and what
// of the system forbids it.
type NamespaceError struct {
	Err     error  // an *Error
	Setting string // "user.max_ipc_namespaces", ..., "seccomp" or "CAP_SYS_ADMIN"
	Value   string // of the setting, if it has one
}

func (e *NamespaceError) Error() string {
	if e.Value == "" {
		return fmt.Sprintf("%v (%s is missing)", e.Err, e.Setting)
	}
	return fmt.Sprintf("%v (%s is %s)", e.Err, e.Setting, e.Value)
}

func (e *NamespaceError) Unwrap() error { return e.Err }

// refused finds out why err came back, from the proc file system at root.
// counts are the settings under user. whose exhaustion is ENOSPC for this call.
func refused(root string, err error, counts ...string) error {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return refusedByCount(root, err, counts)
	case errors.Is(err, syscall.EPERM), errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EINVAL):
	default:
		return err
	}
	for _, s := range []struct{ setting, forbids string }{
		{"kernel.unprivileged_userns_clone", "0"},
		{"kernel.apparmor_restrict_unprivileged_userns", "1"},
	} {
		if v := setting(root, s.setting); v == s.forbids {
			return &NamespaceError{err, s.setting, v}
		}
	}
	if status, e := os.ReadFile(filepath.Join(root, "self/status")); e == nil {
		if _, rest, ok := strings.Cut(string(status), "\nSeccomp:\t"); ok && rest != "" && rest[:1] != "0" {
			return &NamespaceError{err, "seccomp", rest[:1]}
		}
	}
	return &NamespaceError{err, "CAP_SYS_ADMIN", ""}
}

// refusedByCount names the setting that is 0, or else the first: then as many
// namespaces exist as it allows.
func refusedByCount(root string, err error, counts []string) error {
	for _, name := range counts {
		if v := setting(root, "user."+name); v == "0" {
			return &NamespaceError{err, "user." + name, v}
		}
	}
	if len(counts) == 0 {
		return err
	}
	return &NamespaceError{err, "user." + counts[0], setting(root, "user."+counts[0])}
}

// setting reads a sysctl by its dotted name; "" if there is none.
func setting(root, name string) string {
	data, err := os.ReadFile(filepath.Join(root, "sys", strings.ReplaceAll(name, ".", "/")))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(data))
}
