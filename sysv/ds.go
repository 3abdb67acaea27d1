package sysv

import "unsafe"

// The structures of the ctl calls are the kernel's, byte for byte. The same
// declarations serve amd64, arm64, riscv64 and 386: unsigned long is Go's uint
// on all of them, and what differs is in longTime and semTime.
//
// Times are seconds since 1970, 0 for "never".

// IpcPerm is struct ipc64_perm (asm-generic/ipcbuf.h):
//
//	__kernel_key_t   key;
//	__kernel_uid32_t uid, gid, cuid, cgid;
//	__kernel_mode_t  mode;                              // 4 bytes with its padding
//	unsigned char    __pad1[4 - sizeof(__kernel_mode_t)];
//	unsigned short   seq, __pad2;
//	__kernel_ulong_t __unused1, __unused2;
type IpcPerm struct {
	Key        Key
	Uid, Gid   uint32 // owner, may be changed
	Cuid, Cgid uint32 // creator
	Mode       uint32 // nine permission bits; for segments also SHM_DEST, SHM_LOCKED
	Seq        uint16 // id / 32768
	_          uint16
	_, _       uint
}

// MsqidDs is struct msqid64_ds (asm-generic/msgbuf.h):
//
//	struct ipc64_perm msg_perm;
//	long              msg_stime, msg_rtime, msg_ctime;  // 32 bit: low and high half of each
//	unsigned long     msg_cbytes, msg_qnum, msg_qbytes;
//	__kernel_pid_t    msg_lspid, msg_lrpid;
//	unsigned long     __unused4, __unused5;
type MsqidDs struct {
	IpcPerm
	stime, rtime, ctime  longTime
	Cbytes, Qnum, Qbytes uint
	Lspid, Lrpid         int32
	_, _                 uint
}

func (d *MsqidDs) Stime() int64 { return d.stime.sec() } // last msgsnd
func (d *MsqidDs) Rtime() int64 { return d.rtime.sec() } // last msgrcv
func (d *MsqidDs) Ctime() int64 { return d.ctime.sec() } // creation or last IPC_SET

// ShmidDs is struct shmid64_ds (asm-generic/shmbuf.h):
//
//	struct ipc64_perm shm_perm;
//	__kernel_size_t   shm_segsz;
//	long              shm_atime, shm_dtime, shm_ctime;  // 32 bit: low and high half of each
//	__kernel_pid_t    shm_cpid, shm_lpid;
//	unsigned long     shm_nattch, __unused4, __unused5;
type ShmidDs struct {
	IpcPerm
	Segsz               uint // bytes, as requested
	atime, dtime, ctime longTime
	Cpid, Lpid          int32
	Nattch              uint // mappings, not processes
	_, _                uint
}

func (d *ShmidDs) Atime() int64 { return d.atime.sec() } // last shmat
func (d *ShmidDs) Dtime() int64 { return d.dtime.sec() } // last shmdt
func (d *ShmidDs) Ctime() int64 { return d.ctime.sec() } // creation or last IPC_SET

// SemidDs is struct semid64_ds. x86-64 alone has a word after each time
// (x86/asm/sembuf.h), the other 64-bit machines have none (asm-generic/sembuf.h):
//
//	struct ipc64_perm sem_perm;
//	long              sem_otime;   // + unsigned long __unused1 on x86-64, the high half on 32 bit
//	long              sem_ctime;   // + unsigned long __unused2 on x86-64, the high half on 32 bit
//	unsigned long     sem_nsems, __unused3, __unused4;
type SemidDs struct {
	IpcPerm
	otime, ctime semTime
	Nsems        uint
	_, _         uint
}

func (d *SemidDs) Otime() int64 { return d.otime.sec() } // last semop, 0 before the first
func (d *SemidDs) Ctime() int64 { return d.ctime.sec() } // creation, last IPC_SET, SETVAL or SETALL

// Msginfo is struct msginfo: the limits (IPC_INFO); with MSG_INFO Msgpool is
// the number of queues, Msgmap of messages, Msgtql of bytes in use.
//
//	int msgpool, msgmap, msgmax, msgmnb, msgmni, msgssz, msgtql;
//	unsigned short msgseg;
type Msginfo struct {
	Msgpool, Msgmap, Msgmax, Msgmnb, Msgmni, Msgssz, Msgtql int32
	Msgseg                                                  uint16
	_                                                       uint16
}

// Shminfo is struct shminfo64: the limits (IPC_INFO). Shmmax is in bytes,
// Shmall in pages.
//
//	unsigned long shmmax, shmmin, shmmni, shmseg, shmall, __unused1, ..., __unused4;
type Shminfo struct {
	Shmmax, Shmmin, Shmmni, Shmseg, Shmall uint
	_, _, _, _                             uint
}

// ShmInfo is struct shm_info: what is in use (SHM_INFO), in pages.
//
//	int used_ids;
//	unsigned long shm_tot, shm_rss, shm_swp, swap_attempts, swap_successes;
type ShmInfo struct {
	UsedIds                                             int32
	ShmTot, ShmRss, ShmSwp, SwapAttempts, SwapSuccesses uint
}

// Seminfo is struct seminfo: the limits (IPC_INFO); with SEM_INFO Semusz is the
// number of sets, Semaem of semaphores in use.
//
//	int semmap, semmni, semmns, semmnu, semmsl, semopm, semume, semusz, semvmx, semaem;
type Seminfo struct {
	Semmap, Semmni, Semmns, Semmnu, Semmsl, Semopm, Semume, Semusz, Semvmx, Semaem int32
}

// scratch is what the kernel is shown in place of the caller's structure, so
// that a command and a structure that do not belong together cannot make it
// write past the latter. It is larger than every structure above.
type scratch [32]uint

func (s *scratch) load(p unsafe.Pointer, size uintptr) {
	copy(s.bytes(), unsafe.Slice((*byte)(p), size))
}

func (s *scratch) store(p unsafe.Pointer, size uintptr) {
	copy(unsafe.Slice((*byte)(p), size), s.bytes())
}

func (s *scratch) bytes() []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(s)), unsafe.Sizeof(*s))
}
