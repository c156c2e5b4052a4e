/* lab/refs.h - page-reference strings: reading them, and what policies make of them.
 *
 * Pages are numbered afresh when a string is made, in the order of their first use, so
 * that everything about a page is an array and nothing is looked up while references
 * are counted. One reference takes one ns of virtual time: a policy's scan interval is a
 * number of references here. All frames are empty at first, and every miss counts.
 */
#ifndef LAB_REFS_H
#define LAB_REFS_H

#include <ossim/err.h>
#include <sim/replace.h>

#define REF_WRITE 0x80000000u   /* set in refs.ref[i] if it writes */

struct refs {
    uint32_t *ref;              /* page, | REF_WRITE */
    size_t n;                   /* < 2^32 - 1 */
    uint32_t npages;            /* different ones; < 2^31 */
    uint64_t *number;           /* by page: as the string's author numbered it */
    bool writes;                /* does any reference write? */
    uint32_t *next;             /* by reference: when its page is used next;
                                 * UINT32_MAX: never. NULL until refs_next */
};

void refs_free(struct refs *r);
/* Fill r->next. False: no memory. */
bool refs_next(struct refs *r);

/* --- making one --- */

struct refs_form {
    uint64_t page_size;         /* bytes a page: splits addresses. lackey: 0 is 4096;
                                 * else 0: numbers are pages, not addresses */
};

/* A file's bytes, as formats/trace.h reads them.
 * `name` is for messages. On an error diag is filled and r is empty. */
enum err refs_read(struct refs *r, const char *name, const uint8_t *bytes, size_t size,
                   const struct refs_form *form, struct diag *diag);
/* Pages 0 .. npages - 1 drawn with probabilities in proportion to 1 / (rank ^ alpha), every
 * write_every-th of them a write (0: none). False: no memory. */
bool refs_zipf(struct refs *r, size_t n, uint32_t npages, double alpha, uint32_t write_every,
               uint64_t seed);

/* --- running policies over one --- */

struct refs_run {
    const char *policy;         /* as given; borrowed */
    uint32_t frames;
    uint64_t refs, faults;
    uint64_t evictions;         /* pages that went to make room */
    uint64_t writes;            /* of those, the dirty ones */
    uint64_t bad;               /* impossible answers of the policy */
    uint32_t *victims;          /* pages, in order; NULL unless asked for; owned */
};

/* One policy, one size >= 1. Needs refs_next first if the policy has foresight. False:
 * no memory. */
bool refs_simulate(const struct refs *r, const struct replace_config *c, uint32_t frames,
                   uint64_t seed, bool victims, struct refs_run *out);

/* LRU at many sizes in one pass: out[i].frames are given, the rest is filled in. False:
 * no memory. */
bool refs_lru_sizes(const struct refs *r, struct refs_run *out, size_t n);

#endif
