/* What one machine does changes no byte of another's.
 *
 * Random pairs of machines with programs that store all over their memory and write files,
 * as guests of one machine. Every byte of their memories and disks is looked at after every
 * single step: a step in which one guest says something leaves the other's as they are, and no
 * step changes both. At the end, where a guest had harts of its own, they are what they are
 * when its workload is all that there is.
 */
#include "../suite.h"
#include "../kern/simulate.h"

#include <cpu/cpu.h>
#include <kern/programs.h>
#include <machine/inside.h>
#include <sim/blkdev.h>
#include <sim/rng.h>

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
        "{\"frames\": %u}, %s\"disk\": {\"model\": \"fixed\", \"latency\": 0.05, \"size\": \"128KiB\"}},"
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

/* The host of such machines; each on a hart of its own, or all on one. */
static const char *host(char *out, const char *const of[GUESTS], bool own)
{
    size_t n = (size_t)snprintf(out, GUESTS * TEXT + TEXT, "{\"ossim\": 1, \"machine\": {\"cpus\": %u},"
        "\"kernel\": {\"scheduler\": \"%s\", \"structure\": {\"model\": \"vm\", \"mode\": \"%s\", "
        "\"guests\": [", own ? GUESTS : 1, one_of(policies, 5), own ? "hardware" : one_of(modes, 4));

    for (unsigned i = 0; i < GUESTS; i++)
        n += (size_t)snprintf(out + n, TEXT + 64, "%s{\"affinity\": [%u], \"workload\": %s}",
                              i ? ", " : "", own ? i : 0, of[i]);
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

/* --- the law --- */

/* Guests that have said something: a bit each. */
static void hear(void *spoke, const struct event *e)
{
    if (e->kernel)
        *(unsigned *)spoke |= 1u << (e->kernel - 1);
}

static void watch(struct simulation *s, struct bytes of[GUESTS], unsigned round)
{
    unsigned changes[GUESTS] = { 0 }, spoke = 0;
    bool over = false;

    stream_subscribe_kernel(machine_stream(s->machine), KERNEL_ANY, EVENTS_ALL, hear, &spoke);
    for (unsigned g = 0; g < GUESTS; g++)
        take(&of[g], machine_guest(s->machine, g));
    while (!over) {
        unsigned changed = 0;

        spoke = 0;
        over = machine_run(s->machine, NS_MAX, 1) != MACHINE_RUNNING;

        for (unsigned g = 0; g < GUESTS; g++)
            if (differs(&of[g], machine_guest(s->machine, g)))
                changed |= 1u << g;
        ck_assert_msg(changed != 3, "round %u: one step changed both", round);
        ck_assert_msg(over || !changed || !(spoke & ~changed), "round %u: guest %u did something, and a "
                      "byte of guest %u changed", round, changed == 1 ? 1 : 0, changed - 1);
        for (unsigned g = 0; g < GUESTS; g++)
            if (changed >> g & 1) {
                take(&of[g], machine_guest(s->machine, g));
                changes[g]++;
            }
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

START_TEST(no_byte_of_another)
{
    static char text[GUESTS][TEXT], all[GUESTS * TEXT + TEXT];
    const char *of[GUESTS] = { text[0], text[1] };

    for (unsigned n = 0; n < 2 * ROUNDS; n++) {
        struct bytes bytes[GUESTS] = { { .memory = NULL }, { .memory = NULL } };
        struct simulation s;

        dice = rng_stream(n, "apart", 0);
        machine(text[0]);
        machine(text[1]);
        simulate_open(&s, host(all, of, n % 2));
        watch(&s, bytes, n);
        for (unsigned g = 0; g < GUESTS; g++) {
            if (n % 2)
                alike(&bytes[g], text[g], n, g);
            drop(&bytes[g]);
        }
        simulate_close(&s);
    }
}
END_TEST

SUITE(apart, 60, no_byte_of_another)
