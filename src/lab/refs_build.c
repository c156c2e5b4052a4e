/* refs_build.c - page numbers of any size become 0, 1, 2... in the order of first use. */
#include <lab/refs_build.h>

#include <sim/rng.h>
#include <stat/maths.h>
#include <stdlib.h>
#include <string.h>

#define REFS_MAX ((size_t)UINT32_MAX - 2)
#define PAGES_MAX (REF_WRITE - 1)

void refs_build_start(struct refs_build *b, struct refs *r)
{
    *r = (struct refs){ .n = 0 };
    *b = (struct refs_build){ .r = r, .table_bits = 10 };
    b->table = calloc((size_t)1 << b->table_bits, sizeof *b->table);
    b->failed = !b->table;
}

static size_t place_of(const struct refs_build *b, uint64_t number)
{
    size_t mask = ((size_t)1 << b->table_bits) - 1;
    size_t i = (size_t)((number * UINT64_C(0x9e3779b97f4a7c15)) >> (64 - b->table_bits));

    while (b->table[i] && b->r->number[b->table[i] - 1] != number)
        i = (i + 1) & mask;
    return i;
}

/* At most half of the table is used. */
static void widen(struct refs_build *b)
{
    free(b->table);
    b->table_bits++;
    b->table = calloc((size_t)1 << b->table_bits, sizeof *b->table);
    b->failed |= !b->table;
    for (uint32_t page = 0; !b->failed && page < b->r->npages; page++)
        b->table[place_of(b, b->r->number[page])] = page + 1;
}

/* Room for one more of size bytes; the array is given back if there is none. */
static void *grow(void *array, size_t size, size_t used, size_t *room)
{
    if (used < *room)
        return array;
    *room = *room ? *room + *room / 2 : 1024;
    void *more = realloc(array, size * *room);
    if (!more)
        free(array);
    return more;
}

static uint32_t page_of(struct refs_build *b, uint64_t number)
{
    size_t i = place_of(b, number), room = b->number_room;

    if (b->table[i])
        return b->table[i] - 1;
    if (b->r->npages == PAGES_MAX) {
        b->failed = true;
        return 0;
    }
    b->r->number = grow(b->r->number, sizeof *b->r->number, b->r->npages, &room);
    b->number_room = (uint32_t)room;
    if (!b->r->number) {
        b->failed = true;
        return 0;
    }
    b->r->number[b->r->npages++] = number;
    b->table[i] = b->r->npages;
    if (b->r->npages > (1u << b->table_bits) / 2)
        widen(b);
    return b->r->npages - 1;
}

void refs_build_add(struct refs_build *b, uint64_t number, bool write)
{
    if (b->failed)
        return;
    b->r->ref = grow(b->r->ref, sizeof *b->r->ref, b->r->n, &b->room);
    b->failed = !b->r->ref || b->r->n == REFS_MAX;
    if (b->failed)
        return;
    uint32_t page = page_of(b, number);
    b->r->ref[b->r->n++] = write ? page | REF_WRITE : page;
    b->r->writes |= write;
}

bool refs_build_end(struct refs_build *b)
{
    free(b->table);
    b->table = NULL;
    if (b->failed)
        refs_free(b->r);
    return !b->failed;
}

/* --- drawn ones --- */

/* The first page whose cumulated weight is above x. */
static uint32_t drawn(const double *upto, uint32_t n, double x)
{
    uint32_t low = 0, high = n - 1;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (upto[middle] > x)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

bool refs_zipf(struct refs *r, size_t n, uint32_t npages, double alpha, uint32_t write_every,
               uint64_t seed)
{
    double *upto = malloc(sizeof *upto * npages), sum = 0;
    rng_t random = rng_stream(seed, "zipf", 0);
    struct refs_build b;

    refs_build_start(&b, r);
    b.failed |= !upto;
    for (uint32_t i = 0; !b.failed && i < npages; i++)
        upto[i] = sum += maths_pow(i + 1.0, -alpha);
    for (size_t i = 0; !b.failed && i < n; i++) {
        double x = (double)(rng_next(&random) >> 11) * 0x1p-53 * sum;

        refs_build_add(&b, drawn(upto, npages, x), write_every && i % write_every == 0);
    }
    free(upto);
    return refs_build_end(&b);
}
