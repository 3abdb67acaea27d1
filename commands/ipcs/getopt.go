package ipcs

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// This is the parser of options that the C library's getopt_long is: options and
// operands in any order, -qb for -q -b, -i5 for -i 5, --id=5, names of options as
// far as they are unambiguous, -- before what only looks like an option; with its
// messages.

// argument says whether an option has one.
type argument byte

const (
	noArgument argument = iota
	needsArgument
	mayHaveArgument // only in the same word
)

// option is one of a tool's options.
type option struct {
	long  string
	short byte // 0: it has only the long name
	arg   argument
	own   bool // util-linux has no such option, so it must not make a name of theirs ambiguous
}

// optionParser goes through the words of a command line.
type optionParser struct {
	options  []option
	args     []string
	operands []string // the words that are no options, so far
	cluster  string   // short options left of a word
	only     bool     // what follows is no options
}

// newOptionParser begins. $POSIXLY_CORRECT ends the options at the first operand.
func newOptionParser(options []option, args []string) *optionParser {
	return &optionParser{options: options, args: args}
}

// next returns the next option and its argument; given is whether there is one.
// A nil option is the end.
func (p *optionParser) next() (o *option, value string, given bool, err error) {
	for p.cluster == "" {
		if len(p.args) == 0 {
			return nil, "", false, nil
		}
		word := p.args[0]
		p.args = p.args[1:]
		switch {
		case p.only, len(word) < 2, word[0] != '-':
			p.operands = append(p.operands, word)
			p.only = p.only || os.Getenv("POSIXLY_CORRECT") != ""
		case word == "--":
			p.only = true
		case strings.HasPrefix(word, "--"):
			return p.long(word[2:])
		default:
			p.cluster = word[1:]
		}
	}
	return p.shortOption()
}

func (p *optionParser) shortOption() (*option, string, bool, error) {
	c := p.cluster[0]
	p.cluster = p.cluster[1:]
	for i := range p.options {
		o := &p.options[i]
		if o.short != c || c == 0 {
			continue
		}
		if o.arg == noArgument {
			return o, "", false, nil
		}
		value, given := p.cluster, p.cluster != ""
		p.cluster = ""
		if !given && o.arg == needsArgument {
			if len(p.args) == 0 {
				return nil, "", false, fmt.Errorf("option requires an argument -- '%c'", rune(c))
			}
			value, given = p.args[0], true
			p.args = p.args[1:]
		}
		return o, value, given, nil
	}
	return nil, "", false, errors.New("invalid option -- '" + string([]byte{c}) + "'")
}

func (p *optionParser) long(word string) (*option, string, bool, error) {
	name, value, given := strings.Cut(word, "=")
	o, err := p.find(name, word)
	switch {
	case err != nil:
		return nil, "", false, err
	case given && o.arg == noArgument:
		return nil, "", false, fmt.Errorf("option '--%s' doesn't allow an argument", o.long)
	case !given && o.arg == needsArgument:
		if len(p.args) == 0 {
			return nil, "", false, fmt.Errorf("option '--%s' requires an argument", o.long)
		}
		value, given = p.args[0], true
		p.args = p.args[1:]
	}
	return o, value, given, nil
}

// find finds an option by its name or the begin of it: util-linux's first.
func (p *optionParser) find(name, word string) (*option, error) {
	for i := range p.options {
		if p.options[i].long == name {
			return &p.options[i], nil
		}
	}
	for _, own := range []bool{false, true} {
		var found []*option
		for i := range p.options {
			if o := &p.options[i]; o.own == own && o.long != "" && strings.HasPrefix(o.long, name) {
				found = append(found, o)
			}
		}
		if len(found) == 1 {
			return found[0], nil
		}
		if len(found) > 1 {
			text := fmt.Sprintf("option '--%s' is ambiguous; possibilities:", word)
			for _, o := range found {
				text += " '--" + o.long + "'"
			}
			return nil, errors.New(text)
		}
	}
	return nil, fmt.Errorf("unrecognized option '--%s'", word)
}
