package cexpr

import (
	"errors"
	"math"
	"strings"
	"testing"

	"ipcsh/commands/text"
)

// names is the Scope of the tests.
type names struct{}

func (names) Const(name string) (int64, bool) {
	switch name {
	case "IPC_CREAT":
		return 01000, true
	case "IPC_EXCL":
		return 02000, true
	}
	return 0, false
}

func (names) Func(name string) (int, int, bool) {
	switch name {
	case "qnum", "kind":
		return 1, 1, true
	case "sum":
		return 0, -1, true
	case "pair":
		return 1, 2, true
	}
	return 0, 0, false
}

// ring is the object of the tests: a handle with an id, members and elements.
type ring struct {
	id    Value
	parts map[string]Value
	slots []Value
}

var errGone = errors.New("it is gone")

func (r *ring) Scalar() (Value, error) {
	if r.id.I < 0 {
		return Value{}, errGone
	}
	return r.id, nil
}

func (r *ring) Member(name string) (Value, error) {
	if v, ok := r.parts[name]; ok {
		return v, nil
	}
	return Value{}, text.F("no member %s", "%s: 없는 멤버", name)
}

func (r *ring) Index(i int64) (Value, error) {
	if i < 0 || i >= int64(len(r.slots)) {
		return Value{}, errGone
	}
	return r.slots[i], nil
}

func (r *ring) SetMember(name string, v Value) error {
	if _, err := r.Member(name); err != nil {
		return err
	}
	r.parts[name] = v
	return nil
}

func (r *ring) SetIndex(i int64, v Value) error {
	if _, err := r.Index(i); err != nil {
		return err
	}
	r.slots[i] = v
	return nil
}

// readOnly hides that a ring can be set.
type readOnly struct{ Object }

// vars is the Env of the tests.
type vars map[string]Value

func newVars() vars {
	slot := &ring{slots: []Value{IntOf(10), IntOf(11), IntOf(12)}, id: IntOf(-1)}
	inner := &ring{parts: map[string]Value{"b": IntOf(5)}, id: IntOf(-1)}
	q := &ring{id: IntOf(7), parts: map[string]Value{"in": IntOf(1), "slot": RefOf(slot), "a": RefOf(inner),
		"text": StringOf("hello"), "ratio": FloatOf(0.5)}}
	return vars{
		"x": IntOf(6), "y": IntOf(-4), "one": IntOf(1), "errno": IntOf(43), "s": StringOf("hi"), "f": FloatOf(1.5),
		"k": KeyOf(-0x2612dbd), "q": RefOf(q), "gone": RefOf(slot), "ro": RefOf(readOnly{q}), "nil": RefOf(nil),
		"loop": RefOf(&ring{id: RefOf(q)}),
	}
}

func (e vars) Var(name string) (Value, error) {
	if v, ok := e[name]; ok {
		return v, nil
	}
	return Value{}, text.F("%s is not set", "%s: 값이 없습니다", name)
}

func (e vars) Call(name string, args []Value) (Value, error) {
	switch name {
	case "kind":
		return IntOf(int64(args[0].Kind)), nil
	case "sum":
		var n int64
		for _, a := range args {
			n += a.I
		}
		return IntOf(n), nil
	case "pair":
		return IntOf(int64(len(args))), nil
	}
	return Value{}, errGone
}

func (e vars) Sizeof(typ string) (int64, error) {
	switch typ {
	case "int":
		return 4, nil
	case "unsigned long", "struct q_entry":
		return 8, nil
	}
	return 0, text.F("no type %s", "%s: 없는 타입", typ)
}

func (e vars) Expand(s string) (string, error) {
	if strings.Contains(s, "$unset") {
		return "", errGone
	}
	return strings.NewReplacer("${s}", "hi", "$s", "hi", "$q", "7").Replace(s), nil
}

