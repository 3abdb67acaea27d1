package ipcs

import (
	"context"
	"errors"
	"math/rand"
	"syscall"
	"testing"

	"ipcsh/sysv"
)

// population is a set of objects of a test.
type population struct {
	queues   []int
	segments []int
	sets     []int
	attached []uintptr
}

var owners = []uint32{0, 1, 2, 13, 65534, 12345, 4000000000, 4294967294}

// populate makes up to most objects of each kind, of any owner, size and state.
func populate(t *testing.T, r *rand.Rand, most int) *population {
	p := new(population)
	t.Cleanup(p.remove)
	for range r.Intn(most + 1) {
		p.queue(t, r)
	}
	for range r.Intn(most + 1) {
		p.segment(t, r)
	}
	for range r.Intn(most + 1) {
		p.set(t, r)
	}
	// Holes in the index, and ids above it when they are filled.
	for i := len(p.queues) - 1; i >= 0; i-- {
		if r.Intn(6) == 0 {
			sysv.Msgctl(sysv.Msqid(p.queues[i]), sysv.IPC_RMID, nil)
			p.queues = append(p.queues[:i], p.queues[i+1:]...)
		}
	}
	if r.Intn(2) == 0 {
		p.queue(t, r)
		p.set(t, r)
	}
	return p
}

func (p *population) remove() {
	for _, a := range p.attached {
		sysv.Shmdt(a)
	}
	for _, id := range p.queues {
		sysv.Msgctl(sysv.Msqid(id), sysv.IPC_RMID, nil)
	}
	for _, id := range p.segments {
		sysv.Shmctl(sysv.Shmid(id), sysv.IPC_RMID, nil)
	}
	for _, id := range p.sets {
		sysv.Semctl(sysv.Semid(id), 0, sysv.IPC_RMID, nil)
	}
	*p = population{}
}

func randomKey(r *rand.Rand) sysv.Key {
	if r.Intn(4) == 0 {
		return sysv.IPC_PRIVATE
	}
	return sysv.Key(r.Uint32() >> r.Intn(20))
}

func randomMode(r *rand.Rand) uint32 {
	return []uint32{0o600, 0o644, 0o666, 0o777, 0o700, 0o400, 0o007, 0}[r.Intn(8)]
}

// chown gives an object away, where the user may.
func chown(r *rand.Rand, p *sysv.IpcPerm, set func() error) {
	p.Mode = randomMode(r)
	if r.Intn(2) == 0 {
		p.Uid, p.Gid = owners[r.Intn(len(owners))], owners[r.Intn(len(owners))]
	}
	set()
}

func (p *population) queue(t *testing.T, r *rand.Rand) {
	id, err := sysv.Msgget(randomKey(r), sysv.IPC_CREAT|sysv.IPC_EXCL|0o600)
	if errors.Is(err, syscall.EEXIST) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	p.queues = append(p.queues, int(id))
	b := sysv.NewMsgbuf(8192)
	b.SetType(1)
	for range r.Intn(4) {
		sysv.Msgsnd(context.Background(), id, b, uint(r.Intn(1<<r.Intn(14))), sysv.IPC_NOWAIT)
	}
	if r.Intn(2) == 0 {
		sysv.Msgrcv(context.Background(), id, b, 8192, 0, sysv.IPC_NOWAIT)
	}
	var ds sysv.MsqidDs
	if _, err := sysv.Msgctl(id, sysv.IPC_STAT, &ds); err != nil {
		t.Fatal(err)
	}
	if r.Intn(3) == 0 {
		ds.Qbytes = uint(r.Intn(int(ds.Qbytes) + 1))
	}
	chown(r, &ds.IpcPerm, func() error { _, err := sysv.Msgctl(id, sysv.IPC_SET, &ds); return err })
}

func (p *population) segment(t *testing.T, r *rand.Rand) {
	size := 1 + uint(r.Int63n(1<<(1+r.Intn(34))))
	id, err := sysv.Shmget(randomKey(r), size, sysv.IPC_CREAT|sysv.IPC_EXCL|sysv.SHM_NORESERVE|0o600)
	if errors.Is(err, syscall.EEXIST) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	p.segments = append(p.segments, int(id))
	for range r.Intn(3) {
		if a, err := sysv.Shmat(id, 0, 0); err == nil {
			p.attached = append(p.attached, a)
		}
	}
	if r.Intn(4) == 0 {
		if a, err := sysv.Shmat(id, 0, sysv.SHM_RDONLY); err == nil {
			sysv.Shmdt(a)
		}
	}
	if r.Intn(3) == 0 && size < 1<<16 {
		sysv.Shmctl(id, sysv.SHM_LOCK, nil)
	}
	var ds sysv.ShmidDs
	if _, err := sysv.Shmctl(id, sysv.IPC_STAT, &ds); err != nil {
		t.Fatal(err)
	}
	chown(r, &ds.IpcPerm, func() error { _, err := sysv.Shmctl(id, sysv.IPC_SET, &ds); return err })
	if r.Intn(3) == 0 && ds.Nattch > 0 {
		sysv.Shmctl(id, sysv.IPC_RMID, nil)
	}
}

func (p *population) set(t *testing.T, r *rand.Rand) {
	n := 1 + r.Intn(1<<r.Intn(8))
	id, err := sysv.Semget(randomKey(r), n, sysv.IPC_CREAT|sysv.IPC_EXCL|0o600)
	if errors.Is(err, syscall.EEXIST) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	p.sets = append(p.sets, int(id))
	for range r.Intn(4) {
		sysv.Semctl(id, r.Intn(n), sysv.SETVAL, sysv.SemVal(r.Intn(32768)))
		sysv.Semop(context.Background(), id, []sysv.Sembuf{{Num: uint16(r.Intn(n)), Op: 1, Flg: sysv.IPC_NOWAIT}})
	}
	var ds sysv.SemidDs
	if _, err := sysv.Semctl(id, 0, sysv.IPC_STAT, &ds); err != nil {
		t.Fatal(err)
	}
	chown(r, &ds.IpcPerm, func() error { _, err := sysv.Semctl(id, 0, sysv.IPC_SET, &ds); return err })
}
