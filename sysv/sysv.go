// Package sysv is the System V IPC of the Linux kernel, typed: one Go function
// per system call, behaviour unchanged. What a C program would be told, the
// caller is told; nothing is added, checked or smoothed over, save that no call
// can make the kernel read or write past the memory it was given.
//
// Every failed call returns an [*Error], which names the call and wraps the
// [syscall.Errno]: compare with errors.Is(err, syscall.ENOMSG). Three things
// that are no system call's failure have types of their own: [*FaultError] for
// memory that cannot be touched, [*NamespaceError] for a namespace that the
// system refuses, and [*Exited] for the status of a process waited for.
//
// Calls that may sleep take a context. EINTR that nobody asked for is retried;
// a context that is done ends the call with EINTR.
//
// The package knows nothing of shells, commands or languages and prints nothing.
package sysv

import "fmt"

// Key is a key_t, the name by which unrelated processes find one object.
type Key int32

// String is the key as ipcs writes it: 0x and eight digits.
func (k Key) String() string { return fmt.Sprintf("0x%08x", uint32(k)) }

type (
	Msqid int32 // Msqid identifies a message queue.
	Shmid int32 // Shmid identifies a shared memory segment.
	Semid int32 // Semid identifies a semaphore set.
)
