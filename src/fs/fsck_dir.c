/* fsck_dir.c - passes 2 to 4: folders, their connection, and how many names there are. */
#include <fs/fsck_int.h>

#include <string.h>

static struct ext2_dirent *entry_in(uint8_t *block, uint32_t at)
{
    return (void *)(block + at);
}

static void set_entry(const struct check *c, struct ext2_dirent *e, uint32_t ino,
                      uint32_t rec_len, const char *name, size_t len, uint8_t type)
{
    e->ino = ino;
    e->rec_len = (uint16_t)rec_len;
    e->name_len = (uint8_t)len;
    e->type = c->filetype ? type : 0;
    memset(e->name, 0, rec_len >= 12 ? 4 : 0);  /* e2fsck wants '.' and '..' padded */
    memcpy(e->name, name, len);
}

static void fill_dots(const struct check *c, uint8_t *block, uint32_t ino, uint32_t parent)
{
    set_entry(c, entry_in(block, 0), ino, 12, ".", 1, EXT2_FT_DIR);
    set_entry(c, entry_in(block, 12), parent, c->bs - 12, "..", 2, EXT2_FT_DIR);
}

/* A new folder in a free inode (its own, for the root). */
static bool make_folder(struct check *c, uint32_t ino, uint32_t parent, uint32_t mode)
{
    struct ext2_inode *in = inode_at(c, ino);
    uint32_t block = grab_block(c);

    if (!block)
        return false;
    touch(c, in);
    memset(in, 0, c->isize);
    in->mode = (uint16_t)(FS_IFDIR | mode);
    in->links_count = 2;
    in->size = c->bs;
    in->blocks = c->bs / 512;
    in->block[0] = block;
    in->atime = in->mtime = in->ctime = c->f->seconds;
    fill_dots(c, block_at(c, block), ino, parent);
    c->kind[ino] = EXT2_FT_DIR;
    bit_set(c->inode_used, ino - 1);
    return true;
}

bool make_root(struct check *c)
{
    return make_folder(c, EXT2_ROOT_INO, EXT2_ROOT_INO, 0755);
}

/* ---- one block of a folder ---- */

struct folder { struct check *c; uint32_t ino, block, lblock; uint8_t *data; };

static bool bad(struct folder *d, enum fsck_fault fault, uint64_t is, uint64_t should)
{
    if (!wrong(d->c, fault, d->ino, d->block, is, should))
        return false;
    touch(d->c, d->data);
    return true;
}

static bool is_name(const struct ext2_dirent *e, const char *name, size_t len)
{
    return e->name_len == len && memcmp(e->name, name, len) == 0;
}

struct ext2_dirent *good_entry(const struct check *c, uint8_t *data, uint32_t at)
{
    struct ext2_dirent *e = entry_in(data, at);

    if (at % 4 || at > c->bs - 12 || e->rec_len < 12 || e->rec_len % 4 ||
        e->rec_len > c->bs - at || e->name_len + 8u > e->rec_len)
        return NULL;
    return e;
}

static bool shape_good(const struct folder *d, uint32_t at)
{
    return good_entry(d->c, d->data, at) != NULL;
}

/* How far a damaged entry reaches: as far as it says if that can be, and the one before takes
 * it in; or to the end of the block, with all that may stand there. One whose name is good
 * and that only says to reach too far stays. As e2fsck does it (pass2.c, salvage_directory). */
static void salvage(struct folder *d, uint32_t at, struct ext2_dirent *before)
{
    struct ext2_dirent *e = entry_in(d->data, at);
    uint32_t left = d->c->bs - at;
    bool whole = left >= 8;

    if (whole && e->rec_len == 8 && left >= 20) {
        memmove(e, (uint8_t *)e + 8, left - 8);
        memset(d->data + d->c->bs - 8, 0, 8);
    } else if (whole && e->rec_len > left && left > 8 && e->name_len + 8u <= left &&
               e->ino <= d->c->ninodes && !memchr(e->name, '\0', e->name_len)) {
        e->rec_len = (uint16_t)left;
    } else if (before) {
        bool fits = whole && e->rec_len && e->rec_len % 4 == 0 && e->rec_len <= left;

        before->rec_len = (uint16_t)(before->rec_len + (fits ? e->rec_len : left));
    } else {
        set_entry(d->c, e, 0, left, "", 0, 0);
    }
}

