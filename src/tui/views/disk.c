/* disk.c - the disk, a page at a time: the arm with its queue and its last way, the cache
 * over time, the journal, the file tree with its blocks.
 */
#include <tui/view.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { LABEL = 10, QUEUE = 256, COLUMNS = 512, ENTRIES = 4096 };
enum { WIDE = 70 };             /* columns for all of a sentence */
enum { FOLDER = 0040000, KIND = 0170000 };
enum page { PAGE_ARM, PAGE_CACHE, PAGE_JOURNAL, PAGE_FILES };

static const char *const page_name[DISK_PAGES] = { "arm", "cache", "journal", "files" };

/* --- the arm --- */

static int column_of(uint32_t cylinder, uint32_t cylinders, int w)
{
    return cylinders < 2 ? 0 : (int)((uint64_t)cylinder * (uint64_t)(w - 1) / (cylinders - 1));
}

/* A drive of an array that has failed, and in whose place there is no other. */
static bool missing(const struct disk_config *disk, uint32_t drive)
{
    return disk->member && !disk->rebuild && disk->failed == drive + 1;
}

/* How many wait at each place in front of a drive, and where its arm is. */
static void draw_queue(struct canvas *c, struct rect r, const struct model *m,
                       const struct disk_now *now, uint32_t drive)
{
    uint32_t cylinder[QUEUE], arm;
    unsigned n = m->ops->disk_queue(m->machine, drive, &arm, cylinder, QUEUE), at[COLUMNS] = { 0 };
    int w = r.w - LABEL < COLUMNS ? r.w - LABEL : COLUMNS;

    if (now->drives > 1)
        canvas_print(c, r.x, r.y, LABEL, PAINT_HEAD, "drive %u", drive);
    else
        canvas_text(c, r.x, r.y, LABEL, PAINT_HEAD, "queue");
    if (missing(&m->config->disk, drive)) {
        canvas_text(c, r.x + LABEL, r.y, r.w - LABEL, PAINT_WARN, "failed");
        return;
    }
    for (unsigned i = 0; i < n && i < QUEUE; i++)
        at[column_of(cylinder[i], now->cylinders, w)]++;
    for (int x = 0; x < w; x++)
        canvas_put(c, r.x + LABEL + x, r.y, at[x] ? PAINT_WARN : PAINT_FAINT,
                   !at[x] ? 0xb7 : at[x] < 10 ? '0' + at[x] : '+');
    canvas_restyle(c, (struct rect){ r.x + LABEL + column_of(arm, now->cylinders, w), r.y, 1, 1 },
                   PAINT_KEY);
}

static void draw_axis(struct canvas *c, struct rect r, const struct disk_now *now)
{
    char last[16];

    canvas_text(c, r.x, r.y, LABEL, PAINT_HEAD, "cylinder");
    canvas_fill(c, (struct rect){ r.x + LABEL, r.y, r.w - LABEL, 1 }, PAINT_FAINT, 0x2500);
    canvas_text(c, r.x + LABEL, r.y, 2, PAINT_FAINT, "0");
    snprintf(last, sizeof last, "%u", now->cylinders - 1);
    canvas_right(c, r.x + r.w, r.y, 12, PAINT_FAINT, last);
}

/* What stands where a move ends: of one drive, hollow while it is under way; of several, which
 * one. */
static uint32_t end_of(const struct model *m, const struct disk_now *now,
                       const struct disk_move *move)
{
    if (now->drives == 1)
        return move->to > m->now ? 0x25cb : 0x25cf;
    return move->drive + (move->drive < 10 ? '0' : 'a' - 10U);
}

