/* fast.h - the body of a fast engine: made into two by who includes it.
 *
 * Before: ENGINE, the function's name; and FAST_SWITCH for dispatch by one switch
 * instead of a computed goto at the end of each handler. What instructions do is in
 * ops.h; here is how to get from one to the next.
 *
 * Whatever is not quick is not done here: an access that neither the host table nor a
 * plain walk answers, an atomic, an exception. The engine gives back the charge from there on
 * and returns, and the stepper does that one instruction. So it need not be able to
 * fault, and its counts cannot differ.
 */
#include <cpu/code.h>
#include <cpu/ops.h>

#define IMM(s) ((s)->imm)
#define X1(s) (x[(s)->rs1])
#define X2(s) (x[(s)->rs2])
#define SET(s, v) (x[(s)->rd] = (v))
#define NOTHING(s) ((void)0)
#define PC(s) (page->va + (uint32_t)((s) - page->slot) * 4)

#define CHARGE(s)                                                            \
    (*(const uint64_t *)(const void *)((const char *)(s) +                   \
        (offsetof(struct code_page, entry) - offsetof(struct code_page, slot))))

#ifdef FAST_SWITCH
#define HANDLER(kind) case K_##kind:
#define NEXT goto next
#else
#define HANDLER(kind) do_##kind:
#define NEXT goto *at->handler
#endif

/* Enter a block at `at`. */
#define ENTER                                                                \
    do {                                                                     \
        account -= CHARGE(at);                                               \
        if (__builtin_expect((int64_t)account < 0, 0))                       \
            goto leave;                                                      \
        NEXT;                                                                \
    } while (0)

#define HOST(va) \
    ((const struct host_entry *)(const void *)((const char *)host +          \
        ((va) >> (PAGE_SHIFT - 4) & ((HOST_ENTRIES - 1) << 4))))
#define TAG(va, type) ((va) & (~(uint32_t)(PAGE_SIZE - 1) | (sizeof(type) - 1)))

#define LOAD(s, type)                                                        \
    do {                                                                     \
        uint32_t va = X1(s) + IMM(s);                                        \
        const struct host_entry *e = HOST(va);                               \
                                                                             \
        if (__builtin_expect(TAG(va, type) != e->read, 0)) {                 \
            at = (s);                                                        \
            goto miss;                                                       \
        }                                                                    \
        type value;                                                          \
        memcpy(&value, (const void *)(e->host + va), sizeof value);          \
        SET(s, (uint32_t)value);                                             \
    } while (0)

#define STORE(s, type)                                                       \
    do {                                                                     \
        uint32_t va = X1(s) + IMM(s);                                        \
        const struct host_entry *e = HOST(va);                               \
                                                                             \
        if (__builtin_expect(TAG(va, type) != e->write, 0)) {                \
            at = (s);                                                        \
            goto miss;                                                       \
        }                                                                    \
        type value = (type)X2(s);                                            \
        memcpy((void *)(e->host + va), &value, sizeof value);                \
    } while (0)

/* Near targets are a distance between slots. */
#define TARGET(s) \
    ((const struct code_slot *)(const void *)((const char *)(s) + (int32_t)IMM(s)))

#define BRANCH_NEAR(s, cond)                                                 \
    do {                                                                     \
        if (cond) {                                                          \
            at = TARGET(s);                                                  \
            account -= taken;                                                \
            ENTER;                                                           \
        }                                                                    \
        at = (s) + 1;                                                        \
        ENTER;                                                               \
    } while (0)

#define BRANCH_FAR(s, cond)                                                  \
    do {                                                                     \
        if (cond) {                                                          \
            pc = PC(s) + IMM(s);                                             \
            account -= taken;                                                \
            goto cross;                                                      \
        }                                                                    \
        at = (s) + 1;                                                        \
        ENTER;                                                               \
    } while (0)

#define JUMP_NEAR(s)                                                         \
    do {                                                                     \
        at = TARGET(s);                                                      \
        ENTER;                                                               \
    } while (0)

#define JUMP(s)                                                              \
    do {                                                                     \
        SET(s, PC(s) + 4);                                                   \
        JUMP_NEAR(s);                                                        \
    } while (0)

#define JUMP_TO(s, link)                                                     \
    do {                                                                     \
        uint32_t target = (X1(s) + IMM(s)) & ~UINT32_C(1);                   \
        uint32_t offset = target - page->va;                                 \
                                                                             \
        if (__builtin_expect(target & 2, 0)) {                               \
            at = (s);                                                        \
            goto leave;                                                      \
        }                                                                    \
        link;                                                                \
        if (offset < PAGE_SIZE) {                                            \
            at = &page->slot[offset / 4];                                    \
            ENTER;                                                           \
        }                                                                    \
        pc = target;                                                         \
        goto cross;                                                          \
    } while (0)
#define JUMP_REG(s) JUMP_TO(s, SET(s, PC(s) + 4))
#define EXEC_J(s) JUMP_NEAR(s)
#define EXEC_JR(s) JUMP_TO(s, (void)0)

/* The counts of what has been done, from the account. */
static void settle(struct cpu_hart *h, uint64_t account, uint32_t cycles)
{
    uint64_t insns = account >> CHARGE_INSNS & CHARGE_FIELD;
    uint64_t loads = account >> CHARGE_LOADS & CHARGE_FIELD;
    uint64_t stores = account & CHARGE_FIELD;

    h->run.instructions += insns;
    h->run.loads += loads;
    h->run.stores += stores;
    h->run.cycles += (uint64_t)(cycles - ((int64_t)account >> CHARGE_CYCLES));
    if (h->asid != ASID_BARE)   /* a lookup for each fetch and access, all hits */
        h->run.tlb_hits += insns + loads + stores;
}