func TestEval(t *testing.T) {
	for src, want := range map[string]int64{
		// literals
		"0": 0, "42": 42, "0111": 73, "0x49": 0x49, "0XfF": 255, "0b101": 5, "0B11": 3, "00": 0,
		"1u": 1, "1UL": 1, "1lu": 1, "1llU": 1, "1ull": 1, "0x1fLL": 31, "0xfd9ed243u": 0xfd9ed243, "0xe+1": 15,
		"9223372036854775807": math.MaxInt64, "-9223372036854775808": math.MinInt64, "- 0x8000000000000000": math.MinInt64,
		`'A'`: 65, `'\n'`: 10, `'\0'`: 0, `'\\'`: 92, `'\''`: 39, `'"'`: 34, `'\"'`: 34, `'\x41'`: 65, `'\101'`: 65, `'\xff'`: -1, `'\377'`: -1, `'\?'`: 63, `'\a'`: 7,
		// operators
		"+5": 5, "-5": -5, "- -5": 5, "~0": -1, "!0": 1, "!7": 0, "!!7": 1, "-~5": 6,
		"6*7": 42, "7/2": 3, "-7/2": -3, "7%3": 1, "-7%3": -1, "7%-3": 1, "2+3": 5, "2-3": -1,
		"1<<10": 1024, "1<<62": 1 << 62, "0<<63": 0, "5<<0": 5, "1024>>3": 128, "-8>>1": -4, "-1>>63": -1,
		"1<2": 1, "2<2": 0, "2<=2": 1, "3<=2": 0, "3>2": 1, "2>2": 0, "2>=2": 1, "1>=2": 0, "1==1": 1, "1==2": 0, "1!=2": 1, "1!=1": 0,
		"6&3": 2, "6^3": 5, "6|3": 7, "1&&2": 1, "1&&0": 0, "0||2": 1, "0||0": 0, "1?2:3": 2, "0?2:3": 3,
		// precedence and associativity
		"1<<2+1": 8, "2+3*4": 14, "(2+3)*4": 20, "10-3-2": 5, "100/10/2": 5, "1|2==2": 1, "1&2==2": 1, "4&6==6": 0,
		"1|6&3": 3, "1^3&2": 3, "1|2^3": 1, "0||1&&0": 0, "1||0&&0": 1, "-2*3": -6, "!0+1": 2, "1<2==1": 1, "3>2>1": 0,
		"1?2:0?3:4": 2, "0?2:0?3:4": 4, "1?0?5:6:7": 6, "1+1?2:3": 2, "~1&3": 2, "1<<1<<1": 4, "2*7%4": 2, "x - -1": 7,
		// edges of overflow
		"-9223372036854775807-1": math.MinInt64, "4611686018427387904*-2": math.MinInt64, "3037000499*3037000499": 9223372030926249001,
		"-9223372036854775808/1": math.MinInt64, "-9223372036854775808%2": 0,
		// short circuit
		"0&&1/0": 0, "1||1/0": 1, "1?2:1/0": 2, "0?unset:3": 3, "0&&unset": 0, "one||unset": 1, "!one&&unset": 0, "one?4:1/0": 4,
		// names
		"x": 6, "$x": 6, "${x}": 6, "x*y": -24, "IPC_CREAT|0600": 01600, "errno==43": 1, "q": 7, "q+1": 8, "-q": -7, "q==7": 1, "q&&1": 1, "!q": 0,
		"q.in": 1, "$q.in+1": 2, "${q.in}": 1, "${q}.in": 1, "q.a.b": 5, "q.slot[q.in]": 11, "q.slot[1+1]*2": 24, "(q).in": 1, "ro.in": 1, "q . in": 1,
		"kind(q)": int64(Ref), "kind(k)": int64(Key), "kind(+q)": int64(Int), "kind(one?q:0)": int64(Ref), "kind(q.slot)": int64(Ref),
		"sum()": 0, "sum(1,2, 3)": 6, "sum(sum(1,2),x?3:4)": 6, "pair(1)": 1, "pair(1,2)": 2,
		"sizeof(int)": 4, "sizeof ( unsigned   long )": 8, "sizeof(struct q_entry)*2": 16,
		// strings
		`"a"=="a"`: 1, `"a"=="b"`: 0, `"a"!="b"`: 1, `s=="hi"`: 1, `"$s"=="hi"`: 1, `"\$s"==s`: 0, `"\$s"=="\x24s"`: 1, `"a$s\n"=="ahi\n"`: 1,
		`"${s}!"=="hi!"`: 1, `"\"\\\t\101"=="\"\\\tA"`: 1, `"한"=="\xed\x95\x9c"`: 1, `""==""`: 1, `q.text=="hello"`: 1, `"$q"=="7"`: 1, `s!="\$$s"`: 1,
		// decimal numbers
		"1.5<2": 1, ".5==0.5": 1, "1e3==1000": 1, "1.5f>1": 1, "2.>=2": 1, "f!=1.5": 0, "-f<-1": 1, "+f<=1.5": 1, "q.ratio==.5": 1, "08.5>8": 1, "1.5e-1<1": 1,
		// keys
		"k==0xfd9ed243u": 1, "0xfd9ed243==k": 1, "k==-0x2612dbd": 1, "k!=0xfd9ed243": 0, "k==1": 0, "k<0": 1, "k+0==0xfd9ed243": 0, "k==k": 1, "(one?k:0)==0xfd9ed243": 1,
		"\t x\n+ 1 ": 7,
	} {
		e, err := Compile(src, names{})
		if err != nil {
			t.Errorf("Compile(%q): %v", src, err)
			continue
		}
		for range 2 { // a second Eval gives the same
			if v, err := e.Scalar(newVars()); err != nil || !v.integer() || v.I != want {
				t.Errorf("%q = %v, %v; want %d", src, v, err, want)
			}
		}
	}
}

