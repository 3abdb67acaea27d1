package commands

import "ipcsh/commands/text"

// The forms of a lab: an exercise and how it is graded.
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
	}}
}
