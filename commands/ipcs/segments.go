package ipcs

import (
	"fmt"
	"os"

	"ipcsh/sysv"
)

// segments prints what ipcs tells about shared memory.
func (t *tool) segments(r *request) error {
	out := &t.out
	row := t.segmentStatus
	switch r.format {
	case formatLimits:
		return t.segmentLimits(r)
	case formatSummary:
		return t.segmentSummary()
	case formatCreator:
		out.str("------ Shared Memory Segment Creators/Owners --------\n" +
			"shmid      perms      cuid       cgid       uid        gid       \n")
		row = func(m *Segment, _ unit) { t.creators(m.ID, &m.IpcPerm) }
	case formatTime:
		out.str("------ Shared Memory Attach/Detach/Change Times --------\n" +
			"shmid      owner      attached             detached             changed             \n")
		row = t.segmentTimes
	case formatPid:
		out.str("------ Shared Memory Creator/Last-op PIDs --------\n" +
			"shmid      owner      cpid       lpid      \n")
		row = t.segmentPids
	default:
		out.str("------ Shared Memory Segments --------\n" +
			"key        shmid      owner      perms      ")
		out.left(sizeHeading(r.unit, "bytes"), 10)
		out.str(" nattch     status      \n")
	}
	return eachSegment(processors(), func(m *Segment) {
		if !t.extra.filtered || t.extra.segment(t, m) {
			row(m, r.unit)
		}
	})
}

func (t *tool) segmentStatus(m *Segment, u unit) {
	out := &t.out
	t.head(m.ID, &m.IpcPerm)
	out.size(uint64(m.Segsz), u, 10)
	out.str(" ")
	out.uint(uint64(m.Nattch), 10)
	dest, locked := "       ", "       "
	if m.Mode&sysv.SHM_DEST != 0 {
		dest = " dest  "
	}
	if m.Mode&sysv.SHM_LOCKED != 0 {
		locked = " locked"
	}
	out.str(dest)
	out.str(locked)
	out.line()
}

func (t *tool) segmentTimes(m *Segment, _ unit) {
	t.owner(m.ID, 10, &m.IpcPerm)
	for _, at := range [...]int64{m.Atime(), m.Dtime(), m.Ctime()} {
		t.out.str(" ")
		t.out.left(t.out.shortStamp(at), 20)
	}
	t.out.line()
}

func (t *tool) segmentPids(m *Segment, _ unit) {
	t.owner(m.ID, 10, &m.IpcPerm)
	t.out.str(" ")
	t.out.uint(uint64(uint32(m.Cpid)), 10)
	t.out.str(" ")
	t.out.uint(uint64(uint32(m.Lpid)), 10)
	t.out.line()
}

func (t *tool) segmentLimits(r *request) error {
	var info sysv.Shminfo
	if _, err := sysv.Shmctl(0, sysv.IPC_INFO, &info); err != nil {
		return err
	}
	out, pageSize := &t.out, uint64(os.Getpagesize())
	out.str("------ Shared Memory Limits --------\nmax number of segments = ")
	out.uint(uint64(info.Shmmni), 0)
	out.line()
	out.kilobyteLine("max seg size", uint64(info.Shmmax), uint64(info.Shmmax)/1024, r.unit)
	out.kilobyteLine("max total shared memory", saturate(uint64(info.Shmall), pageSize), saturate(uint64(info.Shmall), pageSize/1024), r.unit)
	out.sizeLine("min seg size", uint64(info.Shmmin), r.unit)
	return nil
}

func (t *tool) segmentSummary() error {
	var info sysv.ShmInfo
	if _, err := sysv.Shmctl(0, sysv.SHM_INFO, &info); err != nil {
		return err
	}
	fmt.Fprintf(&t.out, "------ Shared Memory Status --------\nsegments allocated %d\n"+
		"pages allocated %d\npages resident  %d\npages swapped   %d\n"+
		"Swap performance: %d attempts\t %d successes\n",
		info.UsedIds, info.ShmTot, info.ShmRss, info.ShmSwp, info.SwapAttempts, info.SwapSuccesses)
	return nil
}
