/* membook.c - see membook.h */
#include <stat/membook.h>

#include <sim/stream.h>
#include <string.h>

enum { FIRST_GAP = 1000 /* ns */ };

const event_set membook_kinds =
    EVENT_BIT(EV_PAGE_FAULT) | EVENT_BIT(EV_EVICT) | EVENT_BIT(EV_SWAP_IN)
    | EVENT_BIT(EV_SWAP_OUT) | EVENT_BIT(EV_DISPATCH) | EVENT_BIT(EV_DESCHED)
    | EVENT_BIT(EV_EXIT) | EVENT_BIT(EV_SUSPEND) | EVENT_BIT(EV_RESUME)
    | EVENT_BIT(EV_OOM_KILL) | EVENT_BIT(EV_END);

void membook_begin(struct membook *b, memory_ask_fn *ask, void *machine)
{
    memset(b, 0, offsetof(struct membook, sample));
    b->ask = ask;
    b->machine = machine;
    b->gap = FIRST_GAP;
}

static void count(struct memory_counts *c, const struct event *e)
{
    switch (e->kind) {
    case EV_PAGE_FAULT: *(e->b ? &c->major : &c->minor) += 1; break;
    case EV_SWAP_IN:    c->swap_in++; break;
    case EV_SWAP_OUT:   c->swap_out++; break;
    case EV_EVICT:      c->evictions++; break;
    default:            break;
    }
}

static void halve(struct membook *b)
{
    for (uint32_t i = 0; i < MEMBOOK_SAMPLES / 2; i++)
        b->sample[i] = b->sample[2 * i];
    b->n = MEMBOOK_SAMPLES / 2;
    b->gap *= 2;
}

static void sample(struct membook *b, ns_t at)
{
    struct memory_sample s = { .at = at, .sum = b->sum };

    b->next = at + b->gap;
    if (!b->ask || !b->ask(b->machine, &s.now))
        return;
    if (b->n == MEMBOOK_SAMPLES)
        halve(b);
    b->next = at + b->gap;
    b->sample[b->n++] = s;
}

void membook_event(void *book, const struct event *e)
{
    struct membook *b = book;

    if (!(membook_kinds & EVENT_BIT(e->kind)))
        return;
    count(&b->sum, e);
    if (e->at >= b->next || e->kind == EV_END)
        sample(b, e->at);
}

const struct memory_sample *membook_at(const struct membook *b, ns_t at)
{
    uint32_t low = 0, high = b->n;      /* those before `low` are at or before it */

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (b->sample[middle].at <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? &b->sample[low - 1] : NULL;
}

struct memory_counts membook_counts(const struct membook *b, ns_t at)
{
    const struct memory_sample *s = membook_at(b, at);

    if (!b->n || s == &b->sample[b->n - 1])
        return b->sum;
    return s ? s->sum : (struct memory_counts){ 0 };
}
