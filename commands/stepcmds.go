package commands

import "ipcsh/commands/text"

// stepCommands are what a lecture that is stepped through is made of.
func stepCommands() []*Command {
	return []*Command{{
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
