/* reference.c - see reference.h. */
#include "reference.h"

static bool trap(struct ref_hart *h, int cause, uint32_t tval)
{
    h->cause = cause;
    h->tval = tval;
    return false;
}

static uint32_t bits(uint32_t w, int hi, int lo)
{
    return (uint32_t)((w >> lo) & ((1ull << (hi - lo + 1)) - 1));
}

static uint32_t extend(uint32_t v, int width)
{
    return v & 1u << (width - 1) ? v | ~((1u << width) - 1u) : v;
}

/* --- the TLB --- */

static bool may(uint32_t pte, enum ref_access t)
{
    if (t == REF_FETCH)
        return pte & 8;
    if (t == REF_LOAD)
        return pte & 2;
    return (pte & 4) && (pte & 128);
}

static struct ref_tlb *tlb_search(struct ref_hart *h, uint32_t va, uint32_t asid)
{
    for (int level = 0; level < 2; level++)
        for (unsigned i = 0; i < h->nsets * h->nways; i++) {
            struct ref_tlb *e = &h->tlb[i];
            int shift = level ? 22 : 12;

            if (e->valid && e->level == level &&
                (uint64_t)e->vpn << 12 >> shift == va >> shift &&
                (e->asid == asid || (e->pte & 32)))
                return e;
        }
    return NULL;
}

static struct ref_tlb *tlb_place(struct ref_hart *h, uint32_t va, int level)
{
    unsigned set = (va >> (level ? 22 : 12)) % h->nsets;

    for (unsigned i = 0; i < h->nways; i++)
        if (!h->tlb[set * h->nways + i].valid)
            return &h->tlb[set * h->nways + i];

    unsigned way = h->next[set];

    h->next[set] = (way + 1) % h->nways;
    return &h->tlb[set * h->nways + way];
}

static bool translate(struct ref_hart *h, uint32_t va, enum ref_access t, uint64_t *pa)
{
    uint32_t asid = h->satp >> 22 & 0x1ff;

    if (!(h->satp >> 31)) {
        *pa = va;
        return va < h->mem.size ? true : trap(h, ref_access_fault(t), va);
    }

    struct ref_tlb *e = tlb_search(h, va, asid);

    if (e && may(e->pte, t)) {
        h->hits++;
    } else {
        struct ref_result r = ref_translate(&h->mem, h->satp, h->svadu, va, t);

        h->misses++;
        h->walk_reads += r.reads;
        h->cycles += r.reads * h->cost.walk;
        if (r.cause >= 0)
            return trap(h, r.cause, va);

        /* Walk again to see where the leaf was: nothing changes any more. */
        uint64_t table = (uint64_t)(h->satp & 0x3fffff) << 12;
        uint32_t pte;
        int level = 1;

        memcpy(&pte, h->mem.bytes + table + (va >> 22) * 4, 4);
        if (!(pte & 14)) {
            table = (uint64_t)(pte >> 10) << 12;
            memcpy(&pte, h->mem.bytes + table + (va >> 12 & 0x3ff) * 4, 4);
            level = 0;
        }
        if (e && e->level != level) {
            e->valid = false;
            e = NULL;
        }
        if (!e)
            e = tlb_place(h, va, level);
        *e = (struct ref_tlb){ true, level ? va >> 22 << 10 : va >> 12, asid, pte, level };
    }
    *pa = e->level ? (uint64_t)(e->pte >> 20) << 22 | (va & 0x3fffff)
                   : (uint64_t)(e->pte >> 10) << 12 | (va & 0xfff);
    return *pa < h->mem.size ? true : trap(h, ref_access_fault(t), va);
}

/* --- memory --- */

static bool find_bytes(struct ref_hart *h, uint32_t va, unsigned n, enum ref_access t,
                       uint64_t pa[4])
{
    bool straddles = (va & 0xfff) + n > 0x1000;

    if (!translate(h, va, t, &pa[0]))
        return false;
    for (unsigned i = 1; i < n; i++) {
        if (straddles && ((va + i) & 0xfff) == 0) {
            if (!translate(h, va + i, t, &pa[i]))
                return false;
        } else {
            pa[i] = pa[i - 1] + 1;
        }
    }
    if (va % n) {
        h->misaligned++;
        h->cycles += h->cost.misaligned;
    }
    return true;
}

