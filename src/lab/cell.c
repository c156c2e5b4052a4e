/* cell.c - see cell.h */
#include <lab/cell.h>

#include <host/pages.h>
#include <host/plugin.h>
#include <lab/foresee.h>
#include <lab/guests.h>
#include <lab/report.h>
#include <machine/failure.h>
#include <machine/machine.h>
#include <machine/peek.h>
#include <stat/audit.h>
#include <stat/metrics.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A machine and who listens to it. The guarded steps write here, so that after a
 * crash it is known how far they came. */
struct run {
    const struct config *config;
    size_t size;
    void *memory;
    struct machine *machine;            /* NULL: not built */
    struct metrics *metrics;            /* NULL: nobody wants them */
    struct audit *audit;
    struct gantt *gantt;
    struct guests_books *guests;        /* NULL: it has none, or nobody wants numbers */
    struct foresight *foresight;
    struct config seen;                 /* the config with it */
    enum machine_end end;
};

/* What a policy of replacement that knows the future is to know. */
static bool look_ahead(struct run *r, struct diag *diag)
{
    if (foresee(r->config, &r->foresight, diag))
        return false;
    if (r->foresight) {
        r->seen = *r->config;
        r->seen.foresight = r->foresight;
        r->config = &r->seen;
    }
    return true;
}

static bool subscribe(struct run *r)
{
    struct stream *s = machine_stream(r->machine);

    return (!r->metrics ||
            stream_subscribe(s, metrics_kinds, metrics_event, r->metrics)) &&
           (!r->audit || stream_subscribe(s, audit_kinds, audit_event, r->audit)) &&
           (!r->gantt || stream_subscribe(s, gantt_kinds, gantt_event, r->gantt));
}

/* Small machines of one process stand one after the other in the same block, which is
 * cleared in between: to map and unmap one costs more than the run of a hundred tasks. */
static struct { void *memory; size_t used; bool taken; } bench;

enum { BENCH_SIZE = 1 << 20 };

static void *block_take(size_t size)
{
    if (size > BENCH_SIZE || bench.taken || plugin_any())    /* fences are in the way */
        return pages_map(size);
    if (!bench.memory)
        bench.memory = pages_map(BENCH_SIZE);
    if (bench.memory)
        memset(bench.memory, 0, bench.used);
    bench.used = size;
    bench.taken = bench.memory != NULL;
    return bench.memory;
}

static void block_give(void *memory, size_t size)
{
    if (memory && memory == bench.memory)
        bench.taken = false;
    else if (memory)
        pages_unmap(memory, size);
}

static void run_all(void *ctx)
{
    struct run *r = ctx;

    r->size = machine_size(r->config);
    r->memory = block_take(r->size);
    if (!r->memory)
        return;
    r->machine = machine_init(r->memory, r->size, r->config, r->metrics != NULL);
    if (r->metrics && machine_nguests(r->machine) &&
        !(r->guests = guests_watch(r->machine, NULL, r->audit != NULL, GUESTS_NO_CHART)))
        return;
    if (!subscribe(r))
        return;
    if (r->audit) {
        audit_ask(r->audit, peek_ousts, r->machine);
        machine_watch_decisions(r->machine, audit_decided, r->audit);
    }
    r->end = machine_run(r->machine, NS_MAX, 0);
}

static void stop_machine(void *ctx)
{
    machine_stop(((struct run *)ctx)->machine);
}

/* The plug-in that crashed is done with; what was measured is kept. */
static void stop_after_crash(struct run *r, const struct plugin_crash *crash)
{
    struct plugin_crash again;

    if (!r->machine)
        return;
    stream_emit(machine_stream(r->machine), machine_now(r->machine), EV_POLICY_FAULT,
                HART_NONE, TID_NONE, FAULT_CRASH, crash->signal);
    plugin_guard_run(stop_machine, r, &again);
}

static void run_close(struct run *r)
{
    metrics_destroy(r->metrics);
    audit_destroy(r->audit);
    guests_close(r->guests);
    foresight_free(r->foresight);
    block_give(r->memory, r->size);
}

/* --- what came of it --- */

__attribute__((format(printf, 2, 3)))
static void bad(struct cell *out, const char *format, ...)
{
    va_list ap;

    if (out->state == CELL_BAD)
        return;                         /* the first reason is the cause */
    out->state = CELL_BAD;
    va_start(ap, format);
    vsnprintf(out->note, sizeof out->note, format, ap);
    va_end(ap);
}

static void bad_policy(const struct run *r, struct cell *out)
{
    char at[64], text[640];
    struct policy_failure f;

    if (!machine_policy_failure(r->machine, &f))
        return;
    bad(out, "%s", failure_text(&f, time_with_unit(r->config, f.at, at, sizeof at), text,
                                sizeof text));
}

