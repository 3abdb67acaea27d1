package sysv

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// Limit is a setting of the IPC namespace.
type Limit struct {
	Name  string // as ipcsh calls it: its file's name, or semmsl, semmns, semopm, semmni
	Value string // a decimal number; shmmax and shmall may need 64 bits without sign
}

// limitNames are the settings in the order of ReadLimits. Those of semFields
// share the file "sem".
var (
	limitNames = []string{"msgmni", "msgmax", "msgmnb", "shmmni", "shmmax", "shmall",
		"semmsl", "semmns", "semopm", "semmni",
		"shm_rmid_forced", "msg_next_id", "sem_next_id", "shm_next_id"}
	semFields = []string{"semmsl", "semmns", "semopm", "semmni"}
)

// ReadLimits reads the settings of this IPC namespace from the proc file system
// mounted at root ("" is /proc). Those that this kernel lacks are left out.
func ReadLimits(root string) ([]Limit, error) {
	var list []Limit
	sem, err := readSem(root)
	if err != nil && !os.IsNotExist(err) {
		return nil, failWith("read kernel.sem", err)
	}
	for _, name := range limitNames {
		if i := semField(name); i >= 0 {
			if i < len(sem) {
				list = append(list, Limit{name, sem[i]})
			}
			continue
		}
		data, err := os.ReadFile(limitFile(root, name))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return nil, failWith("read kernel."+name, err)
		}
		if words := parseNumbers(string(data)); len(words) > 0 {
			list = append(list, Limit{name, words[0]})
		}
	}
	return list, nil
}

// WriteLimit changes one setting. Of the four in "sem" the others are kept; the
// kernel takes them together, and where it refuses semmni it takes the rest.
//
// EACCES not root of the user namespace that owns the IPC namespace; EINVAL,
// ERANGE the value; ENOENT no such setting.
func WriteLimit(root, name, value string) error {
	known := false
	for _, n := range limitNames {
		known = known || n == name
	}
	if !known {
		return fail("write kernel."+name, syscall.ENOENT)
	}
	file := name
	if i := semField(name); i >= 0 {
		sem, err := readSem(root)
		if err != nil {
			return failWith("read kernel.sem", err)
		}
		if i >= len(sem) || len(parseNumbers(value)) != 1 {
			return fail("write kernel."+name, syscall.EINVAL)
		}
		sem[i] = parseNumbers(value)[0]
		file, value = "sem", strings.Join(sem[:i+1], " ") // fewer numbers change only the first ones
	}
	f, err := os.OpenFile(limitFile(root, file), os.O_WRONLY, 0)
	if err != nil {
		return failWith("write kernel."+name, err)
	}
	defer f.Close()
	_, err = io.WriteString(f, value+"\n")
	return failWith("write kernel."+name, err)
}

func limitFile(root, name string) string {
	if root == "" {
		root = "/proc"
	}
	return filepath.Join(root, "sys/kernel", name)
}

func semField(name string) int {
	for i, n := range semFields {
		if n == name {
			return i
		}
	}
	return -1
}

func readSem(root string) ([]string, error) {
	data, err := os.ReadFile(limitFile(root, "sem"))
	return parseNumbers(string(data)), err
}

// parseNumbers splits a setting's file into its decimal numbers, up to the
// first word that is none.
func parseNumbers(text string) []string {
	words := strings.Fields(text)
	for i, w := range words {
		digits := strings.TrimPrefix(w, "-")
		if digits == "" || strings.Trim(digits, "0123456789") != "" {
			return words[:i]
		}
	}
	return words
}
