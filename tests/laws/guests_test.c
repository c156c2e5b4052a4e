/* The laws for kernels on kernels, over random workloads as guests.
 *
 * A guest that is alone on its harts says what its workload says on bare metal; two that
 * share harts keep all laws, get together what their host gave, and neither stride nor
 * their neighbour on another hart changes what they say.
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

enum { ROUNDS = 200 };

/* --- running one --- */

struct findings {
    uint64_t hash[1 + MAX_GUESTS];      /* of all, and of each guest's own events */
    struct peek_guest guest[MAX_GUESTS];
    ns_t ran[MAX_GUESTS];       /* CPU time that their tasks got */
    ns_t gave;                  /* CPU time that the host's tasks got */
    ns_t busy;                  /* time that they were on its harts */
    ns_t unpaid;                /* of their exits, at their ends */
    ns_t announced;             /* time of exits, by the host's events */
    ns_t untold;                /* at its end, of exits on behalf of CPUs that were off */
    ns_t end;
    uint64_t steps;
    unsigned on_slow, changed;  /* what the follower of speeds saw */
};

struct sum { ns_t ran, busy, exits; };

static void sum_event(void *ctx, const struct event *e)
{
    struct sum *s = ctx;

    if (e->kind == EV_DISPATCH)
        s->busy -= e->at;
    if (e->kind == EV_DESCHED) {
        s->ran += e->b;
        s->busy += e->at;
    }
    if (e->kind == EV_KERNEL && e->b == WORK_EXIT)
        s->exits += e->a;
}

/* What the kernel under it has not got done of the exits of one that has ended. */
static ns_t not_paid(const struct guest *g)
{
    const ns_t *kept = g->host->kern.door.owed;
    ns_t sum = 0;

    for (unsigned i = 0; i < g->nvcpus; i++)
        if (g->vcpu[i].tid != TID_NONE)
            sum += g->vcpu[i].owed + g->vcpu[i].rest + (kept ? kept[g->vcpu[i].tid] : 0);
    return sum;
}

static ns_t not_told(const struct guest *g)
{
    ns_t sum = 0;

    for (unsigned i = 0; i < g->nvcpus; i++)
        sum += g->vcpu[i].owed;
    return sum;
}

/* --- whose speed follows whose --- */

enum { HARTS = 16 };

/* From the events alone: how fast each hart of the host is, who is on it, and what each virtual
 * CPU says that it gets of that. */
struct speeds {
    const struct config *c;
    ns_t now;
    uint32_t mhz[HARTS], parts[MAX_GUESTS][HARTS];
    tid_t on[HARTS];
    unsigned on_slow, changed;  /* instants with a CPU on a slower hart; changes under one */
};

static void start_speeds(struct speeds *s, const struct config *c)
{
    memset(s, 0, sizeof *s);
    s->c = c;
    for (unsigned h = 0; h < c->ncpus; h++) {
        s->mhz[h] = config_first_mhz(c, h);
        s->on[h] = TID_NONE;
    }
    for (unsigned g = 0; g < c->vm->nguests; g++)
        for (unsigned h = 0; h < HARTS; h++)
            s->parts[g][h] = config_parts(c->vm->guest[g].config);
}

/* What was so when the last instant ended. */
static void check_speeds(struct speeds *s)
{
    uint64_t top = 0;

    for (unsigned h = 0; h < s->c->ncpus; h++)
        top = s->c->cpus[h].mhz > top ? s->c->cpus[h].mhz : top;
    for (unsigned h = 0; h < s->c->ncpus; h++) {
        unsigned g = 0;

        if (s->on[h] == TID_NONE)
            continue;
        while (s->on[h] >= s->c->processes[g].first + s->c->processes[g].count)
            g++;
        uint64_t all = config_parts(s->c->vm->guest[g].config);
        uint32_t got = s->parts[g][s->on[h] - s->c->processes[g].first];
        /* In whole numbers, unless there would be too many. */
        ck_assert_msg(all < CONFIG_PARTS ? got * top == s->mhz[h] * all
                                         : got == (2 * s->mhz[h] * all + top) / (2 * top),
                      "%g ms: guest %u has %u of %u parts at %u of %u MHz", (double)s->now / 1e6,
                      g, got, (unsigned)all, s->mhz[h], (unsigned)top);
        s->on_slow += s->mhz[h] < top;
    }
}

