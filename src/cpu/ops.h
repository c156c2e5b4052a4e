/* cpu/ops.h - what each instruction does. Once; every engine is made from it.
 *
 * EXEC_<id>(s) is the meaning of one instruction s. The engine that includes this
 * says what these mean for it:
 *
 *     X1(s) X2(s)         values of rs1 and rs2, uint32_t
 *     IMM(s) PC(s)        the immediate; the address of s
 *     SET(s, v)           rd = v
 *     LOAD(s, type)       rd = the type at X1 + IMM, extended as the type is signed
 *     STORE(s, type)      the type at X1 + IMM = X2
 *     BRANCH(s, cond)     go to PC + IMM if cond
 *     JUMP(s), JUMP_REG(s)    rd = PC + 4, and go to PC + IMM; to X1 + IMM
 *     AMO(s, expr)        rd = `old`, the word at X1, which becomes expr
 *     LOAD_RESERVED(s), STORE_CONDITIONAL(s)
 *     CSR_READ(s, writes) rd = the CSR; writes: it would be written, too
 *     TRAP(s, cause)      raise an exception
 *     NOTHING(s)
 *
 * The engines that keep decoded code have the plain ones only, and leave
 * atomics, CSRs and traps to the stepper.
 *
 * Source: RISC-V Unprivileged ISA, the chapters that isa.def names.
 */
#ifndef CPU_OPS_H
#define CPU_OPS_H

#include <stdint.h>

#define S32(v) ((int32_t)(v))
#define S64(v) ((int64_t)(int32_t)(v))

/* Division never traps: by zero gives all ones and the dividend; the one overflow
 * gives the dividend and 0 ("Division Operations", table of special cases). */
static inline uint32_t op_div(uint32_t a, uint32_t b)
{
    if (b == 0)
        return UINT32_MAX;
    if (a == UINT32_C(0x80000000) && b == UINT32_MAX)
        return a;
    return (uint32_t)(S32(a) / S32(b));
}

static inline uint32_t op_rem(uint32_t a, uint32_t b)
{
    if (b == 0)
        return a;
    if (a == UINT32_C(0x80000000) && b == UINT32_MAX)
        return 0;
    return (uint32_t)(S32(a) % S32(b));
}

/* RV32I: integers */
#define EXEC_LUI(s)     SET(s, IMM(s))
#define EXEC_AUIPC(s)   SET(s, PC(s) + IMM(s))
#define EXEC_ADDI(s)    SET(s, X1(s) + IMM(s))
#define EXEC_SLTI(s)    SET(s, S32(X1(s)) < S32(IMM(s)))
#define EXEC_SLTIU(s)   SET(s, X1(s) < IMM(s))
#define EXEC_XORI(s)    SET(s, X1(s) ^ IMM(s))
#define EXEC_ORI(s)     SET(s, X1(s) | IMM(s))
#define EXEC_ANDI(s)    SET(s, X1(s) & IMM(s))
#define EXEC_SLLI(s)    SET(s, X1(s) << IMM(s))
#define EXEC_SRLI(s)    SET(s, X1(s) >> IMM(s))
#define EXEC_SRAI(s)    SET(s, (uint32_t)(S32(X1(s)) >> IMM(s)))
#define EXEC_ADD(s)     SET(s, X1(s) + X2(s))
#define EXEC_SUB(s)     SET(s, X1(s) - X2(s))
#define EXEC_SLL(s)     SET(s, X1(s) << (X2(s) & 31))
#define EXEC_SLT(s)     SET(s, S32(X1(s)) < S32(X2(s)))
#define EXEC_SLTU(s)    SET(s, X1(s) < X2(s))
#define EXEC_XOR(s)     SET(s, X1(s) ^ X2(s))
#define EXEC_SRL(s)     SET(s, X1(s) >> (X2(s) & 31))
#define EXEC_SRA(s)     SET(s, (uint32_t)(S32(X1(s)) >> (X2(s) & 31)))
#define EXEC_OR(s)      SET(s, X1(s) | X2(s))
#define EXEC_AND(s)     SET(s, X1(s) & X2(s))

