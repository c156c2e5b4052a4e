/* verdict.c - what went wrong in a run, in sentences. */
#include <lab/report.h>

#include <lab/guests.h>
#include <lab/races.h>
#include <machine/failure.h>
#include <inttypes.h>
#include <stat/names.h>
#include <string.h>

enum { NAME = 2 * CONFIG_NAME, LISTED = 8, BUS = 7, SEGV = 11 };     /* of Linux */

struct verdict {
    const struct report *r;
    const char *prefix;
    FILE *out;
    unsigned lines;
};

static const char *name_of(const struct verdict *v, tid_t tid, char buf[NAME])
{
    return peek_name(v->r->machine, tid, buf, NAME);
}

static const char *lock_name(const struct verdict *v, int64_t lock)
{
    const struct config *c = v->r->results->config;

    return lock >= 0 && lock < c->nlocks ? c->lock_names[lock] : "?";
}

/* Begins a line; NULL when they are only counted. */
static FILE *line(struct verdict *v)
{
    v->lines++;
    if (v->out)
        fputs(v->prefix, v->out);
    return v->out;
}

static const char *at_time(const struct verdict *v, ns_t at, char buf[64])
{
    return time_with_unit(v->r->results->config, at, buf, 64);
}

/* --- policies --- */

/* A policy that broke as guest code says where, and how. */
static bool broken_policy(struct verdict *v)
{
    struct policy_failure f;
    char at[64], text[640];

    if (!machine_policy_failure(v->r->machine, &f))
        return false;
    FILE *out = line(v);
    if (out)
        fprintf(out, "%s\n", failure_text(&f, at_time(v, f.at, at), text, sizeof text));
    return true;
}

/* One line for each kind of bad answer, at its first time. */
static void policy_faults(struct verdict *v)
{
    const struct incidents *all = v->r->incidents;
    unsigned said = 0;
    char at[64], name[NAME];

    for (unsigned i = 0; i < all->nkept; i++) {
        const struct event *e = &all->kept[i];

        if (e->kind != EV_POLICY_FAULT || said & 1u << (e->a & 31))
            continue;
        if (e->a == FAULT_CRASH && broken_policy(v)) {
            said |= 1u << FAULT_CRASH;
            continue;
        }
        said |= 1u << (e->a & 31);
        FILE *out = line(v);

        if (!out)
            continue;
        fprintf(out, "policy %s %s (answer %" PRId64, e->a < REPLACE_FAULT_NO_SUCH_SLOT
                ? v->r->results->config->policy.spec
                : v->r->results->config->replacement.spec, fault_text(e->a), e->b);
        if (e->tid != TID_NONE && e->tid < peek_ntasks(v->r->machine))
            fprintf(out, ", task %s", name_of(v, e->tid, name));
        fprintf(out, "), first at %s; %" PRIu64 " bad answer%s in all\n",
                at_time(v, e->at, at), all->times[EV_POLICY_FAULT],
                all->times[EV_POLICY_FAULT] == 1 ? "" : "s");
    }
}

/* One line for each limit that was reached: what a program makes of it is its affair. */
static void limits(struct verdict *v)
{
    const struct incidents *all = v->r->incidents;
    unsigned said = 0;
    char at[64], name[NAME];

    for (unsigned i = 0; i < all->nkept; i++) {
        const struct event *e = &all->kept[i];
        FILE *out = v->out;

        if (e->kind != EV_LIMIT || said & 1u << (e->a & 31))
            continue;
        said |= 1u << (e->a & 31);
        if (out && fputs(v->prefix, out) >= 0)
            fprintf(out, "%s reaches %s at %s: %" PRId64 " %s\n", name_of(v, e->tid, name),
                    limit_name(e->a), at_time(v, e->at, at), e->b, limit_text(e->a));
    }
}

/* Who was killed since no frame could be had, and for which score: no mistake of the run's. */
static void out_of_memory(struct verdict *v)
{
    static const char *const rules[] = { [OOM_SCORE] = "score", [OOM_NEWEST] = "newest",
                                         [OOM_LARGEST] = "largest" };
    const struct incidents *all = v->r->incidents;
    char at[64], name[NAME];

    for (unsigned i = 0; i < all->nkept; i++) {
        const struct event *e = &all->kept[i];
        FILE *out = v->out;

        if (e->kind != EV_OOM_KILL || !out || fputs(v->prefix, out) < 0)
            continue;
        if (!e->b)
            fprintf(out, "%s is killed at %s: no frame can be had to load it\n",
                    name_of(v, e->tid, name), at_time(v, e->at, at));
        else
            fprintf(out, "%s is killed at %s: no frame can be had, and it has the highest score, %"
                    PRId64 " with %" PRId64 " frames (kernel.oom: %s)\n", name_of(v, e->tid, name),
                    at_time(v, e->at, at), e->a, e->b,
                    rules[v->r->results->config->oom]);
    }
}

