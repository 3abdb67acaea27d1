package repl

import (
	"encoding/hex"
	"errors"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fastjson"

	"ipcsh/commands"
	"ipcsh/commands/jsonw"
	"ipcsh/commands/text"
)

// progress is how far a person came in a script, in a file of its own.
type progress struct {
	Path    string
	Hash    string // fnv128a of the script's text
	At      int    // steps that are behind
	Skipped []int
}

// append appends it as a line of JSON.
func (p progress) append(b []byte) []byte {
	b = jsonw.Text(jsonw.Text(append(b, '{'), "path", p.Path), "fnv128a", p.Hash)
	b = append(jsonw.Name(jsonw.Int(b, "at", int64(p.At)), "skipped"), '[')
	for _, n := range p.Skipped {
		b = strconv.AppendInt(jsonw.Next(b), int64(n), 10)
	}
	return append(b, "]}\n"...)
}

// readProgress reads what append wrote; false if it is something else.
func readProgress(b []byte) (p progress, ok bool) {
	v, err := fastjson.ParseBytes(b)
	if err != nil {
		return p, false
	}
	p = progress{Path: textOf(v.Get("path")), Hash: string(v.GetStringBytes("fnv128a")), At: v.GetInt("at")}
	for _, n := range v.GetArray("skipped") {
		p.Skipped = append(p.Skipped, n.GetInt())
	}
	return p, true
}

// progressFile names the file for a script.
func progressFile(dir, script string) string {
	return filepath.Join(dir, "step-"+digest(script)[:16]+".json")
}

// digest tells texts apart. It guards against nobody: package crypto takes its time
// at each start of the program.
func digest(s string) string {
	h := fnv.New128a()
	io.WriteString(h, s)
	return hex.EncodeToString(h.Sum(nil))
}

// path is the script's name, the same wherever the person stands.
func (s *Stepper) path() string {
	if abs, err := filepath.Abs(s.File); err == nil {
		if _, err := os.Stat(abs); err == nil {
			return abs
		}
	}
	return s.File // one that the program carries
}

// resume looks whether the script was left half done, and offers to go on. It
// reports whether the person stays.
func (s *Stepper) resume() bool {
	s.saved = progress{Path: s.path(), Hash: digest(s.Src)}
	if s.State == "" || s.Restart {
		return true
	}
	b, err := os.ReadFile(progressFile(s.State, s.saved.Path))
	old, ok := readProgress(b)
	if err != nil || !ok || old.Path != s.saved.Path || old.At <= 0 {
		return true
	}
	if old.Hash != s.saved.Hash || old.At >= len(s.steps) {
		s.say(text.F("%s has changed since you left it at statement %d: it begins anew", "%s: %d번째 문장에서 나간 뒤에 파일이 바뀌었습니다. 처음부터 시작합니다", commands.Escape(s.File), old.At+1))
		return true
	}
	s.say(text.F("You left it at statement %d of %d, line %d.", "전에 전체 %[2]d개 중 %[1]d번째 문장(%[3]d행)에서 나갔습니다.", old.At+1, len(s.steps), int(s.steps[old.At].Line)))
	for {
		answer, err := s.p.Ask(text.New("Enter or [r]: go on there, [n]: anew from the first, [q]: leave: ", "Enter 또는 [r] 이어서, [n] 처음부터, [q] 나가기: ").In(s.p.lang()))
		if err != nil {
			s.at = old.At
			return false
		}
		switch strings.ToLower(keysOf(strings.TrimSpace(answer))) {
		case "", "r":
			s.catchUp(old)
			return true
		case "n":
			return true
		case "q":
			s.at = old.At
			return false
		}
	}
}

// catchUp replays the steps before without showing them: what the kernel held then
// is gone.
func (s *Stepper) catchUp(old progress) {
	e := s.p.Engine
	s.say(text.F("The statements before are replayed first.", "앞의 문장들을 먼저 다시 실행합니다."))
	out := e.Out
	quiet := NewText(e.Session, io.Discard, io.Discard)
	quiet.Quiet = true
	e.Out, e.interactive = quiet, false
	e.Session.Timeout, s.skipped = s.limit, old.Skipped
	failed := 0
	for s.at < old.At && e.gone.Load() == 0 {
		st := &s.steps[s.at]
		if !slices.Contains(old.Skipped, s.at) {
			e.fresh()
			err := e.Run(&Script{File: s.File, Header: s.sc.Header, Nodes: []Node{st.Node}})
			var in *Interrupted
			if errors.As(err, &in) {
				break
			}
			if err != nil {
				failed++
			}
		}
		s.at++
	}
	e.Out, e.interactive, e.Session.Timeout = out, true, 0
	if s.at < old.At {
		s.skipped = slices.DeleteFunc(s.skipped, func(i int) bool { return i >= s.at })
		s.p.say(text.New("interrupted", "중단되었습니다"))
	}
	if failed > 0 {
		s.say(text.F("%d of them failed on the way: the kernel's state may be another than it was", "그중 %d개가 실패했습니다. 커널 상태가 그때와 다를 수 있습니다", failed))
	}
}

// save writes how far one is; at the end there is nothing to resume. What cannot
// be written is said once.
func (s *Stepper) save() {
	if s.State == "" || s.silent {
		return
	}
	name := progressFile(s.State, s.saved.Path)
	var err error
	if s.at == len(s.steps) {
		if err = os.Remove(name); errors.Is(err, os.ErrNotExist) {
			err = nil
		}
	} else {
		s.saved.At, s.saved.Skipped = s.at, s.skipped
		err = replaceFile(name, s.saved.append(nil))
	}
	if err != nil {
		s.silent = true
		s.say(text.F("how far you are cannot be kept: %s", "진행 상황을 저장할 수 없습니다: %s", reason(err)))
	}
}

// replaceFile writes a file that only its owner reads, whole or not at all.
func replaceFile(name string, b []byte) error {
	dir := filepath.Dir(name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, filepath.Base(name)+".*") // 0600
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// recorder appends predictions to a file, a line of JSON each. Nil records nothing.
type recorder struct{ f *os.File }

// prediction is a line of the record.
type prediction struct {
	File      string
	Line      int
	Statement string
	Predicted string // as typed; "" if the person passed
	Actual    string // an errno, blocked, or the fields
	Right     bool
}

func openRecord(name string) (*recorder, error) {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, unreadable(name, err)
	}
	return &recorder{f}, nil
}

func (r *recorder) close() {
	if r != nil {
		r.f.Close()
	}
}

// add writes a prediction.
func (r *recorder) add(p prediction) error {
	if r == nil {
		return nil
	}
	b := jsonw.Text([]byte{'{'}, "file", p.File)
	b = jsonw.Text(jsonw.Int(b, "line", int64(p.Line)), "statement", p.Statement)
	b = jsonw.Text(jsonw.Text(b, "predicted", p.Predicted), "actual", p.Actual)
	b = jsonw.Text(jsonw.Bool(b, "right", p.Right), "time", time.Now().Format(time.RFC3339))
	_, err := r.f.Write(append(b, '}', '\n'))
	return err
}
