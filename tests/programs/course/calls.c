/* What a course's later exercises ask of the kernel: signals with values, timers by real and
 * by CPU time, select, limits, memory that moves, harts, and errors as Linux has them. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* futex(2), which has no header that both libraries know. */
enum { REQUEUE = 3, WAKE_OP = 5 };
#define OP(op, arg, cmp, with) ((op) << 28 | (cmp) << 24 | (arg) << 12 | (with))

static volatile int ticks, last_value;

static void on_signal(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)context;
    last_value = info->si_value.sival_int;
    ticks++;
}

static void handle(int sig)
{
    struct sigaction act = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };

    sigaction(sig, &act, NULL);
}

/* Real-time signals queue, in order; standard ones do not. */
static void queued(void)
{
    sigset_t set;
    siginfo_t info;
    struct timespec none = { 0, 0 };
    union sigval v;

    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN + 2);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    for (v.sival_int = 1; v.sival_int <= 3; v.sival_int++) {
        sigqueue(getpid(), SIGRTMIN + 2, v);
        sigqueue(getpid(), SIGUSR1, v);
    }
    for (int sig; (sig = sigtimedwait(&set, &info, &none)) > 0;)
        printf("%s with %d, from oneself: %d\n", sig == SIGUSR1 ? "USR1" : "RT", info.si_value.sival_int,
               info.si_pid == getpid());
    printf("none left: %d\n", errno == EAGAIN);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void timers(void)
{
    struct sigevent e = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 3 };
    struct itimerspec every = { { 0, 20000000 }, { 0, 20000000 } }, now;
    struct timespec long_enough = { 2, 0 };
    sigset_t set;
    siginfo_t info;
    timer_t t;
    int n = 0;

    e.sigev_value.sival_int = 42;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN + 3);
    sigprocmask(SIG_BLOCK, &set, NULL);
    printf("create %d", timer_create(CLOCK_MONOTONIC, &e, &t));
    printf(", settime %d\n", timer_settime(t, 0, &every, NULL));
    for (; n < 3 && sigtimedwait(&set, &info, &long_enough) > 0; n++)
        if (info.si_value.sival_int != 42 || info.si_code != SI_TIMER)
            puts("what timer is that?");
    nanosleep(&(struct timespec){ 0, 90000000 }, NULL);     /* more expiries than signals */
    sigtimedwait(&set, &info, &long_enough);
    printf("%d ticks, then overruns: %d\n", n, timer_getoverrun(t) >= 3);
    timer_gettime(t, &now);
    printf("every %ld ms\n", (long)now.it_interval.tv_nsec / 1000000);
    printf("delete %d", timer_delete(t));
    printf(", again %d\n", timer_delete(t) == -1);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static sem_t called;
static int with;

static void call_back(union sigval v)
{
    with = v.sival_int;
    sem_post(&called);
}

/* A function instead of a signal. */
static void calling_timer(void)
{
    struct sigevent e = { .sigev_notify = SIGEV_THREAD, .sigev_notify_function = call_back };
    struct itimerspec every = { { 0, 5000000 }, { 0, 5000000 } };
    timer_t t;

    e.sigev_value.sival_int = 17;
    sem_init(&called, 0, 0);
    printf("create %d", timer_create(CLOCK_MONOTONIC, &e, &t));
    printf(", settime %d", timer_settime(t, 0, &every, NULL));
    for (int i = 0; i < 3; i++)
        sem_wait(&called);
    printf(", called with %d, delete %d\n", with, timer_delete(t));
}

static void by_cpu_time(int which, int sig)
{
    struct itimerval once = { { 0, 0 }, { 0, 30000 } };

    handle(sig);
    ticks = 0;
    setitimer(which, &once, NULL);
    usleep(60000);
    printf("asleep: %d ticks, ", ticks);
    while (!ticks)
        ;
    getitimer(which, &once);
    printf("at work: %d, off again: %d\n", ticks, !once.it_value.tv_usec);
}

