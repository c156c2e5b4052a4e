/* instrument.c - each reference to a page, as no kernel sees it: for policies that are exact,
 * and for recording a run.
 *
 * Of burst tasks every reference is known anyway. Programs are executed one instruction at a
 * time for it (watch.c), with the times and counts that they would have had: what they fetch,
 * and what they load or store, is a reference when the instruction is executed. What the
 * kernel reads and writes for them is none.
 *
 * A policy that needs the future has the references of an earlier run, by page. The n-th of
 * a page now is taken for its n-th then: where both runs do the same that is the truth, and
 * where their timing makes them differ it is a guess.
 */
#include "memory.h"

#include <kern/pages.h>
#include <kern/proc.h>

/* --- the future --- */

/* The place of a key among those that are known; false: it is not. */
static bool find(const struct foresight *f, uint64_t key, uint32_t *place)
{
    uint32_t low = 0, high = f->nkeys;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (f->key[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    *place = low;
    return low < f->nkeys && f->key[low] == key;
}

uint64_t instrument_next(const struct kern *k, uint64_t key)
{
    const struct foresight *f = k->config->foresight;
    uint32_t i;

    if (!f || !find(f, key, &i) || f->first[i] + k->memory->cursor[i] + 1 >= f->first[i + 1])
        return REPLACE_NEVER;
    return f->at[f->first[i] + k->memory->cursor[i] + 1];
}

void instrument_pass(struct kern *k, uint64_t key)
{
    const struct config *c = k->config;
    uint32_t i;

    if (c->refer)
        c->refer(c->refer_ctx, key);
    if (c->foresight && find(c->foresight, key, &i))
        k->memory->cursor[i]++;
}

/* --- programs --- */

static tid_t key_task(const struct kern *k, uint32_t owner)
{
    return owner & MM_OWNER ? pages_task(k, owner) : owner;
}

/* The pager's port. */
static uint64_t next(void *ctx, uint32_t owner, uint32_t page)
{
    const struct kern *k = ctx;

    return instrument_next(k, reference_key(key_task(k, owner), page));
}

bool mem_is_watched(const struct kern *k)
{
    return k->memory && k->memory->instrument;
}

void mem_refer(struct kern *k, tid_t tid, uint32_t va, bool write)
{
    const struct aspace *as = proc_space(proc_of_task(k, tid));
    struct pager *p = &k->memory->pager;
    uint32_t pte = as ? pt_get(&mm_of(k)->frames, as->root, va) : 0, pfn = pte_pfn(pte);
    uint64_t key = as ? reference_key(as->task, va >> PAGE_SHIFT) : 0;

    if (!(pte & PTE_V))
        return;                 /* it has unmapped itself */
    if (p->page[pfn].state == PAGE_HERE)
        pager_refer(p, pfn, write, instrument_next(k, key));
    instrument_pass(k, key);
}

void instrument_layout(struct kern *k, struct arena *a)
{
    const struct foresight *f = k->config->foresight;
    uint32_t *cursor = arena_array(a, uint32_t, f ? f->nkeys : 0);
    struct memory *m = k->memory;

    if (!a->base || !m)
        return;
    m->cursor = cursor;
    m->instrument = m->pager.replacer.exact || k->config->refer;
    m->port.next = f ? next : NULL;
}
