/* trial.c - see trial.h. */
#include <lab/trial.h>

#include <formats/results.h>
#include <host/pages.h>
#include <lab/files.h>
#include <lab/guests.h>
#include <lab/report.h>
#include <machine/failure.h>
#include <machine/guest_policy.h>
#include <machine/machine.h>
#include <machine/peek.h>
#include <stat/audit.h>
#include <stat/follow.h>
#include <stat/metrics.h>
#include <stat/names.h>

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Since when each task of the workload is ready, or was the last time. */
struct ready {
    tid_t ntasks;
    uint8_t *state;             /* follow.h */
    ns_t *since;
};

struct run {
    struct trial *t;
    size_t size;
    void *memory;
    struct machine *machine;
    struct metrics *metrics;
    struct audit *audit;
    struct gantt *gantt;
    struct guests_books *guests;
    ns_t last_own;              /* of count_tie; NS_MAX: none yet */
    struct ready ready;
    /* What the laws are told: that the policy lays no claim to exceptions from them. */
    struct config strict;
    struct sched_ops strict_ops;
    ns_t bad_at;
};

const char *trial_task(const struct config *c, tid_t tid, char *buf, size_t size)
{
    return results_task_name(c, config_process_of(c, tid), tid, buf, size);
}

__attribute__((format(printf, 3, 4)))
static void ended(struct trial *t, enum trial_end end, const char *format, ...)
{
    va_list ap;

    t->end = end;
    va_start(ap, format);
    vsnprintf(t->note, sizeof t->note, format, ap);
    va_end(ap);
}

static const char *when(const struct trial *t, ns_t at, char *buf, size_t size)
{
    return time_with_unit(t->config, at, buf, size);
}

/* --- who waits how long --- */

static const event_set ready_kinds =
    EVENT_BIT(EV_ARRIVE) | EVENT_BIT(EV_WAKE) | EVENT_BIT(EV_DISPATCH) |
    EVENT_BIT(EV_DESCHED) | EVENT_BIT(EV_BLOCK) | EVENT_BIT(EV_EXIT);

static bool ready_begin(struct ready *r, tid_t ntasks)
{
    *r = (struct ready){ ntasks, calloc(ntasks + (size_t)1, sizeof *r->state),
                         calloc(ntasks + (size_t)1, sizeof *r->since) };
    return r->state && r->since;
}

static void ready_free(struct ready *r)
{
    free(r->state);
    free(r->since);
}

static bool is_ready(const struct ready *r, tid_t tid)
{
    return r->state[tid] == TASK_RUNNABLE;
}

static void ready_event(void *ctx, const struct event *e)
{
    struct ready *r = ctx;

    if (e->tid >= r->ntasks)
        return;
    bool before = is_ready(r, e->tid);
    r->state[e->tid] = (uint8_t)follow_after(r->state[e->tid], e);
    if (is_ready(r, e->tid) && !before)
        r->since[e->tid] = e->at;
}

static void waited(struct run *r, tid_t tid, ns_t until)
{
    struct trial *t = r->t;

    if (is_ready(&r->ready, tid) && until - r->ready.since[tid] > t->longest_wait[tid])
        t->longest_wait[tid] = until - r->ready.since[tid];
}

/* What happens at one instant in an order that rules decide. */
static void count_tie(struct run *r, const struct event *e)
{
    bool own = e->kind == EV_ARRIVE || e->kind == EV_WAKE ||
               (e->kind == EV_DESCHED && e->a == STOP_EXPIRED);

    if (!own)
        return;
    r->t->ties += e->at == r->last_own;
    r->last_own = e->at;
}

static void wait_event(void *ctx, const struct event *e)
{
    struct run *r = ctx;
    struct trial *t = r->t;

    count_tie(r, e);
    t->blocks += e->kind == EV_BLOCK;
    t->expired += e->kind == EV_DESCHED && e->a == STOP_EXPIRED;

    if (e->kind == EV_POLICY_FAULT && !t->bad_answer) {
        t->bad_answer = e->a;
        r->bad_at = e->at;
    }
    if (e->tid >= t->config->ntasks)
        return;
    if (e->kind == EV_ARRIVE)
        t->arrival[e->tid] = e->at;
    if (e->kind == EV_DISPATCH) {
        waited(r, e->tid, e->at);
        if (t->first_run[e->tid] == NS_MAX)
            t->first_run[e->tid] = e->at;
    }
    ready_event(&r->ready, e);
}

/* --- running --- */

/* A policy that says that it may leave harts idle, or decide what it gives away, is audited
 * as if it did not: here it is its schedule that is asked for, not its word. */
static void hold_to_all_laws(struct run *r)
{
    r->strict = *r->t->config;
    if (!r->strict.policy.ops)
        return;
    r->strict_ops = *r->strict.policy.ops;
    r->strict_ops.flags &= ~(unsigned)SCHED_MAY_IDLE;
    r->strict_ops.pull = NULL;
    r->strict.policy.ops = &r->strict_ops;
}

