package grade

import (
	"os"
	"path/filepath"
	"sort"
	"strings"

	"ipcsh/commands/text"
)

// HandIn is what a student handed in.
type HandIn struct {
	Name string // that tells it from the others
	Path string // the file, or the folder
	File string // the script within, or the file that the lab names; "" if there is none
	Err  error  // why it cannot be graded
}

// HandIns finds the hand-ins in what is named on the command line. file is what a
// lab about programs calls the hand-in's file; "" is for a script. A folder is one
// hand-in if that file is in it, or a script and nothing like a second one; else it
// is a folder of hand-ins.
func HandIns(paths []string, file string) ([]HandIn, error) {
	var list []HandIn
	for _, p := range paths {
		found, err := handInsOf(filepath.Clean(p), file)
		if err != nil {
			return nil, err
		}
		list = append(list, found...)
	}
	seen := map[string]bool{}
	for _, h := range list {
		if at, err := filepath.Abs(h.Path); err == nil {
			if seen[at] {
				return nil, text.F("%s is named twice", "%s이(가) 두 번 나옵니다", path(h.Path))
			}
			seen[at] = true
		}
	}
	tellApart(list)
	return list, nil
}

func handInsOf(p, file string) ([]HandIn, error) {
	st, err := os.Stat(p)
	if err != nil {
		return []HandIn{{Path: p, Err: err}}, nil
	}
	if !st.IsDir() {
		return []HandIn{{Path: p, File: p}}, nil
	}
	if file != "" {
		if _, err := os.Stat(filepath.Join(p, file)); err == nil {
			return []HandIn{{Path: p, File: filepath.Join(p, file)}}, nil
		}
	}
	entries, err := os.ReadDir(p)
	if err != nil {
		return []HandIn{{Path: p, Err: err}}, nil
	}
	var scripts, folders []string
	for _, e := range entries {
		name := filepath.Join(p, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), "."):
		case e.IsDir():
			folders = append(folders, name)
		case file == "" && filepath.Ext(name) == ".ipc", file != "" && filepath.Ext(name) == filepath.Ext(file):
			scripts = append(scripts, name)
		}
	}
	if len(scripts) == 1 && len(folders) == 0 {
		return []HandIn{{Path: p, File: scripts[0]}}, nil
	}
	if len(scripts)+len(folders) == 0 {
		return []HandIn{{Path: p, Err: text.F("there is no hand-in in this folder", "이 폴더에 제출물이 없습니다")}}, nil
	}
	var list []HandIn
	for _, f := range scripts {
		list = append(list, HandIn{Path: f, File: f})
	}
	for _, d := range folders {
		list = append(list, inFolder(d, file))
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Path < list[j].Path })
	return list, nil
}

// inFolder is the hand-in of one student's folder among others.
func inFolder(dir, file string) HandIn {
	if file != "" {
		name := filepath.Join(dir, file)
		if _, err := os.Stat(name); err != nil {
			return HandIn{Path: dir, Err: text.F("%s is missing", "%s이(가) 없습니다", file)}
		}
		return HandIn{Path: dir, File: name}
	}
	scripts, err := filepath.Glob(filepath.Join(escapeGlob(dir), "*.ipc"))
	switch {
	case err == nil && len(scripts) == 1:
		return HandIn{Path: dir, File: scripts[0]}
	case len(scripts) > 1:
		return HandIn{Path: dir, Err: text.F("there are %d scripts in this folder, and one is handed in", "이 폴더에 스크립트가 %d개 있습니다. 제출은 하나입니다", len(scripts))}
	}
	return HandIn{Path: dir, Err: text.F("there is no hand-in in this folder", "이 폴더에 제출물이 없습니다")}
}

// escapeGlob makes a folder's name a pattern that matches it alone.
func escapeGlob(s string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(s)
}

// tellApart names the hand-ins: by their own names, and where two have the same,
// with the folders that differ.
func tellApart(list []HandIn) {
	depth := make([]int, len(list))
	for changed := true; changed; {
		changed = false
		names := map[string][]int{}
		for i := range list {
			list[i].Name = tail(list[i].Path, depth[i])
			names[list[i].Name] = append(names[list[i].Name], i)
		}
		for _, same := range names {
			if len(same) < 2 {
				continue
			}
			for _, i := range same {
				if tail(list[i].Path, depth[i]+1) != list[i].Name {
					depth[i]++
					changed = true
				}
			}
		}
	}
}

// tail returns a hand-in's name with n folders before it.
func tail(p string, n int) string {
	name := HandinName(p)
	abs, err := filepath.Abs(p)
	if err != nil {
		return name
	}
	dir := filepath.Dir(abs)
	for ; n > 0 && dir != "/"; n-- {
		name = HandinName(dir) + "/" + name
		dir = filepath.Dir(dir)
	}
	return name
}
