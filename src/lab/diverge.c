/* diverge.c - where two schedules of one workload part; and both, drawn around it.
 *
 * Both runs are swept at once, from one change on any hart to the next. Two tasks may
 * change their names if nothing that came so far tells them apart: the same attributes and
 * constant work, arrived together, as much CPU time received, last run at the same time.
 * That is what "a tie" means: under the reference's own rules either could have been the
 * one. A policy that breaks its rules cannot hide behind it, since after the first
 * difference in what was received the two are two.
 */
#include <lab/trial.h>

#include <lab/report.h>

#include <stdlib.h>
#include <string.h>

struct side {
    const struct trial *t;
    size_t next;                /* first piece that has not begun */
    const struct gantt_piece **now;     /* by hart: who holds it; NULL */
    ns_t *received, *last;      /* by task: CPU time, and when it last ran; 0 */
};

struct sweep {
    struct side a, b;
    unsigned nharts;
    tid_t ntasks;
    tid_t *named;               /* by task of a: who it is in b */
};

static bool side_init(struct side *s, const struct trial *t, unsigned nharts, tid_t n)
{
    *s = (struct side){ .t = t };
    s->now = calloc(nharts, sizeof(struct gantt_piece *));
    s->received = calloc(n + (size_t)1, sizeof *s->received);
    s->last = calloc(n + (size_t)1, sizeof *s->last);
    return s->now && s->received && s->last;
}

static void side_free(struct side *s)
{
    free(s->now);
    free(s->received);
    free(s->last);
}

/* What holds at t, and until when. */
static ns_t side_advance(struct side *s, unsigned nharts, ns_t t)
{
    const struct gantt_piece *pieces = s->t->pieces;
    ns_t until = NS_MAX;

    for (unsigned h = 0; h < nharts; h++)
        if (s->now[h] && s->now[h]->to <= t)
            s->now[h] = NULL;
    for (; s->next < s->t->npieces && pieces[s->next].from <= t; s->next++)
        if (pieces[s->next].to > t && pieces[s->next].hart < nharts)
            s->now[pieces[s->next].hart] = &pieces[s->next];
    if (s->next < s->t->npieces)
        until = pieces[s->next].from;
    for (unsigned h = 0; h < nharts; h++)
        if (s->now[h] && s->now[h]->to < until)
            until = s->now[h]->to;
    return until;
}

static void side_spend(struct side *s, unsigned nharts, tid_t ntasks, ns_t from, ns_t to)
{
    for (unsigned h = 0; h < nharts; h++)
        if (s->now[h] && s->now[h]->tid < ntasks) {
            s->received[s->now[h]->tid] += to - from;
            s->last[s->now[h]->tid] = to;
        }
}

static tid_t holder(const struct side *s, unsigned h)
{
    return s->now[h] ? s->now[h]->tid : TID_NONE;
}

/* --- tasks that nobody can tell apart --- */

static bool same_steps(const struct process_config *p, const struct process_config *q)
{
    if (!p->steps || !q->steps || p->nsteps != q->nsteps)
        return false;
    for (uint32_t i = 0; i < p->nsteps; i++) {
        const struct step *s = &p->steps[i], *t = &q->steps[i];

        if (s->kind != t->kind || s->object != t->object || s->count != t->count ||
            s->len.kind != DIST_CONST || t->len.kind != DIST_CONST || s->len.a != t->len.a)
            return false;
    }
    return true;
}

static bool same_attributes(const struct process_config *p, const struct process_config *q)
{
    return p->priority == q->priority && p->nice == q->nice && p->tickets == q->tickets &&
           p->affinity == q->affinity && p->period == q->period &&
           p->deadline == q->deadline && p->start_deadline == q->start_deadline &&
           p->jobs == q->jobs && p->on_miss == q->on_miss;
}

