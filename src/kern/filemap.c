/* filemap.c - see filemap.h
 *
 * Reading and writing pages is the kernel's own work, for which a few records of operations
 * are there: the task that needs a page sleeps like one that waits for a frame, and looks
 * again. A page that is written to while it is on its way to the file is written again.
 */
#include <kern/filemap.h>

#include <kern/pages.h>
#include <sim/check.h>

#include <string.h>

enum { FILE_PAGES = 8192, FILE_IOS = 16, BUCKETS = 1024 };

enum file_page_state { FILE_PAGE_FREE, FILE_PAGE_READING, FILE_PAGE_HERE, FILE_PAGE_WRITING,
                       FILE_PAGE_FAILED };

struct file_page {
    uint32_t vnode, index, pfn;
    uint32_t next;              /* of the bucket, or free: + 1 */
    uint8_t state;              /* enum file_page_state */
    uint8_t why;                /* of a failed one: enum mm_result */
    bool dirty;
    bool wanted;                /* it is to be written */
    bool failed;                /* its last writing */
};

struct file_io {
    struct fs_op op;
    struct fs_stat st;
    bool running, due, known;   /* known: st is */
    uint32_t generation;
    uint32_t page;
};

struct filemap {
    uint32_t npages, fresh, free;       /* free: + 1 */
    uint32_t hand;              /* the next one that may have to go */
    uint32_t used, busy;        /* pages that are not free; operations */
    uint32_t bucket[BUCKETS];   /* + 1 */
    struct file_page *page;
    uint32_t *of_frame;         /* + 1 */
    struct file_io io[FILE_IOS];
    struct waitq wait;          /* for pages to be written */
    uint16_t *regions;          /* by vnode - 1: that map it */
    bool over;                  /* the run is: nobody waits any more */
};

static void io_on(struct kern *k, struct file_io *io);

static uint32_t *bucket_of(struct filemap *m, uint32_t vnode, uint32_t index)
{
    return &m->bucket[(vnode * 2654435761u ^ index * 40503u) % BUCKETS];
}

static struct file_page *find(const struct kern *k, uint32_t vnode, uint32_t index)
{
    struct filemap *m = k->filemap;

    for (uint32_t i = m ? *bucket_of(m, vnode, index) : 0; i; i = m->page[i - 1].next) {
        struct file_page *p = &m->page[i - 1];

        if (p->vnode == vnode && p->index == index)
            return p;
    }
    return NULL;
}

static uint8_t *bytes_of(const struct kern *k, const struct file_page *p)
{
    return mm_bytes_to_write(mm_of(k), p->pfn);
}

/* --- a page comes and goes --- */

static struct file_page *page_new(struct kern *k, uint32_t vnode, uint32_t index, uint32_t pfn)
{
    struct filemap *m = k->filemap;
    uint32_t i = m->free ? m->free - 1 : m->fresh, *at = bucket_of(m, vnode, index);

    if (m->free)
        m->free = m->page[i].next;
    else
        m->fresh++;
    m->page[i] = (struct file_page){ .vnode = vnode, .index = index, .pfn = pfn, .next = *at,
                                     .state = FILE_PAGE_READING };
    *at = i + 1;
    m->of_frame[pfn] = i + 1;
    m->used++;
    vnode_of(k, vnode)->refs++;
    return &m->page[i];
}

static void page_free(struct kern *k, struct file_page *p)
{
    struct filemap *m = k->filemap;
    uint32_t i = (uint32_t)(p - m->page), *at = bucket_of(m, p->vnode, p->index);
    const struct file_page was = *p;

    while (*at != i + 1)
        at = &m->page[*at - 1].next;
    *at = p->next;
    *p = (struct file_page){ .next = m->free };
    m->free = i + 1;
    m->used--;
    m->of_frame[was.pfn] = 0;
    frame_drop(&mm_of(k)->frames, was.pfn);
    vnode_put(k, was.vnode);
}

/* --- operations --- */

static struct file_io *io_free(struct filemap *m)
{
    for (unsigned i = 0; i < FILE_IOS; i++)
        if (!m->io[i].running)
            return &m->io[i];
    return NULL;
}

static void io_begin(struct kern *k, struct file_io *io, const struct file_page *p)
{
    struct filemap *m = k->filemap;

    *io = (struct file_io){ .running = true, .generation = k->vfs->generation,
                            .page = (uint32_t)(p - m->page) };
    m->busy++;
    vfs_background_op(k, &io->op, &io->due);
    io_on(k, io);
}

