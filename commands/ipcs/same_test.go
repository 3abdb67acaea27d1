package ipcs

import (
	"fmt"
	"math/rand"
	"regexp"
	"strings"
	"testing"
)

// TestSameAsSystem compares ipcs with the system's, byte for byte, over random
// populations. What it leaves out are the faults of theirs that we mend: the
// qbytes of a queue that may not be read, and the status for an id that does not
// exist (see TestMended).
func TestSameAsSystem(t *testing.T) {
	utilLinux(t)
	populations := 220
	if testing.Short() {
		populations = 20
	}
	compared := 0
	for i := range populations {
		seed := int64(i)
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewSource(seed))
			if i%10 == 0 {
				t.Setenv("TZ", []string{"KST-9", "<+0330>-3:30", "XXX+11:59:30"}[r.Intn(3)])
			}
			p := populate(t, r, 1+r.Intn(6))
			compared += compareAll(t, r, p)
		})
		if t.Failed() {
			break
		}
	}
	t.Logf("%d populations, %d calls compared", populations, compared)
}

func compareAll(t *testing.T, r *rand.Rand, p *population) (n int) {
	for _, kind := range []string{"", "-q", "-m", "-s", "-a"} {
		for _, mode := range []string{"", "-c", "-p", "-t", "-u", "-l", "-b", "--human"} {
			same(t, strings.Fields(kind+" "+mode)...)
			n++
		}
	}
	all := strings.Fields("-q -m -s -a -c -p -t -u -l -b --human --queues --shm --sem --all --cr --l --p --t --su --by -qt -mu operand")
	for range 8 {
		var args []string
		for range r.Intn(5) {
			args = append(args, all[r.Intn(len(all))])
		}
		same(t, args...)
		n++
	}
	for kind, ids := range map[string][]int{"-q": p.queues, "-m": p.segments, "-s": p.sets} {
		for _, id := range ids {
			unit := []string{"", "-b", "--human", "-t", "-u"}[r.Intn(5)]
			same(t, strings.Fields(fmt.Sprint(kind, " -i ", id, " ", unit))...)
			n++
		}
	}
	return n
}

var qbytes = regexp.MustCompile(`q(bytes|size)=[^\t]*`)

// same compares one call. In the host's namespace others may come in between.
func same(t *testing.T, args ...string) {
	t.Helper()
	var theirs, ours result
	for try := 0; try < 1 || try < 5 && !private(); try++ {
		theirs = system(t, "ipcs", args...)
		ours = run(Ipcs, Env{Name: "ipcs"}, args...)
		if strings.Contains(theirs.out, "\tqbytes=0\t") || strings.Contains(theirs.out, "\tqsize=0B\t") {
			theirs.out, ours.out = qbytes.ReplaceAllString(theirs.out, "?"), qbytes.ReplaceAllString(ours.out, "?")
		}
		if ours == theirs {
			return
		}
	}
	t.Errorf("ipcs %q\n--- theirs\n%v\n--- ours\n%v", args, theirs, ours)
}
