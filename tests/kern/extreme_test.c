/* Every system call with arguments that no honest program gives: signs, limits, addresses at
 * the end of everything, and memory full of the same. The machine says no and goes on; the
 * sanitizers watch (make asan). A call is made by a process of its own, which may wait for
 * ever, kill all others, or itself. */
#include "../suite.h"

#include <cmd/vocab.h>
#include <formats/workload.h>
#include <host/pages.h>
#include <machine/inside.h>
#include <sim/rng.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALLS = 24, SEEDS = 2, WORDS = 64, STEPS = 1000, TEXT = 1 << 16 };

static const uint32_t numbers[] = {
#define SYSCALL(number, ...) number,
#include <ossim/syscall.def>
#undef SYSCALL
};

/* 0x20000000 and the like are nowhere; "data" and "end" are put in for these two. */
enum { DATA = 0x11111111, END = 0x22222222 };
static const uint32_t values[] = {
    0, 1, 2, 3, 4, 8, 17, 64, 4095, 4096, 65536, 0x7fffffff, 0x80000000, 0x80000001,
    0xffffffff, 0xfffffffe, 0xffffff9c /* AT_FDCWD */, 0xfffff000, 0x3fffffff, 0x40000000,
    0x20000000, 0xbffffffc, DATA, DATA, DATA, DATA + 2, END - 4, END - 1, END, 999999999, 1000000000,
};

static uint32_t any(rng_t *rng)
{
    return values[rng_next(rng) % (sizeof values / sizeof *values)];
}

static void print_value(FILE *f, uint32_t v)
{
    if (v >= DATA && v < DATA + 16)
        fprintf(f, " data + %u", v - DATA);
    else if (v >= END - 16 && v <= END)
        fprintf(f, " end - %u", END - v);
    else
        fprintf(f, " 0x%x", v);
}

/* Forks for each row of the table, and the child makes its call. */
static const char driver[] =
    "_start: la s0, rows\\nla s1, rows_end\\n"
    "next: li a0, 17\\nli a1, 0\\nli a2, 0\\nli a3, 0\\nli a4, 0\\nli a7, 220\\necall\\n"
    "beqz a0, child\\n"
    "li a7, 124\\necall\\n"
    "addi s0, s0, 28\\nbne s0, s1, next\\n"
    "li a0, 0\\nli a7, 93\\necall\\n"
    "child: lw a7, 0(s0)\\nlw a0, 4(s0)\\nlw a1, 8(s0)\\nlw a2, 12(s0)\\n"
    "lw a3, 16(s0)\\nlw a4, 20(s0)\\nlw a5, 24(s0)\\necall\\n"
    "li a0, 0\\nli a7, 93\\necall\\n"
    ".data\\n.align 12\\nrows:\\n";

static char *workload(uint32_t number, rng_t *rng)
{
    char *text = malloc(TEXT);
    FILE *f = fmemopen(text, TEXT, "w");

    fprintf(f, "{\"ossim\": 1, \"machine\": {\"cpus\": 2, \"memory\": {\"frames\": 1024},"
            " \"disk\": {\"model\": \"fixed\", \"size\": \"256KiB\"}},"
            " \"kernel\": {\"files\": {\"/f\": \"text\", \"/d/g\": \"more\"}}, \"stop\": {\"at\": 40},"
            " \"processes\": [{\"name\": \"x\", \"stdin\": \"typed\", \"asm\": \"%s", driver);
    for (unsigned i = 0; i < CALLS; i++) {
        fprintf(f, ".word %u", number);
        for (unsigned a = 0; a < 6; a++) {
            fputc(',', f);
            print_value(f, any(rng));
        }
        fputs("\\n", f);
    }
    fputs("rows_end:\\ndata:\\n", f);
    for (unsigned i = 0; i < WORDS; i++) {
        fputs(".word", f);
        print_value(f, any(rng));
        fputs("\\n", f);
    }
    fputs(".asciz \\\"/f\\\"\\n.balign 4096\\nend:\\n\"}]}", f);
    fclose(f);
    return text;
}

static void try_call(struct vocabulary *v, uint32_t number, unsigned seed)
{
    rng_t rng = rng_stream(seed, "extreme", number);
    char *text = workload(number, &rng);
    struct config *c = NULL;
    struct diag *diags = NULL;
    size_t n = 0;
    enum machine_end end;

    enum err err = workload_load("w.json", text, strlen(text), "", v, NULL, 0, &c, &diags, &n);
    ck_assert_msg(!err, "call %u: %s", number, n ? diags[0].text : "?");
    size_t size = machine_size(c);
    void *memory = pages_map(size);
    struct machine *m = machine_init(memory, size, c, true);
    while (!(end = machine_run(m, NS_MAX, STEPS)) && !machine_needs_input(m))
        ck_assert_msg(kern_check(&m->kern), "call %u, seed %u", number, seed);
    ck_assert_msg(end != MACHINE_PANIC && end != MACHINE_LIVELOCK,
                  "call %u, seed %u: ends with %d", number, seed, end);
    pages_unmap(memory, size);
    workload_free(c);
    free(diags);
    free(text);
}

START_TEST(extreme_arguments_do_no_harm)
{
    struct vocabulary *v = vocab_open();

    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        for (unsigned seed = 0; seed < SEEDS; seed++)
            try_call(v, numbers[i], seed);
    vocab_close(v);
}
END_TEST

SUITE(extreme, 60, extreme_arguments_do_no_harm)
