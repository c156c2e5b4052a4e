/* lab/refs_line.h - lines of pages: ordered lists for runs over reference strings.
 *
 * A page is on one line at most. One that leaves, or goes to the end of it or of another,
 * leaves its old entry behind, which is passed over when it comes to the head: what counts
 * is the place that is noted with the page. So all that a reference costs is one
 * word of its page and a store at the end of a line. O(1) amortised.
 */
#ifndef LAB_REFS_LINE_H
#define LAB_REFS_LINE_H

#include <lab/refs_dense.h>

#include <stdlib.h>

enum { LINES_MAX = 4, LINE_NONE = LINES_MAX, PLACE_BITS = 29 };

/* Places are taken round and round. */
struct line {
    uint32_t *page;             /* by place */
    uint32_t head, end;         /* numbers of places, which wrap */
    uint32_t n;                 /* pages that are really on it */
};

struct lines {
    uint32_t mask;              /* of the number of a place; a line has mask + 1 */
    uint32_t *where;            /* by page: line + 1, place; 0: on none */
    struct line line[LINES_MAX];
};

/* nlines, each for up to `pages` of the pages below npages; pages < 2^26. False: no memory.
 * lines_free in either case. */
bool lines_init(struct lines *l, unsigned nlines, uint32_t pages, uint32_t npages);
void lines_free(struct lines *l);
/* line is full: what is really on it moves up. */
void lines_close_ranks(struct lines *l, unsigned line);

static inline unsigned lines_on(const struct lines *l, uint32_t page)
{
    uint32_t on = l->where[page] >> PLACE_BITS;

    return on ? on - 1 : LINE_NONE;
}

static inline uint32_t lines_place(const struct lines *l, unsigned line, uint32_t i)
{
    return (line + 1) << PLACE_BITS | (i & l->mask);
}

/* As the newest of line; from: the one that it is on, or LINE_NONE. */
static inline void lines_append(struct lines *l, unsigned line, uint32_t page, unsigned from)
{
    struct line *to = &l->line[line];

    if (from != LINE_NONE)
        l->line[from].n--;
    if (__builtin_expect(to->end - to->head > l->mask, 0))
        lines_close_ranks(l, line);
    to->page[to->end & l->mask] = page;
    l->where[page] = lines_place(l, line, to->end++);
    to->n++;
}

/* The oldest of line, which is not empty. It is on none afterwards. */
static inline uint32_t lines_take(struct lines *l, unsigned line)
{
    struct line *from = &l->line[line];
    uint32_t i = from->head, page;

    do {
        page = from->page[i & l->mask];
        __builtin_prefetch(&l->where[from->page[(i + REFS_AHEAD) & l->mask]], 1);
    } while (l->where[page] != lines_place(l, line, i++));
    from->head = i;
    from->n--;
    l->where[page] = 0;
    return page;
}

#endif
