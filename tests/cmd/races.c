/* races.c CASE - two threads, in one way of ordering each; or in none.
 *
 * The cases whose name begins with "bad" race: the lines that do are marked with the case's
 * name, and are what must be reported. All others must be silent.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 20 };

static int data, copies[4];
static char buffer[16], letters[4];
static volatile int flag;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_spinlock_t spin;
static pthread_barrier_t barrier;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static sem_t sem;
static atomic_int turn;
static int plain_lock, pipes[2];
static __thread int own;

/* --- ordered --- */

static void *with_mutex(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&mutex);
        data++;
        pthread_mutex_unlock(&mutex);
        sched_yield();
    }
    return arg;
}

static pthread_mutex_t again;

static void *with_recursive(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&again);
        pthread_mutex_lock(&again);
        data++;
        pthread_mutex_unlock(&again);
        pthread_mutex_unlock(&again);
        sched_yield();
    }
    return arg;
}

static void *with_trylock(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        while (pthread_mutex_trylock(&mutex))
            sched_yield();
        data++;
        pthread_mutex_unlock(&mutex);
    }
    return arg;
}

static void *with_spin(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        pthread_spin_lock(&spin);
        data++;
        pthread_spin_unlock(&spin);
        sched_yield();
    }
    return arg;
}

static void *with_rwlock(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        pthread_rwlock_wrlock(&rwlock);
        data++;
        pthread_rwlock_unlock(&rwlock);
        sched_yield();
        pthread_rwlock_rdlock(&rwlock);
        if (data < 0)
            abort();
        pthread_rwlock_unlock(&rwlock);
    }
    return arg;
}

static void *with_sem(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        sem_wait(&sem);
        data++;
        sem_post(&sem);
        sched_yield();
    }
    return arg;
}

static void *ping_pong(void *arg)
{
    int me = arg != NULL;

    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&mutex);
        while (flag != me)
            pthread_cond_wait(&cond, &mutex);
        pthread_mutex_unlock(&mutex);
        data++;                 /* nobody else is up */
        pthread_mutex_lock(&mutex);
        flag = !me;
        pthread_cond_broadcast(&cond);
        pthread_mutex_unlock(&mutex);
    }
    return arg;
}

static void *with_barrier(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        if ((arg != NULL) == (i & 1))
            data++;
        pthread_barrier_wait(&barrier);
    }
    return arg;
}

static void begin_once(void)
{
    data = 42;
}

static void *with_once(void *arg)
{
    pthread_once(&once, begin_once);
    return data == 42 ? arg : NULL;
}

/* C11: a store that releases, a load that acquires. */
static void *with_acquire(void *arg)
{
    int me = arg != NULL;

    for (int i = 0; i < ROUNDS; i++) {
        while (atomic_load_explicit(&turn, memory_order_acquire) != me)
            sched_yield();
        data++;
        atomic_store_explicit(&turn, !me, memory_order_release);
    }
    return arg;
}

static void *with_default_order(void *arg)
{
    int me = arg != NULL;

    for (int i = 0; i < ROUNDS; i++) {
        while (turn != me)
            sched_yield();
        data++;
        turn = !me;
    }
    return arg;
}

/* Peterson, "Myths about the mutual exclusion problem", 1981: loads and stores suffice, if all
 * threads see them in one order. */
static atomic_int wants[2], victim;

static void *peterson(void *arg)
{
    int me = arg != NULL;

    for (int i = 0; i < ROUNDS; i++) {
        wants[me] = 1;
        victim = me;
        while (wants[!me] && victim == me)
            sched_yield();
        data++;
        sched_yield();
        data++;
        wants[me] = 0;
    }
    return arg;
}

static void *with_fences(void *arg)
{
    int me = arg != NULL;

    for (int i = 0; i < ROUNDS; i++) {
        while (atomic_fetch_add_explicit(&turn, 0, memory_order_relaxed) != me)
            sched_yield();
        atomic_thread_fence(memory_order_acquire);
        data++;
        atomic_thread_fence(memory_order_release);
        atomic_exchange_explicit(&turn, !me, memory_order_relaxed);
    }
    return arg;
}

static void *with_cas(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        int free = 0;

        while (!atomic_compare_exchange_weak_explicit(&turn, &free, 1, memory_order_acquire,
                                                      memory_order_relaxed)) {
            free = 0;
            sched_yield();
        }
        data++;
        atomic_store_explicit(&turn, 0, memory_order_release);
    }
    return arg;
}

static void *only_count(void *arg)
{
    for (int i = 0; i < ROUNDS; i++)
        atomic_fetch_add_explicit(&turn, 1, memory_order_relaxed);
    return arg;
}

static void *with_tls(void *arg)
{
    for (int i = 0; i < ROUNDS; i++)
        own++, sched_yield();
    pthread_setspecific(key, &own);
    return pthread_getspecific(key) == &own ? arg : NULL;
}

