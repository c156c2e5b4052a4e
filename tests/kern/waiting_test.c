/* Waiting anywhere changes only times: a made-up memory that puts requests off at random,
 * at every place where it may, under programs that say what they see. */
#include "../suite.h"
#include "guest.h"

#include <kern/body.h>
#include "../../src/kern/load.h"
#include "../../src/kern/pages.h"
#include <machine/inside.h>

/* One step in `odds` is put off, for up to 100 us, or until somebody says that memory is
 * ready; a page is then good for one step. */
struct whim {
    rng_t rng;
    unsigned odds, waits;
    unsigned *by_step;          /* of all runs */
};

static bool shut(void *ctx, enum mm_step step, const struct aspace *as, uint32_t va,
                 ns_t *after)
{
    struct whim *w = ctx;

    (void)as, (void)va;
    if (rng_next(&w->rng) % w->odds)
        return false;
    w->waits++;
    w->by_step[step]++;
    *after = 1 + (ns_t)(rng_next(&w->rng) % 100000);
    return true;
}

/* What is left when a run is over: nothing that a request held. */
static void check_nothing_held(const struct kern *k)
{
    const struct programs *ps = k->programs;

    for (uint32_t i = 0; i < ps->nthreads; i++)
        ck_assert_int_eq(ps->thread[i].request.npins, 0);
    for (uint32_t i = 0; i < EXEC_BUFFERS; i++)
        ck_assert(!ps->exec[i].used);
    for (uint32_t i = 0; i < ps->mem->mm.frames.fresh; i++)
        ck_assert_int_eq(ps->mem->mm.frames.pins[i], 0);
    for (uint32_t i = 0; i < ps->mem->mm.naspaces; i++)
        ck_assert(!ps->mem->mm.aspace[i].id);
    ck_assert(frames_check(&ps->mem->mm.frames));
    ck_assert_uint_eq(ps->mem->pinner, TID_NONE);
}

static void run_whimsically(struct guest *g, struct whim *w)
{
    guest_open(g);
    g->machine->kern.programs->mem->mm.gate = (struct mm_gate){ shut, w };
    while (!(g->end = machine_run(g->machine, NS_MAX, 1000)))
        ck_assert(kern_check(&g->machine->kern));
    g->out[g->nout] = 0;
    if (g->end == MACHINE_DONE)
        check_nothing_held(&g->machine->kern);
    guest_close(g);
}

struct sample {
    const char *file, *input;
    const char *argv[4];
};

static const struct sample samples[] = {
    { .file = "workloads/programs/hello.s" }, { .file = "workloads/programs/fib.s" },
    { .file = "workloads/programs/fault.s" },
    { .file = "workloads/programs/cat.c", .input = "one line\nand another\n" },
    { .file = "workloads/programs/echo.c", .argv = { "a", "bc", "two words" } },
    { .file = "workloads/programs/forktree.c" }, { .file = "workloads/programs/pipe.c" },
    { .file = "workloads/programs/signals.c" }, { .file = "workloads/programs/threads.c" },
    { .file = "tests/programs/fork.c" }, { .file = "tests/programs/signals.c" },
    { .file = "tests/programs/files.c" }, { .file = "tests/programs/memory.c" },
    { .file = "tests/programs/threads.c" }, { .file = "tests/programs/hostile.c" },
};

static struct guest *guest_for(const struct sample *s, const char *elf, unsigned cpus)
{
    struct guest *g = calloc(1, sizeof *g);

    g->elf = elf;
    g->input = s->input;
    g->cpus = cpus;
    g->frames = 4096;
    g->argv[0] = s->file;
    memcpy(&g->argv[1], s->argv, sizeof s->argv);
    return g;
}

static bool can_build(void)
{
    return system("command -v riscv64-unknown-elf-gcc >/dev/null || "
                  "command -v riscv32-unknown-elf-gcc >/dev/null") == 0;
}

static void try_sample(const struct sample *s, const char *elf, unsigned seed,
                       unsigned *by_step)
{
    struct guest *calm = guest_for(s, elf, 1 + seed % 2), *g = guest_for(s, elf, 1 + seed % 2);
    struct whim w = { .rng = rng_stream(seed, s->file, 0), .odds = 2 + seed,
                      .by_step = by_step };

    guest_run(calm);
    run_whimsically(g, &w);
    ck_assert_msg(g->end == MACHINE_DONE, "%s, seed %u: ends with %d", s->file, seed, g->end);
    ck_assert_msg(g->status == calm->status && g->signal == calm->signal,
                  "%s, seed %u: %d/%d instead of %d/%d, after %u waits, with \"%s\"",
                  s->file, seed, g->status, g->signal, calm->status, calm->signal, w.waits,
                  g->out);
    ck_assert_msg(strcmp(g->out, calm->out) == 0, "%s, seed %u: \"%s\" instead of \"%s\"",
                  s->file, seed, g->out, calm->out);
    ck_assert_uint_gt(w.waits, 0);
    free(calm);
    free(g);
}

START_TEST(waiting_changes_only_times)
{
    char elf[] = "/tmp/ossim-waiting-XXXXXX", command[200];
    unsigned by_step[MM_STEP_FORK + 1] = { 0 };
    int fd = mkstemp(elf);

    ck_assert_int_ge(fd, 0);
    for (unsigned i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        const struct sample *s = &samples[i];

        if (s->file[strlen(s->file) - 1] == 'c' && !can_build())
            continue;           /* run.py says so, loudly */
        snprintf(command, sizeof command, "./ossim asm %s -o %s", s->file, elf);
        ck_assert_int_eq(system(command), 0);
        for (unsigned seed = 0; seed < 2; seed++)
            try_sample(s, elf, seed, by_step);
    }
    remove(elf);
    for (unsigned i = 0; can_build() && i <= MM_STEP_FORK; i++)
        ck_assert_uint_gt(by_step[i], 10);
}
END_TEST

