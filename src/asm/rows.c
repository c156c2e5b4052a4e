/* rows.c - the table of what can be written, from isa.def and pseudo.def. */
#include <asm/rows.h>

const char asm_abi_names[32][5] = {
    "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3",
    "a4", "a5", "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11",
    "t3", "t4", "t5", "t6",
};

static const char *const format_operands[] = {
    [INSN_FMT_R] = "d,s,t", [INSN_FMT_I] = "d,s,j", [INSN_FMT_SHIFT] = "d,s,>",
    [INSN_FMT_LOAD] = "d,o(s)", [INSN_FMT_JALR] = "d,o(s)", [INSN_FMT_S] = "t,q(s)",
    [INSN_FMT_B] = "s,t,p", [INSN_FMT_U] = "d,u", [INSN_FMT_J] = "d,a",
    [INSN_FMT_FENCE] = "P,Q", [INSN_FMT_NONE] = "", [INSN_FMT_LR] = "d,0(s)",
    [INSN_FMT_AMO] = "d,t,0(s)", [INSN_FMT_CSR] = "d,E,s", [INSN_FMT_CSRI] = "d,E,Z",
};

static const struct asm_row pseudo[] = {
#define PSEUDO(name, operands, kind, op, bits) { name, operands, OP_##op, KIND_##kind, bits },
#include <asm/pseudo.def>
#undef PSEUDO
};

unsigned asm_nrows(void)
{
    return OP_COUNT + sizeof pseudo / sizeof *pseudo;
}

struct asm_row asm_row(unsigned i)
{
    if (i >= OP_COUNT)
        return pseudo[i - OP_COUNT];
    return (struct asm_row){ insn_table[i].name, format_operands[insn_table[i].format],
                             (uint8_t)i, KIND_ONE, 0 };
}

uint32_t asm_field(char letter)
{
    switch (letter) {
    case 'd':                     return 0x1fu << 7;
    case 's': case 'Z':           return 0x1fu << 15;
    case 't': case '>':           return 0x1fu << 20;
    case 'j': case 'o': case 'E': case 'I': return 0xfffu << 20;
    case 'q': case 'p':           return 0x7fu << 25 | 0x1fu << 7;
    case 'u': case 'a':           return 0xfffffu << 12;
    case 'P':                     return 0xfu << 24;
    case 'Q':                     return 0xfu << 20;
    default:                      return 0;
    }
}

uint32_t asm_fields(const char *pattern)
{
    uint32_t all = 0;

    for (; *pattern; pattern++)
        all |= asm_field(*pattern);
    return all;
}
