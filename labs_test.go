package main

import (
	"flag"
	"fmt"
	"os/exec"
	"path"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/diff"
)

// labNumbers are the lab scenarios of the facts about the kernel.
var labNumbers = []int{1, 2, 3, 4, 6, 7, 8, 10, 11, 13, 14, 16, 17, 19, 20, 22, 23, 25, 26, 28, 29, 31, 32, 34, 35, 36}

// TestLabNumbers holds that each scenario has its script, and each lab's script a
// scenario.
func TestLabNumbers(t *testing.T) {
	var want, got []string
	for _, n := range labNumbers {
		want = append(want, fmt.Sprintf("lab%02d", n))
	}
	for _, file := range scriptFiles(t, allLabs) {
		number, _, _ := strings.Cut(path.Base(file), "-")
		got = append(got, number)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("scripts/labs has %v\nwant %v", got, want)
	}
}

var labRuns = flag.Int("runs", 3, "how often TestLabsSame plays each lab")

// TestLabsSame plays each lab several times and holds its transcript, what a
// terminal would show, to be the same each time. For the record:
//
//	go test -run TestLabsSame -v -runs 100 .
func TestLabsSame(t *testing.T) {
	if *labRuns < 2 {
		t.Fatal("one run is always like itself: -runs 2 or more")
	}
	labs := scriptFiles(t, allLabs)
	var once time.Duration
	for _, file := range labs {
		t.Run(file, func(t *testing.T) {
			start := time.Now()
			want := labTranscript(t, file)
			once += time.Since(start)
			count := map[string]int{want: 1} // how often each transcript came
			for range *labRuns - 1 {
				count[labTranscript(t, file)]++
			}
			t.Logf("%d runs, %d like the first", *labRuns, count[want])
			delete(count, want)
			for other, n := range count {
				t.Errorf("%d of %d runs differ from the first:\n%s", n, *labRuns, shortened(diff.Diff("first", []byte(want), "other", []byte(other))))
			}
		})
	}
	t.Logf("%d labs, %d runs each; all of them once: %v", len(labs), *labRuns, once.Round(time.Millisecond))
}

// labTranscript plays a lab and returns what it wrote to both streams, masked.
func labTranscript(t *testing.T, file string) string {
	t.Helper()
	out, err := program("--lang", "en", "--timeout", "60s", "scripts/"+file).CombinedOutput()
	if _, ended := err.(*exec.ExitError); err != nil && !ended {
		t.Fatal(err)
	}
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	return mask(string(out))
}

// shortened cuts the middle out of a long text.
func shortened(b []byte) string {
	const end = 2000
	if len(b) <= 2*end {
		return string(b)
	}
	return fmt.Sprintf("%s\n... %d bytes ...\n%s", b[:end], len(b)-2*end, b[len(b)-end:])
}
