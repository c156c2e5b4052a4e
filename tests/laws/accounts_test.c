/* Where the time of virtual CPUs goes, over random machines in machines.
 *
 * A follower that knows nothing but the events keeps for each virtual CPU how long it had a
 * hart that was there, waited for one, was held back by its cap, or slept; and how much of
 * what it had was the kernel's under it. Whenever one looks, its steal time is what it
 * waited and was held back; and what it had, that, sleep and exits are all the time since it
 * came.
 */
#include "../suite.h"
#include "hosts.h"

#include <lab/guests.h>
#include <machine/machine.h>
#include <machine/peek.h>
#include <machine/vcpu.h>
#include <sched/registry.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 240, KERNELS = 1 + MAX_GUESTS, HARTS = 16 };

enum state { ABSENT, READY, ON, HALTED, CAPPED, GONE, STATES };

struct cpu {
    enum state state;
    ns_t since, came, spent[STATES];
    bool off;                   /* its hart is a virtual CPU that has none itself */
    ns_t stretch, ran;          /* when it got its hart; what its tasks got of those before */
};

/* Up to when what a kernel has announced to do on a hart takes, and all of it that passed. */
struct desk { ns_t until, announced; };

struct accounts {
    struct machine *m;
    struct guests_books *books;
    struct cpu cpu[KERNELS][HARTS];             /* by its own kernel */
    struct desk desk[KERNELS][HARTS];           /* by the kernel that works */
    ns_t kernel[KERNELS];                       /* that passed in stretches that are over */
    unsigned seen[STATES], offs, looked;
};

static const struct guest *guest_of(const struct accounts *a, unsigned kernel)
{
    return a->books->book[kernel - 1].machine->as_guest;
}

/* Whose CPU task tid of a kernel is; NULL: nobody's. */
static struct cpu *cpu_of(struct accounts *a, unsigned kernel, tid_t tid)
{
    for (unsigned i = 1; i <= a->books->n; i++) {
        const struct guest *g = guest_of(a, i);
        const struct config *c = g->host->kern.config;
        tid_t first = c->processes[g->config->process].first;

        if (g->host->kern.number == kernel && tid >= first && tid < first + g->nvcpus)
            return &a->cpu[i][tid - first];
    }
    return NULL;
}

static void settle(struct accounts *a, struct cpu *c, ns_t at)
{
    enum state state = c->state == ON && c->off ? READY : c->state;

    c->spent[state] += at - c->since;
    a->seen[state] += at > c->since;
    a->offs += c->off && at > c->since;
    c->since = at;
}

static void enter(struct accounts *a, struct cpu *c, ns_t at, enum state state)
{
    settle(a, c, at);
    c->state = state;
}

/* What a hart's kernel announces comes behind what it announced before. */
static void announce(struct desk *d, ns_t at, ns_t span)
{
    d->until = (d->until > at ? d->until : at) + span;
    d->announced += span;
}

/* The stretch is over: what its task got is all but what its kernel took, of which what had
 * not passed is called off. Only on harts that are always there. */
static void check_stretch(struct accounts *a, const struct event *e, const struct cpu *c)
{
    struct desk *d = &a->desk[0][e->hart];
    ns_t passed = d->announced - (d->until > e->at ? d->until - e->at : 0);

    ck_assert_int_eq(e->b, e->at - c->stretch - passed);
    a->kernel[0] += passed;
    d->announced = 0;
    d->until = e->at;
}

static void on_life(struct accounts *a, const struct event *e, struct cpu *c)
{
    switch (e->kind) {
    case EV_ARRIVE:
        *c = (struct cpu){ .state = READY, .since = e->at, .came = e->at };
        break;
    case EV_DISPATCH:
        enter(a, c, e->at, ON);
        c->off = false;
        c->stretch = e->at;
        announce(&a->desk[e->kernel][e->hart], e->at, e->a);
        break;
    case EV_DESCHED:
        enter(a, c, e->at, READY);
        c->off = false;
        c->ran += e->b;
        if (!e->kernel)
            check_stretch(a, e, c);
        break;
    case EV_BLOCK:
        ck_assert(e->a == WAIT_HALT || e->a == WAIT_CAP);
        enter(a, c, e->at, e->a == WAIT_CAP ? CAPPED : HALTED);
        break;
    case EV_WAKE:
        enter(a, c, e->at, READY);
        break;
    case EV_EXIT:
        enter(a, c, e->at, GONE);
        break;
    case EV_KERNEL:
        announce(&a->desk[e->kernel][e->hart], e->at, e->a);
        break;
    case EV_VCPU_OFF: case EV_VCPU_ON:
        settle(a, c, e->at);
        c->off = e->kind == EV_VCPU_OFF;
        break;
    default:
        break;
    }
}

