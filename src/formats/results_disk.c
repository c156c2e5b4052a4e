/* results_disk.c - what the disk did, what is on it, and what power cuts took. */
#include <formats/text.h>
#include <stat/names.h>

#include <string.h>

enum { TREE = 256 };            /* entries written */

/* --- power cuts --- */

static void member(struct text *t, const char *name, uint64_t v)
{
    text_put(t, ", \"");
    text_put(t, name);
    text_put(t, "\": ");
    text_count(t, v);
}

static void blackout(struct text *t, const struct results_blackout *b, ns_t unit)
{
    text_put(t, "{\"at\": ");
    text_time(t, b->at, unit);
    text_put(t, ", \"up\": ");
    text_time(t, b->up, unit);
    text_put(t, b->up < NS_MAX && !b->broken ? ", \"recovered\": true" : ", \"recovered\": false");
    member(t, "replayed", b->replayed);
    member(t, "processes_lost", b->processes_lost);
    member(t, "files_lost", b->files_lost);
    member(t, "blocks_lost", b->blocks_lost);
    text_put(t, ", \"work_lost\": ");
    text_time(t, b->work_lost, unit);
    text_put(t, "}");
}

void results_blackouts(struct text *t, const struct results *r)
{
    if (!r->nblackouts)
        return;
    text_put(t, " \"power_cuts\": [");
    for (unsigned i = 0; i < r->nblackouts; i++) {
        text_put(t, i ? ",\n  " : "\n  ");
        blackout(t, &r->blackouts[i], r->config->time_unit);
    }
    text_put(t, "],\n");
}

/* --- the way of the arm, cache and journal over time --- */

static void path(struct text *t, const struct diskbook *d, bool several, ns_t unit)
{
    const struct disk_move *m;

    text_put(t, ",\n  \"path\": [");
    for (uint64_t i = 0; (m = diskbook_move(d, i)); i++) {
        text_put(t, i ? ",\n   {\"from\": " : "\n   {\"from\": ");
        text_time(t, m->from, unit);
        text_put(t, ", \"to\": ");
        text_time(t, m->to, unit);
        if (several)
            member(t, "drive", m->drive);
        member(t, "cylinder", m->cylinder);
        member(t, "moved", m->moved);
        text_put(t, "}");
    }
    text_put(t, "]");
}

static void over_time(struct text *t, const struct diskbook *d, ns_t unit)
{
    text_put(t, ",\n  \"over_time\": [");
    for (uint32_t i = 0; i < d->nsamples; i++) {
        const struct disk_now *s = &d->sample[i].now;

        text_put(t, i ? ",\n   {\"at\": " : "\n   {\"at\": ");
        text_time(t, d->sample[i].at, unit);
        member(t, "waiting", s->waiting);
        member(t, "cached", s->cached);
        member(t, "dirty", s->dirty);
        member(t, "journal", s->log_used);
        member(t, "transaction", s->held);
        text_put(t, "}");
    }
    text_put(t, "]");
}

/* --- the tree --- */

struct tree {
    struct text *t;
    unsigned n;
    size_t end[DISK_TREE_DEPTH + 2];    /* of the path, by depth */
    char path[(DISK_TREE_DEPTH + 1) * (DISK_ENTRY_NAME + 1) + 1];
};

static const char *path_of(struct tree *tree, const struct disk_entry *e)
{
    size_t at = e->depth ? tree->end[e->depth - 1] : 0, len = strlen(e->name);

    if (!e->depth) {
        tree->end[0] = 0;
        return "/";
    }
    tree->path[at] = '/';
    memcpy(tree->path + at + 1, e->name, len + 1);
    tree->end[e->depth] = at + 1 + len;
    return tree->path;
}

static bool entry(void *to, const struct disk_entry *e)
{
    struct tree *tree = to;
    struct text *t = tree->t;

    text_put(t, tree->n ? ",\n   {\"path\": " : "\n   {\"path\": ");
    text_string(t, path_of(tree, e));
    member(t, "inode", e->ino);
    member(t, "bytes", e->size);
    member(t, "links", e->links);
    text_put(t, ", \"blocks\": [");
    for (uint32_t i = 0; i < e->nruns && i < DISK_ENTRY_RUNS; i++) {
        text_put(t, i ? ", [" : "[");
        text_count(t, e->run[i].from);
        text_put(t, ", ");
        text_count(t, e->run[i].n);
        text_put(t, "]");
    }
    text_put(t, "]");
    member(t, "data_blocks", e->nblocks);
    member(t, "pointer_blocks", e->npointers);
    text_put(t, "}");
    return ++tree->n < TREE;
}

static void faults(struct text *t, const struct diskbook *d, ns_t unit)
{
    if (!d->nfaults)
        return;
    member(t, "refused", d->refused);
    text_put(t, ",\n  \"faults\": [");
    for (uint32_t i = 0; i < d->nfaults && i < DISKBOOK_FAULTS; i++) {
        text_put(t, i ? ", {\"at\": " : "{\"at\": ");
        text_time(t, d->fault[i].at, unit);
        text_put(t, ", \"kind\": ");
        text_string(t, disk_fault_names[d->fault[i].kind]);
        if (d->fault[i].sector || d->fault[i].kind == DISK_BAD_SECTOR)
            member(t, "sector", d->fault[i].sector);
        text_put(t, "}");
    }
    text_put(t, "]");
}

static void time_member(struct text *t, const char *name, ns_t v, ns_t unit)
{
    text_put(t, ", \"");
    text_put(t, name);
    text_put(t, "\": ");
    text_time(t, v, unit);
}

/* What only the machine knows. */
static void now_member(struct text *t, const struct disk_now *now, ns_t unit)
{
    time_member(t, "seek", now->seek, unit);
    time_member(t, "rotation", now->rotation, unit);
    time_member(t, "transfer", now->transfer, unit);
    if (now->resynced) {
        member(t, "rows_resynced", now->resynced);
        member(t, "rows_stale", now->stale);
    }
}

void results_disk(struct text *t, const struct results *r)
{
    const struct diskbook *d = r->disk;
    struct tree tree = { .t = t };

    if (!d || (!d->moves && !d->nsamples))
        return;
    const struct disk_now *last = d->nsamples ? &d->sample[d->nsamples - 1].now : NULL;
    bool several = last && last->drives > 1;
    struct disk_now now;

    text_put(t, " \"disk\": {\"requests\": ");
    text_count(t, d->moves);
    member(t, "cylinders", last ? last->cylinders : 1);
    member(t, "cache_blocks", last ? last->cache : 0);
    member(t, "journal_blocks", last ? last->log_size : 0);
    if (several)
        member(t, "drives", last->drives);
    if (d->ask && d->ask(d->machine, true, &now))
        now_member(t, &now, r->config->time_unit);
    faults(t, d, r->config->time_unit);
    path(t, d, several, r->config->time_unit);
    over_time(t, d, r->config->time_unit);
    text_put(t, ",\n  \"tree\": [");
    if (r->tree)
        r->tree(r->ctx, entry, &tree);
    text_put(t, "]},\n");
}
