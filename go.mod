module ipcsh

go 1.22

require (
	github.com/chzyer/readline v1.5.1
	github.com/creack/pty v1.1.24
	github.com/google/shlex v0.0.0-20191202100458-e7afc7fbc510
	github.com/landlock-lsm/go-landlock v0.0.0-20251103212306-430f8e5cd97c
	github.com/valyala/fastjson v1.6.7
	golang.org/x/sys v0.30.0
	golang.org/x/text v0.14.0
)

require kernel.org/pub/linux/libs/security/libcap/psx v1.2.77 // indirect

require (
	github.com/rogpeppe/go-internal v1.13.1
	golang.org/x/tools v0.22.0 // indirect
)
