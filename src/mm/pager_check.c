/* pager_check.c - what must hold of the pager between any two steps, and who holds a slot. */
#include <mm/pager.h>

uint32_t pager_slot_holds(const struct pager *p, uint32_t slot)
{
    return p->slot_refs[slot] & ~SLOT_BAD;
}

uint32_t pager_own_holds(const struct pager *p, uint32_t slot)
{
    uint32_t n = 0;

    for (uint32_t f = 0; f < p->frames->nframes; f++)
        n += p->page[f].state != PAGE_FREE && p->page[f].slot == slot;
    for (uint32_t i = 0; i < p->nio; i++) {
        const struct pager_io *io = &p->io[i];
        uint64_t first = (io->r.sector - p->swap_base) / (PAGE_SIZE / BLK_SECTOR);

        n += io->busy && io->r.op == BLK_WRITE && slot >= first && slot < first + io->n;
    }
    return n;
}

static bool slots_check(const struct pager *p)
{
    uint32_t used = 0, bad = 0;

    for (uint32_t s = 0; s < p->nslots; s++) {
        used += pager_slot_holds(p, s) > 0;
        bad += p->slot_refs[s] == SLOT_BAD;
    }
    return used == p->nused && bad == p->nbad;
}

bool pager_check(const struct pager *p)
{
    uint32_t flying = 0;

    for (uint32_t i = 0; i < p->nio; i++)
        flying += p->io[i].busy;
    if (flying != p->flying || !slots_check(p))
        return false;
    for (uint32_t f = 0; f < p->frames->nframes; f++) {
        bool in_pool = p->replacer.pool_of[f] != POOL_NONE;

        if (in_pool != (p->page[f].state == PAGE_HERE))
            return false;
        if (p->page[f].state != PAGE_FREE && !frame_refs(p->frames, f))
            return false;
    }
    return true;
}