/* It is dirty and wanted: if an operation is free it begins. */
static void write_page(struct kern *k, struct file_page *p)
{
    struct file_io *io = io_free(k->filemap);

    if (!io || p->state != FILE_PAGE_HERE)
        return;
    p->state = FILE_PAGE_WRITING;
    p->dirty = p->wanted = p->failed = false;
    io_begin(k, io, p);
}

/* Nobody maps it, and it is as the file is: it need not stay. */
static void look_at(struct kern *k, struct file_page *p)
{
    if (p->state != FILE_PAGE_HERE)
        return;
    p->wanted |= p->dirty && frame_refs(&mm_of(k)->frames, p->pfn) == 1;
    if (p->wanted && p->dirty)
        write_page(k, p);
    else if (frame_refs(&mm_of(k)->frames, p->pfn) == 1)
        page_free(k, p);
}

/* An operation is free: whose turn is it? */
static void write_more(struct kern *k)
{
    struct filemap *m = k->filemap;

    for (uint32_t i = 0; i < m->fresh && io_free(m); i++)
        if (m->page[i].wanted && m->page[i].state == FILE_PAGE_HERE)
            write_page(k, &m->page[i]);
}

/* A part of the page is not the page: a call that moves some bytes has succeeded, this has not. */
static int whole(const struct file_io *io, int err)
{
    return err ? err : io->op.cut;
}

static int run_read(struct kern *k, struct file_io *io, struct file_page *p, uint32_t ino)
{
    uint64_t at = (uint64_t)p->index << PAGE_SHIFT;
    int err;

    if (!io->known && (err = fs_stat(k->vfs->fs, &io->op, ino, &io->st)))
        return err;
    io->known = true;
    if (at >= io->st.size) {
        p->why = MM_PAST_END;
        return -FS_EINVAL;
    }
    return whole(io, fs_read(k->vfs->fs, &io->op, ino, at, bytes_of(k, p), PAGE_SIZE));
}

/* What lies behind the file's end is nobody's. */
static int run_write(struct kern *k, struct file_io *io, struct file_page *p, uint32_t ino)
{
    uint64_t at = (uint64_t)p->index << PAGE_SHIFT;
    int err;

    if (!io->known && (err = fs_stat(k->vfs->fs, &io->op, ino, &io->st)))
        return err;
    io->known = true;
    if (at >= io->st.size)
        return 0;
    uint64_t n = io->st.size - at < PAGE_SIZE ? io->st.size - at : PAGE_SIZE;
    return whole(io, fs_write(k->vfs->fs, &io->op, ino, at, bytes_of(k, p), n));
}

static int run(struct kern *k, struct file_io *io, struct file_page *p)
{
    uint32_t ino = vnode_ino(k, p->vnode);

    if (!ino || k->vfs->state != VFS_MOUNTED || io->generation != k->vfs->generation)
        return -FS_EIO;
    io->op.now = k->engine->now;
    return p->state == FILE_PAGE_READING ? run_read(k, io, p, ino) : run_write(k, io, p, ino);
}

static void io_on(struct kern *k, struct file_io *io)
{
    struct filemap *m = k->filemap;
    struct file_page *p = &m->page[io->page];

    io->due = false;
    p->why = MM_IO_ERROR;
    int err = run(k, io, p);
    vfs_arm(k);
    if (err == FS_WAIT)
        return;
    io->running = false;
    m->busy--;
    if (p->state == FILE_PAGE_READING) {
        p->state = err ? FILE_PAGE_FAILED : FILE_PAGE_HERE;
        if (!m->regions[p->vnode - 1])
            page_free(k, p);    /* who wanted it is gone */
    } else {
        p->state = FILE_PAGE_HERE;
        p->failed = err;
        look_at(k, p);
    }
    if (!m->over) {
        memory_ready(k);
        waitq_wake(k, &m->wait);
    }
    write_more(k);
}

/* --- the port of memory --- */

static void hold(void *ctx, uint32_t object)
{
    struct kern *k = ctx;
    uint32_t vnode = object & ~REGION_FILE;

    vnode_of(k, vnode)->refs++;
    k->filemap->regions[vnode - 1]++;
}