/* One request: from where the arm was to where it went. */
static void draw_move(struct canvas *c, struct rect r, const struct model *m,
                      const struct disk_now *now, uint32_t was, const struct disk_move *move)
{
    int w = r.w - LABEL, a = column_of(was, now->cylinders, w);
    int b = column_of(move->cylinder, now->cylinders, w), low = a < b ? a : b;
    char time[40];

    canvas_right(c, r.x + LABEL - 1, r.y, LABEL - 1, PAINT_FAINT,
                 model_time(m->config, move->to, 2, time, sizeof time));
    canvas_fill(c, (struct rect){ r.x + LABEL + low, r.y, a < b ? b - a : a - b, 1 },
                PAINT_FAINT, 0x2500);
    canvas_put(c, r.x + LABEL + b, r.y,
               move->tid == TID_NONE ? PAINT_GOOD : model_paint(move->tid),
               end_of(m, now, move));
}

/* Where that drive's arm came from, as far as it is known: at first, from `head`. */
static uint32_t cylinder_before(const struct diskbook *d, uint64_t i, uint32_t head)
{
    const struct disk_move *move = diskbook_move(d, i);

    for (uint64_t k = i; k-- > 0;)
        if (diskbook_move(d, k)->drive == move->drive)
            return diskbook_move(d, k)->cylinder;
    return d->moves <= DISKBOOK_PATH && disk_move_from(move, head) ? head : move->cylinder;
}

static void draw_way(struct canvas *c, struct rect r, const struct model *m,
                     const struct disk_now *now)
{
    const struct disk_config *disk = &m->config->disk;
    const struct diskbook *d = m->disk;
    uint32_t head = (now->drives > 1 ? disk->member : disk)->head;
    uint64_t kept = d->moves < DISKBOOK_PATH ? d->moves : DISKBOOK_PATH;
    uint64_t rows = (uint64_t)r.h < kept ? (uint64_t)r.h : kept;

    for (uint64_t i = kept - rows; i < kept; i++, r.y++)
        draw_move(c, r, m, now, cylinder_before(d, i, head), diskbook_move(d, i));
}

/* A move is in the book from its begin on: those that are not done yet. */
static uint64_t under_way(const struct model *m)
{
    const struct disk_move *move;
    uint64_t n = 0;

    for (uint64_t i = 0; (move = diskbook_move(m->disk, i)); i++)
        n += move->to > m->now;
    return n;
}

static void draw_counts(struct canvas *c, struct rect r, const struct model *m,
                        const struct disk_now *now)
{
    const struct disk_config *disk = &m->config->disk;
    const char *scheduler = (now->drives > 1 ? disk->member : disk)->scheduler.spec;
    uint64_t going = under_way(m), served = m->disk->moves - going;
    char what[80], counts[80];

    if (now->cylinders < 2)
        snprintf(what, sizeof what, r.w < WIDE ? "no arm" : "No arm (flash, or a fixed delay)");
    else if (now->drives > 1)
        snprintf(what, sizeof what, r.w < WIDE ? "%s: %u drives" : "%s: %u drives of %u cylinders",
                 scheduler, now->drives, now->cylinders);
    else
        snprintf(what, sizeof what, r.w < WIDE ? "%s: at %u" : "%s: arm at cylinder %u of %u",
                 scheduler, now->arm, now->cylinders);
    snprintf(counts, sizeof counts, r.w < WIDE ? "%u wait, %" PRIu64 " served"
             : "%u waiting, %" PRIu64 " served, %" PRIu64 " under way", now->waiting, served, going);
    canvas_print(c, r.x, r.y, r.w, PAINT_PLAIN, "%s, %s", what, counts);
}

/* Without an arm: when each of the last requests was done, and how long it took. */
static void draw_delays(struct canvas *c, struct rect r, const struct model *m)
{
    const struct diskbook *d = m->disk;
    uint64_t kept = d->moves < DISKBOOK_PATH ? d->moves : DISKBOOK_PATH;
    uint64_t rows = (uint64_t)r.h < kept ? (uint64_t)r.h : kept;
    char done[40], took[40];

    for (uint64_t i = kept - rows; i < kept; i++, r.y++) {
        const struct disk_move *move = diskbook_move(d, i);

        canvas_right(c, r.x + LABEL - 1, r.y, LABEL - 1, PAINT_FAINT,
                     model_time(m->config, move->to, 3, done, sizeof done));
        canvas_print(c, r.x + LABEL, r.y, r.w - LABEL,
                     move->tid == TID_NONE ? PAINT_GOOD : model_paint(move->tid), "took %s %s",
                     model_time(m->config, move->to - move->from, 3, took, sizeof took),
                     m->config->unit_name);
    }
}

