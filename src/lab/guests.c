/* guests.c - see guests.h. */
#include <lab/guests.h>

#include <lab/refusal.h>

#include <lab/structure.h>
#include <machine/peek.h>
#include <math.h>
#include <stat/memory.h>
#include <stat/names.h>

#include <stdio.h>
#include <string.h>

/* Said of guests only. */
#define GUESTS_OWN (EVENT_BIT(EV_VCPU_ON) | EVENT_BIT(EV_VCPU_OFF) | EVENT_BIT(EV_VM_EXIT) | \
                    EVENT_BIT(EV_VCPU_SPEED))

static unsigned count(struct machine *m)
{
    unsigned n = 0;

    for (unsigned i = 0; i < machine_nguests(m); i++)
        n += 1 + count(machine_guest(m, i));
    return n;
}

static void hand_on(void *books, const struct event *e)
{
    struct guests_books *b = books;
    struct event own = *e;

    if (!e->kernel || e->kernel > b->n)
        return;
    own.kernel = 0;
    stream_deliver(&b->book[e->kernel - 1].stream, &own);
}

/* --- building --- */

static const char *name_in_words(const void *machine, tid_t tid, char *buf, size_t size)
{
    return peek_name(machine, tid, buf, size);
}

static bool open_book(struct guests_books *b, struct guest_books *g, bool audit, size_t pieces)
{
    const struct config *c = machine_config(g->machine);

    stream_init(&g->stream, true);
    stream_unhash(&g->stream, GUESTS_OWN);
    g->words = (struct event_words){ .config = c, .name = name_in_words, .ctx = g->machine };
    g->metrics = metrics_create_in(b->heap, c);
    if (pieces != GUESTS_NO_CHART)
        g->gantt = gantt_create_in(b->heap, c->ncpus, pieces);
    g->audit = audit ? audit_create_in(b->heap, c) : NULL;
    if (!g->metrics || (!g->gantt && pieces != GUESTS_NO_CHART) || (audit && !g->audit))
        return false;
    stream_subscribe(&g->stream, metrics_kinds, metrics_event, g->metrics);
    if (g->gantt)
        stream_subscribe(&g->stream, gantt_kinds, gantt_event, g->gantt);
    stream_subscribe(&g->stream, incident_kinds, incidents_event, &g->incidents);
    if (g->audit)
        stream_subscribe(&g->stream, audit_kinds, audit_event, g->audit);
    return true;
}

static bool open_all(struct guests_books *b, struct machine *m, const char *before, bool audit,
                     size_t pieces)
{
    struct peek_guest p;

    for (unsigned i = 0; i < machine_nguests(m); i++) {
        struct machine *inner = machine_guest(m, i);
        unsigned at = machine_kernel(inner) - 1;
        char path[4 * CONFIG_NAME];

        peek_guest(inner, &p);
        snprintf(b->names[at], sizeof b->names[at], "%s%s", before, p.name);
        snprintf(path, sizeof path, "%.*s/", (int)sizeof path - 2, b->names[at]);
        b->book[at].machine = inner;
        b->book[at].name = b->names[at];
        if (!open_book(b, &b->book[at], audit, pieces) ||
            !open_all(b, inner, path, audit, pieces))
            return false;
    }
    return true;
}

struct guests_books *guests_watch(struct machine *m, struct heap *heap, bool audit,
                                  size_t pieces)
{
    struct guests_books *b = memory_zeroed(heap, 1, sizeof *b);

    if (!b)
        return NULL;
    b->heap = heap;
    b->n = count(m);
    b->book = memory_zeroed(heap, b->n + 1, sizeof *b->book);
    b->names = memory_zeroed(heap, b->n + 1, sizeof *b->names);
    if (!b->book || !b->names || !open_all(b, m, "", audit, pieces) ||
        (b->n && !stream_subscribe_kernel(machine_stream(m), KERNEL_ANY, EVENTS_ALL, hand_on,
                                          b))) {
        guests_close(b);
        return NULL;
    }
    return b;
}

void guests_close(struct guests_books *b)
{
    if (!b)
        return;
    for (unsigned i = 0; b->book && i < b->n; i++) {
        metrics_destroy(b->book[i].metrics);
        gantt_destroy(b->book[i].gantt);
        audit_destroy(b->book[i].audit);
    }
    memory_free(b->heap, b->book);
    memory_free(b->heap, b->names);
    memory_free(b->heap, b);
}

const struct event_words *guests_words(const struct guests_books *b, uint16_t kernel)
{
    return b && kernel && kernel <= b->n ? &b->book[kernel - 1].words : NULL;
}

