/* limits.c - what setrlimit holds a process to: descriptors, sizes of files, CPU time. What a
 * limit does to memory and tasks is in tests/cmd/limits.c: an emulator keeps those to itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* Standard output may be a file, too: the limits are beyond what it ever is. */
enum { BASE = 100000 };

static volatile sig_atomic_t caught;

static void note(int signo)
{
    caught = signo;
}

static const char *name(void)
{
    return caught == SIGXFSZ ? "SIGXFSZ" : caught == SIGXCPU ? "SIGXCPU" : caught ? "?" : "none";
}

static void set(int what, rlim_t soft, rlim_t hard)
{
    struct rlimit l = { soft, hard };

    if (setrlimit(what, &l))
        printf("setrlimit: %s\n", strerror(errno));
}

static void say(const char *what, long result)
{
    printf("%s: %ld %s, signal %s\n", what, result, result < 0 ? strerror(errno) : "", name());
    caught = 0;
}

static void descriptors(void)
{
    struct rlimit l;
    int fd, last = -1;

    set(RLIMIT_NOFILE, 16, 20);
    while ((fd = dup(0)) >= 0)
        last = fd;
    printf("descriptors up to %d: %s\n", last, strerror(errno));
    set(RLIMIT_NOFILE, 18, 20);
    printf("and then %d\n", dup(0));
    getrlimit(RLIMIT_NOFILE, &l);
    printf("%d of %d\n", (int)l.rlim_cur, (int)l.rlim_max);
    set(RLIMIT_NOFILE, 21, 20);
}

/* From a file of BASE and more bytes to one whose limit is BASE + 300. */
static void send(void)
{
    off_t at = 0;
    int to, in;

    for (int fd = 3; fd < 20; fd++)
        close(fd);
    to = open("sent", O_CREAT | O_TRUNC | O_WRONLY, 0600);
    in = open("limited", O_RDONLY);
    signal(SIGXFSZ, note);
    say("sendfile's start", lseek(to, BASE + 250, SEEK_SET) != BASE + 250);
    say("sendfile what fits", sendfile(to, in, &at, 100));
    say("sendfile behind", sendfile(to, in, &at, 100));
    say("read so far", at);
    close(to);
    close(in);
    unlink("sent");
}

static void files(void)
{
    char bytes[100];
    int fd = open("limited", O_CREAT | O_TRUNC | O_RDWR, 0600);

    memset(bytes, 'x', sizeof bytes);
    set(RLIMIT_FSIZE, BASE + 250, RLIM_INFINITY);
    signal(SIGXFSZ, note);
    say("its start", ftruncate(fd, BASE) || lseek(fd, BASE, SEEK_SET) != BASE);
    say("write", write(fd, bytes, 100));
    say("write", write(fd, bytes, 100));
    say("what fits", write(fd, bytes, 100));
    say("behind", write(fd, bytes, 100));
    say("nothing", write(fd, bytes, 0));
    say("pwrite", pwrite(fd, bytes, 100, BASE + 200));
    say("pwrite far", pwrite(fd, bytes, 1, BASE + 1000));
    say("truncate up", ftruncate(fd, BASE + 251));
    say("truncate", ftruncate(fd, BASE + 240));
    say("its size", lseek(fd, 0, SEEK_END) - BASE);
    close(fd);
    fd = open("limited", O_WRONLY | O_APPEND);
    say("append", write(fd, bytes, 7));
    say("append what fits", write(fd, bytes, 7));
    say("append behind", write(fd, bytes, 7));
    say("its size", lseek(fd, 0, SEEK_END) - BASE);
    set(RLIMIT_FSIZE, BASE + 300, RLIM_INFINITY);
    say("a higher limit", write(fd, bytes, 100));
    signal(SIGXFSZ, SIG_IGN);
    say("ignored", write(fd, bytes, 100));
    close(fd);
    send();
    unlink("limited");
}

/* What is not data may become it only as far as RLIMIT_DATA lets it. */
static void protection(void)
{
    enum { PAGE = 4096 };
    char *own = mmap(NULL, 4 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *shared = mmap(NULL, PAGE, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    char *had = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    set(RLIMIT_DATA, PAGE, RLIM_INFINITY);
    say("to data", mprotect(own, PAGE, PROT_READ | PROT_WRITE));
    say("to none", mprotect(own, PAGE, PROT_NONE));
    say("shared", mprotect(shared, PAGE, PROT_READ | PROT_WRITE));
    say("from data", mprotect(had, PAGE, PROT_READ));
    say("and back", mprotect(had, PAGE, PROT_READ | PROT_WRITE));
    set(RLIMIT_DATA, RLIM_INFINITY, RLIM_INFINITY);
    say("without", mprotect(own, 4 * PAGE, PROT_READ | PROT_WRITE));
}

/* A child, under its parent's limits: the signal that ended it. */
static void ends(const char *what, void (*body)(void))
{
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        body();
        _exit(0);
    }
    waitpid(pid, &status, 0);
    if (WIFSIGNALED(status))
        printf("%s: ended by signal %d\n", what, WTERMSIG(status));
    else
        printf("%s: status %d\n", what, WEXITSTATUS(status));
}

static void writes_too_much(void)
{
    signal(SIGXFSZ, SIG_DFL);
    int fd = open("limited", O_CREAT | O_TRUNC | O_RDWR, 0600);

    if (write(fd, "four", 4) == 4 && ftruncate(fd, BASE + 1000) == 0)
        _exit(1);
}

static void note_time(int signo)
{
    static const char text[] = "a second is over\n";

    (void)signo;
    if (write(1, text, sizeof text - 1) < 0)
        _exit(1);
}

static void spin(void)
{
    signal(SIGXCPU, note_time);
    for (;;)
        continue;
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    descriptors();
    files();
    protection();
    fflush(stdout);
    ends("a file's size", writes_too_much);
    unlink("limited");
    set(RLIMIT_CORE, 0, 0);
    set(RLIMIT_CPU, 1, 2);
    fflush(stdout);
    ends("CPU time", spin);
    return 0;
}
