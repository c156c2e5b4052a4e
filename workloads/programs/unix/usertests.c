/* usertests.c - does the kernel keep its promises to programs? usertests [NAME...]
 *
 * Each test runs in a process and a folder of its own and says nothing unless something is
 * wrong. After each, no process and no file may be left. The idea is that of xv6's program
 * of this name. Exit status 0: all passed. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *test;

static void failed(int line, const char *what)
{
    printf("%s: line %d: %s (errno %d)\n", test, line, what, errno);
    fflush(stdout);
    _exit(1);
}
#define WANT(cond) ((cond) ? (void)0 : failed(__LINE__, #cond))
#define FAILS(call, error) WANT((call) == -1 && errno == (error))

static int make(const char *path, const char *text)
{
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0644);

    WANT(fd >= 0);
    WANT(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    return fd;
}

static int holds(const char *path, const char *text)
{
    char buf[256];
    int fd = open(path, O_RDONLY);
    ssize_t n = fd < 0 ? -1 : read(fd, buf, sizeof buf);

    close(fd);
    return n == (ssize_t)strlen(text) && !memcmp(buf, text, (size_t)n);
}

static int ends_with(pid_t pid)
{
    int status;

    WANT(waitpid(pid, &status, 0) == pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* --- files --- */

static void test_write_read(void)
{
    char big[10000], back[10000];
    int fd = open("f", O_RDWR | O_CREAT, 0644);

    for (unsigned i = 0; i < sizeof big; i++)
        big[i] = (char)(i * 7);
    WANT(write(fd, big, sizeof big) == sizeof big);
    WANT(lseek(fd, 0, SEEK_CUR) == sizeof big && lseek(fd, 0, SEEK_SET) == 0);
    WANT(read(fd, back, sizeof back) == sizeof back && !memcmp(big, back, sizeof big));
    WANT(read(fd, back, 1) == 0);
    WANT(!unlink("f"));
}

/* More at a time, at odd places in memory, than pages can be held for one call. */
static void test_long_moves(void)
{
    enum { ALL = 150000, ODD = 1637 };
    char *from = malloc(ALL + 4096), *to = malloc(ALL + 8192);
    int fd = open("f", O_RDWR | O_CREAT, 0644);

    WANT(from && to);
    for (int i = 0; i < ALL; i++)
        from[i] = (char)(i * 13 + i / 251);
    for (int again = 0; again < 3; again++) {
        WANT(pwrite(fd, from, ALL, 0) == ALL);
        memset(to, 0, ALL + 8192);
        WANT(pread(fd, to + ODD, ALL, 0) == ALL && !memcmp(to + ODD, from, ALL));
        WANT(pread(fd, to + 100, ALL, 3000) == ALL - 3000);
        WANT(!memcmp(to + 100, from + 3000, ALL - 3000));
    }
    WANT(!unlink("f"));
    free(from);
    free(to);
}

/* What a call writes to may lie across two pages each. */
static void test_across_pages(void)
{
    enum { PAGE = 4096 };
    char *at = malloc(10 * PAGE), *edge = at + PAGE - (unsigned long)at % PAGE;
    fd_set *set[3];
    struct timeval *left = (void *)(edge + 7 * PAGE - 8);
    uid_t *id[3];

    WANT(at);
    for (int i = 0; i < 3; i++) {
        set[i] = (void *)(edge + (2 * i + 1) * PAGE - 64);
        id[i] = (void *)(edge + (2 * i + 1) * PAGE - 2);
        FD_ZERO(set[i]);
        FD_SET(0, set[i]);
    }
    *left = (struct timeval){ 0, 1000 };
    WANT(select(FD_SETSIZE, set[0], set[1], set[2], left) >= 0);
    WANT(!syscall(SYS_getresuid, id[0], id[1], id[2]) && *id[0] == 0 && *id[2] == 0);
    free(at);
}

