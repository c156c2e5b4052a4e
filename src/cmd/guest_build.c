/* guest_build.c - see guest_build.h */
#include <cmd/guest_build.h>

#include <asm/asm.h>
#include <cpu/elf.h>
#include <host/file.h>
#include <host/guest_cc.h>
#include <host/pages.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Most memory that assembling may take. */
#define WORK_LIMIT ((size_t)1 << 31)

__attribute__((format(printf, 4, 5)))
static enum err wrong(struct diag *diag, enum err err, const char *path, const char *format,
                      ...)
{
    va_list ap;

    if (!diag->file[0])
        snprintf(diag->file, sizeof diag->file, "%s", path);
    va_start(ap, format);
    vsnprintf(diag->text, sizeof diag->text, format, ap);
    va_end(ap);
    return err;
}

/* ---- assembly ---- */

/* Line number `line` (from 1) of the text; *n gets its length. */
static const char *line_of(const char *text, size_t size, unsigned line, size_t *n)
{
    const char *end = text + size, *stop;

    while (--line && text < end) {
        const char *next = memchr(text, '\n', (size_t)(end - text));

        text = next ? next + 1 : end;
    }
    stop = memchr(text, '\n', (size_t)(end - text));
    *n = (size_t)((stop ? stop : end) - text);
    return text;
}

/* FILE:LINE:COL: error: TEXT, the line, and a caret below it. */
static void print_error(const struct asm_input *in, const struct asm_error *e)
{
    size_t n;
    const char *line = line_of(in->text, in->size, e->line, &n);

    fprintf(stderr, "%s:%u:%u: error: %s\n", in->name, e->line, e->col, e->text);
    fprintf(stderr, "%5u | %.*s\n      | ", e->line, n < 200 ? (int)n : 200, line);
    for (unsigned i = 0; i + 1 < e->col && i < n; i++)
        fputc(line[i] == '\t' ? '\t' : ' ', stderr);
    fputs("^\n", stderr);
}

/* What is assembled, and what that names. */
struct texts {
    const struct asm_input *in; /* n of them */
    unsigned n;
    const struct guest_sources *s;      /* whose -I are looked through; NULL: none */
    struct asm_input *more;     /* of .include and .incbin; owned */
    unsigned nmore;
};

static const struct asm_input *text_of(const struct texts *t, unsigned number)
{
    return number < t->n ? &t->in[number] : &t->more[number - t->n];
}

static void texts_free(struct texts *t)
{
    for (unsigned i = 0; i < t->nmore; i++) {
        free((void *)(uintptr_t)t->more[i].name);
        free((void *)(uintptr_t)t->more[i].text);
    }
    free(t->more);
}

/* The file at this path, read now or before. */
static bool take_text(struct texts *t, const char *path, struct asm_input *out, unsigned *number)
{
    struct asm_input *more, new = { .name = NULL };
    struct diag diag;
    uint8_t *text;

    for (unsigned i = 0; i < t->nmore; i++)
        if (!strcmp(t->more[i].name, path)) {
            *out = t->more[i];
            *number = t->n + i;
            return true;
        }
    if (file_read(path, &text, &new.size, &diag))
        return false;
    new.text = (const char *)text;
    new.name = strdup(path);
    more = realloc(t->more, (t->nmore + 1) * sizeof *more);
    if (more)
        t->more = more;
    if (!more || !new.name) {
        free(text);
        free((void *)(uintptr_t)new.name);
        return false;
    }
    *number = t->n + t->nmore;
    *out = t->more[t->nmore++] = new;
    return true;
}

/* Beside the file that names it; then in the folders of -I; then here. */
static bool get_text(void *ctx, unsigned from, const char *name, size_t n, struct asm_input *out,
                     unsigned *number)
{
    struct texts *t = ctx;
    const char *beside = text_of(t, from)->name, *slash = strrchr(beside, '/');
    char path[4096];

    if (n && name[0] != '/' && slash) {
        snprintf(path, sizeof path, "%.*s/%.*s", (int)(slash - beside), beside, (int)n, name);
        if (take_text(t, path, out, number))
            return true;
    }
    for (unsigned i = 0; t->s && n && name[0] != '/' && i < t->s->nflags; i++) {
        if (strncmp(t->s->flag[i], "-I", 2))
            continue;
        snprintf(path, sizeof path, "%s/%.*s", t->s->flag[i] + 2, (int)n, name);
        if (take_text(t, path, out, number))
            return true;
    }
    snprintf(path, sizeof path, "%.*s", (int)n, name);
    return take_text(t, path, out, number);
}

static enum err report(const struct texts *t, const struct asm_result *r, struct diag *diag)
{
    const char *name = text_of(t, r->error[0].file)->name;

    for (unsigned i = 0; i < r->nerrors; i++)
        print_error(text_of(t, r->error[i].file), &r->error[i]);
    snprintf(diag->file, sizeof diag->file, "%s", name);
    diag->line = r->error[0].line;
    diag->col = r->error[0].col;
    if (r->nerrors == 1)
        return wrong(diag, ERR_INPUT, name, "this does not assemble: %s", r->error[0].text);
    return wrong(diag, ERR_INPUT, name, "this does not assemble: %s%u errors, the first: %s",
                 r->more ? "more than " : "", r->nerrors, r->error[0].text);
}

static enum err keep(const char *name, const struct asm_result *r, const uint8_t **elf,
                     size_t *size, struct diag *diag)
{
    uint8_t *copy = malloc(r->size);

    if (!copy)
        return wrong(diag, ERR_LIMIT, name, "no memory for the program");
    memcpy(copy, r->elf, r->size);
    *elf = copy;
    *size = r->size;
    return ERR_OK;
}