static void *neighbours(void *arg)
{
    int me = arg != NULL;

    for (int i = 0; i < ROUNDS; i++) {
        ((volatile char *)letters)[me]++;
        ((volatile int *)copies)[me]++;
        sched_yield();
    }
    return arg;
}

static void *with_pipe(void *arg)
{
    char c = 'x';

    if (arg) {
        data = 7;
        if (write(pipes[1], &c, 1) != 1)
            abort();
    } else if (read(pipes[0], &c, 1) != 1 || data != 7) {
        abort();
    }
    return arg;
}

static volatile sig_atomic_t caught;

static void on_signal(int signo)
{
    (void)signo;
    caught = data;
}

static pthread_t first;

static void *with_signal(void *arg)
{
    if (arg) {
        sleep(1);
        data = 5;
        pthread_kill(first, SIGUSR1);
    } else {
        pause();
        if (caught != 5)
            abort();
    }
    return arg;
}

static void *library(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        char *p = malloc(100), line[64];

        snprintf(p, 100, "%d", i);
        strcpy(line, p);
        free(p);
        printf("%s\n", line);
        sched_yield();
    }
    return arg;
}

static void *passes_it_on(void *arg)
{
    if (arg == &data) {
        pthread_t t;

        data = 3;
        pthread_create(&t, NULL, passes_it_on, copies);
        pthread_join(t, NULL);
        data++;
    } else if (arg) {
        data++;
    }
    return NULL;
}

static void *wait_for_ever(void *arg)
{
    data++;
    for (;;)
        pause();
    return arg;
}

/* A futex by hand, as courses on it have it. */
static void *with_futex(void *arg)
{
    static int word;

    if (arg) {
        data = 9;
        __atomic_store_n(&word, 1, __ATOMIC_RELEASE);
        syscall(SYS_futex_time64, &word, 1, 1, NULL, NULL, 0);
    } else {
        while (!__atomic_load_n(&word, __ATOMIC_ACQUIRE))
            syscall(SYS_futex_time64, &word, 0, 0, NULL, NULL, 0);
        if (data != 9)
            abort();
    }
    return arg;
}

/* --- not ordered --- */

static void *bad_counter(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        data = data + 1;                                        /* bad_counter */
        sched_yield();
    }
    return arg;
}

static void *bad_flag(void *arg)
{
    if (arg) {
        flag = 1;                                               /* bad_flag */
    } else {
        while (!flag)                                           /* bad_flag */
            sched_yield();
    }
    return arg;
}

static void *bad_relaxed(void *arg)
{
    if (arg) {
        data = 1;                                               /* bad_relaxed */
        atomic_fetch_add_explicit(&turn, 1, memory_order_relaxed);
    } else {
        while (!atomic_fetch_add_explicit(&turn, 0, memory_order_relaxed))
            sched_yield();
        data = 2;                                               /* bad_relaxed */
    }
    return arg;
}

static void *bad_two_locks(void *arg)
{
    static pthread_mutex_t other = PTHREAD_MUTEX_INITIALIZER;

    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(arg ? &mutex : &other);
        data++;                                                 /* bad_two_locks */
        pthread_mutex_unlock(arg ? &mutex : &other);
        sched_yield();
    }
    return arg;
}

static void *bad_pairs(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        data++;                                                 /* bad_pairs */
        sched_yield();
        copies[0] += 2;                                         /* bad_pairs */
        sched_yield();
    }
    return arg;
}

/* As books before C11 have it, in plain variables: what they are to protect races as well. */
static volatile int plain_wants[2], plain_victim;

static void *bad_peterson(void *arg)
{
    int me = arg != NULL;

    for (int i = 0; i < ROUNDS; i++) {
        plain_wants[me] = 1;                                    /* bad_peterson */
        plain_victim = me;                                      /* bad_peterson */
        while (plain_wants[!me] && plain_victim == me)          /* bad_peterson */
            sched_yield();
        data++;                                                 /* bad_peterson */
        sched_yield();
        plain_wants[me] = 0;    /* and the next round's 1 before the other looks again */
    }
    return arg;
}

/* As older books free a spin lock. What it protects is not reported as well. */
static void *bad_unlock(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        while (__atomic_exchange_n(&plain_lock, 1, __ATOMIC_ACQ_REL))   /* bad_unlock */
            sched_yield();
        data++;
        sched_yield();
        *(volatile int *)&plain_lock = 0;                       /* bad_unlock */
    }
    return arg;
}

static void *bad_reader(void *arg)
{
    for (int i = 0; i < ROUNDS; i++) {
        pthread_rwlock_rdlock(&rwlock);
        sched_yield();
        data++;                                                 /* bad_reader */
        sched_yield();
        pthread_rwlock_unlock(&rwlock);
    }
    return arg;
}

