package ctype

import (
	"strings"

	"ipcsh/commands/text"
)

// keywords cannot name anything, and are no types here either.
const keywords = `auto break case const continue default do else enum extern for goto if inline
	register restrict return sizeof static struct switch typedef union void volatile while _Atomic _Complex`

func isKeyword(s string) bool { return isWord(s) || among(s, strings.Fields(keywords)) }

type parser struct {
	scanner
	scope Scope
	self  string // the struct that is being declared
	num   func(string) (int64, error)
}

// ParseStruct parses the member declarations between the braces of struct name:
// "int mnum; char who[16];". Array lengths are read by num, or are literals if
// it is nil. Every error is an *Error whose offsets count from body's begin. The
// struct is returned, not added to s.
func (s Scope) ParseStruct(name, body string, num func(string) (int64, error)) (*Type, error) {
	t := &Type{Name: "struct " + name, Kind: Struct, Align: 1}
	if msg := checkName(name); msg != nil {
		return nil, &Error{0, 0, msg}
	}
	src, e := blankComments(body)
	if e != nil {
		return nil, e
	}
	p := &parser{scanner{src: src}, s, name, num}
	if e := p.members(t); e != nil {
		return nil, e
	}
	if len(t.Members) == 0 {
		return nil, &Error{0, len(body), text.F("struct %s has no members", "struct %s: 멤버가 없습니다", name)}
	}
	t.Size = alignUp(t.Size, t.Align)
	return t, nil
}

// checkName refuses a struct whose payloads would look like another type's.
func checkName(name string) *text.Msg {
	switch {
	case name == "":
		return text.F("a struct needs a name: struct q_entry { ... }", "struct에는 이름이 필요합니다: struct q_entry { ... }")
	case !isIdent(name):
		return text.F("%q cannot name a struct; a name has letters, digits and _ and no digit first",
			"%q: struct 이름으로 쓸 수 없습니다. 이름은 영문자, 숫자, _로 이루어지고 숫자로 시작하지 않습니다", name)
	case isKeyword(name):
		return text.F("%s is a word of C and cannot name a struct", "%s: C의 예약어라서 struct 이름으로 쓸 수 없습니다", name)
	case scalars()[name] != nil, among(name, encodings):
		return text.F("%s: already is a payload type; give the struct another name",
			"%s: 이미 있는 payload 타입입니다. struct에 다른 이름을 붙이세요", name)
	}
	return nil
}

func (p *parser) members(t *Type) *Error {
	seen := map[string]bool{}
	for {
		switch p.peek().kind {
		case 0:
			return nil
		case ';':
			p.next()
			continue
		}
		base, e := p.specifier()
		if e != nil {
			return e
		}
		for more := true; more; {
			name, m, e := p.declarator(base)
			if e != nil {
				return e
			}
			if seen[name.text] {
				return errAt(name, text.F("member %s is declared twice", "멤버 %s: 두 번 선언되었습니다", name.text))
			}
			seen[name.text] = true
			if !t.add(name.text, m) {
				return errAt(name, text.F("with %s, %s is larger than %d bytes", "멤버 %s까지 더하면 %s: %d바이트보다 큽니다",
					name.text, t.Name, MaxSize))
			}
			if more, e = p.separator(name); e != nil {
				return e
			}
		}
	}
}

// specifier reads the type that stands before the declarators.
func (p *parser) specifier() (*Type, *Error) {
	from := p.peek().pos
	var words []string
	for {
		t := p.peek()
		switch {
		case t.kind == 'a' && (t.text == "const" || t.text == "volatile"): // change no layout
			p.next()
		case t.kind == 'a' && isWord(t.text):
			words = append(words, p.next().text)
		case len(words) > 0:
			at := token{pos: from, end: p.last}
			u, ok := scalars()[spelling(words)]
			if !ok {
				return nil, errAt(at, unknownType(strings.Join(words, " "), scalarNames()))
			}
			return u, nil
		case t.kind != 'a':
			return nil, p.unexpected(text.New("a type", "타입"))
		case t.text == "struct":
			p.next()
			return p.structName()
		default:
			p.next()
			return p.typeName(t)
		}
	}
}

func (p *parser) structName() (*Type, *Error) {
	t := p.peek()
	if t.kind == 'a' {
		p.next()
		if t.text == p.self {
			return nil, errAt(t, text.F("struct %s cannot contain itself", "struct %s: 자기 자신을 포함할 수 없습니다", t.text))
		}
		if u, ok := p.scope[t.text]; ok && p.peek().kind != '{' {
			return u, nil
		}
	}
	if p.peek().kind == '{' {
		return nil, errAt(p.peek(), text.F("declare the inner struct first, by itself", "안쪽 struct를 먼저 따로 선언하세요"))
	}
	if t.kind != 'a' {
		return nil, p.unexpected(text.New("the name of a struct", "struct 이름"))
	}
	return nil, errAt(t, unknownType("struct "+t.text, p.scope.structs("struct ")))
}

