/* metrics_run.c - a whole run in numbers, and the numbers by name. */
#include <stat/metrics_state.h>

#include <math.h>
#include <stdlib.h>

/* --- distributions over tasks --- */

bool metrics_field(const struct metrics *m, enum metrics_field f, const struct task_record *t,
                   tid_t tid, ns_t now, ns_t *value)
{
    switch (f) {
    case F_TURNAROUND:
        *value = t->since - t->arrival;
        return t->state == TASK_DEAD;
    case F_FIRST_RESPONSE:
        *value = t->start - t->arrival;
        return t->start != NS_MAX;
    case F_WAITING: *value = metrics_sums(m, t, tid, now).waiting; return true;
    case F_BLOCKED: *value = metrics_sums(m, t, tid, now).blocked; return true;
    default: *value = metrics_sums(m, t, tid, now).cpu; return true;
    }
}

static struct spread field_spread(const struct metrics *m, enum metrics_field f, ns_t now,
                                  ns_t *scratch)
{
    size_t n = 0;

    for (size_t i = 0; i < metrics_ntasks(m); i++) {
        tid_t tid;
        const struct task_record *t = metrics_record(m, i, &tid);

        if (t->state != TASK_UNBORN
            && metrics_field(m, f, t, tid, now, &scratch[n]))
            n++;
    }
    return spread_of(scratch, n);
}

void fair_add(struct fair_sum *s, const struct task_record *t)
{
    if (t->state != TASK_DEAD || t->since <= t->arrival)
        return;
    long double x = (long double)t->cpu / (long double)(t->since - t->arrival);

    s->sum += x;
    s->squares += x * x;
    s->n++;
}

double fair_index(const struct fair_sum *s)
{
    return s->squares > 0 ? (double)(s->sum * s->sum / ((long double)s->n * s->squares)) : NAN;
}

/* Slowdown, and with it Jain's index. */
static void fairness(const struct metrics *m, ns_t now, double *scratch,
                     struct run_metrics *out)
{
    struct fair_sum shares = { 0, 0, 0 };
    size_t n = 0;

    for (size_t i = 0; i < metrics_ntasks(m); i++) {
        tid_t tid;
        const struct task_record *t = metrics_record(m, i, &tid);

        double slowdown = metrics_slowdown(m, t, tid, now);

        if (!isnan(slowdown))
            scratch[n++] = slowdown;
        fair_add(&shares, t);
    }
    out->slowdown = ratios_of(scratch, n);
    out->jain_fairness = fair_index(&shares);
}

/* --- the harts --- */

static void shares(const struct metrics *m, ns_t now, struct run_metrics *out)
{
    ns_t busy = m->busy_at_finish, kernel = m->kernel_at_finish;
    ns_t until = m->last_finish;

    if (m->first_arrival == NS_MAX) {
        out->cpu_idle = 1;
        out->throughput = NAN;
        return;
    }
    if (until == NS_MAX) {              /* nothing finished: the run as far as it is */
        until = now;
        busy = m->busy + (ns_t)m->nrunning * now - m->open_since;
        kernel = metrics_kernel(m, now);
    }
    out->makespan = until - m->first_arrival;
    double all = (double)out->makespan * m->config->ncpus;

    out->throughput = out->makespan
        ? (double)m->finished / ((double)out->makespan / 1e9) : NAN;
    out->cpu_user = all > 0 ? (double)(busy - kernel) / all : 0;
    out->cpu_kernel = all > 0 ? (double)kernel / all : 0;
    /* Not 1 less the others: harts that never idle shall show 0, not a rounding error. */
    out->cpu_idle = all > (double)busy ? (all - (double)busy) / all : all > 0 ? 0 : 1;
}

void metrics_hart(const struct metrics *m, unsigned hart, ns_t now, ns_t *user,
                  ns_t *kernel)
{
    const struct hart_record *h = &m->harts[hart];
    ns_t busy = h->busy + (h->running != TID_NONE ? now - h->since : 0);

    *kernel = h->kernel - kernel_to_come(h, now);
    *user = busy - *kernel;
}

const struct energy *metrics_energy(const struct metrics *m)
{
    return m->energy;
}

/* --- jobs --- */

struct spread metrics_tardiness(const struct spread *late, __int128 sum)
{
    struct spread s = *late;

    s.sum = sum;
    for (ns_t *v[] = { &s.min, &s.p50, &s.p95, &s.p99, &s.max }, **p = v; p < v + 5; p++)
        if (**p < 0)
            **p = 0;
    return s;
}

