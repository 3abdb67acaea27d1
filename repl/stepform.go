package repl

import (
	"ipcsh/commands"
	"ipcsh/commands/text"
)

// step is "step FILE" at the prompt: the script is gone through in a session of
// its own, so that it can ask for a namespace and its names are nobody else's.
func (e *Engine) step(sc *Script, n *Node) error {
	args, err := n.bind.Eval()
	if err != nil {
		return e.failed(sc, n, err)
	}
	file, record, restart := args[0], args[1], args[2]
	if !file.Given {
		return e.listCarried(sc, n)
	}
	if e.Stepper == nil {
		return e.failed(sc, n, &commands.UsageError{Pos: -1, Msg: text.F("step needs the prompt; ipcsh step FILE does it from the system's shell", "step은 프롬프트에서 씁니다. 시스템 셸에서는 ipcsh step FILE로 실행합니다")})
	}
	words := []string{}
	if record.Given {
		words = append(words, "--record", record.S)
	}
	switch {
	case !restart.Given || restart.S == "no":
	case restart.S == "yes":
		words = append(words, "--restart")
	default:
		return e.failed(sc, n, &commands.UsageError{Pos: -1, Cmd: n.Cmd, Msg: text.F("restart is yes or no", "restart는 yes 또는 no입니다")})
	}
	e.Out.Flush()
	if err := e.Stepper(append(words, "--", file.S)); err != nil {
		return e.failed(sc, n, err)
	}
	return nil
}

// listCarried shows the names of the scripts that the program carries.
func (e *Engine) listCarried(sc *Script, n *Node) error {
	ev := e.event(sc, n)
	ev.Result = &commands.Result{}
	if e.Carried != nil {
		ev.Result.Lines = e.Carried()
	}
	e.emit(ev)
	return nil
}
