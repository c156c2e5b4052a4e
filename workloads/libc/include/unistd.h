/* unistd.h - processes and descriptors. */
#ifndef UNISTD_H
#define UNISTD_H
#include <getopt.h>
#include <sys/types.h>
#define STDIN_FILENO 0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2
#define R_OK 4
#define W_OK 2
#define X_OK 1
#define F_OK 0
#ifndef SEEK_SET
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#define SEEK_DATA 3
#define SEEK_HOLE 4
#endif
#define _POSIX_VERSION 200809L
#define _POSIX_THREADS 200809L
#define _POSIX_TIMERS 200809L
#define _SC_ARG_MAX 0
#define _SC_CHILD_MAX 1
#define _SC_CLK_TCK 2
#define _SC_OPEN_MAX 4
#define _SC_NGROUPS_MAX 3
#define _SC_STREAM_MAX 5
#define _SC_TZNAME_MAX 6
#define _SC_JOB_CONTROL 7
#define _SC_SAVED_IDS 8
#define _SC_REALTIME_SIGNALS 9
#define _SC_PRIORITY_SCHEDULING 10
#define _SC_TIMERS 11
#define _SC_FSYNC 15
#define _SC_MAPPED_FILES 16
#define _SC_SEMAPHORES 21
#define _SC_SHARED_MEMORY_OBJECTS 22
#define _SC_VERSION 29
#define _SC_RTSIG_MAX 31
#define _SC_SEM_NSEMS_MAX 32
#define _SC_SEM_VALUE_MAX 33
#define _SC_SIGQUEUE_MAX 34
#define _SC_TIMER_MAX 35
#define _SC_LINE_MAX 43
#define _SC_IOV_MAX 60
#define _SC_THREADS 67
#define _SC_GETGR_R_SIZE_MAX 69
#define _SC_GETPW_R_SIZE_MAX 70
#define _SC_LOGIN_NAME_MAX 71
#define _SC_THREAD_DESTRUCTOR_ITERATIONS 73
#define _SC_THREAD_KEYS_MAX 74
#define _SC_THREAD_STACK_MIN 75
#define _SC_THREAD_THREADS_MAX 76
#define _SC_ATEXIT_MAX 87
#define _SC_MONOTONIC_CLOCK 149
#define _SC_SYMLOOP_MAX 173
#define _SC_HOST_NAME_MAX 180
#define _SC_PAGESIZE 30
#define _SC_PAGE_SIZE 30
#define _SC_NPROCESSORS_CONF 83
#define _SC_NPROCESSORS_ONLN 84
#define _SC_PHYS_PAGES 85
#define _SC_AVPHYS_PAGES 86
#define _PC_LINK_MAX 0
#define _PC_MAX_CANON 1
#define _PC_MAX_INPUT 2
#define _PC_NAME_MAX 3
#define _PC_PATH_MAX 4
#define _PC_PIPE_BUF 5
#define _PC_CHOWN_RESTRICTED 6
#define _PC_NO_TRUNC 7
#define _PC_VDISABLE 8
#define _CS_PATH 0
#define F_ULOCK 0
#define F_LOCK 1
#define F_TLOCK 2
#define F_TEST 3
extern char **environ;
/* Again as long as a signal interrupts it; wants errno.h. */
#define TEMP_FAILURE_RETRY(call) \
    (__extension__({ long __r; do __r = (long)(call); while (__r == -1 && errno == EINTR); __r; }))
