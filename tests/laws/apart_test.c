/* What one machine does changes no byte of another's, and none of what is counted for it.
 *
 * Random pairs of machines with programs that store all over their memory and write files,
 * as guests of one machine. Every byte of their memories and disks, and their clocks, tasks,
 * harts and exits, are looked at after every single step: a step in which one guest, or the
 * machine about its CPU, says something leaves the other's as they are, and no step changes
 * both. At the end, where a guest had harts of its own, its bytes are what they are when its
 * workload is all that there is, and what it said and what is counted for it (time, steal,
 * exits, process numbers, energy) what they are without the other guest.
 */
#include "../suite.h"
#include "../kern/simulate.h"

#include <cpu/cpu.h>
#include <kern/programs.h>
#include <lab/guests.h>
#include <machine/vcpu.h>
#include <sim/blkdev.h>
#include <sim/rng.h>
#include <stat/energy.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 6, GUESTS = 2, TEXT = 1 << 13 };

static rng_t dice;

static unsigned draw(unsigned from, unsigned to)
{
    return from + (unsigned)rng_below(&dice, (uint64_t)to - from + 1);
}

static const char *one_of(const char *const *list, unsigned n)
{
    return list[draw(0, n - 1)];
}

/* --- machines with something to change --- */

/* Stores where a generator says (xorshift), over six pages; after so many stores writes a
 * kilobyte of them to its file, at a place that moves on, and sleeps. */
#define SCRIBBLER \
    "_start: la s0, data\\nli s1, %u\\nli s3, %u\\n" \
    "li a0, -100\\nla a1, name\\nli a2, 2\\nli a3, 0\\nli a7, 56\\necall\\nmv s4, a0\\n" \
    "1: li s2, %u\\n" \
    "2: slli t0, s1, 13\\nxor s1, s1, t0\\nsrli t0, s1, 17\\nxor s1, s1, t0\\nslli t0, s1, 5\\n" \
    "xor s1, s1, t0\\nli t1, 0x5ffc\\nand t1, t1, s1\\nadd t1, t1, s0\\nsw s1, 0(t1)\\n" \
    "addi s2, s2, -1\\nbnez s2, 2b\\n" \
    "mv a0, s4\\nmv a1, s0\\nli a2, 1024\\nli a7, 64\\necall\\n" \
    "li a0, 1\\nli a1, 0\\nla a2, nap\\nli a3, 0\\nli a7, 407\\necall\\n" \
    "addi s3, s3, -1\\nbnez s3, 1b\\nli a0, 0\\nli a7, 93\\necall\\n" \
    ".data\\nname: .asciz \\\"/%c\\\"\\n.align 3\\nnap: .word 0, 0, %u, 0\\n" \
    ".bss\\n.align 3\\ndata: .space 0x6000\\n"

static const char *const policies[] = { "rr:quantum=0.1", "fcfs", "mlfq", "fair", "lottery:quantum=0.3" };
static const char *const modes[] = { "full", "hardware", "para", "simulated" };

/* What it draws is counted. */
#define HART "{\"opps\": [{\"mhz\": 100, \"mw\": 100}], \"idle\": [{\"name\": \"wfi\", \"mw\": 5}]}"

static size_t program(char *out, size_t size, char name)
{
    return (size_t)snprintf(out, size, "{\"name\": \"%c\", \"asm\": \"" SCRIBBLER "\"}", name,
                            draw(1, 1000000), draw(2, 5), draw(50, 900), name, draw(1000, 400000));
}

