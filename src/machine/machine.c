/* machine.c - time, CPUs, memory and a kernel in an arena, with a stream in front. */
#include <machine/machine.h>

#include <cpu/cpu.h>
#include <sim/blkdev.h>
#include <kern/kern.h>
#include <mm/replace/registry.h>
#include <sim/check.h>

#include "inside.h"
#include "link.h"
#include "vcpu.h"

/* What a machine has, before any kernel: time, CPUs and their memory. */
void machine_build(struct machine *m, struct arena *a, const struct config *c,
                   struct stream *stream, struct guest *as_guest, uint16_t *number)
{
    struct kern_host host = { .engine = &m->engine, .stream = stream, .number = (*number)++,
                              .vcpu = &body_vcpu, .guests = m,
                              .under = as_guest ? &as_guest->under : NULL };

    m->as_guest = as_guest;
    m->order = UINT32_MAX;
    m->outermost = as_guest ? as_guest->host->outermost : m;
    engine_init(&m->engine, a, kern_nslots(c));
    m->engine.late = as_guest != NULL;
    m->links = links_take(m, a, c);
    host.wire = m->links ? &m->links->wire : NULL;
    if (kern_wants_cpu(c))
        host.cpu = cpu_init(a, &c->memory, &c->costs, c->ncpus, c->seed);
    kern_init(&m->kern, a, c, &host);
    if (c->vm) {
        guests_build(m, a, c, stream, number);
        links_build(m, a, c->vm);
    }
    size_t scratch = peek_scratch_size(&m->kern);
    m->scratch = scratch ? arena_take(a, scratch, 64) : NULL;
}

size_t machine_size(const struct config *c)
{
    struct arena a;
    struct machine m = { .nguests = 0 };
    uint16_t number = 0;

    arena_init(&a, NULL, 0);
    (void)arena_array(&a, struct machine, 1);
    machine_build(&m, &a, c, &m.stream, NULL, &number);
    return (a.used + 4095) & ~(size_t)4095;
}

struct machine *machine_init(void *mem, size_t size, const struct config *c, bool hash)
{
    struct arena a;
    uint16_t number = 0;

    arena_init(&a, mem, size);
    struct machine *m = arena_array(&a, struct machine, 1);
    stream_init(&m->stream, hash);
    machine_build(m, &a, c, &m->stream, NULL, &number);
    return m;
}

unsigned machine_nguests(const struct machine *m)
{
    return m->nguests;
}

struct machine *machine_guest(struct machine *m, unsigned i)
{
    CHECK(i < m->nguests);
    return &m->guest[i].machine;
}

uint16_t machine_kernel(const struct machine *m)
{
    return m->kern.number;
}

struct stream *machine_stream(struct machine *m)
{
    return m->kern.stream;
}

/* One kernel alone. */
static void run_one(struct machine *m, ns_t until, uint64_t max_events)
{
    for (uint64_t n = 0; !max_events || n < max_events; n++) {
        if (!kern_step(&m->kern, until))
            return;
        m->steps++;
        DCHECK(kern_check_step(&m->kern, m->steps));
    }
}

enum machine_end machine_run(struct machine *m, ns_t until, uint64_t max_events)
{
    struct kern *k = &m->kern;
    uint64_t before = m->steps;

    CHECK(until >= 0);
    k->halted = false;
    if (m->nguests)
        guests_run(m, until, max_events ? m->steps + max_events : UINT64_MAX);
    else
        run_one(m, until, max_events);
    /* Nothing more up to `until`: that much time has passed all the same. */
    if (k->end == KERN_RUNNING && !k->halted && until != NS_MAX && k->engine->now < until &&
        (!max_events || m->steps - before < max_events))
        k->engine->now = until;
    return machine_over(m);
}

bool machine_settle(struct machine *m)
{
    return vfs_settle(&m->kern);
}

bool machine_disk_read(const struct machine *m, uint64_t sector, uint32_t n, void *buf)
{
    const struct blkdev *d = block_medium(&m->kern);

    return d && blk_peek(d, sector, n, buf);
}

void machine_watch_decisions(struct machine *m, void (*fn)(void *ctx), void *ctx)
{
    m->kern.decided = fn;
    m->kern.decided_ctx = ctx;
}

void machine_stop(struct machine *m)
{
    kern_finish(&m->kern, KERN_STOPPED);
    guests_finish(m);
}

enum machine_end machine_over(const struct machine *m)
{
    return (enum machine_end)m->kern.end;
}

ns_t machine_now(const struct machine *m)
{
    return m->kern.engine->now;
}

uint64_t machine_steps(const struct machine *m)
{
    return m->steps;
}

const struct config *machine_config(const struct machine *m)
{
    return m->kern.config;
}

bool machine_input(struct machine *m, uint32_t process, const void *bytes, size_t n)
{
    return programs_input(&m->kern, process, bytes, n);
}

bool machine_resize(struct machine *m, uint32_t process, uint16_t height, uint16_t width)
{
    return programs_resize(&m->kern, process, height, width);
}

void machine_switch_policy(struct machine *m, uint32_t i)
{
    kern_switch_policy(&m->kern, i);
}

void machine_record(struct config *c, void (*refer)(void *ctx, uint64_t key), void *ctx)
{
    c->replacement = (struct replace_config){ .ops = replace_find("lru", 3), .spec = "lru" };
    c->refer = refer;
    c->refer_ctx = ctx;
}

bool machine_needs_input(const struct machine *m)
{
    return kern_needs_input(&m->kern);
}

bool machine_awaits_input(const struct machine *m)
{
    return kern_awaits_input(&m->kern);
}

ns_t machine_next(const struct machine *m)
{
    return kern_next(&m->kern);
}

size_t machine_input_room(const struct machine *m, uint32_t process)
{
    return m->kern.programs ? programs_input_room(&m->kern, process) : 0;
}

size_t machine_output(struct machine *m, tid_t tid, void *buf, size_t size)
{
    return programs_output(&m->kern, tid, buf, size);
}
