package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"ipcsh/commands"
	"ipcsh/commands/explain"
	"ipcsh/commands/text"
	"ipcsh/repl"
	"ipcsh/repl/grade"
	"ipcsh/sysv"
)

// maxHandIn bounds a hand-in's script.
const maxHandIn = 4 << 20

// lab is a lab that hand-ins are graded against.
type lab struct {
	*repl.Script
	name, source string
	unsolved     string // the source without the solution
	tasks        []grade.Task
	files        []repl.File // of a solution that is a program
	runs         int
}

// load reads a script or a lab and checks all that can be checked before it runs.
func (sh *shell) load(name string) (*lab, error) {
	src, err := repl.ReadScript(context.Background(), name)
	if own, ok := carried(name); err != nil && ok {
		src, err = own, nil
	}
	if err != nil {
		return nil, err
	}
	header := repl.ReadHeader(src)
	if err := header.Check(name); err != nil {
		return nil, err
	}
	s := commands.NewSession(commands.NewTable())
	s.Explainer = explain.New(s)
	sc, err := repl.Parse(s, name, src)
	if err != nil {
		return nil, err
	}
	l := &lab{Script: sc, name: name, source: src, unsolved: sc.Unsolved(src), tasks: sc.Graded(sh.lang), runs: 1}
	_, files, given := sc.Solution()
	l.files = files
	for _, t := range l.tasks {
		l.runs = max(l.runs, t.Runs)
	}
	if sh.lab != "" && (len(l.tasks) == 0 || !given) {
		return nil, &repl.Error{File: name, Pos: -1, Err: &commands.UsageError{Pos: -1, Msg: text.F("no lab: it needs a task and a solution", "실습이 아닙니다. task와 solution이 필요합니다")}}
	}
	return l, nil
}

// file is what the hand-in's file is called in a lab about programs.
func (l *lab) file() string {
	if len(l.files) == 0 {
		return ""
	}
	return l.files[0].Name
}

// isHandout reports whether the solution was taken out, as students get it.
func (l *lab) isHandout() bool {
	nodes, files, _ := l.Solution()
	for _, f := range files {
		if strings.TrimSpace(f.Content) != "" {
			return false
		}
	}
	return len(nodes) == 0
}

// handed is a hand-in as it is played.
type handed struct {
	job
	folder string // a file or folder that is copied for it; "" for none
	temp   string // a folder of ours, removed afterwards
}

func (h *handed) close() {
	if h.temp != "" {
		os.RemoveAll(h.temp)
	}
}

// job is what a player is told.
type job struct {
	Lab, Source   string // the lab's name and text, with its solution if that is played
	Name, Handed  string // the hand-in's
	Mode          string // own, empty, or handin
	Lang, Timeout string
}

func (j *job) fields() []*string {
	return []*string{&j.Lab, &j.Source, &j.Name, &j.Handed, &j.Mode, &j.Lang, &j.Timeout}
}

// append appends what a player is told: each text behind its length.
func (j job) append(b []byte) []byte {
	for _, s := range j.fields() {
		b = append(binary.AppendUvarint(b, uint64(len(*s))), *s...)
	}
	return b
}

// readJob reads what append wrote.
func readJob(b []byte) (j job, err error) {
	for _, s := range j.fields() {
		size, n := binary.Uvarint(b)
		if n <= 0 || size > uint64(len(b)-n) {
			return j, syscall.EBADMSG
		}
		*s, b = string(b[n:n+int(size)]), b[n+int(size):]
	}
	return j, nil
}

// own is the lab's own solution, handed in.
func (l *lab) own() *handed {
	h := &handed{job: job{Lab: l.name, Source: l.source, Mode: "own"}}
	if len(l.files) > 0 {
		h.stage(l.files)
	}
	return h
}

// empty is the hand-in of who handed in nothing.
func (l *lab) empty() *handed {
	return &handed{job: job{Lab: l.name, Source: l.unsolved, Mode: "empty"}}
}

