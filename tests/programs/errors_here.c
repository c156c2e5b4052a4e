/* errors_here.c - what calls on files say on a disk that is mounted read-only, full or broken, of
 * a file with as many names as there can be, and when there are no more open
 * files: what the workload brings about and file_errors.c cannot. argv[1] says which. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fail.h"

enum { LATER_MS = 200, LONG = 200, BLOCK = 1024 };

static char buf[8192], long_name[LONG + 8];
static struct { void *base; size_t len; } vec = { buf, 100 };

static long open_file(const char *path, int flags)
{
    return SYS(NR_openat, CWD, path, flags, 0644);
}

/* --- on a file system that nothing may change --- */

static void read_only(void)
{
    long fd = open_file("f", O_RDONLY);

    FAIL(openat, "to write", CWD, "f", O_WRONLY, 0);
    FAIL(openat, "to cut", CWD, "f", O_RDONLY | O_TRUNC, 0);
    FAIL(openat, "to make", CWD, "new", O_WRONLY | O_CREAT, 0644);
    FAIL(openat, "to read", CWD, "f", O_RDONLY, 0);
    FAIL(mkdirat, "read-only", CWD, "new", 0755);
    FAIL(mkdirat, "it is there", CWD, "d", 0755);
    FAIL(mknodat, "read-only", CWD, "new", 0010644, 0);
    FAIL(symlinkat, "read-only", "f", CWD, "new");
    FAIL(linkat, "read-only", CWD, "f", CWD, "new", 0);
    FAIL(unlinkat, "read-only", CWD, "f", 0);
    FAIL(unlinkat, "rmdir, read-only", CWD, "e", REMOVE_DIR);
    FAIL(renameat2, "read-only", CWD, "f", CWD, "new", 0);
    FAIL(truncate, "read-only", "f", 0, 0);
    FAIL(fchmodat, "read-only", CWD, "f", 0600);
    FAIL(fchmod, "read-only", fd, 0600);
    FAIL(fchownat, "read-only", CWD, "f", 1, 1, 0);
    FAIL(fchown, "read-only", fd, 1, 1);
    FAIL(utimensat, "read-only", CWD, "f", 0, 0);
    FAIL(faccessat, "to write", CWD, "f", 2);
    FAIL(faccessat, "to read", CWD, "f", 4);
    FAIL(read, "to read", fd, buf, 1);
    FAIL(fsync, "nothing to do", fd);
}

/* --- on one without room --- */

static const char *name(unsigned k)
{
    memset(long_name, 'n', LONG);
    snprintf(long_name + LONG, 8, "%u", k);
    return long_name;
}

/* Every block, then every inode, is somebody's. */
static void fill(const char *path)
{
    long fd = open_file(path, O_WRONLY | O_CREAT);

    while (SYS(NR_write, fd, buf, sizeof buf) == sizeof buf)
        ;
    while (SYS(NR_write, fd, buf, 1) == 1)
        ;
    SYS(NR_close, fd);
}

static void full(void)
{
    long fd, from = open_file("f", O_RDONLY);
    char path[LONG + 16];
    int k = 0;

    /* Folder d's one block has no room for another such name. */
    do
        snprintf(path, sizeof path, "d/%s", name((unsigned)k));
    while (++k <= 4 && !SYS(NR_linkat, CWD, "f", CWD, path, 0));
    k = 0;
    do
        snprintf(path, sizeof path, "e/%d", k++);
    while (!SYS(NR_mknodat, CWD, path, 0100644, 0));
    FAIL(mknodat, "no more inodes", CWD, "new", 0100644, 0);
    FAIL(openat, "no more inodes", CWD, "new", O_WRONLY | O_CREAT, 0644);
    FAIL(mkdirat, "no more inodes", CWD, "new", 0755);
    FAIL(symlinkat, "no more inodes", "f", CWD, "new");
    for (int i = 0; i < 4; i++) {
        snprintf(path, sizeof path, "e/%d", i);
        SYS(NR_unlinkat, CWD, path, 0);
    }
    fill("big");
    fd = open_file("g", O_WRONLY);
    FAIL(write, "no room", fd, buf, sizeof buf);
    FAIL(writev, "no room", fd, &vec, 1);
    FAIL(pwrite, "no room", fd, buf, sizeof buf, 65536, 0);
    FAIL(fallocate, "no room", fd, 0, 0, 0, 4096, 0);
    FAIL(sendfile, "no room", fd, from, 0, 100);
    FAIL(mkdirat, "no room", CWD, "new", 0755);
    FAIL(symlinkat, "no room for the target", name(0), CWD, "new");
    snprintf(path, sizeof path, "d/%s", name(9));
    FAIL(linkat, "no room for the name", CWD, "f", CWD, path, 0);
    FAIL(renameat2, "no room for the name", CWD, "e", CWD, path, 0);
}

