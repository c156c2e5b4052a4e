/* snapshot.c - tables of pages, shared until they differ.
 *
 * The block is cut into pages of 4 KiB. A snapshot is a root, which names tables, which
 * name pages; each of these is such a page, counted by who names it, and 0 stands for
 * nothing but zeroes. A new snapshot shares with the one that it was compared with all
 * that is equal.
 */
#include <machine/snapshot.h>

#include <sim/check.h>
#include <string.h>

enum { FAN = SNAPSHOT_PAGE / sizeof(uint32_t), LEAST_PAGES = 64 };

typedef uint32_t ref_t;         /* a page of the block; 0: zeroes, or none */

struct snapshot { struct snapshot_at at; ref_t root; };

struct snapshots {
    uint8_t *pool;              /* page 0 is never handed out */
    uint32_t *uses;             /* by page; 0: free, and then next_free is in it */
    uint32_t npages, fresh;     /* pages from `fresh` on were never used */
    uint32_t nfree;             /* given back, in a list */
    ref_t first_free;
    ref_t base;                 /* root of what was last taken or put back; 0: zeroes */
    struct snapshot_region region[SNAPSHOT_REGIONS];
    size_t first[SNAPSHOT_REGIONS + 1]; /* number of each region's first page */
    unsigned nregions, n;
    snapshot_touched_fn *touched;
    struct snapshot snap[SNAPSHOT_LIMIT];       /* in order */
};

/* --- pages of the block --- */

static uint8_t *page(const struct snapshots *s, ref_t r)
{
    return s->pool + (size_t)r * SNAPSHOT_PAGE;
}

static ref_t *table(const struct snapshots *s, ref_t r)
{
    return (ref_t *)(void *)page(s, r);
}

/* 0: none is left. */
static ref_t page_take(struct snapshots *s)
{
    ref_t r = s->first_free;

    if (r) {
        s->first_free = *table(s, r);
        s->nfree--;
    } else if (s->fresh < s->npages) {
        r = s->fresh++;
    } else {
        return 0;
    }
    CHECK(!s->uses[r]);
    s->uses[r] = 1;
    return r;
}

/* False: others still name it. */
static bool page_drop(struct snapshots *s, ref_t r)
{
    CHECK(s->uses[r] > 0);
    if (--s->uses[r])
        return false;
    *table(s, r) = s->first_free;
    s->first_free = r;
    s->nfree++;
    return true;
}

/* What a table names is dropped before the table, whose page would be written over. */
static void table_drop(struct snapshots *s, ref_t r, unsigned depth)
{
    if (!r)
        return;
    if (depth && s->uses[r] == 1)
        for (unsigned i = 0; i < FAN; i++)
            table_drop(s, table(s, r)[i], depth - 1);
    page_drop(s, r);
}

static void root_drop(struct snapshots *s, ref_t root)
{
    table_drop(s, root, 2);
}

/* A table that this one alone names, with the same in it. r 0: an empty one. */
static ref_t table_copy(struct snapshots *s, ref_t r)
{
    ref_t copy = page_take(s);

    if (!copy)
        return 0;
    if (!r) {
        memset(page(s, copy), 0, SNAPSHOT_PAGE);
        return copy;
    }
    memcpy(page(s, copy), page(s, r), SNAPSHOT_PAGE);
    for (unsigned i = 0; i < FAN; i++)
        if (table(s, r)[i])
            s->uses[table(s, r)[i]]++;
    return copy;
}

/* --- setting up --- */

struct snapshots *snapshots_init(void *mem, size_t size, const struct snapshot_region *r,
                                 unsigned nregions, snapshot_touched_fn *touched)
{
    struct snapshots *s = mem;
    size_t head = sizeof *s, npages = size / SNAPSHOT_PAGE;

    if (npages > UINT32_MAX)
        npages = UINT32_MAX;
    head = (head + npages * sizeof *s->uses + SNAPSHOT_PAGE - 1) / SNAPSHOT_PAGE;
    if (nregions > SNAPSHOT_REGIONS || npages < head + LEAST_PAGES)
        return NULL;
    *s = (struct snapshots){ .nregions = nregions, .touched = touched,
                             .npages = (uint32_t)(npages - head), .fresh = 1 };
    s->uses = (uint32_t *)(void *)((uint8_t *)mem + sizeof *s);
    s->pool = (uint8_t *)mem + head * SNAPSHOT_PAGE;
    for (unsigned i = 0; i < nregions; i++) {
        CHECK(((uintptr_t)r[i].base | r[i].size) % SNAPSHOT_PAGE == 0);
        s->region[i] = r[i];
        s->first[i + 1] = s->first[i] + r[i].size / SNAPSHOT_PAGE;
    }
    return s->first[nregions] <= (size_t)FAN * FAN ? s : NULL;
}

