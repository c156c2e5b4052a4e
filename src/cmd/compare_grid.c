/* compare_grid.c - see compare_grid.h */
#include <cmd/compare_grid.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static char *label_of(const struct options *o, unsigned r, unsigned f)
{
    char *text = NULL;
    int n = o->nreplacements && o->nframes
                ? asprintf(&text, "%s %" PRIu32, o->replacements[r], o->frames[f])
            : o->nframes ? asprintf(&text, "%" PRIu32 " frames", o->frames[f])
                         : asprintf(&text, "%s", o->replacements[r]);

    return n < 0 ? NULL : text;
}

bool grid_make(struct grid *g, const struct options *o)
{
    unsigned nr = o->nreplacements ? o->nreplacements : 1, nf = o->nframes ? o->nframes : 1;

    *g = (struct grid){ .face = { .replacements = (const char *const *)o->replacements,
                                  .nreplacements = o->nreplacements, .frames = o->frames,
                                  .nframes = o->nframes } };
    if (nr * nf == 1)
        return true;            /* no columns, but the same for all */
    if (nr * nf > GRID_COLUMNS) {
        fprintf(stderr, "ossim compare: error: more than %d policies and sizes\n",
                GRID_COLUMNS);
        return false;
    }
    for (; g->n < nr * nf; g->n++)
        if (!(g->label[g->n] = label_of(o, g->n / nf, g->n % nf))) {
            fputs("ossim compare: error: out of memory\n", stderr);
            return false;
        }
    return true;
}

void grid_free(struct grid *g)
{
    for (unsigned i = 0; i < g->n; i++)
        free((char *)(uintptr_t)g->label[i]);
    g->n = 0;
}

size_t grid_sets(const struct grid *g, unsigned k, struct workload_set sets[2], char number[16])
{
    const struct frames_grid *f = &g->face;
    size_t nf = f->nframes ? f->nframes : 1, n = 0;

    if (f->nreplacements)
        sets[n++] = (struct workload_set){ "/kernel/replacement", f->replacements[k / nf] };
    if (f->nframes) {
        snprintf(number, 16, "%" PRIu32, f->frames[k % nf]);
        sets[n++] = (struct workload_set){ "/machine/memory/frames", number };
    }
    return n;
}
