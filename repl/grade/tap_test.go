package grade

import (
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// tapPoint is a test point as a strict reader of TAP understands it.
type tapPoint struct {
	ok          bool
	description string
	yaml        map[string]string // of the block's top level; texts unquoted
	failures    int
}

var (
	tapLine    = regexp.MustCompile(`^(not )?ok ([1-9][0-9]*) - (.+)$`)
	tapComment = regexp.MustCompile(`^# [a-z-]+: .+$`)
	yamlLine   = regexp.MustCompile(`^  (  - |    )?([a-z]+):(?: (.+))?$`)
	yamlText   = regexp.MustCompile(`^"(?:[^"\\]|\\["\\n])*"$`)
	yamlWord   = regexp.MustCompile(`^(?:[a-z][a-z_]*|[0-9]+(?:\.[0-9]+)?)$`)
	directive  = regexp.MustCompile(`(?i)(^|[^\\])(\\\\)*#`)
	untap      = strings.NewReplacer(`\\`, `\`, `\#`, `#`)
)

// parseTAP reads what writeTAP may write, and no more.
func parseTAP(s string) (points []tapPoint, err error) {
	lines := strings.Split(strings.TrimSuffix(s, "\n"), "\n")
	if len(lines) < 2 || lines[0] != "TAP version 13" {
		return nil, fmt.Errorf("no version")
	}
	plan, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(lines[1], "1.."), " # SKIP no hand-ins"))
	if err != nil {
		return nil, err
	}
	inside := false
	for _, l := range lines[2:] {
		m, y := tapLine.FindStringSubmatch(l), yamlLine.FindStringSubmatch(l)
		switch {
		case inside && l == "  ...":
			inside = false
		case inside && y != nil:
			p := &points[len(points)-1]
			switch {
			case y[2] == "failures" && y[1] == "" && y[3] == "":
			case y[3] != "" && yamlText.MatchString(y[3]):
				y[3] = strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\n`, "\n").Replace(y[3][1 : len(y[3])-1])
				fallthrough
			case y[3] != "" && (yamlWord.MatchString(y[3]) || y[1] != ""):
				if y[1] == "  - " {
					p.failures++
				} else if y[1] == "" {
					p.yaml[y[2]] = y[3]
				}
			default:
				return nil, fmt.Errorf("no YAML: %q", l)
			}
		case !inside && l == "  ---" && len(points) > 0 && points[len(points)-1].yaml == nil:
			inside, points[len(points)-1].yaml = true, map[string]string{}
		case !inside && m != nil:
			if m[2] != strconv.Itoa(len(points)+1) || directive.MatchString(m[3]) {
				return nil, fmt.Errorf("out of order or with a directive: %q", l)
			}
			points = append(points, tapPoint{ok: m[1] == "", description: untap.Replace(m[3])})
		case !inside && tapComment.MatchString(l):
		default:
			return nil, fmt.Errorf("no TAP: %q", l)
		}
	}
	if inside || len(points) != plan {
		return nil, fmt.Errorf("%d points of %d", len(points), plan)
	}
	return points, nil
}

func TestTAPIsValid(t *testing.T) {
	for name, r := range samples("tap") {
		got := written(t, r, "tap")
		points, err := parseTAP(got)
		if err != nil {
			t.Errorf("%s: %v in\n%s", name, err, got)
			continue
		}
		for _, g := range r.Grades {
			if len(g.Tasks) == 0 {
				if points[0].ok || points[0].yaml["message"] == "" {
					t.Errorf("%s: %v", name, points[0])
				}
				points = points[1:]
			}
			for _, task := range g.Tasks {
				p := points[0]
				points = points[1:]
				if want := line(g.Name) + ": " + line(task.Name); p.ok != task.Passed || p.description != want || p.yaml["points"] != score(task.Points) ||
					p.yaml["visibility"] != task.visibility() || p.failures != len(task.Failures) || !task.Passed && p.yaml["hint"] != block(task.Hint) {
					t.Errorf("%s: %+v, want %s: %+v", name, p, want, task)
				}
			}
		}
	}
}

// TestTAPPerl has Perl's own reader, a consumer of version 13, read the reports.
func TestTAPPerl(t *testing.T) {
	perl, err := exec.LookPath("perl")
	if err == nil {
		err = exec.Command(perl, "-MTAP::Parser", "-e", "1").Run()
	}
	if err != nil {
		t.Skip("perl has no TAP::Parser:", err)
	}
	const program = `
		local $/; my $tap = <STDIN>;
		my $p = TAP::Parser->new({tap => $tap}); my ($n, $bad, $odd) = (0, 0, 0);
		while (my $r = $p->next) {
			if ($r->is_test) { $n++; $bad++ unless $r->is_ok; $odd++ if $r->has_directive }
			$odd++ if $r->is_unknown || $r->is_bailout || $r->is_pragma;
			$odd++ if $r->is_yaml && ref $r->data ne "HASH";
		}
		print join ",", $n, $bad, $odd, $p->parse_errors;`
	for name, r := range samples("tap") {
		cmd := exec.Command(perl, "-MTAP::Parser", "-e", program)
		cmd.Stdin = strings.NewReader(written(t, r, "tap"))
		out, err := cmd.CombinedOutput()
		n, bad := 0, 0
		for _, g := range r.Grades {
			n += max(1, len(g.Tasks))
			if len(g.Tasks) == 0 {
				bad++
			}
			for _, task := range g.Tasks {
				if !task.Passed {
					bad++
				}
			}
		}
		if want := fmt.Sprintf("%d,%d,0", n, bad); err != nil || string(out) != want {
			t.Errorf("%s: Perl reads %s (%v), want %s", name, out, err, want)
		}
	}
}
