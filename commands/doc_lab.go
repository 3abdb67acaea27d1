package commands

import "ipcsh/commands/text"

var labDocs = [...]docEntry{{"task", docTask}, {"solution", docSolution}, {"step", docStep}, {"predict", docPredict}}

func docTask() *Doc {
	return &Doc{
		Params: []Entry{
			{"TEXT", text.New("what is asked for", "무엇을 해야 하는지")},
			{"POINTS", text.New("what it is worth, from 0 on (1)", "배점. 0 이상 (기본값 1)")},
			{"PARTIAL", text.New("yes: all checks run, and each that holds is worth its share", "yes이면 검사를 모두 실행하고, 통과한 검사만큼 점수를 준다")},
			{"HINT", text.New("what a student reads when it fails", "실패했을 때 학생이 읽을 힌트")},
			{"VISIBILITY", text.New("visible, hidden, after_due_date or after_published: who may see it, in reports for Gradescope; what is hidden is no part of the handout", "visible, hidden, after_due_date, after_published 중 하나. Gradescope 보고서에서 누가 볼 수 있는지 정한다. hidden인 과제는 handout에 나오지 않는다")},
			{"RUNS", text.New("the lab is played so often, and the task must hold each time: for races", "실습을 이 횟수만큼 실행하며 매번 통과해야 한다. 경쟁 상태를 볼 때 쓴다")},
			{"KO", text.New("TEXT in Korean", "TEXT의 한국어판")},
			{"HINT_KO", text.New("the hint in Korean", "힌트의 한국어판")},
			{"{ ... }", text.New("the checks; objects, output and exit statuses are what they look at", "검사들. 객체, 출력, 종료 상태를 본다")}},
		Returns: text.New("its points. Without partial=yes the first check that fails ends it.", "얻은 점수. partial=yes가 아니면 첫 실패에서 끝난다."),
	}
}

func docSolution() *Doc {
	return &Doc{
		Params: []Entry{{"FILE", text.New("of a lab about programs: the lines up to a } in the first column are this file, as they are", "프로그램을 다루는 실습일 때: 첫 칸의 }까지의 줄이 그대로 이 파일의 내용이다")},
			{"{ ... }", text.New("the statements", "문장들")}},
		Returns: text.New("In a replay its statements run. ipcsh check LAB grades them, ipcsh check --lab LAB HANDIN runs the hand-in in their place, and ipcsh handout LAB leaves them out.",
			"그냥 실행하면 이 안의 문장들이 실행된다. ipcsh check LAB은 이것을 채점하고, ipcsh check --lab LAB HANDIN은 그 자리에서 제출물을 실행하며, ipcsh handout LAB은 이것을 뺀다."),
	}
}

func docStep() *Doc {
	return &Doc{Params: []Entry{
		{"FILE", text.New("a script, or the name of one that ipcsh carries", "스크립트 파일, 또는 ipcsh에 들어 있는 스크립트의 이름")},
		{"RECORD", text.New("append each prediction to this file, a line of JSON each", "예측을 하나씩 JSON 한 줄로 이 파일에 덧붙인다")},
		{"RESTART", text.New("yes: begin anew, though it was left half done", "yes: 중간에 그만둔 적이 있어도 처음부터 시작한다")}}}
}

func docPredict() *Doc {
	return &Doc{Params: []Entry{
		{"STATEMENT", text.New("a call, with its expect if it has one; what it expects is not shown before the answer", "호출 하나. expect가 있으면 함께 쓰며, 기대한 결과는 답하기 전에는 보이지 않는다")}}}
}