/* ---- '.' and '..' ---- */

static bool pads(const struct ext2_dirent *e)
{
    return !e->name[e->name_len];
}

/* An entry that is not '.' where that should be: over it, if the rest of the block can stay. */
static void put_dot(struct folder *d)
{
    struct ext2_dirent *dot = entry_in(d->data, 0);
    uint32_t len = dot->rec_len;

    set_entry(d->c, dot, d->ino, len >= 24 ? 12 : len, ".", 1, EXT2_FT_DIR);
    if (len >= 24)
        set_entry(d->c, entry_in(d->data, 12), 0, len - 12, "", 0, 0);
}

static bool is_inode(const struct check *c, uint32_t ino)
{
    return ino && ino <= c->ninodes;
}

static void put_dotdot(struct folder *d, uint32_t at)
{
    struct ext2_dirent *up = entry_in(d->data, at);
    bool is = shape_good(d, at) && is_name(up, "..", 2) && is_inode(d->c, up->ino);

    if (!shape_good(d, at))
        fill_dots(d->c, d->data, d->ino, EXT2_ROOT_INO);
    else
        set_entry(d->c, up, is ? up->ino : EXT2_ROOT_INO, up->rec_len, "..", 2, EXT2_FT_DIR);
}

/* '.' and '..' of a folder's first block. The offset behind them; 0: not repaired. */
static uint32_t check_dots(struct folder *d)
{
    struct ext2_dirent *dot = entry_in(d->data, 0), *up;
    uint8_t type = d->c->filetype ? EXT2_FT_DIR : 0;

    if (!is_name(dot, ".", 1) || dot->ino != d->ino || !pads(dot) || dot->type != type ||
        dot->rec_len > 24) {
        if (!bad(d, FSCK_DIR_DOT, dot->ino, d->ino))
            return 0;
        put_dot(d);
    }
    up = entry_in(d->data, dot->rec_len);
    if (!shape_good(d, dot->rec_len) || !is_name(up, "..", 2) || !pads(up) ||
        !is_inode(d->c, up->ino) || up->type != type) {
        if (!bad(d, FSCK_DIR_DOTDOT, dot->rec_len, 0))
            return 0;
        put_dotdot(d, dot->rec_len);
        up = entry_in(d->data, dot->rec_len);
    }
    d->c->dotdot[d->ino] = up->ino;
    d->c->links[d->ino]++;
    return dot->rec_len + up->rec_len;
}

/* Do entries follow each other from here on to the end of the block? */
static bool chain_good(const struct folder *d, uint32_t at)
{
    const struct ext2_dirent *e;

    for (; at < d->c->bs; at += e->rec_len) {
        e = good_entry(d->c, d->data, at);
        if (!e)
            return false;
    }
    return true;
}

static bool leads_to_dotdot(const struct folder *d, const struct ext2_dirent *dot)
{
    return shape_good(d, 0) && dot->rec_len <= 24 && shape_good(d, dot->rec_len) &&
           is_name(entry_in(d->data, dot->rec_len), "..", 2);
}

/* '.' is made 12 bytes long and '..' so at 12: what one of them says of its length is not worth
 * the names behind it. (One that an entry was cut out of behind '.' stands at 24.) */
static void mend_dots(struct folder *d)
{
    struct ext2_dirent *dot = entry_in(d->data, 0), *up = entry_in(d->data, 12);
    uint32_t room = d->c->bs - 12, len = up->rec_len;

    if (!leads_to_dotdot(d, dot) && is_name(up, "..", 2) &&
        bad(d, FSCK_DIR_DOT, dot->ino, d->ino))
        set_entry(d->c, dot, d->ino, 12, ".", 1, EXT2_FT_DIR);
    if (dot->rec_len != 12 || !is_name(dot, ".", 1) || shape_good(d, 12) ||
        !bad(d, FSCK_DIR_DOTDOT, 12, 0))
        return;
    if (len < 12 || len % 4 || len > room || !chain_good(d, 12 + len))
        len = chain_good(d, 24) ? 12 : room;
    set_entry(d->c, up, up->ino, len, "..", 2, EXT2_FT_DIR);
}