static void *bad_copy(void *arg)
{
    static char from[16] = "fifteen letters";

    pthread_barrier_wait(&barrier);
    if (arg)
        memcpy(buffer, from, (size_t)copies[2]);                /* bad_copy */
    else
        buffer[3] = 'x';                                        /* bad_copy */
    return arg;
}

static void *bad_read(void *arg)
{
    pthread_barrier_wait(&barrier);
    if (arg) {
        if (write(pipes[1], "four", 4) != 4 || read(pipes[0], buffer, 4) != 4)  /* bad_read */
            abort();
    } else {
        ((volatile char *)buffer)[3] = 'x';                     /* bad_read */
    }
    return arg;
}

static void *bad_init(void *arg)
{
    static int *value;
    static int once_made;

    pthread_barrier_wait(&barrier);
    if (!*(volatile int *)&once_made) {                         /* bad_init */
        pthread_mutex_lock(&mutex);
        if (!once_made) {
            value = malloc(sizeof *value);
            *value = 1;
            *(volatile int *)&once_made = 1;                    /* bad_init */
        }
        pthread_mutex_unlock(&mutex);
    }
    return arg;
}

/* --- */

static const struct { const char *name; void *(*fn)(void *); } cases[] = {
    { "mutex", with_mutex }, { "recursive", with_recursive }, { "trylock", with_trylock },
    { "spin", with_spin }, { "rwlock", with_rwlock }, { "sem", with_sem },
    { "cond", ping_pong }, { "barrier", with_barrier }, { "once", with_once },
    { "acquire", with_acquire }, { "seq_cst", with_default_order }, { "fences", with_fences },
    { "peterson", peterson }, { "bad_peterson", bad_peterson },
    { "cas", with_cas }, { "count", only_count }, { "tls", with_tls },
    { "neighbours", neighbours }, { "pipe", with_pipe }, { "signal", with_signal },
    { "library", library }, { "on", passes_it_on }, { "futex", with_futex },
    { "bad_counter", bad_counter }, { "bad_flag", bad_flag }, { "bad_relaxed", bad_relaxed },
    { "bad_two_locks", bad_two_locks }, { "bad_unlock", bad_unlock },
    { "bad_reader", bad_reader }, { "bad_copy", bad_copy }, { "bad_read", bad_read },
    { "bad_init", bad_init },
    { "bad_pairs", bad_pairs },
};

static void cancelled(void)
{
    pthread_t t;

    pthread_create(&t, NULL, wait_for_ever, NULL);
    usleep(1000);
    pthread_cancel(t);
    pthread_join(t, NULL);
    data++;
}

static void *leaves(void *arg)
{
    char mine[64];

    memset(mine, 1, sizeof mine);
    pthread_mutex_lock(&mutex);
    data++;
    pthread_mutex_unlock(&mutex);
    return arg;
}

/* Stacks of threads that nobody waits for are used again. */
static void detached(void)
{
    pthread_t t;
    int n = 0;

    for (int i = 0; i < ROUNDS; i++) {
        pthread_create(&t, NULL, leaves, NULL);
        pthread_detach(t);
    }
    while (n < ROUNDS) {
        pthread_mutex_lock(&mutex);
        n = data;
        pthread_mutex_unlock(&mutex);
        sched_yield();
    }
}

static void processes(void)
{
    pthread_t t;
    int status;

    pthread_create(&t, NULL, with_mutex, NULL);
    for (int i = 0; i < 3; i++) {
        pid_t pid = i == 1 ? vfork() : fork();

        if (pid == 0) {
            copies[0]++;        /* the parent's too, after vfork */
            _exit(0);
        }
        waitpid(pid, &status, 0);
        copies[0]++;
    }
    pthread_join(t, NULL);
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";
    pthread_mutexattr_t attr;
    pthread_t a, b;

    pthread_mutexattr_init(&attr);
    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&again, &attr);
    pthread_spin_init(&spin, 0);
    pthread_barrier_init(&barrier, NULL, 2);
    pthread_key_create(&key, NULL);
    sem_init(&sem, 0, 1);
    signal(SIGUSR1, on_signal);
    if (pipe(pipes))
        return 3;
    copies[2] = 16;
    if (!strcmp(name, "cancel"))
        return cancelled(), 0;
    if (!strcmp(name, "detach"))
        return detached(), 0;
    if (!strcmp(name, "fork"))
        return processes(), 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (!strcmp(cases[i].name, name)) {
            pthread_create(&a, NULL, cases[i].fn, NULL);
            first = a;
            pthread_create(&b, NULL, cases[i].fn, &data);
            pthread_join(a, NULL);
            pthread_join(b, NULL);
            return 0;
        }
    return 2;
}
