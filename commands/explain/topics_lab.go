package explain

import "ipcsh/commands/text"

func labsTopic() (text.Text, string) {
	return text.New(`labs: exercises, and how they are graded

    ipcsh handout plus8                 the sheet and the tasks, no solution
    ipcsh check --lab plus8 mine.ipc    grades what you wrote
    ipcsh check LAB                     grades the lab's own solution
    ipcsh new NAME                      writes a lab to start from

A lab is a script with a solution, whose place your file takes, and with tasks.
Their checks, assert and expect, look at what the kernel holds. A task whose
checks all hold is worth its points; with partial=yes each that holds is worth
its share. Of one that fails you read what was expected, what was found, the
objects as they are, and the lab's hint. Each hand-in runs in a sandbox.
run ./server makes a program a process of the stage; only a lab may say so.`,
			`labs: 실습 문제와 채점

    ipcsh handout plus8                 안내문과 과제. solution은 뺀다
    ipcsh check --lab plus8 mine.ipc    직접 작성한 파일을 채점한다
    ipcsh check LAB                     실습에 들어 있는 solution을 채점한다
    ipcsh new NAME                      실습을 새로 만들 때 쓸 틀을 만든다

실습은 solution과 task(과제)가 있는 스크립트이다. 채점할 때는 solution 대신
제출물을 실행한다. task의 검사(assert, expect)는 커널의 상태를 본다. 검사가
모두 통과하면 배점을 얻고, partial=yes이면 통과한 검사만큼 얻는다. 통과하지
못하면 기대한 것, 실제, 객체의 상태, 힌트를 보인다. 제출물은 샌드박스에서
실행한다.
run ./server는 프로그램을 무대의 프로세스로 실행한다. 실습만 쓸 수 있다.`), `solution { q = msgget 0111 IPC_CREAT|0600 }
task "a queue that is only yours" points=2 hint="explain permissions" {
    assert key(q) == 0111 && mode(q) == 0600
}`
}
