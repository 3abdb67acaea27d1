package ctype

import (
	"debug/elf"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// spellings are what random structs are made of: C's words in several orders.
var spellings = []string{"char", "signed char", "unsigned char", "short", "short int", "unsigned short",
	"int", "unsigned", "unsigned int", "long", "long unsigned int", "unsigned long", "long long",
	"long long unsigned", "float", "double", "bool", "_Bool", "int8_t", "uint16_t", "int32_t", "uint64_t",
	"int64_t", "size_t", "ssize_t", "time_t", "pid_t", "key_t", "uid_t", "gid_t", "mode_t", "intptr_t",
	"uint", "ushort", "ulong", "volatile int", "const char"}

// randomBody returns the members of a struct, some of them of an earlier one.
func randomBody(r *rand.Rand, earlier int) string {
	var b strings.Builder
	for i := range 1 + r.Intn(8) {
		base := spellings[r.Intn(len(spellings))]
		if earlier > 0 && r.Intn(5) == 0 {
			base = fmt.Sprintf("struct s%d", r.Intn(min(earlier, 8)))
		}
		fmt.Fprintf(&b, "%s m%d", base, i)
		for range r.Intn(7) / 4 * (1 + r.Intn(2)) {
			fmt.Fprintf(&b, "[%s]", []string{"1", "3", "0x5", "07"}[r.Intn(4)])
		}
		if r.Intn(4) == 0 {
			fmt.Fprintf(&b, ", n%d /* a, b; */", i)
		}
		b.WriteString("; // c\n")
	}
	return b.String()
}

// TestLayout asks the C compiler for the size, alignment and offsets of structs
// that it declares from the same text. The answers are an array in the object
// file, so that another architecture needs neither a C library nor a processor.
func TestLayout(t *testing.T) {
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		t.Skip("gcc is not installed")
	}
	r, scope := rand.New(rand.NewSource(20240607)), Scope{}
	var decls, table strings.Builder
	var names []string
	var want []int
	ask := func(name, expr string, n int) {
		names, want = append(names, name), append(want, n)
		table.WriteString(expr + ",\n")
	}
	for i, name := range spellings {
		u, ok := scope.Lookup(strings.TrimPrefix(strings.TrimPrefix(name, "volatile "), "const "))
		if !ok {
			t.Fatalf("no type %q", name)
		}
		// The offset, not _Alignof: gcc gives the i386's double a preference of 8.
		fmt.Fprintf(&decls, "struct a%d { char c; %s m; };\n", i, name)
		ask("size of "+name, "sizeof("+name+")", u.Size)
		ask("alignment of "+name, fmt.Sprintf("offsetof(struct a%d, m)", i), u.Align)
	}
	for i := range 200 {
		name, body := fmt.Sprintf("s%d", i), randomBody(r, i)
		u, err := scope.ParseStruct(name, body, nil)
		if err != nil {
			t.Fatalf("%v\n%s", err, body)
		}
		scope[name] = u
		fmt.Fprintf(&decls, "struct %s {\n%s};\n", name, body)
		ask("size of "+name, "sizeof(struct "+name+")", u.Size)
		ask("alignment of "+name, "_Alignof(struct "+name+")", u.Align)
		for _, m := range u.Members {
			ask("offset of "+name+"."+m.Name, fmt.Sprintf("offsetof(struct %s, %s)", name, m.Name), m.Offset)
			ask("size of "+name+"."+m.Name, fmt.Sprintf("sizeof(((struct %s *)0)->%s)", name, m.Name), m.Type.Size)
		}
	}
	got := compile(t, gcc, decls.String()+"const uint32_t layout[] __attribute__((section(\"answers\"))) = {\n"+table.String()+"};\n")
	if len(got) != 4*len(want) {
		t.Fatalf("%d bytes for %d answers", len(got), len(want))
	}
	for i, n := range want {
		if g := int(native.Uint32(got[4*i:])); g != n {
			t.Errorf("%s: gcc says %d, we %d", names[i], g, n)
		}
	}
}

// compile returns the bytes of section answers of the object file.
func compile(t *testing.T, gcc, source string) []byte {
	dir := t.TempDir()
	object := filepath.Join(dir, "layout.o")
	for name, text := range map[string]string{
		"layout.c": "#define _GNU_SOURCE\n#include <stddef.h>\n#include <stdint.h>\n#include <stdbool.h>\n" +
			"#include <sys/types.h>\n" + source,
		"gnu/stubs-32.h": "", // all that the headers lack where no 32-bit C library is installed
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"-w", "-I", dir, "-c", "-o", object, filepath.Join(dir, "layout.c")}
	if runtime.GOARCH == "386" {
		multiarch, _ := exec.Command(gcc, "-print-multiarch").Output() // Debian's headers for both
		args = append(args, "-m32", "-idirafter", "/usr/include/"+strings.TrimSpace(string(multiarch)))
	}
	if out, err := exec.Command(gcc, args...).CombinedOutput(); err != nil {
		t.Fatalf("gcc: %v\n%s", err, out)
	}
	f, err := elf.Open(object)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := f.Section("answers").Data()
	if err != nil {
		t.Fatal(err)
	}
	return b
}
