package sysv

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestKillSessions kills a process whose main thread has ended and whose other
// thread has not.
func TestKillSessions(t *testing.T) {
	dir := t.TempDir()
	src, bin := filepath.Join(dir, "p.c"), filepath.Join(dir, "p")
	if err := os.WriteFile(src, []byte(`#include <pthread.h>
#include <unistd.h>
static void *wait_on(void *x) { for (;;) pause(); }
int main(void) { pthread_t t; pthread_create(&t, 0, wait_on, 0); pthread_exit(0); }
`), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("gcc", "-pthread", "-o", bin, src).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	p, err := StartProgram(ProgramOptions{Path: bin, Args: []string{"p"}})
	if err != nil {
		t.Fatal(err)
	}
	defer KillPrograms([]*Program{p}, time.Minute)
	stat := "/proc/" + strconv.Itoa(p.Pid()) + "/stat"
	for end := time.Now().Add(time.Minute); ; {
		b, err := os.ReadFile(stat)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b), ") Z ") {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("its main thread has not ended: %s", b)
		}
	}
	if !Exists(p.Pid()) {
		t.Fatal("none of its threads lives on")
	}
	if err := killSessions(map[int]bool{p.Pid(): true}, time.Minute); err != nil {
		t.Error(err)
	}
	if Exists(p.Pid()) {
		t.Error("it lives on")
	}
}
