package commands

import (
	"path/filepath"
	"strings"

	"ipcsh/commands/cexpr"
	"ipcsh/commands/text"
	"ipcsh/commands/words"
)

// runCommands are those about foreign programs, which only a lab may run.
func runCommands() []*Command {
	return []*Command{{
		Name:    "run",
		Family:  LabFamily,
		Lab:     true,
		Summary: text.New("run a program in any language as a process of the stage; only in a lab", "어떤 언어로 만든 프로그램이든 무대의 프로세스로 실행한다. 실습에서만 쓴다"),
		Params: []Param{{Name: "CMD", Kind: Word}, {Name: "ARG", Kind: Argument, Opt: true, Many: true},
			{Name: "AS", Kind: Word, Named: true, Opt: true}},
		Example: "run sh -c 'read x; echo got $x; exit 3' as=p; feed p hi; expect exit=3 output='got hi' wait p",
		Man:     "execve(2)",
		Starts:  true,
		Run:     runProgram,
	}, {
		Name:    "feed",
		Family:  LabFamily,
		Lab:     true,
		Summary: text.New("write a line to a program's standard input; without TEXT, end it", "프로그램의 표준 입력에 한 줄을 쓴다. TEXT가 없으면 입력을 끝낸다"),
		Params:  []Param{{Name: "NAME", Kind: Word}, {Name: "TEXT", Kind: Word, Opt: true}},
		Example: "expect blocked run cat; feed cat hello; assert output(cat) == \"hello\"; feed cat; expect exit=0 wait cat",
		Man:     "write(2)",
		Run: func(c *Call) (*Result, error) {
			stage, err := c.stage()
			if err != nil {
				return nil, err
			}
			var line []byte
			if c.Args[1].Given {
				line = append([]byte(c.Args[1].S), '\n')
			}
			if err := stage.Feed(c, c.Args[0].S, line); err != nil {
				return nil, err
			}
			return c.result(0), nil
		},
	}}
}

// ProgramOptions say which program is run, and as whom.
type ProgramOptions struct {
	Name string
	Args []string // the first is the program
}

func runProgram(c *Call) (*Result, error) {
	stage, err := c.stage()
	if err != nil {
		return nil, err
	}
	o := ProgramOptions{Args: append([]string{c.Args[0].S}, c.Args[1].L...)}
	if !c.Args[1].Given {
		o.Args = o.Args[:1]
	}
	if c.Args[2].Given {
		names, err := c.newNames([]string{c.Args[2].S}, 2)
		if err != nil {
			return nil, err
		}
		if len(names) != 1 {
			w := c.words(2)[0]
			return nil, usage(w.Pos, w.End(), "run starts one process: as=NAME", "run은 프로세스 하나를 시작합니다: as=이름")
		}
		o.Name = names[0]
	} else if o.Name, err = c.programName(o.Args[0]); err != nil {
		return nil, err
	}
	if err := stage.Run(c, o); err != nil {
		return nil, err
	}
	return c.result(0), nil
}

// programName makes a process's name of a program's.
func (c *Call) programName(path string) (string, error) {
	w := c.words(0)[0]
	name := asIdent(filepath.Base(path))
	if path == "" || name == "" {
		return "", usage(w.Pos, w.End(), "%s names no program", "%s: 프로그램 이름이 아닙니다", Quote(clip(path)))
	}
	_, err := c.newNames([]string{name}, 0)
	if err != nil {
		ue, ok := err.(*UsageError)
		if !ok {
			return "", err
		}
		return "", usage(w.Pos, w.End(), "%s; as=NAME gives the process another name", "%s. as=이름으로 다른 이름을 주세요", ue.Msg)
	}
	return name, nil
}

// asIdent makes an identifier of a file's name: "a-b.py" is a_b_py.
func asIdent(base string) string {
	name := strings.Map(func(r rune) rune {
		if words.IsIdent("_" + string(r)) {
			return r
		}
		return '_'
	}, base)
	if strings.Trim(name, "_") == "" {
		return ""
	}
	if !words.IsIdent(name) { // it begins with a digit
		name = "_" + name
	}
	return name
}

// ForeignProgram is the error for a statement sent to a foreign program.
func ForeignProgram(name string) *text.Msg {
	return text.F("%[1]s is a foreign program, which runs its own code and takes no statements; feed %[1]s, wait %[1]s and kill %[1]s are for it",
		"%[1]s은(는) 외부 프로그램이라 자기 코드를 실행할 뿐 문장을 받지 않습니다. feed %[1]s, wait %[1]s, kill %[1]s을(를) 쓰세요", name)
}

// liveOutput is output(NAME): what a program has written so far, to both of its
// outputs, without the newlines at its end, as $(...) of a shell.
func liveOutput(_ *Session, name string, args []cexpr.Value) (cexpr.Value, error) {
	p, err := process(name, args)
	if err != nil {
		return cexpr.Value{}, err
	}
	if p.Output == nil {
		return cexpr.Value{}, text.F("%s() wants a program that run has started; %s is a process of spawn", "%s()에는 run으로 시작한 프로그램이 필요합니다. %s은(는) spawn으로 만든 프로세스입니다", name, p.Name)
	}
	return cexpr.StringOf(p.Output()), nil
}
