/* lines.c - see lines.h. Every count and offset is hostile: a cursor that would leave
 * its bounds becomes empty and reads zeros, and every loop consumes or ends. */
#include <cpu/lines.h>

#include <string.h>

struct cursor {
    const uint8_t *at, *end;
};

static bool more(const struct cursor *c)
{
    return c->at < c->end;
}

static void skip(struct cursor *c, uint64_t n)
{
    c->at += n <= (uint64_t)(c->end - c->at) ? n : (uint64_t)(c->end - c->at);
}

/* n <= 8 bytes, little-endian. */
static uint64_t take(struct cursor *c, unsigned n)
{
    uint64_t v = 0;

    if ((size_t)(c->end - c->at) < n) {
        c->at = c->end;
        return 0;
    }
    for (unsigned i = 0; i < n; i++)
        v |= (uint64_t)*c->at++ << 8 * i;
    return v;
}

/* The bits of an LEB128 number; *shift: how many, *last: its last byte. */
static uint64_t leb(struct cursor *c, unsigned *shift, uint8_t *last)
{
    uint64_t v = 0;
    unsigned n = 0;

    do {
        *last = (uint8_t)take(c, 1);
        if (n < 64)
            v |= (uint64_t)(*last & 0x7f) << n;
        n += 7;
    } while (*last & 0x80);
    *shift = n;
    return v;
}

static uint64_t uleb(struct cursor *c)
{
    unsigned shift;
    uint8_t last;

    return leb(c, &shift, &last);
}

static int64_t sleb(struct cursor *c)
{
    unsigned shift;
    uint8_t last;
    uint64_t v = leb(c, &shift, &last);

    if (shift < 64 && (last & 0x40))
        v |= ~UINT64_C(0) << shift;
    return (int64_t)v;
}

/* A string with its NUL inside the bounds; "" if it has none. */
static const char *text(struct cursor *c)
{
    const char *s = (const char *)c->at;
    const uint8_t *nul = more(c) ? memchr(c->at, 0, (size_t)(c->end - c->at)) : NULL;

    if (!nul) {
        c->at = c->end;
        return "";
    }
    c->at = nul + 1;
    return s;
}

/* --- the tables of file names --- */

enum { CONTENT_PATH = 1, CONTENT_DIRECTORY = 2 };
enum { FORM_BLOCK2 = 3, FORM_BLOCK4 = 4, FORM_DATA2 = 5, FORM_DATA4 = 6, FORM_DATA8 = 7,
       FORM_STRING = 8, FORM_BLOCK = 9, FORM_BLOCK1 = 10, FORM_DATA1 = 11, FORM_STRP = 14,
       FORM_UDATA = 15, FORM_DATA16 = 30, FORM_LINE_STRP = 31 };

struct tables {                 /* of one unit, as far as names need them */
    const struct elf *elf;
    unsigned version;
    struct cursor dirs, files;  /* where the entries begin */
    uint64_t ndirs, nfiles;     /* version 5 */
    struct cursor dir_format, file_format;
    unsigned ndir_format, nfile_format;
};

static const char *string_at(const struct elf *e, const char *section, uint64_t offset)
{
    uint32_t size;
    const uint8_t *s = elf_section(e, section, &size);

    if (!s || offset >= size || !memchr(s + offset, 0, size - offset))
        return "";
    return (const char *)s + offset;
}

/* One field of an entry: a string in *s, or a number in *n. False: unknown form. */
static bool field(struct cursor *c, uint64_t form, const struct elf *e, const char **s,
                  uint64_t *n)
{
    *s = "";
    *n = 0;
    switch (form) {
    case FORM_STRING: *s = text(c); return true;
    case FORM_STRP: *s = string_at(e, ".debug_str", take(c, 4)); return true;
    case FORM_LINE_STRP: *s = string_at(e, ".debug_line_str", take(c, 4)); return true;
    case FORM_UDATA: *n = uleb(c); return true;
    case FORM_DATA1: *n = take(c, 1); return true;
    case FORM_DATA2: *n = take(c, 2); return true;
    case FORM_DATA4: *n = take(c, 4); return true;
    case FORM_DATA8: *n = take(c, 8); return true;
    case FORM_DATA16: skip(c, 16); return true;
    case FORM_BLOCK: skip(c, uleb(c)); return true;
    case FORM_BLOCK1: skip(c, take(c, 1)); return true;
    case FORM_BLOCK2: skip(c, take(c, 2)); return true;
    case FORM_BLOCK4: skip(c, take(c, 4)); return true;
    default: return false;
    }
}

