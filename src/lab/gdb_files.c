/* gdb_files.c - the files of the programs that run, for a debugger that asks for their
 * symbols: what the first ones were started from, and what execve brought in. Source:
 * "Debugging with GDB", in the appendix on the protocol "General Query Packets"
 * (qXfer:exec-file:read) and "File-I/O Remote Protocol Extension", "Host I/O Packets".
 *
 * The debugger reads them out of the memory of the machine's configuration, so they need not
 * be files of the host (a .c has been built on the way). They can be read and nothing else. */
#include "gdb_inside.h"

#include <stdio.h>
#include <string.h>

enum { NO_ENTRY = 2, BAD_FILE = 9, BAD_VALUE = 22, TOO_MANY = 23,    /* errnos of the protocol */
       REGULAR = 0100755, STAT_BYTES = 64, BLOCK = 512,
       ROOM = GDB_PACKET / 2 - 64 };    /* a byte may take two */

/* --- names --- */

const char *files_name(const struct gdb *g, tid_t tid, char *buf)
{
    const struct inferior *i = procs_inferior(g, tid);
    const struct program_config *image = machine_image(g->m, tid);
    const char *path = i && i->path[0] ? i->path : image ? image->path : "";
    const char *slash = strrchr(path, '/');

    if (i && path == i->path && path[0] == '/')
        snprintf(buf, GDB_PATH, "%s", path);
    else
        snprintf(buf, GDB_PATH, "/bin/%.*s", GDB_PATH - 8, slash ? slash + 1 : path);
    return buf;
}

/* The file with that name, if a program runs that was made of it; NULL. */
static const struct program_config *find(const struct gdb *g, const char *name)
{
    char buf[GDB_PATH];

    for (tid_t t = 0; (t = machine_program(g->m, t)) != TID_NONE; t++)
        if (procs_has(g, t) && strcmp(files_name(g, t, buf), name) == 0)
            return machine_image(g->m, t);
    return NULL;
}

bool files_exec_file(struct gdb *g)
{
    static const char query[] = "qXfer:exec-file:read:";
    char buf[GDB_PATH];
    unsigned pid = 0, from, n;
    const char *args = g->in + sizeof query - 1, *colon;

    if (strncmp(g->in, query, sizeof query - 1) != 0)
        return false;
    colon = strchr(args, ':');
    if (*args != ':')
        sscanf(args, "%x", &pid);
    tid_t t = procs_first(g, pid);
    if (!colon || sscanf(colon + 1, "%x,%x", &from, &n) != 2 || t == TID_NONE) {
        gdb_say(g, "E01");
        return true;
    }
    const char *name = files_name(g, t, buf);
    size_t left = from < strlen(name) ? strlen(name) - from : 0;

    gdb_say(g, "%c%.*s", left > n ? 'm' : 'l', (int)(left < n ? left : n), name + (left ? from : 0));
    return true;
}

/* --- opening and reading --- */

static void fail(struct gdb *g, unsigned why)
{
    gdb_say(g, "F-1,%x", why);
}

static void open_file(struct gdb *g, const char *hex)
{
    const struct program_config *image;
    char name[GDB_PATH];
    size_t n = 0;
    unsigned byte, fd = 0;

    while (n + 1 < sizeof name && sscanf(hex + 2 * n, "%2x", &byte) == 1 && hex[2 * n] != ',')
        name[n++] = (char)byte;
    name[n] = '\0';
    if (!(image = find(g, name))) {
        fail(g, NO_ENTRY);
        return;
    }
    while (fd < GDB_FILES && g->file[fd])
        fd++;
    if (fd == GDB_FILES) {
        fail(g, TOO_MANY);
        return;
    }
    g->file[fd] = image;
    gdb_say(g, "F%x", fd);
}

static const struct program_config *of_number(const struct gdb *g, unsigned fd)
{
    return fd < GDB_FILES ? g->file[fd] : NULL;
}

/* Bytes that mean something to the protocol go as two. */
static void say_bytes(struct gdb *g, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool special = memchr("}$#*", bytes[i], 4) != NULL;

        if (special)
            g->out[g->nout++] = '}';
        g->out[g->nout++] = (char)(special ? bytes[i] ^ 0x20 : bytes[i]);
    }
}

static void read_file(struct gdb *g, const char *args)
{
    unsigned fd, n;
    unsigned long long at;
    const struct program_config *image;

    if (sscanf(args, "%x,%x,%llx", &fd, &n, &at) != 3) {
        fail(g, BAD_VALUE);
        return;
    }
    if (!(image = of_number(g, fd))) {
        fail(g, BAD_FILE);
        return;
    }
    size_t left = at < image->elf_size ? image->elf_size - (size_t)at : 0;

    if (n > ROOM)
        n = ROOM;
    if (n > left)
        n = (unsigned)left;
    gdb_say(g, "F%x;", n);
    say_bytes(g, image->elf + (left ? at : 0), n);
}

static void put_number(uint8_t *to, unsigned bytes, uint64_t value)
{
    for (unsigned i = 0; i < bytes; i++)
        to[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
}

/* struct stat of the protocol: big-endian, "struct stat" in "Protocol-specific
 * Representation of Datatypes". */
static void stat_file(struct gdb *g, const char *args)
{
    enum { MODE = 8, LINKS = 12, SIZE = 28, BLOCK_SIZE = 36, BLOCKS = 44 };
    unsigned fd;
    uint8_t st[STAT_BYTES] = { 0 };
    const struct program_config *image = sscanf(args, "%x", &fd) == 1 ? of_number(g, fd) : NULL;

    if (!image) {
        fail(g, BAD_FILE);
        return;
    }
    put_number(st + MODE, 4, REGULAR);
    put_number(st + LINKS, 4, 1);
    put_number(st + SIZE, 8, image->elf_size);
    put_number(st + BLOCK_SIZE, 8, BLOCK);
    put_number(st + BLOCKS, 8, (image->elf_size + BLOCK - 1) / BLOCK);
    gdb_say(g, "F%x;", STAT_BYTES);
    say_bytes(g, st, STAT_BYTES);
}

static void close_file(struct gdb *g, const char *args)
{
    unsigned fd;

    if (sscanf(args, "%x", &fd) != 1 || !of_number(g, fd)) {
        fail(g, BAD_FILE);
        return;
    }
    g->file[fd] = NULL;
    gdb_say(g, "F0");
}

bool files_command(struct gdb *g)
{
    static const struct { const char *name; void (*run)(struct gdb *, const char *); } table[] = {
        { "open:", open_file }, { "pread:", read_file }, { "fstat:", stat_file },
        { "close:", close_file },
    };

    if (strncmp(g->in, "vFile:", 6) != 0)
        return false;
    for (unsigned i = 0; i < sizeof table / sizeof *table; i++) {
        size_t n = strlen(table[i].name);

        if (!strncmp(g->in + 6, table[i].name, n))
            table[i].run(g, g->in + 6 + n);
    }
    if (!strncmp(g->in + 6, "setfs:", 6))
        gdb_say(g, "F0");       /* all processes see the same files */
    return true;
}
