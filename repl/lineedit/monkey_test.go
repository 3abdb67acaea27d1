package lineedit

import (
	"fmt"
	"math/rand"
	"strings"
	"sync"
	"testing"
	"time"
)

// Garbage, keys, prints and sizes at random, at once: nothing panics, hangs or
// races, and the editor works afterwards.
func TestMonkey(t *testing.T) {
	keys := []string{"a", "b", " ", "가", "나다", "\u1112\u1161\u11ab", "😀", "e\u0301", "\t", "\t\t", "\r", left, right, up, down, home, end, del, backspace, "\x00", "\x1b", "\x1b[",
		"\x1b[200~", pasteEnd, "\x1b[?62;c", "\x1b]0;x\x07", "\x1bO", "\x1b[1;5D", "\x1b[1;5C", "\xff", "\xed\xa0", "\u009b", "\U0010F8E3", "msg", "큐", paste("x\n\ty\r\nz")}
	for c := byte('a'); c <= 'z'; c++ {
		if c != 'd' { // the end
			keys = append(keys, ctrl(c))
		}
	}
	for seed := range int64(12) {
		r := rand.New(rand.NewSource(seed))
		d := openDesk(t, 1+r.Intn(30), 1+r.Intn(10), func(c *Config) { c.History, c.Suspend = memory("하나", "두\n줄", "셋"), func() {} })
		d.ask("> ")
		var others sync.WaitGroup
		stop := make(chan bool)
		others.Add(3)
		go func() {
			defer others.Done()
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				case <-time.After(500 * time.Microsecond):
					d.Above(fmt.Sprint("async 비동기 ", i))
				}
			}
		}()
		sizes := rand.New(rand.NewSource(seed))
		go func() {
			defer others.Done()
			for {
				select {
				case <-stop:
					return
				case <-time.After(3 * time.Millisecond):
					d.resize(sizes.Intn(30), sizes.Intn(10))
				}
			}
		}()
		go func() {
			defer others.Done()
			for range 1500 {
				d.typed(keys[r.Intn(len(keys))])
			}
			// Between two lines the terminal is not raw, and a Ctrl-C of ours is
			// its own: what comes next may be lost.
			for {
				d.typed(pasteEnd, "\x03", ctrl('g'), left, ctrl('c'))
				select {
				case <-stop:
					return
				case <-time.After(50 * time.Millisecond):
					d.typed("the end\r")
				}
			}
		}()
		for {
			res := d.line()
			if res.err == nil && strings.HasSuffix(res.text, "the end") {
				break
			}
			if res.err == nil {
				d.cfg.History.Add(res.text)
			}
			d.next <- "> "
		}
		close(stop)
		others.Wait()
	}
}

// Whatever was drawn before, what is drawn now is what a new screen would show.
func TestScreenRandom(t *testing.T) {
	alphabet := []rune("aB 가나ᄒ\u1161\u11abe\u0301😀。·…한\t\n")
	for seed := range int64(300) {
		r := rand.New(rand.NewSource(seed))
		w, h := 1+r.Intn(25), 1+r.Intn(8)
		term := newVT(w, h)
		s := screen{out: term}
		v := view{prompt: promptCells([]string{"> ", "", "프롬프트> ", "\x1b[1mtwo\nrows\x1b[m "}[r.Intn(4)], true)}
		fmt.Fprint(term, strings.Repeat("\r\n", r.Intn(h)))
		s.begin(w, h)
		var l line
		for range 60 {
			switch r.Intn(8) {
			case 0:
				var some []rune
				for range r.Intn(60) {
					some = append(some, alphabet[r.Intn(len(alphabet))])
				}
				l.insert(some)
			case 1, 2, 3:
				l.insert([]rune{alphabet[r.Intn(len(alphabet))]})
			default:
				l.edit(keyLeft + keyCode(r.Intn(int(keyTranspose-keyLeft)+1)))
			}
			v.text, v.pos = append([]rune(nil), l.text...), l.pos
			if r.Intn(10) == 0 {
				s.print("above\r\n")
			}
			s.draw(&v, w, h)
			fresh := newVT(w, h)
			f := screen{out: fresh, w: w, h: h, top: s.top}
			f.depth = 1
			f.draw(&v, w, h)
			got, want := term.String(), fresh.String()
			if !strings.HasSuffix("\n"+strings.TrimLeft(got, "\n"), "\n"+strings.TrimLeft(want, "\n")) {
				t.Fatalf("seed %d, %dx%d, %q at %d:\n%s\nwant:\n%s", seed, w, h, string(v.text), v.pos, got, want)
			}
		}
		if term.seqs["J at top left"] > 0 {
			t.Fatal("erased from the top left corner")
		}
	}
}

// The time of a key with a long history, and with none. Each key is typed when
// the one before is on the screen.
func BenchmarkKey(b *testing.B) {
	for _, n := range []int{0, 10_000} {
		b.Run(fmt.Sprint("history=", n), func(b *testing.B) {
			h := memory()
			for i := range n {
				h.Add(fmt.Sprintf("msgsnd q%d type=%d \"안녕 %d\"", i, i, i))
			}
			d := newDesk(b, 80, 24, func(c *Config) { c.History = h })
			b.ResetTimer()
			for i := range b.N {
				before := d.vt.shown()
				if i%60 == 59 {
					d.typed(ctrl('u'))
				} else {
					d.typed("가")
				}
				for d.vt.shown() == before {
				}
			}
		})
	}
}

func (v *vt) shown() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.bytes
}
