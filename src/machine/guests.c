/* guests.c - the guests of a machine are laid out, and whoever has something to do first, of
 * them and the kernel under them, does it; see vcpu.h. */
#include "vcpu.h"

#include <sim/check.h>

/* --- building --- */

/* Kernels in kernels: how deep? */
static uint32_t depth_of(const struct vm_config *vm)
{
    uint32_t deepest = 0;

    for (uint32_t i = 0; vm && i < vm->nguests; i++) {
        uint32_t depth = 1 + depth_of(vm->guest[i].config->vm);

        deepest = depth > deepest ? depth : deepest;
    }
    return deepest;
}

static uint32_t causes_of(const struct vm_config *vm)
{
    uint32_t set = 0;

    for (unsigned e = 0; e < VM_EXITS; e++)
        set |= (uint32_t)(vm->exits[e] > 0) << e;
    return set;
}

/* Its CPUs are off until their tasks run. */
static void start_off(struct guest *g)
{
    for (unsigned h = 0; h < g->nvcpus; h++) {
        g->vcpu[h].tid = TID_NONE;
        g->machine.kern.hart[h].off = true;
    }
}

/* What the outermost machine knows of its guests at any depth. A guest has something to do
 * while one of its CPUs is on, and each real one has at most one CPU of each depth on it. */
static void lay_lists(struct machine *m, struct arena *a, const struct config *c)
{
    uint32_t n = config_guests(c->vm), atonce = c->ncpus * depth_of(c->vm);

    m->active = arena_array(a, struct guest *, n);
    m->all = arena_array(a, struct guest *, n);
    m->stirred = arena_array(a, struct guest *, n);
    m->looked = arena_array(a, uint64_t, (n + 63) / 64);
    turns_build(&m->turns, a, n, atonce < n ? atonce : n);
}

void guests_build(struct machine *m, struct arena *a, const struct config *host,
                  struct stream *stream, uint16_t *number)
{
    struct machine *outermost = m->outermost;
    const struct vm_config *vm = host->vm;

    if (!m->as_guest)
        lay_lists(m, a, host);
    m->guest = arena_array(a, struct guest, vm->nguests);
    m->nguests = vm->nguests;
    for (uint32_t i = 0; i < vm->nguests; i++) {
        struct guest measured, *g = a->base ? &m->guest[i] : &measured;
        const struct guest_config *c = &vm->guest[i];

        *g = (struct guest){ .host = m, .config = c, .kind = vm, .nvcpus = c->config->ncpus,
                             .under = { g, causes_of(vm), vm->mode == VM_PARA, vcpu_exit,
                                        vcpus_steal, lend_balloon },
                             .period = -1 };
        g->vcpu = arena_array(a, struct vcpu, g->nvcpus);
        machine_build(&g->machine, a, c->config, stream, g, number);
        g->machine.order = outermost->nall++;
        outermost->executes |= kern_wants_cpu(c->config);
        if (a->base) {
            outermost->all[g->machine.order] = g;
            start_off(g);
        }
    }
    if (a->base)
        lend_start(m);
}

/* --- whose turn it is --- */

/* Who has something to do is looked at again where it may have changed. */
static void renew_turns(struct machine *m)
{
    while (m->nstirred) {
        struct guest *g = m->stirred[--m->nstirred];
        struct due d = due_never(g->machine.order);

        g->stirred = false;
        if (g->non)
            d = guest_due(&g->machine);
        turns_set(&m->turns, &d);
    }
}

/* A kernel's turn: what it has to do, and what the outermost one has. bound: before that, or
 * up to and with it if all others come later at that instant, it may go on alone. Where
 * nobody executes that is what is left of the instant: who comes next need not be known until
 * it is over. */
struct turn_of {
    struct due own, bound, outer;
};

/* Where some execute: these go on ahead, as harts of one kernel do. */
static struct guest *first_to_execute(struct machine *m, struct turn_of *t)
{
    struct guest *who = NULL;

    t->own = t->outer;
    t->bound = due_never(UINT32_MAX);
    for (uint32_t i = 0; i < m->nactive; i++) {
        const struct machine *g = &m->active[i]->machine;
        struct due d = guest_due(g);

        if (due_earlier(&d, &t->own)) {
            if (due_earlier(&t->own, &t->bound))
                t->bound = t->own;
            t->own = d;
            who = m->active[i];
            continue;
        }
        if (g->kern.executes && d.at < NS_MAX / 2)
            d.at += m->kern.config->smp_skew;
        if (due_earlier(&d, &t->bound))
            t->bound = d;
    }
    return who;
}

/* Who has something to do first; NULL: the outermost one. */
static struct guest *first_of(struct machine *m, struct turn_of *t)
{
    t->outer = guest_due(m);
    if (m->executes)
        return first_to_execute(m, t);
    if (m->nstirred)
        renew_turns(m);
    const struct due *best = turns_first(&m->turns);
    if (!due_earlier(best, &t->outer)) {
        t->own = t->outer;
        t->bound = *best;
        return NULL;
    }
    t->own = t->bound = *best;
    t->bound.place++;
    return m->all[due_order(best)];
}

/* The first in order of those to look at, of whom there are some. */
static struct guest *next_to_look_at(struct machine *m)
{
    uint32_t w = 0;

    while (!m->looked[w])
        w++;
    uint32_t order = w * 64 + (uint32_t)__builtin_ctzll(m->looked[w]);

    m->looked[w] &= m->looked[w] - 1;
    m->nlooked--;
    return m->all[order];
}

/* A virtual CPU may have got a hart and have nothing to do. Those that have will be looked
 * at when they have done it. */