/* RV32I: control, memory, the rest */
#define EXEC_JAL(s)     JUMP(s)
#define EXEC_JALR(s)    JUMP_REG(s)
#define EXEC_BEQ(s)     BRANCH(s, X1(s) == X2(s))
#define EXEC_BNE(s)     BRANCH(s, X1(s) != X2(s))
#define EXEC_BLT(s)     BRANCH(s, S32(X1(s)) < S32(X2(s)))
#define EXEC_BGE(s)     BRANCH(s, S32(X1(s)) >= S32(X2(s)))
#define EXEC_BLTU(s)    BRANCH(s, X1(s) < X2(s))
#define EXEC_BGEU(s)    BRANCH(s, X1(s) >= X2(s))
#define EXEC_LB(s)      LOAD(s, int8_t)
#define EXEC_LH(s)      LOAD(s, int16_t)
#define EXEC_LW(s)      LOAD(s, uint32_t)
#define EXEC_LBU(s)     LOAD(s, uint8_t)
#define EXEC_LHU(s)     LOAD(s, uint16_t)
#define EXEC_SB(s)      STORE(s, uint8_t)
#define EXEC_SH(s)      STORE(s, uint16_t)
#define EXEC_SW(s)      STORE(s, uint32_t)
#define EXEC_FENCE(s)   NOTHING(s)  /* harts take turns: memory is always in order */
#define EXEC_FENCE_I(s) NOTHING(s)  /* fetches see stores at once */
#define EXEC_ECALL(s)   TRAP(s, CAUSE_ECALL)
#define EXEC_EBREAK(s)  TRAP(s, CAUSE_BREAKPOINT)

/* M */
#define EXEC_MUL(s)     SET(s, X1(s) * X2(s))
#define EXEC_MULH(s)    SET(s, (uint32_t)((S64(X1(s)) * S64(X2(s))) >> 32))
#define EXEC_MULHSU(s)  SET(s, (uint32_t)((S64(X1(s)) * (int64_t)X2(s)) >> 32))
#define EXEC_MULHU(s)   SET(s, (uint32_t)(((uint64_t)X1(s) * X2(s)) >> 32))
#define EXEC_DIV(s)     SET(s, op_div(X1(s), X2(s)))
#define EXEC_DIVU(s)    SET(s, X2(s) ? X1(s) / X2(s) : UINT32_MAX)
#define EXEC_REM(s)     SET(s, op_rem(X1(s), X2(s)))
#define EXEC_REMU(s)    SET(s, X2(s) ? X1(s) % X2(s) : X1(s))

/* A */
#define EXEC_LR_W(s)      LOAD_RESERVED(s)
#define EXEC_SC_W(s)      STORE_CONDITIONAL(s)
#define EXEC_AMOSWAP_W(s) AMO(s, X2(s))
#define EXEC_AMOADD_W(s)  AMO(s, old + X2(s))
#define EXEC_AMOXOR_W(s)  AMO(s, old ^ X2(s))
#define EXEC_AMOAND_W(s)  AMO(s, old & X2(s))
#define EXEC_AMOOR_W(s)   AMO(s, old | X2(s))
#define EXEC_AMOMIN_W(s)  AMO(s, S32(old) < S32(X2(s)) ? old : X2(s))
#define EXEC_AMOMAX_W(s)  AMO(s, S32(old) > S32(X2(s)) ? old : X2(s))
#define EXEC_AMOMINU_W(s) AMO(s, old < X2(s) ? old : X2(s))
#define EXEC_AMOMAXU_W(s) AMO(s, old > X2(s) ? old : X2(s))

/* Zicsr. User mode has only CSRs that may not be written, and set or clear of
 * nothing (x0, or 0) does not write. */
#define EXEC_CSRRW(s)   CSR_READ(s, true)
#define EXEC_CSRRS(s)   CSR_READ(s, (s)->rs1 != 0)
#define EXEC_CSRRC(s)   CSR_READ(s, (s)->rs1 != 0)
#define EXEC_CSRRWI(s)  CSR_READ(s, true)
#define EXEC_CSRRSI(s)  CSR_READ(s, (s)->rs1 != 0)
#define EXEC_CSRRCI(s)  CSR_READ(s, (s)->rs1 != 0)

#endif
