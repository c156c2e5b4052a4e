/* bench_cpu.c - million guest instructions a second, kernel by kernel.
 *
 * Only the CPU is measured: a loader of a few lines maps the program into Sv32 page
 * tables, as the kernel would, and any system call but exit gets -ENOSYS. The engines
 * take turns and the best of several turns counts, in CPU time: other load then
 * disturbs the ratios least. That counts and results agree is checked on the way.
 */
#include <cmd/bench_cpu.h>

#include <cmd/cmd.h>
#include <cmd/guest_build.h>
#include <cpu/cpu.h>
#include <cpu/elf.h>
#include <host/clock.h>
#include <host/pages.h>
#include <host/place.h>
#include <sim/arena.h>

#include <inttypes.h>
#include <stat/maths.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FRAMES = 4096, TURNS = 3, STACK_PAGES = 32, SLICE = 10000000,
       CALL_EXIT = 93, CALL_EXIT_GROUP = 94, NO_SUCH_CALL = -38 };
#define STACK_TOP UINT32_C(0x80000000)

/* All but the last make the mean; the last misses the TLB with nearly each access. */
static const char *const kernels[] = { "fib", "sieve", "matmul", "structs", "quicksort",
                                       "sha256", "chase" };
static const char *const engine_names[] = { [CPU_FAST] = "goto", [CPU_SWITCH] = "switch",
                                            [CPU_STEP] = "step" };
enum { NKERNELS = sizeof kernels / sizeof *kernels, NMEAN = NKERNELS - 1, NENGINES = 3 };
enum { TLB = 64, TLB_REACHING = 4096 };         /* entries */

/* A program in a machine of its own. */
struct guest {
    struct memory_config memory;
    struct cost_config costs;
    void *mem;
    size_t size;
    struct cpu *cpu;
    uint32_t satp, next_frame;
    struct cpu_regs regs;
    struct cpu_counts counts;
    bool ended;
    uint32_t status;            /* of exit */
};

/* The frame behind va, a new one if need be; with the rights added. */
static uint8_t *guest_page(struct guest *g, uint32_t va, uint32_t rights)
{
    uint32_t *root = (uint32_t *)(void *)cpu_frame(g->cpu, 0);
    uint32_t *table, *pte = &root[va_index(va, 1)];

    if (!*pte)
        *pte = pte_make(g->next_frame++, PTE_V);
    table = (uint32_t *)(void *)cpu_frame(g->cpu, pte_pfn(*pte));
    pte = &table[va_index(va, 0)];
    if (!*pte)
        *pte = pte_make(g->next_frame++, PTE_V | PTE_U | PTE_A | PTE_D);
    *pte |= rights;
    return cpu_frame(g->cpu, pte_pfn(*pte));
}

static void guest_load(struct guest *g, const struct elf *e)
{
    for (unsigned i = 0; i < e->nsegments; i++) {
        struct elf_segment s = elf_segment(e, i);
        uint32_t rights = (s.read || s.write ? PTE_R : 0u) | (s.write ? PTE_W : 0u) |
                          (s.exec ? PTE_X : 0u);

        for (uint32_t at = 0; at < s.memsz;) {
            uint32_t va = s.vaddr + at, offset = va & (PAGE_SIZE - 1);
            uint32_t n = PAGE_SIZE - offset;
            uint8_t *page = guest_page(g, va, rights);

            if (n > s.memsz - at)
                n = s.memsz - at;
            if (at < s.filesz)
                memcpy(page + offset, s.bytes + at,
                       n < s.filesz - at ? n : s.filesz - at);
            at += n;
        }
    }
    for (uint32_t i = 1; i <= STACK_PAGES; i++)
        guest_page(g, STACK_TOP - i * PAGE_SIZE, PTE_R | PTE_W);
    g->regs.pc = e->entry;
    g->regs.x[2] = STACK_TOP - 256;     /* argc, argv and environment: all zero */
}

