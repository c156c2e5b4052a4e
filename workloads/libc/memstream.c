/* memstream.c - streams whose file is memory. */
#include "stream.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

FILE *fmemopen(void *mem, size_t n, const char *mode)
{
    FILE *f = __make_stream(-1, mode);

    if (!f)
        return NULL;
    f->mem = mem ? mem : calloc(1, n + 1);
    if (!f->mem) {
        __drop_stream(f);
        return NULL;
    }
    f->own_mem = !mem;
    f->mem_size = n;
    f->mem_end = *mode == 'r' && mem ? n : *mode == 'w' ? 0 : strnlen((char *)f->mem, n);
    if (*mode == 'w' && n)
        f->mem[0] = '\0';
    return f;
}

/* Room for bytes up to `end` and a null behind, and the caller's two told. */
static int grow(FILE *f, size_t end)
{
    if (end >= f->mem_size) {
        size_t size = f->mem_size;
        unsigned char *more;

        while (end >= size)
            size *= 2;
        more = realloc(f->mem, size);
        if (!more)
            return -1;
        memset(more + f->mem_size, 0, size - f->mem_size);
        f->mem = more;
        f->mem_size = size;
    }
    *f->told = (char *)f->mem;
    *f->told_size = end;
    return 0;
}

FILE *open_memstream(char **text, size_t *size)
{
    FILE *f = __make_stream(-1, "w");

    if (!f)
        return NULL;
    f->mem_size = 64;
    f->mem = calloc(1, f->mem_size);
    f->told = text;
    f->told_size = size;
    f->grow = grow;
    if (!f->mem || grow(f, 0)) {
        __drop_stream(f);
        return NULL;
    }
    return f;
}
