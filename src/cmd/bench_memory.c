/* bench_memory.c - see bench_memory.h */
#include <cmd/bench_memory.h>

#include <cmd/bench_machine.h>
#include <cmd/cmd.h>
#include <cmd/vocab.h>
#include <machine/machine.h>

#include <inttypes.h>
#include <stdio.h>

enum { ROUNDS = 1000, PAGES = 4096, FRAMES = 8192, TRIES = 3 };

/* Maps so many bytes of zeros, writes to each page, and unmaps them; again and again. */
static const char toucher[] =
    "_start: li s0, %u\\n"
    "1: li a0, 0\\n li a1, %u\\n li a2, 3\\n li a3, 0x22\\n li a4, -1\\n li a5, 0\\n"
    " li a7, 222\\n ecall\\n"
    " mv t0, a0\\n li t1, %u\\n add t1, t1, t0\\n li t2, 4096\\n"
    "2: sb zero, 0(t0)\\n add t0, t0, t2\\n bltu t0, t1, 2b\\n"
    " li a1, %u\\n li a7, 215\\n ecall\\n"
    " addi s0, s0, -1\\n bnez s0, 1b\\n"
    " li a0, 0\\n li a7, 93\\n ecall\\n";

static struct config *machine_of(struct vocabulary *v, uint32_t frames, const char *swap,
                                 unsigned rounds)
{
    char text[2048], code[1024];
    unsigned bytes = PAGES * 4096;

    snprintf(code, sizeof code, toucher, rounds, bytes, bytes, bytes);
    snprintf(text, sizeof text, "{\"ossim\": 1, \"machine\": {\"memory\": {\"frames\": %" PRIu32
             "}%s}, \"processes\": [{\"name\": \"toucher\", \"asm\": \"%s\"}]}", frames, swap,
             code);
    return bench_load(v, text);
}

/* The best of three: others use the machine too. */
static bool faults(struct vocabulary *v, const char *swap, const char *what, unsigned scale)
{
    unsigned rounds = ROUNDS / scale;
    struct config *c = machine_of(v, FRAMES, swap, rounds);
    double best = -1, faults = (double)rounds * PAGES;

    for (unsigned i = 0; c && i < TRIES; i++) {
        double s = bench_seconds(c, NULL, NULL, NULL);

        if (s > 0 && (best < 0 || s < best))
            best = s;
    }
    workload_free(c);
    if (best < 0)
        return false;
    printf("{\"bench\": \"mm\", \"what\": \"minor faults, %s\", \"faults\": %.0f, \"seconds\": "
           "%.3f, \"faults_per_s\": %.0f}\n", what, faults, best, faults / best);
    return true;
}

/* What a frame takes besides its bytes. */
static bool metadata(struct vocabulary *v, const char *swap, const char *what)
{
    const uint32_t n = 1u << 18;
    struct config *c[2] = { machine_of(v, n, swap, 1), machine_of(v, 2 * n, swap, 1) };
    bool good = c[0] && c[1];

    if (good)
        printf("{\"bench\": \"mm\", \"what\": \"metadata, %s\", \"bytes_per_frame\": %.2f}\n", what,
               (double)(machine_size(c[1]) - machine_size(c[0])) / n - 4096);
    workload_free(c[0]);
    workload_free(c[1]);
    return good;
}

static bool large(struct vocabulary *v)
{
    struct config *c = machine_of(v, 1u << 20, "", 1);
    size_t touched = 0;
    double s = c ? bench_seconds(c, NULL, NULL, &touched) : -1;

    if (s >= 0)
        printf("{\"bench\": \"mm\", \"what\": \"4 GiB, of which a program uses 16 MiB\", "
               "\"configured_bytes\": %zu, \"used_bytes\": %zu, \"seconds\": %.3f}\n",
               machine_size(c), touched, s);
    workload_free(c);
    return s >= 0;
}

int bench_memory(unsigned scale)
{
    static const char swap[] = ", \"swap\": {\"frames\": 8192}";
    struct vocabulary *v = vocab_open();
    bool good = v && faults(v, "", "no swap", scale) && faults(v, swap, "with swap", scale) &&
                metadata(v, "", "no swap") && metadata(v, swap, "with swap") && large(v);

    fflush(stdout);
    if (v)
        vocab_close(v);
    return good ? EXIT_DONE : EXIT_OUR_FAULT;
}
