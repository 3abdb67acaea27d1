//go:build !amd64 || race || msan || asan

package sysv

import "syscall"

// cloneSharing is clone, where it is not known how a child gets a stack, or where calls
// from assembly are instrumented with what needs a goroutine.
func (p *childPlan) cloneSharing() (uintptr, syscall.Errno) { return p.clone() }