static inline struct code_page *page_at(struct cpu_hart *h, uint32_t pc)
{
    const struct host_code *e = &h->host->code[pc >> PAGE_SHIFT & (HOST_CODE - 1)];

    if (e->va == (pc & (~(uint32_t)(PAGE_SIZE - 1) | 3)) && e->page->va == e->va &&
        e->page->pfn == e->pfn)
        return e->page;
    return code_lookup(h, pc);
}

/* Handlers by the class of the instruction. */
#define FAST_PLAIN(id)  HANDLER(id) { EXEC_##id(at); at++; NEXT; }
#define FAST_ENDING(id) HANDLER(id) { EXEC_##id(at); }
#define FAST_NEVER(id)  HANDLER(id)
#define FAST_ALU        FAST_PLAIN
#define FAST_MUL        FAST_PLAIN
#define FAST_DIV        FAST_PLAIN
#define FAST_LOAD       FAST_PLAIN
#define FAST_STORE      FAST_PLAIN
#define FAST_FENCE      FAST_PLAIN
#define FAST_BRANCH     FAST_ENDING
#define FAST_JUMP       FAST_ENDING
#define FAST_AMO        FAST_NEVER
#define FAST_CSR        FAST_NEVER
#define FAST_SYSTEM     FAST_NEVER

#define PAIR_PLAIN(a, b)  HANDLER(a##_##b) { EXEC_##a(at); EXEC_##b((at + 1)); \
                                             at += 2; NEXT; }
#define PAIR_ENDING(a, b) HANDLER(a##_##b) { EXEC_##a(at); EXEC_##b((at + 1)); }
#define PAIR_ROW(with, a) PAIR_SECOND(PAIR_PLAIN, a) PAIR_LAST(PAIR_ENDING, a)

/* clang's sanitizers take the better part of an hour for so many edges in one function;
 * gcc's do not mind, and check it. */
#ifdef __clang__
__attribute__((no_sanitize("address", "undefined", "coverage")))
#endif
const void *const *ENGINE(struct cpu_hart *h, struct cpu_regs *r, uint32_t cycles)
{
    static const void *const handler[K_COUNT] = {
#ifdef FAST_SWITCH
#define NAME(kind) [K_##kind] = (const void *)(uintptr_t)K_##kind,
#else
#define NAME(kind) [K_##kind] = &&do_##kind,
#endif
#define INSN(id, name, match, mask, fmt, cls, what) NAME(id)
#include <cpu/isa.def>
#undef INSN
        NAME(UNDECODED) NAME(PAGE_END) NAME(STEP) NAME(J) NAME(JR) NAME(FAR_JAL)
        NAME(FAR_BEQ) NAME(FAR_BNE) NAME(FAR_BLT) NAME(FAR_BGE) NAME(FAR_BLTU)
        NAME(FAR_BGEU)
#define PAIR(a, b) NAME(a##_##b)
#define ROW(with, a) PAIR_SECOND(PAIR, a) PAIR_LAST(PAIR, a)
        PAIR_FIRST(ROW, )
#undef ROW
#undef PAIR
#undef NAME
    };

    if (!h)
        return handler;

    uint32_t *x = r->x;
    uint32_t pc = r->pc;
    uint64_t account = (uint64_t)cycles << CHARGE_CYCLES;
    const uint64_t taken = (uint64_t)h->cpu->costs->taken_branch << CHARGE_CYCLES;
    const struct host_entry *host = h->host->data;
    struct code_page *page;
    const struct code_slot *at;
    int64_t stall;

cross:
    page = page_at(h, pc);
    if (!page)
        goto out;
    at = &page->slot[(pc & (PAGE_SIZE - 1)) / 4];
    ENTER;

#ifdef FAST_SWITCH
next:
    switch ((uintptr_t)at->handler) {
    default:
#endif

    HANDLER(UNDECODED) {
        code_decode(h->cpu, page, (uint32_t)(at - page->slot));
        ENTER;
    }
    HANDLER(PAGE_END) {
        pc = page->va + PAGE_SIZE;
        goto cross;
    }
    HANDLER(J) { EXEC_J(at); }
    HANDLER(JR) { EXEC_JR(at); }
    HANDLER(FAR_JAL) {
        pc = PC(at) + IMM(at);
        SET(at, PC(at) + 4);
        goto cross;
    }

#define BRANCH BRANCH_FAR
    HANDLER(FAR_BEQ) { EXEC_BEQ(at); }
    HANDLER(FAR_BNE) { EXEC_BNE(at); }
    HANDLER(FAR_BLT) { EXEC_BLT(at); }
    HANDLER(FAR_BGE) { EXEC_BGE(at); }
    HANDLER(FAR_BLTU) { EXEC_BLTU(at); }
    HANDLER(FAR_BGEU) { EXEC_BGEU(at); }
#undef BRANCH

#define BRANCH BRANCH_NEAR
    PAIR_FIRST(PAIR_ROW, )
#define INSN(id, name, match, mask, fmt, cls, what) FAST_##cls(id)
#include <cpu/isa.def>
#undef INSN
#undef BRANCH

    HANDLER(STEP)
        goto leave;
#ifdef FAST_SWITCH
    }
#endif

miss:                           /* the host table does not answer what `at` accesses */
    stall = code_look_up(h, x, page, at, account);
    if (stall >= 0) {
        account -= (uint64_t)stall << CHARGE_CYCLES;
        NEXT;
    }
leave:                          /* before `at`, whose charge is not due after all */
    account += CHARGE(at);
    pc = PC(at);
out:
    r->pc = pc;
    settle(h, account, cycles);
    return NULL;
}
