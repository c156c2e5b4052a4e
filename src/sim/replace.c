/* replace.c - asking a replacement policy, and checking what it says. */
#include <sim/replace.h>

#include <sim/check.h>
#include <sim/params.h>

#include <string.h>

/* --- configuration --- */

enum err replace_parse(struct replace_config *c, const struct replace_ops *ops,
                       const char *params, ns_t time_unit, struct diag *diag)
{
    static const struct policy_param none[] = { { 0 } };
    size_t name = strlen(ops->name), rest = strlen(params);

    *c = (struct replace_config){ .ops = ops };
    diag->text[0] = '\0';
    if (name + 1 + rest >= sizeof c->spec) {
        strcpy(diag->text, "the policy's text is too long (at most 127 characters)");
        return ERR_LIMIT;
    }
    memcpy(c->spec, ops->name, name + 1);
    if (rest > 0) {
        c->spec[name] = ':';
        memcpy(c->spec + name + 1, params, rest + 1);
    }
    return params_parse(ops->name, ops->params ? ops->params : none, params, time_unit,
                        c->params.value, diag);
}

/* The parameter of that name, if the policy has one and it has a value. */
static ns_t interval_of(const struct replace_config *c, ns_t otherwise)
{
    const struct policy_param *row = c->ops->params;

    for (unsigned i = 0; row && row[i].name; i++)
        if (strcmp(row[i].name, "interval") == 0)
            return replace_param_get(&c->params, i, otherwise);
    return otherwise;
}

static struct replace_params params_for(const struct replace_config *c,
                                        const struct replace_setup *s)
{
    struct replace_params p = c->params;

    p.nslots = s->nslots;
    p.nkeys = s->nkeys;
    p.interval = interval_of(c, s->interval > 0 ? s->interval : 1);
    p.time_unit = s->time_unit;
    p.seed = s->seed;
    p.bits = (struct replace_bits){ .gather = s->gather, .self = s->self };
    return p;
}

/* --- making --- */

/* Of one pool, and of all slots: more is a mistake, not a plan. */
static size_t size_limit(const struct replace_params *p)
{
    return (size_t)64 << 20 | (size_t)p->nslots << 12;
}

static size_t ask_size(const struct replace_config *c, const struct replace_params *p,
                       const char *op, size_t (*size_of)(const struct replace_params *p))
{
    if (!size_of)
        return 0;
    watched_enter(&c->watch, op);
    size_t size = size_of(p);
    watched_leave(&c->watch);
    watched_size(&c->watch, op, size, size_limit(p));
    return size;
}

/* The bits of all slots as they are now: kept, where the policy is not trusted. */
static inline void enter(struct replacer *r, const char *op)
{
    if (__builtin_expect(r->watch.ops != NULL, 0)) {
        memcpy(r->kept, r->bits, r->params.nslots);
        r->watch.ops->enter(r->watch.self, op);
    }
}

static void fault(struct replacer *r, enum replace_fault what, int64_t detail, ns_t now)
{
    r->faults++;
    if (r->stream)
        stream_emit(r->stream, now, EV_POLICY_FAULT, HART_NONE, TID_NONE, what, detail);
}

/* A page that was written would be lost, or one taken away in mid-transfer. */
static void restore_bits(struct replacer *r, ns_t now)
{
    const uint8_t core = REPLACE_DIRTY | REPLACE_PINNED;

    for (slot_t s = 0; s < r->params.nslots; s++)
        if (r->kept[s] & core & ~r->bits[s]) {
            r->bits[s] |= r->kept[s] & core;
            fault(r, REPLACE_FAULT_BITS, s, now);
        }
}

static inline void left(struct replacer *r, ns_t now)
{
    if (__builtin_expect(r->watch.ops != NULL, 0)) {
        r->watch.ops->leave(r->watch.self);
        if (memcmp(r->kept, r->bits, r->params.nslots) != 0)
            restore_bits(r, now);
    }
}

static void start(struct replacer *r)
{
    r->exact = r->ops->flags & REPLACE_EXACT;
    r->next_scan = r->ops->scan ? r->params.interval : NS_MAX;
    memset(r->pool_of, 0xff, sizeof *r->pool_of * r->params.nslots);
    for (unsigned i = 0; i < r->npools; i++) {
        enter(r, "init");
        r->ops->init(replacer_pool(r, i), &r->params);
        left(r, 0);
    }
}

static void raise_fences(const struct replacer *r, size_t slots_size, size_t slots_stride)
{
    pieces_fence(r->state, r->state_size, r->npools, r->stride, r->watch.ops->fence,
                 r->watch.self);
    pieces_fence(r->params.slots, slots_size, 1, slots_stride, r->watch.ops->fence,
                 r->watch.self);
}