static bool alike(const struct sweep *s, tid_t x, tid_t y)
{
    const struct config *c = s->b.t->config;
    const struct process_config *p, *q;

    if (x >= s->ntasks || y >= s->ntasks)
        return false;
    p = config_process(c, x);
    q = config_process(c, y);
    return same_attributes(p, q) && same_steps(p, q) &&
           s->b.t->arrival[x] == s->b.t->arrival[y] &&
           s->b.received[x] == s->b.received[y] && s->b.last[x] == s->b.last[y];
}

/* --- one moment --- */

static bool runs(const struct side *s, unsigned nharts, tid_t tid)
{
    for (unsigned h = 0; h < nharts; h++)
        if (holder(s, h) == tid)
            return true;
    return false;
}

static tid_t named(const struct sweep *s, tid_t tid)
{
    return tid < s->ntasks ? s->named[tid] : tid;
}

/* Does anybody in a stand for task y of b, and run? */
static bool meant(const struct sweep *s, tid_t y)
{
    for (unsigned h = 0; h < s->nharts; h++)
        if (holder(&s->a, h) != TID_NONE && named(s, holder(&s->a, h)) == y)
            return true;
    return false;
}

/* From here on x of a is y of b, and who was y is what x was. */
static void rename_task(struct sweep *s, tid_t x, tid_t y)
{
    tid_t old = s->named[x];

    for (tid_t i = 0; i < s->ntasks; i++)
        if (s->named[i] == y)
            s->named[i] = old;
    s->named[x] = y;
}

/* Who runs in b on the lowest hart and is not meant by a; TID_NONE. */
static tid_t stranger(const struct sweep *s, unsigned *hart)
{
    for (unsigned h = 0; h < s->nharts; h++) {
        tid_t y = holder(&s->b, h);

        if (y != TID_NONE && !meant(s, y)) {
            *hart = h;
            return y;
        }
    }
    return TID_NONE;
}

/* The same set of tasks, up to names? Renames where it may. */
static bool same_set(struct sweep *s, struct divergence *out)
{
    for (unsigned h = 0; h < s->nharts; h++) {
        tid_t x = holder(&s->a, h), y;
        unsigned hart = h;

        if (x == TID_NONE || runs(&s->b, s->nharts, named(s, x)))
            continue;
        y = stranger(s, &hart);
        if (y != TID_NONE && x < s->ntasks && alike(s, named(s, x), y)) {
            rename_task(s, x, y);
            continue;
        }
        *out = (struct divergence){ .differ = true, .hart = hart, .expected = x, .got = y };
        return false;
    }
    unsigned hart = 0;
    tid_t y = stranger(s, &hart);
    if (y == TID_NONE)
        return true;
    *out = (struct divergence){ .differ = true, .hart = hart, .expected = TID_NONE,
                                .got = y };
    return false;
}

static bool same_harts(struct sweep *s, struct divergence *out)
{
    for (unsigned h = 0; h < s->nharts; h++)
        if (holder(&s->a, h) != holder(&s->b, h)) {
            *out = (struct divergence){ .differ = true, .hart = h,
                                        .expected = holder(&s->a, h),
                                        .got = holder(&s->b, h) };
            return false;
        }
    return true;
}

static void sweep(struct sweep *s, bool exact, struct divergence *out)
{
    ns_t t = 0, next;

    for (;; t = next) {
        ns_t until_a = side_advance(&s->a, s->nharts, t);
        ns_t until_b = side_advance(&s->b, s->nharts, t);

        next = until_a < until_b ? until_a : until_b;
        if (!(exact ? same_harts(s, out) : same_set(s, out))) {
            out->at = t;
            return;
        }
        if (next == NS_MAX)
            return;
        side_spend(&s->a, s->nharts, s->ntasks, t, next);
        side_spend(&s->b, s->nharts, s->ntasks, t, next);
    }
}

void trial_diverge(const struct trial *a, const struct trial *b, bool exact,
                   struct divergence *out)
{
    struct sweep s = { .nharts = a->config->ncpus, .ntasks = a->config->ntasks };