static void accounts_event(void *ctx, const struct event *e)
{
    struct accounts *a = ctx;
    struct cpu *c = e->tid == TID_NONE ? NULL : cpu_of(a, e->kernel, e->tid);

    if (c)
        on_life(a, e, c);
}

/* Of the exits of a guest, what has not passed yet: it is off, or its hart is about it. */
static ns_t to_come(struct accounts *a, const struct guest *g)
{
    ns_t sum = 0, now = machine_now(a->m);

    for (unsigned v = 0; v < g->nvcpus; v++) {
        const struct vcpu *vcpu = &g->vcpu[v];
        const struct hart *hart = &g->host->kern.hart[vcpu->hart];
        ns_t left = vcpu->on && hart->counted > now ? hart->counted - now : 0;

        if (vcpu->tid != TID_NONE)
            sum += vcpu->owed + vcpu->rest + (left < vcpu->charged ? left : vcpu->charged);
    }
    return sum;
}

static void look_at(struct accounts *a, unsigned kernel)
{
    const struct guest *g = guest_of(a, kernel);
    const struct config *host = g->host->kern.config;
    struct peek_guest p;
    ns_t steal = 0, slept = 0, on = 0, all = 0, now = machine_now(a->m);

    for (unsigned v = 0; v < g->nvcpus; v++) {
        struct cpu *c = &a->cpu[kernel][v];

        if (c->state == ABSENT)
            continue;
        if (c->state != GONE && g->host->kern.end == KERN_RUNNING)
            settle(a, c, now);
        ck_assert_msg(vcpu_steal(g, v) == c->spent[READY] + c->spent[CAPPED],
                      "%s's cpu %u, at %lld ns: steal time of %lld, by the events %lld",
                      g->config->name, v, (long long)now, (long long)vcpu_steal(g, v),
                      (long long)(c->spent[READY] + c->spent[CAPPED]));
        steal += c->spent[READY] + c->spent[CAPPED];
        slept += c->spent[HALTED];
        on += c->spent[ON];
        all += (c->state == GONE ? c->since : now) - c->came;
    }
    peek_guest(&g->machine, &p);
    ck_assert_int_eq(p.steal, steal);
    ck_assert_msg(p.received <= on, "%s, at %lld ns: received %lld of %lld ns", p.name,
                  (long long)now, (long long)p.received, (long long)on);
    /* Nothing but exits takes its host time, and its host's harts are always there. */
    if (g->host == a->m && !host->costs.context_switch && !g->host->kern.door.owed)
        ck_assert_int_eq(all, p.received + steal + slept + p.exit_time - to_come(a, g));
    a->looked++;
}

/* Looked at now and then, at odd times. */
static void follow(const struct config *c, struct accounts *a)
{
    size_t size = machine_size(c);
    void *mem = aligned_alloc(4096, size);
    enum machine_end end;

    memset(mem, 0, size);
    memset(a->cpu, 0, sizeof a->cpu);
    memset(a->desk, 0, sizeof a->desk);
    a->m = machine_init(mem, size, c, true);
    a->books = guests_watch(a->m, NULL, false, 0);
    stream_subscribe_kernel(machine_stream(a->m), KERNEL_ANY, EVENTS_ALL, accounts_event, a);
    do {
        end = machine_run(a->m, machine_now(a->m) + draw(1, 9 * MS), 0);
        for (unsigned i = 1; i <= a->books->n; i++)
            look_at(a, i);
    } while (end == MACHINE_RUNNING);
    guests_close(a->books);
    free(mem);
}

static void begin(const char *what, unsigned n)
{
    dice = rng_stream(n, what, 0);
}

/* A law over machines in which nothing happens is none. */
static void enough(const struct accounts *a)
{
    for (unsigned s = READY; s <= CAPPED; s++)
        ck_assert_msg(a->seen[s] > 2 * ROUNDS, "only %u spans in state %u", a->seen[s], s);
    ck_assert_uint_gt(a->looked, 10 * ROUNDS);
}

START_TEST(a_cpu_s_time_is_accounted_for)
{
    static struct world w[2];
    static struct host h;
    static struct accounts a;

    memset(&a, 0, sizeof a);
    for (unsigned n = 0; n < ROUNDS; n++) {
        begin("accounts", n);
        make_pair(&h, w);
        if (n % 4)
            some_exits(&h);
        if (n % 3 == 1)
            unlike_harts(&h, w, 2);
        if (n % 5 == 3)
            h.c.costs.context_switch = (uint32_t)draw(1, MS);
        h.c.costs.crossing.call = n % 8 == 7;
        follow(&h.c, &a);
    }
    enough(&a);
}
END_TEST