static bool prepare(struct run *r)
{
    struct trial *t = r->t;
    size_t n = t->config->ntasks + (size_t)1;

    t->longest_wait = calloc(n, sizeof *t->longest_wait);
    t->first_run = malloc(n * sizeof *t->first_run);
    t->arrival = malloc(n * sizeof *t->arrival);
    r->metrics = metrics_create(t->config);
    hold_to_all_laws(r);
    r->audit = audit_create(&r->strict);
    r->gantt = gantt_create(t->config->ncpus, 0);
    if (!t->longest_wait || !t->first_run || !t->arrival || !ready_begin(&r->ready, t->config->ntasks) ||
        !r->metrics || !r->audit || !r->gantt)
        return false;
    for (size_t i = 0; i < n; i++)
        t->first_run[i] = t->arrival[i] = NS_MAX;
    r->size = machine_size(t->config);
    r->memory = pages_map(r->size);
    if (!r->memory)
        return false;
    r->machine = machine_init(r->memory, r->size, t->config, true);
    r->guests = guests_watch(r->machine, NULL, false, GUESTS_NO_CHART);
    struct stream *s = machine_stream(r->machine);
    return r->guests && stream_subscribe(s, metrics_kinds, metrics_event, r->metrics) &&
           stream_subscribe(s, audit_kinds, audit_event, r->audit) &&
           stream_subscribe(s, gantt_kinds, gantt_event, r->gantt) &&
           stream_subscribe(s, ready_kinds | EVENT_BIT(EV_POLICY_FAULT), wait_event, r);
}

static void advance(struct run *r, uint64_t max_steps)
{
    enum { BATCH = 4096 };

    for (uint64_t n = 0;; n += BATCH) {
        if (max_steps && n >= max_steps) {
            ended(r->t, TRIAL_OVERRUN, "it did not come to its end: stopped after %llu steps",
                  (unsigned long long)n);
            machine_stop(r->machine);
            break;
        }
        if (machine_run(r->machine, NS_MAX, BATCH) != MACHINE_RUNNING) {
            r->t->steps = n + BATCH;
            break;
        }
    }
}

/* --- what came of it --- */

/* who: "" or "guest: ". */
static void broke(struct run *r, const struct machine *m, const char *who)
{
    struct policy_failure f;
    struct trial *t = r->t;
    char text[640], at[64];

    if (!machine_policy_failure(m, &f)) {
        ended(t, TRIAL_FAULT, "%sthe policy broke", who);
        return;
    }
    ended(t, TRIAL_FAULT, "%s%.330s", who, failure_text(&f, when(t, f.at, at, sizeof at), text,
                                                        sizeof text));
    snprintf(t->fault_file, sizeof t->fault_file, "%.120s", f.file ? f.file : "");
    t->fault_line = f.line;
}

static void judge_end(struct run *r, const struct machine *m, const char *who)
{
    struct trial *t = r->t;
    char at[64];

    if (t->end != TRIAL_GOOD)
        return;                 /* the first reason is the cause */
    switch (machine_over(m)) {
    case MACHINE_BAD_POLICY:
        broke(r, m, who);
        break;
    case MACHINE_DONE:
    case MACHINE_STOPPED:
    case MACHINE_RUNNING:
        break;
    default:
        ended(t, TRIAL_STUCK, "%s%s at %s", who, end_text(machine_over(m)),
              when(t, machine_now(m), at, sizeof at));
        break;
    }
}

/* Inner ones first: a machine is stuck because its guests are. */
static void judge(struct run *r)
{
    struct trial *t = r->t;
    char at[64], who[64];

    for (unsigned i = r->guests->n; i-- > 0;) {
        const struct guest_books *g = &r->guests->book[i];

        snprintf(who, sizeof who, "%.60s: ", g->name);
        judge_end(r, g->machine, who);
        if (t->end == TRIAL_GOOD && g->incidents.times[EV_POLICY_FAULT])
            ended(t, TRIAL_BAD_ANSWER, "%sits policy gave impossible answers", who);
    }
    judge_end(r, r->machine, "");
    if (t->end == TRIAL_GOOD && t->bad_answer)
        ended(t, TRIAL_BAD_ANSWER, "%s at %s", fault_text(t->bad_answer),
              when(t, r->bad_at, at, sizeof at));
}

static bool keep_text(void *ctx, const char *bytes, size_t n)
{
    struct trial *t = ctx;
    char *more = realloc(t->results, t->results_size + n + 1);

    if (!more)
        return false;
    t->results = more;
    memcpy(more + t->results_size, bytes, n);
    t->results_size += n;
    more[t->results_size] = '\0';
    return true;
}

static bool keep_results(struct run *r)
{
    struct trial *t = r->t;
    struct text_out out = { keep_text, t };
    struct results_files files;
    struct results s = {
        .config = t->config, .metrics = r->metrics, .gantt = NULL, .end = t->at,
        .trace_hash = t->trace_hash, .ended = end_name(machine_over(r->machine)),
        .tlb_misses = peek_tlb_misses(r->machine), .cow_copies = peek_cow_copies(r->machine), .files = files_of(r->machine, &files),
    };

    s.guests = guests_results(r->guests, r->machine, &s.nguests);
    bool good = results_json(&s, &out) && t->results;
    guests_results_free((struct results_guest *)s.guests, s.nguests);
    return good;
}

