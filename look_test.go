package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// stranger is a process that the session under test did not start: a program of
// its own, which runs statements until it sleeps in the last one.
type stranger struct{ cmd *exec.Cmd }

// newStranger starts one; state is its XDG state folder.
func newStranger(t *testing.T, state, src string) *stranger {
	t.Helper()
	cmd := program("--timeout", "1h")
	cmd.Env = append(cmd.Env, "XDG_STATE_HOME="+state)
	cmd.Stdin = strings.NewReader(src)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s := &stranger{cmd}
	t.Cleanup(s.kill)
	return s
}

func (s *stranger) kill() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
}

// sleeps waits until it is asleep in a call.
func (s *stranger) sleeps(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		look, err := sysv.Processes(sysv.LookOptions{Root: "/proc"})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range look.Procs {
			if p.Pid == s.cmd.Process.Pid && len(p.Asleep) > 0 {
				return
			}
		}
	}
	t.Fatal("it does not go to sleep")
}

// answers runs statements with --json and returns the result of the last one.
func answers(t *testing.T, state, src string) map[string]any {
	t.Helper()
	cmd := program("--json", "-c", src)
	cmd.Env = append(cmd.Env, "XDG_STATE_HOME="+state)
	o := runProgram(t, cmd, "")
	lines := strings.Split(strings.TrimSpace(o.stdout), "\n")
	var ev struct{ Result map[string]any }
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &ev); err != nil || o.status != 0 {
		t.Fatalf("status %d, %v\n%s%s", o.status, err, o.stdout, o.stderr)
	}
	return ev.Result
}

// rows returns a list of records, each written as NAME=VALUE.
func rows(list any, names ...string) []string {
	var out []string
	for _, e := range list.([]any) {
		var parts []string
		for _, n := range names {
			v := e.(map[string]any)[n]
			if f, ok := v.(float64); ok {
				v = int64(f)
			}
			parts = append(parts, fmt.Sprintf("%s=%v", n, v))
		}
		out = append(out, strings.Join(parts, " "))
	}
	return out
}

func newObjects(t *testing.T) (q sysv.Msqid, m sysv.Shmid, s sysv.Semid) {
	t.Helper()
	q, err1 := sysv.Msgget(0, sysv.IPC_CREAT|0o600)
	m, err2 := sysv.Shmget(0, 8192, sysv.IPC_CREAT|0o600)
	s, err3 := sysv.Semget(0, 2, sysv.IPC_CREAT|0o600)
	t.Cleanup(func() {
		sysv.Msgctl(q, sysv.IPC_RMID, nil)
		sysv.Shmctl(m, sysv.IPC_RMID, nil)
		sysv.Semctl(s, 0, sysv.IPC_RMID, nil)
	})
	if err1 != nil || err2 != nil || err3 != nil {
		t.Fatal(err1, err2, err3)
	}
	return q, m, s
}

