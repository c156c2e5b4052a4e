/* metrics_pool.c - the numbers of several kernels of one machine as those of one.
 *
 * What is said of harts, energy and the like is the outermost kernel's; tasks and jobs are
 * everybody's, but for those that only carry a guest's CPU. Kernels that have nothing but
 * such tasks are no place where services of the workload could be lost.
 */
#include <stat/metrics_state.h>

#include <math.h>
#include <stdlib.h>

struct pool {
    struct metrics *const *m;
    const ns_t *now;            /* of each */
    size_t n;
};

/* Entry i of a kernel; NULL: it is none of the workload's. */
static const struct task_record *task_of(const struct metrics *m, size_t i, tid_t *tid)
{
    const struct task_record *t = metrics_record(m, i, tid);
    const struct config *c = m->config;

    return t->process < c->nprocesses && c->processes[t->process].guest ? NULL : t;
}

/* --- distributions --- */

static struct spread spread(const struct pool *p, enum metrics_field f, ns_t *scratch)
{
    size_t n = 0;

    for (size_t k = 0; k < p->n; k++)
        for (size_t i = 0; i < metrics_ntasks(p->m[k]); i++) {
            tid_t tid;
            const struct task_record *t = task_of(p->m[k], i, &tid);

            if (t && t->state != TASK_UNBORN &&
                metrics_field(p->m[k], f, t, tid, p->now[k], &scratch[n]))
                n++;
        }
    return spread_of(scratch, n);
}

static struct ratios slowdowns(const struct pool *p, double *scratch)
{
    size_t n = 0;

    for (size_t k = 0; k < p->n; k++)
        for (size_t i = 0; i < metrics_ntasks(p->m[k]); i++) {
            tid_t tid;
            const struct task_record *t = task_of(p->m[k], i, &tid);
            double x = t ? metrics_slowdown(p->m[k], t, tid, p->now[k]) : NAN;

            if (!isnan(x))
                scratch[n++] = x;
        }
    return ratios_of(scratch, n);
}

static double jain(const struct pool *p)
{
    struct fair_sum s = { 0, 0, 0 };

    for (size_t k = 0; k < p->n; k++)
        for (size_t i = 0; i < metrics_ntasks(p->m[k]); i++) {
            tid_t tid;
            const struct task_record *t = task_of(p->m[k], i, &tid);

            if (t)
                fair_add(&s, t);
        }
    return fair_index(&s);
}

static struct spread jobs_spread(const struct pool *p, bool late)
{
    struct hist all = { 0 };

    for (size_t k = 0; k < p->n; k++)
        hist_merge(&all, late ? &p->m[k]->lateness : &p->m[k]->response);
    struct spread s = hist_spread(&all);
    hist_free(&all);
    return s;
}

/* --- sums --- */

static void add_counts(const struct pool *p, struct run_metrics *out)
{
    ns_t first = NS_MAX, last = NS_MAX;

    out->tasks = out->arrived = out->finished = 0;
    for (size_t k = 0; k < p->n; k++) {
        const struct metrics *m = p->m[k];

        for (size_t i = 0; i < metrics_ntasks(m); i++) {
            tid_t tid;
            const struct task_record *t = task_of(m, i, &tid);

            out->tasks += t != NULL;
            out->arrived += t && t->state != TASK_UNBORN;
            out->finished += t && t->state == TASK_DEAD;
        }
        if (m->first_arrival < first)
            first = m->first_arrival;
        if (m->last_finish != NS_MAX && (last == NS_MAX || m->last_finish > last))
            last = m->last_finish;
    }
    if (first == NS_MAX)
        return;
    out->makespan = (last == NS_MAX ? p->now[0] : last) - first;
    out->throughput = out->makespan
        ? (double)out->finished / ((double)out->makespan / 1e9) : NAN;
}

static void add_inner(const struct run_metrics *in, struct run_metrics *out)
{
    out->jobs += in->jobs;
    out->deadline_misses += in->deadline_misses;
    out->jobs_finished += in->jobs_finished;
    out->jobs_aborted += in->jobs_aborted;
    out->jobs_skipped += in->jobs_skipped;
    out->deadlocks += in->deadlocks;
    out->ipc_messages += in->ipc_messages;
    out->syscalls += in->syscalls;
    out->page_faults_minor += in->page_faults_minor;
    out->page_faults_major += in->page_faults_major;
    out->evictions += in->evictions;
    out->swap_in += in->swap_in;
    out->swap_out += in->swap_out;
    out->oom_kills += in->oom_kills;
    out->disk_requests += in->disk_requests;
    out->disk_seek_cylinders += in->disk_seek_cylinders;
    out->disk_busy += in->disk_busy;
    out->crossing_time += in->crossing_time;
    out->faults += in->faults;
    out->processes_lost += in->processes_lost;
    out->work_lost += in->work_lost;
    if (in->downtime > out->downtime)
        out->downtime = in->downtime;
    if (in->response_jitter > out->response_jitter)
        out->response_jitter = in->response_jitter;
}

static bool has_own_tasks(const struct metrics *m)
{
    const struct config *c = m->config;

    for (uint32_t i = 0; i < c->nprocesses; i++)
        if (!c->processes[i].guest && !c->processes[i].server)
            return true;
    return false;
}

/* Services lost, over those of all kernels that have some of the workload to serve. */
static double blast_radius(const struct pool *p)
{
    uint64_t lost = 0, faults = 0, kernels = 0;

    for (size_t k = 0; k < p->n; k++) {
        lost += p->m[k]->services_lost;
        faults += p->m[k]->faults;
        kernels += has_own_tasks(p->m[k]);
    }
    return faults && kernels ? metrics_blast_radius(lost, faults) / (double)kernels : NAN;
}

static bool fill(const struct pool *p, struct run_metrics *out)
{
    size_t most = 0;

    for (size_t k = 0; k < p->n; k++) {
        struct run_metrics one;

        if (!metrics_run(p->m[k], p->now[k], &one))
            return false;
        if (k)
            add_inner(&one, out);
        else
            *out = one;
        most += metrics_ntasks(p->m[k]);
    }
    union { ns_t time; double ratio; } *scratch = malloc((most + 1) * sizeof *scratch);
    if (!scratch)
        return false;
    out->turnaround = spread(p, F_TURNAROUND, &scratch->time);
    out->first_response = spread(p, F_FIRST_RESPONSE, &scratch->time);
    out->waiting = spread(p, F_WAITING, &scratch->time);
    out->blocked = spread(p, F_BLOCKED, &scratch->time);
    out->cpu = spread(p, F_CPU, &scratch->time);
    out->slowdown = slowdowns(p, &scratch->ratio);
    free(scratch);
    return true;
}

bool metrics_pool(struct metrics *const *m, const ns_t *now, size_t n, struct run_metrics *out)
{
    const struct pool p = { m, now, n };
    __int128 late = 0;

    if (n == 1)
        return metrics_run(m[0], now[0], out);
    if (!fill(&p, out))
        return false;
    for (size_t k = 0; k < n; k++)
        late += m[k]->tardiness_sum;
    out->jain_fairness = jain(&p);
    out->response_time = jobs_spread(&p, false);
    out->lateness = jobs_spread(&p, true);
    out->tardiness = metrics_tardiness(&out->lateness, late);
    out->miss_ratio = out->jobs ? (double)out->deadline_misses / (double)out->jobs : 0;
    out->blast_radius = blast_radius(&p);
    add_counts(&p, out);
    return true;
}
