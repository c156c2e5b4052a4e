/* workers.c - see workers.h
 *
 * Each worker takes the next number from a shared counter, so that long and short
 * jobs even out by themselves. Nothing is said when a job is done but in shared
 * memory: a message each would cost more than a short job. A pipe from each worker to
 * the parent carries nothing; that it closes means that the worker is gone.
 */
#include <host/workers.h>

#include <host/plugin_watch.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_WORKERS = 256, WHY_SIZE = 192, POLL_MS = 100 };
enum job_state { JOB_OPEN, JOB_DONE, JOB_LOST };
#define NO_JOB SIZE_MAX

struct worker {                         /* in the parent */
    pid_t pid;                          /* 0: none */
    int fd;
};

struct shared {
    atomic_size_t next;                 /* the next job that nobody has taken */
    atomic_size_t done;                 /* jobs that are over, for progress */
    atomic_size_t now[MAX_WORKERS];     /* what each is at; NO_JOB */
};

struct job {                            /* in shared memory */
    int state;                          /* enum job_state */
    int status;                         /* of the process, as from waitpid */
    char why[WHY_SIZE];                 /* it was lost; "": see status */
};

struct workers_results {
    const struct workers *w;            /* valid during workers_run only */
    size_t njobs, stride;
    struct shared *shared;
    size_t shared_size;
    struct job *job;
    uint8_t *result;
    struct worker worker[MAX_WORKERS];
    unsigned nworkers;
    bool stopped;
    char (*why)[WHY_SIZE];              /* by job, made when first asked for */
};

unsigned workers_processors(void)
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    return CPU_COUNT(&set) > 0 ? (unsigned)CPU_COUNT(&set) : 1;
}

/* --- in a worker --- */

static void do_job(struct workers_results *r, size_t i)
{
    r->w->work(r->w->ctx, i, r->result + i * r->stride);
    r->job[i].state = JOB_DONE;
}

/* In a process of its own; whatever becomes of it, we go on. */
static void do_job_isolated(struct workers_results *r, size_t i)
{
    struct plugin_crash crash;
    bool killed = false;
    int status = -1;

    plugin_page->running = 1;
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        do_job(r, i);
        _exit(0);
    }
    if (pid > 0)
        status = plugin_wait(pid, &killed);
    plugin_page->running = 0;
    if (r->job[i].state == JOB_DONE && status == 0)
        return;
    r->job[i].state = JOB_LOST;
    r->job[i].status = status;
    if (pid > 0 && plugin_any()) {
        plugin_died(status, killed, &crash);
        memcpy(r->job[i].why, crash.text, sizeof crash.text);
    }
    plugin_now->op = NULL;
    plugin_page->exit_called = 0;
}

static _Noreturn void worker_main(struct workers_results *r, unsigned me)
{
    size_t i;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGINT, SIG_IGN);            /* the parent decides what an interrupt means */
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    if (r->w->isolate)
        plugin_page_fresh();            /* our jobs are not our brothers' */
    while ((i = atomic_fetch_add(&r->shared->next, 1)) < r->njobs) {
        atomic_store(&r->shared->now[me], i);
        if (r->w->isolate)
            do_job_isolated(r, i);
        else
            do_job(r, i);
        atomic_store(&r->shared->now[me], NO_JOB);
        atomic_fetch_add(&r->shared->done, 1);
    }
    _exit(0);
}

/* --- in the parent --- */

static bool start_worker(struct workers_results *r, unsigned me)
{
    int fd[2];

    if (pipe2(fd, O_CLOEXEC) != 0)
        return false;
    atomic_store(&r->shared->now[me], NO_JOB);
    pid_t pid = fork();
    if (pid == 0) {
        close(fd[0]);
        worker_main(r, me);
    }
    close(fd[1]);
    if (pid < 0) {
        close(fd[0]);
        return false;
    }
    r->worker[me] = (struct worker){ .pid = pid, .fd = fd[0] };
    return true;
}

/* The worker's pipe has closed: note what it was at if that is lost, and put another
 * in its place if there is more to do. */
static void end_worker(struct workers_results *r, unsigned me)
{
    int status = -1;

    close(r->worker[me].fd);
    while (waitpid(r->worker[me].pid, &status, 0) < 0 && errno == EINTR)
        ;
    r->worker[me].pid = 0;
    size_t i = atomic_load(&r->shared->now[me]);
    if (r->stopped)
        return;
    if (i != NO_JOB && r->job[i].state == JOB_OPEN) {
        r->job[i].state = JOB_LOST;
        r->job[i].status = status;
        atomic_fetch_add(&r->shared->done, 1);
    }
    if (atomic_load(&r->shared->next) < r->njobs)
        start_worker(r, me);
}

