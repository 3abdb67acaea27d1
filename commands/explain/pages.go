package explain

import (
	"ipcsh/commands/text"
)

// Page implements commands.Explainer.
func (e *Explainer) Page(name string, l text.Lang) []string { return nil }

// Pages implements commands.Explainer.
func (e *Explainer) Pages() []string { return nil }

func lastPage(f *failure, l text.Lang) []string { return []string{f.err.Error()} }
