/* metrics_task.c - reading the numbers of one task. */
#include <stat/metrics_state.h>

#include <math.h>
#include <string.h>

size_t metrics_ntasks(const struct metrics *m)
{
    return m->nslots + m->npast;
}

size_t metrics_entry(const struct metrics *m, tid_t tid)
{
    return tid < m->config->ntasks ? tid : tid + m->npast;
}

const struct task_record *metrics_record(const struct metrics *m, size_t i, tid_t *tid)
{
    size_t first_fork = m->config->ntasks;

    if (i >= first_fork && i - first_fork < m->npast) {
        *tid = m->past[i - first_fork].tid;
        return &m->past[i - first_fork].t;
    }
    *tid = (tid_t)(i < first_fork ? i : i - m->npast);
    return &m->tasks[*tid];
}

static const struct hart_record *hart_running(const struct metrics *m,
                                              const struct task_record *t, tid_t tid)
{
    if (t->hart >= m->config->ncpus || m->harts[t->hart].running != tid)
        return NULL;
    return &m->harts[t->hart];
}

struct task_sums metrics_sums(const struct metrics *m, const struct task_record *t,
                              tid_t tid, ns_t now)
{
    const struct task_rest *r = record_rest(m, t);
    struct task_sums s = { t->cpu, t->waiting, r->blocked, r->overhead, 0 };
    const struct hart_record *h =
        follow_on_hart(t->state) ? hart_running(m, t, tid) : NULL;

    if (h) {
        ns_t span = now - h->since;
        ns_t kernel = h->stretch_kernel - kernel_to_come(h, now);

        s.cpu += span - kernel;
        s.overhead += kernel;
    } else if (t->state == TASK_RUNNABLE) {
        s.waiting += now - t->since;
    } else if (t->state == TASK_SLEEPING) {
        s.blocked += t->cause == WAIT_RELEASE ? 0 : now - t->since;
    }
    if (t->jobs && t->state != TASK_UNBORN)
        s.dormant = (t->state == TASK_DEAD ? t->since : now) - t->arrival - s.cpu - s.waiting -
                    s.blocked - s.overhead;
    return s;
}

/* Fills by[] and returns nothing that was not settled: the present wait is added. */
static void split_blocked(const struct metrics *m, const struct task_record *t, ns_t now,
                          ns_t by[WAIT_CAUSES])
{
    const struct task_rest *r = record_rest(m, t);

    if (r->split)
        memcpy(by, m->splits[r->split - 1].by, sizeof m->splits[0].by);
    else
        by[r->only_cause] = r->blocked;
    if (t->state == TASK_SLEEPING && t->cause != WAIT_RELEASE)
        by[t->cause < WAIT_CAUSES ? t->cause : WAIT_NONE] += now - t->since;
}

ns_t metrics_asked(const struct metrics *m, const struct task_record *t, tid_t tid, ns_t now)
{
    const struct hart_record *h =
        follow_on_hart(t->state) ? hart_running(m, t, tid) : NULL;
    ns_t by[WAIT_CAUSES] = { 0 }, cpu = metrics_sums(m, t, tid, now).cpu;
    unsigned __int128 lag = record_rest(m, t)->lag;

    if (h && cpu > t->cpu + h->weighed)
        lag += lag_of(m, h, t, cpu - t->cpu - h->weighed);
    split_blocked(m, t, now, by);
    return cpu - (ns_t)((lag + m->fastest - 1) / m->fastest) + by[WAIT_IO] + by[WAIT_DISK];
}

static bool is_periodic(const struct metrics *m, const struct task_record *t)
{
    return t->process < m->config->nprocesses
           && m->config->processes[t->process].period > 0;
}

double metrics_slowdown(const struct metrics *m, const struct task_record *t, tid_t tid,
                        ns_t now)
{
    if (t->jobs && is_periodic(m, t)) {
        const struct job_record *j = &m->jobs[t->jobs - 1];
        uint64_t n = jobs_finished(m, j) - job_rest(m, j)->idle;

        return n ? j->slowdown_sum / (double)n : NAN;
    }
    ns_t asked = t->state == TASK_DEAD ? metrics_asked(m, t, tid, now) : 0;

    return asked > 0 ? (double)(t->since - t->arrival) / (double)asked : NAN;
}