/* --- walking over the regions, a table at a time --- */

/* Pages of one region that one table has. */
struct stretch {
    uint8_t *base;
    size_t first;               /* number of the first page */
    unsigned n, written;        /* pages; those of them that may have been written */
};

static size_t written_pages(const struct snapshot_region *r)
{
    size_t size = r->used && *r->used < r->size ? *r->used : r->size;

    return (size + SNAPSHOT_PAGE - 1) / SNAPSHOT_PAGE;
}

/* From page `at` of a region on, of which the first `written` may have been written.
 * False: there is none. */
static bool stretch_at(const struct snapshots *s, unsigned region, size_t at,
                       size_t written, struct stretch *out)
{
    size_t first = s->first[region] + at, left = s->first[region + 1] - first;
    size_t in_table = FAN - first % FAN, n = left < in_table ? left : in_table;
    size_t known = written > at ? written - at : 0;

    *out = (struct stretch){ s->region[region].base + at * SNAPSHOT_PAGE, first, (unsigned)n,
                             (unsigned)(known < n ? known : n) };
    return n > 0;
}

static ref_t root_entry(const struct snapshots *s, ref_t root, size_t number)
{
    ref_t t = root ? table(s, root)[number / FAN] : 0;

    return t ? table(s, t)[number % FAN] : 0;
}

static ref_t root_table(const struct snapshots *s, ref_t root, const struct stretch *t)
{
    return root ? table(s, root)[t->first / FAN] : 0;
}

static bool is_zero(const uint8_t *p)
{
    static const uint8_t zeroes[SNAPSHOT_PAGE];

    return !memcmp(p, zeroes, SNAPSHOT_PAGE);
}

/* map[i]: page i is to be read. Asked for those that are zeroes in the root. */
static void ask_touched(const struct snapshots *s, ref_t root, const struct stretch *t,
                        uint8_t map[FAN])
{
    unsigned low = 0, high = t->n;

    memset(map, 1, t->n);
    while (low < high && root_entry(s, root, t->first + low))
        low++;
    while (high > low && root_entry(s, root, t->first + high - 1))
        high--;
    if (s->touched && low < high)
        s->touched(t->base + (size_t)low * SNAPSHOT_PAGE, high - low, map + low);
}

/* --- taking --- */

/* Table `index` of a root that one snapshot alone names, so that it may be changed; 0: no
 * room. */
static ref_t own_table(struct snapshots *s, ref_t root, size_t index)
{
    ref_t *t = &table(s, root)[index];

    if (*t && s->uses[*t] == 1)
        return *t;
    ref_t copy = table_copy(s, *t);
    if (copy) {
        table_drop(s, *t, 1);
        *t = copy;
    }
    return copy;
}

/* The page, which differs from what the root has, goes into the root. False: no room. */
static bool put_page(struct snapshots *s, ref_t root, size_t number, const uint8_t *from)
{
    bool zero = is_zero(from);
    ref_t t = own_table(s, root, number / FAN), fresh = t && !zero ? page_take(s) : 0;

    if (!t || (!zero && !fresh))
        return false;
    if (fresh)
        memcpy(page(s, fresh), from, SNAPSHOT_PAGE);
    ref_t *entry = &table(s, t)[number % FAN];
    table_drop(s, *entry, 0);
    *entry = fresh;
    return true;
}

static bool take_stretch(struct snapshots *s, ref_t root, const struct stretch *t)
{
    uint8_t map[FAN];

    ask_touched(s, root, t, map);
    for (unsigned i = 0; i < t->written; i++) {
        const uint8_t *now = t->base + (size_t)i * SNAPSHOT_PAGE;
        ref_t r = root_entry(s, root, t->first + i);

        if (!r && !map[i])
            continue;
        if (r ? !memcmp(now, page(s, r), SNAPSHOT_PAGE) : is_zero(now))
            continue;
        if (!put_page(s, root, t->first + i, now))
            return false;
    }
    return true;
}

/* A root of what the regions hold now; 0: no room. */
static ref_t take_root(struct snapshots *s)
{
    ref_t root = table_copy(s, s->base);

    for (unsigned g = 0; root && g < s->nregions; g++) {
        size_t written = written_pages(&s->region[g]);
        struct stretch t;

        for (size_t at = 0; at < written && stretch_at(s, g, at, written, &t); at += t.n)
            if (!take_stretch(s, root, &t)) {
                root_drop(s, root);
                return 0;
            }
    }
    return root;
}

/* --- which ones are kept --- */

