/* code.c - the cache of decoded pages. */
#include <cpu/code.h>

#include <sim/check.h>

uint32_t code_cache_pages(uint32_t nframes)
{
    uint32_t n = 8;

    while (n < 128 && n * 8 < nframes)
        n *= 2;
    return n;
}

void code_init(struct cpu *c)
{
    CHECK(c->ncode && !(c->ncode & (c->ncode - 1)));    /* a page is found by a mask */
    for (uint32_t i = 0; i < c->ncode; i++)
        c->code[i].va = HOST_NOTHING;
}

static const void *const *handlers(const struct cpu *c)
{
    return c->engine == CPU_SWITCH ? fast_switch(NULL, NULL, 0)
                                   : fast_goto(NULL, NULL, 0);
}

/* The frame has no decoded page any more: stores to it may be short again. */
static void unmark(struct cpu *c, uint32_t pfn)
{
    for (uint32_t i = 0; i < c->ncode; i++)
        if (c->code[i].va != HOST_NOTHING && c->code[i].pfn == pfn)
            return;
    c->pm.mark[pfn] &= (uint8_t)~FRAME_CODE;
}

void code_drop(struct cpu *c, uint32_t pfn)
{
    for (uint32_t i = 0; i < c->ncode; i++)
        if (c->code[i].pfn == pfn)
            c->code[i].va = HOST_NOTHING;
    c->pm.mark[pfn] &= (uint8_t)~FRAME_CODE;
}

void code_drop_all(struct cpu *c)
{
    for (uint32_t i = 0; i < c->ncode; i++)
        if (c->code[i].va != HOST_NOTHING)
            code_drop(c, c->code[i].pfn);
}

static void clear(const struct cpu *c, struct code_page *p)
{
    const void *undecoded = handlers(c)[K_UNDECODED];

    for (uint32_t i = 0; i < CODE_SLOTS; i++) {
        p->slot[i].handler = undecoded;
        p->slot[i].kind = K_UNDECODED;
        p->entry[i].charge = 0;
    }
    p->slot[CODE_SLOTS].handler = handlers(c)[K_PAGE_END];
    p->slot[CODE_SLOTS].kind = K_PAGE_END;
    p->entry[CODE_SLOTS].charge = 0;
}

/* The page of the cache for (pfn, va), emptied if it was another's. */
static struct code_page *claim(struct cpu_hart *h, uint32_t pfn, uint32_t va)
{
    struct cpu *c = h->cpu;
    struct code_page *p = &c->code[(va >> PAGE_SHIFT ^ pfn * 7) & (c->ncode - 1)];

    DCHECK(!(va & (PAGE_SIZE - 1)) && pfn < c->pm.nframes);
    if (p->va == va && p->pfn == pfn) {
        DCHECK(c->pm.mark[pfn] & FRAME_CODE);   /* or stores to it would go unseen */
        return p;
    }
    if (p->va != HOST_NOTHING) {
        p->va = HOST_NOTHING;
        unmark(c, p->pfn);
    }
    clear(c, p);
    p->va = va;
    p->pfn = pfn;
    if (!(c->pm.mark[pfn] & FRAME_CODE)) {
        c->pm.mark[pfn] |= FRAME_CODE;
        host_forbid_write(h, pfn);
    }
    return p;
}

struct code_page *code_lookup(struct cpu_hart *h, uint32_t va)
{
    uint32_t page = va & ~(uint32_t)(PAGE_SIZE - 1), pfn;

    if (va & 3 || !hart_code_frame(h, va, &pfn))
        return NULL;
    if (h->cpu->pm.mark[pfn] / FRAME_CHURN >= FRAME_CHURN_MAX)
        return NULL;

    struct code_page *p = claim(h, pfn, page);

    h->host->code[page >> PAGE_SHIFT & (HOST_CODE - 1)] =
        (struct host_code){ .va = page, .pfn = pfn, .page = p };
    return p;
}

/* A near target: in this page and aligned. `from` is an offset in the page. */
static bool is_near(uint32_t from, uint32_t displacement)
{
    uint32_t to = from + displacement;

    return to < PAGE_SIZE && (to & 3) == 0;
}

static bool ends_block(unsigned kind)
{
    return kind == K_STEP || kind == K_J || kind == K_JR || kind == K_JAL ||
           kind == K_JALR || (kind >= K_BEQ && kind <= K_BGEU) ||
           (kind >= K_FAR_JAL && kind <= K_FAR_BGEU);
}