static void speeds_event(void *ctx, const struct event *e)
{
    struct speeds *s = ctx;

    if (e->at > s->now)
        check_speeds(s);
    s->now = e->at;
    if (e->kind == EV_VCPU_SPEED)
        s->parts[e->kernel - 1][e->hart] = (uint32_t)e->a;
    else if (e->kernel)
        return;
    else if (e->kind == EV_DISPATCH)
        s->on[e->hart] = e->tid;
    else if (e->kind == EV_DESCHED)
        s->on[e->hart] = TID_NONE;
    else if (e->kind == EV_FREQUENCY) {
        s->mhz[e->hart] = (uint32_t)e->a;
        s->changed += s->on[e->hart] != TID_NONE;
    }
}

static void all_laws(struct audit *a, const char *who)
{
    audit_finish(a);
    for (unsigned law = 0; law < LAW_COUNT; law++) {
        const struct audit_finding *f = audit_finding(a, (enum law)law);

        ck_assert_msg(!f->times, "%s: %s: task %u: %s at %g ms", who, law_text((enum law)law),
                      f->tid, f->text, (double)f->at / 1e6);
    }
}

static void run(const struct config *c, ns_t stride, uint64_t steps, struct findings *out)
{
    size_t size = machine_size(c);
    void *mem = aligned_alloc(4096, size);
    struct sum host = { 0 }, guest[MAX_GUESTS] = { { 0 } };
    enum machine_end end;
    struct speeds speeds;

    memset(mem, 0, size);
    memset(out, 0, sizeof *out);
    struct machine *m = machine_init(mem, size, c, true);
    struct audit *audit = audit_create(c);
    struct guests_books *books = guests_watch(m, NULL, true, 1000);
    stream_subscribe(machine_stream(m), audit_kinds, audit_event, audit);
    stream_subscribe(machine_stream(m), EVENTS_ALL, sum_event, &host);
    start_speeds(&speeds, c);
    stream_subscribe_kernel(machine_stream(m), KERNEL_ANY, EVENTS_ALL, speeds_event, &speeds);
    for (unsigned i = 0; i < books->n; i++)
        stream_subscribe(&books->book[i].stream, EVENTS_ALL, sum_event, &guest[i]);
    do
        end = machine_run(m, stride ? machine_now(m) + stride : NS_MAX, steps);
    while (end == MACHINE_RUNNING);
    ck_assert_msg(end == MACHINE_DONE || end == MACHINE_STOPPED, "%s: it ended with %d",
                  c->policy.spec, end);
    all_laws(audit, "the host");
    out->hash[0] = stream_hash(machine_stream(m));
    out->gave = host.ran;
    out->busy = host.busy;
    out->announced = host.exits;
    out->on_slow = speeds.on_slow;
    out->changed = speeds.changed;
    out->end = machine_now(m);
    out->steps = machine_steps(m);
    for (unsigned i = 0; i < books->n; i++) {
        all_laws(books->book[i].audit, books->book[i].name);
        ck_assert(metrics_check(books->book[i].metrics, machine_now(books->book[i].machine)));
        out->hash[i + 1] = stream_hash(&books->book[i].stream);
        peek_guest(books->book[i].machine, &out->guest[i]);
        out->ran[i] = guest[i].ran;
        out->unpaid += not_paid(books->book[i].machine->as_guest);
        if (books->book[i].machine->as_guest->host == m)
            out->untold += not_told(books->book[i].machine->as_guest);
    }
    audit_destroy(audit);
    guests_close(books);
    free(mem);
}

static uint64_t bare_hash(const struct config *c)
{
    size_t size = machine_size(c);
    void *mem = aligned_alloc(4096, size);

    memset(mem, 0, size);
    struct machine *m = machine_init(mem, size, c, true);
    machine_run(m, NS_MAX, 0);
    uint64_t hash = stream_hash(machine_stream(m));
    free(mem);
    return hash;
}

/* --- the laws --- */

static void begin(const char *what, unsigned n)
{
    dice = rng_stream(n, what, 0);
}

/* Exits that cost nothing change nothing. */
START_TEST(alone_it_is_as_on_bare_metal)
{
    static struct world w;
    static struct host h;
    struct findings o;

    for (unsigned n = 0; n < ROUNDS; n++) {
        begin("alone", n);
        some_world(&w, some_policy());
        make_host(&h, w.c.ncpus, some_policy());
        add_guest(&h, &w.c, UINT64_MAX);
        if (n % 2)
            some_exits(&h);
        memset(h.vm.cycles, 0, sizeof h.vm.cycles);
        run(&h.c, 0, 0, &o);
        ck_assert_msg(o.hash[1] == bare_hash(&w.c), "round %u: %s on %u cpus on %s", n,
                      w.c.policy.spec, w.c.ncpus, h.c.policy.spec);
        ck_assert_int_eq(o.guest[0].steal, 0);
    }
}
END_TEST

