package repl

import (
	"bytes"
	"testing"
)

// TestGuess: an errno is understood by name, number and text, in any case and on
// either keyboard; a value by its text or as an expression; fields as expect has them.
func TestGuess(t *testing.T) {
	s := newSession()
	e := NewEngine(s, NewText(s, &bytes.Buffer{}, &bytes.Buffer{}), nil)
	st := &Stepper{p: &Prompt{Engine: e}}
	outcome := func(src string) (*observed, *Expectation) {
		t.Helper()
		sc, err := Parse(s, "x.ipc", src)
		if err != nil {
			t.Fatal(err)
		}
		o := &observed{}
		last := &step{Node: sc.Nodes[len(sc.Nodes)-1]}
		e.Observe = func(ev *Event) { o.take(ev, last) }
		e.Run(sc)
		if !o.judged() {
			t.Fatalf("%s has no outcome", src)
		}
		return o, last.Expect
	}
	defer s.RemoveMade()
	const again = "asked again"
	right, wrong := true, false
	for src, answers := range map[string]map[string]any{
		"q = msgget 0 0600; msgrcv q 1 IPC_NOWAIT": {"ENOMSG": right, "enomsg": right, "42": right, "No message of desired type": right, "ㄷㅜㅐㅡㄴㅎ": right,
			"EAGAIN": wrong, "eagain": wrong, "11": wrong, "ok": wrong, "성공": wrong, "blocked": wrong, "hello": wrong, "type=1": wrong, "-1": again, "fails": again, "실패": again, "EAGAI": again, "ENOMSGG": again, "blokced": again},
		"q = msgget 0 0600; msgsnd q 1 hello; m = msgrcv q": {"hello": right, `"hello"`: right, "text=hello": right, `type=1 text="hello"`: right, "type=1, text=hello": right, "size=2+3": right, "5": right, "ok": right, "OK": right,
			"hallo": wrong, "text=hallo": wrong, "type=2 text=hello": wrong, "nosuch=1": wrong, "4": wrong, "ENOMSG": wrong, "막힘": wrong, "교착 상태": wrong},
		"q = msgget 0 0600; msgsnd q 7 13; expect text=13 msgrcv q":                       {"13": right, "2": wrong, "7": wrong},
		"x = semget 0 1 0600; semctl x 0 SETVAL 3; semctl x 0 GETVAL":                     {"3": right, "value=3": right, "0x3": right, "1+2": right, "4": wrong, "value=x y": wrong},
		"x = semget 0 2 0600; semctl x 0 SETALL 1,2; expect values=1,2 semctl x 0 GETALL": {"1,2": right, "values=1,2": right, "1": wrong, "2,1": wrong},
		"g = shmget 0 100 0600; a = shmat g 0 SHM_RDONLY; write a x":                      {"SIGSEGV": right, "sigsegv": right, "EFAULT": wrong, "EACCES": wrong, "ok": wrong},
		"let n = 4": {"ok": right, "EINVAL": wrong, "blocked": wrong},
	} {
		o, x := outcome(src)
		for answer, want := range answers {
			g, msg := st.guess(answer)
			var got any = again
			if msg == nil {
				got = g.right(s, o, x)
			}
			if got != want {
				t.Errorf("%s: %s is %v, want %v", src, answer, got, want)
			}
		}
	}
	for _, state := range []string{"blocked", "Blocked", "막힘", "ㅠㅣㅐ차ㄷㅇ", "잠든다"} {
		if g, msg := st.guess(state); msg != nil || !g.right(s, &observed{state: stateBlocked}, nil) {
			t.Errorf("%s: %v", state, msg)
		}
	}
	if g, _ := st.guess("데드락"); !g.right(s, &observed{err: &Deadlock{}}, nil) || g.right(s, &observed{state: stateBlocked}, nil) {
		t.Error("a deadlock is not told from a blocked call")
	}
	for line, input := range map[string]bool{"msgrcv q": true, "m = msgrcv q": true, "@p print x": true, "!ls": true, "? msgrcv": true, "exit": true, "msgrcv(q, &m, 5, 0, 0);": true, "ㅡㄴㅎㄱㅊㅍ ㅂ": true,
		"EINVAL": false, "hello": false, "type=1 text=read": false, "text=wait": false, "13": false, "막힘": false, `"read"`: false, "hello there": false} {
		if got := st.isInput(line); got != input {
			t.Errorf("%s is a command: %v", line, got)
		}
	}
}