    *out = (struct divergence){ .expected = TID_NONE, .got = TID_NONE };
    s.named = malloc((s.ntasks + (size_t)1) * sizeof *s.named);
    if (s.named && side_init(&s.a, a, s.nharts, s.ntasks) &&
        side_init(&s.b, b, s.nharts, s.ntasks)) {
        for (tid_t i = 0; i < s.ntasks; i++)
            s.named[i] = i;
        sweep(&s, exact, out);
    }
    side_free(&s.a);
    side_free(&s.b);
    free(s.named);
}

/* --- both, drawn --- */

enum { CHART = 64, LABELS = 62, CHART_HARTS = 8 };

static char label(tid_t tid)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    return tid < LABELS ? letters[tid] : '#';
}

/* Who held hart h for most of [from, to)? */
static char cell(const struct trial *t, unsigned h, ns_t from, ns_t to)
{
    ns_t most = 0;
    char c = '.';

    for (size_t i = 0; i < t->npieces && t->pieces[i].from < to; i++) {
        const struct gantt_piece *p = &t->pieces[i];
        ns_t begin = p->from > from ? p->from : from, end = p->to < to ? p->to : to;

        if (p->hart == h && end - begin > most) {
            most = end - begin;
            c = label(p->tid);
        }
    }
    return c;
}

static void rows(const struct trial *t, const char *name, ns_t from, ns_t step,
                 unsigned columns, FILE *out)
{
    unsigned nharts = t->config->ncpus < CHART_HARTS ? t->config->ncpus : CHART_HARTS;

    for (unsigned h = 0; h < nharts; h++) {
        fprintf(out, "%-12.12s ", h == 0 ? name : "");
        for (unsigned i = 0; i < columns; i++)
            fputc(cell(t, h, from + i * step, from + (i + 1) * step), out);
        fputc('\n', out);
    }
}

/* The column's width: a time unit, or as many as let the end be seen. */
static ns_t scale(const struct trial *a, const struct trial *b, ns_t *from, ns_t at)
{
    ns_t unit = a->config->time_unit, end = a->at > b->at ? a->at : b->at, step = unit;

    while (step < INT64_MAX / 4 && at / step > CHART * 2 / 3 && end / step > CHART)
        step = at / (CHART * 2 / 3) / unit > 10 * step / unit ? step * 10 : step * 2;
    *from = 0;
    if (step > 4 * unit) {      /* too coarse: a window around it instead */
        step = unit;
        *from = at - at % unit - CHART / 2 * unit;
        if (*from < 0)
            *from = 0;
    }
    return step;
}

void trial_charts(const struct trial *expected, const struct trial *got, ns_t at,
                  const char *expected_name, const char *got_name, FILE *out)
{
    const struct config *c = expected->config;
    ns_t from, step = scale(expected, got, &from, at);
    ns_t end = expected->at > got->at ? expected->at : got->at;
    unsigned columns = (end - from) / step + 1 < CHART ? (unsigned)((end - from) / step + 1)
                                                       : CHART;
    char name[2 * CONFIG_NAME], number[48];

    rows(expected, expected_name, from, step, columns, out);
    rows(got, got_name, from, step, columns, out);
    fprintf(out, "%*s^ %s %s", (int)(13 + (at - from) / step), "",
            short_time(at, c->time_unit, number, sizeof number), c->unit_name);
    fprintf(out, "   (one column is %s %s",
            short_time(step, c->time_unit, number, sizeof number), c->unit_name);
    if (from)
        fprintf(out, ", the first is %s", short_time(from, c->time_unit, number,
                                                     sizeof number));
    fputs(")\n", out);
    for (tid_t i = 0; i < c->ntasks && i < 12; i++)
        fprintf(out, "%s%c %s", i ? ", " : "             ", label(i),
                trial_task(c, i, name, sizeof name));
    fputs(c->ntasks > 12 ? ", ...\n" : "\n", out);
}