/* One entry of a version 5 table: its path and its directory's number. */
static bool entry5(struct cursor *c, struct cursor format, unsigned nformat,
                   const struct elf *e, const char **path, uint64_t *dir)
{
    *path = "";
    *dir = 0;
    for (unsigned i = 0; i < nformat; i++) {
        uint64_t content = uleb(&format), form = uleb(&format), number;
        const char *string;

        if (!field(c, form, e, &string, &number))
            return false;
        if (content == CONTENT_PATH)
            *path = string;
        else if (content == CONTENT_DIRECTORY)
            *dir = number;
    }
    return true;
}

/* Entry `index` of a version 5 table. */
static bool lookup5(const struct tables *t, struct cursor c, uint64_t n,
                    struct cursor format, unsigned nformat, uint64_t index,
                    const char **path, uint64_t *dir)
{
    if (index >= n)
        return false;
    for (uint64_t i = 0; i <= index && more(&c); i++)
        if (!entry5(&c, format, nformat, t->elf, path, dir))
            return false;
    return true;
}

static bool name5(const struct tables *t, uint64_t file, struct line_place *out)
{
    uint64_t dir, none;

    if (!lookup5(t, t->files, t->nfiles, t->file_format, t->nfile_format, file, &out->file,
                 &dir))
        return false;
    if (!lookup5(t, t->dirs, t->ndirs, t->dir_format, t->ndir_format, dir, &out->dir,
                 &none))
        out->dir = "";
    return true;
}

/* Versions 2 to 4: files count from 1, and directory 0 is the compilation's own. */
static bool name4(const struct tables *t, uint64_t file, struct line_place *out)
{
    struct cursor c = t->files, d = t->dirs;
    uint64_t dir = 0;

    for (uint64_t i = 1; more(&c); i++) {
        out->file = text(&c);
        if (!out->file[0])
            return false;
        dir = uleb(&c);
        uleb(&c);               /* time and size of the file */
        uleb(&c);
        if (i == file)
            break;
    }
    out->dir = "";
    for (uint64_t i = 1; i <= dir && more(&d); i++)
        out->dir = text(&d);
    return file > 0;
}

static bool name_file(const struct tables *t, uint64_t file, struct line_place *out)
{
    return t->version >= 5 ? name5(t, file, out) : name4(t, file, out);
}

/* --- a unit's header --- */

struct unit {
    struct cursor program;
    unsigned version, min_length, opcode_base, line_range;
    int line_base;
    const uint8_t *operands;    /* of standard opcodes, from opcode 1 */
    struct tables names;
};

static void skip_entries(struct tables *t, struct cursor *c, uint64_t n,
                         struct cursor format, unsigned nformat)
{
    const char *path;
    uint64_t dir;

    for (uint64_t i = 0; i < n && more(c); i++)
        if (!entry5(c, format, nformat, t->elf, &path, &dir))
            break;
}

static struct cursor take_format(struct cursor *c, unsigned *n)
{
    struct cursor format;

    *n = (unsigned)take(c, 1);
    format = *c;
    for (unsigned i = 0; i < *n; i++) {
        uleb(c);
        uleb(c);
    }
    return format;
}

static void read_names(struct tables *t, struct cursor *c)
{
    if (t->version >= 5) {
        t->dir_format = take_format(c, &t->ndir_format);
        t->ndirs = uleb(c);
        t->dirs = *c;
        skip_entries(t, c, t->ndirs, t->dir_format, t->ndir_format);
        t->file_format = take_format(c, &t->nfile_format);
        t->nfiles = uleb(c);
    } else {
        t->dirs = *c;
        while (text(c)[0])
            ;
    }
    t->files = *c;
}

