/* foresee.c - see foresee.h */
#include <lab/foresee.h>

#include <host/pages.h>
#include <host/plugin.h>
#include <host/stop.h>
#include <machine/machine.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 1 << 27, BATCH = 1 << 16, TABLE_BITS = 10 };

/* References as they come: by number of their key, keys in the order of their first use. */
struct recorder {
    uint64_t *key;
    uint32_t *count;            /* by key */
    uint32_t nkeys, room;
    uint32_t *table;            /* number of the key + 1, by hash; 0: empty */
    unsigned bits;
    uint32_t *ref;
    size_t n, ref_room;
    bool failed;                /* too many, or no memory */
    const struct config *config;
    void *memory;
    size_t size;
    struct machine *machine;
};

static uint32_t place_of(const struct recorder *r, uint64_t key)
{
    uint32_t i = (uint32_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> (64 - r->bits));

    while (r->table[i] && r->key[r->table[i] - 1] != key)
        i = (i + 1) & ((1u << r->bits) - 1);
    return i;
}

/* Twice the room for keys, and a table four times as large as that. */
static bool widen(struct recorder *r)
{
    uint32_t room = r->room ? 2 * r->room : 1u << TABLE_BITS;
    uint64_t *key = realloc(r->key, room * sizeof *key);
    uint32_t *count = key ? realloc(r->count, room * sizeof *count) : NULL;

    r->key = key ? key : r->key;
    r->count = count ? count : r->count;
    free(r->table);
    r->bits = r->bits ? r->bits + 1 : TABLE_BITS + 2;
    r->table = calloc((size_t)1 << r->bits, sizeof *r->table);
    if (!key || !count || !r->table)
        return false;
    r->room = room;
    for (uint32_t i = 0; i < r->nkeys; i++)
        r->table[place_of(r, r->key[i])] = i + 1;
    return true;
}

static void refer(void *recorder, uint64_t key)
{
    struct recorder *r = recorder;

    if (r->failed)
        return;
    if (r->n == r->ref_room) {
        r->ref_room = r->ref_room ? 2 * r->ref_room : 1 << 16;
        uint32_t *ref = r->ref_room <= MOST ? realloc(r->ref, r->ref_room * sizeof *ref) : NULL;

        r->ref = ref ? ref : r->ref;
        r->failed = !ref;
    }
    if (r->failed || (r->nkeys == r->room && (r->failed = !widen(r))))
        return;
    uint32_t at = place_of(r, key);
    if (!r->table[at]) {
        r->key[r->nkeys] = key;
        r->count[r->nkeys] = 0;
        r->table[at] = ++r->nkeys;
    }
    r->count[r->table[at] - 1]++;
    r->ref[r->n++] = r->table[at] - 1;
}

/* --- the run --- */

static void play(void *recorder)
{
    struct recorder *r = recorder;

    r->size = machine_size(r->config);
    r->memory = pages_map(r->size);
    if (!r->memory)
        return;
    r->machine = machine_init(r->memory, r->size, r->config, false);
    while (!r->failed && machine_run(r->machine, NS_MAX, BATCH) == MACHINE_RUNNING &&
           !stop_asked())
        if (machine_needs_input(r->machine))
            break;
}

/* --- sorted --- */

static int by_key(const void *a, const void *b, void *recorder)
{
    const uint64_t *key = ((const struct recorder *)recorder)->key;
    uint64_t x = key[*(const uint32_t *)a], y = key[*(const uint32_t *)b];

    return (x > y) - (x < y);
}

/* All in one block: the struct, keys, where each begins, and the references. */
static struct foresight *sorted(struct recorder *r)
{
    size_t n = r->nkeys, bytes = sizeof(struct foresight) + n * sizeof(uint64_t) +
                                 (n + 1) * sizeof(uint32_t) + r->n * sizeof(uint32_t);
    uint32_t *order = malloc((n + 1) * sizeof *order), *cursor = malloc((n + 1) * sizeof *cursor);
    struct foresight *f = malloc(bytes);

    if (order && cursor && f) {
        uint64_t *key = (uint64_t *)(f + 1);
        uint32_t *first = (uint32_t *)(key + n), *at = first + n + 1, sum = 0;

        for (uint32_t i = 0; i < n; i++)
            order[i] = i;
        qsort_r(order, n, sizeof *order, by_key, r);
        for (uint32_t i = 0; i < n; i++) {
            key[i] = r->key[order[i]];
            first[i] = cursor[order[i]] = sum;
            sum += r->count[order[i]];
        }
        first[n] = sum;
        for (size_t i = 0; i < r->n; i++)
            at[cursor[r->ref[i]]++] = (uint32_t)i;
        *f = (struct foresight){ .nkeys = r->nkeys, .key = key, .first = first, .at = at };
    } else {
        free(f);
        f = NULL;
    }
    free(order);
    free(cursor);
    return f;
}

enum err foresee(const struct config *c, struct foresight **out, struct diag *diag)
{
    struct config first = *c;
    struct recorder r = { .config = &first };
    struct plugin_crash crash;
    enum err err = ERR_OK;

    *out = NULL;
    *diag = (struct diag){ .line = 0 };
    if (!c->replacement.ops || !(c->replacement.ops->flags & REPLACE_FORESIGHT) ||
        (!c->touches && !c->swap.frames))       /* no page ever has to go */
        return ERR_OK;
    machine_record(&first, refer, &r);
    if (!plugin_guard_run(play, &r, &crash)) {
        snprintf(diag->text, sizeof diag->text, "%.200s in the run that %s records", crash.text,
                 c->replacement.ops->name);
        err = ERR_PLUGIN;
    } else if (!r.machine || r.failed || !(*out = sorted(&r))) {
        snprintf(diag->text, sizeof diag->text, "%s: the run has too many references to be "
                 "recorded (at most %d), or there is no memory for them",
                 c->replacement.ops->name, MOST);
        err = ERR_LIMIT;
    }
    if (r.memory)
        pages_unmap(r.memory, r.size);
    free(r.key);
    free(r.count);
    free(r.table);
    free(r.ref);
    return err;
}

void foresight_free(struct foresight *f)
{
    free(f);
}
