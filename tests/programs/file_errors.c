/* file_errors.c - each call on files is made to fail in every way that its manual page names
 * and a program can bring about: a line says the call, the cause and the errno. Run as root
 * in an empty folder; the same on Linux. */
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fail.h"

enum { BAD_FD = 50, BAD_FLAGS = 0x40000000, PATH = 4200, NAME = 256, MOST_FDS = 64,
       NO_FOLLOW = 0x100, EMPTY_PATH = 0x1000 };
enum { UID = 1000, NONBLOCK = 04000, FULL_PIPE = 1 << 17 };

static char *const nowhere = (char *)8;         /* no page is there */
static char long_path[PATH + 1], long_name[NAME + 1], buf[8192];
static int file, reader, writer, folder, pipes[2];

/* What every call that takes a path says to bad ones. */
#define BAD_PATHS(call, fd, ...)                                                           \
    do {                                                                                   \
        FAIL(call, "no such file", fd, "none/x", ##__VA_ARGS__);                           \
        FAIL(call, "empty path", fd, "", ##__VA_ARGS__);                                   \
        FAIL(call, "a file on the way", fd, "f/x", ##__VA_ARGS__);                         \
        FAIL(call, "links in a circle", fd, "loop/x", ##__VA_ARGS__);                      \
        FAIL(call, "path too long", fd, long_path, ##__VA_ARGS__);                         \
        FAIL(call, "name too long", fd, long_name, ##__VA_ARGS__);                         \
        FAIL(call, "bad address", fd, nowhere, ##__VA_ARGS__);                             \
        FAIL(call, "bad folder", BAD_FD, "x", ##__VA_ARGS__);                              \
        FAIL(call, "a file as folder", file, "x", ##__VA_ARGS__);                          \
    } while (0)

static void prepare(void)
{
    long inside;

    memset(long_path, 'p', PATH);
    memset(long_name, 'n', NAME);
    for (int i = 0; i < PATH; i += 100)
        long_path[i] = '/';
    SYS(NR_mkdirat, CWD, "d", 0755);
    SYS(NR_mkdirat, CWD, "full", 0755);
    SYS(NR_symlinkat, "loop", CWD, "loop");
    SYS(NR_symlinkat, "none", CWD, "dangling");
    file = (int)SYS(NR_openat, CWD, "f", O_RDWR | O_CREAT, 0644);
    reader = (int)SYS(NR_openat, CWD, "f", O_RDONLY, 0);
    writer = (int)SYS(NR_openat, CWD, "f", O_WRONLY, 0);
    folder = (int)SYS(NR_openat, CWD, "d", O_RDONLY | O_DIRECTORY, 0);
    inside = SYS(NR_openat, CWD, "full/x", O_RDWR | O_CREAT, 0644);
    SYS(NR_close, inside);
    SYS(NR_pipe2, pipes, 0);
}

static void opening(void)
{
    BAD_PATHS(openat, CWD, O_RDONLY, 0);
    FAIL(openat, "it is there", CWD, "f", O_CREAT | O_EXCL, 0644);
    FAIL(openat, "a dangling link is there", CWD, "dangling", O_CREAT | O_EXCL, 0644);
    FAIL(openat, "a link, O_NOFOLLOW", CWD, "dangling", O_NOFOLLOW, 0);
    FAIL(openat, "a folder to write", CWD, "d", O_WRONLY, 0);
    FAIL(openat, "a folder to make", CWD, "d", O_CREAT | O_RDWR, 0644);
    FAIL(openat, "a folder to cut", CWD, "d", O_RDONLY | O_TRUNC, 0);
    FAIL(openat, "a file, O_DIRECTORY", CWD, "f", O_DIRECTORY, 0);
    FAIL(openat, "a file and a slash", CWD, "f/", O_RDONLY, 0);
    FAIL(openat, "to make, with a slash", CWD, "new/", O_CREAT | O_RDWR, 0644);
    FAIL(close, "bad descriptor", BAD_FD);
    FAIL(close, "negative", -1);
}

static void moving_bytes(void)
{
    struct { void *base; size_t len; } v[2] = { { buf, 4 }, { nowhere, 4 } };

    FAIL(write, "bad descriptor", BAD_FD, buf, 1);
    FAIL(write, "open to read", reader, buf, 1);
    FAIL(write, "bad address", file, nowhere, 1);
    FAIL(write, "a folder", folder, buf, 1);
    FAIL(write, "some", file, buf, 10);
    FAIL(read, "bad descriptor", BAD_FD, buf, 1);
    FAIL(read, "open to write", writer, buf, 1);
    FAIL(read, "a folder", folder, buf, 1);
    FAIL(read, "bad address", reader, nowhere, 1);
    FAIL(readv, "bad descriptor", BAD_FD, v, 1);
    FAIL(readv, "negative count", reader, v, -1);
    FAIL(readv, "too many", reader, v, 1025);
    FAIL(readv, "bad array", reader, nowhere, 1);
    FAIL(writev, "bad descriptor", BAD_FD, v, 1);
    FAIL(writev, "too many", file, v, 1025);
    FAIL(writev, "bad array", file, nowhere, 1);
    FAIL(pread, "bad descriptor", BAD_FD, buf, 1, 0, 0, 0);
    FAIL(pread, "a pipe", pipes[0], buf, 1, 0, 0, 0);
    FAIL(pread, "a folder", folder, buf, 1, 0, 0, 0);
    FAIL(pread, "negative place", file, buf, 1, -1, -1);
    FAIL(pread, "bad address", file, nowhere, 1, 0, 0);
    FAIL(pwrite, "open to read", reader, buf, 1, 0, 0);
    FAIL(pwrite, "a pipe", pipes[1], buf, 1, 0, 0);
    FAIL(pwrite, "negative place", file, buf, 1, -1, -1);
    FAIL(sendfile, "bad source", file, BAD_FD, 0, 1);
    FAIL(sendfile, "bad target", BAD_FD, reader, 0, 1);
    FAIL(sendfile, "source open to write", file, writer, 0, 1);
    FAIL(sendfile, "target open to read", reader, file, 0, 1);
    FAIL(sendfile, "bad offset", file, reader, nowhere, 1);
    FAIL(sendfile, "from a folder", file, folder, 0, 1);
}

static void placing(void)
{
    int64_t at;

    FAIL(llseek, "bad descriptor", BAD_FD, 0, 0, &at, 0);
    FAIL(llseek, "a pipe", pipes[0], 0, 0, &at, 0);
    FAIL(llseek, "no such whence", file, 0, 0, &at, 9);
    FAIL(llseek, "before the beginning", file, -1, -100, &at, 1);
    FAIL(llseek, "bad address", file, 0, 0, nowhere, 0);
    FAIL(ftruncate, "bad descriptor", BAD_FD, 0, 0, 0);
    FAIL(ftruncate, "open to read", reader, 0, 0, 0);
    FAIL(ftruncate, "negative", file, -1, -1);
    FAIL(ftruncate, "a pipe", pipes[1], 0, 0);
    FAIL(truncate, "no such file", "none", 0, 0);
    FAIL(truncate, "a folder", "d", 0, 0);
    FAIL(truncate, "negative", "f", -1, -1);
    FAIL(truncate, "a file on the way", "f/x", 0, 0);
    FAIL(truncate, "links in a circle", "loop", 0, 0);
    FAIL(truncate, "path too long", long_path, 0, 0);
    FAIL(truncate, "bad address", nowhere, 0, 0);
    FAIL(fallocate, "bad descriptor", BAD_FD, 0, 0, 0, 1, 0);
    FAIL(fallocate, "open to read", reader, 0, 0, 0, 1, 0);
    FAIL(fallocate, "no bytes", file, 0, 0, 0, 0, 0);
    FAIL(fallocate, "a pipe", pipes[1], 0, 0, 0, 1, 0);
    FAIL(fsync, "bad descriptor", BAD_FD);
    FAIL(fsync, "a pipe", pipes[0]);
    FAIL(fdatasync, "bad descriptor", BAD_FD);
    FAIL(fdatasync, "a pipe", pipes[0]);
}

static void making_names(void)
{
    BAD_PATHS(mkdirat, CWD, 0755);
    FAIL(mkdirat, "it is there", CWD, "d", 0755);
    FAIL(mkdirat, "a link is there", CWD, "dangling", 0755);
    FAIL(mkdirat, "the root", CWD, "/", 0755);
    BAD_PATHS(mknodat, CWD, 0100644, 0);
    FAIL(mknodat, "it is there", CWD, "f", 0100644, 0);
    FAIL(mknodat, "a folder", CWD, "new", 0040755, 0);
    FAIL(mknodat, "no such type", CWD, "new", 0170644, 0);
    FAIL(symlinkat, "it is there", "x", CWD, "f");
    FAIL(symlinkat, "empty target", "", CWD, "new");
    FAIL(symlinkat, "empty path", "x", CWD, "");
    FAIL(symlinkat, "target too long", long_path, CWD, "new");
    FAIL(symlinkat, "name too long", "x", CWD, long_name);
    FAIL(symlinkat, "bad target", nowhere, CWD, "new");
    FAIL(symlinkat, "no such folder", "x", CWD, "none/x");
    FAIL(symlinkat, "a file on the way", "x", CWD, "f/x");
    FAIL(symlinkat, "links in a circle", "x", CWD, "loop/x");
    FAIL(symlinkat, "bad folder", "x", BAD_FD, "new");
    FAIL(linkat, "no such file", CWD, "none", CWD, "new", 0);
    FAIL(linkat, "it is there", CWD, "f", CWD, "loop", 0);
    FAIL(linkat, "a folder", CWD, "d", CWD, "new", 0);
    FAIL(linkat, "bad flags", CWD, "f", CWD, "new", BAD_FLAGS);
    FAIL(linkat, "empty path", CWD, "", CWD, "new", 0);
    FAIL(linkat, "name too long", CWD, "f", CWD, long_name, 0);
    FAIL(linkat, "bad folder", BAD_FD, "f", CWD, "new", 0);
    FAIL(linkat, "no such folder", CWD, "f", CWD, "none/x", 0);
    FAIL(linkat, "a file on the way", CWD, "f/x", CWD, "new", 0);
    FAIL(linkat, "links in a circle", CWD, "loop/x", CWD, "new", 0);
    BAD_PATHS(readlinkat, CWD, buf, 10);
    FAIL(readlinkat, "no link", CWD, "f", buf, 10);
    FAIL(readlinkat, "no room", CWD, "loop", buf, 0);
    FAIL(readlinkat, "bad address", CWD, "loop", nowhere, 10);
}

static void removing(void)
{
    BAD_PATHS(unlinkat, CWD, 0);
    FAIL(unlinkat, "a folder", CWD, "d", 0);
    FAIL(unlinkat, "bad flags", CWD, "f", BAD_FLAGS);
    FAIL(unlinkat, "rmdir of a file", CWD, "f", REMOVE_DIR);
    FAIL(unlinkat, "rmdir, not empty", CWD, "full", REMOVE_DIR);
    FAIL(unlinkat, "rmdir of .", CWD, "d/.", REMOVE_DIR);
    FAIL(unlinkat, "rmdir of ..", CWD, "d/..", REMOVE_DIR);
    FAIL(unlinkat, "rmdir of the root", CWD, "/", REMOVE_DIR);
    FAIL(renameat2, "no such file", CWD, "none", CWD, "new", 0);
    FAIL(renameat2, "no such folder", CWD, "f", CWD, "none/x", 0);
    FAIL(renameat2, "it is there", CWD, "f", CWD, "loop", 1);
    FAIL(renameat2, "exchange with nothing", CWD, "f", CWD, "none", 2);
    FAIL(renameat2, "bad flags", CWD, "f", CWD, "new", 3);
    FAIL(renameat2, "a folder into itself", CWD, "d", CWD, "d/x", 0);
    FAIL(renameat2, "a file over a folder", CWD, "f", CWD, "d", 0);
    FAIL(renameat2, "a folder over a file", CWD, "d", CWD, "f", 0);
    FAIL(renameat2, "over one not empty", CWD, "d", CWD, "full", 0);
    FAIL(renameat2, "of .", CWD, ".", CWD, "new", 0);
    FAIL(renameat2, "name too long", CWD, "f", CWD, long_name, 0);
    FAIL(renameat2, "a file on the way", CWD, "f/x", CWD, "new", 0);
    FAIL(renameat2, "links in a circle", CWD, "f", CWD, "loop/x", 0);
    FAIL(renameat2, "bad folder", BAD_FD, "f", CWD, "new", 0);
    FAIL(renameat2, "bad address", CWD, nowhere, CWD, "new", 0);
}

static void attributes(void)
{
    struct { int64_t sec, nsec; } times[2] = { { 1, 2000000000 }, { 1, 0 } };

    BAD_PATHS(fchmodat, CWD, 0644);
    FAIL(fchmod, "bad descriptor", BAD_FD, 0644);
    BAD_PATHS(fchownat, CWD, 1, 1, 0);
    FAIL(fchownat, "bad flags", CWD, "f", 1, 1, BAD_FLAGS);
    FAIL(fchown, "bad descriptor", BAD_FD, 1, 1);
    BAD_PATHS(faccessat, CWD, 4);
    FAIL(faccessat, "bad mode", CWD, "f", 077);
    FAIL(faccessat, "a file to execute", CWD, "f", 1);
    BAD_PATHS(utimensat, CWD, 0, 0);
    FAIL(utimensat, "bad time", CWD, "f", times, 0);
    FAIL(utimensat, "bad flags", CWD, "f", 0, BAD_FLAGS);
    BAD_PATHS(statx, CWD, 0, 0x7ff, buf);
    FAIL(statx, "bad flags", CWD, "f", BAD_FLAGS, 0x7ff, buf);
    FAIL(statx, "bad buffer", CWD, "f", 0, 0x7ff, nowhere);
    FAIL(statx, "bad descriptor", BAD_FD, "", EMPTY_PATH, 0x7ff, buf);
    FAIL(statfs, "no such file", "none", 88, buf);
    FAIL(statfs, "a file on the way", "f/x", 88, buf);
    FAIL(statfs, "links in a circle", "loop", 88, buf);
    FAIL(statfs, "path too long", long_path, 88, buf);
    FAIL(statfs, "bad buffer", "f", 88, nowhere);
    FAIL(fstatfs, "bad descriptor", BAD_FD, 88, buf);
}

static void folders(void)
{
    FAIL(getdents, "bad descriptor", BAD_FD, buf, sizeof buf);
    FAIL(getdents, "a file", file, buf, sizeof buf);
    FAIL(getdents, "no room", folder, buf, 4);
    FAIL(getdents, "bad address", folder, nowhere, sizeof buf);
    FAIL(chdir, "no such folder", "none");
    FAIL(chdir, "a file", "f");
    FAIL(chdir, "links in a circle", "loop");
    FAIL(chdir, "path too long", long_path);
    FAIL(chdir, "name too long", long_name);
    FAIL(chdir, "empty path", "");
    FAIL(chdir, "bad address", nowhere);
    FAIL(fchdir, "bad descriptor", BAD_FD);
    FAIL(fchdir, "a file", file);
    FAIL(getcwd, "no room", buf, 1);
    FAIL(getcwd, "bad address", nowhere, 100);
}

static void descriptors(void)
{
    struct { int fd; short events, revents; } poll = { 0, 1, 0 };

    FAIL(dup, "bad descriptor", BAD_FD);
    FAIL(dup3, "bad descriptor", BAD_FD, 60, 0);
    FAIL(dup3, "the same", file, file, 0);
    FAIL(dup3, "beyond the limit", file, MOST_FDS, 0);
    FAIL(dup3, "bad flags", file, 60, BAD_FLAGS);
    FAIL(fcntl, "bad descriptor", BAD_FD, 1, 0);
    FAIL(fcntl, "no such command", file, 999, 0);
    FAIL(fcntl, "dup beyond the limit", file, 0, MOST_FDS);
    FAIL(ioctl, "bad descriptor", BAD_FD, 0x541b, buf);
    FAIL(ioctl, "no terminal", file, 0x5401, buf);
    FAIL(pipe2, "bad address", nowhere, 0);
    FAIL(ppoll, "too many", &poll, MOST_FDS + 1, 0, 0, 8);
    FAIL(ppoll, "bad address", nowhere, 1, 0, 0, 8);
}

/* A pipe that nobody reads, a device that is full, no more descriptors. */
static void running_out(void)
{
    uint32_t ignored[4] = { 1, 0, 0, 0 };
    long fd, last;

    SYS(NR_close, pipes[0]);
    SYS(NR_sigaction, 13, ignored, 0, 8);       /* SIGPIPE */
    FAIL(write, "nobody reads", pipes[1], buf, 1);
    fd = SYS(NR_openat, CWD, "/dev/full", O_RDWR, 0);
    FAIL(write, "/dev/full", fd, buf, 1);
    FAIL(read, "/dev/full", fd, buf, 10);
    SYS(NR_close, fd);
    do {
        last = fd;
        fd = SYS(NR_dup, file);
    } while (fd >= 0);
    say("dup", "all in use", fd);
    FAIL(openat, "all in use", CWD, "f", O_RDONLY, 0);
    FAIL(pipe2, "all in use", pipes, 0);
    FAIL(fcntl, "dup, all in use", file, 0, 0);
    say("last", "descriptor", -last);
}

/* --- rights --- */

static void put_file(const char *path, long mode)
{
    long fd = SYS(NR_openat, CWD, path, O_RDWR | O_CREAT, 0644);

    SYS(NR_close, fd);
    SYS(NR_fchmodat, CWD, path, mode);
}

static void put_folder(const char *path, long mode)
{
    SYS(NR_mkdirat, CWD, path, 0755);
    SYS(NR_fchmodat, CWD, path, mode);
}

/* What root leaves behind: a folder that is shut, one that others may not change, one in
 * which each may only take away his own. */
static void prepare_rights(void)
{
    put_file("mine", 0600);
    put_folder("shut", 0755);
    put_file("shut/f", 0777);
    SYS(NR_symlinkat, "f", CWD, "shut/l");
    put_folder("shut/d", 0755);
    SYS(NR_fchmodat, CWD, "shut", 0700);
    put_folder("fixed", 0755);
    put_file("fixed/f", 0666);
    put_folder("fixed/d", 0777);
    put_folder("tmp", 01777);
    put_file("tmp/f", 0666);
    put_folder("tmp/d", 0777);
}

static void denied_making(void)
{
    FAIL(openat, "no right to read", CWD, "mine", O_RDONLY, 0);
    FAIL(openat, "no right to write", CWD, "f", O_WRONLY, 0);
    FAIL(openat, "no right to cut", CWD, "f", O_RDONLY | O_TRUNC, 0);
    FAIL(openat, "no right to make", CWD, "fixed/x", O_WRONLY | O_CREAT, 0644);
    FAIL(openat, "no right to enter", CWD, "shut/f", O_RDONLY, 0);
    FAIL(mkdirat, "no right to make", CWD, "fixed/x", 0755);
    FAIL(mkdirat, "no right to enter", CWD, "shut/x", 0755);
    FAIL(mknodat, "no right to make", CWD, "fixed/x", 0010644, 0);
    FAIL(symlinkat, "no right to make", "x", CWD, "fixed/x");
    put_file("tmp/own", 0644);
    FAIL(linkat, "no right to make", CWD, "tmp/own", CWD, "fixed/x", 0);
    FAIL(linkat, "no right to enter", CWD, "shut/f", CWD, "tmp/x", 0);
    FAIL(unlinkat, "no right to remove", CWD, "fixed/f", 0);
    FAIL(unlinkat, "another's, sticky", CWD, "tmp/f", 0);
    FAIL(unlinkat, "rmdir, no right", CWD, "fixed/d", REMOVE_DIR);
    FAIL(unlinkat, "rmdir, another's", CWD, "tmp/d", REMOVE_DIR);
    FAIL(renameat2, "no right to remove", CWD, "fixed/f", CWD, "tmp/x", 0);
    FAIL(renameat2, "no right to make", CWD, "tmp/own", CWD, "fixed/x", 0);
    FAIL(renameat2, "another's, sticky", CWD, "tmp/f", CWD, "tmp/x", 0);
    FAIL(renameat2, "over another's, sticky", CWD, "tmp/own", CWD, "tmp/f", 0);
    FAIL(unlinkat, "one's own, sticky", CWD, "tmp/own", 0);
}

static void denied_changing(int shut)
{
    struct { int64_t sec, nsec; } times[2] = { { 1, 0 }, { 1, 0 } };

    FAIL(truncate, "no right to write", "f", 0, 0);
    FAIL(truncate, "no right to enter", "shut/f", 0, 0);
    FAIL(readlinkat, "no right to enter", CWD, "shut/l", buf, 10);
    FAIL(chdir, "no right to enter", "shut");
    FAIL(chdir, "no right on the way", "shut/d");
    FAIL(fchdir, "no right to enter", shut);
    FAIL(fchmodat, "another's", CWD, "f", 0777);
    FAIL(fchmodat, "no right to enter", CWD, "shut/f", 0777);
    FAIL(fchmod, "another's", file, 0777);
    FAIL(fchownat, "another's", CWD, "f", UID, UID, 0);
    FAIL(fchownat, "no right to enter", CWD, "shut/f", UID, UID, 0);
    FAIL(fchown, "another's", file, UID, UID);
    FAIL(utimensat, "now, no right to write", CWD, "f", 0, 0);
    FAIL(utimensat, "now, a right to write", CWD, "tmp/f", 0, 0);
    FAIL(utimensat, "then, another's", CWD, "tmp/f", times, 0);
    FAIL(utimensat, "no right to enter", CWD, "shut/f", 0, 0);
    FAIL(faccessat, "to read", CWD, "mine", 4);
    FAIL(faccessat, "to write", CWD, "f", 2);
    FAIL(faccessat, "no right to enter", CWD, "shut/f", 0);
    FAIL(statx, "no right to enter", CWD, "shut/f", 0, 0x7ff, buf);
    FAIL(statfs, "no right to enter", "shut/f", 88, buf);
    FAIL(execve, "no right to execute", "f", 0, 0);
    FAIL(execve, "no right to enter", "shut/f", 0, 0);
    FAIL(setuid, "back to root", 0);
}

/* A process of root's, and what one is oneself. */
static void denied_processes(long root)
{
    int fifo = 1, none = 0;
    unsigned mask[2] = { 1, 0 };
    static int queued[32] = { 10, 0, -1 };      /* SI_QUEUE */
    /* struct sched_attr: size, policy, flags (64 bits), nice, priority, three of 64 bits */
    static unsigned plain[12] = { 48 }, nicer[12] = { 48, 0, 0, 0, -5u }, real_time[12] = { 48, 1, 0, 0, 0, 1 };
    long self = SYS(NR_getpid);

    FAIL(kill, "root's", root, 0);
    FAIL(kill, "root's, to end it", root, 9);
    FAIL(tkill, "root's", root, 9);
    FAIL(tgkill, "root's", root, root, 9);
    FAIL(rt_sigqueueinfo, "root's", root, 10, queued);
    FAIL(sched_setattr, "root's", root, plain, 0);
    FAIL(sched_setparam, "root's", root, &none);
    FAIL(sched_setattr, "less nice", 0, nicer, 0);
    FAIL(sched_setattr, "real-time", 0, real_time, 0);
    FAIL(setpriority, "root's", 0, root, 5);
    FAIL(sched_setscheduler, "root's", root, 0, &none);
    FAIL(sched_setaffinity, "root's", root, sizeof mask, mask);
    FAIL(sched_setscheduler, "real-time", 0, 1, &fifo);
    FAIL(kill, "oneself", self, 0);
    FAIL(setpriority, "nicer", 0, 0, 5);
    FAIL(setpriority, "less nice", 0, 0, 4);
    FAIL(setpriority, "as nice", 0, 0, 5);
}

static void as_another(void)
{
    int shut = (int)SYS(NR_openat, CWD, "shut", O_RDONLY | O_DIRECTORY, 0), status;
    long pid;

    fflush(stdout);
    long root = fork_();
    if (root == 0)
        for (;;)
            SYS(NR_ppoll, 0, 0, 0, 0, 8);
    pid = fork_();
    if (pid == 0) {
        say("setuid", "from root", SYS(NR_setuid, UID));
        denied_making();
        denied_changing(shut);
        denied_processes(root);
        fflush(stdout);
        SYS(NR_exit_group, 0);
    }
    wait_for(pid, &status);
    FAIL(kill, "a child, as root", root, 9);
    wait_for(root, &status);
    SYS(NR_close, shut);
}

/* Not even root executes what nobody may, or maps more than the file was opened for. */
static void even_root(void)
{
    FAIL(execve, "nobody may", "mine", 0, 0);
    FAIL(execve, "a folder", "d", 0, 0);
    FAIL(execve, "no such file", "none", 0, 0);
    FAIL(execve, "a file on the way", "f/x", 0, 0);
    FAIL(mmap, "to write, open to read", 0, 4096, 2, 1, reader, 0);
    FAIL(mmap, "open to write only", 0, 4096, 1, 2, writer, 0);
    FAIL(mmap, "a pipe", 0, 4096, 1, 2, pipes[0], 0);
    FAIL(mmap, "bad descriptor", 0, 4096, 1, 2, BAD_FD, 0);
}

/* --- another file system, and what is neither file nor folder --- */

static void across(void)
{
    FAIL(renameat2, "to another file system", CWD, "f", CWD, "/proc/x", 0);
    FAIL(renameat2, "from another file system", CWD, "/proc/version", CWD, "new", 0);
    FAIL(linkat, "from another file system", CWD, "/proc/version", CWD, "new", 0);
    FAIL(linkat, "over another's file", CWD, "f", CWD, "/proc/version", 0);
    FAIL(mkdirat, "where none can be", CWD, "/proc/x", 0755);
    FAIL(mkdirat, "another's file", CWD, "/proc/version", 0755);
    FAIL(symlinkat, "another's file", "x", CWD, "/proc/version");
    FAIL(unlinkat, "another's file", CWD, "/proc/version", 0);
    FAIL(faccessat, "another's file", CWD, "/proc/version", 4);
    FAIL(faccessat, "another's, to execute", CWD, "/proc/version", 1);
    SYS(NR_mknodat, CWD, "fifo", 0010644, 0);
    SYS(NR_mknodat, CWD, "socket", 0140644, 0);
    FAIL(openat, "a fifo nobody reads", CWD, "fifo", O_WRONLY | NONBLOCK, 0);
    FAIL(openat, "a socket", CWD, "socket", O_RDWR, 0);
    FAIL(truncate, "a fifo", "fifo", 0, 0);
    int null = (int)SYS(NR_openat, CWD, "/dev/null", O_RDWR, 0);
    FAIL(fallocate, "a device", null, 0, 0, 0, 1, 0);
    FAIL(ftruncate, "a device", null, 0, 0);
    SYS(NR_close, null);
}

/* --- waiting --- */

#define INTERRUPTED(call, why, ...)                                                        \
    do {                                                                                   \
        alarm_soon();                                                                      \
        FAIL(call, why, ##__VA_ARGS__);                                                    \
    } while (0)

static void waiting(void)
{
    struct { void *base; size_t len; } v = { buf, sizeof buf };
    struct { int fd; short events, revents; } poll = { 0, 1, 0 };
    int p[2];

    SYS(NR_pipe2, p, 0);
    poll.fd = p[0];
    INTERRUPTED(read, "interrupted", p[0], buf, 1);
    INTERRUPTED(readv, "interrupted", p[0], &v, 1);
    INTERRUPTED(ppoll, "interrupted", &poll, 1, 0, 0, 8);
    INTERRUPTED(openat, "a fifo, interrupted", CWD, "fifo", O_RDONLY, 0);
    SYS(NR_fcntl, p[0], 4, NONBLOCK);
    SYS(NR_fcntl, p[1], 4, NONBLOCK);
    FAIL(read, "nothing there", p[0], buf, 1);
    FAIL(readv, "nothing there", p[0], &v, 1);
    for (int i = 0; i < FULL_PIPE && SYS(NR_write, p[1], buf, sizeof buf) > 0; i++)
        ;
    FAIL(write, "no room", p[1], buf, sizeof buf);
    FAIL(writev, "no room", p[1], &v, 1);
    SYS(NR_fcntl, p[1], 4, 0);
    INTERRUPTED(write, "interrupted", p[1], buf, sizeof buf);
    INTERRUPTED(writev, "interrupted", p[1], &v, 1);
    SYS(NR_close, p[0]);
    SYS(NR_close, p[1]);
}

int main(void)
{
    const uint64_t few[2] = { MOST_FDS, MOST_FDS };

    if (SYS(NR_prlimit, 0, 7, few, 0))          /* RLIMIT_NOFILE */
        return 1;
    prepare();
    opening();
    moving_bytes();
    placing();
    making_names();
    removing();
    attributes();
    folders();
    descriptors();
    prepare_rights();
    as_another();
    even_root();
    across();
    waiting();
    running_out();
    return 0;
}
