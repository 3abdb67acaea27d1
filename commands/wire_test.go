package commands

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/valyala/fastjson"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/ctype"
	"ipcsh/commands/text"
	"ipcsh/commands/words"
	"ipcsh/sysv"
)

func parse(t testing.TB, b []byte) *fastjson.Value {
	t.Helper()
	v, err := fastjson.ParseBytes(append([]byte(nil), b...))
	if err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	return v
}

// sent returns v as session s reads it, and fails where it is then written
// differently. What the parser holds is overwritten, to find what was not copied.
func sent(t testing.TB, s *Session, v cexpr.Value) cexpr.Value {
	t.Helper()
	b := AppendValue(nil, v)
	var p fastjson.Parser
	j, err := p.ParseBytes(b)
	if err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	got, err := s.ReadValue(j)
	if err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	if _, err := p.Parse(`"` + strings.Repeat("#", len(b)) + `"`); err != nil {
		t.Fatal(err)
	}
	if again := AppendValue(nil, got); !bytes.Equal(again, b) {
		t.Fatalf("%s\nreads back as\n%s", b, again)
	}
	return got
}

// run runs statements, one a line, as the engine would, and returns the error of
// the last.
func run(t testing.TB, s *Session, script string) error {
	t.Helper()
	var last error
	for _, line := range strings.Split(script, "\n") {
		if last != nil {
			t.Fatal(last)
		}
		name, cmdline, assigns := strings.Cut(line, " = ")
		if !assigns || strings.HasPrefix(line, "let ") {
			name, cmdline = "", line
		}
		word, rest, _ := strings.Cut(cmdline, " ")
		cmd := s.Table.Lookup(word)
		var b *Binding
		var err error
		if cmd.Prepare != nil {
			b, err = s.BindRaw(cmd, rest, len(word)+1)
		} else {
			var ws []words.Word
			if ws, err = words.Split(rest); err == nil {
				b, err = s.Bind(cmd, rest, ws)
			}
		}
		if err != nil {
			last = err
			continue
		}
		res, err := b.Run(context.Background(), true)
		if last = err; err == nil && name != "" {
			setVar(s, name, res.Value())
		}
	}
	return last
}

