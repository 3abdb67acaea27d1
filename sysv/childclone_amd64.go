//go:build !race && !msan && !asan

package sysv

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// childStack is far more than the nosplit functions that the child runs may use.
const childStack = 16 << 10

// cloneOnto is clone(2) with a stack, on which the child runs childMain. pid is
// -errno if it fails.
func cloneOnto(flags, stack uintptr, p *childPlan) (pid uintptr)

//go:nosplit
//go:norace
//go:nocheckptr
func childMain(p *childPlan) { p.child() }

var _ = childMain // the call is in assembly

// cloneSharing is clone with the child in our memory until its exec. To copy it, and
// what both write in the meantime, would cost as much as the exec.
func (p *childPlan) cloneSharing() (uintptr, syscall.Errno) {
	stack := make([]byte, childStack)
	p.keep = append(p.keep, stack)
	top := uintptr(unsafe.Pointer(&stack[len(stack)-16])) &^ 15
	pid := cloneOnto(p.flags|unix.CLONE_VM|uintptr(unix.SIGCHLD), top, p)
	if errno := -int(pid); errno > 0 {
		return 0, syscall.Errno(errno)
	}
	return pid, 0
}
