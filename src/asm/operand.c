/* operand.c - operands of instructions: registers, immediates, targets. */
#include <asm/inside.h>
#include <asm/rows.h>

#include <string.h>

/* ---- registers and CSRs ---- */

static int abi_register(struct asm_str s)
{
    for (int i = 0; i < 32; i++)
        if (str_is(s, asm_abi_names[i]))
            return i;
    return str_is(s, "fp") ? 8 : -1;
}

/* x0..x31 or an ABI name; -1 if s is no register. */
static int register_number(struct asm_str s)
{
    int n;

    if (s.n < 2 || s.n > 3 || s.p[0] != 'x')
        return abi_register(s);
    n = s.p[1] - '0';
    if (s.n == 3)
        n = n * 10 + s.p[2] - '0';
    for (size_t i = 1; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return -1;
    return n < 32 && (s.n == 2 || n >= 10) ? n : -1;
}

static bool operand_register(struct asm_state *a, struct asm_operands *o, unsigned shift)
{
    struct asm_str name = asm_name(a);
    int n = register_number(name);

    if (n < 0)
        return asm_fail(a, name.p, name.n ? "'%' is no register" : "a register is expected here",
                        name, STR(""));
    o->word |= (uint32_t)n << shift;
    return true;
}

/* Is there "(register)" right here, so that an offset is missing? */
static bool register_in_parentheses(struct asm_state *a)
{
    struct asm_cursor saved = a->c;
    bool is = asm_take_char(a, '(') && register_number(asm_name(a)) >= 0 &&
              asm_take_char(a, ')');

    a->c = saved;
    return is;
}

static void put_immediate(struct asm_operands *o, uint32_t v)
{
    struct insn only = { .op = o->op, .imm = v };

    /* Of .insn, opcode and funct fields are others. */
    o->word |= insn_encode(&only) & ~insn_table[o->op].mask;
}

static bool operand_csr(struct asm_state *a, struct asm_operands *o)
{
    struct asm_str name = asm_name(a);
    char text[24] = "";
    int64_t n;

    memcpy(text, name.p, name.n < sizeof text ? name.n : 0);
    if (name.n && csr_number(text) >= 0) {
        put_immediate(o, (uint32_t)csr_number(text));
        return true;
    }
    a->c.p = name.p;
    if (name.n && asm_symbol(a, name) && asm_symbol(a, name)->pass == 0 && a->pass > 1)
        return asm_fail(a, name.p, "'%' is no register that user mode has (cycle, time, "
                        "instret, cycleh, timeh, instreth)", name, STR(""));
    if (!asm_number(a, &n))
        return false;
    if (n < 0 || n > 4095)
        return asm_fail0(a, name.p, "a CSR has a number from 0 to 4095");
    put_immediate(o, (uint32_t)n);
    return true;
}

/* A set of i, o, r, w; 0 for the empty set, as the disassembler writes it. */
static bool operand_fence(struct asm_state *a, struct asm_operands *o, unsigned shift)
{
    static const char letters[] = "wroi";
    struct asm_str s;
    uint32_t set = 0;

    if (asm_take_char(a, '0'))
        return true;
    s = asm_name(a);
    for (size_t i = 0; i < s.n; i++) {
        const char *l = memchr(letters, s.p[i], 4);

        if (!l || set & 1u << (l - letters))
            return asm_fail(a, s.p, "'%' is no set of i, o, r and w", s, STR(""));
        set |= 1u << (l - letters);
    }
    o->word |= set << shift;
    return s.n || asm_fail0(a, s.p, "expected a set of i, o, r and w");
}

/* ---- numbers ---- */

/* A number or the low or high part of an address. */
enum part { PART_NONE, PART_HI, PART_LO, PART_PCREL_HI, PART_PCREL_LO };

static bool operand_part(struct asm_state *a, enum part *part)
{
    static const char *const names[] = { "hi", "lo", "pcrel_hi", "pcrel_lo" };
    const char *at = a->c.p;
    struct asm_str name;

    *part = PART_NONE;
    if (!asm_take_char(a, '%'))
        return true;
    name = asm_name(a);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(name, names[i]))
            *part = (enum part)(i + 1);
    if (*part == PART_NONE)
        return asm_fail(a, at, "unknown %%: there are hi, lo, pcrel_hi and pcrel_lo", STR("%"),
                        name);
    return asm_expect(a, '(');
}

static uint32_t high_part(uint32_t v)
{
    return (v + 0x800) >> 12;
}

/* The argument of %part( ), after the parenthesis: what goes into the field. */
static bool part_value(struct asm_state *a, enum part part, struct asm_operands *o, uint32_t *v)
{
    struct asm_value x = { 0, SEC_UNKNOWN, false };
    struct asm_note *n = NULL;
    const char *at = a->c.p;
    uint32_t here = asm_address(a, asm_here(a));

    if (part == PART_PCREL_LO ? !asm_label_note(a, &n) : !asm_expression(a, &x))
        return false;
    *v = asm_address(a, x);
    if (part == PART_HI) {
        *v = high_part(*v);
    } else if (part == PART_PCREL_HI) {
        o->note->hi = x;
        o->note->has_hi = true;
        *v = high_part(*v - here);
    } else if (part == PART_PCREL_LO) {
        if (a->last && (!n || !n->has_hi))
            return asm_fail0(a, at, "no %pcrel_hi stands at this label");
        *v = n ? asm_address(a, n->hi) - n->addr : 0;
    }
    return asm_expect(a, ')');
}

