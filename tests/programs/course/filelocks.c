/* filelocks.c - locks on files: stretches that split and merge, who is in whose way, waiting
 * in order, the deadlock that fcntl refuses, and flock, which belongs to the open file. */
#include "common.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mman.h>

enum { BYTES = 64, PROCESSES = 4, TURNS = 60 };

static int fd;
static int *holders;            /* of each byte: 1000 a writer, 1 a reader; shared */

static int lock_on(int f, int command, int type, int whence, off_t start, off_t len)
{
    struct flock l = { .l_type = type, .l_whence = whence, .l_start = start, .l_len = len };

    return fcntl(f, command, &l) < 0 ? -errno : 0;
}

static int lock(int command, int type, off_t start, off_t len)
{
    return lock_on(fd, command, type, SEEK_SET, start, len);
}

static void say(const char *what, int r)
{
    printf("%s %s\n", what, r ? strerror(-r) : "ok");
}

static pid_t split(void)
{
    fflush(stdout);
    return fork();
}

/* All locks that others than the one who asks have. */
static void show(const char *what)
{
    pid_t me = getpid();

    if (split() == 0) {
        struct flock l = { 0 };

        printf("%s:", what);
        for (off_t at = 0;; at = l.l_start + l.l_len) {
            l = (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = at };
            if (fcntl(fd, F_GETLK, &l) < 0 || l.l_type == F_UNLCK)
                break;
            printf(" %s %ld+%ld%s", l.l_type == F_RDLCK ? "read" : "write", (long)l.l_start,
                   (long)l.l_len, l.l_pid == me ? "" : " (whose?)");
            if (!l.l_len)
                break;
        }
        putchar('\n');
        exit(0);
    }
    wait(NULL);
}

static void stretches(void)
{
    lock(F_SETLK, F_WRLCK, 0, 100);
    show("whole");
    lock(F_SETLK, F_RDLCK, 40, 20);
    show("in the middle");
    lock(F_SETLK, F_UNLCK, 45, 5);
    show("a hole");
    lock(F_SETLK, F_RDLCK, 45, 5);
    show("filled");
    lock(F_SETLK, F_WRLCK, 40, 20);
    show("one again");
    lock_on(fd, F_SETLK, F_WRLCK, SEEK_END, 0, 0);
    show("from the end on");
    lseek(fd, 5, SEEK_SET);
    lock_on(fd, F_SETLK, F_UNLCK, SEEK_CUR, 0, 0);
    show("up to here");
    lock(F_SETLK, F_WRLCK, 50, -10);
    show("backwards");
    lock(F_SETLK, F_UNLCK, 0, 0);
}

static void mistakes(const char *path)
{
    int in = open(path, O_RDONLY), out = open(path, O_WRONLY);

    say("before the beginning", lock(F_SETLK, F_WRLCK, 5, -10));
    say("from nowhere", lock_on(fd, F_SETLK, F_WRLCK, 9, 0, 0));
    say("of no type", lock(F_SETLK, 7, 0, 0));
    say("asked for no type", lock(F_GETLK, F_UNLCK, 0, 0));
    say("of no file", lock_on(99, F_SETLK, F_WRLCK, SEEK_SET, 0, 0));
    say("to write what is read", lock_on(in, F_SETLK, F_WRLCK, SEEK_SET, 0, 1));
    say("to read what is written", lock_on(out, F_SETLK, F_RDLCK, SEEK_SET, 0, 1));
    lock(F_SETLK, F_WRLCK, 7, 1);
    close(in);
    show("gone when any is closed");
    close(out);
}

/* Drawn by lot, each state as another process sees it. */
static void drawn(void)
{
    unsigned seed = 1;

    for (int i = 0; i < 400; i++) {
        unsigned r = seed = seed * 1103515245 + 12345;

        lock(F_SETLK, (int)(r >> 8) % 3, (off_t)(r >> 16) % BYTES, (off_t)(r >> 24) % 9);
        if (i % 40 == 39)
            show("drawn");
    }
    lock(F_SETLK, F_UNLCK, 0, 0);
}

