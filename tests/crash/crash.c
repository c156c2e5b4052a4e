/* crash.c - the power goes after every single write, and with any subset of the writes that
 * the drive still had in its cache; then recovery, fsck, and a look at what is there.
 *
 * A scenario is a list of steps, each one operation and a sync. While it runs, every write
 * and flush of the device is recorded. A crash state is the medium as of a flush and a
 * subset of the writes behind it (all of them if they are few; else prefixes, single
 * losses, single survivors and random ones; and torn blocks). With a journal, fsck must find
 * nothing wrong, and the tree must be the one of the last sync or the one of the step
 * that was going on: nothing else. e2fsck judges a share of the states, no image twice; of
 * these every hundredth is given to a new process too, which must print the same.
 *
 * Once more with a journal, overlapped: each step is done while the sync of the one before
 * it is still writing. And on arrays of drives, cut after every single write of one of them,
 * where the array makes itself whole first. Of one that lacks a drive that cannot be done for
 * the parity: what is lost by this write hole is counted and told, and is no failure.
 */
#include "array.h"
#include "record.h"
#include "scenario.h"
#include "states.h"
#include "tree.h"

#include <fs/fsck.h>
#include <host/judge.h>
#include <sim/rng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ALL_SUBSETS = 9, RANDOM_SUBSETS = 96, TWICE = 10, AFRESH = 100, SAID = 1 << 16 };

struct tally {
    uint64_t states, distinct, flagged, lost, judged, e2fsck_flagged, afresh;
    double seconds, e2fsck_seconds;     /* the latter: waited for it */
};

struct mode { enum fs_journal journal; uint32_t block; bool overlap, quick; };
static const struct mode modes[] = {
    { FS_JOURNAL_NONE, 1024, false, true },
    { FS_JOURNAL_ORDERED, 1024, false, true },
    { FS_JOURNAL_DATA, 1024, false, true },
    { FS_JOURNAL_ORDERED, 1024, true, true },
    { FS_JOURNAL_DATA, 1024, true, true },
    { FS_JOURNAL_ORDERED, 4096, false, false },
    { FS_JOURNAL_DATA, 2048, false, false },
    { FS_JOURNAL_DATA, 4096, true, false },
};

static const struct array_mode {
    struct array_kind kind;
    enum fs_journal journal;
    bool quick;
} arrays[] = {
    { { "raid0", 0, 3, 0, false }, FS_JOURNAL_ORDERED, true },
    { { "raid1", 1, 2, 0, false }, FS_JOURNAL_ORDERED, true },
    { { "raid5", 5, 4, 0, false }, FS_JOURNAL_ORDERED, true },
    { { "raid5-degraded", 5, 4, 2, false }, FS_JOURNAL_ORDERED, true },
    { { "raid0-data", 0, 3, 0, false }, FS_JOURNAL_DATA, false },
    { { "raid1-data", 1, 2, 0, false }, FS_JOURNAL_DATA, false },
    { { "raid1-degraded", 1, 2, 1, false }, FS_JOURNAL_DATA, false },
    { { "raid1-rebuilding", 1, 2, 1, true }, FS_JOURNAL_ORDERED, false },
    { { "raid5-data", 5, 3, 0, false }, FS_JOURNAL_DATA, false },
    { { "raid5-degraded-data", 5, 4, 4, false }, FS_JOURNAL_DATA, false },
    { { "raid5-rebuilding", 5, 4, 1, true }, FS_JOURNAL_ORDERED, false },
};

struct run {
    const struct options {
        const char *log, *only;
        unsigned share, seed;
        bool quick;
        struct court { struct judge *judge; struct run *run; } *court;
    } *o;
    const struct scenario *s;
    struct record *r;
    enum fs_journal journal;
    bool overlap, has_hole;     /* the latter: faults are counted, not told */
    uint8_t *base, *work;       /* the medium as of the last flush; a crash state */
    uint8_t *touched;           /* by 1 KiB: work differs from base there */
    uint32_t *touched_list, ntouched;
    struct states seen;         /* images so far */
    void *memory;
    size_t memory_size;
    struct tally *t;
    struct tree now;
    rng_t rng;
    unsigned said;
};