static void look_for_idle(struct machine *m)
{
    while (m->nlooked) {
        struct guest *g = next_to_look_at(m);
        ns_t next = g->non ? guest_due(&g->machine).at : 0;

        if (next > g->machine.engine.now)
            guest_look_at(g, next);
        if (g->leaves)
            guest_leave(g, m, 0);
    }
}

/* Programs may execute up to there. */
static ns_t limit_of(const struct turn_of *t, ns_t until)
{
    bool excluded = t->bound.at > t->own.at && due_order(&t->bound) < due_order(&t->own);
    ns_t limit = t->bound.at - excluded;

    return limit < until ? limit : until;
}

/* --- running --- */

/* May one of its CPUs have nothing to do now, or something again? If there is something to
 * decide, that comes first. */
static bool to_look_at(const struct guest *g, ns_t next)
{
    const struct kern *k = &g->machine.kern;

    return k->end != KERN_RUNNING ||
           (!k->resched && (g->nresting || (k->nidle && next > k->engine->now)));
}

/* Its kernel decides who runs, still before all others? */
static bool decides_next(const struct guest *g, const struct machine *m, const struct turn_of *t)
{
    const struct kern *k = &g->machine.kern;
    struct due d = { k->engine->now, due_place(TURN_NORMAL, g->machine.order) };

    return k->resched && !m->touched && k->end == KERN_RUNNING && due_earlier(&d, &t->bound);
}

/* As long as it may go on alone, and touches nobody. */
static bool run_guest(struct guest *g, struct machine *m, struct turn_of *t, ns_t until,
                      uint64_t last)
{
    struct kern *k = &g->machine.kern;
    bool moved = false, step;

    do {
        do {
            g->machine.called &= k->resched;
            step = kern_step(k, limit_of(t, until));
            m->steps += step;
            moved |= step;
        } while (step && m->steps < last && decides_next(g, m, t));
        t->own = guest_due(&g->machine);
        if (to_look_at(g, t->own.at))
            guest_look_at(g, t->own.at);
        if (!step)
            break;
    } while (!m->touched && m->steps < last && t->own.at <= until &&
             due_earlier(&t->own, &t->bound));
    return moved;
}

/* Is it first at another instant, too? Then it is worth while to know who comes next. */
static bool goes_on(struct machine *m, struct turn_of *t)
{
    turns_set(&m->turns, &t->own);
    if (due_order(turns_first(&m->turns)) != due_order(&t->own) ||
        !due_earlier(&t->own, &t->outer))
        return false;
    t->bound = turns_second(&m->turns);
    if (due_earlier(&t->outer, &t->bound))
        t->bound = t->outer;
    return true;
}

static bool guest_steps(struct guest *g, struct machine *m, struct turn_of *t, ns_t until,
                        uint64_t last)
{
    bool alone = !m->executes && g->host == m;

    m->touched = false;
    bool moved = run_guest(g, m, t, until, last);
    if (moved && alone && !m->touched && goes_on(m, t) && m->steps < last && t->own.at <= until) {
        run_guest(g, m, t, until, last);
        if (!m->touched)
            turns_set(&m->turns, &t->own);
    }
    guests_clock_to(g->host, g->machine.engine.now);
    if (g->leaves)
        guest_leave(g, m, last);
    if (m->touched || !alone || !moved)
        guest_stir(g);
    if (m->nlooked && m->kern.end == KERN_RUNNING)
        look_for_idle(m);
    return moved || m->touched;
}

/* One guest's CPU got a hart, and it has something to do at this instant before anybody else:
 * it does it at once. NULL: there is no such one. */
static struct guest *called_first(struct machine *m, struct turn_of *t)
{
    struct guest *g = m->nstirred == 1 ? m->stirred[0] : NULL;

    if (!g || !g->non || m->executes || m->nlooked > 1)
        return NULL;
    struct due d = guest_due(&g->machine);
    t->outer = guest_due(m);
    if (d.at > m->engine.now || !due_earlier(&d, &t->outer) ||
        !due_earlier(&d, turns_first(&m->turns)))
        return NULL;
    uint64_t bit = UINT64_C(1) << g->machine.order % 64, *word = &m->looked[g->machine.order / 64];
    if (m->nlooked && !(*word & bit))
        return NULL;
    *word &= ~bit;
    m->nlooked = 0;
    m->nstirred = 0;
    g->stirred = false;
    t->own = t->bound = d;
    t->bound.place++;
    return g;
}

/* The outermost kernel's turn: as long as it changes nothing for its guests. */
static bool host_steps(struct machine *m, struct turn_of *t, ns_t until, uint64_t last)
{
    struct kern *k = &m->kern;
    bool moved = false;

    do {
        m->called &= k->resched;
        if (!kern_step(k, limit_of(t, until)))
            break;
        moved = true;
        m->steps++;
        t->own = guest_due(m);
    } while (!m->nstirred && !m->executes && !m->nlooked && m->steps < last &&
             t->own.at <= until && due_earlier(&t->own, &t->bound));
    struct guest *next = NULL;

    if (k->end != KERN_RUNNING)
        guests_finish(m);
    else if (m->nstirred == 1 && m->steps < last && (next = called_first(m, t)))
        guest_steps(next, m, t, until, last);
    else if (m->nlooked)
        look_for_idle(m);
    m->touched = false;
    return moved;
}

/* False: there is nothing up to `until`. */
static inline bool one_steps(struct machine *m, ns_t until, uint64_t last)
{
    struct turn_of t;

    if (m->kern.end != KERN_RUNNING)
        return false;
    struct guest *g = first_of(m, &t);
    if (g)
        return t.own.at <= until && guest_steps(g, m, &t, until, last);
    return host_steps(m, &t, until, last);
}

void guests_run(struct machine *m, ns_t until, uint64_t last)
{
    while (m->steps < last && one_steps(m, until, last))
        DCHECK(kern_check_step(&m->kern, m->steps));
}