/* The shape of all entries of a block, before anything is said of what they name. */
static bool check_shape(struct folder *d)
{
    struct ext2_dirent *before = NULL;

    if (d->lblock == 0)
        mend_dots(d);
    for (uint32_t at = 0; at < d->c->bs;) {
        struct ext2_dirent *e = entry_in(d->data, at);

        if (shape_good(d, at)) {
            before = e;
            at += e->rec_len;
            continue;
        }
        if (!bad(d, FSCK_DIR_ENTRY, at, 0))
            return false;
        salvage(d, at, before);
        if (before)
            at = (uint32_t)((uint8_t *)before - d->data) + before->rec_len;
    }
    return true;
}

static void check_name(struct folder *d, struct ext2_dirent *e)
{
    bool dots = !e->name_len || is_name(e, ".", 1) || is_name(e, "..", 2);

    if (!dots && !memchr(e->name, '/', e->name_len) && !memchr(e->name, '\0', e->name_len))
        return;
    if (!bad(d, FSCK_DIR_NAME, 0, 0))
        return;
    if (dots) {                 /* nothing, or a second '.' or '..', is no name for anything */
        e->ino = 0;
        return;
    }
    for (uint32_t i = 0; i < e->name_len; i++)
        if (!e->name[i] || e->name[i] == '/')
            e->name[i] = '.';
}

static uint32_t says_above(const struct check *c, uint32_t ino)
{
    uint32_t block = inode_at(c, ino)->block[0];
    uint8_t *data = block_good(c, block) ? block_at(c, block) : NULL;
    const struct ext2_dirent *e = data ? good_entry(c, data, 0) : NULL;

    e = e ? good_entry(c, data, e->rec_len) : NULL;
    return e && is_name(e, "..", 2) && is_inode(c, e->ino) ? e->ino : 0;
}

static struct ext2_dirent *find_entry(struct check *c, uint32_t dir, const char *name,
                                      size_t len, uint32_t ino);

/* Of two links to a folder that one is right which its '..' names, though it may come later. */
static bool has_better_link(const struct folder *d, uint32_t ino)
{
    uint32_t up = says_above(d->c, ino);

    return up && up != d->ino && d->c->kind[up] == EXT2_FT_DIR &&
           find_entry(d->c, up, NULL, 0, ino);
}

/* Which inode it names, and what that counts. */
static void check_target(struct folder *d, struct ext2_dirent *e)
{
    struct check *c = d->c;

    if (e->ino > c->ninodes || e->ino < c->first_ino || !c->kind[e->ino]) {
        if (bad(d, FSCK_DIR_INODE, e->ino, 0))
            e->ino = 0;
        return;
    }
    if (c->kind[e->ino] == EXT2_FT_DIR && (c->parent[e->ino] || has_better_link(d, e->ino))) {
        if (bad(d, FSCK_DIR_TWICE, e->ino, 0))
            e->ino = 0;
        return;
    }
    uint8_t type = c->filetype ? c->kind[e->ino] : 0;

    if (e->type != type && bad(d, FSCK_DIR_TYPE, e->type, type))
        e->type = type;
    c->links[e->ino]++;
    if (c->kind[e->ino] == EXT2_FT_DIR)
        c->parent[e->ino] = d->ino;
}

static void check_block(struct folder *d)
{
    if (!check_shape(d))
        return;
    for (uint32_t at = d->lblock == 0 ? check_dots(d) : 0; at < d->c->bs;) {
        struct ext2_dirent *e = entry_in(d->data, at);

        if (at == 0 && d->lblock == 0)
            return;             /* not repaired */
        if (e->ino)
            check_name(d, e);
        if (e->ino)
            check_target(d, e);
        at += e->rec_len;
    }
}

/* ---- two entries with one name ---- */

enum { NAME_BITS = 1 << 13 };