static enum err try_assemble(const struct asm_input *in, unsigned n,
                             const struct guest_sources *s, const uint8_t **elf,
                             size_t *elf_size, struct diag *diag)
{
    struct texts texts = { .in = in, .n = n, .s = s };
    const struct asm_reader reader = { get_text, &texts };
    struct asm_result *r = malloc(sizeof *r);
    enum err err = ERR_LIMIT;
    size_t size = 0;

    for (unsigned i = 0; i < n; i++)
        size += in[i].size;
    for (size_t room = (4u << 20) + size * 128; r && err == ERR_LIMIT && room <= WORK_LIMIT;
         room *= 2) {
        void *mem = pages_map(room);

        if (!mem)
            break;
        err = asm_build_all(in, n, &reader, mem, room, r);
        if (err == ERR_OK)
            err = keep(in->name, r, elf, elf_size, diag);
        else if (err == ERR_INPUT)
            report(&texts, r, diag);
        pages_unmap(mem, room);
    }
    texts_free(&texts);
    free(r);
    if (err == ERR_LIMIT)
        wrong(diag, err, in->name, "the program is too large to assemble");
    return err;
}

/* Calls main as C does, and ends with what it returns. It stands behind the program, which
 * must not run into it: it would call main again, for ever. */
static const char start_code[] =
    "    .text\n    .balign 4\nno_return_from_main:\n    unimp\n    .globl _start\n"
    "_start:\n    lw a0, 0(sp)\n    addi a1, sp, 4\n    slli a2, a0, 2\n"
    "    add a2, a2, a1\n    addi a2, a2, 4\n    call main\n    li a7, 93\n    ecall\n";

/* Does it begin at main, since there is no _start? */
static bool begins_at_main(const uint8_t *image, size_t size)
{
    struct elf e;
    uint32_t offset;
    const char *name;

    if (elf_open(&e, image, size))
        return false;
    name = elf_symbol_at(&e, e.entry, &offset);
    return name && offset == 0 && strcmp(name, "main") == 0;
}

/* in has room for one more. */
static enum err assemble(struct asm_input *in, unsigned n, const struct guest_sources *s,
                         const uint8_t **elf, size_t *elf_size, struct diag *diag)
{
    enum err err = try_assemble(in, n, s, elf, elf_size, diag);

    if (err || !begins_at_main(*elf, *elf_size))
        return err;
    free((void *)(uintptr_t)*elf);
    in[n] = (struct asm_input){ "start", start_code, sizeof start_code - 1 };
    return try_assemble(in, n + 1, s, elf, elf_size, diag);
}

/* ---- all of them ---- */

/* What every image must pass, wherever it comes from. */
static enum err accept(const char *path, const uint8_t **elf, size_t size, struct diag *diag)
{
    struct elf e;
    const char *why = elf_open(&e, *elf, size);

    if (!why)
        return ERR_OK;
    free((void *)(uintptr_t)*elf);
    *elf = NULL;
    return wrong(diag, ERR_INPUT, path, "this is no program that runs here: %s", why);
}

static bool ends_with(const char *path, const char *suffix)
{
    size_t n = strlen(path), m = strlen(suffix);

    return n > m && strcmp(path + n - m, suffix) == 0;
}

static bool is_assembly(const char *path)
{
    return ends_with(path, ".s") || ends_with(path, ".S") || ends_with(path, ".asm");
}

static enum err assemble_files(const struct guest_sources *s, const uint8_t **elf, size_t *size,
                               struct diag *diag)
{
    struct asm_input *in = calloc(s->npaths + 1, sizeof *in);
    enum err err = in ? ERR_OK : ERR_LIMIT;
    unsigned n = 0;

    for (; n < s->npaths && !err; n++) {
        uint8_t *text = NULL;

        err = file_read(s->path[n], &text, &in[n].size, diag);
        in[n].text = (const char *)text;
        in[n].name = s->path[n];
    }
    if (!err)
        err = assemble(in, n, s, elf, size, diag);
    for (unsigned i = 0; in && i < s->npaths; i++)
        free((void *)(uintptr_t)in[i].text);
    free(in);
    return err;
}

enum err guest_build(const struct guest_sources *s, const uint8_t **elf, size_t *size,
                     struct diag *diag)
{
    const char *path = s->path[0];
    unsigned nasm = 0, nc = 0;
    uint8_t *data = NULL;
    enum err err;

    memset(diag, 0, sizeof *diag);
    for (unsigned i = 0; i < s->npaths; i++) {
        nasm += is_assembly(s->path[i]);
        nc += ends_with(s->path[i], ".c");
    }
    if (nasm == s->npaths) {
        err = assemble_files(s, elf, size, diag);
    } else if (nc) {
        err = guest_cc(s, &data, size, stderr, diag);
        *elf = data;
    } else if (s->npaths > 1) {
        return wrong(diag, ERR_INPUT, path, "several files make a program if they are .c or .s");
    } else {
        err = file_read(path, &data, size, diag);
        *elf = data;
    }
    return err ? err : accept(path, elf, *size, diag);
}

enum err guest_build_one(const char *path, const uint8_t **elf, size_t *size,
                         struct diag *diag)
{
    return guest_build(&(struct guest_sources){ .path = &path, .npaths = 1 }, elf, size, diag);
}

enum err guest_build_text(const char *name, const char *text, const uint8_t **elf,
                          size_t *size, struct diag *diag)
{
    struct asm_input in[2] = { { name, text, strlen(text) } };
    enum err err;

    memset(diag, 0, sizeof *diag);
    err = assemble(in, 1, NULL, elf, size, diag);
    return err ? err : accept(name, elf, *size, diag);
}
