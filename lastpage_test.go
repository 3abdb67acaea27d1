package main

import (
	"os/exec"
	"strings"
	"testing"

	"ipcsh/commands"
)

// failures are statements that fail, for each call of the kernel's and each form
// that its arguments have in C. The last statement is the one that fails.
var failures = []string{
	`expect ENOENT ftok /no/such/"file" 'A'`,
	`expect ENOENT ftok "/no/이런/파일??/\\" -1`,
	`expect ENOENT msgget 0111`, `expect ENOENT msgget 0xffffffff IPC_EXCL|0600`,
	`expect EINVAL msgsnd 77 1 hello`, `expect EINVAL msgsnd 77 1 ""`, `expect EINVAL msgsnd 77 -9223372036854775807-1 int:5`,
	`q = msgget 0 0600; expect EINVAL msgsnd q 1 x size=-1`, `q = msgget 0 0600; expect EINVAL msgsnd q 1 x size=100000`,
	`q = msgget 0 0600; msgctl q IPC_SET qbytes=2; expect EAGAIN msgsnd q 1 hex:00ff0a5c22410d0a3f3f28 IPC_NOWAIT`,
	`q = msgget 0 0600; msgctl q IPC_SET qbytes=2; let t = "한글 text"; expect EAGAIN msgsnd q 1 "$t" IPC_NOWAIT`,
	`q = msgget 0 0600; msgctl q IPC_SET qbytes=2; expect EAGAIN msgsnd q 1 "a text that is a good deal longer than what fits into one line of C" IPC_NOWAIT`,
	`q = msgget 0 0600; expect ENOMSG msgrcv q 1 IPC_NOWAIT`, `q = msgget 0 0600; expect EINVAL msgrcv q 1 MSG_COPY`,
	`q = msgget 0 0600; expect ENOMSG msgrcv q 1 MSG_EXCEPT|IPC_NOWAIT as=int`, `q = msgget 0 0600; expect EINVAL msgrcv q size=-1`,
	`q = msgget 0 0600; msgsnd q 1 abc; expect E2BIG msgrcv q size=0`, `expect EINVAL msgrcv 5 -9223372036854775807-1 0x40000000`,
	`expect EINVAL msgctl 7 IPC_STAT`, `expect EINVAL msgctl 7 IPC_SET mode=0600 uid=1 gid=2 qbytes=-1`, `expect EINVAL msgctl 7 IPC_RMID`,
	`expect EINVAL msgctl 7 MSG_STAT`, `expect EINVAL msgctl 7 MSG_STAT_ANY`, `expect EINVAL msgctl 7 99`, `expect EINVAL msgctl -1 IPC_INFO`, `expect EINVAL msgctl -1 MSG_INFO`,
	`expect EINVAL peek 7`,
	`expect ENOENT shmget 0x55 100`, `expect EINVAL shmget 0x55 -1 IPC_CREAT|0600`, `expect EINVAL shmget 0 0 SHM_HUGETLB|SHM_HUGE_2MB|SHM_NORESERVE|0600`,
	`expect EINVAL shmat 7`, `m = shmget 0 100 0600; expect EINVAL shmat m 4097`, `expect EINVAL shmat 7 0x7f0000000000 SHM_RDONLY|SHM_RND|SHM_EXEC`,
	`expect EINVAL shmdt 0x7f0000000000`,
	`expect EINVAL shmctl 7 IPC_STAT`, `expect EINVAL shmctl 7 IPC_SET mode=0600`, `expect EINVAL shmctl 7 IPC_RMID`, `expect EINVAL shmctl 7 SHM_LOCK`,
	`expect EINVAL shmctl 7 SHM_STAT`, `expect EINVAL shmctl 7 SHM_STAT_ANY`, `expect EINVAL shmctl -1 SHM_INFO`, `expect EINVAL shmctl -1 IPC_INFO`, `expect EINVAL shmctl 7 -3`,
	`m = shmget 0 100 0600; a = shmat m; expect SIGSEGV write a 4096 hello`, `m = shmget 0 100 0600; a = shmat m; expect SIGSEGV read a 4096 10`,
	`m = shmget 0 100 0600; a = shmat m; expect SIGSEGV dump a 4096 10`, `m = shmget 0 100 0600; a = shmat m; expect SIGSEGV incr a 8192 by=-1`,
	`m = shmget 0 100 0600; a = shmat m 0 SHM_RDONLY; expect SIGSEGV write a 0 "a text that is a good deal longer than what fits into one line of C"`,
	`expect ENOENT semget 0x55 1`, `expect EINVAL semget 0x55 -1 IPC_CREAT|0600`,
	`s = semget 0 2 0600; expect EAGAIN semop s {0, -32768, IPC_NOWAIT|SEM_UNDO} 0:1`,
	`s = semget 0 2 0600; expect EFBIG semop s 65535:1:0x8000`, `s = semget 0 1 0600; expect EAGAIN semop s 0:-1 timeout=1ms`,
	`expect EINVAL semop 7 0:1 0:1 0:1 0:1 0:1 0:1 0:1 0:1 0:1 0:1`,
	`expect EINVAL P 7`, `s = semget 0 1 0600; expect EAGAIN P s 0 IPC_NOWAIT|SEM_UNDO`, `expect EINVAL V 7 1`,
	`expect EINVAL semctl 7 0 IPC_STAT`, `expect EINVAL semctl 7 0 IPC_SET mode=0 uid=5`, `expect EINVAL semctl 7 0 IPC_RMID`, `expect EINVAL semctl 7 0 GETVAL`,
	`expect EINVAL semctl 7 0 GETALL`, `expect ERANGE semctl 7 0 SETVAL -1`, `expect EINVAL semctl 7 0 SETALL 1,2,3`, `expect EINVAL semctl 7 0 SEM_STAT`,
	`expect EINVAL semctl 7 0 SEM_STAT_ANY`, `expect EINVAL semctl -1 0 SEM_INFO`, `expect EINVAL semctl -1 0 IPC_INFO`, `expect EINVAL semctl 7 0 99`,
}