static void drop(struct snapshots *s, unsigned i)
{
    root_drop(s, s->snap[i].root);
    memmove(&s->snap[i], &s->snap[i + 1], (s->n - i - 1) * sizeof *s->snap);
    s->n--;
}

/* The one that is missed least: without it the gap, seen from the present, is smallest.
 * What is twice as far away may have twice the gap. The last one may lie after the
 * present, which was gone back to; then it is the way up to itself that would be missed.
 * 0: none may be dropped. */
static unsigned least_missed(const struct snapshots *s, uint64_t present)
{
    uint64_t last = s->n ? s->snap[s->n - 1].at.cost : 0, least = UINT64_MAX;
    unsigned found = 0;

    for (unsigned i = 1; i < s->n; i++) {
        uint64_t here = s->snap[i].at.cost, before = s->snap[i - 1].at.cost;
        uint64_t after = i + 1 < s->n ? s->snap[i + 1].at.cost
                       : here < present ? present : here;
        uint64_t far = here < present ? present - here : here - present;
        uint64_t gap = after > before ? after - before : 0;

        gap = gap * 1024 / ((last + far) / 1024 + 1);
        if (gap <= least) {
            least = gap;
            found = i;
        }
    }
    return found;
}

static bool make_room(struct snapshots *s, uint64_t present)
{
    unsigned i = least_missed(s, present);

    if (i)
        drop(s, i);
    return i != 0;
}

static bool comes_before(const struct snapshot_at *a, const struct snapshot_at *b)
{
    if (a->events != b->events)
        return a->events < b->events;
    return a->now != b->now ? a->now < b->now : a->steps < b->steps;
}

bool snapshots_take(struct snapshots *s, const struct snapshot_at *at)
{
    ref_t root = 0;
    unsigned i;

    while (s->n == SNAPSHOT_LIMIT || !(root = take_root(s)))
        if (!make_room(s, at->cost))
            return false;
    for (i = s->n++; i && comes_before(at, &s->snap[i - 1].at); i--)
        s->snap[i] = s->snap[i - 1];
    s->snap[i] = (struct snapshot){ *at, root };
    root_drop(s, s->base);
    s->base = root;
    s->uses[root]++;
    return true;
}

unsigned snapshots_count(const struct snapshots *s)
{
    return s->n;
}

const struct snapshot_at *snapshots_at(const struct snapshots *s, unsigned i)
{
    CHECK(i < s->n);
    return &s->snap[i].at;
}

void snapshots_forget(struct snapshots *s, unsigned i)
{
    CHECK(i > 0);
    while (s->n > i)
        drop(s, s->n - 1);
}

/* --- putting back --- */

static void put_back(const struct snapshots *s, ref_t root, const struct stretch *t)
{
    uint8_t map[FAN];

    if (!t->written && root_table(s, root, t) == root_table(s, s->base, t))
        return;                 /* nobody has written there since */
    ask_touched(s, root, t, map);
    for (unsigned i = 0; i < t->n; i++) {
        uint8_t *now = t->base + (size_t)i * SNAPSHOT_PAGE;
        ref_t want = root_entry(s, root, t->first + i);

        if (i >= t->written && want == root_entry(s, s->base, t->first + i))
            continue;
        if (want && memcmp(now, page(s, want), SNAPSHOT_PAGE))
            memcpy(now, page(s, want), SNAPSHOT_PAGE);
        else if (!want && map[i] && !is_zero(now))
            memset(now, 0, SNAPSHOT_PAGE);
    }
}

void snapshots_restore(struct snapshots *s, unsigned i)
{
    CHECK(i < s->n);
    ref_t root = s->snap[i].root;
    for (unsigned g = 0; g < s->nregions; g++) {
        size_t written = written_pages(&s->region[g]);  /* it goes back itself */
        struct stretch t;

        for (size_t at = 0; stretch_at(s, g, at, written, &t); at += t.n)
            put_back(s, root, &t);
    }
    s->uses[root]++;
    root_drop(s, s->base);
    s->base = root;
}

/* --- accounts --- */

size_t snapshots_bytes(const struct snapshots *s)
{
    return (size_t)(s->fresh - 1 - s->nfree) * SNAPSHOT_PAGE;
}

bool snapshots_check(const struct snapshots *s)
{
    uint32_t nfree = 0, used = 0;

    for (ref_t r = s->first_free; r; r = *table(s, r)) {
        if (s->uses[r] || ++nfree > s->nfree)
            return false;
    }
    for (ref_t r = 1; r < s->fresh; r++)
        used += s->uses[r] > 0;
    for (unsigned i = 1; i < s->n; i++)
        if (comes_before(&s->snap[i].at, &s->snap[i - 1].at))
            return false;
    return nfree == s->nfree && used == s->fresh - 1 - nfree;
}
