package main

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// TestScriptsCanFail proves of each condition and assertion in a script that a
// wrong one goes red, at its own line: each is falsified in turn.
func TestScriptsCanFail(t *testing.T) {
	var all atomic.Int64
	t.Cleanup(func() { t.Logf("%d scripts with one wrong check each", all.Load()) })
	for _, file := range scriptFiles(t) {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			src := shorter.ReplaceAllString(strings.Join(readScript(t, file), "\n"), "$1")
			if nextID.MatchString(src) && ipcsh(t, "#: needs: private, user\nlimits msg_next_id=1\n").status != 0 {
				t.Log("no msg_next_id here: what needs it is left out")
				src = nextID.ReplaceAllString(src, "")
			}
			lines := strings.Split(src, "\n")
			wrong := 0
			for i, line := range lines {
				for _, now := range falsified(t, line) {
					wrong++
					changed := slices.Clone(lines)
					changed[i] = now
					o := ipcsh(t, strings.Join(changed, "\n"), "--quiet", "--timeout", "5s")
					if at := fmt.Sprintf(":%d: ", i+1); o.status != 1 || !strings.Contains(o.stderr, at) {
						t.Errorf("%s:%d: %q instead of %q: exit status %d, want 1 and a failure there\n%s", file, i+1, now, line, o.status, o.stderr)
					}
				}
			}
			if wrong < 15 {
				t.Errorf("only %d checks could be falsified", wrong)
			}
			all.Add(int64(wrong))
			t.Logf("%d checks falsified", wrong)
		})
	}
}

// nextID is the part of a script that needs msg_next_id, which not every kernel has.
var nextID = regexp.MustCompile(`(?ms)^if limits msg_next_id.*?^}`)

// shorter makes the long counts of a race a hundredth of what they are.
var shorter = regexp.MustCompile(`\b([1-9]\d*00)00\b`)

var (
	isCheck     = regexp.MustCompile(`\b(expect|assert)\b`)
	isNarration = regexp.MustCompile(`^\s*#`)
	assertion   = regexp.MustCompile(`^(\s*)assert (.+?)(\s+#.*)?$`)
	expectation = regexp.MustCompile(`^(\s*(?:predict )?expect\b *)(.*)$`)
	condition   = regexp.MustCompile(`^(\w+=(?:"[^"]*"|[^\s"])+|E[A-Z0-9]+(?:\|E[A-Z0-9]+)*|SIG[A-Z0-9]+|blocked|deadlock)\s`)
	lastNumber  = regexp.MustCompile(`^(.*?)(\d+)("?)$`)
)

// falsified returns the line with each of its checks made wrong, one at a time.
// A line with a check that it does not know is an error.
func falsified(t *testing.T, line string) []string {
	t.Helper()
	if !isCheck.MatchString(line) || isNarration.MatchString(line) {
		return nil
	}
	if m := assertion.FindStringSubmatch(line); m != nil {
		return []string{m[1] + "assert !(" + m[2] + ")"}
	}
	m := expectation.FindStringSubmatch(line)
	if m == nil || len(isCheck.FindAllString(line, -1)) > 1 {
		t.Errorf("no way is known to falsify %q", line)
		return nil
	}
	before, rest := m[1], m[2]
	var out []string
	for c := condition.FindStringSubmatch(rest); c != nil; c = condition.FindStringSubmatch(rest) {
		out = append(out, before+wrongly(c[1])+rest[len(c[1]):])
		before, rest = before+c[0], rest[len(c[0]):]
	}
	if out == nil { // it must succeed
		out = append(out, before+"ENOTTY "+rest)
	}
	return out
}

// wrongly returns another condition than c.
func wrongly(c string) string {
	number := lastNumber.FindStringSubmatch(c)
	switch {
	case c == "SIGKILL":
		return "SIGTERM"
	case !strings.Contains(c, "="):
		return "ENOTTY"
	case number != nil:
		n, _ := strconv.Atoi(number[2])
		return number[1] + strconv.Itoa(n+1) + number[3]
	case strings.HasSuffix(c, `"`):
		return strings.TrimSuffix(c, `"`) + `x"`
	}
	return c + "x"
}
