package repl

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"ipcsh/commands"
	"ipcsh/commands/text"
)

func TestCLines(t *testing.T) {
	table := commands.NewTable()
	for in, want := range map[string]string{
		`key_t key = ftok("myfile", 1);`:              `key = ftok "myfile" 1`,
		`qid = msgget(0111, 0600 | IPC_CREAT);`:       `qid = msgget 0111 0600|IPC_CREAT`,
		`int id = semget( key, 3, IPC_CREAT | 0666 )`: `id = semget key 3 IPC_CREAT|0666`,
		`msgctl(qid, IPC_RMID, NULL);`:                `msgctl qid IPC_RMID`,
		`shmctl(shmid, IPC_RMID, 0);`:                 `shmctl shmid IPC_RMID`,
		`msgctl(qid, IPC_STAT, &ds)`:                  `msgctl qid IPC_STAT`,
		`semctl(sid, 0, SETVAL, 1);`:                  `semctl sid 0 SETVAL 1`,
		`semctl(sid, 0, IPC_RMID);`:                   `semctl sid 0 IPC_RMID`,
		`shmdt(addr);`:                                `shmdt addr`,
		`char *p = (char *)shmat(shmid, NULL, 0);`:    `p = shmat shmid 0 0`,
		`msgsnd(qid, &msg, sizeof(msg.mtext), 0);`:    ``,
		`msgrcv(qid, (void *)&buf, 100, 2, 0)`:        ``,
	} {
		c, ok := parseC(in, table)
		if !ok || c.statement != want || c.form == "" {
			t.Errorf("%s: %q, %q, %v; want %q", in, c.statement, c.form, ok, want)
		}
	}
	for _, in := range []string{"msgget 0111", "q = msgget 0111 IPC_CREAT|0600", "printf(\"x\");", "let x = f(1)", "assert qnum(q) == 0", "print (a)"} {
		if c, ok := parseC(in, table); ok {
			t.Errorf("%s is taken for C: %+v", in, c)
		}
	}
}

func TestHangulKeyboard(t *testing.T) {
	s := newSession()
	for in, want := range map[string]string{
		"ㅑㅔㅊㄴ":             "ipcs",
		"ㅡㄴㅎㄱㅊㅍ ㅂ":         "msgrcv q",
		"ㅗ디ㅔ":              "help",
		"ㅂ = ㅡㄴㅎㅎㄷㅅ 0111":  "q = msgget 0111",
		"msgsnd q 1 안녕하세요": "",
		"안녕":               "",
		"ㅂ = ㅡㄴㅎㅎㄷㅅ 0111 ㅑㅖㅊ_ㅊㄲㄸㅁㅆ|0600": "q = msgget 0111 IPC_CREAT|0600",
		"ㅡㄴㅎㄴㅜㅇ ㅂ 1 안녕":                  "msgsnd q 1 안녕",
		"ㄴ드ㅐㅔ ㄴ 0:-1":                    "semop s 0:-1",
	} {
		got, ok := fromHangul(in, s)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%s: %q, %v; want %q", in, got, ok, want)
		}
	}
}

// scripted plays the person at the prompt.
type scripted struct {
	lines  []string
	filled []string
}

func (s *scripted) ReadLine(string) (string, error) {
	if len(s.lines) == 0 {
		return "", io.EOF
	}
	line := s.lines[0]
	s.lines = s.lines[1:]
	if line == "^C" {
		return "", ErrInterrupt
	}
	return line, nil
}
func (s *scripted) Prefill(text string) { s.filled = append(s.filled, text) }
func (s *scripted) Close() error        { return nil }

// play types lines at a prompt and returns what a person would see.
func play(t *testing.T, lang text.Lang, lines ...string) (string, *scripted) {
	t.Helper()
	s := newSession()
	s.Lang = lang
	var out bytes.Buffer
	e := NewEngine(s, NewText(s, &out, &out), nil)
	in := &scripted{lines: lines}
	say := func(l string) { e.Out.Flush(); out.WriteString(l + "\n") }
	p := &Prompt{Engine: e, Lines: in, Say: say, Ask: func(string) (string, error) { return "y", nil }, Shell: func(c string) error { say("shell: " + c); return nil }}
	if err := p.Run(); err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	e.Out.Flush()
	return out.String(), in
}

