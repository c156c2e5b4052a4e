/* leak.c - a service takes frames and gives none back.
 *
 * A server that has more than its quota is ended by the kernel and made anew, whereby its
 * frames are free again; nobody sets bounds to code of the kernel. Where memory is not
 * simulated (no programs, no pages that are touched) the frames are only counted.
 */
#include <kern/door.h>
#include <kern/fault.h>
#include <kern/memory.h>
#include <kern/pages.h>
#include <kern/request.h>

static struct frames *pool(const struct kern *k)
{
    return k->programs ? &mm_of(k)->frames : k->memory ? k->memory->pager.frames : NULL;
}

static bool take(struct kern *k, struct incident *r)
{
    struct faults *f = k->door.faults;
    struct frames *all = pool(k);
    uint32_t pfn;

    if (!all) {
        r->frames += r->frames < k->config->memory.frames;
        return true;
    }
    pfn = frame_alloc(all);
    if (pfn == FRAME_NONE)
        return false;           /* next time, perhaps */
    f->leaked[pfn] = (uint16_t)(r - f->incident + 1);
    r->frames++;
    return true;
}

void leak_begin(struct kern *k, struct incident *r)
{
    r->active = true;
    leak_on(k, r);
}

void leak_on(struct kern *k, struct incident *r)
{
    enum service at = (enum service)r->what->service;
    uint32_t before = r->frames;
    bool server = k->door.server[at].tid != TID_NONE;

    for (uint32_t i = 0; i < r->what->frames && take(k, r); i++)
        ;
    if (r->frames > before)
        kern_say(k, EV_LEAK, HART_NONE, TID_NONE, at, r->frames);
    if (server && r->frames > k->config->structure.quota)
        fault_fail(k, r, at, false);
    else
        fault_again(k, r, k->engine->now + r->what->every);
}

void leak_end(struct kern *k, struct incident *r)
{
    struct faults *f = k->door.faults;
    struct frames *all = pool(k);
    uint16_t mark = (uint16_t)(r - f->incident + 1);

    if (!r->active || r->what->kind != FAULT_KIND_LEAK)
        return;
    r->active = false;
    r->next = NS_MAX;
    for (uint32_t pfn = 0; all && pfn < all->nframes; pfn++)
        if (f->leaked[pfn] == mark) {
            f->leaked[pfn] = 0;
            frame_drop(all, pfn);
        }
    r->frames = 0;
    if (k->memory)
        memory_frame_free(k);
    memory_ready(k);
}
