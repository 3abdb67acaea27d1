package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const hostileLimits = "#: limits: time=8s memory=192M processes=24 output=64K messages=256K\n"

const hostileLab = "#: title: a message\n#: needs: private, user, processes\n" + hostileLimits + `
solution {
  q = msgget 0x11 IPC_CREAT|0600
  msgsnd q 1 x
}
task "the queue holds a message" hint="msgsnd" {
  assert qnum(q) == 1
  assert key(q) == 0x11
}
`

const goodHandIn = "q = msgget 0x11 IPC_CREAT|0600\nmsgsnd q 1 x\n"

// hostile is what a hand-in tries, and what must come of it.
type hostile struct {
	name, src string
	passes    bool   // it has done its task all the same
	limit     string // that it hits
	stops     string // part of why it stopped
}

var hostileScripts = []hostile{
	{name: "loop", src: "while 1 { }", limit: "time: 8s"},
	{name: "sleeps", src: "sleep 1h", limit: "time: 8s"},
	{name: "waits", src: "q = msgget 0 0600\nmsgrcv q", stops: "deadlock"},
	{name: "fills", src: "let k = 0; while k < 20 { let k = k + 1; q = msgget IPC_PRIVATE 0600; let n = 0; while n < 4 { msgsnd q 1 " + strings.Repeat("f", 4000) + "; let n = n + 1 } }; q = msgget IPC_PRIVATE 0600; msgrcv q", limit: "messages in queues: 256K"},
	{name: "spawns", src: "spawn a b c d e f g h i j k l m n o p r s t u v w x y z aa bb cc dd ee ff gg hh ii jj kk\n" + goodHandIn, limit: "processes: 24"},
	{name: "kills-main", src: goodHandIn + "kill main SIGKILL", passes: true, stops: "main is the shell itself"},
	{name: "ipcrm-a", src: goodHandIn + "ipcrm -a"},
	{name: "escapes", src: goodHandIn + `print "\033]0;owned\007\033[2J"` + "\nmsgrcv q\nmsgsnd q 1 \"\\033[2J\\007\"\n", passes: true},
	{name: "escape-name", src: "print \x1b[2J\nassert \"\x1b[2J\" == 1"},
	{name: "floods", src: "while 1 { print " + strings.Repeat("x", 4000) + " }", limit: "output: 64K"},
	{name: "passwd", src: goodHandIn + "source /etc/passwd", passes: true, stops: "Permission denied"},
	{name: "payload", src: goodHandIn + "msgrcv q; msgsnd q 1 file:/etc/passwd", stops: "EACCES"},
	{name: "upwards", src: goodHandIn + "source ../../x", passes: true, stops: "hand-in.ipc:3"},
	{name: "shadow", src: goodHandIn + "msgsnd q 1 file:/etc/shadow", passes: true, stops: "EACCES"},
	{name: "long-line", src: goodHandIn + "print " + strings.Repeat("y", 4<<20-100), passes: true, limit: "output: 64K"},
	{name: "too-long", src: goodHandIn + "#" + strings.Repeat("z", 4<<20), stops: "at most 4194304"},
	{name: "quits", src: "quit"},
	{name: "variables", src: goodHandIn + "let q = 99"},
	{name: "lang", src: goodHandIn + "set lang ko\nset timeout 1ms", passes: true},
	{name: "task", src: `task "mine" points=100 { }` + "\n" + goodHandIn, stops: "hand-in.ipc:1"},
	{name: "run", src: goodHandIn + "run sh -c 'kill -9 -1'", stops: "for the lab to say"},
	{name: "binary", src: "\x7fELF\x02\x01\x01\x00\x00\xff\xfe\x00"},
}