static const char *end_in_words(enum machine_end end)
{
    switch (end) {
    case MACHINE_RUNNING:  return "not over: a program waits for input that nobody types";
    case MACHINE_STUCK:    return "stuck: nothing can move again";
    case MACHINE_LIVELOCK: return "livelock: endless steps at one instant";
    case MACHINE_THRASHING:
        return "thrashing: dispatches without end, and nobody receives CPU";
    case MACHINE_MISSED:   return "a deadline was missed that must hold";
    case MACHINE_BAD_UNLOCK: return "a task unlocked what it does not hold";
    default:               return NULL;         /* a panic, too: the workload wanted it */
    }
}

static void judge_laws(struct audit *audit, struct cell *out)
{
    unsigned broken = audit ? audit_finish(audit) : 0;

    for (unsigned law = 0; broken && law < LAW_COUNT; law++) {
        const struct audit_finding *f = audit_finding(audit, law);
        if (f->times)
            bad(out, "law broken: %s: %.120s", law_text(law), f->text);
    }
}

static void judge_guests(const struct guests_books *b, struct cell *out)
{
    for (unsigned i = 0; b && i < b->n; i++) {
        enum machine_end end = machine_over(b->book[i].machine);
        const char *why = end == MACHINE_BAD_POLICY ? "its policy broke" : end_in_words(end);

        if (why)
            bad(out, "%.60s: %s", b->book[i].name, why);
        judge_laws(b->book[i].audit, out);
    }
}

static void judge(const struct run *r, struct cell *out)
{
    const char *why = end_in_words(r->end);

    if (r->end == MACHINE_BAD_POLICY)
        bad_policy(r, out);
    judge_guests(r->guests, out);       /* an outer one is stuck because its guests are */
    if (why)
        bad(out, "%s", why);
    judge_laws(r->audit, out);
    if (out->policy_faults)
        bad(out, "the policy gave %llu impossible answer%s",
            (unsigned long long)out->policy_faults, out->policy_faults == 1 ? "" : "s");
}

/* The first program of a kernel that ended badly: the numbers are as good as ever, but
 * whoever reads them should know. who: "" or "guest: ". */
static void judge_programs(const struct results *results, struct machine *m, const char *who,
                           struct cell *out)
{
    const struct report r = { .results = results, .machine = m };
    char text[VERDICT_PROGRAM];

    if (*out->note || !any_program(results->config))
        return;
    for (size_t i = 0; i < results->config->ntasks; i++)
        if (verdict_program(&r, i, text, sizeof text)) {
            snprintf(out->note, sizeof out->note, "%s%.130s", who, text);
            return;
        }
}

static void judge_all_programs(const struct run *r, struct cell *out)
{
    const struct results own = { .config = r->config, .metrics = r->metrics, .end = out->end };
    char who[64];

    if (out->state != CELL_GOOD)
        return;
    judge_programs(&own, r->machine, "", out);
    for (unsigned i = 0; r->guests && i < r->guests->n; i++) {
        const struct guest_books *g = &r->guests->book[i];
        const struct results its = { .config = g->words.config, .metrics = g->metrics,
                                     .end = machine_now(g->machine) };

        snprintf(who, sizeof who, "%.60s: ", g->name);
        judge_programs(&its, g->machine, who, out);
    }
}

static int compare_times(const void *a, const void *b)
{
    ns_t x = *(const ns_t *)a, y = *(const ns_t *)b;

    return (x > y) - (x < y);
}

static void take_sample(struct cell_sample *s, ns_t *values, size_t n)
{
    qsort(values, n, sizeof *values, compare_times);
    s->n = n < CELL_QUANTILES ? (uint32_t)n : CELL_QUANTILES;
    for (size_t i = 0; i < s->n; i++)
        s->value[i] = n <= CELL_QUANTILES
            ? values[i] : values[i * (n - 1) / (CELL_QUANTILES - 1)];
}

static void take_samples(const struct run *r, struct cell *out)
{
    size_t n = metrics_ntasks(r->metrics), nwaiting = 0, nfirst = 0;
    ns_t *values = malloc((2 * n + 1) * sizeof *values), *first = values + n;
    struct task_metrics t;

    if (!values)
        return;
    for (size_t i = 0; i < n; i++) {
        metrics_task(r->metrics, i, out->end, &t);
        if (t.state == TASK_UNBORN)
            continue;
        values[nwaiting++] = t.waiting;
        if (t.start != NS_MAX)
            first[nfirst++] = task_first_response(&t);
    }
    take_sample(&out->waiting, values, nwaiting);
    take_sample(&out->first_response, first, nfirst);
    free(values);
}

