/* frame.c - a stack of freed frames, so that a warm frame is used again first, and a mark
 * behind which nothing was ever used: setting up costs nothing. */
#include <mm/frame.h>

#include <sim/check.h>

enum { JUNK = 0xa5 };

void frames_init(struct frames *f, struct arena *a, struct cpu *cpu, uint32_t nframes)
{
    uint32_t *refs = arena_array(a, uint32_t, nframes);
    uint16_t *pins = arena_array(a, uint16_t, nframes);

    if (!a->base)
        return;
    *f = (struct frames){ .cpu = cpu, .nframes = nframes, .nfree = nframes,
                          .refs = refs, .pins = pins };
}

uint32_t frame_alloc(struct frames *f)
{
    uint32_t pfn;

    if (!f->nfree)
        return FRAME_NONE;
    pfn = f->nfreed ? f->freed : f->fresh;
    CHECK(!frame_refs(f, pfn) && !f->pins[pfn]);
    if (f->nfreed) {
        f->nfreed--;
        f->freed = f->refs[pfn] & ~FRAME_FREED;
    } else {
        f->fresh++;
    }
    f->nfree--;
    f->refs[pfn] = 1;
    if (f->cpu)
        memset(cpu_frame(f->cpu, pfn), 0, PAGE_SIZE);
    return pfn;
}

void frame_hold(struct frames *f, uint32_t pfn)
{
    CHECK(pfn < f->nframes && frame_refs(f, pfn) > 0);
    f->refs[pfn]++;
}

static void release(struct frames *f, uint32_t pfn)
{
#ifdef OSSIM_DEBUG
    if (f->cpu)
        memset(cpu_frame(f->cpu, pfn), JUNK, PAGE_SIZE);
#endif
    DCHECK(f->nfreed < f->fresh && f->nfree < f->nframes);
    f->refs[pfn] = FRAME_FREED | f->freed;
    f->freed = pfn;
    f->nfreed++;
    f->nfree++;
}

void frame_drop(struct frames *f, uint32_t pfn)
{
    CHECK(pfn < f->nframes && frame_refs(f, pfn) > 0);
    if (--f->refs[pfn] == 0 && !f->pins[pfn])
        release(f, pfn);
}

void frame_pin(struct frames *f, uint32_t pfn)
{
    CHECK(pfn < f->nframes && frame_refs(f, pfn) > 0 && f->pins[pfn] < UINT16_MAX);
    f->pins[pfn]++;
}

void frame_unpin(struct frames *f, uint32_t pfn)
{
    CHECK(pfn < f->nframes && f->pins[pfn] > 0);
    if (--f->pins[pfn] == 0 && !f->refs[pfn])
        release(f, pfn);
}

bool frames_check(const struct frames *f)
{
    uint32_t used = 0, at = f->freed;

    if (f->nfree != f->nfreed + (f->nframes - f->fresh))
        return false;
    for (uint32_t i = 0; i < f->nfreed; i++) {
        if (at >= f->fresh || !(f->refs[at] & FRAME_FREED) || f->pins[at])
            return false;
        at = f->refs[at] & ~FRAME_FREED;
    }
    for (uint32_t i = 0; i < f->nframes; i++)
        used += frame_refs(f, i) != 0 || f->pins[i] != 0;
    return used + f->nfree == f->nframes;
}