bool guests_pool(const struct guests_books *b, const struct machine *m, struct metrics *own,
                 struct run_metrics *out)
{
    struct metrics **all = malloc((b->n + 1) * sizeof *all);
    ns_t *now = malloc((b->n + 1) * sizeof *now);

    if (all && now) {
        all[0] = own;
        now[0] = machine_now(m);
        for (unsigned i = 0; i < b->n; i++) {
            all[i + 1] = b->book[i].metrics;
            now[i + 1] = machine_now(b->book[i].machine);
        }
    }
    bool ok = all && now && metrics_pool(all, now, b->n + 1, out);
    free(all);
    free(now);
    return ok;
}

/* --- results --- */

struct audit *guest_audit(struct guest_books *g)
{
    if (g->audit && !g->judged)
        audit_finish(g->audit);
    g->judged = true;
    return g->audit;
}

/* One guest's results with what they refer to. */
struct kept {
    struct results results;
    struct results_structure structure;
};

static const char *task_name(void *ctx, const struct task_metrics *t, char *buf, size_t size)
{
    const struct guest_books *g = ctx;

    if (t->past || t->tid >= peek_ntasks(g->machine) || t->state == TASK_UNBORN)
        return results_task_name(g->words.config, metrics_process(g->words.config, t), t->tid,
                                 buf, size);
    return peek_name(g->machine, t->tid, buf, size);
}

static uint64_t instructions(void *ctx, const struct task_metrics *t)
{
    const struct guest_books *g = ctx;
    struct peek_task p = { .instructions = 0 };

    if (!t->past && t->tid < peek_ntasks(g->machine))
        peek_task(g->machine, t->tid, &p);
    return p.instructions;
}

bool task_memory_of(const struct machine *m, const struct task_metrics *t,
                    struct task_memory *out)
{
    struct peek_memory p;

    if (t->past || !peek_memory(m, t->tid, &p))
        return false;
    *out = (struct task_memory){
        .resident = p.most, .minor = p.minor, .major = p.major, .swap_in = p.swap_in,
        .swap_out = p.swap_out,
        .working_set = p.windows ? (double)p.used_sum / (double)p.windows : NAN,
    };
    return true;
}

static bool memory(void *ctx, const struct task_metrics *t, struct task_memory *out)
{
    return task_memory_of(((const struct guest_books *)ctx)->machine, t, out);
}

bool guest_fault(void *ctx, const struct task_metrics *t, struct task_fault *out)
{
    const struct guest_books *g = ctx;

    return !t->past && refusal_of(g->machine, t->tid, g->words.config, out);
}

static bool results_of(const struct guests_books *b, struct machine *m,
                       struct results_guest *out)
{
    struct guest_books *g = &b->book[machine_kernel(m) - 1];
    struct kept *k = calloc(1, sizeof *k);
    struct peek_guest p;

    if (!k)
        return false;
    structure_of(m, &k->structure);
    k->results = (struct results){
        .config = g->words.config, .metrics = g->metrics, .gantt = g->gantt,
        .end = machine_now(m), .trace_hash = stream_hash(&g->stream),
        .ended = end_name(machine_over(m)), .name = task_name, .instructions = instructions,
        .tlb_misses = peek_tlb_misses(m), .frames_free = peek_frames_free(m),
        .memory = memory, .fault = guest_fault, .cow_copies = peek_cow_copies(m), .structure = &k->structure, .ctx = g,
    };
    k->results.guests = guests_results(b, m, &k->results.nguests);
    peek_guest(m, &p);
    *out = (struct results_guest){ .name = p.name, .results = &k->results, .vcpus = p.nvcpus,
                                   .frames = p.frames, .balloon = p.balloon,
                                   .steal = p.steal, .received = p.received,
                                   .exit_time = p.exit_time };
    memcpy(out->exits, p.exits, sizeof out->exits);
    return true;
}

struct results_guest *guests_results(const struct guests_books *b, struct machine *m,
                                     unsigned *n)
{
    unsigned all = b ? machine_nguests(m) : 0;
    struct results_guest *out = all ? calloc(all, sizeof *out) : NULL;

    *n = 0;
    while (out && *n < all && results_of(b, machine_guest(m, *n), &out[*n]))
        ++*n;
    return out;
}

void guests_results_free(struct results_guest *all, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        const struct results *r = all[i].results;

        guests_results_free((struct results_guest *)r->guests, r->nguests);
        free((void *)r);                /* it is the first of a struct kept */
    }
    free(all);
}