static void disk_faults(struct verdict *v)
{
    const struct results *r = v->r->results;
    struct disk_now now;

    if (!peek_disk(v->r->machine, true, &now) || !now.bad)
        return;
    FILE *out = line(v);

    if (out)
        fprintf(out, "disk scheduler %s gave %" PRIu64 " impossible answer%s, and the oldest request "
                "was taken\n", r->config->disk.scheduler.spec, now.bad, now.bad == 1 ? "" : "s");
}

/* --- locks, and runs that end early --- */

static void deadlocks(struct verdict *v)
{
    const struct incidents *all = v->r->incidents;
    char at[64], name[NAME];

    for (unsigned i = 0; i < all->nkept;) {
        const struct event *first = &all->kept[i];
        unsigned members = 0;

        if (first->kind != EV_DEADLOCK) {
            i++;
            continue;
        }
        FILE *out = line(v);

        if (out)
            fprintf(out, "deadlock at %s: ", at_time(v, first->at, at));
        for (; i < all->nkept && all->kept[i].kind == EV_DEADLOCK
               && all->kept[i].at == first->at; i++, members++) {
            const struct event *e = &all->kept[i];

            if (!out)
                continue;
            fprintf(out, "%s%s waits for lock %s", members ? ", " : "",
                    name_of(v, e->tid, name), lock_name(v, e->a));
            fprintf(out, " held by %s", e->b >= 0 ? name_of(v, (tid_t)e->b, name) : "?");
        }
        if (out)
            fputc('\n', out);
    }
}

static void waits_for(const struct verdict *v, const struct peek_task *t, FILE *out)
{
    const struct config *c = v->r->results->config;

    if (t->cause == WAIT_LOCK)
        fprintf(out, "lock %s", lock_name(v, t->object));
    else if (t->cause == WAIT_MSG)
        fprintf(out, "channel %s",
                t->object < c->nchannels ? c->channel_names[t->object] : "?");
    else
        fputs(wait_name(t->cause), out);
}

static void stuck(struct verdict *v, const struct event *e)
{
    FILE *out = line(v);
    unsigned listed = 0;
    char at[64], name[NAME];

    if (!out)
        return;
    fprintf(out, "stuck at %s: nothing can move again, %" PRId64 " task%s left (",
            at_time(v, e->at, at), e->a, e->a == 1 ? "" : "s");
    for (tid_t tid = 0; tid < peek_ntasks(v->r->machine); tid++) {
        struct peek_task t;

        peek_task(v->r->machine, tid, &t);
        if (t.state != TASK_SLEEPING && t.state != TASK_RUNNABLE)
            continue;
        if (listed++ == LISTED) {
            fputs(", ...", out);
            break;
        }
        fprintf(out, "%s%s waits for ", listed > 1 ? ", " : "", name_of(v, tid, name));
        if (t.state == TASK_RUNNABLE)
            fputs("the policy, which may idle", out);
        else
            waits_for(v, &t, out);
    }
    fputs(")\n", out);
}

/* Which deadline that must hold did not? The task that is late when the run ends. */
static void missed(struct verdict *v, const struct event *end)
{
    const struct results *r = v->r->results;
    char at[64], name[NAME];
    FILE *out = line(v);

    if (!out)
        return;
    fprintf(out, "a deadline was missed that must hold (on_miss fail), at %s:",
            at_time(v, end->at, at));
    for (size_t i = 0; i < r->config->ntasks; i++) {
        struct task_metrics t;

        metrics_task(r->metrics, i, r->end, &t);
        if (t.job.misses && r->config->processes[t.process].on_miss == MISS_FAIL)
            fprintf(out, " %s", name_of(v, (tid_t)i, name));
    }
    fputs("\n", out);
}

static void early_ends(struct verdict *v)
{
    const struct incidents *all = v->r->incidents;
    char at[64], name[NAME];

    for (unsigned i = 0; i < all->nkept; i++) {
        const struct event *e = &all->kept[i];

        if (e->kind == EV_STUCK)
            stuck(v, e);
        if (e->kind == EV_END && e->a == MACHINE_MISSED)
            missed(v, e);
        FILE *told = e->kind == EV_PANIC ? line(v) : NULL;
        if (told)
            fprintf(told, "the kernel fails at %s, by a fault in %s, and %lld task%s with it\n",
                    at_time(v, e->at, at), service_name(e->a), (long long)e->b,
                    e->b == 1 ? "" : "s");
        if (e->kind != EV_LIVELOCK && e->kind != EV_BAD_UNLOCK)
            continue;
        FILE *out = line(v);

        if (out && e->kind == EV_LIVELOCK && e->b)
            fprintf(out, "thrashing at %s: %lld dispatches, and nobody received any CPU\n",
                    at_time(v, e->at, at), (long long)e->b);
        else if (out && e->kind == EV_LIVELOCK)
            fprintf(out, "livelock at %s: %s takes steps without end and no time passes\n",
                    at_time(v, e->at, at), name_of(v, e->tid, name));
        else if (out)
            fprintf(out, "bad unlock at %s: %s unlocks %s, which it does not hold\n",
                    at_time(v, e->at, at), name_of(v, e->tid, name), lock_name(v, e->a));
    }
}

