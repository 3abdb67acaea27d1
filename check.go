package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/repl"
	"ipcsh/repl/grade"
	"ipcsh/sysv"
)

// checking is one run of "ipcsh check".
type checking struct {
	*shell
	ctx    context.Context
	jails  *sysv.Jails
	report grade.Report
	slots  slots
}

// slots has room for those that play at a time.
type slots chan struct{}

func (s slots) Lock()   { s <- struct{}{} }
func (s slots) Unlock() { <-s }

// check is "ipcsh check FILE|DIR..." and "ipcsh check --lab LAB HANDIN...".
func (sh *shell) check(paths []string) int {
	if len(paths) == 0 {
		sh.say(text.F("check needs scripts, labs, or hand-ins behind --lab LAB", "check에는 스크립트나 실습, 또는 --lab LAB과 제출물이 필요합니다"))
		return 2
	}
	out := sh.out
	if sh.output != "" { // before the work, which would be lost
		f, err := os.OpenFile(sh.output, os.O_WRONLY|os.O_CREATE, 0o666)
		if err != nil {
			sh.say(text.F("%s: %s", "%s: %s", sh.output, reason(err)))
			return 1
		}
		defer f.Close()
		out = f
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	c := &checking{shell: sh, ctx: ctx, jails: sysv.NewJails(), slots: make(slots, sh.jobs)}
	defer c.jails.Close()
	c.report = grade.Report{Lang: sh.lang, Start: time.Now()}
	var err error
	if sh.lab != "" {
		err = c.handIns(paths)
	} else {
		err = c.scripts(paths)
	}
	switch {
	case ctx.Err() != nil:
		sh.say(&repl.Interrupted{})
		return 130
	case err != nil:
		sh.say(err)
		return max(1, repl.Status(err))
	}
	return c.finish(out)
}

// finish writes the report and returns the exit status.
func (c *checking) finish(out io.Writer) int {
	for _, r := range c.jails.Refused() {
		c.report.Refused = append(c.report.Refused, refusedMeans(r).In(c.lang))
	}
	if f, ok := out.(*os.File); ok && c.output != "" {
		f.Truncate(0) // what was there before; a device or a pipe has nothing
	}
	if err := c.report.Write(out, c.format); err != nil {
		c.say(text.F("%s", "%s", reason(err)))
		return 1
	}
	if !c.report.Passed() {
		return 1
	}
	return 0
}

// handIns grades hand-ins against a lab.
func (c *checking) handIns(paths []string) error {
	lab, err := c.load(c.lab)
	if err != nil {
		return err
	}
	list, err := grade.HandIns(paths, lab.file())
	if err != nil {
		return &commands.UsageError{Pos: -1, Msg: text.F("%s", "%s", err)}
	}
	c.report.Lab, c.report.Title = c.lab, lab.Header.Title(c.lang)
	if err := c.prepare(); err != nil {
		return err
	}
	c.report.Grades = make([]grade.Grade, len(list))
	if err := c.report.Fits(c.format); err != nil { // before the work, which would be lost
		return err
	}
	if c.jails.Shared() { // where plays come one after the other
		c.doubt(lab)
	} else {
		var doubts sync.WaitGroup
		doubts.Add(1)
		go func() {
			defer doubts.Done()
			c.doubt(lab)
		}()
		defer doubts.Wait()
	}
	return c.each(len(list), func(i int) string {
		c.report.Grades[i] = c.handIn(lab, list[i])
		return list[i].Name
	})
}

// handIn grades one hand-in.
func (c *checking) handIn(lab *lab, h grade.HandIn) grade.Grade {
	var g grade.Grade
	in, err := lab.read(h)
	if err != nil {
		g = grade.Merge(lab.tasks, nil, c.lang)
		for i := range g.Tasks { // nothing was played: nothing held
			g.Tasks[i].Passed, g.Tasks[i].Points = false, 0
		}
		g.Points, g.Failure = 0, text.F("it cannot be graded: %s", "채점할 수 없습니다: %s", reason(err)).In(c.lang)
	} else {
		defer in.close()
		g = lab.grade(c, in)
	}
	g.Name, g.Path = h.Name, h.Path
	return g
}

// scripts runs scripts that check themselves, and labs with their own solutions.
func (c *checking) scripts(paths []string) error {
	files, err := findScripts(paths)
	if err != nil {
		return err
	}
	labs := make([]*lab, len(files))
	for i, f := range files {
		if labs[i], err = c.load(f); err != nil {
			return err
		}
	}
	c.report.Grades = make([]grade.Grade, len(files))
	if err := c.report.Fits(c.format); err != nil {
		return err
	}
	if slices.ContainsFunc(labs, func(l *lab) bool { return len(l.tasks) > 0 }) {
		if err := c.prepare(); err != nil {
			return err
		}
	}
	return c.each(len(files), func(i int) string {
		name := grade.HandinName(files[i])
		var g grade.Grade
		if len(labs[i].tasks) > 0 {
			g = labs[i].grade(c, labs[i].own())
			c.doubtEmpty(labs[i])
		} else {
			g = c.script(files[i], labs[i])
		}
		g.Name, g.Path = name, files[i]
		c.report.Grades[i] = g
		return name
	})
}

// findScripts finds the scripts in what is named on the command line. A folder
// called wrong has hand-ins that are to fail.
func findScripts(paths []string) ([]string, error) {
	var files []string
	for _, p := range paths {
		st, err := os.Stat(p)
		if err != nil || !st.IsDir() {
			files = append(files, p) // a carried script has no file
			continue
		}
		before := len(files)
		err = filepath.WalkDir(p, func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && name != p && (d.Name() == "wrong" || strings.HasPrefix(d.Name(), ".")):
				return fs.SkipDir
			case !d.IsDir() && filepath.Ext(name) == ".ipc":
				files = append(files, name)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if len(files) == before {
			return nil, text.F("there is no script in %s", "%s에 스크립트가 없습니다", commands.Quote(p))
		}
	}
	return files, nil
}

// script runs a script that has no tasks, as "ipcsh FILE" would: it has passed if
// nothing in it failed.
func (c *checking) script(file string, l *lab) grade.Grade {
	c.slots.Lock()
	defer c.slots.Unlock()
	start := time.Now()
	cmd := exec.CommandContext(c.ctx, "/proc/self/exe", "--quiet", "--lang", c.lang.String(), "--timeout", c.timeout.String(), "--", file)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	t := grade.Task{Name: l.Header.Title(c.lang), Passed: err == nil}
	if t.Name == "" {
		t.Name = grade.HandinName(file)
	}
	if err != nil {
		t.Failures = []grade.Failure{{Place: file, Found: strings.TrimSpace(errs.String())}}
	}
	return grade.Grade{Tasks: []grade.Task{t}, Output: out.String(), Time: time.Since(start)}
}

// prepare finds out, before anything is played, whether the machine keeps hand-ins
// apart. Where nothing does, it is one at a time.
func (c *checking) prepare() error {
	if err := c.jails.Probe(); err != nil || !c.jails.Shared() {
		return err
	}
	c.jobs = 1
	return c.alone()
}

// each calls do for 0 to n-1, several at a time, and shows how far it is.
func (c *checking) each(n int, do func(i int) string) error {
	jobs := c.jobs
	if !c.jails.Shared() {
		jobs *= 2 // while some play, others are made ready or taken apart
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	next, done := 0, 0
	for range min(jobs, n) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				mu.Lock()
				i := next
				next++
				mu.Unlock()
				if i >= n || c.ctx.Err() != nil {
					return
				}
				name := do(i)
				mu.Lock()
				done++
				c.progress(done, n, name)
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	c.progress(0, 0, "")
	return nil
}

// progress draws a bar on a terminal, or clears it.
func (c *checking) progress(done, n int, name string) {
	f, ok := c.errs.(*os.File)
	if !ok || !sysv.IsTerminal(f.Fd()) || os.Getenv("TERM") == "dumb" {
		return
	}
	if n == 0 {
		io.WriteString(f, "\r\x1b[K")
		return
	}
	const width = 30
	full := width * done / n
	fmt.Fprintf(f, "\r\x1b[K[%s%s] %d/%d %s", strings.Repeat("#", full), strings.Repeat(".", width-full), done, n, commands.Clip(commands.Escape(name), 30))
}

// warn says something about the lab while hand-ins are graded.
func (c *checking) warn(err error) {
	if c.ctx.Err() == nil { // else nothing was played to its end
		c.progress(0, 0, "")
		c.say(err)
	}
}

// doubt says of a lab what makes its grades doubtful: a task that its own solution
// fails, or one that who hands in nothing passes.
func (c *checking) doubt(l *lab) {
	c.doubtEmpty(l)
	if l.isHandout() {
		return
	}
	own := l.grade(c, l.own())
	for _, t := range own.Tasks {
		if !t.Passed {
			c.warn(text.F("%s: the lab's own solution fails the task %s; ipcsh check %s says why", "%s: 실습의 solution이 과제 %s을(를) 통과하지 못합니다. ipcsh check %s로 이유를 볼 수 있습니다", c.lab, commands.Quote(t.Name), c.lab))
		}
	}
}

func (c *checking) doubtEmpty(l *lab) {
	nothing := l.grade(c, l.empty())
	for _, t := range nothing.Tasks {
		switch {
		case t.Passed:
			c.warn(text.F("%s: an empty hand-in passes the task %s", "%s: 빈 제출물이 과제 %s을(를) 통과합니다", l.name, commands.Quote(t.Name)))
		case t.Points > 0: // which its partial points show
			c.warn(text.F("%s: an empty hand-in passes a check of the task %s", "%s: 빈 제출물이 과제 %s의 검사 일부를 통과합니다", l.name, commands.Quote(t.Name)))
		}
	}
}

// reason words an error of the system's without Go's words around it.
func reason(err error) error {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return text.F("%s: %s", "%s: %s", sysv.ErrnoName(errno), sysv.ErrnoText(errno))
	}
	return err
}