static void jobs(struct metrics *m, struct run_metrics *out)
{
    ns_t jitter = 0;

    for (size_t i = 0; i < m->njobs; i++) {
        const struct job_record *j = &m->jobs[i];
        const struct job_rest *r = job_rest(m, j);

        out->jobs += jobs_counted(m, j);
        out->deadline_misses += r->misses;
        out->jobs_finished += jobs_finished(m, j);
        out->jobs_aborted += r->aborted;
        out->jobs_skipped += r->skipped;
        if (jobs_finished(m, j) && jitter < j->response_max - j->response_min)
            jitter = j->response_max - j->response_min;
    }
    out->response_jitter = jitter;
    if (out->jobs)
        out->miss_ratio = (double)out->deadline_misses / (double)out->jobs;
    out->response_time = hist_spread(&m->response);
    out->lateness = hist_spread(&m->lateness);
    out->tardiness = metrics_tardiness(&out->lateness, m->tardiness_sum);
}

/* Of service.def, without the user. */
enum {
#define SERVICE(id, name, what) NUMBER_OF_##id,
#include <ossim/service.def>
#undef SERVICE
    NSERVICES_AND_USER, NSERVICES = NSERVICES_AND_USER - 1
};

double metrics_blast_radius(uint64_t lost, uint64_t faults)
{
    return faults ? (double)lost / (double)(faults * NSERVICES) : NAN;
}

static void fill_faults(const struct metrics *m, struct run_metrics *out)
{
    out->faults = m->faults;
    out->blast_radius = metrics_blast_radius(m->services_lost, m->faults);
    out->processes_lost = m->processes_lost;
    out->downtime = m->downtime + (m->down ? out->end - m->down_since : 0) +
                    (m->panics ? m->config->structure.reboot : 0);
    out->work_lost = m->work_lost;
}

static void counters(const struct metrics *m, struct run_metrics *out)
{
    out->arrived = m->arrived;
    out->finished = m->finished;
    out->context_switches = m->context_switches;
    out->preemptions = m->preemptions;
    out->migrations = m->migrations;
    out->dispatches = m->dispatches;
    out->deadlocks = m->deadlocks;
    out->policy_faults = m->policy_faults;
    out->page_faults_minor = m->minor;
    out->page_faults_major = m->major;
    out->ipc_messages = m->messages;
    out->syscalls = m->syscalls;
    out->enosys = m->enosys;
    out->traps = m->traps;
    out->signals = m->signals;
    out->forks = m->forks;
    out->write_amplification = m->flash_written
        ? (double)(m->flash_written + m->flash_moved) / (double)m->flash_written : NAN;
    out->evictions = m->evictions;
    out->swap_in = m->swap_in;
    out->swap_out = m->swap_out;
    out->oom_kills = m->oom_kills;
    out->suspensions = m->suspensions;
    out->shootdowns = m->shootdowns;
    out->powered = m->energy;
    out->energy_joules = m->energy ? energy_joules(m->energy, out->end) : 0;
    out->crossing_time = m->crossing;
    fill_faults(m, out);
    out->disk_requests = m->disk_requests;
    out->disk_seek_cylinders = m->disk_cylinders;
    out->disk_busy = m->disk_busy - (m->disk_until > out->end ? m->disk_until - out->end
                                                                : 0);
}

bool metrics_run(struct metrics *m, ns_t now, struct run_metrics *out)
{
    size_t n = metrics_ntasks(m);
    union { ns_t time; double ratio; } *scratch = malloc((n + 1) * sizeof *scratch);

    *out = (struct run_metrics){ .end = now, .tasks = n };
    if (!scratch || m->failed) {
        free(scratch);
        return false;
    }
    counters(m, out);
    out->turnaround = field_spread(m, F_TURNAROUND, now, &scratch->time);
    out->first_response = field_spread(m, F_FIRST_RESPONSE, now, &scratch->time);
    out->waiting = field_spread(m, F_WAITING, now, &scratch->time);
    out->blocked = field_spread(m, F_BLOCKED, now, &scratch->time);
    out->cpu = field_spread(m, F_CPU, now, &scratch->time);
    fairness(m, now, &scratch->ratio, out);
    shares(m, now, out);
    jobs(m, out);
    free(scratch);
    return true;
}