/* What random pairs had: a test of laws over machines in which nothing happens is none. */
struct seen { unsigned both, stole, left, worked, idle, slow, changed; };

static void see(struct seen *s, const struct findings *o)
{
    uint64_t exits = 0;

    for (unsigned i = 0; i < 2; i++)
        for (unsigned e = 0; e < VM_EXITS; e++)
            exits += o->guest[i].exits[e];
    s->both += o->guest[0].received > 0 && o->guest[1].received > 0;
    s->stole += o->guest[0].steal > 0 && o->guest[1].steal > 0;
    s->left += exits > 10;
    s->worked += o->guest[0].exit_time > 0 && o->guest[1].exit_time > 0;
    s->idle += o->gave < o->end;
    s->slow += o->on_slow > 0;
    s->changed += o->changed > 0;
}

/* Most pairs run both, every second one leaves for the kernel under it, and in every third
 * both have waited for each other. */
static void enough(const struct seen *s)
{
    ck_assert_msg(s->both > ROUNDS * 3 / 4 && s->stole > ROUNDS / 3 && s->left > ROUNDS / 3 &&
                  s->worked > ROUNDS / 3 && s->idle > ROUNDS / 8 && s->slow > ROUNDS / 3 &&
                  s->changed > ROUNDS / 10, "of %u pairs both ran in %u, both were kept waiting in "
                  "%u, left their harts in %u, which took time in %u; harts were idle in %u, slow "
                  "in %u and changed in %u", ROUNDS, s->both, s->stole, s->left, s->worked, s->idle,
                  s->slow, s->changed);
}

START_TEST(pairs_keep_the_laws)
{
    static struct world w[2];
    static struct host h;
    struct findings o, again;
    struct seen seen = { 0 };

    for (unsigned n = 0; n < ROUNDS; n++) {
        begin("pairs", n);
        make_pair(&h, w);
        if (n % 2)
            some_exits(&h);
        if (n % 4 > 1)
            unlike_harts(&h, w, 2);
        run(&h.c, 0, 0, &o);
        see(&seen, &o);
        run(&h.c, 777777, 0, &again);
        ck_assert_msg(o.hash[0] == again.hash[0], "round %u: in strides of time", n);
        run(&h.c, 0, 1 + n % 7, &again);
        ck_assert_msg(o.hash[0] == again.hash[0] && o.steps == again.steps,
                      "round %u: in strides of steps", n);
    }
    enough(&seen);
}
END_TEST

/* What the tasks of kernel i + 1 got is what its CPUs got. */
static void adds_up(const struct findings *o, unsigned i, unsigned round)
{
    ck_assert_msg(o->ran[i] == o->guest[i].received, "round %u, guest %u: %lld of %lld ns", round,
                  i, (long long)o->ran[i], (long long)o->guest[i].received);
}

/* What a guest's tasks got, its own switches apart, is what its CPUs got, also where the
 * kernel under it works for it: and its work may be cut short, or come while a CPU has no
 * task or changes it. That work is all that the harts did besides. */
START_TEST(guests_get_what_the_host_gave)
{
    static struct world w[2];
    static struct host h;
    struct findings o;

    for (unsigned n = 0; n < 2 * ROUNDS; n++) {
        begin("sums", n);
        make_pair(&h, w);
        only_tasks(&w[0].c);
        only_tasks(&w[1].c);
        if (n % 2)
            some_exits(&h);
        if (n % 3 == 1)
            unlike_harts(&h, w, 2);
        if (n % 4 == 3)
            h.c.costs.context_switch = (uint32_t)draw(1, MS);
        h.c.costs.crossing.call = n % 8 > 3;    /* it has doors, and pays what was cut short */
        run(&h.c, 0, 0, &o);
        ck_assert_int_eq(o.gave, o.guest[0].received + o.guest[1].received);
        adds_up(&o, 0, n);
        adds_up(&o, 1, n);
        if (n % 4 != 3)
            ck_assert_int_eq(o.busy, o.gave + o.guest[0].exit_time + o.guest[1].exit_time -
                                     o.unpaid);
        ck_assert_int_eq(o.announced, o.guest[0].exit_time + o.guest[1].exit_time - o.untold);
    }
}
END_TEST