/* Pages that were read for nobody, in the end, go with the last region. */
static void drop(void *ctx, uint32_t object)
{
    struct kern *k = ctx;
    struct filemap *m = k->filemap;
    uint32_t vnode = object & ~REGION_FILE;

    if (!--m->regions[vnode - 1])
        for (uint32_t i = 0; i < m->fresh; i++) {
            struct file_page *p = &m->page[i];

            if (p->vnode == vnode && p->state == FILE_PAGE_FAILED)
                page_free(k, p);
            else if (p->vnode == vnode)
                look_at(k, p);
        }
    vnode_put(k, vnode);
}

static enum mm_result wait_for_it(struct kern *k)
{
    mm_of(k)->wait_ns = NS_MAX;
    mm_of(k)->wait_slot = MM_WAIT_FILE;
    return MM_WAIT;
}

static enum mm_result read_page(struct kern *k, uint32_t vnode, uint32_t index)
{
    struct filemap *m = k->filemap;
    struct file_io *io = io_free(m);

    if (!vnode_ino(k, vnode))
        return MM_IO_ERROR;
    if (!io || (!m->free && m->fresh == m->npages))
        return m->busy ? wait_for_it(k) : MM_NO_MEMORY;
    uint32_t pfn = frame_alloc(&mm_of(k)->frames);
    if (pfn == FRAME_NONE)
        return MM_NO_MEMORY;
    struct file_page *p = page_new(k, vnode, index, pfn);
    io_begin(k, io, p);
    return MM_OK;
}

static enum mm_result page(void *ctx, uint32_t object, uint32_t index, uint32_t *pfn)
{
    struct kern *k = ctx;
    uint32_t vnode = object & ~REGION_FILE;
    struct file_page *p = find(k, vnode, index);
    enum mm_result why;

    if (!p) {
        if ((why = read_page(k, vnode, index)))
            return why;
        p = find(k, vnode, index);
    }
    switch (p->state) {
    case FILE_PAGE_READING:
        return wait_for_it(k);
    case FILE_PAGE_FAILED:
        why = p->why;
        page_free(k, p);
        return why;
    default:
        frame_hold(&mm_of(k)->frames, p->pfn);
        *pfn = p->pfn;
        return MM_OK;
    }
}

static void seen(void *ctx, uint32_t pfn, bool dirty)
{
    struct kern *k = ctx;
    struct filemap *m = k->filemap;

    if (!m->of_frame[pfn])
        return;
    struct file_page *p = &m->page[m->of_frame[pfn] - 1];
    p->dirty |= dirty;
    look_at(k, p);
}

/* Whose turn it is to go, of those that are as the file has them and that nobody works on; in
 * turn, since what is used of them is not known. */
static bool give(void *ctx)
{
    struct kern *k = ctx;
    struct filemap *m = k->filemap;
    struct frames *f = &mm_of(k)->frames;

    for (uint32_t i = 0; i < m->fresh; i++) {
        struct file_page *p = &m->page[m->hand++ % m->fresh];
        uint32_t nfree = f->nfree;

        if (p->state != FILE_PAGE_HERE || p->wanted || frame_pins(f, p->pfn))
            continue;
        mm_file_gather(mm_of(k), filemap_object(p->vnode), p->index, p->index + 1);
        if (p->state != FILE_PAGE_HERE || p->dirty)
            continue;
        mm_file_cut(mm_of(k), filemap_object(p->vnode), p->index, p->index + 1);
        if (f->nfree > nfree)
            return true;
    }
    return false;
}

/* --- by calls --- */

/* Each part of at..at + n - 1 that lies in one page. */
struct part { uint64_t at; uint32_t n, index, in_page; };

static bool next_part(struct part *p, uint64_t end)
{
    p->at += p->n;
    if (p->at >= end)
        return false;
    p->index = (uint32_t)(p->at >> PAGE_SHIFT);
    p->in_page = (uint32_t)p->at & (PAGE_SIZE - 1);
    p->n = PAGE_SIZE - p->in_page;
    if (p->n > end - p->at)
        p->n = (uint32_t)(end - p->at);
    return true;
}

static struct file_page *find_here(const struct kern *k, uint32_t vnode, uint32_t index)
{
    struct file_page *p = find(k, vnode, index);

    return p && (p->state == FILE_PAGE_HERE || p->state == FILE_PAGE_WRITING) ? p : NULL;
}

static void show_written(struct kern *k, uint32_t vnode, uint64_t at, const uint8_t *bytes,
                         uint64_t n)
{
    struct part part = { .at = at };
    const struct file_page *p;

    while (next_part(&part, at + n))
        if ((p = find_here(k, vnode, part.index)))
            memcpy(bytes_of(k, p) + part.in_page, bytes + (part.at - at), part.n);
}