void replacer_init(struct replacer *r, struct arena *a, const struct replace_config *c,
                   const struct replace_setup *s)
{
    struct replace_params p = params_for(c, s);
    bool fenced = c->watch.ops;
    size_t each = ask_size(c, &p, "slot_size", c->ops->slot_size);
    size_t one = ask_size(c, &p, "state_size", c->ops->state_size);
    size_t state_size = pieces_size(one ? one : 1, fenced), stride;
    size_t slots_size = pieces_size(each * s->nslots, fenced), slots_stride;
    uint8_t *state = pieces_take(a, state_size, s->npools, fenced, &stride);

    p.slots = pieces_take(a, slots_size, 1, fenced, &slots_stride);
    p.bits.of = arena_array(a, uint8_t, s->nslots);
    uint8_t *kept = fenced ? arena_array(a, uint8_t, s->nslots) : NULL;
    uint16_t *pool_of = arena_array(a, uint16_t, s->nslots);
    uint32_t *length = arena_array(a, uint32_t, s->npools);
    if (!a->base)
        return;
    *r = (struct replacer){ .ops = c->ops, .watch = c->watch, .kept = kept, .params = p,
                            .stream = s->stream, .state_size = state_size, .stride = stride,
                            .state = state, .bits = p.bits.of, .pool_of = pool_of,
                            .length = length, .npools = s->npools };
    if (fenced)
        raise_fences(r, slots_size, slots_stride);
    start(r);
}

/* --- asking --- */

void replacer_insert(struct replacer *r, unsigned pool, slot_t slot,
                     const struct replace_page *page, bool write, ns_t now)
{
    DCHECK(r->pool_of[slot] == POOL_NONE);
    r->pool_of[slot] = (uint16_t)pool;
    r->length[pool]++;
    r->bits[slot] = (uint8_t)((r->bits[slot] & REPLACE_PINNED) |
                              (page->ahead ? 0 : REPLACE_ACCESSED) |
                              (write ? REPLACE_DIRTY : 0));
    enter(r, "insert");
    r->ops->insert(replacer_pool(r, pool), slot, page, now);
    left(r, now);
}

void replacer_touched(struct replacer *r, slot_t slot, uint64_t next, ns_t now)
{
    enter(r, "touched");
    r->ops->touched(replacer_pool(r, r->pool_of[slot]), slot, next, now);
    left(r, now);
}

/* What is given up when a policy has no sensible answer. Linear, but only a policy that
 * answered wrongly, or a pool that is all pinned, pays for it. */
static slot_t lowest(const struct replacer *r, unsigned pool)
{
    for (slot_t s = 0; s < r->params.nslots; s++)
        if (r->pool_of[s] == pool && !(r->bits[s] & REPLACE_PINNED))
            return s;
    return SLOT_NONE;
}

static slot_t instead(struct replacer *r, unsigned pool, slot_t answer, ns_t now)
{
    slot_t slot = lowest(r, pool);

    if (answer == SLOT_NONE) {
        if (slot != SLOT_NONE)
            fault(r, REPLACE_FAULT_NONE, r->length[pool], now);
    } else if (answer >= r->params.nslots) {
        fault(r, REPLACE_FAULT_NO_SUCH_SLOT, answer, now);
    } else {
        fault(r, r->pool_of[answer] == pool ? REPLACE_FAULT_PINNED
                                            : REPLACE_FAULT_NOT_HERE, answer, now);
    }
    return slot;
}

slot_t replacer_victim(struct replacer *r, unsigned pool, const struct replace_page *incoming,
                       ns_t now)
{
    if (r->length[pool] == 0)
        return SLOT_NONE;
    enter(r, "victim");
    slot_t s = r->ops->victim(replacer_pool(r, pool), incoming, now);
    left(r, now);
    bool good = s < r->params.nslots && r->pool_of[s] == pool &&
                !(r->bits[s] & REPLACE_PINNED);

    return __builtin_expect(good, 1) ? s : instead(r, pool, s, now);
}

void replacer_remove(struct replacer *r, slot_t slot, enum replace_why why, ns_t now)
{
    unsigned pool = r->pool_of[slot];

    DCHECK(pool != POOL_NONE);
    enter(r, "remove");
    r->ops->remove(replacer_pool(r, pool), slot, why, now);
    left(r, now);
    r->pool_of[slot] = POOL_NONE;
    r->length[pool]--;
    r->bits[slot] = 0;
}

void replacer_resize(struct replacer *r, unsigned pool, slot_t capacity)
{
    if (!r->ops->resize)
        return;
    enter(r, "resize");
    r->ops->resize(replacer_pool(r, pool), capacity);
    left(r, 0);
}

void replacer_scan(struct replacer *r, ns_t now)
{
    for (unsigned i = 0; i < r->npools; i++) {
        if (!r->length[i])
            continue;
        enter(r, "scan");
        r->ops->scan(replacer_pool(r, i), now);
        left(r, now);
    }
    r->next_scan = now + r->params.interval - (now - r->next_scan) % r->params.interval;
}

void replacer_explain(const struct replacer *r, slot_t slot, char *buf, size_t size)
{
    buf[0] = '\0';
    if (!r->ops->explain)
        return;
    watched_enter(&r->watch, "explain");
    r->ops->explain(replacer_pool(r, r->pool_of[slot]), slot, buf, size);
    watched_leave(&r->watch);
    buf[size - 1] = '\0';
}