static void stop_workers(struct workers_results *r)
{
    r->stopped = true;
    for (unsigned k = 0; k < r->nworkers; k++)
        if (r->worker[k].pid)
            kill(r->worker[k].pid, SIGKILL);
}

/* Wait a little, or until a worker is gone; false when none is left. */
static bool listen_once(struct workers_results *r)
{
    struct pollfd fds[MAX_WORKERS];
    unsigned who[MAX_WORKERS];
    nfds_t n = 0;

    for (unsigned k = 0; k < r->nworkers; k++)
        if (r->worker[k].pid) {
            who[n] = k;
            fds[n++] = (struct pollfd){ .fd = r->worker[k].fd, .events = POLLIN };
        }
    if (n == 0)
        return false;
    if (poll(fds, n, POLL_MS) <= 0)
        return true;
    for (nfds_t f = 0; f < n; f++)
        if (fds[f].revents)
            end_worker(r, who[f]);
    return true;
}

static void *map_shared(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return p == MAP_FAILED ? NULL : p;
}

static struct workers_results *prepare(const struct workers *w)
{
    struct workers_results *r = calloc(1, sizeof *r);

    if (!r)
        return NULL;
    r->w = w;
    r->njobs = w->njobs;
    r->stride = (w->result_size + 15) & ~(size_t)15;
    r->nworkers = w->nworkers ? w->nworkers : workers_processors();
    if (r->nworkers > MAX_WORKERS)
        r->nworkers = MAX_WORKERS;
    if (r->nworkers > w->njobs)
        r->nworkers = (unsigned)w->njobs;
    size_t head = (sizeof(struct shared) + 63) & ~(size_t)63;
    size_t jobs = (w->njobs * sizeof(struct job) + 63) & ~(size_t)63;
    if (__builtin_mul_overflow(w->njobs, r->stride, &r->shared_size) ||
        __builtin_add_overflow(r->shared_size, head + jobs, &r->shared_size) ||
        !(r->shared = map_shared(r->shared_size))) {
        free(r);
        return NULL;
    }
    r->job = (struct job *)((uint8_t *)r->shared + head);
    r->result = (uint8_t *)r->job + jobs;
    return r;
}

struct workers_results *workers_run(const struct workers *w)
{
    struct workers_results *r = prepare(w);
    unsigned started = 0;

    if (!r)
        return NULL;
    fflush(NULL);                       /* or every child would say it again */
    for (unsigned k = 0; k < r->nworkers; k++)
        started += start_worker(r, k);
    if (started == 0 && w->njobs > 0) {
        workers_free(r);
        return NULL;
    }
    while (listen_once(r)) {
        if (w->progress && !r->stopped)
            w->progress(w->ctx, atomic_load(&r->shared->done), r->njobs);
        if (w->stop && *w->stop && !r->stopped)
            stop_workers(r);
    }
    r->w = NULL;
    return r;
}

void workers_free(struct workers_results *r)
{
    if (!r)
        return;
    munmap(r->shared, r->shared_size);
    free(r->why);
    free(r);
}

/* --- afterwards --- */

static const char *explain(struct workers_results *r, size_t i)
{
    int status = r->job[i].status;

    if (!r->why && !(r->why = calloc(r->njobs, WHY_SIZE)))
        return "lost";
    char *why = r->why[i];
    if (r->job[i].why[0])
        snprintf(why, WHY_SIZE, "%s", r->job[i].why);
    else if (r->job[i].state == JOB_OPEN)
        snprintf(why, WHY_SIZE, "interrupted");
    else if (status != -1 && WIFSIGNALED(status)) {
        const char *name = sigabbrev_np(WTERMSIG(status));
        snprintf(why, WHY_SIZE, "killed by SIG%s", name ? name : "?");
    } else if (status != -1)
        snprintf(why, WHY_SIZE, "ended with status %d", WEXITSTATUS(status));
    else
        snprintf(why, WHY_SIZE, "no process could be made for it");
    return why;
}

const void *workers_result(const struct workers_results *r, size_t i, const char **why)
{
    if (r->job[i].state == JOB_DONE)
        return r->result + i * r->stride;
    /* Only the text is made late; what r says stays the same. */
    *why = explain((struct workers_results *)r, i);
    return NULL;
}
