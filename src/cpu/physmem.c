/* physmem.c - see physmem.h. */
#include <cpu/physmem.h>

#include <sim/check.h>

void physmem_init(struct physmem *pm, struct arena *a, uint32_t nframes)
{
    uint8_t *base = arena_take(a, (size_t)nframes << PAGE_SHIFT, PAGE_SIZE);
    uint8_t *mark = arena_array(a, uint8_t, nframes);

    CHECK(nframes <= UINT32_C(1) << 20);        /* host tables hold 32-bit addresses */
    if (base)
        *pm = (struct physmem){ .base = base, .mark = mark, .nframes = nframes };
}