static bool keep_pieces(struct run *r)
{
    struct trial *t = r->t;
    const struct gantt_piece *pieces = gantt_pieces(r->gantt, &t->npieces);

    t->pieces = malloc((t->npieces + 1) * sizeof *pieces);
    if (t->pieces && t->npieces)
        memcpy(t->pieces, pieces, t->npieces * sizeof *pieces);
    return t->pieces;
}

static void keep_cost(struct run *r, const char *op)
{
    uint64_t calls, instructions;

    for (unsigned i = 0; i < POLICY_OPS; i++)
        if (machine_policy_cost(r->machine, policy_op_name((enum policy_op)i), &calls,
                                &instructions))
            r->t->instructions += instructions;
    if (op && machine_policy_cost(r->machine, op, &calls, &instructions) && calls)
        r->t->cost = (double)instructions / (double)calls;
}

static bool keep_variables(struct run *r)
{
    size_t n = machine_policy_variables(r->machine, NULL);

    if (n == 0)
        return true;
    r->t->variables = malloc(n);
    return r->t->variables && machine_policy_variables(r->machine, r->t->variables) == n;
}

static bool collect(struct run *r)
{
    struct trial *t = r->t;
    const struct audit_finding *f;

    judge(r);
    t->at = machine_now(r->machine);
    t->trace_hash = stream_hash(machine_stream(r->machine));
    for (tid_t i = 0; i < t->config->ntasks; i++)
        waited(r, i, t->at);
    audit_finish(r->audit);
    f = audit_finding(r->audit, LAW_CONSERVED);
    t->idle_while_waiting = f->times;
    t->idle_at = f->at;
    return keep_pieces(r) && keep_results(r) && keep_variables(r);
}

bool trial_run(struct trial *t, const struct config *c, uint64_t max_steps,
               const char *cost_op)
{
    struct run r = { .t = t, .last_own = NS_MAX };

    *t = (struct trial){ .config = c };
    bool good = prepare(&r);
    if (good) {
        advance(&r, max_steps);
        keep_cost(&r, cost_op);
        good = collect(&r);
    }
    if (!good)
        ended(t, TRIAL_FAILED, "out of memory");
    metrics_destroy(r.metrics);
    audit_destroy(r.audit);
    guests_close(r.guests);
    if (r.gantt)
        gantt_destroy(r.gantt);
    if (r.memory)
        pages_unmap(r.memory, r.size);
    ready_free(&r.ready);
    return good;
}

bool trial_run_again(struct trial *t, const struct config *c, const struct trial *before,
                     uint64_t max_steps)
{
    struct guest_policy_config *policy = malloc(sizeof *policy);
    struct config again = *c;
    bool good = policy;

    if (good && before->variables)
        machine_policy_begin_with(&again.policy, before->variables, policy);
    good = good && trial_run(t, &again, max_steps, NULL);
    t->config = c;
    free(policy);
    return good;
}

/* --- looking into a run --- */

static void see(struct machine *m, const struct ready *r, tid_t tid, bool running,
                struct trial_seen *out)
{
    *out = (struct trial_seen){ .tid = tid, .running = running,
                                .since = tid < r->ntasks ? r->since[tid] : 0 };
    if (!running)
        peek_explain(m, tid, out->where, sizeof out->where);
}

unsigned trial_look(const struct config *c, ns_t at, struct trial_seen *out, unsigned max)
{
    size_t size = machine_size(c);
    void *memory = pages_map(size);
    struct ready ready;
    unsigned n = 0, queued;
    tid_t line[64];

    if (!ready_begin(&ready, c->ntasks) || !memory) {
        if (memory)
            pages_unmap(memory, size);
        ready_free(&ready);
        return 0;
    }
    struct machine *m = machine_init(memory, size, c, false);
    stream_subscribe(machine_stream(m), ready_kinds, ready_event, &ready);
    machine_run(m, at, 0);
    for (unsigned h = 0; h < c->ncpus && n < max; h++) {
        struct peek_hart hart;

        peek_hart(m, h, &hart);
        if (hart.running != TID_NONE)
            see(m, &ready, hart.running, true, &out[n++]);
    }
    for (unsigned q = 0; q < peek_nqueues(m); q++) {
        queued = peek_queue(m, q, line, sizeof line / sizeof *line);
        for (unsigned i = 0; i < queued && n < max; i++)
            see(m, &ready, line[i], false, &out[n++]);
    }
    pages_unmap(memory, size);
    ready_free(&ready);
    return n;
}

void trial_free(struct trial *t)
{
    free(t->pieces);
    free(t->longest_wait);
    free(t->first_run);
    free(t->arrival);
    free(t->results);
    free(t->variables);
    *t = (struct trial){ .config = NULL };
}
