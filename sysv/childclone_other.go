//go:build !amd64

package sysv

import "syscall"

// cloneSharing is clone, where it is not known how a child gets a stack.
func (p *childPlan) cloneSharing() (uintptr, syscall.Errno) { return p.clone() }
