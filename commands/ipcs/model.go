// Package ipcs is the tools that list, remove and make System V objects: ipcs,
// ipcrm and ipcmk as util-linux has them, the System V dialect, and what neither
// has. It writes to what it is given and returns exit statuses; it knows nothing
// of sessions, scripts or terminals.
package ipcs

import "ipcsh/sysv"

// Objects is what there is in the IPC namespace at one moment, each kind in the
// order of the kernel's index.
type Objects struct {
	Queues   []Queue
	Segments []Segment
	Sets     []Set
}

// Queue is a message queue.
type Queue struct {
	ID int
	sysv.MsqidDs
}

// Segment is a shared memory segment.
type Segment struct {
	ID int
	sysv.ShmidDs
	RSS, Swap uint64 // bytes, from /proc/sysvipc/shm
}

// Set is a semaphore set.
type Set struct {
	ID int
	sysv.SemidDs
}

// Waiter is a process that is asleep in a call on an object.
type Waiter struct {
	Pid, Tid int
	Call     string // msgsnd, msgrcv or semtimedop
	ID       int    // of the object
}

// Attacher is a process that has a segment attached.
type Attacher struct {
	Pid, ID int
}
