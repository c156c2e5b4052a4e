/* disasm.c - words to text, by the same table that the assembler reads. */
#include <asm/rows.h>
#include <asm/disasm.h>

struct out {
    char *text;
    size_t n;
};

static void put_char(struct out *o, char ch)
{
    if (o->n + 1 < DISASM_MAX)
        o->text[o->n++] = ch;
    o->text[o->n] = '\0';
}

static void put(struct out *o, const char *s)
{
    while (*s)
        put_char(o, *s++);
}

static void put_hex(struct out *o, uint32_t v)
{
    int shift = 28;

    put(o, "0x");
    while (shift > 0 && v >> shift == 0)
        shift -= 4;
    for (; shift >= 0; shift -= 4)
        put_char(o, "0123456789abcdef"[v >> shift & 15]);
}

static void put_decimal(struct out *o, uint32_t v)
{
    char digits[10];
    int n = 0;

    if (v & 0x80000000u) {
        put_char(o, '-');
        v = 0 - v;
    }
    do
        digits[n++] = (char)('0' + v % 10);
    while (v /= 10);
    while (n > 0)
        put_char(o, digits[--n]);
}

static void put_set(struct out *o, uint32_t set)
{
    if (!set)
        put_char(o, '0');
    for (int bit = 3; bit >= 0; bit--)
        if (set >> bit & 1)
            put_char(o, "wroi"[bit]);
}

static void put_csr(struct out *o, uint32_t number)
{
    const char *name = csr_name(number);

    if (name)
        put(o, name);
    else
        put_hex(o, number);
}

static uint32_t immediate(uint8_t op, uint32_t word)
{
    return insn_immediate((enum insn_format)insn_table[op].format, word);
}

static void put_operand(struct out *o, char letter, uint8_t op, uint32_t word, uint32_t pc)
{
    switch (letter) {
    case 'd': put(o, asm_abi_names[word >> 7 & 31]); break;
    case 's': put(o, asm_abi_names[word >> 15 & 31]); break;
    case 't': put(o, asm_abi_names[word >> 20 & 31]); break;
    case 'Z': put_decimal(o, word >> 15 & 31); break;
    case '>': put_decimal(o, word >> 20 & 31); break;
    case 'j': case 'o': case 'q': case 'I':
        put_decimal(o, immediate(op, word));
        break;
    case 'u': put_hex(o, word >> 12); break;
    case 'p': case 'a':
        put_hex(o, pc + immediate(op, word));
        break;
    case 'E': put_csr(o, word >> 20); break;
    case 'P': put_set(o, word >> 24 & 15); break;
    case 'Q': put_set(o, word >> 20 & 15); break;
    case '0': break;
    case ',': put(o, ", "); break;
    default: put_char(o, letter); break;
    }
}

/* aq and rl are written behind the name. */
static const uint32_t ordering = 3u << 25;

static bool is_atomic(uint8_t op)
{
    return insn_table[op].cls == INSN_AMO;
}

/* Does writing `row` with the operands of this word say all of the word? */
static bool row_fits(const struct asm_row *row, uint32_t word)
{
    uint32_t free = asm_fields(row->operands) | (is_atomic(row->op) ? ordering : 0);

    return (word & ~free) == (insn_table[row->op].match | row->bits);
}

static bool printable(const struct asm_row *row)
{
    return row->kind == KIND_ONE || row->kind == KIND_LI;
}

/* The first pseudo-instruction that says this word, else the instruction itself. */
static bool find_row(uint32_t word, bool pseudo, struct asm_row *row)
{
    uint8_t op = insn_decode(word).op;

    for (unsigned i = OP_COUNT; pseudo && i < asm_nrows(); i++) {
        *row = asm_row(i);
        if (row->op == op && printable(row) && row_fits(row, word))
            return true;
    }
    if (op == OP_ILLEGAL)
        return false;
    *row = asm_row(op);
    return row_fits(row, word);
}

static void put_name(struct out *o, const struct asm_row *row, uint32_t word)
{
    put(o, row->name);
    if (is_atomic(row->op) && word & ordering) {
        put_char(o, '.');
        put(o, word & 1u << 26 ? "aq" : "");
        put(o, word & 1u << 25 ? "rl" : "");
    }
    if (!*row->operands)
        return;
    do
        put_char(o, ' ');
    while (o->n < 8);
}

size_t disasm(uint32_t word, uint32_t pc, bool pseudo, char text[DISASM_MAX])
{
    struct out o = { text, 0 };
    struct asm_row row;

    if (!find_row(word, pseudo, &row)) {
        put(&o, ".word   ");
        put_hex(&o, word);
        return o.n;
    }
    put_name(&o, &row, word);
    for (const char *p = row.operands; *p; p++)
        put_operand(&o, *p, row.op, word, pc);
    return o.n;
}

bool disasm_target(uint32_t word, uint32_t pc, uint32_t *target)
{
    struct insn in = insn_decode(word);

    if (in.op == OP_ILLEGAL || (insn_table[in.op].format != INSN_FMT_B &&
                                insn_table[in.op].format != INSN_FMT_J))
        return false;
    *target = pc + in.imm;
    return true;
}