func declared(t testing.TB) *Session {
	t.Helper()
	s := NewSession(NewTable())
	err := run(t, s, "struct point { short x; double y; }\nstruct ring { char who[16]; struct point slot[2]; unsigned long n[2][3]; bool on; }")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// values makes values of every kind, some of them extreme.
type values struct {
	*rand.Rand
	s *Session
}

func (r values) text() string {
	pieces := []string{"", "a", "\x00", "\xff", "한글", "\"", "\\", "\n", "\u2028", "\x7f", "\U0001f600", "\xed\xa0\x80", "\r\t\x01", "{}[],:"}
	out := ""
	for n := r.Intn(5); n > 0; n-- {
		out += pieces[r.Intn(len(pieces))]
	}
	return out
}

func (r values) number() int64 {
	extremes := []int64{0, 1, -1, math.MaxInt64, math.MinInt64, 1 << 53, 1<<53 + 1, 999999999999999999, 1000000000000000000}
	if n := r.Intn(2 * len(extremes)); n < len(extremes) {
		return extremes[n]
	}
	return int64(r.Uint64())
}

func (r values) typ() *ctype.Type {
	names := []string{"int", "unsigned long long", "char[16]", "double[2][3]", "struct point", "struct ring", "struct ring[2]", "bool"}
	t, _ := r.s.Structs.Lookup(names[r.Intn(len(names))])
	return t
}

func (r values) fields() []Field {
	var list []Field
	for n := r.Intn(4); n > 0; n-- {
		list = append(list, Field{r.text(), r.value(3), Format(r.Intn(int(Time) + 1))})
	}
	return list
}

func (r values) bytes(n int) []byte {
	b := make([]byte, n)
	r.Read(b)
	return b
}

func (r values) value(depth int) cexpr.Value {
	switch n := r.Intn(10 - depth); n {
	case 0:
		return cexpr.StringOf(r.text())
	case 1:
		return cexpr.KeyOf(int32(r.number()))
	case 2:
		return cexpr.FloatOf(math.Float64frombits(uint64(r.number()) &^ (1 << 62))) // no NaN: it equals nothing
	case 3, 4:
		l := make(List, r.Intn(4))
		for i := range l {
			l[i] = r.value(min(depth+1, 6))
		}
		return cexpr.RefOf(l)
	case 5:
		d := &Data{Bytes: []byte(r.text()), ret: r.number()}
		if d.message = r.Intn(2) == 0; d.message {
			d.mtype = r.number()
		}
		switch r.Intn(3) {
		case 0:
			d.as = []string{"hex", "text", "cstr"}[r.Intn(3)]
		case 1:
			d.typ = r.typ()
			d.Bytes = r.bytes(d.typ.Size)
		}
		return cexpr.RefOf(d)
	case 6:
		return cexpr.RefOf(&Record{r.number(), r.fields()})
	case 7:
		h := &Handle{Kind: ObjectKind(r.Intn(int(Key) + 1)), ID: r.number(), Addr: uintptr(r.Uint64()), key: sysv.Key(r.number()), fields: r.fields()}
		if h.Kind == Attached {
			h.Type, h.s = r.typ(), r.s
		}
		return cexpr.RefOf(h)
	case 8:
		typ := r.typ()
		return cexpr.RefOf(&View{mem: bytesMemory(r.bytes(typ.Size)), typ: typ})
	}
	return cexpr.IntOf(r.number())
}

func TestWireValues(t *testing.T) {
	s := declared(t)
	r := values{rand.New(rand.NewSource(1)), s}
	kinds := map[string]int{}
	for range 20000 {
		v := r.value(0)
		if got := sent(t, s, v); !reflect.DeepEqual(got, v) {
			t.Fatalf("%s\n%#v\n%#v", AppendValue(nil, v), v, got)
		}
		kinds[fmt.Sprintf("%d %T", v.Kind, v.O)]++
	}
	if len(kinds) != 9 {
		t.Error(kinds)
	}
	for _, f := range []float64{math.NaN(), math.Float64frombits(0x7ff8dead00000001), math.Inf(1), math.Inf(-1), math.Copysign(0, -1), 1, math.MaxFloat64, 5e-324} {
		if got := sent(t, s, cexpr.FloatOf(f)); got.Kind != cexpr.Float || math.Float64bits(got.F) != math.Float64bits(f) {
			t.Error(f, got)
		}
	}
}

// TestWireTypes sends values to a session where the struct is unknown or another,
// and one whose struct is older than the one declared now.
func TestWireTypes(t *testing.T) {
	s := declared(t)
	old, _ := s.Structs.Lookup("point")
	d := &Data{Bytes: make([]byte, old.Size), typ: old}
	d.Bytes[0] = 7
	if err := run(t, s, "struct point { int z; }\nstruct pair { struct point p; struct ring r; }"); err != nil {
		t.Fatal(err)
	}
	pair, _ := s.Structs.Lookup("pair")
	for _, to := range []*Session{NewSession(NewTable()), declared(t), s} {
		got := sent(t, to, cexpr.RefOf(d)).O.(*Data)
		if x, err := got.Member("x"); err != nil || x.I != 7 || got.typ.Decl() != old.Decl() {
			t.Error(x, err)
		}
		both := sent(t, to, cexpr.RefOf(&Data{Bytes: make([]byte, pair.Size), typ: pair})).O.(*Data)
		if !both.typ.Same(pair) || !reflect.DeepEqual(both.typ, pair) {
			t.Errorf("%s: %s", pair.Decl(), both.typ.Decl())
		}
	}
	if got := sent(t, s, cexpr.RefOf(&Data{Bytes: make([]byte, pair.Size), typ: pair})).O.(*Data); got.typ != pair {
		t.Error("the session's own struct is not found again")
	}
}

func TestWireResult(t *testing.T) {
	s := declared(t)
	r := values{rand.New(rand.NewSource(2)), s}
	for range 500 {
		in := &Result{Ret: r.number(), RetFmt: Format(r.Intn(5)), Fields: r.fields(), Print: r.Intn(2) == 0}
		if r.Intn(2) == 0 {
			in.Lines = []string{r.text(), r.text()}
		}
		if v := r.value(0); v.Kind == cexpr.Ref {
			in.Bind = v
		}
		if r.Intn(2) == 0 {
			in.Note = text.F("as=%s: %s", "as=%s: %s은(는) 100%%", r.text(), text.F("bytes", "바이트"))
		}
		got, err := s.ReadResult(parse(t, AppendResult(nil, in)))
		if err != nil {
			t.Fatal(err)
		}
		if in.Note != nil {
			for _, l := range []text.Lang{text.En, text.Ko} {
				if got.Note.In(l) != in.Note.In(l) {
					t.Fatalf("%q is not %q", got.Note.In(l), in.Note.In(l))
				}
			}
			got.Note = in.Note
		}
		if !reflect.DeepEqual(got, in) {
			t.Fatalf("%#v\n%#v", in, got)
		}
	}
	if got, err := s.ReadResult(parse(t, AppendResult(nil, nil))); got != nil || err != nil {
		t.Error(got, err)
	}
}

func TestWireErrors(t *testing.T) {
	s := declared(t)
	_, file := sysv.Attachments()
	pathErr := &fs.PathError{Op: "open", Path: "/한글\xff", Err: syscall.ENOENT}
	fault := &sysv.FaultError{Addr: ^uintptr(0) - 5, Write: true}
	errs := []error{
		nil, file, &sysv.Error{Call: "msgget", Errno: syscall.ENOENT}, &sysv.Error{Call: "shmat", Errno: 4095}, syscall.EAGAIN, pathErr, fileError(pathErr),
		fault, &Fault{Op: "write", Fault: fault, Why: text.F("no segment %d", "세그먼트 %d번이(가) 없음", 7)}, &Fault{Op: "\xff", Fault: fault},
		fmt.Errorf("around: %w", &Fault{Op: "read", Fault: &sysv.FaultError{Addr: 16}}),
		usage(3, 9, "%s is no name%s", "%s은(는) 이름이 아닙니다%s", "q", Suggest([]string{"p"})), usage(-1, -1, "", ""),
		&UsageError{Pos: 1, End: 2, Msg: text.F("plain %%s", "을(를) %%s"), Cmd: s.Table.Lookup("msgsnd")},
		fmt.Errorf("in: %w", usage(1, 2, "typo", "오타")), Unmet("expected %s, got %s", "%s을(를) 기대했으나 %s", text.F("1 == 2", "1 == 2"), text.F("0", "0")), fmt.Errorf("in: %w", &CheckError{Msg: text.F("no", "아님")}),
		text.F("only %d", "%d개뿐", 3), errors.New("plain"), context.Canceled, context.DeadlineExceeded, fmt.Errorf("x: %w", context.Canceled),
		&ctype.PathError{Path: "p", Err: &ctype.PathError{Path: "x", Err: text.F("bad", "나쁨")}},
		&sysv.NamespaceError{Err: &sysv.Error{Call: "unshare", Errno: syscall.EPERM}, Setting: "seccomp"},
		&Refusal{text.F("inner", "속"), text.F("outer", "겉")}, run(t, s, "let x = 1/0"), run(t, s, "msgget 0 0600 7"),
	}
	for _, in := range errs {
		b := AppendError(nil, in)
		got := s.ReadError(parse(t, b))
		if (got == nil) != (in == nil) {
			t.Errorf("%v: %v", in, got)
			continue
		}
		if in == nil {
			continue
		}
		for _, l := range []text.Lang{text.En, text.Ko} {
			if text.Of(got, l) != text.Of(in, l) {
				t.Errorf("%q is not %q: %s", text.Of(got, l), text.Of(in, l), b)
			}
		}
		if ErrnoOf(got) != ErrnoOf(in) || IsUsage(got) != IsUsage(in) || !bytes.Equal(AppendError(nil, got), b) {
			t.Errorf("%s: %q %v, %s", b, ErrnoOf(got), IsUsage(got), AppendError(nil, got))
		}
		var errno1, errno2 syscall.Errno
		if errors.As(in, &errno1) != errors.As(got, &errno2) || errno1 != errno2 || errors.Is(in, context.Canceled) != errors.Is(got, context.Canceled) {
			t.Errorf("%v: %#v", in, got)
		}
		sameWithin[*sysv.Error](t, in, got)
		sameWithin[*sysv.FaultError](t, in, got)
		var c1, c2 *CheckError
		var u1, u2 *UsageError
		if errors.As(in, &c1) != errors.As(got, &c2) {
			t.Errorf("%v: %#v", in, got)
		}
		if errors.As(in, &u1) && errors.As(got, &u2) && (u1.Pos != u2.Pos || u1.End != u2.End || u1.Cmd != u2.Cmd) {
			t.Errorf("%#v: %#v", u1, u2)
		}
	}
	for _, rubbish := range []string{"1", "[]", "{}", `{"usage":1}`, `{"refusal":["a","b"],"err":null}`, `{"op":1}`, `{"foreign":[]}`, `"x"`, `{"call":[]}`} {
		if err := s.ReadError(parse(t, []byte(rubbish))); err == nil || text.Of(err, text.Ko) == "" {
			t.Errorf("%s is no error", rubbish)
		}
	}
}

// sameWithin fails unless both have an equal error of type E within, or neither has.
func sameWithin[E error](t *testing.T, in, got error) {
	t.Helper()
	var a, b E
	if errors.As(in, &a) != errors.As(got, &b) || !reflect.DeepEqual(a, b) {
		t.Errorf("%#v is not %#v", b, a)
	}
}

func TestWireExplanation(t *testing.T) {
	in := &Explanation{Why: []*text.Msg{text.F("%d left", "%d개 남음", 1), text.F("b", "나")}}
	got, err := ReadExplanation(parse(t, AppendExplanation(nil, in)))
	if err != nil || len(got.Why) != 2 || got.Next != nil || got.Why[0].In(text.Ko) != "1개 남음" || got.Why[1].In(text.En) != "b" {
		t.Error(got, err)
	}
	if got, err := ReadExplanation(parse(t, AppendExplanation(nil, nil))); got != nil || err != nil {
		t.Error(got, err)
	}
}

func TestWireState(t *testing.T) {
	s := declared(t)
	r := values{rand.New(rand.NewSource(3)), s}
	for i := range 200 {
		setVar(s, fmt.Sprintf("v%d", i), r.value(0))
	}
	s.Lang, s.NotesOff, s.Timeout = text.Ko, true, 3*time.Second
	s.Failed(&sysv.Error{Call: "msgget", Errno: syscall.EEXIST})
	state := s.AppendState(nil, nil)
	to := NewSession(s.Table)
	setVar(to, "mine", cexpr.IntOf(1))
	for range 2 { // the same structs again are no mistake
		if err := to.ReadState(parse(t, state)); err != nil {
			t.Fatal(err)
		}
	}
	if to.Lang != text.Ko || !to.NotesOff || to.Timeout != s.Timeout || to.errno != syscall.EEXIST || to.ret != -1 {
		t.Error(to)
	}
	if v, err := to.Var("mine"); err != nil || v.I != 1 {
		t.Error("a variable that was not sent is gone", err)
	}
	if err := to.Unset("mine"); err != nil {
		t.Error(err)
	}
	if again := to.AppendState(nil, nil); !bytes.Equal(again, state) {
		t.Errorf("%s\n%s", state, again)
	}
	few := string(s.AppendState(nil, func(name string) bool { return name == "v7" }))
	if !strings.Contains(few, `"v7":`) || strings.Contains(few, `"v8":`) || strings.Contains(few, "errno") {
		t.Error(few)
	}
	before := string(to.AppendState(nil, nil))
	for _, rubbish := range []string{"1", "[]", `{"lang":"en","vars":{"a b":1}}`, `{"timeout":1,"vars":{"a":1,"b":1e5}}`, `{"vars":{"a":true}}`,
		`{"structs":[["struct zz { int }"]]}`, `{"structs":[["struct zz { int a; };"],[]]}`, `{"structs":[["struct zz { struct point p; };"]]}`,
		`{"vars":{"a":{"d":"x","type":"int"}}}`, `{"vars":{"a":{"h":9}}}`, `{"vars":{"a":{"h":0,"type":"int"}}}`, `{"vars":{"a":{"v":null,"type":"int"}}}`, `{"vars":{"a":{"v":"x","type":"int"}}}`} {
		if err := to.ReadState(parse(t, []byte(rubbish))); err == nil {
			t.Errorf("%s is read", rubbish)
		}
		if after := string(to.AppendState(nil, nil)); after != before {
			t.Fatalf("%s changed the session: %s", rubbish, after)
		}
	}
}

// TestWireMemory sends handles and views of attached memory.
func TestWireMemory(t *testing.T) {
	s := declared(t)
	if err := run(t, s, "m = shmget 0 4096 0600\na = shmat m as=struct ring\nlet a.slot[1].x = 5\nlet v = a.slot[1]\nlet slots = a.slot"); err != nil {
		t.Fatal(err)
	}
	defer s.RemoveMade()
	a, _ := s.Var("a")
	v, _ := s.Var("v")
	alone := NewSession(s.Table) // stands for a process where nothing is attached
	snapshot := sent(t, alone, v).O.(*View)
	if x, err := snapshot.Member("x"); err != nil || x.I != 5 {
		t.Error(x, err)
	}
	h := sent(t, alone, a).O.(*Handle)
	if _, err := h.Member("on"); ErrnoOf(err) != "SIGSEGV" || h.s != alone {
		t.Error("the shell's memory is read:", err)
	}
	if err := snapshot.SetMember("x", cexpr.IntOf(6)); ErrnoOf(err) != "SIGSEGV" {
		t.Error("stored where nothing is attached:", err)
	}
	back := sent(t, s, cexpr.RefOf(snapshot)).O.(*View) // and home again it is the memory
	if err := back.SetMember("x", cexpr.IntOf(9)); err != nil {
		t.Error(err)
	}
	for _, o := range []cexpr.Object{v.O, back} {
		if x, err := o.Member("x"); err != nil || x.I != 9 {
			t.Error(x, err)
		}
	}
	slots, _ := s.Var("slots") // a part of what was sent is found again too
	part, err := sent(t, alone, slots).O.Index(1)
	if err != nil {
		t.Fatal(err)
	}
	live := sent(t, s, part).O.(*View)
	if err := live.SetMember("x", cexpr.IntOf(11)); err != nil {
		t.Error(err)
	}
	for _, o := range []cexpr.Object{v.O, live} {
		if x, err := o.Member("x"); err != nil || x.I != 11 {
			t.Error(x, err)
		}
	}
	if x, _ := snapshot.Member("x"); x.I != 5 {
		t.Error(x)
	}
	if err := run(t, s, "shmdt a"); err != nil {
		t.Fatal(err)
	}
	gone := sent(t, alone, v).O.(*View) // what cannot be loaded faults there too
	if _, err := gone.Member("x"); ErrnoOf(err) != "SIGSEGV" {
		t.Error(err)
	}
}

func TestReattach(t *testing.T) {
	s := declared(t)
	err := run(t, s, "m = shmget 0 16384 0700\nn = shmget 0 4096 0600\na = shmat m\nb = shmat n 0 SHM_RDONLY\n"+
		"c = shmat n a SHM_REMAP\nd = shmat n a+8192 SHM_REMAP|SHM_RDONLY\nlet v = 1\nshmctl n IPC_RMID")
	if err != nil {
		t.Fatal(err)
	}
	defer s.RemoveMade()
	maps := func() string {
		list, err := sysv.Attachments()
		if err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf("%+v", list)
	}
	before, order := maps(), fmt.Sprint(s.attachments.order)
	list := s.AppendAttachments(nil)
	// The removed segment lives as long as somebody has it.
	n, _ := s.Var("n")
	hold, err := sysv.Shmat(sysv.Shmid(n.O.(*Handle).ID), 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	detach := func() {
		for _, a := range append([]uintptr(nil), s.attachments.order...) {
			if err := sysv.Shmdt(a); err != nil {
				t.Error(err)
			}
			s.attachments.detached(a)
		}
	}
	detach()
	to := NewSession(s.Table)
	if err := to.Reattach(parse(t, list)); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(to.attachments.order); got != order || len(to.attachments.order) != 4 {
		t.Errorf("attached in the order %s, not %s", got, order)
	}
	s.attachments = to.attachments
	if err := sysv.Shmdt(hold); err != nil {
		t.Error(err)
	}
	if after := maps(); after != before {
		t.Errorf("%s\n%s\n%s", before, after, list)
	}
	detach()
	empty := maps()
	err = to.Reattach(parse(t, list)) // n is gone now
	if want := fmt.Sprintf("segment %d cannot be attached at 0x", n.O.(*Handle).ID); err == nil || !strings.Contains(err.Error(), want) || ErrnoOf(err) == "" {
		t.Error(err)
	}
	if after := maps(); after != empty {
		t.Errorf("a failure leaves attachments: %s", after)
	}
	m, _ := s.Var("m")
	for _, rubbish := range []string{fmt.Sprintf(`[{"shmid":%d,"addr":0}]`, m.O.(*Handle).ID), `[1]`} {
		if err := to.Reattach(parse(t, []byte(rubbish))); err == nil {
			t.Error(rubbish)
		}
	}
}

// FuzzReadState reads rubbish. What is read and written is the same when it is
// read again.
func FuzzReadState(f *testing.F) {
	table := NewTable()
	s := declared(f)
	r := values{rand.New(rand.NewSource(4)), s}
	for range 30 {
		setVar(s, "v", r.value(0))
		f.Add(string(s.AppendState(nil, nil)))
	}
	f.Add(`{"vars":{"a":{"v":null,"type":"int[9]","at":[1,2,3]}},"structs":[["struct a { struct b b; };",["struct b { int i; };"]]]}`)
	f.Add(`{"why":[["a","b"]],"ret":1,"note":["a","b"],"fields":[["a",1,2]],"usage":["a","b"],"foreign":["",""],"err":{"op":"x"}}`)
	f.Fuzz(func(t *testing.T, src string) {
		j, err := fastjson.Parse(src)
		if err != nil {
			return
		}
		s := NewSession(table)
		if err := s.ReadError(j); err != nil {
			AppendError(nil, err)
		}
		if r, err := s.ReadResult(j); err == nil {
			AppendResult(nil, r)
		}
		if e, err := ReadExplanation(j); err == nil {
			AppendExplanation(nil, e)
		}
		if s.ReadState(j) != nil {
			return
		}
		for _, v := range s.Vars() {
			Field{Val: v.Val}.Show()
		}
		once := s.AppendState(nil, nil)
		to := NewSession(table)
		if err := to.ReadState(parse(t, once)); err != nil {
			t.Fatalf("%s: %v", once, err)
		}
		if again := to.AppendState(nil, nil); !bytes.Equal(again, once) {
			t.Fatalf("%s\n%s", once, again)
		}
	})
}
