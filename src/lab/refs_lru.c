/* refs_lru.c - LRU at every size in one pass over the string.
 *
 * Mattson, Gecsei, Slutz, Traiger, "Evaluation Techniques for Storage Hierarchies", IBM
 * Systems Journal 9 (1970): a reference hits exactly in the memories that are at least as
 * large as its page's depth in the LRU stack. The depth is a count of pages used since:
 * a tree of sums over times of last use (Bennett, Kruskal, "LRU Stack Processing", IBM
 * J. Res. Dev. 19, 1975; the tree is Fenwick's), in which times are numbered afresh
 * whenever it is full. O(log pages) a reference, whatever the number of sizes.
 *
 * Writes: a page is dirty in the memories in which it has stayed since it was last written:
 * those at least as large as the greatest depth it was found at since.
 * When it is found deeper, the memories in between have written it (Thompson, Smith,
 * "Efficient (Stack) Algorithms for Analysis of Write-Back and Sector Memories", 1989).
 */
#include <lab/refs.h>

#include <stdlib.h>
#include <string.h>

#define CLEAN UINT32_MAX

struct stack {
    const struct refs *r;
    uint32_t ntimes, now;       /* times 1 .. ntimes; the last one given out */
    uint32_t *sum;              /* Fenwick's tree: 1 at each page's last use */
    uint32_t *page_at;          /* by time */
    uint32_t *last;             /* by page; 0: not used yet */
    uint32_t *dirty_from;       /* by page: least size in which it is dirty */
    uint64_t *hits;             /* by depth, 1 .. npages */
    int64_t *writes;            /* by size: differences to the next smaller one */
    uint32_t npages;            /* on the stack */
};

static void add(struct stack *s, uint32_t t, uint32_t d)
{
    for (; t <= s->ntimes; t += t & -t)
        s->sum[t] += d;
}

/* Pages last used up to t. */
static uint32_t used_to(const struct stack *s, uint32_t t)
{
    uint32_t n = 0;

    for (; t; t &= t - 1)
        n += s->sum[t];
    return n;
}

/* Times without gaps, in the same order. */
static void renumber(struct stack *s)
{
    uint32_t n = 0;

    for (uint32_t t = 1; t <= s->now; t++) {
        uint32_t page = s->page_at[t];

        if (s->last[page] == t) {
            s->last[page] = ++n;
            s->page_at[n] = page;
        }
    }
    s->now = n;
    for (uint32_t t = 1; t <= s->ntimes; t++)
        s->sum[t] = t <= n;
    for (uint32_t t = 1; t <= s->ntimes; t++) {
        uint32_t up = t + (t & -t);

        if (up <= s->ntimes)
            s->sum[up] += s->sum[t];
    }
}

/* The memories of dirty_from .. depth - 1 frames have given the page up, and wrote it. */
static void count_writes(struct stack *s, uint32_t page, uint32_t depth)
{
    if (s->dirty_from[page] < depth) {
        s->writes[s->dirty_from[page]]++;
        s->writes[depth]--;
    }
}

static void reference(struct stack *s, uint32_t page, bool write)
{
    uint32_t t = s->last[page], depth = s->npages + 1;

    if (t) {
        depth = 1 + s->npages - used_to(s, t);
        s->hits[depth]++;
        count_writes(s, page, depth);
        if (s->dirty_from[page] < depth)
            s->dirty_from[page] = depth;
        add(s, t, (uint32_t)-1);
    } else {
        s->npages++;
    }
    if (write)
        s->dirty_from[page] = 1;
    if (s->now == s->ntimes) {
        s->last[page] = 0;
        renumber(s);
    }
    s->last[page] = ++s->now;
    s->page_at[s->now] = page;
    add(s, s->now, 1);
}

/* What has been given up and not asked for again has been written too. */
static void count_last_writes(struct stack *s)
{
    uint32_t depth = 0;

    for (uint32_t t = s->now; t > 0; t--)
        if (s->last[s->page_at[t]] == t)
            count_writes(s, s->page_at[t], ++depth);
}

/* From hits by depth to hits by size, and the same for writes. */
static void sum_up(struct stack *s)
{
    for (uint32_t k = 1; k <= s->npages; k++) {
        s->hits[k] += s->hits[k - 1];
        s->writes[k] += s->writes[k - 1];
    }
}

static void answer(const struct stack *s, struct refs_run *out)
{
    uint32_t size = out->frames < s->npages ? out->frames : s->npages;

    out->refs = s->r->n;
    out->faults = s->r->n - s->hits[size];
    out->evictions = out->faults - size;
    out->writes = (uint64_t)s->writes[size];
}

bool refs_lru_sizes(const struct refs *r, struct refs_run *out, size_t n)
{
    uint32_t ntimes = r->npages < UINT32_MAX / 4 ? 2 * r->npages + 64 : UINT32_MAX / 2;
    size_t by_page = (size_t)r->npages + 2;
    struct stack s = { .r = r, .ntimes = ntimes,
        .sum = calloc((size_t)ntimes + 1, sizeof *s.sum),
        .page_at = calloc((size_t)ntimes + 1, sizeof *s.page_at),
        .last = calloc(by_page, sizeof *s.last),
        .dirty_from = malloc(by_page * sizeof *s.dirty_from),
        .hits = calloc(by_page, sizeof *s.hits), .writes = calloc(by_page, sizeof *s.writes) };
    bool ok = s.sum && s.page_at && s.last && s.dirty_from && s.hits && s.writes;

    if (ok) {
        memset(s.dirty_from, 0xff, by_page * sizeof *s.dirty_from);
        for (size_t i = 0; i < r->n; i++)
            reference(&s, r->ref[i] & ~REF_WRITE, r->ref[i] & REF_WRITE);
        count_last_writes(&s);
        sum_up(&s);
        for (size_t i = 0; i < n; i++)
            answer(&s, &out[i]);
    }
    free(s.sum), free(s.page_at), free(s.last), free(s.dirty_from);
    free(s.hits), free(s.writes);
    return ok;
}
