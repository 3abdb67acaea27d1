package ipcs

import "slices"

// confirmed asks before objects are removed that this session did not make. The
// tool itself, which has no session, asks nothing.
func (r *remover) confirmed() bool {
	if r.Confirm == nil || r.force || r.dryRun {
		return true
	}
	n := r.foreign()
	if n == 0 || r.Confirm(n) {
		return true
	}
	objects := "objects"
	if n == 1 {
		objects = "object"
	}
	r.warn("nothing removed: %d %s that this session did not make (--force removes without asking)", n, objects)
	return false
}

// foreign counts the objects that would be removed and are not the session's.
func (r *remover) foreign() int {
	type object struct {
		kind byte
		id   int
	}
	found := map[object]bool{}
	add := func(kind byte, id int) {
		if r.mayRemove(kind, id) == nil && !r.kept(kind, id) && (r.Mine == nil || !r.Mine(kind, id)) {
			found[object{kind, id}] = true
		}
	}
	for _, s := range r.steps {
		switch {
		case s.do != nil:
		case s.byKey:
			if id, err := s.find(); err == nil {
				add(s.kind, id)
			}
		default:
			add(s.kind, s.id)
		}
	}
	if r.all {
		for _, kind := range []byte{KindSegment, KindSet, KindQueue} {
			if len(r.kinds) > 0 && !slices.Contains(r.kinds, kind) {
				continue
			}
			r.each(kind, func(id int) { add(kind, id) })
		}
	}
	return len(found)
}