static bool guest_init(struct guest *g, const struct elf *e, enum cpu_engine engine,
                       uint32_t tlb_entries)
{
    struct arena a;

    *g = (struct guest){ .memory = { .frames = FRAMES, .tlb_entries = tlb_entries,
                                     .tlb_ways = 4 },
                         .satp = satp_make(1, 0), .next_frame = 1 };
    for (unsigned i = 0; i < INSN_CLASSES; i++)
        g->costs.insn[i] = 1;
    arena_init(&a, NULL, 0);
    cpu_init(&a, &g->memory, &g->costs, 1, 1);
    g->size = a.used;
    g->mem = pages_map(g->size);
    if (!g->mem)
        return false;
    arena_init(&a, g->mem, g->size);
    g->cpu = cpu_init(&a, &g->memory, &g->costs, 1, 1);
    cpu_set_engine(g->cpu, engine);
    guest_load(g, e);
    return true;
}

static void guest_run(struct guest *g, uint64_t instructions)
{
    struct cpu_hart *h = cpu_hart(g->cpu, 0);
    struct cpu_trap trap;
    uint64_t used;

    while (!g->ended && g->counts.instructions < instructions) {
        uint64_t left = instructions - g->counts.instructions;

        if (cpu_run(h, &g->regs, g->satp, left < SLICE ? left : SLICE, &used, &g->counts,
                    &trap) == CPU_BUDGET)
            continue;
        g->status = g->regs.x[10];
        g->ended = trap.cause != CAUSE_ECALL || g->regs.x[17] == CALL_EXIT ||
                   g->regs.x[17] == CALL_EXIT_GROUP;
        if (trap.cause != CAUSE_ECALL)
            g->status = 128 + trap.cause;
        g->regs.x[10] = (uint32_t)NO_SUCH_CALL;
        g->regs.pc += 4;
    }
}

/* The kernel's ELF image, given to free(). Says on stderr what went wrong. */
static const uint8_t *kernel_image(const char *name, struct elf *e)
{
    char shipped[64], path[1024];
    struct diag diag = { 0 };
    const uint8_t *image = NULL;
    size_t size;

    snprintf(shipped, sizeof shipped, "workloads/programs/bench/%s.c", name);
    if (!place_find(shipped, path, sizeof path)) {
        fprintf(stderr, "ossim: bench: %s is not found\n", shipped);
        return NULL;
    }
    if (guest_build_one(path, &image, &size, &diag)) {
        fprintf(stderr, "ossim: bench: %s: %s\n", path, diag.text);
        return NULL;
    }
    elf_open(e, image, size);
    return image;
}

/* --- measuring --- */

struct measure { double mips, seconds; struct cpu_counts counts; };

/* Seconds of one run of at most so many instructions; below 0: it failed. */
static double turn(const char *name, const struct elf *e, enum cpu_engine engine,
                   uint32_t tlb_entries, uint64_t instructions, struct cpu_counts *counts)
{
    struct guest g;

    if (!guest_init(&g, e, engine, tlb_entries)) {
        fprintf(stderr, "ossim: bench: no memory for the guest\n");
        return -1;
    }
    int64_t start = clock_cpu_ns();
    guest_run(&g, instructions);
    double seconds = (double)(clock_cpu_ns() - start) / 1e9;

    *counts = g.counts;
    pages_unmap(g.mem, g.size);
    if (g.ended && g.status) {
        fprintf(stderr, "ossim: bench: %s: wrong result under '%s' (status %" PRIu32 ")\n",
                name, engine_names[engine], g.status);
        return -1;
    }
    return seconds;
}

static bool measure(const char *name, const struct elf *e, unsigned scale,
                    struct measure m[NENGINES])
{
    uint64_t most = UINT64_C(60000000) / scale;

