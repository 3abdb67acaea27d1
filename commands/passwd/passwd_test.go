package passwd

import (
	"os"
	"path/filepath"
	"testing"
)

func TestEntry(t *testing.T) {
	for line, want := range map[string]string{
		"kim:x:1001:1001::/home/kim:/bin/sh": "kim",
		"staff:x:50:":                        "staff",
		"max:x:4294967295:":                  "max",
		"":                                   "",
		"kim:x:1001":                         "",
		"kim:x:4294967296:":                  "",
		"kim:x:-1:":                          "",
		":x:7:":                              "",
		"#kim:x:7:":                          "",
		"+kim:x:7:":                          "",
		"-kim:x:7:":                          "",
	} {
		if name, _, ok := Entry([]byte(line)); ok != (want != "") || ok && string(name) != want {
			t.Errorf("%q is %q, %v; want %q", line, name, ok, want)
		}
	}
}

func TestFind(t *testing.T) {
	file := filepath.Join(t.TempDir(), "passwd")
	if err := os.WriteFile(file, []byte("# users\n+\nroot:x:0:0::/:\nkim:x:1001:0::/:\nalso:x:1001:0::/:\nlast:x:7:0::/:"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]uint32{"root": 0, "kim": 1001, "also": 1001, "last": 7} {
		if id, ok := ID(file, name); !ok || id != want {
			t.Errorf("%s has the id %d, %v; want %d", name, id, ok, want)
		}
	}
	for id, want := range map[uint32]string{0: "root", 1001: "kim", 7: "last"} {
		if name, ok := Name(file, id); !ok || name != want {
			t.Errorf("%d is %q, %v; want %q", id, name, ok, want)
		}
	}
	if id, ok := ID(file, "nobody"); ok {
		t.Error("nobody has the id", id)
	}
	if name, ok := Name(file, 8); ok {
		t.Error("8 is", name)
	}
	if _, ok := ID(file+"no", "root"); ok {
		t.Error("root is in a file that is not there")
	}
}
