package ipcs

import (
	"slices"
	"testing"

	"ipcsh/sysv"
)

// TestScan: every index is asked once and what is there is told in order, however
// many read and however much is missing.
func TestScan(t *testing.T) {
	for _, readers := range []int{1, 2, 3, 12} {
		for _, highest := range []int{-1, 0, 1, batch, 2*batch - 1, 2 * batch, 2*batch + 1, 5 * batch, 20*batch + 7} {
			for _, every := range []int{1, 3, batch, 3 * batch, 1 << 30} {
				var want, got []int
				for i := 0; i <= highest; i += every {
					want = append(want, i)
				}
				scan(readers, highest, func(n *int) { got = append(got, *n) }, func(index int, n *int) bool {
					*n = index
					return index%every == 0
				})
				if !slices.Equal(got, want) {
					t.Errorf("%d readers, 0 to %d, every %d: %d of %d, or not in order", readers, highest, every, len(got), len(want))
				}
			}
		}
	}
}

// TestManySameAsSystem compares lists of several batches with the system's.
func TestManySameAsSystem(t *testing.T) {
	utilLinux(t)
	r := &objects{t: t}
	for i := range 4*batch + 100 {
		r.queue(i)
		r.set(i)
		r.segment(i)
	}
	r.thin()
	for _, args := range [][]string{{}, {"-q"}, {"-m"}, {"-s"}, {"-a", "-t"}, {"-a", "-c"}, {"-a", "-p"}} {
		same(t, args...)
	}
}

// objects are made with growing keys and removed at the end.
type objects struct {
	t      *testing.T
	remove []func()
}

func (o *objects) add(err error, remove func()) {
	if err != nil {
		o.t.Fatal(err)
	}
	o.remove = append(o.remove, remove)
	o.t.Cleanup(remove)
}

func (o *objects) queue(i int) {
	id, err := sysv.Msgget(sysv.Key(0x51000000+i), sysv.IPC_CREAT|sysv.IPC_EXCL|0o600)
	o.add(err, func() { sysv.Msgctl(id, sysv.IPC_RMID, nil) })
}

func (o *objects) set(i int) {
	id, err := sysv.Semget(sysv.Key(0x51000000+i), 1+i%5, sysv.IPC_CREAT|sysv.IPC_EXCL|0o640)
	o.add(err, func() { sysv.Semctl(id, 0, sysv.IPC_RMID, nil) })
}

func (o *objects) segment(i int) {
	id, err := sysv.Shmget(sysv.Key(0x51000000+i), uint(1+i), sysv.IPC_CREAT|sysv.IPC_EXCL|0o400)
	o.add(err, func() { sysv.Shmctl(id, sysv.IPC_RMID, nil) })
}

// thin removes some again, so that there are holes and empty batches.
func (o *objects) thin() {
	for i, remove := range o.remove {
		if i%7 == 0 || i/3 > batch && i/3 < 2*batch+50 {
			remove()
		}
	}
	o.remove = nil
}
