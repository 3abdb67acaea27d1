// Bench measures ipcsh against C programs that make the same calls and nothing
// else, and its start against perl's, both sides alternating in one run:
//
//	go run ./bench [-rounds 15] [-only WORD] [-ipcsh FILE] [-before FILE]
//
// Ratios of medians count; the times are for orientation.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"time"
)

const calls = 100000

func main() {
	b := &bench{}
	flag.IntVar(&b.rounds, "rounds", 15, "how often each side is run")
	flag.StringVar(&b.only, "only", "", "only the comparisons whose title holds this")
	flag.StringVar(&b.ipcsh, "ipcsh", "", "measure this binary (default: build it)")
	flag.StringVar(&b.before, "before", "", "the binary of an earlier commit, to compare commands of main with")
	flag.Parse()
	if err := b.run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is one run: its options and the programs that it measures.
type bench struct {
	rounds        int
	only          string
	ipcsh, before string
	dir           string
}

func (b *bench) run() error {
	var err error
	if b.dir, err = os.MkdirTemp("", "ipcsh-bench"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	if b.ipcsh == "" {
		linked := filepath.Join(b.dir, "linked")
		c := exec.Command("go", "build", "-trimpath", "-o", linked, ".")
		c.Env = append(os.Environ(), "CGO_ENABLED=0")
		if err := build(c); err != nil {
			return err
		}
		// Installed, as perl was: the page cache has what a linker wrote in
		// small pieces, which takes a sixth longer to start.
		b.ipcsh = filepath.Join(b.dir, "ipcsh")
		if err := exec.Command("cp", linked, b.ipcsh).Run(); err != nil {
			return err
		}
	}
	for _, name := range []string{"loop", "pingpong", "wchan", "syscalls"} {
		if err := build(exec.Command("cc", "-O2", "-static", "-o", b.c(name), "bench/limit/"+name+".c")); err != nil {
			return err
		}
	}
	fmt.Printf("%d rounds, medians\n", b.rounds)
	for _, part := range []func() error{b.scripts, b.start, b.statements, b.spawns, b.looks, b.handOvers, b.grading, b.tools} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

func build(c *exec.Cmd) error {
	c.Stderr = os.Stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w", c, err)
	}
	return nil
}

// c is the path of a C program.
func (b *bench) c(name string) string { return filepath.Join(b.dir, name) }

// script writes a script and returns its path.
func (b *bench) script(name, src string) (string, error) {
	path := filepath.Join(b.dir, name+".ipc")
	return path, os.WriteFile(path, []byte(src), 0o644)
}

// scripts compares what one process does with a C loop.
func (b *bench) scripts() error {
	const head = "q = msgget 0 0600\n"
	lines, err := b.script("lines", head+strings.Repeat("msgsnd q 1 hello\nmsgrcv q 1\n", calls))
	if err != nil {
		return err
	}
	repeat, err := b.script("repeat", fmt.Sprintf("%srepeat %d { msgsnd q 1 hello; msgrcv q 1 }\n", head, calls))
	if err != nil {
		return err
	}
	sides := []side{
		{"C loop, 100,000 msgsnd and msgrcv", whole(b.c("loop"), fmt.Sprint(calls)), 0},
		{"a script of 200,000 lines, --quiet", whole(b.ipcsh, "--quiet", lines), 1.8},
		{"repeat 100000 { ... }, --quiet", whole(b.ipcsh, "--quiet", repeat), 1.35},
	}
	if b.before != "" {
		sides = append(sides,
			side{"before: the script of 200,000 lines", whole(b.before, "--quiet", lines), 0},
			side{"before: repeat 100000 { ... }", whole(b.before, "--quiet", repeat), 0})
	}
	return b.compare("commands of main", b.rounds, sides)
}

func (b *bench) start() error {
	sides := []side{
		{"perl -e 1", whole("perl", "-e", "1"), 0},
		{"ipcsh -c ''", whole(b.ipcsh, "-c", ""), 1},
	}
	if b.before != "" {
		sides = append(sides, side{"before: ipcsh -c ''", whole(b.before, "-c", ""), 0})
	}
	return b.compare("start", b.rounds*20, sides)
}

// side is one of those that are compared; limit is the ratio to the first that it
// is to stay within.
type side struct {
	what    string
	measure func() (time.Duration, error)
	limit   float64
}

// whole measures a program from start to exit.
func whole(argv ...string) func() (time.Duration, error) { return shared(1, argv...) }

// shared measures a program from start to exit, for each of the n things it does.
func shared(n int, argv ...string) func() (time.Duration, error) {
	return func() (time.Duration, error) {
		c := exec.Command(argv[0], argv[1:]...) // what it prints goes to /dev/null
		c.Stderr = new(bytes.Buffer)
		start := time.Now()
		if err := c.Run(); err != nil {
			return 0, fmt.Errorf("%s: %w\n%s", strings.Join(argv, " "), err, c.Stderr)
		}
		return time.Since(start) / time.Duration(n), nil
	}
}

// printed takes the nanoseconds that a program prints.
func printed(argv ...string) func() (time.Duration, error) {
	return func() (time.Duration, error) {
		out, err := exec.Command(argv[0], argv[1:]...).Output()
		if err != nil {
			return 0, fmt.Errorf("%s: %w", strings.Join(argv, " "), err)
		}
		ns, err := strconv.ParseInt(string(bytes.TrimSpace(out)), 10, 64)
		return time.Duration(ns), err
	}
}

func (b *bench) compare(title string, rounds int, sides []side) error {
	if !strings.Contains(title, b.only) {
		return nil
	}
	times := make([][]time.Duration, len(sides))
	for i := 0; i < rounds; i++ {
		for j, s := range sides {
			d, err := s.measure()
			if err != nil {
				return fmt.Errorf("%s: %w", s.what, err)
			}
			times[j] = append(times[j], d)
		}
	}
	fmt.Printf("-- %s\n", title)
	base := median(times[0])
	for j, s := range sides {
		m := median(times[j])
		scale, unit := 1e6, "ms"
		if base < 200*time.Microsecond {
			scale, unit = 1e3, "us"
		}
		fmt.Printf("%-38s %8.3f %s  %.2f", s.what, float64(m)/scale, unit, float64(m)/float64(base))
		if s.limit > 0 {
			fmt.Printf("  (at most %.2f)", s.limit)
		}
		fmt.Println()
	}
	return nil
}

func median(d []time.Duration) time.Duration {
	if len(d) == 0 {
		return 0
	}
	sort.Slice(d, func(i, j int) bool { return d[i] < d[j] })
	return d[len(d)/2]
}