// survives grades hostile hand-ins beside good ones, and holds that nobody else is
// harmed, that each ends as it must, and that nothing stays.
func survives(t *testing.T, lab, dir string, list []hostile) {
	t.Helper()
	mark := fmt.Sprintf("LC_IPCSH_HOSTILE=%d%s", os.Getpid(), t.Name())
	before := objects()
	cmd := program("check", "--format=json", "-j", "4", "--lang", "en", "--lab", lab, dir)
	cmd.Env = append(cmd.Env, mark)
	g := report(t, runProgram(t, cmd, ""))
	if g.status != 1 || g.stderr != "" || len(g.Grades) != len(list)+2 {
		t.Errorf("exit status %d, %d grades\n%s", g.status, len(g.Grades), g.stderr)
	}
	if strings.ContainsAny(g.stdout, "\x1b\a") {
		t.Error("an escape sequence came through")
	}
	for _, h := range g.Grades {
		i := slices.IndexFunc(list, func(x hostile) bool { return x.name == h.Name })
		if i < 0 {
			if !h.Passed || h.Failure != "" || len(h.Limits) > 0 {
				t.Errorf("%s, which is good, was harmed: %+v", h.Name, h)
			}
			continue
		}
		want := list[i]
		all := fmt.Sprintf("%s: passed %v, limits %q, notes %q, failure %.300q, output %.200q, tasks %.900q", h.Name, h.Passed, h.Limits, h.Notes, h.Failure, h.Output, fmt.Sprint(h.Tasks))
		t.Log(all)
		switch {
		case h.Passed != want.passes:
			t.Error("passed: ", all)
		case want.limit != "" && !slices.Contains(h.Limits, want.limit):
			t.Errorf("no %s: %s", want.limit, all)
		case !strings.Contains(h.Failure, want.stops):
			t.Errorf("no %s: %s", want.stops, all)
		case strings.Contains(fmt.Sprint(h), "root:"):
			t.Error("it shows a file of the system's: ", all)
		}
	}
	if after := objects(); after != before {
		t.Errorf("objects: %s before, %s now", before, after)
	}
	environs, _ := filepath.Glob("/proc/[0-9]*/environ")
	for _, e := range environs {
		if b, _ := os.ReadFile(e); strings.Contains(string(b), mark) {
			t.Error("a process is left: ", e)
		}
	}
}

func TestHostileScripts(t *testing.T) {
	files := map[string]string{"a-good/hand-in.ipc": goodHandIn, "z-good/hand-in.ipc": goodHandIn}
	for _, h := range hostileScripts {
		files[h.name+"/hand-in.ipc"] = h.src
	}
	survives(t, filepath.Join(folder(t, map[string]string{"lab.ipc": hostileLab}), "lab.ipc"), folder(t, files), hostileScripts)
}

var hostileProgramLab = "#: title: a program\n#: needs: private, user, processes\n#: build: cc -w -pthread -o server server.c\n" + hostileLimits + `
solution server.c {
` + strings.ReplaceAll("\n"+serverHead, "\n", "\n    ") + `int main(void) { return serve(); }
}
task "the program serves" hint="it prints ready" {
  run ./server
  q = msgget 0x11
  assert qnum(q) == 1
  assert output(server) == "ready"
}
`

// serverHead is what a program needs to do its task. breach tells what a hostile one
// was let do, and so spoils its output.
const serverHead = `#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <arpa/inet.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/ptrace.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
static int serve(void) {
  struct { long type; char text[4]; } m = { 1, "x" };
  if (msgsnd(msgget(0x11, IPC_CREAT | 0600), &m, 1, 0) != 0) return 1;
  puts("ready");
  fflush(stdout);
  return getchar() == EOF;
}
static void breach(const char *what, int done) { if (done) printf("BREACH %s\n", what); }
`