/* --- numbers at their ends --- */

static void ends(void)
{
    long fd = open_file("f", O_RDWR);

    FAIL(linkat, "as many names as can be", CWD, "f", CWD, "new", 0);
    FAIL(mkdirat, "as many folders as can be", CWD, "d/new", 0755);
    FAIL(renameat2, "as many folders as can be", CWD, "e", CWD, "d/e", 0);
    FAIL(pwrite, "beyond what a file can be", fd, buf, 1, 0, 1 << 10);
    FAIL(ftruncate, "beyond what a file can be", fd, 0, 1 << 10);
    FAIL(truncate, "beyond what a file can be", "f", 0, 1 << 10);
    FAIL(fallocate, "beyond what a file can be", fd, 0, 0, 1 << 10, 1, 0);
    SYS(NR_llseek, fd, 1 << 10, 0, buf, 0);
    FAIL(write, "beyond what a file can be", fd, buf, 1);
    FAIL(writev, "beyond what a file can be", fd, &vec, 1);
}

/* --- no more open files, in all processes together --- */

static void files(void)
{
    int p[2], status;
    long pid = 0;

    for (int depth = 0; depth < 5 && pid == 0; depth++) {
        while (open_file("f", O_RDONLY) >= 0)
            ;
        if (SYS(NR_openat, CWD, "f", O_RDONLY, 0) == -23)
            break;
        pid = fork_();
        for (int fd = 3; pid == 0 && fd < 1024; fd++)
            SYS(NR_close, fd);          /* its own table has room again, all files have not */
    }
    if (pid) {
        wait_for(pid, &status);
        SYS(NR_exit_group, 0);
    }
    FAIL(openat, "no more open files", CWD, "f", O_RDONLY, 0);
    FAIL(pipe2, "no more open files", p, 0);
}

/* --- locks, more of them than there can be --- */

static long lock(long fd, int command, short type, int64_t start, int64_t len)
{
    const struct { short type, whence; int pad; int64_t start, len; int pid; } l = {
        .type = type, .start = start, .len = len };

    return SYS(NR_fcntl, fd, command, &l);
}

/* The parent has bytes 0 and 1 and the whole file; the child 2, and wants 0 while the parent
 * wants 2. */
static void locks(void)
{
    enum { SET = 13, SET_WAIT = 14, READ = 0, WRITE = 1, UNLOCK = 2, EXCLUSIVE = 2, NONBLOCK = 4 };
    int status, p[2];
    long fd = open_file("f", O_RDWR), second = open_file("f", O_RDWR), read_only = open_file("f", O_RDONLY);
    long pid, at;

    SYS(NR_pipe2, p, 0);
    say("fcntl", "a lock", lock(fd, SET, WRITE, 0, 1));
    say("fcntl", "no such kind", lock(fd, SET, 3, 0, 1));
    say("fcntl", "to write, open to read", lock(read_only, SET, WRITE, 0, 1));
    say("fcntl", "a lock on none", lock(99, SET, WRITE, 0, 1));
    say("fcntl", "a pipe's", lock(p[0], SET, READ, 0, 1));
    say("fcntl", "before the beginning", lock(fd, SET, WRITE, 0, -1));
    say("fcntl", "beyond all places", lock(fd, SET, WRITE, INT64_MAX, 2));
    FAIL(flock, "all of it", fd, EXCLUSIVE);
    FAIL(flock, "another open file's", second, EXCLUSIVE | NONBLOCK);
    FAIL(flock, "of none", 99, EXCLUSIVE);
    FAIL(flock, "no such operation", fd, 16);
    alarm_soon();
    FAIL(flock, "interrupted", second, EXCLUSIVE);
    fflush(stdout);
    if ((pid = fork_()) == 0) {
        say("fcntl", "somebody else's", lock(fd, SET, WRITE, 0, 1));
        alarm_soon();
        say("fcntl", "interrupted", lock(fd, SET_WAIT, WRITE, 0, 1));
        say("fcntl", "a lock of the child's", lock(fd, SET, WRITE, 2, 1));
        SYS(NR_write, p[1], "x", 1);
        fflush(stdout);
        lock(fd, SET_WAIT, WRITE, 0, 1);
        SYS(NR_exit_group, 0);
    }
    SYS(NR_read, p[0], buf, 1);
    sleep_ms(LATER_MS);
    say("fcntl", "each waits for the other", lock(fd, SET_WAIT, WRITE, 2, 1));
    say("fcntl", "given up", lock(fd, SET, UNLOCK, 0, 0));
    wait_for(pid, &status);
    for (at = 0; !(status = (int)lock(fd, SET, WRITE, 2 * at, 1)); at++)
        ;
    say("fcntl", "as many as can be", status);
    FAIL(flock, "another open file's, shared", read_only, 1 | NONBLOCK);
    FAIL(flock, "given up", fd, 8);
    say("fcntl", "one more", lock(fd, SET, WRITE, 2 * at, 1));
    FAIL(flock, "one more", fd, EXCLUSIVE);
}