bool metrics_check(const struct metrics *m, ns_t now)
{
    for (size_t i = 0; i < metrics_ntasks(m); i++) {
        tid_t tid;
        const struct task_record *t = metrics_record(m, i, &tid);
        struct task_sums s = metrics_sums(m, t, tid, now);
        ns_t end = t->state == TASK_DEAD ? t->since : now;

        if (t->state == TASK_UNBORN)
            continue;
        if (s.cpu < 0 || s.waiting < 0 || s.blocked < 0 || s.overhead < 0
            || s.dormant < 0)
            return false;
        if (s.cpu + s.waiting + s.blocked + s.overhead + s.dormant != end - t->arrival)
            return false;
    }
    return true;
}

/* --- by name --- */

#define MEAN(field) \
    static double get_##field(const struct run_metrics *r) { return spread_mean(&r->field); }
#define P99(field)                                                           \
    static double get_##field##_p99(const struct run_metrics *r)             \
    {                                                                        \
        return r->field.n ? (double)r->field.p99 : NAN;                      \
    }
#define PLAIN(field) \
    static double get_##field(const struct run_metrics *r) { return (double)r->field; }

MEAN(turnaround)
P99(turnaround)
MEAN(first_response)
P99(first_response)
MEAN(waiting)
P99(waiting)
MEAN(blocked)
PLAIN(makespan)
PLAIN(throughput)
PLAIN(cpu_user)
PLAIN(cpu_kernel)
PLAIN(cpu_idle)
PLAIN(jain_fairness)
PLAIN(context_switches)
PLAIN(preemptions)
PLAIN(migrations)
PLAIN(jobs)
PLAIN(deadline_misses)
MEAN(response_time)
P99(response_time)

static double get_response_time_max(const struct run_metrics *r)
{
    return r->response_time.n ? (double)r->response_time.max : NAN;
}

static double get_response_time_jitter(const struct run_metrics *r)
{
    return r->response_time.n ? (double)r->response_jitter : NAN;
}

MEAN(lateness)
MEAN(tardiness)
PLAIN(ipc_messages)
PLAIN(page_faults_minor)
PLAIN(page_faults_major)
PLAIN(evictions)
PLAIN(swap_in)
PLAIN(swap_out)
PLAIN(oom_kills)
PLAIN(suspensions)
PLAIN(shootdowns)
PLAIN(disk_requests)
PLAIN(disk_seek_cylinders)
PLAIN(disk_busy)
PLAIN(write_amplification)
PLAIN(crossing_time)

/* Of a kernel's structure: what its crossings take, over the work that is done. */
static double get_overhead(const struct run_metrics *r)
{
    return r->cpu.sum ? (double)r->crossing_time / (double)r->cpu.sum : NAN;
}

static double get_energy_joules(const struct run_metrics *r)
{
    return r->powered ? r->energy_joules : NAN;
}

static double get_power_watts(const struct run_metrics *r)
{
    return r->powered && r->end ? r->energy_joules / ((double)r->end / 1e9) : NAN;
}

PLAIN(blast_radius)

/* Without faults there is nothing to contain. */
static double get_downtime(const struct run_metrics *r)
{
    return r->faults ? (double)r->downtime : NAN;
}

static double get_work_lost(const struct run_metrics *r)
{
    return r->faults ? (double)r->work_lost : NAN;
}

static double get_processes_lost(const struct run_metrics *r)
{
    return r->faults ? (double)r->processes_lost : NAN;
}

static double get_steal(const struct run_metrics *r)
{
    return r->virtual ? (double)r->steal : NAN;
}

static double get_tlb_misses(const struct run_metrics *r)
{
    return r->translated ? (double)r->tlb_misses : NAN;
}

static double get_cow_copies(const struct run_metrics *r)
{
    return r->translated ? (double)r->cow_copies : NAN;
}

static double get_slowdown(const struct run_metrics *r)
{
    return r->slowdown.n ? r->slowdown.mean : NAN;
}

static double get_miss_ratio(const struct run_metrics *r)
{
    return r->jobs ? r->miss_ratio : NAN;
}

