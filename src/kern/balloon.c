/* balloon.c - a guest's kernel gives frames back to the machine that it runs on.
 *
 * The driver in the guest takes memory as anybody there would, and touches none of it: the
 * guest's own pager decides what has to go for it, which the hypervisor could not know
 * (Waldspurger, "Memory Resource Management in VMware ESX Server" (2002), "Ballooning").
 * It grows as fast as the pager finds frames, and shrinks as soon as the machine has some for
 * it. Where no pager is, it has what is free.
 */
#include <kern/balloon.h>
#include <kern/memory.h>
#include <kern/pages.h>
#include <kern/request.h>
#include <kern/virtual.h>

static struct frames *pool(const struct kern *k)
{
    return k->programs ? &mm_of(k)->frames : k->memory ? k->memory->pager.frames : NULL;
}

void balloon_layout(struct kern *k, struct arena *a)
{
    const struct config *c = k->config;

    if (!c->ballooned)
        return;
    struct balloon *b = arena_array(a, struct balloon, 1);
    uint32_t *frame = arena_array(a, uint32_t, c->memory.frames);

    if (!a->base)
        return;
    *b = (struct balloon){ .frame = frame };
    k->balloon = b;
}

/* One frame more. False: not now. */
static bool inflate(struct kern *k, struct balloon *b)
{
    struct frames *all = pool(k);

    if (!all) {                 /* memory is not simulated: frames are only counted */
        b->n++;
        return true;
    }
    if (!all->nfree && k->memory && pager_room(&k->memory->pager) != PAGER_OK)
        return false;
    uint32_t pfn = frame_alloc(all);
    if (pfn == FRAME_NONE)
        return false;
    b->frame[b->n++] = pfn;
    return true;
}

/* True: there are frames to be had again. */
static bool deflate(struct kern *k, struct balloon *b)
{
    struct frames *all = pool(k);
    uint32_t before = b->n;

    while (b->n > b->target) {
        b->n--;
        if (all)
            frame_drop(all, b->frame[b->n]);
    }
    return b->n < before;
}

/* The machine says how far it may shrink: which may be further after it has grown. */
static void settle(struct kern *k, struct balloon *b)
{
    uint32_t before = b->n;

    b->target = k->under->balloon(k->under->self, b->n, b->wanted);
    while (b->n < b->target && inflate(k, b))
        ;
    bool shrunk = deflate(k, b);
    if (b->n != before) {
        b->target = k->under->balloon(k->under->self, b->n, b->wanted);
        kern_say(k, EV_BALLOON, HART_NONE, TID_NONE, b->n, b->wanted);
    }
    if (shrunk)
        k->resched = true;      /* who waits for a frame gets it then */
}

void balloon_go_on(struct kern *k)
{
    if (k->balloon->n < k->balloon->target)
        settle(k, k->balloon);
}

void balloon_due(struct kern *k)
{
    settle(k, k->balloon);
}

void balloon_want(struct kern *k, uint32_t frames)
{
    k->balloon->wanted = frames;
    settle(k, k->balloon);
}