static void test_append(void)
{
    int fd = make("f", "one"), more = open("f", O_WRONLY | O_APPEND);

    WANT(write(more, "two", 3) == 3 && write(fd, "x", 1) == 1);
    WANT(holds("f", "onexwo"));
    WANT(pwrite(more, "Y", 1, 1) == 1 && holds("f", "oYexwo"));         /* POSIX, unlike Linux */
    WANT(!unlink("f"));
}

static void test_holes(void)
{
    struct stat st;
    int fd = make("f", "");
    char c = 1;

    WANT(lseek(fd, 5000000, SEEK_SET) == 5000000 && write(fd, "z", 1) == 1);
    WANT(!fstat(fd, &st) && st.st_size == 5000001 && st.st_blocks < 100);
    WANT(pread(fd, &c, 1, 12345) == 1 && c == 0);
    WANT(!ftruncate(fd, 2) && !fstat(fd, &st) && st.st_size == 2 && st.st_blocks <= 8);
    WANT(!unlink("f"));
}

static void test_unlinked_open(void)
{
    char c;
    int fd = make("f", "abc");

    WANT(!unlink("f"));
    FAILS(open("f", O_RDONLY), ENOENT);
    WANT(pread(fd, &c, 1, 2) == 1 && c == 'c');
}

static void test_links(void)
{
    struct stat st;

    close(make("a", "text"));
    WANT(!link("a", "b") && !stat("b", &st) && st.st_nlink == 2);
    FAILS(link("a", "b"), EEXIST);
    WANT(!symlink("a", "s") && holds("s", "text") && !lstat("s", &st) && S_ISLNK(st.st_mode));
    WANT(!symlink("loop", "loop"));
    FAILS(open("loop", O_RDONLY), ELOOP);
    WANT(!rename("a", "b"));    /* two names of one file: nothing happens */
    WANT(!unlink("a") && holds("b", "text") && !unlink("b") && !unlink("s") && !unlink("loop"));
}

static void test_folders(void)
{
    char cwd[256];

    WANT(!mkdir("d", 0755) && !mkdir("d/e", 0755));
    FAILS(mkdir("d", 0755), EEXIST);
    FAILS(rmdir("d"), ENOTEMPTY);
    FAILS(unlink("d"), EISDIR);
    FAILS(rename("d", "d/e/f"), EINVAL);
    WANT(!chdir("d/e") && getcwd(cwd, sizeof cwd) && !strcmp(cwd + strlen(cwd) - 4, "/d/e"));
    WANT(!chdir("../.."));
    WANT(!rename("d/e", "g") && !rmdir("d") && !rmdir("g"));
    FAILS(rmdir("g"), ENOENT);
}

static void test_errors(void)
{
    char name[300];
    int fd;

    memset(name, 'n', sizeof name);
    name[256] = '\0';
    FAILS(open(name, O_CREAT | O_RDWR, 0644), ENAMETOOLONG);
    FAILS(open("", O_RDONLY), ENOENT);
    FAILS(open("no/f", O_CREAT | O_WRONLY, 0644), ENOENT);
    close(make("f", "x"));
    FAILS(open("f/g", O_RDONLY), ENOTDIR);
    FAILS(open("f", O_CREAT | O_EXCL | O_WRONLY, 0644), EEXIST);
    FAILS(open(".", O_WRONLY), EISDIR);
    FAILS(read(99, name, 1), EBADF);
    fd = open("f", O_RDONLY);
    FAILS(write(fd, "x", 1), EBADF);
    FAILS(lseek(fd, -1, SEEK_SET), EINVAL);
    FAILS(read(fd, (void *)8, 1), EFAULT);
    WANT(!close(fd) && !unlink("f"));
    FAILS(close(fd), EBADF);
}

static void test_descriptors(void)
{
    int n = 0, fd, first = -1;
    char c;

    close(make("f", "ab"));
    while ((fd = open("f", O_RDONLY)) >= 0) {
        first = first < 0 ? fd : first;
        n++;
    }
    WANT(errno == EMFILE && n >= 16);
    WANT(!close(first + 1) && dup(first) == first + 1);
    WANT(read(first, &c, 1) == 1 && c == 'a' && read(first + 1, &c, 1) == 1 && c == 'b');
    WANT(!unlink("f"));
}