/* A machine, with a swap space in half of the cases, and then too little memory. */
static const char *machine(char *out)
{
    bool swaps = draw(0, 1);
    size_t n = (size_t)snprintf(out, TEXT, "{\"ossim\": 1, \"seed\": %u, \"machine\": {\"memory\": "
        "{\"frames\": %u}, \"cpus\": [" HART "], %s\"disk\": {\"model\": \"fixed\", \"latency\": 0.05, \"size\": \"128KiB\"}},"
        "\"kernel\": {\"scheduler\": \"%s\", \"files\": {\"/a\": \"\", \"/b\": \"\"}, "
        "\"fs\": {\"journal\": \"none\"}}, \"processes\": [", draw(1, 1000000),
        swaps ? draw(36, 44) : 64, swaps ? "\"swap\": {\"frames\": 64, \"latency\": 0.02}, " : "",
        one_of(policies, 5));

    n += program(out + n, TEXT - n, 'a');
    n += (size_t)snprintf(out + n, TEXT - n, ", ");
    n += program(out + n, TEXT - n, 'b');
    snprintf(out + n, TEXT - n, ", {\"name\": \"c\", \"bursts\": [{\"repeat\": %u, \"do\": [{\"cpu\": "
             "0.2}, {\"io\": 0.1}]}]}]}", draw(1, 5));
    return out;
}

/* The host of such machines; each on a hart of its own, or all on one. Those that are NULL
 * are not there. */
static const char *host(char *out, const char *const of[GUESTS], bool own)
{
    const char *comma = "";
    size_t n = (size_t)snprintf(out, GUESTS * TEXT + TEXT, "{\"ossim\": 1, \"machine\": {\"cpus\": %u},"
        "\"kernel\": {\"scheduler\": \"%s\", \"structure\": {\"model\": \"vm\", \"mode\": \"%s\", "
        "\"guests\": [", own ? GUESTS : 1, one_of(policies, 5), own ? "hardware" : one_of(modes, 4));

    for (unsigned i = 0; i < GUESTS; i++) {
        if (!of[i])
            continue;
        n += (size_t)snprintf(out + n, TEXT + 64, "%s{\"affinity\": [%u], \"workload\": %s}",
                              comma, own ? i : 0, of[i]);
        comma = ", ";
    }
    snprintf(out + n, 16, "]}}}");
    return out;
}

/* --- all bytes of one --- */

struct bytes { uint8_t *memory, *disk; size_t nmemory, ndisk; };

static const uint8_t *memory_of(const struct machine *m)
{
    return cpu_frame(m->kern.programs->cpu, 0);
}

static void take(struct bytes *b, const struct machine *m)
{
    const struct blkdev *d = block_medium(&m->kern);

    if (!b->memory) {
        b->nmemory = (size_t)m->kern.config->memory.frames * PAGE_SIZE;
        b->ndisk = (size_t)d->nsectors * BLK_SECTOR;
        b->memory = malloc(b->nmemory);
        b->disk = malloc(b->ndisk);
    }
    memcpy(b->memory, memory_of(m), b->nmemory);
    ck_assert(blk_peek(d, 0, (uint32_t)d->nsectors, b->disk));
}

static void drop(struct bytes *b)
{
    free(b->memory);
    free(b->disk);
    *b = (struct bytes){ .memory = NULL };
}

/* Is any byte another than in `before`? */
static bool differs(const struct bytes *before, const struct machine *m)
{
    static uint8_t now[1 << 17];
    const struct blkdev *d = block_medium(&m->kern);

    ck_assert_uint_le(before->ndisk, sizeof now);
    ck_assert(blk_peek(d, 0, (uint32_t)d->nsectors, now));
    return memcmp(before->memory, memory_of(m), before->nmemory) != 0 ||
           memcmp(before->disk, now, before->ndisk) != 0;
}

/* --- all else of one, from step to step --- */

enum { TASKS = 8 };

struct inside {                 /* of a guest with one CPU */
    struct guest guest;         /* its machine's clock, and its kernel, are in it */
    struct vcpu vcpu;
    struct hart hart;
    struct task task[TASKS];
    int32_t pid[TASKS];
};

static void enter(struct inside *in, const struct machine *m)
{
    const struct guest *g = m->as_guest;

    memset(in, 0, sizeof *in);
    memcpy(&in->guest, g, sizeof *g);
    in->guest.stirred = false;          /* a list of the outermost machine's */
    memcpy(&in->vcpu, g->vcpu, sizeof in->vcpu);
    memcpy(&in->hart, m->kern.hart, sizeof in->hart);
    ck_assert_uint_le(m->kern.ntasks, TASKS);
    memcpy(in->task, m->kern.task, m->kern.ntasks * sizeof *in->task);
    for (tid_t t = 0; t < m->kern.ntasks; t++) {
        struct peek_task task;

        peek_task(m, t, &task);
        in->pid[t] = task.pid;
    }
}