static void draw_arm(struct canvas *c, struct rect r, const struct model *m,
                     const struct disk_now *now)
{
    int drives = (int)now->drives;

    draw_counts(c, r, m, now);
    if (now->cylinders < 2) {
        draw_delays(c, (struct rect){ r.x, r.y + 1, r.w, r.h - 1 }, m);
        return;
    }
    for (int i = 0; i < drives && i + 2 < r.h; i++)
        draw_queue(c, (struct rect){ r.x, r.y + 1 + i, r.w, 1 }, m, now, (uint32_t)i);
    draw_axis(c, (struct rect){ r.x, r.y + 1 + drives, r.w, 1 }, now);
    draw_way(c, (struct rect){ r.x, r.y + 2 + drives, r.w, r.h - 2 - drives }, m, now);
}

/* --- over time --- */

/* The last sample up to a time; NULL: none was taken yet. */
static const struct disk_now *sample_at(const struct diskbook *d, ns_t at)
{
    uint32_t low = 0, high = d->nsamples;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;

        if (d->sample[mid].at <= at)
            low = mid + 1;
        else
            high = mid;
    }
    return low ? &d->sample[low - 1].now : NULL;
}

static void draw_level(struct canvas *c, int x, struct rect r, uint64_t value, uint64_t most,
                       unsigned style, uint32_t ch)
{
    int rows = most ? (int)((value * (uint64_t)r.h + most - 1) / most) : 0;

    for (int i = 0; i < rows && i < r.h; i++)
        canvas_put(c, x, r.y + r.h - 1 - i, style, ch);
}

/* `all` behind, `part` of it in front, as columns over the time from 0 to now. */
static void draw_chart(struct canvas *c, struct rect r, const struct model *m, uint64_t most,
                       uint32_t (*all)(const struct disk_now *), uint32_t (*part)(const struct disk_now *))
{
    struct rect area = { r.x + LABEL, r.y, r.w - LABEL, r.h - 1 };
    char time[40], label[60];

    for (int x = 0; x < area.w; x++) {
        const struct disk_now *s = sample_at(m->disk, m->now / area.w * (x + 1));

        if (!s)
            continue;
        draw_level(c, area.x + x, area, all(s), most, PAINT_FAINT, 0x2591);
        draw_level(c, area.x + x, area, part(s), most, PAINT_WARN, 0x2588);
    }
    snprintf(label, sizeof label, "%" PRIu64, most);
    canvas_right(c, r.x + LABEL - 1, r.y, LABEL - 1, PAINT_FAINT, label);
    canvas_right(c, r.x + LABEL - 1, r.y + area.h - 1, LABEL - 1, PAINT_FAINT, "0");
    canvas_text(c, area.x, r.y + area.h, 4, PAINT_FAINT, "0");
    snprintf(label, sizeof label, "%s %.4s", model_time(m->config, m->now, 2, time, sizeof time),
             m->config->unit_name);
    canvas_right(c, r.x + r.w, r.y + area.h, 40, PAINT_FAINT, label);
}

static uint32_t cached(const struct disk_now *s) { return s->cached; }
static uint32_t dirty(const struct disk_now *s) { return s->dirty; }
static uint32_t log_used(const struct disk_now *s) { return s->log_used + s->held; }
static uint32_t running(const struct disk_now *s) { return s->held; }

static bool no_file_system(struct canvas *c, struct rect r, const struct disk_now *now)
{
    if (!now->cache)
        canvas_text(c, r.x, r.y, r.w, PAINT_FAINT, "There is no file system on this disk "
                    "(kernel.files makes one).");
    return !now->cache;
}

