package cexpr

import (
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// gen writes a random expression in two spellings: ours, and one that makes gcc
// compute in 64 bits: every literal has LL, and whatever is an int in C (a char
// constant, !x, the comparison within parentheses) is made a long long. Literals
// pass through a function v, or gcc would fold them before the sanitizer looks.
type gen struct {
	*rand.Rand
	src, c strings.Builder
}

func (g *gen) both(s string) { g.src.WriteString(s); g.c.WriteString(s) }

func (g *gen) pick(ss ...string) string { return ss[g.Intn(len(ss))] }

// blank separates tokens that would be read as one, and others at random.
func (g *gen) blank(must bool) {
	if must || g.Intn(2) == 0 {
		g.both(" ")
	}
}

func (g *gen) expr(depth int) {
	g.operand(depth)
	for n := g.Intn(4); n > 0; n-- {
		op := g.pick("*", "/", "%", "+", "-", "<<", ">>", "<", "<=", ">", ">=", "==", "!=", "&", "^", "|", "&&", "||")
		g.blank(false)
		g.both(op)
		g.blank(op == "+" || op == "-" || op == "&")
		switch {
		case (op == "<<" || op == ">>") && g.Intn(8) > 0:
			g.literal(g.Int63n(20))
		case (op == "/" || op == "%") && g.Intn(8) > 0:
			g.literal(1 + g.Int63n(30))
		default:
			g.operand(depth)
		}
	}
	if depth > 0 && g.Intn(6) == 0 {
		g.both(" ? ")
		g.expr(depth - 1)
		g.both(" : ")
		g.expr(depth - 1)
	}
}

func (g *gen) operand(depth int) {
	for g.Intn(4) == 0 {
		op := g.pick("+", "-", "~", "!")
		if op == "!" {
			g.c.WriteString("(long long)")
		}
		g.both(op)
		g.blank(true)
	}
	switch n := g.Intn(12); {
	case n < 4 && depth > 0:
		g.src.WriteString("(")
		g.c.WriteString("(long long)(")
		g.expr(depth - 1)
		g.both(")")
	case n < 6:
		g.both(g.pick("a", "b", "c", "min", "max"))
	case n == 6:
		s := g.pick(`'A'`, `'z'`, `' '`, `'\n'`, `'\0'`, `'\\'`, `'\''`, `'"'`, `'\x41'`, `'\101'`, `'\xff'`, `'\200'`, `'\7'`, `'?'`)
		g.src.WriteString(s)
		g.c.WriteString("v(" + s + ")")
	case n == 7 && g.Intn(8) == 0:
		g.src.WriteString("-9223372036854775808")
		g.c.WriteString("v(-9223372036854775807LL-1)")
	case n == 7:
		g.literal(g.Int63() >> g.Intn(62))
	default:
		g.literal(g.Int63n(100))
	}
}

func (g *gen) literal(n int64) {
	var s string
	switch g.Intn(5) {
	case 0:
		s = "0" + strconv.FormatInt(n, 8)
	case 1:
		s = g.pick("0x", "0X") + strconv.FormatInt(n, 16)
	case 2:
		s = g.pick("0b", "0B") + strconv.FormatInt(n, 2)
	default:
		s = strconv.FormatInt(n, 10)
	}
	g.src.WriteString(s + g.pick("", "", "", "u", "L", "ul", "LLU"))
	g.c.WriteString("v(" + s + "LL)")
}

// The program prints each value, or "error" where the sanitizer (or the division
// unit) traps what C leaves undefined.
const cHead = `#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
static sigjmp_buf out;
static void trapped(int sig) { (void)sig; siglongjmp(out, 1); }
static volatile long long a = 6, b = -13, c = 0, max = 9223372036854775807LL, min = -9223372036854775807LL - 1;
static long long v(long long x) { return x; }
`

const cMain = `int main(void) {
	int sigs[] = { SIGILL, SIGTRAP, SIGFPE, SIGABRT };
	for (int i = 0; i < 4; i++) signal(sigs[i], trapped);
	for (volatile unsigned i = 0; i < sizeof f / sizeof *f; i++)
		if (sigsetjmp(out, 1)) puts("error"); else printf("%lld\n", f[i]());
}
`

// TestAgainstGcc compares values with gcc's. An expression without one must trap
// there, but gcc turns !-x into !x and ~-x into x-1 whatever x is, so a few that
// do not are let pass. One that traps and has a value here is a fault always.
func TestAgainstGcc(t *testing.T) {
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		t.Skip("no gcc in PATH")
	}
	const seed, count = 20240607, 3000
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewSource(seed))
	env := vars{"a": IntOf(6), "b": IntOf(-13), "c": IntOf(0), "max": IntOf(1<<63 - 1), "min": IntOf(-1 << 63)}
	var srcs, want []string
	var prog, table strings.Builder
	prog.WriteString(cHead)
	faults := 0
	for i := range count {
		g := &gen{Rand: rnd}
		g.expr(3)
		e, err := Compile(g.src.String(), names{})
		if err != nil {
			t.Fatalf("%s: %v", &g.src, err)
		}
		result := "error"
		if v, err := e.Eval(env); err != nil {
			faults++
		} else {
			result = fmt.Sprint(v.I)
		}
		srcs, want = append(srcs, g.src.String()), append(want, result)
		fmt.Fprintf(&prog, "static long long f%d(void) { return %s; }\n", i, &g.c)
		fmt.Fprintf(&table, "f%d,\n", i)
	}
	t.Logf("%d of %d have no value (overflow, division by zero, bad shift)", faults, count)
	if faults > count/2 {
		t.Errorf("too few of the expressions have a value to compare")
	}
	fmt.Fprintf(&prog, "static long long (*f[])(void) = {\n%s};\n%s", &table, cMain)

	dir := t.TempDir()
	file, bin := filepath.Join(dir, "expr.c"), filepath.Join(dir, "expr")
	if err := os.WriteFile(file, []byte(prog.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	// -fsigned-char: the language has x86's char on every machine.
	if out, err := exec.Command(gcc, "-w", "-O0", "-fsigned-char", "-fsanitize=undefined",
		"-fsanitize-undefined-trap-on-error", "-o", bin, file).CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v\n%s", err, out)
	}
	out, err := exec.Command(bin).Output()
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Fields(string(out))
	if len(got) != count {
		t.Fatalf("%d results of %d", len(got), count)
	}
	lenient := 0
	for i := range got {
		switch {
		case got[i] == want[i]:
		case want[i] == "error":
			lenient++
			t.Logf("%s has no value; gcc says %s", srcs[i], got[i])
		default:
			t.Errorf("%s = %s; gcc says %s", srcs[i], want[i], got[i])
		}
	}
	if lenient > faults/10 {
		t.Errorf("gcc gives %d of %d expressions a value that have none here", lenient, faults)
	}
}