static void test_many_files(void)
{
    char name[16];

    for (int i = 0; i < 60; i++) {
        sprintf(name, "file%d", i);
        close(make(name, name));
    }
    for (int i = 59; i >= 0; i--) {
        sprintf(name, "file%d", i);
        WANT(holds(name, name) && !unlink(name));
    }
}

static void test_devices(void)
{
    char buf[8] = "xxxxxxx";
    int fd = open("/dev/zero", O_RDONLY);

    WANT(read(fd, buf, sizeof buf) == sizeof buf && buf[0] == 0 && buf[7] == 0);
    fd = open("/dev/null", O_RDWR);
    WANT(write(fd, buf, sizeof buf) == sizeof buf && read(fd, buf, sizeof buf) == 0);
    fd = open("/dev/random", O_RDONLY);
    WANT(read(fd, buf, sizeof buf) == sizeof buf);
}

static void test_sendfile(void)
{
    int in = make("a", "0123456789"), out = make("b", "");
    long long at = 3;

    WANT(syscall(71, out, in, &at, 4) == 4 && at == 7 && holds("b", "3456"));
    WANT(lseek(in, 8, SEEK_SET) == 8 && syscall(71, out, in, NULL, 100) == 2);
    WANT(holds("b", "345689") && lseek(in, 0, SEEK_CUR) == 10);
    WANT(!unlink("a") && !unlink("b"));
}

/* --- processes --- */

static void test_fork(void)
{
    for (int i = 0; i < 20; i++) {
        pid_t pid = fork();

        WANT(pid >= 0);
        if (pid == 0)
            _exit(i);
        WANT(ends_with(pid) == i);
    }
    FAILS(wait(NULL), ECHILD);
}

static void test_pipe(void)
{
    static char buf[4096];
    unsigned sum = 0, want = 0;
    int fd[2];
    ssize_t n;
    pid_t pid;

    WANT(!pipe(fd));
    if ((pid = fork()) == 0) {
        close(fd[0]);
        for (int i = 0; i < 100; i++) {
            memset(buf, i, 1000);
            WANT(write(fd[1], buf, 1000) == 1000);
        }
        _exit(0);
    }
    close(fd[1]);
    while ((n = read(fd[0], buf, sizeof buf)) > 0)
        for (ssize_t i = 0; i < n; i++)
            sum += (unsigned char)buf[i];
    for (unsigned i = 0; i < 100; i++)
        want += i * 1000;
    WANT(n == 0 && sum == want && ends_with(pid) == 0);
}

static void test_broken_pipe(void)
{
    int fd[2];

    signal(SIGPIPE, SIG_IGN);
    WANT(!pipe(fd) && !close(fd[0]));
    FAILS(write(fd[1], "x", 1), EPIPE);
}

static void test_fifo(void)
{
    char buf[16];
    pid_t pid;
    int fd;

    WANT(!mkfifo("p", 0644));
    FAILS(open("p", O_WRONLY | O_NONBLOCK), ENXIO);
    if ((pid = fork()) == 0) {
        fd = open("p", O_WRONLY);       /* waits for the reader */
        WANT(write(fd, "through", 7) == 7);
        _exit(0);
    }
    fd = open("p", O_RDONLY);
    WANT(read(fd, buf, sizeof buf) == 7 && !memcmp(buf, "through", 7));
    WANT(read(fd, buf, sizeof buf) == 0 && ends_with(pid) == 0 && !unlink("p"));
}

static void test_kill(void)
{
    pid_t pid = fork();

    if (pid == 0)
        for (;;)
            sleep(100);
    WANT(!kill(pid, SIGKILL) && ends_with(pid) == 128 + SIGKILL);
    FAILS(kill(pid, 0), ESRCH);
}

static volatile int caught;

static void catch(int signo)
{
    caught = signo;
}

static void test_alarm(void)
{
    signal(SIGALRM, catch);
    alarm(1);
    FAILS(pause(), EINTR);
    WANT(caught == SIGALRM);
}