static void draw_cache(struct canvas *c, struct rect r, const struct model *m,
                       const struct disk_now *now)
{
    struct peek_files f = { 0 };

    if (no_file_system(c, r, now))
        return;
    m->ops->files(m->machine, &f);
    uint64_t asked = f.hits + f.misses;
    canvas_print(c, r.x, r.y, r.w, PAINT_PLAIN,
                 r.w < WIDE ? "%u blocks, %u in use, %u dirty"
                            : "%u blocks, %u in use, %u dirty; hits %" PRIu64 " of %" PRIu64 " (%" PRIu64
                              "%%), read %" PRIu64 ", written %" PRIu64, now->cache, now->cached,
                 now->dirty, f.hits, asked, asked ? f.hits * 100 / asked : 0, f.reads, f.writes);
    draw_chart(c, (struct rect){ r.x, r.y + 1, r.w, r.h - 1 }, m, now->cache, cached, dirty);
}

static uint64_t most_logged(const struct diskbook *d, uint64_t least)
{
    for (uint32_t i = 0; i < d->nsamples; i++)
        if (log_used(&d->sample[i].now) > least)
            least = log_used(&d->sample[i].now);
    return least;
}

/* The oldest block of the log that is still needed. */
static uint32_t log_tail(const struct disk_now *now)
{
    return (now->log_head + now->log_size - now->log_used) % now->log_size;
}

/* Is one of the n blocks from `start` on, round the end, among from .. to - 1, or at `from`? */
static bool in_ring(const struct disk_now *now, uint32_t start, uint32_t n, uint32_t from,
                    uint32_t to)
{
    uint32_t behind = (from + now->log_size - start) % now->log_size;
    uint32_t ahead = (start + now->log_size - from) % now->log_size;

    return n && (behind < n || ahead < to - from);
}

/* The log's ring, each block at its place: what is used of it, from the tail to the head, and
 * what the running transaction will add from there. A used block shows where columns are few. */
static void draw_log(struct canvas *c, struct rect r, const struct disk_now *now)
{
    uint32_t tail = log_tail(now);
    int w = r.w - LABEL;

    canvas_text(c, r.x, r.y, LABEL, PAINT_HEAD, "log");
    for (int x = 0; x < w; x++) {
        uint32_t from = (uint32_t)((uint64_t)x * now->log_size / (uint64_t)w);
        uint32_t to = (uint32_t)((uint64_t)(x + 1) * now->log_size / (uint64_t)w);
        bool used = in_ring(now, tail, now->log_used, from, to);
        bool held = in_ring(now, now->log_head, now->held, from, to);

        canvas_put(c, r.x + LABEL + x, r.y, used ? PAINT_GOOD : held ? PAINT_WARN : PAINT_FAINT,
                   used || held ? 0x2588 : 0x2591);
    }
}

static void draw_journal(struct canvas *c, struct rect r, const struct model *m,
                         const struct disk_now *now)
{
    struct peek_files f = { 0 };

    if (no_file_system(c, r, now))
        return;
    if (!now->log_size) {
        canvas_text(c, r.x, r.y, r.w, PAINT_FAINT, "This file system has no journal "
                    "(kernel.fs.journal: ordered or data).");
        return;
    }
    m->ops->files(m->machine, &f);
    if (r.w < WIDE)
        canvas_print(c, r.x, r.y, r.w, PAINT_PLAIN, "%u of %u used, tail %u, head %u",
                     now->log_used, now->log_size, log_tail(now), now->log_head);
    else
        canvas_print(c, r.x, r.y, r.w, PAINT_PLAIN, "%u of %u used, %u open; tail %u, head %u; %"
                     PRIu64 " commits, %" PRIu64 " %s", now->log_used, now->log_size, now->held,
                     log_tail(now), now->log_head, f.commits,
                     f.replayed ? f.replayed : f.checkpoints,
                     f.replayed ? "replayed" : "checkpoints");
    draw_log(c, (struct rect){ r.x, r.y + 1, r.w, 1 }, now);
    draw_chart(c, (struct rect){ r.x, r.y + 2, r.w, r.h - 2 }, m,
               most_logged(m->disk, 16), log_used, running);
}

