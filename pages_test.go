package main

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"ipcsh/commands"
	"ipcsh/commands/explain"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// asks returns a table and the explainer that answers for it.
func asks() (*commands.Table, *explain.Explainer) {
	table := commands.NewTable()
	return table, explain.New(commands.NewSession(table))
}

func topicNames(ex *explain.Explainer) []string {
	var names []string
	for _, name := range ex.Pages() {
		if explain.Example(name) != "" {
			names = append(names, name)
		}
	}
	return names
}

// fits fails for a page that is larger than lines by 80.
func fits(t *testing.T, name string, page []string, lines int) {
	t.Helper()
	if len(page) > lines {
		t.Errorf("%s has %d lines, more than %d:\n%s", name, len(page), lines, strings.Join(page, "\n"))
	}
	for _, l := range page {
		if n := text.Cells(l); n > 80 {
			t.Errorf("%s: a line of %d columns: %s", name, n, l)
		}
		if strings.ContainsAny(l, "\t\x00") || strings.TrimRight(l, " ") != l {
			t.Errorf("%s: tabs or blanks at the end: %q", name, l)
		}
	}
}

var langs = []text.Lang{text.En, text.Ko}

// TestTopics holds the pages of explain to a screen, in both languages.
func TestTopics(t *testing.T) {
	_, ex := asks()
	names := topicNames(ex)
	want := strings.Fields("key ftok permissions ipc_perm msqid_ds types blocking semaphore undo attach dest limits namespaces " +
		"kinds persistence security deadlock mutex producer payload expressions expect handles blocks")
	for _, name := range want {
		if !strings.Contains(" "+strings.Join(names, " ")+" ", " "+name+" ") {
			t.Errorf("no topic %s", name)
		}
	}
	for _, name := range names {
		for _, l := range langs {
			page := ex.Page(name, l)
			fits(t, name+" "+l.String(), page, 22)
			body, _, _ := strings.Cut(strings.Join(page, "\n"), "\n\n    "+strings.SplitN(explain.Example(name), "\n", 2)[0])
			hangul := 0
			for _, r := range body {
				if unicode.Is(unicode.Hangul, r) {
					hangul++
				}
			}
			if l == text.En && hangul > 0 || l == text.Ko && hangul < 60 {
				t.Errorf("%s in %s has %d syllables of Hangul", name, l, hangul)
			}
		}
	}
	if a, b := ex.Page("consumer", text.En), ex.Page("producer", text.En); len(a) == 0 || strings.Join(a, "") != strings.Join(b, "") {
		t.Error("consumer is not producer")
	}
}

// TestTopicExamples runs the example of each topic.
func TestTopicExamples(t *testing.T) {
	_, ex := asks()
	for _, name := range topicNames(ex) {
		t.Run(name, func(t *testing.T) {
			example := explain.Example(name)
			if o := ipcsh(t, example, "--private"); o.status != 0 {
				t.Errorf("%s\nexit status %d\n%s%s", example, o.status, o.stdout, o.stderr)
			}
			if strings.Contains(example, "@") || strings.Contains(example, "spawn") {
				t.Error("one process must do")
			}
		})
	}
}

// TestErrnoPages finds an errno without a meaning, and a line of the table that
// no page shows.
func TestErrnoPages(t *testing.T) {
	table, ex := asks()
	ours := strings.Fields("EACCES EAGAIN EEXIST EFAULT EFBIG EIDRM EINTR EINVAL ENOENT ENOMEM ENOMSG ENOSPC ENOSYS EPERM ERANGE E2BIG ETIMEDOUT ECHILD EMFILE ESRCH ENOTDIR ELOOP ENAMETOOLONG ENOEXEC EBADF EPIPE SIGSEGV")
	for _, l := range langs {
		for _, name := range ours {
			page := ex.Page(name, l)
			fits(t, name, page, 22)
			all := strings.Join(page, "\n")
			if len(page) < 3 {
				t.Errorf("%s has no meaning: %q", name, page)
			}
			calls := 0
			for _, c := range table.Commands() {
				if d := c.Manual(); !d.Alias {
					if line, ok := d.Errno(name); ok {
						calls++
						if !strings.Contains(all, c.Name) || !strings.Contains(strings.Join(strings.Fields(all), " "), line.In(l)) {
							t.Errorf("%s does not say what it means for %s: %s\n%s", name, c.Name, line.In(l), all)
						}
					}
				}
			}
			for _, line := range page {
				if c := table.Lookup(strings.SplitN(strings.TrimSpace(line)+" ", " ", 2)[0]); strings.HasPrefix(line, "  ") && c != nil && c.Manual().Alias {
					t.Errorf("%s: %s is no call of its own", name, c.Name)
				}
			}
			if calls == 0 {
				t.Errorf("%s: %d calls return it", name, calls)
			}
		}
		for _, name := range sysv.ErrnoNames() {
			if page := ex.Page(name, l); len(page) == 0 || !strings.HasPrefix(page[0], name+" (") {
				t.Errorf("%s: %q", name, page)
			}
		}
	}
	for _, c := range table.Commands() {
		for _, e := range c.Manual().Errnos {
			if !strings.Contains(" "+strings.Join(ours, " ")+" ", " "+e.Name+" ") {
				t.Errorf("%s: %s is not among the errnos with a meaning", c.Name, e.Name)
			}
		}
	}
	if ex.Page("ENOSUCH", text.En) != nil || ex.Page("", text.En) != nil {
		t.Error("a page of nothing")
	}
}

