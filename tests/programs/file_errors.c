/* file_errors.c - each call on files is made to fail in every way that its manual page names
 * and a program can bring about: a line says the call, the cause and the errno. Run as root
 * in an empty folder; the same on Linux. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys.h"

enum { CWD = -100, BAD_FD = 50, BAD_FLAGS = 0x40000000, PATH = 4200, NAME = 256, MOST_FDS = 64,
       NO_FOLLOW = 0x100, REMOVE_DIR = 0x200, EMPTY_PATH = 0x1000 };
enum { NR_getcwd = 17, NR_mknodat = 33, NR_mkdirat = 34, NR_unlinkat = 35, NR_symlinkat =
       36, NR_linkat = 37, NR_statfs = 43, NR_fstatfs = 44, NR_truncate = 45, NR_ftruncate =
       46, NR_fallocate = 47, NR_faccessat = 48, NR_chdir = 49, NR_fchdir = 50, NR_fchmod =
       52, NR_fchmodat = 53, NR_fchownat = 54, NR_fchown = 55, NR_getdents = 61, NR_llseek =
       62, NR_pread = 67, NR_pwrite = 68, NR_sendfile = 71, NR_readlinkat = 78, NR_fsync =
       82, NR_fdatasync = 83, NR_prlimit = 261, NR_renameat2 = 276, NR_utimensat = 412 };

static char *const nowhere = (char *)8;         /* no page is there */
static char long_path[PATH + 1], long_name[NAME + 1], buf[8192];
static int file, reader, writer, folder, pipes[2];

/* Of a result only whether it is one: numbers of descriptors and sizes differ. */
static void say(const char *call, const char *why, long r)
{
    printf("%-11s %-28s %ld\n", call, why, r < 0 ? -r : 0);
}
#define FAIL(call, why, ...) say(#call, why, SYS(NR_##call, ##__VA_ARGS__))

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
    FAIL(symlinkat, "it is there", "x", CWD, "f");
    FAIL(symlinkat, "empty target", "", CWD, "new");
    FAIL(symlinkat, "empty path", "x", CWD, "");
    FAIL(symlinkat, "target too long", long_path, CWD, "new");
    FAIL(symlinkat, "name too long", "x", CWD, long_name);
    FAIL(symlinkat, "bad target", nowhere, CWD, "new");
    FAIL(symlinkat, "no such folder", "x", CWD, "none/x");
    FAIL(linkat, "no such file", CWD, "none", CWD, "new", 0);
    FAIL(linkat, "it is there", CWD, "f", CWD, "loop", 0);
    FAIL(linkat, "a folder", CWD, "d", CWD, "new", 0);
    FAIL(linkat, "bad flags", CWD, "f", CWD, "new", BAD_FLAGS);
    FAIL(linkat, "empty path", CWD, "", CWD, "new", 0);
    FAIL(linkat, "name too long", CWD, "f", CWD, long_name, 0);
    FAIL(linkat, "bad folder", BAD_FD, "f", CWD, "new", 0);
    FAIL(linkat, "no such folder", CWD, "f", CWD, "none/x", 0);
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
    running_out();
    return 0;
}