static void selecting(void)
{
    int p[2];
    fd_set in, out;
    struct timeval short_time = { 0, 10000 };

    pipe(p);
    FD_ZERO(&in);
    FD_SET(p[0], &in);
    printf("empty: %d", select(p[1] + 1, &in, NULL, NULL, &short_time));
    write(p[1], "x", 1);
    FD_ZERO(&out);
    FD_SET(p[0], &in);
    FD_SET(p[1], &out);
    printf(", full: %d", select(p[1] + 1, &in, &out, NULL, NULL));
    printf(", %d %d", FD_ISSET(p[0], &in) != 0, FD_ISSET(p[1], &out) != 0);
    close(p[0]);
    printf(", closed: %d\n", select(p[1] + 1, &in, NULL, NULL, NULL) == -1 && errno == EBADF);
    close(p[1]);
}

static void limits(void)
{
    struct rlimit limit = { 20, 20 };
    int n = 0;

    for (int fd = 3; fd < 20; fd++)     /* what the shell has left open */
        close(fd);
    setrlimit(RLIMIT_NOFILE, &limit);
    while (dup(1) >= 0)
        n++;
    printf("the last descriptor is %d, errno is EMFILE: %d\n", 2 + n, errno == EMFILE);
    for (int fd = 3; fd < 20; fd++)
        close(fd);
    getrlimit(RLIMIT_NOFILE, &limit);
    printf("limit %ld\n", (long)limit.rlim_cur);
}

static void moving_memory(void)
{
    size_t page = 4096;
    char *a = mmap(NULL, 4 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *b;

    strcpy(a + page, "kept");
    b = mremap(a, 4 * page, 64 * page, MREMAP_MAYMOVE);
    printf("grown: %s %d", b + page, b[63 * page]);
    b = mremap(b, 64 * page, 2 * page, 0);
    printf(", shrunk: %s", b + page);
    madvise(b, 2 * page, MADV_DONTNEED);
    printf(", forgotten: %d\n", b[page]);
    printf("not a page: %d\n", madvise(b + 1, page, MADV_DONTNEED) == -1 && errno == EINVAL);
}

static void harts(void)
{
    cpu_set_t one, set;

    CPU_ZERO(&one);
    CPU_SET(0, &one);
    printf("affinity %d", sched_setaffinity(0, sizeof one, &one));
    sched_getaffinity(0, sizeof set, &set);
    printf(", harts %d, here %d", CPU_COUNT(&set), sched_getcpu());
    CPU_ZERO(&one);
    printf(", none %d\n", sched_setaffinity(0, sizeof one, &one) == -1 && errno == EINVAL);
}

static void errors(void)
{
    struct sched_param p = { 0 };
    uint32_t word = 0, other = 5;

    printf("setscheduler %d", sched_setscheduler(0, -1, &p) == -1 && errno == EINVAL);
    printf(", setparam %d", syscall(SYS_sched_setparam, 0, NULL) == -1 && errno == EINVAL);
    printf(", requeue %d", syscall(SYS_futex, &word, REQUEUE, -1, 1, &other, 0) == -1 && errno == EINVAL);
    printf(", wake_op %ld", (long)syscall(SYS_futex, &word, WAKE_OP, 1, 1, &other, OP(1, 3, 0, 5)));
    printf(" %u\n", other);
    printf("lseek on a pipe %d\n", lseek(0, 0, 9) == -1 && (errno == EINVAL || errno == ESPIPE));
}

int main(void)
{
    struct timespec real, tai;

    clock_gettime(CLOCK_REALTIME, &real);
    printf("TAI %d\n", clock_gettime(CLOCK_TAI, &tai) == 0 && tai.tv_sec - real.tv_sec < 60);
    queued();
    timers();
    calling_timer();
    by_cpu_time(ITIMER_VIRTUAL, SIGVTALRM);
    by_cpu_time(ITIMER_PROF, SIGPROF);
    selecting();
    moving_memory();
    harts();
    errors();
    limits();
    return 0;
}
