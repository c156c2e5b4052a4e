/* beyond.c - other files: .include reads their text in place, .incbin takes their bytes. */
#include <asm/inside.h>

enum { MAX_NAME = 1024, MAX_DEPTH = 64 };

/* A name in quotes; false after an error. */
static bool file_name(struct asm_state *a, char name[MAX_NAME], size_t *n)
{
    const char *at = a->c.p;
    uint8_t byte;

    *n = 0;
    if (!asm_take_char(a, '"'))
        return asm_fail0(a, at, "a file's name in \"quotes\" is expected here");
    while (a->c.p < a->c.end && *a->c.p != '"') {
        if (!asm_char(a, '"', &byte))
            return false;
        if (*n == MAX_NAME || !byte)
            return asm_fail0(a, at, "this is no file's name");
        name[(*n)++] = (char)byte;
    }
    return asm_take_char(a, '"') || asm_fail0(a, at, "this string does not end");
}

static bool open_file(struct asm_state *a, struct asm_input *in, unsigned *number)
{
    const char *at = a->c.p;
    char name[MAX_NAME];
    size_t n;

    if (!file_name(a, name, &n))
        return false;
    if (!a->reader)
        return asm_fail0(a, at, "no other files can be read here");
    return a->reader->get(a->reader->ctx, a->c.source, name, n, in, number) ||
           asm_fail(a, at, "% cannot be read", (struct asm_str){ name, n }, STR(""));
}

bool asm_include(struct asm_state *a, unsigned unused)
{
    unsigned conditions = a->nconditions, number;
    const char *at = a->c.p;
    struct asm_cursor after;
    struct asm_input in;

    (void)unused;
    if (!open_file(a, &in, &number))
        return false;
    if (a->depth == MAX_DEPTH)
        return asm_fail0(a, at, "files include each other without an end");
    if (!asm_at_end(a))
        return asm_fail0(a, a->c.p, "nothing more is expected here");
    after = a->c;
    a->c = (struct asm_cursor){ in.text, in.text + in.size, in.text, 1, false, false, number };
    a->depth++;
    asm_statements(a, false);
    a->depth--;
    if (a->nconditions > conditions)
        asm_fail0(a, a->c.p, ".endif is missing");
    a->nconditions = conditions;
    a->c = after;
    return true;
}

/* .incbin "file", skip, count */
bool asm_incbin(struct asm_state *a, unsigned unused)
{
    const char *at = a->c.p;
    int64_t skip = 0, count;
    struct asm_input in;
    unsigned number;
    bool counted;

    (void)unused;
    if (!open_file(a, &in, &number) || (asm_take_char(a, ',') && !asm_number(a, &skip)))
        return false;
    count = (int64_t)in.size - skip;
    counted = asm_take_char(a, ',');
    if (counted && !asm_number(a, &count))
        return false;
    if (skip < 0 || skip > (int64_t)in.size || count < 0 || count > (int64_t)in.size - skip)
        return asm_fail0(a, at, "the file has not so many bytes");
    return asm_emit(a, at, in.text + skip, (uint64_t)count);
}