void filemap_overlay(const struct kern *k, uint32_t vnode, uint64_t at, uint8_t *bytes,
                     uint32_t n)
{
    struct part part = { .at = at };
    const struct file_page *p;

    while (k->filemap && k->filemap->used && next_part(&part, at + n))
        if ((p = find_here(k, vnode, part.index)))
            memcpy(bytes + (part.at - at), mm_bytes(mm_of(k), p->pfn) + part.in_page,
                   part.n);
}

/* Pages from `from` on that are on their way, as long as the file was: once more, by its end now.
 * Those that are behind it, from `keep` on, are zero, should it grow again meanwhile. */
static void begin_anew(struct kern *k, uint32_t vnode, uint32_t from, uint32_t keep)
{
    struct filemap *m = k->filemap;

    for (unsigned i = 0; i < FILE_IOS; i++) {
        struct file_io *io = &m->io[i];
        const struct file_page *p = &m->page[io->page];

        if (!io->running || p->vnode != vnode || p->index < from ||
            io->generation != k->vfs->generation)
            continue;
        fs_op_cancel(k->vfs->fs, &io->op);
        vfs_background_op(k, &io->op, &io->due);
        io->known = false;
        io->due = true;
        if (p->index >= keep)
            memset(bytes_of(k, p), 0, PAGE_SIZE);
    }
    vfs_arm(k);
}

static void cut(struct kern *k, uint32_t vnode, uint64_t size)
{
    uint32_t keep = (uint32_t)((size + PAGE_SIZE - 1) >> PAGE_SHIFT);
    uint32_t rest = (uint32_t)size & (PAGE_SIZE - 1);
    struct file_page *p;

    mm_file_cut(mm_of(k), filemap_object(vnode), keep, UINT32_MAX);
    if (rest && (p = find_here(k, vnode, keep - 1)))
        memset(bytes_of(k, p) + rest, 0, PAGE_SIZE - rest);
    begin_anew(k, vnode, rest ? keep - 1 : keep, keep);
}

/* What is behind byte `before` in its page, as far as `size`, is zero. */
static void clear_grown(struct kern *k, uint32_t vnode, uint64_t before, uint64_t size)
{
    uint32_t rest = (uint32_t)before & (PAGE_SIZE - 1);
    uint64_t n = size - before < PAGE_SIZE - rest ? size - before : PAGE_SIZE - rest;
    const struct file_page *p = rest ? find_here(k, vnode, (uint32_t)(before >> PAGE_SHIFT)) : NULL;

    if (p)
        memset(bytes_of(k, p) + rest, 0, (size_t)n);
}

/* The vnode behind `v` that is the inode and is mapped; 0: no more. */
static uint32_t next_mapped(const struct kern *k, uint32_t v, uint32_t ino)
{
    if (!k->filemap || !k->filemap->used)
        return 0;
    while (++v <= k->vfs->nvnodes)
        if (k->filemap->regions[v - 1] && vnode_ino(k, v) == ino)
            return v;
    return 0;
}

void filemap_truncated(struct kern *k, uint32_t ino, uint64_t before, uint64_t size)
{
    for (uint32_t v = 0; (v = next_mapped(k, v, ino));)
        if (size > before)
            clear_grown(k, v, before, size);
        else
            cut(k, v, size);
}

void filemap_written(struct kern *k, uint32_t ino, const struct fs_op *op, const uint8_t *bytes)
{
    uint64_t at = op->end - op->done;

    for (uint32_t v = 0; op->done && (v = next_mapped(k, v, ino));) {
        if (at > op->before)
            clear_grown(k, v, op->before, at);
        show_written(k, v, at, bytes, op->done);
    }
}

static bool is_in(const struct file_page *p, uint32_t vnode, uint32_t from, uint32_t to)
{
    return p->state != FILE_PAGE_FREE && (vnode == FILEMAP_ALL || p->vnode == vnode) &&
           p->index >= from && p->index < to;
}

void filemap_start(struct kern *k, uint32_t vnode, uint32_t from, uint32_t to)
{
    struct filemap *m = k->filemap;

    if (!m || !m->used)
        return;
    if (vnode != FILEMAP_ALL)
        mm_file_gather(mm_of(k), filemap_object(vnode), from, to);
    for (uint32_t v = 1; vnode == FILEMAP_ALL && v <= VFS_NODES; v++)
        if (m->regions[v - 1])
            mm_file_gather(mm_of(k), filemap_object(v), from, to);
    for (uint32_t i = 0; i < m->fresh; i++)
        if (is_in(&m->page[i], vnode, from, to) && m->page[i].dirty)
            m->page[i].wanted = true;
    write_more(k);
}

