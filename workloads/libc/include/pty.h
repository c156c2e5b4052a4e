/* pty.h - there are no pseudo-terminals: ENOSYS. */
#ifndef PTY_H
#define PTY_H
#include <sys/ioctl.h>
#include <sys/types.h>
#include <termios.h>
int openpty(int *ours, int *theirs, char *name, const struct termios *t, const struct winsize *size);
pid_t forkpty(int *ours, char *name, const struct termios *t, const struct winsize *size);
#endif
