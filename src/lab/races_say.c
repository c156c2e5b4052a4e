/* races_say.c - which places race, in symbols and source lines. */
#include <lab/races_inside.h>

#include <inttypes.h>
#include <machine/source.h>
#include <stdlib.h>
#include <string.h>

/* --- places --- */

static bool same_site(const struct site *a, const struct site *b)
{
    return a->image == b->image && a->pc == b->pc && a->from == b->from && a->kind == b->kind;
}

uint32_t site_number(struct sites *s, struct site what)
{
    uint32_t *bucket = &s->bucket[(what.pc / 4 ^ what.from * 7) % SITE_BUCKETS];

    for (uint32_t i = *bucket; i; i = s->at[i - 1].next)
        if (same_site(&s->at[i - 1], &what))
            return i - 1;
    if (s->n == s->room) {
        uint32_t room = s->room ? s->room * 2 : 256;
        struct site *more = realloc(s->at, room * sizeof *more);

        if (!more)
            return s->failed = true, 0;
        s->at = more;
        s->room = room;
    }
    what.next = *bucket;
    s->at[s->n] = what;
    *bucket = ++s->n;
    return s->n - 1;
}

bool site_lined(const struct program_config *image, uint32_t pc)
{
    return source_code(image, pc).file != NULL;
}

static void place_access(const struct site *s, struct results_access *a)
{
    static const char *const kinds[] = {
        [SITE_READ] = "read", [SITE_WRITE] = "write", [SITE_ATOMIC_READ] = "atomic read",
        [SITE_ATOMIC_WRITE] = "atomic write", [SITE_ATOMIC_BOTH] = "atomic update",
        [SITE_CALL_READ] = "read by a call", [SITE_CALL_WRITE] = "write by a call",
    };
    struct source_place at = source_code(s->image, s->pc);
    struct source_place from = { .file = NULL };

    if (s->from && !at.file)
        from = source_code(s->image, s->from);
    *a = (struct results_access){ .kind = kinds[s->kind], .size = s->size, .pc = s->pc,
                                  .symbol = at.symbol, .offset = at.offset, .file = at.file,
                                  .line = at.line, .from_file = from.file,
                                  .from_line = from.line };
}

/* --- what is to be reported --- */

/* A lock's own fields, guarded by it in ways that only it knows. Making and unmaking one
 * while it is used is the program's mistake, though. */
static bool in_a_lock(const struct results_access *a)
{
    static const char *const begins[] = { "pthread_", "__pthread_", "sem_", "known", "taken",
                                          "await_change", "on_cancel", "ftrylockfile", "flockfile",
                                          "funlockfile", "__lockfile", "__unlockfile" };

    if (a->file || !a->symbol || strstr(a->symbol, "_init") || strstr(a->symbol, "_destroy"))
        return false;
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
        if (!strncmp(a->symbol, begins[i], strlen(begins[i])))
            return true;
    return false;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

/* The same line of source; without one, the same instruction. */
static bool same_place(const struct results_access *a, const struct results_access *b)
{
    if (a->file || b->file)
        return same_text(a->file, b->file) && a->line == b->line;
    if (a->from_file || b->from_file)
        return same_text(a->from_file, b->from_file) && a->from_line == b->from_line;
    return a->pc == b->pc;
}

static struct results_race *known(struct found *f, const struct results_race *r)
{
    for (unsigned i = 0; i < f->n; i++) {
        const struct results_access *a = f->race[i].access;

        if ((same_place(&a[0], &r->access[0]) && same_place(&a[1], &r->access[1])) ||
            (same_place(&a[0], &r->access[1]) && same_place(&a[1], &r->access[0])))
            return &f->race[i];
    }
    return NULL;
}

static struct pair *pair_of(struct found *f, uint32_t a, uint32_t b, bool *new)
{
    *new = false;
    for (uint32_t i = 0; i < f->npairs; i++)
        if (f->pair[i].a == a && f->pair[i].b == b)
            return &f->pair[i];
    if (f->npairs == f->pairs_room) {
        uint32_t room = f->pairs_room ? f->pairs_room * 2 : 64;
        struct pair *more = realloc(f->pair, room * sizeof *more);

        if (!more)
            return NULL;
        f->pair = more;
        f->pairs_room = room;
    }
    *new = true;
    f->pair[f->npairs] = (struct pair){ a, b, 0 };
    return &f->pair[f->npairs++];
}

bool found_add(struct found *f, const struct sites *s, const struct race_pair *p,
               struct results_race **race)
{
    struct results_race r = { .address = p->va, .times = 1 }, *old;
    bool new;
    struct pair *pair = pair_of(f, p->was_site, p->now_site, &new);

    if (!pair) {
        f->left_out++;
        return false;
    }
    if (!new) {
        if (pair->race)
            f->race[pair->race - 1].times++;
        return false;
    }
    place_access(&s->at[p->was_site], &r.access[0]);
    place_access(&s->at[p->now_site], &r.access[1]);
    if (in_a_lock(&r.access[0]) || in_a_lock(&r.access[1]))
        return false;
    if ((old = known(f, &r))) {
        pair->race = (unsigned)(old - f->race) + 1;
        old->times++;
        return false;
    }
    if (f->n == RACES_KEPT || (!f->race && !(f->race = calloc(RACES_KEPT, sizeof r)))) {
        f->left_out++;
        return false;
    }
    struct source_place data = source_data(s->at[p->now_site].image, r.address);

    r.symbol = data.symbol;
    r.offset = data.offset;
    *race = &f->race[f->n];
    **race = r;
    pair->race = ++f->n;
    return true;
}

void found_free(struct found *f)
{
    free(f->race);
    free(f->pair);
}

/* --- in words --- */

static void print_access(const struct results_access *a, const char *when, FILE *out)
{
    fprintf(out, "    %s", a->kind);
    if (a->size)
        fprintf(out, " of %u byte%s", a->size, a->size == 1 ? "" : "s");
    fprintf(out, " by thread %d (%s) at pc 0x%08x", a->thread, a->task, a->pc);
    if (a->symbol)
        fprintf(out, " (%s+0x%x)", a->symbol, a->offset);
    if (a->file)
        fprintf(out, ", %s:%u", a->file, a->line);
    else if (a->from_file)
        fprintf(out, ", called at %s:%u", a->from_file, a->from_line);
    fprintf(out, "%s\n", when);
}

void races_print(const struct results_race *race, unsigned n, unsigned most,
                 const char *prefix, FILE *out)
{
    for (unsigned i = 0; i < n && i < most; i++) {
        const struct results_race *r = &race[i];

        fprintf(out, "%sdata race on ", prefix);
        if (r->symbol && r->offset)
            fprintf(out, "%s+%u (0x%08x)", r->symbol, r->offset, r->address);
        else if (r->symbol)
            fprintf(out, "%s (0x%08x)", r->symbol, r->address);
        else
            fprintf(out, "address 0x%08x", r->address);
        fprintf(out, ": no lock, join or message orders these two (%" PRIu64 " time%s)\n",
                r->times, r->times == 1 ? "" : "s");
        print_access(&r->access[1], "", out);
        print_access(&r->access[0], ", earlier", out);
    }
    if (n > most)
        fprintf(out, "%s%u more data race%s\n", prefix, n - most, n - most == 1 ? "" : "s");
}
