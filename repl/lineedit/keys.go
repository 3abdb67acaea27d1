package lineedit

import (
	"bytes"
	"unicode/utf8"
)

// keyCode is what a key means, whatever bytes the terminal sends for it.
type keyCode int

const (
	keyText keyCode = iota // characters typed or pasted
	keyEnter
	keyInterrupt
	keyEOF // Ctrl-D
	keyEscape
	keyLeft
	keyRight
	keyUp
	keyDown
	keyHome
	keyEnd
	keyWordLeft
	keyWordRight
	keyFirst // Alt-<, the oldest line
	keyLast
	keyBackspace
	keyDelete
	keyKillEnd
	keyKillStart
	keyKillBlank
	keyKillWordLeft
	keyKillWordRight
	keyYank
	keyTranspose
	keyComplete
	keySearch
	keySearchForward
	keyCancel // Ctrl-G
	keyClear
	keySuspend
)

type key struct {
	code keyCode
	text []rune // of keyText
}

// keyTable says by its byte what a key means; keyText is none. A table costs the
// program's start nothing, as a map does.
type keyTable [256]keyCode

var controls = keyTable{
	1: keyHome, 2: keyLeft, 3: keyInterrupt, 4: keyEOF, 5: keyEnd, 6: keyRight, 7: keyCancel, 8: keyBackspace,
	9: keyComplete, 10: keyEnter, 11: keyKillEnd, 12: keyClear, 13: keyEnter, 14: keyDown, 16: keyUp, 18: keySearch,
	19: keySearchForward, 20: keyTranspose, 21: keyKillStart, 23: keyKillBlank, 25: keyYank, 26: keySuspend, 0x7f: keyBackspace,
}

// metas are the keys typed with Alt, or after Escape.
var metas = keyTable{
	'b': keyWordLeft, 'f': keyWordRight, 'd': keyKillWordRight, 0x7f: keyKillWordLeft, 8: keyKillWordLeft,
	'<': keyFirst, '>': keyLast,
}

// finals are the keys named by the last byte of a sequence, tildes those named
// by its number, of one digit.
var (
	finals = keyTable{'A': keyUp, 'B': keyDown, 'C': keyRight, 'D': keyLeft, 'H': keyHome, 'F': keyEnd, 'Z': keyComplete,
		'a': keyUp, 'b': keyDown, 'c': keyWordRight, 'd': keyWordLeft}
	tildes = keyTable{'1': keyHome, '7': keyHome, '4': keyEnd, '8': keyEnd, '3': keyDelete}
	// modified are the keys that mean something else with Ctrl or Alt.
	modified = [keySuspend + 1]keyCode{keyLeft: keyWordLeft, keyRight: keyWordRight, keyDelete: keyKillWordRight}
)

const (
	pasteEnd     = "\x1b[201~"
	maxSequence  = 64
	maxPasteSize = 16 << 20 // bytes of one paste; what is more is dropped
)

type decoderState int

const (
	plain decoderState = iota
	escaped
	sequence // ESC [
	ss3      // ESC O
	pasting
)

// decoder makes keys of the bytes that a terminal sends. It drops NUL and every
// sequence that it does not know, such as a late answer of the terminal.
type decoder struct {
	state  decoderState
	params []byte // of a sequence
	text   []byte // typed, or pasted so far
	keys   []key
}

// feed takes what was read from the terminal and returns the keys that are
// complete. Text read at once is one key.
func (d *decoder) feed(b []byte) []key {
	d.keys = nil
	if d.state == pasting && len(b) == 1 && b[0] == 3 {
		// No terminal sends a lone Ctrl-C as part of a paste: the end was lost.
		d.state, d.text = plain, nil
	}
	for len(b) > 0 {
		if d.state == pasting {
			b = d.paste(b)
			continue
		}
		d.byte(b[0])
		b = b[1:]
	}
	if d.state == plain {
		d.flush(false)
	}
	return d.keys
}

// pending reports whether an Escape may be a key of its own: only time tells.
func (d *decoder) pending() bool { return d.state == escaped }

// timeout says that nothing followed the Escape.
func (d *decoder) timeout() []key {
	d.state = plain
	return []key{{code: keyEscape}}
}