/* How long after a job's release its deadline is; NS_MAX: there is none. */
static ns_t relative_deadline(const struct metrics *m, const struct task_record *t)
{
    if (t->process >= m->config->nprocesses)
        return NS_MAX;
    const struct process_config *p = &m->config->processes[t->process];

    return p->deadline ? p->deadline : p->period ? p->period : NS_MAX;
}

static void fill_lateness(const struct metrics *m, const struct task_record *t,
                          __int128 responses, struct job_metrics *out)
{
    const struct job_rest *r = job_rest(m, &m->jobs[t->jobs - 1]);
    ns_t d = relative_deadline(m, t);

    if (!out->finished || d == NS_MAX)
        return;
    out->with_deadline = out->finished;
    out->lateness_min = out->response_min - d;
    out->lateness_max = out->response_max - d;
    out->lateness_mean = (double)((long double)(responses - (__int128)out->finished * d)
                                  / (long double)out->finished);
    out->tardiness_mean = (double)((long double)r->tardiness_sum / (long double)out->finished);
}

static void fill_jobs(const struct metrics *m, const struct task_record *t,
                      struct job_metrics *out)
{
    const struct job_record *j = &m->jobs[t->jobs - 1];
    const struct job_rest *r = job_rest(m, j);
    __int128 sum = (__int128)r->response_high << 64 | j->response_sum;

    *out = (struct job_metrics){
        .jobs = jobs_counted(m, j), .misses = r->misses,
        .finished = jobs_finished(m, j), .aborted = r->aborted, .skipped = r->skipped,
        .response_min = j->response_min, .response_max = j->response_max,
    };
    if (out->finished)
        out->response_mean = (double)((long double)sum / (long double)out->finished);
    fill_lateness(m, t, sum, out);
}

void metrics_task(const struct metrics *m, size_t i, ns_t now, struct task_metrics *out)
{
    tid_t tid;
    const struct task_record *t = metrics_record(m, i, &tid);
    struct task_sums s = metrics_sums(m, t, tid, now);

    memset(out, 0, sizeof *out);
    out->tid = tid;
    out->process = t->process;
    out->forked = tid >= m->config->ntasks;
    out->past = i >= m->config->ntasks && i - m->config->ntasks < m->npast;
    out->state = follow_shown(t->state);
    out->slowdown = NAN;
    if (t->state == TASK_UNBORN) {
        out->arrival = out->start = out->finish = NS_MAX;
        out->hart = HART_NONE;
        return;
    }
    out->cause = t->state == TASK_SLEEPING ? (enum wait_cause)t->cause : WAIT_NONE;
    out->hart = t->hart;
    out->arrival = t->arrival;
    out->start = t->start;
    out->finish = record_finish(t);
    out->cpu = s.cpu;
    out->waiting = s.waiting;
    out->blocked = s.blocked;
    out->overhead = s.overhead;
    out->dormant = s.dormant;
    split_blocked(m, t, now, out->blocked_by);
    out->exit_status = record_rest(m, t)->exit_status;
    out->exit_signal = record_rest(m, t)->exit_signal;
    out->slowdown = metrics_slowdown(m, t, tid, now);
    out->has_jobs = t->jobs != 0;
    if (m->energy)
        out->joules = out->past ? m->past[i - m->config->ntasks].joules
                                : energy_task(m->energy, tid, now);
    if (t->jobs)
        fill_jobs(m, t, &out->job);
}

uint32_t metrics_process(const struct config *c, const struct task_metrics *t)
{
    uint32_t low = 0, high = c->nprocesses;

    if (t->state != TASK_UNBORN || t->forked)
        return t->process;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;

        if (c->processes[middle].first <= t->tid)
            low = middle;
        else
            high = middle;
    }
    return low;
}

ns_t task_turnaround(const struct task_metrics *t)
{
    return t->finish == NS_MAX ? NS_MAX : t->finish - t->arrival;
}

ns_t task_first_response(const struct task_metrics *t)
{
    return t->start == NS_MAX ? NS_MAX : t->start - t->arrival;
}

const char *metrics_state_name(enum task_state s)
{
    static const char *const names[] = { "unborn", "runnable", "running", "sleeping",
                                         "done" };

    return (unsigned)s < sizeof names / sizeof *names ? names[s] : "?";
}