static uint32_t hash_name(const struct ext2_dirent *e)
{
    uint32_t h = 2166136261u;

    for (uint32_t i = 0; i < e->name_len; i++)
        h = (h ^ (uint8_t)e->name[i]) * 16777619u;
    return (h ^ h >> 13) & (NAME_BITS - 1);
}

/* Is there an entry like e before it? */
static bool has_twin(struct check *c, struct ext2_inode *in, const struct ext2_dirent *e)
{
    for (uint32_t l = 0; l < in->size / c->bs; l++) {
        const uint32_t *ptr = pointer_of(c, in, l);
        uint8_t *data = ptr && block_good(c, *ptr) ? block_at(c, *ptr) : NULL;

        for (uint32_t at = 0; data && at < c->bs;) {
            const struct ext2_dirent *x = good_entry(c, data, at);

            if (x == e)
                return false;
            if (!x)
                break;
            if (x->ino && is_name(x, e->name, e->name_len))
                return true;
            at += x->rec_len;
        }
    }
    return false;
}

static void rename_twin(struct check *c, struct ext2_inode *in, struct ext2_dirent *e)
{
    char *last = &e->name[e->name_len - 1];

    for (unsigned i = 0; i < 62 && has_twin(c, in, e); i++)
        *last = "~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[i];
}

static void check_twins(struct folder *d, struct ext2_inode *in, uint8_t *bits)
{
    for (uint32_t at = 0; at < d->c->bs;) {
        struct ext2_dirent *e = entry_in(d->data, at);

        if (!shape_good(d, at))
            return;
        at += e->rec_len;
        if (!e->ino || !e->name_len)
            continue;
        uint32_t h = hash_name(e);

        if (bit_test(bits, h) && has_twin(d->c, in, e) && bad(d, FSCK_DIR_SAME_NAME, 0, 0))
            rename_twin(d->c, in, e);
        bit_set(bits, h);
    }
}

/* ---- whole folders ---- */

static void fill_hole(struct folder *d, uint32_t *ptr)
{
    uint32_t block;

    if (!wrong(d->c, FSCK_DIR_HOLE, d->ino, 0, d->lblock, 0))
        return;
    block = ptr ? grab_block(d->c) : 0;
    if (!block) {
        d->c->f->nleft++;
        return;
    }
    touch(d->c, ptr);
    *ptr = block;
    set_entry(d->c, entry_in(block_at(d->c, block), 0), 0, d->c->bs, "", 0, 0);
    touch(d->c, inode_at(d->c, d->ino));
    inode_at(d->c, d->ino)->blocks += d->c->bs / 512;
}

static void check_folder(struct check *c, uint32_t ino)
{
    struct ext2_inode *in = inode_at(c, ino);
    struct folder d = { .c = c, .ino = ino };
    uint8_t bits[NAME_BITS / 8];
    uint32_t n = in->size / c->bs;

    n = n < c->nblocks ? n : c->nblocks;
    if (n > 1 || in->size)
        memset(bits, 0, sizeof bits);
    for (; d.lblock < n; d.lblock++) {
        uint32_t *ptr = pointer_of(c, in, d.lblock);

        if (!ptr || !block_good(c, *ptr))
            fill_hole(&d, ptr);
        if (!ptr || !block_good(c, *ptr))
            continue;
        d.block = *ptr;
        d.data = block_at(c, d.block);
        check_block(&d);
        check_twins(&d, in, bits);
    }
}

void check_folders(struct check *c)
{
    for (uint32_t ino = EXT2_ROOT_INO; ino <= c->ninodes; ino++)
        if (c->kind[ino] == EXT2_FT_DIR) {
            check_folder(c, ino);
            check_index(c, ino, inode_at(c, ino));
        }
    c->parent[EXT2_ROOT_INO] = EXT2_ROOT_INO;
}

/* ---- lost+found ---- */

static struct ext2_dirent *find_room(struct check *c, uint8_t *data, uint32_t need)
{
    for (uint32_t at = 0; at < c->bs;) {
        struct ext2_dirent *e = good_entry(c, data, at);
        uint32_t used = e && e->ino ? EXT2_REC_LEN(e->name_len) : 0;

        if (!e)
            return NULL;
        if (e->rec_len >= used + need) {
            struct ext2_dirent *n = entry_in(data, at + used);

            touch(c, data);
            if (used) {
                n->rec_len = (uint16_t)(e->rec_len - used);
                e->rec_len = (uint16_t)used;
            }
            return n;
        }
        at += e->rec_len;
    }
    return NULL;
}