/* The same two deep: a machine in which are two, beside a third. */
START_TEST(what_is_given_is_handed_on)
{
    static struct world w[3];
    static struct host h, middle;
    struct findings o;

    for (unsigned n = 0; n < ROUNDS; n++) {
        begin("deep", n);
        make_pair(&middle, w);
        some_world(&w[2], some_policy());
        for (unsigned i = 0; i < 3; i++)
            only_tasks(&w[i].c);
        make_host(&h, (uint32_t)draw(1, 3), some_policy());
        add_guest(&h, &middle.c, UINT64_MAX);
        add_guest(&h, &w[2].c, UINT64_MAX);
        some_exits(&h);
        if (n % 2)
            some_exits(&middle);
        run(&h.c, 0, 0, &o);
        ck_assert_int_eq(o.gave, o.guest[0].received + o.guest[3].received);
        ck_assert_int_eq(o.ran[0], o.guest[1].received + o.guest[2].received);
        ck_assert_int_eq(o.announced, o.guest[0].exit_time + o.guest[3].exit_time - o.untold);
        for (unsigned i = n % 2; i < 4; i++)    /* else some of it was for those inside */
            adds_up(&o, i, n);
    }
}
END_TEST

/* On harts that are n times as slow as another, a guest does what its workload does where each
 * burst, and what the kernel does, takes n times as long. */
START_TEST(slow_harts_stretch_and_no_more)
{
    static struct world w;
    static struct host h;
    struct findings o;

    for (unsigned n = 0; n < ROUNDS / 2; n++) {
        uint32_t times = 2 + n % 9;

        begin("slow", n);
        some_world(&w, some_policy());
        make_host(&h, w.c.ncpus + 1, some_policy());
        for (unsigned i = 0; i < w.c.ncpus; i++)
            h.cpus[i].mhz = 50;
        h.cpus[w.c.ncpus].mhz = 50 * times;
        w.c.parts = config_parts_of(&h.c);
        ck_assert_uint_eq(w.c.parts, times);
        add_guest(&h, &w.c, (UINT64_C(1) << w.c.ncpus) - 1);
        run(&h.c, 0, 0, &o);
        w.c.parts = 0;
        w.c.slowdown = times;
        w.c.costs.context_switch *= times;
        w.c.costs.migration *= times;
        ck_assert_msg(o.hash[1] == bare_hash(&w.c), "round %u: %s on %u cpus, %u times as slow",
                      n, w.c.policy.spec, w.c.ncpus, times);
    }
}
END_TEST

/* On harts of their own, a guest does the same beside any other. */
START_TEST(neighbours_do_not_matter)
{
    static struct world w[3];
    static struct host h;
    struct findings o, other;

    for (unsigned n = 0; n < ROUNDS / 3; n++) {
        begin("neighbours", n);
        for (unsigned i = 0; i < 3; i++)
            some_world(&w[i], some_policy());
        for (unsigned second = 1; second < 3; second++) {
            uint32_t mine = w[0].c.ncpus, its = w[second].c.ncpus;

            make_host(&h, mine + its, sched_find("rr", 2));
            add_guest(&h, &w[0].c, (UINT64_C(1) << mine) - 1);
            add_guest(&h, &w[second].c, ((UINT64_C(1) << its) - 1) << mine);
            run(&h.c, 0, 0, second == 1 ? &o : &other);
        }
        ck_assert_msg(o.hash[1] == other.hash[1], "round %u", n);
        ck_assert_uint_eq(o.hash[1], bare_hash(&w[0].c));
    }
}
END_TEST

/* The same schedule, but for what exits take: as much later as they cost in all. */
START_TEST(exits_stretch_and_no_more)
{
    static struct world w;
    static struct host h;
    struct findings bare, o;

    for (unsigned n = 0; n < ROUNDS / 3; n++) {
        begin("exits", n);
        some_world(&w, n % 2 ? sched_find("rr", 2) : sched_find("fcfs", 4));
        w.c.ncpus = 1;
        w.c.nevents = 0;
        w.c.stop_at = NS_MAX;
        for (unsigned p = 0; p < w.c.nprocesses; p++) {
            w.procs[p].affinity = UINT64_MAX;
            w.procs[p].arrival = 0;
            w.procs[p].arrival_gaps = false;
            w.procs[p].period = w.procs[p].deadline = w.procs[p].start_deadline = 0;
            for (unsigned s = 0; s < w.procs[p].nsteps; s++)
                if (w.steps[p][s].kind == STEP_IO || w.steps[p][s].kind == STEP_SLEEP)
                    w.steps[p][s].kind = STEP_YIELD;
        }
        make_host(&h, 1, sched_find("rr", 2));
        add_guest(&h, &w.c, UINT64_MAX);
        run(&h.c, 0, 0, &bare);
        some_exits(&h);
        run(&h.c, 0, 0, &o);
        ck_assert_int_eq(o.end, bare.end + o.guest[0].exit_time);
        ck_assert_int_eq(o.ran[0], bare.ran[0]);
    }
}
END_TEST

