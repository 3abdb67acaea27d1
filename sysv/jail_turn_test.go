package sysv

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func init() {
	players["turn"] = func(p *Player) {
		fmt.Fprintf(p.Result, "from: %d\n", Monotonic())
		time.Sleep(10 * time.Millisecond)
		fmt.Fprintf(p.Result, "to: %d\n", Monotonic())
	}
	players["folder"] = func(p *Player) {
		var st unix.Stat_t
		p.try("stat", unix.Stat(".", &st))
		fmt.Fprintf(p.Result, "inode: %d\n", st.Ino)
		list, err := os.ReadDir(".")
		p.try("list", err)
		fmt.Fprintf(p.Result, "files: %d\nmode: %o\n", len(list), st.Mode)
		switch os.Getenv("DO") {
		case "file":
			p.try("file", write("x"))
		case "folders":
			p.try("folders", os.MkdirAll("a/b", 0o000))
		case "mode":
			p.try("chmod", os.Chmod(".", 0o755))
		case "remove":
			p.try("remove", os.Remove(p.Folder))
		}
	}
	helpers["waiting grader"] = func() error {
		var turn sync.Mutex
		turn.Lock()
		_, err := NewJails().Play(context.Background(), JailOptions{Args: []string{"player"}, Turn: &turn, Limits: testLimits,
			Env: []string{playerEnvName + "=turn"}, Files: []*os.File{os.NewFile(3, "pipe")}})
		return err
	}
}

// TestJailTurns: players that are ready wait for their turn, and the time before it
// counts for nothing.
func TestJailTurns(t *testing.T) {
	j := newJails(t)
	var turn sync.Mutex
	turn.Lock()
	const n = 5
	limits := testLimits
	limits.Time = 5 * time.Second
	spans := make(chan [2]int64, n)
	var all sync.WaitGroup
	for range n {
		all.Add(1)
		go func() {
			defer all.Done()
			played := playOn(t, context.Background(), j, "turn", JailOptions{Turn: &turn, Limits: limits})
			got := answers(played)
			from, _ := strconv.ParseInt(got["from"], 10, 64)
			to, _ := strconv.ParseInt(got["to"], 10, 64)
			if from == 0 || to <= from || len(played.Hits) > 0 || played.Wall < 10*time.Millisecond {
				t.Errorf("%v, hits %v, %v", got, played.Hits, played.Wall)
			}
			spans <- [2]int64{from, to}
		}()
	}
	before := Monotonic()
	time.Sleep(50 * time.Millisecond)
	opened := Monotonic()
	turn.Unlock()
	all.Wait()
	close(spans)
	var list [][2]int64
	for s := range spans {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b [2]int64) int { return int(a[0] - b[0]) })
	for _, s := range list {
		if s[0] < opened || opened < before {
			t.Errorf("a play began at %d, before its turn at %d", s[0], opened)
		}
		opened = s[1]
	}
}

// TestJailWaitingDiesWithTheGrader: a player that waits for its turn ends with the
// grader.
func TestJailWaitingDiesWithTheGrader(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd := helper("waiting grader", nil)
	cmd.ExtraFiles = []*os.File{w}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	time.Sleep(200 * time.Millisecond) // on any side of its start it is to end
	cmd.Process.Kill()
	cmd.Wait()
	r.SetReadDeadline(time.Now().Add(time.Minute))
	if n, err := r.Read(make([]byte, 1)); err != io.EOF { // it held the pipe
		t.Errorf("got %d, %v", n, err)
	}
	for err != unix.ECHILD { // where the tests inherit orphans
		_, err = unix.Wait4(-1, nil, 0, nil)
	}
}

// TestJailFolders: one jail after the other may have the same folder, if nothing has
// happened in it; no jail finds anything of another's.
func TestJailFolders(t *testing.T) {
	dir := openDir(t)
	t.Setenv("TMPDIR", dir)
	j := newJails(t)
	last := ""
	for i, do := range []string{"", "", "file", "", "folders", "", "mode", "", "remove", ""} {
		played := playOn(t, context.Background(), j, "folder", JailOptions{Scratch: true}, "DO="+do)
		got := answers(played)
		if got["stat"] != "ok" || got["files"] != "0" || got["mode"] != "40700" {
			t.Errorf("%d %s: %v", i, do, got)
		}
		if i == 1 && got["inode"] != last {
			t.Errorf("inode %s after %s of an untouched folder", got["inode"], last)
		}
		last = got["inode"]
	}
	j.Close()
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}
