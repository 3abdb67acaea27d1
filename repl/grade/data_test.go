package grade

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"ipcsh/commands/text"
)

// gsResults and gsTest are all fields of Gradescope's results.json by its
// specification, save the leaderboard.
type gsResults struct {
	Score            *float64       `json:"score"`
	ExecutionTime    *float64       `json:"execution_time"`
	Output           *string        `json:"output"`
	OutputFormat     string         `json:"output_format"`
	TestOutputFormat string         `json:"test_output_format"`
	TestNameFormat   string         `json:"test_name_format"`
	Visibility       string         `json:"visibility"`
	StdoutVisibility string         `json:"stdout_visibility"`
	ExtraData        map[string]any `json:"extra_data"`
	Tests            []gsTest       `json:"tests"`
}

type gsTest struct {
	Score        *float64       `json:"score"`
	MaxScore     *float64       `json:"max_score"`
	Status       string         `json:"status"`
	Name         string         `json:"name"`
	NameFormat   string         `json:"name_format"`
	Number       string         `json:"number"`
	Output       string         `json:"output"`
	OutputFormat string         `json:"output_format"`
	Tags         []string       `json:"tags"`
	Visibility   string         `json:"visibility"`
	ExtraData    map[string]any `json:"extra_data"`
}

// strictly reads JSON into v, whose fields are all that may be there.
func strictly(t *testing.T, s string, v any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(s))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil || d.More() {
		t.Fatalf("%v in\n%s", err, s)
	}
}

var visibilities = regexp.MustCompile(`^(visible|hidden|after_due_date|after_published)$`)

func TestGradescopeIsValid(t *testing.T) {
	for name, r := range samples("gradescope") {
		var res gsResults
		strictly(t, written(t, r, "gradescope"), &res)
		g := r.Grades[0]
		formats := res.OutputFormat + res.TestOutputFormat + res.TestNameFormat
		if res.Score == nil || json.Number(score(g.Points)).String() != score(*res.Score) || res.Visibility != "visible" || res.StdoutVisibility != "hidden" || formats != "texttexttext" || res.Tests == nil {
			t.Errorf("%s: %+v", name, res)
		}
		if list, _ := res.ExtraData["refused"].([]any); len(list) != len(r.Refused) || len(list) > 0 && list[0] != r.Refused[0] {
			t.Errorf("%s: refused: %v", name, res.ExtraData)
		}
		for i, test := range res.Tests {
			if !visibilities.MatchString(test.Visibility) || test.Name == "" && name != "bare" {
				t.Errorf("%s: %+v", name, test)
			}
			switch {
			case i < len(g.Tasks):
				task := g.Tasks[i]
				if test.Score == nil || test.MaxScore == nil || score(*test.Score) != score(task.Points) || score(*test.MaxScore) != score(task.Max) ||
					test.Status != status(task.Passed) || test.Visibility != task.visibility() || (test.Output == "") != (task.Passed && task.Runs <= 1) {
					t.Errorf("%s: %+v of %+v", name, test, task)
				}
			case len(g.Tasks) > 0 && (test.Score != nil || test.Visibility == "visible"):
				t.Errorf("%s: a test too many: %+v", name, test)
			}
		}
	}
	for _, n := range []*Report{everything(text.En), {}} {
		err := n.Write(new(bytes.Buffer), "gradescope")
		if err == nil || !strings.HasPrefix(err.Error(), "a gradescope report is of one hand-in; this one has ") {
			t.Errorf("%d hand-ins: %v", len(n.Grades), err)
		}
	}
}

// TestHiddenOutput holds that what a program wrote during a hidden task is not
// shown to the student, and otherwise is.
func TestHiddenOutput(t *testing.T) {
	for _, v := range []string{"", "visible", "after_due_date", "after_published", "hidden"} {
		r := &Report{Grades: []Grade{{Tasks: []Task{{Name: "a", Passed: true}, {Name: "b", Visibility: v}, {Name: "c"}}, Output: "the secret"}}}
		var res gsResults
		strictly(t, written(t, r, "gradescope"), &res)
		shown := res.Output != nil && strings.Contains(*res.Output, "the secret")
		last := res.Tests[len(res.Tests)-1]
		apart := last.Output == "the secret" && last.Visibility == v
		if open := v == "" || v == "visible"; shown != open || apart == open {
			t.Errorf("%q: shown %v, apart %v", v, shown, apart)
		}
	}
}

