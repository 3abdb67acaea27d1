// Package near finds the names that a mistyped one may have meant.
package near

import (
	"sort"
	"strings"
)

// most is how many names are offered, longest the longest name that is looked at:
// the distance costs the product of both lengths.
const (
	most    = 3
	longest = 64
)

// Names returns up to three of candidates that are near name, the nearest
// first, in candidates' order where they are equally near. Near is a
// Damerau-Levenshtein distance of at most 2 (1 for names of up to three
// letters, which are near to everything otherwise), or one name beginning with
// the other. Case makes no difference.
func Names(name string, candidates []string) []string {
	name = strings.ToLower(name)
	if name == "" || len(name) > longest {
		return nil
	}
	letters := []rune(name)
	limit := 2
	switch {
	case len(letters) == 1:
		limit = 0 // one letter is near to every other
	case len(letters) <= 3:
		limit = 1
	}
	type hit struct {
		name string
		far  int
	}
	var hits []hit
	seen := map[string]bool{}
	for _, c := range candidates {
		if seen[c] || c == "" || len(c) > longest {
			continue
		}
		seen[c] = true
		low := strings.ToLower(c)
		if d := distance(letters, []rune(low)); d <= limit {
			hits = append(hits, hit{c, d})
		} else if strings.HasPrefix(low, name) || len(low) > 1 && strings.HasPrefix(name, low) {
			hits = append(hits, hit{c, limit + 1})
		}
	}
	sort.SliceStable(hits, func(i, j int) bool { return hits[i].far < hits[j].far })
	var names []string
	for _, h := range hits[:min(most, len(hits))] {
		names = append(names, h.name)
	}
	return names
}

// distance counts the insertions, deletions, replacements and swaps of
// neighbours that make b of a, no letter being touched twice.
func distance(a, b []rune) int {
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, above, row = above, row, before
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