static bool load(struct ref_hart *h, uint32_t va, unsigned n, uint32_t *v)
{
    uint64_t pa[4];

    if (!find_bytes(h, va, n, REF_LOAD, pa))
        return false;
    *v = 0;
    for (unsigned i = 0; i < n; i++)
        *v |= (uint32_t)h->mem.bytes[pa[i]] << 8 * i;
    h->loads++;
    return true;
}

static void put(struct ref_hart *h, uint64_t pa, uint8_t byte)
{
    h->mem.bytes[pa] = byte;
    if (h->other && h->other->reserved && h->other->reserved_pa == (pa & ~3ull))
        h->other->reserved = false;
}

static bool store(struct ref_hart *h, uint32_t va, unsigned n, uint32_t v)
{
    uint64_t pa[4];

    if (!find_bytes(h, va, n, REF_STORE, pa))
        return false;
    for (unsigned i = 0; i < n; i++)
        put(h, pa[i], (uint8_t)(v >> 8 * i));
    h->stores++;
    return true;
}

/* --- the instructions, by major opcode --- */

static bool divide(uint32_t f3, uint32_t a, uint32_t b, uint32_t *v)
{
    int32_t sa = (int32_t)a, sb = (int32_t)b;
    bool overflow = a == 0x80000000u && b == 0xffffffffu;

    switch (f3) {
    case 4: *v = b == 0 ? 0xffffffffu : overflow ? a : (uint32_t)(sa / sb); break;
    case 5: *v = b == 0 ? 0xffffffffu : a / b; break;
    case 6: *v = b == 0 ? a : overflow ? 0 : (uint32_t)(sa % sb); break;
    default: *v = b == 0 ? a : a % b; break;
    }
    return true;
}

static bool multiply(uint32_t f3, uint32_t a, uint32_t b, uint32_t *v)
{
    __int128 wide_a = f3 == 3 ? (__int128)a : (__int128)(int32_t)a;
    __int128 wide_b = f3 >= 2 ? (__int128)b : (__int128)(int32_t)b;
    __int128 p = wide_a * wide_b;

    *v = (uint32_t)(uint64_t)(f3 == 0 ? p : p >> 32);
    return true;
}

static bool integer(uint32_t f3, bool alternate, uint32_t a, uint32_t b, uint32_t *v)
{
    switch (f3) {
    case 0: *v = alternate ? a - b : a + b; break;
    case 1: *v = a << (b & 31); break;
    case 2: *v = (int32_t)a < (int32_t)b ? 1 : 0; break;
    case 3: *v = a < b ? 1 : 0; break;
    case 4: *v = a ^ b; break;
    case 5: *v = a >> (b & 31);
        if (alternate && (a & 0x80000000u) && (b & 31))
            *v |= 0xffffffffu << (32 - (b & 31));
        break;
    case 6: *v = a | b; break;
    default: *v = a & b; break;
    }
    return true;
}

/* rd = v for opcode OP; false: no such instruction. */
static bool op(struct ref_hart *h, uint32_t w, uint32_t *v, uint32_t *cost)
{
    uint32_t f3 = bits(w, 14, 12), f7 = bits(w, 31, 25);
    uint32_t a = h->x[bits(w, 19, 15)], b = h->x[bits(w, 24, 20)];

    if (f7 == 1) {
        *cost = f3 < 4 ? h->cost.mul : h->cost.div;
        return f3 < 4 ? multiply(f3, a, b, v) : divide(f3, a, b, v);
    }
    if (f7 == 0 || (f7 == 32 && (f3 == 0 || f3 == 5)))
        return integer(f3, f7 == 32, a, b, v);
    return false;
}

static bool op_imm(struct ref_hart *h, uint32_t w, uint32_t *v)
{
    uint32_t f3 = bits(w, 14, 12), f7 = bits(w, 31, 25);
    uint32_t a = h->x[bits(w, 19, 15)], imm = extend(bits(w, 31, 20), 12);

    if (f3 == 1 && f7 != 0)
        return false;
    if (f3 == 5 && f7 != 0 && f7 != 32)
        return false;
    return integer(f3, f3 == 5 && f7 == 32, a, imm, v);
}

