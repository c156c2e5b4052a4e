/* record.c - see record.h. */
#include "record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { IMAGE_SIZE = 2 << 20, BIG_IMAGE_SIZE = 10 << 20 };

void record_note(struct record *r, const struct blk_request *req, uint32_t member)
{
    if (r->n + 2 > r->room) {
        r->room = r->room ? r->room * 2 : 1024;
        r->e = realloc(r->e, r->room * sizeof *r->e);
        r->mark_before = realloc(r->mark_before, r->room * sizeof *r->mark_before);
    }
    struct event *e = &r->e[r->n];

    r->mark_before[r->n++] = r->mark;
    r->mark_before[r->n] = r->mark;
    *e = (struct event){ .sector = req->sector, .member = member, .through = req->through,
                         .nsectors = req->op == BLK_FLUSH ? 0 : req->nsectors };
    if (!e->nsectors)
        return;
    e->data = malloc((size_t)e->nsectors * 512);
    memcpy(e->data, req->data, (size_t)e->nsectors * 512);
}

static void note(void *self, const struct blk_request *req)
{
    record_note(self, req, 0);
}

/* ---- the tree as the running file system shows it: no recovery has a hand in it ---- */

static uint64_t hash_now(struct volume *v, const struct fs_stat *st)
{
    static uint8_t buf[1 << 20];
    bool link = (st->mode & FS_IFMT) == FS_IFLNK;

    if ((st->mode & FS_IFMT) == FS_IFDIR)
        return 0;
    memset(buf, 0, sizeof buf);
    if (link ? RUN(v, fs_readlink, st->ino, (char *)buf, sizeof buf)
             : RUN(v, fs_read, st->ino, 0, buf, sizeof buf))
        abort();
    return link && st->size < 60 ? tree_hash_link(buf, st->size) : tree_hash(buf, st->size);
}

static void read_now(struct tree *t, struct volume *v, uint32_t dir, const char *path)
{
    uint64_t cursor = 0;
    struct fs_dirent d;
    struct fs_stat st;

    while (RUN(v, fs_readdir, dir, &cursor, &d) == 0 && v->op.done) {
        if (d.name[0] == '.' || !strcmp(d.name, "lost+found") || t->count == TREE_MAX)
            continue;
        struct node *n = &t->n[t->count++];

        if (RUN(v, fs_stat, d.ino, &st))
            abort();
        snprintf(n->path, sizeof n->path, "%.25s/%.25s", path, d.name);
        n->mode = st.mode;
        n->nlink = st.nlink;
        n->size = (st.mode & FS_IFMT) == FS_IFDIR ? 0 : st.size;
        n->hash = hash_now(v, &st);
        if ((st.mode & FS_IFMT) == FS_IFDIR)
            read_now(t, v, d.ino, n->path);
    }
}

static void synced(struct record *r, unsigned mark)
{
    r->mark = mark;
    r->mark_before[r->n] = mark;
}

static void snapshot(struct record *r, struct volume *v, bool loose)
{
    r->snap[r->nsnaps].count = 0;
    read_now(&r->snap[r->nsnaps], v, FS_ROOT, "");
    r->loose[r->nsnaps++] = loose;
    synced(r, r->nsnaps - 1);
}

/* ---- playing a scenario ---- */

static void play_in_turn(struct record *r, const struct scenario *s, struct turn *st)
{
    for (st->k = 0; st->k + 3 < SNAPS && s->step(st); st->k++) {
        RUN(st->v, fs_sync);
        snapshot(r, st->v, st->overwrote);
        st->overwrote = false;
    }
    if (st->held)
        RUN(st->v, fs_drop, st->held);
    RUN(st->v, fs_sync);
    snapshot(r, st->v, false);
}

/* The device gets on with a sync that others do not wait for. */
static void sync_begin(struct volume *v, struct fs_op *sync, unsigned steps)
{
    fs_op_init(sync, 1, 0, 0, v->now, v->seconds);
    fs_sync(v->fs, sync);
    while (steps-- && blk_due(&v->m.dev) != NS_MAX)
        volume_step(v);
}

static void sync_end(struct volume *v, struct fs_op *sync)
{
    while (fs_sync(v->fs, sync) == FS_WAIT)
        volume_step(v);
}

static void play_overlapped(struct record *r, const struct scenario *s, struct turn *st)
{
    struct fs_op sync;
    bool more = s->step(st);

    while (more) {
        sync_begin(st->v, &sync, st->k % 6);
        st->k++;
        more = st->k + 3 < SNAPS && s->step(st);
        sync_end(st->v, &sync);
        synced(r, st->k);
    }
    if (st->held)
        RUN(st->v, fs_drop, st->held);
    RUN(st->v, fs_sync);
    synced(r, st->k + 1);
}

/* What the trees are to be is known from playing it in turn. */
static void play_again(struct record *r, const struct scenario *s, struct turn *st)
{
    memcpy(st->v->m.bytes, r->start, r->size);
    st->v->p.dirty_percent = 0; /* data goes out as soon as it may */
    volume_boot(st->v);
    st->v->m.record = note;
    st->v->m.random = 1;        /* a few requests a step */
    st->k = 0;
    st->held = 0;
    synced(r, 0);
    volume_mount(st->v);
    play_overlapped(r, s, st);
}

