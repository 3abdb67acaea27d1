package commands

import (
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"time"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/text"
	"ipcsh/commands/words"
	"ipcsh/sysv"
)

func stageCommands() []*Command {
	return []*Command{{
		Name:    "spawn",
		Family:  ProcessFamily,
		Summary: text.New("start processes; p[5] makes p0 to p4", "프로세스를 시작한다. p[5]는 p0부터 p4까지 만든다"),
		Params: []Param{{Name: "NAME", Kind: Word, Many: true},
			{Name: "UID", Kind: UserArg, Named: true, Opt: true}, {Name: "GID", Kind: GroupArg, Named: true, Opt: true},
			{Name: "PRIVATE", Kind: Word, Named: true, Opt: true}},
		Example: "spawn server p[3]; @server print my pid is $server; @p2 print I am the last of three; assert alive(p0) && pid(p0) != pid(p1)",
		Man:     "fork(2)",
		Run:     spawn,
	}, {
		Name:    "fork",
		Family:  ProcessFamily,
		Summary: text.New("start a child that has this process's variables and attachments", "이 프로세스의 변수와 attach를 물려받는 자식을 시작한다"),
		Params:  []Param{{Name: "NAME", Kind: Word}},
		Example: "m = shmget 0 4096 0600; a = shmat m; fork child; assert nattch(m) == 2; @child write a int:42; expect value=42 read a as=int",
		Man:     "fork(2)",
		Run: func(c *Call) (*Result, error) {
			stage, err := c.stage()
			if err != nil {
				return nil, err
			}
			names, err := c.newNames([]string{c.Args[0].S}, 0)
			if err == nil {
				err = stage.Fork(c, names[0])
			}
			if err != nil {
				return nil, err
			}
			return c.spawned(names)
		},
	}, {
		Name:    "@NAME",
		Family:  ProcessFamily,
		Summary: text.New("run a statement or a block in a process; returns when it ended or sleeps in the kernel; & does not wait for that", "프로세스에서 문장이나 블록을 실행한다. 끝나거나 커널에서 잠들면 돌아오고, &를 붙이면 기다리지 않는다"),
		Params:  []Param{{Name: "STATEMENT | { ... }", Kind: Raw}, {Name: "&", Kind: Literal, Opt: true}},
		Example: "q = msgget 0 0600; spawn r; expect blocked @r msgrcv q; msgsnd q 1 hi; expect text=hi wait r",
		Syntax:  true,
	}, {
		Name:    "wait",
		Family:  ProcessFamily,
		Summary: text.New("wait for the calls of processes to end, and judge the last one's", "프로세스의 호출이 끝나기를 기다려 결과를 판정한다. 여럿이면 마지막에 적은 것"),
		Params:  []Param{{Name: "NAME", Kind: Word, Opt: true, Many: true}, {Name: "TIMEOUT", Kind: Duration, Named: true, Opt: true}},
		Example: "q = msgget 0 0600; spawn a; expect blocked @a msgrcv q; msgctl q IPC_RMID; expect EIDRM wait a",
		Man:     "wait(2)",
		Run: func(c *Call) (*Result, error) {
			stage, err := c.stage()
			if err != nil {
				return nil, err
			}
			var limit Limit
			if t := c.Args[1].Time; c.Args[1].Given {
				limit = Limit{true, time.Duration(t.Sec)*time.Second + time.Duration(t.Nsec)}
			}
			var names []string
			if c.Args[0].Given {
				names = c.Args[0].L
			}
			return stage.Wait(c, names, limit)
		},
	}, {
		Name:    "kill",
		Family:  ProcessFamily,
		Summary: text.New("send a process a signal, SIGKILL if none is named", "프로세스에 시그널을 보낸다. 시그널을 적지 않으면 SIGKILL"),
		Params:  []Param{{Name: "NAME", Kind: Word}, {Name: "SIG", Kind: Word, Opt: true}},
		Example: "s = semget 0 1 0600; spawn a; @a P s; kill a SIGUSR1; expect EINTR wait a; kill a; expect SIGKILL wait a",
		Man:     "kill(2)",
		Run:     kill,
	}, {
		Name:    "exit",
		Family:  ProcessFamily,
		Summary: text.New("end this process as exit(3) does: attachments go, SEM_UNDO is done", "exit(3)처럼 이 프로세스를 끝낸다. attach가 풀리고 SEM_UNDO가 적용된다"),
		Params:  []Param{{Name: "STATUS", Kind: Int, Opt: true}},
		Example: "m = shmget 0 4096 0600; spawn a; @a shmat m; @a exit 3; assert nattch(m) == 0; expect exit=3 wait a",
		Man:     "exit(3)",
		Syntax:  true,
	}, {
		Name:    "ps",
		Family:  ProcessFamily,
		Summary: text.New("list the processes and what each is doing", "프로세스마다 지금 무엇을 하는지 보여 준다"),
		Example: "q = msgget 0 0600; spawn r idler; @r msgrcv q; ps",
		Run:     ps,
	}}
}

// stage returns the session's stage.
func (c *Call) stage() (Stage, error) {
	if c.Stage == nil {
		return nil, text.F("there are no processes in this session", "이 세션에서는 프로세스를 쓸 수 없습니다")
	}
	return c.Stage, nil
}

func spawn(c *Call) (*Result, error) {
	stage, err := c.stage()
	if err != nil {
		return nil, err
	}
	o := SpawnOptions{Uid: -1, Gid: -1}
	if c.Args[1].Given {
		o.Uid = int(c.Args[1].I)
	}
	if c.Args[2].Given {
		o.Gid = int(c.Args[2].I)
	}
	if c.Args[3].Given {
		switch w := c.words(3)[0]; c.Args[3].S {
		case "yes":
			o.Private = true
		case "no":
		default:
			return nil, usage(w.Pos, w.End(), "private is yes or no", "private은 yes 또는 no입니다")
		}
	}
	names, err := c.newNames(c.Args[0].L, 0)
	if err == nil {
		err = stage.Spawn(c, names, o)
	}
	if err != nil {
		return nil, err
	}
	return c.spawned(names)
}