static bool branch_taken(uint32_t f3, uint32_t a, uint32_t b, bool *taken)
{
    switch (f3) {
    case 0: *taken = a == b; return true;
    case 1: *taken = a != b; return true;
    case 4: *taken = (int32_t)a < (int32_t)b; return true;
    case 5: *taken = (int32_t)a >= (int32_t)b; return true;
    case 6: *taken = a < b; return true;
    case 7: *taken = a >= b; return true;
    }
    return false;
}

/* Atomics. 1 done, 0 trapped, -1 no such instruction. */
static int atomic(struct ref_hart *h, uint32_t w, uint32_t *v)
{
    uint32_t f5 = bits(w, 31, 27), va = h->x[bits(w, 19, 15)];
    uint32_t b = h->x[bits(w, 24, 20)], old, new;
    uint64_t pa;

    if (bits(w, 14, 12) != 2)
        return -1;
    if (f5 == 2) {
        if (bits(w, 24, 20))
            return -1;
        if (va & 3)
            return trap(h, 4, va);
        if (!translate(h, va, REF_LOAD, &pa))
            return 0;
        memcpy(v, h->mem.bytes + pa, 4);
        h->reserved = true;
        h->reserved_pa = pa;
        h->loads++;
        return 1;
    }
    if (f5 != 3 && f5 != 1 && (f5 & 3))
        return -1;
    if (va & 3)
        return trap(h, 6, va);
    if (!translate(h, va, REF_STORE, &pa))
        return 0;
    h->stores++;
    memcpy(&old, h->mem.bytes + pa, 4);
    *v = old;
    switch (f5) {
    case 3:
        *v = h->reserved && h->reserved_pa == pa ? 0 : 1;
        h->reserved = false;
        if (*v)
            return 1;
        new = b;
        break;
    case 0: new = old + b; break;
    case 1: new = b; break;
    case 4: new = old ^ b; break;
    case 8: new = old | b; break;
    case 12: new = old & b; break;
    case 16: new = (int32_t)old < (int32_t)b ? old : b; break;
    case 20: new = (int32_t)old > (int32_t)b ? old : b; break;
    case 24: new = old < b ? old : b; break;
    default: new = old > b ? old : b; break;
    }
    for (int i = 0; i < 4; i++)
        put(h, pa + (unsigned)i, (uint8_t)(new >> 8 * i));
    return 1;
}

/* The counters; time is cycles here (1000 MHz and time 0 at the start). */
static bool csr(const struct ref_hart *h, uint32_t w, uint64_t cycles, uint32_t *v)
{
    uint32_t f3 = bits(w, 14, 12), number = bits(w, 31, 20);
    bool writes = (f3 & 3) == 1 || bits(w, 19, 15) != 0;

    if (f3 == 4 || writes)
        return false;
    switch (number) {
    case 0xc00: case 0xc01: *v = (uint32_t)cycles; return true;
    case 0xc80: case 0xc81: *v = (uint32_t)(cycles >> 32); return true;
    case 0xc02: *v = (uint32_t)h->instret; return true;
    case 0xc82: *v = (uint32_t)(h->instret >> 32); return true;
    }
    return false;
}

static bool load_op(struct ref_hart *h, uint32_t w, uint32_t *v)
{
    uint32_t f3 = bits(w, 14, 12);
    uint32_t va = h->x[bits(w, 19, 15)] + extend(bits(w, 31, 20), 12);

    if (f3 == 3 || f3 > 5)
        return trap(h, 2, w);
    if (!load(h, va, 1u << (f3 & 3), v))
        return false;
    if (f3 == 0)
        *v = extend(*v, 8);
    if (f3 == 1)
        *v = extend(*v, 16);
    return true;
}

