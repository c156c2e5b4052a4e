/* exec.c - the plain engine: fetch, decode and do one instruction.
 *
 * The fast engines fall back on it for whatever they do not do themselves, so it
 * decides every rare case.
 */
#include <cpu/hart.h>

#include <cpu/ops.h>

#define X1(s) (r->x[(s)->rs1])
#define X2(s) (r->x[(s)->rs2])
#define IMM(s) ((s)->imm)
#define PC(s) (r->pc)
#define SET(s, v) (r->x[(s)->rd] = (v))
#define NOTHING(s) ((void)0)

#define LOAD(s, type)                                                        \
    do {                                                                     \
        if (!hart_load(h, X1(s) + IMM(s), sizeof(type), &value))             \
            return false;                                                    \
        SET(s, (uint32_t)(type)value);                                       \
    } while (0)

#define STORE(s, type)                                                       \
    do {                                                                     \
        if (!hart_store(h, X1(s) + IMM(s), sizeof(type), X2(s)))             \
            return false;                                                    \
    } while (0)

#define BRANCH(s, cond)                                                      \
    do {                                                                     \
        if (cond) {                                                          \
            if (IMM(s) & 3)                                                  \
                return hart_fault(h, CAUSE_FETCH_MISALIGNED, PC(s) + IMM(s)); \
            *next = PC(s) + IMM(s);                                          \
            h->stall += h->cpu->costs->taken_branch;                         \
        }                                                                    \
    } while (0)

#define GO(s, target)                                                        \
    do {                                                                     \
        value = (target);                                                    \
        if (value & 3)                                                       \
            return hart_fault(h, CAUSE_FETCH_MISALIGNED, value);             \
        SET(s, PC(s) + 4);                                                   \
        *next = value;                                                       \
    } while (0)
#define JUMP(s) GO(s, PC(s) + IMM(s))
#define JUMP_REG(s) GO(s, (X1(s) + IMM(s)) & ~UINT32_C(1))

#define AMO(s, expr)                                                         \
    do {                                                                     \
        uint32_t *at = hart_amo(h, X1(s));                                   \
                                                                             \
        if (!at)                                                             \
            return false;                                                    \
        uint32_t old = *at;                                                  \
        *at = (expr);                                                        \
        hart_amo_done(h, at);                                                \
        SET(s, old);                                                         \
    } while (0)

#define LOAD_RESERVED(s)                                                     \
    do {                                                                     \
        if (!hart_load_reserved(h, X1(s), &value))                           \
            return false;                                                    \
        SET(s, value);                                                       \
    } while (0)

#define STORE_CONDITIONAL(s)                                                 \
    do {                                                                     \
        if (!hart_store_conditional(h, X1(s), X2(s), &value))                \
            return false;                                                    \
        SET(s, value);                                                       \
    } while (0)

#define CSR_READ(s, writes)                                                  \
    do {                                                                     \
        if ((writes) || !csr_read(h, IMM(s), &value))                        \
            return hart_fault(h, CAUSE_ILLEGAL, word);                       \
        SET(s, value);                                                       \
    } while (0)

#define TRAP(s, cause) return hart_fault(h, (cause), 0)

/* Do `word`, which is `op`. *next is pc + 4 unless it says otherwise. False: it trapped. */
static inline bool exec(struct cpu_hart *h, struct cpu_regs *r, enum insn_id op,
                        uint32_t word, uint32_t *next)
{
    uint32_t value;

    switch (op) {
#define INSN(id, name, match, mask, fmt, cls, what)                          \
    case OP_##id: {                                                          \
        struct insn in = insn_fields(INSN_FMT_##fmt, word);                  \
                                                                             \
        EXEC_##id(&in);                                                      \
        (void)in;                                                            \
        return true;                                                         \
    }
#include <cpu/isa.def>
#undef INSN
    case OP_ILLEGAL:
        break;
    }
    return hart_fault(h, CAUSE_ILLEGAL, word);
}

bool hart_step(struct cpu_hart *h, struct cpu_regs *r)
{
    uint32_t word, next = r->pc + 4;
    enum insn_id op = OP_ILLEGAL;
    bool done = false;

    if (hart_fetch(h, r->pc, &word)) {
        op = insn_op(word);
        done = exec(h, r, op, word, &next);
    }
    h->run.cycles += h->stall;
    h->stall = 0;
    if (!done)
        return false;
    r->x[0] = 0;
    r->pc = next;
    h->run.instructions++;
    h->run.cycles += h->cpu->costs->insn[insn_table[op].cls];
    return true;
}