// spawned is the result of new processes: their pids.
func (c *Call) spawned(names []string) (*Result, error) {
	r := c.result(0)
	for _, name := range names {
		if p := c.Stage.Find(name); p != nil {
			r.Fields = append(r.Fields, num(name, int64(p.Pid)))
		}
	}
	return r, nil
}

// MaxProcesses is how many processes a session may have.
const MaxProcesses = 500

// newNames checks the names of new processes, p[5] written out.
func (c *Call) newNames(given []string, param int) ([]string, error) {
	var names []string
	for i, name := range given {
		w := c.words(param)[i]
		base, n, err := c.counted(name, w)
		if err != nil {
			return nil, err
		}
		if n < 0 {
			names = append(names, base)
		}
		for j := 0; j < n; j++ {
			names = append(names, base+strconv.Itoa(j))
		}
	}
	seen := map[string]bool{}
	w := c.words(param)[0]
	for _, name := range names {
		switch v := c.vars[name]; {
		case seen[name]:
			return nil, usage(w.Pos, w.End(), "%s is named twice", "%s 이름이 두 번 나옵니다", name)
		case name == "main":
			return nil, usage(w.Pos, w.End(), "main is the shell itself", "main은 셸 자신입니다")
		case c.Stage.Find(name) == nil && c.Reserved(name) != nil:
			return nil, usage(w.Pos, w.End(), "%s is a word of the language, so no process can have it as its name", "%s은(는) 언어에서 쓰는 말이라 프로세스 이름이 될 수 없습니다", name)
		case v != nil && v.Set:
			return nil, usage(w.Pos, w.End(), "%s is a variable; a process and a variable may not share a name", "%s은(는) 변수입니다. 프로세스와 변수는 같은 이름을 쓸 수 없습니다", name)
		}
		seen[name] = true
	}
	return names, nil
}

// counted takes p[5] apart. n is -1 for a plain name.
func (c *Call) counted(name string, w words.Word) (base string, n int, err error) {
	base, count, many := strings.Cut(name, "[")
	if !words.IsIdent(base) || many && !strings.HasSuffix(count, "]") {
		return "", 0, usage(w.Pos, w.End(), "%s is no name for a process: letters, digits and _, or NAME[COUNT]", "%s: 프로세스 이름이 아닙니다. 영문자, 숫자, _로 짓거나 이름[개수]로 씁니다", Escape(clip(name)))
	}
	if !many {
		return base, -1, nil
	}
	v, err := c.number(strings.TrimSuffix(count, "]"))
	if err != nil {
		return "", 0, wrapAt(err, w)
	}
	switch {
	case v < 1:
		return "", 0, usage(w.Pos, w.End(), "%s makes no process: the number in [ ] is at least 1", "%s: 만들 프로세스가 없습니다. [ ] 안의 개수는 1 이상이어야 합니다", Escape(clip(name)))
	case v > MaxProcesses:
		return "", 0, TooMany(v, w)
	}
	return base, int(v), nil
}

// TooMany is the error for more processes than a session may have.
func TooMany(n int64, w words.Word) error {
	return usage(w.Pos, w.End(), "%d processes: a session has at most %d, for each is a real process with memory and descriptors of its own", "프로세스 %d개: 하나하나가 메모리와 디스크립터를 쓰는 실제 프로세스이므로 한 세션에 최대 %d개입니다", n, MaxProcesses)
}

func kill(c *Call) (*Result, error) {
	stage, err := c.stage()
	if err != nil {
		return nil, err
	}
	sig := syscall.SIGKILL
	if c.Args[1].Given {
		var ok bool
		if sig, ok = sysv.SignalByName(c.Args[1].S); !ok {
			w := c.words(1)[0]
			return nil, usage(w.Pos, w.End(), "no signal %s", "%s(이)라는 시그널이 없습니다", Escape(clip(c.Args[1].S)))
		}
	}
	if c.Args[0].S == "main" {
		w := c.words(0)[0]
		return nil, usage(w.Pos, w.End(), "main is the shell itself: quit ends it", "main은 셸 자신입니다. quit으로 끝냅니다")
	}
	if err := stage.Kill(c, c.Args[0].S, sig); err != nil {
		return nil, err
	}
	return c.result(0), nil
}

func ps(c *Call) (*Result, error) {
	stage, err := c.stage()
	if err != nil {
		return nil, err
	}
	list, err := stage.List()
	if err != nil {
		return nil, err
	}
	width := 4
	for _, p := range list {
		width = max(width, len(p.Name))
	}
	r := c.result(int64(len(list)))
	var rows List
	for _, p := range list {
		r.Lines = append(r.Lines, fmt.Sprintf("%-*s  pid %-7d  %s", width, p.Name, p.Pid, p.State.In(c.Lang)))
		rows = append(rows, cexpr.RefOf(&Record{ret: int64(p.Pid), fields: []Field{
			{Name: "name", Val: cexpr.StringOf(p.Name)}, num("pid", int64(p.Pid)),
			{Name: "state", Val: cexpr.StringOf(p.State.In(c.Lang))}}}))
	}
	r.Fields = append(r.Fields, Field{Name: "processes", Val: cexpr.RefOf(rows)})
	if len(list) == 0 {
		r.Lines = []string{text.New("no process beside main; spawn NAME starts one", "main 외에 프로세스가 없습니다. spawn 이름으로 만듭니다").In(c.Lang)}
	}
	return r, nil
}
