package text

import "testing"

func TestJosa(t *testing.T) {
	for in, want := range map[string]string{
		"메시지 큐이(가)": "메시지 큐가", "집합이(가)": "집합이", "q (msqid 0)은(는)": "q (msqid 0)은", "mtype 2을(를)": "mtype 2를",
		"0(이)라서 -1을(를)": "0이라서 -1을", "msgrcv을(를)": "msgrcv를", "shmctl(으)로": "shmctl로", "msgrcv q 0(으)로": "msgrcv q 0으로",
		"mode 0600은(는) 7(으)로": "mode 0600은 7로", "\"x\"이(가)": "\"x\"가", "없음": "없음", "을(를)": "를",
	} {
		if got := josa(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
	if got := F("no %s", "%s이(가) 없습니다", "메시지 큐").In(Ko); got != "메시지 큐가 없습니다" {
		t.Error(got)
	}
}
