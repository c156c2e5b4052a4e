/* refusal.c - why an access to memory was refused, in words: what the hardware's walk found,
 * what the kernel knows of the place, and who made it so. */
#include <lab/refusal.h>

#include <lab/report.h>

#include <inttypes.h>
#include <stat/names.h>
#include <stdio.h>

enum { GUEST_PAGE = 4096 };

/* Privileged ISA, "Virtual Address Translation Process". */
static const char *step_text(const struct peek_refusal *r)
{
    switch (r->step) {
    case 3: return r->bits[7] == 'V' ? "the entry has reserved bits" : "the entry is not valid";
    case 4: return "the entry points to a table where none can be";
    case 5: return "the megapage is misaligned";
    case 6: return "the entry is not for user mode";
    case 8: return "the entry does not allow it";
    default: return "the page is not marked as used";
    }
}

static void walk(FILE *out, const struct peek_refusal *r)
{
    if (r->io_error) {
        fputs("the page cannot be read from its device", out);
        return;
    }
    if (r->past_end) {
        fputs("the file ends before that page", out);
        return;
    }
    if (r->misaligned) {
        fputs("misaligned for an atomic access", out);
        return;
    }
    if (!r->walked) {
        fputs("the walk of the page table would succeed now", out);
        return;
    }
    fprintf(out, "step %u of the walk, level %u: %s (0x%08" PRIx32 " %s)", r->step, r->level,
            step_text(r), r->entry, r->bits);
}

static void changed(FILE *out, const struct peek_refusal *r, const char *what,
                    const struct config *c)
{
    char at[64];

    if (r->by < 0)
        fputs(", from the loader", out);
    else
        fprintf(out, ", %s by %s", what, syscall_name(r->by) ? syscall_name(r->by) : "a call");
    fprintf(out, " at %s", time_with_unit(c, r->when, at, sizeof at));
}

static void place(FILE *out, const struct peek_refusal *r, const struct config *c)
{
    uint32_t off = r->va < r->start ? r->start - r->va : r->va - r->end;

    if (r->place == PEEK_NOWHERE) {
        fputs("; nothing is mapped near there", out);
        return;
    }
    if (r->place == PEEK_NEAR)
        fprintf(out, "; it is %u bytes %s", off, r->va < r->start ? "below" : "behind the end of");
    else
        fputs(r->place == PEEK_IN ? "; it is in" : "; it was in", out);
    fprintf(out, " the %s 0x%08" PRIx32 "-0x%08" PRIx32 " %s", r->kind, r->start, r->end,
            r->rights);
    changed(out, r, r->place == PEEK_GONE ? "unmapped" : "last changed", c);
}

void refusal_text(const struct peek_refusal *r, const struct config *c, char *buf, size_t size)
{
    FILE *out = fmemopen(buf, size, "w");

    if (!out) {
        buf[0] = '\0';
        return;
    }
    if (r->guard)
        fprintf(out, "stack overflow: the guard page%s below the stack; ",
                r->start - r->va > GUEST_PAGE ? "s" : "");
    walk(out, r);
    place(out, r, c);
    fclose(out);
    buf[size - 1] = '\0';
}

bool refusal_of(const struct machine *m, tid_t tid, const struct config *c,
                struct task_fault *out)
{
    struct peek_refusal r;

    if (!peek_refusal(m, tid, &r))
        return false;
    *out = (struct task_fault){ .address = r.va, .pc = r.pc, .access = r.access,
                                .step = r.walked ? r.step : 0, .level = r.level,
                                .entry = r.entry };
    refusal_text(&r, c, out->text, sizeof out->text);
    return true;
}
