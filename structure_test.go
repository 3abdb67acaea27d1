package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// goFiles parses the project's Go files, tests left out.
func goFiles(t *testing.T) (*token.FileSet, map[string]*ast.File) {
	t.Helper()
	set, files := token.NewFileSet(), map[string]*ast.File{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "vendor" || d.Name() == "bench") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		files[path] = f
		return err
	})
	if err != nil || len(files) < 20 {
		t.Fatal("too few Go files found", len(files), err)
	}
	return set, files
}

// TestImports holds the rooms apart: imports run one way, only sysv is unsafe,
// only one file knows the line editor, and only main and tools own the process.
func TestImports(t *testing.T) {
	rank := map[string]int{"ipcsh": 4, "ipcsh/tools": 3, "ipcsh/repl": 3, "ipcsh/commands": 2, "ipcsh/sysv": 1}
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		pkgs := strings.Fields(line)
		from := pkgs[0]
		for _, to := range pkgs[1:] {
			switch {
			case to == "unsafe" && from != "ipcsh/sysv":
				t.Errorf("%s imports unsafe; only sysv may", from)
			case strings.HasPrefix(to, "golang.org/x/sys") && from != "ipcsh/sysv":
				t.Errorf("%s imports %s; only sysv may", from, to)
			case strings.HasPrefix(to, "github.com/landlock-lsm/") && from != "ipcsh/sysv":
				t.Errorf("%s imports %s; only sysv may", from, to)
			case (to == "encoding/json" || to == "regexp" || to == "net/http") && from != "ipcsh/bench":
				t.Errorf("%s imports %s, which each start of the program pays for; jsonw and fastjson do with less", from, to)
			case to == "C":
				t.Errorf("%s uses cgo", from)
			case strings.HasPrefix(to, "ipcsh") && !(from == "ipcsh/commands/explain" && to == "ipcsh/commands") && rankOf(rank, to) >= rankOf(rank, from) && !within(from, to):
				t.Errorf("%s imports %s: imports run main -> repl -> commands -> sysv", from, to)
			}
		}
	}
	editor := 0
	_, files := goFiles(t)
	for name, f := range files {
		for _, imp := range f.Imports {
			if imp.Path.Value == `"github.com/chzyer/readline"` {
				editor++
			}
		}
		if dir := filepath.Dir(name); dir == "." || dir == "tools" {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok {
					what := x.Name + "." + s.Sel.Name
					if what == "os.Stdout" || what == "os.Stderr" || what == "os.Exit" || x.Name == "fmt" && strings.HasPrefix(s.Sel.Name, "Print") {
						t.Errorf("%s uses %s; only main and tools may", name, what)
					}
				}
			}
			return true
		})
	}
	if editor > 1 {
		t.Errorf("%d files import the line editor; one may", editor)
	}
}

// rankOf returns how high a package stands. The packages inside commands are
// below it; scripts is a leaf.
func rankOf(rank map[string]int, pkg string) float64 {
	if r, ok := rank[pkg]; ok {
		return float64(r)
	}
	switch {
	case strings.HasPrefix(pkg, "ipcsh/commands/"):
		return 1.5
	case strings.HasPrefix(pkg, "ipcsh/repl/"):
		return 2.5
	}
	return 0
}

// within reports whether both are packages inside commands, which may use each
// other; the compiler finds a cycle.
func within(from, to string) bool {
	return strings.HasPrefix(from, "ipcsh/commands/") && strings.HasPrefix(to, "ipcsh/commands/")
}

var verb = regexp.MustCompile(`%(\[\d+\])?[-+# 0]*[\d*]*\.?[\d*]*([a-zA-Z%])`)

// TestTexts finds a text whose Korean is missing or untranslated, or whose verbs
// differ. Every text that a user reads is made by text.F or text.New.
func TestTexts(t *testing.T) {
	set, files := goFiles(t)
	count := 0
	for name, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			at, ok := textCall(name, call)
			if !ok || len(call.Args) < at+2 {
				return true
			}
			en, ok1 := literal(call.Args[at])
			ko, ok2 := literal(call.Args[at+1])
			if !ok1 || !ok2 {
				if filepath.Dir(name) != "commands/text" && !forwards(call.Args[at]) {
					t.Errorf("%s: a text that is no literal", set.Position(call.Pos()))
				}
				return true
			}
			count++
			if problem := untranslated(en, ko); problem != "" {
				t.Errorf("%s: %s: %q, %q", set.Position(call.Pos()), problem, en, ko)
			}
			return true
		})
	}
	if count < 100 {
		t.Errorf("only %d texts found", count)
	}
	t.Logf("%d texts in two languages", count)
}

// textCall reports which argument of a call is the English of a text.
func textCall(file string, call *ast.CallExpr) (int, bool) {
	switch f := call.Fun.(type) {
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok && x.Name == "text" && (f.Sel.Name == "F" || f.Sel.Name == "New") {
			return 0, true
		}
		return 0, f.Sel.Name == "Unmet" || f.Sel.Name == "wrong" && strings.HasPrefix(file, "commands/")
	case *ast.Ident:
		return 2, f.Name == "usage" && strings.HasPrefix(file, "commands/")
	}
	return 0, false
}

// forwards reports whether a text is passed on from a parameter.
func forwards(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return ok && id.Name == "en"
}

func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, err := strconv.Unquote(e.Value)
		return s, err == nil
	case *ast.BinaryExpr:
		a, ok1 := literal(e.X)
		b, ok2 := literal(e.Y)
		return a + b, ok1 && ok2
	}
	return "", false
}

// untranslated says what is wrong with a pair. A text without a word of English
// (only verbs, names in capitals, signs) needs no Hangul.
func untranslated(en, ko string) string {
	words := regexp.MustCompile(`[a-z]{2,}`).MatchString(verb.ReplaceAllString(en, ""))
	hangul := strings.IndexFunc(ko, func(r rune) bool { return unicode.Is(unicode.Hangul, r) }) >= 0
	switch {
	case en != "" && ko == "":
		return "Korean is missing"
	case words && !hangul && !sameInBoth[ko]:
		return "Korean is not translated"
	case verbs(en) != verbs(ko):
		return "the verbs differ"
	}
	return ""
}

// sameInBoth are the terms that Korean lecturers leave in English.
var sameInBoth = map[string]bool{"key": true, "struct": true, "auto, always, never": true, "a struct": true, "root": true, "flag:": true, "as=%s: %s": true}

// verbs returns the verbs by the argument that they show.
func verbs(s string) string {
	n := 0
	list := map[int]string{}
	for _, m := range verb.FindAllStringSubmatch(s, -1) {
		if m[2] == "%" {
			continue
		}
		n++
		if m[1] != "" {
			n, _ = strconv.Atoi(strings.Trim(m[1], "[]"))
		}
		list[n] = m[2]
	}
	var b strings.Builder
	for i := 1; i <= len(list); i++ {
		b.WriteString(list[i] + " ")
	}
	return b.String()
}

// TestLongFiles keeps a file to one concern: about 300 lines, tests aside.
func TestLongFiles(t *testing.T) {
	_, files := goFiles(t)
	for name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(b), "\n"); n > 360 {
			t.Errorf("%s has %d lines: is it still one concern?", name, n)
		}
	}
}
