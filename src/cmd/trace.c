/* trace.c - instructions as text. */
#include <cmd/trace.h>

#include <cmd/options.h>
#include <asm/disasm.h>
#include <inttypes.h>
#include <machine/peek.h>
#include <stdio.h>

static void write_line(void *ctx, const struct machine_point *p)
{
    struct trace *t = ctx;
    char name[2 * CONFIG_NAME], text[DISASM_MAX], line[320];

    disasm(p->word, p->pc, true, text);
    int n = snprintf(line, sizeof line, "%" PRId64 " %u %s %08x %08x %s\n", p->at, p->hart,
                     peek_name(t->machine, p->tid, name, sizeof name), p->pc, p->word, text);

    outfile_write(t->file, line, n < (int)sizeof line ? (size_t)n : sizeof line - 1);
}

bool trace_open(struct trace *t, const char *path, struct machine *m)
{
    struct diag diag;

    *t = (struct trace){ .machine = m };
    if (!path)
        return true;
    t->file = outfile_open(path, &diag);
    if (!t->file) {
        diag_print(&diag);
        return false;
    }
    t->watch = (struct machine_watch){ .ctx = t, .after = write_line };
    machine_watch(m, &t->watch);
    return true;
}

bool trace_close(struct trace *t)
{
    struct outfile *f = t->file;
    struct diag diag;

    t->file = NULL;
    if (f && outfile_commit(f, &diag)) {
        diag_print(&diag);
        return false;
    }
    return true;
}
