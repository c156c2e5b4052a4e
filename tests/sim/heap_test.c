/* heap_test.c - blocks keep what is written in them, and room that is given back is used. */
#include "../suite.h"

#include <sim/heap.h>
#include <sim/rng.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 64, SIZE = 1 << 20 };

static void fill(uint8_t *p, size_t n, unsigned i)
{
    memset(p, (int)(i + 1), n);
}

static bool intact(const uint8_t *p, size_t n, unsigned i)
{
    for (size_t k = 0; k < n; k++)
        if (p[k] != (uint8_t)(i + 1))
            return false;
    return true;
}

START_TEST(what_is_written_stays)
{
    void *mem = memset(aligned_alloc(64, SIZE), 0, SIZE);
    struct heap *h = heap_init(mem, SIZE);
    uint8_t *p[BLOCKS] = { NULL };
    size_t n[BLOCKS] = { 0 };
    rng_t dice = rng_stream(1, "heap", 0);

    for (int round = 0; round < 20000; round++) {
        unsigned i = (unsigned)rng_below(&dice, BLOCKS);
        size_t want = (size_t)rng_below(&dice, 3000) + 1, kept = want < n[i] ? want : n[i];

        ck_assert(intact(p[i], n[i], i));
        if (rng_below(&dice, 3) == 0) {
            heap_give(h, p[i]);
            p[i] = NULL;
            n[i] = 0;
            continue;
        }
        uint8_t *q = heap_resize(h, p[i], want);
        ck_assert_ptr_nonnull(q);
        ck_assert_uint_eq((uintptr_t)q % 16, 0);
        ck_assert(intact(q, kept, i));
        p[i] = q;
        n[i] = want;
        fill(q, want, i);
    }
    ck_assert_uint_lt(*heap_used(h), BLOCKS * 2 * 4096);
    free(mem);
}
END_TEST

START_TEST(full_is_full)
{
    void *mem = memset(aligned_alloc(64, SIZE), 0, SIZE);
    struct heap *h = heap_init(mem, SIZE);
    uint8_t *all = heap_take(h, SIZE / 2);
    uint8_t *zeroed;

    ck_assert_ptr_null(all);            /* with its tag it would be SIZE */
    ck_assert_ptr_null(heap_take(h, SIZE_MAX - 8));
    ck_assert_ptr_null(heap_take_zeroed(h, SIZE_MAX / 4, 8));
    all = heap_take(h, SIZE / 2 - 64);
    ck_assert_ptr_nonnull(all);
    memset(all, 7, SIZE / 2 - 64);
    ck_assert_ptr_null(heap_resize(h, all, SIZE / 2));
    heap_give(h, all);
    zeroed = heap_take_zeroed(h, SIZE / 8 - 16, 4);
    ck_assert_ptr_eq(zeroed, all);      /* it served again, and is clean */
    for (size_t i = 0; i < SIZE / 2 - 64; i++)
        ck_assert_uint_eq(zeroed[i], 0);
    free(mem);
}
END_TEST

SUITE(heap, 10, what_is_written_stays, full_is_full)