// TestExplainLast compiles the C program of explain last for each of them.
func TestExplainLast(t *testing.T) {
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		t.Skip("there is no gcc")
	}
	seen := map[string]bool{}
	for _, line := range failures {
		statement := line[strings.LastIndex(line, "expect "):]
		words := strings.Fields(statement)
		errno, call := words[1], words[2]
		seen[call] = true
		o := ipcsh(t, "", "--private", "-c", line+"; print ---; explain last")
		if o.status != 0 {
			t.Errorf("%s: exit status %d\n%s", line, o.status, o.stderr)
			continue
		}
		_, page, _ := strings.Cut(o.stdout, "---\n")
		if !strings.Contains(page, errno) {
			t.Errorf("%s: the page does not name %s:\n%s", line, errno, page)
		}
		at := strings.Index(page, "\n#") + 1
		end := strings.LastIndex(page, "}\n")
		if at == 0 || end < at {
			t.Errorf("%s: no program in\n%s", line, page)
			continue
		}
		program := page[at : end+2]
		for _, l := range strings.Split(program, "\n") {
			if len(l) > 130 {
				t.Errorf("%s: a long line: %s", line, l)
			}
		}
		cmd := exec.Command(gcc, "-Wall", "-Werror", "-fsyntax-only", "-x", "c", "-")
		cmd.Stdin = strings.NewReader(program)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s\n%s", line, err, out, program)
		}
		if !strings.Contains(program, "errno == "+errno) && errno != "SIGSEGV" {
			t.Errorf("%s: the program does not check for %s:\n%s", line, errno, program)
		}
	}
	for _, c := range commands.NewTable().Commands() {
		if c.Kernel() && !seen[c.Name] {
			t.Errorf("no failure of %s is explained here", c.Name)
		}
	}
	if o := ipcsh(t, "", "-c", "explain last"); o.status != 0 || !strings.Contains(o.stdout, "nothing has failed") {
		t.Errorf("explain last before any failure: %d %s%s", o.status, o.stdout, o.stderr)
	}
}

// TestExplainLastKeeps finds a page that a later run of the same statement changed.
func TestExplainLastKeeps(t *testing.T) {
	o := ipcsh(t, `s = semget 0 2 0600
repeat 2 i { if P s i IPC_NOWAIT { print never }; if i == 0 { V s 1 } }
explain last`, "--private")
	if !strings.Contains(o.stdout, "semop(0, {{0, -1, IPC_NOWAIT}}, 1);") {
		t.Errorf("%s%s", o.stdout, o.stderr)
	}
}