// TestPrompt: blocks go over lines, a failure ends its line only, habits are
// answered, and what the session made is removed when the person says so.
func TestPrompt(t *testing.T) {
	out, in := play(t, text.En,
		"", "", "q = msgget 0 0600", "msgsnd q 1 hello", "expect ENOENT msgsnd q 1 x", "print still here",
		"repeat 2 i {", "print round $i", "}", "print a \\", "b", "struct p {", "int x;", "}", "if 1 {", "^C", "print after",
		"ls", "!true", "man msgrcv", "ㅡㄴㅎㄱㅊㅍ ㅂ", "c = msgget(0, 0600);", "msgrcv(q, &buf, 10, 0, 0);", "nosuch", "exit", "never")
	for _, want := range []string{"help lists the commands", "queue now 1 message, 5 of 16384 bytes", "still here", "round 0\nround 1", "a b", "size=4", "after",
		"!ls runs it there", "shell: true", "msgrcv MSQID", "this is msgrcv q", "C taken as: c = msgget 0 0600", "c = msgget 0 0600", "here it is written: msgrcv MSQID", `unknown command "nosuch"`, "this session made: msqid"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not seen in\n%s", want, out)
		}
	}
	if strings.Contains(out, "never") || len(in.filled) != 1 {
		t.Errorf("%q %s", in.filled, out)
	}
	if out, _ := play(t, text.Ko, "", "", "q = msgget 0 0600", "nosuch", "ls", "exit"); !strings.Contains(out, "명령 목록") || !strings.Contains(out, "새로 만듦") || !strings.Contains(out, "모르는 명령") || !strings.Contains(out, "이 세션이 만든 객체") {
		t.Error(out)
	}
}

func TestComplete(t *testing.T) {
	s := newSession()
	run := func(src string) {
		sc, err := Parse(s, Terminal, src)
		if err == nil {
			err = NewEngine(s, NewText(s, io.Discard, io.Discard), nil).Run(sc)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	run("struct q_entry { int mnum; }\nqueue = msgget 0 0600\nquota = semget 0 1 0600")
	defer s.RemoveMade()
	p := &Prompt{Engine: NewEngine(s, NewText(s, io.Discard, io.Discard), nil), Lists: func() []string { return []string{"lecture"} }}
	for in, want := range map[string]string{
		"msgs":                     "msgsnd",
		"print x; msgs":            "msgsnd",
		"repeat 3 { msgs":          "msgsnd",
		"q = msgg":                 "msgget",
		"q=msgg":                   "msgget",
		"expect ENOM":              "ENOMEM ENOMSG",
		"expect ENOMSG msgr":       "msgrcv",
		"expect ENOMSG q = msgr":   "msgrcv",
		"msgrcv qu":                "queue",
		"P qu":                     "quota",
		"P $qu":                    "$quota",
		"msgget 1 IPC_C":           "IPC_CREAT",
		"msgget 1 IPC_CREAT|IPC_E": "IPC_EXCL",
		"msgctl queue IPC_S":       "IPC_SET IPC_STAT",
		"msgrcv queue as=q_":       "q_entry",
		"msgrcv queue a":           "as=",
		"msgrcv queue flags=MSG_N": "MSG_NOERROR",
		"source lec":               "lecture",
		"semop quota 0:-1:SEM":     "SEM_UNDO",
		"semop quota {0, -1, IPC":  "IPC_NOWAIT",
		"if msgr":                  "msgrcv",
		"explain la":               "last",
		"set la":                   "lang",
		"print 한글 있음; msgrcv qu":   "queue",
		"help msgr":                "msgrcv",
		"unset que":                "queue",
		"assert qn":                "qnum(",
		"assert qnum(qu":           "queue) quota)",
		"assert !ex":               "exists(",
		"assert 1 == 1 && blo":     "blocked(",
		"let x = semv":             "semval(",
		"if qnum(queu":             "queue)",
		"assert semval(quo":        "quota",
		"while qnum(queue) == qby": "qbytes(",
	} {
		from, items := p.Complete(in, len(in))
		var got []string
		for _, i := range items {
			got = append(got, i.Text)
		}
		if strings.Join(got, " ") != want || from > len(in) {
			t.Errorf("%q: %v from %d, want %s", in, got, from, want)
		}
	}
	// In the middle of a line only what stands before the cursor counts.
	if _, items := p.Complete("msgs q 1 hello", 4); len(items) != 1 || items[0].Text != "msgsnd" {
		t.Errorf("in the middle: %v", items)
	}
}