/* The next unit of the section; false at its end, or where it cannot be understood. */
static bool next_unit(const struct elf *e, struct cursor *section, struct unit *u)
{
    uint64_t length = take(section, 4);
    struct cursor c = *section;

    if (length == 0 || length > (uint64_t)(section->end - section->at))
        return false;
    c.end = section->at + length;
    skip(section, length);
    *u = (struct unit){ .version = (unsigned)take(&c, 2), .names.elf = e };
    u->names.version = u->version;
    if (u->version < 2 || u->version > 5)
        return false;
    if (u->version >= 5)
        skip(&c, 2);            /* sizes of an address and a segment selector */
    uint64_t header = take(&c, 4);
    u->program = c;
    skip(&u->program, header);
    u->min_length = (unsigned)take(&c, 1);
    if (u->version >= 4)
        skip(&c, 1);            /* operations per instruction: 1 but for VLIW */
    skip(&c, 1);                /* default_is_stmt */
    u->line_base = (int8_t)take(&c, 1);
    u->line_range = (unsigned)take(&c, 1);
    u->opcode_base = (unsigned)take(&c, 1);
    if (u->line_range == 0 || u->opcode_base == 0 ||
        (size_t)(c.end - c.at) < u->opcode_base)
        return false;
    u->operands = c.at;
    skip(&c, u->opcode_base - 1);
    read_names(&u->names, &c);
    return true;
}

/* --- the line number program --- */

struct row {
    uint64_t address, file;
    int64_t line;
};

struct search {
    uint32_t addr;
    struct row row, last;       /* the state machine; the last row that it appended */
    bool in_sequence, found;
    struct row best;
};

/* A row is appended: does the stretch that it ends hold the address? */
static void append(struct search *s, bool end)
{
    if (s->in_sequence && s->last.address <= s->addr && s->addr < s->row.address) {
        s->best = s->last;
        s->found = true;
    }
    s->last = s->row;
    s->in_sequence = !end;
}

static void reset(struct search *s)
{
    s->row = (struct row){ .file = 1, .line = 1 };
    s->in_sequence = false;
}

static void extended(struct search *s, struct cursor *c)
{
    uint64_t length = uleb(c);
    struct cursor op = *c;

    skip(c, length);
    op.end = c->at;
    switch (take(&op, 1)) {
    case 1:                     /* end_sequence */
        append(s, true);
        reset(s);
        break;
    case 2:                     /* set_address */
        s->row.address = take(&op, 4);
        break;
    default:
        break;
    }
}

static void standard(struct search *s, struct cursor *c, const struct unit *u,
                     unsigned opcode)
{
    switch (opcode) {
    case 1: append(s, false); break;
    case 2: s->row.address += uleb(c) * u->min_length; break;
    case 3: s->row.line += sleb(c); break;
    case 4: s->row.file = uleb(c); break;
    case 8:                     /* const_add_pc: as special opcode 255 advances */
        s->row.address += (255 - u->opcode_base) / u->line_range * u->min_length;
        break;
    case 9: s->row.address += take(c, 2); break;
    default:                    /* what follows it stands in the header */
        for (unsigned i = 0; i < u->operands[opcode - 1]; i++)
            uleb(c);
    }
}

static bool search_unit(struct search *s, const struct unit *u)
{
    struct cursor c = u->program;

    reset(s);
    while (more(&c) && !s->found) {
        unsigned opcode = (unsigned)take(&c, 1);

        if (opcode >= u->opcode_base) {
            unsigned n = opcode - u->opcode_base;

            s->row.address += n / u->line_range * u->min_length;
            s->row.line += u->line_base + (int)(n % u->line_range);
            append(s, false);
        } else if (opcode == 0) {
            extended(s, &c);
        } else {
            standard(s, &c, u, opcode);
        }
    }
    return s->found;
}

bool lines_find(const struct elf *e, uint32_t addr, struct line_place *out)
{
    uint32_t size;
    const uint8_t *section = elf_section(e, ".debug_line", &size);
    struct cursor c = { section, section ? section + size : NULL };
    struct unit u;

    while (section && more(&c) && next_unit(e, &c, &u)) {
        struct search s = { .addr = addr };

        if (!search_unit(&s, &u))
            continue;
        if (s.best.line < 1 || !name_file(&u.names, s.best.file, out))
            return false;
        out->line = (uint32_t)s.best.line;
        return true;
    }
    return false;
}