/* CPU time and waiting in turn, by hand. An interrupt's exit comes before what it wakes, and so
 * does that of its dispatch; those for a device come before it begins, and that of the halt as
 * it waits: only what is longer than that puts it off. */
static ns_t with_waits(const struct step *s, const uint32_t cycles[VM_EXITS], bool timer)
{
    ns_t each = timer ? cycles[EXIT_TIMER] : 0, end = cycles[EXIT_SWITCH] + each;

    for (;; s += 2) {
        end += s[0].len.a;
        if (s[1].kind == STEP_END)
            return end;
        ns_t asks = s[1].kind == STEP_IO ? cycles[EXIT_IO] : 0, halt = cycles[EXIT_HALT];

        end += asks + (s[1].len.a > halt ? s[1].len.a : halt) + cycles[EXIT_INTERRUPT] + each;
    }
}

/* Up to 8 bursts; in between, waits of which every second is about as long as exits are. */
static unsigned some_waits(struct step *s)
{
    unsigned n = 2 * (unsigned)draw(2, 8);

    for (unsigned i = 0; i < n; i += 2) {
        s[i] = (struct step){ .kind = STEP_CPU, .len = { .a = draw(1, 3 * MS) } };
        s[i + 1] = (struct step){ .kind = draw(0, 1) ? STEP_IO : STEP_SLEEP,
                                  .len = { .a = draw(1, draw(0, 1) ? MS : 40000) } };
    }
    s[n - 1] = (struct step){ .kind = STEP_END };
    return n;
}

START_TEST(waits_hide_exits_and_no_more)
{
    static struct world w;
    static struct host h;
    struct findings o;
    struct diag d;

    for (unsigned n = 0; n < ROUNDS; n++) {
        struct step s[16];

        begin("waits", n);
        some_world(&w, sched_find("fcfs", 4));
        if (n % 2)
            ck_assert(!policy_parse(&w.c.policy, sched_find("rr", 2), "quantum=100000", MS, &d));
        w.c.ncpus = w.c.nprocesses = w.c.ntasks = 1;
        w.c.nevents = 0;
        only_tasks(&w.c);
        w.procs[0] = (struct process_config){ .name = "one", .count = 1, .steps = s,
                                              .nsteps = some_waits(s), .affinity = UINT64_MAX };
        make_host(&h, 1, sched_find("fcfs", 4));
        add_guest(&h, &w.c, UINT64_MAX);
        some_exits(&h);
        run(&h.c, 0, 0, &o);
        ck_assert_int_eq(o.end, with_waits(s, h.vm.cycles, n % 2));
    }
}
END_TEST

/* A capped guest gets its share of each period and no more. */
START_TEST(caps_hold)
{
    static const struct step work[] = { { .kind = STEP_CPU, .len = { .a = 50 * MS } },
                                        { .kind = STEP_END } };
    static struct world w;
    static struct host h;
    struct findings o;

    for (uint32_t cap = 10; cap <= 100; cap += 15) {
        begin("caps", cap);
        some_world(&w, sched_find("rr", 2));
        w.c.ncpus = w.c.nprocesses = w.c.ntasks = 1;
        w.c.nevents = 0;
        w.c.stop_at = NS_MAX;
        w.procs[0] = (struct process_config){ .name = "hog", .count = 1, .steps = work,
                                              .nsteps = 2, .affinity = UINT64_MAX };
        make_host(&h, 1, sched_find("rr", 2));
        add_guest(&h, &w.c, UINT64_MAX);
        h.guest[0].cap = cap;
        run(&h.c, 0, 0, &o);
        /* Whole periods of 10 ms with cap / 10 ms each; the last one ends when it is done. */
        ns_t share = (ns_t)cap * MS / 10, whole = (50 * MS - 1) / share;
        ck_assert_int_eq(o.end, whole * 10 * MS + 50 * MS - whole * share);
        ck_assert_int_eq(o.guest[0].steal, o.end - 50 * MS);
    }
}
END_TEST

SUITE(guests, 60, alone_it_is_as_on_bare_metal, pairs_keep_the_laws,
      guests_get_what_the_host_gave, what_is_given_is_handed_on, slow_harts_stretch_and_no_more,
      neighbours_do_not_matter, exits_stretch_and_no_more, waits_hide_exits_and_no_more,
      caps_hold)