/* --- a made-up body: 3 ms of something that has to run to find out --- */

static void idle_born(struct kern *k, tid_t tid)
{
    k->task[tid].left = NS_MAX;
}

static bool idle_begin(struct kern *k, tid_t tid)
{
    k->task[tid].own = 3000000;         /* ns to go */
    return true;
}

static void idle_finish(struct kern *k, tid_t tid)
{
    task_exit(k, tid, 7, 0);
}

static bool idle_woken(struct kern *k, tid_t tid)
{
    (void)k, (void)tid;
    return true;
}

static void idle_run(struct kern *k, unsigned h, ns_t to)
{
    struct task *t = &k->task[k->hart[h].running];
    ns_t span = to - k->hart[h].local, ran = span < t->own ? span : t->own;

    k->hart[h].local += ran;
    t->own -= (uint32_t)ran;
    if (!t->own)
        hart_stop_here(k, h);
}

static bool idle_wants_kernel(const struct kern *k, tid_t tid)
{
    return !k->task[tid].own;
}

static void idle_stopped(struct kern *k, unsigned h)
{
    if (k->task[k->hart[h].running].own)
        hart_set_stop(k, h);
    else
        idle_finish(k, k->hart[h].running);
}

static const struct body_ops made_up = {
    .name = "idle", .born = idle_born, .begin = idle_begin, .finish = idle_finish,
    .woken = idle_woken, .run = idle_run, .wants_kernel = idle_wants_kernel,
    .stopped = idle_stopped,
};

static const char two_tasks[] =
    "{\"ossim\":1,\"kernel\":{\"scheduler\":\"rr:quantum=2\"},\"processes\":["
    "{\"name\":\"A\",\"cpu\":3},{\"name\":\"B\",\"cpu\":3}]}";

#include "simulate.h"

START_TEST(a_body_is_its_ops)
{
    struct simulation bursts, own;
    char a[200], b[200];

    simulate(&bursts, two_tasks);
    simulate_open(&own, two_tasks);
    own.machine->kern.body[BODY_BURST] = &made_up;
    own.end = machine_run(own.machine, NS_MAX, 0);
    ck_assert_int_eq(own.end, MACHINE_DONE);
    ck_assert_str_eq(simulation_gantt(&own, a, sizeof a),
                     simulation_gantt(&bursts, b, sizeof b));
    ck_assert_str_eq(a, "A 0-2 B 2-4 A 4-5 B 5-6");
    simulate_close(&own);
    simulate_close(&bursts);
}
END_TEST

#define FORK "li a0, 17\nli a1, 0\n" SYS(220)
#define REAP "li a0, -1\nla a1, status\nli a2, 0\nli a3, 0\n" SYS(260)

/* Nine children execve with a string of 1 to 9 characters each, and end with the length of
 * the one that they are given; the parent adds up. */
static const char nine_execs[] =
        "_start: lw t0, 0(sp)\nli t1, 2\nbeq t0, t1, again\n"
        "li s0, 0\n"
        "1: " FORK "beqz a0, child\naddi s0, s0, 1\nli t0, 9\nbne s0, t0, 1b\n"
        "li s1, 0\n"
        "2: " REAP "bltz a0, 3f\n"
        "lw t0, status\nsrli t0, t0, 8\nadd s1, s1, t0\nj 2b\n"
        "3: mv a0, s1\n" SYS(94)
        "child: la t0, word\naddi s0, s0, 1\n"
        /* a string of s0 characters, so that all are of unlike length */
        "mv t1, s0\nli t2, 0x78\n4: sb t2, 0(t0)\naddi t0, t0, 1\naddi t1, t1, -1\nbnez t1, 4b\n"
        "la a0, path\nla a1, argv\nli a2, 0\n" SYS(221) EXIT(99)
        "again: lw t0, 8(sp)\nli a0, 0\n"
        "5: lbu t1, 0(t0)\nbeqz t1, 6f\naddi a0, a0, 1\naddi t0, t0, 1\nj 5b\n"
        "6: " SYS(94)
        ".data\n.balign 4\nargv: .word path, word, 0\nstatus: .word 0\n"
        "path: .asciz \"test.s\"\nword: .zero 32\n";
#undef FORK
#undef REAP

/* More of them at the same time than there are buffers for what they pass on, and each may
 * have to wait in the middle of it. */
START_TEST(many_execve_at_once)
{
    unsigned by_step[MM_STEP_FORK + 1] = { 0 };

    for (unsigned seed = 0; seed < 8; seed++) {
        struct guest *g = calloc(1, sizeof *g);
        struct whim w = { .rng = rng_stream(seed, "execs", 0), .odds = 2 + seed % 4,
                          .by_step = by_step };

        g->source = nine_execs;
        g->cpus = 1 + seed % 2;
        g->policy = "rr:quantum=1us";
        run_whimsically(g, &w);
        ck_assert_int_eq(g->end, MACHINE_DONE);
        ck_assert_int_eq(g->status, 1 + 2 + 3 + 4 + 5 + 6 + 7 + 8 + 9);
        ck_assert_uint_gt(w.waits, 0);
        free(g);
    }
}
END_TEST

SUITE(waiting, 120, waiting_changes_only_times, a_body_is_its_ops, many_execve_at_once)