static const struct metric metrics[] = {
    { "turnaround", "turnaround", METRIC_TIME, -1, get_turnaround },
    { "turnaround_p99", "turn p99", METRIC_TIME, -1, get_turnaround_p99 },
    { "first_response", "first resp", METRIC_TIME, -1, get_first_response },
    { "first_response_p99", "first p99", METRIC_TIME, -1, get_first_response_p99 },
    { "waiting", "waiting", METRIC_TIME, -1, get_waiting },
    { "waiting_p99", "wait p99", METRIC_TIME, -1, get_waiting_p99 },
    { "blocked", "blocked", METRIC_TIME, 0, get_blocked },
    { "slowdown", "slowdown", METRIC_RATIO, -1, get_slowdown },
    { "makespan", "makespan", METRIC_TIME, -1, get_makespan },
    { "throughput", "tasks/s", METRIC_RATE, 1, get_throughput },
    { "cpu_user", "user", METRIC_RATIO, 1, get_cpu_user },
    { "cpu_kernel", "kernel", METRIC_RATIO, -1, get_cpu_kernel },
    { "cpu_idle", "idle", METRIC_RATIO, -1, get_cpu_idle },
    { "jain_fairness", "fairness", METRIC_RATIO, 1, get_jain_fairness },
    { "context_switches", "switches", METRIC_COUNT, -1, get_context_switches },
    { "preemptions", "preempt", METRIC_COUNT, -1, get_preemptions },
    { "migrations", "migrate", METRIC_COUNT, -1, get_migrations },
    { "jobs", "jobs", METRIC_COUNT, 0, get_jobs },
    { "deadline_misses", "misses", METRIC_COUNT, -1, get_deadline_misses },
    { "miss_ratio", "miss ratio", METRIC_RATIO, -1, get_miss_ratio },
    { "response_time", "response", METRIC_TIME, -1, get_response_time },
    { "response_time_p99", "resp p99", METRIC_TIME, -1, get_response_time_p99 },
    { "response_time_max", "resp max", METRIC_TIME, -1, get_response_time_max },
    { "response_time_jitter", "jitter", METRIC_TIME, -1, get_response_time_jitter },
    { "lateness", "lateness", METRIC_TIME, -1, get_lateness },
    { "tardiness", "tardiness", METRIC_TIME, -1, get_tardiness },
    { "ipc_messages", "messages", METRIC_COUNT, 0, get_ipc_messages },
    { "page_faults_minor", "minor faults", METRIC_COUNT, -1, get_page_faults_minor },
    { "page_faults_major", "major faults", METRIC_COUNT, -1, get_page_faults_major },
    { "evictions", "evictions", METRIC_COUNT, -1, get_evictions },
    { "swap_in", "swap in", METRIC_COUNT, -1, get_swap_in },
    { "swap_out", "swap out", METRIC_COUNT, -1, get_swap_out },
    { "oom_kills", "oom kills", METRIC_COUNT, -1, get_oom_kills },
    { "suspensions", "suspended", METRIC_COUNT, 0, get_suspensions },
    { "tlb_misses", "TLB misses", METRIC_COUNT, -1, get_tlb_misses },
    { "shootdowns", "shoot-downs", METRIC_COUNT, -1, get_shootdowns },
    { "cow_copies", "copied", METRIC_COUNT, -1, get_cow_copies },
    { "disk_requests", "disk reqs", METRIC_COUNT, 0, get_disk_requests },
    { "disk_seek_cylinders", "cylinders", METRIC_COUNT, -1, get_disk_seek_cylinders },
    { "disk_busy", "disk busy", METRIC_TIME, -1, get_disk_busy },
    { "write_amplification", "write ampl", METRIC_RATIO, -1, get_write_amplification },
    { "crossing_time", "crossing", METRIC_TIME, -1, get_crossing_time },
    { "overhead", "overhead", METRIC_RATIO, -1, get_overhead },
    { "blast_radius", "blast radius", METRIC_RATIO, -1, get_blast_radius },
    { "processes_lost", "procs lost", METRIC_COUNT, -1, get_processes_lost },
    { "downtime", "downtime", METRIC_TIME, -1, get_downtime },
    { "work_lost", "work lost", METRIC_TIME, -1, get_work_lost },
    { "energy_joules", "joules", METRIC_RATIO, -1, get_energy_joules },
    { "power_watts", "watts", METRIC_RATIO, -1, get_power_watts },
    { "steal", "steal", METRIC_TIME, -1, get_steal },
};

const struct metric *metric_at(unsigned i)
{
    return i < sizeof metrics / sizeof *metrics ? &metrics[i] : NULL;
}

const struct metric *metric_find(const char *name)
{
    for (unsigned i = 0; metric_at(i); i++) {
        const char *a = metric_at(i)->name, *b = name;

        while (*a && *a == *b)
            a++, b++;
        if (*a == *b)
            return metric_at(i);
    }
    return NULL;
}

unsigned metric_index(const struct metric *m)
{
    return (unsigned)(m - metrics);
}
