/* workers.c - see workers.h
 *
 * Each worker takes the next few numbers from a shared counter, so that long and short
 * jobs even out by themselves; a few at once when there are many, so that two do not write
 * to the same pages, which each would have to bring in. Nothing is said when a job is done but in shared
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

enum { MAX_WORKERS = 256, WHY_SIZE = 192, POLL_MS = 100, SHARES = 64, MOST_AT_ONCE = 16 };
enum job_state { JOB_OPEN, JOB_DONE, JOB_LOST };
#define NO_JOB SIZE_MAX

struct worker {                         /* in the parent */
    pid_t pid;                          /* 0: none */
    int fd;
};

/* What a worker is at, in a cache line of its own. */
struct place {
    _Alignas(64) atomic_size_t now;     /* NO_JOB */
    atomic_size_t next, end;            /* what it has taken and not begun */
    atomic_size_t done;                 /* its jobs that are over, for progress */
};

struct shared {
    _Alignas(64) atomic_size_t next;    /* the next job that nobody has taken */
    struct place place[MAX_WORKERS];
};

struct job {                            /* in shared memory */
    int state;                          /* enum job_state */
    int status;                         /* of the process, as from waitpid */
};

struct workers_results {
    const struct workers *w;            /* valid during workers_run only */
    size_t njobs, stride;
    struct shared *shared;
    size_t shared_size;
    struct job *job;
    char (*note)[WHY_SIZE];             /* by job, shared: it was lost; "": see its status */
    uint8_t *result;
    size_t at_once;                     /* jobs that a worker takes */
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
        memcpy(r->note[i], crash.text, sizeof crash.text);
    }
    plugin_now->op = NULL;
    plugin_page->exit_called = 0;
}

/* The next job of this worker; NO_JOB: all are taken. */
static size_t take_job(struct workers_results *r, struct place *p)
{
    if (p->next >= p->end) {
        size_t first = atomic_fetch_add(&r->shared->next, r->at_once);

        if (first >= r->njobs)
            return NO_JOB;
        p->next = first;
        p->end = r->njobs - first < r->at_once ? r->njobs : first + r->at_once;
    }
    return atomic_load(&p->next);
}

static _Noreturn void worker_main(struct workers_results *r, unsigned me)
{
    struct place *p = &r->shared->place[me];
    size_t i;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGINT, SIG_IGN);            /* the parent decides what an interrupt means */
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    if (r->w->isolate)
        plugin_page_fresh();            /* our jobs are not our brothers' */
    while ((i = take_job(r, p)) != NO_JOB) {
        atomic_store(&p->now, i);
        atomic_store(&p->next, i + 1);
        if (r->w->isolate)
            do_job_isolated(r, i);
        else
            do_job(r, i);
        atomic_store(&p->now, NO_JOB);
        atomic_store(&p->done, p->done + 1);
    }
    _exit(0);
}

/* --- in the parent --- */

static bool start_worker(struct workers_results *r, unsigned me)
{
    int fd[2];

    if (pipe2(fd, O_CLOEXEC) != 0)
        return false;
    atomic_store(&r->shared->place[me].now, NO_JOB);
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
    struct place *p = &r->shared->place[me];
    int status = -1;

    close(r->worker[me].fd);
    while (waitpid(r->worker[me].pid, &status, 0) < 0 && errno == EINTR)
        ;
    r->worker[me].pid = 0;
    size_t i = atomic_load(&p->now);
    if (r->stopped)
        return;
    if (i != NO_JOB && r->job[i].state == JOB_OPEN) {
        r->job[i].state = JOB_LOST;
        r->job[i].status = status;
        atomic_store(&p->done, p->done + 1);
    }
    if (p->next < p->end || atomic_load(&r->shared->next) < r->njobs)
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

static size_t count_done(const struct workers_results *r)
{
    size_t done = 0;

    for (unsigned k = 0; k < r->nworkers; k++)
        done += atomic_load(&r->shared->place[k].done);
    return done;
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
    r->at_once = r->nworkers ? w->njobs / r->nworkers / SHARES : 0;
    r->at_once = r->at_once > MOST_AT_ONCE ? MOST_AT_ONCE : r->at_once ? r->at_once : 1;
    size_t head = sizeof(struct shared);
    size_t jobs = (w->njobs * sizeof(struct job) + 63) & ~(size_t)63;
    size_t notes = w->isolate ? (w->njobs * WHY_SIZE + 63) & ~(size_t)63 : 0;
    if (__builtin_mul_overflow(w->njobs, r->stride, &r->shared_size) ||
        __builtin_add_overflow(r->shared_size, head + jobs + notes, &r->shared_size) ||
        !(r->shared = map_shared(r->shared_size))) {
        free(r);
        return NULL;
    }
    r->job = (struct job *)((uint8_t *)r->shared + head);
    r->note = w->isolate ? (void *)((uint8_t *)r->job + jobs) : NULL;
    r->result = (uint8_t *)r->job + jobs + notes;
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
            w->progress(w->ctx, count_done(r), r->njobs);
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
    if (r->note && r->note[i][0])
        snprintf(why, WHY_SIZE, "%s", r->note[i]);
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