func TestJSONIsWhole(t *testing.T) {
	type failure struct{ Place, Check, Expected, Found, State *string }
	type task struct {
		Name, Visibility, Hint *string
		Points, Max            *float64
		Passed                 *bool
		Runs, Held             *int
		Failures               []failure
	}
	type grade struct {
		Name, Path, Failure, Output *string
		Points, Max, Seconds        *float64
		Passed, Graded              *bool
		Limits, Notes               []string
		Tasks                       []task
	}
	for name, r := range samples("json") {
		var got struct {
			Version                 int
			Lab, Title, Lang, Start string
			Refused                 []string
			Summary                 struct {
				Handins, Passed int
				Points, Max     float64
			}
			Grades []grade
		}
		s := written(t, r, "json")
		strictly(t, s, &got)
		if got.Version != 1 || got.Lang != r.Lang.String() || got.Refused == nil || got.Grades == nil || strings.Contains(s, "null") ||
			got.Summary.Handins != len(r.Grades) || got.Summary.Passed != r.passed() || len(got.Grades) != len(r.Grades) || (got.Start == "") != r.Start.IsZero() {
			t.Errorf("%s: %+v", name, got)
		}
		for i, g := range got.Grades {
			in := r.Grades[i]
			if *g.Name != line(in.Name) || *g.Passed != in.Passed() || *g.Graded != (len(in.Tasks) > 0) || *g.Output != block(in.Output) || len(g.Limits) != len(in.Limits) ||
				score(*g.Points) != score(in.Points) || g.Seconds == nil || *g.Failure != block(in.Failure) || g.Notes == nil || len(g.Tasks) != len(in.Tasks) || g.Path == nil {
				t.Errorf("%s: %+v", name, g)
			}
			for k, task := range g.Tasks {
				if *task.Name != line(in.Tasks[k].Name) || *task.Passed != in.Tasks[k].Passed || len(task.Failures) != len(in.Tasks[k].Failures) || task.Failures == nil || *task.Runs < 1 || *task.Held > *task.Runs || task.Hint == nil {
					t.Errorf("%s: %+v", name, task)
				}
			}
		}
	}
}

func TestCSVIsValid(t *testing.T) {
	number := regexp.MustCompile(`^[0-9]+(\.[0-9]{1,3})?$`)
	for name, r := range samples("csv") {
		s, bom := strings.CutPrefix(written(t, r, "csv"), "\xef\xbb\xbf")
		if !bom || strings.Count(s, "\r\n") != strings.Count(s, "\n") || strings.Count(s, "\n") != len(r.Grades)+1 || !strings.HasSuffix(s, "\n") {
			t.Errorf("%s: no BOM, no CRLF or more lines than rows: %q", name, s)
		}
		rows, err := csv.NewReader(strings.NewReader(s)).ReadAll() // wants rows of one length
		if err != nil {
			t.Fatal(name, err)
		}
		column := map[string]int{}
		for i, id := range rows[0] {
			column[id] = i
		}
		for i, row := range rows[1:] {
			g := r.Grades[i]
			if strings.TrimPrefix(row[0], "'") != line(g.Name) || row[column["points"]] != score(g.Points) || (row[column["passed"]] == "true") != g.Passed() {
				t.Errorf("%s: %q", name, row)
			}
			for k, task := range g.Tasks {
				if c := column["name"] + 4 + k; row[c] != score(task.Points) || column["task_1"] != 4 {
					t.Errorf("%s: task %d: %q", name, k, row[c])
				}
			}
			for k, c := range row {
				if strings.IndexAny(c, "=+-@") == 0 && c != "-12" {
					t.Errorf("%s: a formula: %q", name, c)
				}
				if id := rows[0][k]; (id == "points" || id == "max" || id == "seconds") && !number.MatchString(c) {
					t.Errorf("%s: %s is no number: %q", name, id, c)
				}
			}
		}
	}
}

func TestCell(t *testing.T) {
	for in, want := range map[string]string{
		"=1+1": "'=1+1", "+82-10": "'+82-10", "-1+cmd|' /C calc'!A0": "'-1+cmd|' /C calc'!A0", "@SUM(1)": "'@SUM(1)", "＝1": "'＝1", "-5": "-5", "+1.5": "+1.5",
		"-": "'-", "-5\n": "-5", "\t=1": "        =1", "\r=1": `\x0d=1`, "a,\"b\"": "a,\"b\"", "홍길동": "홍길동", "": "", "a\nb": "a b", "\n=1": "'=1",
	} {
		if got := cell(in); got != want {
			t.Errorf("cell(%q) = %q, want %q", in, got, want)
		}
	}
}
