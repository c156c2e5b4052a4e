/* calls.c WHAT - what a program gets of the machine around it: its date, its limits, its harts. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void show_time(const char *what, time_t t)
{
    char text[32];

    strftime(text, sizeof text, "%Y-%m-%dT%H:%M", gmtime(&t));
    printf("%s %s\n", what, text);
}

static void date(void)
{
    struct stat st;
    int fd = open("/new", O_CREAT | O_WRONLY, 0644);

    show_time("now", time(NULL));
    stat("/etc/motd", &st);
    show_time("old", st.st_mtime);
    close(fd);
    stat("/new", &st);
    show_time("new", st.st_mtime);
    sleep(60 * 61);
    fd = open("/new", O_WRONLY | O_TRUNC);
    if (write(fd, "x", 1) != 1)
        puts("no write");
    close(fd);
    stat("/new", &st);
    show_time("later", st.st_mtime);
    utimensat(AT_FDCWD, "/new", NULL, 0);
    stat("/new", &st);
    show_time("touched", st.st_atime);
    stat("/proc/self", &st);
    show_time("proc", st.st_mtime);
}

/* How many there are until the first that fails. */
static void until(const char *what, int (*one)(int i), int resource)
{
    struct rlimit most = { 0, 0 };
    int n = 0;

    while (n < 100000 && one(n) == 0)
        n++;
    printf("%s %d %s", what, n, strerror(errno));
    if (resource >= 0) {
        getrlimit(resource, &most);
        printf(" %ld", (long)most.rlim_cur);
    }
    puts("");
}

static int one_descriptor(int i)
{
    (void)i;
    return dup(0) < 0;
}

static int one_pipe(int i)
{
    static int end[2];

    /* Two descriptors are closed again, by a child that keeps them: so pipes run out first. */
    if (i % 400 == 399) {
        if (fork() == 0) {
            pause();
            _exit(0);
        }
        for (int fd = 3; fd < 1000; fd++)
            close(fd);
    }
    return pipe(end);
}

static int one_region(int i)
{
    /* Rights alternate: neighbours are not one region. */
    return mmap(NULL, 4096, i & 1 ? PROT_READ : PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
}

static int one_task(int i)
{
    pid_t pid = fork();

    (void)i;
    if (pid == 0) {
        pause();
        _exit(0);
    }
    return pid < 0;
}

static int one_timer(int i)
{
    static timer_t t;
    struct sigevent e = { .sigev_notify = SIGEV_NONE };

    (void)i;
    return timer_create(CLOCK_MONOTONIC, &e, &t);
}

static int one_signal(int i)
{
    return sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = i });
}

/* Each on a hart of its own, then on two, as the kernel lets it. */
static void *pinned(void *arg)
{
    int me = (int)(long)arg;
    cpu_set_t set;

    for (int round = 0; round < 2; round++) {
        CPU_ZERO(&set);
        CPU_SET((unsigned)me, &set);
        if (round)
            CPU_SET((unsigned)(me + 1) % 4, &set);
        sched_setaffinity(0, sizeof set, &set);
        for (int i = 0; i < 20; i++) {
            for (volatile int k = 0; k < 400; k++)
                continue;
            if (!CPU_ISSET((unsigned)sched_getcpu(), &set))
                puts("not here");
            sched_yield();
        }
    }
    return NULL;
}

static void affinity(void)
{
    pthread_t t[6];

    for (long i = 0; i < 6; i++)
        pthread_create(&t[i], NULL, pinned, (void *)(i % 4));
    for (int i = 0; i < 6; i++)
        pthread_join(t[i], NULL);
    puts("all at home");
}

/* --- a share of the drive --- */

enum { BLOCKS = 100, BLOCK = 1024 };
static int shared_file;

static void *reader(void *arg)
{
    static char block[8][BLOCK];
    long me = (long)arg;

    for (long i = 0; i < BLOCKS; i++)
        if (pread(shared_file, block[me], BLOCK, (me * BLOCKS + i) * BLOCK) != BLOCK)
            puts("no block");
    return NULL;
}

/* So many threads read a file, each a piece of its own. */
static void readers(const char *path, long n)
{
    pthread_t t[8];

    shared_file = open(path, O_RDONLY);
    for (long i = 0; i < n; i++)
        pthread_create(&t[i], NULL, reader, (void *)i);
    for (long i = 0; i < n; i++)
        pthread_join(t[i], NULL);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &set, NULL);
    setbuf(stdout, NULL);
    if (!strcmp(what, "date"))
        date();
    if (!strcmp(what, "readers"))
        readers(argv[2], argv[3][0] - '0');
    if (!strcmp(what, "affinity"))
        affinity();
    if (!strcmp(what, "descriptors"))
        until(what, one_descriptor, RLIMIT_NOFILE);
    if (!strcmp(what, "pipes"))
        until(what, one_pipe, -1);
    if (!strcmp(what, "regions"))
        until(what, one_region, -1);
    if (!strcmp(what, "tasks"))
        until(what, one_task, RLIMIT_NPROC);
    if (!strcmp(what, "timers"))
        until(what, one_timer, RLIMIT_SIGPENDING);
    if (!strcmp(what, "signals"))
        until(what, one_signal, RLIMIT_SIGPENDING);
    signal(SIGTERM, SIG_IGN);   /* the children go */
    kill(0, SIGTERM);
    return 0;
}
