/* kern/virtual.h - a kernel that runs on another one.
 *
 * Its harts are virtual CPUs: tasks of the kernel under it, which take them on and off
 * real ones. While a hart is off, its task stands still; what it was doing goes on later
 * by the time that it was off, as after any work of a kernel on its behalf. Devices and
 * timers keep the one clock: entries that fell due meanwhile are worked off, in order of
 * time, when a hart is on again (engine_catch_up).
 *
 * This header promises nothing about who is under it: that is a port, filled by
 * machine/vcpu.c. A kernel on bare metal has none.
 */
#ifndef KERN_VIRTUAL_H
#define KERN_VIRTUAL_H

#include <kern/kern.h>

enum exit_cause {
#define EXIT(id, name, what) EXIT_##id,
#include <ossim/exit.def>
#undef EXIT
    EXIT_CAUSES
};

/* What a guest's kernel asks of the one under it. */
struct under {
    void *self;
    uint32_t causes;            /* bit by enum exit_cause: those for which a hart goes there */
    bool rings;                 /* it shares rings of requests with devices' drivers there */
    /* Hart h goes there for one of these causes. Returns the ns for which the real hart works
     * on it; it is charged to the virtual CPU already. */
    ns_t (*exit)(void *self, unsigned h, enum exit_cause cause);
    /* How long all its harts have waited for real ones, up to `now`, its engine's time. */
    ns_t (*steal)(const void *self, ns_t now);
    /* Its balloon has n frames and shall have `wanted`. Returns how many it has to have now:
     * that, or more as long as the machine has nothing to give back; kern.balloon_slot is due
     * when it may have. */
    uint32_t (*balloon)(void *self, uint32_t n, uint32_t wanted);
};

static inline bool kern_exits(const struct kern *k, enum exit_cause cause)
{
    return k->under && (k->under->causes >> cause & 1);
}

/* The kernel under it works for hart h, which is on, ns longer: its task, or whoever comes
 * next, goes on later by that. */
void hart_put_off(struct kern *k, unsigned h, ns_t ns);

/* The hart goes to the kernel under it for something for which it does so. Returns how long
 * that, and what it went there for before, takes from now on. */
static inline ns_t virtual_exit(struct kern *k, unsigned h, enum exit_cause cause)
{
    ns_t ns = k->under->exit(k->under->self, h, cause);

    if (ns == 0 || k->hart[h].off)
        return ns;
    hart_put_off(k, h, ns);
    return k->hart[h].free_at - k->engine->now;
}

/* It goes there, if it does for that: whatever runs on it, or is dispatched next, goes on
 * later by what that takes. */
static inline ns_t kern_exit(struct kern *k, unsigned h, enum exit_cause cause)
{
    return kern_exits(k, cause) ? virtual_exit(k, h, cause) : 0;
}

/* The same by whichever hart is on: for what belongs to none. */
static inline ns_t kern_exit_any(struct kern *k, enum exit_cause cause)
{
    unsigned h = 0;

    if (!kern_exits(k, cause))
        return 0;
    while (h < k->nharts && k->hart[h].off)
        h++;
    return h < k->nharts ? virtual_exit(k, h, cause) : 0;
}

/* What hart h gets done in a ns is so many of kern.parts from here on. */
void hart_share(struct kern *k, unsigned h, uint32_t parts);
/* The real hart is taken away, at the engine's time. What the kernel under it has not got
 * done of its work is for when it is back: part of hart_on's `ahead`, or forgotten. */
void hart_off(struct kern *k, unsigned h);
/* It is back; it works for `ahead` ns yet on bringing it back. stolen: how long the
 * hart has wanted it. */
void hart_on(struct kern *k, unsigned h, ns_t ahead, ns_t stolen);

#endif