/* Which handler a branch or jump at offset `at` of the page takes. */
static unsigned jump_kind(const struct insn *in, uint32_t at)
{
    bool near = is_near(at, in->imm);

    if (in->op == OP_JALR)
        return in->rd ? K_JALR : K_JR;
    if (in->imm & 3)
        return K_STEP;          /* it may trap */
    if (in->op == OP_JAL)
        return !near ? K_FAR_JAL : in->rd ? K_JAL : K_J;
    return near ? in->op : (unsigned)(K_FAR_BEQ + in->op - OP_BEQ);
}

static unsigned kind_of(const struct insn *in, uint32_t at)
{
    if (in->op == OP_ILLEGAL)
        return K_STEP;
    switch (insn_table[in->op].cls) {
    case INSN_BRANCH:
    case INSN_JUMP:
        return jump_kind(in, at);
    case INSN_AMO:
    case INSN_CSR:
    case INSN_SYSTEM:
        return K_STEP;
    default:
        return in->op == OP_AUIPC ? K_LUI : in->op;
    }
}

/* What one instruction adds to the charge of its block. */
static uint64_t charge_of(const struct cpu *c, const struct insn *in)
{
    unsigned cls = insn_table[in->op].cls;

    return ((uint64_t)c->costs->insn[cls] << CHARGE_CYCLES) -
           (UINT64_C(1) << CHARGE_INSNS) -
           ((uint64_t)(cls == INSN_LOAD) << CHARGE_LOADS) - (cls == INSN_STORE);
}

/* Places in the matrix of pairs, + 1; 0: cannot be there. */
static const uint8_t pair_first[K_SINGLES] = {
#define PLACE(with, a) [K_##a] = (K_##a##_ADDI - K_ADDI_ADDI) / \
                                 (K_ADD_ADDI - K_ADDI_ADDI) + 1,
    PAIR_FIRST(PLACE, )
#undef PLACE
};
static const uint8_t pair_second[K_SINGLES] = {
#define PLACE(with, a) [K_##a] = K_ADDI_##a - K_ADDI_ADDI + 1,
    PAIR_FIRST(PLACE, )
    PAIR_LAST(PLACE, )
#undef PLACE
};

static unsigned pair_kind(unsigned a, unsigned b)
{
    if (!pair_first[a] || !pair_second[b])
        return a;
    return K_ADDI_ADDI + (pair_first[a] - 1u) * (K_ADD_ADDI - K_ADDI_ADDI) +
           pair_second[b] - 1u;
}

/* Fill slot i but for its handler; entry[i].charge gets its own charge only. */
static void decode_slot(const struct cpu *c, struct code_page *p, uint32_t i)
{
    uint32_t word = physmem_load32(&c->pm, ((uint64_t)p->pfn << PAGE_SHIFT) + i * 4);
    struct insn in = insn_decode(word);
    unsigned kind = kind_of(&in, i * 4);
    struct code_slot *s = &p->slot[i];

    s->kind = (uint8_t)kind;
    s->rd = in.rd ? in.rd : 32;
    s->rs1 = in.rs1;
    s->rs2 = in.rs2;
    s->imm = in.imm;
    if (in.op == OP_AUIPC)
        s->imm += p->va + i * 4;
    else if (kind == K_J || kind == K_JAL || (kind >= K_BEQ && kind <= K_BGEU))
        s->imm *= sizeof *s / 4;
    p->entry[i].charge = kind == K_STEP ? 0 : charge_of(c, &in);
}

void code_decode(const struct cpu *c, struct code_page *p, uint32_t i)
{
    const void *const *handler = handlers(c);
    uint32_t end = i;

    DCHECK(i < CODE_SLOTS && p->slot[i].kind == K_UNDECODED);
    do {
        decode_slot(c, p, end);
    } while (!ends_block(p->slot[end++].kind) && end < CODE_SLOTS &&
             p->slot[end].kind == K_UNDECODED);
    while (end-- > i) {
        struct code_slot *s = &p->slot[end];
        unsigned kind = s->kind;

        if (!ends_block(kind)) {
            p->entry[end].charge += p->entry[end + 1].charge;
            kind = pair_kind(kind, s[1].kind);
        }
        s->handler = handler[kind];
    }
}
