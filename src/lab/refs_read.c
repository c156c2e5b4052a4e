/* refs_read.c - reference strings from files. */
#include <lab/refs_build.h>

#include <formats/trace.h>
#include <stdio.h>

static bool add(void *build, uint64_t page, bool write)
{
    struct refs_build *b = build;

    refs_build_add(b, page, write);
    return !b->failed;
}

enum err refs_read(struct refs *refs, const char *name, const uint8_t *bytes, size_t size,
                   const struct refs_form *form, struct diag *diag)
{
    struct refs_build b;
    struct trace t = { .page_size = form->page_size, .add = add, .ctx = &b };

    refs_build_start(&b, refs);
    enum err err = trace_read(&t, name, bytes, size, diag);
    if (err == ERR_INPUT)
        b.failed = true;
    if (!refs_build_end(&b) && err != ERR_INPUT) {
        diag->line = 0;
        snprintf(diag->text, sizeof diag->text, "too long a string of references");
        return ERR_LIMIT;
    }
    if (!err && refs->n == 0) {
        snprintf(diag->text, sizeof diag->text, "there is no reference in it");
        return ERR_INPUT;
    }
    return err;
}