static struct ext2_dirent *new_entry(struct check *c, uint32_t dir, uint32_t need)
{
    struct ext2_inode *in = inode_at(c, dir);
    struct ext2_dirent *e;
    uint32_t n = in->size / c->bs, block;

    for (uint32_t l = 0; l < n; l++) {
        const uint32_t *ptr = pointer_of(c, in, l);

        e = ptr && block_good(c, *ptr) ? find_room(c, block_at(c, *ptr), need) : NULL;
        if (e)
            return e;
    }
    if (n >= EXT2_NDIRECT || !(block = grab_block(c)))
        return NULL;
    touch(c, in);
    in->block[n] = block;
    in->size += c->bs;
    in->blocks += c->bs / 512;
    e = entry_in(block_at(c, block), 0);
    e->rec_len = (uint16_t)c->bs;
    return e;
}

static bool add_name(struct check *c, uint32_t dir, const char *name, size_t len, uint32_t ino)
{
    struct ext2_dirent *e = new_entry(c, dir, EXT2_REC_LEN(len));

    if (!e)
        return false;
    set_entry(c, e, ino, e->rec_len, name, len, c->kind[ino]);
    c->links[ino]++;
    if (c->kind[ino] == EXT2_FT_DIR)
        c->parent[ino] = dir;
    return true;
}

/* The entry of that name; without a name, the one for `ino` that is not '.' or '..'. */
static struct ext2_dirent *find_entry(struct check *c, uint32_t dir, const char *name,
                                      size_t len, uint32_t ino)
{
    struct ext2_inode *in = inode_at(c, dir);

    for (uint32_t l = 0; l < in->size / c->bs; l++) {
        const uint32_t *ptr = pointer_of(c, in, l);
        uint8_t *data = ptr && block_good(c, *ptr) ? block_at(c, *ptr) : NULL;

        for (uint32_t at = 0; data && at < c->bs;) {
            struct ext2_dirent *e = good_entry(c, data, at);

            if (!e)
                break;
            if (e->ino && (name ? is_name(e, name, len)
                                : e->ino == ino && !is_name(e, ".", 1) && !is_name(e, "..", 2)))
                return e;
            at += e->rec_len;
        }
    }
    return NULL;
}

/* Something else is called lost+found. False: it stays so. */
static bool drop_name(struct check *c, uint32_t dir, struct ext2_dirent *e)
{
    if (!wrong(c, FSCK_LOST_FOUND_NO_DIR, dir, 0, e->ino, 0))
        return false;
    touch(c, e);
    if (c->links[e->ino])
        c->links[e->ino]--;
    e->ino = 0;
    return true;
}

static bool open_lost_found(struct check *c)
{
    struct ext2_dirent *e = find_entry(c, EXT2_ROOT_INO, "lost+found", 10, 0);
    uint32_t ino = e ? e->ino : 0;

    if (ino && ino <= c->ninodes && c->kind[ino] == EXT2_FT_DIR) {
        c->lost_found = ino;
        return true;
    }
    if (e && !drop_name(c, EXT2_ROOT_INO, e))
        return false;
    if (!wrong(c, FSCK_LOST_FOUND, 0, 0, 0, 0))
        return false;
    ino = grab_inode(c);
    if (!ino || !make_folder(c, ino, EXT2_ROOT_INO, 0700) ||
        !add_name(c, EXT2_ROOT_INO, "lost+found", 10, ino))
        return false;
    c->links[ino]++;            /* its '.' */
    c->dotdot[ino] = EXT2_ROOT_INO;
    c->links[EXT2_ROOT_INO] = (uint16_t)(c->links[EXT2_ROOT_INO] + c->dotdots_counted);
    bit_set(c->connected, ino - 1);
    c->lost_found = ino;
    return true;
}