// hostilePrograms are the bodies of main.
var hostilePrograms = []hostile{
	{name: "fork-bomb", src: "for (;;) fork();", limit: "processes: 24"},
	{name: "thread-bomb", src: "pthread_t t; for (;;) pthread_create(&t, 0, (void *(*)(void *))pause, 0);", limit: "processes: 24"},
	{name: "kills-parent", src: "kill(getppid(), SIGKILL); kill(getppid(), SIGSTOP); return serve();", passes: true},
	{name: "kills-first", src: "kill(1, SIGKILL); kill(1, SIGSEGV); kill(1, SIGTERM); return serve();", passes: true},
	{name: "kills-all", src: "kill(-1, SIGKILL); return serve();", passes: true},
	{name: "kills-group", src: "kill(0, SIGTERM); return serve();"},
	{name: "writes", src: `breach("outside", open("OUTSIDE/new", O_CREAT | O_WRONLY, 0666) >= 0);
		breach("over", open("OUTSIDE/secret", O_WRONLY | O_TRUNC) >= 0);
		breach("read", open("OUTSIDE/secret", O_RDONLY) >= 0);
		breach("remove", unlink("OUTSIDE/secret") == 0);
		breach("link", symlink("OUTSIDE/secret", "s") == 0 && open("s", O_RDWR) >= 0);
		breach("above", open("../new", O_CREAT | O_WRONLY, 0666) >= 0);
		breach("etc", open("/etc/ipcsh-hostile", O_CREAT | O_WRONLY, 0666) >= 0);
		breach("chmod", chmod("OUTSIDE/secret", 0777) == 0);
		return serve();`, passes: true},
	{name: "socket", src: `struct sockaddr_in a = { AF_INET, htons(PORT), { htonl(INADDR_LOOPBACK) } };
		breach("tcp", connect(socket(AF_INET, SOCK_STREAM, 0), (void *)&a, sizeof a) == 0);
		struct sockaddr_un u = { AF_UNIX };
		strcpy(u.sun_path, "OUTSIDE/socket");
		breach("unix", connect(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&u, sizeof u) == 0);
		return serve();`, passes: true},
	{name: "eats", src: "for (;;) { char *p = malloc(1 << 20); if (p) memset(p, 1, 1 << 20); }", limit: "memory: 192M"},
	{name: "eats-segments", src: "for (;;) { char *p = shmat(shmget(IPC_PRIVATE, 8 << 20, 0600), 0, 0); if (p != (void *)-1) memset(p, 1, 8 << 20); }", limit: "memory: 192M"},
	{name: "eats-disk", src: `int f = open("big", O_CREAT | O_WRONLY, 0600); static char b[1 << 20]; for (;;) write(f, b, sizeof b);`, limit: "files: 64M"},
	{name: "ignores", src: "for (int i = 1; i < 65; i++) signal(i, SIG_IGN); for (;;);", limit: "time: 8s"},
	{name: "daemons", src: "for (int i = 0; i < 5; i++) if (fork() == 0) { setsid(); if (fork()) _exit(0); for (;;) pause(); } return serve();", passes: true},
	{name: "escapes", src: `printf("\033]0;owned\007\033[2J\033[H"); return serve();`},
	{name: "floods", src: `for (;;) puts("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");`, limit: "time: 8s"},
	{name: "fills", src: "for (;;) { struct { long type; char text[4000]; } m = { 1 }; int q = msgget(IPC_PRIVATE, 0600); while (msgsnd(q, &m, 4000, IPC_NOWAIT) == 0); }", limit: "messages in queues: 256K"},
	{name: "spies", src: `char n[64]; const char *files[] = { "mem", "environ", "fd/3", "fd/5", "root/etc/passwd" };
		for (int pid = 1; pid < 100; pid++) if (pid != getpid()) {
			for (int i = 0; i < 5; i++) { snprintf(n, sizeof n, "/proc/%d/%s", pid, files[i]); breach(n, open(n, O_RDONLY) >= 0); }
			breach("trace", ptrace(PTRACE_ATTACH, pid, 0, 0) == 0);
		}
		return serve();`, passes: true},
	{name: "forges", src: `const char r[] = "{\"task\":{\"Name\":\"x\",\"Points\":1,\"Max\":1,\"Passed\":true}}\n{\"end\":true}\n";
		for (int fd = 3; fd < 64; fd++) write(fd, r, sizeof r - 1);`},
	{name: "leaves", src: "for (int i = 0; i < 9; i++) { shmget(IPC_PRIVATE, 4096, 0600); msgget(IPC_PRIVATE, 0600); } return serve();", passes: true},
	{name: "builds-not", src: "this is no C", stops: "could not be built"},
	{name: "builds-ever", src: "return 0; }\n#include \"/dev/zero\"\n{", limit: "memory: 192M"},
}

func TestHostilePrograms(t *testing.T) {
	outside := folder(t, map[string]string{"secret": "secret"})
	os.Chmod(outside, 0o777)
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer tcp.Close()
	unix, err := net.Listen("unix", outside+"/socket")
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close()
	os.Chmod(outside+"/socket", 0o777)
	fill := strings.NewReplacer("OUTSIDE", outside, "PORT", fmt.Sprint(tcp.Addr().(*net.TCPAddr).Port))
	main := func(body string) string { return serverHead + "int main(void) { " + fill.Replace(body) + " }\n" }
	files := map[string]string{"a-good/server.c": main("return serve();"), "z-good/server.c": main("return serve();")}
	for _, h := range hostilePrograms {
		files[h.name+"/server.c"] = main(h.src)
	}
	dir := folder(t, files)
	survives(t, filepath.Join(folder(t, map[string]string{"lab.ipc": hostileProgramLab}), "lab.ipc"), dir, hostilePrograms)
	tcp.(*net.TCPListener).SetDeadline(time.Now())
	unix.(*net.UnixListener).SetDeadline(time.Now())
	if _, err := tcp.Accept(); err == nil {
		t.Error("a program reached the network")
	}
	if b, err := os.ReadFile(outside + "/secret"); string(b) != "secret" {
		t.Error("a program reached a file outside its folder: ", err)
	}
	left, _ := os.ReadDir(outside)
	if len(left) != 2 {
		t.Errorf("outside there are now %v", left)
	}
}