static void put_numbers(const struct run_metrics *numbers, double *out)
{
    for (unsigned i = 0; i < CELL_METRICS && metric_at(i); i++)
        out[i] = metric_at(i)->value(numbers);
}

/* Where the numbers of guests begin. */
static size_t guests_at(const struct cell_wish *w)
{
    size_t n = w->quantiles ? sizeof(struct cell) : offsetof(struct cell, waiting);

    return (n + sizeof(double) - 1) / sizeof(double) * sizeof(double);
}

/* What each direct guest had, and those in it. Returns the steal time of all. */
static ns_t take_guests(const struct run *r, const struct cell_wish *w, struct cell *out)
{
    double *at = (double *)(void *)((char *)out + guests_at(w));
    ns_t steal = 0;

    for (unsigned i = 0; r->guests && i < machine_nguests(r->machine); i++) {
        struct machine *g = machine_guest(r->machine, i);
        struct guest_books *book = &r->guests->book[machine_kernel(g) - 1];
        struct run_metrics numbers;
        struct peek_guest p;

        peek_guest(g, &p);
        steal += p.steal;
        if (i >= w->guests || !metrics_run(book->metrics, machine_now(g), &numbers))
            continue;
        numbers.virtual = true;
        numbers.steal = p.steal;
        put_numbers(&numbers, at + (size_t)i * CELL_METRICS);
    }
    return steal;
}

static void take_metrics(const struct run *r, const struct cell_wish *w, struct cell *out)
{
    struct run_metrics numbers;

    if (!metrics_ok(r->metrics) ||
        !(r->guests ? guests_pool(r->guests, r->machine, r->metrics, &numbers)
                    : metrics_run(r->metrics, out->end, &numbers))) {
        bad(out, "out of memory for the numbers");
        return;
    }
    numbers.virtual = r->guests != NULL;
    numbers.steal = take_guests(r, w, out);
    numbers.translated = !r->guests;
    numbers.tlb_misses = peek_tlb_misses(r->machine);
    numbers.cow_copies = peek_cow_copies(r->machine);
    out->policy_faults = numbers.policy_faults;
    put_numbers(&numbers, out->metric);
    while (out->nmetrics < CELL_METRICS && metric_at(out->nmetrics))
        out->nmetrics++;
}

const double *cell_guest(const struct cell *c, const struct cell_wish *w, unsigned i)
{
    return (const double *)(const void *)((const char *)c + guests_at(w)) +
           (size_t)i * CELL_METRICS;
}

static void take_structure(const struct run *r, struct cell *out)
{
    struct peek_crossing x;
    struct peek_structure s;

    peek_structure(r->machine, &s);
    out->structure_bytes = s.memory_bytes;
    for (unsigned from = 0; from < PEEK_SERVICES; from++)
        for (unsigned to = 1; to < PEEK_SERVICES; to++)
            if (peek_way(r->machine, from, to, &x) && x.mechanism)
                out->crossings += x.count;
}

size_t cell_size(const struct cell_wish *w)
{
    return guests_at(w) + (size_t)w->guests * CELL_METRICS * sizeof(double);
}

void cell_run(const struct config *c, const struct cell_wish *w, struct cell *out)
{
    struct run r = { .config = c, .metrics = metrics_create(c),
                     .audit = w->audit ? audit_create(c) : NULL };
    struct plugin_crash crash;
    struct diag diag;

    memset(out, 0, cell_size(w));
    out->state = CELL_GOOD;
    if (!r.metrics || (w->audit && !r.audit)) {
        bad(out, "out of memory");
        run_close(&r);
        return;
    }
    if (!look_ahead(&r, &diag)) {
        bad(out, "%s", diag.text);
        run_close(&r);
        return;
    }
    bool whole = plugin_guard_run(run_all, &r, &crash);
    if (!whole) {
        stop_after_crash(&r, &crash);
        bad(out, "%s", crash.text);
    }
    if (r.machine) {
        out->end = machine_now(r.machine);
        out->trace_hash = stream_hash(machine_stream(r.machine));
        take_metrics(&r, w, out);
        take_structure(&r, out);
        if (w->quantiles)
            take_samples(&r, out);
        judge(&r, out);
        judge_all_programs(&r, out);
    } else {
        bad(out, "out of memory for the machine");
    }
    run_close(&r);
}

struct gantt *cell_gantt(const struct config *c)
{
    struct run r = { .config = c, .gantt = gantt_create(c->ncpus, 0) };
    struct plugin_crash crash;
    struct diag diag;

    if (!r.gantt)
        return NULL;
    bool good = look_ahead(&r, &diag) && plugin_guard_run(run_all, &r, &crash) && r.machine;
    run_close(&r);
    if (good)
        return r.gantt;
    gantt_destroy(r.gantt);
    return NULL;
}
