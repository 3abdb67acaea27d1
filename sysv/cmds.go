package sysv

import "fmt"

// The cmd of each ctl call.
type (
	MsgctlCmd int
	ShmctlCmd int
	SemctlCmd int
)

func (c MsgctlCmd) String() string { return cmdName(MsgctlCmds, int(c)) }
func (c ShmctlCmd) String() string { return cmdName(ShmctlCmds, int(c)) }
func (c SemctlCmd) String() string { return cmdName(SemctlCmds, int(c)) }

var (
	MsgctlCmds = []FlagName{{"IPC_RMID", IPC_RMID}, {"IPC_SET", IPC_SET}, {"IPC_STAT", IPC_STAT}, {"IPC_INFO", IPC_INFO},
		{"MSG_STAT", MSG_STAT}, {"MSG_INFO", MSG_INFO}, {"MSG_STAT_ANY", MSG_STAT_ANY}}
	ShmctlCmds = []FlagName{{"IPC_RMID", IPC_RMID}, {"IPC_SET", IPC_SET}, {"IPC_STAT", IPC_STAT}, {"IPC_INFO", IPC_INFO},
		{"SHM_LOCK", SHM_LOCK}, {"SHM_UNLOCK", SHM_UNLOCK},
		{"SHM_STAT", SHM_STAT}, {"SHM_INFO", SHM_INFO}, {"SHM_STAT_ANY", SHM_STAT_ANY}}
	SemctlCmds = []FlagName{{"IPC_RMID", IPC_RMID}, {"IPC_SET", IPC_SET}, {"IPC_STAT", IPC_STAT}, {"IPC_INFO", IPC_INFO},
		{"GETPID", GETPID}, {"GETVAL", GETVAL}, {"GETALL", GETALL}, {"GETNCNT", GETNCNT}, {"GETZCNT", GETZCNT},
		{"SETVAL", SETVAL}, {"SETALL", SETALL},
		{"SEM_STAT", SEM_STAT}, {"SEM_INFO", SEM_INFO}, {"SEM_STAT_ANY", SEM_STAT_ANY}}
)

// cmdName returns C's name of a command, or the number.
func cmdName(names []FlagName, cmd int) string {
	for _, n := range names {
		if n.Bit == int64(cmd) {
			return n.Name
		}
	}
	return fmt.Sprint(cmd)
}
