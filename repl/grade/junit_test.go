package grade

import (
	"encoding/xml"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// element rules, as both schemas have them: what stands in an element and in which
// order (a name with * may repeat, with ? may lack), and its attributes with the
// form of each; ! before a form says that the attribute must be there. In the
// schema of Jenkins a testsuite's children have no order; Ant's has this one.
var junitRules = map[string]struct {
	children   []string
	text       bool
	attributes map[string]string
}{
	"testsuites": {children: []string{"testsuite*"}},
	"testsuite": {children: []string{"properties", "testcase*", "system-out", "system-err"}, attributes: map[string]string{
		"name": "!token", "package": "!token", "id": "!int", "timestamp": "!time", "hostname": "!token",
		"tests": "!int", "failures": "!int", "errors": "!int", "skipped": "int", "time": "!decimal"}},
	"properties": {children: []string{"property*"}},
	"property":   {attributes: map[string]string{"name": "!token", "value": "!string"}},
	"testcase":   {children: []string{"error?", "failure?"}, attributes: map[string]string{"name": "!token", "classname": "!token", "time": "!decimal"}},
	"error":      {text: true, attributes: map[string]string{"message": "string", "type": "!string"}},
	"failure":    {text: true, attributes: map[string]string{"message": "string", "type": "!string"}},
	"system-out": {text: true},
	"system-err": {text: true},
}

var junitForms = map[string]*regexp.Regexp{
	"token":   regexp.MustCompile(`^\S+( \S+)*$`),
	"int":     regexp.MustCompile(`^[0-9]+$`),
	"decimal": regexp.MustCompile(`^[0-9]{1,6}\.[0-9]{3}$`), // both xs:decimal and the pattern of Jenkins
	"time":    regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$`),
	"string":  regexp.MustCompile(`(?s)^.*$`),
}

// node is an element as it was read.
type node struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []node     `xml:",any"`
}

func (n node) attr(name string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// invalid returns what is wrong with an element by the rules.
func (n node) invalid(timed bool) (problems []string) {
	name := n.XMLName.Local
	rule, ok := junitRules[name]
	if !ok {
		return []string{"no element may be called " + name}
	}
	if !rule.text && strings.TrimSpace(n.Text) != "" {
		problems = append(problems, name+" has text: "+n.Text)
	}
	seen := map[string]bool{}
	for _, a := range n.Attrs {
		form, ok := rule.attributes[a.Name.Local]
		seen[a.Name.Local] = true
		if re := junitForms[strings.TrimPrefix(form, "!")]; !ok || a.Name.Space != "" || !re.MatchString(a.Value) {
			problems = append(problems, name+" has "+a.Name.Local+"="+strconv.Quote(a.Value))
		}
	}
	for a, form := range rule.attributes {
		if strings.HasPrefix(form, "!") && !seen[a] && (timed || a != "timestamp") {
			problems = append(problems, name+" lacks "+a)
		}
	}
	at := 0
	for _, want := range rule.children {
		count := 0
		for ; at < len(n.Children) && n.Children[at].XMLName.Local == strings.TrimRight(want, "*?"); at++ {
			count++
		}
		if last := want[len(want)-1]; count != 1 && last != '*' && !(last == '?' && count == 0) {
			problems = append(problems, name+" has "+strconv.Itoa(count)+" of "+want)
		}
	}
	if at < len(n.Children) {
		problems = append(problems, name+" has "+n.Children[at].XMLName.Local+" out of place")
	}
	for _, c := range n.Children {
		problems = append(problems, c.invalid(timed)...)
	}
	return problems
}

func parseJUnit(t *testing.T, s string) node {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(s))
	var root node
	if err := d.Decode(&root); err != nil {
		t.Fatalf("%v in %s", err, s)
	}
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return root
		}
		if c, ok := tok.(xml.CharData); err != nil || !ok || strings.TrimSpace(string(c)) != "" {
			t.Fatalf("something behind the root: %v, %v", tok, err)
		}
	}
}

func TestJUnitIsValid(t *testing.T) {
	for name, r := range samples("junit") {
		root := parseJUnit(t, written(t, r, "junit"))
		if root.XMLName.Local != "testsuites" || len(root.Children) != len(r.Grades) {
			t.Fatalf("%s: %s with %d suites", name, root.XMLName.Local, len(root.Children))
		}
		for _, p := range root.invalid(!r.Start.IsZero()) {
			t.Errorf("%s: %s", name, p)
		}
		for i, suite := range root.Children {
			count := map[string]int{}
			for _, c := range suite.Children {
				for _, f := range c.Children {
					count[f.XMLName.Local]++
				}
				count[c.XMLName.Local]++
			}
			if suite.attr("id") != strconv.Itoa(i) || suite.attr("tests") != strconv.Itoa(count["testcase"]) ||
				suite.attr("failures") != strconv.Itoa(count["failure"]) || suite.attr("errors") != strconv.Itoa(count["error"]) {
				t.Errorf("%s: suite %d counts wrong: %v, %v", name, i, suite.Attrs, count)
			}
			if passed := count["failure"]+count["error"] == 0; passed != r.Grades[i].Passed() {
				t.Errorf("%s: suite %d passes: %v", name, i, passed)
			}
		}
	}
}

// TestJUnitRules breaks a valid report in many ways: the rules must see each.
func TestJUnitRules(t *testing.T) {
	good := written(t, alone(everything(0), 1), "junit")
	if p := parseJUnit(t, good).invalid(true); len(p) > 0 {
		t.Fatal(p)
	}
	for _, c := range [][2]string{
		{`id="0"`, ``}, {`id="0"`, `id="a"`}, {`tests="3"`, `tests="3" x="1"`}, {`time="20.000"`, `time="20s"`}, {"<system-err>", "<system-out/><system-err>"},
		{`timestamp="2026-03-02T09:05:06"`, `timestamp="2026-03-02T09:05:06Z"`}, {`name="points"`, `name=""`}, {"</testcase>", "<failure type='a'/></testcase>"}, {"<properties>", "text<properties>"},
	} {
		bad := strings.Replace(good, c[0], c[1], 1)
		if bad == good || len(parseJUnit(t, bad).invalid(true)) == 0 {
			t.Errorf("%s in place of %s is not seen", c[1], c[0])
		}
	}
}