// TestWhoStrangers sees processes that the session did not start.
func TestWhoStrangers(t *testing.T) {
	state := t.TempDir()
	q, m, s := newObjects(t)
	a := newStranger(t, state, fmt.Sprintf("shmat %d flags=SHM_RDONLY\nsemop %d {0, -1, SEM_UNDO} 1:-2", m, s))
	b := newStranger(t, state, fmt.Sprintf("msgrcv %d 7 size=40", q))
	a.sleeps(t)
	b.sleeps(t)
	w := answers(t, state, fmt.Sprintf("who msqid=%d", q))
	want := fmt.Sprintf("pid=%d call=msgrcv kind=queue id=%d type=7 size=40 flags=0", b.cmd.Process.Pid, q)
	if got := rows(w["processes"], "pid", "call", "kind", "id", "type", "size", "flags"); len(got) != 1 || got[0] != want {
		t.Errorf("%q", got)
	}
	w = answers(t, state, fmt.Sprintf("who semid=%d", s))
	want = fmt.Sprintf("pid=%d call=semop ops=[map[flags:SEM_UNDO num:0 op:-1] map[flags:0 num:1 op:-2]]", a.cmd.Process.Pid)
	if got := rows(w["processes"], "pid", "call", "ops"); len(got) != 1 || got[0] != want {
		t.Errorf("%q", got)
	}
	w = answers(t, state, fmt.Sprintf("who shmid=%d", m))
	want = fmt.Sprintf("pid=%d call=attached id=%d size=8192 perms=r--s", a.cmd.Process.Pid, m)
	if got := rows(w["processes"], "pid", "call", "id", "size", "perms"); len(got) != 1 || got[0] != want {
		t.Errorf("%q", got)
	}
	for _, lang := range []string{"en", "ko"} {
		for _, cmd := range []string{"who", fmt.Sprintf("show semid=%d", s), fmt.Sprintf("show shmid=%d", m), fmt.Sprintf("show msqid=%d type=-3", q), "leaks"} {
			o := ipcsh(t, "", "--lang", lang, "-c", cmd)
			if o.status != 0 {
				t.Errorf("%s: %s", cmd, o.stderr)
			}
			for _, line := range strings.Split(o.stdout, "\n") {
				if text.Cells(line) > 79 {
					t.Errorf("%s: %q is too long", cmd, line)
				}
			}
			if cmd == "who" && !strings.Contains(o.stdout, fmt.Sprintf("msgrcv(msqid=%d, type=7, size=40, flags=0)", q)) {
				t.Errorf("%s", o.stdout)
			}
		}
	}
	// Showing a segment leaves it as it is.
	var before, after sysv.ShmidDs
	sysv.Shmctl(m, sysv.IPC_STAT, &before)
	answers(t, state, fmt.Sprintf("show shmid=%d", m))
	sysv.Shmctl(m, sysv.IPC_STAT, &after)
	if before != after || before.Nattch != 1 {
		t.Errorf("%+v, then %+v", before, after)
	}
}

// TestWhoDeadlock names the ring of two strangers that take two semaphores in
// opposite order, and none before the second waits.
func TestWhoDeadlock(t *testing.T) {
	state := t.TempDir()
	_, _, s := newObjects(t)
	if _, err := sysv.Semctl(s, 0, sysv.SETALL, sysv.SemArray{1, 1}); err != nil {
		t.Fatal(err)
	}
	gate, _, _ := newObjects(t)
	a := newStranger(t, state, fmt.Sprintf("P %d 0\nmsgrcv %d 1\nP %d 1", s, gate, s))
	a.sleeps(t)
	b := newStranger(t, state, fmt.Sprintf("P %d 1\nP %d 0", s, s))
	b.sleeps(t)
	if w := answers(t, state, "who"); w["deadlocks"].(float64) != 0 {
		t.Errorf("%v", w)
	}
	o := ipcsh(t, "", "-c", fmt.Sprintf("msgsnd %d 1 go", gate))
	if o.status != 0 {
		t.Fatal(o.stderr)
	}
	var w map[string]any
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if w = answers(t, state, "who"); w["deadlocks"].(float64) > 0 {
			break
		}
	}
	if got := fmt.Sprint(w["cycles"]); got != fmt.Sprintf("[[%d %d]]", a.cmd.Process.Pid, b.cmd.Process.Pid) &&
		got != fmt.Sprintf("[[%d %d]]", b.cmd.Process.Pid, a.cmd.Process.Pid) {
		t.Errorf("%s", got)
	}
	said := strings.Join(strings.Fields(ipcsh(t, "", "-c", fmt.Sprintf("who semid=%d", s)).stdout), " ")
	for _, part := range []string{"looks like a deadlock:", fmt.Sprintf("waits for semaphore 1 of semid=%d, which", s), fmt.Sprintf("(%d) operated on last", b.cmd.Process.Pid)} {
		if !strings.Contains(said, part) {
			t.Errorf("no %q in %s", part, said)
		}
	}
}