int32_t filemap_flush(struct sysc *c, uint32_t vnode, uint32_t from, uint32_t to)
{
    struct filemap *m = c->k->filemap;
    bool failed = false;

    if (!m || !m->used)
        return 0;
    if (c->r->state == REQUEST_NEW)
        filemap_start(c->k, vnode, from, to);
    for (uint32_t i = 0; i < m->fresh; i++) {
        struct file_page *p = &m->page[i];

        if (!is_in(p, vnode, from, to))
            continue;
        if (p->wanted || p->state == FILE_PAGE_WRITING)
            return sysc_wait(c, WAIT_DISK, UINT32_MAX, &m->wait, NS_MAX);
        failed |= p->failed;
        p->failed &= vnode == FILEMAP_ALL;      /* who asks for that file is to hear of it */
    }
    return failed ? -G_EIO : 0;
}

/* --- beside calls: for the file system --- */

static bool due(const struct kern *k)
{
    bool any = false;

    for (unsigned i = 0; i < FILE_IOS; i++)
        any |= k->filemap->io[i].running && k->filemap->io[i].due;
    return any;
}

static void go_on(struct kern *k)
{
    for (unsigned i = 0; i < FILE_IOS; i++)
        if (k->filemap->io[i].running && k->filemap->io[i].due)
            io_on(k, &k->filemap->io[i]);
}

/* Operations went with the memory of the file system: each of them fails. */
static void power_cut(struct kern *k)
{
    for (unsigned i = 0; i < FILE_IOS; i++)
        if (k->filemap->io[i].running)
            io_on(k, &k->filemap->io[i]);
}

/* The run is over. True: something is still on its way to the file. */
static bool flush(struct kern *k)
{
    struct filemap *m = k->filemap;

    m->over = true;
    for (uint32_t i = 0; i < m->fresh; i++) {
        struct file_page *p = &m->page[i];

        if (p->state != FILE_PAGE_FREE)
            mm_file_gather(mm_of(k), filemap_object(p->vnode), p->index, p->index + 1);
        p->wanted |= p->dirty && !p->failed;
    }
    write_more(k);
    go_on(k);
    return m->busy > 0;
}

static void cancel_all(struct kern *k)
{
    for (unsigned i = 0; i < FILE_IOS; i++) {
        struct file_io *io = &k->filemap->io[i];

        if (io->running && io->generation == k->vfs->generation)
            fs_op_cancel(k->vfs->fs, &io->op);
        k->filemap->busy -= io->running;
        io->running = false;
    }
}

void filemap_layout(struct kern *k, struct arena *a)
{
    static const struct vfs_user user = { .power_cut = power_cut, .settle = cancel_all,
                                          .due = due, .go_on = go_on, .flush = flush };
    const struct config *c = k->config;

    if (!programs_configured(c) || !c->fs.mounted || c->disk.model == DISK_NONE)
        return;
    uint32_t n = c->memory.frames < FILE_PAGES ? c->memory.frames : FILE_PAGES;
    struct filemap *m = arena_array(a, struct filemap, 1);
    struct file_page *pages = arena_array(a, struct file_page, n);
    uint32_t *of_frame = arena_array(a, uint32_t, c->memory.frames);
    uint16_t *regions = arena_array(a, uint16_t, VFS_NODES);

    if (!a->base)
        return;
    m->npages = n;
    m->page = pages;
    m->of_frame = of_frame;
    m->regions = regions;
    m->wait = (struct waitq)WAITQ_EMPTY;
    k->filemap = m;
    k->vfs->user[VFS_USER_MAPS] = &user;
    mm_of(k)->files = (struct mm_files){ hold, drop, page, seen, give, k };
}

bool filemap_check(const struct kern *k)
{
    const struct filemap *m = k->filemap;
    uint32_t used = 0, busy = 0;

    if (!m)
        return true;
    for (uint32_t i = 0; i < m->fresh; i++) {
        const struct file_page *p = &m->page[i];

        if (p->state == FILE_PAGE_FREE)
            continue;
        used++;
        if (m->of_frame[p->pfn] != i + 1 || !frame_refs(&mm_of(k)->frames, p->pfn))
            return false;
    }
    for (unsigned i = 0; i < FILE_IOS; i++)
        busy += m->io[i].running;
    return used == m->used && busy == m->busy;
}
