/* beside.h - programs that run in the simulated machine and, built by the host's compiler, on
 * Linux itself: a line for each call says what it gave, or with which errno it failed. */
#ifndef TESTS_PROGRAMS_BESIDE_H
#define TESTS_PROGRAMS_BESIDE_H

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_renameat2
#define SYS_renameat2 276
#endif
#ifndef SYS_statx
#define SYS_statx 291
#endif

static char *const nowhere = (char *)8;         /* no page is there */

static void say(const char *what, long r)
{
    printf("%-60s %ld", what, r);
    if (r < 0)
        printf(" errno %d", errno);
    putchar('\n');
    fflush(stdout);
}
#define SAY(call) say(#call, (long)(call))
/* Of a descriptor, only whether there is one: it is closed again. */
#define OPENS(call)                                                                        \
    do {                                                                                   \
        long fd_ = (long)(call);                                                           \
        say(#call, fd_ < 0 ? fd_ : 0);                                                     \
        if (fd_ >= 0)                                                                      \
            close((int)fd_);                                                               \
    } while (0)

static void part(const char *name)
{
    printf("-- %s\n", name);
    fflush(stdout);
}

/* In a process of its own, as user and group `id`. */
static inline void as_user(unsigned id, void (*what)(void))
{
    int status;

    printf("-- as %u\n", id);
    fflush(stdout);
    if (fork() == 0) {
        if (id && (setgid(id) || setuid(id)))
            puts("no other user");
        what();
        _exit(0);
    }
    wait(&status);
    if (status)
        say("status", status);
}

/* A file with that text in it. */
static inline void put(const char *path, const char *text, unsigned mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    if (write(fd, text, strlen(text)) != (long)strlen(text))
        puts("no write");
    close(fd);
    chmod(path, mode);
}

static inline long mode_of(const char *path)
{
    struct stat st;

    return lstat(path, &st) ? -1 : (long)st.st_mode;
}

static inline long size_of(const char *path)
{
    struct stat st;

    return lstat(path, &st) ? -1 : (long)st.st_size;
}

static inline long links_of(const char *path)
{
    struct stat st;

    return lstat(path, &st) ? -1 : (long)st.st_nlink;
}

/* All parts of a program, in a folder of its own. */
static inline int in_order(void (*const part_of[])(void), unsigned n)
{
    umask(022);
    if (mkdir("here", 0755) || chdir("here"))
        return 1;
    for (unsigned i = 0; i < n; i++)
        part_of[i]();
    return 0;
}

/* The descriptor that is free next. */
static inline int next_fd(void)
{
    int fd = dup(0);

    close(fd);
    return fd;
}

#endif
