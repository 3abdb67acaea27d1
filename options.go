package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/repl/grade"
	"ipcsh/sysv"
)

const synopsis = "ipcsh [OPTION]... [FILE.ipc...] | -c 'STATEMENTS' | help [COMMAND|TOPIC|ERRNO]\n       ipcsh step FILE | check FILE|DIR... | check --lab LAB HANDIN... | handout LAB | new NAME"

// options are the program's, from the command line and the environment.
type options struct {
	command    string
	hasCommand bool
	args       []string
	json       bool
	quiet      bool
	keep       bool
	private    bool
	join       int
	lang       text.Lang
	timeout    time.Duration
	color      string
	trace      string
	help       bool
	version    bool
	record     string
	restart    bool

	lab    string // of check
	jobs   int
	format string
	output string
	force  bool
}

// option describes one for the help.
type option struct {
	name, value string
	doc         text.Text
}

// flag returns the option as it is typed.
func (o option) flag() string {
	name := "--" + o.name
	if len(o.name) == 1 {
		name = "-" + o.name
	}
	if o.value != "" {
		name += " " + o.value
	}
	return name
}

func optionList() []option {
	return []option{
		{"c", "STATEMENTS", text.New("run these statements and leave; what they make stays", "이 문장들을 실행하고 끝낸다. 만든 객체는 남는다")},
		{"private", "", text.New("in an IPC namespace of its own; ids start at 0", "전용 IPC 네임스페이스에서 실행한다. id는 0부터")},
		{"join", "PID", text.New("in the IPC namespace of a running (private) shell", "실행 중인 (전용) 셸의 IPC 네임스페이스에서 실행한다")},
		{"json", "", text.New("one event a line, as JSON", "이벤트를 한 줄에 하나씩 JSON으로 출력한다")},
		{"lang", "en|ko", text.New("language of all texts", "메시지 언어")},
		{"quiet", "", text.New("only print, failures and the summary", "print, 실패, 요약만 출력한다")},
		{"keep", "", text.New("leave the objects that the script made", "스크립트가 만든 객체를 남긴다")},
		{"timeout", "TIME", text.New("longest wait of one statement (10s; 0: none)", "문장 하나가 기다리는 최대 시간 (10s, 0이면 무제한)")},
		{"trace", "c|strace|off", text.New("show each call as C source, or as strace would", "호출마다 C 소스로, 또는 strace처럼 보인다")},
		{"record", "FILE", text.New("step: append each prediction to this file, as JSON", "step: 예측을 하나씩 JSON으로 이 파일에 덧붙인다")},
		{"restart", "", text.New("step: begin anew, though it was left half done", "step: 중간에 그만둔 적이 있어도 처음부터 시작한다")},
		{"color", "WHEN", text.New("auto, always or never", "auto, always, never")},
		{"lab", "LAB", text.New("check: grade hand-ins against this lab", "check: 이 실습을 기준으로 제출물을 채점한다")},
		{"j", "N", text.New("check: grade N hand-ins at a time (one for each CPU)", "check: 제출물을 한 번에 N개씩 채점한다 (기본값: CPU 수)")},
		{"format", "FORMAT", text.New("check: text, tap, junit, gradescope, json or csv", "check: text, tap, junit, gradescope, json, csv 중 하나")},
		{"output", "FILE", text.New("check, handout: write to a file", "check, handout: 파일에 쓴다")},
		{"force", "", text.New("check: grade although objects of others could be harmed", "check: 다른 객체를 해칠 수 있어도 채점한다")},
		{"version", "", text.New("print the version", "버전을 출력한다")},
		{"help", "", text.New("print this", "이 도움말을 출력한다")},
	}
}