static bool store_op(struct ref_hart *h, uint32_t w)
{
    uint32_t imm = extend(bits(w, 31, 25) << 5 | bits(w, 11, 7), 12);

    if (bits(w, 14, 12) > 2)
        return trap(h, 2, w);
    return store(h, h->x[bits(w, 19, 15)] + imm, 1u << bits(w, 14, 12),
                 h->x[bits(w, 24, 20)]);
}

static bool branch_op(struct ref_hart *h, uint32_t w, uint32_t *next)
{
    uint32_t imm = extend(bits(w, 31, 31) << 12 | bits(w, 7, 7) << 11 |
                          bits(w, 30, 25) << 5 | bits(w, 11, 8) << 1, 13);
    bool taken;

    if (!branch_taken(bits(w, 14, 12), h->x[bits(w, 19, 15)], h->x[bits(w, 24, 20)],
                      &taken))
        return trap(h, 2, w);
    if (!taken)
        return true;
    *next = h->pc + imm;
    if (*next & 2)
        return trap(h, 0, *next);
    h->cycles += h->cost.taken;
    return true;
}

static bool system_op(struct ref_hart *h, uint32_t w, uint64_t cycles, uint32_t *v)
{
    if (w == 0x73)
        return trap(h, 8, 0);
    if (w == 0x100073)
        return trap(h, 3, 0);
    if (bits(w, 14, 12) == 0 || !csr(h, w, cycles, v))
        return trap(h, 2, w);
    return true;
}

/* What w does; *v is for rd, *next for pc. */
static bool perform(struct ref_hart *h, uint32_t w, uint64_t cycles, uint32_t *v,
                    bool *writes, uint32_t *next, uint32_t *cost)
{
    uint32_t imm;
    int done;

    *writes = true;
    *cost = h->cost.alu;
    switch (bits(w, 6, 0)) {
    case 0x37: *v = w & 0xfffff000u; return true;
    case 0x17: *v = h->pc + (w & 0xfffff000u); return true;
    case 0x6f:
        imm = extend(bits(w, 31, 31) << 20 | bits(w, 19, 12) << 12 |
                     bits(w, 20, 20) << 11 | bits(w, 30, 21) << 1, 21);
        *next = h->pc + imm;
        *v = h->pc + 4;
        *cost = h->cost.jump;
        return *next & 2 ? trap(h, 0, *next) : true;
    case 0x67:
        if (bits(w, 14, 12))
            return trap(h, 2, w);
        *next = (h->x[bits(w, 19, 15)] + extend(bits(w, 31, 20), 12)) & ~1u;
        *v = h->pc + 4;
        *cost = h->cost.jump;
        return *next & 2 ? trap(h, 0, *next) : true;
    case 0x63: *writes = false; *cost = h->cost.branch; return branch_op(h, w, next);
    case 0x03: *cost = h->cost.load; return load_op(h, w, v);
    case 0x23: *writes = false; *cost = h->cost.store; return store_op(h, w);
    case 0x13: return op_imm(h, w, v) ? true : trap(h, 2, w);
    case 0x33: return op(h, w, v, cost) ? true : trap(h, 2, w);
    case 0x0f:
        *writes = false;
        *cost = h->cost.fence;
        return bits(w, 14, 12) > 1 ? trap(h, 2, w) : true;
    case 0x2f:
        *cost = h->cost.amo;
        done = atomic(h, w, v);
        return done < 0 ? trap(h, 2, w) : done;
    case 0x73: *cost = h->cost.csr; return system_op(h, w, cycles, v);
    }
    return trap(h, 2, w);
}

bool ref_step(struct ref_hart *h)
{
    uint64_t pa, cycles = h->cycles;
    uint32_t w, v = 0, next = h->pc + 4, cost;
    bool writes;

    if (h->pc & 3)
        return trap(h, 0, h->pc);
    if (!translate(h, h->pc, REF_FETCH, &pa))
        return false;
    memcpy(&w, h->mem.bytes + pa, 4);
    if (!perform(h, w, cycles, &v, &writes, &next, &cost))
        return false;
    if (writes && bits(w, 11, 7))
        h->x[bits(w, 11, 7)] = v;
    h->pc = next;
    h->instret++;
    h->cycles += cost;
    return true;
}