// typeName reads a type that is one word: a typedef of the system's.
func (p *parser) typeName(t token) (*Type, *Error) {
	if u, ok := scalars()[t.text]; ok {
		return u, nil
	}
	switch _, declared := p.scope[t.text]; {
	case declared || t.text == p.self:
		return nil, errAt(t, text.F("write struct %s: a struct's name alone is no type in C",
			"struct %s라고 쓰세요: C에서 struct 이름만으로는 타입이 아닙니다", t.text))
	case t.text == "void" && p.peek().kind == '*':
		return nil, p.pointer()
	case isKeyword(t.text):
		return nil, errAt(t, text.F("%s cannot stand here; members are scalars, arrays and declared structs",
			"%s: 여기에 쓸 수 없습니다. 멤버는 스칼라, 배열, 선언된 struct입니다", t.text))
	}
	return nil, errAt(t, unknownType(t.text, append(scalarNames(), p.scope.structs("struct ")...)))
}

// declarator reads a member's name and the lengths of its array.
func (p *parser) declarator(base *Type) (token, *Type, *Error) {
	for t := p.peek(); t.text == "const" || t.text == "volatile"; t = p.peek() {
		p.next()
	}
	name := p.peek()
	switch {
	case name.kind == '*' || name.kind == '(':
		return name, nil, p.pointer()
	case name.kind == ':':
		return name, nil, p.bitField()
	case name.kind != 'a':
		return name, nil, p.unexpected(text.New("a member's name", "멤버 이름"))
	case isKeyword(name.text):
		return name, nil, errAt(name, text.F("%s is a word of C and cannot name a member",
			"%s: C의 예약어라서 멤버 이름으로 쓸 수 없습니다", name.text))
	}
	p.next()
	var lengths []string
	dims := p.peek()
	for t := dims; t.kind == '['; t = p.peek() {
		n := bracket(p.src[t.pos:])
		if n == 0 {
			return name, nil, errAt(t, text.F("] is missing", "닫는 괄호 ]가 없습니다"))
		}
		p.pos, p.last = t.pos+n, t.pos+n
		length := strings.TrimSpace(p.src[t.pos+1 : t.pos+n-1])
		if length == "" {
			return name, nil, &Error{t.pos, p.pos, text.F("array %s needs a length", "배열 %s: 길이가 필요합니다", name.text)}
		}
		lengths = append(lengths, length)
	}
	u, err := arrayOf(base, lengths, p.num)
	if err != nil {
		return name, nil, &Error{dims.pos, p.last, message(err)}
	}
	return name, u, nil
}

// separator reads what follows a member: a comma (more members of the same
// type), or the semicolon.
func (p *parser) separator(name token) (more bool, e *Error) {
	switch t := p.peek(); t.kind {
	case ',', ';':
		p.next()
		return t.kind == ',', nil
	case ':':
		return false, p.bitField()
	case '(':
		return false, errAt(t, text.F("%s is a function; a struct holds data", "%s: 함수입니다. struct에는 데이터만 들어갑니다", name.text))
	case 0, 'a':
		return false, &Error{p.last, p.last, text.F("; is missing after %s", "%s 뒤에 세미콜론(;)이 없습니다", name.text)}
	}
	return false, p.unexpected(text.New(", or ;", ", 또는 ;"))
}

func (p *parser) pointer() *Error {
	return errAt(p.peek(), text.F("a pointer means nothing in another process; put the data itself here: char who[16]",
		"포인터는 다른 프로세스에서 의미가 없습니다. 데이터 자체를 넣으세요: char who[16]"))
}

func (p *parser) bitField() *Error {
	return errAt(p.peek(), text.F("bit fields are not supported; use a whole int, or flags in one",
		"비트 필드는 지원하지 않습니다. int 하나를 쓰거나 그 안에 플래그를 두세요"))
}

func (p *parser) unexpected(want text.Text) *Error {
	t := p.peek()
	if t.kind == 0 {
		return errAt(t, text.F("the declaration ends where %s is needed", "선언이 끝났습니다. 필요한 것: %s", want))
	}
	return errAt(t, text.F("%q stands where %s is needed", "%q 자리에 필요한 것: %s", t.text, want))
}

// message returns err as a text in both languages.
func message(err error) *text.Msg {
	if m, ok := err.(*text.Msg); ok {
		return m
	}
	return text.F("%s", "%s", err)
}
