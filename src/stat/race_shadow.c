/* race_shadow.c - cells of words, by space and page. */
#include <stat/race_shadow.h>

#include <stdlib.h>
#include <string.h>

enum { PAGE = 4096, WORDS = PAGE / 4, BUCKETS = 1 << 12, NOTHING = 0 };

struct page {
    struct page *next;          /* in its bucket */
    uint32_t space, number;
    struct race_cell word[WORDS];
};

struct race_shadow {
    struct page *bucket[BUCKETS];
    struct page *last;          /* that was asked for; NULL */
    struct race_cell (*group)[4];       /* number 0 is not used */
    uint32_t ngroups, groups_room, free_group;  /* free ones are linked by `more` */
    struct race_readers *set;   /* number 0 is not used */
    uint32_t nsets, sets_room, free_set;
};

struct race_shadow *shadow_create(void)
{
    struct race_shadow *s = calloc(1, sizeof *s);

    if (s)
        s->ngroups = s->nsets = 1;
    return s;
}

void shadow_destroy(struct race_shadow *s)
{
    struct page *next;

    if (!s)
        return;
    for (unsigned i = 0; i < BUCKETS; i++)
        for (struct page *p = s->bucket[i]; p; p = next) {
            next = p->next;
            free(p);
        }
    for (uint32_t i = 1; i < s->nsets; i++)
        free(s->set[i].at);
    free(s->set);
    free(s->group);
    free(s);
}

static struct page **bucket_of(struct race_shadow *s, uint32_t space, uint32_t number)
{
    uint64_t key = (uint64_t)space << 20 | number;

    return &s->bucket[key * UINT64_C(0x9e3779b97f4a7c15) >> 52];
}
_Static_assert(BUCKETS == 1 << 12, "the upper twelve bits of the product");

struct race_cell *shadow_word(struct race_shadow *s, uint32_t space, uint32_t va)
{
    uint32_t number = va / PAGE;
    struct page *p = s->last;

    if (!p || p->number != number || p->space != space) {
        struct page **bucket = bucket_of(s, space, number);

        for (p = *bucket; p && (p->number != number || p->space != space);)
            p = p->next;
        if (!p) {
            if (!(p = calloc(1, sizeof *p)))
                return NULL;
            p->space = space;
            p->number = number;
            p->next = *bucket;
            *bucket = p;
        }
        s->last = p;
    }
    return &p->word[va % PAGE / 4];
}

/* Room for one more; false: no memory. */
static bool grow(void **array, uint32_t *room, uint32_t n, size_t size)
{
    uint32_t more = *room ? *room * 2 : 64;
    void *p;

    if (n < *room)
        return true;
    if (!(p = realloc(*array, more * size)))
        return false;
    *array = p;
    *room = more;
    return true;
}

/* --- sets of readers --- */

static uint32_t set_take(struct race_shadow *s)
{
    uint32_t i = s->free_set;

    if (i) {
        s->free_set = s->set[i].next_free;
        s->set[i].n = 0;
        return i;
    }
    if (!grow((void **)&s->set, &s->sets_room, s->nsets, sizeof *s->set))
        return NOTHING;
    s->set[s->nsets] = (struct race_readers){ 0 };
    return s->nsets++;
}

static bool set_room(struct race_readers *r, uint32_t n)
{
    struct race_reader *more;

    if (n <= r->room)
        return true;
    if (!(more = realloc(r->at, 2 * n * sizeof *more)))
        return false;
    r->at = more;
    r->room = 2 * n;
    return true;
}

struct race_readers *shadow_readers(struct race_shadow *s, struct race_cell *c)
{
    struct race_readers *r;

    if (!(c->flags & CELL_SHARED)) {
        uint32_t i = set_take(s);

        if (!i)
            return NULL;
        r = &s->set[i];
        if (!set_room(r, 2)) {
            r->next_free = s->free_set;
            s->free_set = i;
            return NULL;
        }
        if (c->read)
            r->at[r->n++] = (struct race_reader){ c->read, c->read_site };
        c->more = i;
        c->flags |= CELL_SHARED;
    }
    r = &s->set[c->more];
    return set_room(r, r->n + 1) ? r : NULL;
}

void shadow_unread(struct race_shadow *s, struct race_cell *c)
{
    if (c->flags & CELL_SHARED) {
        s->set[c->more].next_free = s->free_set;
        s->free_set = c->more;
        c->more = NOTHING;
        c->flags &= ~(uint32_t)CELL_SHARED;
    }
    c->read = 0;
}

/* --- bytes --- */

static uint32_t group_take(struct race_shadow *s)
{
    uint32_t i = s->free_group;

    if (i) {
        s->free_group = s->group[i][0].more;
        return i;
    }
    if (!grow((void **)&s->group, &s->groups_room, s->ngroups, sizeof *s->group))
        return NOTHING;
    return s->ngroups++;
}

/* What is known of the word is known of each byte: its readers are copied. */
static bool copy_readers(struct race_shadow *s, struct race_cell *to, uint32_t from)
{
    uint32_t n = s->set[from].n, i = set_take(s);

    if (!i)
        return false;
    to->more = i;
    to->flags = CELL_SHARED;
    if (!set_room(&s->set[i], n))
        return false;
    memcpy(s->set[i].at, s->set[from].at, n * sizeof *s->set[i].at);
    s->set[i].n = n;
    return true;
}

struct race_cell *shadow_bytes(struct race_shadow *s, struct race_cell *word)
{
    bool shared = word->flags & CELL_SHARED;

    if (word->flags & WORD_SPLIT)
        return s->group[word->more];

    uint32_t g = group_take(s);
    bool ok = g;

    for (unsigned i = 0; g && i < 4; i++) {
        struct race_cell *c = &s->group[g][i];

        *c = *word;
        c->flags = 0;
        c->more = NOTHING;
        ok &= !shared || copy_readers(s, c, word->more);
    }
    if (!g)
        return NULL;
    shadow_unread(s, word);
    word->more = g;
    word->flags |= WORD_SPLIT;
    return ok ? s->group[g] : NULL;
}

/* --- forgetting --- */

static void word_forget(struct race_shadow *s, struct race_cell *word)
{
    if (word->flags & WORD_SPLIT) {
        struct race_cell *c = s->group[word->more];

        for (unsigned i = 0; i < 4; i++)
            shadow_unread(s, &c[i]);
        c[0].more = s->free_group;
        s->free_group = word->more;
    } else {
        shadow_unread(s, word);
    }
    *word = (struct race_cell){ 0 };
}

static void page_forget(struct race_shadow *s, struct page *p, uint32_t from, uint64_t to)
{
    uint64_t start = (uint64_t)p->number * PAGE;

    for (unsigned i = 0; i < WORDS; i++)
        if (start + i * 4 + 3 >= from && start + i * 4 < to)
            word_forget(s, &p->word[i]);
}

void shadow_forget(struct race_shadow *s, uint32_t space, uint32_t from, uint64_t to)
{
    struct page *p;

    s->last = NULL;
    for (unsigned i = 0; i < BUCKETS; i++)
        for (struct page **at = &s->bucket[i]; (p = *at);) {
            uint64_t start = (uint64_t)p->number * PAGE;
            bool in = p->space == space && start + PAGE > from && start < to;

            if (in)
                page_forget(s, p, from, to);
            if (in && from <= start && start + PAGE <= to) {
                *at = p->next;
                free(p);
            } else {
                at = &p->next;
            }
        }
}
