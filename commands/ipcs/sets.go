package ipcs

import (
	"fmt"

	"ipcsh/sysv"
)

// sets prints what ipcs tells about semaphore sets. Of their pids it tells nothing.
func (t *tool) sets(r *request) error {
	out := &t.out
	row := t.setStatus
	switch r.format {
	case formatLimits:
		return t.setLimits()
	case formatSummary:
		return t.setSummary()
	case formatPid:
		return nil
	case formatCreator:
		out.str("------ Semaphore Arrays Creators/Owners --------\n" +
			"semid      perms      cuid       cgid       uid        gid       \n")
		row = func(s *Set) { t.creators(s.ID, &s.IpcPerm) }
	case formatTime:
		out.str("------ Semaphore Operation/Change Times --------\n" +
			"semid    owner      last-op                    last-changed              \n")
		row = t.setTimes
	default:
		out.str("------ Semaphore Arrays --------\n" +
			"key        semid      owner      perms      nsems     \n")
	}
	return eachSet(processors(), func(s *Set) {
		if !t.extra.filtered || t.extra.semaphores(t, s) {
			row(s)
		}
	})
}

func (t *tool) setStatus(s *Set) {
	t.head(s.ID, &s.IpcPerm)
	t.out.uint(uint64(s.Nsems), 10)
	t.out.line()
}

func (t *tool) setTimes(s *Set) {
	t.owner(s.ID, 8, &s.IpcPerm)
	t.out.str("  ")
	t.out.left(t.out.stamp(s.Otime()), 26)
	t.out.str(" ")
	t.out.left(t.out.stamp(s.Ctime()), 26)
	t.out.line()
}

func (t *tool) setLimits() error {
	var info sysv.Seminfo
	if _, err := sysv.Semctl(0, 0, sysv.IPC_INFO, &info); err != nil {
		return err
	}
	fmt.Fprintf(&t.out, "------ Semaphore Limits --------\nmax number of arrays = %d\nmax semaphores per array = %d\n"+
		"max semaphores system wide = %d\nmax ops per semop call = %d\nsemaphore max value = %d\n",
		info.Semmni, info.Semmsl, info.Semmns, info.Semopm, info.Semvmx)
	return nil
}

func (t *tool) setSummary() error {
	var info sysv.Seminfo
	if _, err := sysv.Semctl(0, 0, sysv.SEM_INFO, &info); err != nil {
		return err
	}
	fmt.Fprintf(&t.out, "------ Semaphore Status --------\nused arrays = %d\nallocated semaphores = %d\n", info.Semusz, info.Semaem)
	return nil
}
