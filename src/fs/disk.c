/* disk.c - where the arm is, where the platter is, and how long it takes.
 *
 * The hard disk follows Ruemmler and Wilkes, "An Introduction to Disk Drive Modeling"
 * (IEEE Computer, 1994): a seek curve in two pieces, a platter that never stops, zones,
 * skewed tracks, and a buffer that reads on to the end of the track. All heads are over
 * angle `phase` at time 0, and every wait follows from the time alone.
 *
 * Differs from real drives: no defects, no thermal recalibration, no write cache; reading
 * ahead ends with the track; a zone has whole cylinders of equal number.
 */
#include <fs/disk.h>

#include <sim/check.h>
#include <string.h>

enum { ROOT_BITS = 20,          /* fraction bits of a square root */
       SEEK_TABLE = 1 << 16 };  /* cylinders whose seeks are worked out at first, at most */

/* --- numbers --- */

/* The square root of n, with ROOT_BITS fraction bits, rounded down; n < 2^24. */
static uint64_t fixed_root(uint64_t n)
{
    uint64_t x = n << 2 * ROOT_BITS, root = 0;

    for (uint64_t bit = UINT64_C(1) << 62; bit; bit >>= 2) {
        if (x >= root + bit) {
            x -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    return root;
}

static uint32_t apart(uint32_t a, uint32_t b)
{
    return a < b ? b - a : a - b;
}

/* --- the textbook's drive: cost is cylinders --- */

struct textbook {
    uint32_t arm, cylinders;
    uint64_t per;               /* sectors of a cylinder */
    ns_t per_cylinder;
};

static uint32_t textbook_cylinder(const void *self, uint64_t sector)
{
    const struct textbook *t = self;
    uint64_t c = sector / t->per;

    return c < t->cylinders ? (uint32_t)c : t->cylinders - 1;
}

static uint32_t textbook_arm(const void *self)
{
    return ((const struct textbook *)self)->arm;
}

static ns_t textbook_access(const void *self, uint64_t sector, uint32_t nsectors, ns_t now)
{
    const struct textbook *t = self;

    (void)nsectors, (void)now;
    return (ns_t)apart(t->arm, textbook_cylinder(t, sector)) * t->per_cylinder;
}

/* The cylinders of leg i, counted or not, and where it leads. */
static void count_leg(const struct drive_command *c, uint32_t i, uint32_t d,
                      struct blk_service *out)
{
    if (!(c->free >> i & 1))
        out->moved += d;
    if (i < c->nvia)
        out->via[out->nvia++] = c->via[i];
}

static void textbook_serve(void *self, const struct drive_command *c, ns_t now,
                           struct blk_service *out)
{
    struct textbook *t = self;

    out->from = t->arm;
    for (uint32_t i = 0; i <= c->nvia; i++) {
        uint32_t to = i < c->nvia ? c->via[i] : textbook_cylinder(t, c->sector);
        uint32_t d = apart(t->arm, to);

        out->seek += (ns_t)d * t->per_cylinder;
        count_leg(c, i, d, out);
        t->arm = to;
    }
    out->to = t->arm;
    out->done = now + out->seek;
    drive_stretch(c, now, out);
}

static const struct drive_ops textbook_ops = {
    .serve = textbook_serve, .access = textbook_access,
    .cylinder = textbook_cylinder, .arm = textbook_arm,
};

/* --- a constant --- */

struct fixed { ns_t latency; };

static void fixed_serve(void *self, const struct drive_command *c, ns_t now,
                        struct blk_service *out)
{
    const struct fixed *f = self;

    out->transfer = f->latency;
    out->done = now + f->latency;
    drive_stretch(c, now, out);
}

static ns_t fixed_access(const void *self, uint64_t sector, uint32_t nsectors, ns_t now)
{
    (void)self, (void)sector, (void)nsectors, (void)now;
    return 0;
}

static uint32_t fixed_cylinder(const void *self, uint64_t sector)
{
    (void)self, (void)sector;
    return 0;
}

static uint32_t fixed_arm(const void *self)
{
    (void)self;
    return 0;
}

static const struct drive_ops fixed_ops = {
    .serve = fixed_serve, .access = fixed_access, .cylinder = fixed_cylinder,
    .arm = fixed_arm,
};

/* --- the hard disk --- */

ns_t hdd_seek(const struct hdd_params *p, uint32_t d)
{
    if (d == 0)
        return 0;
    if (d == 1 && p->seek_one)
        return p->seek_one;
    if (d < p->knee)
        return p->seek_base
               + (ns_t)(((unsigned __int128)p->seek_root * fixed_root(d)) >> ROOT_BITS);
    return p->seek_far + p->seek_per * (ns_t)d;
}

/* Zone z begins at this cylinder. */
static uint32_t zone_start(const struct hdd_params *p, uint32_t z)
{
    return (uint32_t)((uint64_t)p->cylinders * z / p->zones);
}

static uint32_t zone_track(const struct hdd_params *p, uint32_t z)
{
    return p->zones == 1 ? p->outer
                         : p->outer - (p->outer - p->inner) * z / (p->zones - 1);
}

static uint64_t zone_sectors(const struct hdd_params *p, uint32_t z)
{
    return (uint64_t)(zone_start(p, z + 1) - zone_start(p, z)) * p->surfaces
           * zone_track(p, z);
}

uint64_t hdd_sectors(const struct hdd_params *p)
{
    uint64_t n = 0;

    for (uint32_t z = 0; z < p->zones; z++)
        n += zone_sectors(p, z);
    return n;
}

static struct hdd_place place_in(const struct hdd_params *p, uint32_t z, uint64_t sector)
{
    uint32_t track = zone_track(p, z);
    uint64_t tracks = sector / track;

    return (struct hdd_place){ zone_start(p, z) + (uint32_t)(tracks / p->surfaces),
                               (uint32_t)(tracks % p->surfaces),
                               (uint32_t)(sector % track), track, z };
}

struct hdd_place hdd_locate(const struct hdd_params *p, uint64_t sector)
{
    uint32_t z = 0;

    for (; z + 1 < p->zones && sector >= zone_sectors(p, z); z++)
        sector -= zone_sectors(p, z);
    return place_in(p, z, sector);
}

struct zone { uint64_t first; uint32_t head_skew, cylinder_skew; };

struct hdd {
    const struct hdd_params *p;
    uint32_t arm, surface;
    const ns_t *seek;           /* by distance; NULL: too many */
    ns_t asked, phase;          /* where the platter stands if a request begins at `asked` */
    /* The buffer holds [first, end) at time `at`, and reads on until `limit`. */
    struct { uint64_t first, end, limit; ns_t at, per_sector; } buffer;
    struct zone zone[];
};

static uint32_t zone_of(const struct hdd *h, uint64_t sector)
{
    uint32_t low = 0, high = h->p->zones;

    while (high - low > 1) {
        uint32_t mid = low + (high - low) / 2;

        if (h->zone[mid].first <= sector)
            low = mid;
        else
            high = mid;
    }
    return low;
}

static struct hdd_place locate(const struct hdd *h, uint64_t sector)
{
    uint32_t z = zone_of(h, sector);

    return place_in(h->p, z, sector - h->zone[z].first);
}

/* Sectors by which a switch that takes `t` makes the next track begin later. */
static uint32_t fit(const struct hdd_params *p, uint32_t track, ns_t t)
{
    return (uint32_t)((t * track + p->revolution - 1) / p->revolution);
}

static void zones_init(struct hdd *h)
{
    const struct hdd_params *p = h->p;
    uint64_t first = 0;

    for (uint32_t z = 0; z < p->zones; z++) {
        uint32_t track = zone_track(p, z);
        struct zone *zone = &h->zone[z];

        zone->first = first;
        zone->head_skew = p->head_skew != SKEW_FIT ? p->head_skew
                                                   : fit(p, track, p->head_switch);
        zone->cylinder_skew = p->cylinder_skew != SKEW_FIT
                              ? p->cylinder_skew : fit(p, track, hdd_seek(p, 1));
        first += zone_sectors(p, z);
    }
}

/* Where sector `at` of its track begins, in ns of a revolution; it may be more than one
 * revolution, so that differences are exact. */
static ns_t angle(const struct hdd *h, const struct hdd_place *at, uint64_t ahead)
{
    const struct zone *zone = &h->zone[at->zone];
    uint64_t cylinder = at->cylinder - zone_start(h->p, at->zone);
    uint64_t skew = cylinder * ((h->p->surfaces - 1) * zone->head_skew
                                + zone->cylinder_skew)
                    + at->surface * zone->head_skew;
    uint64_t n = (skew + at->sector) % at->track_sectors + ahead;

    return (ns_t)(n * (uint64_t)h->p->revolution / at->track_sectors);
}

/* From time t until the platter stands at `angle`. */
static ns_t turn(const struct hdd_params *p, ns_t t, ns_t to)
{
    ns_t wait = (to - (t + p->phase)) % p->revolution;

    return wait < 0 ? wait + p->revolution : wait;
}

static ns_t to_head(const struct hdd *h, uint32_t cylinder, uint32_t surface)
{
    uint32_t d = apart(h->arm, cylinder);
    ns_t seek = h->seek ? h->seek[d] : hdd_seek(h->p, d);
    bool other = surface != h->surface;

    /* The head is switched while the arm moves. */
    return other && h->p->head_switch > seek ? h->p->head_switch : seek;
}

static ns_t to_track(const struct hdd *h, const struct hdd_place *at)
{
    return to_head(h, at->cylinder, at->surface);
}

static void hdd_place(const void *self, uint64_t sector, struct drive_place *out)
{
    const struct hdd *h = self;
    struct hdd_place at = locate(h, sector);

    *out = (struct drive_place){ at.cylinder, at.surface,
                                 angle(h, &at, 0) % h->p->revolution };
}

/* As hdd_access; schedulers ask it for each request that waits, so the divisions are
 * few. */
static ns_t hdd_reach(void *self, const struct drive_place *at, ns_t now)
{
    struct hdd *h = self;
    ns_t revolution = h->p->revolution, seek = to_head(h, at->cylinder, at->surface);

    if (h->asked != now) {
        h->asked = now;
        h->phase = (now + h->p->overhead + h->p->phase) % revolution;
    }
    ns_t wait = at->angle - h->phase - seek;

    if (wait < -revolution)
        wait %= revolution;
    return seek + (wait < 0 ? wait + revolution : wait);
}

static ns_t hdd_access(const void *self, uint64_t sector, uint32_t nsectors, ns_t now)
{
    const struct hdd *h = self;
    struct hdd_place at = locate(h, sector);
    ns_t seek = to_track(h, &at);

    (void)nsectors;
    /* Its own overhead comes before the seek, while the platter turns. */
    return seek + turn(h->p, now + h->p->overhead + seek, angle(h, &at, 0));
}

static uint32_t hdd_cylinder(const void *self, uint64_t sector)
{
    return locate(self, sector).cylinder;
}

static uint32_t hdd_arm(const void *self)
{
    return ((const struct hdd *)self)->arm;
}

/* Over the scheduler's cylinders, if any, to the track. */
static ns_t move_arm(struct hdd *h, const struct drive_command *c,
                     const struct hdd_place *at, struct blk_service *out)
{
    ns_t t = 0;

    for (uint32_t i = 0; i < c->nvia; i++) {
        uint32_t d = apart(h->arm, c->via[i]);

        t += hdd_seek(h->p, d);
        count_leg(c, i, d, out);
        h->arm = c->via[i];
    }
    count_leg(c, c->nvia, apart(h->arm, at->cylinder), out);
    t += to_track(h, at);
    h->arm = at->cylinder;
    h->surface = at->surface;
    return t;
}

/* The next track after `at`, whose first sector is `sector`. Takes a switch or a seek. */
static ns_t next_track(struct hdd *h, struct hdd_place *at, uint64_t sector,
                       struct blk_service *out)
{
    *at = locate(h, sector);
    out->moved += apart(h->arm, at->cylinder);
    ns_t t = to_track(h, at);
    h->arm = at->cylinder;
    h->surface = at->surface;
    return t;
}

/* All sectors, track by track, from time t on. */
static ns_t transfer(struct hdd *h, const struct drive_command *c, struct hdd_place at,
                     ns_t t, struct blk_service *out)
{
    uint64_t sector = c->sector, left = c->nsectors;

    for (;;) {
        uint64_t n = at.track_sectors - at.sector;
        ns_t from = angle(h, &at, 0), wait = turn(h->p, t, from);

        n = n < left ? n : left;
        ns_t pass = angle(h, &at, n) - from;
        out->rotation += wait;
        out->transfer += pass;
        t += wait + pass;
        sector += n;
        left -= n;
        if (left == 0) {
            uint64_t rest = at.track_sectors - at.sector - n;

            h->buffer.at = t;
            h->buffer.end = sector;
            h->buffer.limit = sector + rest;
            h->buffer.per_sector = h->p->revolution / at.track_sectors;
            return t;
        }
        ns_t change = next_track(h, &at, sector, out);
        out->seek += change;
        t += change;
    }
}

/* When the buffer will have had the sectors; NS_MAX: it has not, and will not. */
static ns_t buffered(const struct hdd *h, const struct drive_command *c, ns_t now)
{
    uint64_t end = c->sector + c->nsectors;

    if (h->p->buffer == 0 || c->op != BLK_READ || c->sector < h->buffer.first
        || end > h->buffer.limit)
        return NS_MAX;
    ns_t read = end <= h->buffer.end
                ? h->buffer.at
                : h->buffer.at + (ns_t)(end - h->buffer.end) * h->buffer.per_sector;
    return read > now ? read : now;
}

/* What has left the buffer while it read on. */
static void buffer_forget(struct hdd *h)
{
    uint64_t room = h->p->buffer;

    if (h->buffer.limit - h->buffer.first > room)
        h->buffer.first = h->buffer.limit - room;
}

static void hdd_move(struct hdd *h, const struct drive_command *c, ns_t now,
                     struct blk_service *out)
{
    const struct hdd_params *p = h->p;
    ns_t start = now + p->overhead, ready = buffered(h, c, start);

    out->from = out->to = h->arm;
    if (c->op == BLK_DISCARD) {
        out->done = start;
        return;
    }
    if (ready != NS_MAX) {
        out->rotation = ready - start;
        out->transfer = p->bus_sector * (ns_t)c->nsectors;
        out->done = ready + out->transfer;
        return;
    }
    struct hdd_place at = locate(h, c->sector);
    out->seek = move_arm(h, c, &at, out);
    ns_t settle = c->op == BLK_WRITE ? p->write_settle : 0;
    out->done = transfer(h, c, at, start + out->seek + settle, out);
    out->to = h->arm;
    h->buffer.first = c->op == BLK_READ ? c->sector : h->buffer.limit;
    buffer_forget(h);
}

static void hdd_serve(void *self, const struct drive_command *c, ns_t now,
                      struct blk_service *out)
{
    hdd_move(self, c, now, out);
    drive_stretch(c, now, out);
}

static const struct drive_ops hdd_ops = {
    .serve = hdd_serve, .access = hdd_access, .cylinder = hdd_cylinder, .arm = hdd_arm,
    .place = hdd_place, .reach = hdd_reach,
};

/* --- making one --- */

static void *hdd_init(struct arena *a, const struct disk_config *c)
{
    struct hdd *h = arena_take(a, sizeof *h + c->hdd.zones * sizeof(struct zone), 8);
    uint32_t distances = c->hdd.cylinders <= SEEK_TABLE ? c->hdd.cylinders : 0;
    ns_t *seek = arena_array(a, ns_t, distances);

    if (!h)
        return NULL;
    h->p = &c->hdd;
    h->arm = c->head;
    h->asked = -1;
    for (uint32_t d = 0; d < distances; d++)
        seek[d] = hdd_seek(h->p, d);
    h->seek = distances ? seek : NULL;
    zones_init(h);
    return h;
}

static void *textbook_init(struct arena *a, const struct disk_config *c)
{
    struct textbook *t = arena_array(a, struct textbook, 1);
    uint64_t per = c->nsectors / c->cylinders;

    if (t)
        *t = (struct textbook){ .arm = c->head, .cylinders = c->cylinders,
                                .per = per ? per : 1, .per_cylinder = c->per_cylinder };
    return t;
}

static void *fixed_init(struct arena *a, const struct disk_config *c)
{
    struct fixed *f = arena_array(a, struct fixed, 1);

    if (f)
        f->latency = c->latency;
    return f;
}

void disk_init(struct drive *d, struct arena *a, const struct disk_config *c)
{
    *d = (struct drive){ .nsectors = c->nsectors, .cylinders = 1 };
    switch (c->model) {
    case DISK_TEXTBOOK:
        d->ops = &textbook_ops;
        d->self = textbook_init(a, c);
        d->cylinders = c->cylinders;
        break;
    case DISK_FIXED:
        d->ops = &fixed_ops;
        d->self = fixed_init(a, c);
        break;
    default:
        CHECK(c->model == DISK_HDD && c->nsectors <= hdd_sectors(&c->hdd));
        d->ops = &hdd_ops;
        d->self = hdd_init(a, c);
        d->cylinders = c->hdd.cylinders;
        break;
    }
}