static void in_the_way(void)
{
    lock(F_SETLK, F_RDLCK, 0, 10);
    if (split() == 0) {
        say("read beside a reader", lock(F_SETLK, F_RDLCK, 5, 10));
        say("write beside a reader", lock(F_SETLK, F_WRLCK, 5, 10));
        say("write behind it", lock(F_SETLK, F_WRLCK, 10, 10));
        exit(0);
    }
    wait(NULL);
    lock(F_SETLK, F_UNLCK, 0, 0);
}

static void one_at_a_time(void)
{
    int p[2], together = 0;
    char got[6];

    if (pipe(p))
        exit(1);
    lock(F_SETLK, F_WRLCK, 0, 0);
    for (int i = 0; i < 3; i++)
        if (split() == 0) {
            lock(F_SETLKW, F_WRLCK, i, 100);
            write(p[1], &"abc"[i], 1);
            usleep(2000);
            write(p[1], &"abc"[i], 1);
            _exit(0);
        }
    usleep(10000);
    lock(F_SETLK, F_UNLCK, 0, 0);
    while (wait(NULL) > 0)
        continue;
    read(p[0], got, 6);
    for (int i = 0; i < 6; i += 2)
        together += got[i] == got[i + 1];
    printf("%d one at a time\n", together);
    close(p[0]);
    close(p[1]);
}

static int until[2];            /* a child that holds a lock waits for a byte */

static void child_holds(void)
{
    int p[2];
    char c;

    if (pipe(p) || pipe(until))
        exit(1);
    if (split() == 0) {
        lock(F_SETLK, F_WRLCK, 0, 1);
        write(p[1], "", 1);
        read(until[0], &c, 1);
        _exit(0);
    }
    read(p[0], &c, 1);
    close(p[0]);
    close(p[1]);
}

static void wake(int signo)
{
    (void)signo;
}

static void let_go(int signo)
{
    (void)signo;
    write(until[1], "", 1);
}

static void interrupted(void)
{
    struct sigaction a = { .sa_handler = wake };

    child_holds();
    sigaction(SIGALRM, &a, NULL);
    ualarm(10000, 10000);
    say("interrupted", lock(F_SETLKW, F_WRLCK, 0, 1));
    a.sa_flags = SA_RESTART;
    a.sa_handler = let_go;
    sigaction(SIGALRM, &a, NULL);
    say("begun anew", lock(F_SETLKW, F_WRLCK, 0, 1));
    ualarm(0, 0);
    signal(SIGALRM, SIG_IGN);
    wait(NULL);
    lock(F_SETLK, F_UNLCK, 0, 0);
}

/* Either of the two is refused. */
static void deadlock(void)
{
    int p[2], status, refused;
    char c;

    if (pipe(p))
        exit(1);
    lock(F_SETLK, F_WRLCK, 0, 1);
    if (split() == 0) {
        lock(F_SETLK, F_WRLCK, 1, 1);
        write(p[1], "", 1);
        _exit(lock(F_SETLKW, F_WRLCK, 0, 1) == -EDEADLK);
    }
    read(p[0], &c, 1);
    refused = lock(F_SETLKW, F_WRLCK, 1, 1) == -EDEADLK;
    lock(F_SETLK, F_UNLCK, 0, 0);
    wait(&status);
    printf("each waits for the other: %d refused\n", refused + WEXITSTATUS(status));
    close(p[0]);
    close(p[1]);
}

static void try_whole(const char *what, int f, int how)
{
    say(what, flock(f, how) < 0 ? -errno : 0);
}

