/* unistd.h - processes and descriptors. */
#ifndef UNISTD_H
#define UNISTD_H
#include <sys/types.h>
#define STDIN_FILENO 0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2
extern char **environ;
ssize_t read(int fd, void *buf, size_t n);
ssize_t write(int fd, const void *buf, size_t n);
int open(const char *path, int flags, ...);
int close(int fd);
int pipe(int fd[2]);
int dup(int fd);
int dup2(int from, int to);
pid_t fork(void);
int execve(const char *path, char *const argv[], char *const envp[]);
int execv(const char *path, char *const argv[]);
_Noreturn void _exit(int status);
pid_t getpid(void);
pid_t getppid(void);
pid_t gettid(void);
unsigned sleep(unsigned seconds);
int usleep(unsigned microseconds);
int nice(int increment);
void *sbrk(intptr_t increment);
int brk(void *end);
#endif
