package explain

import (
	"strings"

	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// topic is an idea of the lecture or a part of the language.
type topic struct {
	name  string
	alias string // one more name, or none
	page  func() (page text.Text, example string)
}

// topics are in the order in which a lecture has them; the language comes last.
var topics = [...]topic{
	{"kinds", "", kindsTopic}, {"key", "", keyTopic}, {"ftok", "", ftokTopic}, {"persistence", "", persistenceTopic},
	{"permissions", "", permissionsTopic}, {"ipc_perm", "", ipcPermTopic}, {"security", "", securityTopic},
	{"types", "", typesTopic}, {"msqid_ds", "", msqidDsTopic}, {"blocking", "", blockingTopic},
	{"attach", "", attachTopic}, {"dest", "", destTopic},
	{"semaphore", "", semaphoreTopic}, {"undo", "", undoTopic}, {"mutex", "", mutexTopic},
	{"producer", "consumer", producerTopic}, {"deadlock", "", deadlockTopic},
	{"processes", "", processesTopic}, {"blocked", "settling", blockedTopic}, {"fork", "", forkTopic}, {"signals", "", signalsTopic},
	{"limits", "", limitsTopic}, {"namespaces", "", namespacesTopic},
	{"payload", "", payloadTopic}, {"expressions", "", expressionsTopic}, {"expect", "", expectTopic},
	{"handles", "", handlesTopic}, {"blocks", "", blocksTopic}, {"prompt", "save", promptTopic},
	{"labs", "lab", labsTopic},
}

// Page implements commands.Explainer.
func (e *Explainer) Page(name string, l text.Lang) []string {
	for i := range topics {
		if t := &topics[i]; name == t.name || name == t.alias && name != "" {
			return t.lines(l)
		}
	}
	name = strings.ToUpper(name)
	if page := errnoPage(e.s.Table, name, l); page != nil || !strings.HasPrefix(name, "SIG") {
		return page
	}
	if _, ok := sysv.SignalByName(name); ok {
		return e.Page("signals", l)
	}
	return nil
}

// Pages implements commands.Explainer.
func (e *Explainer) Pages() []string {
	var names []string
	for i := range topics {
		names = append(names, topics[i].name)
	}
	return append(append(names, sysv.ErrnoNames()...), fault)
}

// lines returns the topic's page: its text, and its example below.
func (t *topic) lines(l text.Lang) []string {
	page, example := t.page()
	out := append(strings.Split(page.In(l), "\n"), "")
	for _, line := range strings.Split(example, "\n") {
		out = append(out, "    "+line)
	}
	return out
}

// Example returns the statements of a topic's example; "" where there is no such
// topic.
func Example(name string) string {
	for i := range topics {
		if topics[i].name == name {
			_, example := topics[i].page()
			return example
		}
	}
	return ""
}