static void whole_files(const char *path)
{
    int a = open(path, O_RDWR), b = open(path, O_RDWR), copy = dup(a);

    try_whole("a exclusive", a, LOCK_EX);
    try_whole("b exclusive", b, LOCK_EX | LOCK_NB);
    try_whole("a's copy", copy, LOCK_EX | LOCK_NB);
    try_whole("a shared", copy, LOCK_SH);
    try_whole("b shared", b, LOCK_SH | LOCK_NB);
    try_whole("b wants more, and loses it", b, LOCK_EX | LOCK_NB);
    try_whole("a exclusive", a, LOCK_EX | LOCK_NB);
    say("a stretch beside it", lock_on(b, F_SETLK, F_WRLCK, SEEK_SET, 0, 0));
    close(a);
    try_whole("the copy keeps it", b, LOCK_SH | LOCK_NB);
    close(copy);
    try_whole("now", b, LOCK_SH | LOCK_NB);
    if (split() == 0) {
        flock(b, LOCK_UN);
        _exit(0);
    }
    wait(NULL);
    a = open(path, O_RDWR);
    try_whole("a child gave it up", a, LOCK_EX | LOCK_NB);
    try_whole("nonsense", a, 3);
    try_whole("no file", 99, LOCK_EX);
    if (split() == 0) {
        close(a);
        try_whole("at last", open(path, O_RDWR), LOCK_EX);
        exit(0);
    }
    usleep(10000);
    puts("closed");
    fflush(stdout);
    close(a);
    close(b);
    wait(NULL);
}

static void of_open_files(const char *path)
{
    int a = open(path, O_RDWR), b = open(path, O_RDWR);
    struct flock l = { .l_type = F_WRLCK };

    say("an open file's", lock_on(a, F_OFD_SETLK, F_WRLCK, SEEK_SET, 0, 5));
    say("another's", lock_on(b, F_OFD_SETLK, F_WRLCK, SEEK_SET, 0, 5));
    say("the process's", lock_on(b, F_SETLK, F_WRLCK, SEEK_SET, 3, 5));
    fcntl(b, F_OFD_GETLK, &l);
    printf("seen as %d's\n", (int)l.l_pid);
    close(a);
    close(b);
    lseek(fd, 50, SEEK_SET);
    say("lockf", lockf(fd, F_TLOCK, 10) < 0 ? -errno : 0);
    show("lockf");
    lock(F_SETLK, F_UNLCK, 0, 0);
}

/* Nobody is where a writer is: four processes, locks drawn by lot, waiting for each. */
static void use(int from, int to, int n, int *wrong)
{
    for (int i = from; i < to; i++) {
        int others = __atomic_fetch_add(&holders[i], n, __ATOMIC_SEQ_CST);

        *wrong += n > 1 ? others != 0 : others >= 1000;
    }
    usleep(100);
    for (int i = from; i < to; i++)
        __atomic_fetch_sub(&holders[i], n, __ATOMIC_SEQ_CST);
}

static void many(void)
{
    int status, wrong = 0;

    for (unsigned p = 1; p <= PROCESSES; p++)
        if (split() == 0) {
            for (int i = 0; i < TURNS; i++) {
                int from = rand_r(&p) % BYTES, n = 1 + rand_r(&p) % (BYTES - from);
                int write = rand_r(&p) % 2;

                if (lock(F_SETLKW, write ? F_WRLCK : F_RDLCK, from, n))
                    exit(255);
                use(from, from + n, write ? 1000 : 1, &wrong);
                lock(F_SETLK, F_UNLCK, from, n);
            }
            exit(wrong > 100 ? 100 : wrong);
        }
    while (wait(&status) > 0)
        wrong += WEXITSTATUS(status);
    printf("%d at once where one may be\n", wrong);
}

int main(void)
{
    char path[] = "/tmp/filelocksXXXXXX";

    fd = mkstemp(path);
    holders = mmap(NULL, BYTES * sizeof *holders, PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    write(fd, "0123456789", 10);
    stretches();
    mistakes(path);
    drawn();
    in_the_way();
    one_at_a_time();
    interrupted();
    deadlock();
    whole_files(path);
    of_open_files(path);
    many();
    unlink(path);
    return 0;
}