/* Called #NUMBER there. */
static void reconnect(struct check *c, uint32_t ino)
{
    char name[12] = "#", digits[12];
    size_t n = 1, k = 0;
    uint32_t v = ino;

    for (; v; v /= 10)
        digits[k++] = (char)('0' + v % 10);
    while (k)
        name[n++] = digits[--k];
    if (!open_lost_found(c) || !add_name(c, c->lost_found, name, n, ino))
        c->f->nleft++;
}

/* ---- pass 3 ---- */

static void remove_name(struct check *c, uint32_t dir, uint32_t ino)
{
    struct ext2_dirent *e = find_entry(c, dir, NULL, 0, ino);

    if (e) {
        touch(c, e);
        e->ino = 0;
        c->links[ino]--;
    }
    c->parent[ino] = 0;
}

/* Go up from ino; whoever has no way to the root, or goes round, is reconnected. */
static void connect(struct check *c, uint32_t ino)
{
    uint32_t at = ino, n = 0;

    while (!bit_test(c->connected, at - 1)) {
        uint32_t up = c->parent[at];

        if (!up || n++ > c->ninodes) {
            if (!wrong(c, FSCK_DIR_LOST, at, 0, 0, 0))
                break;
            if (up)             /* a ring: the name that closes it goes */
                remove_name(c, up, at);
            reconnect(c, at);
            break;
        }
        at = up;
    }
    for (at = ino, n = 0; at && !bit_test(c->connected, at - 1) && n++ <= c->ninodes;
         at = c->parent[at])
        bit_set(c->connected, at - 1);
}

static void check_dotdot(struct check *c, uint32_t ino)
{
    uint32_t up = c->parent[ino] ? c->parent[ino] : c->dotdot[ino];
    uint32_t block = inode_at(c, ino)->block[0];
    struct ext2_dirent *e;

    if (!block_good(c, block) || !up)
        return;
    uint8_t *data = block_at(c, block);

    if (c->dotdot[ino] != up && c->dotdot[ino] &&
        wrong(c, FSCK_DIR_PARENT, ino, 0, c->dotdot[ino], up) &&
        (e = good_entry(c, data, 0)) && (e = good_entry(c, data, e->rec_len))) {
        touch(c, e);
        e->ino = up;
    }
    if (c->dotdot[ino])
        c->links[up]++;
}

void check_connection(struct check *c)
{
    if (c->kind[EXT2_ROOT_INO] != EXT2_FT_DIR)
        return;
    bit_set(c->connected, EXT2_ROOT_INO - 1);
    for (uint32_t ino = c->first_ino; ino <= c->ninodes; ino++)
        if (c->kind[ino] == EXT2_FT_DIR)
            connect(c, ino);
    open_lost_found(c);         /* repairs to come need it, as e2fsck has it */
}

/* ---- pass 4 ---- */

static void check_link_count(struct check *c, uint32_t ino)
{
    struct ext2_inode *in = inode_at(c, ino);

    if (!c->links[ino] && ino != EXT2_ROOT_INO) {
        if (!in->size && !in->blocks && c->kind[ino] == EXT2_FT_REG) {
            if (wrong(c, FSCK_INODE_EMPTY, ino, 0, 0, 0))
                clear_inode(c, ino);
            return;
        }
        if (!wrong(c, FSCK_INODE_LOST, ino, 0, 0, 0))
            return;
        reconnect(c, ino);
    }
    if (in->links_count != c->links[ino] && c->links[ino] &&
        wrong(c, FSCK_INODE_LINKS, ino, 0, in->links_count, c->links[ino])) {
        touch(c, in);
        in->links_count = c->links[ino];
    }
}

void check_links(struct check *c)
{
    for (uint32_t ino = EXT2_ROOT_INO; ino <= c->ninodes; ino++)
        if (c->kind[ino] == EXT2_FT_DIR)
            check_dotdot(c, ino);
    c->dotdots_counted = true;
    /* Files first: what they need in lost+found may change its count. */
    for (uint32_t ino = c->first_ino; ino <= c->ninodes; ino++)
        if (c->kind[ino])
            check_link_count(c, ino);
    if (c->kind[EXT2_ROOT_INO] == EXT2_FT_DIR)
        check_link_count(c, EXT2_ROOT_INO);
}