// TestErrors marks the place of each error by « and » in the source.
func TestErrors(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		// found by Compile
		{"«»", "an expression is missing"}, {"1 +«»", "ends where a value"}, {"«9223372036854775808»", "too large"}, {"-(«9223372036854775808»)", "too large"},
		{"1+«0x10000000000000000»", "too large"}, {"0«8»9", "no octal digit"}, {"18«abc»", "cannot end a number"}, {"1«lL»", "cannot end"}, {"0b1«2»", "no binary digit"},
		{"«0x»", "digits are missing"}, {"«1.2.3»", "no number"}, {"«1e999»", "too large for a double"}, {"«0x1.8»", "no number"},
		{"«''»", "character is missing"}, {"«'ab'»", "one character"}, {"'«한»'", "ASCII"}, {"1+«'a»", "closing '"}, {"«'»", "closing '"}, {`'«\q»'`, "no escape"}, {`'«\x»'`, "no escape"},
		{`'«\400»'`, "more than one byte"}, {`"«\xfff»"`, "more than one byte"}, {`«"abc»`, `closing "`}, {`"«\»`, "nothing follows"}, {`"«\한»"`, "no escape"},
		{"x «=» 3", "=="}, {"x«++»", "let"}, {"«--»x", "let"}, {"x «+=» 1", "let"}, {"x «<<=» 1", "let"}, {"1«,»2", "comma"}, {"q«->»in", "pointers"}, {"1 «?» 2", "of this ?"}, {"1«:»2", "no ?"},
		{"«(int)» x", "casts"}, {"«(unsigned long)» x", "casts"}, {"«(key_t)» 5", "casts"}, {"«[»1]", "before the ["}, {"1 «@» 2", "no meaning"}, {"x«의»", "ASCII"}, {"«$»의", "follows the $"},
		{"«${»1}", "follows the ${"}, {"«${»x", "closing }"}, {"«(»1", "closing )"}, {"1«)»", "opened"}, {"q.slot«[»1", "closing ]"}, {"q.«»", "after the dot"}, {"q«.5»", "operator is missing"}, {"1 «2»", "operator is missing"},
		{"x «'a'»", "operator is missing"}, {"«*»x", "value is missing before *"}, {"1+(«)»", "value is missing before )"}, {"1 «!»", "operator is missing"},
		{"«foo»(1)", "foo is no function"}, {"«IPC_CREAT»(1)", "no function"}, {"«qnum()»", "wants 1 argument"}, {"1+«qnum(1,2)»", "wants 1 argument"}, {"«pair(1,2,3)»", "1 to 2"}, {"sum(1«;»", "no meaning"}, {"sum(1 «2»)", "operator"},
		{"«sizeof» int", "parentheses"}, {"sizeof(«)»", "name of a type"}, {"sizeof(char «*»)", "name of a type"}, {"sizeof«(»int", "closing )"},
		{strings.Repeat("(", maxDepth) + "«(»" + "1" + strings.Repeat(")", maxDepth+1), "nested"}, {strings.Repeat("- ", maxDepth-1) + "«-»", "nested"},
		{"«" + strings.Repeat("1", maxLen+1) + "»", "longer"},
		// found by Eval
		{"«9223372036854775807+1»", "overflow: 9223372036854775807 + 1"}, {"«-9223372036854775807-2»", "overflow"}, {"2*«(4611686018427387904*2)»", "overflow"}, {"«-1*-9223372036854775808»", "overflow"},
		{"«-9223372036854775808*-1»", "overflow"}, {"«-(-9223372036854775808)»", "overflow"}, {"«-9223372036854775808/-1»", "overflow"}, {"«-9223372036854775808%-1»", "overflow"}, {"«1/0»+1", "division by zero"}, {"«x%0»", "division by zero"},
		{"«1<<64»", "0 to 63"}, {"«1>>-1»", "0 to 63"}, {"«-1<<1»", "negative"}, {"«1<<63»", "overflow"}, {"«3<<62»", "overflow"},
		{"1 + «unset»", "unset is not set"}, {"1 + «$unset»", "not set"}, {"«gone»+1", "gone"}, {"!«gone»", "gone"}, {"«nil»+1", "no value"}, {"«loop»+1", "no value"}, {"«x».in", "no members"}, {"«x»[1]", "no members"}, {"«nil».in", "no members"}, {"«q.none»", "no member none"},
		{"«q.slot[3]»", "gone"}, {"q.slot[«s»]", "index"}, {"q.slot[«1.5»]", "index"}, {"«qnum(1)»", "gone"}, {"«sizeof(foo)»", "no type foo"}, {`s=="a" || «"$unset"»==s`, "gone"},
		{"«1.5+1»", "only compare"}, {"«x*f»", "only compare"}, {"«~f»", "only compare"}, {"!«f»", "no condition"}, {"1&&«s»", "no condition"}, {"«s»?1:2", "no condition"}, {`«s+"a"»`, "strings only compare"}, {`«s<"a"»`, "strings only compare"}, {"«-s»", "strings only compare"},
		{"«s==1»", "a string does not compare with a number"}, {"«1.5!=s»", "a decimal number does not compare"},
	} {
		pos := strings.Index(c.src, "«")
		end := strings.Index(c.src, "»") - len("«")
		src := strings.NewReplacer("«", "", "»", "").Replace(c.src)
		e, err := Compile(src, names{})
		if err == nil {
			if v, ok := e.Const(); ok {
				t.Errorf("%q folded to %v", src, v)
			}
			_, err = e.Scalar(newVars())
		}
		var at *Error
		if !errors.As(err, &at) {
			t.Errorf("%.40q: error %v is no *Error", src, err)
			continue
		}
		if at.Pos != pos || at.End != end || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.40q: %d-%d %q; want %d-%d %q", src, at.Pos, at.End, err, pos, end, c.want)
		}
		if ko := text.Of(err, text.Ko); ko == "" || strings.Contains(ko, "%!") || strings.Contains(err.Error(), "%!") {
			t.Errorf("%.40q: verbs do not fit: %q, %q", src, err, ko)
		}
	}
}

