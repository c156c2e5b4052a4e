/* sys/signalfd.h - not in this kernel, which has sigwaitinfo: ENOSYS. */
#ifndef SYS_SIGNALFD_H
#define SYS_SIGNALFD_H
#include <signal.h>
#include <stdint.h>
#define SFD_NONBLOCK 04000
#define SFD_CLOEXEC 02000000
struct signalfd_siginfo {
    uint32_t ssi_signo;
    int32_t ssi_errno, ssi_code;
    uint32_t ssi_pid, ssi_uid;
    int32_t ssi_fd;
    uint32_t ssi_tid, ssi_band, ssi_overrun, ssi_trapno;
    int32_t ssi_status, ssi_int;
    uint64_t ssi_ptr, ssi_utime, ssi_stime, ssi_addr;
    uint8_t __room[48];
};
int signalfd(int fd, const sigset_t *set, int flags);
#endif
