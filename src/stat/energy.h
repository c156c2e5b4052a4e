/* stat/energy.h - what a run draws, computed from its events.
 *
 * A hart that has a task draws the power of its operating point, whatever the task does;
 * going into an idle state and coming out of it too; in the state its own power; between
 * tasks, and without idle states, nothing: its clock is stopped. A hart without operating
 * points draws nothing while it works, since nobody knows how much. What a hart draws for a
 * task is that of the task's stretches, switches and coming out of idle states included.
 * Energies are exact, in femtojoules (uW x ns).
 */
#ifndef STAT_ENERGY_H
#define STAT_ENERGY_H

#include <ossim/event.h>
#include <sim/config.h>
#include <sim/heap.h>

struct energy;

/* The config, whose harts have power tables, is borrowed. heap: see stat/memory.h. NULL:
 * no memory. */
struct energy *energy_create(struct heap *heap, const struct config *c);
void energy_destroy(struct energy *e);

/* Told of each span of constant power as it ends: mhz is that of a hart that has a task, else
 * 0. Both may be NULL. */
typedef void energy_span_fn(void *ctx, unsigned hart, ns_t from, ns_t to, uint32_t uw,
                            uint32_t mhz);
void energy_watch(struct energy *e, energy_span_fn *fn, void *ctx);
/* All spans end now, >= the last event, and new ones begin. */
void energy_settle(struct energy *e, ns_t now);

extern const event_set energy_kinds;
void energy_event(struct energy *e, const struct event *event);

struct hart_energy {
    double joules;
    uint32_t mhz;               /* now */
    double watts;               /* now */
    int state;                  /* idle state it is in; -1: none */
    ns_t at_opp[CPU_OPPS];      /* time that it had a task, by operating point */
    ns_t in_state[CPU_IDLE_STATES];     /* entries included */
    uint64_t entries[CPU_IDLE_STATES];
    uint64_t changes;           /* of frequency, after the first instant */
};

/* As of now, >= the last event. */
void energy_hart(const struct energy *e, unsigned hart, ns_t now, struct hart_energy *out);
double energy_joules(const struct energy *e, ns_t now);
/* Of slot tid; 0 of a slot that was never seen. */
double energy_task(const struct energy *e, tid_t tid, ns_t now);
/* The same of a task that has ended, whose slot goes to another: its sum begins anew. */
double energy_task_ended(struct energy *e, tid_t tid);
/* False when the memory ran out. */
bool energy_ok(const struct energy *e);

#endif