/* Is it another than before? It is what it is now. */
static bool moved(struct inside *before, const struct machine *m)
{
    static struct inside now;

    enter(&now, m);
    bool other = memcmp(before, &now, sizeof now) != 0;
    *before = now;
    return other;
}

/* --- what is counted for one, at the end --- */

enum { ACCOUNT = 2048 };

__attribute__((format(printf, 2, 3))) static void say(char *out, const char *fmt, ...)
{
    size_t n = strlen(out);
    va_list ap;

    va_start(ap, fmt);
    ck_assert_int_lt(vsnprintf(out + n, ACCOUNT - n, fmt, ap), (int)(ACCOUNT - n));
    va_end(ap);
}

static void say_tasks(char *out, const struct machine *m)
{
    for (tid_t t = 0; t < peek_ntasks(m); t++) {
        struct peek_task p;

        peek_task(m, t, &p);
        say(out, ", task %d: %lld ns, %llu instructions, exit %d", p.pid, (long long)p.received,
            (unsigned long long)p.instructions, p.exit_status);
    }
}

/* Power, time and counters: of what it said, and of what its kernel and its machine know. */
static void account(char out[ACCOUNT], struct guest_books *b)
{
    const struct machine *m = b->machine;
    ns_t now = machine_now(m), user, kernel;
    struct hart_energy hart;
    struct run_metrics r;
    struct peek_guest p;
    struct peek_files f;

    ck_assert(peek_guest(m, &p) && peek_files(m, &f) && metrics_run(b->metrics, now, &r));
    metrics_hart(b->metrics, 0, now, &user, &kernel);
    energy_hart(metrics_energy(b->metrics), 0, now, &hart);
    *out = '\0';
    say(out, "%llx said up to %lld ns, %lld ns of a hart, steal %lld, exits",
        (unsigned long long)stream_hash(&b->stream), (long long)now, (long long)p.received,
        (long long)p.steal);
    for (unsigned i = 0; i < PEEK_EXITS; i++)
        say(out, " %llu", (unsigned long long)p.exits[i]);
    say(out, " in %lld ns; user %lld, kernel %lld, idle %lld in %llu times, %.12g J; ",
        (long long)p.exit_time, (long long)user, (long long)kernel, (long long)hart.in_state[0],
        (unsigned long long)hart.entries[0], hart.joules);
    say(out, "%llu hits, %llu reads, %llu writes, %llu TLB misses, %llu switches, %llu calls, "
        "%llu faults, %llu swapped", (unsigned long long)f.hits, (unsigned long long)f.reads,
        (unsigned long long)f.writes, (unsigned long long)peek_tlb_misses(m),
        (unsigned long long)r.context_switches, (unsigned long long)r.syscalls,
        (unsigned long long)(r.page_faults_minor + r.page_faults_major),
        (unsigned long long)(r.swap_in + r.swap_out));
    say_tasks(out, m);
}

/* --- the law --- */

/* Guests that have said something, and those of whose CPUs the machine has: a bit each. */
struct heard { unsigned by, about; };

static void hear(void *heard, const struct event *e)
{
    struct heard *h = heard;

    if (e->kernel)
        h->by |= 1u << (e->kernel - 1);
    else if (e->tid < GUESTS)
        h->about |= 1u << e->tid;
}

static void look(struct simulation *s, struct bytes of[GUESTS], struct inside in[GUESTS],
                 unsigned *bytes, unsigned *rest)
{
    *bytes = *rest = 0;
    for (unsigned g = 0; g < GUESTS; g++) {
        const struct machine *m = machine_guest(s->machine, g);

        if (differs(&of[g], m)) {
            *bytes |= 1u << g;
            take(&of[g], m);
        }
        if (moved(&in[g], m))
            *rest |= 1u << g;
    }
}

