/* used.c - see used.h. Accessed bits are looked at when the window ends or the page leaves. */
#include <mm/used.h>

void used_tell(struct pager *p, uint32_t frame)
{
    struct page *page = &p->page[frame];

    if (!p->port->used || !page->used || page->counted)
        return;
    page->counted = 1;
    p->port->used(p->port->ctx, page->owner);
}

void used_goes(struct pager *p, uint32_t frame)
{
    const struct page *page = &p->page[frame];

    used_tell(p, frame);
    if (!p->slot_counted || page->slot == SWAP_NONE || !page->counted)
        return;
    p->ncounted += !p->slot_counted[page->slot];
    p->slot_counted[page->slot] = 1;
}

void used_forget(struct pager *p, uint32_t slot)
{
    if (!p->slot_counted || !p->slot_counted[slot])
        return;
    p->slot_counted[slot] = 0;
    p->ncounted--;
}

void used_comes(struct pager *p, uint32_t frame)
{
    struct page *page = &p->page[frame];

    page->counted = p->slot_counted && p->slot_counted[page->slot];
    used_forget(p, page->slot);
}
