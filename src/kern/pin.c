/* pin.c - the pages that a request works on stay where they are: request.h. */
#include <kern/pages.h>
#include <kern/request.h>

#include <sim/check.h>

static uint32_t page_of(uint32_t va)
{
    return va & ~(uint32_t)(PAGE_SIZE - 1);
}

struct pin *request_pin_of(struct request *r, uint32_t va)
{
    for (unsigned i = 0; i < r->npins; i++)
        if (r->pin[i].page == page_of(va))
            return &r->pin[i];
    return NULL;
}

static void pin_drop(struct kern *k, struct request *r, unsigned i)
{
    CHECK(i < r->npins);
    mm_unpin(mm_of(k), r->pin[i].pfn);
    r->npins--;
    memmove(&r->pin[i], &r->pin[i + 1], (r->npins - i) * sizeof r->pin[0]);
}

/* What was read is copied already: its page is kept for the next time only. */
static void make_room(struct kern *k, struct request *r)
{
    for (unsigned i = 0; i < r->npins; i++)
        if (!r->pin[i].writable) {
            pin_drop(k, r, i);
            return;
        }
    check_failed(__FILE__, __LINE__, "a request pins no more than it may");
}

void request_pin(struct kern *k, struct request *r, uint32_t va, uint32_t pfn,
                 bool writable)
{
    struct pin *old = request_pin_of(r, va);

    mm_pin(mm_of(k), pfn);
    if (old)
        pin_drop(k, r, (unsigned)(old - r->pin));
    if (r->npins == REQUEST_PINS)
        make_room(k, r);
    r->pin[r->npins++] = (struct pin){ page_of(va), pfn, writable };
}

void request_moved(struct kern *k, struct request *r, uint32_t va, uint32_t n)
{
    for (unsigned i = r->npins; i-- > 0;)
        if (r->pin[i].page >= page_of(va) && r->pin[i].page - page_of(va) < n + va - page_of(va))
            pin_drop(k, r, i);
}

void request_unpin(struct kern *k, tid_t tid, struct request *r)
{
    while (r->npins)
        pin_drop(k, r, r->npins - 1u);
    if (k->programs && k->programs->mem->pinner == tid) {
        k->programs->mem->pinner = TID_NONE;
        k->programs->mem->released = true;
    }
}