/* --- programs and laws --- */

/* Was an access to memory its end? Then it is said which, and why. */
static bool refused(const struct results *r, const struct task_metrics *t,
                    struct task_fault *why)
{
    return (t->exit_signal == SEGV || t->exit_signal == BUS) && r->fault &&
           r->fault(r->ctx, t, why);
}

/* The workload cut the power: that a program ended by it is no failure of the run. */
static bool by_power_cut(const struct results *r, const struct task_metrics *t)
{
    enum { SIGPWR_GUEST = 30 };

    for (uint32_t i = 0; t->exit_signal == SIGPWR_GUEST && i < r->config->nevents; i++) {
        const struct disk_fault *f = r->config->events[i].disk_fault;

        if (f && disk_fault_cuts(f) && r->config->events[i].at == t->finish)
            return true;
    }
    return false;
}

bool verdict_program(const struct report *report, size_t i, char *buf, size_t size)
{
    const struct results *r = report->results;
    char name[NAME], signal[SIGNAL_TEXT];
    struct task_metrics t;
    struct task_fault why;

    metrics_task(r->metrics, i, r->end, &t);
    if (t.state != TASK_DEAD || !r->config->processes[t.process].program
        || (!t.exit_status && !t.exit_signal) || by_power_cut(r, &t))
        return false;
    peek_name(report->machine, t.tid, name, NAME);
    if (t.exit_signal && refused(r, &t, &why))
        snprintf(buf, size, "program %s was killed by %s, %s at 0x%08" PRIx32 " by pc 0x%08" PRIx32
                 ": %s", name, signal_text(t.exit_signal, signal), why.access, why.address, why.pc,
                 why.text);
    else if (t.exit_signal)
        snprintf(buf, size, "program %s was killed by %s", name,
                 signal_text(t.exit_signal, signal));
    else
        snprintf(buf, size, "program %s ended with status %d", name, t.exit_status);
    return true;
}

static void programs(struct verdict *v)
{
    unsigned listed = 0;
    char text[VERDICT_PROGRAM];

    for (size_t i = 0; i < v->r->results->config->ntasks; i++) {
        if (!verdict_program(v->r, i, text, sizeof text))
            continue;
        if (listed++ >= LISTED) {       /* a crowd fails the run no worse */
            v->lines++;
            continue;
        }
        FILE *out = line(v);

        if (out)
            fprintf(out, "%s\n", text);
    }
}

static void laws(struct verdict *v)
{
    char at[64], name[NAME];

    for (unsigned law = 0; v->r->audit && law < LAW_COUNT; law++) {
        const struct audit_finding *f = audit_finding(v->r->audit, (enum law)law);
        FILE *out = f->times ? line(v) : NULL;

        if (!out)
            continue;
        fprintf(out, "law broken at %s: %s: ", at_time(v, f->at, at),
                law_text((enum law)law));
        if (f->tid != TID_NONE)
            fprintf(out, "task %s: ", name_of(v, f->tid, name));
        fprintf(out, "%s; %" PRIu64 " time%s\n", f->text, f->times,
                f->times == 1 ? "" : "s");
    }
}

static void races(struct verdict *v)
{
    const struct results *r = v->r->results;

    if (r->races && v->out)
        races_print(r->races, r->nraces, v->r->races_shown, v->prefix, v->out);
    if (r->races)
        v->lines += r->nraces;
    if (v->r->races_doubt && v->out)
        fprintf(v->out, "%s%s\n", v->prefix, v->r->races_doubt);
}

/* Each guest is judged as if it were alone. */
static void guests(struct verdict *v)
{
    const struct guests_books *b = v->r->books;

    for (unsigned i = 0; b && i < b->n; i++) {
        struct guest_books *g = &b->book[i];
        struct results results = { .config = g->words.config, .metrics = g->metrics,
                                   .end = machine_now(g->machine), .fault = guest_fault,
                                   .ctx = g };
        struct report r = { .results = &results, .machine = g->machine,
                            .incidents = &g->incidents, .audit = guest_audit(g) };
        char prefix[1024];

        snprintf(prefix, sizeof prefix, "%.700s%.250s: ", v->prefix, g->name);
        v->lines += verdict_print(&r, prefix, v->out);
    }
}

unsigned verdict_print(const struct report *r, const char *prefix, FILE *out)
{
    struct verdict v = { r, prefix, out, 0 };
    char at[64];

    if (r->crash && line(&v) && out)
        fprintf(out, "%s at %s\n", r->crash, at_time(&v, r->results->end, at));
    policy_faults(&v);
    limits(&v);
    out_of_memory(&v);
    if (!r->crash)
        disk_faults(&v);
    deadlocks(&v);
    early_ends(&v);
    programs(&v);
    laws(&v);
    races(&v);
    guests(&v);
    if (r->interrupted && line(&v) && out)
        fprintf(out, "interrupted at %s\n", at_time(&v, r->results->end, at));
    return v.lines;
}