func TestErrorKeepsCause(t *testing.T) {
	e, err := Compile("1+qnum(1)", names{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = e.Eval(newVars()); !errors.Is(err, errGone) {
		t.Errorf("%v is not errGone", err)
	}
	placed := &Error{Pos: 1, End: 2, Msg: text.F("a", "가")}
	if got := (&span{5, 6}).wrap(placed); got != error(placed) {
		t.Errorf("an *Error was given a second place: %v", got)
	}
}

func TestQuestions(t *testing.T) {
	for _, c := range []struct {
		src, ident, consts string
		known              bool
	}{
		{"q", "q", "", false}, {"$q", "q", "", false}, {"${q}", "q", "", false}, {"q.in", "", "", false}, {"q+0", "", "", false},
		{"IPC_CREAT|IPC_EXCL|IPC_CREAT|0600", "", "IPC_CREAT IPC_EXCL", true}, {"IPC_EXCL|x", "", "IPC_EXCL", false},
		{"0&&x", "", "", true}, {"1||x", "", "", true}, {"1&&x", "", "", false}, {"1?2:x", "", "", true}, {"1?x:2", "", "", false}, {"x?1:2", "", "", false},
		{`"a"`, "", "", true}, {`"$s"`, "", "", false}, {"-1.5", "", "", true}, {"1/0", "", "", false}, {"1+sizeof(int)", "", "", false}, {"sum(1)", "", "", false},
	} {
		e, err := Compile(c.src, names{})
		if err != nil {
			t.Fatal(c.src, err)
		}
		if id, ok := e.Ident(); id != c.ident || ok != (id != "") {
			t.Errorf("%s: Ident = %q, %v", c.src, id, ok)
		}
		if got := strings.Join(e.Consts(), " "); got != c.consts {
			t.Errorf("%s: Consts = %s", c.src, got)
		}
		if v, ok := e.Const(); ok != c.known {
			t.Errorf("%s: Const = %v, %v", c.src, v, ok)
		}
	}
	if e, err := Compile("q", nil); err != nil {
		t.Error("no Scope:", err)
	} else if v, err := e.Eval(newVars()); err != nil || v.Kind != Ref {
		t.Errorf("Eval of a handle = %v, %v; want a Ref", v, err)
	}
}

func TestLValue(t *testing.T) {
	env := newVars()
	for _, src := range []string{"q.in", "q.a.b", "q.slot[q.in+1]", "$q.in", "${q}.slot[0]"} {
		l, err := CompileLValue(src, names{})
		if err != nil || l.Name() != "q" || l.Whole() {
			t.Fatalf("%s: %+v, %v", src, l, err)
		}
		env["q"].O.(*ring).parts["in"] = IntOf(1)
		if err := l.Assign(env, IntOf(99)); err != nil {
			t.Errorf("%s: %v", src, err)
		}
		if src == "q.slot[q.in+1]" {
			src = "q.slot[2]"
		}
		e, _ := Compile(src, names{})
		if v, err := e.Eval(env); err != nil || v.I != 99 {
			t.Errorf("%s = %v, %v after the assignment", src, v, err)
		}
	}
	if l, err := CompileLValue(" x ", names{}); err != nil || !l.Whole() || l.Name() != "x" || l.Assign(env, IntOf(1)) == nil {
		t.Errorf("x: %+v, %v", l, err)
	}
	for src, want := range map[string]string{
		"5": "only a variable", "x+1": "only a variable", "IPC_CREAT": "only a variable", "qnum(1).x": "only a variable", "x = 5": "==", "": "missing",
		"q.none": "no member", "q.slot[3]": "gone", "q.slot[s]": "index", "x.in": "no members", "ro.in": "not assigned", "unset.in": "not set", "q.slot[unset]": "not set",
	} {
		l, err := CompileLValue(src, names{})
		if err == nil {
			err = l.Assign(env, IntOf(1))
		}
		var at *Error
		if !errors.As(err, &at) || at.Pos < 0 || at.End > len(src) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %q", src, err, want)
		}
	}
}

// TestLongest evaluates the highest trees that maxLen lets through.
func TestLongest(t *testing.T) {
	fill := func(first, again string) string { return first + strings.Repeat(again, (maxLen-len(first))/len(again)) }
	for _, src := range []string{fill("x", "+1"), fill("x", "&&x"), fill("q", ".a"), fill("q", "[0]"), fill(`s!="`, `$s\n`)[:maxLen-6] + `"`} {
		e, err := Compile(src, names{})
		if err != nil {
			t.Errorf("%.10q...: %v", src, err)
			continue
		}
		if v, err := e.Scalar(newVars()); err == nil && v.Kind != Int {
			t.Errorf("%.10q... = %v", src, v)
		}
	}
}

func TestEvalDoesNotAllocate(t *testing.T) {
	e, err := Compile("x*2+1<<3 == y ? x : -x & 0xff", names{})
	if err != nil {
		t.Fatal(err)
	}
	var env Env = newVars()
	if n := testing.AllocsPerRun(100, func() { e.Scalar(env) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzCompile(f *testing.F) {
	for _, s := range []string{"1<<2+1", `"a$s\n"==s`, `'\xff'`, "q.slot[q.in]?x:y", "sum(1,${q.in})", "sizeof(unsigned long)", "089", "1e3", "x = 1", "((", "'한'", "-9223372036854775808/-1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		check := func(err error) {
			var at *Error
			if err == nil {
				return
			}
			if !errors.As(err, &at) || at.Pos < 0 || at.Pos > at.End || at.End > len(src) {
				t.Fatalf("%q: %#v", src, err)
			}
			if s := err.Error() + text.Of(err, text.Ko); strings.Contains(s, "%!") && !strings.Contains(src, "%!") {
				t.Fatalf("%q: %s", src, s)
			}
		}
		env := newVars()
		e, err := Compile(src, names{})
		check(err)
		if err == nil {
			v, err := e.Eval(env)
			check(err)
			if k, ok := e.Const(); ok && (err != nil || k != v && k.F == k.F) {
				t.Fatalf("%q: Const %v, Eval %v, %v", src, k, v, err)
			}
			_, err = e.Scalar(env)
			check(err)
		}
		l, err := CompileLValue(src, names{})
		check(err)
		if err == nil {
			check(l.Assign(env, IntOf(1)))
		}
	})
}