/* --- files --- */

struct listing {
    struct canvas *c;
    struct rect r;
    uint32_t top, n;            /* entries passed over; seen */
};

/* "40-47 9 52": runs of blocks. */
static void runs_text(const struct disk_entry *e, char *buf, size_t size)
{
    size_t n = 0;

    buf[0] = '\0';
    for (uint32_t i = 0; i < e->nruns && i < DISK_ENTRY_RUNS && n + 32 < size; i++) {
        uint32_t from = e->run[i].from, last = from + e->run[i].n - 1;

        n += (size_t)snprintf(buf + n, size - n, from == last ? "%s%u" : "%s%u-%u", i ? " " : "",
                              from, last);
    }
    if (e->nruns > DISK_ENTRY_RUNS)
        snprintf(buf + n, size - n, " ...");
}

static bool list_entry(void *listing, const struct disk_entry *e)
{
    struct listing *l = listing;
    int y = (int)(l->n - l->top), x = l->r.x + 2 * (int)e->depth;
    int names = l->r.w / 3, numbers = l->r.x + names;
    char runs[256];

    if (l->n++ < l->top || y >= l->r.h)
        return l->n < ENTRIES;
    bool folder = (e->mode & KIND) == FOLDER;

    canvas_text(l->c, x, l->r.y + y, l->r.x + names - x, folder ? PAINT_TITLE : PAINT_PLAIN, e->name);
    canvas_print(l->c, numbers, l->r.y + y, 17, PAINT_FAINT, "%6u%10" PRIu64, e->ino, e->size);
    runs_text(e, runs, sizeof runs);
    canvas_text(l->c, numbers + 18, l->r.y + y, l->r.w - names - 18, PAINT_PLAIN, runs);
    return true;
}

static void draw_files(struct canvas *c, struct rect r, const struct model *m, struct look *l,
                       const struct disk_now *now)
{
    struct listing list = { c, { r.x, r.y + 1, r.w, r.h - 1 }, l->disk_top, 0 };

    if (no_file_system(c, r, now))
        return;
    canvas_text(c, r.x, r.y, r.w, PAINT_HEAD, "name");
    canvas_text(c, r.x + r.w / 3, r.y, r.w - r.w / 3, PAINT_HEAD, " inode     bytes  blocks");
    l->disk_rows = (uint32_t)list.r.h;
    m->ops->tree(m->machine, list_entry, &list);
    if (l->disk_top >= list.n && l->disk_top)
        l->disk_top = list.n ? list.n - 1 : 0;
}

/* --- all of it --- */

static void draw_page(struct canvas *c, struct rect r, const struct model *m, struct look *l)
{
    struct disk_now now;

    if (!m->disk || m->crash[0] || !m->machine || !m->ops->disk(m->machine, true, &now)) {
        canvas_text(c, r.x, r.y, r.w, PAINT_FAINT, m->crash[0] ? "The run has crashed."
                                                    : "This machine has no disk (machine.disk).");
        return;
    }
    switch (l->disk_page) {
    case PAGE_ARM:      draw_arm(c, r, m, &now); break;
    case PAGE_CACHE:    draw_cache(c, r, m, &now); break;
    case PAGE_JOURNAL:  draw_journal(c, r, m, &now); break;
    default:            draw_files(c, r, m, l, &now); break;
    }
}

static void draw(struct canvas *c, struct rect r, const struct model *m, struct look *l)
{
    char note[64];

    if (r.h < 2)
        return;
    snprintf(note, sizeof note, "%s (%u of %u, D: the next)", page_name[l->disk_page],
             l->disk_page + 1, DISK_PAGES);
    pane_title(c, &r, view_disk.name, l->active == PANE_DISK, note);
    r.x++;
    r.w -= 2;
    if (r.w > 2 * LABEL && r.h > 0)
        draw_page(c, r, m, l);
}

const struct view_ops view_disk = { "Disk", draw };