/* Read a number into *v. Registers of 32 bits: 0xfffffff0 is -16. */
static bool operand_number(struct asm_state *a, int64_t min, int64_t max, const char *text,
                           uint32_t *v)
{
    const char *at;
    char low[24], high[24];
    int64_t n;

    asm_blank(a);
    at = a->c.p;
    if (!asm_number(a, &n))
        return false;
    if (n > INT32_MAX && n <= (int64_t)UINT32_MAX && min < 0)
        n -= INT64_C(1) << 32;
    if (n < min || n > max)
        return asm_fail(a, at, text, asm_decimal(low, min), asm_decimal(high, max));
    *v = (uint32_t)n;
    return true;
}

/* An immediate's range, and the parts that do not go with it. */
struct immediate {
    int64_t min, max;
    enum part not[2];
    const char *range, *wrong_part;
};

static bool operand_immediate(struct asm_state *a, struct asm_operands *o,
                              const struct immediate *i, uint32_t *v)
{
    enum part part;
    const char *at;

    asm_blank(a);
    at = a->c.p;
    if (!operand_part(a, &part))
        return false;
    if (part == i->not[0] || part == i->not[1])
        return asm_fail0(a, at, i->wrong_part);
    return part == PART_NONE ? operand_number(a, i->min, i->max, i->range, v)
                             : part_value(a, part, o, v);
}

static bool operand_imm12(struct asm_state *a, struct asm_operands *o)
{
    static const struct immediate low = {
        -2048, 2047, { PART_HI, PART_PCREL_HI }, "this must be from % to %",
        "a high part goes with lui or auipc; here %lo or %pcrel_lo"
    };
    uint32_t v = 0;

    if (!operand_immediate(a, o, &low, &v))
        return false;
    put_immediate(o, v);
    return true;
}

static bool operand_imm20(struct asm_state *a, struct asm_operands *o)
{
    static const struct immediate high = {
        0, 0xfffff, { PART_LO, PART_PCREL_LO },
        "this must be from % to % (the upper 20 bits)",
        "a low part goes with addi, a load or a store; here %hi or %pcrel_hi"
    };
    uint32_t v = 0;

    if (!operand_immediate(a, o, &high, &v))
        return false;
    o->word |= v << 12;
    return true;
}

static bool operand_small(struct asm_state *a, struct asm_operands *o, unsigned shift)
{
    uint32_t v;

    if (!operand_number(a, 0, 31, "this must be from % to %", &v))
        return false;
    o->word |= v << shift;
    return true;
}

/* p, a, I, A, B: any expression, to be looked at when the size is known. */
static bool operand_target(struct asm_state *a, struct asm_operands *o, char kind)
{
    asm_blank(a);
    o->at = a->c.p;
    if (!asm_at_end(a) && *a->c.p == '%')
        return asm_fail0(a, a->c.p, "no % part goes here");
    if (kind == 'A') {
        struct asm_cursor saved = a->c;
        bool reg = register_number(asm_name(a)) >= 0;

        a->c = saved;
        if (reg)
            return asm_fail0(a, o->at, "an address is wanted, this is a register");
    }
    if (!asm_expression(a, &o->target))
        return false;
    if (kind == 'A' && o->target.sec == SEC_ABS)
        return asm_fail0(a, o->at, "an address is wanted, this is a number");
    if (kind == 'I' && o->target.sec < SEC_COUNT)
        return asm_fail0(a, o->at, "li wants a number; la loads an address");
    return true;
}

/* ---- patterns ---- */

static bool operand(struct asm_state *a, char kind, struct asm_operands *o)
{
    uint32_t zero;

    switch (kind) {
    case 'd': return operand_register(a, o, 7);
    case 's': return operand_register(a, o, 15);
    case 't': return operand_register(a, o, 20);
    case 'r': return operand_register(a, o, 27);
    case 'j': return operand_imm12(a, o);
    case 'o': case 'q': return register_in_parentheses(a) || operand_imm12(a, o);
    case 'u': return operand_imm20(a, o);
    case '>': return operand_small(a, o, 20);
    case 'Z': return operand_small(a, o, 15);
    case 'E': return operand_csr(a, o);
    case 'P': return operand_fence(a, o, 24);
    case 'Q': return operand_fence(a, o, 20);
    case '0': return register_in_parentheses(a) ||
                     operand_number(a, 0, 0, "atomic instructions have no offset", &zero);
    case ',':
        return asm_take_comma(a) || asm_expect(a, kind);
    case '(': case ')':
        return asm_expect(a, kind);
    default: return operand_target(a, o, kind);
    }
}

bool asm_operands(struct asm_state *a, const char *pattern, struct asm_operands *o)
{
    for (; *pattern; pattern++)
        if (!operand(a, *pattern, o))
            return false;
    return asm_at_end(a) || asm_fail0(a, a->c.p, "nothing more is expected here");
}
