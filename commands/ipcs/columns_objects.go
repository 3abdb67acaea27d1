package ipcs

import (
	"time"

	"ipcsh/sysv"
)

// listedObject is an object of any kind: one of q, m and s is set.
type listedObject struct {
	kind byte
	id   int
	perm *sysv.IpcPerm
	q    *Queue
	m    *Segment
	s    *Set
}

// listed puts the objects of the kinds into one list.
func listed(o *Objects, kinds string) []listedObject {
	var list []listedObject
	for _, k := range []byte(kinds) {
		switch k {
		case 'q':
			for i := range o.Queues {
				q := &o.Queues[i]
				list = append(list, listedObject{kind: k, id: q.ID, perm: &q.IpcPerm, q: q})
			}
		case 'm':
			for i := range o.Segments {
				m := &o.Segments[i]
				list = append(list, listedObject{kind: k, id: m.ID, perm: &m.IpcPerm, m: m})
			}
		case 's':
			for i := range o.Sets {
				s := &o.Sets[i]
				list = append(list, listedObject{kind: k, id: s.ID, perm: &s.IpcPerm, s: s})
			}
		}
	}
	return list
}

// ctime is when the object was made or last changed.
func (x *listedObject) ctime() int64 {
	switch {
	case x.q != nil:
		return x.q.Ctime()
	case x.m != nil:
		return x.m.Ctime()
	}
	return x.s.Ctime()
}

// secondsSince is how long ago that was.
func secondsSince(now time.Time, ctime int64) int64 { return max(0, now.Unix()-ctime) }
