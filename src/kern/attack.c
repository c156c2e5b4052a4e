/* attack.c - somebody has taken a service over, or a process, and goes on from there.
 *
 * Whose memory code can write, that code can be. So an attacker who stands in one place
 * holds all services within its reach; and whoever may be called from one of these, and
 * has a bug that the workload knows of, is the next, after the time that it takes to use
 * it. It ends when no bug leads further, or nobody is left to attack. A server that is
 * made anew is its own again.
 */
#include <kern/fault.h>

/* Everything that follows from standing in `set`. */
static uint32_t closure(const struct kern *k, uint32_t set)
{
    uint32_t before;

    do {
        before = set;
        for (unsigned s = SERVICE_USER; s < SERVICES; s++)
            if (in_set(before, (enum service)s))
                set |= fault_reach(k, (enum service)s);
    } while (set != before);
    return set;
}

/* May code of one of `held` call the service that has the bug? */
static bool leads_to(const struct kern *k, uint32_t held, const struct bug_config *b)
{
    struct crossing x;

    for (unsigned s = SERVICE_USER; s < SERVICES; s++) {
        if (!in_set(held & b->from & ~k->door.lost, (enum service)s))
            continue;
        k->door.ops->plan(k, (enum service)s, (enum service)b->service, &x);
        if (!x.refused)
            return true;
    }
    return false;
}

/* Look for the next bug. */
static void look(struct kern *k, struct incident *r)
{
    const struct config *c = k->config;

    r->bug = 0;
    for (uint32_t i = 0; i < c->nbugs && !r->bug; i++) {
        enum service s = (enum service)c->bugs[i].service;

        if (!in_set(r->held | k->door.lost, s) && leads_to(k, r->held, &c->bugs[i]))
            r->bug = i + 1;
    }
    r->active = r->bug != 0;
    if (r->bug)
        fault_again(k, r, k->engine->now + c->bugs[r->bug - 1].takes);
}

/* He stands in `at` from now on, with all that this means. */
static void stand(struct kern *k, struct incident *r, enum service at)
{
    uint32_t before = r->reach;

    r->held = closure(k, r->held | 1u << at);
    fault_widen(k, r, r->held);
    kern_say(k, EV_TAKEOVER, HART_NONE, TID_NONE, at, r->reach);
    if (r->what->does == ATTACK_WRITES)
        reach_corrupt(k, r, r->reach & ~before, r->what->bytes);
    else if (r->what->does == ATTACK_CRASHES)
        fault_fail(k, r, at, false);
}

void attack_begin(struct kern *k, struct incident *r)
{
    r->active = true;
    r->reach = 0;
    stand(k, r, (enum service)r->what->service);
    if (k->end == KERN_RUNNING)
        look(k, r);
}

void attack_on(struct kern *k, struct incident *r)
{
    const struct bug_config *b = r->bug ? &k->config->bugs[r->bug - 1] : NULL;

    /* The place from which he came may be gone, or the service that he wanted. */
    if (b && !in_set(k->door.lost, (enum service)b->service) && leads_to(k, r->held, b))
        stand(k, r, (enum service)b->service);
    if (k->end == KERN_RUNNING)
        look(k, r);
}

void attack_thrown_out(struct kern *k, enum service at)
{
    struct faults *f = k->door.faults;

    for (uint32_t i = 0; i < f->n; i++)
        if (f->incident[i].active && f->incident[i].what->kind == FAULT_KIND_ATTACK)
            f->incident[i].held &= ~(1u << at);
}
