// Bench measures ipcsh against a static C loop of the same calls, and its start
// against perl's, both sides alternating in one run:
//
//	go run ./bench [-rounds 15]
//
// Ratios of medians count; the milliseconds are for orientation.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"time"
)

const calls = 100000

func main() {
	rounds := flag.Int("rounds", 15, "how often each side is run")
	flag.Parse()
	if err := run(*rounds); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(rounds int) error {
	dir, err := os.MkdirTemp("", "ipcsh-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	ipcsh, loop := filepath.Join(dir, "ipcsh"), filepath.Join(dir, "loop")
	build := exec.Command("go", "build", "-trimpath", "-o", ipcsh, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	for _, c := range []*exec.Cmd{build, exec.Command("cc", "-O2", "-static", "-o", loop, "bench/limit/loop.c")} {
		c.Stderr = os.Stderr
		if err := c.Run(); err != nil {
			return fmt.Errorf("%s: %w", c, err)
		}
	}
	lines := filepath.Join(dir, "lines.ipc")
	repeat := filepath.Join(dir, "repeat.ipc")
	const head = "q = msgget 0 0600\n"
	body := strings.Repeat("msgsnd q 1 hello\nmsgrcv q 1\n", calls)
	if err := os.WriteFile(lines, []byte(head+body), 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(repeat, []byte(fmt.Sprintf("%srepeat %d { msgsnd q 1 hello; msgrcv q 1 }\n", head, calls)), 0o644); err != nil {
		return err
	}
	fmt.Printf("%d rounds, medians\n", rounds)
	if err := compare(rounds, []side{
		{"C loop, 100,000 msgsnd and msgrcv", []string{loop, fmt.Sprint(calls)}, 0},
		{"a script of 200,000 lines, --quiet", []string{ipcsh, "--quiet", lines}, 1.8},
		{"repeat 100000 { ... }, --quiet", []string{ipcsh, "--quiet", repeat}, 1.35},
	}); err != nil {
		return err
	}
	return compare(rounds*20, []side{
		{"perl -e 1", []string{"perl", "-e", "1"}, 0},
		{"ipcsh -c ''", []string{ipcsh, "-c", ""}, 1},
	})
}

// side is one of the programs that are compared; limit is the ratio to the first
// that it is to stay within.
type side struct {
	what  string
	argv  []string
	limit float64
}

func compare(rounds int, sides []side) error {
	times := make([][]time.Duration, len(sides))
	for i := 0; i < rounds; i++ {
		for j, s := range sides {
			start := time.Now()
			if out, err := exec.Command(s.argv[0], s.argv[1:]...).CombinedOutput(); err != nil {
				return fmt.Errorf("%s: %w\n%s", s.what, err, out)
			}
			times[j] = append(times[j], time.Since(start))
		}
	}
	base := median(times[0])
	for j, s := range sides {
		m := median(times[j])
		fmt.Printf("%-38s %8.3f ms  %.2f", s.what, float64(m)/1e6, float64(m)/float64(base))
		if s.limit > 0 {
			fmt.Printf("  (at most %.2f)", s.limit)
		}
		fmt.Println()
	}
	return nil
}

func median(d []time.Duration) time.Duration {
	sort.Slice(d, func(i, j int) bool { return d[i] < d[j] })
	return d[len(d)/2]
}
