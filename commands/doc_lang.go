package commands

import "ipcsh/commands/text"

var langDocs = [...]docEntry{{"let", docLet}, {"print", docPrint}, {"assert", docAssert}, {"expect", docExpect}, {"if", docIf},
	{"while", docWhile}, {"repeat", docRepeat}, {"break", docBreak}, {"sleep", docSleep}, {"source", docSource}, {"struct", docStruct},
	{"handles", docHandles}, {"keep", docKeep}, {"unset", docUnset}, {"reset", docReset}, {"limits", docLimits}, {"set", docSet},
	{"explain", docExplain}, {"help", docHelp}, {"quit", docQuit}}

// blockDoc is the { ... } of a form.
func blockDoc() Entry {
	return Entry{"{ ... }", text.New("statements, each on a line or with ; between (explain blocks)", "문장들. 한 줄에 하나씩 또는 ;로 나눈다 (explain blocks)")}
}

func condDoc() Entry {
	return Entry{"COND", text.New("an expression, or a command: true if it succeeds", "수식 또는 명령. 명령은 성공하면 참")}
}

func expressionDoc() Entry {
	return Entry{"EXPRESSION", text.New("as in C, with variables and qnum(q) and its like (explain expressions)", "C와 같고 변수와 qnum(q) 등을 쓸 수 있다 (explain expressions)")}
}

func docLet() *Doc {
	return &Doc{Params: []Entry{
		{"NAME[.MEMBER][[INDEX]]", text.New("a variable, or a part of what it holds", "변수 또는 그 안의 일부")},
		expressionDoc()}}
}

func docPrint() *Doc {
	return &Doc{Params: []Entry{{"WORD", text.New("shown with one blank between; $name and ${name} are replaced", "한 칸씩 띄어 보인다. $name과 ${name}은 값으로 바뀐다")}}}
}

func docAssert() *Doc { return &Doc{Params: []Entry{expressionDoc()}} }

func docExpect() *Doc {
	return &Doc{Params: []Entry{
		{"CONDITION", text.New("ERRNO, FIELD=VALUE, or none: must succeed", "ERRNO, FIELD=VALUE, 없으면 성공해야 한다")},
		{"STATEMENT", text.New("what is run and judged", "실행하고 판정할 문장")}}}
}

func docIf() *Doc {
	return &Doc{Params: []Entry{condDoc(), blockDoc(),
		{"else { ... }", text.New("run if COND is false; } else { stands on one line", "COND가 거짓이면 실행한다. } else {는 한 줄에 쓴다")}}}
}

func docWhile() *Doc { return &Doc{Params: []Entry{condDoc(), blockDoc()}} }

func docRepeat() *Doc {
	return &Doc{Params: []Entry{
		{"N", text.New("how often", "횟수")},
		{"NAME", text.New("a variable that counts from 0", "0부터 세는 변수")}, blockDoc()}}
}

func docBreak() *Doc { return &Doc{} }

func docSleep() *Doc {
	return &Doc{Params: []Entry{{"TIME", text.New("100ms, 2s, 1.5s", "100ms, 2s, 1.5s처럼 쓴다")}}}
}

func docSource() *Doc {
	return &Doc{Params: []Entry{{"FILE", text.New("its statements run in this session", "그 안의 문장들이 이 세션에서 실행된다")}}}
}

func docStruct() *Doc {
	return &Doc{Params: []Entry{
		{"NAME", text.New("the struct's name, for NAME:member=value and as=NAME", "struct 이름. NAME:member=value와 as=NAME에 쓴다")},
		{"{ TYPE MEMBER; ... }", text.New("the members as in C, aligned and padded as C does it", "멤버. C와 같은 방식으로 정렬되고 padding된다")}}}
}

func docHandles() *Doc { return &Doc{} }

func objectNames() []Entry {
	return []Entry{{"NAME", text.New("variables", "변수 이름들")}}
}

func docKeep() *Doc  { return &Doc{Params: objectNames()} }
func docUnset() *Doc { return &Doc{Params: objectNames()} }
func docReset() *Doc { return &Doc{} }

func docLimits() *Doc {
	return &Doc{Params: []Entry{{"NAME=VALUE", text.New("set this limit: msgmni=2; only in a private namespace", "이 한도를 정한다: msgmni=2. 전용 네임스페이스에서만")}}}
}

func docSet() *Doc {
	return &Doc{Params: []Entry{
		{"SETTING", text.New("lang, notes, trace, color or timeout", "lang, notes, trace, color, timeout 중 하나")},
		{"VALUE", text.New("en|ko, on|off, c|strace|off, auto|always|never, or a time", "en|ko, on|off, c|strace|off, auto|always|never, 또는 시간")}}}
}

func docExplain() *Doc {
	return &Doc{Params: []Entry{{"ERRNO|COMMAND|TOPIC|last", text.New("ENOMSG, msgrcv, undo; last: the last failure, with a C program", "ENOMSG, msgrcv, undo. last: 마지막 실패와 그 C 프로그램")}}}
}

func docHelp() *Doc {
	return &Doc{Params: []Entry{{"COMMAND", text.New("a command, or a topic of explain", "명령, 또는 explain의 주제")}}}
}

func docQuit() *Doc { return &Doc{} }
