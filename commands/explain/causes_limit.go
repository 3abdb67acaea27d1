package explain

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"

	"ipcsh/commands"
	"ipcsh/commands/text"
	"ipcsh/sysv"
)

// raise says how a limit is raised to n.
func (f *finding) raise(name string, n uint64) *text.Msg {
	if sysv.PrivateNamespace() {
		return text.F("ask for less, or raise the limit: limits %s=%d", "더 작게 요청하거나 한도를 올리세요: limits %s=%d", name, n)
	}
	return text.F("ask for less; in a private namespace (ipcsh --private) you set the limit yourself: limits %s=%d",
		"더 작게 요청하세요. 전용 네임스페이스(ipcsh --private)에서는 한도를 직접 정합니다: limits %s=%d", name, n)
}

// full explains ENOSPC, which speaks of a device. The kernel looks at the memory
// or the semaphores of the new object first, then at the number of objects.
func (f *finding) full() {
	switch f.kind {
	case commands.Queue:
		limits, use := msgLimits()
		f.tooMany("msgmni", int64(use.Msgpool), int64(limits.Msgmni))
	case commands.Segment:
		limits, use := shmLimits()
		page := uint(os.Getpagesize())
		size := uint(f.arg(1).I)
		pages := size/page + (size%page+page-1)/page
		if sum := use.ShmTot + pages; sum < pages || sum > limits.Shmall || pages > ^uint(0)/page {
			f.why(text.F("no disk is meant: the segment takes %d pages, and of shmall, %d pages for all segments together, %d are taken",
				"디스크가 아니라 한도 이야기입니다. 이 세그먼트는 %d쪽인데, 모든 세그먼트를 합한 한도 shmall %d쪽 가운데 %d쪽이 이미 쓰입니다", pages, limits.Shmall, use.ShmTot))
			f.removeSome(use.UsedIds > 0)
			f.next(f.raise("shmall", uint64(sum)))
			return
		}
		f.tooMany("shmmni", int64(use.UsedIds), int64(limits.Shmmni))
	case commands.Set:
		limits, use := semLimits()
		if sum := int64(use.Semaem) + f.arg(1).I; sum > int64(limits.Semmns) {
			f.why(text.F("no disk is meant: semmns allows %d semaphores in all sets together; %d exist, and %d more were asked for",
				"디스크가 아니라 한도 이야기입니다. 모든 집합을 합한 한도 semmns는 %d개인데, 이미 %d개가 있고 %d개를 더 요청했습니다", limits.Semmns, use.Semaem, f.arg(1).I))
			f.removeSome(use.Semusz > 0)
			f.next(f.raise("semmns", uint64(sum)))
			return
		}
		f.tooMany("semmni", int64(use.Semusz), int64(limits.Semmni))
	}
}

func (f *finding) tooMany(name string, used, limit int64) {
	own, dest := 0, 0
	for _, o := range commands.Objects(f.kind) {
		if mine(o.Perm()) {
			own++
		}
		if f.kind == commands.Segment && o.Perm().Mode&sysv.SHM_DEST != 0 {
			dest++
		}
	}
	switch {
	case used < limit:
		f.changed()
		return
	case dest > 0:
		f.why(text.F("no disk is meant: %s allows %d %ss and %d exist; %d of them was removed but is attached still, and counts until its last shmdt",
			"디스크가 아니라 한도 이야기입니다. 한도 %[1]s은(는) %[3]s %[2]d개인데 %[4]d개가 있습니다. 그중 %[5]d개는 제거되었지만 아직 attach되어 마지막 shmdt까지 개수에 듭니다", name, limit, noun(f.kind), used, dest))
	default:
		f.why(text.F("no disk is meant: %s allows %d %ss, and %d exist, %d of them yours",
			"디스크가 아니라 한도 이야기입니다. 한도 %[1]s은(는) %[3]s %[2]d개인데 이미 %[4]d개가 있습니다(자신의 것 %[5]d개)", name, limit, noun(f.kind), used, own))
	}
	f.removeSome(used > 0)
	f.next(f.raise(name, uint64(used+1)))
}

// removeSome names an object of one's own that could go.
func (f *finding) removeSome(any bool) {
	list := commands.Objects(f.kind)
	own := slices.IndexFunc(list, func(o *object) bool { return mine(o.Perm()) && o.Perm().Mode&sysv.SHM_DEST == 0 })
	switch {
	case own >= 0:
		f.next(text.F("remove what nobody needs (`%s` lists them), of yours for instance %s", "필요 없는 것을 없애세요(목록은 `%s`). 자신의 것 가운데 예를 들면 %s", ipcsOf(f.kind), ctl(f.kind, f.handle(list[own]), "IPC_RMID")))
	case any:
		f.next(text.F("none is yours to remove; `%s` shows whose they are", "없앨 수 있는 자신의 것이 없습니다. `%s`(으)로 누구의 것인지 보세요", ipcsOf(f.kind)))
	}
}

