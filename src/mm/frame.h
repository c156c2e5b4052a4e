/* mm/frame.h - which frames are in use, and by how many.
 *
 * Only for: mm/
 *
 * A frame has one reference for each page-table entry that points to it, and one
 * for each other holder. A pin is no reference: it only keeps a frame from being used
 * for something else while the kernel works on it, also after the last reference is
 * gone. Who makes room when none is free is another matter (pager.h).
 */
#ifndef MM_FRAME_H
#define MM_FRAME_H

#include <cpu/cpu.h>

#define FRAME_NONE UINT32_MAX
#define FRAME_FREED 0x80000000u

struct frames {
    struct cpu *cpu;            /* whose memory it is; NULL: frames without bytes */
    uint32_t nframes, nfree;
    uint32_t fresh;             /* frames from here on were never used */
    uint32_t nfreed;            /* frames that were given back: a stack, linked by refs */
    uint32_t freed;             /* its top */
    uint32_t *refs;             /* by pfn; of one given back: FRAME_FREED and the next one */
    uint16_t *pins;             /* by pfn */
};

void frames_init(struct frames *f, struct arena *a, struct cpu *cpu, uint32_t nframes);

/* A frame of zeroes with one reference; FRAME_NONE if none is free. */
uint32_t frame_alloc(struct frames *f);
/* One reference more. pfn is in use. */
void frame_hold(struct frames *f, uint32_t pfn);
/* One less; the last one frees the frame. */
void frame_drop(struct frames *f, uint32_t pfn);

/* pfn is in use. */
void frame_pin(struct frames *f, uint32_t pfn);
/* One pin less; the last one frees a frame without references. */
void frame_unpin(struct frames *f, uint32_t pfn);

static inline uint32_t frame_refs(const struct frames *f, uint32_t pfn)
{
    return f->refs[pfn] & FRAME_FREED ? 0 : f->refs[pfn];
}

static inline uint32_t frame_pins(const struct frames *f, uint32_t pfn)
{
    return f->pins[pfn];
}

/* Every frame is either free, or referenced or pinned, and the counts agree. */
bool frames_check(const struct frames *f);

#endif
