/* doorbell.c - see doorbell.h. */
#include "doorbell.h"

#include <kern/virtual.h>

/* When the device has what it is asked now. */
static ns_t ask(struct kern *k, struct doorbell *b)
{
    ns_t now = k->engine->now;

    if (!k->under)
        return now;
    if (!k->under->rings || b->through < now)
        b->through = now + kern_exit_any(k, EXIT_IO);
    return b->through;
}

bool doorbell_ring(struct kern *k, struct doorbell *b, struct blk_request *r)
{
    ns_t now = k->engine->now, at = ask(k, b);

    if (at == now && !b->first) {
        blk_submit(b->device, r, now);
        return true;
    }
    r->next = NULL;
    if (b->first) {             /* in the order in which they were asked for */
        r->submitted = at > b->last->submitted ? at : b->last->submitted;
        b->last->next = r;
    } else {
        r->submitted = at;
        b->first = r;
        engine_set(k->engine, b->slot, at, PEND_WAKE);
    }
    b->last = r;
    return false;
}

static void hand_over(struct kern *k, struct doorbell *b, ns_t until)
{
    while (b->first && b->first->submitted <= until) {
        struct blk_request *r = b->first;

        b->first = r->next;
        blk_submit(b->device, r, k->engine->now);
    }
}

void doorbell_due(struct kern *k, struct doorbell *b)
{
    hand_over(k, b, k->engine->now);
    if (b->first)
        engine_set(k->engine, b->slot, b->first->submitted, PEND_WAKE);
}

void doorbell_hurry(struct kern *k, struct doorbell *b)
{
    hand_over(k, b, NS_MAX);
    engine_cancel(k->engine, b->slot);
}
