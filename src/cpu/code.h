/* cpu/code.h - decoded pages: what the fast engines run from.
 *
 * A page is decoded for a frame at a virtual address (so that addresses in it are
 * constants), lazily, a basic block at a time. One slot an instruction; every slot
 * may be jumped to. A slot names its handler, which may do the next slot's
 * instruction too (a pair), and has a charge: what it costs to run from here to the
 * end of the block. The charge is taken on entry to the block, which makes counting
 * free within it; leaving in the middle gives back the charge of the slot one
 * stopped before.
 */
#ifndef CPU_CODE_H
#define CPU_CODE_H

#include <cpu/hart.h>

/* The operations that begin a pair, and those that only end one: chosen by how
 * often they come in compiled programs. (18 + 11) * 18 handlers are the optimum of
 * our measurements: fewer gain less, triples add one percent. */
#define PAIR_FIRST(X, with)                                                  \
    X(with, ADDI) X(with, ADD) X(with, LW) X(with, SW) X(with, LUI)          \
    X(with, SLLI) X(with, SRLI) X(with, XOR) X(with, OR) X(with, AND)        \
    X(with, ANDI) X(with, SUB) X(with, MUL) X(with, LBU) X(with, SB)         \
    X(with, SRAI) X(with, SLTU) X(with, LHU)
/* The same list again: a macro cannot expand within itself. */
#define PAIR_SECOND(X, with)                                                 \
    X(with, ADDI) X(with, ADD) X(with, LW) X(with, SW) X(with, LUI)          \
    X(with, SLLI) X(with, SRLI) X(with, XOR) X(with, OR) X(with, AND)        \
    X(with, ANDI) X(with, SUB) X(with, MUL) X(with, LBU) X(with, SB)         \
    X(with, SRAI) X(with, SLTU) X(with, LHU)
#define PAIR_LAST(X, with)                                                   \
    X(with, BEQ) X(with, BNE) X(with, BLT) X(with, BGE) X(with, BLTU)        \
    X(with, BGEU) X(with, JAL) X(with, JALR) X(with, J) X(with, JR)

/* What a handler does. */
enum code_kind {
#define INSN(id, name, match, mask, fmt, cls, what) K_##id,
#include <cpu/isa.def>
#undef INSN
    K_UNDECODED,                /* decode the block that begins here */
    K_PAGE_END,                 /* after the last slot: go on in the next page */
    K_STEP,                     /* leave it to the stepper */
    K_J,                        /* JAL that links nothing */
    K_JR,                       /* JALR that links nothing */
    K_FAR_JAL,                  /* the target is in another page */
    K_FAR_BEQ, K_FAR_BNE, K_FAR_BLT, K_FAR_BGE, K_FAR_BLTU, K_FAR_BGEU,
    K_SINGLES,
    K_BEFORE_PAIRS = K_SINGLES - 1,
#define PAIR(a, b) K_##a##_##b,
#define ROW(with, a) PAIR_SECOND(PAIR, a) PAIR_LAST(PAIR, a)
    PAIR_FIRST(ROW, )
#undef ROW
#undef PAIR
    K_COUNT
};

struct code_slot {
    const void *handler;        /* a label, or the kind as a number */
    uint32_t imm;               /* as decoded; of near branches and JAL: bytes from
                                 * this slot to the target's; of AUIPC: the sum */
    uint8_t rd;                 /* 32 for x0, where nobody reads */
    uint8_t rs1, rs2;
    uint8_t kind;               /* its own, not the pair's */
};

enum {
    CODE_SLOTS = PAGE_SIZE / 4,
    /* A charge, and the account that it is taken from, packed in one word:
     * cycles 63:42, instructions 41:28, loads 27:14, stores 13:0. The account's
     * cycles are what is left (signed), the others what is done; so the charge has
     * its cycles positive and the others negative, and one subtraction does all. */
    CHARGE_CYCLES = 42, CHARGE_INSNS = 28, CHARGE_LOADS = 14,
    CHARGE_FIELD = (1 << 14) - 1,
    /* An account is opened with no more than this, so that no field overflows: a
     * cycle or more an instruction, and a block of one page on top. */
    CHARGE_SLICE = 15000,
    CHARGE_COST_MAX = 1000,     /* of one instruction, for fast engines */
};

struct code_page {
    uint32_t va, pfn;           /* va HOST_NOTHING: free */
    struct code_slot slot[CODE_SLOTS + 1];
    /* By slot, at the same stride, so that one pointer finds both. */
    struct { uint64_t charge, unused; } entry[CODE_SLOTS + 1];
};

/* Pages that the cache has for a memory of so many frames; a power of two. */
uint32_t code_cache_pages(uint32_t nframes);
void code_init(struct cpu *c);

/* The decoded page for fetching at va, which may still be all undecoded; NULL if the
 * stepper must fetch: the simulated TLB has not the page, or it is not worth it. */
struct code_page *code_lookup(struct cpu_hart *h, uint32_t va);

/* Decode the block that begins at slot i. */
void code_decode(const struct cpu *c, struct code_page *p, uint32_t i);

/* Forget what was decoded from a frame; from all frames. */
void code_drop(struct cpu *c, uint32_t pfn);
void code_drop_all(struct cpu *c);

/* lookup.c. For an engine at `s` of that page, a load or store that the host table does not
 * answer: look its page up, as the access would, and let the host answer from now on. The
 * cycles of the walk; all of the block still fits in the account then. Or -1, nothing has
 * changed and the access is one for the stepper: if it may fault, is misaligned or split,
 * changes more than an entry of the TLB, costs more, or would push out the code's own page.
 * The access itself is still to be counted, as a hit. It takes pointers alone: given what a
 * handler has read, gcc has every handler of a load or store read it, whether it hits or
 * not. */
int64_t code_look_up(struct cpu_hart *h, const uint32_t *x, const struct code_page *page,
                     const struct code_slot *s, uint64_t account);

/* --- the fast engines: fast_goto.c and fast_switch.c, made from fast.h --- */

/* Run r on h for up to `cycles` <= CHARGE_SLICE; counts go to h->run. Returns where
 * the stepper must take over: the budget is too short for the next block, or the next
 * instruction is not for fast engines. With h NULL only returns the handlers by
 * kind. */
const void *const *fast_goto(struct cpu_hart *h, struct cpu_regs *r, uint32_t cycles);
const void *const *fast_switch(struct cpu_hart *h, struct cpu_regs *r, uint32_t cycles);

#endif
