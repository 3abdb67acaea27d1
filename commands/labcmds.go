package commands

import "ipcsh/commands/text"

// labCommands are the forms of a lab, an exercise and how it is graded, and what a
// lecture that is stepped through is made of. Those about foreign programs are
// runCommands.
func labCommands() []*Command {
	block := Param{Name: "{ ... }", Kind: Block}
	return []*Command{{
		Name:    "task",
		Family:  LabFamily,
		Lab:     true,
		Summary: text.New("checks that are worth points: the block must run without a failure", "점수가 걸린 검사. 블록이 실패 없이 실행되어야 한다"),
		Params: []Param{{Name: "TEXT", Kind: Word}, {Name: "POINTS", Kind: Word, Named: true}, {Name: "PARTIAL", Kind: Word, Named: true},
			{Name: "HINT", Kind: Word, Named: true}, {Name: "VISIBILITY", Kind: Word, Named: true}, {Name: "RUNS", Kind: Word, Named: true},
			{Name: "KO", Kind: Word, Named: true}, {Name: "HINT_KO", Kind: Word, Named: true}, block},
		Example: "q = msgget 0 0600; task \"a queue\" points=2 { assert exists(q) }",
		Syntax:  true,
	}, {
		Name:    "solution",
		Family:  LabFamily,
		Lab:     true,
		Summary: text.New("the student's part of a lab: a hand-in takes its place", "실습에서 학생이 풀 부분. 채점할 때는 제출물이 이 자리에 들어간다"),
		Params:  []Param{{Name: "FILE", Kind: Word, Opt: true}, block},
		Example: "solution { q = msgget 0 0600 }; task \"a queue\" { assert exists(q) }",
		Syntax:  true,
	}, {
		Name:    "step",
		Family:  LabFamily,
		Summary: text.New("go through a script one statement at a time, at the prompt; without one, list the scripts that ipcsh carries", "프롬프트에서 스크립트를 한 문장씩 실행한다. 파일이 없으면 ipcsh에 들어 있는 스크립트를 나열한다"),
		Params: []Param{{Name: "FILE", Kind: Path, Opt: true}, {Name: "RECORD", Kind: Path, Opt: true, Named: true},
			{Name: "RESTART", Kind: Word, Opt: true, Named: true}},
		Example: "step",
		Syntax:  true,
	}, {
		Name:    "predict",
		Family:  LabFamily,
		Summary: text.New("where a script is stepped through, ask first how the statement will end; else just run it", "step으로 볼 때는 문장이 어떻게 끝날지 먼저 묻는다. 그 밖에는 그대로 실행한다"),
		Params:  []Param{{Name: "STATEMENT", Kind: Raw}},
		Example: "q = msgget 0 0600; predict expect ENOMSG msgrcv q 9 IPC_NOWAIT",
		Syntax:  true,
	}}
}
