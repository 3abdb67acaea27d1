package explain

import "ipcsh/commands"

// causes finds why a call failed.
func causes(c *commands.Call, err error) *commands.Explanation { return nil }

// Notes implements commands.Explainer.
func (e *Explainer) Notes(c *commands.Call, res *commands.Result) []commands.Note { return nil }
