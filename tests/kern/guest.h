/* guest.h - run a program, written in assembly in a test, on a machine of its own. */
#ifndef TESTS_KERN_GUEST_H
#define TESTS_KERN_GUEST_H

#include "../suite.h"
#include <asm/asm.h>
#include <formats/workload.h>
#include <fs/iosched.h>
#include <host/pages.h>
#include <kern/gabi.h>
#include <machine/machine.h>
#include <machine/peek.h>
#include <sched/registry.h>
#include <sim/replace.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct guest {
    /* To be set before guest_run; 0: as usual. */
    const char *source;         /* assembly, or... */
    const char *elf;            /* ...a file; its arguments from argv[0] on */
    const char *argv[8];
    const char *policy;         /* "rr:quantum=1ms" */
    const char *input;          /* stdin */
    bool input_open;            /* more may be typed */
    uint32_t frames, cpus, forks, mhz;
    struct cost_config costs;   /* all zero: ideal */
    struct swap_config swap;    /* .frames > 0: a pager, with... */
    const struct replace_ops *replacement;
    ns_t until;                 /* 0: to the end */
    ns_t period;                /* periodic: then so many jobs, which may yield */
    uint64_t jobs;
    enum on_miss on_miss;
    bool yields;
    /* What came of it. */
    char out[1 << 16];
    size_t nout;
    int status, signal;         /* of the first task; -1: has not ended */
    unsigned count[EV_COUNT];
    enum machine_end end;
    ns_t time;
    uint64_t hash;
    /* Its parts. */
    struct config config;
    struct process_config process;
    struct program_config program;
    struct cpu_config cpu[8];
    struct machine *machine;
    void *memory, *image;
    size_t size;                /* of memory */
};

static inline void guest_event(void *ctx, const struct event *e)
{
    struct guest *g = ctx;

    g->count[e->kind]++;
    if (e->kind == EV_EXIT && e->tid == 0) {
        g->status = (int)e->a;
        g->signal = (int)e->b;
    }
    if (e->kind == EV_OUTPUT)
        g->nout += machine_output(g->machine, e->tid, g->out + g->nout,
                                  sizeof g->out - 1 - g->nout);
}

static inline void guest_read(struct guest *g)
{
    FILE *f = fopen(g->elf, "rb");

    ck_assert_msg(f != NULL, "%s", g->elf);
    g->image = malloc(1 << 20);
    g->program.elf = g->image;
    g->program.elf_size = fread(g->image, 1, 1 << 20, f);
    fclose(f);
}

static inline void guest_assemble(struct guest *g)
{
    size_t room = 1 << 22;
    struct asm_result r;

    g->image = malloc(room);
    enum err err = asm_build("test.s", g->source, strlen(g->source), g->image, room, &r);
    ck_assert_msg(!err, "line %u: %s", r.nerrors ? r.error[0].line : 0,
                  r.nerrors ? r.error[0].text : "no room");
    g->program.elf = r.elf;
    g->program.elf_size = r.size;
}

static inline void guest_config(struct guest *g)
{
    static const char *const argv[] = { "test" };
    struct diag diag = { 0 };
    const char *spec = g->policy ? g->policy : "rr:quantum=1ms";
    size_t n = strcspn(spec, ":");

    g->program.path = "test.s";
    g->program.argv = g->elf ? g->argv : argv;
    g->program.argc = 1;
    while (g->elf && g->program.argc < 8 && g->argv[g->program.argc])
        g->program.argc++;
    g->program.stdin_data = (const uint8_t *)g->input;
    g->program.stdin_size = g->input ? strlen(g->input) : 0;
    g->program.stdin_closed = !g->input_open;
    g->process = (struct process_config){ .name = "test", .count = 1, .tickets = 1,
                                          .affinity = UINT64_MAX, .program = &g->program,
                                          .period = g->period, .deadline = g->period,
                                          .jobs = g->jobs, .on_miss = g->on_miss,
                                          .job_yields = g->yields };
    for (unsigned i = 0; i < 8; i++)
        g->cpu[i].mhz = g->mhz ? g->mhz : 1000;
    if (!g->costs.insn[0])
        for (unsigned i = 0; i < INSN_CLASSES; i++)
            g->costs.insn[i] = 1;
    g->config = (struct config){
        .time_unit = 1000000, .unit_name = "ms", .ncpus = g->cpus ? g->cpus : 1,
        .cpus = g->cpu, .costs = g->costs, .smp_skew = 1000, .nprocesses = 1,
        .processes = &g->process, .ntasks = 1, .max_forks = g->forks ? g->forks : 64,
        .memory = { .frames = g->frames ? g->frames : 1024, .tlb_entries = 64,
                    .tlb_ways = 4 },
        .stop_at = NS_MAX, .seed = 7,
    };
    if (g->swap.frames) {
        struct disk_config *d = &g->config.swap.drive;

        g->config.swap = g->swap;
        *d = (struct disk_config){ .model = DISK_FIXED, .latency = 50000, .slots = 32,
                                   .depth = 1, .faults = true, .nbad = g->swap.frames,
                                   .nsectors = g->swap.frames * UINT64_C(8) };
        ck_assert(!iosched_parse(&d->scheduler, "fcfs", 1000000, &diag));
        ck_assert(!replace_parse(&g->config.replacement, g->replacement, "", 1000000, &diag));
    }
    ck_assert_msg(!policy_parse(&g->config.policy, sched_find(spec, n),
                                spec[n] ? spec + n + 1 : "", 1000000, &diag),
                  "%s", diag.text);
}

static inline void guest_open(struct guest *g)
{
    if (g->elf)
        guest_read(g);
    else
        guest_assemble(g);
    guest_config(g);
    g->status = g->signal = -1;
    g->size = machine_size(&g->config);
    g->memory = pages_map(g->size);
    ck_assert_ptr_nonnull(g->memory);
    g->machine = machine_init(g->memory, g->size, &g->config, true);
    stream_subscribe(machine_stream(g->machine), EVENTS_ALL, guest_event, g);
}

static inline void guest_close(struct guest *g)
{
    pages_unmap(g->memory, g->size);
    free(g->image);
}

/* Run what guest_open has opened to its end. */
static inline void guest_finish(struct guest *g)
{
    g->end = machine_run(g->machine, g->until ? g->until : NS_MAX, 0);
    g->time = machine_now(g->machine);
    g->hash = stream_hash(machine_stream(g->machine));
    g->out[g->nout] = 0;
    guest_close(g);
}

static inline void guest_run(struct guest *g)
{
    guest_open(g);
    guest_finish(g);
}

/* Common beginnings and ends of test programs. */
#define SYS(n) "li a7, " #n "\necall\n"
#define EXIT(n) "li a0, " #n "\n" SYS(94)

#endif