/* Prepared, and played once; note: NULL if that is not to be recorded. */
static void play_first(struct record *r, const struct scenario *s, enum fs_journal journal,
                       uint32_t block, struct volume *v, struct turn *st,
                       void (*noting)(void *self, const struct blk_request *req))
{
    memset(r, 0, sizeof *r);
    r->size = block == 1024 ? IMAGE_SIZE : BIG_IMAGE_SIZE;
    volume_make(v, r->size, block, journal, 0);
    volume_mount(v);
    s->prepare(st);
    volume_unmount(v);
    volume_boot(v);
    r->start = malloc(r->size);
    r->room = 1024;
    r->e = malloc(r->room * sizeof *r->e);
    r->mark_before = calloc(r->room, sizeof *r->mark_before);
    volume_mount(v);
    snapshot(r, v, false);
    volume_unmount(v);
    volume_boot(v);
    memcpy(r->start, v->m.bytes, r->size);
    v->m.record = noting;
    v->m.record_self = r;
    volume_mount(v);
    play_in_turn(r, s, st);
    volume_unmount(v);
}

void record_scenario(struct record *r, const struct scenario *s, enum fs_journal journal,
                     uint32_t block, bool overlap)
{
    struct volume v;
    struct turn st = { .v = &v };

    play_first(r, s, journal, block, &v, &st, overlap ? NULL : note);
    if (overlap) {
        play_again(r, s, &st);
        volume_unmount(&v);
    }
    volume_free(&v);
}

void record_trees(struct record *r, const struct scenario *s, enum fs_journal journal,
                  uint32_t block, struct volume *v)
{
    struct turn st = { .v = v };

    play_first(r, s, journal, block, v, &st, NULL);
}

void record_play(struct record *r, const struct scenario *s, struct volume *v)
{
    struct turn st = { .v = v };

    v->p.dirty_percent = 0;     /* data goes out as soon as it may */
    volume_boot(v);
    synced(r, 0);
    volume_mount(v);
    for (; st.k + 3 < SNAPS && s->step(&st); st.k++) {
        RUN(v, fs_sync);
        synced(r, st.k + 1);
    }
    if (st.held)
        RUN(v, fs_drop, st.held);
    RUN(v, fs_sync);
    synced(r, st.k + 1);
    volume_unmount(v);
}

void record_free(struct record *r)
{
    for (uint32_t i = 0; i < r->n; i++)
        free(r->e[i].data);
    free(r->e);
    free(r->mark_before);
    free(r->start);
}

/* ---- dm-log-writes ---- */

struct log_super { uint64_t magic, version, nr_entries; uint32_t sectorsize; };
struct log_entry { uint64_t sector, nr_sectors, flags, data_len; };
#define LOG_MAGIC 0x6a736677736872ull
enum { LOG_FLUSH = 1, LOG_FUA = 2, LOG_MARK = 8 };

static void put_sector(FILE *f, const void *data, size_t n, const char *text)
{
    uint8_t sector[512] = { 0 };

    memcpy(sector, data, n);
    memcpy(sector + n, text, strlen(text));
    fwrite(sector, 1, sizeof sector, f);
}

static void put_write(FILE *f, uint64_t sector, uint64_t nsectors, uint64_t flags,
                      const void *data)
{
    /* data_len is for marks: the data of a write have their own sectors. */
    put_sector(f, &(struct log_entry){ sector, nsectors, flags, 0 },
               sizeof(struct log_entry), "");
    fwrite(data ? data : "", 1, nsectors * 512, f);
}

static void put_mark(FILE *f, unsigned mark)
{
    char text[32];

    snprintf(text, sizeof text, "sync %u", mark);
    put_sector(f, &(struct log_entry){ 0, 0, LOG_MARK, strlen(text) }, sizeof(struct log_entry),
               text);
}

/* How many entries there are but for the start. */
static uint64_t entries(const struct record *r, uint32_t member)
{
    uint64_t n = 1;

    for (uint32_t i = 1; i <= r->n; i++) {
        n += r->mark_before[i] != r->mark_before[i - 1] ? 1u : 0u;
        n += r->e[i - 1].member == member ? 1u : 0u;
    }
    return n;
}

void record_save(const struct record *r, const char *path, uint32_t member,
                 const uint8_t *start, uint64_t size)
{
    FILE *f = fopen(path, "wb");

    if (!f) {
        perror(path);
        exit(2);
    }
    put_sector(f, &(struct log_super){ LOG_MAGIC, 1, entries(r, member) + (start != NULL), 512 },
               sizeof(struct log_super), "");
    if (start)
        put_write(f, 0, size / 512, 0, start);
    for (uint32_t i = 0; i <= r->n; i++) {
        if (i == 0 || r->mark_before[i] != r->mark_before[i - 1])
            put_mark(f, r->mark_before[i]);
        if (i == r->n || r->e[i].member != member)
            continue;
        const struct event *e = &r->e[i];

        put_write(f, e->sector, e->nsectors,
                  e->nsectors ? (e->through ? LOG_FUA : 0) : LOG_FLUSH, e->data);
    }
    if (fclose(f)) {
        perror(path);
        exit(2);
    }
}
