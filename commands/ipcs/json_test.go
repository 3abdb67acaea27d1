package ipcs

import (
	"bytes"
	"encoding/json"
	"strings"
	"syscall"
	"testing"

	"ipcsh/sysv"
)

func jsonText(t *testing.T, o *Objects, l *Live, opt JSONOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteJSON(&b, o, l, opt); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(b.Bytes()) {
		t.Fatalf("no JSON: %s", b.String())
	}
	return b.String()
}

func TestJSONGolden(t *testing.T) {
	var tr transcript
	add := func(line string, o *Objects, l *Live, opt JSONOptions) {
		tr.add(t, line, func() error { tr.WriteString(jsonText(t, o, l, opt)); return nil })
	}
	add("ipcs --json", someObjects(), someLive(), JSONOptions{})
	add("ipcs --json, messages and processes", someObjects(), someLive(), JSONOptions{Messages: true, Processes: true})
	add("ipcs --json, messages and processes, with permissions in the way", someObjects(), hiding(someLive()), JSONOptions{Messages: true, Processes: true})
	add("ipcs -q --json, where nobody looks and no id has a name", someObjects(), &Live{Now: someLive().Now}, JSONOptions{Q: true, Processes: true})
	add("ipcs -m -s --json, without objects", &Objects{}, silent(t), JSONOptions{M: true, S: true})
	l := someLive()
	l.Messages = func(int) ([]Message, error) { return nil, &sysv.Error{Call: "msgrcv", Errno: syscall.ENOSYS} }
	add("ipcs -q --json, on a kernel without MSG_COPY", someObjects(), l, JSONOptions{Q: true, Messages: true})
	goldenReport(t, "json.txt", tr.String())
}

// TestJSONTypes reads it back: what is a number is one.
func TestJSONTypes(t *testing.T) {
	var got struct {
		Time   string
		Queues []struct {
			Id, Key, Mode, Cbytes, Qnum, Lspid, Lrpid, Age, Uid, Cuid int64
			Qbytes                                                    *int64
			Key_hex, Mode_octal                                       string
			User, Cuser, Stime, Rtime                                 *string
			Messages                                                  []struct{ Type, Size *int64 }
			Hidden                                                    map[string]string
		}
		Segments []struct {
			Id, Segsz, Nattch, Cpid, Rss, Swap int64
			Dest, Locked                       bool
		}
		Sets []struct {
			Nsems      int
			Semaphores []struct{ Value, Ncnt, Zcnt, Pid int }
			Hidden     map[string]string
		}
	}
	text := jsonText(t, someObjects(), someLive(), JSONOptions{Messages: true})
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	q := got.Queues[0]
	if got.Time != "2026-03-02T12:00:00+09:00" || q.Id != 3 || q.Key != 0x4102000a || q.Key_hex != "0x4102000a" || q.Mode != 0o600 || q.Mode_octal != "0600" || q.Cbytes != 300 ||
		q.Rtime != nil || *q.Stime != "2026-03-02T09:05:07+09:00" || *q.User != "root" || *q.Qbytes != 65536 || len(q.Messages) != 3 || *q.Messages[0].Size != 100 || q.Messages[2].Size != nil || q.Hidden != nil {
		t.Errorf("%+v", q)
	}
	if q := got.Queues[1]; q.Key != 0xffffffff || q.Cuid != 4294967294 || q.Cuser != nil || q.Messages != nil || q.Hidden["messages"] != "EACCES" || q.Age != 12*3600+86400-1 {
		t.Errorf("%+v", q)
	}
	if m := got.Segments[1]; m.Dest || !m.Locked || m.Segsz != 1<<30 || m.Swap != 8192 {
		t.Errorf("%+v", m)
	}
	if s := got.Sets[0]; len(s.Semaphores) != 3 || s.Semaphores[1].Zcnt != 2 || s.Semaphores[2].Value != 32767 {
		t.Errorf("%+v", s)
	}
	if s := got.Sets[1]; s.Semaphores != nil || s.Hidden["semaphores"] != "EACCES" {
		t.Errorf("%+v", s)
	}
	if strings.Contains(jsonText(t, someObjects(), silent(t), JSONOptions{Q: true, M: true}), "sets") {
		t.Error("a kind that nobody asked for")
	}
	if err := WriteJSON(brokenWriter{}, someObjects(), someLive(), JSONOptions{}); err == nil {
		t.Error("no error of the writer")
	}
}
