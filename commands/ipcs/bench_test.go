package ipcs

import (
	"io"
	"testing"

	"ipcsh/sysv"
)

// BenchmarkIpcsQueues lists 2,000 queues.
func BenchmarkIpcsQueues(b *testing.B) {
	for range 2000 {
		id, err := sysv.Msgget(sysv.IPC_PRIVATE, 0o600)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { sysv.Msgctl(id, sysv.IPC_RMID, nil) })
	}
	b.ResetTimer()
	for range b.N {
		Ipcs([]string{"-q"}, Env{Out: io.Discard, Err: io.Discard})
	}
}
