/* formats/trace.h - page references in a file, for strings and for steps that touch pages.
 *
 * Told apart by what they are:
 *   text      numbers, decimal or 0x..., with blanks, commas or lines between; `w` before one:
 *             it writes; a..b: all from a to b; `#`: a comment up to the line's end
 *   lackey    valgrind --tool=lackey --trace-mem=yes: I, L, S and M lines with
 *             addresses; what crosses a page's end touches both pages
 *   binary    64-bit little-endian page numbers, the top bit: it writes
 */
#ifndef FORMATS_TRACE_H
#define FORMATS_TRACE_H

#include <ossim/err.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One reference. False: enough, or none such can be. */
typedef bool trace_fn(void *ctx, uint64_t page, bool write);

struct trace {
    uint64_t page_size;         /* bytes a page: splits addresses. lackey: 0 is 4096; else 0:
                                 * numbers are pages, not addresses */
    bool lackey;                /* set before the first reference: they are addresses */
    trace_fn *add;
    void *ctx;
};

/* Calls t->add for each reference. An error fills diag: with line and column, if it is the
 * file's; with the name and an empty text if `add` said false. */
enum err trace_read(struct trace *t, const char *name, const uint8_t *bytes, size_t size,
                    struct diag *diag);

#endif