    for (unsigned n = 0; n < TURNS; n++)
        for (unsigned i = 0; i < NENGINES; i++) {
            struct cpu_counts c;
            double s = turn(name, e, (enum cpu_engine)i, TLB, most, &c);
            double mips = s > 0 ? (double)c.instructions / s / 1e6 : 0;

            if (s < 0)
                return false;
            if (mips > m[i].mips)
                m[i] = (struct measure){ mips, s, c };
            if (memcmp(&c, &m[0].counts, sizeof c) != 0) {
                fprintf(stderr, "ossim: bench: %s: engines do not count alike\n", name);
                return false;
            }
        }
    return true;
}

/* What a miss takes beside the memory's own time: the same accesses under a TLB that
 * reaches over all of them take less by the misses. ns; 0: it could not be measured. */
static double miss_ns(const char *name, const struct elf *e, unsigned scale,
                      const struct measure *missing)
{
    double best = -1;
    struct cpu_counts c;

    for (unsigned n = 0; n < TURNS; n++) {
        double s = turn(name, e, CPU_FAST, TLB_REACHING, UINT64_C(60000000) / scale, &c);

        if (s < 0)
            return 0;
        best = best < 0 || s < best ? s : best;
    }
    return (missing->seconds - best) * 1e9
           / (double)(missing->counts.tlb_misses - c.tlb_misses);
}

static void print_line(const char *name, const double mips[NENGINES],
                       const struct cpu_counts *c, double miss)
{
    printf("{\"bench\": \"cpu\", \"kernel\": \"%s\"", name);
    if (c)
        printf(", \"instructions\": %" PRIu64 ", \"tlb_misses\": %" PRIu64,
               c->instructions, c->tlb_misses);
    for (unsigned i = 0; i < NENGINES; i++)
        printf(", \"%s_mips\": %.1f", engine_names[i], mips[i]);
    printf(", \"ratio\": %.2f", mips[CPU_FAST] / mips[CPU_STEP]);
    if (miss > 0)
        printf(", \"ns_per_tlb_miss\": %.1f", miss);
    printf("}\n");
    fflush(stdout);
}

int bench_cpu(unsigned scale)
{
    double logs[NENGINES] = { 0 }, mean[NENGINES];

    for (unsigned k = 0; k < NKERNELS; k++) {
        struct measure m[NENGINES] = { 0 };
        double mips[NENGINES];
        struct elf e;
        const uint8_t *image = kernel_image(kernels[k], &e);

        if (!image)
            return EXIT_RUN_FAILED;

        bool ok = measure(kernels[k], &e, scale, m);
        double miss = ok && k >= NMEAN ? miss_ns(kernels[k], &e, scale, &m[CPU_FAST]) : 0;

        free((void *)(uintptr_t)image);
        if (!ok)
            return EXIT_RUN_FAILED;
        for (unsigned i = 0; i < NENGINES; i++) {
            mips[i] = m[i].mips;
            logs[i] += k < NMEAN ? maths_log(mips[i]) : 0;
        }
        print_line(kernels[k], mips, &m[0].counts, miss);
    }
    for (unsigned i = 0; i < NENGINES; i++)
        mean[i] = maths_exp(logs[i] / NMEAN);
    print_line("geometric mean", mean, NULL, 0);
    return EXIT_DONE;
}

int bench_cpu_once(const char *kernel, const char *engine, uint64_t instructions)
{
    unsigned i = 0;
    struct elf e;
    struct guest g;

    while (i < NENGINES && strcmp(engine, engine_names[i]) != 0)
        i++;
    if (i == NENGINES) {
        fprintf(stderr, "ossim: bench: no engine '%s' (goto, switch, step)\n", engine);
        return EXIT_BAD_INPUT;
    }

    const uint8_t *image = kernel_image(kernel, &e);

    if (!image)
        return EXIT_RUN_FAILED;
    bool ok = guest_init(&g, &e, (enum cpu_engine)i, TLB);

    if (ok) {
        guest_run(&g, instructions);
        printf("%" PRIu64 "\n", g.counts.instructions);
        pages_unmap(g.mem, g.size);
    }
    free((void *)(uintptr_t)image);
    return ok ? EXIT_DONE : EXIT_RUN_FAILED;
}
