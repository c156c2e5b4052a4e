/* paging.c - see paging.h */
#include <lab/paging.h>

#include <stdlib.h>

static uint32_t page_at(const struct refs *r, size_t i)
{
    return r->ref[i] & ~REF_WRITE;
}

bool working_set_run(const struct refs *r, struct working_set *ws)
{
    size_t *last = calloc((size_t)r->npages + 1, sizeof *last);     /* + 1; 0: never */
    uint64_t sum = 0;
    uint32_t size = 0;

    if (!last)
        return false;
    ws->faults = 0;
    ws->max = 0;
    for (size_t i = 0; i < r->n; i++) {
        uint32_t page = page_at(r, i);

        bool outside = !last[page] || i + 1 - last[page] > ws->window;

        size += outside;
        /* What was used `window` ago, and not since, drops out as this one comes in. */
        if (i >= ws->window) {
            size_t old = i - (size_t)ws->window;

            size -= page_at(r, old) != page && last[page_at(r, old)] == old + 1;
        }
        ws->faults += outside;
        last[page] = i + 1;
        sum += size;
        ws->max = size > ws->max ? size : ws->max;
    }
    ws->mean = r->n ? (double)sum / (double)r->n : 0;
    free(last);
    return true;
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

uint32_t working_set_at(const struct refs *r, uint64_t window, size_t t, uint64_t *pages)
{
    size_t end = t < r->n ? t : r->n, from = end > window ? end - (size_t)window : 0;
    bool *seen = calloc((size_t)r->npages + 1, sizeof *seen);
    uint32_t n = 0;

    for (size_t i = from; seen && i < end; i++)
        if (!seen[page_at(r, i)]) {
            seen[page_at(r, i)] = true;
            pages[n++] = r->number[page_at(r, i)];
        }
    free(seen);
    qsort(pages, n, sizeof *pages, by_number);
    return n;
}

bool page_fault_frequency_run(const struct refs *r, struct page_fault_frequency *p)
{
    size_t *last = calloc((size_t)r->npages + 1, sizeof *last);     /* + 1; 0: not here */
    size_t fault = 0;           /* number of the last one, + 1 */
    uint64_t sum = 0;
    uint32_t size = 0;

    if (!last)
        return false;
    p->faults = 0;
    p->max = 0;
    for (size_t i = 0; i < r->n; i++) {
        uint32_t page = page_at(r, i);

        if (!last[page]) {
            if (fault && i + 1 - fault > p->interval)
                for (uint32_t k = 0; k < r->npages; k++)
                    if (last[k] && last[k] < fault) {
                        last[k] = 0;
                        size--;
                    }
            p->faults++;
            fault = i + 1;
            size++;
        }
        last[page] = i + 1;
        sum += size;
        p->max = size > p->max ? size : p->max;
    }
    p->mean = r->n ? (double)sum / (double)r->n : 0;
    free(last);
    return true;
}

bool address_translate(uint64_t page_size, const uint64_t *table, size_t entries,
                       uint64_t logical, uint64_t *physical)
{
    uint64_t page = logical / page_size;

    return page < entries &&
           !__builtin_mul_overflow(table[page], page_size, physical) &&
           !__builtin_add_overflow(*physical, logical % page_size, physical);
}

double access_time_tlb(double hit, double tlb_ns, double memory_ns, unsigned levels)
{
    return tlb_ns + memory_ns + (1 - hit) * levels * memory_ns;
}

double access_time_faults(double p, double memory_ns, double fault_ns)
{
    return (1 - p) * memory_ns + p * fault_ns;
}
