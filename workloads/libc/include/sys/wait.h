/* sys/wait.h - the end of children. */
#ifndef SYS_WAIT_H
#define SYS_WAIT_H
#include <signal.h>
#include <sys/types.h>
#define WNOHANG 1
#define WUNTRACED 2
#define WSTOPPED 2
#define WEXITED 4
#define WCONTINUED 8
#define __WALL 0x40000000
#define WNOWAIT 0x01000000
#define WEXITSTATUS(s) (((s) >> 8) & 255)
#define WTERMSIG(s) ((s) & 127)
#define WSTOPSIG(s) WEXITSTATUS(s)
#define WIFEXITED(s) (WTERMSIG(s) == 0)
#define WIFSIGNALED(s) (WTERMSIG(s) != 0 && WTERMSIG(s) != 127)
#define WIFSTOPPED(s) (((s) & 255) == 127)
#define WIFCONTINUED(s) ((s) == 0xffff)
#define W_EXITCODE(code, sig) ((code) << 8 | (sig))
#define WCOREDUMP(s) ((s) & 128)
typedef enum { P_ALL, P_PID, P_PGID } idtype_t;
struct rusage;
pid_t wait(int *status);
pid_t waitpid(pid_t pid, int *status, int options);
int waitid(idtype_t type, id_t id, siginfo_t *info, int options);
pid_t wait3(int *status, int options, struct rusage *usage);
pid_t wait4(pid_t pid, int *status, int options, struct rusage *usage);
#endif
