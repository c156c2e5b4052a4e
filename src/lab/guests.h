/* lab/guests.h - the books of machines in a machine.
 *
 * Each guest, at any depth, has observers of its own, for which it is the only machine:
 * one subscriber to the outermost stream hands each event on to those of its kernel, as
 * that of kernel 0. A guest's trace_hash is over its own events but those that only
 * guests have, so that it can be held against its workload's on bare metal.
 */
#ifndef LAB_GUESTS_H
#define LAB_GUESTS_H

#include <formats/results.h>
#include <machine/machine.h>
#include <stat/audit.h>
#include <stat/incident.h>
#include <stat/metrics.h>
#include <sim/heap.h>

struct guest_books {
    struct machine *machine;
    const char *name;           /* "web", "outer/web" */
    struct stream stream;       /* of its events alone */
    struct event_words words;
    struct metrics *metrics;
    struct gantt *gantt;
    struct audit *audit;        /* NULL: not wanted */
    bool judged;                /* it was finished */
    struct incidents incidents;
};

struct guests_books {
    struct heap *heap;
    unsigned n;
    struct guest_books *book;   /* that of kernel i + 1 */
    char (*names)[4 * CONFIG_NAME];
};

/* Books for all guests of m, which is new; its stream gets a subscriber. NULL: there is no
 * memory. heap: see stat/memory.h. pieces: of each chart; GUESTS_NO_CHART: there are none. */
#define GUESTS_NO_CHART SIZE_MAX
struct guests_books *guests_watch(struct machine *m, struct heap *heap, bool audit,
                                  size_t pieces);
void guests_close(struct guests_books *b);      /* NULL is fine */

/* After the run: what m's guests leave behind, and theirs, as an array; *n of them. To be
 * given to guests_results_free. NULL: there are none, or no memory. */
struct results_guest *guests_results(const struct guests_books *b, struct machine *m,
                                     unsigned *n);
void guests_results_free(struct results_guest *all, unsigned n);

/* The numbers of machine m and all its guests together, m's own in `own`: metrics_pool. */
bool guests_pool(const struct guests_books *b, const struct machine *m, struct metrics *own,
                 struct run_metrics *out);

/* After the run: its audit, finished. NULL: it has none. */
struct audit *guest_audit(struct guest_books *g);

/* Which access was the end of one of its tasks, for results; ctx is its guest_books. */
bool guest_fault(void *ctx, const struct task_metrics *t, struct task_fault *out);

/* A task's pages, for results; false: it has none. */
bool task_memory_of(const struct machine *m, const struct task_metrics *t,
                    struct task_memory *out);

/* The `inner` of event_words whose ctx is these books. */
const struct event_words *guests_words(const struct guests_books *b, uint16_t kernel);

#endif
