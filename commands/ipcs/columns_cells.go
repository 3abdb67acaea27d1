package ipcs

import (
	"errors"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode"
)

// isoTime is ISO 8601 as lsipc writes it: with the zone, Greenwich's too.
const isoTime = "2006-01-02T15:04:05-07:00"

// cell is what a column shows of an object: the text, and the number it is sorted
// by where it is one. Cells that are not known come last, whatever the order.
type cell struct {
	text  string
	n     int64
	known bool
}

func numberCell(n int64) cell { return cell{strconv.FormatInt(n, 10), n, true} }

func textCell(s string) cell {
	if s == "" {
		return noCell()
	}
	return cell{text: s, known: true}
}

// noCell is that of what there is not, hiddenCell of what could not be read.
func noCell() cell     { return cell{text: "-"} }
func hiddenCell() cell { return cell{text: "?"} }

// tableView is what the cells of one table are made from.
type tableView struct {
	live   *Live
	who    sleepersAndUsers
	now    time.Time
	sizeOf func(uint64) string
	sets   map[int]setReading // so that each set is read once
}

type setReading struct {
	list []Semaphore
	err  error
}

func newTableView(l *Live, size func(uint64) string) *tableView {
	return &tableView{live: l, who: sleepersAndUsers{live: l}, now: l.now(), sizeOf: size, sets: map[int]setReading{}}
}

// cell is the cell of a column, "-" if the object's kind has none.
func (v *tableView) cell(col *column, x *listedObject) cell {
	if strings.IndexByte(col.kinds, x.kind) < 0 {
		return noCell()
	}
	return col.cell(v, x)
}

// sort sorts by the first key, then by the next. Cells are made once.
func (v *tableView) sort(list []listedObject, keys []SortKey) error {
	for i := len(keys) - 1; i >= 0; i-- {
		col, err := findColumn(keys[i].Name)
		if err != nil {
			return err
		}
		rows := make([]sortRow, len(list))
		for j := range list {
			rows[j] = sortRow{v.cell(col, &list[j]), list[j]}
		}
		desc := keys[i].Desc
		sort.SliceStable(rows, func(a, b int) bool {
			x, y := &rows[a].cell, &rows[b].cell
			switch {
			case x.known != y.known:
				return x.known
			case !x.known:
				return false
			}
			if desc {
				x, y = y, x
			}
			if col.look == asText {
				return x.text < y.text
			}
			return x.n < y.n
		})
		for j := range rows {
			list[j] = rows[j].object
		}
	}
	return nil
}

type sortRow struct {
	cell   cell
	object listedObject
}

func (v *tableView) user(uid uint32, orNumber bool) cell {
	if name := nameIn(v.live.Users, uid); name != "" || !orNumber {
		return textCell(name)
	}
	return textCell(strconv.FormatUint(uint64(uid), 10))
}

func (v *tableView) group(gid uint32) cell { return textCell(nameIn(v.live.Groups, gid)) }

func (v *tableView) time(sec int64) cell {
	if sec == 0 {
		return noCell()
	}
	return cell{time.Unix(sec, 0).In(v.now.Location()).Format(isoTime), sec, true}
}

func (v *tableView) size(n uint64) cell {
	s := strconv.FormatUint(n, 10)
	if v.sizeOf != nil {
		s = v.sizeOf(n)
	}
	return cell{s, int64(min(n, 1<<63-1)), true}
}

func (v *tableView) memory(n uint64) cell {
	if v.live.NoMemory {
		return hiddenCell()
	}
	return v.size(n)
}

func (v *tableView) age(ctime int64) cell {
	n := secondsSince(v.now, ctime)
	return cell{shortAge(n), n, true}
}

// shortAge words seconds with their two largest units: 3d4h, 12m5s.
func shortAge(sec int64) string {
	units := [...]struct {
		sec  int64
		name string
	}{{86400, "d"}, {3600, "h"}, {60, "m"}, {1, "s"}}
	for i, u := range units {
		if sec < u.sec || i == len(units)-1 {
			continue
		}
		s := strconv.FormatInt(sec/u.sec, 10) + u.name
		if rest := sec % u.sec / units[i+1].sec; rest > 0 {
			s += strconv.FormatInt(rest, 10) + units[i+1].name
		}
		return s
	}
	return strconv.FormatInt(sec, 10) + "s"
}

// read reads a set's semaphores, once.
func (v *tableView) read(s *Set) setReading {
	r, ok := v.sets[s.ID]
	if !ok {
		r.list, r.err = v.live.semaphores(s.ID, int(s.Nsems))
		v.sets[s.ID] = r
	}
	return r
}

// semaphores is a number of each semaphore of a set, sorted by their sum.
func (v *tableView) semaphores(s *Set, get func(Semaphore) int) cell {
	r := v.read(s)
	switch {
	case permissionDenied(r.err):
		return hiddenCell()
	case r.err != nil: // it has been removed
		return noCell()
	}
	words := make([]string, len(r.list))
	sum := 0
	for i, sem := range r.list {
		words[i] = strconv.Itoa(get(sem))
		sum += get(sem)
	}
	return cell{strings.Join(words, ","), int64(sum), true}
}

func permissionDenied(err error) bool {
	return errors.Is(err, syscall.EACCES) || errors.Is(err, syscall.EPERM)
}

func fillCell(v *tableView, x *listedObject) cell {
	switch {
	case v.live.qbytesHidden(x.id):
		return hiddenCell()
	case x.q.Qbytes == 0:
		return noCell()
	}
	part := float64(x.q.Cbytes) / float64(x.q.Qbytes)
	return cell{strconv.FormatFloat(part*100, 'f', 1, 64) + "%", int64(part * 1e6), true}
}

func waitersCell(v *tableView, x *listedObject) cell {
	list, hidden := v.who.waitersOf(x.kind, x.id)
	if x.s != nil {
		if r := v.read(x.s); r.err == nil { // they may be in another pid namespace, too
			hidden = len(list) < sleepers(r.list)
		}
	}
	words := make([]string, 0, len(list)+1)
	for _, w := range list {
		word := strconv.Itoa(w.Pid)
		if w.Tid != 0 && w.Tid != w.Pid {
			word += "/" + strconv.Itoa(w.Tid)
		}
		words = append(words, word)
	}
	return peopleCell(words, hidden)
}

func attachersCell(v *tableView, x *listedObject) cell {
	list := v.who.attachersOf(x.m.ID)
	var words []string
	for i, a := range list {
		if i == 0 || a.Pid != list[i-1].Pid { // once, however often it has it attached
			words = append(words, strconv.Itoa(a.Pid))
		}
	}
	return peopleCell(words, len(list) < int(x.m.Nattch))
}

// peopleCell lists processes; "?" stands for those that may be hidden.
func peopleCell(words []string, hidden bool) cell {
	n := len(words)
	if hidden {
		words = append(words, "?")
	}
	if len(words) == 0 {
		return cell{"-", 0, true}
	}
	return cell{strings.Join(words, ","), int64(n), n > 0}
}

func commandCell(v *tableView, x *listedObject) cell {
	line, err := v.live.command(int(x.m.Cpid))
	switch {
	case errors.Is(err, syscall.ESRCH):
		return noCell()
	case err != nil:
		return hiddenCell()
	}
	return textCell(printable(line))
}

// printable replaces what could move a terminal's cursor.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, s)
}