static void test_script(void)
{
    char *argv[] = { "./s", "last", NULL }, *env[] = { NULL };
    pid_t pid;

    close(make("s", "#! /bin/echo -x  y \nnot read\n"));
    FAILS(execve("./s", argv, env), EACCES);
    WANT(!chmod("s", 0755));
    if ((pid = fork()) == 0) {
        close(1);
        make("out", "");
        execve("./s", argv, env);
        _exit(1);
    }
    WANT(ends_with(pid) == 0 && holds("out", "-x  y ./s last\n"));
    close(make("s", "#!/no/such\n"));
    FAILS(execve("./s", argv, env), ENOENT);
    close(make("s", "neither\n"));
    FAILS(execve("./s", argv, env), ENOEXEC);
    WANT(!unlink("s") && !unlink("out"));
}

static void test_proc(void)
{
    char buf[512], name[32];
    int fd = open("/proc/self/stat", O_RDONLY), pid = 0, parent = 0;
    ssize_t n = read(fd, buf, sizeof buf - 1);
    char state = 0;

    WANT(n > 0);
    buf[n] = '\0';
    WANT(sscanf(buf, "%d (%31[^)]) %c %d", &pid, name, &state, &parent) == 4);
    WANT(pid == getpid() && parent == getppid() && state == 'R');
    FAILS(open("/proc/99999", O_RDONLY), ENOENT);
    FAILS(open("/proc/stat", O_WRONLY), EACCES);
}

static void test_memory(void)
{
    char *p = malloc(1 << 20);

    WANT(p);
    for (int i = 0; i < 1 << 20; i += 4096)
        p[i] = (char)(i >> 12);
    pid_t pid = fork();
    if (pid == 0) {
        for (int i = 0; i < 1 << 20; i += 4096)
            p[i] = 99;
        _exit(0);
    }
    WANT(ends_with(pid) == 0);
    for (int i = 0; i < 1 << 20; i += 4096)
        WANT(p[i] == (char)(i >> 12));
    if ((pid = fork()) == 0)
        *(volatile int *)16 = 1;
    WANT(ends_with(pid) == 128 + SIGSEGV);
    free(p);
}

/* --- all of them --- */

static const struct { const char *name; void (*run)(void); } tests[] = {
    { "write-read", test_write_read }, { "long-moves", test_long_moves },
    { "across-pages", test_across_pages }, { "append", test_append }, { "holes", test_holes },
    { "unlinked-open", test_unlinked_open }, { "links", test_links },
    { "folders", test_folders }, { "errors", test_errors },
    { "descriptors", test_descriptors }, { "many-files", test_many_files },
    { "devices", test_devices }, { "sendfile", test_sendfile }, { "fork", test_fork },
    { "pipe", test_pipe }, { "broken-pipe", test_broken_pipe }, { "fifo", test_fifo },
    { "kill", test_kill }, { "alarm", test_alarm }, { "script", test_script },
    { "proc", test_proc }, { "memory", test_memory },
};

static int run(unsigned i)
{
    pid_t pid;

    test = tests[i].name;
    if (mkdir("/tmp/usertests", 0755)) {
        perror("/tmp/usertests");
        return 1;
    }
    fflush(stdout);
    if ((pid = fork()) == 0) {
        WANT(!chdir("/tmp/usertests"));
        tests[i].run();
        _exit(0);
    }
    int status = ends_with(pid);
    if (rmdir("/tmp/usertests")) {
        printf("%s: files are left\n", test);
        return 1;
    }
    printf("%s %s\n", status ? "FAILED" : "ok    ", test);
    return status != 0;
}

int main(int argc, char **argv)
{
    int bad = 0, nrun = 0;

    for (unsigned i = 0; i < sizeof tests / sizeof *tests; i++) {
        int wanted = argc < 2;

        for (int a = 1; a < argc; a++)
            wanted |= !strcmp(argv[a], tests[i].name);
        if (wanted) {
            bad += run(i);
            nrun++;
        }
    }
    printf("%d tests, %d failed\n", nrun, bad);
    return bad || !nrun;
}
