/* vcpu.h - machines in a machine; for this room alone.
 *
 * A guest is a whole machine whose kernel's harts are tasks of another kernel: a virtual
 * CPU is a body that advances it (kern/virtual.h says what a hart off its CPU does).
 * Every kernel has an engine of its own; whichever has something to do first goes first,
 * of several at one instant the innermost. So a guest that is alone on a hart, and whose
 * exits cost nothing, does what its workload does on bare metal, at the same times.
 *
 * A virtual CPU with nothing to do halts: its task sleeps. The first one of a guest whose
 * CPUs all sleep is woken for the next entry of its kernel; others by being given work.
 */
#ifndef MACHINE_VCPU_H
#define MACHINE_VCPU_H

#include <kern/body.h>
#include <kern/virtual.h>

#include "inside.h"

/* `what` of the host's EV_KERNEL: an exit, told once; and what is left of one that was
 * interrupted, when it goes on. Exception 10 is a guest's call, and 24 is free for custom use
 * (Privileged ISA, "Machine Cause (mcause) Register"). */
enum { WORK_EXIT = -1 - 10, WORK_REST = -1 - 24 };

struct vcpu {
    tid_t tid;                  /* of the outer kernel; TID_NONE: not arrived */
    uint16_t hart;              /* of the outer kernel, while on */
    bool on;                    /* ...and that one is on itself */
    bool halted;                /* it has nothing to do, and leaves its hart for that */
    bool asleep;                /* it has left it */
    ns_t wanted;                /* off: since when it waits for a hart */
    ns_t steal;                 /* all such time that is over */
    ns_t owed;                  /* of exits on its behalf while it was off */
    ns_t rest;                  /* of those that it was taken off in */
    ns_t charged;               /* of exits, behind whatever else its hart does for it first */
    ns_t budget;                /* CPU time left of what it has taken; NS_MAX: no cap */
    ns_t debt;                  /* exits that took more than that: of its next ones */
    int64_t period;             /* the number of the one that it is for */
};

struct guest {
    struct machine machine;
    struct machine *host;
    const struct guest_config *config;
    const struct vm_config *kind;       /* of the host's virtualisation */
    struct under under;
    struct vcpu *vcpu;          /* by hart of its kernel */
    uint32_t nvcpus, non;       /* how many are on */
    uint32_t nresting;          /* how many have halted, or are asleep for that */
    uint64_t exits[EXIT_CAUSES];
    ns_t exit_time;             /* that they took of real harts */
    ns_t pool;                  /* capped: what none of its CPUs has taken in this period */
    int64_t period;
    uint32_t granted;           /* of the machine's frames, where they are counted: lend.c */
    bool over;
    bool leaves;                /* its only CPU has halted, and is about to leave its hart */
    bool stirred;               /* it stands in that list */
};

/* Outer clocks are never behind inner ones when something is done to an outer kernel: m's
 * and those under it. */
void guests_clock_to(struct machine *m, ns_t now);
/* Something was put into the engine of the guest's kernel from outside, which may be
 * asleep. */
void guest_rouse(struct guest *g);

/* How long one of its CPUs has waited for a real one so far, with something to do. */
ns_t vcpu_steal(const struct guest *g, unsigned vh);

extern const struct body_ops body_vcpu;
/* A virtual CPU's hart goes to the kernel under its own: kern/virtual.h, `exit`. */
ns_t vcpu_exit(void *guest, unsigned vh, enum exit_cause cause);
/* The same, `steal`. */
ns_t vcpus_steal(const void *guest, ns_t now);

/* Frames that guests of m may have are so many for each as it does not lend at first. */
void lend_start(struct machine *m);
/* kern/virtual.h, `balloon`. */
uint32_t lend_balloon(void *guest, uint32_t n, uint32_t wanted);
/* It has ended, and needs none any more. */
void lend_all(struct guest *g);

/* What the kernel of g, and those under it, have to do may have changed. */
void guest_stir(struct guest *g);
/* Which of its CPUs have nothing to do now, and which have? next: when its kernel has
 * something to do. */
void guest_look_at(struct guest *g, ns_t next);
/* g->leaves: its only CPU, which has halted, leaves its hart of m. At once, which is two
 * steps, if nobody else has anything to do at this instant and m->steps is not more than
 * `last` then. */
void guest_leave(struct guest *g, struct machine *m, uint64_t last);

/* When the kernel of a machine has something to do, and its turn among those of that instant.
 * A program that executes may want the kernel before any entry is due. */
static inline struct due guest_due(const struct machine *m)
{
    const struct kern *k = &m->kern;
    const struct pending *top = engine_peek(&m->engine);
    struct due d = { NS_MAX, due_place(TURN_NORMAL, m->order) };
    ns_t local;

    if (k->end != KERN_RUNNING)
        return d;
    if (k->resched)
        return (struct due){ m->engine.now,
                             due_place(m->called ? TURN_CALLED : TURN_NORMAL, m->order) };
    if (top) {
        d.at = top->at;
        if (pending_class_of(top) > PEND_DISPATCH)
            d.place = due_place(TURN_AFTER, m->order);
    }
    if (k->executes && k->nidle < k->nharts && (local = harts_next(k)) < d.at)
        d = (struct due){ local, due_place(TURN_NORMAL, m->order) };
    if (d.at < m->engine.now)
        d.at = m->engine.now;
    return d;
}

/* host: what m is built from, with guests. */
void guests_build(struct machine *m, struct arena *a, const struct config *host,
                  struct stream *stream, uint16_t *number);
/* All that the kernels of the outermost machine m have to do up to `until`, or until m->steps
 * is `last`. */
void guests_run(struct machine *m, ns_t until, uint64_t last);
/* The kernel of m has ended: so do those of its guests. */
void guests_finish(struct machine *m);

#endif