/* A CPU in a machine whose own CPU is off waits, too. */
START_TEST(two_deep_too)
{
    static struct world w[3];
    static struct host h, middle;
    static struct accounts a;

    memset(&a, 0, sizeof a);
    for (unsigned n = 0; n < ROUNDS; n++) {
        begin("accounts two deep", n);
        make_pair(&middle, w);
        some_world(&w[2], some_policy());
        make_host(&h, (uint32_t)draw(1, 3), some_policy());
        add_guest(&h, &middle.c, UINT64_MAX);
        add_guest(&h, &w[2].c, UINT64_MAX);
        h.guest[n % 2].cap = draw(0, 1) ? 0 : (uint32_t)draw(5, 150);
        if (n % 3)
            some_exits(&h);
        if (n % 2)
            some_exits(&middle);
        if (n % 5 == 3)
            h.c.costs.context_switch = (uint32_t)draw(1, MS);
        follow(&h.c, &a);
    }
    enough(&a);
    ck_assert_uint_gt(a.offs, 10 * ROUNDS);
}
END_TEST

struct slices { ns_t quantum; unsigned whole; };

static void slices_event(void *ctx, const struct event *e)
{
    struct slices *s = ctx;

    if (e->kind != EV_DESCHED || e->a != STOP_EXPIRED)
        return;
    ck_assert_msg(e->b == s->quantum, "at %lld ns: a slice of %lld of %lld ns", (long long)e->at,
                  (long long)e->b, (long long)s->quantum);
    s->whole++;
}

/* Whatever takes its hart away, a guest's task gets its whole slice. */
START_TEST(slices_are_whole)
{
    static struct world w[2];
    static struct host h;
    struct slices s = { 0, 0 };
    struct diag d;

    for (unsigned n = 0; n < ROUNDS; n++) {
        char spec[40];

        begin("slices", n);
        make_pair(&h, w);
        some_exits(&h);
        if (n % 3 == 1)
            unlike_harts(&h, w, 2);
        s.quantum = draw(1, n % 2 ? 50000 : 3 * MS);
        snprintf(spec, sizeof spec, "quantum=%lldns", (long long)s.quantum);
        w[0].c.nevents = 0;
        ck_assert(!policy_parse(&w[0].c.policy, sched_find("rr", 2), spec, MS, &d));
        size_t size = machine_size(&h.c);
        void *mem = aligned_alloc(4096, size);

        memset(mem, 0, size);
        struct machine *m = machine_init(mem, size, &h.c, true);
        stream_subscribe_kernel(machine_stream(m), 1, EVENTS_ALL, slices_event, &s);
        machine_run(m, NS_MAX, 50000);
        free(mem);
    }
    ck_assert_uint_gt(s.whole, 100 * ROUNDS);
}
END_TEST

/* Where nothing takes its host time, what a guest gets in each period of its cap is at most its
 * share, whatever it left of the one before; and one that always wants more gets all of it. */
START_TEST(no_more_than_its_cap_in_any_period)
{
    static struct world w[2];
    static struct host h;
    unsigned whole = 0;

    for (unsigned n = 0; n < ROUNDS; n++) {
        ns_t had[2] = { 0 }, period;

        begin("caps", n);
        make_pair(&h, w);
        period = h.vm.cap_period = draw(1, 20) * MS / 2;
        for (unsigned i = 0; i < 2; i++)
            h.guest[i].cap = (uint32_t)draw(5, 50 + 60 * h.c.ncpus);
        size_t size = machine_size(&h.c);
        void *mem = aligned_alloc(4096, size);

        memset(mem, 0, size);
        struct machine *m = machine_init(mem, size, &h.c, true);
        enum machine_end end = MACHINE_RUNNING;
        for (ns_t at = period; end == MACHINE_RUNNING && at < 400 * period; at += period) {
            end = machine_run(m, at, 0);
            for (unsigned i = 0; i < 2; i++) {
                ns_t quota = period * h.guest[i].cap / 100;
                struct peek_guest p;

                peek_guest(&m->guest[i].machine, &p);
                ck_assert_msg(p.received - had[i] <= quota, "round %u, %s: %lld ns of %lld in the "
                              "period up to %lld", n, p.name, (long long)(p.received - had[i]),
                              (long long)quota, (long long)at);
                whole += p.received - had[i] == quota;
                had[i] = p.received;
            }
        }
        free(mem);
    }
    ck_assert_uint_gt(whole, 5 * ROUNDS);
}
END_TEST

SUITE(accounts, 60, a_cpu_s_time_is_accounted_for, two_deep_too, slices_are_whole,
      no_more_than_its_cap_in_any_period)
