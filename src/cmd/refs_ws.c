/* refs_ws.c - `ossim refs`: working sets, fault frequency, addresses. */
#include <cmd/refs.h>

#include <formats/text.h>
#include <inttypes.h>
#include <lab/paging.h>
#include <stdio.h>
#include <stdlib.h>

/* W(at, window) as a list, given to free(). */
static uint64_t *pages_at(const struct refs_answer *a, uint64_t window, uint64_t at, uint32_t *n)
{
    uint64_t *pages = malloc(sizeof *pages * (a->refs->npages + (size_t)1));

    *n = pages ? working_set_at(a->refs, window, (size_t)at, pages) : 0;
    return pages;
}

/* --- for people --- */

static void print_at(const struct refs_answer *a, uint64_t window, uint64_t at)
{
    uint32_t n;
    uint64_t *pages = pages_at(a, window, at, &n);

    printf("  after reference %" PRIu64 ": {", at);
    for (uint32_t i = 0; i < n; i++)
        printf("%s%" PRIu64, i ? ", " : "", pages[i]);
    puts("}");
    free(pages);
}

static void print_windows(const struct refs_answer *a)
{
    double refs = (double)a->refs->n;

    for (size_t i = 0; i < a->o->windows.n; i++) {
        struct working_set ws = { .window = a->o->windows.v[i] };

        if (!working_set_run(a->refs, &ws))
            continue;
        printf("\nworking set, window %" PRIu64 ": %.4f pages on average, %" PRIu32
               " at most; %" PRIu64 " faults, ratio %.4f\n", ws.window, ws.mean, ws.max,
               ws.faults, (double)ws.faults / refs);
        for (size_t k = 0; k < a->o->at.n; k++)
            print_at(a, ws.window, a->o->at.v[k]);
    }
    for (size_t i = 0; i < a->o->pff.n; i++) {
        struct page_fault_frequency p = { .interval = a->o->pff.v[i] };

        if (page_fault_frequency_run(a->refs, &p))
            printf("\npage-fault frequency, interval %" PRIu64 ": %.4f pages on average, %"
                   PRIu32 " at most; %" PRIu64 " faults, ratio %.4f\n", p.interval, p.mean,
                   p.max, p.faults, (double)p.faults / refs);
    }
}

static bool translate(const struct refs_answer *a, size_t i, uint64_t *logical, uint64_t *physical)
{
    *logical = a->addresses->number[a->addresses->ref[i] & ~REF_WRITE];
    return address_translate(a->o->form.page_size, a->o->table.v, a->o->table.n, *logical,
                             physical);
}

void refs_ws_print(const struct refs_answer *a)
{
    uint64_t from, to, page_size = a->o->form.page_size;

    print_windows(a);
    if (a->addresses)
        printf("\n%10s %10s %10s %10s %10s\n", "logical", "page", "offset", "frame", "physical");
    for (size_t i = 0; a->addresses && i < a->addresses->n; i++) {
        bool ok = translate(a, i, &from, &to);

        printf("%10" PRIu64 " %10" PRIu64 " %10" PRIu64, from, from / page_size, from % page_size);
        if (ok)
            printf(" %10" PRIu64 " %10" PRIu64 "\n", to / page_size, to);
        else
            puts("       none: beyond the page table");
    }
}

/* --- for programs --- */

static void put_size(struct text *t, const char *key, uint64_t value, double mean, uint32_t max,
                     uint64_t faults)
{
    text_put(t, key);
    text_count(t, value);
    text_put(t, ", \"mean\": ");
    text_number(t, mean);
    text_put(t, ", \"max\": ");
    text_int(t, max);
    text_put(t, ", \"faults\": ");
    text_count(t, faults);
}

static void put_at(struct text *t, const struct refs_answer *a, uint64_t window)
{
    for (size_t k = 0; k < a->o->at.n; k++) {
        uint32_t n;
        uint64_t *pages = pages_at(a, window, a->o->at.v[k], &n);

        text_put(t, k ? ", {\"at\": " : "{\"at\": ");
        text_count(t, a->o->at.v[k]);
        text_put(t, ", \"pages\": [");
        for (uint32_t i = 0; i < n; i++) {
            text_put(t, i ? ", " : "");
            text_count(t, pages[i]);
        }
        text_put(t, "]}");
        free(pages);
    }
}

static void put_windows(struct text *t, const struct refs_answer *a)
{
    text_put(t, ",\n \"working_set\": [");
    for (size_t i = 0; i < a->o->windows.n; i++) {
        struct working_set ws = { .window = a->o->windows.v[i] };

        if (!working_set_run(a->refs, &ws))
            t->failed = true;
        text_put(t, i ? ",\n  " : "\n  ");
        put_size(t, "{\"window\": ", ws.window, ws.mean, ws.max, ws.faults);
        text_put(t, ", \"sets\": [");
        put_at(t, a, ws.window);
        text_put(t, "]}");
    }
    text_put(t, "]");
}

static void put_pff(struct text *t, const struct refs_answer *a)
{
    text_put(t, ",\n \"pff\": [");
    for (size_t i = 0; i < a->o->pff.n; i++) {
        struct page_fault_frequency p = { .interval = a->o->pff.v[i] };

        if (!page_fault_frequency_run(a->refs, &p))
            t->failed = true;
        text_put(t, i ? ",\n  " : "\n  ");
        put_size(t, "{\"interval\": ", p.interval, p.mean, p.max, p.faults);
        text_put(t, "}");
    }
    text_put(t, "]");
}

static void put_physical(struct text *t, const struct refs_answer *a)
{
    uint64_t from, to;

    text_put(t, ",\n \"physical\": [");
    for (size_t i = 0; i < a->addresses->n; i++) {
        text_put(t, i ? ", " : "");
        if (translate(a, i, &from, &to))
            text_count(t, to);
        else
            text_put(t, "null");
    }
    text_put(t, "]");
}

void refs_ws_json(const struct refs_answer *a, struct text *t)
{
    if (a->o->windows.n)
        put_windows(t, a);
    if (a->o->pff.n)
        put_pff(t, a);
    if (a->addresses)
        put_physical(t, a);
}
