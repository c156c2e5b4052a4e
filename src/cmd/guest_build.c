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
static void print_error(const char *name, const char *text, size_t size,
                        const struct asm_error *e)
{
    size_t n;
    const char *line = line_of(text, size, e->line, &n);

    fprintf(stderr, "%s:%u:%u: error: %s\n", name, e->line, e->col, e->text);
    fprintf(stderr, "%5u | %.*s\n      | ", e->line, n < 200 ? (int)n : 200, line);
    for (unsigned i = 0; i + 1 < e->col && i < n; i++)
        fputc(line[i] == '\t' ? '\t' : ' ', stderr);
    fputs("^\n", stderr);
}

static enum err report(const char *name, const char *text, size_t size,
                       const struct asm_result *r, struct diag *diag)
{
    for (unsigned i = 0; i < r->nerrors; i++)
        print_error(name, text, size, &r->error[i]);
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

static enum err assemble(const char *name, const char *text, size_t size,
                         const uint8_t **elf, size_t *elf_size, struct diag *diag)
{
    struct asm_result *r = malloc(sizeof *r);
    enum err err = ERR_LIMIT;

    for (size_t room = (4u << 20) + size * 128; r && err == ERR_LIMIT && room <= WORK_LIMIT;
         room *= 2) {
        void *mem = pages_map(room);

        if (!mem)
            break;
        err = asm_build(name, text, size, mem, room, r);
        if (err == ERR_OK)
            err = keep(name, r, elf, elf_size, diag);
        else if (err == ERR_INPUT)
            report(name, text, size, r, diag);
        pages_unmap(mem, room);
    }
    free(r);
    if (err == ERR_LIMIT)
        wrong(diag, err, name, "the program is too large to assemble");
    return err;
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

enum err guest_build(const char *path, const uint8_t **elf, size_t *size, struct diag *diag)
{
    uint8_t *data;
    size_t n;
    enum err err;

    memset(diag, 0, sizeof *diag);
    if (ends_with(path, ".c")) {
        err = guest_cc(path, &data, size, stderr, diag);
        *elf = data;
        return err ? err : accept(path, elf, *size, diag);
    }
    err = file_read(path, &data, &n, diag);
    if (err)
        return err;
    if (ends_with(path, ".s") || ends_with(path, ".S")) {
        err = assemble(path, (const char *)data, n, elf, size, diag);
        free(data);
        return err ? err : accept(path, elf, *size, diag);
    }
    *elf = data;
    *size = n;
    return accept(path, elf, n, diag);
}

enum err guest_build_text(const char *name, const char *text, const uint8_t **elf,
                          size_t *size, struct diag *diag)
{
    enum err err;

    memset(diag, 0, sizeof *diag);
    err = assemble(name, text, strlen(text), elf, size, diag);
    return err ? err : accept(name, elf, *size, diag);
}
