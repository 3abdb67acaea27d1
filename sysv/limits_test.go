package sysv

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
)

// fakeProc makes a proc file system with these settings.
func fakeProc(t *testing.T, files map[string]string) string {
	root := t.TempDir()
	for name, text := range files {
		file := filepath.Join(root, name)
		os.MkdirAll(filepath.Dir(file), 0o755)
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestLimits(t *testing.T) {
	root := fakeProc(t, map[string]string{"sys/kernel/sem": "32000\t1024000000\t500\t32000\n",
		"sys/kernel/shmmax": "18446744073692774399\n", "sys/kernel/msgmni": "7\n", "sys/kernel/msg_next_id": "-1\n"})
	got, err := ReadLimits(root)
	want := []Limit{{"msgmni", "7"}, {"shmmax", "18446744073692774399"}, {"semmsl", "32000"}, {"semmns", "1024000000"},
		{"semopm", "500"}, {"semmni", "32000"}, {"msg_next_id", "-1"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	if err := WriteLimit(root, "semopm", "9"); err != nil {
		t.Error(err)
	}
	wantErrno(t, WriteLimit(root, "semopm", "9 9"), "write kernel.semopm", syscall.EINVAL)
	wantErrno(t, WriteLimit(root, "../x", "9"), "write kernel.../x", syscall.ENOENT)
	if data, _ := os.ReadFile(filepath.Join(root, "sys/kernel/sem")); !strings.HasPrefix(string(data), "32000 1024000000 9\n") {
		t.Errorf("sem is %q", data)
	}
}

func TestLimitsOfKernel(t *testing.T) {
	before, err := ReadLimits("")
	if err != nil || len(before) < 10 {
		t.Fatalf("%v, %v", before, err)
	}
	value := func(list []Limit, name string) string {
		for _, l := range list {
			if l.Name == name {
				return l.Value
			}
		}
		return ""
	}
	if !PrivateNamespace() {
		t.Skip("the limits are the host's")
	}
	if err := WriteLimit("", "semopm", "33"); err != nil {
		t.Skip("limits are not ours:", err)
	}
	defer WriteLimit("", "semopm", value(before, "semopm"))
	after := must(ReadLimits(""))
	for i, l := range after {
		if want := before[i]; l != want && l != (Limit{"semopm", "33"}) {
			t.Errorf("%v, was %v", l, want)
		}
	}
	if value(after, "semopm") != "33" {
		t.Errorf("%v", after)
	}
	wantErrno(t, WriteLimit("", "shm_rmid_forced", "2"), "write kernel.shm_rmid_forced", syscall.EINVAL)
}

func FuzzLimits(f *testing.F) {
	f.Add("32000\t1024000000\t500\t32000\n")
	f.Add("-1")
	f.Add("1 x 2 -")
	f.Fuzz(func(t *testing.T, text string) {
		for _, w := range parseNumbers(text) {
			if strings.Trim(w, "-0123456789") != "" || w == "-" {
				t.Errorf("%q is a number of %q", w, text)
			}
		}
	})
}