// getMemory explains ENOMEM of a get call.
func (f *finding) getMemory() {
	if f.kind != commands.Segment {
		f.noMemory()
		return
	}
	size := uint(f.arg(1).I)
	if f.arg(2).I&sysv.SHM_HUGETLB != 0 {
		f.why(text.F("%d bytes of huge pages were asked for; %d such pages are set aside, %d of them are free", "huge page로 %d바이트를 요청했습니다. 마련된 huge page는 %d개, 그중 빈 것은 %d개입니다",
			size, meminfo("HugePages_Total"), meminfo("HugePages_Free")))
		f.next(text.F("root sets some aside (sysctl vm.nr_hugepages=8), or leave SHM_HUGETLB out", "root가 sysctl vm.nr_hugepages=8로 마련하거나 SHM_HUGETLB를 빼세요"))
		return
	}
	total := (meminfo("MemTotal") + meminfo("SwapTotal")) >> 10
	f.why(text.F("%d MiB were asked for, and the kernel promises only what it could give: memory and swap are %d MiB (vm.overcommit_memory=%s)",
		"%d MiB를 요청했지만 커널은 줄 수 있는 만큼만 약속합니다. 메모리와 swap은 %d MiB입니다(vm.overcommit_memory=%s)", size>>20, total, proc("sys/vm/overcommit_memory")))
	f.next(text.F("ask for less, or without the promise: %s", "더 작게 요청하거나, 약속 없이 만드세요: %s", f.retyped("IPC_CREAT|SHM_NORESERVE|0600")))
}

// hugePages explains EPERM of shmget: only SHM_HUGETLB needs a privilege.
func (f *finding) hugePages() {
	f.why(text.F("SHM_HUGETLB locks memory: it takes CAP_IPC_LOCK or the group %s (vm.hugetlb_shm_group); RLIMIT_MEMLOCK is %s, you are %s",
		"SHM_HUGETLB는 메모리를 잠급니다. CAP_IPC_LOCK이 있거나 group %s(vm.hugetlb_shm_group)이어야 합니다. RLIMIT_MEMLOCK은 %s, 현재 프로세스는 %s입니다", proc("sys/vm/hugetlb_shm_group"), lockable(), self()))
	f.next(text.F("leave SHM_HUGETLB out, or ask root for that group", "SHM_HUGETLB를 빼거나, root에게 그 group에 넣어 달라고 하세요"))
}

// limits explains a limit that could not be written.
func (f *finding) limits(name string) {
	value := ""
	for _, arg := range f.arg(0).L {
		if v, ok := strings.CutPrefix(arg, name+"="); ok {
			value = v
		}
	}
	switch f.errno {
	case syscall.EACCES, syscall.EPERM:
		f.why(text.F("%s is for root of the user namespace that made this IPC namespace, and you are %s", "%s은(는) 이 IPC 네임스페이스를 만든 사용자 네임스페이스의 root만 바꿀 수 있습니다. 현재 프로세스는 %s입니다", name, self()))
		f.next(text.F("in a private namespace you are that root: ipcsh --private", "전용 네임스페이스에서는 그 root가 됩니다: ipcsh --private"))
	case syscall.EROFS:
		f.why(text.F("/proc/sys is mounted read-only here, as containers have it", "여기서는 /proc/sys가 읽기 전용으로 mount되어 있습니다. 컨테이너에서 흔한 일입니다"))
		f.next(text.F("set it outside of the container", "컨테이너 밖에서 바꾸세요"))
	case syscall.EINVAL, syscall.ERANGE:
		low, high := limitRange(name)
		f.why(text.F("%s takes a whole number from %s to %s, and %s is none", "%s에는 %s ~ %s 범위의 정수를 주어야 합니다. 준 값: %s", name, low, high, quoted(value)))
		f.next(text.F("limits %s=%s is what it is now", "지금 값은 limits %s=%s입니다", name, limitNow(name)))
	case syscall.ENOENT:
		f.why(text.F("this kernel has no setting kernel.%s", "이 커널에는 kernel.%s 설정이 없습니다", name))
		f.next(text.F("`limits` shows those that it has", "`limits`(으)로 있는 설정을 보세요"))
	}
}

func limitNow(name string) string {
	list, _ := sysv.ReadLimits("")
	for _, l := range list {
		if l.Name == name {
			return l.Value
		}
	}
	return "?"
}

// limitRange is what the kernel accepts (ipc/ipc_sysctl.c). There are 32768 ids
// unless the system was booted with ipcmni_extend.
func limitRange(name string) (low, high string) {
	switch name {
	case "msgmni", "shmmni", "semmni":
		if cmdline, _ := os.ReadFile("/proc/cmdline"); strings.Contains(string(cmdline), "ipcmni_extend") {
			return "0", fmt.Sprint(1 << 24)
		}
		return "0", "32768"
	case "shmmax", "shmall":
		return "0", fmt.Sprint(^uint(0))
	case "shm_rmid_forced":
		return "0", "1"
	case "semmsl", "semmns", "semopm":
		return "-2147483648", "2147483647"
	}
	return "0", "2147483647"
}
