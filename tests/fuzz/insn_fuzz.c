/* insn_fuzz.c - arbitrary words as a program: nothing undefined, and all engines alike.
 *
 * The first bytes choose TLB, costs, budget and registers; the rest is code, in a page
 * that may be written, with data, read-only and absent pages around and all of memory
 * as a megapage, tables included. Every engine and the reference run it in slices; any
 * difference aborts. Driven by libFuzzer, or with -DFUZZ_REPLAY over named files.
 */
#include "found.h"

#include "../cpu/reference.c"
#include "../cpu/rig.h"

#include <stdio.h>

enum { FRAMES = 24, CODE = 0x10000, DATA = 0x20000, MEGA = 0x00c00000, HEAD = 16,
       NENGINES = 3, SLICES = 12, MAX_TRAPS = 40 };

#define REQUIRE(cond) ((cond) ? (void)0 : broken(#cond, __LINE__))

static _Noreturn void broken(const char *cond, int line)
{
    fprintf(stderr, "insn_fuzz.c:%d: does not hold: %s\n", line, cond);
    abort();
}

static void build(struct rig *r, enum cpu_engine e, const uint8_t *head,
                  const uint8_t *code, size_t n)
{
    *r = (struct rig){ .memory = { .frames = FRAMES, .tlb_ways = 1u << (head[0] & 3),
                                   .svadu = head[0] & 4 } };
    r->memory.tlb_entries = r->memory.tlb_ways << (head[0] >> 3 & 3);
    for (unsigned i = 0; i < INSN_CLASSES; i++)
        r->costs.insn[i] = 1 + (head[1] & 1 ? (head[2] + i) % 7 : 0);
    r->costs.taken_branch = head[1] >> 1 & 3;
    r->costs.misaligned = head[1] >> 3 & 7;
    r->costs.tlb_walk_level = head[1] >> 6;
    rig_build(r, 1);
    cpu_set_engine(r->cpu, e);
    memcpy(rig_words(r, rig_map(r, CODE, RIG_RWX)), code, n);
    rig_map(r, CODE + PAGE_SIZE, RIG_RX);
    rig_map(r, DATA, RIG_RW);
    rig_map(r, DATA + PAGE_SIZE, RIG_RW & ~(PTE_A | PTE_D));
    rig_map(r, DATA + 2 * PAGE_SIZE, RIG_RX);
    rig_words(r, RIG_ROOT)[va_index(MEGA, 1)] = pte_make(0, RIG_RWX);
    r->regs.pc = CODE;
    for (unsigned k = 1; k < 32; k++) {
        static const uint32_t base[] = { CODE, DATA, DATA + PAGE_SIZE, MEGA };

        r->regs.x[k] = k & 1 ? base[k / 2 % 4] + head[4 + k % 12] * 16u : head[4 + k % 12];
    }
}

static void ref_init(struct ref_hart *h, struct rig *r, uint8_t *bytes)
{
    const uint32_t *c = r->costs.insn;

    memcpy(bytes, physmem_frame(cpu_memory(r->cpu), 0), FRAMES * PAGE_SIZE);
    *h = (struct ref_hart){
        .mem = { bytes, FRAMES * PAGE_SIZE }, .pc = CODE, .satp = rig_satp(),
        .svadu = r->memory.svadu, .nways = r->memory.tlb_ways,
        .nsets = r->memory.tlb_entries / r->memory.tlb_ways,
        .cost = { c[INSN_ALU], c[INSN_MUL], c[INSN_DIV], c[INSN_LOAD], c[INSN_STORE],
                  c[INSN_BRANCH], c[INSN_JUMP], c[INSN_AMO], c[INSN_CSR], c[INSN_FENCE],
                  r->costs.taken_branch, r->costs.misaligned, r->costs.tlb_walk_level },
    };
    memcpy(h->x, r->regs.x, sizeof h->x);
}

/* One slice of the reference; true if it trapped. */
static bool run_ref(struct ref_hart *h, uint64_t budget)
{
    uint64_t start = h->cycles;

    while (h->cycles - start < budget)
        if (!ref_step(h))
            return true;
    return false;
}

static void same(const struct rig *r, const struct ref_hart *h, bool trapped)
{
    REQUIRE(r->regs.pc == h->pc);
    REQUIRE(memcmp(r->regs.x, h->x, sizeof h->x) == 0);
    REQUIRE(r->counts.cycles == h->cycles && r->counts.instructions == h->instret);
    REQUIRE(r->counts.loads == h->loads && r->counts.stores == h->stores);
    REQUIRE(r->counts.misaligned == h->misaligned);
    REQUIRE(r->counts.tlb_hits == h->hits && r->counts.tlb_misses == h->misses);
    REQUIRE(!trapped ||
            (r->trap.cause == (uint32_t)h->cause && r->trap.tval == h->tval));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t bytes[FRAMES * PAGE_SIZE];
    struct rig rig[NENGINES];
    struct ref_hart ref;
    size_t n = size < HEAD ? 0 : size - HEAD;

    if (n == 0 || n > PAGE_SIZE)
        return 0;
    for (unsigned i = 0; i < NENGINES; i++)
        build(&rig[i], (enum cpu_engine)i, data, data + HEAD, n);
    ref_init(&ref, &rig[0], bytes);
    for (unsigned slice = 0, traps = 0; slice < SLICES && traps < MAX_TRAPS; slice++) {
        uint64_t budget = 1 + (uint64_t)data[3 + slice % 12] * (slice % 3 ? 1 : 8);
        bool trapped = run_ref(&ref, budget);

        for (unsigned i = 0; i < NENGINES; i++) {
            cpu_set_time(rig[i].hart, (ns_t)cpu_cycles(rig[i].hart), 1000, 1000);
            REQUIRE((rig_run(&rig[i], budget) != CPU_BUDGET) == trapped);
            same(&rig[i], &ref, trapped);
            rig[i].regs.pc += trapped ? 4 : 0;
        }
        ref.pc += trapped ? 4 : 0;
        traps += trapped;
        slice -= trapped;
    }
    for (unsigned i = 0; i < NENGINES; i++) {
        REQUIRE(memcmp(bytes, physmem_frame(cpu_memory(rig[i].cpu), 0), sizeof bytes) == 0);
        rig_free(&rig[i]);
    }
    return 0;
}

#ifdef FUZZ_REPLAY
int main(int argc, char **argv)
{
    static uint8_t buf[HEAD + PAGE_SIZE + 1];

    for (int i = 1; i < argc; i++) {
        FILE *f = fopen(argv[i], "rb");

        if (!f)
            return 1;
        LLVMFuzzerTestOneInput(buf, fread(buf, 1, sizeof buf, f));
        fclose(f);
    }
    return 0;
}
#endif