// parseOptions reads the command line. Options may stand behind files.
func parseOptions(args []string, getenv func(string) string) (options, error) {
	o := options{timeout: 10 * time.Second, color: "auto", lang: environmentLang(getenv), jobs: runtime.NumCPU(), format: grade.Formats()[0]}
	fs := flag.NewFlagSet("ipcsh", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	var bad error // what an option says of its value
	value := func(name string, take func(string) error) {
		fs.Func(name, "", func(s string) error {
			err := take(s)
			if err != nil {
				bad = text.F("--%s %s: %s", "--%s %s: %s", name, s, err)
			}
			return err
		})
	}
	fs.Func("c", "", func(s string) error { o.command, o.hasCommand = s, true; return nil })
	fs.BoolVar(&o.json, "json", false, "")
	fs.BoolVar(&o.quiet, "quiet", false, "")
	fs.BoolVar(&o.quiet, "q", false, "")
	fs.BoolVar(&o.keep, "keep", false, "")
	fs.BoolVar(&o.private, "private", false, "")
	fs.StringVar(&o.record, "record", "", "")
	fs.BoolVar(&o.restart, "restart", false, "")
	fs.BoolVar(&o.help, "help", false, "")
	fs.BoolVar(&o.help, "h", false, "")
	fs.BoolVar(&o.version, "version", false, "")
	fs.BoolVar(&o.version, "V", false, "")
	fs.StringVar(&o.lab, "lab", "", "")
	fs.StringVar(&o.output, "output", "", "")
	fs.StringVar(&o.output, "o", "", "")
	fs.BoolVar(&o.force, "force", false, "")
	value("j", func(s string) (err error) {
		if o.jobs, err = strconv.Atoi(s); err != nil || o.jobs < 1 {
			err = text.F("a number from 1 on", "1 이상의 수여야 합니다")
		}
		return err
	})
	value("format", func(s string) error {
		if o.format = s; !slices.Contains(grade.Formats(), s) {
			return text.F("the formats are %s", "쓸 수 있는 형식은 %s입니다", strings.Join(grade.Formats(), ", "))
		}
		return nil
	})
	value("join", func(s string) (err error) {
		if o.join, err = strconv.Atoi(s); err != nil || o.join <= 0 {
			err = text.F("no process id", "프로세스 번호가 아닙니다")
		}
		return err
	})
	value("lang", func(s string) error {
		l, ok := text.Parse(s)
		if !ok {
			return text.F("lang is en or ko", "lang은 en 또는 ko입니다")
		}
		o.lang = l
		return nil
	})
	value("timeout", func(s string) (err error) {
		if o.timeout, err = commands.ParseDuration(s); err == nil && o.timeout < 0 {
			err = text.F("a time is not negative", "시간은 음수일 수 없습니다")
		}
		return err
	})
	value("trace", func(s string) error {
		style, ok := commands.ParseTrace(s)
		if !ok {
			return text.F("trace is c, strace or off", "trace는 c, strace, off 중 하나입니다")
		}
		o.trace = style
		return nil
	})
	value("color", func(s string) error {
		if s != "auto" && s != "always" && s != "never" {
			return text.F("color is auto, always or never", "color는 auto, always, never 중 하나입니다")
		}
		o.color = s
		return nil
	})
	for {
		if err := fs.Parse(args); err != nil {
			if bad != nil {
				return o, bad
			}
			return o, optionError(err)
		}
		if fs.NArg() == 0 {
			break
		}
		rest := fs.Args()
		if n := len(args) - len(rest); n > 0 && args[n-1] == "--" {
			o.args = append(o.args, rest...)
			break
		}
		o.args, args = append(o.args, rest[0]), rest[1:]
	}
	if o.private && o.join > 0 {
		return o, text.F("--private makes a namespace and --join enters another's: choose one", "--private는 네임스페이스를 만들고 --join은 남의 것에 들어갑니다. 하나만 쓰세요")
	}
	if o.hasCommand && len(o.args) > 0 {
		return o, text.F("-c takes the statements as one word, and no files", "-c는 문장들을 한 단어로 받고 파일은 받지 않습니다")
	}
	return o, nil
}

// optionError words what package flag says in English only.
func optionError(err error) error {
	msg := err.Error()
	if name, ok := strings.CutPrefix(msg, "flag provided but not defined: -"); ok {
		return text.F("unknown option --%s", "모르는 옵션 --%s", name)
	}
	if name, ok := strings.CutPrefix(msg, "flag needs an argument: -"); ok {
		return text.F("option --%s needs a value", "옵션 --%s에는 값이 필요합니다", name)
	}
	return text.F("option: %s", "옵션 값이 잘못되었습니다: %s", msg)
}

// environmentLang reads the language as the C library does.
func environmentLang(getenv func(string) string) text.Lang {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := getenv(name); v != "" {
			l, _ := text.Parse(v)
			return l
		}
	}
	return text.En
}

// showsColor reports whether output goes to a terminal that shows colours, and
// NO_COLOR does not speak against it.
func (sh *shell) showsColor() bool {
	f, ok := sh.out.(*os.File)
	return ok && sysv.IsTerminal(f.Fd()) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

func usagePage(l text.Lang) []string {
	lines := []string{synopsis, ""}
	for _, o := range optionList() {
		lines = append(lines, fmt.Sprintf("  %-20s %s", o.flag(), o.doc.In(l)))
	}
	return append(lines, "", text.New("Without a file: the prompt on a terminal, else statements from standard input.", "파일이 없으면 터미널에서는 프롬프트, 아니면 표준 입력에서 문장을 읽습니다.").In(l),
		asTools.In(l), exitStatuses.In(l))
}

var asTools = text.New("ipcsh ipcs|ipcrm|ipcmk [OPTION]..., or a symbolic link of that name: the system's tool (--help).",
	"ipcsh ipcs|ipcrm|ipcmk [OPTION]... 또는 그 이름의 심볼릭 링크: 시스템의 도구로 동작합니다 (--help).")

var exitStatuses = text.New("Exit status: 0; 1 a statement or check failed; 2 usage or syntax error; 130 interrupted.",
	"종료 상태: 0 성공, 1 문장이나 검사 실패, 2 사용법 또는 문법 오류, 130 중단됨.")

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// each runs several files, each in a session and a process of its own, and
// returns the worst status.
func (sh *shell) each() int {
	flags := sh.argv[1:]
	worst := 0
	for _, file := range sh.args {
		cmd := exec.Command("/proc/self/exe", onlyFile(flags, sh.args, file)...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = sh.in, sh.out, sh.errs
		status := 1
		var ended *sysv.Exited
		if err := sysv.RunChild(cmd); errors.As(err, &ended) {
			status = ended.Status
		} else {
			sh.say(err)
		}
		worst = max(worst, status)
		if status > 128 {
			break
		}
	}
	return worst
}

// onlyFile returns the command line with one of its files.
func onlyFile(args, files []string, file string) []string {
	var out []string
	i := 0
	for _, a := range args {
		if i < len(files) && a == files[i] {
			i++
			continue
		}
		out = append(out, a)
	}
	if n := len(out); n > 0 && out[n-1] == "--" {
		out = out[:n-1]
	}
	return append(out, "--", file)
}