func (d *decoder) byte(c byte) {
	switch d.state {
	case plain:
		if c >= ' ' && c != 0x7f {
			d.text = append(d.text, c)
			return
		}
		d.flush(true)
		if c == 0x1b {
			d.state = escaped
			return
		}
		d.named(&controls, c)
	case escaped:
		d.state = plain
		switch c {
		case '[':
			d.state, d.params = sequence, d.params[:0]
		case 'O':
			d.state = ss3
		case 0x1b:
			d.state = escaped
		case '\r', '\n':
			d.add(key{keyText, []rune{'\n'}})
		default:
			d.named(&metas, c)
		}
	case sequence:
		switch {
		case c == 0x1b:
			d.state = escaped
		case c < ' ': // broken off: the key counts
			d.state = plain
			d.byte(c)
		case c < 0x40 || c == '[' && len(d.params) == 0: // ESC [[A is F1 of the Linux console
			if len(d.params) < maxSequence {
				d.params = append(d.params, c)
			}
		default:
			d.state = plain
			d.sequence(string(d.params), c)
		}
	case ss3:
		d.state = plain
		d.named(&finals, c)
	}
}

func (d *decoder) add(k key) { d.keys = append(d.keys, k) }

func (d *decoder) named(names *keyTable, c byte) {
	if code := names[c]; code != keyText {
		d.add(key{code: code})
	}
}

func (d *decoder) sequence(params string, final byte) {
	number, modifier := params, ""
	for i := range params {
		if params[i] == ';' {
			number, modifier = params[:i], params[i+1:]
			break
		}
	}
	code := finals[final]
	switch {
	case final == '~' && number == "200":
		d.state = pasting
		return
	case final == '~':
		code = keyText
		if len(number) == 1 {
			code = tildes[number[0]]
		}
	case number != "" && number != "1": // rxvt says ESC [5D for Ctrl-Left; others are answers, not keys
		if modifier != "" || number < "2" || number > "8" {
			return
		}
		modifier = number
	}
	if code == keyText {
		return
	}
	if m := modified[code]; m != keyText && modifier != "" && modifier != "1" && modifier != "2" {
		code = m
	}
	d.add(key{code: code})
}

// paste takes pasted bytes up to the end of the paste and returns the rest.
func (d *decoder) paste(b []byte) []byte {
	from := max(0, len(d.text)-len(pasteEnd)+1) // the end may have come in two parts
	d.text = append(d.text, b...)
	i := bytes.Index(d.text[from:], []byte(pasteEnd))
	if i < 0 {
		if n := len(d.text); n > maxPasteSize+len(pasteEnd) {
			d.text = append(d.text[:maxPasteSize], d.text[n-len(pasteEnd):]...)
		}
		return nil
	}
	i += from
	rest := append([]byte(nil), d.text[i+len(pasteEnd):]...)
	text := clean(d.text[:i])
	d.state, d.text = plain, nil
	if n := len(text); n > 1 && text[n-1] == '\n' {
		text = text[:n-1] // the end of the last line is Enter's
	}
	if len(text) > 0 {
		d.add(key{keyText, text})
	}
	return rest
}

// flush makes a key of the text read so far. If more may come, an unfinished
// character at its end waits for the rest.
func (d *decoder) flush(all bool) {
	n := len(d.text)
	if !all {
		for i := 1; i < utf8.UTFMax && i <= n; i++ {
			if c := d.text[n-i]; utf8.RuneStart(c) {
				if !utf8.FullRune(d.text[n-i:]) {
					n -= i
				}
				break
			}
		}
	}
	if text := clean(d.text[:n]); len(text) > 0 {
		d.add(key{keyText, text})
	}
	d.text = append(d.text[:0], d.text[n:]...)
}

// clean makes text of bytes: ends of lines become "\n", and control characters
// that would be commands to the terminal are dropped, tabs kept.
func clean(b []byte) []rune {
	text := make([]rune, 0, len(b))
	cr := false
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		b = b[n:]
		switch {
		case r == '\r', r == '\n' && !cr, r == '\u2028', r == '\u2029':
			text = append(text, '\n')
		case r == '\t', r >= ' ' && r < 0x7f, r >= 0xa0:
			text = append(text, r)
		}
		cr = r == '\r'
	}
	return text
}
