/* refs_line.c - see refs_line.h */
#include <lab/refs_line.h>

bool lines_init(struct lines *l, unsigned nlines, uint32_t pages, uint32_t npages)
{
    bool ok = true;

    *l = (struct lines){ .mask = 127, .where = calloc(npages, sizeof *l->where) };
    while (l->mask / 4 <= pages)        /* most of a full line is old, then */
        l->mask = l->mask * 2 + 1;
    for (unsigned i = 0; i < nlines; i++) {
        l->line[i].page = calloc((size_t)l->mask + 1, sizeof(uint32_t));
        ok = ok && l->line[i].page;
    }
    return ok && l->where;
}

void lines_free(struct lines *l)
{
    for (unsigned i = 0; i < LINES_MAX; i++)
        free(l->line[i].page);
    free(l->where);
}

void lines_close_ranks(struct lines *l, unsigned line)
{
    struct line *x = &l->line[line];
    uint32_t to = x->head;

    for (uint32_t i = x->head; i != x->end; i++) {
        uint32_t page = x->page[i & l->mask];

        __builtin_prefetch(&l->where[x->page[(i + REFS_AHEAD) & l->mask]], 1);
        if (l->where[page] == lines_place(l, line, i)) {
            l->where[page] = lines_place(l, line, to);
            x->page[to++ & l->mask] = page;
        }
    }
    x->end = to;
}