// stage puts files into a folder of ours, for the player to have a copy of.
func (h *handed) stage(files []repl.File) (err error) {
	if h.temp, err = os.MkdirTemp("", "ipcsh-handin"); err != nil {
		return err
	}
	h.folder = h.temp
	for _, f := range files {
		mode := os.FileMode(0o600)
		if strings.HasPrefix(f.Content, "#!") {
			mode = 0o700
		}
		if err := os.WriteFile(filepath.Join(h.temp, f.Name), []byte(f.Content), mode); err != nil {
			return err
		}
	}
	return nil
}

// read reads a hand-in.
func (l *lab) read(in grade.HandIn) (*handed, error) {
	if in.Err != nil {
		return nil, in.Err
	}
	st, err := os.Stat(in.File)
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() {
		return nil, text.F("%s is no file", "%s: 일반 파일이 아닙니다", commands.Quote(filepath.Base(in.File)))
	}
	if st.Size() > maxHandIn {
		return nil, text.F("%s has %d bytes; at most %d are read", "%s: %d바이트입니다. 최대 %d바이트까지 읽습니다", commands.Quote(filepath.Base(in.File)), st.Size(), maxHandIn)
	}
	content, err := os.ReadFile(in.File)
	if err != nil {
		return nil, err
	}
	h := &handed{job: job{Lab: l.name, Source: l.unsolved, Mode: "handin", Name: filepath.Base(in.File)}}
	if in.File != in.Path {
		h.folder = in.Path
	}
	switch {
	case len(l.files) == 0:
		h.Handed = string(content)
	case h.folder == "": // a single file goes by the name that the lab has for it
		return h, h.stage([]repl.File{{Name: l.file(), Content: string(content)}})
	}
	return h, nil
}

// grade plays the lab with a hand-in, as often as its tasks want.
func (l *lab) grade(c *checking, in *handed) grade.Grade {
	defer in.close()
	var plays []grade.Play
	for range l.runs {
		if c.ctx.Err() != nil {
			break
		}
		p, err := l.play(c, in)
		if err != nil {
			p.Failure = text.F("it could not be played: %s", "실행할 수 없습니다: %s", reason(err)).In(c.lang)
		}
		plays = append(plays, p)
		if !p.Ended {
			break // it would only be slow again
		}
	}
	return grade.Merge(l.tasks, plays, c.lang)
}

// play plays it once, in a sandbox.
func (l *lab) play(c *checking, in *handed) (grade.Play, error) {
	in.Lang, in.Timeout = c.lang.String(), c.timeout.String()
	f, err := sysv.MemoryFile("job", in.job.append(nil))
	if err != nil {
		return grade.Play{}, err
	}
	defer f.Close()
	before := c.present()
	limits := l.Header.Limits()
	played, err := c.jails.Play(c.ctx, sysv.JailOptions{
		Args:     []string{"ipcsh: hand-in"},
		Files:    []*os.File{f},
		Source:   in.folder,
		Scratch:  true,
		Programs: len(l.files) > 0 || len(l.Header.All("build")) > 0,
		Uids:     l.Header.Need("root"),
		Uid:      l.uid(),
		Limits:   limits,
		Turn:     c.slots,
	})
	if err != nil {
		return grade.Play{}, err
	}
	p := grade.ReadPlay(played.Result)
	p.Output, p.Time = string(played.Output), played.Wall
	for _, hit := range played.Hits {
		p.Limits = append(p.Limits, hitWords(hit, limits).In(c.lang))
	}
	if !p.Ended && len(played.Hits) == 0 && c.ctx.Err() == nil {
		p.Notes = append(p.Notes, text.F("the play was ended from inside (%s)", "안에서 실행이 강제로 끝났습니다 (%s)", endWords(played.Status)).In(c.lang))
	}
	for _, o := range played.Removed {
		p.Notes = append(p.Notes, removedWords(fmt.Sprintf("%sid %d", strings.Replace(o.Kind, "msg", "msq", 1), o.ID)).In(c.lang))
	}
	p.Notes = append(p.Notes, c.sweep(before, p)...)
	return p, nil
}

// uid is who a hand-in is inside: root where the lab is about that.
func (l *lab) uid() int {
	if l.Header.Need("root") {
		return 0
	}
	return 1000
}