// TestHelpPages holds help to 80 columns, and its first page to a screen.
func TestHelpPages(t *testing.T) {
	table, ex := asks()
	for _, l := range langs {
		overview := commands.Overview(table, ex, l)
		fits(t, "help", overview, 24)
		for _, c := range table.Commands() {
			if !strings.Contains(" "+strings.Join(overview, " ")+" ", " "+c.Name+" ") {
				t.Errorf("help does not name %s", c.Name)
			}
			fits(t, "help "+c.Name, commands.HelpPage(table, ex, c.Name, l), 70)
		}
	}
}

// TestHelpAsked goes through the program: help of a command, of a topic, of
// nothing, and the same of the command line.
func TestHelpAsked(t *testing.T) {
	for _, args := range [][]string{{"help", "payload"}, {"-c", "help payload"}, {"help", "expect"}, {"-c", "explain msgrcv"}, {"-c", "explain consumer"}} {
		if o := ipcsh(t, "", args...); o.status != 0 || len(o.stdout) < 200 {
			t.Errorf("%q: exit status %d\n%s%s", args, o.status, o.stdout, o.stderr)
		}
	}
	for _, args := range [][]string{{"help", "payloads"}, {"-c", "help payloadd"}, {"-c", "explain ENOMSQ"}} {
		if o := ipcsh(t, "", args...); o.status != 2 {
			t.Errorf("%q: exit status %d\n%s%s", args, o.status, o.stdout, o.stderr)
		}
	}
	if o := ipcsh(t, "", "-c", "explain ENOMSQ"); !strings.Contains(o.stderr, "ENOMSG") {
		t.Errorf("nothing near is named: %s", o.stderr)
	}
}

// TestFieldsDocumented finds a field of a result that help does not name.
func TestFieldsDocumented(t *testing.T) {
	table, _ := asks()
	const all = `q = msgget 0 0600; msgsnd q 1 x; peek q; msgctl q IPC_STAT; msgctl q IPC_INFO; msgctl q MSG_INFO; msgrcv q
m = shmget 0 4096 0600; a = shmat m; shmctl m IPC_STAT; shmctl m IPC_INFO; shmctl m SHM_INFO; write a x; read a; dump a; incr a; shmdt a
s = semget 0 2 0600; semctl s 0 IPC_STAT; semctl s 0 SEM_INFO; semctl s 0 GETALL; semctl s 0 GETVAL; k = ftok / 1`
	o := ipcsh(t, all, "--private", "--json")
	if o.status != 0 {
		t.Fatal(o.stdout, o.stderr)
	}
	seen := 0
	for _, line := range strings.Split(strings.TrimSpace(o.stdout), "\n") {
		var ev struct {
			Cmd    string
			Result map[string]any
		}
		if err := json.Unmarshal([]byte(line), &ev); err != nil {
			t.Fatal(err, line)
		}
		cmd := table.Lookup(ev.Cmd)
		if cmd == nil {
			continue
		}
		documented := " ret "
		for _, f := range cmd.Manual().Fields {
			documented += f.Name + " "
		}
		for name := range ev.Result {
			seen++
			if !strings.Contains(documented, " "+name+" ") {
				t.Errorf("%s: field %s is not in its help (%s)", cmd.Name, name, documented)
			}
		}
	}
	if seen < 80 {
		t.Errorf("only %d fields seen", seen)
	}
}

// TestSignalPages: the name of a signal leads to what signals do.
func TestSignalPages(t *testing.T) {
	_, ex := asks()
	want := strings.Join(ex.Page("signals", text.En), "\n")
	for _, name := range []string{"SIGKILL", "sigusr1"} {
		if got := strings.Join(ex.Page(name, text.En), "\n"); got != want || got == "" {
			t.Errorf("%s: %q", name, got)
		}
	}
	if page := ex.Page("SIGNONE", text.En); page != nil {
		t.Errorf("SIGNONE: %q", page)
	}
}
