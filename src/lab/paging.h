/* lab/paging.h - the arithmetic of paging: working sets, address translation, access times.
 *
 * For strings and tables given by hand; the simulated machine has walkers of its own.
 */
#ifndef LAB_PAGING_H
#define LAB_PAGING_H

#include <lab/refs.h>

/* --- working sets (Denning, "The Working Set Model for Program Behavior", 1968) --- */

struct working_set {
    uint64_t window;            /* T, in references, >= 1 */
    double mean;                /* s(T): mean size over all references, each after it */
    uint32_t max;
    uint64_t faults;            /* references to pages outside: m(T) is this / refs */
};

/* W(t, T): the pages of the last `window` references. ws->window is given, the rest is
 * filled in. False: no memory. */
bool working_set_run(const struct refs *r, struct working_set *ws);
/* The pages in W(t, window), t counted from 1, by number; the array has room for all
 * pages of the string. Returns how many; 0 without memory. */
uint32_t working_set_at(const struct refs *r, uint64_t window, size_t t, uint64_t *pages);

struct page_fault_frequency {   /* Chu, Opderbeck, "Program Behavior and the Page-Fault- */
    uint64_t interval;          /* Frequency Replacement Algorithm", 1976; references */
    double mean;                /* resident pages, after each reference */
    uint32_t max;
    uint64_t faults;
};

/* At a fault later than `interval` after the one before, what was not referenced between
 * the two goes. False: no memory. */
bool page_fault_frequency_run(const struct refs *r, struct page_fault_frequency *p);

/* --- one-level page tables --- */

/* logical in pages of page_size bytes, >= 1, by a table of frame numbers. False: beyond the
 * table, or past 64 bits. */
bool address_translate(uint64_t page_size, const uint64_t *table, size_t entries,
                       uint64_t logical, uint64_t *physical);

/* --- effective access time, ns --- */

/* A look into the TLB, then memory; after a miss `levels` more accesses for the walk. */
double access_time_tlb(double hit, double tlb_ns, double memory_ns, unsigned levels);
/* Memory, or at a share p of all accesses a fault. */
double access_time_faults(double p, double memory_ns, double fault_ns);

#endif