// TestLeaksKilled tells for certain what a killed session left, and forgets it
// once it is gone.
func TestLeaksKilled(t *testing.T) {
	state := t.TempDir()
	s := newStranger(t, state, "q = msgget 0 0600\nm = shmget 0 100 0600\nk = semget 0 1 0600\nkeep k\nmsgrcv q")
	s.sleeps(t)
	ledgers := func() []string {
		list, _ := filepath.Glob(filepath.Join(state, "ipcsh", "session-*"))
		return list
	}
	if list := ledgers(); len(list) != 1 {
		t.Fatal(list)
	}
	mine := func(w map[string]any) []string { return rows(w["objects"], "kind", "evidence", "command") }
	if got := mine(answers(t, state, "leaks")); len(got) > 0 && strings.Contains(strings.Join(got, " "), "ledger") {
		t.Errorf("its objects are in use: %q", got)
	}
	s.kill()
	var ids []string
	for _, o := range answers(t, state, "leaks")["objects"].([]any) {
		o := o.(map[string]any)
		if o["evidence"] == "ledger" {
			ids = append(ids, o["command"].(string))
		}
	}
	if len(ids) != 2 || !strings.HasPrefix(ids[0], "ipcrm -q ") || !strings.HasPrefix(ids[1], "ipcrm -m ") {
		t.Errorf("%q (the set was kept)", ids)
	}
	for i, call := range []string{"msgctl", "shmctl"} {
		fields := strings.Fields(ids[i])
		if o := ipcsh(t, "", "-c", call+" "+fields[2]+" IPC_RMID"); o.status != 0 {
			t.Error(o.stderr)
		}
	}
	// The set is known only by who operated on it: nobody.
	for _, o := range answers(t, state, "leaks")["objects"].([]any) {
		o := o.(map[string]any)
		if o["kind"] == "set" && o["evidence"] == "unused" {
			ipcsh(t, "", "-c", fmt.Sprintf("semctl %d 0 IPC_RMID", int(o["id"].(float64))))
		}
	}
	if list := ledgers(); len(list) > 0 {
		t.Errorf("left: %q", list)
	}
}

// TestLedgerEnds: sessions that end well leave no ledger, and those that need
// none make none.
func TestLedgerEnds(t *testing.T) {
	state := t.TempDir()
	for _, args := range [][]string{{}, {"--keep"}, {"-c", "q = msgget 0 0600; msgctl q IPC_RMID"}, {"--private"}} {
		cmd := program(args...)
		cmd.Env = append(cmd.Env, "XDG_STATE_HOME="+state)
		if o := runProgram(t, cmd, "q = msgget 0 0600\nmsgctl q IPC_RMID\n"); o.status != 0 && args[0] != "--private" {
			t.Errorf("%v: %s", args, o.stderr)
		}
	}
	if list, _ := os.ReadDir(filepath.Join(state, "ipcsh")); len(list) > 0 {
		t.Errorf("left: %v", list)
	}
}

// TestLeaksEvidence names who used an object last and is gone.
func TestLeaksEvidence(t *testing.T) {
	state := t.TempDir()
	q, m, _ := newObjects(t)
	o := ipcsh(t, "", "--json", "-c", fmt.Sprintf("msgsnd %d 1 x; shmat %d", q, m))
	if o.status != 0 {
		t.Fatal(o.stderr)
	}
	got := map[string]string{}
	for _, r := range answers(t, state, "leaks")["objects"].([]any) {
		r := r.(map[string]any)
		got[r["command"].(string)] = r["evidence"].(string) + ": " + r["why"].(string)
	}
	if why := got[fmt.Sprintf("ipcrm -q %d", q)]; !strings.HasPrefix(why, "gone: last sent by ") {
		t.Errorf("%q", got)
	}
	// The segment's creator is this test, which lives.
	if why, ok := got[fmt.Sprintf("ipcrm -m %d", m)]; ok {
		t.Errorf("%q", why)
	}
}