/* No block can be read any more, and nobody has looked into d yet. */
static void bad(void)
{
    long fd = open_file("f", O_RDWR), new = open_file("g", O_RDWR);
    long d = open_file("d", O_RDONLY | O_DIRECTORY);

    SYS(NR_pwrite, new, buf, BLOCK, 0, 0, 0);
    sleep_ms(LATER_MS);
    FAIL(fsync, "bad sector", new);
    SYS(NR_pwrite, new, buf, BLOCK, 0, 0, 0);
    FAIL(fdatasync, "bad sector", new);
    FAIL(read, "bad sector", fd, buf, 1);
    FAIL(readv, "bad sector", fd, &vec, 1);
    FAIL(pread, "bad sector", fd, buf, 1, 0, 0, 0);
    FAIL(write, "bad sector", fd, buf, 1);
    FAIL(writev, "bad sector", fd, &vec, 1);
    FAIL(pwrite, "bad sector", fd, buf, 1, 0, 0, 0);
    FAIL(sendfile, "bad sector", new, fd, 0, 1);
    FAIL(ftruncate, "bad sector", fd, 1, 0);
    FAIL(fallocate, "bad sector", fd, 0, 0, 0, 1 << 16, 0);
    FAIL(getdents, "bad sector", d, buf, sizeof buf);
    FAIL(openat, "bad sector", CWD, "d/x", O_RDONLY, 0);
    FAIL(fstatat, "bad sector", CWD, "d/x", buf, 0);
    FAIL(statx, "bad sector", CWD, "d/x", 0, 0x7ff, buf);
    FAIL(readlinkat, "bad sector", CWD, "d/x", buf, 10);
    FAIL(faccessat, "bad sector", CWD, "d/x", 4);
    FAIL(mkdirat, "bad sector", CWD, "d/new", 0755);
    FAIL(mknodat, "bad sector", CWD, "d/new", 0010644, 0);
    FAIL(symlinkat, "bad sector", "x", CWD, "d/new");
    FAIL(linkat, "bad sector", CWD, "f", CWD, "d/new", 0);
    FAIL(unlinkat, "bad sector", CWD, "d/x", 0);
    FAIL(renameat2, "bad sector", CWD, "f", CWD, "d/new", 0);
    FAIL(truncate, "bad sector", "d/x", 0, 0);
    FAIL(fchmodat, "bad sector", CWD, "d/x", 0600);
    FAIL(fchownat, "bad sector", CWD, "d/x", 1, 1, 0);
    FAIL(utimensat, "bad sector", CWD, "d/x", 0, 0);
    FAIL(chdir, "bad sector", "d/x");
    FAIL(statfs, "bad sector", "d/x", 88, buf);
    FAIL(execve, "bad sector", "d/x", 0, 0);
}

int main(int argc, char **argv)
{
    static const struct { const char *name; void (*run)(void); } modes[] = {
        { "read-only", read_only }, { "full", full }, { "ends", ends }, { "files", files },
        { "locks", locks },
        { "bad", bad },
    };

    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (argc > 1 && !strcmp(argv[1], modes[i].name))
            modes[i].run();
    return 0;
}