static double seconds(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* ---- one crash state ---- */

static void touch_at(struct run *u, uint64_t byte)
{
    uint32_t k = (uint32_t)(byte / 1024);

    if (!u->touched[k]) {
        u->touched[k] = 1;
        u->touched_list[u->ntouched++] = k;
    }
}

static void fsck_touch(void *self, uint32_t block, uint32_t block_size)
{
    for (uint32_t at = 0; at < block_size; at += 1024)
        touch_at(self, (uint64_t)block * block_size + at);
}

static void apply(struct run *u, const struct event *e, uint32_t from, uint32_t n)
{
    for (uint32_t i = from; i < from + n; i++) {
        touch_at(u, (e->sector + i) * 512);
        memcpy(u->work + (e->sector + i) * 512, e->data + (size_t)i * 512, 512);
    }
}

static void restore(struct run *u)
{
    while (u->ntouched) {
        uint32_t k = u->touched_list[--u->ntouched];

        u->touched[k] = 0;
        memcpy(u->work + (size_t)k * 1024, u->base + (size_t)k * 1024, 1024);
    }
}

static void say(struct run *u, const char *what, const char *detail, uint32_t at)
{
    if (!u->has_hole && u->said++ < 12)
        printf("  %s, write %u: %s %s\n", u->s->name, at, what, detail);
}

static void first_fault(void *self, const struct fsck_found *f)
{
    char *text = ((struct run *)self)->now.text;

    if (!*text)
        fsck_text(f, text, sizeof ((struct run *)self)->now.text);
}

/* Does a step that may have begun overwrite data in its place? That is in no transaction. */
static bool is_loose(const struct run *u, unsigned mark)
{
    unsigned last = mark + (u->overlap ? 2 : 1);
    bool loose = false;

    for (unsigned k = mark + 1; k <= last && k < u->r->nsnaps; k++)
        loose |= u->r->loose[k];
    return loose && u->journal != FS_JOURNAL_DATA;
}

static bool tree_is_right(struct run *u, unsigned mark)
{
    const struct tree *old = &u->r->snap[mark];
    const struct tree *next = mark + 1 < u->r->nsnaps ? &u->r->snap[mark + 1] : old;
    bool loose = is_loose(u, mark);

    return tree_same(&u->now, old, loose) || tree_same(&u->now, next, loose);
}

/* Of an image of the run that is in court. */
static void e2fsck_says(void *self, uint32_t at, const char *why)
{
    struct run *u = ((struct court *)self)->run;

    if (!*why)
        return;
    u->t->e2fsck_flagged++;
    if (u->journal != FS_JOURNAL_NONE)
        say(u, "e2fsck:", why, at);
}

/* The process that is used again and again says what a new one would. */
static void judge_both_ways(struct run *u, uint32_t at)
{
    static char lane[SAID], fresh[SAID];
    struct judge *j = u->o->court->judge;

    judge_all(j);
    judge_begin(j, u->work, u->r->size, false, at);
    judge_all(j);
    int status = judge_last(j, lane, sizeof lane);

    u->t->afresh++;
    if (judge_afresh(u->work, u->r->size, fresh, sizeof fresh) == status && !strcmp(lane, fresh))
        return;
    printf("FAIL %s, write %u: an e2fsck of its own says something else:\n%s---\n%s", u->s->name,
           at, fresh, lane);
    u->t->e2fsck_flagged++;
}

static void judge(struct run *u, uint32_t at)
{
    double start = seconds();

    if (u->t->judged++ % AFRESH == 0)
        judge_both_ways(u, at);
    else
        judge_begin(u->o->court->judge, u->work, u->r->size, u->t->judged % TWICE == 0, at);
    u->t->e2fsck_seconds += seconds() - start;
}

/* work holds the state after write `at`; `mark` syncs were over. */
static bool is_new(struct run *u)
{
    uint64_t sum = u->seen.base;

    for (uint32_t i = 0; i < u->ntouched; i++)
        sum = states_moved(&u->seen, sum, u->touched_list[i], u->work);
    return states_add(&u->seen, sum);
}

static void check_state(struct run *u, uint32_t at, unsigned mark)
{
    struct fsck f = { .image = u->work, .size = u->r->size, .touch = fsck_touch,
                      .found = first_fault, .self = u };
    double start;
    bool ok;

    u->t->states++;
    if (is_new(u) && u->t->distinct++ % (u->o->share ? u->o->share : UINT64_MAX) == 0)
        judge(u, at);
    start = seconds();
    *u->now.text = '\0';
    ok = fsck(&f, u->memory, u->memory_size) && !f.nfound;
    u->t->seconds += seconds() - start;
    if (!ok) {
        u->t->flagged++;
        if (u->journal != FS_JOURNAL_NONE)
            say(u, "fsck:", f.unusable ? f.unusable : u->now.text, at);
    } else {
        tree_read(&u->now, u->work);
        if (!tree_is_right(u, mark)) {
            u->t->lost++;
            if (u->journal != FS_JOURNAL_NONE)
                say(u, "the tree is neither that of the last sync nor the next:",
                    tree_difference(&u->now, &u->r->snap[mark]), at);
        }
    }
}

/* ---- all the states of one epoch: the writes between two flushes ---- */

/* Of the epoch's writes, those in `in` survive. What was written through before the last of
 * them must be among them. */
static void try_subset(struct run *u, uint32_t first, uint32_t n, const uint8_t *in)
{
    uint32_t last = 0;
    unsigned mark = u->r->mark_before[first];

    for (uint32_t i = 0; i < n; i++)
        if (in[i])
            last = i + 1;
    for (uint32_t i = 0; i < last; i++)
        if (!in[i] && u->r->e[first + i].through)
            return;
    if (last)
        mark = u->r->mark_before[first + last];
    for (uint32_t i = 0; i < n; i++)
        if (in[i])
            apply(u, &u->r->e[first + i], 0, u->r->e[first + i].nsectors);
    check_state(u, first + last, mark);
    restore(u);
}

static void try_torn(struct run *u, uint32_t first, uint32_t k)
{
    const struct event *e = &u->r->e[first + k];

    for (int half = 0; half < 2 && e->nsectors > 1; half++) {
        for (uint32_t i = 0; i < k; i++)
            apply(u, &u->r->e[first + i], 0, u->r->e[first + i].nsectors);
        apply(u, e, half ? e->nsectors / 2 : 0, e->nsectors / 2);
        check_state(u, first + k, u->r->mark_before[first + k]);
        restore(u);
    }
}

static void try_epoch(struct run *u, uint32_t first, uint32_t n)
{
    uint8_t *in = calloc(n + 1, 1);

    if (n <= ALL_SUBSETS) {
        for (uint32_t set = 0; set < 1u << n; set++) {
            for (uint32_t i = 0; i < n; i++)
                in[i] = set >> i & 1;
            try_subset(u, first, n, in);
        }
    } else {
        for (uint32_t k = 0; k <= n; k++) {     /* prefixes; one lost; only one there */
            for (int kind = 0; kind < 3; kind++) {
                for (uint32_t i = 0; i < n; i++)
                    in[i] = kind == 0 ? i < k : kind == 1 ? i != k : i == k;
                try_subset(u, first, n, in);
            }
        }
        for (unsigned k = 0; k < RANDOM_SUBSETS; k++) {
            for (uint32_t i = 0; i < n; i++)
                in[i] = rng_next(&u->rng) >> 40 & 1;
            try_subset(u, first, n, in);
        }
    }
    for (uint32_t k = 0; k < n; k++)
        try_torn(u, first, k);
    free(in);
}

static void try_all(struct run *u)
{
    uint32_t first = 0;

    for (uint32_t i = 0; i <= u->r->n; i++) {
        if (i < u->r->n && u->r->e[i].nsectors)
            continue;
        try_epoch(u, first, i - first);
        for (; first < i; first++) {
            const struct event *e = &u->r->e[first];

            memcpy(u->base + e->sector * 512, e->data, (size_t)e->nsectors * 512);
            memcpy(u->work + e->sector * 512, e->data, (size_t)e->nsectors * 512);
            for (uint32_t at = 0; at < e->nsectors; at++)
                states_rebase(&u->seen, (uint32_t)((e->sector + at) / 2), u->base);
        }
        first = i + 1;
    }
}

/* ---- scenarios ---- */

static void run_begin(struct run *u, struct record *r)
{
    u->r = r;
    u->o->court->run = u;
    u->base = malloc(r->size);
    u->work = malloc(r->size);
    memcpy(u->base, r->start, r->size);
    memcpy(u->work, r->start, r->size);
    u->touched = calloc(r->size / 1024, 1);
    u->touched_list = malloc(r->size / 1024 * sizeof *u->touched_list);
    u->memory_size = fsck_memory(u->base, r->size);
    u->memory = malloc(u->memory_size);
    states_init(&u->seen, u->base, r->size);
}

static void run_end(struct run *u)
{
    double start = seconds();

    judge_all(u->o->court->judge);
    u->t->e2fsck_seconds += seconds() - start;
    states_free(&u->seen);
    free(u->base);
    free(u->work);
    free(u->touched);
    free(u->touched_list);
    free(u->memory);
}

static void run_scenario(const struct options *o, const struct scenario *s,
                         const struct mode *m, struct tally *t)
{
    struct record r;
    struct run u = { .o = o, .s = s, .journal = m->journal, .overlap = m->overlap,
                     .t = t, .rng = rng_stream(o->seed, s->name, 0) };

    record_scenario(&r, s, m->journal, m->block, m->overlap);
    run_begin(&u, &r);
    if (o->log && m->journal == FS_JOURNAL_ORDERED && !m->overlap && m->block == 1024)
        record_save(&r, o->log, 0, r.start, r.size);
    try_all(&u);
    run_end(&u);
    record_free(&r);
}

/* ---- arrays ---- */

static void try_cut(void *self, uint8_t *image, uint32_t at, unsigned mark)
{
    struct run *u = self;

    for (size_t byte = 0; byte < u->r->size; byte += 1024)
        if (memcmp(u->base + byte, image + byte, 1024)) {
            touch_at(u, byte);
            memcpy(u->work + byte, image + byte, 1024);
        }
    check_state(u, at, mark);
    restore(u);
}

static void run_on_array(const struct options *o, const struct scenario *s,
                         const struct array_mode *m, struct tally *t, struct array_sum *sum)
{
    struct record r;
    struct volume v;
    struct run u = { .o = o, .s = s, .journal = m->journal, .t = t,
                     .has_hole = m->kind.level == 5 && m->kind.failed };

    record_trees(&r, s, m->journal, 1024, &v);
    run_begin(&u, &r);
    struct array_sum one = array_play(&r, s, &m->kind, &v, o->log, try_cut, &u);

    sum->stale += one.stale;
    sum->torn += one.torn;
    run_end(&u);
    volume_free(&v);
    record_free(&r);
}

static const char *const mode_name[] = { "none", "ordered", "data" };

static bool report(const struct mode *m, const struct tally *t)
{
    bool ok = m->journal == FS_JOURNAL_NONE || !(t->flagged + t->lost + t->e2fsck_flagged);

    printf("%s journal %-7s blocks of %u%s: %llu states (%llu images), %llu flagged by fsck, "
           "%llu lost something synced or tore a step; e2fsck: %llu images, %llu flagged "
           "(%.0f states/s; e2fsck %.0f/s)\n",
           ok ? "ok  " : "FAIL", mode_name[m->journal], m->block, m->overlap ? ", overlapped" : "",
           (unsigned long long)t->states, (unsigned long long)t->distinct,
           (unsigned long long)t->flagged, (unsigned long long)t->lost,
           (unsigned long long)t->judged, (unsigned long long)t->e2fsck_flagged,
           (double)t->states / (t->seconds + 1e-9),
           (double)t->judged / (t->e2fsck_seconds + 1e-9));
    return ok;
}

static bool is_wanted(const struct options *o, const struct scenario *s)
{
    return (!o->only || !strcmp(o->only, s->name)) && !(o->quick && s->is_long);
}

static bool run_mode(const struct options *o, const struct mode *m)
{
    struct tally t = { 0 };

    for (const struct scenario *s = scenarios; s->name; s++)
        if (is_wanted(o, s))
            run_scenario(o, s, m, &t);
    return report(m, &t);
}

/* A hole may lose something: that is what it is. */
static bool run_array(const struct options *o, const struct array_mode *m)
{
    bool has_hole = m->kind.level == 5 && m->kind.failed;
    struct array_sum sum = { 0, 0 };
    struct tally t = { 0 };

    for (const struct scenario *s = scenarios; s->name; s++)
        if (is_wanted(o, s))
            run_on_array(o, s, m, &t, &sum);
    bool ok = t.states && !sum.torn && (has_hole || !(t.flagged + t.lost + t.e2fsck_flagged));

    printf("%s %s, journal %s: %llu cuts (%llu images), %llu rows did not agree, %llu arrays were "
           "not made whole; %llu flagged by fsck, %llu lost something synced or tore a step; e2fsck: %llu images, %llu flagged%s\n",
           ok ? "ok  " : "FAIL", m->kind.name, mode_name[m->journal], (unsigned long long)t.states,
           (unsigned long long)t.distinct, (unsigned long long)sum.stale, (unsigned long long)sum.torn,
           (unsigned long long)t.flagged, (unsigned long long)t.lost,
           (unsigned long long)t.judged, (unsigned long long)t.e2fsck_flagged,
           has_hole ? " (the write hole of an array without a drive)" : "");
    return ok;
}

int main(int argc, char **argv)
{
    struct court court = { .judge = judge_create(e2fsck_says, &court) };
    struct options o = { .share = 25, .seed = 1, .court = &court };
    bool ok = true;

    for (int i = 1; i < argc; i++)
        if (!strcmp(argv[i], "--quick"))
            o.quick = true;
        else if (!strcmp(argv[i], "--log") && i + 1 < argc)
            o.log = argv[++i];
        else if (!strcmp(argv[i], "--only") && i + 1 < argc)
            o.only = argv[++i];
        else if (!strcmp(argv[i], "--e2fsck-every") && i + 1 < argc)
            o.share = (unsigned)atoi(argv[++i]);
        else if (!strcmp(argv[i], "--seed") && i + 1 < argc)
            o.seed = (unsigned)atoi(argv[++i]);
        else {
            fputs("usage: crash [--quick] [--only SCENARIO] [--e2fsck-every N] [--seed N] "
                  "[--log FILE]\n", stderr);
            return 2;
        }
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (modes[i].quick || !o.quick)
            ok &= run_mode(&o, &modes[i]);
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        if (arrays[i].quick || !o.quick)
            ok &= run_array(&o, &arrays[i]);
    if (judge_trouble(court.judge)) {
        fprintf(stderr, "crash: %s\n", judge_trouble(court.judge));
        ok = false;
    }
    judge_destroy(court.judge);
    return !ok;
}
