/* window.c - a look at all pages of some owners: which were used, and which have to go. */
#include <mm/used.h>

/* A page of theirs is in that frame; its bits are up to date. */
static bool is_here(struct pager *p, uint32_t frame, pager_is_fn *is)
{
    const struct page *page = &p->page[frame];

    if (page->state != PAGE_HERE || !is(p->port->ctx, page->owner))
        return false;
    (void)replace_bits_get(&p->replacer.params.bits, frame);
    return true;
}

void pager_window(struct pager *p, pager_is_fn *is, bool strict)
{
    for (uint32_t f = 0; f < p->frames->fresh; f++) {
        if (!is_here(p, f, is))
            continue;
        used_tell(p, f);
        if (strict && !p->page[f].used)
            pager_evict(p, f);
        p->page[f].used = p->page[f].counted = 0;
    }
    for (uint32_t s = 0; p->ncounted && s < p->nslots + p->nimage; s++)
        if (pager_is_image(p, s) || is(p->port->ctx, p->slot_page[s].owner))
            used_forget(p, s);
}

void pager_renew(struct pager *p, pager_is_fn *is, bool strict)
{
    for (uint32_t f = 0; f < p->frames->fresh; f++) {
        if (!is_here(p, f, is))
            continue;
        if (strict && !p->page[f].fresh)
            pager_evict(p, f);
        p->page[f].fresh = 0;
    }
}

void pager_put_out(struct pager *p, pager_is_fn *is)
{
    for (uint32_t f = 0; f < p->frames->fresh; f++)
        if (is_here(p, f, is))
            pager_evict(p, f);
}