static void watch(struct simulation *s, struct bytes of[GUESTS], unsigned round)
{
    static struct inside in[GUESTS];
    unsigned changes[GUESTS] = { 0 }, bytes, rest;
    struct heard heard;
    bool over = false;

    stream_subscribe_kernel(machine_stream(s->machine), KERNEL_ANY, EVENTS_ALL, hear, &heard);
    for (unsigned g = 0; g < GUESTS; g++) {
        take(&of[g], machine_guest(s->machine, g));
        enter(&in[g], machine_guest(s->machine, g));
    }
    while (!over) {
        heard = (struct heard){ 0, 0 };
        over = machine_run(s->machine, NS_MAX, 1) != MACHINE_RUNNING;
        look(s, of, in, &bytes, &rest);
        ck_assert_msg(bytes != 3, "round %u: one step changed both", round);
        ck_assert_msg(over || !bytes || !(heard.by & ~bytes), "round %u: guest %u did something, and a "
                      "byte of guest %u changed", round, bytes == 1 ? 1 : 0, bytes - 1);
        unsigned of_whom = heard.by | heard.about;
        ck_assert_msg(over || (of_whom ? !(rest & ~of_whom) : rest != 3), "round %u: at %lld ns a "
                      "clock, a task or a count of guest %u changed, of which nothing was said",
                      round, (long long)machine_now(s->machine), rest & ~of_whom & 1 ? 0 : 1);
        for (unsigned g = 0; g < GUESTS; g++)
            changes[g] += bytes >> g & 1;
    }
    for (unsigned g = 0; g < GUESTS; g++)
        ck_assert_msg(changes[g] > 20, "round %u: guest %u changes nothing", round, g);
}

static void alike(const struct bytes *of, const char *text, unsigned round, unsigned g)
{
    struct simulation bare;

    simulate(&bare, text);
    ck_assert_msg(!differs(of, bare.machine), "round %u: guest %u left other bytes behind than "
                  "when it was alone", round, g);
    simulate_close(&bare);
}

/* The same host, and nobody else on it. */
static void alone(const char *together, const char *text, unsigned round, unsigned g)
{
    const char *of[GUESTS] = { [0] = NULL };
    static char one[TEXT + TEXT], out[ACCOUNT];
    struct simulation s;

    of[g] = text;
    simulate_open(&s, host(one, of, true));
    struct guests_books *books = guests_watch(s.machine, NULL, false, GUESTS_NO_CHART);
    machine_run(s.machine, NS_MAX, 0);
    account(out, &books->book[0]);
    ck_assert_msg(strcmp(together, out) == 0, "round %u: guest %u beside another:\n%s\nalone:\n%s",
                  round, g, together, out);
    guests_close(books);
    simulate_close(&s);
}

START_TEST(no_byte_of_another)
{
    static char text[GUESTS][TEXT], all[GUESTS * TEXT + TEXT], out[GUESTS][ACCOUNT];
    const char *of[GUESTS] = { text[0], text[1] };

    for (unsigned n = 0; n < 2 * ROUNDS; n++) {
        struct bytes bytes[GUESTS] = { { .memory = NULL }, { .memory = NULL } };
        struct simulation s;

        dice = rng_stream(n, "apart", 0);
        machine(text[0]);
        machine(text[1]);
        simulate_open(&s, host(all, of, n % 2));
        struct guests_books *books = guests_watch(s.machine, NULL, false, GUESTS_NO_CHART);
        watch(&s, bytes, n);
        for (unsigned g = 0; g < GUESTS; g++)
            account(out[g], &books->book[g]);
        for (unsigned g = 0; g < GUESTS; g++) {
            if (n % 2) {
                alike(&bytes[g], text[g], n, g);
                alone(out[g], text[g], n, g);
            }
            drop(&bytes[g]);
        }
        guests_close(books);
        simulate_close(&s);
    }
}
END_TEST

SUITE(apart, 60, no_byte_of_another)
