package grade

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// TestRecords: what a player tells is what the grader reads, in order, also of a
// record that was cut off.
func TestRecords(t *testing.T) {
	task := Task{Name: "한 \"q\"\n", Points: 0.25, Max: 3, Passed: true, Visibility: "hidden", Runs: 20, Held: 19, Hint: "h\x1b[31m",
		Failures: []Failure{{"a.ipc:3", "assert 1", "1", "2", "q: 0 messages"}, {}}}
	var b []byte
	for _, r := range []Record{{Note: "n"}, {Task: &task}, {Failure: "first"}, {Failure: "second"}, {Made: "msg 3"}, {Task: &Task{}}, {Note: "\xff\xfe"}, {End: true}} {
		b = r.Append(b)
	}
	want := Play{Tasks: []Task{task, {}}, Failure: "first", Notes: []string{"n", "\uFFFD"}, Made: []string{"msg 3"}, Ended: true}
	if got := ReadPlay(b); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
	if n := strings.Count(string(b), "\n"); n != 8 {
		t.Errorf("%d lines", n)
	}
	want.Ended = false
	for cut := 1; cut < len(`{"end":true}`+"\n")-1; cut++ {
		if got := ReadPlay(b[:len(b)-1-cut]); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("without %d bytes: %+v", cut, got)
		}
	}
	if got := ReadPlay([]byte("nonsense\n[]\n7\n{\"task\":5}\n")); len(got.Tasks) != 1 || got.Ended {
		t.Errorf("%+v", got)
	}
}