ssize_t read(int fd, void *buf, size_t n);
ssize_t write(int fd, const void *buf, size_t n);
ssize_t pread(int fd, void *buf, size_t n, off_t at);
/* At `at`, with O_APPEND too, as POSIX has it; Linux appends then (pwrite(2), "BUGS"). */
ssize_t pwrite(int fd, const void *buf, size_t n, off_t at);
off_t lseek(int fd, off_t offset, int whence);
int close(int fd);
int pipe(int fd[2]);
int pipe2(int fd[2], int flags);
int dup(int fd);
int dup2(int from, int to);
int dup3(int from, int to, int flags);
int fsync(int fd);
int fdatasync(int fd);
void sync(void);
int ftruncate(int fd, off_t size);
int truncate(const char *path, off_t size);
int isatty(int fd);
char *ttyname(int fd);
int ttyname_r(int fd, char *buf, size_t n);
int access(const char *path, int how);
int faccessat(int dir, const char *path, int how, int flags);
int link(const char *from, const char *to);
int symlink(const char *text, const char *path);
ssize_t readlink(const char *path, char *buf, size_t n);
int linkat(int dir, const char *from, int to_dir, const char *to, int flags);
int symlinkat(const char *text, int dir, const char *path);
ssize_t readlinkat(int dir, const char *path, char *buf, size_t n);
int fchownat(int dir, const char *path, uid_t uid, gid_t gid, int flags);
int lchown(const char *path, uid_t uid, gid_t gid);
int unlink(const char *path);
int unlinkat(int dir, const char *path, int flags);
int rmdir(const char *path);
int chdir(const char *path);
int fchdir(int fd);
char *getcwd(char *buf, size_t n);
int chown(const char *path, uid_t uid, gid_t gid);
int fchown(int fd, uid_t uid, gid_t gid);
pid_t fork(void);
pid_t vfork(void);
int execve(const char *path, char *const argv[], char *const envp[]);
int execv(const char *path, char *const argv[]);
int execvp(const char *file, char *const argv[]);
int execvpe(const char *file, char *const argv[], char *const envp[]);
int execl(const char *path, const char *arg, ...);
int execlp(const char *file, const char *arg, ...);
int execle(const char *path, const char *arg, ...);
_Noreturn void _exit(int status);
pid_t getpid(void);
pid_t getppid(void);
pid_t gettid(void);
pid_t getpgrp(void);
pid_t getpgid(pid_t pid);
int setpgid(pid_t pid, pid_t group);
pid_t getsid(pid_t pid);
pid_t setsid(void);
pid_t tcgetpgrp(int fd);
int tcsetpgrp(int fd, pid_t group);
uid_t getuid(void);
uid_t geteuid(void);
gid_t getgid(void);
gid_t getegid(void);
int seteuid(uid_t uid);
int setegid(gid_t gid);
int setreuid(uid_t uid, uid_t effective);
int setregid(gid_t gid, gid_t effective);
int getgroups(int n, gid_t list[]);
int setpgrp(void);
int lockf(int fd, int how, off_t n);
long pathconf(const char *path, int name);
long fpathconf(int fd, int name);
size_t confstr(int name, char *buf, size_t n);
void swab(const void *from, void *to, ssize_t n);
int getlogin_r(char *buf, size_t n);
long gethostid(void);
int getresuid(uid_t *real, uid_t *effective, uid_t *saved);
int getresgid(gid_t *real, gid_t *effective, gid_t *saved);
int setresuid(uid_t real, uid_t effective, uid_t saved);
int setresgid(gid_t real, gid_t effective, gid_t saved);
int getdtablesize(void);
int getentropy(void *buf, size_t n);
int syncfs(int fd);
int fexecve(int fd, char *const argv[], char *const envp[]);
int euidaccess(const char *path, int how);
int eaccess(const char *path, int how);
char *getpass(const char *prompt);      /* not echoed where it is typed */
int getdomainname(char *name, size_t n);
ssize_t copy_file_range(int from, off_t *from_at, int to, off_t *to_at, size_t n, unsigned flags);
char *get_current_dir_name(void);
int setuid(uid_t uid);
int setgid(gid_t gid);
unsigned alarm(unsigned seconds);
unsigned ualarm(unsigned us, unsigned interval);
int pause(void);
unsigned sleep(unsigned seconds);
int usleep(useconds_t microseconds);
int nice(int increment);
void *sbrk(intptr_t increment);
int brk(void *end);
int getpagesize(void);
long sysconf(int name);
int gethostname(char *name, size_t n);
char *getlogin(void);
long syscall(long number, ...);
/* Names of large files, which all are here. */
#define lseek64 lseek
#define pread64 pread
#define pwrite64 pwrite
#define ftruncate64 ftruncate
#define truncate64 truncate
#endif
