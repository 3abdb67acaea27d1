package sysv

import (
	"fmt"
	"strconv"
	"strings"
)

// A flag set of each call; in C all of them are an int, sem_flg a short.
type (
	MsggetFlag int
	MsgsndFlag int
	MsgrcvFlag int
	ShmgetFlag int
	ShmatFlag  int
	SemgetFlag int
	SemopFlag  int16
)

func (f MsggetFlag) String() string { return MsggetFlags.String(int64(f)) }
func (f MsgsndFlag) String() string { return MsgsndFlags.String(int64(f)) }
func (f MsgrcvFlag) String() string { return MsgrcvFlags.String(int64(f)) }
func (f ShmgetFlag) String() string { return ShmgetFlags.String(int64(f)) }
func (f ShmatFlag) String() string  { return ShmatFlags.String(int64(f)) }
func (f SemgetFlag) String() string { return SemgetFlags.String(int64(f)) }
func (f SemopFlag) String() string  { return SemopFlags.String(int64(uint16(f))) }

// FlagName is a constant and its value.
type FlagName struct {
	Name string
	Bit  int64
}

// FlagSet says what the bits of one call's flags mean.
type FlagSet struct {
	Call  string
	Names []FlagName
	Mode  bool  // the low nine bits are a mode
	Mask  int64 // further bits with a meaning that are one number, not flags
}

var (
	MsggetFlags = &FlagSet{Call: "msgget", Names: []FlagName{{"IPC_CREAT", IPC_CREAT}, {"IPC_EXCL", IPC_EXCL}}, Mode: true}
	MsgsndFlags = &FlagSet{Call: "msgsnd", Names: []FlagName{{"IPC_NOWAIT", IPC_NOWAIT}}}
	MsgrcvFlags = &FlagSet{Call: "msgrcv", Names: []FlagName{{"IPC_NOWAIT", IPC_NOWAIT},
		{"MSG_NOERROR", MSG_NOERROR}, {"MSG_EXCEPT", MSG_EXCEPT}, {"MSG_COPY", MSG_COPY}}}
	ShmgetFlags = &FlagSet{Call: "shmget", Names: []FlagName{{"IPC_CREAT", IPC_CREAT}, {"IPC_EXCL", IPC_EXCL},
		{"SHM_HUGETLB", SHM_HUGETLB}, {"SHM_NORESERVE", SHM_NORESERVE},
		{"SHM_HUGE_2MB", SHM_HUGE_2MB}, {"SHM_HUGE_1GB", SHM_HUGE_1GB}},
		Mode: true, Mask: SHM_HUGE_MASK << SHM_HUGE_SHIFT}
	ShmatFlags = &FlagSet{Call: "shmat", Names: []FlagName{{"SHM_RDONLY", SHM_RDONLY}, {"SHM_RND", SHM_RND},
		{"SHM_REMAP", SHM_REMAP}, {"SHM_EXEC", SHM_EXEC}}}
	SemgetFlags = &FlagSet{Call: "semget", Names: []FlagName{{"IPC_CREAT", IPC_CREAT}, {"IPC_EXCL", IPC_EXCL}}, Mode: true}
	SemopFlags  = &FlagSet{Call: "semop", Names: []FlagName{{"IPC_NOWAIT", IPC_NOWAIT}, {"SEM_UNDO", SEM_UNDO}}}

	// FlagSets are all of them.
	FlagSets = []*FlagSet{MsggetFlags, MsgsndFlags, MsgrcvFlags, ShmgetFlags, ShmatFlags, SemgetFlags, SemopFlags}
)

// has reports whether v contains n: all of Mask's bits must agree, for a number
// within the flags has no bits of its own.
func (s *FlagSet) has(v int64, n FlagName) bool {
	if n.Bit&s.Mask != 0 {
		return v&s.Mask == n.Bit
	}
	return v&n.Bit != 0
}

// Unknown returns the bits of v that mean nothing to this call. The kernel
// ignores them or answers EINVAL; in a script they are mostly a slip.
func (s *FlagSet) Unknown(v int64) int64 {
	v &^= s.Mask
	if s.Mode {
		v &^= 0o777
	}
	for _, n := range s.Names {
		if n.Bit&s.Mask == 0 {
			v &^= n.Bit
		}
	}
	return v
}

// String gives v in C's spelling: IPC_CREAT|0600, unknown bits as 0x10000.
func (s *FlagSet) String(v int64) string {
	var words []string
	rest := v
	for _, n := range s.Names {
		if s.has(v, n) {
			words = append(words, n.Name)
			rest &^= n.Bit
		}
	}
	if mode := rest & 0o777; s.Mode && mode != 0 {
		words = append(words, fmt.Sprintf("%#04o", mode))
		rest &^= 0o777
	}
	switch {
	case rest < 0 && rest == int64(int32(rest)):
		words = append(words, fmt.Sprintf("%#x", uint32(rest))) // C's int has 32 bits
	case rest != 0:
		words = append(words, fmt.Sprintf("%#x", uint64(rest)))
	case len(words) == 0:
		return "0"
	}
	return strings.Join(words, "|")
}

// Parse reads what String writes: names of this call and C integers, joined by |.
// A value that only fits an unsigned int is the int of the same bits.
func (s *FlagSet) Parse(text string) (int64, error) {
	var v uint64
	for _, word := range strings.Split(text, "|") {
		bits, err := s.parseWord(strings.TrimSpace(word))
		if err != nil {
			return 0, err
		}
		v |= bits
	}
	if v>>32 == 0 {
		return int64(int32(v)), nil
	}
	return int64(v), nil
}

func (s *FlagSet) parseWord(word string) (uint64, error) {
	for _, n := range s.Names {
		if n.Name == word {
			return uint64(n.Bit), nil
		}
	}
	v, err := strconv.ParseUint(word, 0, 64)
	if err != nil || strings.ContainsAny(word, "_oObB") && !strings.HasPrefix(strings.ToLower(word), "0x") || strings.Contains(word, "_") {
		return 0, fmt.Errorf("%q is no flag of %s", word, s.Call) // Go's 0o17, 0b1 and 1_000 are not C
	}
	return v, nil
}
