/* refs_fuzz.c - any bytes as a reference string: an error, or a string that adds up and on
 * which one-pass LRU agrees with the policy. */
#include "found.h"

#include <lab/refs.h>
#include <mm/replace/registry.h>

#include <stdlib.h>

static void agree(const struct refs *r)
{
    struct refs_run one = { .frames = 3 }, direct;
    struct replace_config c;
    struct diag diag;

    if (replace_parse(&c, replace_find("lru", 3), "", 1, &diag) ||
        !refs_lru_sizes(r, &one, 1) || !refs_simulate(r, &c, 3, 0, false, &direct))
        return;
    if (one.faults != direct.faults || one.writes != direct.writes ||
        one.evictions != direct.evictions || direct.bad)
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct refs_form form = { .page_size = size % 3 ? 0 : 1024 };
    struct refs r;
    struct diag diag;

    if (refs_read(&r, "fuzz", data, size, &form, &diag)) {
        if (!diag.text[0] || r.ref)
            __builtin_trap();
        return 0;
    }
    for (size_t i = 0; i < r.n; i++)
        if ((r.ref[i] & ~REF_WRITE) >= r.npages)
            __builtin_trap();
    if (r.n < 100000)
        agree(&r);
    refs_free(&r);
    return 0;
}
